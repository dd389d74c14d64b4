"""Lane loops of the ledger, one component each: machines, clients, sources, payments.

Each loop takes whole rows as slices cut outside it, so that it stays vectorised;
the formulas stand in `hashfall.model.ledger`.
"""

from __future__ import annotations

from typing import Any

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
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

__all__ = [
    "accrue_drawn",
    "arrive",
    "call_line",
    "clear_unpaid",
    "clients",
    "coin_loan",
    "collect",
    "count_held",
    "count_loan",
    "count_stock",
    "count_unpaid",
    "credit_margin",
    "end_loan",
    "equity",
    "fall_due",
    "fleet",
    "hold",
    "hosting",
    "let_pay",
    "machines",
    "need",
    "prices",
    "route",
    "seize",
    "settle",
    "stock",
]

B = LANES

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


@lane_kernel
def prices(fix: Any, out: int, rate: Any, power: Any, contract: float,
           market: float) -> None:
    to = tail(fix, out * B)
    for k in range(B):
        to[k] = contract * rate[k] + market * power[k]


@lane_kernel
def fleet(fix: Any, line: Any, ph: float, pledged: float, fee: float, kwh: float,
          top: float) -> None:
    for k in range(B):
        running = ph * (1.0 if pledged > 0.0 else fix[_MACHINES * B + k])
        coins, cost = mine(
            running, fix[_PRICE * B + k], fix[_REWARD * B + k], fee, kwh,
            fix[_SUPPLY * B + k], top,
        )
        fix[_COINS * B + k] += coins
        fix[_CREDITED * B + k] += coins
        fix[_OUTFLOW * B + k] += cost
        line[_L_ACCRUED * B + k] += cost


@lane_kernel
def clients(fix: Any, host: Any, pays: float, kwh: float, fee: float, leave_after: float,
            leave: float, back_after: float, back: float, most: float) -> None:
    for k in range(B):
        margin = client_margin(
            fix[_PRICE * B + k], fix[_REWARD * B + k], fee, kwh,
            fix[_TARIFF * B + k] + pays * fix[_SUPPLY * B + k],
        )
        neg = run_length(host[_H_NEG * B + k], 1.0 if margin < 0.0 else 0.0)
        pos = run_length(host[_H_POS * B + k], 1.0 if margin >= 0.0 else 0.0)
        host[_H_NEG * B + k] = neg
        host[_H_POS * B + k] = pos
        host[_H_PRESENT * B + k] = client_share(
            host[_H_PRESENT * B + k], neg, pos, leave_after, leave, back_after, back, most
        )


@lane_kernel
def hosting(fix: Any, host: Any, line: Any, kwh_day: float, pays: float,
            bad_debt: float) -> None:
    for k in range(B):
        energy = kwh_day * host[_H_PRESENT * B + k]
        bill = energy * fix[_TARIFF * B + k]
        cost = energy * fix[_SUPPLY * B + k] * (1.0 - pays)
        host[_H_ACCRUED * B + k] += bill
        line[_L_ACCRUED * B + k] += cost
        fix[_OUTFLOW * B + k] += cost
        fix[_BASE * B + k] += bill
        fix[_INCOME * B + k] += bill * (1.0 - bad_debt)


@lane_kernel
def collect(fix: Any, host: Any, paid: float, month_end: float, bad_debt: float) -> None:
    for k in range(B):
        billed = host[_H_BILLED * B + k]
        fix[_RECEIPTS * B + k] += billed * (1.0 - bad_debt) * paid
        billed = billed * (1.0 - paid) + host[_H_ACCRUED * B + k] * month_end
        host[_H_BILLED * B + k] = billed
        host[_H_ACCRUED * B + k] = host[_H_ACCRUED * B + k] * (1.0 - month_end)
        fix[_RECEIVABLE * B + k] += (billed + host[_H_ACCRUED * B + k]) * (1.0 - bad_debt)


@lane_kernel
def arrive(fix: Any, ring: Any) -> None:
    for k in range(B):
        fix[_RECEIPTS * B + k] += ring[k]
        fix[_PENDING * B + k] -= ring[k]
        ring[k] = 0.0


@lane_kernel
def need(fix: Any, ahead: float, days: float) -> int:
    looking = 0
    for k in range(B):
        x = need_ahead(
            fix[_UNPAID * B + k], ahead, days, fix[_BURN * B + k],
            fix[_CASH * B + k] + fix[_RECEIPTS * B + k], fix[_PENDING * B + k],
        )
        fix[_NEED * B + k] = x
        looking += anyone(x)
    return looking


@lane_kernel
def route(fix: Any, tap: Any, ring: Any, delayed: float, cap: float, share: float,
          number: float) -> None:
    for k in range(B):
        spot, last = fix[_PRICE * B + k], fix[_LAST * B + k]
        sold = sale_btc(
            fix[_NEED * B + k], fix[_SELL * B + k], fix[_COINS * B + k], cap, spot * share
        )
        money = sold * (spot * share)
        left = fix[_SELL * B + k] - sold
        fix[_SELL * B + k] = left if left > 0.0 else 0.0
        fix[_COINS * B + k] -= sold
        fix[_SPOT * B + k] += sold * spot
        fix[_NET * B + k] += money
        fix[_BTC * B + k] += sold
        tap[_T_DRAWN * B + k] += sold
        need_left = fix[_NEED * B + k] - money
        fix[_NEED * B + k] = need_left if need_left > 0.0 else 0.0
        fix[_PENDING * B + k] += money * delayed
        fix[_RECEIPTS * B + k] += money * (1.0 - delayed)
        ring[k] += money * delayed
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def stock(fix: Any, tap: Any, rate: Any, cap: float, share: float, covenants: float,
          number: float) -> None:
    for k in range(B):
        unit = rate[k] * share
        shut = covenants * fix[_BREACH * B + k]
        most = tap[_T_STOCK * B + k]
        most = most if most < cap else cap
        money = taken(fix[_NEED * B + k], most * unit * (1.0 - shut))
        units = money / unit
        last = fix[_LAST * B + k]
        tap[_T_STOCK * B + k] -= units
        tap[_T_DRAWN * B + k] += units
        fix[_NEED * B + k] -= money
        fix[_RECEIPTS * B + k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def count_stock(fix: Any, tap: Any, rate: Any, debt: float, shut: float) -> None:
    for k in range(B):
        own = tap[_T_STOCK * B + k] * rate[k] * (1.0 - debt)
        fix[_OTHER * B + k] += own * (1.0 - shut)
        fix[_HELD * B + k] += own * shut
        fix[_DEBT * B + k] += tap[_T_DRAWN * B + k] * rate[k] * debt


@lane_kernel
def equity(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
           share: float, price0: float, beta: float, number: float) -> None:
    for k in range(B):
        last = fix[_LAST * B + k]
        unit = rate[k] * share
        usd = fix[_PRICE * B + k] / rate[k]
        most = cap * equity_factor(usd, price0, beta)
        left = tap[_T_STOCK * B + k]
        most = most if most < left else left
        money = taken(fix[_NEED * B + k], most * unit)
        tap[_T_STOCK * B + k] -= money / unit
        tap[_T_DRAWN * B + k] += money / unit
        fix[_NEED * B + k] -= money
        fix[_PENDING * B + k] += money
        ring[k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def machines(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
             share: float, value: float, hp0: float, decay: float, number: float) -> None:
    for k in range(B):
        last = fix[_LAST * B + k]
        worth = value * decay * (fix[_HP * B + k] / hp0) * rate[k] * share
        left = fix[_MACHINES * B + k]
        part = cap if cap < left else left
        money = taken(fix[_NEED * B + k], worth * part)
        sold = money / (worth + 1e-300)
        fix[_MACHINES * B + k] = left - sold
        tap[_T_DRAWN * B + k] += money
        fix[_NEED * B + k] -= money
        fix[_PENDING * B + k] += money
        ring[k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def seize(fix: Any, row: Any, share: float, up_to: float) -> None:
    for k in range(B):
        x = frozen(fix[_CASH * B + k], share, row[_F_HELD * B + k], up_to)
        fix[_CASH * B + k] -= x
        row[_F_HELD * B + k] += x


@lane_kernel
def hold(fix: Any, row: Any, share: float, up_to: float, release: float,
         allowance: float, month_end: float) -> None:
    for k in range(B):
        x = frozen(fix[_RECEIPTS * B + k], share, row[_F_HELD * B + k], up_to)
        fix[_RECEIPTS * B + k] -= x
        held = row[_F_HELD * B + k] + x
        fix[_CASH * B + k] += held * release
        row[_F_HELD * B + k] = held * (1.0 - release)
        row[_F_ALLOWED * B + k] = (
            allowance if month_end > 0.0 else row[_F_ALLOWED * B + k]
        )


@lane_kernel
def let_pay(row: Any, line: Any, rate: Any) -> None:
    for k in range(B):
        held, allowed = row[_F_HELD * B + k], row[_F_ALLOWED * B + k]
        x = pay(line[_L_UNPAID * B + k] * rate[k], held if held < allowed else allowed)
        row[_F_HELD * B + k] -= x
        row[_F_ALLOWED * B + k] -= x
        line[_L_UNPAID * B + k] -= x / rate[k]


@lane_kernel
def count_held(fix: Any, row: Any) -> None:
    for k in range(B):
        fix[_HELD * B + k] += row[_F_HELD * B + k]


@lane_kernel
def fall_due(fix: Any, line: Any, fell: Any, rate: Any, fixed: float, bill_due: float,
             mature: float, month_end: float, service: float, first_year: float) -> None:
    for k in range(B):
        billed, accrued = line[_L_BILLED * B + k], line[_L_ACCRUED * B + k]
        bill = billed * bill_due
        come = fixed + bill
        line[_L_UNPAID * B + k] += come
        line[_L_RECENT * B + k] = (line[_L_RECENT * B + k] + bill) * (1.0 - mature)
        line[_L_BILLED * B + k] = billed * (1.0 - bill_due) + accrued * month_end
        line[_L_ACCRUED * B + k] = accrued * (1.0 - month_end)
        money = come * rate[k]
        fell[k] += money
        fix[_SERVICE * B + k] += money * service
        fix[_OUT12 * B + k] += fixed * rate[k] * first_year


@lane_kernel
def count_unpaid(fix: Any, line: Any, rate: Any) -> None:
    for k in range(B):
        fix[_UNPAID * B + k] += line[_L_UNPAID * B + k] * rate[k]


@lane_kernel
def settle(fix: Any, line: Any, rate: Any, recent: float, standing: float, number: float,
           tolerance: float) -> int:
    owing = 0
    for k in range(B):
        owed = line[_L_UNPAID * B + k] * rate[k]
        x = pay(owed, fix[_CASH * B + k])
        fix[_CASH * B + k] -= x
        fix[_PAID * B + k] = x
        left = line[_L_UNPAID * B + k] - x / rate[k]
        left = 0.0 if x >= owed else left
        line[_L_UNPAID * B + k] = left
        fix[_UNPAID * B + k] += left * rate[k]
        fix[_LATE * B + k] += left * rate[k] * (1.0 - standing)
        past = past_grace(left, recent, line[_L_RECENT * B + k]) * rate[k] * (1.0 - standing)
        worse = 1.0 if past > tolerance else 0.0
        none = 1.0 if fix[_PAST * B + k] <= 0.0 else 0.0
        fix[_PAST_LINE * B + k] = number if worse * none > 0.0 else fix[_PAST_LINE * B + k]
        fix[_PAST * B + k] += past * worse
        owing += anyone(left)
    return owing


@lane_kernel
def clear_unpaid(fix: Any) -> None:
    for k in range(B):
        fix[_UNPAID * B + k] = 0.0
        fix[_LATE * B + k] = 0.0


@lane_kernel
def coin_loan(fix: Any, loan: Any, margin: Any, interest: Any, call: float, target: float,
              liquidation: float, per_day: float, fire: float, cure: float) -> None:
    for k in range(B):
        price, unit = fix[_PRICE * B + k], fix[_UNIT * B + k]
        owed = loan[_O_PRINCIPAL * B + k] * unit
        coll = loan[_O_COLLATERAL * B + k]
        want = margin_call(owed, coll * price, call, target)
        # Free coins go in first; what they do not cover is asked for in money.
        coins = pay(want / (price * target), fix[_COINS * B + k])
        coll = coll + coins
        money = want - coins * price * target
        money = money if money > 0.0 else 0.0
        days = run_length(loan[_O_DAYS * B + k], 1.0 if money > 0.0 else 0.0)
        asked = margin[_L_UNPAID * B + k] + money - loan[_O_ASKED * B + k]
        margin[_L_UNPAID * B + k] = asked if asked > 0.0 else 0.0
        margin[_L_RECENT * B + k] += money if days <= cure else 0.0
        seized = 1.0 if owed > liquidation * coll * price else 0.0
        sold = pay(owed / (price * (1.0 - fire)), coll) * seized
        loan[_O_PRINCIPAL * B + k] -= sold * price * (1.0 - fire) / unit
        loan[_O_COLLATERAL * B + k] = (coll - sold) * (1.0 - seized)
        loan[_O_ASKED * B + k] = money
        loan[_O_DAYS * B + k] = days
        fix[_COINS * B + k] += (coll - sold) * seized - coins
        interest[_L_ACCRUED * B + k] += owed * per_day


@lane_kernel
def count_loan(fix: Any, loan: Any) -> None:
    for k in range(B):
        fix[_DEBT * B + k] += loan[_O_PRINCIPAL * B + k] * fix[_UNIT * B + k]
        fix[_PLEDGED * B + k] += loan[_O_COLLATERAL * B + k]


@lane_kernel
def credit_margin(fix: Any, loan: Any) -> None:
    for k in range(B):
        x = pay(loan[_O_ASKED * B + k], fix[_PAID * B + k])
        fix[_PAID * B + k] -= x
        loan[_O_ASKED * B + k] -= x
        loan[_O_PRINCIPAL * B + k] -= x / fix[_UNIT * B + k]


@lane_kernel
def end_loan(fix: Any, loan: Any, principal: Any) -> None:
    for k in range(B):
        owed = loan[_O_PRINCIPAL * B + k] * fix[_UNIT * B + k]
        principal[_L_UNPAID * B + k] += owed
        principal[_L_RECENT * B + k] += owed
        fix[_COINS * B + k] += loan[_O_COLLATERAL * B + k]
        loan[_O_PRINCIPAL * B + k] = 0.0
        loan[_O_COLLATERAL * B + k] = 0.0


@lane_kernel
def call_line(tap: Any, principal: Any, rate: Any) -> None:
    for k in range(B):
        owed = tap[_T_DRAWN * B + k] * rate[k]
        principal[_L_UNPAID * B + k] += owed
        principal[_L_RECENT * B + k] += owed
        tap[_T_DRAWN * B + k] = 0.0
        tap[_T_STOCK * B + k] = 0.0


@lane_kernel
def accrue_drawn(tap: Any, interest: Any, rate: Any, per_day: float) -> None:
    for k in range(B):
        interest[_L_ACCRUED * B + k] += tap[_T_DRAWN * B + k] * rate[k] * per_day
