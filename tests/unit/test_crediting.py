"""Tax at crediting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.model.crediting import destroyed_per_coin, poison_net, value_per_coin

SHARES = st.floats(0.0, 1.0)


def test_a_coin_by_hand() -> None:
    # Credited at 100,000, cost 60,000, tax 25%: 10,000 due on 40,000. Sold at a haircut of 10%
    # and a fee of 1%, spot down a tenth: 100,000 x 0.9 x 0.9 x 0.99 = 80,190 comes in. Taxed at
    # the sale it would be 5,047.50 on 20,190. The difference, 4,952.50, is destroyed.
    net, rise = 0.9 * 0.99, 0.9
    assert value_per_coin(net, rise, 0.6, 0.25, 1.0, 0.0) * 1e5 == pytest.approx(10_190.0)
    assert value_per_coin(net, rise, 0.6, 0.25, 0.0, 0.0) * 1e5 == pytest.approx(15_142.5)
    assert destroyed_per_coin(net, rise, 0.25, 0.0) * 1e5 == pytest.approx(4_952.5)
    # With half of the loss set off, half of it.
    assert destroyed_per_coin(net, rise, 0.25, 0.5) * 1e5 == pytest.approx(2_476.25)


@given(SHARES, st.floats(0.5, 1.5), SHARES, SHARES, SHARES)
def test_what_is_destroyed_is_the_difference(net: float, rise: float, cost: float, rate: float,
                                             relief: float) -> None:
    gap = value_per_coin(net, rise, cost, rate, 0.0, relief) - value_per_coin(
        net, rise, cost, rate, 1.0, relief)
    assert destroyed_per_coin(net, rise, rate, relief) == pytest.approx(gap, abs=1e-12)


@given(st.floats(0.5, 1.5), SHARES, st.floats(0.0, 0.6))
def test_at_the_poison_point_nothing_is_left(rise: float, cost: float, rate: float) -> None:
    for at_crediting in (0.0, 1.0):
        net = poison_net(rise, cost, rate, at_crediting)
        assert value_per_coin(net, rise, cost, rate, at_crediting, 0.0) == pytest.approx(
            0.0, abs=1e-9)
    assert poison_net(rise, cost, rate, 1.0) >= poison_net(rise, cost, rate, 0.0) - 1e-12
