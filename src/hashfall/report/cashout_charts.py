"""Charts of a cash-out: money by date, flow before and after, routes, halts, surface."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from hashfall.report.cashout_words import row_name
from hashfall.report.dots import dots
from hashfall.report.sankey import sankey
from hashfall.report.spec import Spec, chart, colour, data, date_axis, wrapped
from hashfall.report.text import percent

__all__ = ["charts", "flow_chart", "halts", "heat", "money_by_date", "route_dots",
           "surface_charts"]

Result = Mapping[str, Any]
_POINTS: Spec = {"type": "quantitative", "scale": {"zero": True, "nice": True},
                 "axis": {"title": None, "grid": True, "tickCount": 6, "format": "+.2~f"}}
_LONG = 150  # days from which an axis names months alone
_KINDS = {"remove": ("without it", "rust"), "copy": ("with a copy", "blue"),
          "double": ("twice the capacity", "teal")}


def charts(result: Result) -> dict[str, tuple[Spec, Spec]]:
    """Every chart of the page by its name, wide and for a phone.

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --json`` writes.
    """
    made: dict[str, Callable[[bool], Spec | None]] = {
        "money": lambda n: money_by_date(result, n),
        "flow-before": lambda n: flow_chart(result, "before", n),
        "flow-after": lambda n: flow_chart(result, "after", n),
        "routes": lambda n: route_dots(result, n), "halts": lambda n: halts(result, n),
    }
    pairs = {name: (make(False), make(True)) for name, make in made.items()}
    return {name: (wide, narrow) for name, (wide, narrow) in pairs.items()
            if wide is not None and narrow is not None}


def money_by_date(r: Result, narrow: bool) -> Spec:
    """Most money by date, with the band of the draws, beside what falls due."""
    x, blue, rust, ink = date_axis(narrow), colour("blue"), colour("rust"), colour("ink")
    if r["deliverable"][-1]["day"] < _LONG:
        x["axis"] |= {"format": "%-d %b", "tickCount": 4 if narrow else 7}
    top = max(max(row["high"], row["usd"], row["due_usd"]) for row in r["deliverable"])
    unit = 1e6 if top >= 1e6 else 1e3
    rows = [{"date": row["date"], **{k: row[k] / unit for k in
                                     ("usd", "low", "high", "due_usd", "usd_before")}}
            for row in r["deliverable"]]

    def y(field: str) -> Spec:
        return {"field": field, "type": "quantitative",
                "axis": {"title": None, "tickCount": 5, "grid": True}}

    # What is there at the end of a listed day stands until the next one; the last needs room.
    step, last, end = "step-after", rows[-1], r["deliverable"][-1]
    room = dt.timedelta(days=max(1, round(0.02 * end["day"])))
    rows.append({**last, "date": (dt.date.fromisoformat(end["date"]) + room).isoformat()})
    layers: list[Spec] = [
        {"mark": {"type": "area", "color": blue, "opacity": 0.2, "interpolate": step},
         "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}}},
        {"mark": {"type": "line", "color": blue, "strokeWidth": 2.5, "interpolate": step},
         "encoding": {"x": x, "y": y("usd")}},
        {"mark": {"type": "line", "color": rust, "strokeWidth": 2, "interpolate": step},
         "encoding": {"x": x, "y": y("due_usd")}},
        {"data": data([{"date": last["date"], "y": last["due_usd"], "label": "due by then"}]),
         "mark": {"type": "text", "align": "right", "dx": -4, "dy": -8, "color": rust},
         "encoding": {"x": x, "y": y("y"), "text": {"field": "label"}}},
    ]
    if r["asked"]["close"] or r["asked"]["freeze"]:
        layers.append({"mark": {"type": "line", "color": ink, "strokeDash": [5, 3],
                                "strokeWidth": 1.5, "interpolate": step},
                       "encoding": {"x": x, "y": y("usd_before")}})
    title = f"most money that can be there, {'m' if unit == 1e6 else 'k'} USD"
    return chart(layers, narrow, 190 if narrow else 220, title, data=data(rows))


def flow_chart(r: Result, which: str, narrow: bool) -> Spec | None:
    """Flow picture before or after what is asked; the one before only where they differ."""
    asked = r["asked"]
    changed = asked["close"] or asked["freeze"]
    if which == "before" and not changed:
        return None
    words = "as in the book" if which == "before" or not changed else "as asked"
    return sankey(r["flow"][which], narrow, f"USD up to {asked['by']}, {words}")


def route_dots(r: Result, narrow: bool) -> Spec | None:
    """Change of the 12-month default by route, two standard errors on either side."""
    rows = [
        {"name": wrapped(x["route"].replace("_", " "), 14 if narrow else 30),
         "series": words, "value": 100.0 * x[key]["value"],
         "low": 100.0 * (x[key]["value"] - 2.0 * x[key]["se"]),
         "high": 100.0 * (x[key]["value"] + 2.0 * x[key]["se"])}
        for x in r["routes"] for key, (words, _) in _KINDS.items() if x[key] is not None
    ]
    if not rows:
        return None
    hues = dict(_KINDS.values())
    return dots(rows, hues, narrow, x=_POINTS, line=0.0,
                title="change of default within 12 months, points")


def halts(r: Result, narrow: bool) -> Spec | None:
    """Days to halt by order: the middle, and 5 to 95% of the paths."""
    rows = [{"name": row_name(x["name"]), "series": "days", "value": d["p50"], "low": d["p5"],
             "high": d["p95"], "label": f"{percent(d['censored_share'])} never"
             if d["censored_share"] else ""}
            for x in r["stress"] for d in [x["days_to_halt"]]]
    axis = {"title": None, "grid": True, "tickCount": 6}
    scale = {"domain": [0, r["horizon_days"]], "nice": False}
    return dots(rows, {"days": "blue"}, narrow, step=30,
                x={"type": "quantitative", "scale": scale, "axis": axis},
                title="days from the order to the halt")


def surface_charts(result: Result) -> dict[str, tuple[Spec, Spec]]:
    """One picture a capacity: default over efficiency and haircut."""
    return {f"surface-{i}": (heat(result, c, False), heat(result, c, True))
            for i, c in enumerate(result["axes"]["capacity"]["values"])}


def heat(r: Result, capacity: float, narrow: bool) -> Spec:
    """Default within 12 months by efficiency and haircut at one capacity."""
    rows = [{"j": f"{p['j_per_th']:g}", "haircut": percent(p["haircut"]),
             "pd": p["pd"]["value"], "label": percent(p["pd"]["value"], narrow is False),
             "ink": "light" if p["pd"]["value"] > 0.6 else "dark",
             "fails": p["pd"]["value"] >= r["fails"]["share"]}
            for p in r["points"] if p["capacity"] == capacity]
    x: Spec = {"field": "haircut", "type": "ordinal", "sort": None,
               "axis": {"title": "haircut", "labelAngle": 0, "orient": "top"}}
    y: Spec = {"field": "j", "type": "ordinal", "sort": None, "axis": {"title": "J/TH"}}
    shade = {"field": "pd", "type": "quantitative", "legend": None,
             "scale": {"domain": [0, 1], "range": [0.04, 1.0]}}
    rust = colour("rust")
    layers: list[Spec] = [
        {"mark": {"type": "rect", "color": rust},
         "encoding": {"x": x, "y": y, "opacity": shade}},
        {"data": data([row for row in rows if row["fails"]]),
         "mark": {"type": "rect", "filled": False, "stroke": colour("ink"), "strokeWidth": 1.2},
         "encoding": {"x": x, "y": y}},
        {"mark": {"type": "text", "fontSize": 9 if narrow else 12},
         "encoding": {"x": x, "y": y, "text": {"field": "label"},
                      "color": {"field": "ink", "type": "nominal", "legend": None,
                                "scale": {"domain": ["light", "dark"],
                                          "range": [colour("paper"), colour("ink")]}}}},
    ]
    title = f"default within 12 months; a route for {percent(capacity)} of what is mined"
    return chart(layers, narrow, {"step": 26}, title, data=data(rows))
