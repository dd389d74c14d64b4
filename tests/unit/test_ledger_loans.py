"""Loans on coins by hand: margin calls, cure, forced sale, the end of a loan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.book.record import Book
from hashfall.engine.pack import Options, Packed
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger import LedgerPath

Small = Callable[..., Book]
Run = Callable[..., tuple[Packed, LedgerPath]]
AS_OF = dt.date(2022, 9, 30)
# 10 BTC at 20,000 USD secure 100,000 USD: the ratio is 0.5. A call comes above 0.7, at a
# price below 14,285.7, and asks for what brings it back to 0.5; the lender sells above 0.9,
# at a price below 11,111.


def loan(**more: Any) -> dict[str, Any]:
    """A loan on coins without interest."""
    return {"lender": "M", "principal": 100_000.0, "rate_per_year": 0.0, "collateral_btc": 10.0,
            "call_ltv": 0.7, "target_ltv": 0.5, "liquidation_ltv": 0.9, "cure_days": 2,
            "matures": AS_OF + dt.timedelta(days=300), **more}


def closing(path: LedgerPath, account: str) -> float:
    """Sum of the closing balances of an account."""
    return sum(value for key, value in path.closing.items() if key[0] == account)


def test_free_coins_meet_a_call_first(small_book: Small, run_small: Run) -> None:
    # At 12,500: wanted 100,000 - 0.5 x 125,000 = 37,500, that is 37,500 / (12,500 x 0.5)
    # = 6 coins; then 100,000 / (16 x 12,500) = 0.5.
    book = small_book(coin_loans={"m": loan()}, coins={"free_btc": 7.0},
                      treasury={"sell_share": 0.0})
    _, path = run_small(book, 8, prices={3: 12_500.0})
    assert (closing(path, "pledged"), closing(path, "coins")) == pytest.approx((16.0, 1.0))
    assert path.row(Row.D1) == CLOCKS_NEVER


def test_what_coins_do_not_cover_is_asked_for_in_money(small_book: Small, run_small: Run) -> None:
    # Two coins are worth 2 x 12,500 x 0.5 = 12,500 of the 37,500; 25,000 are paid in money:
    # 75,000 against 12 coins is 0.5.
    book = small_book(coin_loans={"m": loan()}, coins={"free_btc": 2.0}, cash=30_000.0,
                      treasury={"sell_share": 0.0})
    _, path = run_small(book, 8, prices={3: 12_500.0})
    assert path.row(Row.CASH) == pytest.approx(5_000.0)
    assert closing(path, "loan") == pytest.approx(75_000.0)
    assert closing(path, "pledged") == 12.0
    assert path.row(Row.D1) == CLOCKS_NEVER


@pytest.mark.parametrize("cure", [0, 2, 5])
def test_a_call_that_stays_unpaid_is_default_after_the_days_of_cure(
    small_book: Small, run_small: Run, cure: int
) -> None:
    book = small_book(coin_loans={"m": loan(cure_days=cure)}, cash=100.0)
    packed, path = run_small(book, 20, prices={3: 12_500.0})
    assert path.row(Row.D1) == 3 + cure
    assert packed.lines[int(path.row(Row.LINE))].kind == "margin"


def test_a_call_lapses_when_the_price_comes_back(small_book: Small, run_small: Run) -> None:
    book = small_book(coin_loans={"m": loan()})
    _, path = run_small(book, 20, prices={3: 14_000.0, 5: 14_500.0})
    assert path.row(Row.D1) == CLOCKS_NEVER
    assert closing(path, "margin asked") == 0.0


def test_a_payment_below_the_level_of_a_call_ends_it(small_book: Small, run_small: Run) -> None:
    # At 14,000 the call is 30,000; 5,000 bring the loan to 95,000 / 140,000 = 0.679 < 0.7.
    book = small_book(coin_loans={"m": loan()}, cash=5_000.0)
    _, path = run_small(book, 20, prices={3: 14_000.0})
    assert path.days[2].unpaid == pytest.approx(25_000.0)
    assert path.row(Row.D1) == CLOCKS_NEVER


def test_calls_that_are_met_start_new_days_of_cure(small_book: Small, run_small: Run) -> None:
    # Calls of 30,000, 21,700 and 14,973 are paid; of the fourth, 10,331, only 27 can be: its
    # own two days of cure count.
    falling = {day: 14_000.0 * 0.69 ** (day - 3) for day in range(3, 7)}
    book = small_book(coin_loans={"m": loan(liquidation_ltv=1.5)}, cash=66_700.0)
    _, path = run_small(book, 20, prices=falling)
    paid = [e.day for e in path.events if e.account == "cash" and e.what == "margin paid"]
    assert paid == [3, 4, 5, 6]
    assert path.days[4].unpaid == 0.0
    assert path.days[5].unpaid == pytest.approx(10_331.37 - 27.0)
    assert path.row(Row.D1) == 6 + 2


def test_the_lender_sells_and_asks_for_nothing_more(small_book: Small, run_small: Run) -> None:
    # At 11,000 the ratio is 0.909: sold are 100,000 / (11,000 x 0.95) = 9.569 coins; the
    # rest comes back, no margin is asked, and the cash stays.
    book = small_book(coin_loans={"m": loan()}, cash=50_000.0, treasury={"sell_share": 0.0})
    _, path = run_small(book, 8, prices={3: 11_000.0})
    assert closing(path, "coins") == pytest.approx(10.0 - 100_000 / (11_000 * 0.95))
    assert closing(path, "loan") == closing(path, "pledged") == 0.0
    assert path.row(Row.CASH) == 50_000.0
    assert path.row(Row.D1) == CLOCKS_NEVER


def test_a_shortfall_after_the_sale_is_asked_for(small_book: Small, run_small: Run) -> None:
    # At 9,000 all ten coins bring 85,500: 14,500 are left and asked for the day after.
    book = small_book(coin_loans={"m": loan()}, cash=1_000.0)
    _, path = run_small(book, 10, prices={3: 9_000.0})
    assert path.days[2].unpaid == 0.0
    assert path.days[3].unpaid == pytest.approx(13_500.0)
    assert path.row(Row.D1) == 4 + 2


def test_two_loans_are_called_apart(small_book: Small, run_small: Run) -> None:
    # The first is called on day 3 and lapses on day 5; the second only on day 5.
    tables = {"coin_loans": {"a": loan(), "b": loan(collateral_btc=7.0, call_ltv=1.1,
                                                      liquidation_ltv=2.0, cure_days=4)}}
    _, path = run_small(small_book(**tables), 20, prices={3: 14_000.0, 5: 15_000.0, 6: 12_900.0})
    asked = {(e.place, e.day) for e in path.events
             if e.what == "margin asked" and e.amount > 0.0}
    assert len({place for place, _ in asked}) == 2
    assert path.row(Row.D1) == 6 + 2  # the first loan's second call


def test_a_frozen_account_may_pay_margin(small_book: Small, run_small: Run) -> None:
    freeze = {"kind": "freeze", "what": "main", "ordered_by": "domestic_court", "start": AS_OF,
              "allows": ["margin"]}
    book = small_book(coin_loans={"m": loan()}, cash=40_000.0, events={"f": freeze})
    _, path = run_small(book, 8, prices={3: 12_500.0})
    assert closing(path, "frozen") == pytest.approx(2_500.0)
    assert closing(path, "loan") == pytest.approx(62_500.0)


def test_without_calls_interest_still_runs(small_book: Small, run_small: Run) -> None:
    # 36.5% a year is 0.1% a day: 31 days of 100 USD are billed on day 32.
    book = small_book(coin_loans={"m": loan(rate_per_year=0.365)}, cash=1e6)
    _, path = run_small(book, 40, prices={3: 9_000.0},
                        options=Options(remove=frozenset({"margin_call"})))
    paid = [e.amount for e in path.events if e.what == "paid" and e.account == "unpaid"]
    assert paid == pytest.approx([-3_100.0])
    assert closing(path, "loan") == 100_000.0
    assert path.row(Row.OUT12) == pytest.approx(40 * 100.0)


def test_the_lender_takes_its_own_at_the_end(small_book: Small, run_small: Run) -> None:
    book = small_book(coin_loans={"m": loan(matures=AS_OF + dt.timedelta(days=5))},
                      treasury={"sell_share": 0.0})
    _, path = run_small(book, 6)
    assert closing(path, "coins") == pytest.approx(10.0 - 100_000 / (20_000 * 0.95))
    assert closing(path, "loan") == 0.0
    assert path.row(Row.D1) == CLOCKS_NEVER


def test_what_collateral_does_not_cover_falls_due_at_the_end(
    small_book: Small, run_small: Run
) -> None:
    # Ten coins bring 76,000 at 8,000; 24,000 fall due on day 5 with 30 days of grace.
    book = small_book(coin_loans={"m": loan(matures=AS_OF + dt.timedelta(days=5))}, cash=4_000.0)
    packed, path = run_small(book, 40, prices={5: 8_000.0})
    assert path.days[4].unpaid == pytest.approx(20_000.0)
    assert path.row(Row.D1) == 35.0
    assert packed.lines[int(path.row(Row.LINE))].kind == "principal"


def test_a_loan_in_another_currency(small_book: Small, run_small: Run) -> None:
    # 8,000,000 RUB are 100,000 USD at 80.
    book = small_book(coin_loans={"m": loan(currency="RUB", principal=8e6)}, cash=40_000.0)
    _, path = run_small(book, 8, prices={3: 12_500.0})
    assert closing(path, "loan") == pytest.approx(5e6)
    assert path.row(Row.CASH) == pytest.approx(2_500.0)


def test_what_is_asked_is_owed_once(small_book: Small, run_small: Run) -> None:
    # Ten coins at 13,000 are 130,000; the loan is 100,000, of which 35,000 are asked for.
    book = small_book(coin_loans={"m": loan(liquidation_ltv=0.95)},
                      routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.0}})
    _, path = run_small(book, 5, prices={3: 13_000.0})
    assert path.row(Row.UNPAID) == pytest.approx(35_000.0)
    assert path.row(Row.D4) == CLOCKS_NEVER
    assert path.row(Row.UNPAID) + path.row(Row.DEBT) + path.row(Row.OWED) == pytest.approx(1e5)
