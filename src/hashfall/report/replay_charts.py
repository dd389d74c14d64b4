"""Charts of replays: predicted beside observed, recovery, share of a step explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.dots import dots
from hashfall.report.replay import both
from hashfall.report.spec import Spec, chart, colour, data, date_axis

__all__ = ["attribution", "charts", "event", "overview", "recovery"]

Result = Mapping[str, Any]
_OBSERVED = "observed"
_PREDICTED = "predicted, 5 to 95%"
_VIEWS = {"latest": "predicted, later map", "before": "predicted, map before"}
_HUES = {"latest": "blue", "before": "amber"}
_CHANGE: Spec = {"type": "quantitative", "scale": {"zero": True, "nice": True},
                 "axis": {"title": None, "format": "+d", "grid": True, "tickCount": 7}}
_TITLE = "change of difficulty, %"


def charts(result: Result) -> dict[str, tuple[Spec, Spec]]:
    """Every chart of the page by its name, wide and for a phone.

    Parameters
    ----------
    result : mapping
        What ``hashfall replay --json`` writes.
    """
    rows = result["replays"]
    made: dict[str, tuple[Spec, Spec]] = {}
    if len(rows) > 1:
        made["overview"] = overview(rows, False), overview(rows, True)
    for r in rows:
        made[f"event-{r['event']}"] = event(r, False), event(r, True)
        if r["recovery"]:
            made[f"recovery-{r['event']}"] = recovery(r, False), recovery(r, True)
    made["attribution"] = attribution(rows, False), attribution(rows, True)
    return made


def _point(row: Result, name: str, series: str) -> list[Spec]:
    """One row of a chart, or none where there is no number."""
    if row["predicted_pct"] is None:
        return []
    return [{"name": name, "series": series, "value": row["predicted_pct"], "low": row["low"],
             "high": row["high"]}]


def _seen(row: Result, name: str) -> list[Spec]:
    value = row["observed_pct"]
    return [] if value is None else [{"name": name, "series": _OBSERVED, "value": value}]


def overview(rows: Sequence[Result], narrow: bool) -> Spec:
    """Scored retargets of all events, each event's default view."""
    found: list[Spec] = []
    for r in rows:
        for row in r["retargets"]:
            if row["part"] == "scored":
                name = f"{r['event']}\n{row['height']:,}"
                found += _point(row, name, _PREDICTED) + _seen(row, name)
    return dots(found, {_PREDICTED: "blue", _OBSERVED: "ink"}, narrow, x=_CHANGE, title=_TITLE,
                line=0.0, step=15)


def event(r: Result, narrow: bool) -> Spec:
    """Retargets of one event up to the last scored one, in each view of the shares."""
    views = both(r)
    one = len(views) == 1
    found: list[Spec] = []
    for view in views:
        series = _PREDICTED if one else _VIEWS[view["view"]]
        for row, name in _named(view):
            found += _point(row, name, series) + (_seen(row, name) if view is r else [])
    hues = {_PREDICTED: "blue"} if one else {_VIEWS[v["view"]]: _HUES[v["view"]] for v in views}
    return dots(found, {**hues, _OBSERVED: "ink"}, narrow, x=_CHANGE, title=_TITLE, line=0.0)


def _named(view: Result) -> list[tuple[Result, str]]:
    """Rows of a view with the name of each, the scored ones together as the last."""
    rows = []
    for row in view["retargets"]:
        if row["part"] != "recovery":
            aside = "" if row["part"] == "scored" else f", {row['part']}"
            rows.append((row, f"{row['date'] or 'to come'}\n{row['height']:,}{aside}"))
    if view["score"].get("n", 0) > 1:
        total = {"predicted_pct": view["cumulative_predicted_pct"], "low": view["cumulative_low"],
                 "high": view["cumulative_high"], "observed_pct": view["cumulative_observed_pct"]}
        rows.append((total, f"together\n{view['score']['n']} scored"))
    return rows


def recovery(r: Result, narrow: bool) -> Spec:
    """Change of difficulty since the last scored retarget, predicted and observed."""
    zero = max((x for x in r["retargets"] if x["part"] != "recovery"), key=lambda x: x["height"])
    start = {"date": zero["date"], "predicted_pct": 0.0, "low": 0.0, "high": 0.0,
             "observed_pct": 0.0}
    path = [start, *(x for x in r["recovery"]["path"] if x["predicted_pct"] is not None)]
    rows = [{k: x[k] for k in start} for x in path]
    x, blue, ink = date_axis(narrow), colour("blue"), colour("ink")

    def y(field: str) -> Spec:
        return {"field": field, "type": "quantitative",
                "axis": {"title": None, "tickCount": 5, "format": "+d"}}

    last = max((row for row in rows if row["observed_pct"] is not None), key=lambda r: r["date"])
    above = last["predicted_pct"] >= last["observed_pct"]

    def name(field: str, text: str, up: bool) -> Spec:
        """Name of a line at its end, on the side where the other line is not."""
        return {"data": data([{"date": last["date"], "value": last[field]}]),
                "mark": {"type": "text", "align": "right", "dx": -2, "dy": -14 if up else 16,
                         "text": text},
                "encoding": {"x": x, "y": y("value")}}

    layers: list[Spec] = [
        {"mark": {"type": "area", "color": blue, "opacity": 0.2},
         "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}}},
        {"mark": {"type": "line", "color": blue, "strokeWidth": 2.5},
         "encoding": {"x": x, "y": y("predicted_pct")}},
        {"mark": {"type": "line", "color": ink, "strokeWidth": 1.8, "point": {
            "color": ink, "size": 28, "opacity": 1}},
         "encoding": {"x": x, "y": y("observed_pct")}},
        name("predicted_pct", "predicted", above), name("observed_pct", _OBSERVED, not above),
    ]
    return chart(layers, narrow, 190 if narrow else 230, "change of difficulty since the last "
                 "scored retarget, %", data=data(rows))


def attribution(rows: Sequence[Result], narrow: bool) -> Spec:
    """Share of the net step that each event explains."""
    axis = {"title": None, "format": ".0%", "grid": True, "tickCount": 5}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    found = [
        {"name": f"{r['event']}\n{a['verdict']}", "series": "explained", "value": a["value"],
         "low": a["low"], "high": a["high"]}
        for r in rows for a in [r["attribution"]]
    ]
    return dots(found, {"explained": "blue"}, narrow, x=x, step=32,
                title="share of the net step that the claim explains")
