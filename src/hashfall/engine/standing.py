"""Where machines stand and are available, day by day: closures, exits and arrivals.

A path of weights is what the world's fleet reads (`hashfall.engine.fleet.plan_fleet`):
share of all machines of day 0 in each place of the network's law, on each day.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.book.closures import Closure, day_number
from hashfall.book.network_patch import NetworkExit, NetworkPatch, NetworkWindow, Relocation
from hashfall.book.place_names import PLACES, holders
from hashfall.engine.relocation import RESOLD, Flows
from hashfall.errors import InputError
from hashfall.model.absorption import arrived

__all__ = ["Arrival", "WeightsPath", "leaving_of", "raised", "relocations_of", "weights_path"]

Floats = NDArray[np.float64]
Named = Mapping[str, Mapping[str, float]]

_ROUND: Final = 1e-9
_LAG_SHAPE: Final = 2
_STEP_DAYS: Final = 7  # arrivals are counted once a week: each new weight costs a new curve
_REST: Final = "rest"


@dataclass(frozen=True)
class Arrival:
    """What becomes of the machines of one exit.

    Parameters
    ----------
    from_ : str
        Place or company.
    leaves, arrives : float
        What leaves, and what of it runs again in the end. [share of the network]
    half_days : int or None
        Days after day 0 by which half of what arrives runs again; None where nothing
        does, or not within the run.
    left, arrived : float
        The same on the last day of the run. [share of the network]
    """

    from_: str
    leaves: float
    arrives: float
    half_days: int | None
    left: float
    arrived: float

    @property
    def lost(self) -> float:
        """What never runs again. [share of the network]"""
        return self.leaves - self.arrives


@dataclass(frozen=True)
class WeightsPath:
    """Weights by day and place, and what arrives of each exit.

    Parameters
    ----------
    weights : ndarray of shape (days + 1, places)
        Share of all machines that stands and is available. [share]
    arrivals : tuple of Arrival
        One for each exit, in the order of the patch.
    """

    weights: Floats
    arrivals: tuple[Arrival, ...] = ()


def raised(base: Floats, need: Floats, rest: int | None = None) -> Floats:
    """Weights in which each place has at least what it needs, with the same sum.

    Parameters
    ----------
    base, need : ndarray of shape (places,)
        Weights, and the least of each. [share]
    rest : int, optional
        Place that gives first: where a map has what it does not name.

    Raises
    ------
    InputError
        If all together need more than there is.

    Notes
    -----
    What the rest cannot give comes from the others, in proportion to what they have
    beyond their need.

    Examples
    --------
    >>> raised(np.array([0.5, 0.0, 0.5]), np.array([0.0, 0.25, 0.0]), rest=2).tolist()
    [0.5, 0.25, 0.25]
    """
    spare = np.maximum(base - need, 0.0)
    short = float(np.maximum(need - base, 0.0).sum())
    if short <= 0.0:
        return base
    if short > spare.sum() + _ROUND:
        raise InputError("network", "shares", "places that hold at most the whole network",
                         f"{need.sum():g} of it")
    out = np.maximum(base, need)
    if rest is not None:
        gives = min(short, float(spare[rest]))
        out[rest] -= gives
        spare[rest] = 0.0
        short -= gives
    return np.asarray(out - spare * (short / spare.sum())) if short > 0.0 else out


def leaving_of(patch: NetworkPatch, named: Named, without_move: bool = True) -> dict[str, float]:
    """What leaves each place or company of a patch in the end. [share of the network]

    Parameters
    ----------
    patch : NetworkPatch
        What scenarios say.
    named : mapping
        As in `weights_path`.
    without_move : bool
        Only exits that no relocation of the patch speaks of.
    """
    out: dict[str, float] = {}
    for leaving in patch.exit:
        name = _name(leaving)
        if without_move and relocations_of(patch, leaving, named):
            continue
        out[name] = out.get(name, 0.0) + leaving.share * sum(_share(named, name).values())
    return out


def weights_path(
    law_places: Sequence[str], base_weights: Floats, patch: NetworkPatch, start: dt.date,
    days: int, flows: Flows | None = None, named: Named | None = None, *,
    step_days: int = _STEP_DAYS,
) -> WeightsPath:
    """Weights under what scenarios say: closures end, exits do not, and some arrive.

    Parameters
    ----------
    law_places : sequence of str
        Places of the network's law.
    base_weights : ndarray of shape (places,)
        Where machines stand before. [share]
    patch : NetworkPatch
        Closures, exits and relocations.
    start : datetime.date
        Day 0.
    days : int
        Length of the run. [days]
    flows : Flows, optional
        Where machines of exits go of which no relocation speaks; without it they are
        gone.
    named : mapping of str to mapping of str to float, optional
        Share of the network of each place and company of the patch, by place of the law;
        those of the law need no entry. [share of the network]
    step_days : int
        Arrivals are counted once in so many days, never early. [days]

    Raises
    ------
    InputError
        If a place or company has no known share, more is off than stands there, or a
        relocation speaks of no exit.

    Notes
    -----
    A day's weight is its mean. Closures and exits of one place hit different machines. A
    relocation's lag, as the model's, is the mean of an Erlang law of two stages; the
    share that a scenario's relocations leave out runs nowhere.
    """
    base = np.asarray(base_weights, float)
    known = {place: {place: float(w)} for place, w in zip(law_places, base, strict=True)}
    known["world"] = {place: float(w) for place, w in zip(law_places, base, strict=True)}
    names: Named = known | dict(named or {})
    _check_moves(patch, names)
    walk = _Walk(tuple(law_places), start, days, names)
    off = sum((walk.closed(w.place, _window(w)) for w in patch.window), walk.nothing())
    left = [walk.closed(_name(e), _exit(e)) for e in patch.exit]
    gone = sum(left, off)
    base = raised(base, _room(base, walk, patch, gone), walk.rest)
    arriving, summary = walk.nothing(), []
    for leaving, share in zip(patch.exit, left, strict=True):
        came, ends = walk.arrivals(leaving, share.sum(axis=1), patch, flows)
        arriving += came
        whole = leaving.share * sum(names[_name(leaving)].values())
        summary.append(_summary(_name(leaving), whole, whole * ends, share, came))
    held = (np.arange(days + 1) // step_days) * step_days
    weights = base - gone + arriving[held]
    return WeightsPath(np.maximum(weights, 0.0), tuple(summary))


def _name(leaving: NetworkExit) -> str:
    return leaving.place or leaving.case or ""


def _share(named: Named, name: str) -> Mapping[str, float]:
    if name not in named:
        raise InputError("network", name, "a place or company with a known share", "none")
    return named[name]


def _window(w: NetworkWindow) -> Closure:
    end = math.inf if w.end is None else day_number(w.end)
    return Closure(day_number(w.start), end, w.affected, w.ramp_days_off, w.ramp_days_on)


def _exit(leaving: NetworkExit) -> Closure:
    return Closure(day_number(leaving.from_), math.inf, leaving.share, leaving.over_days)


def relocations_of(patch: NetworkPatch, leaving: NetworkExit, named: Named) -> list[Relocation]:
    """Relocations that speak of an exit: of its own place, or else of what holds it.

    Parameters
    ----------
    patch : NetworkPatch
        What scenarios say.
    leaving : NetworkExit
        One exit of it.
    named : mapping
        As in `weights_path`.
    """
    place = leaving.place
    if place is None:
        chain = [*(named.get(leaving.case or "", {})), "world"]
    else:
        chain = [place, *(holders(place) if place in PLACES else ())]
    for name in chain:
        found = [move for move in patch.relocate if move.from_ == name]
        if found:
            return found
    return []


def _check_moves(patch: NetworkPatch, named: Named) -> None:
    used = [move for leaving in patch.exit for move in relocations_of(patch, leaving, named)]
    for i, move in enumerate(patch.relocate):
        if move not in used:
            raise InputError("network", f"network.relocate.{i}.from",
                             "a place that an exit of the scenario leaves", move.from_)
        if move.to == "world" or not _share(named, move.to):
            raise InputError("network", f"network.relocate.{i}.to", "one place", move.to)


def _room(base: Floats, walk: _Walk, patch: NetworkPatch, gone: Floats) -> Floats:
    """Least that each place must hold: what its named parts hold, once each."""
    names = {w.place for w in patch.window} | {_name(e) for e in patch.exit}
    own = np.zeros(len(base))
    parts = np.zeros(len(base))
    for name in names - {"world"}:
        for place, share in walk.named[name].items():
            k = walk.places.index(place)
            if name == place:
                own[k] = share
            else:
                parts[k] += share
    room = np.maximum(np.maximum(own, parts), base)
    over = gone.max(axis=0) - room
    if over.max() > _ROUND:
        k = int(over.argmax())
        found = f"{gone.max(axis=0)[k]:.4g} of the network"
        raise InputError("network", walk.places[k], f"at most the {room[k]:.4g} that stands there",
                         found, "windows and exits of one place hit different machines")
    return np.asarray(np.where(gone.max(axis=0) > base, room, 0.0))


def _summary(name: str, leaves: float, arrives: float, left: Floats, came: Floats) -> Arrival:
    there = came.sum(axis=1)
    found = np.flatnonzero(there >= 0.5 * arrives)
    half = int(found[0]) if arrives > 0.0 and len(found) else None
    return Arrival(name, leaves, arrives, half, float(left[-1].sum()), float(there[-1]))


@dataclass(frozen=True)
class _Walk:
    """Days and places of a path."""

    places: tuple[str, ...]
    start: dt.date
    days: int
    named: Named

    @property
    def rest(self) -> int | None:
        return self.places.index(_REST) if _REST in self.places else None

    def nothing(self) -> Floats:
        return np.zeros((self.days + 1, len(self.places)))

    def closed(self, name: str, closure: Closure) -> Floats:
        """What is off by a closure, by day and place. [share of the network]"""
        first = day_number(self.start)
        off = np.array([closure.mean_off(first + k, first + k + 1.0)
                        for k in range(self.days + 1)])
        out = self.nothing()
        for place, share in _share(self.named, name).items():
            out[:, self.places.index(place)] += share * off
        return out

    def arrivals(self, leaving: NetworkExit, left: Floats, patch: NetworkPatch,
                 flows: Flows | None) -> tuple[Floats, float]:
        """What of an exit runs again, by day and place, and its share in the end."""
        out, ends = self.nothing(), 0.0
        moves = relocations_of(patch, leaving, self.named)
        if moves:
            for move in moves:
                share = move.share * (1.0 - move.lost)
                (place, *_) = self.named[move.to]
                out[:, self.places.index(place)] += share * arrived(left, move.lag_days, _LAG_SHAPE)
                ends += share
        elif flows is not None:
            for to, share in flows.parts(_name(leaving)).items():
                there = share * arrived(left, flows.lag_days[to], flows.lag_shape)
                spread = flows.buyers if to == RESOLD else {to: 1.0}
                for place, part in spread.items():
                    out[:, self.places.index(place)] += part * there
                ends += share * sum(spread.values())
        return out, ends
