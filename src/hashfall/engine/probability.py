"""Probabilities with two kinds of doubt kept apart: simulation, and what the book does not tell."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.calendar import Floats

__all__ = ["Probability", "horizon_days", "probability", "shrunk"]


class Probability(TypedDict):
    """A probability: mean, Monte Carlo error, and 5-95% over book draws."""

    value: float
    se: float
    low: float
    high: float


def horizon_days(as_of: dt.date, months: int) -> int:
    """Days from `as_of` to the same day of the month some calendar months later.

    Examples
    --------
    >>> horizon_days(dt.date(2022, 9, 30), 6), horizon_days(dt.date(2022, 8, 31), 6)
    (181, 181)
    """
    year, month = divmod(as_of.month - 1 + months, 12)
    year, month = as_of.year + year, month + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return (dt.date(year, month, min(as_of.day, last)) - as_of).days


def shrunk(rates: Floats, noise: float) -> Floats:
    """Rates of the draws with the part of their spread that is simulation noise taken out.

    Parameters
    ----------
    rates : ndarray of shape (draws,)
        Share of defaulted paths by draw.
    noise : float
        Mean variance of a rate from simulation alone.

    Notes
    -----
    Each rate moves toward the mean by the factor that leaves the variance between
    draws, max(0, var - noise): a linear (Bühlmann) credibility estimate.

    Examples
    --------
    >>> [round(float(x), 6) for x in shrunk(np.array([0.2, 0.4]), 0.02)]
    [0.3, 0.3]
    """
    spread = float(rates.var(ddof=1)) if len(rates) > 1 else 0.0
    keep = max(0.0, spread - noise) / spread if spread > 0.0 else 0.0
    mean = rates.mean()
    return np.asarray(mean + (rates - mean) * np.sqrt(keep))


def probability(days: NDArray[np.int16], horizon: int) -> Probability:
    """Probability that a clock stops within a horizon.

    Parameters
    ----------
    days : ndarray of shape (draws, inner)
        Day of the clock by book draw and path, -1 for never.
    horizon : int
        Last day that counts. [days]

    Notes
    -----
    `se` is the Monte Carlo error of the mean over the draws at hand; `low` and
    `high` are the 5 and 95% points over draws (`shrunk`), equal to the value when
    there is one draw.

    Examples
    --------
    >>> p = probability(np.array([[3, -1], [400, 7]], np.int16), 365)
    >>> p["value"]
    0.5
    """
    draws, inner = days.shape
    rates = ((days > 0) & (days <= horizon)).mean(axis=1)
    noise = rates * (1.0 - rates) / max(1, inner - 1)
    value = float(rates.mean())
    se = float(np.sqrt(noise.sum()) / draws)
    if draws == 1:
        return {"value": value, "se": se, "low": value, "high": value}
    low, high = np.quantile(shrunk(rates, float(noise.mean())), [0.05, 0.95])
    return {"value": value, "se": se, "low": min(max(float(low), 0.0), value),
            "high": max(min(float(high), 1.0), value)}
