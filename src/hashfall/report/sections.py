"""Sections 1 to 4 of the page: the answer, the calendar, the fan, the causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.bars import CALENDAR_MONTHS, MEANS, interval
from hashfall.report.blocks import (
    Block,
    Cell,
    Chart,
    Items,
    Link,
    Prose,
    Section,
    Table,
    anchor,
)
from hashfall.report.terminal import CLOCKS, HORIZONS
from hashfall.report.text import (
    days,
    drift_name,
    money,
    number,
    percent,
    points,
    probability,
    wide,
)
from hashfall.report.theme import DUE
from hashfall.report.words import break_even_words, cause_name, error_words

__all__ = ["cash", "causes", "due", "figure", "head", "source_cell"]

Result = Mapping[str, Any]
_FIELDS = Link("Find the field to change", "#fields")


def source_cell(source: str | None) -> str | Link:
    """A source's id, leading to its entry."""
    return Link(source, "#" + anchor("source", source)) if source else "n/a"


def head(r: Result) -> Section:
    """Probabilities by date, clock and drift; how long the cash lasts."""
    d1 = r["pd"]["d1"]
    error = max((p["se"] for p in d1.values() if p), default=0.0)
    caption = (
        "The line is the share of paths on which an amount due has stayed unpaid beyond its grace "
        f"by the date. {_band_words(r)} Simulation adds an error of {error_words(error)} (one "
        "standard error)."
    )
    blocks: list[Block] = [Chart("pd", caption, _curve_table(r))]
    blocks.append(_clock_table(r["pd"], "All four clocks"))
    blocks.append(Prose("A clock that is not in the book, such as a covenant breach without a "
                        "covenant, prints as n/a. Definitions are in section 8.", "small"))
    blocks.append(Chart("drift", "The base case lets the coin's price neither rise nor fall on "
                        "average. Dots and bars show what a steady drift would change.",
                        _drift_table(r)))
    blocks.append(Chart("runway", "From the bar's left end (5% of the paths) to its right end "
                        "(95%) the balance first cannot meet what is due; an arrow means beyond "
                        f"the horizon of {r['horizon_days']:,} days.", _runway_table(r)))
    blocks += [_clock_table(s["pd"], f"Apart: {s['name']}") for s in r["subsidiaries"]]
    return Section("answer", "The answer", blocks)


def _band_words(r: Result) -> str:
    if (r.get("draws") or 1) == 1:
        return "There is no band: the book leaves nothing open."
    if not any(wide(p) for p in r["pd"]["d1"].values() if p):
        return "There is no band: nothing that the book leaves open moves it."
    return f"The band is what the books do not tell (5 to 95% over {r['draws']} draws of the book)."


def _curve_table(r: Result) -> Table:
    c = r["pd_curve"]
    d1 = c["d1"]
    rows = [[when, str(day), percent(v), percent(low), percent(high), error_words(se)]
            for when, day, v, low, high, se in zip(
                c["date"], c["day"], d1["value"], d1["low"], d1["high"], d1["se"], strict=True)]
    return Table(["date", "day", "payment default", "low", "high", "simulation error"], rows)


def _clock_table(pd: Result, title: str) -> Table:
    rows: list[list[Cell]] = []
    for clock, name in CLOCKS.items():
        cells = [probability((pd.get(clock) or {}).get(h)) for h in HORIZONS]
        rows.append([Link(f"{clock.upper()} {name}", "#" + anchor("definition", clock)), *cells])
    return Table(["clock", *(f"{h[:-1]} months" for h in HORIZONS)], rows, title=title)


def _drift_table(r: Result) -> Table:
    rows = [[drift_name(e["drift_per_year"]), *(probability(e["d1"].get(h)) for h in HORIZONS)]
            for e in r["pd_by_drift"]]
    return Table(["drift a year", *(f"{h[:-1]} months" for h in HORIZONS)], rows)


def _runway_table(r: Result) -> Table:
    horizon, rows = r["horizon_days"], []
    for key, name in (("cash_only", "cash only"), ("cash_and_coins", "cash and coins")):
        entry = r["runway_days"].get(key) or {}
        rows.append([name, *(days(entry.get(k), horizon) for k in ("p5", "p50", "p95")),
                     percent(entry.get("censored_share"))])
    return Table(["days", "5%", "half", "95%", "last to the horizon"], rows)


def due(r: Result) -> Section:
    """Obligations against liquid means; overdue amounts; dated events."""
    caption = (
        "Left bar: what falls due in the month. Right bar: what is there on average over the paths "
        "to pay it; hatched parts are there but cannot pay (frozen accounts, coins that do not "
        "become money in time). Both are means: one path can fail where the mean of all is "
        "covered, and paths that have defaulted are in it. The drawing shows "
        f"{CALENDAR_MONTHS[0]} months at most, the table all."
    )
    blocks: list[Block] = [Chart("calendar", caption, _calendar_table(r))]
    rows = [[i["name"], i["class"], money(i["amount"], i["currency"]), i["since"],
             source_cell(i.get("source"))] for i in r["overdue"]]
    blocks.append(
        Table(["overdue already", "class", "amount", "since", "source"], rows, 2,
              "Overdue at the date of the books") if rows
        else Prose("Nothing is overdue in the record at the date of the books."))
    if r["events"]:
        events = [[e["date"], e["what"], source_cell(e.get("source"))] for e in r["events"]]
        blocks.append(Table(["date", "event", "source"], events, 3, "Dated events in the book"))
    return Section("due", "What is due and what is there", blocks)


def _calendar_table(r: Result) -> Table:
    present = {c for m in r["calendar"] for c in m["due"]}
    classes = [c for c in DUE if c in present] + sorted(present - set(DUE))
    head = ["month", "due in all", *classes, *MEANS.values()]
    rows = [[m["month"], money(sum(m["due"].values())),
             *(money(m["due"].get(c, 0.0)) for c in classes),
             *(money(m.get(k) or 0.0) for k in MEANS)] for m in r["calendar"]]
    return Table(head, rows)


def cash(r: Result) -> Section:
    """Liquid means over time and single paths told as stories."""
    caption = (
        f"{r['fan'].get('what', 'liquid means at month end').capitalize()}: half of the paths lie "
        "in the dark band, nine of ten in the light one, the line is the middle. At the dashed "
        "line nothing is left to pay with. Upright lines are the days on which the paths told "
        "below default."
    )
    f = r["fan"]
    keys = ("p5", "p25", "p50", "p75", "p95")
    rows = [[when, *(money(f[k][i]) for k in keys)] for i, when in enumerate(f["date"])]
    table = Table(["month end", "5%", "25%", "half", "75%", "95%"], rows)
    blocks: list[Block] = [Chart("fan", caption, table)]
    if r["stories"]:
        blocks.append(Prose("Single paths, out of many: what happens to the company on them."))
    blocks += [_story(i, s) for i, s in enumerate(r["stories"], start=1)]
    return Section("cash", "How the cash goes", blocks)


def _story(i: int, story: Result) -> Items:
    end = "no default" if story["d1_day"] is None else f"default on day {story['d1_day']}"
    title = f"Path {i}: {end} (path {story['path']:,} of draw {story['draw']})"
    return Items([f"Day {e['day']}, {e['date']}: {e['text']}" for e in story["events"]], title)


def causes(r: Result) -> Section:
    """Causes, break-evens and the assumptions that decide."""
    caption = (
        "A path's cause is the first whose removal alone, on the same path, avoids the default; "
        "where no single one does, it is joint. Thin lines are two standard errors of the "
        "simulation."
    )
    rows = [[c["cause"], cause_name(c["cause"]), percent(c["share"]), error_words(c.get("se") or 0)]
            for c in sorted(r["causes"], key=lambda c: -c["share"])]
    table = Table(["cause", "in words", "share", "simulation error"], rows, 2)
    blocks: list[Block] = [
        Chart("causes", caption, table) if rows else Prose("No path defaults, so none has a cause.")
    ]
    for key, name, title in (("first_unpaid", "class", "What stayed unpaid first"),
                             ("last_source", "source", "What was exhausted last")):
        if r.get(key):
            shares = [[e[name], percent(e["share"])] for e in r[key]]
            blocks.append(Table([name, "share of defaults"], shares, title=title))
    blocks += [*_break_evens(r), *_tornado(r)]
    return Section("causes", "What it dies of, and what decides", blocks)


def _break_evens(r: Result) -> list[Block]:
    names = {"hashprice_usd_ph_day": "hashprice, USD/PH/day",
             "power_price_usd_per_kwh": "power price, USD/kWh", "haircut": "haircut on coins sold"}
    rows, reasons = [], []
    for key, name in names.items():
        entry = r["break_even"].get(key)
        if entry:
            rows.append([name, *break_even_words(key, entry)])
            if entry.get("reason"):
                reasons.append(f"No break-even of the {name.split(',')[0]}: {entry['reason']}.")
    head = ["constant level at which 12 months of cash flow are zero", "break-even", "now"]
    return [Table(head, rows, title="Break-evens"), *(Prose(text, "small") for text in reasons)]


def _tornado(r: Result) -> list[Block]:
    if not r["assumptions"]:
        return [Prose("No field of the book is open: nothing is assumed in place of a figure.")]
    caption = (
        "Each row moves one open field of the book from its low to its high point, all else on the "
        "same draws of the book, fewer than those of the answer; the dashed line is the "
        "probability on these draws. The widest row is what to find out first. "
        "This screens; it does not share out the whole among the fields."
    )
    rows = [[a["name"], [Link(a["path"], "#" + anchor("field", a["path"]))], a["source"],
             figure(a["value"]), interval(a), percent(a.get("pd_low")), percent(a.get("pd_high")),
             points(a.get("effect"))] for a in r["assumptions"]]
    head = ["assumption", "field", "source", "value", "range", "PD at low", "PD at high", "effect"]
    table = Table(head, rows, 3)
    return [Chart("tornado", caption, table),
            Prose(["Is a number wrong? ", _FIELDS, " and run again."], "small")]


def figure(value: Any) -> str:
    """A field's value in few letters.

    Examples
    --------
    >>> figure(420e6), figure(0.71), figure("2025-06-01"), figure(None)
    ('420m', '0.71', '2025-06-01', 'n/a')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) or value is None:
        return value or "n/a"
    return money(value) if abs(value) >= 1e4 else number(value)
