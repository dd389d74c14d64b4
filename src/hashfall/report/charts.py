"""Charts over time and of probabilities: PD, drift, runway, cash fan.

A chart is a plain Vega-Lite dictionary made from a result, one text for page,
PNG and web; None where there is nothing to draw. ``narrow`` asks for the form
that a phone can show without shrinking its letters.
"""

from __future__ import annotations

from collections.abc import Callable

from hashfall.report import bars
from hashfall.report.sankey import route_flow
from hashfall.report.spec import (
    Result,
    Spec,
    chart,
    colour,
    data,
    date_axis,
    hue,
    name_axis,
    share_axis,
)
from hashfall.report.text import days, drift_name, percent, scale_of

__all__ = ["CHARTS", "drift", "fan", "pd_curve", "runway"]


def pd_curve(result: Result, narrow: bool) -> Spec | None:
    """Share of paths in payment default by date, with the band of the open fields."""
    curve = result["pd_curve"]
    d1 = curve["d1"]
    rows = [{"date": result["as_of"], "value": 0.0, "low": 0.0, "high": 0.0}] + [
        {"date": when, "value": v, "low": low, "high": high}
        for when, v, low, high in zip(
            curve["date"], d1["value"], d1["low"], d1["high"], strict=True
        )
    ]
    if len(rows) < 2:
        return None
    top = max(max(r["high"], r["value"]) for r in rows)
    marks = [rows[i] | {"label": percent(rows[i]["value"])} for i in (6, 12, 24, 36)
             if i < len(rows)]
    # The line only rises: there is room to the lower right of a point, or above a low one.
    side = [_beside(m, top, last=m["date"] == rows[-1]["date"]) for m in marks]
    x, blue = date_axis(narrow), colour("blue")
    y = share_axis("value", top)
    layers: list[Spec] = [
        {"mark": {"type": "area", "color": blue, "opacity": 0.2},
         "encoding": {"x": x, "y": share_axis("low", top), "y2": {"field": "high"}}},
        {"mark": {"type": "line", "color": blue, "strokeWidth": 2.5}, "encoding": {"x": x, "y": y}},
        {"data": data(marks),
         "mark": {"type": "point", "filled": True, "opacity": 1, "color": blue, "size": 60},
         "encoding": {"x": x, "y": y}},
        *({"data": data([m]), "mark": {"type": "text", "fontWeight": "bold", **place},
           "encoding": {"x": x, "y": y, "text": {"field": "label"}}}
          for m, place in zip(marks, side, strict=True)),
    ]
    return chart(layers, narrow, 170 if narrow else 200, "payment default by the date",
                 data=data(rows))


def _beside(mark: Spec, top: float, last: bool) -> Spec:
    """Where the label of a point stands."""
    below = mark["value"] > 0.18 * top
    return {"dy": 15 if below else -13, "align": "right" if last else "left",
            "dx": 4 if last else 5 if below else -8}


def drift(result: Result, narrow: bool) -> Spec | None:
    """Payment default under three drifts of the coin's price."""
    rows = [
        {"drift": f"{drift_name(e['drift_per_year'])} a year",
         "horizon": f"within {h[:-1]} months", "value": p["value"], "low": p["low"],
         "high": p["high"], "label": percent(p["value"])}
        for e in result["pd_by_drift"] for h, p in e["d1"].items() if p
    ]
    if not rows:
        return None
    horizons = list(dict.fromkeys(r["horizon"] for r in rows))
    colours = ("amber", "blue", "plum", "ink")[: len(horizons)]
    top = max(max(r["high"], r["value"]) for r in rows)
    y = {**name_axis("drift"), "scale": {"paddingInner": 0.3, "paddingOuter": 0.15}}
    place = {"y": y, "yOffset": {"field": "horizon", "sort": horizons}}
    legend = {"symbolType": "circle", "symbolOpacity": 1, "columns": 2 if narrow else 0}
    paint = {"color": hue("horizon", horizons, colours, legend)}
    x = share_axis("value", top)
    layers = [
        {"mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.35},
         "encoding": {"x": share_axis("low", top), "x2": {"field": "high"}, **place, **paint}},
        {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 90},
         "encoding": {"x": x, **place, **paint}},
        {"mark": {"type": "text", "dy": -11},
         "encoding": {"x": x, **place, "text": {"field": "label"}}},
    ]
    return chart(layers, narrow, {"step": 26}, "payment default", data=data(rows))


def runway(result: Result, narrow: bool) -> Spec | None:
    """Days until the balance cannot meet what is due: 5, 50 and 95% of the paths."""
    horizon, rows = result["horizon_days"], []
    names = {"cash_only": "cash only", "cash_and_coins": "cash and coins"}
    for key, name in names.items():
        entry = result["runway_days"].get(key)
        if entry:
            rows.append({"name": name, "low": entry["p5"], "mid": entry["p50"],
                         "high": entry["p95"], "label": f"half: {days(entry['p50'], horizon)}",
                         "arrow": "beyond" if entry["p95"] >= horizon else ""})
    if not rows:
        return None
    beyond = [r for r in rows if r["arrow"]]
    y = name_axis("name")
    axis = {"title": "days from the date of the books", "tickCount": 5}
    x = {"type": "quantitative", "scale": {"domain": [0, horizon], "nice": False}, "axis": axis}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 9, "color": colour("tint"), "opacity": 1},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"data": data(beyond),
         "mark": {"type": "point", "shape": "triangle-right", "size": 260, "filled": True,
                  "opacity": 1, "color": colour("tint")},
         "encoding": {"x": {**x, "field": "high"}, "y": y}},
        {"mark": {"type": "tick", "thickness": 3, "height": 20, "color": colour("ink"),
                  "opacity": 1},
         "encoding": {"x": {**x, "field": "mid"}, "y": y}},
        {"mark": {"type": "text", "dy": -18, "align": {
            "expr": f"datum.mid > {0.8 * horizon} ? 'right' : 'left'"}},
         "encoding": {"x": {**x, "field": "mid"}, "y": y, "text": {"field": "label"}}},
    ]
    return chart(layers, narrow, {"step": 46}, data=data(rows))


def fan(result: Result, narrow: bool) -> Spec | None:
    """Liquid means at month ends: two bands, the median, the line of default."""
    f = result["fan"]
    keys = ("p5", "p25", "p50", "p75", "p95")
    unit, name = scale_of([v for k in keys for v in f[k]])
    rows = [
        {"date": when, **{k: f[k][i] / unit for k in keys}} for i, when in enumerate(f["date"])
    ]
    if not rows:
        return None
    x, blue = date_axis(narrow), colour("blue")
    y = {"type": "quantitative", "axis": {"title": None, "tickCount": 5}}

    def area(low: str, high: str, opacity: float) -> Spec:
        return {"mark": {"type": "area", "color": blue, "opacity": opacity},
                "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}}}

    # The line's name stands at its right end, on the side where the middle of the paths is not.
    aside = -8 if rows[-1]["p50"] < 0 else 14
    layers = [
        area("p5", "p95", 0.16), area("p25", "p75", 0.28),
        {"mark": {"type": "line", "color": blue, "strokeWidth": 2.5},
         "encoding": {"x": x, "y": {**y, "field": "p50"}}},
        {"data": {"values": [{}]},
         "mark": {"type": "rule", "color": colour("ink"), "strokeDash": [5, 3]},
         "encoding": {"y": {"datum": 0, "type": "quantitative"}}},
        {"data": {"values": [{}]},
         "mark": {"type": "text", "align": "right", "dx": -6, "dy": aside, "x": "width",
                  "text": "default line: nothing left to pay with"},
         "encoding": {"y": {"datum": 0, "type": "quantitative"}}},
        *_story_marks(result, x),
    ]
    title = f"liquid means, {result['currency']} {name}".strip()
    return chart(layers, narrow, 200 if narrow else 240, title, data=data(rows))


def _story_marks(result: Result, x: Spec) -> list[Spec]:
    """A numbered line on the day on which a told path defaults."""
    rows = []
    for i, story in enumerate(result["stories"], start=1):
        end = [e["date"] for e in story["events"] if e["day"] == story["d1_day"]]
        if story["d1_day"] is not None and end:
            rows.append({"date": end[-1], "label": f"path {i}", "slot": 4 + 13 * (i - 1)})
    if not rows:
        return []
    rust = colour("rust")
    return [
        {"data": data(rows), "mark": {"type": "rule", "color": rust, "strokeWidth": 1.5},
         "encoding": {"x": x}},
        {"data": data(rows),
         "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "top", "color": rust,
                  "y": {"expr": "datum.slot"}},
         "encoding": {"x": x, "text": {"field": "label"}}},
    ]


CHARTS: dict[str, Callable[[Result, bool], Spec | None]] = {
    "pd": pd_curve, "drift": drift, "runway": runway, "calendar": bars.calendar, "fan": fan,
    "causes": bars.causes, "tornado": bars.tornado, "routes": bars.routes, "route-flow": route_flow,
}
"""Every chart by its name on the page."""
