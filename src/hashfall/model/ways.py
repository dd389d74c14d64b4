"""Ways through a network: what leads nowhere, and cycles that make money."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hashfall.model.linear import Floats, Ints

__all__ = ["least_cycle", "reaching"]

_ROUNDING = 1e-12
"""Gain of a cycle that rounding alone can show."""


def reaching(nodes: int, tail: Ints, head: Ints, ends: Iterable[int]) -> np.ndarray[
        tuple[int], np.dtype[np.bool_]]:
    """Whether each node has a way to one of the ends; an end reaches itself.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : ndarray of int
        Nodes at which arcs start and end.
    ends : iterable of int
        Nodes looked for.

    Examples
    --------
    >>> reaching(3, np.array([0, 1]), np.array([1, 0]), [2]).tolist()
    [False, False, True]
    """
    reached = np.zeros(nodes, dtype=bool)
    reached[list(ends)] = True
    while True:
        more = reached.copy()
        more[tail[reached[head]]] = True
        if (more == reached).all():
            return reached
        reached = more


def least_cycle(nodes: int, tail: Ints, head: Ints, weight: Floats) -> list[int]:
    """Arcs of a cycle of negative weight, in its order; empty where there is none.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : ndarray of int
        Nodes at which arcs start and end.
    weight : ndarray of float
        Cost of an arc; for arcs that multiply by a gain g, -log g.

    Notes
    -----
    Bellman 1958 (doi:10.1090/qam/102435) and Ford, by rounds: distances from all
    nodes at once still fall in round ``nodes`` only where a cycle makes them fall.
    A cycle that gains less than 1e-12 is taken for rounding.

    Examples
    --------
    >>> tail, head = np.array([0, 1, 2]), np.array([1, 2, 0])
    >>> least_cycle(3, tail, head, np.array([1.0, -3.0, 1.0]))
    [0, 1, 2]
    >>> least_cycle(3, tail, head, np.array([1.0, -2.0, 1.0]))
    []
    """
    distance, via = np.zeros(nodes), np.full(nodes, -1)
    fell = np.zeros(0, dtype=np.int64)
    for _ in range(nodes):
        reach = distance[tail] + weight
        fell = np.flatnonzero(reach < distance[head] - _ROUNDING)
        if not len(fell):
            return []
        # Of arcs into one node the last write stays: the one with the least reach.
        order = fell[np.argsort(-reach[fell], kind="stable")]
        distance[head[order]] = reach[order]
        via[head[order]] = order
    return _turn(tail, via, int(head[fell[0]]), nodes)


def _turn(tail: Ints, via: Ints, node: int, nodes: int) -> list[int]:
    """Cycle found by walking back from a node whose distance still falls."""
    for _ in range(nodes):
        node = int(tail[via[node]])
    cycle: list[int] = []
    at = node
    while not cycle or at != node:
        cycle.append(int(via[at]))
        at = int(tail[via[at]])
    cycle.reverse()
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]
