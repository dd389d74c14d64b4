"""``hashfall describe`` and ``hashfall schema``: a book in words, and its rules."""

from __future__ import annotations

from hashfall.cli.options import AsOf, Company, Json, KnownBy, Quiet, Scenarios, Sets
from hashfall.cli.output import STDOUT, emit_json, say

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
    from hashfall.book.describe import describe as describe_book

    found = describe_book(prepared)
    emit_json(found, json)
    say(found["lines"], json)


def schema(*, json: Json = STDOUT, quiet: Quiet = False) -> None:
    """Print the JSON Schema of a book file.

    Parameters
    ----------
    json : str
        File for the schema; stdout when left out.
    """
    from hashfall.book.schema import json_schema

    emit_json(json_schema(), json)
