"""The terminal summary: one minute, 80 columns, the same text in a pipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.bars import interval
from hashfall.report.fall import fall_row
from hashfall.report.text import (
    WIDTH,
    days,
    drift_name,
    flow,
    money,
    number,
    percent,
    points,
    probability,
    row,
    rule,
    short,
    wide,
)

__all__ = ["CLOCKS", "HORIZONS", "summary"]

HORIZONS = ("6m", "12m", "24m", "36m")
"""Horizons of a probability, in calendar months from the date of the books."""
CLOCKS = {
    "d1": "payment default",
    "d2": "distressed exchange",
    "d3": "covenant breach",
    "d4": "insolvent",
}
"""The four clocks of default and their names for a reader."""
_CAUSES = {"joint": "no single cause (joint)"}
_NO_CLOCK = {"d2": "n/a", "d3": "n/a (no covenant in the book)", "d4": "n/a"}
_LEAST_EFFECT = 0.005
_MOST = 4
_NAME = 42  # columns of a name inside an entry
_GAPS = 3


def summary(result: Mapping[str, Any], report: str | None = None) -> list[str]:
    """Lines that a person reads in a minute, none longer than 80 columns.

    Parameters
    ----------
    result : mapping
        An assessment, see `hashfall.report`.
    report : str or None
        Where the page is, printed in the last line.
    """
    parts = (
        _head, _scenarios, _overdue, _default, _other_clocks, _drift, _runway, _causes,
        _break_even, _assumptions, _trapped, fall_row, _missing, _subsidiaries, _notes,
    )  # fmt: skip
    body = [line for part in parts for line in part(result)]
    # A name out of a book must not move the cursor of the reader's terminal.
    return ["".join(c if c.isprintable() else "?" for c in line)
            for line in [*body, rule(), *_foot(result, report)]]


def _head(r: Mapping[str, Any]) -> list[str]:
    books = f"books {r['as_of']}, known by {r['known_by']}"
    if r.get("balances_age_days"):
        books = f"books {r['balances_of']}, as of {r['as_of']}, known by {r['known_by']}"
    kind = f"{r['currency']}, {r['business']}"
    one = f"{r['name']}   {books}   {kind}"
    if len(one) <= WIDTH:
        return [one, rule()]
    return [short(r["name"], WIDTH), f"{books}   {kind}", rule()]


def _scenarios(r: Mapping[str, Any]) -> list[str]:
    names = [short(s["name"], _NAME) for s in r["scenarios"]]
    return flow("With scenario", names, "; ", 3) if names else []


def _overdue(r: Mapping[str, Any]) -> list[str]:
    items = r["overdue"]
    if not items:
        return row("Overdue already", "nothing in the record")
    sums: dict[str, float] = {}
    for item in items:
        sums[item["currency"]] = sums.get(item["currency"], 0.0) + item["amount"]
    total = " + ".join(money(v, c) for c, v in sums.items())
    if len(items) == 1:
        return row("Overdue already", f"{total}  ({short(items[0]['name'], _NAME)})", 2)
    # The first name stands beside the total, on one line.
    room = WIDTH - 23 - len(f"{total}  (, ") - len(money(items[0]["amount"]))
    parts = [f"{short(i['name'], _NAME if n else max(8, min(_NAME, room)))} {money(i['amount'])}"
             for n, i in enumerate(items)]
    parts[0], parts[-1] = f"{total}  ({parts[0]}", f"{parts[-1]})"
    return flow("Overdue already", parts, ", ", 4)


def _default(r: Mapping[str, Any]) -> list[str]:
    d1 = r["pd"]["d1"]
    shown = [h for h in HORIZONS if d1.get(h)]
    cells = [f"{h[:-1]} m {probability(d1[h])}" for h in shown if h != "24m" or len(shown) < 4]
    error = max((d1[h]["se"] for h in shown), default=0.0)
    note = f"± {_error(error)} simulation   {_open_words(r, [d1[h] for h in shown])}"
    return [*flow("Payment default", cells), *row("", note)]


def _open_words(r: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> str:
    """What the brackets are, or why there are none."""
    if any(wide(p) for p in shown):
        return "[..] what the books do not tell"
    if (r.get("draws") or 1) == 1:
        return "the book leaves nothing open"
    return "nothing unknown moves it"


def _error(se: float) -> str:
    """A standard error of a share, one decimal."""
    return "<0.1%" if 0 < se < 0.0005 else f"{100 * se:.1f}%"


def _other_clocks(r: Mapping[str, Any]) -> list[str]:
    pd = r["pd"]
    horizon = next((h for h in ("12m", "6m") if pd["d1"].get(h)), "6m")
    words = []
    for clock in ("d2", "d3", "d4"):
        p = (pd.get(clock) or {}).get(horizon)
        words.append(f"{CLOCKS[clock]} {probability(p) if p else _NO_CLOCK[clock]}")
    return flow(f"Other clocks, {horizon[:-1]} m", words, ", ")


def _drift(r: Mapping[str, Any]) -> list[str]:
    cells = []
    horizon = "12m" if all(e["d1"].get("12m") for e in r["pd_by_drift"]) else "6m"
    for entry in r["pd_by_drift"]:
        p = entry["d1"].get(horizon)
        if p:
            cells.append(f"{drift_name(entry['drift_per_year'])} a year: {percent(p['value'])}")
    return flow(f"Price drift, {horizon[:-1]} m", cells) if cells else []


def _runway(r: Mapping[str, Any]) -> list[str]:
    horizon = r["horizon_days"]
    cash, both = (r["runway_days"].get(k) for k in ("cash_only", "cash_and_coins"))
    if not cash:
        return row("Runs out of cash in", "n/a")
    low, mid, high = (days(cash[k], horizon) for k in ("p5", "p50", "p95"))
    unit = "day" if low == "1" else "days"
    cells = [f"{low} {unit} (5%)", f"{mid} (half)", f"{high} (95%)"]
    gain = _coins_add(cash, both, horizon)
    return flow("Runs out of cash in", [*cells, gain] if gain else cells, "  ")


def _coins_add(cash: Mapping[str, Any], both: Mapping[str, Any] | None, horizon: float) -> str:
    """What selling coins adds to the middle runway."""
    if not both or cash["p50"] >= horizon:
        return ""
    gain = both["p50"] - cash["p50"]
    more = "more than " if both["p50"] >= horizon else ""
    return f"coins add {more}{gain:.0f} {'day' if round(gain) == 1 else 'days'}"


def _causes(r: Mapping[str, Any]) -> list[str]:
    causes = sorted(r["causes"], key=lambda c: -c["share"])
    if not causes:
        return row("Dies of", "nothing: no path defaults")
    shown = [c for c in causes if c["share"] >= 0.01][:6] or causes[:1]
    words = [f"{_CAUSES.get(c['cause']) or short(c['cause'], 24)} {percent(c['share'])}"
             for c in shown]
    rest = len(causes) - len(shown)
    if rest:
        words.append(f"{rest} more")
    return flow("Dies of", words, ", ")


_BREAK_EVEN = (
    ("hashprice_usd_ph_day", "hashprice", ">", "USD/PH/day", 1.0),
    ("power_price_usd_per_kwh", "power", "<", "USD/kWh", 1.0),
    ("haircut", "coin haircut", "<", "%", 100.0),
)


def _break_even(r: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    reasons: list[str] = []
    for key, name, sign, unit, factor in _BREAK_EVEN:
        entry = r["break_even"].get(key)
        if entry is None:
            continue
        if entry["value"] is None:
            reasons.append(f"{name}: none ({entry['reason']})")
            continue
        now = "" if entry.get("now") is None else f" (now {number(factor * entry['now'])})"
        glue = "" if unit == "%" else " "
        start = "or " if words else ""
        words.append(f"{start}{name} {sign} {number(factor * entry['value'])}{glue}{unit}{now}")
    lines = [line for i, w in enumerate(words) for line in row("" if i else "Breaks even if", w)]
    label = "No break-even" if not words else ""
    return [*lines, *(flow(label, reasons, "; ") if reasons else [])]


def _assumptions(r: Mapping[str, Any]) -> list[str]:
    moving = [a for a in r["assumptions"] if abs(a.get("effect") or 0.0) >= _LEAST_EFFECT]
    moving.sort(key=lambda a: -abs(a["effect"]))
    if not moving:
        return row("Moves the answer most", "no open field moves it by half a point")
    words = [
        f"{short(a['name'], _NAME)} ({interval(a)}): {points(a['effect'])}" for a in moving[:3]
    ]
    return flow("Moves the answer most", words, "; ")


def _trapped(r: Mapping[str, Any]) -> list[str]:
    ratio, left = r.get("realised_over_spot"), r.get("trapped_btc")
    sold = "no coin is sold" if ratio is None else f"sold at {percent(ratio)} of spot"
    if not left:
        return row("Coins to money", sold if ratio is None else f"{sold}; none stays unsold")
    return row("Coins to money", f"{sold}; {number(left)} BTC unsold at default or at the end, "
                                 "those kept by choice included")


def _missing(r: Mapping[str, Any]) -> list[str]:
    gaps = r["missing"]
    if not gaps and r["assumptions"]:
        n = len(r["assumptions"])
        return row("Not known", f"{n} {'figure is a range' if n == 1 else 'figures are ranges'} "
                                "in the book; what is left out stands at its default", 2)
    if not gaps:
        return row("Not known", "every figure of the book is given as one number", 2)
    names = list(dict.fromkeys(g["path"] for g in gaps))
    shown = [short(p, _NAME) for p in names[:_GAPS]]
    rest = len(names) - len(shown)
    return flow("Not known", [*shown, f"and {rest} more, see report"] if rest else shown, ", ")


def _subsidiaries(r: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for i, unit in enumerate(r["subsidiaries"]):
        d1 = (unit.get("pd") or {}).get("d1") or {}
        cells = [f"{h[:-1]} m {probability(d1[h])}" for h in ("12m", "36m") if d1.get(h)]
        head = f"{short(unit['name'], _NAME)}: payment default"
        lines += flow("Apart (ring-fenced)" if not i else "", [head, *(cells or ["n/a"])], "  ")
    return lines


def _notes(r: Mapping[str, Any]) -> list[str]:
    notes: Sequence[str] = r.get("notes") or []
    lines: list[str] = []
    for i, text in enumerate(notes[:_MOST]):
        lines += row("Note" if not i else "", short(text, 4 * _NAME), 3)
    if len(notes) > _MOST:
        lines += row("", f"{len(notes) - _MOST} more in the report")
    return lines


def _foot(r: Mapping[str, Any], report: str | None) -> list[str]:
    size = f"{r['paths']:,} paths"
    if r.get("draws"):
        books = "1 book" if r["draws"] == 1 else f"{r['draws']} books"
        size += f" ({books} x {r['inner']:,})"
    run = f"{size}, seed {r['seed']}, {r['seconds']:.1f} s."
    if report is None:
        return [run]
    one = f"{run}  Report: {report}"
    return [one] if len(one) <= WIDTH else [run, f"Report: {report}"]
