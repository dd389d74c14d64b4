"""Default at the end of a loan's life: Merton's model, and what equity says about it.

It asks whether the value is below the debt on one day, the last; a firm that
must pay on every day can run out before (`hashfall.model.passage`).

Source: Merton 1974, doi:10.1111/j.1540-6261.1974.tb03058.x.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from hashfall.model.passage import normal_cdf

__all__ = ["FirmValue", "equity_value", "firm_value_from_equity", "terminal_default"]


class FirmValue(NamedTuple):
    """Unseen value of a firm and its volatility, as its equity implies them."""

    value: float
    volatility: float


def _d1_d2(value: float, debt: float, rate: float, sd: float, years: float) -> tuple[float, float]:
    width = sd * math.sqrt(years)
    d2 = (math.log(value / debt) + (rate - 0.5 * sd * sd) * years) / width
    return d2 + width, d2


def terminal_default(
    value: float, debt: float, drift: float, volatility: float, years: float
) -> float:
    """Probability that a lognormal firm value is below the debt on its last day. [-]

    Parameters
    ----------
    value, debt : float
        Firm value today and debt due at the end, > 0. [USD]
    drift : float
        Expected growth of the value; the riskless rate gives the risk-neutral
        probability. [1/year]
    volatility : float
        Volatility of the value, > 0. [1/sqrt(year)]
    years : float
        Life of the debt, > 0. [years]

    Examples
    --------
    >>> round(terminal_default(100.0, 60.0, 0.05, 0.6, 1.0), 4)
    0.2628
    """
    return normal_cdf(-_d1_d2(value, debt, drift, volatility, years)[1])


def equity_value(value: float, debt: float, rate: float, volatility: float, years: float) -> float:
    """Equity as a call on the firm, struck at the debt. [USD]

    Parameters
    ----------
    rate : float
        Riskless rate. [1/year]
    value, debt, volatility, years : float
        As in `terminal_default`.

    Examples
    --------
    >>> round(equity_value(12.395387, 10.0, 0.05, 0.212305, 1.0), 4)
    3.0
    """
    d1, d2 = _d1_d2(value, debt, rate, volatility, years)
    return value * normal_cdf(d1) - debt * math.exp(-rate * years) * normal_cdf(d2)


def _value_of_equity(
    equity: float, debt: float, rate: float, volatility: float, years: float
) -> float:
    """Firm value at which the call is worth the equity, by bisection."""
    low, high = equity, equity + debt * math.exp(-rate * years)
    for _ in range(200):
        middle = 0.5 * (low + high)
        if equity_value(middle, debt, rate, volatility, years) < equity:
            low = middle
        else:
            high = middle
    return high


def firm_value_from_equity(
    equity: float, equity_volatility: float, debt: float, rate: float, years: float
) -> FirmValue:
    """Firm value and volatility that give the equity seen and its volatility. [USD, 1/sqrt(year)]

    Parameters
    ----------
    equity : float
        Market value of the equity, > 0. [USD]
    equity_volatility : float
        Volatility of the equity, > 0. [1/sqrt(year)]
    debt, rate, years : float
        As in `equity_value`.

    Notes
    -----
    Solves ``call = E`` for the value at each volatility, and
    ``Phi(d1) s_V V = s_E E`` for the volatility by bisection: the left side
    grows with s_V. The equity is worth at most the firm, so ``s_V <= s_E``.

    Examples
    --------
    >>> firm = firm_value_from_equity(3.0, 0.8, 10.0, 0.05, 1.0)
    >>> round(firm.value, 6), round(firm.volatility, 6)
    (12.395387, 0.212305)
    """
    low, high = 1e-6 * equity_volatility, equity_volatility
    for _ in range(100):
        sd = 0.5 * (low + high)
        value = _value_of_equity(equity, debt, rate, sd, years)
        d1 = _d1_d2(value, debt, rate, sd, years)[0]
        if normal_cdf(d1) * sd * value < equity_volatility * equity:
            low = sd
        else:
            high = sd
    return FirmValue(_value_of_equity(equity, debt, rate, high, years), high)
