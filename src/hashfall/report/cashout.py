"""Terminal text of a cash-out: one minute, 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.cashout_screened import screened_lines
from hashfall.report.cashout_words import (
    change,
    cut_words,
    halt_cells,
    made_of,
    row_name,
    wait_words,
)
from hashfall.report.text import (
    WIDTH,
    days,
    flow,
    money,
    number,
    percent,
    probability,
    row,
    rule,
    short,
    table,
)

__all__ = ["cashout_lines"]

Result = Mapping[str, Any]


def cashout_lines(result: Result, report: str | None = None) -> list[str]:
    """Lines that a person reads in a minute. [lines of 78 columns]

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --json`` writes.
    report : str or None
        Where the page is, printed in the last line.
    """
    parts = (_head, _asked, screened_lines, _need, _money, _coins, _cut, _routes, _pd, _halts,
             _helps, _tax, _notes)
    body = [line for make in parts for line in make(result)]
    return ["".join(c if c.isprintable() else "?" for c in line)
            for line in [*body, rule(), *_foot(result, report)]]


def _head(r: Result) -> list[str]:
    head = f"{r['name']}   cash-out   books {r['as_of']}, known by {r['known_by']}"
    return [short(f"{head}   {r['currency']}", WIDTH), rule()]


def _asked(r: Result) -> list[str]:
    asked, lines = r["asked"], []
    if asked["close"]:
        lines += row("Shut", ", ".join(asked["close"]))
    for order in asked["freeze"]:
        who = order["account"] or "all accounts that it reaches"
        span = f"{order['days']} days" if order["days"] else "to the end of the run"
        lines += row("Frozen", f"{who} by {row_name(order['source'])}, {percent(order['share'])} "
                               f"from day {order['from_day']}, {span}")
    return lines


def _need(r: Result) -> list[str]:
    need, asked = r["need"], r["asked"]
    if need is None:
        return []
    first = need["first_day"]
    text = (f"{money(asked['need'], asked['currency'])} by {need['by']}: met in "
            f"{percent(need['met_share'])} of the draws of the book")
    if first["p50"] is not None:
        text += f", in half of them by day {first['p50']:.0f}"
    if need["short_usd"]["p95"] > 0.0:
        text += f"; short by {money(need['short_usd']['p95'])} USD at the 95% end"
    return row("Need", text)


def _money(r: Result) -> list[str]:
    changed = r["asked"]["close"] or r["asked"]["freeze"]
    made = _columns(r)
    due = "due" if changed or len(made) > 1 else "due by then"
    head = ["day", "date", "money, USD", "5-95%", *made, due]
    rows = [[str(x["day"]), x["date"], money(x["usd"]),
             f"{money(x['low'])}-{money(x['high'])}",
             *(money(values[i]) for values in made.values()), money(x["due_usd"])]
            for i, x in enumerate(r["deliverable"])]
    if changed:
        head.insert(2, "before")
        for cells, x in zip(rows, r["deliverable"], strict=True):
            cells.insert(2, money(x["usd_before"]))
    elif made:
        head[4] = f"of it {head[4]}"
    return ["Most money that can be there at the end of a day", *table(head, rows, 2), ""]


def _columns(r: Result) -> dict[str, list[float]]:
    """Hosting and funding by day; receipts in one column where there are others."""
    made = made_of(r["deliverable"])
    other = made.pop("other receipts", None)
    if other is None:
        return made
    hosting = made.pop("hosting", [0.0] * len(other))
    return {"receipts": [a + b for a, b in zip(hosting, other, strict=True)], **made}


def _coins(r: Result) -> list[str]:
    if not r["convertible_share"] and not r["sold_btc"]:
        return row("Coins", "none of its own: its money does not come through coin routes")
    last = r["convertible_share"][-1] if r["convertible_share"] else None
    lines = row("Coins to money", wait_words(r["time_to_cash_days"]))
    if last is not None:
        lines += row("Convertible", f"{percent(last['share'])} of the coins by {last['date']} "
                                    f"[{percent(last['low'])} to {percent(last['high'])}]")
    return lines + row("Realised over spot", (
        f"{percent(r['realised_over_spot'])} on the paths of the ledger; "
        f"{number(r['trapped_btc'])} BTC unsold at the default or the end"))


def _cut(r: Result) -> list[str]:
    if r["cut"] == r["cut_before"]:
        return row("Money is bounded by", cut_words(r["cut"]))
    held = r["flow"]["after"]["frozen_usd"]
    after = cut_words(r["cut"]) + (f"; {money(held)} held frozen" if held else "")
    return [*row("Bounded by, before", cut_words(r["cut_before"])),
            *row("Bounded by, after", after)]


def _routes(r: Result) -> list[str]:
    """What each route is worth in money by the date and in default probability."""
    pd = {x["route"]: x for x in r["routes"]}
    rows = []
    for x in r["marginal_value"]:
        of = pd.get(x["route"], {})
        rows.append([x["route"], money(x["without_usd"]), money(x["doubled_usd"]),
                     *(change(of.get(key)) for key in ("remove", "copy", "double"))])
    if not rows or not pd:
        return []
    head = ["route", "without", "doubled", "PD without", "PD with copy", "PD doubled"]
    return ["", f"Worth of a route: USD by {r['asked']['by']}, and points of 12-month default",
            *table(head, rows), ""]


def _pd(r: Result) -> list[str]:
    lines = row("Default in 12 months", (
        f"{probability(r['pd_12m'])} ±{100 * r['pd_12m']['se']:.1f}%"
        + (f"; {change(r['closure_change'])} points by what is shut"
           if r["closure_change"] else "")))
    parts = []
    for key, words in (("all_routes_closed", "its own routes all shut"),
                       ("wholly_convertible", "coins sold at spot, at once"),
                       ("clients_routes_closed", "its clients' routes all shut")):
        if r[key] is not None:
            parts.append(f"{words} {change(r[key]['change'])}")
    return lines + (flow("Changes it, points", parts, "; ") if parts else [])


def _halts(r: Result) -> list[str]:
    rows = [[row_name(x["name"]), str(len(x["accounts"])) if x["orders"] else "",
             ", ".join(x["orders"][0]["allows"]) or "nothing" if x["orders"] else "",
             *halt_cells(x, r["horizon_days"]), change(x["pd_change"])] for x in r["stress"]]
    head = ["order of", "accounts", "allows", "5%", "half", "95%", "never", "PD, points"]
    lines = ["", "Days from the order to the halt (power or payroll unpaid beyond grace)",
             *table(head, rows, 1)]
    for x in r["stress"]:
        if x["why_same"]:
            lines += row(f"  {row_name(x['name'])}", x["why_same"])
    return [*lines, ""]


def _told(r: Result) -> Mapping[str, Any]:
    return next(x for x in r["stress"] if x["name"] == r["days_to_halt"]["row"])


def _helps(r: Result) -> list[str]:
    """Queue at the halt and what would help, for the row that is told and for a court at home."""
    told = _told(r)
    picked = [told] if told["name"] != "none" else []
    court = next((x for x in r["stress"] if x["name"] == "domestic_court"), None)
    if court is not None and not court["same_as"] and told["name"] == "none":
        picked.append(court)
    lines: list[str] = []
    for x in picked:
        queue = x["unpaid_at_halt"]
        if queue["paths"]:
            parts = [f"{kind} {money(v)}" for kind, v in list(queue["unpaid"].items())[:4]]
            lines += row("Unpaid at the halt", (
                f"{row_name(x['name'])}: {', '.join(parts)} {queue['currency']}; "
                f"{money(queue['held'])} held frozen"))
        for m in x["measures"]:
            lines += row("Would help", f"{m['measure'].replace('_', ' ')}: {_help(r, m)}")
    return lines


def _help(r: Result, m: Mapping[str, Any]) -> str:
    if m["pd_change"] is None:
        return str(m["why"])
    halt = days(m["days_to_halt"]["p50"], r["horizon_days"])
    return (f"default {change(m['pd_change'])} points, halts {change(m['halt_change'])}, "
            f"half halt after {halt} days")


def _tax(r: Result) -> list[str]:
    tax = r["tax_at_crediting"]
    if tax is None or not tax["at_crediting"]:
        return []
    lines = []
    for x in tax["rows"]:
        lines += row("Tax at crediting", (
            f"{x['what']} at {percent(x['net_over_spot'])} of spot: "
            f"{100 * x['destroyed_share']:.2f}% of a coin's value lost, "
            f"{money(x['destroyed_usd_per_btc'])} USD a coin"))
    middle = tax["poison"][1]
    return lines + row("", (
        f"a coin that costs {percent(middle['cost_share'])} of spot takes value away from a "
        f"haircut of {percent(middle['haircut_at_crediting'])}, taxed at its sale of "
        f"{percent(middle['haircut_at_sale'])}"))


def _notes(r: Result) -> list[str]:
    return [line for note in r["notes"] for line in row("Note", note)]


def _foot(r: Result, report: str | None) -> list[str]:
    words = (f"{r['paths']:,} paths, {r['draws']} books, seed {r['seed']}, {r['seconds']:.1f} s."
             f"  Stress: {r['stress_paths']:,} paths.")
    return [words, *([f"Report: {report}"] if report else [])]
