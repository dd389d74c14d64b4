"""From a book to routes over days, what is asked of them, and what the answer says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hashfall.book.record import Book
from hashfall.cli.cashout_inputs import asked_of, money_of
from hashfall.engine.assess import Study
from hashfall.engine.cashout_due import what_falls_due
from hashfall.engine.cashout_flow import (
    cut_rows,
    days_shown,
    flow_of,
    marginal_values,
    picture,
)
from hashfall.engine.cashout_routes import closed, copied, doubled
from hashfall.engine.cashout_surface import Axes, first_failing
from hashfall.engine.stress_books import Order, stressed
from hashfall.errors import InputError
from hashfall.ingest.freezes import freeze_rules

Small = Callable[..., Book]
RULES = freeze_rules()
AS_OF = dt.date(2022, 9, 30)
DESK = {"kind": "otc", "capacity_btc_per_day": 2.0, "currency": "USD", "fee": 0.0,
        "haircut": 0.1, "delay_days": 1}
STREET = {"kind": "p2p", "capacity_btc_per_day": 1.0, "currency": "USD", "fee": 0.0,
          "haircut": 0.5, "delay_days": 0}


@pytest.fixture
def study_of(frame_of: Callable[[int], Any]) -> Callable[[Book], Study]:
    """``study_of(book)``: as much of a study as routes need, at 20,000 USD a coin."""
    return lambda book: cast(Study, SimpleNamespace(frame=frame_of(60), book=book))


@pytest.fixture
def coins(small_book: Small) -> Book:
    """10 coins, 5,000 USD, a desk and the street."""
    return small_book(cash=5000.0, coins={"free_btc": 10.0},
                      routes={"desk": DESK, "street": STREET})


def test_money_by_day_by_hand(coins: Book, study_of: Callable[[Book], Study]) -> None:
    # Street: 10,000 a coin, one a day at once. Desk: 18,000 a coin, two a day, a day later.
    flow = flow_of(study_of(coins), coins, 3)
    assert flow.money == pytest.approx([15_000.0, 61_000.0, 107_000.0, 153_000.0])
    # By day 3: six coins through the desk, four on the street: none is left.
    cut = {row["name"]: row for row in cut_rows(flow)}
    assert cut["desk"]["kind"] == "route"
    values = {row["route"]: row for row in marginal_values(flow, 3)}
    assert values["desk"]["without_usd"] == pytest.approx(-108_000.0)
    assert values["desk"]["moved"] == pytest.approx(6.0)
    # Twice the desk sells the ten coins at 18,000 apiece.
    assert values["desk"]["doubled_usd"] == pytest.approx(10 * 18_000.0 - 148_000.0)
    drawn = picture(flow)
    assert drawn["unsold_usd"] == pytest.approx(0.0, abs=1.0)
    assert drawn["money_usd"] + drawn["lost_usd"] == pytest.approx(205_000.0)


def test_closed_copied_doubled(coins: Book, study_of: Callable[[Book], Study]) -> None:
    s = study_of(coins)
    assert flow_of(s, closed(coins, ["desk"]), 3).money[-1] == pytest.approx(45_000.0)
    assert flow_of(s, doubled(coins, "desk"), 3).money[-1] == pytest.approx(185_000.0)
    assert flow_of(s, copied(coins, "desk"), 3).money[-1] == pytest.approx(185_000.0)
    assert list(copied(coins, "desk").routes) == ["desk", "street", "desk_copy"]


def test_venues_and_rails_share_and_close(small_book: Small,
                                          study_of: Callable[[Book], Study]) -> None:
    book = small_book(
        coins={"free_btc": 10.0}, venues={"v": {"kind": "otc", "capacity_btc_per_day": 1.0}},
        rails={"r": {"kind": "bank", "currency": "USD", "fee": 0.5, "delay_days": 1}},
        routes={"a": {**DESK, "venue": "v", "rail": "r"}, "b": {**DESK, "venue": "v"}},
    )
    s = study_of(book)
    flow = flow_of(s, book, 3)
    # One coin a day in all, better through b: three of them arrive by day 3.
    assert flow.money[-1] == pytest.approx(54_000.0)
    assert [row["name"] for row in cut_rows(flow)] == ["v"]
    # Without b, through the rail: two coins arrive, at half.
    assert flow_of(s, closed(book, ["b"]), 3).money[-1] == pytest.approx(18_000.0)
    assert flow_of(s, closed(book, ["v"]), 3).money[-1] == pytest.approx(0.0, abs=0.01)
    assert flow_of(s, closed(book, ["r"]), 3).money[-1] == pytest.approx(54_000.0)


def test_frozen_money_does_not_pay(coins: Book, study_of: Callable[[Book], Study]) -> None:
    frozen = stressed(coins, [Order(RULES["domestic_court"], share=0.5)], 5.0)
    flow = flow_of(study_of(coins), frozen, 3)
    assert flow.money[-1] == pytest.approx(0.5 * 153_000.0)
    assert picture(flow)["frozen_usd"] == pytest.approx(0.5 * 153_000.0)


def test_what_falls_due_is_told_by_day_and_currency(small_book: Small,
                                                    study_of: Callable[[Book], Study]) -> None:
    book = small_book(cash=100.0, costs={
        "pay": {"kind": "payroll", "amount": 800.0, "currency": "RUB", "day_of_month": 10},
        "rent": {"kind": "fixed", "amount": 7.0, "day_of_month": 20}})
    rows = what_falls_due(study_of(book), book, 25)
    assert [(r["day"], r["class"], r["currency"], r["amount"]) for r in rows] == [
        (10, "payroll", "RUB", 800.0), (20, "fixed", "USD", 7.0)]
    assert rows[0]["usd"] == pytest.approx(10.0)


def test_days_shown_end_on_the_day() -> None:
    for last in range(1, 400):
        days = days_shown(last)
        assert days[-1] == last
        assert days == sorted(set(days))


@pytest.mark.parametrize("text", ["-5USD", "0", "five", "", "nan", "inf USD", "5 US D"])
def test_an_amount_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="an amount above 0"):
        money_of("--need", text)


@pytest.mark.parametrize(("given", "words"), [
    ({"need": "5USD"}, "--by DATE, found no --by"),
    ({"need": "5XXX", "by": "2022-11-01"}, "currency among RUB, USD"),
    ({"by": "2022-09-30"}, "2022-10-01 to 2023-09-30"), ({"by": "2024-01-01"}, "date of the run"),
    ({"by": "soon"}, "a date such as"),
    ({"close": ["desc"]}, "did you mean desk"), ({"freeze": ["mian"]}, "did you mean main"),
    ({"freeze": ["all:domestic"]}, "did you mean domestic_court"),
    ({"freeze": ["all"]}, "all:SOURCE"),
    ({"freeze": ["main:exchange"]}, "freezes no bank account"),
    ({"freeze": ["main", "all:tax_office"]}, "do not overlap"),
    ({"freeze": ["main"], "share": 0.0}, "share above 0"),
    ({"freeze": ["main"], "days": 0}, "1 to 3,650 days"),
    ({"freeze": ["main"], "from_": "2022-09-01"}, "date of the run"),
    ({"share": 0.5}, "no --freeze"), ({"days": 3}, "no --freeze"),
])
def test_bad_input_is_one_line(coins: Book, given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as problem:
        asked_of(coins, ["USD", "RUB"], RULES, **given)
    assert "\n" not in str(problem.value)


def test_what_is_asked(coins: Book) -> None:
    asked = asked_of(coins, ["USD"], RULES, need="5e3", by="2022-10-30", close=["desk"],
                     freeze=["main"], share=0.5, from_="2022-10-10", days=30)
    assert (asked.by, asked.need, asked.currency, asked.close) == (30, 5000.0, "USD", ("desk",))
    order = asked.orders[0]
    assert (order.rule.source, order.account, order.start, order.days) == (
        "domestic_court", "main", 10, 30)


def test_no_haircut_is_found_where_none_is() -> None:
    axes = Axes([12.0], [0.0, 0.3, 0.5], [1.0], 0.5, 0.5)

    def rows(*values: float) -> list[dict[str, Any]]:
        return [{"j_per_th": 12.0, "haircut": h, "capacity": 1.0, "pd": {"value": v}}
                for h, v in zip(axes.haircuts, values, strict=True)]

    none = first_failing(rows(0.1, 0.2, 0.3), axes)[0]
    assert (none["haircut"], none["below_bound"]) == (None, False)
    there = first_failing(rows(0.1, 0.4, 0.6), axes)[0]
    assert (there["haircut"], there["below_bound"]) == (0.4, True)
    at_spot = first_failing(rows(0.6, 0.7, 0.8), axes)[0]
    assert at_spot["haircut"] == 0.0
