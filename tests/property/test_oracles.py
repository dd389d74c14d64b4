"""Relations that hold for every miner and every firm, not for one table."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from hashfall.model import merton, passage, ruin

_MARGIN = st.floats(1.02, 4.0)
_COSTS = st.floats(0.1, 50.0)
_REWARDS = st.floats(0.5, 20.0)
_VOLATILITY = st.floats(0.2, 1.5)
_DRIFT = st.floats(-0.5, 0.5)


@given(_COSTS, _REWARDS, _MARGIN, st.floats(0.05, 6.0), st.floats(0.5, 40.0))
def test_ruin_in_order(
    cost: float, reward: float, margin: float, blocks: float, hours: float
) -> None:
    """More money, less time or fewer looks: less ruin."""
    rate = margin * cost / reward
    surplus = blocks * reward
    miner = (cost, rate, reward)
    by = ruin.ruin_by(surplus, hours, *miner)
    tiny = 1e-12
    assert 0.0 <= by <= ruin.ruin_by(surplus, 1.5 * hours, *miner) + tiny
    assert by <= ruin.ruin_ever(surplus, *miner) + 1e-9
    assert ruin.ruin_by(1.3 * surplus, hours, *miner) <= by + tiny
    if rate * hours < 300.0:
        looks = ruin.ruin_at_day_ends(surplus, 8, cost * hours / 8, rate * hours / 8, reward)
        assert looks[-1] <= by + 1e-9
        assert all(a <= b for a, b in itertools.pairwise(looks))


@given(st.floats(1.05, 5.0), _DRIFT, _VOLATILITY, st.floats(0.1, 3.0))
def test_passage_in_order(ratio: float, drift: float, volatility: float, years: float) -> None:
    """The last day alone is below daily looks, and these below one watched always."""
    firm = (100.0 * ratio, 100.0, drift, volatility, years)
    terminal = merton.terminal_default(*firm)
    always = passage.first_passage(*firm)
    x, m = math.log(ratio), drift - 0.5 * volatility**2
    looks = passage.hits_zero_at_steps(x, m, volatility, years, 12)
    assert 0.0 <= terminal <= looks + 1e-7
    assert looks <= always + 1e-7 <= 1.0 + 2e-7
    grown = passage.first_passage(*firm, barrier_growth=0.1)
    assert always <= grown + 1e-12


@given(st.floats(0.1, 50.0), _DRIFT, _VOLATILITY, st.floats(0.1, 30.0), st.floats(0.0, 1.0))
def test_a_discounted_hit_is_below_the_hit(
    distance: float, drift: float, sd: float, time: float, discount: float
) -> None:
    hit = passage.hits_zero(distance, drift, sd, time)
    paid = passage.discounted_hit(distance, drift, sd, time, discount)
    assert hit * math.exp(-discount * time) - 1e-9 <= paid <= hit + 1e-9


@given(st.floats(0.05, 1.0), st.floats(0.5, 3.0), st.floats(0.0, 0.1), st.floats(0.5, 3.0))
def test_equity_gives_the_firm_back(
    volatility: float, ratio: float, rate: float, years: float
) -> None:
    value, debt = 10.0 * ratio, 10.0
    equity = merton.equity_value(value, debt, rate, volatility, years)
    width = volatility * math.sqrt(years)
    d1 = (math.log(value / debt) + (rate + 0.5 * volatility**2) * years) / width
    equity_volatility = passage.normal_cdf(d1) * volatility * value / equity if equity > 0 else 0
    if not equity > 1e-3 or equity_volatility > 20.0:
        return  # an equity worth nothing says nothing about the firm
    firm = merton.firm_value_from_equity(equity, equity_volatility, debt, rate, years)
    assert abs(firm.value / value - 1.0) < 1e-6
    assert abs(firm.volatility / volatility - 1.0) < 1e-5
