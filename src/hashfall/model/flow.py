"""Flow through a network of places: the most, the cheapest, the cut, what a unit more is worth.

A network has arcs with a capacity and a cost of a unit. A flow leaves a source,
arrives at a sink and is kept at every other node. The most that can flow equals
the capacity of the least cut between them (Ford, Fulkerson 1956,
doi:10.4153/CJM-1956-045-5); the least cost is convex in what is sent, and its
duals price a unit more of each arc's capacity and a unit more at each node
(Ahuja, Magnanti, Orlin 1993, "Network Flows", chapters 6 and 9).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from hashfall.errors import InputError
from hashfall.model.linear import Columns, Floats, Ints, Program
from hashfall.model.ways import least_cycle

__all__ = ["Cheapest", "Flows", "Most", "Network", "network"]


class Network(NamedTuple):
    """A network as arrays, one entry an arc; several arcs may share a name."""

    nodes: tuple[str, ...]
    names: tuple[str, ...]
    tail: Ints
    head: Ints
    capacity: Floats
    cost: Floats


class Most(NamedTuple):
    """The most that flows, one such flow, and the least cut: positions of its arcs."""

    sent: float
    flow: Floats
    cut: Ints


class Cheapest(NamedTuple):
    """The cheapest way to send an amount.

    ``sent + unmet`` is what was asked for. ``price`` is what a unit more at each node
    costs, ``value`` what a unit more of each arc's capacity saves: at most that much
    where the best flow is degenerate, and a unit less then costs at least as much.
    """

    sent: float
    unmet: float
    cost: float
    flow: Floats
    price: Floats
    value: Floats


def network(rows: Iterable[tuple[str, str, str, float, float]], file: str = "network") -> Network:
    """Network of arcs given as (name, from, to, capacity, cost of a unit).

    Parameters
    ----------
    rows : iterable of tuple
        Arcs; nodes are numbered as they are first named.
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        If a capacity is negative or not a number, a cost is not a number, an arc
        leads back to where it starts, or a cycle of arcs makes money.

    Examples
    --------
    >>> net = network([("a", "mine", "venue", 60.0, 0.5), ("b", "venue", "bank", 50.0, 0.0)])
    >>> net.nodes, net.capacity.tolist()
    (('mine', 'venue', 'bank'), [60.0, 50.0])
    >>> network([("a", "mine", "venue", -1.0, 0.0)])
    Traceback (most recent call last):
    hashfall.errors.InputError: network: a: expected a capacity of 0 or more, found -1
    """
    number: dict[str, int] = {}
    names, tail, head, capacity, cost = [], [], [], [], []
    for name, start, end, most, unit in rows:
        if not 0.0 <= most < math.inf:
            raise InputError(file, name, "a capacity of 0 or more", f"{most:g}")
        if not math.isfinite(unit):
            raise InputError(file, name, "a cost of a unit", f"{unit:g}")
        if start == end:
            raise InputError(file, name, "an arc between two places", f"{start} to itself")
        names.append(name)
        tail.append(number.setdefault(start, len(number)))
        head.append(number.setdefault(end, len(number)))
        capacity.append(most)
        cost.append(unit)
    net = Network(
        tuple(number), tuple(names), np.array(tail, np.int32), np.array(head, np.int32),
        np.array(capacity, np.float64), np.array(cost, np.float64),
    )
    _no_gain(net, file)
    return net


def _no_gain(net: Network, file: str) -> None:
    """Refuse a cycle of negative cost: it makes money out of nothing."""
    if not len(net.cost) or net.cost.min() >= 0.0:
        return
    open_ = np.flatnonzero(net.capacity > 0.0)
    cycle = least_cycle(len(net.nodes), net.tail[open_], net.head[open_], net.cost[open_])
    if cycle:
        arcs = [int(open_[i]) for i in cycle]
        gain = -float(net.cost[arcs].sum())
        raise InputError(file, net.names[arcs[0]], "no cycle that makes money",
                         f"{' > '.join(net.names[i] for i in arcs)}, {gain:.6g} a unit")


class Flows:
    """Flows of a network from a source to a sink, solved again from the last basis.

    Parameters
    ----------
    net : Network
        Network.
    source, sink : str
        Nodes that the flow leaves and arrives at.

    Raises
    ------
    InputError
        If a node is unknown.

    Notes
    -----
    Each call with ``closed`` starts from the basis of the last call without it and
    is undone afterwards. Where several flows are best, any of them may be returned;
    the amount sent, its cost and the cut's capacity are unique.

    Examples
    --------
    >>> flows = Flows(network([("a", "m", "v", 60.0, 0.5), ("b", "m", "v", 40.0, 2.0),
    ...                        ("k", "v", "t", 70.0, 0.0)]), "m", "t")
    >>> most = flows.most()
    >>> most.sent, [flows.net.names[i] for i in most.cut]
    (70.0, ['k'])
    >>> found = flows.cheapest(65.0)
    >>> found.cost, found.price.tolist(), found.value.tolist()
    (40.0, [0.0, 2.0, 2.0], [1.5, 0.0, 0.0])
    >>> flows.most(closed=[0]).sent, flows.cheapest(65.0, closed=[0]).unmet
    (40.0, 25.0)
    """

    def __init__(self, net: Network, source: str, sink: str) -> None:
        for name in (source, sink):
            if name not in net.nodes:
                raise InputError("network", name, f"one of {', '.join(net.nodes)}", repr(name))
        self.net, self.source, self.sink = net, source, sink
        self._ends = net.nodes.index(source), net.nodes.index(sink)
        self._limit = float(net.capacity.sum())
        self._most: Program | None = None
        self._cheap: Program | None = None

    def most(self, closed: Sequence[int] | Ints = ()) -> Most:
        """The most that flows while some arcs are closed. [unit of capacity]"""
        first = self._most is None
        if self._most is None:
            cost = np.zeros(len(self.net.cost) + 1)
            cost[-1] = -1.0
            self._most = self._program(cost)
        x, _, dual = self._run(self._most, closed, first)
        side = dual - dual[self._ends[1]] > 0.5
        over = side[self.net.tail] & ~side[self.net.head]
        return Most(float(x[-1]), x[:-1], np.flatnonzero(over).astype(np.int32))

    def cheapest(self, demand: float, closed: Sequence[int] | Ints = ()) -> Cheapest:
        """The cheapest way to send an amount, or as much of it as flows at all.

        Parameters
        ----------
        demand : float
            Amount, 0 or more. [unit of capacity]
        closed : sequence of int
            Positions of closed arcs.
        """
        first = self._cheap is None
        if self._cheap is None:
            self._cheap = self._program(np.append(self.net.cost, 0.0))
        sent = float(demand)
        self._send(sent)
        try:
            x, reduced, dual = self._run(self._cheap, closed, first)
        except _TooMuch:
            sent = self.most(closed).sent
            self._send(sent)
            x, reduced, dual = self._run(self._cheap, closed, first)
        flow = x[:-1]
        return Cheapest(sent, demand - sent, float(flow @ self.net.cost), flow,
                        dual[self._ends[0]] - dual, np.maximum(-reduced[:-1], 0.0) + 0.0)

    def tilted(self, reward: float, closed: Sequence[int] | Ints = ()) -> tuple[float, float]:
        """What is sent, and its cost, where each unit that arrives earns a reward.

        Parameters
        ----------
        reward : float
            Earned by a unit that arrives. [cost/unit]
        closed : sequence of int
            Positions of closed arcs.

        Examples
        --------
        >>> net = network([("a", "m", "t", 60.0, 0.5), ("b", "m", "t", 40.0, 2.0)])
        >>> Flows(net, "m", "t").tilted(1.0)
        (60.0, 30.0)
        """
        program = self._program(np.append(self.net.cost, -reward))
        x, _, _ = self._run(program, closed, True)
        return float(x[-1]), float(x[:-1] @ self.net.cost)

    def _program(self, cost: Floats) -> Program:
        """All arcs, and one that leads what has arrived back to the source."""
        source, sink = self._ends
        n, rows = len(cost), np.zeros(len(self.net.nodes))
        index = np.empty(2 * n, np.int32)
        index[0::2] = np.append(self.net.tail, sink)
        index[1::2] = np.append(self.net.head, source)
        columns = Columns(np.arange(0, 2 * n + 1, 2, dtype=np.int32), index,
                          np.tile([1.0, -1.0], n))
        return Program(cost, np.append(self.net.capacity, self._limit), rows, rows, columns)

    def _send(self, amount: float) -> None:
        """Fix what arrives."""
        fixed = np.array([amount])
        if self._cheap is not None:
            self._cheap.set_bounds([len(self.net.cost)], fixed, fixed)

    def _run(self, program: Program, closed: Sequence[int] | Ints,
             first: bool) -> tuple[Floats, Floats, Floats]:
        """Solve with some arcs closed, and open them again."""
        which = np.asarray(closed, dtype=np.int32)
        if len(which) and not first:
            program.back()
        program.set_bounds(which, np.zeros(len(which)))
        found = program.solve()
        program.set_bounds(which, self.net.capacity[which])
        if not found.feasible:
            raise _TooMuch
        if not len(which) or first:
            program.keep()
        return found.x, found.reduced, found.dual


class _TooMuch(Exception):
    """More was asked for than flows."""
