"""What a scenario says about the network: closures of places, exits, relocation.

::

    [[network.window]]           # a place is off for a while
    place = "texas"
    start = 2026-01-24
    end = 2026-01-28
    affected = 0.6
    ramp_days_off = 0.5

    [[network.exit]]             # machines leave for good
    place = "russia"             # or: case = "bitriver"
    from = 2026-03-01
    over_days = 90
    share = 1.0

    [[network.relocate]]         # where leaving machines go
    from = "russia"
    to = "united_states"
    share = 0.5
    lag_days = 120
    lost = 0.1
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from hashfall.book.closures import Closure, day_number, most_off
from hashfall.book.figure import Quantity
from hashfall.book.library import case_ids
from hashfall.book.messages import nearest, shown
from hashfall.book.place_names import check_place, holders
from hashfall.book.values import Record
from hashfall.errors import InputError

__all__ = [
    "Days", "NetworkExit", "NetworkPatch", "NetworkWindow", "Relocation", "Share",
    "check_network", "check_network_horizon", "closures_of",
]

Share = Annotated[float, Quantity("share", ge=0, le=1)]
"""A share between 0 and 1. [share]"""
Days = Annotated[float, Quantity("days", ge=0, le=3650)]
"""A lag or ramp. [days]"""
_PLUS_ROUND = 1.0 + 1e-9


class NetworkWindow(Record):
    """A place that is off, in part, for a while."""

    place: str
    """Place."""
    start: dt.date
    """Day on whose midnight, UTC, the first machine goes off."""
    end: dt.date | None = None
    """Day on whose midnight the first comes back; without it none does."""
    affected: Share
    """Share of the place's hashrate. [share]"""
    ramp_days_off: Days = 0.0
    """How long going off takes, linearly. [days]"""
    ramp_days_on: Days = 0.0
    """How long coming back takes, linearly. [days]"""


class NetworkExit(Record):
    """Machines of a place or of a shipped company that leave for good."""

    place: str | None = None
    """Place that they leave."""
    case: str | None = None
    """Shipped company that leaves, instead of a place."""
    from_: Annotated[dt.date, Field(alias="from")]
    """Day on which the exit begins."""
    over_days: Days = 0.0
    """How long it takes, linearly. [days]"""
    share: Share = 1.0
    """Share of the hashrate there that leaves. [share]"""


class Relocation(Record):
    """Where machines that leave a place go."""

    from_: Annotated[str, Field(alias="from")]
    """Place that they leave."""
    to: str
    """Place in which they are set up."""
    share: Share
    """Share of what leaves. [share]"""
    lag_days: Days
    """From switching off to running again. [days]"""
    lost: Share = 0.0
    """Share of it that does not arrive. [share]"""


class NetworkPatch(Record):
    """Closures, exits and relocations of a scenario."""

    window: list[NetworkWindow] = []
    """Places that are off for a while."""
    exit: list[NetworkExit] = []
    """Machines that leave for good."""
    relocate: list[Relocation] = []
    """Where machines that leave go."""

    @property
    def said(self) -> bool:
        """Whether it says anything."""
        return bool(self.window or self.exit or self.relocate)

    def merged(self, later: NetworkPatch) -> NetworkPatch:
        """This patch and a later one: windows, exits and relocations of both."""
        return NetworkPatch(
            window=[*self.window, *later.window],
            exit=[*self.exit, *later.exit],
            relocate=[*self.relocate, *later.relocate],
        )


def closures_of(network: NetworkPatch, place: str) -> list[Closure]:
    """Windows and exits of a place, as closures whose shares add."""
    out = [
        Closure(day_number(w.start), math.inf if w.end is None else day_number(w.end),
                w.affected, w.ramp_days_off, w.ramp_days_on)
        for w in network.window if w.place == place
    ]
    return out + [
        Closure(day_number(e.from_), math.inf, e.share, e.over_days)
        for e in network.exit if e.place == place
    ]


def check_network(network: NetworkPatch, name: str) -> None:
    """Refuse what cannot be: unknown places, an end before its start, more than the whole.

    Parameters
    ----------
    network : NetworkPatch
        What a scenario says.
    name : str
        File or scenario, for messages.

    Raises
    ------
    InputError
        One line: place in the file, what was expected, what was found.
    """
    for where, place in _places(network):
        check_place(place, name, where)
    for i, window in enumerate(network.window):
        _check_end(window, name, f"network.window.{i}")
    for i, leaving in enumerate(network.exit):
        _check_exit(leaving, name, f"network.exit.{i}")
    _check_sums(network, name)
    _check_relocations(network, name)


def _places(network: NetworkPatch) -> Iterator[tuple[str, str]]:
    for i, window in enumerate(network.window):
        yield f"network.window.{i}.place", window.place
    for i, leaving in enumerate(network.exit):
        if leaving.place is not None:
            yield f"network.exit.{i}.place", leaving.place
    for i, move in enumerate(network.relocate):
        yield f"network.relocate.{i}.from", move.from_
        yield f"network.relocate.{i}.to", move.to


def _check_end(window: NetworkWindow, name: str, where: str) -> None:
    if window.end is None:
        return
    full = day_number(window.start) + window.ramp_days_off
    if day_number(window.end) <= day_number(window.start) or day_number(window.end) < full:
        ramp = f" and its ramp of {window.ramp_days_off:g} days" if window.ramp_days_off else ""
        expected = f"a day after the start {window.start}{ramp}"
        raise InputError(name, f"{where}.end", expected, str(window.end))


def _check_exit(leaving: NetworkExit, name: str, where: str) -> None:
    if (leaving.place is None) == (leaving.case is None):
        found = "neither" if leaving.place is None else "both"
        raise InputError(name, where, "a place or a case", found)
    if leaving.case is not None and leaving.case not in case_ids():
        hint = nearest(leaving.case, case_ids())
        raise InputError(name, f"{where}.case", "a shipped case", shown(leaving.case), hint)


def _check_sums(network: NetworkPatch, name: str) -> None:
    """No place loses more than it has, counted with what holds it."""
    named = {w.place for w in network.window}
    named |= {e.place for e in network.exit if e.place is not None}
    for place in sorted(named):
        closures = [c for p in (place, *holders(place)) for c in closures_of(network, p)]
        off = most_off(closures)
        if off > _PLUS_ROUND:
            hint = "windows and exits of a place, and of what holds it, hit different machines"
            raise InputError(name, "network", f"at most the whole of {place} off at once",
                             f"{off:g} of it", hint)


def _check_relocations(network: NetworkPatch, name: str) -> None:
    total: dict[str, float] = {}
    for i, move in enumerate(network.relocate):
        where = f"network.relocate.{i}"
        if move.from_ == move.to:
            raise InputError(name, f"{where}.to", f"a place other than {move.from_}", move.to)
        total[move.from_] = total.get(move.from_, 0.0) + move.share
        if total[move.from_] > _PLUS_ROUND:
            expected = f"shares of what leaves {move.from_} that sum to at most 1"
            raise InputError(name, f"{where}.share", expected, f"{total[move.from_]:g}")


def check_network_horizon(
    network: NetworkPatch, as_of: dt.date, days: int, name: str = "scenario"
) -> None:
    """Refuse a window or exit that lies outside a run.

    Parameters
    ----------
    network : NetworkPatch
        What scenarios say.
    as_of : date
        Day before the first day of the run.
    days : int
        Length of the run. [days]
    name : str
        For messages.

    Raises
    ------
    InputError
        If one starts after the last day of the run or has ended before the first.

    Examples
    --------
    >>> late = NetworkExit.model_validate({"place": "russia", "from": dt.date(2030, 1, 1)})
    >>> check_network_horizon(NetworkPatch(exit=[late]), dt.date(2026, 1, 1), 730)
    Traceback (most recent call last):
        ...
    hashfall.errors.InputError: scenario: network.exit.0.from: expected a day from 2026-01-01
        to 2028-01-01, found 2030-01-01; the run ends before it: give more --years
    """
    last = as_of + dt.timedelta(days=days)
    for i, window in enumerate(network.window):
        back = window.end
        if back is not None and day_number(back) + window.ramp_days_on <= day_number(as_of):
            where, hint = f"network.window.{i}.end", "it is over before the run begins"
            raise InputError(name, where, f"a day after {as_of}", str(back), hint)
    starts = [(f"network.window.{i}.start", w.start) for i, w in enumerate(network.window)]
    starts += [(f"network.exit.{i}.from", e.from_) for i, e in enumerate(network.exit)]
    for where, start in starts:
        if start > last:
            hint = "the run ends before it: give more --years"
            raise InputError(name, where, f"a day from {as_of} to {last}", str(start), hint)
        if start < as_of and where.endswith("from"):
            hint = "what left before is gone already"
            raise InputError(name, where, f"a day from {as_of} to {last}", str(start), hint)
