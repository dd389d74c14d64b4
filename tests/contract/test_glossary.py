"""The glossary is the law for names: a name and its unit agree wherever they stand."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from numpydoc.docscrape import NumpyDocString

from hashfall.book.fields import records_of, specs
from hashfall.book.glossary import suffix_of, suffixes, terms
from hashfall.book.record import Book
from hashfall.cli import COMMANDS, build_app

if TYPE_CHECKING:
    from conftest import Module

_BARE = {"-", "share", "ratio"}  # one kind of number
# Numbers of the command line that are no quantity of the domain.
_PLAIN = {"last", "rounds", "threads", "years"}


def _unit(name: str) -> str | None:
    """Unit that a name stands for: its own term's, else that of its ending; None for a word."""
    if name in terms():
        unit = terms()[name].unit
        return None if unit == "-" else unit
    ending = suffix_of(name)
    return suffixes()[ending] if ending and ending != name else None


def _agree(name: str, stated: str) -> bool:
    unit = _unit(name)
    # Whole dollars are dollars: what follows a comma is a remark.
    stated = stated.split(",")[0]
    return unit is None or unit == stated or {unit, stated} <= _BARE


def _stated(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Parameters that state one unit in brackets, with it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        text = ast.get_docstring(node) or ""
        if "Parameters\n---" not in text:
            continue
        for parameter in NumpyDocString(text)["Parameters"]:
            unit = re.search(r"\[([^\],]+)\]\s*$", " ".join(parameter.desc))
            if unit:
                yield from ((name.strip(), unit[1]) for name in parameter.name.split(","))


def test_each_term_is_complete() -> None:
    assert len(terms()) > 50
    assert not [
        term.name
        for term in terms().values()
        if not (term.word and term.unit and term.source and term.meaning.endswith("."))
    ]


def test_words_are_not_given_twice() -> None:
    words = [term.word.lower() for term in terms().values()]
    assert len(words) == len(set(words))


def test_terms_are_in_use(files: list[Path]) -> None:
    texts = "\n".join(
        path.read_text()
        for path in files
        if path.suffix in {".py", ".md", ".toml", ".csv"} and path.name != "glossary.toml"
    )
    assert not [t.name for t in terms().values() if t.name not in texts and t.word not in texts]


def test_docstrings_state_the_units_that_names_have(modules: list[Module]) -> None:
    assert not [
        f"{module.path}: {name} in {unit}, not {_unit(name)}"
        for module in modules
        if not module.name.startswith("hashfall.report.")  # speaks of pixels
        for name, unit in _stated(module.tree)
        if not _agree(name, unit)
    ]


def test_fields_of_a_book_have_the_units_that_names_have() -> None:
    assert not [
        f"{record.__name__}.{name}: {spec.quantity.unit}, not {_unit(name)}"
        for record in records_of(Book)
        for name, spec in specs(record).items()
        if spec.quantity and not _agree(name, spec.quantity.unit)
    ]


def test_columns_of_the_history_have_the_units_that_names_have(root: Path) -> None:
    columns = tomllib.loads((root / "src/hashfall/cases/history.toml").read_text())["columns"]
    assert not [name for name, column in columns.items() if not _agree(name, column["unit"])]


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_numbers_on_the_command_line_are_words_of_the_glossary(command: str) -> None:
    arguments = build_app()[command].assemble_argument_collection()
    numbers = {
        argument.name.lstrip("-").replace("-", "_")
        for argument in arguments
        if re.search(r"\b(int|float)\b", str(argument.hint)) and argument.name.startswith("--")
    }
    assert not [name for name in numbers - _PLAIN if name not in terms() and _unit(name) is None]


def test_a_wrong_unit_is_seen() -> None:
    assert not _agree("power_price_usd_per_kwh", "USD/MWh")
    assert not _agree("cash_btc", "USD")
    assert _agree("fee_share", "-")
    assert _agree("lender", "anything")
