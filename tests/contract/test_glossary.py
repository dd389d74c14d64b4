"""Names that say a unit say it as the glossary does, and no word is used without its entry."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hashfall.book.fields import records_of, specs
from hashfall.book.glossary import suffix_of, suffixes, terms
from hashfall.book.record import Book
from hashfall.cli import COMMANDS, build_app

# Share of a field that says how fast: the unit is the share, the name says the period.
_FREE_OF_UNIT = {"-", "date"}


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _book_fields() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for record in records_of(Book):
        for name, spec in specs(record).items():
            if spec.quantity is not None:
                found.setdefault(name, set()).add(spec.quantity.unit)
    return found


BOOK = _book_fields()


def test_terms_are_complete() -> None:
    for name, term in terms().items():
        assert term.word and term.unit and term.meaning and term.source, name
        assert term.meaning.endswith("."), name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_a_word_stands_for_one_quantity() -> None:
    words = [term.word for term in terms().values()]
    assert len(set(words)) == len(words)
    symbols = [term.symbol for term in terms().values() if term.symbol]
    assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize("name", sorted(terms()))
def test_terms_follow_their_endings(name: str) -> None:
    suffix = suffix_of(name)
    if suffix is not None and terms()[name].unit not in _FREE_OF_UNIT:
        assert suffixes()[suffix] == terms()[name].unit


@pytest.mark.parametrize("name", sorted(BOOK))
def test_fields_of_a_book_follow_their_endings(name: str) -> None:
    suffix = suffix_of(name)
    if suffix is not None:
        assert BOOK[name] == {suffixes()[suffix]}


@pytest.mark.parametrize("name", sorted(set(BOOK) & set(terms())))
def test_fields_and_terms_of_one_name_have_one_unit(name: str) -> None:
    assert BOOK[name] == {terms()[name].unit}


def _unit_names(names: Iterator[str] | list[str]) -> set[str]:
    """Names that end in a unit: these need an entry, whatever else a file may hold."""
    return {n for n in names if re.fullmatch(r"[a-z0-9_]+", n) and suffix_of(n)}


def _unknown(names: set[str]) -> list[str]:
    return sorted(names - set(terms()) - set(BOOK) - set(suffixes()))


def test_keys_of_a_result_are_in_the_glossary(root: Path) -> None:
    result = json.loads((root / "tests/data/sample_result.json").read_text())
    assert not _unknown(_unit_names(_keys(result)))


def test_columns_of_the_history_are_in_the_glossary(root: Path) -> None:
    meta = tomllib.loads((root / "src/hashfall/cases/history.toml").read_text())
    for name, column in meta["columns"].items():
        suffix = suffix_of(name)
        if suffix is not None and name != "price_days":
            assert name in terms(), name
            assert column["unit"].startswith(suffixes()[suffix]), name


@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name != "bench"])
def test_options_with_a_unit_are_in_the_glossary(command: str) -> None:
    arguments = build_app()[command].assemble_argument_collection(parse_docstring=True)
    flags = [n.lstrip("-").replace("-", "_") for a in arguments for n in a.names]
    assert not _unknown(_unit_names(flags))


def test_an_unknown_name_with_a_unit_is_seen() -> None:
    assert _unknown(_unit_names(["wallet_btc", "trapped_btc", "name", "mw"])) == ["wallet_btc"]
