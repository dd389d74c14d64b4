"""Forecasts of the next retarget from inside an epoch, scored on the shipped block times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.forecast import Score, score_rows
from hashfall.errors import InputError
from hashfall.model.blocktimes import BlockRun, rising
from hashfall.model.consensus import BLOCKS_PER_EPOCH, MEASURED_INTERVALS
from hashfall.model.epochs import EpochSeries
from hashfall.model.observation import extended_span_s, retarget_change, rolling_span_s
from hashfall.model.scores import crps_sample

__all__ = [
    "INSIDE_BENCHMARKS",
    "PLACES",
    "View",
    "block_time",
    "discounted",
    "rolling",
    "score_inside",
]

PLACES: Final = (144, 504, 1008, 1512)
"""Intervals found when a forecast is made: a day, a quarter, half, three quarters. [blocks]"""
_FEWEST_ERRORS = 8
_MEMORIES = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)


@dataclass(frozen=True, slots=True)
class View:
    """What is known inside an epoch.

    Attributes
    ----------
    before_s : ndarray
        Waits before the epoch's first block, at least 2,015, times the difficulty
        now over that then; oldest first. [s]
    so_far_s : ndarray
        Waits in the epoch. [s]
    """

    before_s: NDArray[np.float64]
    so_far_s: NDArray[np.float64]


InsideForecast = Callable[[View], float]
"""From a view to the span of the epoch. [s]"""


def block_time(view: View) -> float:
    """Span of an epoch that goes on as it began (b1). [s]"""
    return float(extended_span_s(len(view.so_far_s), view.so_far_s.sum()))


def rolling(view: View) -> float:
    """Span by the rolling 2,015 blocks, square-root weights (b2). [s]"""
    k = len(view.so_far_s)
    before = view.before_s[-(MEASURED_INTERVALS - k) :].mean()
    return float(rolling_span_s(k, view.so_far_s.sum(), before))


def discounted(view: View) -> float:
    """Span by a Gamma filter that forgets old blocks at the rate that fitted best so far. [s]

    Notes
    -----
    Rate of blocks: Gamma whose counts shrink by ``1 - 1/N`` a block before the next
    one is added (the power discount of Smith and Miller 1986,
    doi:10.1111/j.2517-6161.1986.tb01392.x). N, of 250 to 8,000 blocks, has the
    highest predictive likelihood over all blocks seen.
    """
    waits = np.concatenate([view.before_s, view.so_far_s])
    states = [_filtered(waits, memory) for memory in _MEMORIES]
    shape, scale = max(states, key=lambda s: s[2])[:2]
    left = MEASURED_INTERVALS - len(view.so_far_s)
    return float(view.so_far_s.sum() + left * scale / shape)


def _filtered(waits: NDArray[np.float64], memory: float) -> tuple[float, float, float]:
    """Shape and scale after the last wait, and the log likelihood of all but the first."""
    from scipy.signal import lfilter

    keep = 1.0 - 1.0 / memory
    shape = lfilter([1.0], [1.0, -keep], np.ones(len(waits)))
    scale = lfilter([1.0], [1.0, -keep], waits)
    a, b, x = keep * shape[:-1], keep * scale[:-1], waits[1:]
    fit = np.log(a) + a * np.log(b) - (a + 1.0) * np.log(b + x)
    return float(shape[-1]), float(scale[-1]), float(fit[MEASURED_INTERVALS:].sum())


INSIDE_BENCHMARKS: Final[Mapping[str, InsideForecast]] = {
    "block_time": block_time,
    "rolling": rolling,
}
"""What a model has to beat inside the epoch."""


def score_inside(
    series: EpochSeries,
    runs: Sequence[BlockRun],
    models: Mapping[str, InsideForecast] | None = None,
    places: Sequence[int] = PLACES,
) -> list[Score]:
    """Scores of the next log change of difficulty from places inside epochs.

    Parameters
    ----------
    series : EpochSeries
        Difficulties.
    runs : sequence of BlockRun
        Header times, in order of heights.
    models : mapping of str to callable, optional
        Models beside the benchmarks and ``discounted``.
    places : sequence of int
        Intervals found, 1 to 2,014. [blocks]

    Raises
    ------
    InputError
        If a place is out of range or there are too few epochs.

    Notes
    -----
    Epochs whose 2,015 blocks before are in the same run. The spread is that of the
    model's own errors at that place in the epochs before, less their mean.
    """
    every = {**INSIDE_BENCHMARKS, "discounted": discounted, **(models or {})}
    rows: list[Score] = []
    for place in places:
        if not 0 < place < MEASURED_INTERVALS:
            raise InputError("places", "", f"1 to {MEASURED_INTERVALS - 1} intervals", str(place))
        targets, points = _at(series, runs, every, place)
        if len(targets) < _FEWEST_ERRORS + 3:
            raise InputError(
                "blocks", "", f"{_FEWEST_ERRORS + 3} epochs with times", f"{len(targets)}"
            )
        crps = {name: _crps(targets, np.array(p)) for name, p in points.items()}
        rows += score_rows(f"k{place}", crps, 1, tuple(INSIDE_BENCHMARKS))
    return rows


def _at(
    series: EpochSeries, runs: Sequence[BlockRun], models: Mapping[str, InsideForecast], place: int
) -> tuple[NDArray[np.float64], dict[str, list[float]]]:
    """Log changes that came, and those that each model saw coming."""
    targets: list[float] = []
    points: dict[str, list[float]] = {name: [] for name in models}
    for view, change in _views(series, runs, place):
        targets.append(change)
        for name, model in models.items():
            points[name].append(float(np.log1p(retarget_change(model(view)))))
    return np.array(targets), points


def _views(
    series: EpochSeries, runs: Sequence[BlockRun], place: int
) -> Iterator[tuple[View, float]]:
    """Views from one place in each epoch, and the log change of difficulty after it."""
    for run in runs:
        for epoch in run.epochs():
            at = epoch * BLOCKS_PER_EPOCH - run.first_height  # place of the first block
            if at < MEASURED_INTERVALS or epoch - series.first + 1 >= len(series.difficulty):
                continue
            times = rising(run.time_s[: at + place + 1])
            heights = run.first_height + np.arange(1, len(times))
            difficulty = series.difficulty[heights // BLOCKS_PER_EPOCH - series.first]
            waits = np.diff(times) * difficulty[-1] / difficulty
            change = np.diff(np.log(series.difficulty[epoch - series.first :][:2]))[0]
            yield View(waits[:at], waits[at:]), float(change)


def _crps(targets: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of all epochs but the first few."""
    errors = targets - points
    found = []
    for i in range(_FEWEST_ERRORS, len(targets)):
        past = errors[:i]
        found.append(crps_sample(points[i] + past - past.mean(), float(targets[i])))
    return np.array(found)
