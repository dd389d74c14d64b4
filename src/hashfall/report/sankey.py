"""Flow picture of coins to money: where each sits, and the bands between them.

A band keeps its height from one column to the next, so that heights compare all over the
picture. It is drawn as an area between two curves, which any chart can show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hashfall.report.spec import Spec, chart, colour, data
from hashfall.report.text import money, short
from hashfall.report.theme import HATCHES

__all__ = ["Band", "Node", "bands_of", "route_flow", "sankey"]

_GAP: Final = 0.09  # of the tallest column, room for a name above each node
_ROOM: Final = 18 / 240  # of the drawn height, what a name needs
_STEPS: Final = 20
_WIDTH: Final = 0.035
_LEAST: Final = 1e-4  # of the whole: less is not drawn
_COLUMNS: Final = (0.0, 0.5, 1.0)
_HUES: Final = {"coins": "sky", "cash": "slate", "cut": "rust", "stays": HATCHES["trapped"][0],
                "frozen": HATCHES["frozen"][0], "lost": "stone", "money": "teal"}


@dataclass
class Node:
    """A place of the picture; ``top`` and ``low`` are heights, 0 at the top."""

    name: str
    column: int
    role: str
    usd: float
    top: float = 0.0
    low: float = 0.0


@dataclass(frozen=True)
class Band:
    """What goes from one node to another. [USD]"""

    start: str
    end: str
    usd: float
    role: str


def bands_of(picture: Mapping[str, Any]) -> tuple[list[Node], list[Band]]:
    """Nodes and bands of a flow, those too thin to see left out.

    Parameters
    ----------
    picture : mapping
        ``flow.before`` or ``flow.after`` of ``hashfall cashout --json``.

    Examples
    --------
    >>> flow = {"coins_usd": 60.0, "mined_usd": 40.0, "cash_usd": 10.0, "lost_usd": 5.0,
    ...         "routes": [{"name": "otc", "spot_usd": 80.0, "lost_usd": 5.0}],
    ...         "unsold_usd": 20.0, "money_usd": 85.0, "frozen_usd": 0.0, "cut": ["otc"]}
    >>> nodes, bands = bands_of(flow)
    >>> [(n.name, n.usd, n.role) for n in nodes if n.column == 1]
    [('otc (binds)', 80.0, 'cut'), ('no route in time', 20.0, 'stays')]
    >>> sum(b.usd for b in bands if b.end == "money that can pay")
    85.0
    """
    p = picture
    coins = p["coins_usd"] + p["mined_usd"]
    nodes = [Node("coins at hand and mined", 0, "coins", coins)]
    bands: list[Band] = []
    sold = sum(r["spot_usd"] for r in p["routes"])
    frozen = _share(p.get("frozen_of", {}).get("coins", p["frozen_usd"]), sold - p["lost_usd"])
    own = sum(r["lost_usd"] for r in p["routes"])
    shared = (p["lost_usd"] - own) / sold if sold > 0.0 else 0.0
    for r in p["routes"]:
        cut = r["name"] in p["cut"]
        name = f"{r['name']} (binds)" if cut else r["name"]
        role = "cut" if cut else "coins"
        nodes.append(Node(name, 1, role, r["spot_usd"]))
        lost = r["lost_usd"] + shared * r["spot_usd"]
        bands += [Band(nodes[0].name, name, r["spot_usd"], role), Band(name, _LOST, lost, "lost"),
                  *_into(name, r["spot_usd"] - lost, frozen, role)]
    nodes.append(Node(_STAYS, 1, "stays", p["unsold_usd"]))
    bands.append(Band(nodes[0].name, _STAYS, p["unsold_usd"], "stays"))
    for name, kind in _COME.items():
        usd = p.get(f"{kind}_usd", 0.0)
        nodes.append(Node(name, 0, "cash", usd))
        bands += _into(name, usd, _share(p.get("frozen_of", {}).get(kind, 0.0), usd), "cash")
    nodes += [Node(_MONEY, 2, "money", p["money_usd"]), Node(_FROZEN, 2, "frozen", p["frozen_usd"]),
              Node(_LOST, 2, "lost", p["lost_usd"])]
    least = _LEAST * max(1e-9, coins + sum(p.get(f"{kind}_usd", 0.0) for kind in _COME.values()))
    return [n for n in nodes if n.usd > least], [b for b in bands if b.usd > least]


_LOST, _STAYS, _MONEY = "fees and haircuts", "no route in time", "money that can pay"
_FROZEN = "frozen on accounts"
_COME: Final = {"cash at hand": "cash", "receipts of hosting": "hosting",
                "other receipts": "other_receipts", "funding": "funding"}


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


def _into(start: str, usd: float, frozen: float, role: str) -> list[Band]:
    return [Band(start, _MONEY, usd * (1.0 - frozen), role),
            Band(start, _FROZEN, usd * frozen, "frozen")]


def _place(nodes: Sequence[Node]) -> float:
    """Heights of the nodes; returns the height of the whole, in USD."""
    total = max(sum(n.usd for n in nodes if n.column == c) for c in range(3))
    most = max(sum(n.column == c for n in nodes) for c in range(3))
    # Gaps take of the height too: with many nodes each has to be wider to hold a name.
    gap = total * max(_GAP, _ROOM / max(0.3, 1.0 - _ROOM * (most + 1)))
    for column in range(3):
        at = gap
        for node in (n for n in nodes if n.column == column):
            node.top, node.low = at, at + node.usd
            at = node.low + gap
    return max(n.low for n in nodes) + 0.02 * total


def _curve(band: Band, at: Mapping[str, Node], left: dict[str, float], right: dict[str, float],
           number: int) -> list[Spec]:
    """Points along one band, between the edges of its nodes."""
    a, b = at[band.start], at[band.end]
    y0, y1 = a.top + left.get(a.name, 0.0), b.top + right.get(b.name, 0.0)
    left[a.name] = left.get(a.name, 0.0) + band.usd
    right[b.name] = right.get(b.name, 0.0) + band.usd
    x0, x1 = _COLUMNS[a.column] + _WIDTH, _COLUMNS[b.column]
    points = []
    for k in range(_STEPS + 1):
        t = k / _STEPS
        s = t * t * (3.0 - 2.0 * t)
        y = y0 + (y1 - y0) * s
        points.append({"band": number, "role": band.role, "x": x0 + (x1 - x0) * t, "y": y,
                       "y2": y + band.usd})
    return points


def sankey(picture: Mapping[str, Any], narrow: bool, title: str) -> Spec:
    """Flow picture; routes whose capacity binds are named so and have a colour of their own.

    Parameters
    ----------
    picture : mapping
        ``flow.before`` or ``flow.after`` of ``hashfall cashout --json``.
    narrow : bool
        Whether the chart is for a phone.
    title : str
        Printed small above the plot.
    """
    nodes, bands = bands_of(picture)
    if not nodes:
        nodes = [Node("nothing is there", 0, "lost", 1.0)]
    height = _place(nodes)
    at = {n.name: n for n in nodes}
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    points = [p for i, band in enumerate(bands) if band.start in at and band.end in at
              for p in _curve(band, at, left, right, i)]
    y = {"type": "quantitative", "scale": {"domain": [height, 0.0], "nice": False}, "axis": None}
    x = {"type": "quantitative", "scale": {"domain": [0.0, 1.0 + _WIDTH], "nice": False},
         "axis": None}
    roles = [role for role in _HUES if any(n.role == role for n in nodes)
             or any(b.role == role for b in bands)]
    paint = {"field": "role", "type": "nominal", "legend": None,
             "scale": {"domain": roles, "range": [colour(_HUES[role]) for role in roles]}}
    layers: list[Spec] = [
        {"data": data(points), "mark": {"type": "area", "opacity": 0.45},
         "encoding": {"x": {**x, "field": "x"}, "y": {**y, "field": "y"}, "y2": {"field": "y2"},
                      "detail": {"field": "band"}, "color": paint}},
        {"data": data([{"x": _COLUMNS[n.column], "x2": _COLUMNS[n.column] + _WIDTH, "y": n.top,
                        "y2": n.low, "role": n.role} for n in nodes]),
         "mark": {"type": "rect", "opacity": 1.0},
         "encoding": {"x": {**x, "field": "x"}, "x2": {"field": "x2"}, "y": {**y, "field": "y"},
                      "y2": {"field": "y2"}, "color": paint}},
        *(_names(nodes, column, x, y, narrow) for column in range(3)),
    ]
    return chart([layer for layer in layers if layer["data"]["values"]], narrow,
                 240 if narrow else 280, title)


def route_flow(result: Mapping[str, Any], narrow: bool) -> Spec | None:
    """Flow picture of an assessment; None where the company sells no coins."""
    found = result.get("cashout")
    if not found:
        return None
    return sankey(found["flow"], narrow, f"USD up to {found['by']}, middle of the book")


def _names(nodes: Sequence[Node], column: int, x: Spec, y: Spec, narrow: bool) -> Spec:
    """Names above the nodes of a column; the last column is set to the left of its edge."""
    align = ("left", "center", "right")[column]
    place = _COLUMNS[column] + (0.0, 0.5 * _WIDTH, _WIDTH)[column]
    rows = [{"x": place, "y": n.top, "label": _label(n, narrow)} for n in nodes
            if n.column == column]
    return {"data": data(rows),
            "mark": {"type": "text", "align": align, "baseline": "bottom", "dy": -3,
                     "fontSize": 9 if narrow else 12},
            "encoding": {"x": {**x, "field": "x"}, "y": {**y, "field": "y"},
                         "text": {"field": "label"}}}


def _label(node: Node, narrow: bool) -> str:
    brief = {"coins at hand and mined": "coins", "cash at hand": "cash",
             "receipts of hosting": "hosting", "other receipts": "receipts",
             _MONEY: "money", _FROZEN: "frozen", _LOST: "lost", _STAYS: "no route"}
    name = brief.get(node.name, node.name) if narrow else node.name
    return f"{short(name, 20 if narrow else 34)} {money(node.usd)}"
