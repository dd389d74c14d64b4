"""The step of an event's epochs, and the same step at quiet places before it.

One contrast serves the event and its controls: a weighted mean over the event's
epochs less the mean of the two epochs before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.errors import InputError
from hashfall.model.attribution import (
    ClaimedEvent,
    EventWindow,
    claimed_log_effect,
    exposure,
)
from hashfall.model.consensus import MEASURED_INTERVALS
from hashfall.model.epochs import EpochSeries

__all__ = ["BASE", "Controls", "Frame", "closed", "effects", "find_controls", "frame_of"]

BASE = 2
"""Epochs before the event that its step is measured from."""
LAGS = 4
"""Lags of hashprice, 0 to 3 epochs."""
MOST_CONTROLS = 104
"""Controls looked for, about four years."""
FEWEST_CONTROLS = 20
"""Controls below which nothing is said."""
_DISTURBED = 0.01  # middle claim that keeps an epoch from being quiet
_LONGEST = 26  # epochs of an event at most: a year


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a step is measured.

    Attributes
    ----------
    first : int
        Place of the event's first epoch in the series.
    weights : ndarray of shape (n_epochs,)
        Weights of the epochs from there, summing to 1.
    """

    first: int
    weights: NDArray[np.float64]

    def contrast(self, values: NDArray[np.float64], lag: int = 0) -> float:
        """Return the weighted mean over the epochs less that of the base, both `lag` earlier."""
        at = self.first - lag
        here = values[at : at + len(self.weights)]
        return float(self.weights @ here - values[at - BASE : at].mean())

    @property
    def luck_variance(self) -> float:
        """Variance of the contrast from the luck of finding blocks alone."""
        return float(self.weights @ self.weights + 1.0 / BASE) / MEASURED_INTERVALS


@dataclass(frozen=True, slots=True)
class Controls:
    """What the controls say about the event's epochs.

    Attributes
    ----------
    expected : float
        Step to be expected from growth and hashprice. [log]
    residuals : ndarray of shape (n_controls,)
        Steps of the controls less what was to be expected, as wide as a forecast
        for the event. [log]
    """

    expected: float
    residuals: NDArray[np.float64]


def closed(series: EpochSeries, window: EventWindow) -> EventWindow:
    """Window with an end: that of the first epoch of which it covers half, if it has none."""
    if np.isfinite(window.end_s):
        return window
    covered = exposure(series.start_s[:-1], series.start_s[1:], window)
    half = np.flatnonzero(covered >= 0.5)
    end = float(series.start_s[half[0] + 1]) if len(half) else float(series.start_s[-1])
    end = max(end, window.start_s + 1.0)
    return EventWindow(window.start_s, end, window.low, window.mid, window.high)


def effects(
    series: EpochSeries, event: ClaimedEvent, shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log change of each epoch's hashrate that shares of an event's windows make. [log]

    Parameters
    ----------
    series : EpochSeries
        The network.
    event : ClaimedEvent
        The event; windows without an end are closed.
    shares : ndarray of shape (..., n_windows)
        Shares taken away. [0-1]
    """
    start, end = series.start_s[:-1], series.start_s[1:]
    covered = [exposure(start, end, closed(series, window)) for window in event.windows]
    return claimed_log_effect(np.array(covered), shares)


def frame_of(series: EpochSeries, event: ClaimedEvent) -> Frame:
    """Epochs of an event and their weights.

    Raises
    ------
    InputError
        If the event claims nothing inside the complete epochs of the series, or
        lasts for more than a year.
    """
    if not event.windows:
        raise InputError(event.id, "windows", "at least one", "none")
    mid = np.array([window.mid for window in event.windows])
    dose = -effects(series, event, mid)
    touched = np.flatnonzero(dose > 0.0)
    if not len(touched):
        raise InputError(
            event.id, "windows", "a share above 0 inside the epochs of the record", "none"
        )
    first, last = int(touched[0]), int(touched[-1])
    if last - first >= _LONGEST or first < BASE + LAGS:
        raise InputError(
            event.id, "windows", f"at most {_LONGEST} epochs with a record before them",
            f"epochs {series.first + first} to {series.first + last}",
        )
    dose = dose[first : last + 1]
    return Frame(first, dose / dose.sum())


def _disturbed(series: EpochSeries, events: Sequence[ClaimedEvent]) -> NDArray[np.bool_]:
    """Epochs that some dated event moves."""
    found = np.zeros(len(series), dtype=bool)
    for event in events:
        mid = np.array([window.mid for window in event.windows])
        found |= np.abs(effects(series, event, mid)) >= _DISTURBED
    return found


def find_controls(series: EpochSeries, frame: Frame, events: Sequence[ClaimedEvent]) -> Controls:
    """Controls before an event, and what they lead to expect.

    Parameters
    ----------
    series : EpochSeries
        The network.
    frame : Frame
        Where the event's step is measured.
    events : sequence of ClaimedEvent
        Dated events that keep an epoch from being quiet.

    Raises
    ------
    InputError
        If there are too few quiet places with a price, or none at the event.
    """
    y, x, disturbed = series.log_hashrate, series.log_hashprice, _disturbed(series, events)
    length = len(frame.weights)
    rows, steps = [], []
    for first in range(frame.first - length, BASE + LAGS - 1, -1):
        place = Frame(first, frame.weights)
        row = _row(place, x)
        if disturbed[first - BASE : first + length].any() or not np.isfinite(row).all():
            continue
        rows.append(row)
        steps.append(place.contrast(y))
        if len(rows) == MOST_CONTROLS:
            break
    here = _row(frame, x)
    if len(rows) < FEWEST_CONTROLS or not np.isfinite(here).all():
        raise InputError(
            "history", f"epoch {series.first + frame.first}",
            f"{FEWEST_CONTROLS} quiet epochs with prices before it, and prices in it",
            f"{len(rows)} quiet epochs",
        )
    return _fit(np.array(rows), np.array(steps), here)


def _row(frame: Frame, log_hashprice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariates of one place: growth, and hashprice at each lag."""
    return np.array([1.0, *(frame.contrast(log_hashprice, lag) for lag in range(LAGS))])


def _fit(
    rows: NDArray[np.float64], steps: NDArray[np.float64], here: NDArray[np.float64]
) -> Controls:
    """Least squares on the controls; residuals of each from the fit to the others."""
    inverse = np.linalg.pinv(rows.T @ rows)
    slopes = inverse @ rows.T @ steps
    leverage = np.einsum("ij,jk,ik->i", rows, inverse, rows)
    left_out = (steps - rows @ slopes) / (1.0 - leverage)
    wider = np.sqrt((1.0 + here @ inverse @ here) / (1.0 + leverage.mean()))
    return Controls(float(here @ slopes), left_out * wider)
