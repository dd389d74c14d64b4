"""An exit put into a quiet epoch on purpose, to see whether attribution finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hashfall.engine.attribution import Attribution, attribute
from hashfall.errors import InputError
from hashfall.model.attribution import ClaimedEvent, EventWindow
from hashfall.model.blocktimes import BlockRun
from hashfall.model.consensus import BLOCKS_PER_EPOCH
from hashfall.model.epochs import EpochSeries

__all__ = ["Planted", "plant_exit", "planted_exit"]

_AFTER = 0.05  # of the epoch's time that passes before the exit
_DOUBT = 0.1  # relative half-width of the claimed size


@dataclass(frozen=True, slots=True)
class Planted:
    """A network with an exit in its last epoch, and the true claim about it.

    Attributes
    ----------
    series : EpochSeries
        The network up to that epoch, its last.
    runs : tuple of BlockRun
        Header times with the waits after the exit stretched.
    event : ClaimedEvent
        The exit as somebody who knows it would claim it.
    """

    series: EpochSeries
    runs: tuple[BlockRun, ...]
    event: ClaimedEvent


def plant_exit(
    series: EpochSeries, runs: Sequence[BlockRun], epoch: int, exit_eh_s: float
) -> Planted:
    """Put an exit into an epoch: all waits after it take longer by one factor.

    Parameters
    ----------
    series : EpochSeries
        The network as it was.
    runs : sequence of BlockRun
        Header times; those that cover the epoch are stretched too.
    epoch : int
        Number of the epoch, complete in the series.
    exit_eh_s : float
        Hashrate that leaves 5% into the epoch, above 0. [EH/s]

    Raises
    ------
    InputError
        If the exit is not between 0 and half of the epoch's hashrate.
    """
    place = epoch - series.first
    hashrate = float(np.exp(series.log_hashrate[place]))
    if not 0.0 < exit_eh_s < 0.5 * hashrate:
        raise InputError(
            "exit_eh_s", "", f"above 0, below half of {hashrate:.0f} EH/s", str(exit_eh_s)
        )
    share = exit_eh_s / hashrate
    begin, end = series.start_s[place : place + 2]
    off = float(begin + _AFTER * (end - begin))
    first = epoch * BLOCKS_PER_EPOCH
    found = tuple(_stretched(run, off, share, first) for run in runs if run.first_height <= first)
    longer = share / (1.0 - share)
    start, span = series.start_s.copy(), series.span_s.copy()
    start[place + 1] += longer * (end - off)
    span[place] += longer * max(0.0, float(begin) + span[place] - off)
    event = ClaimedEvent(
        "planted-exit", "world",
        (EventWindow(off, float(start[place + 1]), (1.0 - _DOUBT) * share, share,
                     (1.0 + _DOUBT) * share),),
    )  # fmt: skip
    changed = replace(series, start_s=start, span_s=span)
    return Planted(changed.upto(place + 1), found, event)


def _stretched(run: BlockRun, off_s: float, share: float, first: int) -> BlockRun:
    """Run up to the epoch's end, waits after the exit longer."""
    times = run.time_s[: first + BLOCKS_PER_EPOCH + 1 - run.first_height]
    late = np.maximum(times - off_s, 0.0)
    return BlockRun(run.first_height, times + late * share / (1.0 - share))


def planted_exit(
    series: EpochSeries,
    runs: Sequence[BlockRun],
    epoch: int,
    exit_eh_s: float,
    dated: Sequence[ClaimedEvent] = (),
) -> Attribution:
    """Attribution of an exit that was put into an epoch on purpose. [0-1]

    Parameters
    ----------
    series, runs, epoch, exit_eh_s
        See `plant_exit`.
    dated : sequence of ClaimedEvent
        Events whose epochs are no controls.
    """
    made = plant_exit(series, runs, epoch, exit_eh_s)
    return attribute(made.series, made.event, (), dated, made.runs)
