"""Books of every shape load, are told back and drawn; broken ones give one line, never a crash."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hashfall.book.describe import describe
from hashfall.book.describe_text import describe_text
from hashfall.book.draws import Drawer
from hashfall.book.fields import figures
from hashfall.book.library import at
from hashfall.book.load import book_of, digest, from_json, parse_book, to_json
from hashfall.book.parts import parts
from hashfall.book.patch import Scenario, apply, parse_set
from hashfall.book.record import Book
from hashfall.book.sizing import apply_sizing
from hashfall.errors import InputError

DATA = tomllib.loads((Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8"))
AS_OF = dt.date(2025, 5, 31)

names = st.text("abcdefghij_-0123456789", min_size=1, max_size=30)
words = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=60)
days = st.dates(dt.date(2025, 6, 1), dt.date(2028, 12, 31))


def _ordered(draw: st.DrawFn, low: float, high: float) -> dict[str, Any]:
    three = sorted(draw(st.lists(st.floats(low, high), min_size=3, max_size=3)))
    return dict(zip(("low", "mid", "high"), three, strict=True))


@st.composite
def figure(draw: st.DrawFn, low: float = 0.0, high: float = 1.0) -> Any:
    """A figure in any of its forms but the rule."""
    form = draw(st.sampled_from(("plain", "known", "range", "driven")))
    if form == "plain":
        return draw(st.floats(low, high))
    if form == "known":
        return {"value": draw(st.floats(low, high)), "source": "assumption", "note": draw(words)}
    out = _ordered(draw, low, high)
    return out if form == "range" else {**out, "driver": draw(st.sampled_from(("d1", "d2")))}


@st.composite
def date_figure(draw: st.DrawFn) -> Any:
    """A date in any of its forms."""
    if draw(st.booleans()):
        return draw(days)
    three = sorted(draw(st.lists(days, min_size=3, max_size=3)))
    return dict(zip(("low", "mid", "high"), three, strict=True))


@st.composite
def claim(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "entity": "top",
        "creditor": draw(words),
        "kind": draw(st.sampled_from(("claim", "award"))),
        "amount": draw(figure(0.0, 1e12)),
        "currency": draw(st.sampled_from(("RUB", "USD", "KZT"))),
        "due": draw(date_figure()),
        "probability": draw(figure()),
        "enforced": draw(st.booleans()),
    }


@st.composite
def route(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": draw(st.sampled_from(("exchange", "otc", "p2p", "trade"))),
        "capacity_btc_per_day": draw(figure(0.0, 1e4)),
        "fee": draw(figure(0.0, 0.5)),
        "haircut": draw(figure()),
        "delay_days": draw(figure(0.0, 60.0)),
    }


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    """The test book with other claims, routes, machines and words."""
    data: dict[str, Any] = copy.deepcopy(DATA)
    data["name"] = draw(words)
    data["claims"] = draw(st.dictionaries(names, claim(), max_size=4))
    data["routes"] |= draw(st.dictionaries(names, route(), max_size=3))
    data["fleet"]["own"]["j_per_th"] = draw(figure(1.0, 200.0))
    data["hosting"]["clients"]["utilisation"] = draw(figure())
    data["sites"]["north"]["mw"] = draw(figure(0.0, 1000.0))
    data["debts"]["bank"]["matures"] = draw(st.dates(dt.date(2025, 8, 1), dt.date(2030, 1, 1)))
    return data


def _ready(data: dict[str, Any]) -> Book:
    return apply_sizing(at(book_of(data, "generated.toml")))


@given(books())
@settings(max_examples=40)
def test_a_generated_book_is_told_back(data: dict[str, Any]) -> None:
    book = _ready(data)
    lines = describe_text(book).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.isprintable() for line in lines)
    assert describe(book)["case"] == "full"
    assert {c for part in parts(book) for c in part.claims} == set(book.claims)


@given(books(), st.data())
@settings(max_examples=40)
def test_draws_stay_within_bounds(data: dict[str, Any], draw: st.DataObject) -> None:
    drawer = Drawer(_ready(data))
    uniform = st.floats(2.0**-33, 1 - 2.0**-33)
    drawn = drawer.draw({d.name: draw.draw(uniform) for d in drawer.drivers})
    for place in figures(drawn):
        if place.spec.quantity is not None:
            assert place.spec.quantity.holds(place.value), place.path
        else:
            assert isinstance(place.value, dt.date), place.path
    assert Book.model_validate(drawn.model_dump(by_alias=True, exclude_unset=True)) == drawn


@given(books(), st.lists(st.floats(0.001, 0.999), min_size=2, max_size=6))
@settings(max_examples=40)
def test_fields_of_a_driver_rise_together(data: dict[str, Any], at_: list[float]) -> None:
    drawer = Drawer(_ready(data))
    draws = []
    for u in sorted(at_):
        drawn = drawer.draw(lambda name, u=u: u if name in ("d1", "d2") else 0.25)
        draws.append({place.path: place.value for place in figures(drawn)})
    for driver in drawer.drivers:
        if driver.name in ("d1", "d2"):
            for path in driver.paths:
                values = [drawn[path] for drawn in draws if path in drawn]
                assert values == sorted(values), path


@given(books())
@settings(max_examples=25)
def test_a_book_goes_through_json_and_keeps_its_digest(data: dict[str, Any]) -> None:
    book = book_of(data, "generated.toml")
    again = from_json(to_json(book), "result.json")
    assert again == book
    assert digest(again) == digest(book)


def _tables(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    out = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        out += _tables(inner, (*path, key))
    return out


PATHS = _tables(DATA)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=6), st.integers(), max_size=2),
    st.fixed_dictionaries({"low": st.floats(), "mid": st.floats(), "high": st.floats()}),
    st.fixed_dictionaries({"value": st.floats(), "source": st.text(max_size=5)}),
    st.fixed_dictionaries({"rule": st.sampled_from(("cash_days", "nothing", "end", ""))}),
)


@given(st.lists(st.tuples(st.sampled_from(PATHS), junk), min_size=1, max_size=3))
@settings(max_examples=300)
def test_a_mutated_book_runs_or_says_why_not(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data: Any = copy.deepcopy(DATA)
    for path, value in changes:
        at_ = data
        for part in path[:-1]:
            try:
                at_ = at_[part]
            except (KeyError, IndexError, TypeError):
                break
        if not isinstance(at_, dict):
            continue
        if value is None:
            at_.pop(path[-1], None)
        else:
            at_[path[-1]] = value
    try:
        book = _ready(data)
        Drawer(book).draw(lambda name: 0.4)
    except InputError as error:
        assert "\n" not in str(error)
        assert str(error).isprintable()
        assert len(str(error)) < 500
        return
    describe_text(book)
    parts(book)


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_any_text_is_a_book_or_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        parse_book(text, "a.toml")


dotted = st.sampled_from([".".join(map(str, path)) for path in PATHS]) | st.text("a.b", max_size=6)


@given(
    st.dictionaries(dotted, junk, max_size=2),
    st.dictionaries(dotted, junk | st.dictionaries(names, junk, max_size=2), max_size=2),
    st.lists(dotted, max_size=2),
)
@settings(max_examples=200)
def test_any_scenario_applies_or_says_why_not(
    set_: dict[str, Any], add: dict[str, Any], remove: list[str]
) -> None:
    scenario = Scenario.model_validate(
        {"schema": "hashfall.scenario/1", "name": "n", "for": "full", "set": set_, "add": add,
         "remove": remove}
    )
    try:
        apply(book_of(copy.deepcopy(DATA), "a.toml"), scenario)
    except InputError as error:
        assert "\n" not in str(error)


@given(st.sampled_from(PATHS), st.text(max_size=12))
@settings(max_examples=150)
def test_any_setting_applies_or_says_why_not(path: tuple[Any, ...], value: str) -> None:
    assume(all(isinstance(part, str) for part in path))
    book = book_of(copy.deepcopy(DATA), "a.toml")
    try:
        apply(book, parse_set(".".join(path) + "=" + value))
    except InputError as error:
        assert "\n" not in str(error)
