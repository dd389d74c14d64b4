"""Terminal text of a cash-out: one minute, 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.cashout_amounts import coin_price, overdue_words, short_words, span
from hashfall.report.cashout_halts import halt_lines, order_lines
from hashfall.report.cashout_screened import screened_lines
from hashfall.report.cashout_words import (
    change,
    cut_words,
    made_of,
    share_words,
    unfrozen_by,
    wait_words,
)
from hashfall.report.text import (
    WIDTH,
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
    parts = (_head, _asked, screened_lines, _need, _money, _coins, _cut, _routes, _pd,
             halt_lines, _tax, _notes)
    body = [line for make in parts for line in make(result)]
    return ["".join(c if c.isprintable() else "?" for c in line)
            for line in [*body, rule(), *_foot(result, report)]]


def _head(r: Result) -> list[str]:
    books = f"books {r['as_of']}, known by {r['known_by']}"
    head = f"{r['name']}   cash-out   {books}   {r['currency']}"
    if not coin_price(r):
        return [short(head, WIDTH), rule()]
    coin = f"coin at {coin_price(r)}"
    if len(head) + 3 + len(coin) <= WIDTH:
        return [f"{head}   {coin}", rule()]
    return [short(head, WIDTH), coin, rule()]


def _asked(r: Result) -> list[str]:
    asked, lines = r["asked"], []
    if asked["close"]:
        lines += row("Shut", ", ".join(asked["close"]))
    return [*lines, *order_lines(r)]


def _need(r: Result) -> list[str]:
    need, asked = r["need"], r["asked"]
    if need is None:
        return []
    first = need["first_day"]
    text = (f"{money(asked['need'], asked['currency'])} by {need['by']}: met in "
            f"{percent(need['met_share'])} of the draws of the book")
    if first["p50"] is not None:
        text += f", in half of them by day {first['p50']:.0f}"
    missing = short_words(need, asked["currency"])
    if missing:
        text += f"; {missing}"
    return row("Need", text)


def _money(r: Result) -> list[str]:
    changed = r["asked"]["close"] or r["asked"]["freeze"]
    made = _columns(r)
    spread = any(span(x["low"], x["high"]) != money(x["low"]) for x in r["deliverable"])
    due = "due" if changed or len(made) > 1 else "due by then"
    head = ["day", "date", "money, USD", *(["5-95%"] if spread else []), *made, due]
    rows = [[str(x["day"]), x["date"], money(x["usd"]),
             *([span(x["low"], x["high"])] if spread else []),
             *(money(values[i]) for values in made.values()), money(x["due_usd"])]
            for i, x in enumerate(r["deliverable"])]
    if changed:
        head.insert(2, "before")
        for cells, x in zip(rows, r["deliverable"], strict=True):
            cells.insert(2, money(x["usd_before"]))
    elif made:
        first = 4 if spread else 3
        head[first] = f"of it {head[first]}"
    late = overdue_words(r)
    return ["Most money that can be there at the end of a day", *table(head, rows, 2),
            *(row("Overdue already", f"{late}, not in the due column") if late else []), ""]


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
    lines = row("Coins to money", wait_words(r["time_to_cash_days"], unfrozen_by(r)))
    if r["convertible_share"]:
        lines += row("Convertible", share_words(r))
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
        + (f"; {change(r['closure_change'])} points by {_by_what(r)}"
           if r["closure_change"] else "")))
    parts = []
    for key, words in (("all_routes_closed", "its own routes all shut"),
                       ("wholly_convertible", "coins sold at spot, at once"),
                       ("clients_routes_closed", "its clients' routes all shut")):
        if r[key] is not None:
            parts.append(f"{words} {change(r[key]['change'])}")
    return lines + (flow("Changes it, points", parts, "; ") if parts else [])


def _by_what(r: Result) -> str:
    """What is asked, as far as the change of the probability holds it."""
    if r["asked"]["close"] and r["asked"]["freeze"]:
        return "what is shut or frozen"
    return "what is frozen" if r["asked"]["freeze"] else "what is shut"


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
    books = f"{r['draws']} {'book' if r['draws'] == 1 else 'books'}"
    words = (f"{r['paths']:,} paths, {books}, seed {r['seed']}, {r['seconds']:.1f} s."
             f"  Stress: {r['stress_paths']:,} paths.")
    return [words, *([f"Report: {report}"] if report else [])]
