"""Shut-offs of the past as they were known: dated files with sources, and what they say.

Files in ``cases/events``, one an event, were written from orders, weather, programmes
and claims, and frozen before any prediction was compared with a retarget. They hold no
outcome. How they were written: ``docs/events.md``.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hashfall.book.closures import available
from hashfall.book.load import parse_toml, read_text
from hashfall.book.messages import nearest, shown, validated
from hashfall.errors import InputError
from hashfall.ingest.event_checks import check_event
from hashfall.ingest.event_records import CASES, Case, Event

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CASES", "Case", "Event", "availability", "event_ids", "load_event", "network_availability",
    "parse_event",
]

_FOLDER = "events"


@cache
def event_ids() -> tuple[str, ...]:
    """Names of the shipped events, in alphabetical order.

    Examples
    --------
    >>> event_ids()[:3]
    ('bitriver-2026', 'china-2021', 'elliott-2022')
    """
    folder = resources.files("hashfall.cases") / _FOLDER
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def load_event(name: str | Path, known_by: dt.date | None = None) -> Event:
    """Event by its name or file, as known by a day.

    Parameters
    ----------
    name : str or Path
        Name of a shipped event, or a file that ends in ``.toml``.
    known_by : date, optional
        Cut-off of information, no later than the file's own. Windows and shares that
        came out later are left out.

    Raises
    ------
    InputError
        If there is no such event or file, or it is not sound.

    Examples
    --------
    >>> china = load_event("china-2021")
    >>> len(china.window), len(load_event("china-2021", dt.date(2021, 6, 10)).window)
    (8, 4)
    """
    word = str(name)
    if isinstance(name, str) and word in event_ids():
        file = resources.files("hashfall.cases") / _FOLDER / f"{word}.toml"
        event = parse_event(file.read_text("utf-8"), f"{word}.toml")
    elif word.endswith(".toml") or os.sep in word:
        event = parse_event(read_text(name), word)
    else:
        hint = f"{nearest(word, event_ids())} (a file ends in .toml)"
        raise InputError("event", "", "a shipped event or a file", shown(word), hint)
    return event if known_by is None else _as_known(event, known_by)


def parse_event(text: str, name: str) -> Event:
    """Event in a TOML text; `name` stands for the file in messages.

    Raises
    ------
    InputError
        If the text is no TOML or no sound event.

    Examples
    --------
    >>> parse_event('schema = "hashfall.event/2"', "a.toml")
    Traceback (most recent call last):
        ...
    hashfall.errors.InputError: a.toml: schema: expected 'hashfall.event/1',
        found "hashfall.event/2"; and 8 more
    """
    event = validated(Event, parse_toml(text, name), name)
    check_event(event, name)
    return event


def _as_known(event: Event, known_by: dt.date) -> Event:
    if known_by > event.known_by:
        expected = f"a day up to {event.known_by}, the file's own"
        raise InputError(f"event {event.id}", "known_by", expected, str(known_by))
    return event.model_copy(update={
        "known_by": known_by,
        "window": [w for w in event.window if w.published <= known_by],
        "place_share": [s for s in event.place_share if s.published <= known_by],
    })


def availability(
    event: Event, dates: Sequence[dt.date], case: Case = "mid"
) -> dict[str, NDArray[np.float64]]:
    """Share of each place's hashrate that is available, the mean of each UTC day. [share]

    Parameters
    ----------
    event : Event
        What was known of an event.
    dates : sequence of date
        Days; shape (days,).
    case : str
        ``low`` (smallest effect: less affected, later, shorter), ``mid`` or ``high``.

    Returns
    -------
    dict
        Array of shape (days,) by place, for the places with windows.

    Notes
    -----
    Ramps are linear, windows of a place hit different machines, and the day's mean is
    exact. A place without windows is fully available.

    Examples
    --------
    >>> days = [dt.date(2022, 1, 5), dt.date(2022, 1, 6), dt.date(2022, 1, 20)]
    >>> availability(load_event("kazakhstan-2022"), days)["kazakhstan"].round(3)
    array([0.595, 0.1  , 1.   ])
    """
    _check_case(case)
    return {
        place: np.array(available(event.closures(place, case), dates), dtype=np.float64)
        for place in event.places()
    }


def network_availability(
    event: Event, dates: Sequence[dt.date], case: Case = "mid", *,
    shares_by: dt.date | None = None,
) -> NDArray[np.float64]:
    """Share of the network's hashrate that is available, the mean of each UTC day. [share]

    Parameters
    ----------
    event : Event
        What was known of an event.
    dates : sequence of date
        Days; shape (days,).
    case : str
        As in `availability`; shares of the places are of the same case.
    shares_by : date, optional
        Cut-off of publication of the shares alone; without it, the event's `known_by`.

    Returns
    -------
    ndarray
        1 - sum over places of share x (1 - available), shape (days,). Every other place
        is taken as unchanged: what the rest of the world does is the model's part.

    Raises
    ------
    InputError
        If a place with a window has no share published by then.

    Examples
    --------
    >>> network_availability(load_event("kazakhstan-2022"), [dt.date(2022, 1, 6)]).round(4)
    array([0.8371])
    """
    places = availability(event, dates, case)
    shares = event.shares(shares_by)
    off = np.zeros(len(dates))
    for place, there in places.items():
        if place not in shares:
            expected = f"a share published by {shares_by or event.known_by}"
            raise InputError(f"event {event.id}", f"place_share of {place}", expected, "none")
        off += shares[place].at(case) * (1.0 - there)
    return 1.0 - off


def _check_case(case: str) -> None:
    if case not in CASES:
        raise InputError("case", "", "low, mid or high", shown(case))
