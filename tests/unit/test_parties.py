"""Who the entities of a book are: names, numbers and stakes that screening looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from hashfall.book.describe import describe
from hashfall.book.describe_text import describe_text
from hashfall.book.library import case_ids, open_book
from hashfall.book.load import parse_book
from hashfall.book.parties import entity_names, main_entity, parties, stakes

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")


def test_an_entity_has_its_own_name_or_that_of_the_company_or_its_key() -> None:
    book = parse_book(TEXT, "a.toml")
    assert main_entity(book) == "top"
    assert entity_names(book) == {
        "top": book.name, "plant": "Made North Plant LLC", "ring": "Ring",
        "under_ring": "Under Ring"}
    found = {p.entity: p for p in parties(book)}
    assert found["plant"].names == ("Made North Plant LLC", "Severny Zavod")
    assert found["plant"].numbers == ("7700000001",)
    assert found["top"].names == (book.name,)


def test_a_key_is_not_looked_for() -> None:
    found = {p.entity: p.names for p in parties(parse_book(TEXT, "a.toml"))}
    assert found["ring"] == found["under_ring"] == ()


def test_the_company_keeps_its_name_beside_that_of_its_first_entity() -> None:
    book = open_book("bitriver")
    assert {p.entity: p.names for p in parties(book)} == {
        "fox": ("Fox Group LLC", "BitRiver (Fox Group)"), "rus": ("Bitriver Rus",),
        "sever": ("Bitriver-Sever",), "bitriver_b": ("BitRiver-B",)}


def test_stakes_are_stated_or_not() -> None:
    book = parse_book(TEXT, "a.toml")
    assert list(stakes(book)) == [
        (book.name, "Made North Plant LLC", 75.0), ("Made Holder", "Made North Plant LLC", 25.0),
        (book.name, "Ring", None), ("Ring", "Under Ring", None)]


@pytest.mark.parametrize("case", case_ids())
def test_every_shipped_entity_has_a_name_to_look_for(case: str) -> None:
    assert all(party.names for party in parties(open_book(case)))


def test_a_book_in_words_tells_names_and_owners() -> None:
    text = " ".join(describe_text(parse_book(TEXT, "a.toml")).split())
    for words in ("plant also called: Severny Zavod.", "plant registered as: 7700000001.",
                  "plant owned by: Made Holder (25%).", "top (75%)"):
        assert words in text


def test_a_book_as_data_keeps_key_and_name_apart() -> None:
    plant = describe(parse_book(TEXT, "a.toml"))["entities"][1]
    assert (plant["name"], plant["called"]) == ("plant", "Made North Plant LLC")
    assert [(o["name"], o["called"], o["share"]) for o in plant["owners"]] == [
        ("holder", "Made Holder", 0.25)]
