"""Moves conserve machines, answer returns and room in the right direction, and take time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hashfall.model import absorption, migration

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
@given(NET, ROOM, SCALE)
def test_filling_solves_its_equation(net: Any, room: Any, scale: float) -> None:
    taken = absorption.fill(net, room, scale)
    lam = 1.0 - taken.sum()
    weight = np.where(net > 0.0, np.exp(np.minimum(net / scale, 50.0)), 0.0)
    assert taken == pytest.approx(room * np.minimum(1.0, lam * weight), rel=1e-6, abs=1e-9)


@SETTINGS
@given(st.floats(5.0, 150.0), st.floats(10.0, 100.0), st.floats(0.02, 0.1), st.floats(0.001, 0.05),
       st.floats(0.0, 500.0), st.floats(0.0, 1.0))
def test_cheaper_power_and_less_wait_never_lower_the_return(
    hashprice: float, energy: float, price: float, cheaper: float, wait: float, risk: float
) -> None:
    def net(p: float, w: float, r: float) -> migration.Return:
        return migration.move_return(
            hashprice, migration.power_cost(energy, p), j_per_th=energy, wait_days=w,
            life_days=1095.0, rate_per_year=0.1 + r, decline_per_year=0.35, transport=500.0,
        )

    here = net(price, wait, risk)
    assert net(max(price - cheaper, 0.001), wait, risk).net >= here.net - 1e-9
    assert net(price, wait / 2.0, risk).net >= here.net - 1e-9
    assert net(price, wait, risk + 0.1).value <= here.value + 1e-9
    assert here.value >= 0.0 and here.waiting_loss >= 0.0
    assert here.value + here.waiting_loss == pytest.approx(
        float(net(price, 0.0, risk).value), abs=1e-6)


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
