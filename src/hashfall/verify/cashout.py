"""Flow from coins to money: the worked network, and random ones against a slow twin."""

from __future__ import annotations

import functools

import numpy as np

from hashfall.model.flow import Flows, Network, network
from hashfall.model.flow_studies import by_node, cost_curve, removals, supply_curve
from hashfall.model.reference.flow import Arc, cheapest_paths, cost_of, cut_of
from hashfall.verify.check import Check, holds, near
from hashfall.verify.simulate import generator

__all__ = ["check_frozen", "check_random"]

_FROZEN = (
    ("M-A", "M", "A", 60.0, 0.5), ("M-B", "M", "B", 40.0, 1.5), ("M-P", "M", "P", 25.0, 6.0),
    ("A-K", "A", "K", 50.0, 0.0), ("B-K", "B", "K", 30.0, 0.0), ("B-C", "B", "C", 20.0, 0.5),
    ("P-C", "P", "C", 25.0, 0.0), ("K-T", "K", "T", 70.0, 0.0), ("C-T", "C", "T", 40.0, 0.0),
)
_BY_HAND = "seven nodes, worked by hand"
_TWIN = "cheapest paths one after the other, in plain Python"
_THEORY = "Ford, Fulkerson 1956"
_NETWORKS = 60
_CLOSE = 1e-7


def check_frozen() -> list[Check]:
    """Seven nodes: most and cheapest flow, and each venue removed."""
    row = functools.partial(near, "cashout-frozen")
    flows = Flows(network(_FROZEN), "M", "T")
    most = flows.most()
    demands = (50.0, 80.0, 90.0, 100.0, 110.0)
    costs = cost_curve(flows, demands)[0]
    left = {r.name: r.most for r in removals(flows, by_node(flows))}
    return [
        row("most that flows", 110.0, most.sent, _CLOSE, _BY_HAND, 1),
        row("capacity of the cut", 110.0, float(flows.net.capacity[most.cut].sum()), _CLOSE,
            _BY_HAND, 1),
        *(row(f"least cost of {demand:.0f}", expected, float(cost), _CLOSE, _BY_HAND, 1)
          for demand, expected, cost in zip(demands, (25.0, 75.0, 95.0, 155.0, 215.0), costs,
                                            strict=True)),
        *(row(f"most without {name}", expected, left[name], _CLOSE, _BY_HAND, 1)
          for name, expected in zip("ABPKC", (65.0, 75.0, 90.0, 40.0, 70.0), strict=True)),
    ]


def _random(rng: np.random.Generator) -> Network:
    """A network of a few venues and rails, with costs that can be negative."""
    nodes = int(rng.integers(4, 9))
    rows = []
    for i in range(int(rng.integers(nodes, 4 * nodes))):
        a, b = (int(x) for x in rng.choice(nodes, 2, replace=False))
        # Negative costs run forward only: no cycle can make money.
        cost = float(rng.integers(-2 if a < b else 4 * nodes, 5 * nodes))
        rows.append((f"a{i}", f"n{a}", f"n{b}", float(rng.integers(0, 60)), cost))
    ends = [("in", "n0", "n1", 5.0, 1.0), ("out", f"n{nodes - 2}", f"n{nodes - 1}", 5.0, 1.0)]
    return network([*ends, *rows])


def check_random() -> list[Check]:
    """Random networks: the same cost and most as the twin, cuts, convexity, removals."""
    rng = generator(23)
    worst = {"cost": 0.0, "most": 0.0, "cut": 0.0, "without": 0.0, "bend": 0.0, "help": 0.0}
    for _ in range(_NETWORKS):
        _compare(_random(rng), worst)
    row = functools.partial(near, "cashout-random", expected=0.0, tolerance=_CLOSE, digits=9)
    below = functools.partial(holds, "cashout-random", source=_THEORY)
    return [
        row("most that flows, largest difference", measured=worst["most"], source=_TWIN),
        row("least cost, largest difference", measured=worst["cost"], source=_TWIN),
        row("a closed arc, solved from the open basis", measured=worst["without"], source=_TWIN),
        row("most against every cut there is", measured=worst["cut"], source=_THEORY),
        below("cost of a unit, largest fall as more is sent", "none", f"{worst['bend']:.1e}",
              worst["bend"] <= _CLOSE),
        below("gain from removing an arc", "none", f"{worst['help']:.1e}",
              worst["help"] <= _CLOSE),
    ]


def _compare(net: Network, worst: dict[str, float]) -> None:
    """Largest differences so far, with those of one network."""
    sink = net.nodes.index(f"n{len(net.nodes) - 1}")
    source = net.nodes.index("n0")
    arcs: list[Arc] = [
        (int(a), int(b), float(u), float(c))
        for a, b, u, c in zip(net.tail, net.head, net.capacity, net.cost, strict=True)
    ]
    size = len(net.nodes)
    flows, paths = Flows(net, "n0", net.nodes[sink]), cheapest_paths(size, arcs, source, sink)
    most, total = flows.most(), sum(amount for amount, _ in paths)
    demand = 0.6 * total
    cost = flows.cheapest(demand).cost
    _raise(worst, "most", abs(most.sent - total))
    _raise(worst, "cost", abs(cost - cost_of(paths, demand)))
    _raise(worst, "cut", abs(most.sent - cut_of(size, arcs, source, sink)))
    _raise(worst, "cut", abs(most.sent - float(net.capacity[most.cut].sum())))
    curve = supply_curve(flows)
    _raise(worst, "bend", -float(np.diff(curve.marginal).min(initial=0.0)))
    arc = int(most.cut[0]) if len(most.cut) else 0
    shut = cheapest_paths(size, arcs, source, sink, [arc])
    found, least = flows.cheapest(demand, [arc]), min(demand, sum(amount for amount, _ in shut))
    _raise(worst, "without", abs(found.sent - least))
    _raise(worst, "without", abs(found.cost - cost_of(shut, least)))
    for i in range(len(arcs)):
        _raise(worst, "help", flows.most([i]).sent - most.sent)


def _raise(worst: dict[str, float], key: str, value: float) -> None:
    worst[key] = max(worst[key], value)
