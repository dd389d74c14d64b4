"""Records of a shut-off file, ``hashfall.event/1``, and what they must satisfy."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hashfall.book.closures import Closure, day_number
from hashfall.book.load import digest
from hashfall.book.messages import shown
from hashfall.book.network_patch import Days, Share
from hashfall.book.values import Record

__all__ = [
    "CASES", "Case", "Event", "Interval", "MomentRange", "PlaceShare", "Protocol", "Retargets",
    "Window",
]

Case = Literal["low", "mid", "high"]
"""Which end of what is not known: ``low`` is the smallest effect, ``high`` the largest."""
CASES: Final[tuple[Case, ...]] = ("low", "mid", "high")
"""The three cases, the smallest effect first."""

_Basis = Literal["sourced", "derived", "assumption"]
_Source = Annotated[str, Field(min_length=8)]


def _as_moment(value: Any) -> Any:
    """A date or a moment with its zone as a moment in UTC; leave tables for the next form."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise _refusal("a moment with its zone, such as 2021-06-09T06:00:00Z", value)
        return value.astimezone(dt.UTC)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    raise _refusal("a date or a moment in UTC", value)


def _refusal(expected: str, value: Any) -> PydanticCustomError:
    found = value if isinstance(value, str) else shown(value)
    context = {"expected": expected, "found": found}
    return PydanticCustomError("quantity", "{expected}, found {found}", context)


_Moment = Annotated[dt.datetime, BeforeValidator(_as_moment)]


class Interval(Record):
    """A share of which the ends are named. [share]"""

    low: Share
    """Smallest effect. [share]"""
    mid: Share
    """Best guess. [share]"""
    high: Share
    """Largest effect. [share]"""

    def at(self, case: Case) -> float:
        """Value in a case. [share]"""
        return float(getattr(self, case))


class MomentRange(Record):
    """A moment that is not known, in order of time."""

    early: _Moment
    """Earliest."""
    mid: _Moment
    """Best guess."""
    late: _Moment
    """Latest."""


def _as_range(value: Any) -> Any:
    """A date or moment stands for a range without width."""
    if isinstance(value, (dict, MomentRange)):
        return value
    moment = _as_moment(value)
    return MomentRange(early=moment, mid=moment, late=moment)


_When = Annotated[MomentRange, BeforeValidator(_as_range)]


class Window(Record):
    """Machines of a place that are off for a while."""

    place: str
    """Place."""
    start: _When
    """When the first goes off; a date stands for its midnight, UTC."""
    end: _When | None = None
    """When the first comes back; without it none does before `last_date`."""
    affected: Interval
    """Share of the place's hashrate; windows of one place hit different machines. [share]"""
    ramp_days_off: Days
    """How long going off takes, linearly. [days]"""
    ramp_days_on: Days
    """How long coming back takes, linearly. [days]"""
    size: _Basis
    """What `affected` rests on."""
    dates: _Basis
    """What `start` and `end` rest on."""
    basis: Annotated[str, Field(min_length=8)]
    """How size and dates were read off the sources."""
    source: _Source
    """Where they are from."""
    published: dt.date
    """Day on which the latest of the sources came out."""

    def closure(self, case: Case) -> Closure:
        """The window in a case; ``low`` starts late and ends early."""
        first, last = {"low": ("late", "early"), "high": ("early", "late")}.get(
            case, ("mid", "mid"))
        end = math.inf if self.end is None else day_number(getattr(self.end, last))
        return Closure(day_number(getattr(self.start, first)), end, self.affected.at(case),
                       self.ramp_days_off, self.ramp_days_on)


class PlaceShare(Record):
    """Share of a place in the network before the event, as one source or rule gave it."""

    place: str
    """Place."""
    share_of_network: Interval
    """Share of the network's hashrate. [share]"""
    estimator: Annotated[str, Field(min_length=4)]
    """Who estimated what, and how the ends were set."""
    month: dt.date
    """First day of the month of which the estimate speaks."""
    size: _Basis
    """What it rests on."""
    source: _Source
    """Where it is from."""
    published: dt.date
    """Day on which the latest of the sources came out."""


class Retargets(Record):
    """Which retargets an event is scored on: heights only, no outcome."""

    scored: Annotated[list[int], Field(min_length=1)]
    """Heights of the first blocks with the new difficulty, in order."""
    apart: list[int] = []
    """Heights that are shown beside them and not scored."""
    apart_why: str = ""
    """Why they stand apart."""


class Protocol(Record):
    """What the protocol does at a height."""

    height: Annotated[int, Field(ge=1)]
    """Height of the first block under the new rule."""
    subsidy_before_btc: Annotated[float, Field(gt=0)]
    """Subsidy below it. [BTC/block]"""
    subsidy_after_btc: Annotated[float, Field(gt=0)]
    """Subsidy from it on. [BTC/block]"""


class Event(Record):
    """What was known of an event that took hashrate off the network."""

    schema_: Annotated[Literal["hashfall.event/1"], Field(alias="schema")]
    """Format of the file."""
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
    """Name."""
    title: Annotated[str, Field(min_length=1)]
    """Name, as the report prints it."""
    kind: Literal["ban", "outage", "storm", "halving", "claim", "exit"]
    """What it is; a ``claim`` carries the sizes of those who made it."""
    place: str
    """Where it is."""
    first_date: dt.date
    """First UTC day of the replay; shares are of this day."""
    last_date: dt.date
    """Last UTC day of the replay."""
    known_by: dt.date
    """Cut-off of information: nothing in the file came out later."""
    recovery_to: dt.date | None = None
    """Last day of the recovery, which the model has to produce alone."""
    note: str = ""
    """Where the record is silent."""
    retargets: Retargets
    """Which retargets it is scored on."""
    protocol: Protocol | None = None
    """What the protocol does, for a halving."""
    window: list[Window] = []
    """What is off, and when."""
    place_share: list[PlaceShare] = []
    """Shares of the places, of one or several dates of publication."""

    @property
    def digest(self) -> str:
        """SHA-256 of what it says. [hex]"""
        return digest(self)

    def shares(self, shares_by: dt.date | None = None) -> dict[str, Interval]:
        """Share of each place as the last source published by a day gave it. [share]

        Parameters
        ----------
        shares_by : date, optional
            Cut-off of publication; without it, `known_by`.
        """
        by = min(shares_by or self.known_by, self.known_by)
        rows = sorted(self.place_share, key=lambda row: (row.published, row.month))
        return {row.place: row.share_of_network for row in rows if row.published <= by}

    def closures(self, place: str, case: Case = "mid") -> list[Closure]:
        """Windows of a place in a case."""
        return [window.closure(case) for window in self.window if window.place == place]

    def places(self) -> tuple[str, ...]:
        """Places with windows, in the order of the file."""
        return tuple(dict.fromkeys(window.place for window in self.window))

    def rows(self) -> Iterator[tuple[str, Window | PlaceShare]]:
        """Windows and shares, each with its place in the file."""
        yield from ((f"window.{i}", row) for i, row in enumerate(self.window))
        yield from ((f"place_share.{i}", row) for i, row in enumerate(self.place_share))
