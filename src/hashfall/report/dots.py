"""Charts of points with intervals: one row a thing, one colour a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.spec import Spec, chart, data, hue, name_axis

__all__ = ["dots"]

_STEP = 17


def dots(
    rows: Sequence[Mapping[str, Any]], series: Mapping[str, str], narrow: bool, *,
    x: Spec, title: str = "", line: float | None = None, step: float = _STEP,
) -> Spec:
    """Points, with their intervals where they have them, by row and series.

    Parameters
    ----------
    rows : sequence of mapping
        ``name`` (a line break makes two lines), ``series``, ``value``, and where there
        is an interval ``low`` and ``high``; ``label`` is printed above the point.
    series : mapping of str to str
        Series in order and the colour of each.
    narrow : bool
        Whether the chart is for a phone.
    x : dict
        Type, scale and axis of the value.
    title : str
        Printed small above the plot.
    line : float, optional
        Value of a dashed line.
    step : float
        Height of a series inside a row. [px]
    """
    names = list(series)
    wide = [r for r in rows if r.get("low") is not None]
    labelled = [r for r in rows if r.get("label")]
    y = {**name_axis("name", lines=True), "scale": {"paddingInner": 0.34, "paddingOuter": 0.2}}
    place = {"y": y, "yOffset": {"field": "series", "sort": names,
                                 "scale": {"paddingOuter": 0.25}}}
    legend = {"symbolType": "circle", "symbolOpacity": 1, "columns": 2 if narrow else 0}
    paint = {"color": hue("series", names, list(series.values()),
                          legend if len(names) > 1 else None)}
    layers: list[Spec] = [
        {"data": data(wide), "mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.32},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, **place, **paint}},
        {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 80},
         "encoding": {"x": {**x, "field": "value"}, **place, **paint}},
        {"data": data(labelled), "mark": {"type": "text", "dy": -11},
         "encoding": {"x": {**x, "field": "value"}, **place, "text": {"field": "label"}}},
    ]
    if line is not None:
        layers.insert(0, {"data": {"values": [{}]},
                          "mark": {"type": "rule", "strokeDash": [5, 3], "opacity": 0.5},
                          "encoding": {"x": {"datum": line, "type": "quantitative"}}})
    return chart(layers, narrow, {"step": step}, title, data=data(rows))
