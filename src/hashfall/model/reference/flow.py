"""Slow readable twin of `hashfall.model.flow`: cheapest paths, one after the other.

An amount is sent along the cheapest way with room, where a way may also take back
what was sent before (at the cost saved). Each path is as cheap as the network still
allows, so every prefix is a cheapest flow of what it sends, and the last one is the
most that flows (Busacker, Gowen 1960). Nothing here is shared with the solver.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["Arc", "cheapest_paths", "cost_of", "cut_of"]

Arc = tuple[int, int, float, float]
"""Start, end, capacity and cost of a unit."""

_ROOM = 1e-9
"""Least room that counts."""


def cheapest_paths(
    nodes: int, arcs: Sequence[Arc], source: int, sink: int, closed: Sequence[int] = ()
) -> list[tuple[float, float]]:
    """Amounts and costs of a unit of the paths that fill a network, the cheapest first.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    arcs : sequence of (int, int, float, float)
        Start, end, capacity and cost of a unit; no cycle of negative cost.
    source, sink : int
        Nodes that the flow leaves and arrives at.
    closed : sequence of int
        Positions of closed arcs.

    Examples
    --------
    >>> cheapest_paths(2, [(0, 1, 6.0, 0.5), (0, 1, 4.0, 2.0)], 0, 1)
    [(6.0, 0.5), (4.0, 2.0)]
    """
    room = [0.0 if i in closed else arc[2] for i, arc in enumerate(arcs)]
    back = [0.0] * len(arcs)
    paths: list[tuple[float, float]] = []
    while True:
        way, unit = _cheapest(nodes, arcs, room, back, source, sink)
        if not way:
            return paths
        amount = min(room[i] if forward else back[i] for i, forward in way)
        for i, forward in way:
            room[i] += -amount if forward else amount
            back[i] += amount if forward else -amount
        paths.append((amount, unit))


def _cheapest(
    nodes: int, arcs: Sequence[Arc], room: list[float], back: list[float], source: int, sink: int
) -> tuple[list[tuple[int, bool]], float]:
    """Cheapest way with room, as steps of (arc, forward), by rounds over all arcs."""
    distance = [math.inf] * nodes
    distance[source] = 0.0
    via: list[tuple[int, bool] | None] = [None] * nodes
    moved = True
    while moved:
        moved = False
        for i, (start, end, _, cost) in enumerate(arcs):
            for a, b, unit, left, forward in (
                (start, end, cost, room[i], True), (end, start, -cost, back[i], False)
            ):
                if left > _ROOM and distance[a] + unit < distance[b] - _ROOM:
                    distance[b], via[b], moved = distance[a] + unit, (i, forward), True
    way: list[tuple[int, bool]] = []
    at = sink
    while at != source:
        step = via[at]
        if step is None:
            return [], math.inf
        way.append(step)
        start, end = arcs[step[0]][:2]
        at = start if step[1] else end
    return way[::-1], distance[sink]


def cost_of(paths: Sequence[tuple[float, float]], demand: float) -> float:
    """Least cost of a demand, or infinity if it does not all flow.

    Examples
    --------
    >>> cost_of([(6.0, 0.5), (4.0, 2.0)], 7.0), cost_of([(6.0, 0.5)], 7.0)
    (5.0, inf)
    """
    total = 0.0
    for amount, unit in paths:
        part = min(amount, demand)
        total += part * unit
        demand -= part
    return math.inf if demand > _ROOM else total


def cut_of(nodes: int, arcs: Sequence[Arc], source: int, sink: int) -> float:
    """Capacity of the least cut, by trying every set of nodes on the source's side.

    Notes
    -----
    Takes 2^nodes steps: for networks of some ten nodes.

    Examples
    --------
    >>> cut_of(3, [(0, 1, 6.0, 0.5), (1, 2, 4.0, 2.0)], 0, 2)
    4.0
    """
    least = math.inf
    for side in range(1 << nodes):
        if side >> source & 1 and not side >> sink & 1:
            least = min(least, sum(
                (u for a, b, u, _ in arcs if side >> a & 1 and not side >> b & 1), 0.0
            ))
    return least
