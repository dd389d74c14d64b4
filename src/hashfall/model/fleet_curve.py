"""Curves of the rest of the world's fleet, as a kernel reads them.

Power prices are lognormal within a place, so the share of a machine's kind that
runs is a mixture of normal probabilities of one number: the log of the power
price that the machine can bear. Three curves on grids of `KNOTS` points hold all
a day needs: that share, the running hashrate of the machines of day 0, and the
value of a new machine. Between points they are read linearly; a test holds them
to `hashfall.model.supply` and `hashfall.model.strip`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from hashfall.model.layout import CURVE_STEP, FLEET_ORIGIN, KNOTS, SHARE_ORIGIN, VALUE_ORIGIN
from hashfall.model.strip import StripTerms, unit_strip

__all__ = [
    "HOURS",
    "fleet_curve",
    "log_power_need",
    "place_shares",
    "read",
    "share_curve",
    "value_curve",
]

Array = NDArray[np.float64]

HOURS: Final = 24.0
"""Hours of a day: a machine of e J/TH takes 24 e kWh/PH/day. [h]"""
_WORTHLESS: Final = 1e-12  # days of power: below it the log would run away


def _grid(origin: float) -> Array:
    return np.asarray(origin + CURVE_STEP * np.arange(KNOTS))


def log_power_need(j_per_th: ArrayLike) -> Array:
    """Log of the energy that a petahash takes in a day. [log kWh/PH/day]

    Examples
    --------
    >>> round(float(log_power_need(20.0)), 6)
    6.173786
    """
    return np.asarray(np.log(HOURS * np.asarray(j_per_th, float)))


def place_shares(median_usd_per_kwh: ArrayLike, s: ArrayLike) -> Array:
    """Share of a place's machines that can bear a power price, on the grid of shares.

    Parameters
    ----------
    median_usd_per_kwh, s : array_like of shape (places,)
        Median of power prices, overhead included, above 0; sd of their logs, above 0.

    Returns
    -------
    ndarray of shape (places, KNOTS)

    Examples
    --------
    >>> place_shares([0.05], [0.35]).shape
    (1, 512)
    """
    median, spread = np.atleast_1d(median_usd_per_kwh), np.atleast_1d(s)
    z = (_grid(SHARE_ORIGIN) - np.log(median)[:, None]) / spread[:, None]
    return np.asarray(ndtr(z), float)


def share_curve(weights: ArrayLike, shares: Array) -> Array:
    """Share of all installed machines of one kind that runs, by what they can bear.

    Parameters
    ----------
    weights : array_like of shape (places,)
        Share of the installed machines that stands and is available in each place.
    shares : ndarray of shape (places, KNOTS)
        From `place_shares`.

    Examples
    --------
    >>> curve = share_curve([0.5], place_shares([0.05], [0.35]))
    >>> round(float(read(curve, np.log(0.05), SHARE_ORIGIN)), 4)
    0.25
    """
    return np.asarray(weights, float) @ shares


def read(curve: Array, x: ArrayLike, origin: float) -> Array:
    """A curve between its points, as the kernel reads it."""
    place = np.clip((np.asarray(x, float) - origin) / CURVE_STEP, 0.0, KNOTS - 1.0 - 1e-9)
    left = np.floor(place).astype(int)
    low = curve[..., left]
    return np.asarray(low + (place - left) * (curve[..., left + 1] - low), float)


def fleet_curve(hashrate_eh_s: ArrayLike, log_need: ArrayLike, curve: Array) -> Array:
    """Hashrate that runs at a hashprice, summed over kinds of machines. [EH/s]

    Parameters
    ----------
    hashrate_eh_s, log_need : array_like of shape (kinds,)
        Installed hashrate and log of its energy (`log_power_need`).
    curve : ndarray of shape (KNOTS,)
        From `share_curve`.

    Examples
    --------
    >>> shares = share_curve([1.0], place_shares([0.05], [0.35]))
    >>> fleet = fleet_curve([100.0], log_power_need([20.0]), shares)
    >>> round(float(read(fleet, np.log(24.0), FLEET_ORIGIN)), 3)
    50.0
    """
    needs = np.atleast_1d(np.asarray(log_need, float))
    share = read(curve, _grid(FLEET_ORIGIN)[None, :] - needs[:, None], SHARE_ORIGIN)
    return np.atleast_1d(np.asarray(hashrate_eh_s, float)) @ share


@lru_cache(maxsize=8)
def value_curve(terms: StripTerms) -> Array:
    """Log value of a new machine in days of its power, by log hashprice over power cost.

    Examples
    --------
    >>> curve = value_curve(StripTerms(0.9, 0.35, 0.05, 365))
    >>> bool((np.diff(curve) >= 0.0).all())
    True
    """
    curve = np.log(np.maximum(unit_strip(_grid(VALUE_ORIGIN), terms), _WORTHLESS))
    curve.flags.writeable = False  # one array for all who ask
    return curve
