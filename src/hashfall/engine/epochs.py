"""Past difficulty epochs as the table of the joint block bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import Epoch
from hashfall.errors import InputError

__all__ = ["EPOCH_DAYS", "PastEpoch", "epoch_drifts", "epoch_table"]

Floats = NDArray[np.float64]
EPOCH_DAYS: Final = 14
"""Days on which a drawn epoch is spread. [days]"""
_FEWEST: Final = 26  # a year of epochs
_GROWTH: Final = 0.03  # highest log growth of hashrate a day that the kernel takes


class PastEpoch(Protocol):
    """What the bootstrap needs of an epoch (`hashfall.ingest.world.EpochDraw`)."""

    @property
    def days(self) -> int:
        """Length. [days]"""

    @property
    def log_price_change(self) -> float:
        """Change of the log of the price over the epoch."""

    @property
    def daily_sd(self) -> float:
        """Standard deviation of daily log returns."""

    @property
    def log_fee_ratio(self) -> float:
        """Log of fees over subsidy."""

    @property
    def log_growth_per_day(self) -> float:
        """Log growth of the hashrate. [1/day]"""


def epoch_table(epochs: Sequence[PastEpoch]) -> Floats:
    """Rows of `Epoch`, the price change scaled to 14 days, of shape (epochs, 4).

    Raises
    ------
    InputError
        If there are fewer epochs than a year has.
    """
    if len(epochs) < _FEWEST:
        raise InputError("bootstrap", "", f"{_FEWEST} past epochs or more", str(len(epochs)))
    table = np.zeros((len(epochs), int(Epoch.COUNT)))
    table[:, Epoch.CHANGE] = [e.log_price_change * EPOCH_DAYS / e.days for e in epochs]
    table[:, Epoch.SD] = [e.daily_sd for e in epochs]
    table[:, Epoch.FEE_X] = [e.log_fee_ratio for e in epochs]
    table[:, Epoch.GROWTH] = np.clip([e.log_growth_per_day for e in epochs], -_GROWTH, _GROWTH)
    return table


def epoch_drifts(table: Floats, block: int) -> Floats:
    """Daily log drift that keeps the expected price of the bootstrap, over one block.

    Parameters
    ----------
    table : ndarray of shape (epochs, 4)
        Epochs (`Epoch`).
    block : int
        Epochs drawn in a row. [epochs]

    Returns
    -------
    ndarray of shape (14 * block,)
        What the mean of the drawn prices gains each day, with the sign turned.

    Notes
    -----
    A block starts at any row with the same chance and goes round at the end. Inside an
    epoch the bridge adds half its variance, sd^2 j (14 - j) / 14 after j days.
    """
    count = len(table)
    first = np.arange(count)
    gone = np.zeros(count)  # log change over the epochs of the block that are over
    level = [0.0]
    j = np.arange(1, EPOCH_DAYS + 1)[:, None]
    for at in range(block):
        row = table[(first + at) % count]
        spread = 0.5 * row[:, Epoch.SD] ** 2 * j * (EPOCH_DAYS - j) / EPOCH_DAYS
        inside = gone + row[:, Epoch.CHANGE] * j / EPOCH_DAYS + spread
        level += np.log(np.exp(inside).mean(axis=1)).tolist()
        gone = gone + row[:, Epoch.CHANGE]
    return -np.diff(np.array(level))
