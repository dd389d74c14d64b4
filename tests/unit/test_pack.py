"""A drawn book as flat arrays: cash, freezes, sources, loans, prepaid service, limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hashfall.book.record import Book
from hashfall.engine.pack import Frame, Options, Packed, pack
from hashfall.errors import InputError
from hashfall.model import columns as c
from hashfall.model.columns import Day, Freeze, Head, Line, Row, Tap, TapKind, Value

Small = Callable[..., Book]
AS_OF = dt.date(2022, 9, 30)


@pytest.fixture
def packed(small_book: Small, frame_of: Callable[[int], Frame]) -> Callable[..., Packed]:
    """``packed(options=..., **tables)``: a small book over 100 days."""

    def build(options: Options | None = None, **tables: Any) -> Packed:
        return pack(small_book(**tables), frame_of(100), options or Options())

    return build


def column(p: Packed, key: Head, place: int = 0) -> Any:
    """One column of a component."""
    return p.schedule[:, int(p.head[key]) + place]


def freeze(day: int, **more: Any) -> dict[str, Any]:
    """A freeze of the main account."""
    return {"kind": "freeze", "what": "main", "ordered_by": "domestic_court",
            "start": AS_OF + dt.timedelta(days=day), **more}


def held(p: Packed, place: int = 0) -> float:
    """What a freeze holds at the start."""
    return float(p.state[int(p.head[Head.R_FREEZE]) + place * Freeze.COUNT + Freeze.HELD])


def test_a_freeze_from_before_holds_its_account(packed: Callable[..., Packed]) -> None:
    p = packed(cash=60.0, main_share=0.6, events={"f": freeze(-5)},
               accounts={"second": {"balance": 40.0, "receipts_share": 0.4}})
    assert (float(p.state[Row.CASH]), held(p)) == (40.0, 60.0)
    assert column(p, Head.S_HOLD)[1] == pytest.approx(0.6)
    assert column(p, Head.S_HOLD)[26] == 0.0  # receipts go elsewhere 30 days after the order


def test_a_freeze_holds_no_more_than_it_was_ordered_for(packed: Callable[..., Packed]) -> None:
    p = packed(cash=100.0, events={"f": freeze(0, up_to=800.0, currency="RUB")})
    assert held(p) == pytest.approx(10.0)  # 800 RUB at 80 for a dollar
    p = packed(cash=100.0, events={"f": freeze(0, share=0.5, allowance_per_month=160.0,
                                               currency="RUB")})
    assert held(p) == 50.0
    assert p.values[p.head[Head.F_FREEZE] + 1] == pytest.approx(2.0)


def test_freezes_of_all_accounts_leave_nothing(packed: Callable[..., Packed]) -> None:
    # 60 of 100 are taken first; what is left is all on the second account.
    p = packed(cash=60.0, main_share=0.6,
               accounts={"second": {"balance": 40.0, "receipts_share": 0.4}},
               events={"g": {**freeze(10), "what": "second"}, "f": freeze(10)})
    shares = [column(p, Head.S_SEIZE, place)[10] for place in (0, 1)]
    left = 100.0
    for share in shares:
        left *= 1.0 - share
    assert left == pytest.approx(0.0)
    assert column(p, Head.S_HOLD, 0)[20] + column(p, Head.S_HOLD, 1)[20] == pytest.approx(1.0)


def test_freezes_come_in_the_order_of_their_starts(packed: Callable[..., Packed]) -> None:
    p = packed(cash=60.0, main_share=0.6,
               accounts={"second": {"balance": 40.0, "receipts_share": 0.4}},
               events={"late": freeze(20), "early": {**freeze(10), "what": "second"}})
    assert p.names.freezes == ["events.early", "events.late"]
    assert column(p, Head.S_SEIZE, 0)[10] == pytest.approx(0.4)
    assert column(p, Head.S_SEIZE, 1)[20] == pytest.approx(1.0)


def test_part_of_a_foreign_account_is_shut_in(packed: Callable[..., Packed]) -> None:
    p = packed(main_share=0.0, events={"f": {**freeze(5, share=0.25), "what": "euro"}},
               accounts={"euro": {"balance": 400.0, "currency": "EUR", "receipts_share": 1.0}})
    assert p.taps == ["accounts.euro", "accounts.euro.frozen"]
    stock = [float(p.state[p.head[Head.R_TAP] + i * Tap.COUNT + Tap.STOCK]) for i in (0, 1)]
    assert stock == [300.0, 100.0]
    assert column(p, Head.S_CAP, 0)[6] > 0.0
    assert (column(p, Head.S_CAP, 1)[4] > 0.0, column(p, Head.S_CAP, 1)[5]) == (True, 0.0)


def route(**more: Any) -> dict[str, Any]:
    """A route."""
    return {"kind": "exchange", "capacity_btc_per_day": 2.0, **more}


def test_routes_stand_from_best_to_worst(packed: Callable[..., Packed]) -> None:
    p = packed(routes={"poor": route(haircut=0.2), "good": route(haircut=0.1),
                       "worthless": route(haircut=1.0)})
    assert p.taps == ["routes.good", "routes.poor"]
    assert p.values[Value.BEST_NET] == pytest.approx(0.999 * 0.9)


def test_the_last_day_of_a_route_is_open(packed: Callable[..., Packed]) -> None:
    p = packed(routes={"r": route(open_from=AS_OF + dt.timedelta(days=3),
                                  open_until=AS_OF + dt.timedelta(days=8))})
    assert np.flatnonzero(column(p, Head.S_CAP)).tolist() == [3, 4, 5, 6, 7, 8]


def test_route_capacity_counts_what_comes_in_time(packed: Callable[..., Packed]) -> None:
    # Of 14 days ahead and today, sales on 15 - 4 = 11 days come in time: 22 BTC.
    p = packed(routes={"r": route(delay_days=4)})
    assert p.schedule[1, Day.ROUTE_CAP] == pytest.approx(22.0)
    assert not packed(Options(sources="none"), routes={"r": route()}).taps


def test_a_sale_of_machines_takes_a_day(packed: Callable[..., Packed]) -> None:
    p = packed(funding={"machines": {"delay_days": 0}}, fleet={"f": {
        "site": "s", "model": "m", "hashrate_ph": 1.0, "j_per_th": 30.0,
        "resale_usd_per_th": 10.0,
    }})
    kind, _, delay, ring = p.ints[p.head[Head.I_TAP] : p.head[Head.I_TAP] + 4]
    assert (kind, delay, ring) == (TapKind.MACHINES, 1, 1)


def test_a_shut_credit_line_is_still_paid_back(packed: Callable[..., Packed]) -> None:
    line = {"limit": 100.0, "drawn": 60.0, "currency": "USD", "rate_per_year": 0.1,
            "until": AS_OF + dt.timedelta(days=50)}
    p = packed(funding={"lines": {"x": line}})
    at = int(p.head[Head.R_TAP])
    assert p.state[at : at + Tap.COUNT].tolist() == [40.0, 0.0, 60.0]
    assert np.flatnonzero(column(p, Head.S_CALL)).tolist() == [50]
    assert np.flatnonzero(column(p, Head.S_CALL_SOON)).tolist() == list(range(36, 50))
    assert np.flatnonzero(column(p, Head.S_CAP)).tolist() == list(range(50))
    shut = packed(Options(sources="coins"), funding={"lines": {"x": line}})
    assert column(shut, Head.S_CAP).sum() == 0.0
    assert column(shut, Head.S_CALL)[50] == 1.0


def test_each_loan_on_coins_has_lines_of_its_own(packed: Callable[..., Packed]) -> None:
    loan = {"lender": "M", "principal": 10.0, "rate_per_year": 0.1, "collateral_btc": 1.0,
            "call_ltv": 0.7, "target_ltv": 0.5, "liquidation_ltv": 0.9,
            "matures": AS_OF + dt.timedelta(days=20)}
    p = packed(coin_loans={"one": loan, "two": {**loan, "currency": "RUB"}})
    at = int(p.head[Head.I_LOAN])
    lines = p.ints[at : at + 2 * c.LOAN_I].reshape(2, -1)[:, 2:]
    assert len(set(lines.ravel().tolist())) == 6  # the interest lines differ in currency
    names = [p.lines[i].names for i in lines[0]]
    assert names == [["coin_loans.one"]] * 3


def test_prepaid_service_is_owed_until_it_is_worked_off(packed: Callable[..., Packed]) -> None:
    p = packed(prepayments={"x": {"amount": 100.0, "work_off_days": 4}})
    assert p.schedule[:6, Day.WORKED].tolist() == [0.0, 25.0, 25.0, 25.0, 25.0, 0.0]
    assert p.schedule[:6, Day.LIABILITY].tolist() == [100.0, 75.0, 50.0, 25.0, 0.0, 0.0]
    assert p.schedule[:, Day.INFLOW].min() == 0.0


def test_opening_bills_are_those_of_a_going_concern(packed: Callable[..., Packed]) -> None:
    # 1 PH at 30 J/TH takes 720 kWh a day, at 0.05 USD 36 USD; it earns 80. The month that
    # ends with the balances (30 days) is billed and falls due 15 days later.
    site = {"entity": "a", "place": "x", "mw": 10, "status": "running", "uptime": 1.0,
            "overhead": 1.0,
            "power": {"kind": "contract", "currency": "USD", "price_per_kwh": 0.05}}
    p = packed(sites={"s": site}, fleet={"f": {
        "site": "s", "model": "m", "hashrate_ph": 1.0, "j_per_th": 30.0,
    }})
    (line,) = p.lines
    assert (line.kind, line.names) == ("power", ["sites.s"])
    assert line.billed0 == pytest.approx(30 * 36.0)
    at = int(p.head[Head.R_LINE])
    assert p.state[at + Line.BILLED] == line.billed0
    assert np.flatnonzero(column(p, Head.S_BILL_DUE)).tolist() == [15, 46, 76]


def test_the_end_of_a_run_looks_beyond_it(
    small_book: Small, frame_of: Callable[[int], Frame]
) -> None:
    book = small_book(
        costs={"pay": {"kind": "payroll", "amount": 5.0}},
        debts={"d": {"lender": "L", "kind": "amortising", "principal": 90.0,
                     "rate_per_year": 0.1, "matures": dt.date(2023, 8, 1),
                     "secured_on": "machines"}},
        prepayments={"p": {"amount": 7.0, "work_off_days": 200}},
        funding={"lines": {"x": {"limit": 9.0, "drawn": 9.0, "currency": "USD",
                                 "rate_per_year": 0.1, "until": AS_OF + dt.timedelta(days=70)}}},
    )
    short, long = pack(book, frame_of(60)), pack(book, frame_of(200))
    assert short.schedule == pytest.approx(long.schedule[:61])
    assert (short.values == long.values).all()


def test_too_many_currencies_are_refused(
    small_book: Small, frame_of: Callable[[int], Frame]
) -> None:
    fx = dict.fromkeys(("RUB", "EUR", "GBP", "CAD", "KZT"), 2.0)
    costs = {name.lower(): {"kind": "fixed", "amount": 1.0, "currency": name} for name in fx}
    book = small_book(market={"fx": fx}, costs=costs)
    frame = Frame(10, (), tuple(fx), 2e4, 80.0, {}, fx)
    with pytest.raises(InputError, match="at most 5 currencies"):
        pack(book, frame)
