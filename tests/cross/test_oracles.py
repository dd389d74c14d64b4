"""Closed forms against second implementations: SciPy, quadrature, root search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from hashfall.model import garch_term, merton, passage, ruin


@pytest.mark.parametrize("z", [-0.36787944117, -0.36787, -0.3, -0.05, -1e-9, 0.0])
def test_lambert_w(z: float) -> None:
    assert ruin.lambert_w0(z) == pytest.approx(special.lambertw(z).real, abs=2e-8)
    w = ruin.lambert_w0(z)
    assert w * math.exp(w) == pytest.approx(z, abs=1e-15)


def test_random_time_is_the_mixture_of_fixed_times() -> None:
    miner, mean, surplus = (1.0, 0.6, 2.5), 8.0, 3.0
    # Ruin by t jumps where (u + b k)/c is passed: sum over the jumps, weighed by survival.
    total = 0.0
    for k in range(400):
        spent = surplus + miner[2] * k
        mass = surplus / spent * stats.poisson.pmf(k, miner[1] * spent / miner[0])
        total += mass * math.exp(-spent / miner[0] / mean)
    assert ruin.ruin_by_random_time(surplus, mean, *miner) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(("mean", "count"), [(0.3, 0), (14.4, 20), (400.0, 350)])
def test_poisson_probability(mean: float, count: int) -> None:
    assert ruin.poisson_probability(count, mean) == pytest.approx(stats.poisson.pmf(count, mean))


@pytest.mark.parametrize("x", [-9.0, -1.0, 0.0, 0.3, 5.0])
def test_normal_cdf(x: float) -> None:
    assert passage.normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1e-13)


@pytest.mark.parametrize("drift", [-4.0, 0.0, 2.0])
@pytest.mark.parametrize("discount", [0.0, 0.05])
def test_discounted_hit_by_quadrature(drift: float, discount: float) -> None:
    distance, sd, time = 30.0, 12.0, 12.0

    def density(t: float) -> float:
        z = (distance + drift * t) / (sd * math.sqrt(t))
        return distance / (sd * t**1.5) * stats.norm.pdf(z) * math.exp(-discount * t)

    value, _ = integrate.quad(density, 0.0, time, epsabs=1e-12)
    measured = passage.discounted_hit(distance, drift, sd, time, discount)
    assert measured == pytest.approx(value, abs=1e-9)


def test_two_looks_are_a_bivariate_normal() -> None:
    x, m, s = 0.5, -0.13, 0.6
    cov = s * s * np.array([[0.5, 0.5], [0.5, 1.0]])
    mean = [x + 0.5 * m, x + m]
    both = stats.multivariate_normal(np.array(mean), cov)
    survival = float(both.cdf(np.array([np.inf, np.inf]), lower_limit=np.zeros(2)))
    assert passage.hits_zero_at_steps(x, m, s, 1.0, 2) == pytest.approx(1.0 - survival, abs=1e-7)


def test_many_looks_tend_to_one_watched_always() -> None:
    x, m, s = 0.5, -0.13, 0.6
    always = passage.hits_zero(x, m, s, 1.0)
    gaps = [always - passage.hits_zero_at_steps(x, m, s, 1.0, n) for n in (25, 100, 400)]
    # The gap falls as one over the root of the number of looks.
    assert gaps[0] / gaps[1] == pytest.approx(2.0, abs=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(2.0, abs=0.05)


def test_value_from_equity_by_root_search() -> None:
    def gap(unknown: list[float]) -> list[float]:
        value, sd = unknown
        d1 = (math.log(value / 10.0) + 0.05 + 0.5 * sd * sd) / sd
        call = value * stats.norm.cdf(d1) - 10.0 * math.exp(-0.05) * stats.norm.cdf(d1 - sd)
        return [call - 3.0, stats.norm.cdf(d1) * sd * value - 2.4]

    value, sd = optimize.fsolve(gap, [12.0, 0.2], xtol=1e-13)
    firm = merton.firm_value_from_equity(3.0, 0.8, 10.0, 0.05, 1.0)
    assert firm.value == pytest.approx(value, rel=1e-9)
    assert firm.volatility == pytest.approx(sd, rel=1e-9)


def test_mean_variance_is_the_mean_of_the_days() -> None:
    model = (2e-5, 0.10, 0.88)
    days = [garch_term.variance_ahead(0.004, d, *model) for d in range(1, 91)]
    assert garch_term.mean_variance(0.004, 90, *model) == pytest.approx(np.mean(days), rel=1e-12)


def test_half_life_halves_the_deviation() -> None:
    model = (2e-5, 0.10, 0.88)
    level = garch_term.long_run_variance(*model)
    days = garch_term.half_life_days(0.10, 0.88)
    assert 0.98**days == pytest.approx(0.5)
    before = garch_term.variance_ahead(0.004, 34, *model) - level
    after = garch_term.variance_ahead(0.004, 36, *model) - level
    assert after < 0.5 * (0.004 - level) < before


def test_no_long_run_variance_without_decay() -> None:
    with pytest.raises(ValueError, match="below 1"):
        garch_term.long_run_variance(1e-5, 0.2, 0.8)
