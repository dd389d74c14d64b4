"""Flow through a network: the frozen case, duals, closures, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from hashfall.errors import InputError
from hashfall.model.flow import Flows, network
from hashfall.model.flow_studies import (
    by_name,
    by_node,
    cost_curve,
    removals,
    substitution,
    supply_curve,
)

_ROWS = [
    ("M-A", "M", "A", 60.0, 0.5), ("M-B", "M", "B", 40.0, 1.5), ("M-P", "M", "P", 25.0, 6.0),
    ("A-K", "A", "K", 50.0, 0.0), ("B-K", "B", "K", 30.0, 0.0), ("B-C", "B", "C", 20.0, 0.5),
    ("P-C", "P", "C", 25.0, 0.0), ("K-T", "K", "T", 70.0, 0.0), ("C-T", "C", "T", 40.0, 0.0),
]


@pytest.fixture
def flows() -> Flows:
    return Flows(network(_ROWS), "M", "T")


def test_most_and_its_cut(flows: Flows) -> None:
    most = flows.most()
    assert most.sent == pytest.approx(110.0)
    assert [flows.net.names[i] for i in most.cut] == ["K-T", "C-T"]
    assert flows.net.capacity[most.cut].sum() == pytest.approx(most.sent)


def test_cost_of_each_demand(flows: Flows) -> None:
    cost, marginal, unmet = cost_curve(flows, [50.0, 80.0, 90.0, 100.0, 110.0])
    assert_allclose(cost, [25.0, 75.0, 95.0, 155.0, 215.0])
    assert np.all(np.diff(marginal) >= 0.0)
    assert not unmet.any()


def test_each_venue_removed(flows: Flows) -> None:
    found = {row.name: row for row in removals(flows, by_node(flows), 80.0)}
    assert {k: round(v.most, 6) for k, v in found.items()} == {
        "A": 65.0, "B": 75.0, "P": 90.0, "K": 40.0, "C": 70.0}
    assert found["A"].unmet == pytest.approx(15.0)
    assert found["P"].cost == pytest.approx(75.0)
    assert flows.most().sent == pytest.approx(110.0), "a removal is undone"
    assert flows.cheapest(80.0).cost == pytest.approx(75.0)


def _with_capacity(arc: int, more: float, demand: float) -> float:
    rows = [(*row[:3], row[3] + more * (j == arc), row[4]) for j, row in enumerate(_ROWS)]
    return Flows(network(rows), "M", "T").cheapest(demand).cost


def test_value_of_a_unit_more_is_what_it_saves(flows: Flows) -> None:
    found = flows.cheapest(60.0)
    assert dict(zip(flows.net.names, found.value, strict=True))["A-K"] == pytest.approx(1.0)
    for i, value in enumerate(found.value):
        assert found.cost - _with_capacity(i, 1.0, 60.0) == pytest.approx(value, abs=1e-7)


def test_a_value_lies_between_a_unit_more_and_a_unit_less(flows: Flows) -> None:
    found = flows.cheapest(95.0)
    assert found.value.max() > 0.0
    for i, value in enumerate(found.value):
        assert found.cost - _with_capacity(i, 1.0, 95.0) <= value + 1e-7
        assert _with_capacity(i, -1.0, 95.0) - found.cost >= value - 1e-7


def test_price_at_a_node_is_what_a_unit_costs_there(flows: Flows) -> None:
    found = flows.cheapest(75.0)
    prices = dict(zip(flows.net.nodes, found.price, strict=True))
    assert prices["M"] == 0.0
    assert prices["T"] == pytest.approx(flows.cheapest(76.0).cost - found.cost)


def test_more_than_flows_is_sent_as_far_as_it_goes(flows: Flows) -> None:
    found = flows.cheapest(130.0)
    assert (found.sent, found.unmet) == pytest.approx((110.0, 20.0))
    assert found.cost == pytest.approx(215.0)
    assert flows.cheapest(50.0).cost == pytest.approx(25.0)


def test_the_curve_has_every_corner(flows: Flows) -> None:
    curve = supply_curve(flows)
    assert_allclose(curve.sent, [0.0, 50.0, 70.0, 90.0, 110.0])
    assert_allclose(curve.marginal, [0.5, 1.5, 2.0, 6.0])
    shut = supply_curve(flows, by_node(flows)["A"])
    assert_allclose(shut.sent, [0.0, 30.0, 40.0, 65.0])
    everything = np.arange(len(_ROWS))
    assert supply_curve(flows, everything).sent.tolist() == [0.0]


def test_others_take_over(flows: Flows) -> None:
    found = substitution(flows, by_node(flows)["A"], 60.0)
    assert found.before["M-A"] == pytest.approx(50.0)
    assert found.after["M-A"] == 0.0
    assert found.after["M-P"] == pytest.approx(20.0)
    assert (found.more_cost, found.unmet) == pytest.approx((145.0, 0.0))
    assert substitution(flows, by_node(flows)["K"], 60.0).unmet == pytest.approx(20.0)


def test_closed_arcs_have_the_value_of_opening_them(flows: Flows) -> None:
    shut = by_name(flows.net)["A-K"]
    found = flows.cheapest(60.0, shut)
    assert found.flow[shut[0]] == 0.0
    assert found.value[shut[0]] > 0.0


def test_large_and_small_numbers_keep_their_digits() -> None:
    for unit, price in ((1e9, 1e-4), (1e-5, 1e5)):
        rows = [(n, a, b, u * unit, c * price) for n, a, b, u, c in _ROWS]
        flows = Flows(network(rows), "M", "T")
        assert flows.most().sent == pytest.approx(110.0 * unit, rel=1e-9)
        assert flows.cheapest(100.0 * unit).cost == pytest.approx(155.0 * unit * price, rel=1e-9)


def test_the_solver_prints_nothing(flows: Flows, capfd: pytest.CaptureFixture[str]) -> None:
    flows.most()
    flows.cheapest(10.0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("row", "text"), [
    (("x", "A", "T", -1.0, 0.0), "network: x: expected a capacity of 0 or more, found -1"),
    (("x", "A", "T", float("nan"), 0.0), "network: x: expected a capacity of 0 or more"),
    (("x", "A", "T", float("inf"), 0.0), "network: x: expected a capacity of 0 or more"),
    (("x", "A", "T", 1.0, float("nan")), "network: x: expected a cost of a unit, found nan"),
    (("x", "A", "A", 1.0, 0.0), "network: x: expected an arc between two places, found A to"),
    (("x", "K", "M", 1.0, -0.75), "network: M-A: expected no cycle that makes money, found "
                                  "M-A > A-K > x, 0.25 a unit"),
])
def test_bad_arcs_are_named(row: tuple[str, str, str, float, float], text: str) -> None:
    with pytest.raises(InputError) as caught:
        network([*_ROWS, row])
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_a_cycle_that_makes_nothing_is_no_error() -> None:
    network([*_ROWS, ("x", "K", "M", 1.0, -0.5)])
    network([*_ROWS, ("x", "K", "M", 0.0, -0.75)])


def test_an_unknown_node_is_named(flows: Flows) -> None:
    with pytest.raises(InputError, match=r"network: Z: expected one of M, A, .*found 'Z'"):
        Flows(flows.net, "M", "Z")
