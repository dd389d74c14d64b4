"""Closed forms of mining against second implementations: SciPy, quadrature, best responses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from hashfall.model import contest, difficulty_rules, entry_limit, exchange, strip, supply
from hashfall.model.entry_limit import FreeEntry


@pytest.mark.parametrize(("h", "rho"), [(60.0, 0.5), (100.0, 0.7), (25.0, 3.0)])
def test_fixed_point_by_root_search(h: float, rho: float) -> None:
    def off(x: float) -> float:
        return float(
            stats.lognorm.cdf(h * rho / x, 0.35, scale=40.0)
            - x * stats.lognorm.cdf(h, 0.35, scale=40.0)
        )

    root = optimize.brentq(off, min(1.0, rho), max(1.0, rho), xtol=1e-14)
    assert float(supply.fixed_point(h, 40.0, 0.35, rho)) == pytest.approx(root, rel=1e-11)


def test_fixed_point_by_rounds_of_switching_and_retarget() -> None:
    """Everybody looks at the last difficulty, a retarget follows: it ends at the fixed point."""
    d, base = 1.0, float(supply.running_share(60.0, 40.0, 0.35))
    for _ in range(400):
        d = 0.5 * d + 0.5 * float(supply.running_share(60.0 * 0.5 / d, 40.0, 0.35)) / base
    assert float(supply.fixed_point(60.0, 40.0, 0.35, 0.5)) == pytest.approx(d, rel=1e-12)


@pytest.mark.parametrize(
    "inputs",
    [(1.0, 0.05, 0.05, 0.3, 2.0, 0.2), (2.0, 0.08, 0.03, 0.6, 5.0, 1.0),
     (1.0, 0.04, 0.09, 0.2, 1.0, -0.5)],
)  # fmt: skip
def test_triggers_solve_the_four_equations(inputs: tuple[float, ...]) -> None:
    cost, r, d, s, entry, leave = inputs
    high, low = entry_limit.entry_exit_triggers(*inputs)
    a = 0.5 - (r - d) / s**2
    up = a + math.sqrt(a * a + 2 * r / s**2)
    down = a - math.sqrt(a * a + 2 * r / s**2)
    # Smooth pasting gives the constants of waiting and of leaving; matching must then hold.
    system = np.array([[up * p ** (up - 1.0), -down * p ** (down - 1.0)] for p in (high, low)])
    waiting, leaving = np.linalg.solve(system, [1.0 / d, 1.0 / d])

    def gain(p: float) -> float:
        return float(p / d - cost / r + leaving * p**down - waiting * p**up)

    assert gain(high) == pytest.approx(entry, abs=1e-9)
    assert gain(low) == pytest.approx(-leave, abs=1e-9)
    assert waiting > 0.0 and leaving > 0.0


def test_entrant_by_the_law_of_the_drawdown() -> None:
    """At an exponential time the drawdown of a Brownian motion is exponential."""
    for setting in (FreeEntry(0.10, 0.0, 0.5, 0.8), FreeEntry(0.15, 0.05, 0.7, 0.7)):
        q = setting.rate + setting.cost_decline
        s = setting.volatility
        m = setting.growth + setting.cost_decline - 0.5 * s * s
        # Rate of the drawdown: the positive root of s^2 k^2/2 - m k - q = 0.
        k = (m + math.sqrt(m * m + 2.0 * q * s * s)) / (s * s)
        worth = entry_limit.free_entry_barrier(setting) * k / (k + 1.0) / q
        assert worth == pytest.approx(1.0, rel=1e-12)


def test_contest_by_best_responses() -> None:
    costs = np.array([0.7, 1.0, 1.3, 2.4])
    held = np.full(4, 0.1)
    for _ in range(3000):
        for i in range(4):
            rest = held.sum() - held[i]
            held[i] = max(0.0, math.sqrt(rest / costs[i]) - rest)
    assert contest.contest_shares(costs) == pytest.approx(held / held.sum(), abs=1e-9)
    assert contest.contest_hash(costs) == pytest.approx(held.sum(), rel=1e-9)


def test_strip_by_quadrature() -> None:
    terms = strip.StripTerms(0.7, 0.3, 0.04, 40)
    x, total = math.log(1.3), 0.0
    for day in range(1, terms.days + 1):
        t = day / 365.0
        sd, level = 0.7 * math.sqrt(t), x - 0.3 * t

        def paid(z: float, sd: float = sd, level: float = level) -> float:
            return (math.exp(level - 0.5 * sd * sd + sd * z) - 1.0) * stats.norm.pdf(z)

        edge = (0.5 * sd * sd - level) / sd
        value, _ = integrate.quad(paid, max(edge, -10.0), 10.0, epsabs=1e-12)
        total += math.exp(-0.04 * t) * value
    assert float(strip.unit_strip(x, terms)) == pytest.approx(total, rel=1e-9)


def test_exchange_option_by_quadrature() -> None:
    a, b, rho, t = 0.3, 0.2, 0.4, 1.5

    def paid(y: float, z: float) -> float:
        one = 110.0 * math.exp(-0.5 * a * a * t + a * math.sqrt(t) * z)
        both = rho * z + math.sqrt(1.0 - rho * rho) * y
        two = 100.0 * math.exp(-0.5 * b * b * t + b * math.sqrt(t) * both)
        return max(0.0, one - two)

    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    grid = np.array([[paid(y, z) for z in nodes] for y in nodes])
    value = float(weights @ grid @ weights) / (2.0 * math.pi)
    exact = exchange.exchange_option(110.0, 100.0, 0.0, 0.0, a, b, rho, t)
    assert float(exact) == pytest.approx(value, rel=2e-3)


@pytest.mark.parametrize(("epsilon", "window"), [(0.45, 12), (1.5, 12), (1.5, 144)])
def test_window_swings_grow_by_the_largest_root(epsilon: float, window: int) -> None:
    swings = np.abs(difficulty_rules.window_response(epsilon, window, 90 * window))
    early, late = (swings[n * window : (n + 40) * window].max() for n in (10, 50))
    growth = (late / early) ** (1.0 / (40 * window))
    assert growth == pytest.approx(difficulty_rules.window_radius(epsilon, window), abs=2e-3)


def test_asert_deviation_shrinks_by_its_factor() -> None:
    """Blocks at their mean time: the log of the winning rate closes on its rest."""
    epsilon, constant, log_rate = 0.45, 2880.0, 1e-6
    for _ in range(50):
        spacing = 10.0 * math.exp(-(1.0 + epsilon) * log_rate)
        log_rate += (spacing - 10.0) / constant
    factor = difficulty_rules.asert_factor(epsilon, constant)
    assert log_rate == pytest.approx(1e-6 * factor**50, rel=1e-5)


@pytest.mark.parametrize("price", [100.0, 3604.59, 11_000.0])
def test_winning_rate_by_root_search(price: float) -> None:
    def off(log_rate: float) -> float:
        rate = math.exp(log_rate)
        return rate * 55.0 / (1.0 + math.exp(-3.0 * (rate * 12.5 * price - 1.5))) - 1.0 / 600.0

    root = math.exp(optimize.brentq(off, -15.0, 0.0, xtol=1e-14))
    assert float(difficulty_rules.optimal_winning_rate(price)) == pytest.approx(root, rel=1e-11)
