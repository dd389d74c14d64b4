"""Drawings made from chart specifications, without a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hashfall.report.charts import CHARTS
from hashfall.report.drawer import draw_all, draw_here
from hashfall.report.spec import Spec
from hashfall.report.theme import COLOURS, HATCHES, hatch_defs, themed

__all__ = ["drawings", "page_svgs", "png", "svg"]

_OPEN = re.compile(r"^<svg [^>]*>")


def svg(spec: Spec) -> str:
    """SVG text of a chart in the light colours."""
    return draw_here([spec])[0]


def png(spec: Spec, scale: float = 2.0) -> bytes:
    """PNG bytes of a chart on the light ground, hatches included."""
    import vl_convert

    text = svg(spec)
    for name, (stand_in, _) in HATCHES.items():
        text = text.replace(f'="{stand_in}"', f'="url(#hatch-{name})"')
    ground = f'<rect width="100%" height="100%" fill="{COLOURS["paper"][0]}"/>'
    text = _OPEN.sub(lambda m: m.group(0) + hatch_defs(on_page=False) + ground, text)
    return bytes(vl_convert.svg_to_png(text, scale=scale))


def page_svgs(result: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Wide and narrow drawing of every chart of a result that has something to show."""
    pairs = {name: (make(result, False), make(result, True)) for name, make in CHARTS.items()}
    return drawings({name: (wide, narrow) for name, (wide, narrow) in pairs.items()
                     if wide is not None and narrow is not None})


def drawings(charts: Mapping[str, tuple[Spec, Spec]]) -> dict[str, tuple[str, str]]:
    """Wide and narrow drawing of each chart, ready to stand in a page.

    Parameters
    ----------
    charts : mapping of str to (dict, dict)
        Specifications by name, wide and narrow.
    """
    texts = draw_all([spec for pair in charts.values() for spec in pair])
    return {
        name: (_inline(texts[2 * i], f"{name}-w"), _inline(texts[2 * i + 1], f"{name}-n"))
        for i, name in enumerate(charts)
    }


def _inline(text: str, identifier: str) -> str:
    """A drawing for HTML: colours of the page, no fixed size, hidden from readers
    by ear, who get the table and the caption."""
    text = themed(text, identifier)
    text = _OPEN.sub(lambda m: _opening(m.group(0)), text)
    return text.replace('fill-opacity="1"', "").replace('stroke-opacity="1"', "")


def _opening(tag: str) -> str:
    box = re.search(r'viewBox="([^"]+)"', tag)
    if box is None:
        raise ValueError("chart: expected a drawing with a viewBox, found none")
    width = box.group(1).split()[2]
    return f'<svg viewBox="{box.group(1)}" style="max-width:{width}px" aria-hidden="true">'
