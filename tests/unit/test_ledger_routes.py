"""Routes through venues and rails, worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.book.consistency import check
from hashfall.book.describe_text import describe_text
from hashfall.book.parts import parts
from hashfall.book.record import Book
from hashfall.engine.pack import Frame, Options, pack
from hashfall.errors import InputError
from hashfall.model.columns import Head, Row
from hashfall.model.reference.ledger import LedgerPath
from hashfall.model.routes import Slice, ways

Small = Callable[..., Book]
RunSmall = Callable[..., tuple[Any, LedgerPath]]
AS_OF = dt.date(2022, 9, 30)
PRICE = 20_000.0


def much(**more: Any) -> dict[str, Any]:
    """Coins, and far more to pay than they bring."""
    claim = {"creditor": "C", "kind": "claim", "amount": 1e9, "due": AS_OF + dt.timedelta(days=2)}
    return {"coins": {"free_btc": 1000.0}, "claims": {"c": claim}, **more}


def route(haircut: float = 0.0, **more: Any) -> dict[str, Any]:
    """A route that charges no fee and pays at once."""
    return {"kind": "otc", "capacity_btc_per_day": 50.0, "fee": 0.0, "haircut": haircut,
            "delay_days": 0, **more}


def rail(btc: float, **more: Any) -> dict[str, Any]:
    """A rail that carries so many coins at the still price."""
    return {"kind": "bank", "currency": "USD", "capacity_per_day": btc * PRICE, **more}


def sold(ledger: LedgerPath, day: int) -> float:
    """Coins sold on a day."""
    return -sum(e.amount for e in ledger.events
                if (e.day, e.account, e.what) == (day, "coins", "sold"))


def cash_in(ledger: LedgerPath, day: int) -> float:
    """Money that sales brought on a day."""
    return sum(e.amount for e in ledger.events
               if e.day == day and e.account == "cash" and e.what in ("sold", "arrived"))


def test_coins_are_sent_elsewhere_where_two_limits_cross(
    small_book: Small, run_small: RunSmall
) -> None:
    venue = {"kind": "otc", "capacity_btc_per_day": 10.0}
    book = small_book(**much(
        venues={"v": venue, "w": {"kind": "otc"}},
        rails={"r": rail(9.0), "s": rail(100.0)},
        routes={"best": route(0.1, venue="v", rail="r"), "next": route(0.5, venue="w", rail="r"),
                "last": route(0.2, venue="v", rail="s")},
    ))
    packed, ledger = run_small(book, 3)
    assert packed.taps == ["routes.best", "routes.last", "routes.next", "routes.last"]
    # All 10 coins of venue v go over rail s, and rail r is filled from w: 18 coins at 0.5.
    assert sold(ledger, 1) == pytest.approx(10.0 + 18.0)
    assert cash_in(ledger, 1) == pytest.approx((10.0 * 0.8 + 18.0 * 0.5) * PRICE)
    assert not ledger.problems()


def test_a_rail_counts_money_before_its_fee(small_book: Small, run_small: RunSmall) -> None:
    book = small_book(**much(rails={"r": rail(9.0, fee=0.01, delay_days=2)},
                             routes={"a": route(0.1, rail="r", delay_days=1)}))
    packed, ledger = run_small(book, 5, prices={3: PRICE / 2})
    assert sold(ledger, 1) == pytest.approx(10.0)
    assert sold(ledger, 3) == pytest.approx(20.0)  # half the price, twice the coins
    assert cash_in(ledger, 4) == pytest.approx(9.0 * 0.99 * PRICE)
    assert packed.values[-2] == pytest.approx(0.9)


def test_impact_is_exact_at_the_ends_of_its_parts(small_book: Small, run_small: RunSmall) -> None:
    for coins, share in ((5.0, 0.25), (10.0, 0.5), (20.0, 1.0)):
        book = small_book(**much(routes={"a": route(0.0, capacity_btc_per_day=20.0, impact=0.1)}))
        book = book.model_copy(update={
            "coins": book.coins.model_copy(update={"free_btc": coins})})
        _, ledger = run_small(book, 1)
        assert cash_in(ledger, 1) == pytest.approx(
            coins * PRICE - 20.0 * PRICE * 0.1 * share**1.5)


def test_venues_and_rails_open_and_close_on_dates(small_book: Small, run_small: RunSmall) -> None:
    def day(n: int) -> dt.date:
        return AS_OF + dt.timedelta(days=n)

    book = small_book(**much(
        venues={"v": {"kind": "otc", "open_from": day(2), "open_until": day(5)}},
        rails={"r": rail(100.0)}, routes={"a": route(venue="v", rail="r")},
        events={"e": {"kind": "rail_closure", "what": "r", "start": day(3), "until": day(5)},
                "f": {"kind": "venue_closure", "what": "v", "start": day(9)}},
    ))
    _, ledger = run_small(book, 7)
    assert [sold(ledger, d) for d in range(1, 8)] == [0.0, 50.0, 0.0, 0.0, 50.0, 0.0, 0.0]


def test_a_freeze_holds_what_arrives_on_its_own_account(
    small_book: Small, run_small: RunSmall
) -> None:
    freeze = {"kind": "freeze", "what": "main", "ordered_by": "foreign_bank", "share": 0.5,
              "start": AS_OF - dt.timedelta(days=5), "redirect_days": 8}
    accounts = {"second": {"balance": 0.0, "receipts_share": 0.4}}
    for account, held in (("main", 0.5), ("second", 0.0), (None, 0.3)):
        named = {} if account is None else {"account": account}
        book = small_book(**much(main_share=0.6, accounts=accounts, events={"f": freeze},
                                 routes={"a": route(**named)}))
        packed, ledger = run_small(book, 4)
        # Receipts are redirected from day 3 on.
        gross = 50.0 * PRICE
        assert ledger.days[0].frozen == pytest.approx(held * gross)
        assert ledger.days[3].frozen == pytest.approx(2.0 * held * gross)
        assert packed.names.freezes == ["events.f"]
        assert not ledger.problems()


def test_coins_that_nobody_took_are_told_from_those_that_policy_keeps(
    small_book: Small, run_small: RunSmall
) -> None:
    route_ = {"routes": {"a": route(capacity_btc_per_day=1.0)}}
    _, glut = run_small(small_book(**much(**route_)), 5)
    assert glut.unsellable() == pytest.approx(995.0)
    _, idle = run_small(small_book(coins={"free_btc": 7.0}, **route_), 5)
    assert (idle.row(Row.COINS), idle.unsellable()) == (7.0, 0.0)


def test_a_ring_does_not_use_the_account_of_the_group(small_book: Small) -> None:
    book = small_book(
        entities={"a": {"country": "US"}, "b": {"country": "US", "ring_fenced": True}},
        sites={"s": {"entity": "b", "place": "x", "mw": 1.0, "status": "running",
                     "power": {"kind": "contract", "currency": "USD", "price_per_kwh": 0.0}}},
        routes={"a": route(account="main"), "b": route(rail="r")}, rails={"r": rail(1.0)},
    )
    frame = Frame(10, ("texas",), ("RUB", "EUR"), PRICE, 80.0, {"texas": 0.05},
                  {"RUB": 80.0, "EUR": 0.8})
    group, ring = parts(book)
    assert pack(group, frame).taps == ["routes.a", "routes.b"]
    assert pack(ring, frame).taps == ["routes.b"]
    assert not pack(ring, frame, Options(sources="none")).taps


def test_too_many_ways_are_one_line(small_book: Small) -> None:
    book = small_book(routes={"a": route(impact=0.0)}, venues={
        f"v{i}": {"kind": "otc", "capacity_btc_per_day": 1.0} for i in range(4)},
        rails={f"r{i}": rail(1.0) for i in range(4)})
    one = next(iter(book.routes.values()))
    many = book.model_copy(update={"routes": {
        f"x{i}{j}": one.model_copy(update={"venue": f"v{i}", "rail": f"r{j}"})
        for i in range(4) for j in range(4)}})
    with pytest.raises(InputError, match="at most 96 ways"):
        check(many)
    assert len(ways([Slice(0.9, 0.9, "", "")] * 3, set(), set())) == 3


def test_description_tells_venues_and_rails(small_book: Small) -> None:
    text = describe_text(small_book(
        venues={"desk": {"kind": "otc", "country": "AE", "closes_per_year": 2.0,
                         "reopens_after_days": 30.0}},
        rails={"swift": rail(5.0, account="main")},
        routes={"a": route(venue="desk", rail="swift", impact=0.1, closes_per_year=1.0)},
    ), 160)
    for word in ("Venues", "Rails", "desk", "swift", "2 a year, for 30 days", "1 a year, for good"):
        assert word in text


def test_gates_come_with_routes_only(small_book: Small, run_small: RunSmall) -> None:
    packed, _ = run_small(small_book(routes={"a": route()}), 2)
    assert packed.head[Head.GATES] == packed.head[Head.POOLS] == 0
