"""Charts of amounts and shares: calendar, causes, tornado, routes."""

from __future__ import annotations

from hashfall.report.spec import (
    Result,
    Spec,
    chart,
    colour,
    data,
    hue,
    name_axis,
    share_axis,
    wrapped,
)
from hashfall.report.text import money, number, percent, scale_of
from hashfall.report.theme import DUE, HATCHES

__all__ = ["CALENDAR_MONTHS", "MEANS", "calendar", "causes", "interval", "routes", "tornado"]

CALENDAR_MONTHS = (24, 12)
"""Months that the calendar draws, wide and narrow; its table has them all."""
MEANS = {"cash": "cash", "coins_in_time": "coins in time", "funding": "foreign cash",
         "frozen": "frozen", "trapped": "trapped"}
"""What there is to pay with, by key, and its name for a reader."""
_MEANS_COLOUR = {"cash": "blue", "coins_in_time": "sky", "funding": "teal",
                 "frozen": HATCHES["frozen"][0], "trapped": HATCHES["trapped"][0]}


def calendar(result: Result, narrow: bool) -> Spec | None:
    """What falls due each month beside what is there to pay it."""
    months = result["calendar"][: CALENDAR_MONTHS[narrow]]
    if not months:
        return None
    present = {c for m in result["calendar"] for c, v in m["due"].items() if v}
    classes = [c for c in DUE if c in present] + sorted(present - set(DUE))
    means = [k for k in MEANS if any(m.get(k) for m in result["calendar"])]
    unit, name = scale_of([max(sum(m["due"].values()), sum(m.get(k) or 0.0 for k in means))
                           for m in months])
    due = [{"month": m["month"], "side": "due", "what": c, "value": m["due"].get(c, 0.0) / unit,
            "o": i} for m in months for i, c in enumerate(classes)]
    there = [{"month": m["month"], "side": "there", "what": MEANS[k],
              "value": (m.get(k) or 0.0) / unit, "o": i}
             for m in months for i, k in enumerate(means)]
    shades = hue("what", [MEANS[k] for k in means], [_MEANS_COLOUR[k] for k in means],
                 {"title": "there to pay with (right bar)"})
    hues = hue("what", classes, [DUE.get(c, "stone") for c in classes],
               {"title": "due (left bar)", "columns": 4 if narrow else 0})
    shades["legend"]["columns"] = 3 if narrow else 0
    layers = [_side(due, hues, months, 3), _side(there, shades, months, 3)]
    title = f"{result['currency']} {name} a month, mean over paths"
    return chart(layers, narrow, 220 if narrow else 260, title,
                 resolve={"scale": {"color": "independent"}})


def _side(rows: list[Spec], paint: Spec, months: list[Spec], every: int) -> Spec:
    """Stacked bars of one side: what is due, or what is there."""
    names = [m["month"] for m in months]
    x = {"field": "month", "type": "ordinal", "title": None, "sort": names,
         "axis": {"values": names[::every], "labelAngle": 0},
         "scale": {"paddingInner": 0.3, "paddingOuter": 0.15}}
    offset = {"field": "side", "sort": ["due", "there"], "scale": {"paddingInner": 0.06}}
    y = {"field": "value", "type": "quantitative", "stack": "zero",
         "axis": {"title": None, "tickCount": 5}}
    return {
        "data": data([r for r in rows if r["value"]] or rows[:1]),
        "mark": {"type": "bar"},
        "encoding": {"x": x, "xOffset": offset, "y": y, "order": {"field": "o"}, "color": paint},
    }


def causes(result: Result, narrow: bool) -> Spec | None:
    """Causes as bars, with two standard errors of the simulation."""
    rows = []
    for c in sorted(result["causes"], key=lambda c: -c["share"]):
        reach = 2 * (c.get("se") or 0.0)
        rows.append({"cause": c["cause"].replace("_", " "), "share": c["share"],
                     "low": max(0.0, c["share"] - reach), "high": min(1.0, c["share"] + reach),
                     "label": percent(c["share"])})
    if not rows:
        return None
    top = 1.12 * max(r["high"] for r in rows)
    y, x = name_axis("cause"), share_axis("share", top)
    x["scale"] = {"domain": [0, top], "nice": False}
    layers = [
        {"mark": {"type": "bar", "color": colour("blue"), "height": {"band": 0.62}},
         "encoding": {"x": x, "y": y}},
        {"mark": {"type": "rule", "color": colour("ink"), "strokeWidth": 1.5},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"mark": {"type": "text", "align": "left", "dx": 7},
         "encoding": {"x": {**x, "field": "high"}, "y": y, "text": {"field": "label"}}},
    ]
    return chart(layers, narrow, {"step": 25}, "share of the paths that default", data=data(rows))


def interval(assumption: Result) -> str:
    """Range of an open field in few letters.

    Examples
    --------
    >>> interval({"range": [120e6, 900e6], "unit": "RUB"})
    '120m-900m RUB'
    >>> interval({"range": ["2025-06-01", "2025-09-01"], "unit": "date"})
    '2025-06-01 to 2025-09-01'
    >>> interval({"range": [0.35, 0.95], "unit": "share"})
    '35-95%'
    >>> interval({"range": [0.0, 1.0], "unit": "share", "kind": "chance", "value": 0.75})
    'no or yes, chance 75%'
    """
    low, high = assumption["range"]
    unit = assumption.get("unit") or ""
    if assumption.get("kind") == "chance":
        return f"no or yes, chance {percent(assumption['value'])}"
    if unit == "share":
        return f"{number(100 * low)}-{number(100 * high)}%"
    unit = "" if unit in ("-", "1", "date") else f" {unit}"
    if isinstance(low, str) or isinstance(high, str):
        return f"{low} to {high}"
    write = money if max(abs(low), abs(high)) >= 1e4 else number
    return f"{write(low)}-{write(high)}{unit}"


def tornado(result: Result, narrow: bool) -> Spec | None:
    """PD at the low and the high point of each open field, widest first."""
    chosen = [a for a in result["assumptions"] if None not in (a.get("pd_low"), a.get("pd_high"))]
    chosen.sort(key=lambda a: -abs(a["pd_high"] - a["pd_low"]))
    rows = []
    for a in chosen[:10]:
        name = wrapped(a["name"], 17 if narrow else 34, 2 if narrow else 1)
        label = name if narrow else f"{name}\n{wrapped(interval(a), 34, 1)}"
        rows.append({"name": label, "low": a["pd_low"], "high": a["pd_high"]})
    if not rows:
        return None
    base = result.get("assumptions_base")
    if base is None:
        base = (result["pd"]["d1"].get("12m") or result["pd"]["d1"]["6m"])["value"]
    values = [base, *(r[k] for r in rows for k in ("low", "high"))]
    margin = 0.04 + 0.05 * (max(values) - min(values))
    ends = ["field at its low", "field at its high"]
    dots = [{"name": r["name"], "end": ends[i], "pd": r[k]}
            for r in rows for i, k in enumerate(("low", "high"))]
    x = share_axis("pd", min(1.0, max(values) + margin), max(0.0, min(values) - margin))
    y = name_axis("name", lines=True)
    layers: list[Spec] = [
        {"data": {"values": [{"pd": base}]},
         "mark": {"type": "rule", "color": colour("ink"), "strokeDash": [4, 3]},
         "encoding": {"x": x}},
        {"mark": {"type": "rule", "strokeWidth": 5, "color": colour("line")},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"data": data(dots),
         "mark": {"type": "point", "filled": True, "opacity": 1, "size": 110},
         "encoding": {"x": x, "y": y, "color": hue("end", ends, ["amber", "blue"],
                                                   {"symbolType": "circle"})}},
    ]
    return chart(layers, narrow, {"step": 36}, "payment default within 12 months",
                 data=data(rows))


def routes(result: Result, narrow: bool) -> Spec | None:
    """Coins sold by route, and those unsold at the default or the horizon."""
    rows = [{"name": r["name"], "btc": r["sold_btc"], "kind": "sold", "label": _sold(r)}
            for r in result["routes"]]
    left = result.get("trapped_btc") or 0.0
    if not any(r["btc"] for r in rows) and not left:
        return None
    rows.append({"name": "unsold", "btc": left, "kind": "trapped",
                 "label": f"{number(left)} BTC"})
    for r in rows:
        r["name"] = wrapped(r["name"], 17 if narrow else 34)
    top = max(r["btc"] for r in rows) * (1.9 if narrow else 1.3)
    y = name_axis("name", lines=True)
    x = {"field": "btc", "type": "quantitative", "scale": {"domain": [0, top], "nice": False},
         "axis": {"title": None, "tickCount": 4}}
    paint = hue("kind", ["sold", "trapped"], ["sky", HATCHES["trapped"][0]], None)
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.62}},
         "encoding": {"x": x, "y": y, "color": paint}},
        {"mark": {"type": "text", "align": "left", "dx": 6},
         "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
    ]
    return chart(layers, narrow, {"step": 30}, "BTC over the horizon, mean over paths",
                 data=data(rows))


def _sold(route: Result) -> str:
    net = route.get("net_over_spot")
    return f"{number(route['sold_btc'])} BTC" + (f" at {percent(net)} of spot" if net else "")
