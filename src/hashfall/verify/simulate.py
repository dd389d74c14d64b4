"""Event-time simulation of a solo miner: the clock jumps from block to block.

It knows nothing of the closed forms it is compared with: blocks arrive after
exponential waits, costs run in between, and ruin is looked for just before each
block and at the horizon, which is exact because the surplus only falls there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Surplus", "block_times", "generator", "surplus_at"]


class Surplus(NamedTuple):
    """Ruin flags and final surplus of simulated paths."""

    ruined: NDArray[np.bool_]
    surplus: NDArray[np.float64]


def generator(seed: int) -> np.random.Generator:
    """Generator that gives the same draws on every machine for one seed."""
    return np.random.Generator(np.random.Philox(seed))


def block_times(
    rng: np.random.Generator, paths: int, horizon: float, rate: float
) -> NDArray[np.float64]:
    """Times of blocks until every path has one beyond the horizon. [h]

    Returns
    -------
    ndarray of shape (blocks, paths)
        Times in the order of the blocks. [h]
    """
    times = np.zeros(paths)
    rows: list[NDArray[np.float64]] = []
    while not rows or rows[-1].min() <= horizon:
        times = times + rng.standard_exponential(paths) / rate
        rows.append(times)
    return np.array(rows)


def surplus_at(
    times: NDArray[np.float64],
    horizon: NDArray[np.float64] | float,
    surplus: float,
    cost: float,
    reward: float,
) -> Surplus:
    """Ruin and surplus of each path at its horizon.

    Parameters
    ----------
    times : ndarray of shape (blocks, paths)
        Block times, the last row beyond every horizon. [h]
    horizon : ndarray of shape (paths,) or float
        Time at which a path ends. [h]
    surplus, cost, reward : float
        Money at the start, running cost, worth of a block. [USD, USD/h, USD]
    """
    found = np.arange(times.shape[0])[:, None]
    ends = np.minimum(times, horizon)
    # Before block k (or at the end) a path has k blocks' rewards; later rows only repeat the end.
    before = surplus + reward * found - cost * ends
    started = np.vstack([np.zeros((1, times.shape[1])), times[:-1]]) <= horizon
    ruined = np.any((before < 0.0) & started, axis=0)
    blocks = np.sum(times <= horizon, axis=0)
    return Surplus(ruined, surplus + reward * blocks - cost * np.asarray(horizon))
