"""Concentration of hashrate: HHI, effective number, entropy, Gini, Nakamoto coefficient.

Shares lie in 0 to 1 along the last axis and may sum to less than one: what is
missing is the rest, held by holders that nobody named. Where the rest matters,
a measure takes it as spread infinitely thin (the value shown unless a function
says otherwise) or, with ``rest_is_one``, as one holder; the two are the bounds
as long as no part of the rest belongs to a named holder.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "POINTS",
    "effective_number",
    "entropy_bits",
    "gini",
    "hhi",
    "merger_hhi_change",
    "moved",
    "nakamoto",
    "rest",
    "with_rest",
]

POINTS: Final = 1e4
"""HHI of a network with a single holder. [points]"""

_HALF: Final = 0.5 + 1e-9  # exactly half, as printed, is not more than half
_ROUND: Final = 1e-9  # printed percentages add up to one within this


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


def with_rest(shares: ArrayLike, rest_is_one: bool = True) -> NDArray[np.float64]:
    """Shares, with the rest as a last holder of its own where it is one. [share]

    Examples
    --------
    >>> with_rest([0.5, 0.25]).tolist()
    [0.5, 0.25, 0.25]
    """
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
    x = with_rest(shares, rest_is_one)
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
    x = with_rest(shares, rest_is_one=True)
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
    x = with_rest(shares, rest_is_one)
    falling = -np.sort(-x, axis=-1)
    reached = np.cumsum(falling, axis=-1) > _HALF
    short = np.count_nonzero(~reached, axis=-1)
    return np.where(reached.any(axis=-1), short + 1.0, np.inf)


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
