"""Hashrate from block times with exact intervals, and the next retarget with its band.

Waits between blocks are exponential, so a number of blocks is Poisson and the time
for a number of blocks is Gamma. All functions take arrays where it makes sense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hashfall.model.consensus import MEASURED_INTERVALS, TARGET_SPAN_S
from hashfall.model.hashprice import realised_hashrate_eh_s

__all__ = [
    "DailyHashrate",
    "Hashrate",
    "extended_span_s",
    "hashrate_by_day",
    "hashrate_from_count",
    "hashrate_from_span",
    "luck_sd",
    "retarget_change",
    "retarget_quantiles",
    "rolling_span_s",
]

_DAY_S = 86400.0
_LARGEST, _SMALLEST = 3.0, -0.75  # the protocol's clamp, as changes of difficulty
_NODES = 32


@dataclass(frozen=True, slots=True)
class Hashrate:
    """Estimates of hashrate with the ends of their intervals. [EH/s]

    Attributes
    ----------
    value, low, high : ndarray
        Estimate and interval of the level asked for. [EH/s]
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DailyHashrate:
    """Hashrate by UTC day.

    Attributes
    ----------
    day : ndarray of int64
        Days since 1970-01-01.
    blocks : ndarray of int64
        Blocks found in the day. [blocks]
    hashrate : Hashrate
        Estimates, arrays of shape (n_days,). [EH/s]
    """

    day: NDArray[np.int64]
    blocks: NDArray[np.int64]
    hashrate: Hashrate


def luck_sd(blocks: ArrayLike) -> NDArray[np.float64]:
    """Relative standard deviation of a hashrate estimated from a number of blocks. [-]

    Examples
    --------
    >>> [round(float(luck_sd(k)), 3) for k in (144, 1008, 2016)]
    [0.083, 0.031, 0.022]
    """
    return np.asarray(1.0 / np.sqrt(np.asarray(blocks, dtype=np.float64)))


def hashrate_from_span(
    difficulty: ArrayLike, intervals: ArrayLike, span_s: ArrayLike, level: float = 0.9
) -> Hashrate:
    """Hashrate from the time that a fixed number of intervals took. [EH/s]

    Parameters
    ----------
    difficulty : array_like
        Difficulty of the blocks. [-]
    intervals : array_like
        Intervals between blocks, at least 1: one less than the blocks. [blocks]
    span_s : array_like
        Time from the first to the last block, above 0. [s]
    level : float
        Probability that the interval covers, in (0, 1).

    Notes
    -----
    ``2 rate span`` is chi-square with ``2 intervals`` degrees of freedom, so the
    interval is exact. The value is the maximum of the likelihood; its mean is
    too high by the factor ``k / (k - 1)``.

    Examples
    --------
    >>> h = hashrate_from_span(1e14, 2015, 2015 * 600.0)
    >>> [round(float(x), 1) for x in (h.value, h.low, h.high)]
    [715.8, 689.8, 742.3]
    """
    from scipy.stats import gamma

    k = np.asarray(intervals, dtype=np.float64)
    value = _estimate(difficulty, k, span_s)
    tail = 0.5 * (1.0 - level)
    return Hashrate(value, value * gamma.ppf(tail, k) / k, value * gamma.isf(tail, k) / k)


def hashrate_from_count(
    difficulty: ArrayLike, blocks: ArrayLike, span_s: ArrayLike, level: float = 0.9
) -> Hashrate:
    """Hashrate from the blocks found in a fixed time. [EH/s]

    Parameters
    ----------
    difficulty : array_like
        Difficulty of the blocks, their mean where it changed. [-]
    blocks : array_like
        Blocks found, 0 or more. [blocks]
    span_s : array_like
        Length of the time, above 0. [s]
    level : float
        Probability that the interval covers at least, in (0, 1).

    Notes
    -----
    Interval of Garwood for a Poisson count, doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> h = hashrate_from_count(1e14, [0, 144], 86400.0)
    >>> h.value.round(1).tolist(), h.low.round(1).tolist(), h.high.round(1).tolist()
    ([0.0, 715.8], [0.0, 620.6], [14.9, 822.0])
    """
    from scipy.stats import gamma

    n = np.asarray(blocks, dtype=np.float64)
    one = _estimate(difficulty, 1.0, span_s)
    tail = 0.5 * (1.0 - level)
    low = np.where(n > 0.0, gamma.ppf(tail, np.maximum(n, 1.0)), 0.0)
    return Hashrate(one * n, one * low, one * gamma.isf(tail, n + 1.0))


def _estimate(difficulty: ArrayLike, blocks: ArrayLike, span_s: ArrayLike) -> NDArray[np.float64]:
    """Realised hashrate of arrays of any shape that go together."""
    d, k, t = (np.asarray(x, dtype=np.float64) for x in (difficulty, blocks, span_s))
    return np.asarray(realised_hashrate_eh_s(d, k, t))


def hashrate_by_day(
    time_s: NDArray[np.float64], difficulty: NDArray[np.float64], level: float = 0.9
) -> DailyHashrate:
    """Hashrate of each whole UTC day between the first and the last block. [EH/s]

    Parameters
    ----------
    time_s : ndarray of shape (n_blocks,)
        Times of consecutive blocks, rising (`hashfall.model.blocktimes.rising`). [Unix s]
    difficulty : ndarray of shape (n_blocks,)
        Difficulty that each block met. [-]
    level : float
        Probability that an interval covers at least, in (0, 1).

    Examples
    --------
    >>> times = 43200.0 + 600.0 * np.arange(300.0)
    >>> found = hashrate_by_day(times, np.full(300, 1e14))
    >>> found.day.tolist(), found.blocks.tolist()
    ([1], [144])
    """
    first, last = int(np.ceil(time_s[0] / _DAY_S)), int(time_s[-1] // _DAY_S)
    days = np.arange(first, max(first, last))
    edges = np.searchsorted(time_s, _DAY_S * np.arange(first, max(first, last) + 1))
    blocks = np.diff(edges)
    work = np.diff(np.concatenate([[0.0], np.cumsum(difficulty)])[edges])
    mean = np.divide(work, blocks, out=np.full(len(days), np.nan), where=blocks > 0)
    mean = np.where(blocks > 0, mean, difficulty[np.minimum(edges[:-1], len(difficulty) - 1)])
    return DailyHashrate(days, blocks, hashrate_from_count(mean, blocks, _DAY_S, level))


def retarget_change(span_s: ArrayLike) -> NDArray[np.float64]:
    """Change of difficulty after an epoch of that span, within the clamp. [-]

    Parameters
    ----------
    span_s : array_like
        Time of the 2,015 measured intervals, above 0. [s]

    Examples
    --------
    >>> retarget_change([1209600.0, 1361534.0, 1.0]).round(4).tolist()
    [0.0, -0.1116, 3.0]
    """
    raw = TARGET_SPAN_S / np.asarray(span_s, dtype=np.float64) - 1.0
    return np.clip(raw, _SMALLEST, _LARGEST)


def extended_span_s(intervals: ArrayLike, elapsed_s: ArrayLike) -> NDArray[np.float64]:
    """Span of an epoch that goes on as it began: block-time extrapolation (b1). [s]

    Parameters
    ----------
    intervals : array_like
        Intervals found, 1 to 2,015. [blocks]
    elapsed_s : array_like
        Time since the epoch's first block. [s]

    Examples
    --------
    >>> float(extended_span_s(403, 403 * 660.0))
    1329900.0
    """
    k = np.asarray(intervals, dtype=np.float64)
    return np.asarray(np.asarray(elapsed_s, dtype=np.float64) * MEASURED_INTERVALS / k)


def rolling_span_s(
    intervals: ArrayLike, elapsed_s: ArrayLike, before_s: ArrayLike
) -> NDArray[np.float64]:
    """Span of an epoch by the rolling 2,015 blocks, square-root weights (b2). [s]

    Parameters
    ----------
    intervals : array_like
        Intervals found, 0 to 2,015. [blocks]
    elapsed_s : array_like
        Time since the epoch's first block. [s]
    before_s : array_like
        Mean interval of the ``2015 - intervals`` blocks before the epoch, times the
        new over the old difficulty. [s]

    Notes
    -----
    The mean interval so far counts with weight ``sqrt(k / 2015)``, the one before
    with the rest. Source: Luxor, Hashrate Index, rolling-block method, May 2023.

    Examples
    --------
    >>> rolling_span_s([0, 2015], [0.0, 2015 * 580.0], 600.0).tolist()
    [1209000.0, 1168700.0]
    """
    k = np.asarray(intervals, dtype=np.float64)
    weight = np.sqrt(k / MEASURED_INTERVALS)
    so_far = np.asarray(elapsed_s, dtype=np.float64) / np.maximum(k, 1.0)
    mean = weight * so_far + (1.0 - weight) * np.asarray(before_s, dtype=np.float64)
    return np.asarray(MEASURED_INTERVALS * mean)


def retarget_quantiles(
    intervals: int,
    elapsed_s: float,
    probabilities: ArrayLike,
    *,
    prior_blocks: float = 0.0,
    prior_s: float = 0.0,
    noise_sd: float = 0.0,
) -> NDArray[np.float64]:
    """Quantiles of the next change of difficulty from inside an epoch. [-]

    Parameters
    ----------
    intervals : int
        Intervals found in this epoch, 0 to 2,015; 1 or more without a prior. [blocks]
    elapsed_s : float
        Time since the epoch's first block. [s]
    probabilities : array_like
        In (0, 1).
    prior_blocks, prior_s : float
        Gamma prior of the rate: blocks seen before, and the time that they took
        at this epoch's difficulty. [blocks], [s]
    noise_sd : float
        Standard deviation of the log of the remaining hashrate over that so far. [-]

    Raises
    ------
    ValueError
        If the intervals are out of range or there is nothing to estimate the rate from.

    Notes
    -----
    The remaining time over ``prior_s + elapsed_s`` is beta-prime with parameters
    ``2015 - intervals`` and ``prior_blocks + intervals``.

    Examples
    --------
    >>> retarget_quantiles(1008, 1008 * 600.0, [0.05, 0.5, 0.95]).round(3).tolist()
    [-0.036, 0.0, 0.037]
    >>> retarget_quantiles(2015, 1361534.0, [0.5]).round(4).tolist()
    [-0.1116]
    """
    from scipy.optimize import brentq
    from scipy.stats import betaprime

    wanted = np.asarray(probabilities, dtype=np.float64)
    left, seen = MEASURED_INTERVALS - intervals, prior_blocks + intervals
    if not (0 <= intervals <= MEASURED_INTERVALS and seen > 0.0 and prior_s + elapsed_s > 0.0):
        raise ValueError(
            f"intervals: expected 0 to {MEASURED_INTERVALS} and some block seen, found {intervals}"
        )
    if left == 0:
        return np.full(wanted.shape, retarget_change(elapsed_s))
    law = betaprime(left, seen, scale=prior_s + elapsed_s)
    if noise_sd == 0.0:
        return retarget_change(elapsed_s + law.ppf(1.0 - wanted))
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    factors, weights = np.exp(noise_sd * nodes), weights / weights.sum()

    def rest(probability: float) -> float:
        ends = law.ppf([0.5 * probability, 0.5 + 0.5 * probability])
        low, high = ends[0] / factors[-1], ends[1] / factors[0]
        return float(
            brentq(lambda r: float(weights @ law.cdf(r * factors)) - probability, low, high)
        )

    times = [rest(1.0 - p) for p in wanted.ravel()]
    return retarget_change(elapsed_s + np.reshape(times, wanted.shape))
