"""Relations of supply, entry, contests and machines that hold for every input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.model import (
    contest,
    difficulty_rules,
    entry_limit,
    exchange,
    single_plant,
    strip,
    supply,
)
from hashfall.model.entry_limit import FreeEntry
from hashfall.model.single_plant import Plant

_HASHPRICE = st.floats(10.0, 200.0)
_MEDIAN = st.floats(20.0, 80.0)
_SPREAD = st.floats(0.1, 1.0)
_RATIO = st.floats(0.1, 5.0)
_COSTS = st.lists(st.floats(0.1, 10.0), min_size=2, max_size=12)
_VOLATILITY = st.floats(0.1, 1.2)


@given(_HASHPRICE, _MEDIAN, _SPREAD, _RATIO)
def test_fixed_point_lies_between_none_and_all(
    h: float, median: float, s: float, ratio: float
) -> None:
    """Lost revenue is shared by those who leave and those who stay."""
    if supply.running_share(h, median, s) < 1e-250:
        return
    x = float(supply.fixed_point(h, median, s, ratio))
    assert min(1.0, ratio) * (1 - 1e-12) <= x <= max(1.0, ratio) * (1 + 1e-12)
    running = supply.running_share([h * ratio / x, h], median, s)
    assert running[0] == pytest.approx(x * running[1], rel=1e-9)


@given(_HASHPRICE, _MEDIAN, _SPREAD, st.floats(1.01, 2.0))
def test_more_hashprice_more_hash_less_elasticity(
    h: float, median: float, s: float, more: float
) -> None:
    share = supply.running_share([h, more * h], median, s)
    slope = supply.elasticity([h, more * h], median, s)
    assert share[0] <= share[1] <= 1.0
    assert slope[0] >= slope[1] >= 0.0
    # One number decides: z = ln(HP/median)/s.
    assert supply.running_share(more * h, more * median, s) == pytest.approx(share[0], rel=1e-12)


@given(st.floats(0.01, 20.0), _SPREAD)
def test_share_of_an_elasticity_has_it(epsilon: float, s: float) -> None:
    share = float(supply.share_at_elasticity(epsilon, s))
    if 1e-200 < share < 1.0 - 1e-12:
        h = math.exp(s * _normal_quantile(share))
        assert float(supply.elasticity(h, 1.0, s)) == pytest.approx(epsilon, rel=1e-4)


def _normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))


@given(st.lists(_MEDIAN, min_size=1, max_size=5), _HASHPRICE, st.floats(0.2, 1.0))
def test_hash_of_a_fleet_answers_less_than_revenue(
    medians: list[float], h: float, ratio: float
) -> None:
    n = len(medians)
    spreads, installed = [0.3] * n, list(range(1, n + 1))
    if supply.fleet_hashrate(h, medians, spreads, installed) < 1e-200:
        return
    x = float(supply.fleet_fixed_point(h, ratio, medians, spreads, installed))
    assert ratio * (1 - 1e-12) <= x <= 1.0


@given(_COSTS, st.floats(0.1, 100.0))
def test_contest(costs: list[float], prize: float) -> None:
    """Shares add up, follow costs and keep the floor of the theorem; prize only scales the hash."""
    c = np.array(costs)
    shares = contest.contest_shares(c)
    assert shares.sum() == pytest.approx(1.0, rel=1e-9)
    assert np.all(np.diff(shares[np.argsort(c)]) <= 1e-12)
    for i in np.flatnonzero(shares > 0.0):
        assert np.all(shares >= contest.share_floor(c, c[i]) - 1e-12)
    assert contest.contest_hash(c, prize) == pytest.approx(prize * contest.contest_hash(c))
    assert contest.contest_shares(3.0 * c) == pytest.approx(shares, abs=1e-9)
    # Nobody pays more than the prize, and everybody idle would lose by starting.
    cutoff = contest.cutoff_cost(c)
    assert np.all((c < cutoff) == (shares > 0.0))


@given(_COSTS, st.floats(0.1, 10.0))
def test_a_further_miner_never_lowers_the_hash(costs: list[float], further: float) -> None:
    assert contest.contest_hash([*costs, further]) >= contest.contest_hash(costs) * (1 - 1e-12)


@given(
    st.floats(10.0, 150.0), st.floats(12.0, 60.0), st.floats(0.01, 0.15), st.floats(1.1, 4.0),
    _VOLATILITY,
)  # fmt: skip
def test_strip(h: float, e: float, p: float, k: float, volatility: float) -> None:
    """Homogeneous, above its intrinsic value, below revenue, falling in the cost of power."""
    terms = strip.StripTerms(volatility, 0.35, 0.05, 200)
    value = float(strip.machine_value_usd_per_th(h, e, p, terms))
    assert float(strip.machine_value_usd_per_th(k * h, e, k * p, terms)) == pytest.approx(
        k * value, rel=1e-9
    )
    assert float(strip.machine_value_usd_per_th(h, k * e, p / k, terms)) == pytest.approx(
        value, rel=1e-9
    )
    sure = terms._replace(volatility=0.0)
    assert value >= float(strip.machine_value_usd_per_th(h, e, p, sure)) * (1 - 1e-9)
    assert value <= h / 1000.0 * terms.days
    assert float(strip.machine_value_usd_per_th(h, e, k * p, terms)) <= value * (1 + 1e-12)
    wild = terms._replace(volatility=1.2 * volatility)
    assert float(strip.machine_value_usd_per_th(h, e, p, wild)) >= value * (1 - 1e-9)


@given(
    st.floats(0.02, 0.2), st.floats(0.01, 0.2), st.floats(0.05, 0.6), st.floats(0.1, 5.0),
    st.floats(-0.09, 0.9),
)  # fmt: skip
def test_hysteresis(
    rate: float, payout: float, volatility: float, entry: float, exit_cost: float
) -> None:
    """Enter above full cost, leave below running cost; more risk moves both apart."""
    if entry + exit_cost < 0.01:
        return
    inputs = (1.0, rate, payout, volatility, entry, exit_cost)
    high, low = entry_limit.entry_exit_triggers(*inputs)
    assert 0.0 < low < high
    assert high >= (1.0 + rate * entry) * min(1.0, payout / rate) * (1 - 1e-9)
    wider = entry_limit.entry_exit_triggers(1.0, rate, payout, 1.3 * volatility, entry, exit_cost)
    assert wider.enter >= high * (1 - 1e-9)
    assert wider.leave <= low * (1 + 1e-9)


@given(st.floats(0.02, 0.3), st.floats(0.0, 0.9), st.floats(0.0, 1.0), _VOLATILITY)
def test_free_entry(rate: float, part: float, decline: float, volatility: float) -> None:
    """More than the sure return, and more so with risk: the barrier pays for what is cut off."""
    growth = 0.95 * part * rate
    setting = FreeEntry(rate, growth, decline, volatility)
    barrier = entry_limit.free_entry_barrier(setting)
    assert barrier > rate - growth
    beta = entry_limit.free_entry_exponent(setting)
    assert beta > 1.0
    residual = 0.5 * volatility**2 * beta * (beta - 1.0) + (growth + decline) * beta
    assert residual == pytest.approx(rate + decline, rel=1e-6)
    wilder = setting._replace(volatility=1.3 * volatility)
    assert entry_limit.free_entry_barrier(wilder) > barrier


@given(st.floats(50.0, 150.0), st.floats(50.0, 150.0), st.floats(-1.0, 1.0), _VOLATILITY)
def test_exchange_less_its_reverse_is_the_difference(
    a: float, b: float, rho: float, volatility: float
) -> None:
    there = exchange.exchange_option(a, b, 0.03, 0.01, volatility, 0.3, rho, 0.7)
    back = exchange.exchange_option(b, a, 0.01, 0.03, 0.3, volatility, rho, 0.7)
    gap = a * math.exp(-0.021) - b * math.exp(-0.007)
    assert there - back == pytest.approx(gap, abs=1e-9)


@given(st.floats(0.0, 0.95), st.floats(0.1, 4.0), st.integers(2, 40))
def test_difficulty_comes_to_rest(epsilon: float, ratio: float, epochs: int) -> None:
    path = difficulty_rules.difficulty_path(ratio, epsilon, epochs)
    rest = float(difficulty_rules.long_run_difficulty(ratio, epsilon))
    # The swing shrinks by the elasticity at each retarget and changes its side.
    swings = np.log(path / rest)
    assert swings == pytest.approx(
        -math.log(rest) * difficulty_rules.retarget_response(epsilon, epochs), abs=1e-9
    )


@given(st.floats(10.0, 1e4), st.floats(0.1, 5.0), st.floats(0.0, 50.0), st.floats(1.0, 1e3))
def test_best_plant_beats_its_neighbours(
    revenue: float, cost: float, investment: float, others: float
) -> None:
    plant = Plant(revenue, cost, investment, 0.0, 4.0, others)
    best = single_plant.optimal_hash(plant) - others
    if best <= 0.0:
        assert single_plant.plant_profit(plant, 1.0) <= 0.0
        return
    profit = single_plant.plant_profit(plant, best)
    for size in (0.9 * best, 1.1 * best):
        assert single_plant.plant_profit(plant, size) <= profit + 1e-9 * revenue
