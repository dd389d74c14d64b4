"""From a name to a book that can be drawn: one order of steps for every command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hashfall.book.library import at, open_book
from hashfall.book.patch import Scenario, WorldPatch, apply, world_of
from hashfall.book.record import Book
from hashfall.book.sizing import apply_sizing

__all__ = ["Prepared", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """A book ready to be drawn, what it was made from, and what the world has to do.

    Parameters
    ----------
    book : Book
        As of its date, patched, with sizing rules applied.
    written : Book
        The same before the sizing rules.
    scenarios : tuple of Scenario
        Patches, in the order in which they were applied.
    world : WorldPatch
        What they say about the world.
    """

    book: Book
    written: Book
    scenarios: tuple[Scenario, ...]
    world: WorldPatch


def prepare(
    company: str | Path | Book,
    as_of: dt.date | None = None,
    known_by: dt.date | None = None,
    scenarios: Sequence[Scenario] = (),
) -> Prepared:
    """Book of a company as of a date, under scenarios, with sizing rules applied.

    Parameters
    ----------
    company : str, Path or Book
        Case id, file, or a book that has been read.
    as_of, known_by : date, optional
        As in `hashfall.book.library.at`.
    scenarios : sequence of Scenario
        Patches, applied in order.

    Raises
    ------
    InputError
        If any of the steps finds the input unsound.
    """
    book = at(company if isinstance(company, Book) else open_book(company), as_of, known_by)
    for scenario in scenarios:
        book = apply(book, scenario)
    return Prepared(apply_sizing(book), book, tuple(scenarios), world_of(scenarios))
