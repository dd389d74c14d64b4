"""Words and figures that the text and the page of a cash-out share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Table
from hashfall.report.text import days, money, percent

__all__ = ["answer", "change", "cut_name", "cut_words", "days_word", "flow_blocks",
           "halt_cells", "made_of", "row_name", "wait_words"]

Result = Mapping[str, Any]
_ROWS = {"none": "no freeze", "book": "as in the book", "asked": "as asked",
         "domestic_court": "domestic court", "tax_office": "tax office",
         "foreign_bank": "foreign bank", "exchange": "exchange",
         "sanction_list": "sanction list"}


def row_name(name: str) -> str:
    """A row of the stress in words.

    Examples
    --------
    >>> row_name("domestic_court"), row_name("none")
    ('domestic court', 'no freeze')
    """
    return _ROWS.get(name, name.replace("_", " "))


def change(p: Mapping[str, Any] | None) -> str:
    """A change of a probability in points, with its Monte Carlo error.

    Examples
    --------
    >>> change({"value": -0.0214, "se": 0.0021}), change({"value": 0.0, "se": 0.0}), change(None)
    ('-2.1 ±0.2', '0', 'n/a')
    """
    if p is None:
        return "n/a"
    if p["value"] == 0.0 and p["se"] == 0.0:
        return "0"
    return f"{100 * p['value']:+.1f} ±{100 * p['se']:.1f}"


def cut_name(row: Mapping[str, Any]) -> str:
    """What holds money back, in words.

    Examples
    --------
    >>> cut_name({"name": "wallet", "kind": "supply"}), cut_name({"name": "otc", "kind": "route"})
    ('the coins that are there', 'otc')
    """
    if row["kind"] == "route":
        return str(row["name"])
    if row["name"] == "wallet":
        return "the coins that are there"
    if row["name"] == "frozen":
        return "what frozen accounts let through"
    name = row["name"].replace("_", " ")
    if row.get("of") == "funding":
        return f"funding ({name.removeprefix('funding.').removeprefix('lines.')})"
    return f"{row.get('of') or 'cash'} on {name}"


def cut_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """Everything that bounds the money, with what each lets through."""
    if not rows:
        return "nothing: no money gets through"
    parts = [f"{cut_name(row)} {money(row['usd'])}" for row in rows]
    if any(row["kind"] == "route" for row in rows):
        return ", ".join(parts)
    return f"{', '.join(parts)}; no route is too narrow"


def made_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """What money by date is made of beside coins and cash, by the name of a column. [USD]

    Examples
    --------
    >>> made_of([{"day": 0, "hosting_usd": 0.0}, {"day": 30, "hosting_usd": 5.0}])
    {'hosting': [0.0, 5.0]}
    """
    kinds = {"hosting": "hosting_usd", "other receipts": "other_receipts_usd",
             "funding": "funding_usd"}
    found = {name: [float(row.get(key, 0.0)) for row in rows] for name, key in kinds.items()}
    return {name: values for name, values in found.items() if any(values)}


def days_word(value: float | None) -> str:
    """Days, or that coins do not arrive.

    Examples
    --------
    >>> days_word(5.0), days_word(None)
    ('5 days', 'never')
    """
    if value is None:
        return "never"
    return "1 day" if round(value) == 1 else f"{value:.0f} days"


def wait_words(waits: Mapping[str, Any]) -> str:
    """Time to cash in words."""
    if waits["p50"] is None and waits["p50_low"] is None:
        return "no coin becomes money in the time looked at"
    parts = []
    for key, name in (("p50", "half of the coins"), ("p95", "95% of them")):
        low, high = days_word(waits[f"{key}_low"]), days_word(waits[f"{key}_high"])
        ends = f"[{low.partition(' ')[0]} to {high.partition(' ')[0]}]"
        when = days_word(waits[key])
        parts.append(f"{name} {'never' if when == 'never' else f'after {when}'} {ends}")
    return ", ".join(parts)


def halt_cells(row: Mapping[str, Any], horizon: int) -> list[str]:
    """Days to halt at 5, 50 and 95% of the paths, and the share that never halts."""
    d = row["days_to_halt"]
    return [*(days(d[key], horizon) for key in ("p5", "p50", "p95")), percent(d["censored_share"])]


def answer(r: Result) -> str:
    """The answer in one or two sentences."""
    last = r["deliverable"][-1]
    words = (f"{r['name']} can have {money(last['usd'])} USD by {last['date']} "
             f"[{money(last['low'])} to {money(last['high'])} over what the books do not tell]")
    parts = [f"{money(values[-1])} {name}" for name, values in made_of([last]).items()]
    if parts:
        words += f", of it {' and '.join(parts)}"
    if last["due_usd"]:
        words += f"; {money(last['due_usd'])} USD fall due by then"
    told = next(row for row in r["stress"] if row["name"] == r["days_to_halt"]["row"])
    half = days(told["days_to_halt"]["p50"], r["horizon_days"])
    words += f". Operations halt after {half} days on half of the paths ({row_name(told['name'])})."
    return words


def flow_blocks(r: Result) -> list[Block]:
    """Flow picture and measures of an assessment's section on routes."""
    found = r.get("cashout")
    if not found:
        return []
    last = found["convertible_share"][-1] if found["convertible_share"] else None
    rows = [[x["route"], x["kind"], money(x["spot_usd"]), money(x["lost_usd"]),
             money(x["without_usd"]), money(x["doubled_usd"]),
             f"{money(x['usd_per_unit'])} a {x['unit']}"] for x in found["marginal_value"]]
    head = ["route", "kind", "sold, USD", "lost, USD", "money without it",
            "money at twice its capacity", "USD of a unit more"]
    cut = [[cut_name(x), x["name"], x["kind"], money(x["usd"]), str(x["first_day"]),
            str(x["last_day"])] for x in found["cut"]]
    caption = (f"The most money that can be there by {found['by']}, at the prices of the date of "
               "the books and if nothing is paid: coins through routes, cash, receipts of hosting "
               "before the power that they need, funding drawn in full. A route marked as binding "
               "is too narrow; hatched is what finds no route in time or is frozen.")
    words = f"Bounded by: {cut_words(found['cut'])}. Time to cash: "
    words += f"{wait_words(found['time_to_cash_days'])}."
    if last is not None:
        words += (f" {percent(last['share'])} of the coins can be money by {last['date']} "
                  f"[{percent(last['low'])} to {percent(last['high'])}].")
    bounds = Table(["what bounds the money", "entry", "kind", "USD", "from day", "to day"], cut, 3,
                   "", "What bounds the money")
    return [Chart("route-flow", caption, Table(head, rows, 2)), Prose(words),
            *([bounds] if cut else [])]
