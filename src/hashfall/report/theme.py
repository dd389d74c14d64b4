"""Colours of page and charts, in a light and a dark set, and the look of a chart.

A chart is specified in the light colours. On the page each of them becomes a
CSS variable, so that one drawing serves both sets; in a PNG they stay. Nothing
is red or green by verdict: colours tell series apart and no more. The hues
follow the set of Okabe and Ito for colour-blind readers
(https://jfly.uni-koeln.de/color/), darkened or lightened for the two grounds.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["COLOURS", "DUE", "HATCHES", "config", "css_variables", "hatch_defs", "themed"]

COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#fffefb", "#15181c"),
    "panel": ("#f5f3ee", "#1e2329"),
    "ink": ("#1c2127", "#e8e6e1"),
    "muted": ("#5c6670", "#a3acb5"),
    "grid": ("#e2dfd8", "#333a42"),
    "line": ("#c9c5bb", "#4a525b"),
    "blue": ("#1f6aa5", "#6fb3e6"),
    "sky": ("#5ba9d1", "#9bd0ee"),
    "amber": ("#d0870f", "#e8b04e"),
    "rust": ("#b9502a", "#e8906b"),
    "plum": ("#85538f", "#c39acb"),
    "slate": ("#6f7b88", "#95a1ad"),
    "moss": ("#6d7b2c", "#b4c266"),
    "rose": ("#c0718f", "#e6a5bd"),
    "sand": ("#a98c5d", "#cdb68c"),
    "stone": ("#93918c", "#76787a"),
    "teal": ("#2a8c82", "#62c4b8"),
    "tint": ("#a8c6de", "#3d6485"),
}
"""Name of a colour, as drawn on a light and on a dark ground."""

DUE: dict[str, str] = {
    "power": "rust", "payroll": "amber", "tax": "plum", "interest": "moss", "principal": "slate",
    "margin": "ink", "claim": "rose", "fixed": "sand", "capex": "stone",
}  # fmt: skip
"""Colours of the classes of obligation, in the order in which they are stacked."""

HATCHES = {"frozen": ("#7b8791", "muted"), "trapped": ("#c59f6b", "amber")}
"""Hatched fills: the colour that stands for them in a specification, the ink they take."""

_NAMES = {light: name for name, (light, _) in COLOURS.items()}
_FILLS = {stand_in: name for name, (stand_in, _) in HATCHES.items()}
_COLOUR = re.compile(r'(fill|stroke|stop-color)="(#[0-9a-f]{6})"')


def config(narrow: bool) -> dict[str, Any]:
    """Vega-Lite configuration of every chart.

    Parameters
    ----------
    narrow : bool
        Whether the chart is for a phone.
    """
    ink, muted, grid = (COLOURS[name][0] for name in ("ink", "muted", "grid"))
    size = 11 if narrow else 12
    return {
        "font": "Arial, Helvetica, Liberation Sans, sans-serif",
        "background": None,
        "view": {"stroke": None},
        "aria": False,
        "axis": {
            "labelColor": muted, "titleColor": muted, "gridColor": grid, "domainColor": grid,
            "tickColor": grid, "labelFontSize": size, "titleFontSize": size,
            "titleFontWeight": "normal", "ticks": False, "domain": False, "labelPadding": 6,
            "labelLimit": 130 if narrow else 230, "labelFlush": False, "labelLineHeight": size + 2,
        },
        "legend": {
            "labelColor": ink, "titleColor": muted, "labelFontSize": size, "titleFontSize": size,
            "titleFontWeight": "normal", "orient": "top", "symbolType": "square",
            "symbolSize": 130, "symbolStrokeWidth": 0, "rowPadding": 3, "offset": 8,
            "columnPadding": 18,
            "layout": {"top": {"direction": "vertical", "anchor": "start", "margin": 6}},
        },
        "title": {
            "anchor": "start", "frame": "group", "color": muted, "fontSize": size,
            "fontWeight": "normal", "offset": 8,
        },
        "text": {"color": ink, "fontSize": size},
        "axisX": {"grid": False},
    }  # fmt: skip


def themed(svg: str, identifier: str) -> str:
    """A drawing whose colours follow the page, ready to stand in HTML.

    Parameters
    ----------
    svg : str
        Drawing in the light colours.
    identifier : str
        Prefix that keeps the ids of one drawing apart from those of the next.
    """

    def paint(match: re.Match[str]) -> str:
        attribute, colour = match.groups()
        if colour in _FILLS:
            return f'{attribute}="url(#hatch-{_FILLS[colour]})"'
        name = _NAMES.get(colour)
        return f'{attribute}="var(--{name})"' if name else match.group(0)

    svg = _COLOUR.sub(paint, svg)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{identifier}-\1"', svg)
    return re.sub(r"url\(#(?!hatch-)([^)]+)\)", rf"url(#{identifier}-\1)", svg)


def hatch_defs(on_page: bool = True) -> str:
    """SVG patterns of the hatched fills.

    Parameters
    ----------
    on_page : bool
        Whether colours are CSS variables or literal.
    """
    patterns = []
    for name, (_, colour) in HATCHES.items():
        ink = f"var(--{colour})" if on_page else COLOURS[colour][0]
        ground = "var(--panel)" if on_page else COLOURS["panel"][0]
        angle = 45 if name == "frozen" else 135
        patterns.append(
            f'<pattern id="hatch-{name}" width="5" height="5" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({angle})"><rect width="5" height="5" fill="{ground}"/>'
            f'<rect width="1.8" height="5" fill="{ink}"/></pattern>'
        )
    return f"<defs>{''.join(patterns)}</defs>"


def css_variables(dark: bool) -> str:
    """Declarations of the colour variables of one set.

    Examples
    --------
    >>> css_variables(dark=False).split(";")[0]
    '--paper:#fffefb'
    """
    return ";".join(f"--{name}:{pair[1 if dark else 0]}" for name, pair in COLOURS.items())
