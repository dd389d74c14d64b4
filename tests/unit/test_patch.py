"""Scenarios and single settings: patches that are validated like a book."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hashfall.book.load import digest, parse_book
from hashfall.book.patch import (
    apply,
    load_scenario,
    parse_scenario,
    parse_set,
    scenario_ids,
    world_of,
)
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.book.values import Known, Range
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")
SCENARIO = """schema = "hashfall.scenario/1"
name = "hard winter"
for = "full"
note = "An invented one."
remove = ["claims.supplier", "funding.equity"]

[set]
"accounts.spare.balance" = 5.0
"sites.north.power.price_per_kwh" = { low = 4.0, mid = 5.0, high = 6.0 }
"market.fx.EUR" = 0.9

[add.claims.grid]
entity = "plant"
creditor = "a grid company"
kind = "claim"
amount = 7e6
currency = "EUR"
due = 2025-12-01

[add.funding.lines.rescue]
limit = 1e6
currency = "USD"
rate_per_year = 0.3
until = 2026-01-01

[world]
drift_per_year = -0.2
price_path = [[2025-06-01, 104000], [2025-12-31, 60000.0]]
fx_path.RUB = [[2025-06-01, 79.0]]
power_path.siberia = [[2025-06-01, 0.04]]
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return parse_book(TEXT, "a.toml")


def test_a_scenario_takes_out_adds_and_sets(book: Book) -> None:
    out = apply(book, parse_scenario(SCENARIO, "s.toml"))
    assert "supplier" not in out.claims
    assert out.funding.equity is None
    assert out.claims["grid"].amount == 7e6
    assert set(out.funding.lines) == {"bank", "rescue"}
    assert out.accounts["spare"].balance == 5.0
    assert out.market.fx["EUR"] == 0.9
    assert isinstance(out.sites["north"].power.price_per_kwh, Range)
    assert book.accounts["spare"].balance == 1.0e5  # the book itself stays


def test_a_scenario_says_what_the_world_does() -> None:
    world = parse_scenario(SCENARIO, "s.toml").world
    assert world.drift_per_year == -0.2
    assert world.price_path[1] == (dt.date(2025, 12, 31), 60000.0)
    assert world.fx_path["RUB"] == [(dt.date(2025, 6, 1), 79.0)]
    assert world.power_path["siberia"] == [(dt.date(2025, 6, 1), 0.04)]


def test_the_last_of_several_worlds_has_the_word() -> None:
    first = parse_scenario(SCENARIO, "s.toml")
    second = parse_scenario(
        'schema = "hashfall.scenario/1"\nname = "b"\nfor = "*"\n[world]\ndrift_per_year = 0.1\n'
        "fx_path.KZT = [[2025-06-01, 520]]", "t.toml",
    )
    world = world_of([first, second])
    assert world.drift_per_year == 0.1
    assert set(world.fx_path) == {"RUB", "KZT"}
    assert world.price_path == first.world.price_path
    assert world_of([]).drift_per_year is None


def test_a_scenario_of_the_world_alone_leaves_the_book(book: Book) -> None:
    text = 'schema = "hashfall.scenario/1"\nname = "b"\nfor = "*"\n[world]\ndrift_per_year = 0.1\n'
    assert apply(book, parse_scenario(text, "t.toml")) is book


def test_the_digest_of_a_scenario_is_of_what_it_says() -> None:
    one = parse_scenario(SCENARIO, "s.toml")
    assert parse_scenario(SCENARIO + "\n# remark\n", "t.toml").digest == one.digest
    assert parse_scenario(SCENARIO.replace("7e6", "8e6"), "s.toml").digest != one.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('for = "full"', 'for = "bitriver"',
         'scenario hard winter: for: expected full or *, found "bitriver"; '
         "a scenario is bound to the book it was written for"),
        ('"claims.supplier"', '"claims.suplier"',
         "scenario hard winter: claims.suplier: expected an entry of the book, "
         'found "suplier"; did you mean supplier?'),
        ('"claims.supplier"', '"nothing.at.all"', "expected a table of the book"),
        ('"claims.supplier"', '"schema"', "an entry that can be taken out"),
        ('"claims.supplier"', '"claims..x"', "a dotted path such as"),
        ('"accounts.spare.balance" = 5.0', '"accounts.spare.balanse" = 5.0',
         "scenario hard winter: accounts.spare.balanse: expected a field of the book, "
         'found "balanse"; did you mean balance?'),
        ('"accounts.spare.balance" = 5.0', '"accounts.none.balance" = 5.0',
         'expected a table of the book, found "none"'),
        ('"accounts.spare.balance" = 5.0', '"accounts.spare.balance" = -5.0',
         "expected a number >= 0 [currency], found -5"),
        ('"accounts.spare.balance" = 5.0', '"accounts.spare.balance.value" = 5.0',
         'expected a table of the book, found "balance"'),
        ('"accounts.spare.balance" = 5.0', '"missing.0.why" = "x"', "expected a field of the book"),
        ("[add.claims.grid]", "[add.claim.grid]", "did you mean claims?"),
        ("[add.claims.grid]", "[add.claims.award]", "use set to change it"),
        ('entity = "plant"', 'entity = "plan"', "scenario hard winter: claims.grid.entity"),
        ("due = 2025-12-01", "dew = 2025-12-01", "did you mean due?"),
        ('"market.fx.EUR" = 0.9', "", "market.fx.EUR (rule currency_rates)"),
    ],
)  # fmt: skip
def test_a_scenario_that_does_not_fit(book: Book, old: str, new: str, said: str) -> None:
    assert old in SCENARIO
    with pytest.raises(InputError) as caught:
        apply(book, parse_scenario(SCENARIO.replace(old, new, 1), "s.toml"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[world]", "[wurld]", "s.toml: wurld: expected a known key, found 'wurld'; did you mean"),
        ("drift_per_year = -0.2", "drift_per_year = nan", "world.drift_per_year: expected a num"),
        ("drift_per_year = -0.2", "drift_per_year = -1.0", "a number > -1, found -1.0"),
        ("[2025-12-31, 60000.0]", "[2025-05-31, 60000.0]",
         "s.toml: world.price_path: expected dates in order, after 2025-06-01, found 2025-05-31"),
        ("[2025-12-31, 60000.0]", "[2025-12-31, 0.0]", "world.price_path.1.1: expected a number >"),
        ("[2025-12-31, 60000.0]", "[2025-12-31]", "world.price_path.1.1: expected a value"),
        ("[2025-12-31, 60000.0]", "['x', 60000.0]", "world.price_path.1.0: expected a date"),
        ("fx_path.RUB", "fx_path.rub", "s.toml: world.fx_path.rub: expected a currency such as"),
        ('name = "hard winter"', "", "s.toml: name: expected a value, found nothing"),
        ("hashfall.scenario/1", "hashfall.book/1", "this is a book: name it as the company"),
        ("[set]", "[set", "expected TOML"),
    ],
)
def test_a_malformed_scenario(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario(SCENARIO.replace(old, new, 1), "s.toml")
    assert said in str(caught.value)


def test_a_scenario_file(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "s.toml"
    path.write_text(SCENARIO)
    assert load_scenario(path) == parse_scenario(SCENARIO, "s.toml")
    with pytest.raises(InputError, match="expected a file, found none"):
        load_scenario(tmp_path / "none.toml")


@pytest.mark.parametrize("name", scenario_ids())
def test_shipped_scenarios_apply_to_their_case(name: str) -> None:
    scenario = load_scenario(name)
    ready = prepare(scenario.for_, scenarios=[scenario])
    assert ready.scenarios == (scenario,)
    assert scenario.note


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("bitriver_no_awards")
    assert str(caught.value) == (
        '--scenario: expected a shipped scenario or a file, found "bitriver_no_awards"; '
        "did you mean bitriver_no_award? (a file ends in .toml)"
    )


@pytest.mark.parametrize(
    ("argument", "path", "value"),
    [
        ("a.b=5e6", "a.b", 5e6),
        ("a.b = 2026-01-31", "a.b", dt.date(2026, 1, 31)),
        ("a.b=true", "a.b", True),
        ('a.b={ low = 1, mid = 2, high = 3 }', "a.b", {"low": 1, "mid": 2, "high": 3}),
        ('a.b=["tax"]', "a.b", ["tax"]),
        ("a.b=idle", "a.b", "idle"),
        ('a.b="5"', "a.b", "5"),
        ("a.b=c=d", "a.b", "c=d"),
        ("a.b=1\nc = 2", "a.b", "1\nc = 2"),
        ("a.b=" + "[" * 3000, "a.b", "[" * 3000),
        ("a.b=", "a.b", ""),
    ],
)
def test_values_on_the_command_line(argument: str, path: str, value: object) -> None:
    assert parse_set(argument).set == {path: value}


@pytest.mark.parametrize("argument", ["", "a.b", "=5", "  = 5"])
def test_a_setting_needs_path_and_value(argument: str) -> None:
    with pytest.raises(InputError, match="--set: expected PATH=VALUE"):
        parse_set(argument)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("accounts.spare.balance=-5",
         "--set accounts.spare.balance=-5: accounts.spare.balance: expected a number >= 0 "
         "[currency], found -5"),
        ("accounts.spare.balance=lots", 'found "lots"; write the number alone, in currency'),
        ("coinz.free_btc=3", 'expected a field of the book, found "coinz"; did you mean coins?'),
        ("funding.equity.cost=2", "a share, not percent: 2% is 0.02"),
        ("schema=x", "schema: expected 'hashfall.book/1'"),
        ("as_of=2026-01-01", "known_by: expected a day on or after as_of"),
    ],
)
def test_a_setting_that_does_not_fit(book: Book, argument: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(book, parse_set(argument))
    assert said in str(caught.value)


def test_parts_of_a_figure_and_sections_left_out_can_be_set(book: Book) -> None:
    raised = apply(book, parse_set("sites.north.mw.high=60")).sites["north"].mw
    assert isinstance(raised, Range)
    assert raised.high == 60.0
    price = apply(book, parse_set("market.price_usd.value=5e4")).market.price_usd
    assert isinstance(price, Known)
    assert price.value == 5e4
    plain = parse_book(TEXT.replace("[treasury]\nsell_share = 0.9\nlook_ahead_days = 10", ""), "b")
    assert apply(plain, parse_set("treasury.look_ahead_days=3")).treasury.look_ahead_days == 3


def test_what_is_set_is_no_longer_missing(book: Book) -> None:
    text = TEXT.replace('path = "receivables"', 'path = "accounts.main.balance"')
    out = apply(parse_book(text, "a.toml"), parse_set("accounts.main.balance=1e6"))
    assert out.missing == []


def test_prepare_takes_the_steps_in_order() -> None:
    scenario = parse_scenario(SCENARIO, "s.toml")
    path = Path(__file__).parents[1] / "data/full_book.toml"
    ready = prepare(path, scenarios=[scenario, parse_set("accounts.spare.balance=6")])
    assert ready.book.accounts["spare"].balance == 6.0
    assert isinstance(ready.book.accounts["main"].balance, Range)
    assert "leaving" not in ready.book.events
    assert ready.world.drift_per_year == -0.2
    assert digest(ready.written) != digest(ready.book)
    assert [s.name for s in ready.scenarios] == ["hard winter", "--set accounts.spare.balance=6"]


FULL = Path(__file__).parents[1] / "data/full_book.toml"


def test_a_scenario_may_give_what_was_not_published_yet() -> None:
    early = dt.date(2025, 5, 10)
    with pytest.raises(InputError, match=r"sites\.north\.mw: expected a figure published by"):
        prepare(FULL, early)
    given = [parse_set("sites.north.mw=40"), parse_set("sites.north.power.price_per_kwh=3"),
             parse_set("claims.award.amount=1"), parse_set("claims.award.due=2025-04-30")]
    ready = prepare(FULL, early, scenarios=given)
    assert ready.book.sites["north"].mw == 40.0
    assert ready.book.as_of == early


def test_a_scenario_may_take_out_an_event_of_any_date() -> None:
    text = 'schema = "hashfall.scenario/1"\nname = "n"\nfor = "full"\nremove = ["events.leaving"]'
    ready = prepare(FULL, scenarios=[parse_scenario(text, "s.toml")])
    assert "events.leaving" not in {m.path for m in ready.book.missing}


def test_a_scenario_of_what_is_left_out_is_an_error() -> None:
    setting = parse_set("events.leaving.share=0.9")
    with pytest.raises(InputError) as caught:
        prepare(FULL, scenarios=[setting])
    assert str(caught.value) == (
        "--set events.leaving.share=0.9: events.leaving.share: expected what was known by "
        "2025-06-15, found published later (later, 2025-08-31)"
    )
    ready = prepare(FULL, known_by=dt.date(2025, 8, 31), scenarios=[setting])
    assert ready.book.events["leaving"].share == 0.9


def test_an_added_entry_that_looks_ahead_is_an_error() -> None:
    text = SCENARIO.replace("due = 2025-12-01", 'due = 2025-12-01\nsource = "later"')
    with pytest.raises(InputError, match=r"scenario hard winter: claims\.grid: expected what was"):
        prepare(FULL, scenarios=[parse_scenario(text, "s.toml")])
