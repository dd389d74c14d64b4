"""Orders and days to halt of a cash-out: words, lines of the terminal, section of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Section, Table
from hashfall.report.cashout_words import change, halt_cells, last_day, row_name, told_row
from hashfall.report.text import money, percent, row, table

__all__ = ["effect", "halt_lines", "halt_section", "order_lines"]

Result = Mapping[str, Any]
def effect(m: Mapping[str, Any]) -> str:
    """Whether a measure that was tried helps, as far as the simulation can tell.

    Examples
    --------
    >>> effect({"pd_change": {"value": 0.03, "se": 0.003}, "halt_change": None})
    'harms'
    """
    for change_ in (m["pd_change"], m["halt_change"]):
        if change_ is not None and abs(change_["value"]) > 2.0 * change_["se"]:
            return "helps" if change_["value"] < 0.0 else "harms"
    changes = [c for c in (m["pd_change"], m["halt_change"]) if c is not None]
    return "no clear change" if any(c["value"] for c in changes) else "changes nothing"


def order_lines(r: Result) -> list[str]:
    """What was asked to be frozen, and what each order reaches."""
    by_name = {x["name"]: x for x in r["stress"]}
    lines: list[str] = []
    for order in r["asked"]["freeze"]:
        source = row_name(order["source"])
        span = f"{order['days']} days" if order["days"] else "to the end of the run"
        when = f"{percent(order['share'])} from day {order['from_day']}, {span}"
        # An order on all accounts reaches what the row of its source reaches.
        hit = by_name.get(order["source"], {"accounts": [], "routes": []})
        accounts = [order["account"]] if order["account"] else hit["accounts"]
        routes = [] if order["account"] else hit["routes"]
        if accounts:
            lines += row("Frozen", f"{', '.join(accounts)} by {source}, {when}")
        if routes:
            word = "route" if len(routes) == 1 else "routes"
            lines += row("Shut by order", f"{word} {', '.join(routes)} shut by {source}, {when}")
        if not accounts and not routes:
            lines += row("Ordered", f"by {source} from day {order['from_day']}: reaches no "
                                    "account and no route")
    return lines


def halt_lines(r: Result) -> list[str]:
    """Days to halt by order, what each reaches, the queue and what was tried against it."""
    rows = [[row_name(x["name"]), *(_counts(x) if x["orders"] else ("", "")),
             *halt_cells(x["days_to_halt"], last_day(r, x)), percent(x["pd_12m"]["value"]),
             change(x["pd_change"])] for x in r["stress"]]
    head = ["order of", "accounts", "routes", "5%", "half", "95%", "never", "PD", "points"]
    lines = ["", "Days from the order to the halt (power or payroll unpaid beyond grace),",
             "default within 12 months and its change", *table(head, rows, 1)]
    for x in r["stress"]:
        if x["why_same"] or x["orders"]:
            lines += row(f"  {row_name(x['name'])}", x["why_same"] or _reaches(x))
    return [*lines, "", *_tried(r)]


def _counts(x: Mapping[str, Any]) -> tuple[str, str]:
    return str(len(x["accounts"])), str(len(x["routes"]))


def _reaches(x: Mapping[str, Any]) -> str:
    """What an order holds, what it lets through, and what it shuts."""
    parts = []
    if x["accounts"]:
        allows = list(dict.fromkeys(kind for order in x["orders"] for kind in order["allows"]))
        parts.append(f"holds {', '.join(x['accounts'])}; lets {', '.join(allows) or 'nothing'} "
                     "through")
    if x["routes"]:
        parts.append(f"shuts {'route' if len(x['routes']) == 1 else 'routes'} "
                     f"{', '.join(x['routes'])}")
    return "; ".join(parts) or "reaches no account and no route"


def _reaches_nothing(x: Mapping[str, Any]) -> bool:
    return bool(x["same_as"] or x["why_same"])


def _tried(r: Result) -> list[str]:
    """Queue at the halt and what was tried, for the row that is told and a court at home."""
    told = told_row(r)
    picked = [told] if told["name"] != "none" and not _reaches_nothing(told) else []
    court = next((x for x in r["stress"] if x["name"] == "domestic_court"), None)
    if court is not None and not _reaches_nothing(court) and told["name"] == "none":
        picked.append(court)
    lines: list[str] = []
    for x in picked:
        queue = x["unpaid_at_halt"]
        if queue["paths"]:
            parts = [f"{kind} {money(v)}" for kind, v in _amounts(queue)[:4]]
            lines += row("Unpaid at the halt", (
                f"{row_name(x['name'])}: {', '.join(parts)} {queue['currency']}; "
                f"{money(queue['held'])} held frozen"))
        for i, m in enumerate(x["measures"]):
            words = f"{m['measure'].replace('_', ' ')} {_measure(r, x, m)}"
            lines += row("" if i else "Tried against it", words)
    return lines


def _amounts(queue: Mapping[str, Any]) -> list[tuple[str, float]]:
    """What is unpaid by class, less than a unit of the currency left out."""
    return [(kind, value) for kind, value in queue["unpaid"].items() if value >= 1.0]


def _measure(r: Result, x: Mapping[str, Any], m: Mapping[str, Any]) -> str:
    if m["pd_change"] is None:
        return f"cannot be tried: {m['why']}"
    half = halt_cells(m["days_to_halt"], last_day(r, x))[1]
    return (f"{effect(m)}: default {change(m['pd_change'])} points, halts "
            f"{change(m['halt_change'])}, half halt after {half} days")


def halt_section(r: Result) -> Section:
    """Section of the page on freezes and exclusion."""
    rows = [[row_name(x["name"]), ", ".join(x["accounts"]) or "none",
             ", ".join(x["routes"]) or "none",
             ", ".join(x["orders"][0]["allows"]) or "nothing" if x["orders"] else "",
             percent(x["receipts_share"]), *halt_cells(x["days_to_halt"], last_day(r, x)),
             percent(x["pd_12m"]["value"]), change(x["pd_change"])] for x in r["stress"]]
    head = ["order of", "accounts", "routes shut", "allows", "receipts hit", "5%", "half", "95%",
            "never", "PD", "PD, points"]
    caption = ("Days from an order to the first day on which power or payroll is unpaid beyond "
               "its grace: the middle, and 5 to 95% of the paths. Each source is an order of its "
               "own; the book's own freezes are taken out where one is tried.")
    blocks: list[Block] = [Chart("halts", caption, Table(head, rows, 4))]
    blocks += [Prose(f"{row_name(x['name']).capitalize()}: {x['why_same']}.", "small")
               for x in r["stress"] if x["why_same"]]
    live = [x for x in r["stress"] if not _reaches_nothing(x)]
    for x in live:
        queue = x["unpaid_at_halt"]
        if not queue["paths"]:
            continue
        parts = [[k, money(v, queue["currency"])] for k, v in _amounts(queue)]
        parts.append(["held frozen", money(queue["held"], queue["currency"])])
        name = row_name(x["name"])
        blocks.append(Table(["class", "unpaid on the day of the halt"], parts, 1,
                            f"Queue at the halt: {name}", f"Queue at the halt: {name}"))
    tried = [[row_name(x["name"]), m["words"],
              effect(m) if m["pd_change"] is not None else "cannot be tried",
              change(m["pd_change"]), change(m["halt_change"]),
              f"{m['days_gained_p50']:+.0f}" if m.get("days_gained_p50") is not None else m["why"]]
             for x in live for m in x["measures"]]
    if tried:
        blocks.append(Table(["order of", "what was tried", "", "PD, points", "halts, points",
                             "days gained, half"], tried, 3, "What was tried against it"))
    why = [[row_name(x["name"]), x["orders"][0]["why"], x["orders"][0]["cited"]]
           for x in r["stress"] if x["orders"]]
    blocks.append(Table(["source", "what it reaches and allows", "resting on"], why, 3,
                        "Sources of orders"))
    return Section("halts", "Freezes and exclusion: days to halt", blocks)
