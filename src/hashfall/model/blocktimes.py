"""Runs of block times, and times made to rise.

A header time may lie before that of the block ahead of it: the protocol only asks
that it is later than the median of eleven. Estimators need times that rise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.model.consensus import BLOCKS_PER_EPOCH

__all__ = ["BlockRun", "rising"]


def rising(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Header times with those that go back replaced by linear interpolation. [Unix s]

    Parameters
    ----------
    time_s : ndarray of shape (n_blocks,)
        Header times in order of heights. [Unix s]

    Notes
    -----
    A time earlier than that of some block before it is dropped and read off the
    line between its neighbours that are kept, as Noda, Okumura and Hashimoto do
    before they fit (doi:10.2139/ssrn.3410460). Dropped times at the end repeat
    the last one kept. The first and the latest time stay as they are.

    Examples
    --------
    >>> rising(np.array([0.0, 900.0, 600.0, 1500.0])).tolist()
    [0.0, 900.0, 1200.0, 1500.0]
    """
    kept = time_s >= np.maximum.accumulate(time_s)
    places = np.arange(len(time_s))
    return np.interp(places, places[kept], time_s[kept])


@dataclass(frozen=True, slots=True)
class BlockRun:
    """Header times of consecutive blocks.

    Attributes
    ----------
    first_height : int
        Height of the first one. [blocks]
    time_s : ndarray of shape (n_blocks,)
        As they stand in the headers, so not always rising. [Unix s]
    """

    first_height: int
    time_s: NDArray[np.float64]

    @property
    def last_height(self) -> int:
        """Height of the last one. [blocks]"""
        return self.first_height + len(self.time_s) - 1

    def holds(self, first: int, last: int) -> bool:
        """Whether all heights from `first` to `last` are in the run."""
        return self.first_height <= first and last <= self.last_height

    def between(self, first: int, last: int) -> NDArray[np.float64]:
        """Header times of the blocks from height `first` to `last`. [Unix s]

        Raises
        ------
        ValueError
            If a height is not in the run.

        Examples
        --------
        >>> BlockRun(7, np.array([1.0, 2.0, 3.0])).between(8, 9).tolist()
        [2.0, 3.0]
        """
        if not self.holds(first, last) or first > last:
            raise ValueError(
                f"heights: expected within {self.first_height} to {self.last_height}, "
                f"found {first} to {last}"
            )
        return self.time_s[first - self.first_height : last - self.first_height + 1]

    def epochs(self) -> range:
        """Numbers of the difficulty epochs whose 2,016 blocks are all in the run.

        Examples
        --------
        >>> BlockRun(2000, np.zeros(4100)).epochs()
        range(1, 3)
        """
        first = -(-self.first_height // BLOCKS_PER_EPOCH)
        return range(first, max(first, (self.last_height + 1) // BLOCKS_PER_EPOCH))
