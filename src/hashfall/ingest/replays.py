"""Events of the package set up for a replay: what was known, what is given, what was seen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.network import NetworkInputs
from hashfall.engine.relocation import RESOLD, Flows
from hashfall.engine.replays import Course, Observed, replay
from hashfall.engine.snapshot import Snapshot
from hashfall.ingest.event_records import Event
from hashfall.ingest.events import load_event, network_availability
from hashfall.ingest.history import load_history, snapshot
from hashfall.ingest.holdings import law_of
from hashfall.ingest.network import network_inputs
from hashfall.ingest.network_world import hashprice_now
from hashfall.ingest.relocation import flow_matrix
from hashfall.model.absorption import arrived
from hashfall.model.consensus import difficulty

__all__ = ["VIEWS", "course", "observed_retargets", "replay_event"]

Floats = NDArray[np.float64]

VIEWS: Final = ("before", "latest")
"""Whose shares of places: the last table published before the event, or by its cut-off."""
_SLACK_DAYS: Final = 40  # epochs are longer than two weeks when hashrate falls
_CASE_Z: Final = 1.6448536269514722  # low and high are 5 and 95% points


def course(start: dt.date, days: int) -> Course:
    """Price and fees of each day from the shipped epochs, straight between their middles."""
    h = load_history()
    known = np.flatnonzero((h.price_usd > 0) & (h.fees_btc_per_block > 0))
    known = known[known < len(h) - 1]
    middle = 0.5 * (h.start_s[known] + h.start_s[known + 1]) / 86400.0
    first = (start - dt.date(1970, 1, 1)).days + 0.5
    x = first + np.arange(days + 1.0)
    price = np.exp(np.interp(x, middle, np.log(h.price_usd[known])))
    ratio = np.log(h.fees_btc_per_block[known] / h.subsidy_btc[known])
    # Fees move by jumps, so each epoch keeps its own.
    at = np.clip(np.searchsorted(h.start_s[known] / 86400.0, x, side="right") - 1, 0, None)
    return Course(price, ratio[at])


def observed_retargets(event: Event, first: int) -> list[Observed]:
    """Retargets of an event in order, the first one the next after the replay begins."""
    h = load_history()
    ends = [*event.retargets.scored, *event.retargets.apart]
    until = max(ends) // 2016
    last = until
    if event.recovery_to is not None:
        end = (event.recovery_to - dt.date(1970, 1, 1)).days * 86400.0
        last = max(until, int(np.searchsorted(h.start_s, end, side="right")) - 1)
    out = []
    for epoch in range(first, last + 1):
        height = 2016 * epoch
        ratio = math.nan
        if epoch < len(h):
            ratio = difficulty(int(h.bits[epoch])) / difficulty(int(h.bits[epoch - 1]))
        part = "scored" if height in event.retargets.scored else "apart" if (
            height in event.retargets.apart) else "recovery" if epoch > until else "between"
        out.append(Observed(height, ratio, part))
    return out


def _between(low: Floats, mid: Floats, high: Floats, u: float) -> Floats:
    """Value at a quantile of a split normal with these 5, 50 and 95% points."""
    z = NormalDist().inv_cdf(u) / _CASE_Z
    side = low if z < 0.0 else high
    return np.clip(mid + abs(z) * (side - mid), 0.0, 1.0)


def _weights(event: Event, network: NetworkInputs, start: dt.date, days: int, view: str
             ) -> Callable[[float], Floats]:
    """Weights of places by day for a quantile of what the file leaves open."""
    dates = [start + dt.timedelta(i) for i in range(days + 1)]
    by = event.first_date - dt.timedelta(1) if view == "before" else None
    if by is not None and not set(event.places()) <= set(event.shares(by)):
        by = None
    lasts = event.model_copy(update={"window": [w for w in event.window if w.end is None]})
    cases, lasting = ([
        network_availability(part, dates, case, shares_by=by) if part.window
        else np.ones(days + 1) for case in ("low", "mid", "high")
    ] for part in (event, lasts))
    moves = _moves(event, network, start, 1.0 - float(lasting[1].min()))

    def weights(u: float) -> Floats:
        there = _between(cases[0], cases[1], cases[2], u)
        # Blocks have shown already what is off on day 0.
        there = np.minimum(there / max(float(there[0]), 1e-9), 1.0)
        stand = there[:, None] * network.weights[None, :]
        if moves is not None:
            gone = np.maximum.accumulate(1.0 - _between(lasting[0], lasting[1], lasting[2], u))
            stand += _arrivals(moves, event, gone, network)
        return stand

    return weights


def _moves(event: Event, network: NetworkInputs, start: dt.date, gone: float) -> Flows | None:
    """Where machines go that a window without an end puts out, as known on day 0."""
    if gone <= 0.0:
        return None
    return flow_matrix({law_of(event.place): gone}, hashprice_now(snapshot(start)),
                       network.fleet.j_per_th(), None, start, 64, 1, whole=())


def _arrivals(moves: Flows, event: Event, gone: Floats, network: NetworkInputs) -> Floats:
    """Share of all machines that runs again by place and day."""
    out = np.zeros((len(gone), len(network.law.places)))
    for to, share in moves.parts(law_of(event.place)).items():
        there = share * arrived(gone, moves.lag_days[to], moves.lag_shape)
        for place, part in (moves.buyers if to == RESOLD else {to: 1.0}).items():
            out[:, network.law.places.index(place)] += part * there
    return out


def _start(event: Event) -> tuple[dt.date, int]:
    """Day 0 of a replay, the first of its first epoch, and the epoch after that."""
    h = load_history()
    first = min([*event.retargets.scored, *event.retargets.apart]) // 2016
    return dt.datetime.fromtimestamp(float(h.start_s[first - 1]), dt.UTC).date(), first


def replay_event(name: str, *, view: str = "latest", draws: int = 16, inner: int = 128,
                 seed: int = 7) -> dict[str, Any]:
    """Predicted and observed retargets of a shipped event.

    Parameters
    ----------
    name : str
        Id or file of the event.
    view : str
        Whose shares (`VIEWS`); where none was public before the event, the latest.
    """
    event = load_event(name)
    day0, first = _start(event)
    seen = observed_retargets(event, first)
    end = event.recovery_to or event.last_date
    days = (end - day0).days + _SLACK_DAYS
    start: Snapshot = snapshot(day0)
    network = network_inputs(day0, day0)
    given = course(day0, days)
    found = replay(start, network, given, _weights(event, network, day0, days, view), seen,
                   draws=draws, inner=inner, seed=seed)
    return {
        "event": event.id, "title": event.title, "kind": event.kind, "view": view,
        "day0": day0.isoformat(), "known_by": event.known_by.isoformat(),
        "vintage": network.vintage.isoformat(), "digest": event.digest, "note": event.note,
        **found,
    }
