"""Books by name, and what was known when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hashfall.book.consistency import check_known
from hashfall.book.library import at, case_ids, open_book
from hashfall.book.load import digest, from_json, parse_book, to_json
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.errors import InputError

DATA = Path(__file__).parents[1] / "data"
TEXT = (DATA / "full_book.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def book() -> Book:
    return parse_book(TEXT, "a.toml")


@pytest.mark.parametrize("case", case_ids())
def test_every_case_opens_and_can_be_prepared(case: str) -> None:
    book = open_book(case)
    assert book.id == case
    prepared = prepare(case)
    check_known(prepared.book)
    assert prepared.book.as_of == book.as_of


def test_the_cases_of_the_issue_are_there() -> None:
    assert {"bitriver", "intelion", "core_scientific_2022", "riot_2022"} <= set(case_ids())


def test_an_unknown_case_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        open_book("bitrivr")
    assert str(caught.value) == (
        'company: expected a case or a book file, found "bitrivr"; '
        "did you mean bitriver? (a file ends in .toml)"
    )
    with pytest.raises(InputError, match="known: bitfarms_2022, bitriver"):
        open_book("qqqqqqqqqqqqqq")
    for odd in ("x" * 5000, "a\0b", ""):
        with pytest.raises(InputError):
            open_book(odd)


def test_a_file_opens_by_its_path() -> None:
    assert open_book(str(DATA / "full_book.toml")).id == "full"
    assert open_book(DATA / "full_book.toml").id == "full"


def test_what_came_out_later_is_left_out_and_listed(book: Book) -> None:
    now = at(book)
    assert "leaving" in book.events
    assert "leaving" not in now.events
    assert [m.model_dump() for m in now.missing if m.path == "events.leaving"] == [{
        "path": "events.leaving",
        "why": "published later (later, 2025-08-31)",
        "used_instead": "left out",
    }]
    assert "leaving" in at(book, known_by=dt.date(2025, 8, 31)).events


def test_as_of_moves_both_dates_and_known_by_one(book: Book) -> None:
    moved = at(book, dt.date(2025, 9, 30))
    assert (moved.as_of, moved.known_by) == (dt.date(2025, 9, 30), dt.date(2025, 9, 30))
    assert "leaving" in moved.events
    later = at(book, known_by=dt.date(2025, 12, 31))
    assert (later.as_of, later.known_by) == (book.as_of, dt.date(2025, 12, 31))
    both = at(book, dt.date(2025, 5, 25), dt.date(2025, 5, 26))
    assert (both.as_of, both.known_by) == (dt.date(2025, 5, 25), dt.date(2025, 5, 26))


def test_balances_are_not_from_after_what_is_known(book: Book) -> None:
    with pytest.raises(InputError, match=r"known_by: expected a day on or after as_of"):
        at(book, dt.date(2025, 9, 30), dt.date(2025, 9, 29))


def test_what_names_an_entry_that_is_left_out_goes_too() -> None:
    text = TEXT.replace('status = "running"', 'status = "running"\nsource = "later"', 1)
    text = text.replace('site = "north"', 'site = "steppe"', 1)
    gone = at(parse_book(text, "a.toml"))
    assert "north" not in gone.sites
    assert "clients" not in gone.hosting
    assert "storm" not in gone.events
    why = {m.path: m.why for m in gone.missing}
    assert why["hosting.clients"] == "its site north is left out"
    assert why["events.storm"] == "north is left out"


def test_a_figure_that_came_out_later_falls_back_to_its_default() -> None:
    text = TEXT.replace("discount = 0.5", 'discount = { value = 0.5, source = "later" }')
    machines = at(parse_book(text, "a.toml")).funding.machines
    assert machines is not None
    assert machines.discount == 0.4
    own_day = TEXT.replace(
        "discount = 0.5",
        'discount = { value = 0.5, source = "assumption", published = 2025-07-01 }',
    )
    machines = at(parse_book(own_day, "a.toml")).funding.machines
    assert machines is not None
    assert machines.discount == 0.4


def test_a_section_that_came_out_later_falls_back_to_its_default() -> None:
    late = at(parse_book(TEXT.replace('source = "annual"\n\n[treasury]',
                                      'source = "later"\n\n[treasury]'), "a.toml"))
    assert late.coins.free_btc == 0.0
    late = at(parse_book(TEXT.replace("open_until = 2025-12-31\n\n[funding",
                                      'source = "later"\n\n[funding', 1), "a.toml"))
    assert late.funding.equity is None
    assert "funding.equity" in {m.path for m in late.missing}


def test_a_figure_that_a_book_cannot_do_without_is_an_error(book: Book) -> None:
    text = TEXT.replace("balance = 1.0e5", 'balance = { value = 1.0e5, source = "later" }')
    with pytest.raises(InputError) as caught:
        at(parse_book(text, "a.toml"))
    assert str(caught.value) == (
        "full: accounts.spare.balance: expected a figure published by 2025-06-15, "
        "found published later (later, 2025-08-31); "
        "set it with --set, or give an earlier figure"
    )


def test_a_source_with_remarks_and_a_list_of_sources_count_from_the_last() -> None:
    text = TEXT.replace("discount = 0.5",
                        'discount = { value = 0.5, source = "annual p. 7, later p. 2" }')
    late = at(parse_book(text, "a.toml"))
    assert "funding.machines.discount" in {m.path for m in late.missing}


def test_conflicts_and_sources_stay(book: Book) -> None:
    now = at(book)
    assert now.conflicts == book.conflicts
    assert now.sources == book.sources


def test_a_book_goes_through_json_unchanged(book: Book) -> None:
    again = from_json(to_json(book), "result.json")
    assert again == book
    assert digest(again) == digest(book)


def test_a_book_in_json_that_was_touched_is_refused(book: Book) -> None:
    data = to_json(book)
    data["accounts"]["spare"]["balance"] = -1
    with pytest.raises(InputError, match=r"result\.json: accounts\.spare\.balance: .* found -1"):
        from_json(data, "result.json")


def test_the_digest_is_of_what_a_book_says() -> None:
    same = parse_book(TEXT.replace("mw = 10.0", "mw   =  1e1  # ten"), "b.toml")
    other = parse_book(TEXT.replace("mw = 10.0", "mw = 10.1"), "c.toml")
    assert digest(same) == digest(parse_book(TEXT, "a.toml")) != digest(other)
