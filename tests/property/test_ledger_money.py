"""Money is conserved on every path of random books, and paid in the order of the contract."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.book.record import Book
from hashfall.engine.pack import pack
from hashfall.engine.replay import Trace, replay
from hashfall.model.columns import CLASSES, Head, Row
from hashfall.model.reference.ledger_events import CENT, conserve, unbalanced
from hashfall.verify.random_books import frame, random_book, stormy_world

DAYS = 110
WORLD = stormy_world(DAYS)
CHOICES = st.randoms(use_true_random=False)
SEEDS = st.integers(0, 2**40)


def trace_of(book: Book, path: int, seed: int = 3) -> Trace:
    """One path of a book."""
    return replay(WORLD, pack(book, frame(DAYS)), path, seed)


@settings(max_examples=40)
@given(CHOICES, SEEDS)
def test_money_is_conserved(choices: random.Random, path: int) -> None:
    trace = trace_of(random_book(choices.random), path)
    assert not conserve(trace.events, trace.ledger.opening, trace.ledger.closing)
    assert not unbalanced(trace.events)


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_coins_are_conserved(choices: random.Random, path: int) -> None:
    trace = trace_of(random_book(choices.random), path)
    moves: dict[str, list[float]] = defaultdict(list)
    for event in trace.events:
        if event.account in ("coins", "pledged"):
            moves[event.what].append(event.amount)
    own = [sum(v for k, v in ends.items() if k[2] == "BTC")
           for ends in (trace.ledger.opening, trace.ledger.closing)]
    assert set(moves) <= {"mined", "sold", "sold by the lender", "pledged", "given back"}
    assert math.fsum(moves["pledged"] + moves["given back"]) == pytest.approx(0.0, abs=1e-9)
    gone = -math.fsum(moves["sold"] + moves["sold by the lender"])
    assert own[0] + math.fsum(moves["mined"]) == pytest.approx(own[1] + gone, abs=5e-9)


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_nothing_is_negative(choices: random.Random, path: int) -> None:
    trace = trace_of(random_book(choices.random), path)
    for day in trace.ledger.days:
        assert min(day.cash, day.coins, day.frozen, day.under_way, day.unpaid) >= 0.0
        assert min(day.unpaid_lines, default=0.0) >= 0.0
    assert min(trace.ledger.closing.values()) >= 0.0
    assert trace.ledger.row(Row.MACHINES) >= 0.0


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_a_later_line_waits_for_an_earlier_one(choices: random.Random, path: int) -> None:
    trace = trace_of(random_book(choices.random), path)
    paid: dict[int, int] = {}
    for cash, line in zip(trace.events, trace.events[1:], strict=False):
        told = cash.account == "cash" and cash.what in ("paid", "margin paid")
        if told and -cash.value > CENT:  # a receipt of 1e-211 pays nobody
            paid[cash.day] = line.place  # lines are paid in their order: the last one stays
    for day, last in paid.items():
        end = trace.ledger.days[day - 1]
        assert not [u for u in end.unpaid_lines[:last] if u > 0.0]
    for end in trace.ledger.days:
        assert end.unpaid == 0.0 or end.cash < CENT


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_a_frozen_account_pays_what_the_order_allows(choices: random.Random, path: int) -> None:
    book = random_book(choices.random)
    trace = trace_of(book, path)
    packed, used = trace.packed, defaultdict(float)
    months = [0, *(int(d) for d in packed.calendar.month_ends())] if packed.calendar else []
    for frozen, line in zip(trace.events, trace.events[1:], strict=False):
        if frozen.account == "frozen" and frozen.amount < -CENT and frozen.what != "released":
            event = book.events[packed.names.freezes[frozen.place].removeprefix("events.")]
            kind = CLASSES[int(packed.ints[packed.head[Head.I_LINE] + 4 * line.place])]
            assert line.account in ("unpaid", "margin asked")
            assert kind in event.allows
            month = sum(end < frozen.day for end in months)
            used[frozen.place, month] -= frozen.amount
    for (place, _), amount in used.items():
        most = float(packed.values[packed.head[Head.F_FREEZE] + 2 * place + 1])
        assert amount <= most + CENT
    for place, name in enumerate(packed.names.freezes):
        most, held = float(packed.values[packed.head[Head.F_FREEZE] + 2 * place]), 0.0
        held = sum(v for k, v in trace.ledger.opening.items() if k[:2] == ("frozen", place))
        for event in trace.events:
            if event.account == "frozen" and event.place == place:
                held += event.amount
                assert -CENT < held <= most + CENT, name


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_freezes_do_not_make_or_lose_money(choices: random.Random, path: int) -> None:
    """Cash, receipts and frozen money move among themselves, or to a creditor."""
    trace = trace_of(random_book(choices.random), path)
    for what in ("seized", "held", "released"):
        legs = [e for e in trace.events if e.what == what]
        assert {e.account for e in legs} <= {"cash", "frozen"}
        assert math.fsum(e.amount for e in legs) == pytest.approx(0.0, abs=CENT)


def cash_only(book: Book, freezes: bool) -> Book:
    """The book without anything whose worth moves while it waits: what is paid or kept is cash.

    Fewer dues or more cash then never bring D1 forward. With coins or foreign cash in hand
    that is not so: who needs less sells later, perhaps at a lower price. Nor with a tax on
    profit, which a cost lowers; nor with a freeze that lets some classes be paid, since it
    keeps money for them that others would have taken.
    """
    accounts = {n: a for n, a in book.accounts.items() if a.currency == book.currency}
    events: dict[str, Any] = {
        name: event.model_copy(update={"allows": []}) if event.kind == "freeze" else event
        for name, event in book.events.items()
        if event.kind != "freeze" or (freezes and event.what == "main")
    }
    return book.model_copy(update={
        "accounts": accounts, "events": events, "coin_loans": {}, "covenants": {},
        "coins": book.coins.model_copy(update={"free_btc": 0.0}),
        "treasury": book.treasury.model_copy(update={"sell_share": 1.0}),
        "tax": book.tax.model_copy(update={"profit_rate": 0.0}),
        "funding": book.funding.model_copy(
            update={"lines": {}, "equity": None, "machines": None}
        ),
    })


@settings(max_examples=40)
@given(CHOICES, SEEDS, st.data())
def test_less_to_pay_never_brings_default_forward(
    choices: random.Random, path: int, data: st.DataObject
) -> None:
    book = cash_only(random_book(choices.random), freezes=False)
    table = data.draw(st.sampled_from(["claims", "costs", "debts"]))
    entries = getattr(book, table)
    before = trace_of(book, path).ledger.row(Row.D1)
    for name in entries:
        lighter = book.model_copy(update={
            table: {key: value for key, value in entries.items() if key != name}
        })
        assert trace_of(lighter, path).ledger.row(Row.D1) >= before


@settings(max_examples=25)
@given(CHOICES, SEEDS, st.floats(1.0, 1e7))
def test_more_cash_never_brings_default_forward(
    choices: random.Random, path: int, more: float
) -> None:
    book = cash_only(random_book(choices.random), freezes=True)
    main = book.accounts["main"]
    richer = main.model_copy(update={"balance": main.balance + more})
    after = book.model_copy(update={"accounts": {**book.accounts, "main": richer}})
    assert (trace_of(after, path).ledger.row(Row.D1)
            >= trace_of(book, path).ledger.row(Row.D1))


@settings(max_examples=25)
@given(CHOICES, SEEDS)
def test_no_freeze_never_brings_default_forward(choices: random.Random, path: int) -> None:
    frozen = cash_only(random_book(choices.random), freezes=True)
    free = cash_only(frozen, freezes=False)
    assert (trace_of(free, path).ledger.row(Row.D1)
            >= trace_of(frozen, path).ledger.row(Row.D1))


@pytest.mark.parametrize("what", ["paid", "sold", "mined", "power used", "arrived", "bill due"])
def test_a_lost_entry_is_seen(what: str) -> None:
    for number in range(20):
        trace = trace_of(random_book(random.Random(number).random), 0)
        places = [i for i, e in enumerate(trace.events) if e.what == what and abs(e.value) > 1.0]
        if places:
            events = [e for i, e in enumerate(trace.events) if i != places[0]]
            assert unbalanced(events)
            return
    pytest.fail("no book with such an entry")


def test_a_lost_payment_is_seen_in_the_balances() -> None:
    trace = trace_of(random_book(random.Random(0).random), 0)
    opening, closing = trace.ledger.opening, trace.ledger.closing
    for account in ("cash", "unpaid", "bills"):
        place = next(i for i, e in enumerate(trace.events)
                     if e.account == account and abs(e.amount) > 1.0)
        events = [e for i, e in enumerate(trace.events) if i != place]
        assert conserve(events, opening, closing)
