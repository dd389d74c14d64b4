"""Lane loops of the ledger, one component each: machines, clients, sources, payments.

Each loop takes whole rows as slices cut outside it, so that it stays vectorised;
the formulas stand in `hashfall.model.ledger`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from numba import njit

from hashfall.model.columns import Freeze, Host, Line, Loan, Row, Tap
from hashfall.model.ledger import (
    anyone,
    client_margin,
    client_share,
    equity_factor,
    frozen,
    margin_call,
    mine,
    need_ahead,
    past_grace,
    pay,
    run_length,
    sale_btc,
    taken,
)

__all__ = ["build_parts"]

_CASH, _COINS, _SELL, _PENDING = (int(Row.CASH), int(Row.COINS), int(Row.TO_SELL), int(Row.PENDING))
_MACHINES, _BASE, _BREACH = int(Row.MACHINES), int(Row.TAX_BASE), int(Row.BREACH)
_SPOT, _NET, _BTC = int(Row.SOLD_SPOT), int(Row.SOLD_NET), int(Row.SOLD_BTC)
_LAST, _BURN, _SERVICE, _OUT12 = (
    int(Row.LAST_TAP), int(Row.BURN), int(Row.SERVICE), int(Row.OUT12),
)
_PRICE, _REWARD, _HP = int(Row.PRICE), int(Row.REWARD), int(Row.HASHPRICE)
_RECEIPTS, _OUTFLOW, _CREDITED = int(Row.RECEIPTS), int(Row.OUTFLOW), int(Row.CREDITED)
_UNPAID, _NEED, _HELD, _OTHER = int(Row.UNPAID), int(Row.NEED), int(Row.HELD), int(Row.OTHER)
_RECEIVABLE, _DEBT, _PAST = int(Row.RECEIVABLE), int(Row.DEBT), int(Row.PAST)
_PAST_LINE, _INCOME = int(Row.PAST_LINE), int(Row.INCOME)
_TARIFF, _SUPPLY, _UNIT, _PAID, _PLEDGED, _LATE = (
    int(Row.TARIFF), int(Row.SUPPLY), int(Row.UNIT), int(Row.PAID), int(Row.PLEDGED),
    int(Row.LATE),
)
_H_PRESENT, _H_NEG, _H_POS = int(Host.PRESENT), int(Host.NEG), int(Host.POS)
_H_ACCRUED, _H_BILLED = int(Host.ACCRUED), int(Host.BILLED)
_L_UNPAID, _L_RECENT, _L_ACCRUED, _L_BILLED = (
    int(Line.UNPAID), int(Line.RECENT), int(Line.ACCRUED), int(Line.BILLED),
)
_T_STOCK, _T_DRAWN = int(Tap.STOCK), int(Tap.DRAWN)
_F_HELD, _F_ALLOWED = int(Freeze.HELD), int(Freeze.ALLOWED)
_O_PRINCIPAL, _O_COLLATERAL = int(Loan.PRINCIPAL), int(Loan.COLLATERAL)
_O_ASKED, _O_DAYS = int(Loan.ASKED), int(Loan.DAYS)


def _operations(b: int) -> dict[str, Any]:
    """Compile the loops of machines and hosting clients."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def prices(fix: Any, out: int, rate: Any, power: Any, contract: float,
               market: float) -> None:
        to = fix[out * b : (out + 1) * b]
        for k in range(b):
            to[k] = contract * rate[k] + market * power[k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def fleet(fix: Any, line: Any, ph: float, pledged: float, fee: float, kwh: float,
              top: float) -> None:
        for k in range(b):
            running = ph * (1.0 if pledged > 0.0 else fix[_MACHINES * b + k])
            coins, cost = mine(
                running, fix[_PRICE * b + k], fix[_REWARD * b + k], fee, kwh,
                fix[_SUPPLY * b + k], top,
            )
            fix[_COINS * b + k] += coins
            fix[_CREDITED * b + k] += coins
            fix[_OUTFLOW * b + k] += cost
            line[_L_ACCRUED * b + k] += cost

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def clients(fix: Any, host: Any, pays: float, kwh: float, fee: float, leave_after: float,
                leave: float, back_after: float, back: float, most: float) -> None:
        for k in range(b):
            margin = client_margin(
                fix[_PRICE * b + k], fix[_REWARD * b + k], fee, kwh,
                fix[_TARIFF * b + k] + pays * fix[_SUPPLY * b + k],
            )
            neg = run_length(host[_H_NEG * b + k], 1.0 if margin < 0.0 else 0.0)
            pos = run_length(host[_H_POS * b + k], 1.0 if margin >= 0.0 else 0.0)
            host[_H_NEG * b + k] = neg
            host[_H_POS * b + k] = pos
            host[_H_PRESENT * b + k] = client_share(
                host[_H_PRESENT * b + k], neg, pos, leave_after, leave, back_after, back, most
            )

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def hosting(fix: Any, host: Any, line: Any, kwh_day: float, pays: float,
                bad_debt: float) -> None:
        for k in range(b):
            energy = kwh_day * host[_H_PRESENT * b + k]
            bill = energy * fix[_TARIFF * b + k]
            cost = energy * fix[_SUPPLY * b + k] * (1.0 - pays)
            host[_H_ACCRUED * b + k] += bill
            line[_L_ACCRUED * b + k] += cost
            fix[_OUTFLOW * b + k] += cost
            fix[_BASE * b + k] += bill
            fix[_INCOME * b + k] += bill * (1.0 - bad_debt)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def collect(fix: Any, host: Any, paid: float, month_end: float, bad_debt: float) -> None:
        for k in range(b):
            billed = host[_H_BILLED * b + k]
            fix[_RECEIPTS * b + k] += billed * (1.0 - bad_debt) * paid
            billed = billed * (1.0 - paid) + host[_H_ACCRUED * b + k] * month_end
            host[_H_BILLED * b + k] = billed
            host[_H_ACCRUED * b + k] = host[_H_ACCRUED * b + k] * (1.0 - month_end)
            fix[_RECEIVABLE * b + k] += (billed + host[_H_ACCRUED * b + k]) * (1.0 - bad_debt)

    return {"prices": prices, "fleet": fleet, "clients": clients, "hosting": hosting, "collect": collect}


def _sources(b: int) -> dict[str, Any]:
    """Compile the loops of everything that gives money."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def arrive(fix: Any, ring: Any) -> None:
        for k in range(b):
            fix[_RECEIPTS * b + k] += ring[k]
            fix[_PENDING * b + k] -= ring[k]
            ring[k] = 0.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def need(fix: Any, ahead: float, days: float) -> int:
        looking = 0
        for k in range(b):
            x = need_ahead(
                fix[_UNPAID * b + k], ahead, days, fix[_BURN * b + k],
                fix[_CASH * b + k] + fix[_RECEIPTS * b + k], fix[_PENDING * b + k],
            )
            fix[_NEED * b + k] = x
            looking += anyone(x)
        return looking

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def route(fix: Any, tap: Any, ring: Any, delayed: float, cap: float, share: float,
              number: float) -> None:
        for k in range(b):
            spot, last = fix[_PRICE * b + k], fix[_LAST * b + k]
            sold = sale_btc(
                fix[_NEED * b + k], fix[_SELL * b + k], fix[_COINS * b + k], cap, spot * share
            )
            money = sold * (spot * share)
            left = fix[_SELL * b + k] - sold
            fix[_SELL * b + k] = left if left > 0.0 else 0.0
            fix[_COINS * b + k] -= sold
            fix[_SPOT * b + k] += sold * spot
            fix[_NET * b + k] += money
            fix[_BTC * b + k] += sold
            tap[_T_DRAWN * b + k] += sold
            need_left = fix[_NEED * b + k] - money
            fix[_NEED * b + k] = need_left if need_left > 0.0 else 0.0
            fix[_PENDING * b + k] += money * delayed
            fix[_RECEIPTS * b + k] += money * (1.0 - delayed)
            ring[k] += money * delayed
            fix[_LAST * b + k] = number if money > 0.0 else last

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def stock(fix: Any, tap: Any, rate: Any, cap: float, share: float, covenants: float,
              number: float) -> None:
        for k in range(b):
            unit = rate[k] * share
            shut = covenants * fix[_BREACH * b + k]
            most = tap[_T_STOCK * b + k]
            most = most if most < cap else cap
            money = taken(fix[_NEED * b + k], most * unit * (1.0 - shut))
            units = money / unit
            last = fix[_LAST * b + k]
            tap[_T_STOCK * b + k] -= units
            tap[_T_DRAWN * b + k] += units
            fix[_NEED * b + k] -= money
            fix[_RECEIPTS * b + k] += money
            fix[_LAST * b + k] = number if money > 0.0 else last

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def count_stock(fix: Any, tap: Any, rate: Any, debt: float, shut: float) -> None:
        for k in range(b):
            own = tap[_T_STOCK * b + k] * rate[k] * (1.0 - debt)
            fix[_OTHER * b + k] += own * (1.0 - shut)
            fix[_HELD * b + k] += own * shut
            fix[_DEBT * b + k] += tap[_T_DRAWN * b + k] * rate[k] * debt

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def equity(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
               share: float, price0: float, beta: float, number: float) -> None:
        for k in range(b):
            last = fix[_LAST * b + k]
            unit = rate[k] * share
            usd = fix[_PRICE * b + k] / rate[k]
            most = cap * equity_factor(usd, price0, beta)
            left = tap[_T_STOCK * b + k]
            most = most if most < left else left
            money = taken(fix[_NEED * b + k], most * unit)
            tap[_T_STOCK * b + k] -= money / unit
            tap[_T_DRAWN * b + k] += money / unit
            fix[_NEED * b + k] -= money
            fix[_PENDING * b + k] += money
            ring[k] += money
            fix[_LAST * b + k] = number if money > 0.0 else last

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def machines(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
                 share: float, value: float, hp0: float, decay: float, number: float) -> None:
        for k in range(b):
            last = fix[_LAST * b + k]
            worth = value * decay * (fix[_HP * b + k] / hp0) * rate[k] * share
            left = fix[_MACHINES * b + k]
            part = cap if cap < left else left
            money = taken(fix[_NEED * b + k], worth * part)
            sold = money / (worth + 1e-300)
            fix[_MACHINES * b + k] = left - sold
            tap[_T_DRAWN * b + k] += money
            fix[_NEED * b + k] -= money
            fix[_PENDING * b + k] += money
            ring[k] += money
            fix[_LAST * b + k] = number if money > 0.0 else last

    return {"arrive": arrive, "need": need, "route": route, "stock": stock,
            "count_stock": count_stock, "equity": equity, "machines": machines}


def _freezes(b: int) -> dict[str, Any]:
    """Compile the loops of frozen accounts."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def seize(fix: Any, row: Any, share: float, up_to: float) -> None:
        for k in range(b):
            x = frozen(fix[_CASH * b + k], share, row[_F_HELD * b + k], up_to)
            fix[_CASH * b + k] -= x
            row[_F_HELD * b + k] += x

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def hold(fix: Any, row: Any, share: float, up_to: float, release: float,
             allowance: float, month_end: float) -> None:
        for k in range(b):
            x = frozen(fix[_RECEIPTS * b + k], share, row[_F_HELD * b + k], up_to)
            fix[_RECEIPTS * b + k] -= x
            held = row[_F_HELD * b + k] + x
            fix[_CASH * b + k] += held * release
            row[_F_HELD * b + k] = held * (1.0 - release)
            row[_F_ALLOWED * b + k] = (
                allowance if month_end > 0.0 else row[_F_ALLOWED * b + k]
            )

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def let_pay(row: Any, line: Any, rate: Any) -> None:
        for k in range(b):
            held, allowed = row[_F_HELD * b + k], row[_F_ALLOWED * b + k]
            x = pay(line[_L_UNPAID * b + k] * rate[k], held if held < allowed else allowed)
            row[_F_HELD * b + k] -= x
            row[_F_ALLOWED * b + k] -= x
            line[_L_UNPAID * b + k] -= x / rate[k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def count_held(fix: Any, row: Any) -> None:
        for k in range(b):
            fix[_HELD * b + k] += row[_F_HELD * b + k]

    return {"seize": seize, "hold": hold, "let_pay": let_pay, "count_held": count_held}


def _payments(b: int) -> dict[str, Any]:
    """Compile the loops of payment lines."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def fall_due(fix: Any, line: Any, fell: Any, rate: Any, fixed: float, bill_due: float,
                 mature: float, month_end: float, service: float, first_year: float) -> None:
        for k in range(b):
            billed, accrued = line[_L_BILLED * b + k], line[_L_ACCRUED * b + k]
            bill = billed * bill_due
            come = fixed + bill
            line[_L_UNPAID * b + k] += come
            line[_L_RECENT * b + k] = (line[_L_RECENT * b + k] + bill) * (1.0 - mature)
            line[_L_BILLED * b + k] = billed * (1.0 - bill_due) + accrued * month_end
            line[_L_ACCRUED * b + k] = accrued * (1.0 - month_end)
            money = come * rate[k]
            fell[k] += money
            fix[_SERVICE * b + k] += money * service
            fix[_OUT12 * b + k] += fixed * rate[k] * first_year

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def count_unpaid(fix: Any, line: Any, rate: Any) -> None:
        for k in range(b):
            fix[_UNPAID * b + k] += line[_L_UNPAID * b + k] * rate[k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def settle(fix: Any, line: Any, rate: Any, recent: float, standing: float, number: float,
               tolerance: float) -> int:
        owing = 0
        for k in range(b):
            owed = line[_L_UNPAID * b + k] * rate[k]
            x = pay(owed, fix[_CASH * b + k])
            fix[_CASH * b + k] -= x
            fix[_PAID * b + k] = x
            left = line[_L_UNPAID * b + k] - x / rate[k]
            left = 0.0 if x >= owed else left
            line[_L_UNPAID * b + k] = left
            fix[_UNPAID * b + k] += left * rate[k]
            fix[_LATE * b + k] += left * rate[k] * (1.0 - standing)
            past = past_grace(left, recent, line[_L_RECENT * b + k]) * rate[k] * (1.0 - standing)
            worse = 1.0 if past > tolerance else 0.0
            none = 1.0 if fix[_PAST * b + k] <= 0.0 else 0.0
            fix[_PAST_LINE * b + k] = number if worse * none > 0.0 else fix[_PAST_LINE * b + k]
            fix[_PAST * b + k] += past * worse
            owing += anyone(left)
        return owing

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def clear_unpaid(fix: Any) -> None:
        for k in range(b):
            fix[_UNPAID * b + k] = 0.0
            fix[_LATE * b + k] = 0.0

    return {"fall_due": fall_due, "count_unpaid": count_unpaid, "settle": settle,
            "clear_unpaid": clear_unpaid}


def _loans(b: int) -> dict[str, Any]:
    """Compile the loops of loans on coins; margin and interest stand in F."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def coin_loan(fix: Any, loan: Any, margin: Any, interest: Any, call: float, target: float,
                  liquidation: float, per_day: float, fire: float, cure: float) -> None:
        for k in range(b):
            price, unit = fix[_PRICE * b + k], fix[_UNIT * b + k]
            owed = loan[_O_PRINCIPAL * b + k] * unit
            coll = loan[_O_COLLATERAL * b + k]
            want = margin_call(owed, coll * price, call, target)
            # Free coins go in first; what they do not cover is asked for in money.
            coins = pay(want / (price * target), fix[_COINS * b + k])
            coll = coll + coins
            money = want - coins * price * target
            money = money if money > 0.0 else 0.0
            days = run_length(loan[_O_DAYS * b + k], 1.0 if money > 0.0 else 0.0)
            asked = margin[_L_UNPAID * b + k] + money - loan[_O_ASKED * b + k]
            margin[_L_UNPAID * b + k] = asked if asked > 0.0 else 0.0
            margin[_L_RECENT * b + k] += money if days <= cure else 0.0
            seized = 1.0 if owed > liquidation * coll * price else 0.0
            sold = pay(owed / (price * (1.0 - fire)), coll) * seized
            loan[_O_PRINCIPAL * b + k] -= sold * price * (1.0 - fire) / unit
            loan[_O_COLLATERAL * b + k] = (coll - sold) * (1.0 - seized)
            loan[_O_ASKED * b + k] = money
            loan[_O_DAYS * b + k] = days
            fix[_COINS * b + k] += (coll - sold) * seized - coins
            interest[_L_ACCRUED * b + k] += owed * per_day

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def count_loan(fix: Any, loan: Any) -> None:
        for k in range(b):
            fix[_DEBT * b + k] += loan[_O_PRINCIPAL * b + k] * fix[_UNIT * b + k]
            fix[_PLEDGED * b + k] += loan[_O_COLLATERAL * b + k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def credit_margin(fix: Any, loan: Any) -> None:
        for k in range(b):
            x = pay(loan[_O_ASKED * b + k], fix[_PAID * b + k])
            fix[_PAID * b + k] -= x
            loan[_O_ASKED * b + k] -= x
            loan[_O_PRINCIPAL * b + k] -= x / fix[_UNIT * b + k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def end_loan(fix: Any, loan: Any, principal: Any) -> None:
        for k in range(b):
            owed = loan[_O_PRINCIPAL * b + k] * fix[_UNIT * b + k]
            principal[_L_UNPAID * b + k] += owed
            principal[_L_RECENT * b + k] += owed
            fix[_COINS * b + k] += loan[_O_COLLATERAL * b + k]
            loan[_O_PRINCIPAL * b + k] = 0.0
            loan[_O_COLLATERAL * b + k] = 0.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def call_line(tap: Any, principal: Any, rate: Any) -> None:
        for k in range(b):
            owed = tap[_T_DRAWN * b + k] * rate[k]
            principal[_L_UNPAID * b + k] += owed
            principal[_L_RECENT * b + k] += owed
            tap[_T_DRAWN * b + k] = 0.0
            tap[_T_STOCK * b + k] = 0.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def accrue_drawn(tap: Any, interest: Any, rate: Any, per_day: float) -> None:
        for k in range(b):
            interest[_L_ACCRUED * b + k] += tap[_T_DRAWN * b + k] * rate[k] * per_day

    return {"call_line": call_line, "accrue_drawn": accrue_drawn, "coin_loan": coin_loan,
            "count_loan": count_loan, "credit_margin": credit_margin, "end_loan": end_loan}


def build_parts(lanes: int) -> SimpleNamespace:
    """Compile every component loop for a number of lanes."""
    return SimpleNamespace(**_operations(lanes), **_sources(lanes), **_freezes(lanes),
                           **_payments(lanes), **_loans(lanes))

