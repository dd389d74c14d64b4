"""Lane loops of the ledger, one component each: machines, clients and sources of money.

Each loop takes whole rows as slices cut outside it, and reads a value before it
chooses from it, so that it stays vectorised; the formulas stand in
`hashfall.model.ledger`.
"""

from __future__ import annotations

from typing import Any

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.model.clocks import resale_factor
from hashfall.model.columns import Host, Line, Row, Tap
from hashfall.model.ledger import (
    anyone,
    client_margin,
    client_share,
    equity_factor,
    log_ratio,
    mine,
    need_ahead,
    pay,
    run_length,
    sale_btc,
    taken,
)

__all__ = [
    "arrive", "bill_soon", "call_soon", "collect", "count_clients", "count_stock", "drawers",
    "equity", "fleet", "machines", "need", "prices", "route", "sellers", "serve", "stock",
    "volume",
]

B = LANES

_CASH, _COINS, _SELL, _PENDING = (
    int(Row.CASH), int(Row.COINS), int(Row.TO_SELL), int(Row.PENDING),
)
_MACHINES, _BASE, _BREACH = int(Row.MACHINES), int(Row.TAX_BASE), int(Row.BREACH)
_SPOT, _NET, _BTC = int(Row.SOLD_SPOT), int(Row.SOLD_NET), int(Row.SOLD_BTC)
_LAST, _BURN, _SETOFF = int(Row.LAST_TAP), int(Row.BURN), int(Row.SETOFF)
_PRICE, _REWARD, _HP = int(Row.PRICE), int(Row.REWARD), int(Row.HASHPRICE)
_RECEIPTS, _OUTFLOW, _CREDITED = int(Row.RECEIPTS), int(Row.OUTFLOW), int(Row.CREDITED)
_UNPAID, _NEED, _HELD, _OTHER = int(Row.UNPAID), int(Row.NEED), int(Row.HELD), int(Row.OTHER)
_RECEIVABLE, _DEBT, _INCOME = int(Row.RECEIVABLE), int(Row.DEBT), int(Row.INCOME)
_TARIFF, _SUPPLY = int(Row.TARIFF), int(Row.SUPPLY)
_VOLUME = _TARIFF  # free once the clients are served
_H_PRESENT, _H_NEG, _H_POS = int(Host.PRESENT), int(Host.NEG), int(Host.POS)
_H_ACCRUED, _H_BILLED = int(Host.ACCRUED), int(Host.BILLED)
_L_ACCRUED, _L_BILLED = int(Line.ACCRUED), int(Line.BILLED)
_T_STOCK, _T_DRAWN, _T_OWED = int(Tap.STOCK), int(Tap.DRAWN), int(Tap.OWED)


@lane_kernel
def prices(fix: Any, out: int, rate: Any, power: Any, contract: float,
           market: float) -> None:
    """Power price or tariff in F per kWh, into a row."""
    to = tail(fix, out * B)
    for k in range(B):
        to[k] = contract * rate[k] + market * power[k]


@lane_kernel
def fleet(fix: Any, line: Any, ph: float, pledged: float, fee: float, kwh: float,
          top: float) -> None:
    """One day of a fleet."""
    for k in range(B):
        left = fix[_MACHINES * B + k]
        running = ph * (1.0 if pledged > 0.0 else left)
        coins, cost = mine(
            running, fix[_PRICE * B + k], fix[_REWARD * B + k], fee, kwh,
            fix[_SUPPLY * B + k], top,
        )
        held, credited = fix[_COINS * B + k] + coins, fix[_CREDITED * B + k] + coins
        outflow, power = fix[_OUTFLOW * B + k] + cost, line[_L_ACCRUED * B + k] + cost
        fix[_COINS * B + k] = held
        fix[_CREDITED * B + k] = credited
        fix[_OUTFLOW * B + k] = outflow
        line[_L_ACCRUED * B + k] = power


@lane_kernel
def serve(fix: Any, host: Any, line: Any, kwh_day: float, pays: float, kwh: float, fee: float,
          leave_after: float, leave: float, back_after: float, back: float, most: float,
          bad_debt: float) -> None:
    """One day of a hosting tier: who stays, energy, bill, power cost."""
    for k in range(B):
        tariff, supply = fix[_TARIFF * B + k], fix[_SUPPLY * B + k]
        margin = client_margin(fix[_PRICE * B + k], fix[_REWARD * B + k], fee, kwh,
                               tariff + pays * supply)
        neg = run_length(host[_H_NEG * B + k], 1.0 if margin < 0.0 else 0.0)
        pos = run_length(host[_H_POS * B + k], 1.0 if margin >= 0.0 else 0.0)
        present = client_share(host[_H_PRESENT * B + k], neg, pos, leave_after, leave, back_after,
                               back, most)
        energy = kwh_day * present
        bill = energy * tariff
        cost = energy * supply * (1.0 - pays)
        # Read before anything is written: rows stand a whole number of kilobytes apart, and a
        # read seems to the processor to wait for a write at the same place of another page.
        accrued, power = host[_H_ACCRUED * B + k] + bill, line[_L_ACCRUED * B + k] + cost
        outflow, base = fix[_OUTFLOW * B + k] + cost, fix[_BASE * B + k] + bill
        income = fix[_INCOME * B + k] + bill * (1.0 - bad_debt)
        host[_H_NEG * B + k] = neg
        host[_H_POS * B + k] = pos
        host[_H_PRESENT * B + k] = present
        host[_H_ACCRUED * B + k] = accrued
        line[_L_ACCRUED * B + k] = power
        fix[_OUTFLOW * B + k] = outflow
        fix[_BASE * B + k] = base
        fix[_INCOME * B + k] = income


@lane_kernel
def collect(fix: Any, host: Any, paid: float, month_end: float, bad_debt: float) -> None:
    """Hosting bills at the end of a month and on their due day."""
    for k in range(B):
        accrued = host[_H_ACCRUED * B + k]
        billed = host[_H_BILLED * B + k] + accrued * month_end
        accrued = accrued * (1.0 - month_end)
        money = billed * (1.0 - bad_debt) * paid
        # Service that was prepaid is taken off the bill first.
        off = pay(fix[_SETOFF * B + k], money)
        billed = billed * (1.0 - paid)
        fix[_SETOFF * B + k] -= off
        fix[_RECEIPTS * B + k] += money - off
        host[_H_BILLED * B + k] = billed
        host[_H_ACCRUED * B + k] = accrued


@lane_kernel
def count_clients(fix: Any, host: Any, bad_debt: float) -> None:
    """What clients owe, for the clocks."""
    for k in range(B):
        owed = host[_H_BILLED * B + k] + host[_H_ACCRUED * B + k]
        fix[_RECEIVABLE * B + k] += owed * (1.0 - bad_debt)


@lane_kernel
def arrive(fix: Any, to: Any, ring: Any) -> None:
    """Money under way that comes in today."""
    for k in range(B):
        money = ring[k]
        left = fix[_PENDING * B + k] - money
        to[k] += money
        fix[_PENDING * B + k] = left if left > 0.0 else 0.0
        ring[k] = 0.0


@lane_kernel
def bill_soon(fix: Any, line: Any, rate: Any) -> None:
    """Bills that fall due within the look-ahead, among the need."""
    for k in range(B):
        fix[_NEED * B + k] += line[_L_BILLED * B + k] * rate[k]


@lane_kernel
def call_soon(fix: Any, tap: Any, rate: Any) -> None:
    """Credit lines that end within the look-ahead, among the need."""
    for k in range(B):
        fix[_NEED * B + k] += tap[_T_OWED * B + k] * rate[k]


@lane_kernel
def need(fix: Any, ahead: float, days: float) -> int:
    """Money to look for; counts the lanes that look."""
    looking = 0
    for k in range(B):
        x = need_ahead(
            fix[_UNPAID * B + k], ahead + fix[_NEED * B + k], days, fix[_BURN * B + k],
            fix[_CASH * B + k], fix[_PENDING * B + k],
        )
        fix[_NEED * B + k] = x
        looking += anyone(x)
    return looking


@lane_kernel
def sellers(fix: Any) -> int:
    """Count the lanes that sell coins where a route takes them."""
    count = 0
    for k in range(B):
        need, policy = fix[_NEED * B + k], fix[_SELL * B + k]
        wanted = need if need > policy else policy
        count += anyone(pay(wanted, fix[_COINS * B + k]))
    return count


@lane_kernel
def drawers(fix: Any, stock: Any) -> int:
    """Count the lanes that draw on a stock where it is open."""
    count = 0
    for k in range(B):
        count += anyone(pay(fix[_NEED * B + k], stock[k]))
    return count


@lane_kernel
def route(fix: Any, tap: Any, ring: Any, delayed: float, cap: float, share: float,
          at_sale: float, number: float) -> None:
    """Coins sold on one route."""
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
        fix[_BASE * B + k] += money * at_sale
        tap[_T_DRAWN * B + k] += sold
        need_left = fix[_NEED * B + k] - money
        fix[_NEED * B + k] = need_left if need_left > 0.0 else 0.0
        fix[_PENDING * B + k] += money * delayed
        fix[_RECEIPTS * B + k] += money * (1.0 - delayed)
        ring[k] += money * delayed
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def stock(fix: Any, tap: Any, rate: Any, cap: float, share: float, covenants: float,
          debt: float, number: float) -> None:
    """Money drawn from a credit line or from foreign cash."""
    for k in range(B):
        unit = rate[k] * share
        shut = covenants * fix[_BREACH * B + k]
        have = tap[_T_STOCK * B + k]
        most = have if have < cap else cap
        money = taken(fix[_NEED * B + k], most * unit * (1.0 - shut))
        units = money / unit
        last = fix[_LAST * B + k]
        left = have - units
        tap[_T_STOCK * B + k] = left if left > 0.0 else 0.0
        tap[_T_DRAWN * B + k] += units
        tap[_T_OWED * B + k] += units * debt
        fix[_NEED * B + k] -= money
        fix[_CASH * B + k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def count_stock(fix: Any, tap: Any, rate: Any, debt: float, shut: float) -> None:
    """Foreign cash and drawn lines, for the clocks."""
    for k in range(B):
        own = tap[_T_STOCK * B + k] * rate[k] * (1.0 - debt)
        fix[_OTHER * B + k] += own * (1.0 - shut)
        fix[_HELD * B + k] += own * shut
        fix[_DEBT * B + k] += tap[_T_OWED * B + k] * rate[k]


@lane_kernel
def volume(fix: Any, rate: Any, price0: float) -> None:
    """Coin price relative to `as_of`, as a logarithm, on which traded volume depends."""
    # A loop of its own: logarithm and power in one chain keep the processor waiting.
    for k in range(B):
        fix[_VOLUME * B + k] = log_ratio(fix[_PRICE * B + k] / rate[k], price0)


@lane_kernel
def equity(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
           share: float, beta: float, number: float) -> None:
    """Shares sold at a share of the traded volume."""
    for k in range(B):
        last = fix[_LAST * B + k]
        unit = rate[k] * share
        most = cap * equity_factor(fix[_VOLUME * B + k], beta)
        have = tap[_T_STOCK * B + k]
        most = most if most < have else have
        money = taken(fix[_NEED * B + k], most * unit)
        units = money / unit
        left = have - units
        tap[_T_STOCK * B + k] = left if left > 0.0 else 0.0
        tap[_T_DRAWN * B + k] += units
        fix[_NEED * B + k] -= money
        fix[_PENDING * B + k] += money
        ring[k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def machines(fix: Any, tap: Any, ring: Any, rate: Any, cap: float,
             share: float, value: float, hp0: float, decay: float, number: float) -> None:
    """Own machines sold in distress."""
    for k in range(B):
        last = fix[_LAST * B + k]
        worth = resale_factor(fix[_HP * B + k], hp0, decay) * (value * share) * rate[k]
        have = fix[_MACHINES * B + k]
        part = cap if cap < have else have
        money = taken(fix[_NEED * B + k], worth * part)
        left = have - money / (worth + 1e-300)
        fix[_MACHINES * B + k] = left if left > 0.0 else 0.0
        tap[_T_DRAWN * B + k] += money
        fix[_NEED * B + k] -= money
        fix[_PENDING * B + k] += money
        ring[k] += money
        fix[_LAST * B + k] = number if money > 0.0 else last
