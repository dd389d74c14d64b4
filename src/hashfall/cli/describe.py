"""``hashfall describe`` and ``hashfall schema``: a book in words, and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hashfall.cli.options import AsOf, Company, Json, KnownBy, Quiet, Scenarios, Sets
from hashfall.cli.output import STDOUT, emit_json, note, provenance, say

if TYPE_CHECKING:
    from hashfall.book.prepare import Prepared

__all__ = ["describe", "schema"]


def describe(
    case: Company,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Print the book of a company in words and tables, before anything runs.

    Raises
    ------
    InputError
        If the book or a scenario cannot be used.
    """
    from hashfall.cli.company import open_company

    prepared = open_company(
        case, as_of=as_of, known_by=known_by, scenarios=scenario or [], sets=set_ or []
    )
    if prepared.age_days:
        note(f"warning: {prepared.age_words()}", quiet)
    from hashfall.book.describe import describe as describe_book
    from hashfall.book.describe_text import describe_text

    if json is not None:
        command = {"case": case, "as_of": as_of, "known_by": known_by, "scenario": scenario,
                   "set": set_}
        emit_json({**describe_book(prepared.book), **_origin(prepared, command)}, json)
    if json != STDOUT:
        say(describe_text(prepared.book))


def _origin(prepared: Prepared, command: Mapping[str, Any]) -> dict[str, Any]:
    """Scenarios in force and what the description was made from."""
    from hashfall.book.load import digest

    inputs = {"book": digest(prepared.written)}
    inputs |= {f"scenario {s.name}": s.digest for s in prepared.scenarios}
    return {
        "scenarios": [s.name for s in prepared.scenarios],
        "provenance": provenance(command, inputs, "hashfall.book/1"),
    }


def schema(*, json: Json = STDOUT, quiet: Quiet = False) -> None:
    """Print the JSON Schema of a book file.

    Parameters
    ----------
    json : str
        File for the schema; stdout when left out.
    """
    from hashfall.book.schema import json_schema

    emit_json(json_schema(), json)
