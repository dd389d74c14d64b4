"""A book cut along its ring fences."""

from __future__ import annotations

from pathlib import Path

import pytest

from hashfall.book.consistency import RULES
from hashfall.book.fields import specs
from hashfall.book.load import parse_book
from hashfall.book.parts import parts
from hashfall.book.record import Book

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")
_EVERYWHERE = {"routes", "sources", "events", "covenants"}


@pytest.fixture(scope="module")
def book() -> Book:
    return parse_book(TEXT, "a.toml")


def test_a_book_without_ring_fences_is_one_part(book: Book) -> None:
    whole = parse_book(
        TEXT.replace("ring_fenced = true", "").replace(
            "balance = 2.0e8", "balance = 2.0e8\nreceipts_share = 0.0"
        ),
        "a.toml",
    )
    assert parts(whole) == (whole,)


def test_the_group_comes_first_then_each_ring(book: Book) -> None:
    group, ring = parts(book)
    assert (group.id, group.name) == ("full", "Full House Mining")
    assert (ring.id, ring.name) == ("full_ring", "Full House Mining: ring")


def test_every_entry_falls_into_one_part(book: Book) -> None:
    cut = parts(book)
    for spec in specs(Book).values():
        if spec.kind == "table" and spec.attribute not in _EVERYWHERE:
            names = [name for part in cut for name in getattr(part, spec.attribute)]
            assert sorted(names) == sorted(getattr(book, spec.attribute)), spec.name


def test_a_ring_has_what_its_entities_own(book: Book) -> None:
    ring = parts(book)[1]
    assert set(ring.entities) == {"ring", "under_ring"}
    assert (set(ring.sites), set(ring.fleet)) == ({"steppe"}, {"ring_own"})
    assert (set(ring.accounts), set(ring.debts)) == ({"ring"}, {"ring"})
    assert not ring.hosting and not ring.claims
    assert ring.entities["ring"].parent is None
    assert not ring.entities["ring"].ring_fenced


def test_the_group_keeps_coins_funding_and_covenants(book: Book) -> None:
    group, ring = parts(book)
    assert (group.coins, group.funding, group.covenants) == (
        book.coins, book.funding, book.covenants
    )
    assert ring.coins.free_btc == 0.0
    assert not ring.funding.lines
    assert ring.funding.equity is None
    assert ring.covenants == {}
    assert ring.tax.losses_brought == 0.0
    assert ring.tax.profit_rate == book.tax.profit_rate


def test_events_go_with_what_they_hit(book: Book) -> None:
    group, ring = parts(book)
    assert set(group.events) == {"arrest", "leaving", "closure", "storm", "dividend"}
    assert set(ring.events) == {"ban", "closure"}


def test_each_part_is_a_sound_book(book: Book) -> None:
    for part in parts(book):
        assert not [name for name, rule in RULES.items() if list(rule(part))]
        assert Book.model_validate(part.model_dump(by_alias=True, exclude_unset=True)) == part
