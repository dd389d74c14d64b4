"""Hops and taint on small graphs, worked out by hand."""

from __future__ import annotations

import pytest

from hashfall.model.taint import COINBASE, Hop, Transfer, hops_from, hops_to, openings, taint

# Three coins from the listed L, then seven clean ones, come to a; three go to b, four to c.
MOVES = [Transfer("L", "a", 3), Transfer(COINBASE, "a", 7), Transfer("a", "b", 3),
         Transfer("a", "c", 4)]


@pytest.mark.parametrize(("model", "b", "c", "left"), [
    ("poison", 3.0, 4.0, 3.0), ("haircut", 0.9, 1.2, 0.9), ("fifo", 3.0, 0.0, 0.0),
])
def test_the_case_of_ten_coins(model: str, b: float, c: float, left: float) -> None:
    book = taint(MOVES, ["L"], model)
    assert book.addresses["b"].received_tainted == pytest.approx(b)
    assert book.addresses["c"].received_tainted == pytest.approx(c)
    assert book.addresses["a"].held_tainted == pytest.approx(left)
    assert book.addresses["a"].share == 0.3
    assert book.addresses["a"].held == 3
    assert book.sent == 3


def test_the_order_matters_to_fifo_and_to_poison() -> None:
    late = [Transfer(COINBASE, "a", 7), Transfer("a", "b", 3), Transfer("L", "a", 3),
            Transfer("a", "c", 5)]
    found = {model: taint(late, ["L"], model).addresses for model in ("poison", "fifo", "haircut")}
    assert [found[m]["b"].received_tainted for m in found] == [0.0, 0.0, 0.0]
    assert found["poison"]["c"].received_tainted == 5.0
    assert found["fifo"]["c"].received_tainted == 1.0  # four clean coins are older
    assert found["haircut"]["c"].received_tainted == pytest.approx(5 * 3 / 7)


def test_taint_that_comes_back_ends() -> None:
    moves = [Transfer("L", "a", 10), Transfer("a", "L", 4), Transfer("L", "L", 5)]
    for model in ("haircut", "fifo"):
        book = taint(moves, ["L"], model)
        assert (book.sent, book.returned, book.addresses["a"].held_tainted) == (10, 4.0, 6.0)


def test_funds_without_a_history_are_bounds() -> None:
    moves = [Transfer("a", "b", 5), Transfer(COINBASE, "b", 5)]
    assert openings(moves) == {"a": 5, COINBASE: 5}
    low, high = (taint(moves, ["L"], "haircut", tainted).addresses["b"].share
                 for tainted in (False, True))
    assert (low, high) == (0.0, 0.5)  # new coins are clean whatever the bound


def test_opening_funds_leave_first() -> None:
    moves = [Transfer("L", "a", 4), Transfer("a", "b", 6), Transfer("a", "c", 1)]
    assert openings(moves)["a"] == 3
    book = taint(moves, ["L"], "fifo")
    assert book.addresses["b"].received_tainted == 3.0
    assert book.addresses["c"].received_tainted == 1.0


def test_hops_follow_time() -> None:
    assert hops_from(MOVES, ["L"]) == {"L": Hop(0, "L"), "a": Hop(1, "L"), "b": Hop(2, "L"),
                                       "c": Hop(2, "L")}
    assert hops_from([Transfer("a", "b", 1), Transfer("L", "a", 1)], ["L"]).keys() == {"L", "a"}
    assert hops_to([Transfer("a", "b", 1), Transfer("b", "L", 1)], ["L"])["a"] == Hop(2, "L")
    assert hops_to([Transfer("b", "L", 1), Transfer("a", "b", 1)], ["L"]).keys() == {"L", "b"}


def test_the_nearest_listed_address_counts() -> None:
    moves = [Transfer("L", "a", 1), Transfer("a", "b", 1), Transfer("M", "b", 1)]
    assert hops_from(moves, ["L", "M"])["b"] == Hop(1, "M")


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_are_above_nothing(amount: int) -> None:
    with pytest.raises(ValueError, match="transfer 0: expected an amount above 0"):
        taint([Transfer("a", "b", amount)], ["L"], "fifo")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="one of poison, haircut, fifo"):
        taint(MOVES, ["L"], "lifo")
