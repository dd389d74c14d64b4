"""The ledger path by path, first half of a day: prices, machines, clients, what falls due.

The scalar opponent of the ledger kernel, with the same formulas and the same bits: one
path at a time, its state in one short array that stays in the first cache, the day's
numbers in registers, and every step skipped where the path has nothing to do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.bench.scalar_jit import called, inlined
from hashfall.engine import ledger_index as ix
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.columns import Host, Line, Row, Tap
from hashfall.model.layout import WorldRow
from hashfall.model.ledger import (
    blocks_found,
    client_margin,
    client_share,
    mine,
    pay,
    run_length,
    smooth,
    tax_assessed,
    tax_base,
)

__all__ = ["arrive", "bills", "credit_lines", "operate", "rates", "tax_of", "unpaid_now"]

_R = {row.name: int(row) for row in Row}
_COINS, _SELL, _PENDING, _MACHINES = _R["COINS"], _R["TO_SELL"], _R["PENDING"], _R["MACHINES"]
_BASE, _LOSS, _BURN, _OPER = _R["TAX_BASE"], _R["TAX_LOSS"], _R["BURN"], _R["OPERATING"]
_SERVICE, _IN12, _OUT12, _SETOFF = _R["SERVICE"], _R["IN12"], _R["OUT12"], _R["SETOFF"]
_ACCRUED, _BILLED = int(Host.ACCRUED), int(Host.BILLED)
_PRESENT, _NEG, _POS = int(Host.PRESENT), int(Host.NEG), int(Host.POS)
_L_UNPAID, _L_RECENT, _L_ACCRUED, _L_BILLED = (
    int(Line.UNPAID), int(Line.RECENT), int(Line.ACCRUED), int(Line.BILLED),
)
_STOCK, _OWED = int(Tap.STOCK), int(Tap.OWED)
_W_PRICE, _W_REWARD, _W_INV = (
    int(WorldRow.PRICE), int(WorldRow.REWARD), int(WorldRow.INV_DIFFICULTY),
)
_LUCK = FACTOR["luck"]
_BTC_PER_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_BURN_WEIGHT = 2.0 / 31.0


@inlined
def rates(st: Any, h: Any, v: Any, w: Any) -> tuple[float, float, float, float]:
    """Exchange rates and power prices of a day; coin price, reward, hashprice, dollar."""
    home = h[ix.IX]
    for x in range(h[ix.CURRENCIES]):
        row = h[ix.IX + x]
        of = w[row] if row >= 0 else 1.0
        own = w[home] if home >= 0 else 1.0
        given = v[ix.V_FX0 + x] if h[ix.CONST_FX] > 0 else 0.0
        st[ix.RATE + x] = given if given > 0.0 else own / of * v[ix.V_FX_SCALE + x]
    usd = st[ix.RATE + h[ix.USD]]
    for r in range(h[ix.REGIONS]):
        power = v[ix.V_POWER0 + r] if h[ix.CONST_POWER] > 0 else w[ix.W_POWER + r]
        st[ix.POWER + r] = power * usd
    given = v[ix.V_PRICE0] if h[ix.CONST_PRICE] > 0 else 0.0
    price = given if given > 0.0 else w[_W_PRICE]
    given = v[ix.V_HASHPRICE0] if h[ix.CONST_HASHPRICE] > 0 else 0.0
    reward = given / price if given > 0.0 else w[_W_REWARD]
    return price * usd, reward, price * reward, usd


@inlined
def arrive(st: Any, h: Any, ints: Any, s: Any, day: int) -> float:
    """Money that arrives; prepaid service that is worked off."""
    receipts = 0.0
    for t in range(h[ix.TAPS]):
        i = h[ix.IT] + t * ix.TAP_I
        if ints[i + 2] > 0:
            row = h[ix.RR] + ints[i + 3] + day % ints[i + 2]
            money = st[row]
            if money != 0.0:
                left = st[_PENDING] - money
                receipts += money
                st[_PENDING] = left if left > 0.0 else 0.0
                st[row] = 0.0
    for x in range(h[ix.CURRENCIES]):
        if s[ix.INFLOW + x] > 0.0:
            receipts += s[ix.INFLOW + x] * st[ix.RATE + x]
        if s[ix.WORKED + x] > 0.0:
            st[_SETOFF] += s[ix.WORKED + x] * st[ix.RATE + x]
    return receipts


@called
def _found(w: Any, running: float, reward: float, fleet: int, path: int, day: int,
           seed: int) -> float:
    """Coins of a day's blocks of a fleet that mines alone."""
    block = w[_W_REWARD] / (_BTC_PER_PH_DAY * w[_W_INV])
    u, _, _, _ = uniforms(seed, np.uint64(path), day, _LUCK + fleet)
    found: float = blocks_found(u, running * reward / block)
    coins: float = found * block
    return coins


@inlined
def _fleet(st: Any, h: Any, ints: Any, v: Any, s: Any, w: Any, j: int, price: float,
           reward: float, path: int, day: int, seed: int) -> tuple[float, float]:
    """Coins and cost of a day of one fleet."""
    i, f = h[ix.IF] + j * ix.FLEET_I, h[ix.FF] + j * ix.FLEET_F
    region = ints[i + 1] if ints[i + 1] >= 0 else 0
    supply = (s[h[ix.S_FLEET_PRICE] + j] * st[ix.RATE + ints[i + 2]]
              + s[h[ix.S_FLEET_MARKET] + j] * st[ix.POWER + region])
    running = s[h[ix.S_AVAIL] + j] * (1.0 if ints[i + 3] > 0 else st[_MACHINES])
    if ints[i + 4] > 0:
        coins = _found(w, running, reward, j, path, day, seed) * (1.0 - v[f])
        cost = running * v[f + 1] * supply
    else:
        coins, cost = mine(running, price, reward, v[f], v[f + 1], supply, v[f + 2])
    st[h[ix.RL] + ints[i] * ix.LINE_ROWS + _L_ACCRUED] += cost
    return coins, cost


@inlined
def _host(st: Any, h: Any, ints: Any, v: Any, s: Any, j: int, price: float,
          reward: float) -> tuple[float, float]:
    """Bill and cost of a day of one tier of clients."""
    i, f = h[ix.IH] + j * ix.HOST_I, h[ix.FH] + j * ix.HOST_F
    region = ints[i + 1] if ints[i + 1] >= 0 else 0
    supply = (s[h[ix.S_PRICE] + j] * st[ix.RATE + ints[i + 2]]
              + s[h[ix.S_MARKET] + j] * st[ix.POWER + region])
    tariff, pays = s[h[ix.S_TARIFF] + j] * st[ix.RATE + ints[i + 3]], float(ints[i + 4])
    row = h[ix.RH] + j * ix.HOST_ROWS
    present = st[row + _PRESENT]
    if h[ix.STAY] == 0:
        margin = client_margin(price, reward, v[f + 1], v[f], tariff + pays * supply)
        neg = run_length(st[row + _NEG], 1.0 if margin < 0.0 else 0.0)
        pos = run_length(st[row + _POS], 1.0 if margin >= 0.0 else 0.0)
        st[row + _NEG], st[row + _POS] = neg, pos
        present = client_share(present, neg, pos, v[f + 2], v[f + 3], v[f + 4], v[f + 5],
                               v[f + 6])
        st[row + _PRESENT] = present
    energy = s[h[ix.S_KWH] + j] * present
    cost = energy * supply * (1.0 - pays)
    st[h[ix.RL] + ints[i] * ix.LINE_ROWS + _L_ACCRUED] += cost
    return energy * tariff, cost


@inlined
def _collect(st: Any, row: int, bill: float, paid: float, month_end: float,
             good: float) -> tuple[float, float]:
    """Bill a tier of clients; money that it pays and what it still owes."""
    billed, accrued, money = st[row + _BILLED], st[row + _ACCRUED] + bill, 0.0
    if paid + month_end > 0.0:
        billed = billed + accrued * month_end
        accrued = accrued * (1.0 - month_end)
        money = billed * good * paid
        off = pay(st[_SETOFF], money)
        st[_SETOFF] -= off
        money -= off
        billed = billed * (1.0 - paid)
        st[row + _BILLED] = billed
    st[row + _ACCRUED] = accrued
    return money, (billed + accrued) * good


@inlined
def operate(st: Any, h: Any, ints: Any, v: Any, s: Any, w: Any, price: float, reward: float,
            receipts: float, path: int, day: int, seed: int) -> tuple[float, float]:
    """Run machines and clients for a day and credit what they earn; receipts, receivable."""
    credited, out, income, receivable = 0.0, 0.0, 0.0, 0.0
    held, base, month_end = st[_COINS], st[_BASE], 1.0 if s[ix.MONTH] > 0.0 else 0.0
    for j in range(h[ix.FLEETS]):
        coins, cost = _fleet(st, h, ints, v, s, w, j, price, reward, path, day, seed)
        held, credited, out = held + coins, credited + coins, out + cost
    for j in range(h[ix.HOSTS]):
        good = 1.0 - v[h[ix.FH] + j * ix.HOST_F + 7]
        bill, cost = _host(st, h, ints, v, s, j, price, reward)
        row, paid = h[ix.RH] + j * ix.HOST_ROWS, s[h[ix.S_COLLECT] + j]
        money, owed = _collect(st, row, bill, paid, month_end, good)
        out, base, income = out + cost, base + bill, income + bill * good
        receipts, receivable = receipts + money, receivable + owed
    value, at_once = credited * price, float(h[ix.AT_CREDITING])
    income += value * v[ix.V_BEST_NET]
    st[_COINS] = held
    st[_SELL] += credited * v[ix.V_SELL_SHARE]
    st[_BASE] = base + (value * at_once - out * v[ix.V_TAX_DEDUCT])
    st[_OPER] += income - out
    st[_BURN] = smooth(st[_BURN], out - income, _BURN_WEIGHT)
    if day <= ix.FIRST_YEAR:
        inflow = 0.0
        for x in range(h[ix.CURRENCIES]):
            inflow += (s[ix.INFLOW + x] - s[ix.WORKED + x]) * v[ix.V_FX0 + x]
        st[_IN12] += income + inflow
        st[_OUT12] += out
    return receipts, receivable


@inlined
def _assess_tax(st: Any, h: Any, v: Any, first_year: float) -> None:
    profit, loss = tax_base(st[_BASE], st[_LOSS], v[ix.V_TAX_CARRY])
    tax = tax_assessed(profit, v[ix.V_TAX_RATE])
    st[_BASE], st[_LOSS] = 0.0, loss
    st[h[ix.RL] + h[ix.TAX] * ix.LINE_ROWS + _L_BILLED] += tax
    st[_OUT12] += tax * first_year


@inlined
def tax_of(st: Any, h: Any, v: Any, s: Any, day: int) -> None:
    """Assess the tax on the last day of its period."""
    if s[ix.TAX_SET] > 0.0 and h[ix.TAX] >= 0:
        _assess_tax(st, h, v, 1.0 if day <= ix.FIRST_YEAR else 0.0)


@inlined
def credit_lines(st: Any, h: Any, ints: Any, v: Any, s: Any, day: int) -> None:
    """Interest on credit lines; their end."""
    for t in range(h[ix.TAPS]):
        i, at = h[ix.IT] + t * ix.TAP_I, h[ix.RT] + t * ix.TAP_ROWS
        if ints[i] == 2:
            charge = st[at + _OWED] * v[h[ix.FT] + t * ix.TAP_F + 1]
            st[h[ix.RL] + ints[i + 6] * ix.LINE_ROWS + _L_ACCRUED] += charge
            if day <= ix.FIRST_YEAR:
                st[_OUT12] += charge * st[ix.RATE + ints[i + 1]]
            if s[h[ix.S_CALL] + t] > 0.0:
                st[h[ix.RL] + ints[i + 5] * ix.LINE_ROWS + _L_BILLED] += st[at + _OWED]
                st[at + _OWED] = st[at + _STOCK] = 0.0


@inlined
def _fall_due(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, j: int, month_end: float,
              first_year: float) -> None:
    fixed, bill_due, ends = s[h[ix.S_DUE] + j], s[h[ix.S_BILL_DUE] + j], s[h[ix.S_MATURE] + j]
    if not (fixed > 0.0 or bill_due + ends + month_end > 0.0):
        return
    i, row = h[ix.IL] + j * ix.LINE_I, h[ix.RL] + j * ix.LINE_ROWS
    kind, rate = ints[i], st[ix.RATE + ints[i + 1]]
    billed, accrued = st[row + _L_BILLED], st[row + _L_ACCRUED]
    bill = billed * bill_due
    come = fixed + bill
    st[row + _L_UNPAID] += come
    st[row + _L_RECENT] = (st[row + _L_RECENT] + bill) * (1.0 - ends)
    st[row + _L_BILLED] = billed * (1.0 - bill_due) + accrued * month_end
    st[row + _L_ACCRUED] = accrued * (1.0 - month_end)
    if come <= 0.0:
        return
    money = come * rate
    st[ix.DUE_ROW + kind] += money
    running = kind in (ix.PAYROLL, ix.FIXED)
    interest, repaid = kind == ix.INTEREST, kind == ix.PRINCIPAL
    if interest or repaid:
        st[_SERVICE] += money
    if running:
        st[_OPER] -= money
    if running or interest:
        st[_BASE] -= money * v[ix.V_TAX_DEDUCT]
    st[_OUT12] += (fixed * first_year + bill * (first_year if repaid else 0.0)) * rate
    live[j] = 1


@inlined
def bills(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
    """Let bills and fixed amounts fall due."""
    first_year = 1.0 if day <= ix.FIRST_YEAR else 0.0
    month_end = 1.0 if s[ix.MONTH] > 0.0 else 0.0
    for j in range(h[ix.LINES]):
        _fall_due(st, h, ints, v, s, live, j, month_end, first_year)


@inlined
def unpaid_now(st: Any, h: Any, ints: Any, live: Any) -> float:
    """Everything due and unpaid, in the functional currency."""
    unpaid = 0.0
    for j in range(h[ix.LINES]):
        if live[j] > 0:
            rate = st[ix.RATE + ints[h[ix.IL] + j * ix.LINE_I + 1]]
            unpaid += st[h[ix.RL] + j * ix.LINE_ROWS + _L_UNPAID] * rate
    return unpaid
