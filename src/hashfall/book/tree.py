"""Who belongs to whom: the recourse group and the ring-fenced subsidiaries of a book."""

from __future__ import annotations

from typing import Any

from hashfall.book.record import Book

__all__ = ["entity_of", "ring_of"]


def ring_of(book: Book, entity: str | None) -> str | None:
    """Ring-fenced entity to which an entity belongs, itself included; None for the group."""
    seen = set()
    while entity is not None and entity in book.entities and entity not in seen:
        if book.entities[entity].ring_fenced:
            return entity
        seen.add(entity)
        entity = book.entities[entity].parent
    return None


def entity_of(book: Book, entry: Any) -> str | None:
    """Entity of an entry: its own, or that of its site."""
    entity: str | None = getattr(entry, "entity", None)
    if entity is None and getattr(entry, "site", None) in book.sites:
        entity = book.sites[entry.site].entity
    return entity
