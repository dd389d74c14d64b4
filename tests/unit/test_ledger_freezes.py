"""Frozen accounts by hand: what is taken, what may be paid, what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.book.record import Book
from hashfall.engine.pack import Packed
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger import LedgerPath

Small = Callable[..., Book]
Run = Callable[..., tuple[Packed, LedgerPath]]
AS_OF = dt.date(2022, 9, 30)


def on(day: int) -> dt.date:
    """Date of a day."""
    return AS_OF + dt.timedelta(days=day)


def freeze(start: int, **more: Any) -> dict[str, Any]:
    """A freeze of the main account."""
    return {"kind": "freeze", "what": "main", "ordered_by": "tax_office", "start": on(start),
            **more}


def once(kind: str, amount: float, day: int, grace: int = 0) -> dict[str, Any]:
    """A cost that comes once."""
    return {"kind": kind, "amount": amount, "start": on(day), "once": True, "grace_days": grace}


def money(path: LedgerPath, day: int) -> tuple[float, float]:
    """Free and frozen cash at the end of a day."""
    return path.days[day - 1].cash, path.days[day - 1].frozen


def test_a_freeze_takes_cash_and_receipts_until_they_go_elsewhere(
    small_book: Small, run_small: Run
) -> None:
    # Redirected 4 days after the order: the 8 of day 12 are held, those of day 14 are not.
    book = small_book(
        cash=10.0, events={"f": freeze(10, redirect_days=4, share=0.5, until=on(20))},
        receivables={"a": {"amount": 8.0, "due": on(12)}, "b": {"amount": 8.0, "due": on(14)}},
    )
    _, path = run_small(book, 25)
    assert money(path, 9) == (10.0, 0.0)
    assert money(path, 10) == (5.0, 5.0)
    assert money(path, 12) == (9.0, 9.0)
    assert money(path, 14) == (17.0, 9.0)
    assert money(path, 20) == (26.0, 0.0)  # released


def test_a_freeze_stops_at_what_it_was_ordered_for(small_book: Small, run_small: Run) -> None:
    book = small_book(cash=10.0, events={"f": freeze(3, up_to=12.0)},
                      receivables={"a": {"amount": 8.0, "due": on(5)}})
    _, path = run_small(book, 8)
    assert money(path, 3) == (0.0, 10.0)
    assert money(path, 5) == (6.0, 12.0)


def test_a_frozen_account_pays_what_the_order_allows_up_to_the_months_allowance(
    small_book: Small, run_small: Run
) -> None:
    book = small_book(
        cash=30.0, events={"f": freeze(0, allows=["payroll"], allowance_per_month=6.0)},
        costs={"pay": {"kind": "payroll", "amount": 8.0, "day_of_month": 10, "grace_days": 30},
               "rent": once("fixed", 1.0, 2, grace=90)},
    )
    packed, path = run_small(book, 45)
    payroll = [line.kind for line in packed.lines].index("payroll")
    assert path.days[1].unpaid == 1.0  # the rent is not allowed
    assert path.days[9].unpaid_lines[payroll] == 2.0  # October: 6 of 8
    # The allowance of November pays the 2 on day 32, and 4 of the next 8 on day 41.
    assert path.days[30].unpaid_lines[payroll] == 2.0
    assert path.days[31].unpaid_lines[payroll] == 0.0
    assert path.days[40].unpaid_lines[payroll] == 4.0
    assert money(path, 45) == (0.0, 18.0)


def test_money_that_is_frozen_on_arrival_is_looked_for_elsewhere(
    small_book: Small, run_small: Run
) -> None:
    # On day 5 receipts of 9 are held and 6 fall due: coins are sold on the second route.
    book = small_book(
        coins={"free_btc": 1.0}, treasury={"sell_share": 0.0, "look_ahead_days": 0},
        routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.0, "delay_days": 0}},
        receivables={"a": {"amount": 9.0, "due": on(5)}},
        events={"f": freeze(0, share=0.5)}, costs={"c": once("fixed", 6.0, 5)},
        main_share=1.0,
    )
    _, path = run_small(book, 8)
    # 4.5 of the 9 are free; 1.5 are looked for, of which half is held; the rest on day 6.
    assert path.row(Row.D1) == 5.0
    assert path.row(Row.SOLD_NET) == pytest.approx(1.5 + 0.75 + 0.375 + 0.1875)


def test_freezes_of_two_accounts_take_all(small_book: Small, run_small: Run) -> None:
    book = small_book(
        cash=60.0, main_share=0.6,
        accounts={"second": {"balance": 40.0, "receipts_share": 0.4}},
        events={"f": freeze(4), "g": {**freeze(4), "what": "second"}},
        receivables={"a": {"amount": 10.0, "due": on(6)}},
    )
    _, path = run_small(book, 8)
    assert money(path, 4) == pytest.approx((0.0, 100.0))
    assert money(path, 6) == pytest.approx((0.0, 110.0))


def test_an_account_in_another_currency_is_shut_while_it_is_frozen(
    small_book: Small, run_small: Run
) -> None:
    book = small_book(
        main_share=1.0,
        accounts={"euro": {"currency": "EUR", "balance": 8.0, "receipts_share": 0.0}},
        events={"f": {**freeze(0, until=on(10)), "what": "euro"}},
        costs={"c": once("fixed", 5.0, 3, grace=30)},
    )
    _, path = run_small(book, 12)
    assert path.days[8].unpaid == 5.0
    assert path.days[8].frozen == pytest.approx(10.0)  # 8 EUR at 0.8 for a dollar
    # Day 10: 5 / (1.25 x 0.998) EUR are changed.
    changed = [e.amount for e in path.events if e.account == "foreign cash"]
    assert changed == pytest.approx([-5.0 / (1.25 * 0.998)])
    assert path.days[9].unpaid == 0.0


def test_a_freeze_that_lets_payroll_through_may_put_default_off(
    small_book: Small, run_small: Run
) -> None:
    # Bailiffs come first and take all; frozen money is kept for payroll, which has no grace.
    tables: dict[str, Any] = {
        "cash": 10.0, "claims": {"c": {
            "creditor": "C", "kind": "award", "amount": 10.0, "due": on(2), "enforced": True,
            "grace_days": 30,
        }},
        "costs": {"pay": once("payroll", 10.0, 5)},
        "waterfall": ["enforced", "power", "payroll", "tax", "interest", "principal", "margin",
                      "claim", "fixed", "capex"],
    }
    assert run_small(small_book(**tables), 40)[1].row(Row.D1) == 5.0
    tables["cash"] = 10.0
    tables["events"] = {"f": freeze(0, allows=["payroll"])}
    assert run_small(small_book(**tables), 40)[1].row(Row.D1) == 32.0


def test_a_freeze_that_ended_before_holds_nothing(small_book: Small, run_small: Run) -> None:
    book = small_book(cash=10.0, events={"f": freeze(-20, until=on(-2))})
    _, path = run_small(book, 3)
    assert money(path, 3) == (10.0, 0.0)
    assert path.row(Row.D1) == CLOCKS_NEVER
