"""Rolling forecasts of difficulty months ahead, scored against what came.

Every model sees the complete epochs before an origin and no more, gives a point,
and gets its spread from its own past errors at that horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.errors import InputError
from hashfall.model.epochs import EpochSeries
from hashfall.model.scores import crps_sample, diebold_mariano, effective_sample_size

__all__ = [
    "BENCHMARKS",
    "HORIZONS_MONTHS",
    "PointForecast",
    "Score",
    "error_correction",
    "exponential_trend",
    "months_s",
    "no_change",
    "score_difficulty",
    "score_rows",
]

PointForecast = Callable[[EpochSeries, NDArray[np.float64]], NDArray[np.float64]]
"""From the epochs complete at an origin and times ahead [s] to log difficulty then."""

HORIZONS_MONTHS: Final = (1, 3, 6, 12)
"""Months ahead."""
EPOCH_S: Final = 1_209_600.0
"""Two weeks. [s]"""
_MONTH_S: Final = 365.25 * 86400.0 / 12.0
_TREND_EPOCHS = 52
_PRICE_LAGS = 3
_FEWEST_PAIRS = 52
_FEWEST_ERRORS = 26


@dataclass(frozen=True, slots=True)
class Score:
    """How good a model was at one horizon.

    Attributes
    ----------
    horizon : str
        Months ahead, such as ``3m``, or the place inside an epoch, such as ``k504``.
    model : str
        Its name.
    crps : float
        Mean score of log difficulty; about a relative error. [log]
    dm_p : float or None
        Two-sided p-value of Diebold-Mariano against the best benchmark; None for that one.
    versus : str
        The best benchmark: lowest mean score over the same origins.
    difference : float
        Mean score less that of the best benchmark; below 0 is better. [log]
    n : int
        Origins scored.
    n_effective : float
        Independent scores that would fix the mean as well.
    """

    horizon: str
    model: str
    crps: float
    dm_p: float | None
    versus: str
    difference: float
    n: int
    n_effective: float


def months_s(months: int) -> float:
    """Length of a number of mean months. [s]

    Examples
    --------
    >>> months_s(12) / 86400.0
    365.25
    """
    return months * _MONTH_S


def no_change(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Difficulty in force at the origin. [log]"""
    return np.full(len(ahead_s), np.log(known.difficulty[-1]))


def exponential_trend(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Difficulty in force, growing as in the two years before. [log]

    Notes
    -----
    The slope is that of least squares through the last 52 epochs; the line starts
    at the difficulty in force.
    """
    y, t = np.log(known.difficulty[-_TREND_EPOCHS:]), known.start_s[-_TREND_EPOCHS:]
    slope = np.polyfit(t - t[-1], y, 1)[0]
    return np.asarray(y[-1] + slope * ahead_s)


def error_correction(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Error correction of log difficulty to log price, straight to each horizon. [log]

    Notes
    -----
    Growth of log difficulty over the horizon on a constant, time, log difficulty,
    log price of the last complete epoch (together the distance from equilibrium)
    and the last three changes of log price, lags of 2 to 6 weeks. Least squares on
    all origins whose horizon had passed. With too few of them, no change.
    """
    rows, priced = _ecm_rows(known)
    y = np.log(known.difficulty)
    found = np.full(len(ahead_s), y[-1])
    for i, ahead in enumerate(ahead_s):
        reached = np.searchsorted(known.start_s, known.start_s + ahead, side="right") - 1
        past = priced & (known.start_s + ahead <= known.start_s[-1])
        if past.sum() < _FEWEST_PAIRS or not priced[-1]:
            continue
        growth = y[reached[past]] - y[past]
        slopes = np.linalg.lstsq(rows[past], growth, rcond=None)[0]
        found[i] = y[-1] + float(rows[-1] @ slopes)
    return found


def _ecm_rows(known: EpochSeries) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Regressors at each origin, from what was complete by then, and where they exist."""
    n = len(known) + 1
    price = np.full(n + _PRICE_LAGS + 1, np.nan)
    price[_PRICE_LAGS + 2 :] = np.log(known.price_usd)  # price[k + lags + 1]: known at origin k
    changes = [
        price[_PRICE_LAGS + 1 - i :][:n] - price[_PRICE_LAGS - i :][:n] for i in range(_PRICE_LAGS)
    ]
    time = (known.start_s - known.start_s[0]) / EPOCH_S
    level = price[_PRICE_LAGS + 1 :][:n]
    rows = np.column_stack([np.ones(n), time, np.log(known.difficulty), level, *changes])
    return rows, np.isfinite(rows).all(axis=1)


BENCHMARKS: Final[Mapping[str, PointForecast]] = {
    "no_change": no_change,
    "exponential_trend": exponential_trend,
    "error_correction": error_correction,
}
"""What a model has to beat."""


def score_difficulty(
    series: EpochSeries,
    models: Mapping[str, PointForecast] | None = None,
    *,
    first_scored_s: float = 1_514_764_800.0,
    first_origin_s: float = 1_420_070_400.0,
    horizons_months: Sequence[int] = HORIZONS_MONTHS,
) -> list[Score]:
    """Scores of the benchmarks and of further models, rolling and point in time.

    Parameters
    ----------
    series : EpochSeries
        The network.
    models : mapping of str to PointForecast, optional
        Models beside the benchmarks, such as ``{"network": point_forecast}``.
    first_scored_s : float
        First origin that is scored; 2018-01-01. [Unix s]
    first_origin_s : float
        First origin whose errors feed the spread; 2015-01-01. [Unix s]
    horizons_months : sequence of int
        Months ahead, 1 or more.

    Raises
    ------
    InputError
        If the record is too short, or a model gives no number.

    Notes
    -----
    An origin is the first block of an epoch; the difficulty then in force counts as
    known. The forecast is the point plus the model's own past errors less their
    mean, all those of origins whose horizon had passed. A model's calls go in
    order of origins, and each gets the epochs complete by then only.
    """
    every = {**BENCHMARKS, **(models or {})}
    ahead = np.array([months_s(m) for m in horizons_months])
    origins = np.flatnonzero(series.start_s >= first_origin_s)
    origins = origins[origins >= _TREND_EPOCHS]
    points = {name: _points(series, model, origins, ahead, name) for name, model in every.items()}
    rows: list[Score] = []
    log_difficulty = np.log(series.difficulty)
    for i, months in enumerate(horizons_months):
        due = series.start_s[origins] + ahead[i]
        some = due < series.start_s[-1]
        target = log_difficulty[np.searchsorted(series.start_s, due[some], side="right") - 1]
        scored = series.start_s[origins[some]] >= first_scored_s
        crps = {
            name: _scores(target, p[some, i], series.start_s[origins[some]], ahead[i], scored)
            for name, p in points.items()
        }
        if not scored.any() or not all(np.isfinite(c).all() for c in crps.values()):
            raise InputError(
                "history", f"{months} months ahead",
                f"{_FEWEST_ERRORS} past errors at each origin scored", "fewer",
            )
        steps = max(1, round(float(ahead[i]) / EPOCH_S))
        rows += score_rows(f"{months}m", crps, steps, tuple(BENCHMARKS))
    return rows


def _points(
    series: EpochSeries, model: PointForecast, origins: NDArray[np.int64],
    ahead_s: NDArray[np.float64], name: str,
) -> NDArray[np.float64]:
    """Point forecasts of one model, origins by horizons."""
    found = np.array([model(series.upto(int(origin)), ahead_s) for origin in origins])
    if found.shape != (len(origins), len(ahead_s)) or not np.isfinite(found).all():
        raise InputError(f"model {name}", "", "one finite log difficulty a horizon", "another")
    return found


def _scores(
    target: NDArray[np.float64], point: NDArray[np.float64], origin_s: NDArray[np.float64],
    ahead_s: float, scored: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Score of each scored origin; NaN where too few errors were known."""
    errors = target - point
    found = np.full(int(scored.sum()), np.nan)
    for j, i in enumerate(np.flatnonzero(scored)):
        past = errors[: int(np.searchsorted(origin_s, origin_s[i] - ahead_s, side="right"))]
        if len(past) >= _FEWEST_ERRORS:
            found[j] = crps_sample(point[i] + past - past.mean(), float(target[i]))
    return found


def score_rows(
    horizon: str, crps: Mapping[str, NDArray[np.float64]], steps: int, benchmarks: Sequence[str]
) -> list[Score]:
    """Rows of one horizon, each model tested against the best benchmark.

    Parameters
    ----------
    horizon : str
        Its name.
    crps : mapping of str to ndarray of shape (n,)
        Scores of each model at the same origins.
    steps : int
        Origins that one horizon spans: overlap of the scores.
    benchmarks : sequence of str
        Models among which the best is looked for.
    """
    best = min(benchmarks, key=lambda name: float(crps[name].mean()))
    rows = []
    for name, losses in crps.items():
        test = None if name == best else diebold_mariano(losses, crps[best], steps)
        rows.append(Score(
            horizon=horizon, model=name, crps=float(losses.mean()),
            dm_p=None if test is None else test.p, versus=best,
            difference=0.0 if test is None else test.mean,
            n=len(losses), n_effective=effective_sample_size(losses, steps - 1),
        ))  # fmt: skip
    return rows
