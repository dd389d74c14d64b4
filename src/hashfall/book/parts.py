"""A book cut along its ring fences: what creditors of one part can reach, and no more."""

from __future__ import annotations

from typing import Any

from hashfall.book.fields import specs
from hashfall.book.funding import Funding
from hashfall.book.money import Coins
from hashfall.book.operations import Tax
from hashfall.book.record import Book, Size
from hashfall.book.rules_references import TARGETS
from hashfall.book.tree import entity_of, ring_of

__all__ = ["parts"]

_SHARED = frozenset({
    "entities", "venues", "rails", "routes", "covenants", "events", "sources",
})


def parts(book: Book) -> tuple[Book, ...]:
    """The recourse group first, then each ring-fenced subsidiary as a book of its own.

    Parameters
    ----------
    book : Book
        A book with its sizing rules applied: rules scale with the whole company.

    Notes
    -----
    A part has the entries of its entities: sites with their fleet and hosting,
    accounts, debts, claims, costs, and the events that hit them. Routes, venues and
    rails stay with every part; a run of a part opens a route only where the account
    on which it arrives, if it names one, is the part's own. Coins, funding,
    covenants, payments without an account, earlier losses and the published size
    stay with the group, which is where the book states them. Without ring fences the
    book itself comes back.

    Examples
    --------
    >>> parts.__name__
    'parts'
    """
    rings = [key for key, entity in book.entities.items() if entity.ring_fenced]
    if not rings:
        return (book,)
    return (_part(book, None), *(_part(book, ring) for ring in rings))


def _part(book: Book, ring: str | None) -> Book:
    update: dict[str, Any] = {
        spec.attribute: {
            key: entry
            for key, entry in getattr(book, spec.attribute).items()
            if ring_of(book, entity_of(book, entry)) == ring
        }
        for spec in specs(Book).values()
        if spec.kind == "table" and spec.attribute not in _SHARED
    }
    update["entities"] = {
        key: entity.model_copy(update={"parent": None, "ring_fenced": False})
        if key == ring else entity
        for key, entity in book.entities.items()
        if ring_of(book, key) == ring
    }
    part = book.model_copy(update=update)
    part = part.model_copy(update={"events": _events(book, part, ring)})
    if ring is not None:
        part = part.model_copy(update=_own(book, ring))
    missing = [entry for entry in book.missing if _has(part, entry.path)]
    return part.model_copy(update={"missing": missing})


def _events(book: Book, part: Book, ring: str | None) -> dict[str, Any]:
    kept = {}
    for key, event in book.events.items():
        table = TARGETS.get(event.kind)
        if (ring is None) if table is None else event.what in getattr(part, table):
            kept[key] = event
    return kept


def _own(book: Book, ring: str) -> dict[str, Any]:
    """What a ring-fenced part has instead of the group's own."""
    return {
        "id": f"{book.id}_{ring.lower().replace('-', '_')}",
        "name": f"{book.name}: {ring}",
        "coins": Coins(),
        "funding": Funding(),
        "covenants": {},
        "size": Size(),
        "tax": book.tax.model_copy(update={"losses_brought": Tax().losses_brought}),
    }


def _has(part: Book, path: str) -> bool:
    """Whether a path leads into a part: only entries of tables can have gone elsewhere."""
    section, _, rest = path.partition(".")
    spec = specs(Book).get(section)
    if not rest or spec is None or spec.kind != "table":
        return True
    return rest.partition(".")[0] in getattr(part, spec.attribute)
