"""What models forecast at one origin, with the spread of their own past errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.forecast import HORIZONS_MONTHS, PointForecast, months_s
from hashfall.errors import InputError
from hashfall.model.epochs import EpochSeries

__all__ = ["Forecast", "Remembered", "forecasts_at", "last_informed"]

_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Forecast:
    """Difficulty of one model at one horizon after an origin.

    Attributes
    ----------
    horizon : str
        Months ahead, such as ``3m``.
    model : str
        Its name.
    due_s : float
        When. [Unix s]
    difficulty, low, high : float
        Point, and 5 and 95% points of the point plus past errors less their mean. [-]
    errors : int
        Past errors that the spread rests on; they overlap.
    observed : float or None
        What came, where the record goes so far. [-]
    """

    horizon: str
    model: str
    due_s: float
    difficulty: float
    low: float
    high: float
    errors: int
    observed: float | None


class Remembered:
    """A model that keeps what it said, so that nothing is computed twice.

    Parameters
    ----------
    model : callable
        Point forecast of log difficulty.
    heard : callable, optional
        Called without arguments after each origin.
    """

    def __init__(self, model: PointForecast, heard: Callable[[], None] | None = None) -> None:
        self.points: dict[int, NDArray[np.float64]] = {}
        self._model, self._heard = model, heard

    def __call__(self, known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Point forecast of log difficulty, remembered by its origin. [log]"""
        found = self._model(known, ahead_s)
        self.points[len(known)] = found
        if self._heard is not None:
            self._heard()
        return found


def last_informed(series: EpochSeries) -> int:
    """Last origin before which price and fees of the epoch are on record. [epochs]

    Examples
    --------
    >>> nan, ones = float("nan"), np.ones(3)
    >>> last_informed(EpochSeries(0, np.arange(4.0), np.ones(4), ones, np.array([1, 1, nan]), ones))
    2
    """
    known = np.isfinite(series.price_usd) & np.isfinite(series.fee_ratio)
    return int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0


def forecasts_at(
    series: EpochSeries, models: Mapping[str, Remembered], origin: int,
    horizons_months: Sequence[int] = HORIZONS_MONTHS,
) -> list[Forecast]:
    """Difficulty after one origin of a scored run, by horizon and model. [-]

    Parameters
    ----------
    series : EpochSeries
        The network, as it was scored.
    models : mapping of str to Remembered
        Models after `hashfall.engine.forecast.score_difficulty` has run them.
    origin : int
        Place of the origin in the series. [epochs]
    horizons_months : sequence of int
        Months ahead, as scored.

    Raises
    ------
    InputError
        If a model has said nothing at the origin.
    """
    rows = []
    for i, months in enumerate(horizons_months):
        ahead = months_s(months)
        due = float(series.start_s[origin]) + ahead
        for name, model in models.items():
            if origin not in model.points:
                raise InputError(f"model {name}", f"origin {origin}", "a forecast", "none")
            point = float(model.points[origin][i])
            errors = _errors(series, model, i, ahead, origin)
            low, high = np.exp(np.quantile(point + errors - errors.mean(), [_LOW, _HIGH]))
            rows.append(Forecast(
                horizon=f"{months}m", model=name, due_s=due, difficulty=float(np.exp(point)),
                low=float(low), high=float(high), errors=len(errors), observed=_came(series, due),
            ))  # fmt: skip
    return rows


def _came(series: EpochSeries, due_s: float) -> float | None:
    """Difficulty in force at a time, None where the record ends before."""
    if due_s >= series.start_s[-1]:
        return None
    return float(series.difficulty[np.searchsorted(series.start_s, due_s, side="right") - 1])


def _errors(series: EpochSeries, model: Remembered, place: int, ahead_s: float, origin: int
            ) -> NDArray[np.float64]:
    """Errors of the origins whose horizon had passed. [log]"""
    origins = np.array(sorted(model.points))
    due = series.start_s[origins] + ahead_s
    passed = due <= series.start_s[origin]
    reached = np.searchsorted(series.start_s, due[passed], side="right") - 1
    said = np.array([model.points[int(i)][place] for i in origins[passed]])
    return np.asarray(np.log(series.difficulty[reached]) - said)
