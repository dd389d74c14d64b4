"""First passage of a Brownian motion: the limit case of cash and of firm value.

One closed form (`hits_zero`) serves all of them: a cash balance with a drift
and a spread (arithmetic), a log firm value over a barrier that may grow (Black
and Cox), and the American cash-or-nothing options of the tables. A barrier that
is looked at once a day is passed less often than one watched at every moment;
both values are here, and so is the usual correction between them.

Sources: Black and Cox 1976, doi:10.1111/j.1540-6261.1976.tb01891.x; Haug 2007,
The Complete Guide to Option Pricing Formulas (binary barrier options);
Broadie, Glasserman and Kou 1997, doi:10.1111/1467-9965.00035.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MONITORING_SHIFT",
    "discounted_hit",
    "first_passage",
    "hits_zero",
    "hits_zero_at_steps",
    "hits_zero_ever",
    "monitored_first_passage",
    "normal_cdf",
]

MONITORING_SHIFT = 0.5826
"""Broadie-Glasserman-Kou shift of a barrier in standard deviations of a step,
-zeta(1/2)/sqrt(2 pi). [-]"""

_SPREAD = 8.0  # standard deviations beyond which a normal density is left out


def normal_cdf(x: float) -> float:
    """Probability that a standard normal lies below x. [-]

    Examples
    --------
    >>> normal_cdf(0.0)
    0.5
    """
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def hits_zero(distance: float, drift: float, sd: float, time: float) -> float:
    """Probability that ``distance + drift t + sd W(t)`` reaches zero by a time. [-]

    Parameters
    ----------
    distance : float
        Start above zero, >= 0, in any unit x. [x]
    drift : float
        Mean change per unit of time. [x/time]
    sd : float
        Standard deviation over a unit of time, > 0. [x/sqrt(time)]
    time : float
        Horizon, > 0. [time]

    Notes
    -----
    ``Phi((-x - m T)/(s sqrt T)) + exp(-2 m x/s^2) Phi((-x + m T)/(s sqrt T))``,
    the barrier being watched at every moment.

    Examples
    --------
    >>> round(hits_zero(30.0, -4.0, 12.0, 6.0), 6)
    0.594356
    """
    width = sd * math.sqrt(time)
    direct = normal_cdf((-distance - drift * time) / width)
    reflected = normal_cdf((-distance + drift * time) / width)
    return direct + math.exp(-2.0 * drift * distance / (sd * sd)) * reflected


def hits_zero_ever(distance: float, drift: float, sd: float) -> float:
    """Probability that ``distance + drift t + sd W(t)`` ever reaches zero. [-]

    Parameters are those of `hits_zero`.

    Examples
    --------
    >>> round(hits_zero_ever(30.0, 2.0, 12.0), 6), hits_zero_ever(30.0, -2.0, 12.0)
    (0.434598, 1.0)
    """
    return math.exp(-2.0 * max(drift, 0.0) * distance / (sd * sd))


def discounted_hit(
    distance: float, drift: float, sd: float, time: float, discount: float
) -> float:
    """Expected discount factor at the moment of reaching zero, 0 if not by a time. [-]

    Parameters
    ----------
    distance, drift, sd, time : float
        As in `hits_zero`.
    discount : float
        Continuous rate, >= 0. [1/time]

    Examples
    --------
    >>> discounted_hit(30.0, -4.0, 12.0, 6.0, 0.0) == hits_zero(30.0, -4.0, 12.0, 6.0)
    True
    """
    tilted = math.copysign(math.sqrt(drift * drift + 2.0 * discount * sd * sd), drift)
    scale = math.exp(distance * (tilted - drift) / (sd * sd))
    return scale * hits_zero(distance, tilted, sd, time)


def first_passage(
    value: float, barrier: float, drift: float, volatility: float, years: float,
    barrier_growth: float = 0.0,
) -> float:
    """Probability that a lognormal firm value falls to its barrier by a time. [-]

    Parameters
    ----------
    value, barrier : float
        Firm value and barrier today, value >= barrier > 0. [USD]
    drift : float
        Expected growth of the value. [1/year]
    volatility : float
        Volatility of the value, > 0. [1/sqrt(year)]
    years : float
        Horizon, > 0. [years]
    barrier_growth : float
        Growth of the barrier, as of a debt that accrues. [1/year]

    Notes
    -----
    `hits_zero` of ``ln(V/B)`` with drift ``mu - growth - s^2/2``.

    Examples
    --------
    >>> round(first_passage(100.0, 60.0, 0.05, 0.6, 1.0), 6)
    0.469253
    """
    m = drift - barrier_growth - 0.5 * volatility * volatility
    return hits_zero(math.log(value / barrier), m, volatility, years)


def monitored_first_passage(
    value: float, barrier: float, drift: float, volatility: float, years: float, steps: int
) -> float:
    """First passage when the barrier is looked at a number of times, approximately. [-]

    Parameters
    ----------
    value, barrier, drift, volatility, years : float
        As in `first_passage`.
    steps : int
        Equally spaced looks, the last at the horizon. [looks]

    Notes
    -----
    The continuous formula with the barrier moved away by
    ``exp(0.5826 s sqrt(dt))``; the error falls as 1/steps. `hits_zero_at_steps`
    gives the exact value.

    Examples
    --------
    >>> round(monitored_first_passage(100.0, 60.0, 0.05, 0.6, 1.0, 52), 6)
    0.424831
    """
    shift = MONITORING_SHIFT * volatility * math.sqrt(years / steps)
    return first_passage(value, barrier * math.exp(-shift), drift, volatility, years)


def _half_line(width: float, length: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss-Legendre nodes and weights on panels of a given width from 0 on."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    edges = np.arange(math.ceil(length / width)) * width
    points = edges[:, None] + 0.5 * width * (nodes + 1.0)
    return points.ravel(), np.tile(0.5 * width * weights, edges.size)


def hits_zero_at_steps(
    distance: float, drift: float, sd: float, time: float, steps: int
) -> float:
    """Probability that the motion is below zero at one of equally spaced moments. [-]

    Parameters
    ----------
    distance, drift, sd, time : float
        As in `hits_zero`.
    steps : int
        Looks, the last one at ``time``, at least 1. [looks]

    Notes
    -----
    The density of the paths never seen below zero is carried from look to look
    by Gauss-Legendre quadrature on panels of two steps' standard deviations;
    error below 1e-8 for up to a few hundred looks.

    Examples
    --------
    >>> a = hits_zero_at_steps(1.0, 0.1, 1.0, 2.0, 1)
    >>> abs(a - normal_cdf((-1.0 - 0.2) / math.sqrt(2.0))) < 1e-9
    True
    """
    dt = time / steps
    step_sd = sd * math.sqrt(dt)
    reach = distance + max(drift, 0.0) * time + _SPREAD * sd * math.sqrt(time)
    x, weight = _half_line(2.0 * step_sd, reach)
    norm = 1.0 / (step_sd * math.sqrt(2.0 * math.pi))

    def density(to: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
        z = (to - start - drift * dt) / step_sd
        spread: NDArray[np.float64] = norm * np.exp(-0.5 * z * z)
        return spread

    alive = density(x, np.array(distance))
    move = density(x[:, None], x[None, :]) * weight[None, :]
    for _ in range(steps - 1):
        alive = move @ alive
    return 1.0 - float(weight @ alive)
