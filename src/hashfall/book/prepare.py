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
from hashfall.errors import InputError

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
    balances_of : date or None
        Day of the balances as the book was written; None for `as_of`.
    """

    book: Book
    written: Book
    scenarios: tuple[Scenario, ...]
    world: WorldPatch
    balances_of: dt.date | None = None

    @property
    def age_days(self) -> int:
        """How much older than `as_of` the balances are. [days]"""
        return 0 if self.balances_of is None else (self.book.as_of - self.balances_of).days

    def age_words(self) -> str:
        """What a reader has to know of balances of another day; empty where they are in time."""
        days = self.age_days
        if days == 0:
            return ""
        old = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
        if days < 0:
            return (f"The balances are of {self.balances_of}, {old} after as_of: "
                    "they are what nobody knew on that day.")
        return (f"The balances are of {self.balances_of}, {old} before as_of: cash, coins and "
                "debts are taken as if they had not moved since.")


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

    Notes
    -----
    Patches come before the cut-off of information: a scenario may give a figure that
    was not published yet, or take out an event of any date. One that changes an entry
    which is then left out as published later would do nothing, and is an error.

    Raises
    ------
    InputError
        If any of the steps finds the input unsound.
    """
    whole = company if isinstance(company, Book) else open_book(company)
    for scenario in scenarios:
        whole = apply(whole, scenario)
    book = at(whole, as_of, known_by)
    _check_in_force(book, len(whole.missing), scenarios)
    return Prepared(apply_sizing(book), book, tuple(scenarios), world_of(scenarios), whole.as_of)


def _check_in_force(book: Book, listed: int, scenarios: Sequence[Scenario]) -> None:
    """Refuse a patch of what was left out; `at` lists that behind what the book lists."""
    for scenario in scenarios:
        for path in scenario.paths:
            for entry in book.missing[listed:]:
                if f"{path}.".startswith(f"{entry.path}."):
                    expected = f"what was known by {book.known_by}"
                    raise InputError(scenario.label, path, expected, entry.why)
