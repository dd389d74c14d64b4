"""The JSON Schema of a book says what the loader does."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hashfall.book.fields import records_of, specs
from hashfall.book.library import case_ids, case_text
from hashfall.book.load import book_of, from_json, parse_book, to_json
from hashfall.book.record import Book
from hashfall.book.schema import json_schema
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DATA = tomllib.loads(TEXT)


def _json(data: dict[str, Any]) -> Any:
    return json.loads(json.dumps(data, default=lambda day: day.isoformat()))


def _tables() -> dict[str, Any]:
    return {"Book": SCHEMA, **SCHEMA["$defs"]}


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert SCHEMA["title"] == "hashfall book"
    json.dumps(SCHEMA, allow_nan=False)


def test_every_field_is_described() -> None:
    for name, table in _tables().items():
        for field, content in table["properties"].items():
            assert content.get("description"), f"{name}.{field}"


def test_every_figure_has_its_unit() -> None:
    tables = _tables()
    for record in records_of(Book):
        for name, spec in specs(record).items():
            if spec.quantity is not None:
                field = tables[record.__name__]["properties"][name]
                assert field["unit"] == spec.quantity.unit


def test_every_table_refuses_unknown_keys() -> None:
    for name, table in _tables().items():
        assert table["additionalProperties"] is False, name


@pytest.mark.parametrize("case", case_ids())
def test_the_cases_follow_the_schema(case: str) -> None:
    VALIDATOR.validate(_json(tomllib.loads(case_text(case))))


def test_a_book_in_a_result_follows_the_schema_too() -> None:
    book = parse_book(TEXT, "a.toml")
    VALIDATOR.validate(to_json(book))
    assert from_json(to_json(book), "x") == book


_WRONG: list[tuple[str, Any]] = [
    ("accounts.spare.balance", -1.0),
    ("accounts.spare.balance", "5"),
    ("accounts.spare.balance", True),
    ("accounts.spare.balance", [1.0]),
    ("accounts.spare.balance", {"value": 1.0}),
    ("accounts.spare.balance", {"value": -1.0, "source": "assumption"}),
    ("accounts.spare.balance", {"low": -1.0, "mid": 0.0, "high": 1.0}),
    ("accounts.spare.balance", {"low": 1.0, "mid": 1.0}),
    ("accounts.spare.balance", {"rule": "cash_days", "value": 3.0}),
    ("accounts.spare.balance", {"rule": "cash days"}),
    ("accounts.spare.balanse", 1.0),
    ("accounts.spare.currency", "usd"),
    ("accounts.spare", 3),
    ("accounts", []),
    ("accounts.a b", {"entity": "top"}),
    ("tax.profit_rate", 25.0),
    ("tax.at_crediting", 1),
    ("tax.period", "year"),
    ("fleet.own.j_per_th", 0.0),
    ("treasury.look_ahead_days", 61),
    ("treasury.look_ahead_days", 1.5),
    ("market.fx.RUB", 0.0),
    ("market.fx.rub", 79.0),
    ("claims.award.due", 20250430),
    ("claims.award.due", {"value": dt.date(2025, 4, 30)}),
    ("waterfall", ["power", "rent"]),
    ("id", "Full House"),
    ("schema", "hashfall.book/2"),
    ("entities", None),
    ("sources.press.grade", "E"),
]
_RIGHT: list[tuple[str, Any]] = [
    ("accounts.spare.balance", 0),
    ("accounts.spare.balance", {"value": 0, "source": "press", "note": "n"}),
    ("accounts.spare.balance", {"low": 0.0, "mid": 1.0, "high": 2.0, "driver": "d", "why": "w"}),
    ("accounts.spare.balance", {"rule": "cash_days"}),
    ("claims.award.due", {"value": dt.date(2025, 4, 30), "source": "press"}),
    ("market.fx.EUR", 0.92),
    ("tax.profit_rate", 1),
    ("treasury.look_ahead_days", 60),
]


def _changed(path: str, value: Any) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(DATA)
    *outer, name = path.split(".")
    at = data
    for part in outer:
        at = at[part]
    if value is None:
        del at[name]
    else:
        at[name] = value
    return data


@pytest.mark.parametrize(("path", "value"), _WRONG)
def test_what_the_loader_refuses_the_schema_refuses(path: str, value: Any) -> None:
    data = _changed(path, value)
    with pytest.raises(InputError):
        book_of(copy.deepcopy(data), "a.toml")
    assert not VALIDATOR.is_valid(_json(data))


@pytest.mark.parametrize(("path", "value"), _RIGHT)
def test_what_the_loader_takes_the_schema_takes(path: str, value: Any) -> None:
    data = _changed(path, value)
    book_of(copy.deepcopy(data), "a.toml")
    VALIDATOR.validate(_json(data))
