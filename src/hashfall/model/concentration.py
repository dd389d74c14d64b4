"""Concentration of hashrate: HHI, effective number, entropy, Gini, Nakamoto coefficient.

Shares lie in 0 to 1 along the last axis and may sum to less than one: what is
missing is the rest, held by holders that nobody named. Where the rest matters,
a measure takes it as spread infinitely thin (the value shown unless a function
says otherwise) or, with ``rest_is_one``, as one holder; the two are the bounds
as long as no part of the rest belongs to a named holder.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "POINTS",
    "effective_number",
    "entropy_bits",
    "gini",
    "hhi",
    "hhi_less_luck",
    "hhi_se",
    "merger_hhi_change",
    "moved",
    "nakamoto",
    "nakamoto_range",
    "rest",
    "share_se",
]

POINTS: Final = 1e4
"""HHI of a network with a single holder. [points]"""

_HALF: Final = 0.5
_ROUND: Final = 1e-9  # printed percentages add up to one within this
_Z95: Final = 1.6448536269514722  # 95% point of the normal


def _checked(shares: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(shares, dtype=np.float64)
    if x.ndim == 0:
        raise ValueError("shares: expected at least one axis, found a number")
    if not (np.all(x >= 0.0) and np.all(x.sum(axis=-1) <= 1.0 + _ROUND)):
        raise ValueError("shares: expected 0 or more each and 1 or less in sum")
    return x


def rest(shares: ArrayLike) -> NDArray[np.float64]:
    """Share that belongs to no named holder. [share]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares of the named holders. [share]

    Raises
    ------
    ValueError
        If a share is negative or not a number, or they sum to more than one.

    Examples
    --------
    >>> round(float(rest([0.5, 0.2])), 12)
    0.3
    """
    x = _checked(shares)
    return np.asarray(np.maximum(0.0, 1.0 - x.sum(axis=-1)))


def _with_rest(shares: ArrayLike, rest_is_one: bool) -> NDArray[np.float64]:
    """Shares, with the rest as a holder of its own where it is one."""
    x = _checked(shares)
    if not rest_is_one:
        return x
    return np.concatenate([x, rest(x)[..., np.newaxis]], axis=-1)


def hhi(shares: ArrayLike, rest_is_one: bool = False) -> NDArray[np.float64]:
    """Herfindahl-Hirschman index: sum of squared shares. [points, 0-10000]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares of the named holders. [share]
    rest_is_one : bool
        Whether the rest is one holder (upper bound) or infinitely thin (lower).

    Raises
    ------
    ValueError
        If a share is negative or not a number, or they sum to more than one.

    Notes
    -----
    ``HHI = 10^4 sum(s^2)``. Source: Hirschman 1964, American Economic Review 54(5);
    Herfindahl 1950.

    Examples
    --------
    >>> round(float(hhi([0.40, 0.35, 0.25])), 6)
    3450.0
    >>> round(float(hhi([0.5, 0.2], rest_is_one=True) - hhi([0.5, 0.2])), 6)
    900.0
    """
    x = _with_rest(shares, rest_is_one)
    return np.asarray(POINTS * np.square(x).sum(axis=-1))


def effective_number(shares: ArrayLike, rest_is_one: bool = False) -> NDArray[np.float64]:
    """Number of equal holders that would give the same HHI. [holders]

    Infinite where no holder is named. Parameters and errors as in `hhi`.

    Examples
    --------
    >>> round(float(effective_number([0.40, 0.35, 0.25])), 6)
    2.898551
    """
    index = hhi(shares, rest_is_one)
    out = np.full(index.shape, np.inf)
    return np.asarray(np.divide(POINTS, index, out=out, where=index > 0.0))


def entropy_bits(shares: ArrayLike) -> NDArray[np.float64]:
    """Shannon entropy of the shares, the rest as one holder: a lower bound. [bit]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares of the named holders. [share]

    Raises
    ------
    ValueError
        If a share is negative or not a number, or they sum to more than one.

    Notes
    -----
    ``-sum(s log2 s)``. A rest that is spread infinitely thin has no upper bound.
    Source: Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> round(float(entropy_bits([0.40, 0.35, 0.25])), 6)
    1.558872
    """
    x = _with_rest(shares, rest_is_one=True)
    logs = np.log2(x, out=np.zeros_like(x), where=x > 0.0)
    return np.asarray(np.maximum(0.0, -(x * logs).sum(axis=-1)))


def gini(shares: ArrayLike) -> NDArray[np.float64]:
    """Gini coefficient among the named holders with a share above zero. [0-1]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares of the named holders; the rest has no say. [share]

    Raises
    ------
    ValueError
        If a share is negative or not a number, or they sum to more than one.

    Notes
    -----
    ``sum_i (2 i - n - 1) s_i / (n sum(s))`` with shares in rising order. It depends
    on how many holders are named, so two lists of different length do not compare.
    Source: Gini 1912, in the form of Sen 1973. NaN where no holder has a share.

    Examples
    --------
    >>> round(float(gini([0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05])), 6)
    0.35
    """
    x = np.sort(_checked(shares), axis=-1)
    n = np.count_nonzero(x, axis=-1)[..., np.newaxis]
    place = np.arange(1, x.shape[-1] + 1) - (x.shape[-1] - n)  # 1 at the smallest above zero
    top = ((2 * place - n - 1) * x).sum(axis=-1)
    base = n[..., 0] * x.sum(axis=-1)
    out = np.full(base.shape, np.nan)
    return np.asarray(np.divide(top, base, out=out, where=base > 0.0))


def nakamoto(shares: ArrayLike, rest_is_one: bool = False) -> NDArray[np.float64]:
    """Fewest holders that together have more than half. [holders]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares of the named holders. [share]
    rest_is_one : bool
        Whether the rest is one holder (lower bound) or infinitely thin (upper).

    Returns
    -------
    ndarray of shape (...)
        Infinite where the named holders do not reach more than half together.

    Raises
    ------
    ValueError
        If a share is negative or not a number, or they sum to more than one.

    Notes
    -----
    Exactly half is not enough. Source: Srinivasan and Lee 2017, "Quantifying
    decentralization".

    Examples
    --------
    >>> float(nakamoto([0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05]))
    3.0
    >>> float(nakamoto([0.3, 0.1])), float(nakamoto([0.3, 0.1], rest_is_one=True))
    (inf, 1.0)
    """
    x = _with_rest(shares, rest_is_one)
    falling = -np.sort(-x, axis=-1)
    reached = np.cumsum(falling, axis=-1) > _HALF + _ROUND
    first = np.argmax(reached, axis=-1) + 1.0
    return np.where(reached.any(axis=-1), first, np.inf)


def merger_hhi_change(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Rise of HHI when one holder takes over another. [points]

    Parameters
    ----------
    first, second : array_like
        Shares of the two. [share]

    Examples
    --------
    >>> round(float(merger_hhi_change(0.1661, 0.3581)), 1)
    1189.6
    """
    return np.asarray(2.0 * POINTS * np.asarray(first, float) * np.asarray(second, float))


def moved(
    shares: ArrayLike, leaving: ArrayLike, arriving: ArrayLike, lost: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Shares after hashrate moved between holders and some of it was lost. [share]

    Parameters
    ----------
    shares : array_like of shape (..., holders)
        Shares before. [share]
    leaving, arriving : array_like of shape (..., holders)
        What each holder gives up and takes, of the network before. [share]
    lost : array_like of shape (...)
        What runs nowhere any more, of the network before, below 1. [share]

    Raises
    ------
    ValueError
        If a holder gives up more than it has, more arrives or is lost than
        leaves, or a number is negative.

    Notes
    -----
    ``(s - leaving + arriving) / (1 - lost)``; what leaves and neither arrives nor is
    lost joins the rest.

    Examples
    --------
    >>> moved([0.5, 0.25, 0.0], [0.25, 0, 0], [0, 0.125, 0], lost=0.125).round(4).tolist()
    [0.2857, 0.4286, 0.0]
    """
    s, out, into = _checked(shares), np.asarray(leaving, float), np.asarray(arriving, float)
    gone = np.asarray(lost, dtype=np.float64)
    balance = out.sum(axis=-1) - into.sum(axis=-1) - gone
    least = min(float(np.min(a, initial=0.0)) for a in (out, into, gone, balance + _ROUND))
    if not (least >= 0.0 and np.all(out <= s + _ROUND) and np.all(gone < 1.0)):
        raise ValueError("expected no holder to give more than it has, nor more to arrive")
    left = np.maximum(0.0, s - out)
    return np.asarray((left + into) / (1.0 - gone)[..., np.newaxis])


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
    x = _with_rest(shares, rest_is_one)
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
    x = _checked(shares)
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
    over = bounds > _HALF + _ROUND
    return float(np.argmax(over)) + 1.0 if over.any() else math.inf
