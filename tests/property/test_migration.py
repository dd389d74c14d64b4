"""Moves conserve machines, answer returns and room in the right direction, and take time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hashfall.model import absorption, migration, strip

SETTINGS = settings(max_examples=60, deadline=None)
SHARE = st.floats(0.0, 1.0)
PLACES = 5


def _row(low: float, high: float) -> st.SearchStrategy[Any]:
    return hnp.arrays(np.float64, PLACES, elements=st.floats(low, high, allow_subnormal=False))


NET, ROOM, SCALE = _row(-5000.0, 20000.0), _row(0.0, 2.0), st.floats(20.0, 5000.0)


def _outcome(net: Any, room: Any, scale: float, rest: Any) -> absorption.Outcome:
    lost, sold, racks, pays = rest
    return absorption.outcome(net, room, scale, lost_share=lost, sold_share=sold, racks=racks,
                              buyer_pays=pays)


REST = st.tuples(SHARE, SHARE, st.floats(0.0, 2.0), st.sampled_from([0.0, 1.0]))


@SETTINGS
@given(NET, ROOM, SCALE, REST)
def test_everything_that_leaves_ends_somewhere(net: Any, room: Any, scale: float,
                                               rest: Any) -> None:
    found = _outcome(net, room, scale, rest)
    assert float(found.places.sum() + found.resold + found.lost) == pytest.approx(1.0, abs=1e-12)
    assert (found.places >= 0.0).all() and found.resold >= 0.0
    assert found.lost >= rest[0] - 1e-12
    assert (found.places <= room + 1e-12).all()
    assert (found.places[(room == 0.0) | (net <= 0.0)] == 0.0).all()
    if rest[3] == 0.0:
        assert found.resold == 0.0


@SETTINGS
@given(NET, ROOM, SCALE, REST, st.integers(0, PLACES - 1), st.floats(0.0, 5000.0),
       st.floats(0.0, 1.0))
def test_a_better_or_larger_place_never_takes_less(
    net: Any, room: Any, scale: float, rest: Any, k: int, more: float, larger: float
) -> None:
    before = _outcome(net, room, scale, rest).places[k]
    better, wider = net.copy(), room.copy()
    better[k] += more
    wider[k] += larger
    assert _outcome(better, room, scale, rest).places[k] >= before - 1e-12
    assert _outcome(net, wider, scale, rest).places[k] >= before - 1e-12


@SETTINGS
@given(_row(-5000.0, 20000.0), ROOM, st.floats(2000.0, 9000.0))
def test_filling_solves_its_equation(net: Any, room: Any, scale: float) -> None:
    taken = absorption.fill(net, room, scale)
    lam = 1.0 - taken.sum()
    weight = np.where(net > 0.0, np.exp(net / scale), 0.0)
    assert taken == pytest.approx(room * np.minimum(1.0, lam * weight), rel=1e-6, abs=1e-9)


@SETTINGS
@given(st.floats(5.0, 150.0), st.floats(10.0, 100.0), st.floats(0.02, 0.1), st.floats(0.001, 0.05),
       st.floats(0.0, 500.0), st.floats(0.0, 1.0), st.floats(0.1, 1.2))
def test_cheaper_power_and_less_wait_never_lower_the_return(
    hashprice: float, energy: float, price: float, cheaper: float, wait: float, risk: float,
    volatility: float,
) -> None:
    def at(p: float, w: float, r: float) -> migration.Return:
        return migration.move_return(
            hashprice, migration.power_cost(energy, p), wait_days=w, life_days=1095.0,
            rate_per_year=0.1 + r, decline_per_year=0.35, volatility=volatility, transport=500.0,
        )

    here = at(price, wait, risk)
    slack = 1e-3 * float(at(price, 0.0, risk).value) + 1e-6  # of the quadrature
    assert at(max(price - cheaper, 0.001), wait, risk).net >= here.net - 1e-9
    assert at(price, wait / 2.0, risk).net >= here.net - slack
    assert at(price, wait, risk + 0.1).value <= here.value + 1e-9
    assert here.value >= 0.0 and here.waiting_loss >= 0.0
    assert here.value + here.waiting_loss == pytest.approx(
        float(at(price, 0.0, risk).value), rel=0.02, abs=1.0)


@SETTINGS
@given(st.floats(100.0, 500.0), st.floats(1.0, 10.0), st.floats(0.0, 300.0), st.floats(0.0, 0.3),
       st.floats(0.0, 0.5))
def test_a_machine_that_always_pays_is_worth_its_margin(
    hashprice: float, cost: float, wait: float, rate: float, decline: float
) -> None:
    """Limit case: far in the money the options are the cash flow, in closed form."""
    worth, days = migration.strip_between(hashprice, cost, wait, 1000.0, rate, decline, 0.2)
    earned = migration.discounted_days(wait, 1000.0, rate + decline)
    paid = migration.discounted_days(wait, 1000.0, rate)
    assert worth == pytest.approx(float(hashprice * earned - cost * paid), rel=1e-6)
    assert days == pytest.approx(float(paid), rel=1e-6)


@SETTINGS
@given(st.floats(20.0, 80.0), st.floats(15.0, 60.0), st.floats(0.3, 1.1), st.floats(0.0, 0.3))
def test_the_strip_is_that_of_the_machine_price(
    hashprice: float, cost: float, volatility: float, rate: float
) -> None:
    """Another text of the same value: the sum over days of `hashfall.model.strip`."""
    terms = strip.StripTerms(volatility, 0.35, rate, 1095)
    by_days = cost * strip.unit_strip(np.log(hashprice / cost), terms)
    scale = 365.25 / 365.0
    worth, _ = migration.strip_between(hashprice, cost, 0.0, 1095.0 * scale, rate, 0.35, volatility)
    assert worth / scale == pytest.approx(float(by_days), rel=0.01, abs=0.5 * hashprice)


@SETTINGS
@given(st.floats(0.0, 1.0), st.floats(0.0, 20.0), st.floats(0.0, 15.0))
def test_a_longer_queue_leaves_less_room(share: float, delay: float, more: float) -> None:
    def room(months: float) -> float:
        return float(migration.new_room(share, 0.02, 0.3, 0.8, months, 12.0)[1])

    assert 0.0 <= room(delay + more) <= room(delay) + 1e-12


@SETTINGS
@given(hnp.arrays(np.float64, 40, elements=st.floats(0.0, 0.02)), st.floats(0.0, 60.0),
       st.integers(1, 4))
def test_no_machine_arrives_before_it_left(steps: Any, lag: float, shape: int) -> None:
    left = np.cumsum(steps)
    there = absorption.arrived(left, lag, shape)
    assert (there <= left + 1e-12).all()
    assert (np.diff(there) >= -1e-12).all()


@SETTINGS
@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(0.05, 0.95))
def test_more_events_mean_a_higher_rate(count: float, more: float, u: float) -> None:
    def rate(n: float) -> float:
        return float(migration.event_rate(n, 5.0, 0.3, 3.0, u))

    assert rate(count + more) >= rate(count) - 1e-12
    assert migration.expected_uptime(rate(count + more), 10.0) <= migration.expected_uptime(
        rate(count), 10.0) + 1e-12
