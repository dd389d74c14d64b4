"""The compiled ledger gives the bits of its readable twin, on random books and paths."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.engine.pack import Options, pack
from hashfall.engine.replay import replay
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.verify.ledger_twin import compiled, differences
from hashfall.verify.random_books import frame, random_book, stormy_world

DAYS = 130
WORLD = stormy_world(DAYS)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.integers(0, 127), st.integers(0, 2**64 - 1))
def test_a_random_book_has_the_same_bits(
    choices: random.Random, lane: int, seed: int
) -> None:
    packed = pack(random_book(choices.random), frame(DAYS))
    kernel = compiled(WORLD, packed, 128, seed)
    assert not differences(kernel, lane, replay(WORLD, packed, 128 + lane, seed).ledger)


@pytest.mark.parametrize("switch", ["CONST_PRICE", "CONST_HASHPRICE", "CONST_POWER", "CONST_FX",
                                    "STAY", "NO_CALL"])
def test_a_switched_book_has_the_same_bits(switch: str) -> None:
    for number in (2, 3, 11):
        packed = pack(random_book(random.Random(number).random), frame(DAYS))
        packed = packed.with_flags(**{switch: 1})
        kernel = compiled(WORLD, packed, 0, 9)
        assert not differences(kernel, 5, replay(WORLD, packed, 5, 9).ledger)


@pytest.mark.parametrize("options", [
    Options(sources="none"), Options(sources="coins"), Options(haircut=1.0),
    Options(power_usd_per_kwh=0.03), Options(hashprice_usd_ph_day=40.0),
    Options(remove=frozenset({"route", "freeze", "debt_due"})),
])
def test_a_variant_has_the_same_bits(options: Options) -> None:
    packed = pack(random_book(random.Random(4).random), frame(DAYS), options)
    kernel = compiled(WORLD, packed, 0, 9)
    assert not differences(kernel, 3, replay(WORLD, packed, 3, 9).ledger)


def test_random_books_do_default_and_survive() -> None:
    ends = [
        replay(WORLD, pack(random_book(random.Random(n).random), frame(DAYS)), 0, 1).ledger
        for n in range(12)
    ]
    dead = sum(end.row(Row.D1) < CLOCKS_NEVER for end in ends)
    assert 3 <= dead <= 11  # else the books would try one half of the kernel only


def test_a_wrong_bit_is_seen() -> None:
    packed = pack(random_book(random.Random(1).random), frame(DAYS))
    path = replay(WORLD, packed, 7, 9).ledger
    kernel = compiled(WORLD, packed, 0, 9)
    assert not differences(kernel, 7, path)
    assert differences(kernel, 8, path)
    path.rows[Row.CASH] += 2.0**-20
    assert [text.split(":")[0] for text in differences(kernel, 7, path)] == ["cash"]
