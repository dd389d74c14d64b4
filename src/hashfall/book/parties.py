"""Who the entities of a book are: the names, numbers and stakes that lists are searched for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hashfall.book.record import Book

__all__ = ["Party", "entity_names", "main_entity", "parties", "stakes"]


@dataclass(frozen=True)
class Party:
    """One entity of a book as a list would know it."""

    entity: str
    """Its key in the book."""
    names: tuple[str, ...]
    """Names that the book states, the first one leads; empty where it states none."""
    numbers: tuple[str, ...]
    """Registration and tax numbers."""
    addresses: tuple[str, ...]
    """Addresses on a chain."""
    country: str
    """Country code."""


def main_entity(book: Book) -> str | None:
    """Key of the entity that bears the company's name: the first without a parent.

    Examples
    --------
    >>> from hashfall.book.library import open_book
    >>> main_entity(open_book("bitriver"))
    'fox'
    """
    return next((key for key, entity in book.entities.items()
                 if entity.parent is None and not entity.ring_fenced), None)


def entity_names(book: Book) -> dict[str, str]:
    """Name of each entity as a reader sees it: its own, the company's, or its key.

    Examples
    --------
    >>> from hashfall.book.library import open_book
    >>> entity_names(open_book("bitriver"))["sever"], entity_names(open_book("intelion"))
    ('Bitriver-Sever', {'intelion': 'Intelion Data'})
    """
    found = {party.entity: party.names for party in parties(book)}
    return {key: found[key][0] if found[key] else key.replace("_", " ").replace("-", " ").title()
            for key in book.entities}


def parties(book: Book) -> tuple[Party, ...]:
    """Entities of a book with all the names that it states.

    Parameters
    ----------
    book : Book
        Book, or one part of it.

    Notes
    -----
    The first entity without a parent also bears the name of the company. A key is no
    name: it is short, and a list has many parties that are called like it.
    """
    main = main_entity(book)
    return tuple(
        Party(
            key, tuple(dict.fromkeys(
                [*([entity.name] if entity.name else []), *([book.name] if key == main else []),
                 *entity.aliases])),
            tuple(entity.registration), tuple(entity.addresses), entity.country.upper(),
        )
        for key, entity in book.entities.items()
    )


def stakes(book: Book) -> Iterator[tuple[str, str, float | None]]:
    """Owner, owned and share of each stake that a book states, by names; None is unstated. [%]

    A stake of an entity without a name has the key, which no list can be searched for.

    Parameters
    ----------
    book : Book
        Book, or one part of it.
    """
    names = entity_names(book)
    for key, entity in book.entities.items():
        if entity.parent in names:
            yield names[entity.parent], names[key], _percent(entity.parent_share)
        for owner in entity.owners.values():
            yield owner.name, names[key], _percent(owner.share)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share
