"""Benchmark of the flow from coins to money, against networkx in the same run."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hashfall.bench.harness import Contender, compare
from hashfall.bench.jobs import Size
from hashfall.bench.result import Result
from hashfall.model.flow import Flows, network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ARCS", "CLOSURES", "FAMILY", "NODES", "cashout", "family"]

NODES: Final = 400
"""Nodes of a graph."""
ARCS: Final = 4000
"""Arcs of a graph."""
CLOSURES: Final = 20
"""Arcs that are closed in turn: those that carry most."""
FAMILY: Final = (1, 2, 3)
"""Seeds of the graphs."""
_SHARE: Final = 0.6
"""Demand as a share of the most that flows."""

Row = tuple[str, str, str, float, float]


def family(seed: int, nodes: int = NODES, arcs: int = ARCS) -> list[Row]:
    """Arcs of a random graph: a chain through all nodes, and arcs between any two.

    Examples
    --------
    >>> rows = family(1, 4, 6)
    >>> len(rows), rows[0][:3]
    (6, ('a0', 'n0', 'n1'))
    """
    draw = np.random.Generator(np.random.Philox(seed))
    tail = draw.integers(0, nodes, arcs)
    head = (tail + draw.integers(1, nodes, arcs)) % nodes
    tail[: nodes - 1], head[: nodes - 1] = np.arange(nodes - 1), np.arange(1, nodes)
    capacity, cost = draw.integers(10, 200, arcs), draw.integers(1, 100, arcs)
    return [(f"a{i}", f"n{a}", f"n{b}", float(u), float(c))
            for i, (a, b, u, c) in enumerate(zip(tail, head, capacity, cost, strict=True))]


def cashout(size: Size) -> Iterator[Result]:
    """Build and solve once, and closures solved again, each against networkx."""
    graphs = [family(seed) for seed in FAMILY[: max(1, size.rounds // 2)]]
    ends = "n0", f"n{NODES - 1}"
    ready = [Flows(network(rows), *ends) for rows in graphs]
    demands = [float(round(_SHARE * flows.most().sent)) for flows in ready]
    closed = [np.argsort(-flows.cheapest(demand).flow, kind="stable")[:CLOSURES].tolist()
              for flows, demand in zip(ready, demands, strict=True)]

    def cold() -> list[float]:
        return [Flows(network(rows), *ends).cheapest(demand).cost
                for rows, demand in zip(graphs, demands, strict=True)]

    def warm() -> list[float]:
        return [flows.cheapest(demand, [arc]).cost
                for flows, demand, arcs in zip(ready, demands, closed, strict=True)
                for arc in arcs]

    jobs = {"cold": (cold, _Other(graphs, demands, [[-1]] * len(graphs)), 5.0),
            f"{CLOSURES} closures": (warm, _Other(graphs, demands, closed), 12.0)}
    for name, (own, other, bar) in jobs.items():
        yield _against(f"{NODES}/{ARCS}, {name}", own, other, bar, size)


class _Other:
    """The same by networkx's network simplex: with each of some arcs closed, -1 for none."""

    def __init__(self, graphs: list[list[Row]], demands: list[float],
                 closed: list[list[int]]) -> None:
        self.jobs = list(zip(graphs, demands, closed, strict=True))
        self.kept: dict[int, Any] = {}

    def __call__(self) -> list[float]:
        import networkx

        found = []
        for place, (rows, demand, arcs) in enumerate(self.jobs):
            for arc in arcs:
                graph = self._graph(place, rows, demand, arc < 0)
                if arc >= 0:
                    row = rows[arc]
                    graph.edges[row[1], row[2], row[0]]["capacity"] = 0
                found.append(float(networkx.network_simplex(graph)[0]))
                if arc >= 0:
                    graph.edges[row[1], row[2], row[0]]["capacity"] = int(row[3])
        return found

    def _graph(self, place: int, rows: list[Row], demand: float, fresh: bool) -> Any:
        """Graph with its demands; kept between closures, as the solver keeps its own."""
        import networkx

        if fresh or place not in self.kept:
            graph = networkx.MultiDiGraph()
            graph.add_edges_from(
                (a, b, name, {"capacity": int(u), "weight": int(c)}) for name, a, b, u, c in rows
            )
            graph.nodes["n0"]["demand"] = -int(demand)
            graph.nodes[f"n{NODES - 1}"]["demand"] = int(demand)
            self.kept[place] = graph
        return self.kept[place]


def _against(case: str, own: Callable[[], list[float]], other: _Other, bar: float,
             size: Size) -> Result:
    """One line: a ratio, or our own time alone where networkx is not there."""
    def digest(costs: list[float]) -> str:
        return " ".join(f"{cost:.0f}" for cost in costs)

    contenders = [Contender("HiGHS", own, 1.0, digest)]
    if find_spec("networkx") is None:
        found = compare(contenders, rounds=size.rounds, least=size.least)
        return Result("cashout", case, "", [1e3 * s for s in found.seconds["HiGHS"]], unit="ms",
                      load=found.load, note="no ratio: networkx, a test dependency, is missing")
    contenders.append(Contender("networkx", other, 1.0, digest))
    found = compare(contenders, rounds=size.rounds, least=size.least)
    return Result("cashout", case, "networkx", found.ratios("networkx", "HiGHS"), bar,
                  same_bits=found.same_bits, load=found.load,
                  rates={f"{k}, ms": 1e3 * found.middle(k) for k in found.seconds})
