"""Lane loops of the ledger that open a day and read its clocks at the end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from numba import njit

from hashfall.engine.layout import WorldRow
from hashfall.model.columns import CLOCKS_NEVER, Line, Month, Row
from hashfall.model.ledger import (
    covenant_fails,
    first_day,
    resale_factor,
    smooth,
    tax_assessed,
    tax_base,
    waiting_value,
)

__all__ = ["build_clocks"]

_R = {row.name: int(row) for row in Row}
_CASH, _COINS, _SELL, _PENDING = _R["CASH"], _R["COINS"], _R["TO_SELL"], _R["PENDING"]
_MACHINES, _BASE, _LOSS, _BREACH = _R["MACHINES"], _R["TAX_BASE"], _R["TAX_LOSS"], _R["BREACH"]
_D1, _BITS, _D3, _D4, _FIRST = _R["D1"], _R["D2_BITS"], _R["D3"], _R["D4"], _R["FIRST_SHORT"]
_LINE, _TRAPPED, _BURN, _OPER = _R["LINE"], _R["TRAPPED"], _R["BURN"], _R["OPERATING"]
_SERVICE, _IN12, _OUT12, _LATE = _R["SERVICE"], _R["IN12"], _R["OUT12"], _R["LATE"]
_PRICE, _REWARD, _HP = _R["PRICE"], _R["REWARD"], _R["HASHPRICE"]
_RECEIPTS, _OUTFLOW, _CREDITED = _R["RECEIPTS"], _R["OUTFLOW"], _R["CREDITED"]
_UNPAID, _HELD, _OTHER, _DEBT = _R["UNPAID"], _R["HELD"], _R["OTHER"], _R["DEBT"]
_RECEIVABLE, _PAST, _PAST_LINE = _R["RECEIVABLE"], _R["PAST"], _R["PAST_LINE"]
_BLOCK, _INCOME, _PLEDGED, _DUE = _R["BLOCK"], _R["INCOME"], _R["PLEDGED"], _R["DUE"]
_W_PRICE, _W_REWARD, _W_INV = (
    int(WorldRow.PRICE), int(WorldRow.REWARD), int(WorldRow.INV_DIFFICULTY),
)
_M = {row.name: int(row) for row in Month}
_M_LIQUID, _M_CASH, _M_COINS, _M_FUNDING = _M["LIQUID"], _M["CASH"], _M["COINS"], _M["FUNDING"]
_M_HELD, _M_TRAPPED, _M_ALIVE = _M["HELD"], _M["TRAPPED"], _M["ALIVE"]
_M_UNPAID, _M_DUE = _M["UNPAID"], _M["DUE"]
_L_BILLED = int(Line.BILLED)
_BTC_PER_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_BURN_WEIGHT = 2.0 / 31.0
_KINDS = 9


def _opening(b: int) -> dict[str, Any]:
    """Compile the loops that open a day."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def open_day(fix: Any, w: Any, usd: Any, fixed_price: float, fixed_hashprice: float) -> None:
        for k in range(b):
            price = fixed_price if fixed_price > 0.0 else w[_W_PRICE * b + k]
            reward = w[_W_REWARD * b + k]
            reward = fixed_hashprice / price if fixed_hashprice > 0.0 else reward
            fix[_PRICE * b + k] = price * usd[k]
            fix[_REWARD * b + k] = reward
            fix[_HP * b + k] = price * reward
            fix[_BLOCK * b + k] = w[_W_REWARD * b + k] / (_BTC_PER_PH_DAY * w[_W_INV * b + k])
            fix[_RECEIPTS * b + k] = 0.0
            fix[_OUTFLOW * b + k] = 0.0
            fix[_CREDITED * b + k] = 0.0
            fix[_UNPAID * b + k] = 0.0
            fix[_HELD * b + k] = 0.0
            fix[_OTHER * b + k] = 0.0
            fix[_RECEIVABLE * b + k] = 0.0
            fix[_DEBT * b + k] = 0.0
            fix[_PAST * b + k] = 0.0
            fix[_PAST_LINE * b + k] = -1.0
            fix[_INCOME * b + k] = 0.0
            fix[_PLEDGED * b + k] = 0.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def set_rate(to: Any, of: Any, own: Any, foreign: float, home: float, scale: float,
                 fixed: float) -> None:
        # Units per USD in the world; F per unit here.
        for k in range(b):
            rate = (own[k] if home > 0.0 else 1.0) / (of[k] if foreign > 0.0 else 1.0)
            to[k] = fixed if fixed > 0.0 else rate * scale

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def set_power(to: Any, of: Any, usd: Any, fixed: float) -> None:
        for k in range(b):
            to[k] = (fixed if fixed >= 0.0 else of[k]) * usd[k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def credit(fix: Any, share: float, at_crediting: float, net: float, deduct: float,
               first_year: float, inflow: float) -> None:
        for k in range(b):
            coins = fix[_CREDITED * b + k]
            value = coins * fix[_PRICE * b + k]
            fix[_SELL * b + k] += coins * share
            fix[_BASE * b + k] += value * (at_crediting + (1.0 - at_crediting) * share)
            fix[_BASE * b + k] -= fix[_OUTFLOW * b + k] * deduct
            income = fix[_INCOME * b + k] + value * net
            fix[_INCOME * b + k] = income
            fix[_OPER * b + k] += income - fix[_OUTFLOW * b + k]
            flow = fix[_OUTFLOW * b + k] - fix[_INCOME * b + k]
            fix[_BURN * b + k] = smooth(fix[_BURN * b + k], flow, _BURN_WEIGHT)
            fix[_IN12 * b + k] += (income + inflow) * first_year
            fix[_OUT12 * b + k] += fix[_OUTFLOW * b + k] * first_year

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def assess_tax(fix: Any, line: Any, rate: float, carry: float, first_year: float) -> None:
        for k in range(b):
            profit, loss = tax_base(fix[_BASE * b + k], fix[_LOSS * b + k], carry)
            tax = tax_assessed(profit, rate)
            fix[_BASE * b + k] = 0.0
            fix[_LOSS * b + k] = loss
            line[_L_BILLED * b + k] += tax
            fix[_OUT12 * b + k] += tax * first_year

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def add_inflow(fix: Any, rate: Any, amount: float) -> None:
        for k in range(b):
            fix[_RECEIPTS * b + k] += amount * rate[k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def bank(fix: Any) -> None:
        for k in range(b):
            fix[_CASH * b + k] += fix[_RECEIPTS * b + k]

    return {"open_day": open_day, "set_rate": set_rate, "set_power": set_power,
            "credit": credit, "assess_tax": assess_tax, "add_inflow": add_inflow, "bank": bank}


def _closing(b: int) -> dict[str, Any]:
    """Compile the loops that read the clocks and write a month's record."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def clocks(fix: Any, usd: Any, day: float, tolerance: float, net: float, machines: float,
               sites: float, hp0: float, decay: float, not_due: float) -> None:
        for k in range(b):
            past = 1.0 if fix[_PAST * b + k] > tolerance else 0.0
            # Values are read before they are chosen from: a load inside a choice
            # keeps the loop scalar.
            before, broke, line = fix[_D1 * b + k], fix[_PAST_LINE * b + k], fix[_LINE * b + k]
            held, trapped = fix[_COINS * b + k], fix[_TRAPPED * b + k]
            new = past if before >= CLOCKS_NEVER else 0.0
            fix[_D1 * b + k] = first_day(before, day, past)
            fix[_LINE * b + k] = broke if new > 0.0 else line
            fix[_TRAPPED * b + k] = held if before >= CLOCKS_NEVER else trapped
            short = 1.0 if fix[_LATE * b + k] > tolerance else 0.0
            fix[_FIRST * b + k] = first_day(fix[_FIRST * b + k], day, short)
            resale = resale_factor(fix[_HP * b + k], hp0, decay) * machines * usd[k]
            coins = (fix[_COINS * b + k] + fix[_PLEDGED * b + k]) * fix[_PRICE * b + k] * net
            assets = fix[_CASH * b + k] + fix[_HELD * b + k] + fix[_OTHER * b + k]
            assets = assets + fix[_PENDING * b + k] + fix[_RECEIVABLE * b + k] + coins
            assets = assets + resale * fix[_MACHINES * b + k] + sites * usd[k]
            owed = fix[_UNPAID * b + k] + fix[_DEBT * b + k] + not_due
            under = 1.0 if assets < owed else 0.0
            fix[_D4 * b + k] = first_day(fix[_D4 * b + k], day, under)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def lender(fix: Any, usd: Any, pledged: float, hp0: float, decay: float, decay90: float,
               fire: float, secured: float, service: float, due: float, net: float) -> None:
        for k in range(b):
            resale = resale_factor(fix[_HP * b + k], hp0, decay) * pledged * usd[k]
            now = resale * (1.0 - fire)
            now = now if now < secured else secured
            later = resale * decay90 * (1.0 - fire)
            later = later if later < secured else secured
            liquid = fix[_CASH * b + k] + fix[_OTHER * b + k] + fix[_PENDING * b + k]
            liquid = liquid + fix[_COINS * b + k] * fix[_PRICE * b + k] * net
            liquid = liquid - 90.0 * fix[_BURN * b + k]
            wait = waiting_value(service, liquid, due + fix[_UNPAID * b + k], later)
            bit = 1.0 if now > wait else 0.0
            bits = fix[_BITS * b + k] * 2.0 + bit
            bits = bits - 8192.0 if bits >= 8192.0 else bits
            fix[_BITS * b + k] = bits if fix[_D1 * b + k] >= CLOCKS_NEVER else fix[_BITS * b + k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def covenant(fix: Any, usd: Any, kind: float, level: float, day: float, net: float,
                 machines: float, hp0: float, decay: float, secured: float) -> None:
        for k in range(b):
            coins = fix[_COINS * b + k] * fix[_PRICE * b + k] * net
            liquid = fix[_CASH * b + k] + fix[_OTHER * b + k] + coins
            resale = resale_factor(fix[_HP * b + k], hp0, decay) * machines * usd[k]
            ltv = (secured + fix[_DEBT * b + k]) / (
                resale + fix[_PLEDGED * b + k] * fix[_PRICE * b + k] + 1e-9
            )
            dscr = fix[_OPER * b + k] / (fix[_SERVICE * b + k] + 1e-9)
            fails = covenant_fails(kind, level, liquid, ltv, dscr)
            fix[_D3 * b + k] = first_day(fix[_D3 * b + k], day, fails)
            fix[_BREACH * b + k] = 1.0 if fails > 0.0 else fix[_BREACH * b + k]

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def month(fix: Any, out: Any, route_cap: float, net: float) -> None:
        for k in range(b):
            value = fix[_PRICE * b + k] * net
            coins = fix[_COINS * b + k]
            quick = coins if coins < route_cap else route_cap
            cash = fix[_CASH * b + k] + fix[_PENDING * b + k]
            out[_M_CASH * b + k] = cash
            out[_M_COINS * b + k] = quick * value
            out[_M_FUNDING * b + k] = fix[_OTHER * b + k]
            out[_M_HELD * b + k] = fix[_HELD * b + k]
            out[_M_TRAPPED * b + k] = (coins - quick) * fix[_PRICE * b + k]
            out[_M_UNPAID * b + k] = fix[_UNPAID * b + k]
            out[_M_ALIVE * b + k] = 1.0 if fix[_D1 * b + k] >= CLOCKS_NEVER else 0.0
            out[_M_LIQUID * b + k] = (
                cash + quick * value + fix[_OTHER * b + k] - fix[_UNPAID * b + k]
            )

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def month_due(fix: Any, out: Any) -> None:
        for j in range(_KINDS):
            row = fix[(_DUE + j) * b : (_DUE + j + 1) * b]
            to = out[(_M_DUE + j) * b : (_M_DUE + j + 1) * b]
            for k in range(b):
                to[k] = row[k]
                row[k] = 0.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def quarter(fix: Any) -> None:
        for k in range(b):
            fix[_OPER * b + k] = 0.0
            fix[_SERVICE * b + k] = 0.0

    return {"clocks": clocks, "lender": lender, "covenant": covenant, "month": month,
            "month_due": month_due, "quarter": quarter}


def build_clocks(lanes: int) -> SimpleNamespace:
    """Compile the opening and closing loops for a number of lanes."""
    return SimpleNamespace(**_opening(lanes), **_closing(lanes))
