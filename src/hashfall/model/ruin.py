"""Exact ruin of a miner who takes Poisson luck at a constant cost.

The surplus ``u - c t + b N(t)`` falls at a constant cost and jumps up by one
reward at every block. It is the limit case of the cash ledger (one solo miner,
no price risk) for which the probability of ruin is known exactly: watched at
every moment, and watched at the end of each day only.

Source: Albrecher and Goffard 2022, Operations Research 70(1),
doi:10.1287/opre.2021.2198. The daily recursion is derived here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "adjustment_coefficient",
    "lambert_w0",
    "poisson_masses",
    "poisson_probability",
    "ruin_at_day_ends",
    "ruin_by",
    "ruin_by_random_time",
    "ruin_ever",
    "surplus_at_random_time",
]

_TINY = 1e-18  # mass of a distribution's tail that the recursion leaves out


def lambert_w0(z: float) -> float:
    """Principal solution w of ``w exp(w) = z``. [-]

    Parameters
    ----------
    z : float
        From -1/e to 0, the part of the domain that ruin needs. [-]

    Raises
    ------
    ValueError
        If ``z`` is outside -1/e to 0.

    Examples
    --------
    >>> round(lambert_w0(-0.3), 12)
    -0.48940222718
    """
    if not -math.exp(-1.0) - 1e-15 <= z <= 0.0:
        raise ValueError(f"Lambert W: expected -1/e to 0, found {z}")
    p = math.sqrt(max(0.0, 2.0 * (math.e * z + 1.0)))
    if p < 1e-4:  # so near the branch point, Newton's slope is lost in rounding
        return -1.0 + p - p * p / 3.0 + 11.0 * p**3 / 72.0
    w = -1.0 + p - p * p / 3.0
    for _ in range(60):
        step = (w * math.exp(w) - z) / (math.exp(w) * (w + 1.0))
        w -= step
        if abs(step) < 1e-16:
            break
    return w


def adjustment_coefficient(cost: float, rate: float, reward: float) -> float:
    """Decay rate of ruin with the initial surplus; 0 when ruin is certain. [1/USD]

    Parameters
    ----------
    cost : float
        Running cost, > 0. [USD/h]
    rate : float
        Expected blocks found by the miner, > 0. [blocks/h]
    reward : float
        Worth of a block, > 0. [USD/block]

    Raises
    ------
    ValueError
        If an argument is not positive.

    Notes
    -----
    The positive root of ``c x + p lam (exp(-b x) - 1) = 0``: with
    ``a = c / (p lam b) < 1``, ``b x = 1/a + W0(-exp(-1/a)/a)``.

    Examples
    --------
    >>> round(adjustment_coefficient(1.0, 1.0, 2.0), 9)
    0.79681213
    """
    if not (cost > 0.0 and rate > 0.0 and reward > 0.0):
        raise ValueError(f"ruin: expected positive numbers, found {(cost, rate, reward)}")
    inverse = rate * reward / cost
    if inverse <= 1.0:
        return 0.0
    return (inverse + lambert_w0(-inverse * math.exp(-inverse))) / reward


def ruin_ever(surplus: float, cost: float, rate: float, reward: float) -> float:
    """Probability that the surplus is ever used up. [-]

    Parameters
    ----------
    surplus : float
        Money at the start, 0 or more. [USD]
    cost, rate, reward : float
        As in `adjustment_coefficient`. [USD/h, blocks/h, USD/block]

    Examples
    --------
    >>> ruin_ever(5.0, 2.0, 1.0, 2.0)
    1.0
    """
    return math.exp(-adjustment_coefficient(cost, rate, reward) * surplus)


def poisson_probability(count: int, mean: float) -> float:
    """Probability of a count of a Poisson variable. [-]

    Examples
    --------
    >>> round(poisson_probability(2, 2.0), 9)
    0.270670566
    """
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1.0))


def ruin_by(surplus: float, hours: float, cost: float, rate: float, reward: float) -> float:
    """Probability that the surplus is used up at some moment up to a time. [-]

    Parameters
    ----------
    surplus : float
        Money at the start, > 0. [USD]
    hours : float
        Horizon. [h]
    cost, rate, reward : float
        As in `adjustment_coefficient`. [USD/h, blocks/h, USD/block]

    Notes
    -----
    Ruin comes exactly at a time ``(u + b k)/c``, after k blocks:
    ``sum_k u/(u + b k) Poisson(k; p lam (u + b k)/c)`` over the times up to t.

    Examples
    --------
    >>> ruin_by(10.0, 9.0, 1.0, 0.1, 10.0)
    0.0
    >>> round(ruin_by(10.0, 10.0, 1.0, 0.1, 10.0), 6)
    0.367879
    """
    last = math.floor((cost * hours - surplus) / reward)
    terms = []
    for k in range(last + 1):
        spent = surplus + reward * k
        terms.append(surplus / spent * poisson_probability(k, rate * spent / cost))
    return math.fsum(terms)


def _random_time_root(hours: float, cost: float, rate: float, reward: float) -> float:
    """Negative root of ``c t x + 1 + p lam t = p lam t exp(b x)``, by Newton from the left."""
    blocks = rate * hours
    x = -(1.0 + blocks) / (cost * hours)
    for _ in range(200):
        bend = blocks * math.exp(reward * x)
        step = (cost * hours * x + 1.0 + blocks - bend) / (cost * hours - bend * reward)
        x -= step
        if abs(step) <= 1e-16 * abs(x):
            break
    return x


def ruin_by_random_time(
    surplus: float, mean_hours: float, cost: float, rate: float, reward: float
) -> float:
    """Probability of ruin before a time that is exponential with a given mean. [-]

    Parameters
    ----------
    surplus : float
        Money at the start, 0 or more. [USD]
    mean_hours : float
        Mean of the exponential horizon, > 0. [h]
    cost, rate, reward : float
        As in `adjustment_coefficient`. [USD/h, blocks/h, USD/block]

    Notes
    -----
    ``exp(rho u)`` with ``rho < 0`` the root of
    ``c t x + 1 + p lam t = p lam t exp(b x)``.

    Examples
    --------
    >>> round(ruin_by_random_time(10.0, 10.0, 1.0, 0.1, 10.0), 6)
    0.158594
    """
    return math.exp(_random_time_root(mean_hours, cost, rate, reward) * surplus)


def surplus_at_random_time(
    surplus: float, mean_hours: float, cost: float, rate: float, reward: float
) -> float:
    """Expected surplus at an exponential time, counted as 0 after ruin. [USD]

    Parameters are those of `ruin_by_random_time`.

    Notes
    -----
    ``u + (p lam b - c) t (1 - exp(rho u))``.

    Examples
    --------
    >>> surplus_at_random_time(10.0, 10.0, 1.0, 0.1, 10.0)
    10.0
    """
    alive = 1.0 - ruin_by_random_time(surplus, mean_hours, cost, rate, reward)
    return surplus + (rate * reward - cost) * mean_hours * alive


def poisson_masses(mean: float) -> NDArray[np.float64]:
    """Probabilities of 0, 1, 2, ... for a Poisson variable, to where they vanish. [-]

    Parameters
    ----------
    mean : float
        Mean, > 0. [-]

    Examples
    --------
    >>> float(abs(poisson_masses(3.0).sum() - 1.0)) < 1e-14
    True
    """
    masses: list[float] = []
    k = 0
    while k <= mean or masses[-1] > _TINY:
        masses.append(poisson_probability(k, mean))
        k += 1
    return np.array(masses)


def ruin_at_day_ends(
    surplus: float, days: int, cost: float, rate: float, reward: float
) -> NDArray[np.float64]:
    """Probability that the surplus is negative at the end of a day, by that day. [-]

    Parameters
    ----------
    surplus : float
        Money at the start. [USD]
    days : int
        Horizon. [days]
    cost : float
        Cost of a day, paid at its end out of what is there. [USD/day]
    rate : float
        Expected blocks of the miner. [blocks/day]
    reward : float
        Worth of a block, > 0. [USD/block]

    Returns
    -------
    ndarray of shape (days,)
        Probability of ruin by the end of day 1, 2, ... . [-]

    Notes
    -----
    The law of the number of blocks among the paths still alive is carried from
    day to day: spread by a day's Poisson count, then cut where the day's cost
    is not covered. Paths that recover within the day count as alive, so the
    value is below `ruin_by` of the same case. Truncation error below 1e-14 a
    year. A cost covered to the last cent is paid.

    Examples
    --------
    >>> law = ruin_at_day_ends(1.0, 2, 1.5, 1.0, 1.0)
    >>> [round(float(p), 6) for p in law]
    [0.367879, 0.503215]
    """
    masses = poisson_masses(rate)
    alive = np.ones(1)
    ruin = np.empty(days)
    lost = 0.0
    for day in range(1, days + 1):
        alive = np.convolve(alive, masses)
        # Blocks needed so far; rounding may not turn an exact cover into a default.
        needed = math.ceil((cost * day - surplus) / reward - 1e-9)
        cut = min(max(needed, 0), alive.size)
        lost += float(alive[:cut].sum())
        alive[:cut] = 0.0
        ruin[day - 1] = lost
        keep = np.nonzero(alive > _TINY)[0]
        alive = alive[: keep[-1] + 1] if keep.size else np.zeros(1)
    return ruin
