"""A replayed path in words, and the clocks that no cash tells of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hashfall.book.record import Book
from hashfall.engine.pack import Packed
from hashfall.engine.replay import Trace, story
from hashfall.engine.story import amount_words, entry_words
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger import LedgerPath

Small = Callable[..., Book]
Run = Callable[..., tuple[Packed, LedgerPath]]
AS_OF = dt.date(2022, 9, 30)


def on(day: int) -> dt.date:
    """Date of a day."""
    return AS_OF + dt.timedelta(days=day)


def told(book: Book, run: Run, days: int, prices: dict[int, float] | None = None) -> list[str]:
    """Lines of the story of a small book."""
    packed, path = run(book, days, prices=prices)
    trace = Trace(packed, 0, 0, np.full((days, 13), 20_000.0), path)
    assert packed.calendar is not None
    rows = story(trace, book, packed.calendar)
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    assert [row["date"] for row in rows] == [on(row["day"]).isoformat() for row in rows]
    return [f"{row['day']}: {row['text']}" for row in rows]


def test_a_default_is_told_from_the_first_missed_amount(small_book: Small, run_small: Run) -> None:
    book = small_book(
        cash=1e6, claims={"old": {"creditor": "Sibirenergo", "kind": "award", "amount": 3e6,
                                  "due": on(5), "grace_days": 12}},
        costs={"pay": {"kind": "payroll", "amount": 4e5, "day_of_month": 10, "grace_days": 30}},
    )
    lines = told(book, run_small, 60)
    assert lines == [
        "1: liabilities exceed assets by 2m USD",
        "5: award Sibirenergo: 2m USD not paid when due",
        "10: payroll pay: 400k USD not paid when due",
        "17: payment default: award Sibirenergo beyond its grace of 12 days, 2m USD in all; coin "
        "at 20,000 USD",
    ]


def test_freezes_coins_and_lines_are_told(small_book: Small, run_small: Run) -> None:
    book = small_book(
        cash=5e5, coins={"free_btc": 20.0}, treasury={"look_ahead_days": 0, "sell_share": 0.0},
        routes={"x": {"kind": "otc", "capacity_btc_per_day": 50.0, "fee": 0.0, "delay_days": 0}},
        funding={"lines": {"bank": {"limit": 1e5, "currency": "USD", "rate_per_year": 0.0,
                                    "until": on(400)}}},
        events={"f": {"kind": "freeze", "what": "main", "ordered_by": "tax_office",
                      "start": on(3), "until": on(9), "redirect_days": 0}},
        costs={"big": {"kind": "fixed", "amount": 4.5e5, "start": on(5), "once": True},
               "more": {"kind": "fixed", "amount": 4e5, "start": on(6), "once": True,
                        "grace_days": 30}},
    )
    assert told(book, run_small, 12) == [
        "3: account main frozen by tax office: 500k USD taken",
        "5: the last coin is sold",
        "6: credit line bank used up: 100k USD drawn",
        "6: fixed cost more: 350k USD not paid when due",
        "9: freeze of main ends: 500k USD released",
    ]


def test_margin_calls_and_forced_sales_are_told(small_book: Small, run_small: Run) -> None:
    loan = {"lender": "Galaxy", "principal": 1e5, "rate_per_year": 0.0, "collateral_btc": 10.0,
            "call_ltv": 0.7, "target_ltv": 0.5, "liquidation_ltv": 0.9, "cure_days": 9,
            "matures": on(300)}
    book = small_book(cash=1e6, coin_loans={"g": loan})
    lines = told(book, run_small, 9, prices={3: 13_000.0, 5: 5_500.0})
    assert "3: loan on coins Galaxy: margin call of 35k USD, met with money the same day" in lines
    assert not [line for line in lines if "default" in line]


@pytest.mark.parametrize(("cash", "more", "end"), [
    (0.0, {}, "not met to the end of what is told"),
    (0.0, {6: 20_000.0}, "lapsed on day 6, the loan being below its call level again"),
    (2e4, {}, "lapsed on day 4, the loan being below its call level again"),
    (0.0, {5: 5_500.0}, "ended on day 5 by sale of the collateral"),
])
def test_a_margin_call_tells_how_it_ends(
    small_book: Small, run_small: Run, cash: float, more: dict[int, float], end: str
) -> None:
    loan = {"lender": "Galaxy", "principal": 1e5, "rate_per_year": 0.0, "collateral_btc": 10.0,
            "call_ltv": 0.7, "target_ltv": 0.5, "liquidation_ltv": 0.9, "cure_days": 9,
            "matures": on(300)}
    book = small_book(cash=cash, coin_loans={"g": loan})
    lines = told(book, run_small, 9, prices={3: 13_000.0} | more)
    assert f"3: loan on coins Galaxy: margin call of 35k USD, {end}" in lines


def test_the_last_coin_may_go_to_a_lender(small_book: Small, run_small: Run) -> None:
    loan = {"lender": "Galaxy", "principal": 1e5, "rate_per_year": 0.0, "collateral_btc": 10.0,
            "call_ltv": 0.7, "target_ltv": 0.5, "liquidation_ltv": 0.9, "cure_days": 9,
            "matures": on(300)}
    lines = told(small_book(cash=1e6, coins={"free_btc": 2.0}, coin_loans={"g": loan},
                            treasury={"sell_share": 0.0}), run_small, 9, prices={3: 13_000.0})
    assert "3: the last coin is pledged" in lines


def test_no_story_has_more_than_eight_lines(small_book: Small, run_small: Run) -> None:
    costs = {f"c{i}": {"kind": "fixed", "amount": 1.0 + i, "start": on(i + 1), "once": True,
                       "grace_days": 40 + i} for i in range(12)}
    lines = told(small_book(costs=costs), run_small, 60)
    assert len(lines) == 8
    assert "payment default" in lines[-1]


@pytest.mark.parametrize(("amount", "words"), [
    (0.0, "0 RUB"), (999.0, "999 RUB"), (999.6, "1k RUB"), (99_950.0, "100k RUB"),
    (999_600.0, "1m RUB"), (1.256e9, "1.3bn RUB"), (-2e6, "-2m RUB"),
])
def test_amounts_in_words(amount: float, words: str) -> None:
    assert amount_words(amount, "RUB") == words


def test_entries_by_their_names(small_book: Small) -> None:
    book = small_book(debts={"d": {"lender": "Anchor", "kind": "bullet", "principal": 1.0,
                                   "rate_per_year": 0.0, "matures": on(9)}})
    assert entry_words(book, "debts.d") == "loan Anchor"
    assert entry_words(book, "sites.north_one") == "power of north one"
    assert entry_words(book, "tax") == "profit tax"
    assert entry_words(book, "claims.gone") == "gone"


def fleet(**more: Any) -> dict[str, Any]:
    """Machines worth 10 USD/TH."""
    return {"f": {"site": "s", "model": "m", "hashrate_ph": 10.0, "j_per_th": 30.0,
                  "resale_usd_per_th": 10.0, **more}}


@pytest.mark.parametrize(("kind", "level", "day"), [
    ("min_liquidity", 40.0, 8), ("min_liquidity", 5.0, None), ("max_ltv", 0.6, 8),
    ("max_ltv", 1.2, None),
])
def test_covenants_break_on_the_day_of_the_test(
    small_book: Small, run_small: Run, kind: str, level: float, day: int | None
) -> None:
    # 100,000 USD of machines secure 50,000; on day 8 the price halves, and 30 of 50 are paid.
    book = small_book(
        cash=50.0, fleet=fleet(pledged=True, uptime=0.0),
        debts={"d": {"lender": "L", "kind": "bullet", "principal": 50_000.0,
                     "rate_per_year": 0.0, "matures": on(300), "secured_on": "machines"}},
        costs={"c": {"kind": "fixed", "amount": 30.0, "start": on(8), "once": True}},
        covenants={"c": {"kind": kind, "level": level, "test": "day"}},
    )
    _, path = run_small(book, 12, prices={8: 10_000.0})
    assert path.row(Row.D3) == (CLOCKS_NEVER if day is None else day)


def test_coverage_needs_something_to_cover(small_book: Small, run_small: Run) -> None:
    covenants = {"c": {"kind": "min_dscr", "level": 1.0, "test": "quarter"}}
    book = small_book(cash=50.0, covenants=covenants)
    assert run_small(book, 95)[1].row(Row.D3) == CLOCKS_NEVER
    # 10 PH earn 800 a day, 73,600 in the quarter, less 30,000 of payroll; 50,000 of
    # interest are due: 0.87.
    debt = {"lender": "L", "kind": "bullet", "principal": 1e6, "rate_per_year": 0.2,
            "matures": on(900)}
    pay = {"kind": "payroll", "amount": 10_000.0}
    book = small_book(cash=1e6, covenants=covenants, debts={"d": debt}, costs={"p": pay},
                      fleet=fleet(pool_fee=0.0),
                      routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.0}})
    assert run_small(book, 95)[1].row(Row.D3) == 92


def test_a_lender_would_rather_take_machines_than_wait(small_book: Small, run_small: Run) -> None:
    # 85,000 now, or 85,000 x exp(-0.3 x 90 / 365) = 78,940 in a quarter with nothing paid.
    book = small_book(
        cash=0.0, fleet=fleet(pledged=True, uptime=0.0),
        debts={"d": {"lender": "L", "kind": "bullet", "principal": 1e6, "rate_per_year": 0.12,
                     "matures": on(500), "secured_on": "machines", "grace_days": 0}},
    )
    _, path = run_small(book, 40)
    assert path.row(Row.D1) == 28.0
    assert path.row(Row.D2_BITS) == 0b111  # the tests of days 7, 14 and 21; not day 28's own
    rich = book.model_copy(update={"accounts": {
        "main": book.accounts["main"].model_copy(update={"balance": 1e6}),
    }})
    assert run_small(rich, 40)[1].row(Row.D2_BITS) == 0.0  # 30,000 of service are sure
