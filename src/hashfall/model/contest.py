"""Mining as a contest: who holds which share of the hash when costs differ.

Each miner takes the others' hash as given and adds hash until the last unit of it
costs what it brings. Cheaper miners are larger, the dearest do not run at all, and
no advantage in cost is small enough to be harmless.

Source: Arnosti and Weinberg 2019, Bitcoin: A Natural Oligopoly,
doi:10.4230/LIPIcs.ITCS.2019.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["contest_hash", "contest_shares", "cutoff_cost", "most_miners", "share_floor"]

Array = NDArray[np.float64]


def cutoff_cost(costs: ArrayLike) -> float:
    """Cost at which hash just does not pay: the prize over the whole hash. [unit of the costs]

    Parameters
    ----------
    costs : array_like of shape (miners,)
        Cost of a unit of hash, > 0; two miners or more. [money/unit]

    Raises
    ------
    ValueError
        If there are fewer than two miners, or a cost is not positive.

    Notes
    -----
    ``c* = (sum of active costs)/(active - 1)``; active are those below it, found from
    the cheapest upward.

    Examples
    --------
    >>> round(cutoff_cost([1.0, 1.1, 1.2]), 6), round(cutoff_cost([1.0, 1.1, 9.0]), 6)
    (1.65, 2.1)
    """
    c = np.sort(np.asarray(costs, float))
    if c.size < 2 or not bool(np.all(c > 0.0)):
        raise ValueError(f"costs: expected two or more above zero, found {c.tolist()}")
    candidates = np.cumsum(c)[1:] / np.arange(1, c.size)
    # A further miner enters while its cost lies below the cutoff without it.
    entering = np.append(c[2:] < candidates[:-1], False)
    return float(candidates[int(np.argmin(entering))])


def contest_shares(costs: ArrayLike) -> Array:
    """Share of each miner in the hash. [-]

    Parameters
    ----------
    costs : array_like of shape (miners,)
        As for `cutoff_cost`.

    Notes
    -----
    ``max(0, 1 - c/c*)``; the shares add up to one.

    Examples
    --------
    >>> contest_shares([1.0, 1.1, 1.2]).round(6).tolist()
    [0.393939, 0.333333, 0.272727]
    """
    c = np.asarray(costs, float)
    return np.maximum(0.0, 1.0 - c / cutoff_cost(c))


def contest_hash(costs: ArrayLike, prize: float = 1.0) -> float:
    """Hash of all miners together. [unit]

    Parameters
    ----------
    costs : array_like of shape (miners,)
        As for `cutoff_cost`.
    prize : float
        What is won by all together, > 0. [money]

    Examples
    --------
    >>> round(contest_hash([1.0, 1.1, 1.2]), 6)
    0.606061
    """
    return prize / cutoff_cost(costs)


def share_floor(cost: ArrayLike, active_cost: ArrayLike) -> Array:
    """Least share of a miner, given that another one with its cost is active. [-]

    Parameters
    ----------
    cost : array_like
        Cost of the miner. [money/unit]
    active_cost : array_like
        Cost of any miner that runs, > 0. [money/unit]

    Notes
    -----
    ``1 - c_j/c_i``: whoever is 20% cheaper than somebody who still runs holds at least a
    fifth (Arnosti and Weinberg, theorem).

    Examples
    --------
    >>> round(float(share_floor(0.8, 1.0)), 6)
    0.2
    """
    floor: Array = np.maximum(0.0, 1.0 - np.asarray(cost, float) / np.asarray(active_cost, float))
    return floor


def most_miners(alpha: float) -> float:
    """Most miners that can be active under economies of scale. [-]

    Parameters
    ----------
    alpha : float
        Exponent of the hash that a unit of spending buys, > 1. [-]

    Raises
    ------
    ValueError
        If ``alpha`` is not above 1: then there is no such bound.

    Notes
    -----
    Each active share is at least ``1 - 1/alpha``, so there are at most
    ``alpha/(alpha - 1)`` of them (Arnosti and Weinberg).

    Examples
    --------
    >>> round(most_miners(1.25), 6)
    5.0
    """
    if not alpha > 1.0:
        raise ValueError(f"exponent of scale: expected above 1, found {alpha}")
    return alpha / (alpha - 1.0)
