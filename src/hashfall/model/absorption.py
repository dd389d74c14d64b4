"""Who takes the machines that leave a place, and when they run again.

Arrays broadcast; the last axis is the places. Everything is conserved: what is
placed, resold and lost sums to what leaves.

Sources: choice among groups of alternatives, McFadden 1978, Modelling the choice of
residential location, in Spatial Interaction Theory and Planning Models; limits of
room as proportional filling of what is left.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc

__all__ = ["Outcome", "arrived", "erlang_cdf", "fill", "outcome"]

Array = NDArray[np.float64]

_HIGHEST: Final = 50.0  # of return over scale: beyond it a place is full before any other fills
_AT_ONCE: Final = 1e-6  # of a day


def _floats(x: ArrayLike) -> Array:
    return np.asarray(x, float)


class Outcome(NamedTuple):
    """Where leaving machines end, as shares of what leaves; they sum to one."""

    places: Array
    """Moved by their owner; shape (..., places)."""
    resold: Array
    """Sold to somebody who runs them."""
    lost: Array
    """Run nowhere any more."""


def fill(net: ArrayLike, capacity: ArrayLike, scale: ArrayLike) -> Array:
    """Share of the machines on the move that each place takes. [share]

    Parameters
    ----------
    net : array_like of shape (..., places)
        Return after all costs. [USD/PH]
    capacity : array_like of shape (..., places)
        Room, over the machines that look for it. [-]
    scale : array_like of shape (...)
        Scale of the logit, > 0. [USD/PH]

    Returns
    -------
    ndarray of shape (..., places)
        Sums to one or less; the rest finds or wants no place.

    Notes
    -----
    Logit over sites: a place weighs its room times ``exp(net/scale)``, giving up weighs
    one. What a full place cannot take goes to the others in proportion. So a place is
    filled to ``min(1, lam exp(net/scale))`` of its room, with lam set by
    ``lam + sum(taken) = 1``. No place with a return of 0 or less is chosen. A higher
    return or more room at a place never lowers what it takes.

    Examples
    --------
    >>> fill([1000.0, 1000.0, -5.0], [0.2, 0.4, 1.0], 500.0).round(4).tolist()
    [0.2, 0.4, 0.0]
    >>> fill([0.0, 1000.0], [1.0, 1.0], 500.0).round(4).tolist()
    [0.0, 0.8808]
    """
    gain, room, s = np.broadcast_arrays(
        _floats(net), _floats(capacity), _floats(scale)[..., None]
    )
    paying = gain > 0.0
    full_at = np.exp(-np.where(paying, np.minimum(gain / s, _HIGHEST), 0.0))
    size = np.where(paying, np.maximum(room, 0.0), 0.0)
    order = np.argsort(full_at, axis=-1, kind="stable")
    at, there = np.take_along_axis(full_at, order, -1), np.take_along_axis(size, order, -1)
    filled = np.cumsum(there, axis=-1)
    zero = np.zeros((*filled.shape[:-1], 1))
    # Summed from the end: a difference of sums would lose the small ones.
    open_ = np.concatenate([np.cumsum((there / at)[..., ::-1], -1)[..., ::-1], zero], -1)
    # How many are full: as long as no more than all is taken when lam fills the k-th.
    count = np.sum(filled + at * (1.0 + open_[..., 1:]) <= 1.0, axis=-1, keepdims=True)
    taken = np.take_along_axis(np.concatenate([zero, filled], -1), count, -1)
    lam = np.maximum(1.0 - taken, 0.0) / (1.0 + np.take_along_axis(open_, count, -1))
    return np.asarray(size * np.minimum(1.0, lam / full_at))


def outcome(
    net: ArrayLike, capacity: ArrayLike, scale: ArrayLike, *, lost_share: ArrayLike,
    sold_share: ArrayLike, racks: ArrayLike, buyer_pays: ArrayLike,
) -> Outcome:
    """Where all that leaves ends. [share of what leaves]

    Parameters
    ----------
    net, capacity, scale : array_like
        As for `fill`, capacity over all that leaves.
    lost_share : array_like of shape (...)
        Broken, seized or stranded before any choice. [share]
    sold_share : array_like of shape (...)
        Of the rest, sold instead of moved. [share]
    racks : array_like of shape (...)
        What buyers of used machines can set up, over all that leaves. [-]
    buyer_pays : array_like of shape (...)
        Whether a machine pays at a buyer's (1) or nowhere (0).

    Notes
    -----
    Owners who find no place sell. What no buyer sets up is lost.

    Examples
    --------
    >>> found = outcome([900.0], [0.3], 500.0, lost_share=0.1, sold_share=0.3, racks=0.2,
    ...                 buyer_pays=1.0)
    >>> [round(float(x), 4) for x in (found.places[0], found.resold, found.lost)]
    [0.3, 0.2, 0.5]
    """
    movers = (1.0 - _floats(lost_share)) * (1.0 - _floats(sold_share))
    some = np.where(movers > 0.0, movers, 1.0)[..., None]
    placed = np.where(movers[..., None] > 0.0,
                      movers[..., None] * fill(net, _floats(capacity) / some, scale), 0.0)
    alive = 1.0 - _floats(lost_share)
    for_sale = np.maximum(alive - placed.sum(axis=-1), 0.0)
    resold = np.minimum(np.maximum(racks, 0.0), for_sale) * _floats(buyer_pays)
    lost = np.maximum(1.0 - placed.sum(axis=-1) - resold, 0.0)
    return Outcome(placed, np.asarray(resold), np.asarray(lost))


def erlang_cdf(days: ArrayLike, mean_days: float, shape: int) -> Array:
    """Share of machines that run again within some days. [share]

    Parameters
    ----------
    days : array_like
        Since they were switched off. [days]
    mean_days : float
        Mean lag, >= 0; 0 is at once. [days]
    shape : int
        Stages in a row, each exponential: crate, ship, connect.

    Examples
    --------
    >>> erlang_cdf([0.0, 100.0, 1000.0], 100.0, 2).round(4).tolist()
    [0.0, 0.594, 1.0]
    >>> erlang_cdf([-1.0, 0.0], 0.0, 2).tolist()
    [0.0, 1.0]
    """
    t = _floats(days)
    if mean_days < _AT_ONCE:
        return np.asarray((t >= 0.0).astype(float))
    return np.asarray(gammainc(shape, np.maximum(t, 0.0) * shape / mean_days))


def arrived(left: ArrayLike, mean_days: float, shape: int) -> Array:
    """Share that runs again by each day, from the share that has left by each day.

    Parameters
    ----------
    left : array_like of shape (days,)
        Cumulative, rising. [share]
    mean_days, shape : float, int
        As for `erlang_cdf`.

    Notes
    -----
    The convolution of departures with the lag; never above what has left.

    Examples
    --------
    >>> arrived([0.0, 0.5, 0.5, 0.5], 1.0, 1).round(4).tolist()
    [0.0, 0.0, 0.3161, 0.4323]
    """
    gone = _floats(left)
    steps = np.diff(gone, prepend=0.0)
    lag = erlang_cdf(np.arange(len(gone)), mean_days, shape)
    return np.asarray(np.minimum(np.convolve(steps, lag)[: len(gone)], gone))
