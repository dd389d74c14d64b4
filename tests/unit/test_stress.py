"""Freezes by source: what an order reaches, when it halts, what would help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hashfall.book.record import Book
from hashfall.engine.cashout_due import still_world
from hashfall.engine.pack import Packed, pack
from hashfall.engine.paired import paired
from hashfall.engine.replay import labels_of, packing_of
from hashfall.engine.stress import quantiles
from hashfall.engine.stress_books import (
    Order,
    borrowed,
    halting,
    reach,
    second_bank,
    second_venue,
    stressed,
)
from hashfall.ingest.freezes import freeze_rules
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger import LedgerPath, ledger_path

Small = Callable[..., Book]
Run = Callable[..., tuple[Packed, LedgerPath]]
RULES = freeze_rules()
AS_OF = dt.date(2022, 9, 30)


def once(kind: str, amount: float, day: int, grace: int = 0) -> dict[str, Any]:
    """A cost that comes once."""
    return {"kind": kind, "amount": amount, "start": AS_OF + dt.timedelta(days=day), "once": True,
            "grace_days": grace}


@pytest.fixture
def two_banks(small_book: Small) -> Book:
    """A bank at home, one abroad, an exchange and a friend who buys coins."""
    return small_book(
        cash=10.0, main_share=0.5,
        accounts={"abroad": {"country": "AE", "balance": 10.0, "receipts_share": 0.5}},
        routes={"desk": {"kind": "exchange", "capacity_btc_per_day": 5.0, "currency": "EUR"},
                "friend": {"kind": "otc", "capacity_btc_per_day": 1.0, "currency": "USD"}},
    )


@pytest.mark.parametrize(("source", "accounts", "routes"), [
    ("domestic_court", ["main"], []), ("tax_office", ["main"], []),
    ("foreign_bank", ["abroad"], []), ("exchange", [], ["desk"]),
    ("sanction_list", ["abroad"], ["desk"]),
])
def test_an_order_reaches_what_its_source_can(two_banks: Book, source: str, accounts: list[str],
                                              routes: list[str]) -> None:
    assert reach(two_banks, Order(RULES[source])) == (accounts, routes)


def test_a_sanction_list_reaches_foreign_currency_at_home(small_book: Small) -> None:
    book = small_book(accounts={"euro": {"currency": "EUR", "balance": 1.0,
                                          "receipts_share": 0.0}})
    assert reach(book, Order(RULES["sanction_list"])) == (["euro"], [])
    assert reach(book, Order(RULES["foreign_bank"]))[0] == []


def halt_day(frame_of: Callable[[int], Any], book: Book, days: int = 40) -> float:
    """Day of the halt of a book in a still world, by the readable ledger."""
    packed = halting(pack(book, frame_of(days)))
    path = ledger_path(packing_of(packed), still_world(frame_of(days), days), labels_of(packed))
    return float(path.row(Row.D1))


@pytest.mark.parametrize(("source", "day"), [("domestic_court", 25.0), ("foreign_bank", 56.0)])
def test_home_and_abroad_halt_the_same_book_on_different_days(
    small_book: Small, frame_of: Callable[[int], Any], source: str, day: float
) -> None:
    # One PH of 30 J/TH draws 720 kWh a day, 7.2 at 0.01 a kWh: bills of 216 for September, due on
    # 15 October (day 15), and 223.2 for October, due on 15 November (day 46), grace 10 days.
    # 300 at home, 100 abroad. A court at home leaves 100: the first bill stays unpaid. A bank
    # abroad leaves 300: the first is paid, 84 are left for the second.
    book = small_book(
        cash=300.0, main_share=0.5,
        accounts={"abroad": {"country": "AE", "balance": 100.0, "receipts_share": 0.5}},
    )
    power = book.sites["s"].power.model_copy(update={"price_per_kwh": 0.01})
    book = book.model_copy(update={
        "sites": {"s": book.sites["s"].model_copy(update={"power": power})},
        "fleet": {"idle": book.fleet["idle"].model_copy(update={"hashrate_ph": 1.0})}})
    frozen = stressed(book, [Order(RULES[source])], redirect=3.0)
    assert halt_day(frame_of, frozen, 70) == day


@pytest.mark.parametrize(("source", "day"), [("domestic_court", CLOCKS_NEVER),
                                             ("foreign_bank", 10.0)])
def test_what_an_order_lets_through_decides(
    small_book: Small, frame_of: Callable[[int], Any], source: str, day: float
) -> None:
    # 10 at home, 4 abroad, payroll of 12. A court at home lets payroll through, a bank abroad
    # lets nothing.
    book = small_book(cash=10.0, accounts={"abroad": {"country": "AE", "balance": 4.0,
                                                  "receipts_share": 0.0}},
                      costs={"pay": once("payroll", 12.0, 10)})
    assert halt_day(frame_of, stressed(book, [Order(RULES[source])], 0.0)) == day


def test_only_power_and_payroll_halt(small_book: Small, run_small: Run,
                                     frame_of: Callable[[int], Any]) -> None:
    book = small_book(cash=1.0, costs={"rent": once("fixed", 5.0, 3),
                                       "pay": once("payroll", 5.0, 9)})
    packed, path = run_small(book, 20)
    assert path.row(Row.D1) == 3.0
    assert halt_day(frame_of, book) == 9.0
    assert (packed.schedule != halting(packed).schedule).any()


def test_nothing_moves_but_the_clock(small_book: Small, run_small: Run,
                                     frame_of: Callable[[int], Any]) -> None:
    book = small_book(cash=6.0, costs={"rent": once("fixed", 5.0, 3),
                                       "pay": once("payroll", 5.0, 9)})
    packed, path = run_small(book, 20)
    halted = ledger_path(packing_of(halting(packed)), still_world(frame_of(20), 20),
                         labels_of(packed))
    assert [d.cash for d in halted.days] == [d.cash for d in path.days]
    assert [d.unpaid for d in halted.days] == [d.unpaid for d in path.days]


def test_receipts_stay_held_where_no_account_is_left(small_book: Small) -> None:
    alone = stressed(small_book(cash=1.0), [Order(RULES["domestic_court"])], redirect=5.0)
    assert next(iter(alone.events.values())).redirect_days == 1e6
    helped = stressed(second_bank(small_book(cash=1.0)), [Order(RULES["domestic_court"])], 5.0)
    event = next(iter(helped.events.values()))
    assert (event.what, event.redirect_days) == ("main", 5.0)


def test_own_freezes_are_taken_out_where_an_order_is_tried(small_book: Small) -> None:
    own = {"f": {"kind": "freeze", "what": "main", "ordered_by": "tax_office", "start": AS_OF}}
    book = stressed(small_book(cash=1.0, events=own), [Order(RULES["foreign_bank"])], 5.0)
    assert book.events == {}


def test_what_would_help_needs_something_to_help_with(small_book: Small) -> None:
    bare = small_book(cash=1.0)
    assert second_venue(bare) is None
    assert borrowed(bare, 20_000.0, 0.1, 400) is None
    rich = borrowed(small_book(cash=1.0, coins={"free_btc": 2.0}), 20_000.0, 0.1, 400)
    assert rich is not None
    assert rich.accounts["stress_loan"].balance == pytest.approx(22_000.0)
    assert rich.coins.free_btc == 0.0


def test_days_count_from_the_order() -> None:
    found = quantiles(np.array([[12, 20, -1, 4]]), 10, 110)
    assert (found["p50"], found["before_share"]) == (10.0, 0.25)
    assert found["censored_share"] == pytest.approx(1 / 3)
    assert quantiles(np.array([1, 2]), 10, 110)["before_share"] == 1.0


def test_the_error_of_a_difference_is_that_of_pairs() -> None:
    rng = np.random.default_rng(5)
    base = np.where(rng.random((4, 2560)) < 0.4, 100, -1).astype(np.int16)
    other = base.copy()
    other[:, :64] = 100
    change = paired(base, other, 365)
    own = (base < 0)[:, :64].mean(axis=1) * 64 / 2560
    assert change["value"] == pytest.approx(own.mean())
    # Two separate runs would have an error of sqrt(2 x 0.4 x 0.6 / 10240), seven times as much.
    assert 0.0 < change["se"] < 0.0014


@pytest.mark.parametrize("source", list(RULES))
def test_each_source_says_why(source: str) -> None:
    rule = RULES[source]
    assert rule.why.endswith(".") and len(rule.cited) > 20
    assert rule.banks in ("home", "abroad", "none")
