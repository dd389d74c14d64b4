"""Flow on random networks against networkx, the slow twin, and what theory says."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.model.flow import Flows, Network, network
from hashfall.model.flow_studies import by_name, cost_curve, removals, supply_curve
from hashfall.model.reference.flow import cheapest_paths, cost_of

Row = tuple[str, str, str, float, float]
_FEW = settings(deadline=None, max_examples=60)


@st.composite
def arcs(draw: Callable[..., int]) -> list[Row]:
    """Arcs between three to nine nodes, whole numbers; costs may be negative one way."""
    nodes = draw(st.integers(3, 9))
    rows = []
    for i in range(draw(st.integers(2, 30))):
        a = draw(st.integers(0, nodes - 1))
        b = (a + draw(st.integers(1, nodes - 1))) % nodes
        cost = draw(st.integers(-3, 20)) if a < b else draw(st.integers(3 * nodes, 5 * nodes))
        rows.append((f"a{i}", f"n{a}", f"n{b}", float(draw(st.integers(0, 50))), float(cost)))
    return [("in", "n0", "n1", 9.0, 2.0), ("out", f"n{nodes - 2}", "t", 50.0, 0.0), *rows]


def _graph(rows: list[Row]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_edges_from((a, b, {"capacity": int(u), "weight": int(c)}) for _, a, b, u, c in rows)
    return graph


def _most(rows: list[Row]) -> float:
    graph = nx.DiGraph()
    for _, a, b, u, _ in rows:
        had = graph.edges[a, b]["capacity"] if graph.has_edge(a, b) else 0
        graph.add_edge(a, b, capacity=had + int(u))
    return float(nx.maximum_flow_value(graph, "n0", "t"))


def _least(rows: list[Row], demand: int) -> float:
    graph = _graph(rows)
    graph.nodes["n0"]["demand"], graph.nodes["t"]["demand"] = -demand, demand
    return float(nx.network_simplex(graph)[0])


@_FEW
@given(arcs(), st.floats(0.1, 1.0))
def test_same_as_networkx(rows: list[Row], share: float) -> None:
    flows, most = Flows(network(rows), "n0", "t"), _most(rows)
    assert flows.most().sent == pytest.approx(most, abs=1e-7)
    demand = int(share * most)
    found = flows.cheapest(float(demand))
    assert found.cost == pytest.approx(_least(rows, demand), abs=1e-6)
    _keeps(flows.net, found.flow, found.sent)


def _keeps(net: Network, flow: np.ndarray, sent: float) -> None:
    """Nothing comes into being or is lost at a node, and no arc is overfull."""
    left = np.zeros(len(net.nodes))
    np.add.at(left, net.tail, -flow)
    np.add.at(left, net.head, flow)
    wanted = np.zeros(len(net.nodes))
    wanted[net.nodes.index("n0")], wanted[net.nodes.index("t")] = -sent, sent
    np.testing.assert_allclose(left, wanted, atol=1e-7)
    assert np.all(flow >= -1e-7)
    assert np.all(flow <= net.capacity + 1e-7)


@_FEW
@given(arcs())
def test_most_is_the_cut(rows: list[Row]) -> None:
    net = network(rows)
    flows = Flows(net, "n0", "t")
    most = flows.most()
    assert net.capacity[most.cut].sum() == pytest.approx(most.sent, abs=1e-7)
    assert flows.most(most.cut).sent == pytest.approx(0.0, abs=1e-7)


@_FEW
@given(arcs(), st.lists(st.floats(0.0, 1.0), min_size=3, max_size=6))
def test_cost_is_convex_and_the_curve_is_the_twin_s(rows: list[Row], shares: list[float]) -> None:
    flows = Flows(network(rows), "n0", "t")
    index = {name: i for i, name in enumerate(flows.net.nodes)}
    paths = cheapest_paths(len(index), [(index[a], index[b], u, c) for _, a, b, u, c in rows],
                           index["n0"], index["t"])
    total = sum(amount for amount, _ in paths)
    demands = np.sort(np.array(shares)) * total
    cost, marginal, unmet = cost_curve(flows, demands)
    assert not unmet.any()
    np.testing.assert_allclose(cost, [cost_of(paths, x) for x in demands], atol=1e-6)
    assert np.all(np.diff(marginal) >= -1e-7)
    curve = supply_curve(flows)
    assert np.all(np.diff(curve.marginal) > -1e-7)
    np.testing.assert_allclose(np.interp(demands, curve.sent, curve.cost), cost, atol=1e-6)


@_FEW
@given(arcs(), st.floats(0.1, 1.0))
def test_removing_a_route_never_helps(rows: list[Row], share: float) -> None:
    flows = Flows(network(rows), "n0", "t")
    demand = share * flows.most().sent
    base = flows.cheapest(demand).cost
    names = by_name(flows.net)
    for row in removals(flows, names, demand):
        left = [x for x in rows if x[0] != row.name]
        assert row.lost >= -1e-7
        assert row.cost is not None
        assert row.unmet is not None
        assert row.unmet > 1e-7 or row.cost >= base - 1e-6
        if row.name not in ("in", "out"):
            again = Flows(network(left), "n0", "t").cheapest(demand)
            assert (row.cost, row.unmet) == pytest.approx((again.cost, again.unmet), abs=1e-6)
