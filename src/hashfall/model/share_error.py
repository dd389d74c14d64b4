"""Sampling error of shares that were counted in blocks, and of what is made of them.

Each block falls to a holder with its share of hashrate, so counts are multinomial.
Maps and surveys have no such error; theirs is larger and unknown.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hashfall.model.concentration import POINTS, with_rest

__all__ = ["hhi_less_luck", "hhi_se", "nakamoto_range", "share_se"]

_ROUND: Final = 1e-9
_Z95: Final = 1.6448536269514722  # 95% point of the normal


def share_se(share: ArrayLike, blocks: ArrayLike) -> NDArray[np.float64]:
    """Standard error of a share that was counted in blocks. [share]

    Parameters
    ----------
    share : array_like
        Share of the blocks. [share]
    blocks : array_like
        Blocks counted, above 0. [blocks]

    Notes
    -----
    ``sqrt(s (1 - s) / n)``: each block falls to a holder with its share of hashrate.

    Examples
    --------
    >>> [round(float(share_se(0.27, 144 * days)), 3) for days in (1, 7)]
    [0.037, 0.014]
    """
    s = np.asarray(share, dtype=np.float64)
    return np.sqrt(s * (1.0 - s) / np.asarray(blocks, dtype=np.float64))


def hhi_se(shares: ArrayLike, blocks: ArrayLike, rest_is_one: bool = False) -> NDArray[np.float64]:
    """Standard error of the HHI of shares that were counted in blocks. [points]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        True shares, or the counted ones in their stead. [share]
    blocks : array_like
        Blocks counted, 2 or more. [blocks]
    rest_is_one : bool
        Whether the rest is one holder or infinitely thin.

    Raises
    ------
    ValueError
        If the shares are out of range or there are fewer than two blocks.

    Notes
    -----
    Exact for multinomial counts: HHI counts the pairs of blocks with one holder,
    a U-statistic of order two. With ``h = sum(s^2)`` and ``c = sum(s^3)`` its
    variance is ``2 (2 (n-2) (c - h^2) + h - h^2) / (n (n-1))``.
    Source: Hoeffding 1948, doi:10.1214/aoms/1177730196.

    Examples
    --------
    >>> round(float(hhi_se([0.40, 0.35, 0.25], 1008)), 1)
    37.7
    """
    n = np.asarray(blocks, dtype=np.float64)
    if not np.all(n >= 2.0):
        raise ValueError("blocks: expected 2 or more")
    x = with_rest(shares, rest_is_one)
    h, c = np.square(x).sum(axis=-1), np.power(x, 3).sum(axis=-1)
    pairs = 2.0 * (2.0 * (n - 2.0) * np.maximum(0.0, c - h * h) + h - h * h) / (n * (n - 1.0))
    return np.asarray(POINTS * (1.0 - 1.0 / n) * np.sqrt(pairs))


def hhi_less_luck(counted: ArrayLike, blocks: ArrayLike) -> NDArray[np.float64]:
    """HHI without the part that counting few blocks adds by luck alone. [points]

    Parameters
    ----------
    counted : array_like
        HHI of the counted shares. [points]
    blocks : array_like
        Blocks counted, 2 or more. [blocks]

    Notes
    -----
    Counting n blocks raises the expected HHI by ``(10^4 - HHI) / n``; this takes
    it off and is unbiased for multinomial counts.

    Examples
    --------
    >>> round(float(hhi_less_luck(1800.0, 144)), 1)
    1742.7
    """
    n = np.asarray(blocks, dtype=np.float64)
    return np.asarray((np.asarray(counted, float) - POINTS / n) / (1.0 - 1.0 / n))


def nakamoto_range(shares: ArrayLike, blocks: float, z: float = _Z95) -> tuple[float, float]:
    """Nakamoto coefficient at the two ends of its sampling error. [holders]

    Parameters
    ----------
    shares : array_like of shape (holders,)
        Shares counted in blocks. [share]
    blocks : float
        Blocks counted, above 0. [blocks]
    z : float
        Half width in standard errors; the default gives 5 to 95%.

    Returns
    -------
    tuple of float and float
        Low and high; high is infinite where half may not be reached at all.

    Raises
    ------
    ValueError
        If the shares are out of range or there is no block.

    Notes
    -----
    The share of the k largest together is a binomial proportion; the low end is the
    first k whose upper Wilson bound passes half, the high end the first whose lower
    bound does. The rest is thin. That the largest are chosen by the same counts is
    not allowed for: the low end can be one too high where shares are near ties.
    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> nakamoto_range([0.27, 0.245, 0.15, 0.10, 0.08], 144)
    (2.0, 3.0)
    """
    x = with_rest(shares, rest_is_one=False)
    if x.ndim != 1 or not (math.isfinite(blocks) and blocks > 0.0):
        raise ValueError("expected one list of shares and a number of blocks above 0")
    together = np.cumsum(-np.sort(-x))
    centre = together + z * z / (2.0 * blocks)
    half = z * np.sqrt(together * (1.0 - np.minimum(together, 1.0)) / blocks
                       + z * z / (4.0 * blocks * blocks))
    scale = 1.0 + z * z / blocks
    return _first_over(np.minimum(1.0, (centre + half) / scale)), _first_over(
        (centre - half) / scale
    )


def _first_over(bounds: NDArray[np.float64]) -> float:
    over = bounds > 0.5 + _ROUND
    return float(np.argmax(over)) + 1.0 if np.any(over) else math.inf
