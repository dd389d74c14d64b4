"""Pieces of which a page is made: text, tables, charts, lists, commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

__all__ = ["Block", "Cell", "Chart", "Code", "Items", "Link", "Prose", "Section", "Table",
           "anchor", "outside"]


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere: a place on the page or a source outside."""

    text: str
    href: str


Cell = str | Link | Sequence["str | Link"]
"""What one cell of a table holds."""


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    kind: ClassVar[str] = "prose"
    text: Cell
    tone: str = ""


@dataclass(frozen=True)
class Items:
    """A list, or one path told as a story when it has a title."""

    kind: ClassVar[str] = "items"
    items: Sequence[Cell]
    title: str = ""


@dataclass(frozen=True)
class Code:
    """Commands to type, or JSON to read."""

    kind: ClassVar[str] = "code"
    text: str
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table; ``left`` counts the columns that are words rather than figures."""

    kind: ClassVar[str] = "table"
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    left: int = 1
    title: str = ""
    folded: str = ""
    ids: Sequence[str] = ()


@dataclass(frozen=True)
class Chart:
    """A drawing with what to see in it, and its table behind a click."""

    kind: ClassVar[str] = "chart"
    name: str
    caption: str
    table: Table


Block = Prose | Items | Code | Table | Chart
"""Any piece of a section."""


@dataclass(frozen=True)
class Section:
    """One numbered part of a page."""

    id: str
    title: str
    blocks: list[Block] = field(default_factory=list)


def anchor(kind: str, name: str) -> str:
    """Id of a place on the page.

    Examples
    --------
    >>> anchor("field", "accounts.main.balance")
    'field-accounts-main-balance'
    """
    return f"{kind}-{re.sub(r'[^a-zA-Z0-9]+', '-', name).strip('-')}"


def outside(text: str, url: str | None) -> Cell:
    """A link to a source, or the bare word where the address is not one of the web.

    Examples
    --------
    >>> outside("EX01", "javascript:alert(1)")
    'EX01'
    """
    return Link(text, url) if url and re.match(r"https?://[^\s]+$", url) else text
