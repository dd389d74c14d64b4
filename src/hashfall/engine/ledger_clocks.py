"""Lane loops of the ledger that open a day and read its clocks at the end."""

from __future__ import annotations

from typing import Any

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.model.clocks import (
    covenant_fails,
    coverage,
    first_day,
    loan_to_value,
    resale_factor,
    waiting_value,
)
from hashfall.model.columns import CLOCKS_NEVER, Line, Month, Row
from hashfall.model.layout import WorldRow
from hashfall.model.ledger import smooth, tax_assessed, tax_base

__all__ = [
    "add_inflow", "assess_tax", "bank", "block_reward", "clear_due", "clear_sides",
    "clear_work", "covenant", "credit", "default",
    "fix_hashprice", "insolvency", "lender", "month", "month_due", "open_day", "quarter",
    "running", "set_power", "set_rate", "stopped_on", "work_off",
]

B = LANES

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
_NEED, _SETOFF, _OWED = _R["NEED"], _R["SETOFF"], _R["OWED"]
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


@lane_kernel
def open_day(fix: Any, w: Any, usd: Any, fixed_price: float) -> None:
    """Prices of the day."""
    for k in range(B):
        price = fixed_price if fixed_price > 0.0 else w[_W_PRICE * B + k]
        reward = w[_W_REWARD * B + k]
        fix[_PRICE * B + k] = price * usd[k]
        fix[_REWARD * B + k] = reward
        fix[_HP * B + k] = price * reward


# Sums of a day are set to zero shortly before they are used: the state of a block is larger
# than the first cache, and a row that is touched early is fetched twice.
@lane_kernel
def clear_work(fix: Any) -> None:
    """Sums of machines and clients, back to zero."""
    for k in range(B):
        fix[_OUTFLOW * B + k] = 0.0
        fix[_CREDITED * B + k] = 0.0
        fix[_INCOME * B + k] = 0.0
        fix[_RECEIVABLE * B + k] = 0.0


@lane_kernel
def clear_due(fix: Any) -> None:
    """Sums of what is looked for, back to zero."""
    for k in range(B):
        fix[_UNPAID * B + k] = 0.0
        fix[_NEED * B + k] = 0.0


@lane_kernel
def clear_sides(fix: Any) -> None:
    """Sums of what is owned and owed besides, back to zero."""
    for k in range(B):
        fix[_HELD * B + k] = 0.0
        fix[_OTHER * B + k] = 0.0
        fix[_DEBT * B + k] = 0.0
        fix[_PLEDGED * B + k] = 0.0
        fix[_OWED * B + k] = 0.0


@lane_kernel
def fix_hashprice(fix: Any, w: Any, fixed_price: float, hashprice: float) -> None:
    """Reward that gives a hashprice that does not change."""
    for k in range(B):
        price = fixed_price if fixed_price > 0.0 else w[_W_PRICE * B + k]
        reward = hashprice / price
        fix[_REWARD * B + k] = reward
        fix[_HP * B + k] = price * reward


@lane_kernel
def block_reward(fix: Any, w: Any) -> None:
    """Coins of one block, for a fleet that is paid by blocks found."""
    for k in range(B):
        fix[_BLOCK * B + k] = w[_W_REWARD * B + k] / (_BTC_PER_PH_DAY * w[_W_INV * B + k])


@lane_kernel
def set_rate(to: Any, of: Any, own: Any, foreign: float, home: float, scale: float,
             fixed: float) -> None:
    """Rate of a currency: units per USD in the world, F per unit here."""
    # Units per USD in the world; F per unit here.
    for k in range(B):
        rate = (own[k] if home > 0.0 else 1.0) / (of[k] if foreign > 0.0 else 1.0)
        to[k] = fixed if fixed > 0.0 else rate * scale


@lane_kernel
def set_power(to: Any, of: Any, usd: Any, fixed: float) -> None:
    """Power price of a region in F."""
    for k in range(B):
        to[k] = (fixed if fixed >= 0.0 else of[k]) * usd[k]


@lane_kernel
def credit(fix: Any, share: float, at_crediting: float, net: float, deduct: float,
           first_year: float, inflow: float) -> None:
    """Coins and income of the day: what is to be sold, tax base, smoothed outflow."""
    for k in range(B):
        coins, outflow = fix[_CREDITED * B + k], fix[_OUTFLOW * B + k]
        value = coins * fix[_PRICE * B + k]
        income = fix[_INCOME * B + k] + value * net
        fix[_SELL * B + k] += coins * share
        fix[_BASE * B + k] += value * at_crediting - outflow * deduct
        fix[_INCOME * B + k] = income
        fix[_OPER * B + k] += income - outflow
        fix[_BURN * B + k] = smooth(fix[_BURN * B + k], outflow - income, _BURN_WEIGHT)
        fix[_IN12 * B + k] += (income + inflow) * first_year
        fix[_OUT12 * B + k] += outflow * first_year


@lane_kernel
def assess_tax(fix: Any, line: Any, rate: float, carry: float, first_year: float) -> None:
    """Profit tax of a period, billed on its line."""
    for k in range(B):
        profit, loss = tax_base(fix[_BASE * B + k], fix[_LOSS * B + k], carry)
        tax = tax_assessed(profit, rate)
        fix[_BASE * B + k] = 0.0
        fix[_LOSS * B + k] = loss
        line[_L_BILLED * B + k] += tax
        fix[_OUT12 * B + k] += tax * first_year


@lane_kernel
def add_inflow(fix: Any, rate: Any, amount: float) -> None:
    """Money that comes in on a fixed date."""
    for k in range(B):
        fix[_RECEIPTS * B + k] += amount * rate[k]


@lane_kernel
def work_off(fix: Any, rate: Any, amount: float) -> None:
    """Prepaid service worked off today."""
    for k in range(B):
        fix[_SETOFF * B + k] += amount * rate[k]


@lane_kernel
def bank(fix: Any) -> None:
    """Receipts of the day become free cash."""
    for k in range(B):
        fix[_CASH * B + k] += fix[_RECEIPTS * B + k]
        fix[_RECEIPTS * B + k] = 0.0


@lane_kernel
def running(clock: Any) -> int:
    """Count the lanes in which a clock has not stopped."""
    count = 0
    for k in range(B):
        count += 1 if clock[k] >= CLOCKS_NEVER else 0
    return count


@lane_kernel
def stopped_on(clock: Any, day: float) -> int:
    """Count the lanes in which a clock stopped on a day."""
    count = 0
    for k in range(B):
        count += 1 if clock[k] == day else 0
    return count


@lane_kernel
def default(fix: Any, day: float, tolerance: float) -> None:
    """D1 and the first shortage."""
    for k in range(B):
        past = 1.0 if fix[_PAST * B + k] > tolerance else 0.0
        # Values are read before they are chosen from: a load inside a choice
        # keeps the loop scalar.
        before, broke, line = fix[_D1 * B + k], fix[_PAST_LINE * B + k], fix[_LINE * B + k]
        held, trapped = fix[_COINS * B + k], fix[_TRAPPED * B + k]
        new = past if before >= CLOCKS_NEVER else 0.0
        fix[_D1 * B + k] = first_day(before, day, past)
        fix[_LINE * B + k] = broke if new > 0.0 else line
        fix[_TRAPPED * B + k] = held if before >= CLOCKS_NEVER else trapped
        short = 1.0 if fix[_LATE * B + k] > tolerance else 0.0
        fix[_FIRST * B + k] = first_day(fix[_FIRST * B + k], day, short)


@lane_kernel
def insolvency(fix: Any, usd: Any, day: float, net: float, machines: float, pledged: float,
               sites: float, hp0: float, decay: float) -> None:
    """D4: less is owned than owed."""
    for k in range(B):
        own = machines * fix[_MACHINES * B + k] + pledged
        resale = resale_factor(fix[_HP * B + k], hp0, decay) * own * usd[k]
        coins = (fix[_COINS * B + k] + fix[_PLEDGED * B + k]) * fix[_PRICE * B + k] * net
        assets = fix[_CASH * B + k] + fix[_HELD * B + k] + fix[_OTHER * B + k]
        assets = assets + fix[_PENDING * B + k] + fix[_RECEIVABLE * B + k] + coins
        assets = assets + resale + sites * usd[k]
        owed = fix[_UNPAID * B + k] + fix[_DEBT * B + k]
        owed = owed + fix[_OWED * B + k] + fix[_SETOFF * B + k]
        under = 1.0 if assets < owed else 0.0
        fix[_D4 * B + k] = first_day(fix[_D4 * B + k], day, under)


@lane_kernel
def lender(fix: Any, usd: Any, pledged: float, hp0: float, decay: float, decay90: float,
           fire: float, secured: float, service: float, due: float, net: float) -> None:
    """Weekly test of a lender secured on machines."""
    for k in range(B):
        resale = resale_factor(fix[_HP * B + k], hp0, decay) * pledged * usd[k]
        now = resale * (1.0 - fire)
        now = now if now < secured else secured
        later = resale * decay90 * (1.0 - fire)
        later = later if later < secured else secured
        liquid = fix[_CASH * B + k] + fix[_OTHER * B + k] + fix[_PENDING * B + k]
        liquid = liquid + fix[_COINS * B + k] * fix[_PRICE * B + k] * net
        liquid = liquid - 90.0 * fix[_BURN * B + k]
        wait = waiting_value(service, liquid, due + fix[_UNPAID * B + k], later)
        bit = 1.0 if now > wait else 0.0
        before, d1 = fix[_BITS * B + k], fix[_D1 * B + k]
        bits = before * 2.0 + bit
        bits = bits - 8192.0 if bits >= 8192.0 else bits
        fix[_BITS * B + k] = bits if d1 >= CLOCKS_NEVER else before


@lane_kernel
def covenant(fix: Any, usd: Any, kind: float, level: float, day: float, net: float,
             machines: float, pledged: float, hp0: float, decay: float,
             secured: float) -> None:
    """Test of one covenant."""
    for k in range(B):
        price, breach = fix[_PRICE * B + k], fix[_BREACH * B + k]
        coins = fix[_COINS * B + k] * price * net
        liquid = fix[_CASH * B + k] + fix[_OTHER * B + k] + coins
        own = machines * fix[_MACHINES * B + k] + pledged
        resale = resale_factor(fix[_HP * B + k], hp0, decay) * own * usd[k]
        ltv = loan_to_value(
            secured + fix[_DEBT * B + k], resale + fix[_PLEDGED * B + k] * price
        )
        dscr = coverage(fix[_OPER * B + k], fix[_SERVICE * B + k])
        fails = covenant_fails(kind, level, liquid, ltv, dscr)
        fix[_D3 * B + k] = first_day(fix[_D3 * B + k], day, fails)
        fix[_BREACH * B + k] = 1.0 if fails > 0.0 else breach


@lane_kernel
def month(fix: Any, out: Any, route_cap: float, net: float) -> None:
    """Record of a month that ends."""
    for k in range(B):
        value = fix[_PRICE * B + k] * net
        coins = fix[_COINS * B + k]
        quick = coins if coins < route_cap else route_cap
        cash = fix[_CASH * B + k] + fix[_PENDING * B + k]
        out[_M_CASH * B + k] = cash
        out[_M_COINS * B + k] = quick * value
        out[_M_FUNDING * B + k] = fix[_OTHER * B + k]
        out[_M_HELD * B + k] = fix[_HELD * B + k]
        out[_M_TRAPPED * B + k] = (coins - quick) * fix[_PRICE * B + k]
        out[_M_UNPAID * B + k] = fix[_UNPAID * B + k]
        out[_M_ALIVE * B + k] = 1.0 if fix[_D1 * B + k] >= CLOCKS_NEVER else 0.0
        out[_M_LIQUID * B + k] = (
            cash + quick * value + fix[_OTHER * B + k] - fix[_UNPAID * B + k]
        )


@lane_kernel
def month_due(fix: Any, out: Any) -> None:
    """What fell due in the month, by class."""
    for j in range(_KINDS):
        row = tail(fix, (_DUE + j) * B)
        to = tail(out, (_M_DUE + j) * B)
        for k in range(B):
            to[k] = row[k]
            row[k] = 0.0


@lane_kernel
def quarter(fix: Any) -> None:
    """A new quarter for debt service."""
    for k in range(B):
        fix[_OPER * B + k] = 0.0
        fix[_SERVICE * B + k] = 0.0
