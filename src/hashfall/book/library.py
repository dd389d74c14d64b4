"""Books by name: shipped cases and files, as of a date and as known by a date."""

from __future__ import annotations

import datetime as dt
import os
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from hashfall.book.consistency import check
from hashfall.book.fields import entries, figures, specs, with_values
from hashfall.book.load import load_book, parse_book
from hashfall.book.messages import nearest, shown
from hashfall.book.record import Book, Missing
from hashfall.book.rules_references import TARGETS
from hashfall.book.sources import published
from hashfall.errors import InputError

__all__ = ["at", "case_ids", "case_text", "open_book"]

_SCHEMA = re.compile(r'^schema\s*=\s*"hashfall\.book/1"', re.MULTILINE)
_NOT_FACTS = ("sources.", "conflicts", "missing")


@cache
def case_ids() -> tuple[str, ...]:
    """Names of the shipped cases, in alphabetical order."""
    folder = resources.files("hashfall.cases")
    names = [
        file.name.removesuffix(".toml")
        for file in folder.iterdir()
        if file.name.endswith(".toml") and _SCHEMA.search(file.read_text("utf-8"))
    ]
    return tuple(sorted(names))


def case_text(case: str) -> str:
    """Text of a shipped case's file."""
    return (resources.files("hashfall.cases") / f"{case}.toml").read_text("utf-8")


def open_book(name: str | Path) -> Book:
    """Book of a shipped case, or of a file.

    Parameters
    ----------
    name : str or Path
        Case id such as ``bitriver``, or a path that ends in ``.toml``.

    Notes
    -----
    The book holds the whole record; `at` takes off what was not known yet.

    Raises
    ------
    InputError
        If there is no such case or file, or the book is not sound.
    """
    word = str(name)
    if isinstance(name, str) and word in case_ids():
        return parse_book(case_text(word), f"{word}.toml")
    there = os.path.exists(word)  # noqa: PTH110  # Path.exists raises on a name too long
    if word.endswith(".toml") or os.sep in word or there:
        return load_book(name)
    hint = f"{nearest(word, case_ids())} (a file ends in .toml)"
    raise InputError("company", "", "a case or a book file", shown(word), hint)


def at(book: Book, as_of: dt.date | None = None, known_by: dt.date | None = None) -> Book:
    """Book as of a date, without what was published after a date.

    Parameters
    ----------
    book : Book
        A book with the whole record.
    as_of : date, optional
        New date of the balances; moves `known_by` with it unless that is given.
    known_by : date, optional
        New cut-off of information.

    Returns
    -------
    Book
        Entries whose sources came out later are taken off, with what depends on
        them, and listed under `missing`; so are figures, whose fields fall back to
        their defaults.

    Raises
    ------
    InputError
        If a figure that a book cannot do without was published later, or what is
        left is not sound.
    """
    as_of, known_by = as_of or book.as_of, known_by or as_of or book.known_by
    book = book.model_copy(update={"as_of": as_of, "known_by": known_by})
    dropped = _late_entries(book)
    book = with_values(book, {path: _instead(book, path) for path in dropped})
    book = _without_orphans(book, dropped)
    book = _without_late_figures(book, dropped)
    notes = [
        Missing(path=path, why=why, used_instead="left out") for path, why in dropped.items()
    ]
    book = book.model_copy(update={"missing": [*book.missing, *notes]})
    check(book)
    return book


def _late(book: Book, record: Any) -> str | None:
    """Why a figure or entry does not count yet; None if it does."""
    out = published(book, record)
    if out is None or out[0] <= book.known_by:
        return None
    return f"published later ({out[1]}, {out[0]})" if out[1] else f"published later ({out[0]})"


def _late_entries(book: Book) -> dict[str, str]:
    """Tables of a book that came out after `known_by`, and why they do not count."""
    found: dict[str, str] = {}
    for path, record in entries(book):
        why = None if path.startswith(_NOT_FACTS) else _late(book, record)
        if why is not None and not any(path.startswith(f"{outer}.") for outer in found):
            found[path] = why
    return found


def _instead(book: Book, path: str) -> Any:
    """What stands in for an entry: nothing in a table, else the default of its field."""
    *outer, name = path.split(".")
    owner: Any = book
    for part in outer:
        owner = owner[part] if isinstance(owner, dict) else getattr(owner, part)
    if isinstance(owner, dict):
        return None
    spec = specs(type(owner))[name]
    if spec.required:
        expected = f"what was published by {book.known_by}"
        raise InputError(book.id, path, expected, _late(book, getattr(owner, name)) or "nothing")
    return spec.default


def _without_orphans(book: Book, dropped: dict[str, str]) -> Book:
    """Take off what names an entry that is gone, until nothing does."""
    while True:
        orphans = _orphans(book)
        if not orphans:
            return book
        dropped.update(orphans)
        book = with_values(book, dict.fromkeys(orphans))


def _orphans(book: Book) -> dict[str, str]:
    found = {}
    for path, record in entries(book):
        for field, table in (("entity", book.entities), ("parent", book.entities),
                             ("site", book.sites), ("venue", book.venues),
                             ("rail", book.rails), ("account", book.accounts)):
            name = getattr(record, field, None)
            if name is not None and name not in table:
                found[path] = f"its {field} {name} is left out"
    for key, event in book.events.items():
        table_name = TARGETS.get(event.kind)
        if table_name is not None and event.what not in getattr(book, table_name):
            found[f"events.{key}"] = f"{event.what} is left out"
    return found


def _without_late_figures(book: Book, dropped: dict[str, str]) -> Book:
    changes: dict[str, Any] = {}
    for place in figures(book):
        why = _late(book, place.value)
        if why is None:
            continue
        if place.spec.required:
            hint = "set it with --set, or give an earlier figure"
            expected = f"a figure published by {book.known_by}"
            raise InputError(book.id, place.path, expected, why, hint)
        changes[place.path] = place.spec.default if place.spec.kind != "figures" else None
        dropped[place.path] = why
    return with_values(book, changes)
