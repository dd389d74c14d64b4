"""What GARCH(1,1) says about the days ahead: term structure in closed form.

Source: Bollerslev 1986, doi:10.1016/0304-4076(86)90063-1. The daily recursion
itself is `hashfall.model.price.garch_variance`.
"""

from __future__ import annotations

import math

__all__ = [
    "annual_volatility",
    "half_life_days",
    "long_run_variance",
    "mean_variance",
    "variance_ahead",
]

_DAYS = 365.0


def long_run_variance(omega: float, alpha: float, beta: float) -> float:
    """Mean daily variance in the long run. [1/day]

    Parameters
    ----------
    omega : float
        Constant of the recursion, > 0. [1/day]
    alpha, beta : float
        Weights of the last squared return and of the last variance, sum below 1. [-]

    Raises
    ------
    ValueError
        If ``alpha + beta`` is not below 1: there is no long-run variance.

    Examples
    --------
    >>> round(long_run_variance(2e-5, 0.10, 0.88), 9)
    0.001
    """
    if not alpha + beta < 1.0:
        raise ValueError(f"GARCH: expected alpha + beta below 1, found {alpha + beta}")
    return omega / (1.0 - alpha - beta)


def half_life_days(alpha: float, beta: float) -> float:
    """Days in which a deviation of the variance halves. [days]

    Examples
    --------
    >>> round(half_life_days(0.10, 0.88), 2)
    34.31
    """
    return math.log(0.5) / math.log(alpha + beta)


def variance_ahead(
    variance: float, day: int, omega: float, alpha: float, beta: float
) -> float:
    """Expected variance of the return a number of days on. [1/day]

    Parameters
    ----------
    variance : float
        Variance of the next return, day 1. [1/day]
    day : int
        Day from 1 on. [days]
    omega, alpha, beta : float
        As in `long_run_variance`.

    Notes
    -----
    ``vbar + (alpha + beta)^(day - 1) (h - vbar)``.

    Examples
    --------
    >>> variance_ahead(0.004, 1, 2e-5, 0.10, 0.88)
    0.004
    >>> round(variance_ahead(0.004, 2, 2e-5, 0.10, 0.88), 9)
    0.00394
    """
    level = long_run_variance(omega, alpha, beta)
    return level + (alpha + beta) ** (day - 1) * (variance - level)


def mean_variance(
    variance: float, days: int, omega: float, alpha: float, beta: float
) -> float:
    """Mean of the expected daily variances from day 1 to a day. [1/day]

    Parameters are those of `variance_ahead`; ``days`` is at least 1.

    Examples
    --------
    >>> mean_variance(0.004, 1, 2e-5, 0.10, 0.88)
    0.004
    """
    level = long_run_variance(omega, alpha, beta)
    q = alpha + beta
    return level + (variance - level) * (1.0 - q**days) / (days * (1.0 - q))


def annual_volatility(variance: float) -> float:
    """Volatility over 365 days of a daily variance. [1/sqrt(year)]

    Examples
    --------
    >>> round(annual_volatility(0.001), 6)
    0.604152
    """
    return math.sqrt(_DAYS * variance)
