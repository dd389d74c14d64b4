"""Rules about dates: order, overlaps, and what was known when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from hashfall.book.fields import entries, figures
from hashfall.book.money import Event
from hashfall.book.problem import Problem
from hashfall.book.record import Book
from hashfall.book.sources import published
from hashfall.book.values import middle, middle_date

__all__ = ["RULES", "look_ahead"]

_PAIRS = (
    ("start", "until"),
    ("open_from", "open_until"),
    ("start", "growth_by"),
    ("first_instalment", "matures"),
)
_NO_END = dt.date.max
_EXCLUSIVE = {
    "freeze": "join them into one freeze, or let one start where the other ends",
    "ban": "join them into one ban",
    "route_closure": "join them into one closure",
    "venue_closure": "join them into one closure",
    "rail_closure": "join them into one closure",
    "outage": "join them into one outage",
}


class _Span(NamedTuple):
    start: dt.date
    until: dt.date
    key: str
    share: float


def known_after_balances(book: Book) -> Iterator[Problem]:
    """Balances are not from after the cut-off of information."""
    if book.as_of > book.known_by:
        expected = f"a day on or after as_of ({book.as_of})"
        yield Problem("known_by", expected, str(book.known_by))


def date_order(book: Book) -> Iterator[Problem]:
    """What starts ends later."""
    for path, record in entries(book):
        for first, last in _PAIRS:
            start = middle_date(getattr(record, first, None))
            end = middle_date(getattr(record, last, None))
            if start is not None and end is not None and start >= end:
                yield Problem(f"{path}.{last}", f"a day after {first} ({start})", str(end))


def event_overlaps(book: Book) -> Iterator[Problem]:
    """Events of one kind do not hit the same thing twice at a time."""
    for (kind, what), spans in _spans(book).items():
        hint = _EXCLUSIVE.get(kind)
        if hint is None:
            continue
        for one, other in pairwise(spans):
            if other.start < one.until:
                end = "never ends" if one.until == _NO_END else f"ends {one.until}"
                expected = f"a {kind} of {what} that starts after {one.key} has ended"
                found = f"{other.start} while {one.key} {end}"
                yield Problem(f"events.{other.key}.start", expected, found, hint)


def losses_add_up(book: Book) -> Iterator[Problem]:
    """No more of a hosting contract is lost than there is."""
    for (kind, what), spans in _spans(book).items():
        if kind != "customer_loss":
            continue
        for span in spans:
            lost = sum(s.share for s in spans if s.start <= span.start < s.until)
            if lost > 1 + 1e-9:
                expected = f"losses of {what} that add up to at most 1"
                yield Problem(f"events.{span.key}.share", expected, f"{lost:g}")
                break


def _spans(book: Book) -> dict[tuple[str, str], list[_Span]]:
    """Periods of the events by kind and target, each list in the order of their starts."""
    out: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    for key, event in book.events.items():
        out[event.kind, event.what].append(_span(key, event))
    for spans in out.values():
        spans.sort()
    return out


def _span(key: str, event: Event) -> _Span:
    start = middle_date(event.start) or dt.date.min
    share = middle(event.share)
    return _Span(start, middle_date(event.until) or _NO_END, key, 1.0 if share is None else share)


def look_ahead(book: Book) -> Iterator[Problem]:
    """Nothing counts that was published after `known_by`.

    Not among the rules of a file: `hashfall.book.library.at` takes it off first.
    """
    stated = [*entries(book), *((p.path, p.value) for p in figures(book))]
    for path, record in stated:
        if path.startswith(("sources.", "conflicts", "missing")):
            continue
        out = published(book, record)
        if out is not None and out[0] > book.known_by:
            expected = f"what was published by known_by ({book.known_by})"
            yield Problem(path, expected, f"{out[1]} of {out[0]}", "take it off with `at`")


RULES: Mapping[str, Callable[[Book], Iterator[Problem]]] = {
    "known_after_balances": known_after_balances,
    "date_order": date_order,
    "event_overlaps": event_overlaps,
    "losses_add_up": losses_add_up,
}
"""Rules of this module by name."""
