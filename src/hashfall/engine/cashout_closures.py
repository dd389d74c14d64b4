"""Days on which routes, venues and rails are open by chance, as the ledger draws them."""

from __future__ import annotations

from typing import Final

import numpy as np

from hashfall.book.money import Rail, Route, Venue
from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.calendar import Floats
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.route_day import days_to_change
from hashfall.model.routes import waiting_scales

__all__ = ["closes_by_chance", "open_by_chance"]

_WORDS: Final = 4  # entries to a call


def closes_by_chance(book: Book) -> bool:
    """Whether a route, venue or rail of a drawn book closes by itself."""
    entries: list[Route | Venue | Rail] = [*book.routes.values(), *book.venues.values(),
                                           *book.rails.values()]
    return any(number(entry.closes_per_year) > 0.0 for entry in entries)


def open_by_chance(book: Book, kind: str, name: str, days: int, seed: int,
                   path: int) -> Floats:
    """1 on days on which an entry of a drawn book is open on a path of the ledger, else 0.

    Parameters
    ----------
    book : Book
        Drawn book.
    kind : {"route", "venue", "rail"}
        Table of the entry.
    name : str
        Its key.
    days : int
        Length, day 0 with it, on which all are open. [days]
    seed, path : int
        Address of the path in the run.
    """
    table = getattr(book, f"{kind}s")
    entry, at, on = table[name], list(table).index(name), np.ones(days)
    rate, back = number(entry.closes_per_year), entry.reopens_after_days
    if rate <= 0.0:
        return on
    closes, opens = waiting_scales(rate, None if back is None else number(back))
    day, is_open = 0, True
    while day < days:
        u = uniforms(seed, path, day, FACTOR[kind] + at // _WORDS)[at % _WORDS]
        turn = min(days, day + int(days_to_change(u, closes if is_open else opens)))
        on[day:turn] = float(is_open)
        day, is_open = turn, not is_open
    return on
