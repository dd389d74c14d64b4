"""How much of a step of the network a dated event explains: one path for all events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.controls import Controls, closed, effects, find_controls, frame_of
from hashfall.engine.inside import Inside, look_inside
from hashfall.model.attribution import (
    SIGNIFICANCE,
    ClaimedEvent,
    Verdict,
    share_explained,
    verdict,
)
from hashfall.model.blocktimes import BlockRun
from hashfall.model.epochs import EpochSeries

__all__ = ["Attribution", "attribute"]

_NODES = 15
_POWER = 0.8


@dataclass(frozen=True, slots=True)
class Attribution:
    """How much of a step an event explains; log changes as fractions, minus for a fall.

    Attributes
    ----------
    event : str
        Id of the event.
    epochs : tuple of int
        First and last epoch of its step.
    step, expected, concurrent, net, claim : float
        Step seen; to be expected from growth and hashprice; claimed by concurrent
        events; what is left; claimed by the event (its middle). [log]
    noise_sd : float
        Standard deviation of the controls' residuals. [log]
    value, low, high : float
        Share of the net step that the event explains, median and 5-95%. [0-1]
    p_step, p_claim : float
        Probability of such a step without the event; of one as small if the claim
        were true. [0-1]
    masked : bool
        Whether what is not known about concurrent events is more than the whole claim.
    verdict : Verdict
        ``high``, ``low`` or ``cannot be told apart``.
    detectable_share : float
        Share of the network that, taken away over the event's windows, would be
        found in four of five cases. [0-1]
    controls : int
        Quiet places that the noise rests on.
    blocks : int
        Blocks inside the windows whose times were looked at; 0 without them.
    """

    event: str
    epochs: tuple[int, int]
    step: float
    expected: float
    concurrent: float
    net: float
    claim: float
    noise_sd: float
    value: float
    low: float
    high: float
    p_step: float
    p_claim: float
    masked: bool
    verdict: Verdict
    detectable_share: float
    controls: int
    blocks: int


@dataclass(frozen=True, slots=True)
class _Look:
    """One way of seeing the step: its parts before noise, and the noise."""

    step: float  # less what was expected
    claim: NDArray[np.float64]
    concurrent: NDArray[np.float64]
    residuals: NDArray[np.float64]

    @property
    def without(self) -> NDArray[np.float64]:
        """Net step at each node of the concurrent events."""
        return self.step - self.concurrent

    def p_step(self) -> float:
        """Probability of a step as low without the event."""
        return _exceeding(self.residuals, self.without)

    def p_claim(self) -> float:
        """Probability of a step as small if the claim were true."""
        gap = np.subtract.outer(self.without, self.claim).ravel()
        return _exceeding(-self.residuals, -gap)


def _exceeding(residuals: NDArray[np.float64], limits: NDArray[np.float64]) -> float:
    """Mean probability that a residual is no more than a limit, each counted with its own."""
    below = np.searchsorted(np.sort(residuals), limits, side="right")
    return float(np.mean((1.0 + below) / (1.0 + len(residuals))))


def attribute(
    series: EpochSeries,
    event: ClaimedEvent,
    concurrent: Sequence[ClaimedEvent] = (),
    dated: Sequence[ClaimedEvent] = (),
    runs: Sequence[BlockRun] = (),
) -> Attribution:
    """Share of the step at an event that it explains beyond controls and covariates. [0-1]

    Parameters
    ----------
    series : EpochSeries
        The network; only complete epochs up to the event's last are used.
    event : ClaimedEvent
        The event asked about.
    concurrent : sequence of ClaimedEvent
        Other dated events that may have moved the same epochs.
    dated : sequence of ClaimedEvent
        Events whose epochs are no controls; the two above are so anyway.
    runs : sequence of BlockRun
        Header times, used where they cover the event's windows.

    Raises
    ------
    InputError
        If the event lies outside the record or there are too few controls.

    Notes
    -----
    The method is on the page about observation. No random numbers.
    """
    frame = frame_of(series, event)
    last = frame.first + len(frame.weights) - 1
    series = series.upto(last + 1)
    event = _closed(series, event)
    concurrent = [_closed(series, other) for other in concurrent if other.id != event.id]
    controls = find_controls(series, frame, [*dated, *concurrent, event])
    step = frame.contrast(series.log_hashrate)
    claim = _contrasts(series, [event], frame.contrast)
    other = _contrasts(series, concurrent, frame.contrast)
    whole = _Look(step - controls.expected, claim, other, controls.residuals)
    inside = look_inside(series, frame, event, concurrent, runs, _nodes)
    looks = [whole]
    if inside is not None:
        scale = _scale(controls, frame.luck_variance, inside.blocks)
        looks.append(_Look(inside.step - controls.expected, inside.claim, inside.concurrent,
                           controls.residuals * scale))
    share = _shares(whole, looks[-1], inside)
    low, value, high = (float(q) for q in np.quantile(share, [0.05, 0.5, 0.95]))
    unsure = float(np.subtract(*np.quantile(other, [0.95, 0.05])))
    masked = unsure > abs(float(np.median(claim)))
    p_step = min(1.0, len(looks) * min(look.p_step() for look in looks))
    p_claim = min(1.0, len(looks) * min(look.p_claim() for look in looks))
    return Attribution(
        event=event.id,
        epochs=(series.first + frame.first, series.first + last),
        step=step,
        expected=controls.expected,
        concurrent=float(np.median(other)),
        net=float(np.median(whole.without)),
        claim=float(np.median(claim)),
        noise_sd=float(np.std(controls.residuals, ddof=1)),
        value=value, low=low, high=high, p_step=p_step, p_claim=p_claim,
        masked=masked,
        verdict=Verdict.OPEN if masked else verdict(value, p_step, p_claim),
        detectable_share=_detectable(whole, event),
        controls=len(controls.residuals),
        blocks=0 if inside is None else inside.blocks,
    )


def _closed(series: EpochSeries, event: ClaimedEvent) -> ClaimedEvent:
    """Return the event with an end to each of its windows."""
    windows = tuple(closed(series, window) for window in event.windows)
    return ClaimedEvent(event.id, event.place, windows, event.basis, event.source, event.published)


def _nodes(events: Sequence[ClaimedEvent]) -> list[NDArray[np.float64]]:
    """Shares of each event's windows at its nodes, events moving together."""
    return [np.array([w.nodes(_NODES) for w in event.windows]).T for event in events]


def _contrasts(
    series: EpochSeries,
    events: Sequence[ClaimedEvent],
    contrast: Callable[[NDArray[np.float64]], float],
) -> NDArray[np.float64]:
    """Step that events claim together, at each node. [log]"""
    total = np.zeros(_NODES)
    for event, shares in zip(events, _nodes(events), strict=True):
        total += [contrast(row) for row in effects(series, event, shares)]
    return total


def _scale(controls: Controls, luck: float, blocks: int) -> float:
    """Width of the noise inside the windows over that of whole epochs."""
    variance = float(np.var(controls.residuals, ddof=1))
    base = 0.5 / 2015.0
    return float(np.sqrt((max(variance - luck, 0.0) + 1.0 / blocks + base) / variance))


def _shares(whole: _Look, within: _Look, inside: Inside | None) -> NDArray[np.float64]:
    """Share explained in every combination of claim, concurrent events, noise and luck."""
    net = np.subtract.outer(whole.without, whole.residuals)[None, :, :, None]
    claim = whole.claim[:, None, None, None]
    part: NDArray[np.float64] = np.ones(1)
    if inside is not None:
        from scipy.special import ndtri

        luck = ndtri((np.arange(_NODES) + 0.5) / _NODES) / np.sqrt(inside.blocks)
        fall = float(np.median(whole.without))
        if fall < 0.0:
            seen = inside.time_share * (float(np.median(within.without)) + luck)
            part = np.clip(seen / fall, 0.0, 1.0)
    return share_explained(net, claim, part).ravel()


def _detectable(look: _Look, event: ClaimedEvent) -> float:
    """Share taken away over the event's windows that most controls would let be seen."""
    low, high = np.quantile(look.residuals, [SIGNIFICANCE, _POWER])
    fall = -np.expm1(float(low - high))
    peak = max(
        sum(w.mid for w in event.windows if w.start_s <= at.start_s < w.end_s)
        for at in event.windows
    )
    covered = -np.expm1(float(np.median(look.claim))) / peak
    return float(min(1.0, fall / covered)) if covered > 0.0 else 1.0
