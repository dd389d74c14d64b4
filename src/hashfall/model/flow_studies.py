"""What a network loses and how it makes up for it: removal, substitution, convex cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hashfall.model.flow import Flows, Network
from hashfall.model.linear import Floats, Ints

__all__ = ["Curve", "Removal", "Substitution", "by_name", "by_node", "cost_curve", "removals",
           "substitution", "supply_curve"]

_ROUNDING = 1e-9
"""Share of the largest number below which two costs or amounts are one."""

Group = Sequence[int] | Ints
"""Positions of arcs that close together."""


class Removal(NamedTuple):
    """What is left without a group of arcs.

    ``most`` is the most that flows without it and ``lost`` how much less that is;
    ``unmet`` and ``cost`` belong to the demand that was asked for (None without one).
    """

    name: str
    most: float
    lost: float
    unmet: float | None
    cost: float | None


class Substitution(NamedTuple):
    """Flow by name before and after a closure, cheapest both times, and what it costs more.

    ``more_cost`` compares unlike amounts where ``unmet`` is above 0.
    """

    before: dict[str, float]
    after: dict[str, float]
    more_cost: float
    unmet: float


class Curve(NamedTuple):
    """Convex cost of what is sent: corners, and the cost of a unit between two of them."""

    sent: Floats
    cost: Floats
    marginal: Floats


def by_name(net: Network) -> dict[str, Ints]:
    """Arcs of each name, in the order of the network.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "t", 6.0, 0.5), ("a", "m", "t", 4.0, 2.0)])
    >>> {name: arcs.tolist() for name, arcs in by_name(net).items()}
    {'a': [0, 1]}
    """
    names = np.array(net.names)
    return {name: np.flatnonzero(names == name).astype(np.int32)
            for name in dict.fromkeys(net.names)}


def by_node(flows: Flows) -> dict[str, Ints]:
    """Arcs that touch each node but the source and the sink.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "v", 6.0, 0.5), ("k", "v", "t", 4.0, 0.0)])
    >>> {node: arcs.tolist() for node, arcs in by_node(Flows(net, "m", "t")).items()}
    {'v': [0, 1]}
    """
    net = flows.net
    return {
        node: np.flatnonzero((net.tail == i) | (net.head == i)).astype(np.int32)
        for i, node in enumerate(net.nodes) if node not in (flows.source, flows.sink)
    }


def removals(flows: Flows, groups: Mapping[str, Group],
             demand: float | None = None) -> list[Removal]:
    """What each group of arcs is worth by its removal, the worst loss first.

    Parameters
    ----------
    flows : Flows
        Network with its source and sink.
    groups : mapping of str to sequence of int
        Arcs that close together, such as `by_name` or `by_node`.
    demand : float, optional
        Amount whose cost and shortfall are wanted too. [unit of capacity]

    Notes
    -----
    Each removal starts from the basis of the whole network.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "t", 6.0, 0.5), ("b", "m", "t", 4.0, 2.0)])
    >>> [(r.name, r.most, r.unmet) for r in removals(Flows(net, "m", "t"), by_name(net), 5.0)]
    [('a', 4.0, 1.0), ('b', 6.0, 0.0)]
    """
    whole = flows.most().sent
    if demand is not None:
        flows.cheapest(demand)
    found = []
    for name, arcs in groups.items():
        most = flows.most(arcs).sent
        unmet = cost = None
        if demand is not None:
            unmet, cost = flows.cheapest(demand, arcs)[1:3]
        found.append(Removal(name, most, whole - most, unmet, cost))
    return sorted(found, key=lambda row: -row.lost)


def substitution(flows: Flows, closed: Group, demand: float) -> Substitution:
    """Which arcs take over when some close, for the same demand.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "t", 6.0, 0.5), ("b", "m", "t", 4.0, 2.0)])
    >>> substitution(Flows(net, "m", "t"), [0], 3.0)
    Substitution(before={'a': 3.0, 'b': 0.0}, after={'a': 0.0, 'b': 3.0}, more_cost=4.5, unmet=0.0)
    """
    before = flows.cheapest(demand)
    after = flows.cheapest(demand, closed)
    names = by_name(flows.net)
    sums = [{name: float(x.flow[arcs].sum()) for name, arcs in names.items()}
            for x in (before, after)]
    return Substitution(sums[0], sums[1], after.cost - before.cost, after.unmet)


def cost_curve(flows: Flows, demands: Sequence[float] | Floats) -> tuple[Floats, Floats, Floats]:
    """Least cost, marginal cost and unmet amount over a row of demands.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "t", 6.0, 0.5), ("b", "m", "t", 4.0, 2.0)])
    >>> [x.tolist() for x in cost_curve(Flows(net, "m", "t"), [4.0, 8.0, 12.0])]
    [[2.0, 7.0, 11.0], [0.5, 2.0, 2.0], [0.0, 0.0, 2.0]]
    """
    sink = flows.net.nodes.index(flows.sink)
    found = [flows.cheapest(float(demand)) for demand in demands]
    return (np.array([x.cost for x in found]), np.array([x.price[sink] for x in found]),
            np.array([x.unmet for x in found]))


def supply_curve(flows: Flows, closed: Group = ()) -> Curve:
    """The whole convex cost of what is sent, as its exact corners.

    Parameters
    ----------
    flows : Flows
        Network with its source and sink.
    closed : sequence of int
        Positions of closed arcs.

    Notes
    -----
    Between two points of the curve, a unit that arrives is rewarded by the slope of
    their chord: the best flow is then the corner farthest below it, or none where
    the curve is straight. So K corners take at most 2 K solutions.

    Examples
    --------
    >>> from hashfall.model.flow import network
    >>> net = network([("a", "m", "t", 6.0, 0.5), ("b", "m", "t", 4.0, 2.0)])
    >>> curve = supply_curve(Flows(net, "m", "t"))
    >>> curve.sent.tolist(), curve.cost.tolist(), curve.marginal.tolist()
    ([0.0, 6.0, 10.0], [0.0, 3.0, 11.0], [0.5, 2.0])
    """
    last = flows.most(closed).sent
    if last <= 0.0:
        return Curve(np.zeros(1), np.zeros(1), np.zeros(0))
    open_ = flows.cheapest(last, closed)
    points = {0.0: 0.0, open_.sent: open_.cost}
    spans = [(0.0, open_.sent)]
    while spans:
        left, right = spans.pop()
        slope = (points[right] - points[left]) / (right - left)
        sent, cost = flows.tilted(slope, closed)
        below = points[left] + slope * (sent - left) - cost
        inside = left + _ROUNDING * last < sent < right - _ROUNDING * last
        if inside and below > _ROUNDING * max(1.0, abs(points[right])):
            points[sent] = cost
            spans += [(left, sent), (sent, right)]
    sent_at = np.array(sorted(points))
    cost_at = np.array([points[x] for x in sent_at])
    return Curve(sent_at, cost_at, np.diff(cost_at) / np.diff(sent_at))
