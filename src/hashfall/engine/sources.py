"""Sources of a book with the fields that rest on each."""

from __future__ import annotations

from typing import Any

from hashfall.book.fields import entries, figures
from hashfall.book.record import Book
from hashfall.book.sources import names_in

__all__ = ["sources_of"]


def sources_of(book: Book) -> list[dict[str, Any]]:
    """Every source of a book: outlet, date, grade, address, and what it is used for."""
    used: dict[str, list[str]] = {name: [] for name in book.sources}
    found = [(place.path, getattr(place.value, "source", "")) for place in figures(book)]
    found += [(path, getattr(record, "source", "")) for path, record in entries(book)]
    for path, text in found:
        for name in names_in(text or ""):
            if path not in used.get(name, [path]):
                used[name].append(path)
    return [
        {"id": name, "outlet": s.outlet, "date": s.date, "published": s.published.isoformat(),
         "grade": s.grade, "url": s.url, "note": s.note, "used_for": used[name]}
        for name, s in book.sources.items()
    ]
