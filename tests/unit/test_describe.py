"""The book told back: everything a lender has to see is in it, within its width."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hashfall.book.describe import calendar, describe
from hashfall.book.describe_record import short_paths
from hashfall.book.describe_text import describe_text
from hashfall.book.fields import figures
from hashfall.book.library import at, case_ids
from hashfall.book.load import parse_book
from hashfall.book.plausible import remarks
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.book.sizing import apply_sizing
from hashfall.book.words import table, wrapped

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")


def _book(old: str = "", new: str = "") -> Book:
    assert old in TEXT
    return apply_sizing(at(parse_book(TEXT.replace(old, new, 1), "a.toml")))


@pytest.fixture(scope="module")
def book() -> Book:
    return _book()


@pytest.fixture(scope="module")
def text(book: Book) -> str:
    return describe_text(book)


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", case_ids())
@pytest.mark.parametrize("width", [60, 80, 132])
def test_the_cases_fit_the_width(case: str, width: int) -> None:
    lines = describe_text(prepare(case).book, width).splitlines()
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]


def test_who_and_when(text: str) -> None:
    assert text.startswith("Full House Mining\n---")
    flat = _flat(text)
    assert "balances of 2025-05-31, what was known by 2025-06-15, money in RUB" in flat
    assert "A hosting and mining company. At 77-83 RUB to the dollar" in flat
    assert "revenue of 3.65bn RUB a year" in flat
    assert "apart (ring-fenced)" in flat


def test_what_it_runs(text: str) -> None:
    flat = _flat(text)
    for said in ("Bratsk, Russia", "30-45", "market kazakhstan", "S19j Pro", "client"):
        assert said in flat
    assert "own grows to 400 PH/s by 2026-03-31, evenly." in flat


def test_what_is_due_stands_in_order(book: Book) -> None:
    rows = calendar(book)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert (rows[0]["path"], rows[0]["overdue"]) == ("claims.award", True)
    assert {row["path"] for row in rows} == {
        "claims.award", "claims.supplier", "debts.bank", "debts.ring", "coin_loans.desk",
        "costs.order", "events.dividend",
    }
    assert sum(row["path"] == "debts.bank" for row in rows) == 2  # instalments, and the rest


def test_a_loan_in_instalments_does_not_just_mature(book: Book, text: str) -> None:
    ends = [row["what"] for row in calendar(book) if row["path"] == "debts.bank"]
    assert ends[-1].endswith("ends, repaid in monthly instalments until then")
    plain = _book().model_copy(deep=True)
    debt = plain.debts["bank"].model_copy(update={"instalment": None, "first_instalment": None})
    even = describe_text(plain.model_copy(update={"debts": {"bank": debt}}))
    assert "even" in even[even.index("a month"):].splitlines()[1].split()


def test_a_rate_that_could_stand_either_way_round_is_pointed_out() -> None:
    [said] = remarks(_book("KZT = 510.0", "KZT = 510.0, EUR = 1.08"))
    assert said == ("market.fx.EUR: read as 1.08 EUR for one dollar, so one EUR is worth 0.9259 "
                    "USD; no rate ships that could tell whether 0.9259 was meant")


def test_overdue_and_frozen_are_told(text: str) -> None:
    flat = _flat(text)
    assert "award: a former partner 30m RUB overdue" in flat
    assert "by domestic court" in flat
    assert "allows payroll, tax" in flat


def test_what_is_not_known_is_told_with_its_numbers(text: str) -> None:
    assert "50m, 250m, 900m RUB" in _flat(text)
    assert "accounts.main.balance" in text
    assert "Left out, published later: events.leaving (later, 2025-08-31)." in _flat(text)
    assert "receivables: Bills are not published. Instead: One of June." in _flat(text)


def test_contradictions_and_sources(text: str) -> None:
    flat = _flat(text)
    assert "Number of machines: 3,000 [annual]; 3,500 [later, later]. The audited figure." in flat
    assert "later than known_by" in flat


def test_funding_that_is_off_is_a_stress(text: str) -> None:
    assert "Funding that is off" not in text
    off = describe_text(_book("[funding.machines]\ndiscount = 0.5\n", ""))
    assert "Funding that is off, which is a stress: sale of machines." in _flat(off)


def test_a_raw_book_names_the_rules() -> None:
    raw = describe_text(parse_book(TEXT, "a.toml"))
    assert "cash_days" in raw
    assert "not applied yet" in raw


def test_the_description_as_data_holds_every_figure(book: Book) -> None:
    data = json.loads(json.dumps(describe(book)))
    for key in ("case", "as_of", "known_by", "currency", "sites", "debts", "events", "missing",
                "conflicts", "sources", "calendar", "funding_off", "remarks"):
        assert key in data
    assert data["sites"][0]["mw"] == {
        "low": 30.0, "mid": 40.0, "high": 45.0, "source": "press", "unit": "MW"
    }
    assert data["accounts"][1]["balance"] == {"value": 100000.0, "unit": "USD"}
    assert data["market"]["fx"]["RUB"]["unit"] == "units/USD"
    found = json.dumps(data)
    for place in figures(book):
        if hasattr(place.value, "mid"):
            assert json.dumps(place.value.model_dump(mode="json")["mid"]) in found, place.path


def test_sources_say_what_they_are_used_for(book: Book) -> None:
    used = {s["id"]: s["used_for"] for s in describe(book)["sources"]}
    assert used["close"] == ["market.price_usd"]
    assert "claims.supplier" in used["press"]
    assert used["later"] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("count = { value = 3000", "count = { value = 30000",
         "sites.north: machines and clients need"),
        ("j_per_th = 38.0", "j_per_th = 3.8", "fleet.ring_own.j_per_th: 3.8 J/TH is better"),
        ("matures = 2026-06-30", "matures = 2025-03-31", "debts.ring: matured on 2025-03-31"),
        ("start = 2025-11-15\nuntil = 2026-03-15", "start = 2024-11-15\nuntil = 2025-03-15",
         "events.ban: over by 2025-03-15"),
        ('source = "annual"\n\n[treasury]', '\n[treasury]\n', ""),
        ('value = 104000.0, source = "close"', 'value = 104000.0, source = "press"',
         "sources: close named by no figure"),
        ("[hosting.clients]\nsite = \"north\"", "[hosting.clients]\nsite = \"steppe\"",
         "sites.steppe: machines and clients need"),
    ],
)  # fmt: skip
def test_what_looks_odd_is_pointed_out(old: str, new: str, said: str) -> None:
    found = remarks(_book(old, new))
    assert not said or any(remark.startswith(said) for remark in found), found


def test_a_sound_book_draws_no_remark(book: Book) -> None:
    assert remarks(book) == []


def test_the_lack_of_a_section_is_pointed_out(book: Book) -> None:
    bare = book.model_copy(update={"accounts": {}, "routes": {}, "costs": {}, "fleet": {}})
    said = " ".join(remarks(bare))
    for word in ("accounts: none", "routes: none", "costs: none", "sites.steppe: running"):
        assert word in said


def test_control_characters_are_not_printed() -> None:
    assert "\x1b" not in describe_text(_book("Full House Mining", "Full \\u001b[31mHouse"))


def test_paths_are_shortened_where_all_entries_share_them(book: Book) -> None:
    assert short_paths(book, ["fleet.own.uptime", "fleet.ring_own.uptime"]) == "fleet.*.uptime"
    assert short_paths(book, ["fleet.own.uptime", "coins.free_btc"]) == (
        "fleet.own.uptime, coins.free_btc"
    )
    assert short_paths(book, ["a", "b", "c"], 2) == "a, b and 1 more"


def test_words_break_where_they_can() -> None:
    assert wrapped("aa bb cc", 5) == ["aa bb", "cc"]
    assert wrapped("x abcdefghij", 4) == ["x", "abcd", "efgh", "ij"]
    assert wrapped("", 4) == [""]


def test_a_table_fits_even_when_its_words_do_not() -> None:
    lines = table(["a", "b"], [["x" * 50, "y" * 50]], 30)
    assert max(map(len, lines)) <= 30
    assert sum(line.count("x") for line in lines) == 50
