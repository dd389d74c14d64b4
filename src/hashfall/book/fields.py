"""What the fields of the records are, and how to walk over those of a book.

The type annotations of the records are the one attribute table: units, bounds and
descriptions are read from them here, for messages, schema, draws and documents.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic.fields import FieldInfo

from hashfall.book.figure import Dated, Quantity
from hashfall.book.values import Record

__all__ = [
    "Kind", "Place", "Spec", "entries", "figures", "places", "records_of", "spec_at", "specs",
    "with_values",
]

R = TypeVar("R", bound=Record)
Kind = Literal["figure", "date", "record", "table", "figures", "records", "plain"]
"""What a field of a record holds."""


@dataclass(frozen=True)
class Spec:
    """One field of a record.

    Parameters
    ----------
    name, attribute : str
        Its name in a file and in the record.
    kind : str
        ``figure``, ``date``, ``record``, ``table`` (records by name), ``figures``
        (figures by name), ``records`` (a list of them) or ``plain``.
    record : type or None
        Type of the records inside.
    quantity : Quantity or None
        Unit and bounds of a figure.
    required : bool
        Whether a file has to give it.
    description : str
        What it means.
    default : object
        Value where a file leaves it out.
    annotation : object
        Its type.
    """

    name: str
    attribute: str
    kind: Kind
    record: type[Record] | None
    quantity: Quantity | None
    required: bool
    description: str
    default: Any
    annotation: Any


@dataclass(frozen=True)
class Place:
    """A field of a book together with where it stands and what it holds."""

    path: str
    record: Record
    spec: Spec
    value: Any


def specs(record: type[Record]) -> dict[str, Spec]:
    """Fields of a type of record by their names in a file.

    Examples
    --------
    >>> from hashfall.book.operations import Site
    >>> specs(Site)["mw"].kind, specs(Site)["mw"].quantity.unit, specs(Site)["power"].kind
    ('figure', 'MW', 'record')
    """
    return _specs(record)


@cache
def _specs(record: type[Record]) -> dict[str, Spec]:
    hints = typing.get_type_hints(record, include_extras=True)
    out = {}
    for attribute, info in record.model_fields.items():
        spec = _spec(attribute, hints[attribute], info)
        out[spec.name] = spec
    return out


def _spec(attribute: str, hint: Any, info: FieldInfo) -> Spec:
    core, marks = _peel(hint)
    quantity = next((m for m in marks if isinstance(m, Quantity)), None)
    kind: Kind = "plain"
    inner: Any = None
    if quantity is not None:
        kind = "figure"
    elif any(isinstance(m, Dated) for m in marks):
        kind = "date"
    elif _is_record(core):
        kind, inner = "record", core
    elif get_origin(core) in (dict, list):
        kind, inner, quantity = _container(core)
    return Spec(
        name=info.alias or attribute,
        attribute=attribute,
        kind=kind,
        record=inner,
        quantity=quantity,
        required=info.is_required(),
        description=info.description or (quantity.help if quantity else "") or "",
        default=None if info.is_required() else info.default,
        annotation=core,
    )


def _container(core: Any) -> tuple[Kind, Any, Quantity | None]:
    content, marks = _peel(get_args(core)[-1])
    quantity = next((m for m in marks if isinstance(m, Quantity)), None)
    if quantity is not None:
        return "figures", None, quantity
    if not _is_record(content):
        return "plain", None, None
    return ("table" if get_origin(core) is dict else "records"), content, None


def _peel(hint: Any) -> tuple[Any, list[Any]]:
    """Type without ``Annotated`` and ``| None``, and all marks that were on it."""
    marks: list[Any] = []
    while True:
        if hasattr(hint, "__metadata__"):
            marks.extend(hint.__metadata__)
            hint = get_args(hint)[0]
            continue
        rest = [a for a in get_args(hint) if a is not NoneType]
        if get_origin(hint) in (typing.Union, UnionType) and len(rest) == 1:
            hint = rest[0]
            continue
        return hint, marks


def _is_record(core: Any) -> bool:
    return isinstance(core, type) and issubclass(core, Record)


def places(record: Record, path: str = "") -> Iterator[Place]:
    """Every field of a record and of the records inside it, each with its path."""
    for spec in specs(type(record)).values():
        here = f"{path}.{spec.name}" if path else spec.name
        value = getattr(record, spec.attribute)
        yield Place(here, record, spec, value)
        if value is None:
            continue
        if spec.kind == "record":
            yield from places(value, here)
        elif spec.kind == "table":
            for key, entry in value.items():
                yield from places(entry, f"{here}.{key}")


def figures(record: Record) -> Iterator[Place]:
    """Every figure and date of a record, in the order of its fields.

    A field that holds figures by name gives one place for each of them.
    """
    for place in places(record):
        if place.spec.kind in ("figure", "date") and place.value is not None:
            yield place
        elif place.spec.kind == "figures":
            for key, value in place.value.items():
                yield Place(f"{place.path}.{key}", place.record, place.spec, value)


def entries(record: Record) -> Iterator[tuple[str, Record]]:
    """Every record inside a record with its path, the outermost first."""
    for place in places(record):
        if place.spec.kind == "record" and place.value is not None:
            yield place.path, place.value
        elif place.spec.kind == "table":
            for key, entry in place.value.items():
                yield f"{place.path}.{key}", entry


def records_of(root: type[Record]) -> list[type[Record]]:
    """A type of record and every type inside it, each once, the outermost first."""
    found: list[type[Record]] = []
    queue = [root]
    while queue:
        record = queue.pop(0)
        if record not in found:
            found.append(record)
            queue.extend(s.record for s in specs(record).values() if s.record is not None)
    return found


def spec_at(root: type[Record], parts: list[str]) -> tuple[Spec | None, list[str]]:
    """Field that a path leads to, and the parts of the path that go beyond it.

    Parameters
    ----------
    root : type
        Type of record in which the path starts.
    parts : list of str
        Path; what follows a figure or list is left over.

    Returns
    -------
    tuple
        The field is None where the first unknown part is, with the rest from there.

    Examples
    --------
    >>> from hashfall.book.record import Book
    >>> spec, rest = spec_at(Book, ["sites", "bratsk", "mw", "low"])
    >>> spec.name, rest
    ('mw', ['low'])
    >>> spec_at(Book, ["sites", "bratsk", "kw"])
    (None, ['kw'])
    """
    record, at = root, 0
    while True:
        spec = specs(record).get(parts[at])
        if spec is None:
            return None, parts[at:]
        at += 1
        if spec.kind in ("table", "figures"):
            at += 1
        if spec.record is None or spec.kind == "records" or at >= len(parts):
            return spec, parts[at:]
        record = spec.record


def with_values(record: R, changes: Mapping[str, Any]) -> R:
    """Record with the values at some paths replaced; nothing is checked again.

    Parameters
    ----------
    record : Record
        A book, or a part of one.
    changes : mapping
        New values by path; an entry of a table is taken out by None.
    """
    update: dict[str, Any] = {}
    for name, inner in _by_first(changes).items():
        spec = specs(type(record))[name]
        value = getattr(record, spec.attribute)
        if "" in inner:
            update[spec.attribute] = inner[""]
        elif spec.kind == "record":
            update[spec.attribute] = with_values(value, inner)
        else:
            update[spec.attribute] = _table_with(value, inner)
    return record.model_copy(update=update)


def _table_with(table: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(table)
    for key, inner in _by_first(changes).items():
        if "" not in inner:
            out[key] = with_values(table[key], inner)
        elif inner[""] is None:
            out.pop(key, None)
        else:
            out[key] = inner[""]
    return out


def _by_first(changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for path, value in changes.items():
        first, _, rest = path.partition(".")
        out.setdefault(first, {})[rest] = value
    return out
