"""Edits of a book's plain table by dotted paths: take out, add, set."""

from __future__ import annotations

from typing import Any

from hashfall.book.fields import Spec, spec_at, specs
from hashfall.book.messages import nearest, shown
from hashfall.book.record import Book
from hashfall.errors import InputError

__all__ = ["add", "put", "remove"]

_RESERVED = frozenset({"schema", "id"})


def _parts(path: str, label: str) -> list[str]:
    parts = path.split(".")
    if not all(parts):
        raise InputError(label, path, "a dotted path such as accounts.main.balance", shown(path))
    return parts


def remove(data: dict[str, Any], path: str, label: str) -> None:
    """Take out the entry at a path, which has to exist."""
    *outer, name = _parts(path, label)
    owner = _walk(data, outer, path, label) if outer else data
    if name not in owner:
        expected = "an entry of the book"
        raise InputError(label, path, expected, shown(name), nearest(name, owner))
    if not outer and name in _RESERVED:
        raise InputError(label, path, "an entry that can be taken out", shown(name))
    del owner[name]


def _walk(data: dict[str, Any], parts: list[str], path: str, label: str) -> dict[str, Any]:
    """Table of the book at a path that has to exist."""
    at: Any = data
    for part in parts:
        if not isinstance(at, dict) or not isinstance(at.get(part), dict):
            known = [k for k, v in at.items() if isinstance(v, dict)]
            expected = "a table of the book"
            raise InputError(label, path, expected, shown(part), nearest(part, known))
        at = at[part]
    return at  # type: ignore[no-any-return]  # TOML tables are dictionaries


def add(data: dict[str, Any], entries: dict[str, Any], label: str, *outer: str) -> None:
    """Put new entries into the tables of the book."""
    for name, content in entries.items():
        path = ".".join((*outer, name))
        spec = _section(path, label)
        if not isinstance(content, dict):
            raise InputError(label, f"add.{path}", "a table", shown(content))
        if spec.kind == "record":
            add(data, content, label, *outer, name)
            continue
        table = data
        for part in (*outer, name):
            table = table.setdefault(part, {})
        for key, entry in content.items():
            if key in table:
                hint = "use set to change it"
                raise InputError(label, f"add.{path}.{key}", "a new name", shown(key), hint)
            table[key] = entry


def _section(path: str, label: str) -> Spec:
    parts = _parts(path, label)
    spec, rest = spec_at(Book, parts)
    if spec is None or rest or spec.kind not in ("table", "record"):
        known = [s.name for s in specs(Book).values() if s.kind in ("table", "record")]
        hint = nearest(parts[-1], known)
        raise InputError(label, f"add.{path}", "a section of the book", shown(parts[-1]), hint)
    return spec


def put(data: dict[str, Any], path: str, value: Any, label: str) -> None:
    """Put a value where a path leads; every table on the way has to exist."""
    *outer, name = parts = _parts(path, label)
    spec, rest = spec_at(Book, parts)
    if spec is None or (rest and spec.kind not in ("figure", "figures", "date")):
        raise InputError(label, path, "a field of the book", shown(rest[0] if rest else name),
                         _known_fields(parts, rest))
    at = data
    for depth, part in enumerate(outer):
        inner = at.get(part)
        if inner is None and _may_open(parts[: depth + 1]):
            inner = at.setdefault(part, {})
        if not isinstance(inner, dict):
            known = [k for k, v in at.items() if isinstance(v, dict)]
            expected = "a table of the book"
            raise InputError(label, path, expected, shown(part), nearest(part, known))
        at = inner
    at[name] = value


def _may_open(parts: list[str]) -> bool:
    """Whether a table that a file left out is there all the same: a section with defaults."""
    spec, rest = spec_at(Book, parts)
    return spec is not None and not rest and spec.name == parts[-1] and spec.kind in (
        "record", "figures",
    )


def _known_fields(parts: list[str], rest: list[str]) -> str:
    at = parts[: len(parts) - len(rest)]
    spec = spec_at(Book, at)[0] if at else None
    record = spec.record if spec is not None else Book
    return nearest(rest[0], specs(record)) if record is not None and rest else ""
