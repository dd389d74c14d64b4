"""Published numbers of the variance recursion that the price is fitted with."""

from __future__ import annotations

import math

import pytest

from hashfall.model.price import garch_variance

# Volatility series of QuantLib's GARCH test (test-suite/garch.cpp): alpha 0.2,
# beta 0.3, long-run variance 0.4 (omega 0.2), ten returns of 0.1.
QUANTLIB = (
    0.452769, 0.513323, 0.530141, 0.535084, 0.536558, 0.536999, 0.537132, 0.537171, 0.537183,
    0.537187,
)


def test_volatility_series_of_quantlib() -> None:
    h = 0.1**2
    for expected in QUANTLIB:
        h = garch_variance(h, 0.1, 0.2, 0.2, 0.3, 10.0)
        assert math.sqrt(h) == pytest.approx(expected, abs=1e-6)
    assert math.sqrt(h) == pytest.approx(math.sqrt(0.202 / 0.7), abs=2e-6)


def test_daily_variance_annual_volatility_and_half_life() -> None:
    omega, alpha, beta = 2e-5, 0.10, 0.88
    h, days = 2e-3, 0
    # In expectation the squared innovation is one.
    while h - 1e-3 > 0.5e-3:
        h = garch_variance(h, math.sqrt(h), omega, alpha, beta, 1.0)
        days += 1
    assert days == math.ceil(34.31)
    assert math.log(0.5) / math.log(alpha + beta) == pytest.approx(34.31, abs=0.005)
    for _ in range(3000):
        h = garch_variance(h, math.sqrt(h), omega, alpha, beta, 1.0)
    assert h == pytest.approx(1e-3, rel=1e-9)
    assert math.sqrt(365.0 * h) == pytest.approx(0.604152, abs=1e-6)
