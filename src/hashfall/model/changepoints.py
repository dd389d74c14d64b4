"""Change points of hashrate in block times: exact posterior, no simulation.

Waits, in units of the work that they stand for, are exponential with a rate that
is constant between changes. Every rate is integrated out, so that a segment has a
probability of its own, and the sum over all ways to cut is a recursion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Change", "change_points", "segment_log_evidence"]

_INTERVAL = 0.9


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the rate.

    Attributes
    ----------
    at, low, high : int
        Waits before it: most probable place and 90% interval. [blocks]
    probability : float
        Posterior number of changes between its neighbours on the cut, at most 1. [0-1]
    before, after : float
        Rate of the segments on its two sides, 1 at the target spacing. [-]
    """

    at: int
    low: int
    high: int
    probability: float
    before: float
    after: float


def segment_log_evidence(
    waits: NDArray[np.float64], total: NDArray[np.float64], shape: float = 1.0
) -> NDArray[np.float64]:
    """Log probability density of exponential waits whose common rate is not known.

    Parameters
    ----------
    waits : ndarray
        Number of waits. [blocks]
    total : ndarray
        Their sum, 1 per wait at the target spacing. [-]
    shape : float
        Gamma prior of the rate with this shape and mean 1, above 0: its weight in blocks.

    Notes
    -----
    ``a log a - log Gamma(a) + log Gamma(a + n) - (a + n) log(a + S)``.

    Examples
    --------
    >>> segment_log_evidence(np.array([0.0, 1.0]), np.array([0.0, 1.0])).round(4).tolist()
    [0.0, -1.3863]
    """
    from scipy.special import gammaln

    constant = shape * np.log(shape) - gammaln(shape)
    return np.asarray(
        constant + gammaln(shape + waits) - (shape + waits) * np.log(shape + total)
    )


def change_points(
    waits: NDArray[np.float64], grid: int = 12, changes_per_block: float = 1.0 / 2016.0
) -> list[Change]:
    """Changes of the rate on the most probable cut, each with its posterior.

    Parameters
    ----------
    waits : ndarray of shape (n_blocks,)
        Intervals of rising times over the target spacing, divided by the difficulty
        of their block relative to a fixed one; 0 or more. [-]
    grid : int
        Changes may lie after every `grid` waits. [blocks]
    changes_per_block : float
        Prior rate of changes, above 0.

    Raises
    ------
    ValueError
        If a wait is negative or there are fewer than two places of the grid.

    Notes
    -----
    Recursions of Fearnhead 2006, doi:10.1007/s11222-006-8450-8. The cost grows
    with the square of the places: 2,016 blocks at ``grid=12`` have 168. The
    interval is the shortest run of places about the most probable one that holds
    90% of the posterior there is between its neighbours on the cut.

    Examples
    --------
    >>> quick, slow = np.full(600, 0.8), np.full(600, 1.25)
    >>> found = change_points(np.concatenate([quick, slow]))
    >>> [(c.at, c.probability > 0.99, round(c.after / c.before, 2)) for c in found]
    [(600, True, 0.64)]
    """
    if np.any(waits < 0.0) or len(waits) < 2 * grid:
        raise ValueError(
            f"waits: expected {2 * grid} or more, none below 0, found {len(waits)}"
        )
    ends = np.append(np.arange(0, len(waits) - grid + 1, grid), len(waits))
    sums = np.concatenate([[0.0], np.cumsum(waits)])[ends]
    hazard = -np.expm1(-changes_per_block * grid)
    forward, cut = _forward(ends, sums, hazard)
    posterior = np.exp(forward + _backward(ends, sums, hazard) - forward[-1])
    found = []
    for left, here, right in zip([0, *cut], cut, [*cut[1:], len(ends) - 1], strict=False):
        low, high = _interval(posterior, left, here, right)
        rates = [
            (ends[b] - ends[a]) / (sums[b] - sums[a]) for a, b in ((left, here), (here, right))
        ]
        found.append(
            Change(int(ends[here]), int(ends[low]), int(ends[high]),
                   float(min(1.0, posterior[left + 1 : right].sum())), *map(float, rates))
        )
    return found


def _segments(
    ends: NDArray[np.int64], sums: NDArray[np.float64], one: int, others: slice
) -> NDArray[np.float64]:
    """Log evidence of the segments between one place and each of the others."""
    return segment_log_evidence(
        np.abs(ends[one] - ends[others]).astype(np.float64), np.abs(sums[one] - sums[others])
    )


def _forward(
    ends: NDArray[np.int64], sums: NDArray[np.float64], hazard: float
) -> tuple[NDArray[np.float64], list[int]]:
    """Log evidence up to a change at each place, and the places of the best cut."""
    last = len(ends) - 1
    places = np.arange(last + 1)
    total, best = np.zeros(last + 1), np.zeros(last + 1)
    origin = np.zeros(last + 1, dtype=np.int64)
    for j in range(1, last + 1):
        step = _segments(ends, sums, j, slice(0, j))
        step = step + (j - 1 - places[:j]) * np.log1p(-hazard)
        step = step + (np.log(hazard) if j < last else 0.0)
        total[j] = np.logaddexp.reduce(total[:j] + step)
        ways = best[:j] + step
        origin[j] = np.argmax(ways)
        best[j] = ways[origin[j]]
    cut, at = [], int(origin[last])
    while at > 0:
        cut.append(at)
        at = int(origin[at])
    return total, cut[::-1]


def _backward(
    ends: NDArray[np.int64], sums: NDArray[np.float64], hazard: float
) -> NDArray[np.float64]:
    """Log evidence of all that follows a change at each place."""
    last = len(ends) - 1
    places = np.arange(last + 1)
    total = np.zeros(last + 1)
    for i in range(last - 1, -1, -1):
        step = _segments(ends, sums, i, slice(i + 1, last + 1))
        step = step + (places[i + 1 :] - i - 1) * np.log1p(-hazard)
        step[:-1] += np.log(hazard)
        total[i] = np.logaddexp.reduce(total[i + 1 :] + step)
    return total


def _interval(
    posterior: NDArray[np.float64], left: int, here: int, right: int
) -> tuple[int, int]:
    """Places about one that hold most of what lies between its neighbours."""
    wanted = _INTERVAL * posterior[left + 1 : right].sum()
    low = high = here
    held = posterior[here]
    while held < wanted:
        down = posterior[low - 1] if low - 1 > left else -1.0
        up = posterior[high + 1] if high + 1 < right else -1.0
        if max(down, up) < 0.0:
            break
        if down >= up:
            low -= 1
        else:
            high += 1
        held += max(down, up)
    return low, high
