"""The network by difficulty epoch, as observation and forecasts take it.

Plain arrays, so that a record of another network, or one made up for a test, goes
the same way as the shipped history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hashfall.model.consensus import MEASURED_INTERVALS
from hashfall.model.hashprice import realised_hashrate_eh_s

__all__ = ["EpochSeries"]


@dataclass(frozen=True, slots=True)
class EpochSeries:
    """Consecutive complete difficulty epochs, the first one number ``first``.

    Attributes
    ----------
    first : int
        Number of the first epoch.
    start_s : ndarray of shape (n_epochs + 1,)
        Time of each epoch's first block, and of the one after the last. [Unix s]
    difficulty : ndarray of shape (n_epochs + 1,)
        Difficulty of each epoch, and of the one after the last. [-]
    span_s : ndarray of shape (n_epochs,)
        Time of the 2,015 measured intervals. [s]
    price_usd : ndarray of shape (n_epochs,)
        Mean price of a coin, NaN where unknown. [USD/BTC]
    fee_ratio : ndarray of shape (n_epochs,)
        Fees over subsidy, NaN where unknown. [-]
    """

    first: int
    start_s: NDArray[np.float64]
    difficulty: NDArray[np.float64]
    span_s: NDArray[np.float64]
    price_usd: NDArray[np.float64]
    fee_ratio: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of complete epochs."""
        return len(self.span_s)

    @property
    def log_hashrate(self) -> NDArray[np.float64]:
        """Log of the realised hashrate. [log EH/s]"""
        blocks = np.full(len(self), float(MEASURED_INTERVALS))
        return np.log(realised_hashrate_eh_s(self.difficulty[:-1], blocks, self.span_s))

    @property
    def log_hashprice(self) -> NDArray[np.float64]:
        """Log of hashprice as if the subsidy never changed, up to a constant. [-]"""
        earned = self.price_usd * (1.0 + self.fee_ratio)
        return np.asarray(np.log(earned / self.difficulty[:-1]))

    def upto(self, count: int) -> EpochSeries:
        """Return the first `count` epochs: what was known when the next one began.

        Examples
        --------
        >>> ones = np.ones(3)
        >>> len(EpochSeries(0, np.arange(4.0), np.ones(4), ones, ones, ones).upto(2))
        2
        """
        return replace(
            self,
            start_s=self.start_s[: count + 1],
            difficulty=self.difficulty[: count + 1],
            span_s=self.span_s[:count],
            price_usd=self.price_usd[:count],
            fee_ratio=self.fee_ratio[:count],
        )
