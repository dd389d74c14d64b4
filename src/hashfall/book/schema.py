"""JSON Schema of a book file, from the records themselves."""

from __future__ import annotations

from typing import Any

from hashfall.book.fields import records_of, specs
from hashfall.book.record import Book

__all__ = ["json_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a book, with units and a description of every field.

    Notes
    -----
    It says what each field may hold. What has to hold between fields, such as a rate
    for every currency, is checked when a book is read.

    Examples
    --------
    >>> schema = json_schema()
    >>> schema["$defs"]["Site"]["properties"]["mw"]["unit"]
    'MW'
    """
    raw = Book.model_json_schema(by_alias=True)
    out: dict[str, Any] = {
        "$schema": _DIALECT,
        "$id": "hashfall.book/1",
        **raw,
        "title": "hashfall book",
    }
    tables = {"Book": out, **out["$defs"]}
    for record in records_of(Book):
        properties = tables[record.__name__]["properties"]
        for name, spec in specs(record).items():
            properties[name].setdefault("description", spec.description)
            if spec.quantity is not None:
                properties[name].setdefault("unit", spec.quantity.unit)
    _close(out)
    return out


def _close(node: Any) -> None:
    """Refuse keys that match no pattern, as the records do, and drop titles that say nothing."""
    if isinstance(node, list):
        for item in node:
            _close(item)
    if not isinstance(node, dict):
        return
    if "patternProperties" in node:
        node.setdefault("additionalProperties", False)
    for name, value in node.items():
        if name == "properties":
            for field in value.values():
                field.pop("title", None)
        _close(value)
