"""What a shut-off file must satisfy beyond the form of its fields."""

from __future__ import annotations

import datetime as dt
import math

from hashfall.book.closures import day_number, most_off
from hashfall.book.messages import shown
from hashfall.book.place_names import check_place, holders
from hashfall.errors import InputError
from hashfall.ingest.event_records import CASES, Event, Interval, MomentRange, Window
from hashfall.model.consensus import BLOCKS_PER_EPOCH

__all__ = ["check_event"]

_PLUS_ROUND = 1.0 + 1e-9


def check_event(event: Event, name: str) -> None:
    """Refuse an event that cannot be, in one line.

    Parameters
    ----------
    event : Event
        What a file says.
    name : str
        The file, for messages.

    Raises
    ------
    InputError
        Unknown place, end before start, window outside the replay, ends of an interval
        out of order, shares that sum to more than the whole, a source later than
        `known_by`, a window of a place without a share, a height that is no retarget.
    """
    _check_dates(event, name)
    check_place(event.place, name, "place")
    for where, row in event.rows():
        check_place(row.place, name, f"{where}.place")
        if row.published > event.known_by:
            expected = f"a day up to known_by, {event.known_by}"
            raise InputError(name, f"{where}.published", expected, str(row.published))
    for i, share in enumerate(event.place_share):
        _check_order(share.share_of_network, name, f"place_share.{i}.share_of_network")
    for i, window in enumerate(event.window):
        _check_window(event, window, name, f"window.{i}")
    _check_retargets(event, name)
    _check_kind(event, name)
    _check_places(event, name)
    _check_sums(event, name)


def _check_dates(event: Event, name: str) -> None:
    if event.last_date < event.first_date:
        expected = f"a day from first_date, {event.first_date}, on"
        raise InputError(name, "last_date", expected, str(event.last_date))
    if event.recovery_to is not None and event.recovery_to < event.last_date:
        expected = f"a day from last_date, {event.last_date}, on"
        raise InputError(name, "recovery_to", expected, str(event.recovery_to))


def _check_order(interval: Interval, name: str, where: str) -> None:
    if not interval.low <= interval.mid <= interval.high:
        found = f"{interval.low:g}, {interval.mid:g}, {interval.high:g}"
        raise InputError(name, where, "low <= mid <= high", found)


def _check_window(event: Event, window: Window, name: str, where: str) -> None:
    _check_order(window.affected, name, f"{where}.affected")
    for field, when in (("start", window.start), ("end", window.end)):
        if when is None:
            continue
        if not when.early <= when.mid <= when.late:
            raise InputError(name, f"{where}.{field}", "early <= mid <= late", _said(when))
        _check_inside(event, when, name, f"{where}.{field}")
    for case in CASES:
        closure = window.closure(case)
        if not math.isinf(closure.end) and closure.end < closure.start + closure.days_off:
            expected = "an end after the start and its ramp"
            raise InputError(name, f"{where}.end", expected, f"one before it in the {case} case")
        if closure.end <= closure.start:
            raise InputError(name, f"{where}.end", "an end after the start", f"none ({case} case)")


def _said(when: MomentRange) -> str:
    return ", ".join(t.strftime("%Y-%m-%dT%H:%MZ") for t in (when.early, when.mid, when.late))


def _check_inside(event: Event, when: MomentRange, name: str, where: str) -> None:
    first = day_number(event.first_date)
    last = day_number(event.last_date + dt.timedelta(days=1))
    for moment in (when.early, when.late):
        if not first <= day_number(moment) <= last:
            expected = f"a moment from {event.first_date} to {event.last_date}"
            raise InputError(name, where, expected, f"{moment:%Y-%m-%dT%H:%MZ}")


def _check_retargets(event: Event, name: str) -> None:
    heights = [*event.retargets.scored, *event.retargets.apart]
    for height in heights:
        if height <= 0 or height % BLOCKS_PER_EPOCH:
            expected = f"a height that is a multiple of {BLOCKS_PER_EPOCH}"
            raise InputError(name, "retargets", expected, str(height))
    if len(set(heights)) < len(heights) or event.retargets.scored != sorted(heights[:len(
            event.retargets.scored)]):
        raise InputError(name, "retargets", "each height once, in order", shown(str(heights)))
    if event.retargets.apart and not event.retargets.apart_why:
        raise InputError(name, "retargets.apart_why", "a reason", "nothing")


def _check_kind(event: Event, name: str) -> None:
    if event.kind == "halving":
        if event.protocol is None:
            raise InputError(name, "protocol", "a table, for a halving", "nothing")
        if event.window:
            raise InputError(name, "window", "no window in a halving", str(len(event.window)))
    elif not event.window:
        raise InputError(name, "window", f"a window, for kind {event.kind}", "none")


def _check_places(event: Event, name: str) -> None:
    """Each place with a window has a share, and no place stands beside what holds it."""
    shares = event.shares()
    for place in event.places():
        if place not in shares:
            expected = f"a share of {place}, which has a window"
            raise InputError(name, "place_share", expected, "none")
    for place in shares:
        for whole in holders(place):
            if whole in shares:
                expected = f"{place} or {whole}, which holds it"
                raise InputError(name, "place_share", expected, "both")


def _check_sums(event: Event, name: str) -> None:
    for by in sorted({row.published for row in event.place_share}):
        for case in CASES:
            total = math.fsum(share.at(case) for share in event.shares(by).values())
            if total > _PLUS_ROUND:
                expected = f"shares published by {by} that sum to at most 1"
                raise InputError(name, "place_share", expected, f"{total:g} ({case} case)")
    for place in event.places():
        for case in CASES:
            off = most_off(event.closures(place, case))
            if off > _PLUS_ROUND:
                expected = f"at most the whole of {place} off at once"
                hint = "windows of one place hit different machines"
                raise InputError(name, "window", expected, f"{off:g} of it ({case} case)", hint)
