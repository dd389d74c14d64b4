"""Orders beside the freezes that a book has of its own; on one account the stricter holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from hashfall.book.money import Event
from hashfall.book.record import Book
from hashfall.book.values import day, number
from hashfall.engine.stress_books import Order, reach, stressed

__all__ = ["ordered"]

_NEVER: Final = 10**6  # days; beyond any run


class _Span(NamedTuple):
    """A freeze by days; receipts go elsewhere from the day `turn` on."""

    event: Event
    start: int
    until: int
    turn: int


class _Held(NamedTuple):
    """What holds an account over a time."""

    event: Event
    turn: int


def ordered(book: Book, orders: Sequence[Order], redirect: float) -> Book:
    """A drawn book under orders beside its own freezes.

    Parameters
    ----------
    book : Book
        Drawn book.
    orders : sequence of Order
        Orders that do not overlap on an account.
    redirect : float
        Days until receipts are sent to an account that nothing holds; while there is
        none, they stay held, those of the book's own freezes too. [days]

    Notes
    -----
    Where both stand on an account, the larger share is held, without a limit that only
    one of them has, and only classes that both let through are paid. Receipts that went
    elsewhere before an order came do not come back for it. Where the terms change, the
    ledger frees what was held and takes a share of what is there anew.
    """
    own = {n: e for n, e in book.events.items() if e.kind == "freeze"}
    hit = [o for o in orders if any(reach(book, o))]
    made = stressed(book, hit, redirect)
    if not own or not hit:
        return made if hit else book
    events = {n: e for n, e in made.events.items() if e.kind != "freeze"}
    new = [_span(book, e) for e in made.events.values() if e.kind == "freeze"]
    old = [_span(book, e) for e in own.values()]
    shut = _all_held(book, old, new)
    for name in book.accounts:
        mine = [s for s in old if s.event.what == name]
        theirs = [s for s in new if s.event.what == name]
        for i, event in enumerate(_pieces(book, mine, theirs, shut)):
            events[f"freeze_{name}_{i}"] = event
    return book.model_copy(update={"events": events})


def _span(book: Book, event: Event) -> _Span:
    start = day(event.start, book.as_of)
    until = _NEVER if event.until is None else day(event.until, book.as_of)
    return _Span(event, start, until, min(_NEVER, start + int(number(event.redirect_days))))


def _all_held(book: Book, old: Sequence[_Span], new: Sequence[_Span]) -> tuple[int, int]:
    """First day, and day after the last, on which no account is left; empty for none."""
    days = sorted({s.start for s in new} | {s.start for s in old} | {s.until for s in (*old, *new)})
    accounts = {name for name in book.accounts if name != "stress_loan"}
    held = [d for d in days if any(s.start <= d < s.until for s in new)
            and {s.event.what for s in (*old, *new) if s.start <= d < s.until} >= accounts]
    if not held:
        return 0, 0
    return held[0], next((d for d in days if d > held[-1]), _NEVER)


def _pieces(book: Book, old: Sequence[_Span], new: Sequence[_Span], shut: tuple[int, int]
            ) -> list[Event]:
    """Freezes of one account one after the other, cut where what holds it changes."""
    cuts = {d for s in (*old, *new) for d in (s.start, s.until)} | {d for d in shut if any(shut)}
    days, found = sorted(cuts), list[tuple[_Held, int, int]]()
    for start, end in pairwise(days):
        held = _held(old, new, start, shut)
        if held is None:
            continue
        last = found[-1] if found and found[-1][2] == start else None
        if last is not None and last[0].turn <= start and held.turn < _NEVER:
            held = held._replace(turn=last[0].turn)
        if last is not None and _same(last[0], held):
            found[-1] = (last[0], last[1], end)
        else:
            found.append((held, start, end))
    return [_event(book, *piece) for piece in found]


def _held(old: Sequence[_Span], new: Sequence[_Span], at: int, shut: tuple[int, int]
          ) -> _Held | None:
    """What holds an account from a day on; None for nothing."""
    mine = next((s for s in old if s.start <= at < s.until), None)
    theirs = next((s for s in new if s.start <= at < s.until), None)
    if mine is None or theirs is None:
        one = mine or theirs
        if one is None:
            return None
        event, turn = one.event, one.turn
    else:
        event = theirs.event.model_copy(update={
            "share": max(number(mine.event.share), number(theirs.event.share)),
            "allows": [kind for kind in mine.event.allows if kind in theirs.event.allows]})
        turn = mine.turn if mine.turn <= theirs.start else max(mine.turn, theirs.turn)
    return _Held(event, _NEVER if shut[0] <= at < shut[1] else turn)


def _same(one: _Held, other: _Held) -> bool:
    a, b = one.event, other.event
    return (one.turn == other.turn and number(a.share) == number(b.share)
            and {*a.allows} == {*b.allows} and a.up_to == b.up_to
            and a.allowance_per_month == b.allowance_per_month)


def _event(book: Book, held: _Held, start: int, end: int) -> Event:
    first = book.as_of + dt.timedelta(days=start)
    return held.event.model_copy(update={
        "start": first, "until": None if end >= _NEVER else book.as_of + dt.timedelta(days=end),
        "redirect_days": float(max(0, held.turn - start))})
