"""Freezes of a drawn book for the flow: when each holds an account, what share, up to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from hashfall.book.money import Event
from hashfall.book.record import Book
from hashfall.book.values import day, number
from hashfall.engine.calendar import Floats
from hashfall.model.cashout import Freeze

__all__ = ["Term", "freezes_of", "stopping", "terms"]


class Term(NamedTuple):
    """A freeze of the book with its first day and the day on which it ends."""

    event: Event
    start: int
    until: int | None


def terms(book: Book) -> list[Term]:
    """Freezes of the book by date; one that starts inside another begins at its end."""
    found: list[Term] = []
    for event in sorted((e for e in book.events.values() if e.kind == "freeze"),
                        key=lambda e: day(e.start, book.as_of)):
        start = day(event.start, book.as_of)
        until = None if event.until is None else day(event.until, book.as_of)
        for other in found:
            if other.event.what == event.what and (other.until is None or other.until > start):
                start = until if other.until is None and until is not None else (
                    start if other.until is None else other.until)
        if until is None or until > max(0, start):
            found.append(Term(event, start, until))
    return found


def freezes_of(book: Book, supply: Mapping[str, Floats], prices: Mapping[str, float],
               days: int) -> tuple[Freeze, ...]:
    """Freezes of the book, with a course where an order stops at an amount.

    Parameters
    ----------
    book : Book
        Drawn book.
    supply : mapping of str to ndarray of shape (days,)
        What comes in by account. [its currency]
    prices : mapping of str to float
        Price of each currency. [USD]
    days : int
        Length. [days]
    """
    found = []
    for event, start, until in terms(book):
        share: float | Floats = number(event.share)
        seized = None
        if event.up_to is not None and start < days:
            own = book.accounts[event.what].currency
            most = number(event.up_to) * prices[event.currency or own] / prices[own]
            share = stopping(number(event.share), most, supply[event.what], max(0, start))
            seized = float(share[max(0, start)])
        found.append(Freeze(event.what, start, until, share, tuple(event.allows),
                            event.ordered_by or "", seized))
    return tuple(found)


def stopping(share: float, up_to: float, series: Floats, start: int) -> Floats:
    """Share of what comes in on each day that an order takes which stops at an amount.

    Parameters
    ----------
    share : float
        Share that it takes until then.
    up_to : float
        Most that it holds. [currency]
    series : ndarray of shape (days,)
        What comes in. [currency]
    start : int
        First day; what came in before is still there.

    Notes
    -----
    Counts what comes in whatever is decided: coins that are sold into the account fill the
    order sooner, so the money that is left is then more.

    Examples
    --------
    >>> stopping(1.0, 12.0, np.array([10.0, 0.0, 4.0, 5.0]), 0)
    array([1. , 1. , 0.5, 0. ])
    >>> stopping(0.5, 4.0, np.array([10.0, 6.0, 0.0, 5.0]), 1)
    array([0.  , 0.25, 0.  , 0.  ])
    """
    come = np.where(np.arange(len(series)) < start, 0.0, series)
    come[start] = float(series[: start + 1].sum())
    taken = np.minimum(share * np.cumsum(come), up_to)
    more = np.diff(taken, prepend=0.0)
    # Where nothing comes in of itself, something may come by a sale.
    still = np.where(taken < up_to, share, 0.0)
    found = np.minimum(np.divide(more, come, out=still, where=come > 0.0), share)
    found[:start] = 0.0
    return np.asarray(found)
