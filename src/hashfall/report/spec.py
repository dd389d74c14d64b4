"""Parts that chart specifications share: frame, inline data, axes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hashfall.report.theme import COLOURS, config

__all__ = ["Result", "Spec", "chart", "colour", "data", "date_axis", "hue", "name_axis",
           "share_axis", "wrapped"]

Spec = dict[str, Any]
"""A Vega-Lite specification or a part of one."""
Result = Mapping[str, Any]
"""An assessment, as ``hashfall assess --json`` writes it."""
_WIDE, _NARROW = 700, 330


def colour(name: str) -> str:
    """Light colour of a name; a stand-in for a hatch is passed on as it is."""
    return name if name.startswith("#") else COLOURS[name][0]


def chart(
    layers: Sequence[Spec], narrow: bool, height: float | Spec, title: str = "", **more: Any
) -> Spec:
    """A layered chart of the house's width and look.

    Parameters
    ----------
    layers : sequence of dict
        Layers, drawn in order.
    narrow : bool
        Whether the chart is for a phone.
    height : float or dict
        Height of the plot, or the step of a row. [px]
    title : str
        Unit or measure, printed small above the plot.
    """
    spec: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": _NARROW if narrow else _WIDE,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "right": 14, "top": 2, "bottom": 2},
        "layer": list(layers),
        "config": config(narrow),
        **more,
    }
    return spec | {"title": title} if title else spec


def data(records: Sequence[Mapping[str, Any]]) -> Spec:
    """Inline data: dates as UTC milliseconds, six digits instead of seventeen.

    Examples
    --------
    >>> data([{"date": "1970-01-02", "value": 1 / 3}])
    {'values': [{'date': 86400000, 'value': 0.333333}]}
    """
    return {"values": [{k: _plain(k, v) for k, v in r.items()} for r in records]}


def _plain(key: str, value: Any) -> Any:
    if key == "date":
        return round(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
    return float(f"{value:.6g}") if isinstance(value, float) else value


def date_axis(narrow: bool) -> Spec:
    """Horizontal axis of dates."""
    axis = {"format": "%b %y", "tickCount": 4 if narrow else 8, "title": None}
    return {"field": "date", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def share_axis(field: str, top: float = 1.0, bottom: float = 0.0) -> Spec:
    """Axis of shares, printed as percents, ending at a round figure above the top."""
    scale = {"domain": [max(0.0, bottom), min(1.0, max(top, 0.01))], "nice": 0.0 < top < 0.9}
    axis = {"format": ".0%" if top - bottom >= 0.05 else ".1%", "title": None, "tickCount": 5}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def name_axis(field: str, lines: bool = False) -> Spec:
    """Vertical axis of names in the order of the data."""
    two = {"test": "indexof(datum.value, '\\n') > 0", "value": -6}
    axis = {"labelExpr": "split(datum.label, '\\n')",
            "labelOffset": {"condition": two, "value": 0}} if lines else {}
    return {"field": field, "type": "nominal", "sort": None, "title": None, "axis": axis}


def wrapped(text: str, columns: int, lines: int = 2) -> str:
    """A name broken over a few lines, cut with dots when longer.

    Examples
    --------
    >>> wrapped("days before a client leaves", 16)
    'days before a\\nclient leaves'
    """
    return "\n".join(textwrap.wrap(text, columns, max_lines=lines, placeholder="...")) or "-"


def hue(field: str, domain: Sequence[str], colours: Sequence[str], legend: Spec | None) -> Spec:
    """A colour for each name, in a fixed order."""
    scale = {"domain": list(domain), "range": [colour(c) for c in colours]}
    return {"field": field, "type": "nominal", "sort": list(domain), "scale": scale,
            "legend": None if legend is None else {"title": None, **legend}}
