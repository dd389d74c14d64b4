"""The step inside an event's windows, where header times cover them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.controls import BASE, Frame
from hashfall.model.attribution import ClaimedEvent, EventWindow, claimed_log_effect, exposure
from hashfall.model.blocktimes import BlockRun, rising
from hashfall.model.consensus import BLOCKS_PER_EPOCH
from hashfall.model.epochs import EpochSeries
from hashfall.model.hashprice import realised_hashrate_eh_s

__all__ = ["Inside", "look_inside"]

_FEWEST_BLOCKS = 144


@dataclass(frozen=True, slots=True)
class Inside:
    """What block times say about the windows of an event.

    Attributes
    ----------
    step : float
        Log hashrate inside the windows less that of the base epochs. [log]
    claim, concurrent : ndarray of shape (n_nodes,)
        What the event and the concurrent ones claim there. [log]
    time_share : float
        Share of the weighted epochs' time that lies inside. [0-1]
    blocks : int
        Blocks found inside. [blocks]
    """

    step: float
    claim: NDArray[np.float64]
    concurrent: NDArray[np.float64]
    time_share: float
    blocks: int


def look_inside(
    series: EpochSeries,
    frame: Frame,
    event: ClaimedEvent,
    concurrent: Sequence[ClaimedEvent],
    runs: Sequence[BlockRun],
    nodes: Callable[[Sequence[ClaimedEvent]], list[NDArray[np.float64]]],
) -> Inside | None:
    """Step inside the windows of an event; None where header times do not cover them.

    Parameters
    ----------
    series, frame, event, concurrent, runs
        As in `hashfall.engine.attribution.attribute`, windows closed.
    nodes : callable
        Shares of the windows of events at their nodes.
    """
    last = frame.first + len(frame.weights)
    bounds = float(series.start_s[frame.first]), float(series.start_s[last])
    windows = [_cut(window, *bounds) for window in event.windows]
    parts = [w for w in windows if w is not None]
    first_height = (series.first + frame.first) * BLOCKS_PER_EPOCH
    run = next((r for r in runs if r.holds(first_height, first_height)), None)
    if run is None or not parts:
        return None
    times = rising(run.time_s)
    if times[-1] < max(w.end_s for w in parts):
        return None
    found = [_work(series, run, times, w) for w in parts]
    blocks, work = sum(f[0] for f in found), sum(f[1] for f in found)
    if blocks < _FEWEST_BLOCKS:
        return None
    lengths = np.array([w.end_s - w.start_s for w in parts])
    seen = np.log(realised_hashrate_eh_s(work, 1.0, float(lengths.sum())))
    base = series.log_hashrate[frame.first - BASE : frame.first].mean()

    def claimed(claims: Sequence[ClaimedEvent]) -> NDArray[np.float64]:
        total = np.zeros(len(nodes([event])[0]))
        for other, shares in zip(claims, nodes(claims), strict=True):
            start, end = (np.array([getattr(w, k) for w in parts]) for k in ("start_s", "end_s"))
            covered = np.array([exposure(start, end, w) for w in other.windows])
            total += np.log(np.exp(claimed_log_effect(covered, shares)) @ lengths / lengths.sum())
        return total

    return Inside(
        step=float(seen - base),
        claim=claimed([event]),
        concurrent=claimed(concurrent),
        time_share=_time_share(series, frame, parts),
        blocks=int(blocks),
    )


def _cut(window: EventWindow, start_s: float, end_s: float) -> EventWindow | None:
    """Part of a window between two times."""
    low, high = max(window.start_s, start_s), min(window.end_s, end_s)
    return EventWindow(low, high, window.low, window.mid, window.high) if low < high else None


def _work(
    series: EpochSeries, run: BlockRun, times: NDArray[np.float64], window: EventWindow
) -> tuple[float, float]:
    """Blocks found in a window, and the sum of their difficulties."""
    first, last = np.searchsorted(times, [window.start_s, window.end_s])
    heights = run.first_height + np.arange(first, last)
    difficulty = series.difficulty[heights // BLOCKS_PER_EPOCH - series.first]
    return float(last - first), float(difficulty.sum())


def _time_share(series: EpochSeries, frame: Frame, parts: Sequence[EventWindow]) -> float:
    """Share of the epochs' clock time inside the windows, epochs weighted as the step is."""
    epochs = slice(frame.first, frame.first + len(frame.weights))
    start, end = series.start_s[:-1][epochs], series.start_s[1:][epochs]
    covered = np.array([exposure(start, end, window) for window in parts]).sum(axis=0)
    return min(1.0, float(frame.weights @ covered))
