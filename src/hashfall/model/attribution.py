"""Attribution of a network step to a dated event: claims, and how they are weighed.

The method is described on the page about observation; `hashfall.engine.attribution`
finds the steps and the controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import isfinite

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HIGH_FROM",
    "SIGNIFICANCE",
    "ClaimedEvent",
    "EventWindow",
    "Verdict",
    "claimed_log_effect",
    "exposure",
    "share_explained",
    "verdict",
]

HIGH_FROM = 0.3
"""Share of a step from which an attribution is not low. [0-1]"""
SIGNIFICANCE = 0.05
"""Probability below which a step is beyond the controls, and a claim refuted. [0-1]"""

_Z = 1.6448536269514722  # 95% point of a standard normal


class Verdict(StrEnum):
    """What an attribution comes to."""

    HIGH = "high"
    LOW = "low"
    OPEN = "cannot be told apart"


@dataclass(frozen=True, slots=True)
class EventWindow:
    """A time during which an event took a share of the network's hashrate away.

    Attributes
    ----------
    start_s, end_s : float
        Clock times; no end is ``inf``. [Unix s]
    low, mid, high : float
        Share of the network taken away: 5, 50 and 95% points, in [0, 1). [0-1]

    Raises
    ------
    ValueError
        If the times or the shares are out of order or out of bounds.
    """

    start_s: float
    end_s: float
    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        """Refuse times and shares that make no window."""
        if not (isfinite(self.start_s) and self.start_s < self.end_s):
            raise ValueError(f"window: expected start before end, found {self.start_s} and "
                             f"{self.end_s}")
        if not 0.0 <= self.low <= self.mid <= self.high < 1.0:
            raise ValueError("share of network: expected 0 <= low <= mid <= high < 1, found "
                             f"{self.low}, {self.mid}, {self.high}")

    @classmethod
    def of_days(
        cls, start: date, end: date | None, low: float, mid: float, high: float
    ) -> EventWindow:
        """Return the window from 00:00 UTC of the first day to 24:00 UTC of the last.

        Parameters
        ----------
        start : datetime.date
            First day.
        end : datetime.date or None
            Last day; None for an event that has not ended.
        low, mid, high : float
            Share of the network taken away, in [0, 1). [0-1]

        Examples
        --------
        >>> w = EventWindow.of_days(date(1970, 1, 1), date(1970, 1, 2), 0.0, 0.1, 0.2)
        >>> w.start_s, w.end_s
        (0.0, 172800.0)
        """
        return cls(_midnight_s(start),
                   float("inf") if end is None else _midnight_s(end + timedelta(days=1)),
                   low, mid, high)

    def nodes(self, count: int) -> NDArray[np.float64]:
        """Return shares at evenly spaced probabilities of the split normal. [0-1]

        Examples
        --------
        >>> EventWindow(0.0, 1.0, 0.1, 0.2, 0.4).nodes(3).round(3).tolist()
        [0.141, 0.2, 0.318]
        """
        from scipy.special import ndtri

        z = ndtri((np.arange(count) + 0.5) / count) / _Z
        side = np.where(z < 0.0, self.mid - self.low, self.high - self.mid)
        return np.asarray(np.clip(self.mid + z * side, 0.0, 0.999))


@dataclass(frozen=True, slots=True)
class ClaimedEvent:
    """A dated event said to have moved the network.

    Attributes
    ----------
    id, place : str
        Name and place of the event.
    windows : tuple of EventWindow
        When, and how much of the network; their shares add up where they overlap.
    basis, source, published : str
        What the shares rest on, where it is written, and since when.
    """

    id: str
    place: str
    windows: tuple[EventWindow, ...]
    basis: str = ""
    source: str = ""
    published: str = ""


def _midnight_s(day: date) -> float:
    """00:00 UTC of a day. [Unix s]"""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def exposure(
    start_s: NDArray[np.float64], end_s: NDArray[np.float64], window: EventWindow
) -> NDArray[np.float64]:
    """Share of each stretch of clock time that lies inside a window. [0-1]

    Parameters
    ----------
    start_s, end_s : ndarray
        Stretches, such as epochs; of length above 0. [Unix s]
    window : EventWindow
        The window.

    Examples
    --------
    >>> window = EventWindow(5.0, 12.0, 0.0, 0.0, 0.0)
    >>> exposure(np.array([0.0, 10.0, 20.0]), np.array([10.0, 20.0, 30.0]), window).tolist()
    [0.5, 0.2, 0.0]
    """
    inside = np.minimum(end_s, window.end_s) - np.maximum(start_s, window.start_s)
    return np.asarray(np.maximum(inside, 0.0) / (end_s - start_s))


def claimed_log_effect(
    covered: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log change of the mean hashrate that shares taken away for part of the time make. [-]

    Parameters
    ----------
    covered : ndarray of shape (n_windows, n_stretches)
        Share of each stretch inside each window (`exposure`). [0-1]
    shares : ndarray of shape (..., n_windows)
        Share of the network taken away in each window. [0-1]

    Returns
    -------
    ndarray of shape (..., n_stretches)

    Notes
    -----
    In clock time the mean is arithmetic; over the blocks of the epoch it is the
    harmonic mean ``1 / (x + (1 - x) / (1 - f))`` with ``x`` the share of blocks
    found at full hashrate.

    Examples
    --------
    >>> effect = claimed_log_effect(np.array([[0.625]]), np.array([0.4]))
    >>> round(float(np.exp(effect[0])), 6)  # half the blocks at full hashrate
    0.75
    """
    return np.asarray(np.log1p(-np.minimum(shares @ covered, 0.999)))


def share_explained(
    net: NDArray[np.float64], claim: NDArray[np.float64], inside: NDArray[np.float64] | float = 1.0
) -> NDArray[np.float64]:
    """Share of a step that a claim explains. [0-1]

    Parameters
    ----------
    net : ndarray
        Step beyond controls and covariates, a log change. [-]
    claim : ndarray
        What the event is said to have done, a log change. [-]
    inside : ndarray or float
        Share of the step that fell inside the event's windows. [0-1]

    Notes
    -----
    One less what the claim leaves unexplained over what there was, not below 0.

    Examples
    --------
    >>> share_explained(np.full(4, -0.1), np.array([-0.1, -0.05, -0.15, 0.02])).round(2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    >>> share_explained(np.array([-0.1]), np.array([-0.1]), 0.6).round(2).tolist()
    [0.2]
    """
    step = np.abs(net * inside)
    left = np.abs(net * inside - claim)
    part = np.divide(step - left, step, out=np.zeros(np.broadcast(step, left).shape),
                     where=step > 0.0)
    return np.asarray(inside * np.clip(part, 0.0, 1.0))


def verdict(value: float, p_step: float, p_claim: float) -> Verdict:
    """Verdict from the share explained and the two probabilities.

    Parameters
    ----------
    value : float
        Share of the step explained. [0-1]
    p_step : float
        Probability of such a step without the event. [0-1]
    p_claim : float
        Probability of a step as small if the claim were true. [0-1]

    Examples
    --------
    >>> [str(verdict(*x)) for x in ((0.8, 0.01, 0.5), (0.1, 0.3, 0.01), (0.8, 0.2, 0.5))]
    ['high', 'low', 'cannot be told apart']
    """
    if p_step <= SIGNIFICANCE:
        return Verdict.HIGH if value >= HIGH_FROM else Verdict.LOW
    return Verdict.LOW if p_claim <= SIGNIFICANCE else Verdict.OPEN
