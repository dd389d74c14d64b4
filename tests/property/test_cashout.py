"""Coins to money over days on random routes: networkx on the laid-out graph, a greedy seller."""

from __future__ import annotations

from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.model.cashout import Arc, Freeze, Need, Place, Routes
from hashfall.model.cashout_plan import CashOut
from hashfall.model.deliverable import deliverable, speed
from hashfall.model.linear import Floats

_FEW = settings(deadline=None, max_examples=50)
_PLACES = (
    Place("wallet", "BTC", "coins"), Place("pool", "BTC", "coins"), Place("x", "USD", "venue"),
    Place("y", "USD", "rail"), Place("bank", "USD", "account"), Place("cash", "USD", "account"),
)
_WAYS = [("wallet", "x"), ("pool", "x"), ("pool", "wallet"), ("x", "y"), ("x", "bank"),
         ("y", "bank"), ("y", "cash"), ("bank", "cash"), ("wallet", "cash")]


class World(NamedTuple):
    """Routes, what comes in, prices, and the number of days."""

    routes: Routes
    supply: dict[str, Floats]
    prices: dict[str, Any]
    days: int


@st.composite
def worlds(draw: Any, lossless: bool = False, moving: bool = True) -> World:
    """Random arcs between given places, whole capacities; always a way to a bank."""
    days = draw(st.integers(2, 7))
    arcs = [Arc("wallet-x", "wallet", "x", 1.0), Arc("x-y", "x", "y", 900.0),
            Arc("y-bank", "y", "bank", 500.0)]
    for i in range(draw(st.integers(1, 7))):
        start, end = draw(st.sampled_from(_WAYS))
        fee = 0.0 if lossless else draw(st.sampled_from([0.0, 0.01, 0.2]))
        impact = () if lossless or draw(st.booleans()) else ((0.5, 0.0), (1.0, 0.25))
        opens = draw(st.integers(0, 2))
        unit = 1.0 if start in ("wallet", "pool") else 100.0
        arcs.append(Arc(f"a{i}", start, end, unit * draw(st.integers(0, 5)), fee=fee,
                        impact=impact, delay=draw(st.integers(0, 2)), opens=opens,
                        closes=draw(st.one_of(st.none(), st.integers(opens, days)))))
    supply = {name: np.array(draw(st.lists(st.integers(0, 4), min_size=days, max_size=days)), float)
              for name in ("wallet", "pool")}
    price = draw(st.lists(st.integers(50, 200), min_size=days, max_size=days))
    return World(Routes(_PLACES, tuple(arcs)), supply,
                 {"BTC": np.array(price, float) if moving and not lossless else 100.0, "USD": 1.0},
                 days)


def _graph(world: World, by: int) -> float:
    """Most money by a day from a graph of places and days, in whole units of a coin's price."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["in", "out"])
    for name, series in world.supply.items():
        for day, coins in enumerate(series):
            graph.add_edge("in", (name, day), capacity=int(coins))
    for place in world.routes.places:
        for day in range(world.days - 1):
            if place.holds:
                graph.add_edge((place.name, day), (place.name, day + 1))
        if place.kind == "account":
            graph.add_edge((place.name, by), "out")
    for arc in world.routes.arcs:
        unit = 1.0 if arc.start in ("wallet", "pool") else 100.0
        last = world.days if arc.closes is None else arc.closes
        for day in range(arc.opens, min(last, world.days - arc.delay)):
            a, b = (arc.start, day), (arc.end, day + arc.delay)
            had = graph.edges[a, b].get("capacity", 0) if graph.has_edge(a, b) else 0
            graph.add_edge(a, b, capacity=had + int(float(arc.capacity) / unit))
    return 100.0 * float(nx.maximum_flow_value(graph, "in", "out"))


@_FEW
@given(worlds(lossless=True))
def test_most_money_is_networkx_s_flow(world: World) -> None:
    out = CashOut(world.routes, world.supply, world.prices, days=world.days)
    expected = [_graph(world, day) for day in range(world.days)]
    found = [out.most(day) for day in range(world.days)]
    assert [x.money for x in found] == pytest.approx(expected, abs=1e-5)
    fast = speed(world.routes, world.supply, world.prices, world.days)
    np.testing.assert_allclose(fast.converted, expected, atol=1e-4)


@_FEW
@given(worlds())
def test_the_bounds_that_hold_money_back_add_up_to_it(world: World) -> None:
    out = CashOut(world.routes, world.supply, world.prices, days=world.days)
    for day in range(world.days):
        found = out.most(day)
        limits = sum(limit.money for limit in found.cut)
        assert limits == pytest.approx(found.money, rel=1e-3, abs=0.2)


@_FEW
@given(worlds(), st.data())
def test_less_never_helps(world: World, data: st.DataObject) -> None:
    out = CashOut(world.routes, world.supply, world.prices, days=world.days)
    name = data.draw(st.sampled_from([arc.name for arc in world.routes.arcs]))
    by = data.draw(st.integers(0, world.days - 1))
    money = [out.most(by, {name: times}).money for times in (0.0, 0.5, 1.0, 2.0, 4.0)]
    assert np.all(np.diff(money) >= -1e-3)
    # Each unit more of a route is worth no more than the one before.
    first, second = np.diff([money[0], money[2], money[3]])
    assert second <= first + 1e-3
    assert out.most(by).money == pytest.approx(money[2], abs=1e-3)
    frozen = world.routes._replace(freezes=(Freeze("bank", by, None, 0.5),))
    held = CashOut(frozen, world.supply, world.prices, days=world.days)
    assert held.most(world.days - 1).money <= out.most(world.days - 1).money + 1e-3


def _greedy(world: World, needs: list[Need]) -> dict[str, float]:
    """Sells all coins on each day through what is open, and pays what is due as it comes."""
    coins = dict.fromkeys(world.supply, 0.0)
    money = {name: np.zeros(world.days) for name in ("bank", "cash")}
    price = np.broadcast_to(world.prices["BTC"], (world.days,))
    paid = {}
    for day in range(world.days):
        for name, series in world.supply.items():
            coins[name] += series[day]
        for arc in world.routes.arcs:
            last = world.days if arc.closes is None else arc.closes
            if arc.start in coins and arc.end in money and arc.opens <= day < last:
                sold = min(coins[arc.start], float(arc.capacity))
                cheap = min(sold, 0.5 * float(arc.capacity)) if arc.impact else sold
                net = (cheap + 0.75 * (sold - cheap)) * (1.0 - arc.fee) * price[day]
                coins[arc.start] -= sold
                if day + arc.delay < world.days:
                    money[arc.end][day + arc.delay :] += net
        for need in needs:
            if need.due == day:
                part = min(need.amount, money["cash"][day])
                money["cash"][day:] -= part
                paid[need.name] = part
    return paid


@_FEW
@given(worlds(), st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_the_flow_is_never_below_a_seller_who_does_not_see_ahead(
    world: World, amounts: list[int]
) -> None:
    needs = [Need(f"n{i}", ("cash",), float(x), "USD", i * (world.days - 1) // len(amounts))
             for i, x in enumerate(amounts)]
    plan = CashOut(world.routes, world.supply, world.prices, needs, days=world.days).plan()
    assert sum(plan.paid.values()) >= sum(_greedy(world, needs).values()) - 1e-3
    assert all(0.0 <= plan.paid[n.name] <= n.amount + 1e-3 for n in needs)


@_FEW
@given(worlds(), st.integers(1, 600))
def test_books_of_a_plan_balance(world: World, amount: int) -> None:
    last = world.days - 1
    needs = [Need("pay", ("bank", "cash"), float(amount), "USD", last)]
    found = deliverable(world.routes, world.supply, world.prices, needs, world.days)
    plan = found.plan
    assert plan.paid["pay"] + plan.unpaid["pay"] == pytest.approx(amount)
    assert plan.paid["pay"] <= found.money[-1] + 1e-3
    # As much as is there at most, or all that is asked for.
    assert plan.paid["pay"] == pytest.approx(min(amount, found.money[-1]), abs=1e-3)
    assert plan.sold.sum() <= sum(x.sum() for x in world.supply.values()) + 1e-6
    assert plan.proceeds.sum() >= plan.paid["pay"] - 1e-3
    assert (found.first_unmet is None) == (found.money[-1] >= amount * (1.0 - 1e-6))
    assert found.speed.trapped >= -1e-6
    assert plan.lost == pytest.approx(sum(route.lost for route in plan.routes))
    if plan.realised is not None:
        assert 0.0 < plan.realised <= 1.0 + 1e-9
