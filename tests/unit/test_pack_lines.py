"""Payment lines: schedules of debts, merging by terms, order, days of bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hashfall.book.record import Book
from hashfall.engine.calendar import calendar
from hashfall.engine.lines import PayLine, build_lines, debt_schedule
from hashfall.engine.pack_schedule import amounts_ahead, bill_flags, still_recent

FX0 = {"USD": 1.0, "RUB": 1 / 80.0}
AS_OF = dt.date(2022, 9, 30)


def test_interest_runs_by_days_between_the_last_pay_day_and_maturity() -> None:
    # 1,200 at 12%: 1,200 x 0.12 / 12 = 12 a month; 14 days: 1,200 x 0.12 x 14 / 365 = 5.523
    interest, repaid = debt_schedule(1200.0, 0.12, "bullet", [28, 56], 70, None, None, 0.0)
    assert interest == pytest.approx({28: 12.0, 56: 12.0, 70: 5.5232877})
    assert repaid == {70: 1200.0}


def test_instalments_are_even_from_the_first_on() -> None:
    # 120 over the three pay days from day 60: 40 each; interest on what is left.
    interest, repaid = debt_schedule(
        120.0, 0.12, "amortising", [30, 60, 90, 120], 120, 60, None, 0.0
    )
    assert repaid == {60: 40.0, 90: 40.0, 120: 40.0}
    assert interest == pytest.approx({30: 1.2, 60: 1.2, 90: 0.8, 120: 0.4})


def test_a_loan_that_outlives_the_run_is_spread_over_its_whole_life(
    small_book: Callable[..., Book],
) -> None:
    # Twelve pay days until the end of September: 10 a month, of which 100 days see three.
    debt = {"lender": "L", "kind": "amortising", "principal": 120.0, "rate_per_year": 0.0,
            "matures": dt.date(2023, 9, 30)}
    (line,) = [x for x in lines_of(small_book(debts={"d": debt})) if x.kind == "principal"]
    assert {int(d): float(line.due[d]) for d in np.flatnonzero(line.due)} == pytest.approx(
        {28: 10.0, 59: 10.0, 89: 10.0}
    )


def test_a_stated_instalment_leaves_the_rest_for_maturity() -> None:
    _, repaid = debt_schedule(100.0, 0.0, "machine_loan", [30, 60], 60, None, 30.0, 0.0)
    assert repaid == {30: 30.0, 60: 70.0}


def test_interest_in_kind_is_owed_at_maturity() -> None:
    # 100 at 12%, half in kind: 0.5 paid and 0.5 added; then 1.005, of which half is added.
    interest, repaid = debt_schedule(100.0, 0.12, "bullet", [30, 60], 60, None, None, 0.5)
    assert interest == pytest.approx({30: 0.5, 60: 0.5025})
    assert repaid == pytest.approx({60: 101.0025})


def test_a_convertible_pays_no_instalments() -> None:
    assert debt_schedule(9.0, 0.0, "convertible", [30], 60, None, 5.0, 0.0)[1] == {60: 9.0}


def lines_of(book: Book, removed: frozenset[str] = frozenset()) -> list[PayLine]:
    """Lines of a book over 100 days, in their order."""
    return build_lines(book, calendar(book.as_of, 100), removed, FX0).ordered()


def cost(kind: str, amount: float, grace: int = 5, **more: Any) -> dict[str, Any]:
    """A cost of a month, on the 10th."""
    return {"kind": kind, "amount": amount, "grace_days": grace, "day_of_month": 10, **more}


def test_terms_that_are_the_same_share_a_line(small_book: Callable[..., Book]) -> None:
    lines = lines_of(small_book(costs={
        "a": cost("fixed", 1.0), "b": cost("fixed", 2.0), "c": cost("fixed", 4.0, grace=6),
        "d": cost("payroll", 8.0),
    }))
    assert [(x.kind, x.grace, x.due[10], x.names) for x in lines] == [
        ("payroll", 5, 8.0, ["costs.d"]), ("fixed", 5, 3.0, ["costs.a", "costs.b"]),
        ("fixed", 6, 4.0, ["costs.c"]),
    ]


def test_the_book_sets_the_order(small_book: Callable[..., Book]) -> None:
    book = small_book(costs={"a": cost("fixed", 1.0), "b": cost("payroll", 1.0)})
    turned = book.model_copy(update={"waterfall": list(reversed(book.waterfall))})
    assert [x.kind for x in lines_of(turned)] == ["fixed", "payroll"]


def test_claims_fall_due_or_stand_overdue(small_book: Callable[..., Book]) -> None:
    def claim(day: int, **more: Any) -> dict[str, Any]:
        due = AS_OF + dt.timedelta(days=day)
        return {"creditor": "C", "kind": "award", "amount": 7.0, "due": due, **more}

    book = small_book(claims={"old": claim(0), "new": claim(9), "forced": claim(9, enforced=True)})
    lines = lines_of(book)
    assert [(x.place, x.standing, x.unpaid0, x.due[9]) for x in lines] == [
        ("enforced", False, 0.0, 7.0), ("claim", True, 7.0, 0.0), ("claim", False, 0.0, 7.0),
    ]
    assert not lines_of(book, frozenset({"claim_or_award"}))


def test_a_debt_that_has_matured_stands_overdue(small_book: Callable[..., Book]) -> None:
    book = small_book(debts={"d": {
        "lender": "L", "kind": "bullet", "principal": 50.0, "rate_per_year": 0.1,
        "matures": AS_OF - dt.timedelta(days=3),
    }})
    (standing,) = [x for x in lines_of(book) if x.standing]
    assert (standing.kind, standing.unpaid0, standing.names) == ("principal", 50.0, ["debts.d"])


def test_what_was_due_before_the_balances_stands_overdue(
    small_book: Callable[..., Book],
) -> None:
    book = small_book(
        costs={"c": {"kind": "capex", "amount": 3.0, "start": AS_OF, "once": True}},
        events={"p": {"kind": "payment", "what": "order", "start": AS_OF, "amount": 4.0,
                      "currency": "USD"}},
    )
    found = {(x.kind, x.standing, x.unpaid0, *x.names) for x in lines_of(book)}
    assert found == {("capex", True, 3.0, "costs.c"), ("claim", True, 4.0, "events.p")}


def test_the_secured_lender_is_followed_in_the_books_currency(
    small_book: Callable[..., Book],
) -> None:
    # 800 RUB are 10 USD, repaid in two halves.
    book = small_book(debts={"d": {
        "lender": "L", "kind": "amortising", "principal": 800.0, "rate_per_year": 0.0,
        "currency": "RUB", "matures": dt.date(2022, 11, 28), "secured_on": "machines",
    }})
    lines = build_lines(book, calendar(AS_OF, 100), frozenset(), FX0)
    assert lines.secured_left[[0, 27, 28, 58, 59]] == pytest.approx([10.0, 10.0, 5.0, 5.0, 0.0])
    assert lines.secured.sum() == pytest.approx(10.0)


def bill(days: int, grace: int, billed: float = 0.0, **more: Any) -> PayLine:
    """A line that takes a bill every month."""
    return PayLine("power", "USD", grace, bill_days=days, billed0=billed, **more)


def days_of(flags: Any) -> list[int]:
    """Days on which a column is set."""
    return [int(d) for d in np.flatnonzero(flags)]


def test_bills_fall_due_after_the_months_end() -> None:
    # Months end on days 31 (October) and 61 (November).
    bills = bill_flags(bill(15, 10), calendar(AS_OF, 90), 5)
    assert days_of(bills.due) == [46, 76]
    assert days_of(bills.mature) == [56, 86]
    assert days_of(bills.soon) == [41, 42, 43, 44, 45, 71, 72, 73, 74, 75]


def test_the_bill_of_the_month_before_comes_first() -> None:
    end = bill_flags(bill(15, 10, billed=1.0), calendar(AS_OF, 40), 0)
    assert (days_of(end.due), days_of(end.mature)) == ([15], [25])
    # On the 10th the bill of the month before has five days to go; the next is due on the
    # 15th of the next month, day 36.
    middle = bill_flags(bill(15, 10, billed=1.0), calendar(dt.date(2022, 10, 10), 40), 0)
    assert (days_of(middle.due), days_of(middle.mature)) == ([5, 36], [15])


def test_nothing_billed_is_not_due() -> None:
    assert days_of(bill_flags(bill(15, 10), calendar(dt.date(2022, 10, 20), 25), 0).due) == []


def test_a_bill_due_at_once_is_due_tomorrow() -> None:
    bills = bill_flags(bill(0, 27, billed=1.0), calendar(dt.date(2023, 1, 31), 40), 0)
    assert days_of(bills.due) == [1, 28]
    assert days_of(bills.mature) == [27]  # before the bill of February falls due


def test_quarters_and_stated_days() -> None:
    quarter = bill_flags(bill(27, 5, quarterly=True), calendar(AS_OF, 130), 0)
    assert days_of(quarter.due) == [92 + 27]  # the year's end is day 92
    stated = PayLine("principal", "USD", 30, bill_on=(12,))
    assert days_of(bill_flags(stated, calendar(AS_OF, 60), 20).mature) == [42]
    assert days_of(bill_flags(stated, calendar(AS_OF, 60), 20).soon) == []


def test_grace_of_monthly_bills_ends_before_the_next(small_book: Callable[..., Book]) -> None:
    lines = build_lines(small_book(), calendar(AS_OF, 9), frozenset(), FX0)
    assert lines.line("power", "USD", 60, bill_days=15).grace == 27
    assert lines.line("claim", "USD", 60).grace == 60


def test_sums_of_what_is_recent_and_of_what_comes() -> None:
    due = np.array([0.0, 3.0, 0.0, 5.0, 0.0, 0.0])
    assert still_recent(due, 0).tolist() == [0.0] * 6
    assert still_recent(due, 1).tolist() == [0.0, 3.0, 0.0, 5.0, 0.0, 0.0]
    assert still_recent(due, 3).tolist() == [0.0, 3.0, 3.0, 8.0, 5.0, 5.0]
    assert still_recent(due, 99).tolist() == [0.0, 3.0, 3.0, 8.0, 8.0, 8.0]
    assert amounts_ahead(due, 2).tolist() == [3.0, 5.0, 5.0, 0.0, 0.0, 0.0]
    assert amounts_ahead(due, 0).tolist() == [0.0] * 6
