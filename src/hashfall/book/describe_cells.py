"""Cells and tables of the entries of a book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hashfall.book.currencies import unit_of
from hashfall.book.fields import Place, specs
from hashfall.book.record import Book
from hashfall.book.values import DateRange, Range, Record
from hashfall.book.words import figure_text, table

__all__ = ["Column", "about", "cell", "entries_table", "money"]

Column = str | Callable[[Any], str]
"""A field, or a function that makes a cell of an entry."""


def cell(book: Book, record: Record, field: str) -> str:
    """A figure of a record as a cell."""
    place = Place(field, record, specs(type(record))[field], getattr(record, field))
    return figure_text(place.value, unit_of(book, place))


def entries_table(
    book: Book, title: str, entries: dict[str, Any], width: int,
    columns: Sequence[tuple[str, Column]],
) -> list[str]:
    """A titled table of entries: each column is a field, or a function of the entry."""
    if not entries:
        return []
    rows = [
        [key, *(_entry_cell(book, entry, column) for _, column in columns)]
        for key, entry in entries.items()
    ]
    return ["", f"  {title}", *table(["name", *(name for name, _ in columns)], rows, width)]


def _entry_cell(book: Book, entry: Any, column: Column) -> str:
    if callable(column):
        return column(entry)
    if specs(type(entry))[column].kind in ("figure", "date"):
        return cell(book, entry, column)
    value = getattr(entry, column)
    return "-" if value is None else str(value)


def about(field: str, unit: str = "") -> Callable[[Any], str]:
    """Median of a figure or date, with a tilde where it is not known."""

    def median(entry: Any) -> str:
        value = getattr(entry, field)
        ranged = isinstance(value, (Range, DateRange))
        text = figure_text(value.mid if ranged else value, unit)
        return f"~{text}" if ranged else text

    return median


def money(field: str) -> Callable[[Any], str]:
    """Median of an amount with its currency."""
    median = about(field)
    return lambda entry: f"{median(entry)} {entry.currency}"
