"""End of a day of the readable ledger: what is owned and owed, clocks, covenants, the month."""

from __future__ import annotations

from hashfall.model.clocks import (
    covenant_fails,
    coverage,
    first_day,
    loan_to_value,
    resale_factor,
    waiting_value,
)
from hashfall.model.columns import CLOCKS_NEVER, Day, Head, Month, Value
from hashfall.model.reference.ledger_records import Covenant
from hashfall.model.reference.ledger_today import Today
from hashfall.model.route_day import unsellable

__all__ = ["close_day"]


def close_day(x: Today) -> list[float] | None:
    """Clocks and covenants of the day, and the record of a month that ends."""
    _count(x)
    _clocks(x)
    if x.switch(Head.SECURED) and x.plan(Day.WEEK) > 0.0:
        _lender(x)
    for covenant in x.accounts.covenants:
        due = (True, x.month_end, x.plan(Day.QUARTER) > 0.0)[covenant.test]
        if due:
            _test(x, covenant)
    if x.plan(Day.QUARTER) > 0.0:
        x.sheet.operating = x.sheet.service = 0.0
    return _month(x) if x.month_end else None


def _count(x: Today) -> None:
    sheet, accounts = x.sheet, x.accounts
    for part in accounts.frozen:
        sheet.held += part.held
    for loan in accounts.loans:
        rate = x.rate(loan.currency)
        sheet.debt += loan.principal * rate
        sheet.owed -= loan.asked * rate  # stands among the unpaid amounts already
        sheet.pledged += loan.collateral
    for line in accounts.lines:
        if line.takes_bills:
            sheet.owed += (line.billed + line.accrued) * x.rate(line.currency)
    for currency in range(int(x.packing.head[Head.CURRENCIES])):
        amount = x.plan(Day.LIABILITY, currency)
        if amount > 0.0:
            sheet.owed += amount * x.rate(currency)


def _machines_value(x: Today, usd_at_start: float) -> float:
    """Resale value today of machines that were worth so much at `as_of`. [F]"""
    factor = resale_factor(x.sheet.hashprice, x.value(Value.HASHPRICE0), x.plan(Day.DECAY))
    return factor * usd_at_start * x.rate(int(x.packing.head[Head.USD]))


def _own_and_pledged(x: Today) -> float:
    return _machines_value(
        x, x.value(Value.FLEET_USD) * x.sheet.machines + x.value(Value.PLEDGED_USD)
    )


def _clocks(x: Today) -> None:
    sheet, tolerance, day = x.sheet, x.value(Value.TOLERANCE), float(x.day)
    running = sheet.d1 >= CLOCKS_NEVER
    past = sheet.past > tolerance
    if running:
        sheet.trapped = sheet.coins
        sheet.line = sheet.past_line if past else sheet.line
    if running and past:
        x.mark("payment default", x.accounts.lines[int(sheet.past_line)].name, sheet.past)
    sheet.d1 = first_day(sheet.d1, day, 1.0 if past else 0.0)
    if sheet.d1 == day:
        sheet.unsellable = unsellable(sheet.to_sell, sheet.need, sheet.price, sheet.coins)
    if sheet.late > tolerance and sheet.first_short >= CLOCKS_NEVER:
        x.mark("short", "", sheet.late)
    sheet.first_short = first_day(sheet.first_short, day, 1.0 if sheet.late > tolerance else 0.0)
    coins = (sheet.coins + sheet.pledged) * sheet.price * x.value(Value.BEST_NET)
    assets = sheet.cash + sheet.held + sheet.other
    assets = assets + sheet.pending + sheet.receivable + coins
    sites = x.value(Value.SITES_USD) * x.rate(int(x.packing.head[Head.USD]))
    assets = assets + _own_and_pledged(x) + sites
    owed = sheet.unpaid + sheet.debt
    owed = owed + sheet.owed + sheet.setoff
    if assets < owed and sheet.d4 >= CLOCKS_NEVER:
        x.mark("insolvent", "", owed - assets)
    sheet.d4 = first_day(sheet.d4, day, 1.0 if assets < owed else 0.0)


def _lender(x: Today) -> None:
    """Weekly: would the lender secured on machines rather take them than wait?"""
    sheet, secured = x.sheet, x.plan(Day.SECURED)
    keep = 1.0 - x.value(Value.FIRE_COST)
    resale = _machines_value(x, x.value(Value.PLEDGED_USD))
    now, later = resale * keep, resale * x.plan(Day.DECAY90) * keep
    now, later = min(now, secured), min(later, secured)
    liquid = sheet.cash + sheet.other + sheet.pending
    liquid = liquid + sheet.coins * sheet.price * x.value(Value.BEST_NET)
    liquid = liquid - 90.0 * sheet.burn
    wait = waiting_value(x.plan(Day.SECURED90), liquid, x.plan(Day.AHEAD90) + sheet.unpaid,
                         later)
    bits = sheet.d2_bits * 2.0 + (1.0 if now > wait else 0.0)
    if sheet.d1 >= CLOCKS_NEVER:
        sheet.d2_bits = bits - 8192.0 if bits >= 8192.0 else bits


def _test(x: Today, covenant: Covenant) -> None:
    sheet = x.sheet
    coins = sheet.coins * sheet.price * x.value(Value.BEST_NET)
    liquid = sheet.cash + sheet.other + coins
    ltv = loan_to_value(x.plan(Day.SECURED) + sheet.debt,
                        _own_and_pledged(x) + sheet.pledged * sheet.price)
    dscr = coverage(sheet.operating, sheet.service)
    fails = covenant_fails(covenant.kind, covenant.level, liquid, ltv, dscr)
    if fails > 0.0 and sheet.d3 >= CLOCKS_NEVER:
        x.mark("covenant broken", ("liquidity", "loan to value", "debt service")[
            int(covenant.kind)], covenant.level)
    sheet.d3 = first_day(sheet.d3, float(x.day), fails)
    sheet.breach = 1.0 if fails > 0.0 else sheet.breach


def _month(x: Today) -> list[float]:
    sheet, route_cap = x.sheet, x.plan(Day.ROUTE_CAP)
    value = sheet.price * x.value(Value.BEST_NET)
    quick = min(sheet.coins, route_cap)
    cash = sheet.cash + sheet.pending
    record = [0.0] * Month.COUNT
    record[Month.LIQUID] = cash + quick * value + sheet.other - sheet.unpaid
    record[Month.CASH], record[Month.COINS] = cash, quick * value
    record[Month.FUNDING], record[Month.HELD] = sheet.other, sheet.held
    record[Month.TRAPPED] = (sheet.coins - quick) * sheet.price
    record[Month.ALIVE] = 1.0 if sheet.d1 >= CLOCKS_NEVER else 0.0
    record[Month.UNPAID] = sheet.unpaid
    record[Month.DUE :] = sheet.due
    sheet.due = [0.0] * len(sheet.due)
    return record
