"""Orders beside a book's own freezes, a later freeze, the first day of a need."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hashfall.book.record import Book
from hashfall.cli.cashout_inputs import asked_of
from hashfall.engine.assess import Study
from hashfall.engine.cashout_due import still_world
from hashfall.engine.cashout_flow import first_day, flow_of
from hashfall.engine.pack import pack
from hashfall.engine.replay import labels_of, packing_of
from hashfall.engine.stress_books import Order, halting, reach
from hashfall.engine.stress_own import ordered
from hashfall.errors import InputError
from hashfall.ingest.freezes import freeze_rules
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger import ledger_path

Small = Callable[..., Book]
Frames = Callable[[int], Any]
RULES = freeze_rules()
AS_OF = dt.date(2022, 9, 30)
ZERO = {"balance": 0.0, "receipts_share": 0.0}
COURT, LISTED = RULES["domestic_court"], RULES["sanction_list"]


def at(day: int) -> dt.date:
    """Date of a day."""
    return AS_OF + dt.timedelta(days=day)


def own(what: str = "main", start: int = -10, until: int | None = 20, **more: Any
        ) -> dict[str, Any]:
    """A freeze of a book."""
    return {"own": {"kind": "freeze", "what": what, "ordered_by": "tax_office",
                    "start": at(start), "until": None if until is None else at(until),
                    "allows": ["payroll", "tax"], "redirect_days": 5.0, **more}}


def spans(book: Book, name: str = "main") -> list[tuple[int, int | None, float, list[str]]]:
    """Freezes of an account: first day, day of the end, share, what passes."""
    events = [e for e in book.events.values() if e.kind == "freeze" and e.what == name]
    return sorted(
        (((cast(dt.date, e.start) - AS_OF).days,
          None if e.until is None else (cast(dt.date, e.until) - AS_OF).days,
          cast(float, e.share), list(e.allows)) for e in events), key=lambda row: row[0])


def test_a_freeze_of_another_account_stays(small_book: Small) -> None:
    book = small_book(cash=1.0, events=own(), accounts={"two": ZERO})
    found = ordered(book, [Order(COURT, "two", start=5, days=10)], 3.0)
    assert spans(found) == [
        (-10, 5, 1.0, ["payroll", "tax"]), (5, 15, 1.0, ["payroll", "tax"]),
        (15, 20, 1.0, ["payroll", "tax"])]
    # While both accounts are held, receipts have nowhere to go.
    turns = {e.start: e.redirect_days for e in found.events.values() if e.what == "main"}
    assert turns == {at(-10): 5.0, at(5): 1e6 - 5, at(15): 0.0}
    three = small_book(cash=1.0, events=own(), accounts={"two": ZERO, "three": ZERO})
    found = ordered(three, [Order(COURT, "two", start=5, days=10)], 3.0)
    assert spans(found) == [(-10, 20, 1.0, ["payroll", "tax"])]
    assert spans(found, "two") == [(5, 15, 1.0, ["payroll", "tax"])]


def test_the_stricter_holds_on_one_account(small_book: Small) -> None:
    book = small_book(cash=1.0, events=own(share=0.5), accounts={
        "two": ZERO, "euro": {**ZERO, "currency": "EUR"}})
    allowed = ["payroll", "tax"]
    # An order that asks for less changes nothing while the book's own stands.
    less = ordered(book, [Order(COURT, "main", start=5, share=0.2, days=30)], 3.0)
    assert spans(less) == [(-10, 20, 0.5, allowed), (20, 35, 0.2, allowed)]
    more = ordered(book, [Order(COURT, "main", start=5, days=10)], 3.0)
    assert spans(more) == [(-10, 5, 0.5, allowed), (5, 15, 1.0, allowed), (15, 20, 0.5, allowed)]
    euro = small_book(cash=1.0, events=own("euro"), accounts={"euro": {**ZERO, "currency": "EUR"}})
    assert spans(ordered(euro, [Order(LISTED, start=5)], 3.0), "euro") == [
        (-10, 5, 1.0, allowed), (5, None, 1.0, [])]


def test_no_order_that_reaches_anything_leaves_the_book(small_book: Small) -> None:
    book = small_book(cash=1.0, events=own())
    assert ordered(book, [Order(RULES["foreign_bank"])], 3.0) is book
    assert reach(book, Order(RULES["foreign_bank"], "main")) == ([], [])


@pytest.mark.parametrize(("orders", "day"), [
    ((), CLOCKS_NEVER), ((Order(COURT, "main"),), 25.0),
    ((Order(COURT, "main", start=18),), 25.0), ((Order(COURT, "main", start=22),), CLOCKS_NEVER),
    ((Order(COURT, "main", days=20),), CLOCKS_NEVER),
    ((Order(RULES["foreign_bank"], "far"),), CLOCKS_NEVER)])
def test_an_order_never_makes_the_company_richer(
    small_book: Small, frame_of: Frames, orders: tuple[Order, ...], day: float
) -> None:
    # Power of 7.2 a day: 216 are due on day 15 with grace of 10, the book's own freeze of the
    # 300 at home ends on day 20.
    book = small_book(cash=300.0, events=own(), accounts={"far": {**ZERO, "country": "AE"}})
    power = book.sites["s"].power.model_copy(update={"price_per_kwh": 0.01})
    book = book.model_copy(update={
        "sites": {"s": book.sites["s"].model_copy(update={"power": power})},
        "fleet": {"idle": book.fleet["idle"].model_copy(update={"hashrate_ph": 1.0})}})
    packed = halting(pack(ordered(book, orders, 0.0), frame_of(40)))
    path = ledger_path(packing_of(packed), still_world(frame_of(40), 40), labels_of(packed))
    assert float(path.row(Row.D1)) == day


@pytest.fixture
def study_of(frame_of: Frames) -> Callable[[Book], Study]:
    """As much of a study as the flow needs."""
    return lambda book: cast(Study, SimpleNamespace(frame=frame_of(100), book=book))


def test_money_stays_shut_where_a_book_freeze_goes_on(
    small_book: Small, study_of: Callable[[Book], Study]
) -> None:
    book = small_book(cash=100.0, events=own(share=0.5), accounts={"two": ZERO})
    made = ordered(book, [Order(COURT, "main", start=5, days=30)], 3.0)
    money = [flow_of(study_of(book), b, 60).out.most(day).money
             for b in (book, made) for day in (4, 6, 19, 21, 36)]
    assert money == pytest.approx([50.0, 50.0, 50.0, 100.0, 100.0, 50.0, 0.0, 0.0, 0.0, 100.0],
                                  abs=0.01)


def test_foreign_cash_does_not_run_from_a_later_freeze(
    small_book: Small, study_of: Callable[[Book], Study]
) -> None:
    book = small_book(cash=10.0, accounts={"rub": {"currency": "RUB", "country": "RU",
                                                    "balance": 8000.0, "receipts_share": 0.0}})
    frozen = ordered(book, [Order(LISTED, start=20)], 3.0)
    flow = flow_of(study_of(book), frozen, 30)
    assert [flow.out.most(day).money for day in (0, 19, 20, 30)] == pytest.approx(
        [110.0, 110.0, 10.0, 10.0], abs=0.01)


def test_the_first_day_is_exact_whatever_is_shown(
    small_book: Small, study_of: Callable[[Book], Study]
) -> None:
    desk = {"kind": "otc", "capacity_btc_per_day": 1.0, "currency": "USD", "fee": 0.0,
            "haircut": 0.0, "delay_days": 0}
    book = small_book(coins={"free_btc": 50.0}, routes={"desk": desk})
    for last in (30, 33, 60):
        assert first_day(flow_of(study_of(book), book, last), 500_000.0) == 24.0
    # From day 26 all is held: it was there on two days that no table shows.
    frozen = ordered(book, [Order(COURT, "main", start=26, days=40)], 3.0)
    assert first_day(flow_of(study_of(book), frozen, 60), 500_000.0) == 24.0
    assert first_day(flow_of(study_of(book), book, 20), 500_000.0) == math.inf


@pytest.mark.parametrize(("word", "reach_it"), [
    ("main:foreign_bank", "domestic_court, tax_office"), ("main:sanction_list", "domestic_court"),
    ("far:domestic_court", "foreign_bank, sanction_list"), ("far:tax_office", "foreign_bank")])
def test_an_order_that_cannot_be_is_one_line(small_book: Small, word: str, reach_it: str) -> None:
    book = small_book(cash=1.0, accounts={"far": {**ZERO, "country": "AE"}})
    with pytest.raises(InputError, match=reach_it) as problem:
        asked_of(book, ["USD"], RULES, freeze=[word])
    assert "\n" not in str(problem.value)
    assert f"a source that reaches {word.partition(':')[0]}" in str(problem.value)
