"""Words and figures that the text and the page of a cash-out share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Table
from hashfall.report.cashout_amounts import overdue_words, span
from hashfall.report.text import money, percent

__all__ = ["answer", "change", "cut_name", "cut_words", "days_word", "flow_blocks", "halt_cells",
           "halt_sentence", "last_day", "made_of", "row_name", "share_words", "told_row",
           "unfrozen_by", "wait_words"]

Result = Mapping[str, Any]
_ENDS = (("p5", 0.95), ("p50", 0.5), ("p95", 0.05))
_ELSEWHERE = "accounts beside those of the book"
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
    >>> change({"value": -0.0001, "se": 0.0001})
    '+0.0 ±0.0'
    """
    if p is None:
        return "n/a"
    if p["value"] == 0.0 and p["se"] == 0.0:
        return "0"
    points = round(100.0 * p["value"], 1) or 0.0  # no minus before nothing
    return f"{points:+.1f} ±{100 * p['se']:.1f}"


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
    if row["name"] == _ELSEWHERE:
        return f"{row.get('of') or 'money'} sent to an account outside the book, as after an order"
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


def wait_words(waits: Mapping[str, Any], unfrozen_by: str = "") -> str:
    """Time to cash in words.

    Parameters
    ----------
    waits : mapping
        ``p50, p50_low, p50_high`` and the same of ``p95``; None where coins do not arrive. [days]
    unfrozen_by : str
        Date by which money has to be free to count; empty where nothing is frozen.

    Examples
    --------
    >>> same = {"p50": 5.0, "p50_low": 5.0, "p50_high": 5.0,
    ...         "p95": 8.0, "p95_low": 6.0, "p95_high": None}
    >>> wait_words(same)
    'half of the coins after 5 days, 95% of them after 8 days [6 to never]'
    """
    if waits["p50"] is None and waits["p50_low"] is None:
        return (f"fewer than half of the coins are money not frozen by {unfrozen_by}" if unfrozen_by
                else "fewer than half of the coins become money in the time looked at")
    parts = []
    for key, name in (("p50", "half of the coins"), ("p95", "95% of them")):
        low, high = days_word(waits[f"{key}_low"]), days_word(waits[f"{key}_high"])
        ends = "" if low == high else f" [{low.partition(' ')[0]} to {high.partition(' ')[0]}]"
        when = days_word(waits[key])
        parts.append(f"{name} {'never' if when == 'never' else f'after {when}'}{ends}")
    counted = f", counted as money not frozen by {unfrozen_by}" if unfrozen_by else ""
    return ", ".join(parts) + counted


def unfrozen_by(r: Result) -> str:
    """Last day of the money by date where some of it is frozen; else empty."""
    return str(r["asked"]["by"]) if r["flow"]["after"]["frozen_usd"] > 0.0 else ""


def share_words(r: Result) -> str:
    """Share of the coins that is money by the last day, with the band where it has one."""
    last = r["convertible_share"][-1]
    low, high = percent(last["low"]), percent(last["high"])
    ends = "" if low == high else f" [{low} to {high}]"
    if unfrozen_by(r):
        return f"{percent(last['share'])} of the coins are money not frozen by {last['date']}{ends}"
    return f"{percent(last['share'])} of the coins by {last['date']}{ends}"


def last_day(r: Result, x: Mapping[str, Any]) -> int:
    """Last day on which a halt can be seen, counted as a row of the stress counts. [days]

    Examples
    --------
    >>> last_day({"stress_last_day": 365}, {"orders": [{"from_day": 4}], "same_as": ""})
    361
    """
    orders = [] if x["same_as"] else x["orders"]
    return int(r["stress_last_day"]) - min((o["from_day"] for o in orders), default=0)


def halt_cells(found: Mapping[str, Any], last: int) -> list[str]:
    """Days to halt at 5, 50 and 95% of the paths, and the share that never halts.

    Parameters
    ----------
    found : mapping
        ``p5, p50, p95, censored_share`` and perhaps ``before_share``.
    last : int
        Last day on which a halt can be seen. [days]

    Examples
    --------
    >>> halt_cells({"p5": 136.0, "p50": 362.0, "p95": 362.0, "censored_share": 0.7}, 361)
    ['136', '>361', '>361', '70%']
    """
    if found.get("before_share", 0.0) == 1.0:
        return ["before"] * 3 + ["0%"]
    never = found["censored_share"]
    return [*(f">{last}" if never >= share or found[key] > last else f"{found[key]:.0f}"
              for key, share in _ENDS), percent(never)]


def halt_sentence(r: Result) -> str:
    """Whether operations halt, for the row that is told."""
    told = told_row(r)
    found, last, name = told["days_to_halt"], last_day(r, told), row_name(told["name"])
    since = " of the order" if told["orders"] and not told["same_as"] else ""
    if found.get("before_share", 0.0) == 1.0:
        return f"Operations halt before the order on all paths ({name})."
    never = found["censored_share"]
    if never >= 0.5:
        return (f"Operations do not halt within {last} days{since} on {percent(never)} of the "
                f"paths ({name}).")
    half = halt_cells(found, last)[1]
    return f"Operations halt within {half} days{since} on half of the paths ({name})."


def told_row(r: Result) -> Mapping[str, Any]:
    """The row of the stress that is told first."""
    found: Mapping[str, Any] = next(x for x in r["stress"] if x["name"] == r["days_to_halt"]["row"])
    return found


def answer(r: Result) -> str:
    """The answer in one or two sentences."""
    last = r["deliverable"][-1]
    words = f"{r['name']} can have {money(last['usd'])} USD by {last['date']}"
    ends = span(last["low"], last["high"], " to ")
    if " to " in ends:
        words += f" [{ends} over what the books do not tell]"
    parts = [f"{money(values[-1])} {name}" for name, values in made_of([last]).items()]
    if parts:
        words += f", of it {' and '.join(parts)}"
    held = r["flow"]["after"]["frozen_usd"] if "flow" in r else 0.0
    if held:
        words += f"; {money(held)} more are held frozen"
    if last["due_usd"]:
        words += f"; {money(last['due_usd'])} USD fall due by then"
    late = overdue_words(r)
    if late:
        words += f", beside {late} overdue already"
    return f"{words}. {halt_sentence(r)}"


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
