"""Second half of a day of the readable ledger: freezes, money looked for, payments."""

from __future__ import annotations

from hashfall.model.clocks import past_grace, resale_factor
from hashfall.model.columns import Day, Head, TapKind, Value
from hashfall.model.ledger import (
    equity_factor,
    frozen,
    log_ratio,
    need_ahead,
    pay,
    remainder,
    sale_btc,
    taken,
)
from hashfall.model.reference.ledger_records import FrozenAccount, PaymentLine, Source
from hashfall.model.reference.ledger_routes import sell_by_way
from hashfall.model.reference.ledger_today import Today

__all__ = ["freeze_money", "look_for_money", "pay_lines"]


def freeze_money(x: Today) -> None:
    """Orders that end release money, new ones take their part of cash, all of receipts."""
    sheet = x.sheet
    for place, part in enumerate(x.accounts.frozen):
        if x.part(Head.S_RELEASE, place) > 0.0:
            x.mark("freeze ends", part.name, part.held)
            _move(x, place, part, -part.held, "released")
            sheet.cash += part.held
            part.held = 0.0
    for place, part in enumerate(x.accounts.frozen):
        share = x.part(Head.S_SEIZE, place)
        if share > 0.0:
            money = frozen(sheet.cash, share, sheet.cash, part.held, part.up_to)
            sheet.cash -= money
            part.held += money
            _move(x, place, part, money, "seized")
    _bank(x)


def _move(x: Today, place: int, part: FrozenAccount, money: float, what: str) -> None:
    x.book("cash", 0, 0, -money, what, part.name, -money)
    x.book("frozen", place, 0, money, what, part.name, money)


def _bank(x: Today) -> None:
    """Receipts that no order holds become cash."""
    sheet = x.sheet
    sheet.gross = sheet.receipts
    for place, part in enumerate(x.accounts.frozen):
        share = x.part(Head.S_HOLD, place)
        if share > 0.0:
            money = frozen(sheet.gross, share, sheet.receipts, part.held, part.up_to)
            sheet.receipts -= money
            part.held += money
            _move(x, place, part, money, "held")
    for place, pool in enumerate(x.accounts.pools):
        pool.left = pool.arrived
        for z, part in enumerate(x.accounts.frozen):
            share = x.part(Head.S_HOLD_IN, z) if part.pool == place else 0.0
            if share > 0.0:
                money = frozen(pool.arrived, share, pool.left, part.held, part.up_to)
                pool.left -= money
                part.held += money
                _move(x, z, part, money, "held")
        sheet.receipts += pool.left
        pool.arrived = pool.left = 0.0
    sheet.cash, sheet.receipts = sheet.cash + sheet.receipts, 0.0


def look_for_money(x: Today) -> None:
    """Draw on the sources in their order for what is unpaid or falls due soon."""
    sheet, accounts = x.sheet, x.accounts
    soon = 0.0
    for place, line in enumerate(accounts.lines):
        if x.part(Head.S_SOON, place) > 0.0:
            soon += line.billed * x.rate(line.currency)
    for place, source in enumerate(accounts.sources):
        if x.part(Head.S_CALL_SOON, place) > 0.0:
            soon += source.owed * x.rate(source.currency)
    sheet.need = need_ahead(sheet.unpaid, x.plan(Day.AHEAD) + soon, x.value(Value.LOOK_AHEAD),
                            sheet.burn, sheet.cash, sheet.pending)
    for place, source in enumerate(accounts.sources):
        cap = x.part(Head.S_CAP, place)
        if cap > 0.0:
            _draw(x, place, source, cap)
        if source.kind in (TapKind.FOREIGN_CASH, TapKind.CREDIT_LINE):
            _count_stock(x, source, open_=cap > 0.0)
    _bank(x)


def _draw(x: Today, place: int, source: Source, cap: float) -> None:
    if source.kind == TapKind.ROUTE:
        money = _sell_coins(x, place, source, cap)
    elif source.kind in (TapKind.SLICE, TapKind.SHIFT):
        money = sell_by_way(x, place, source)
    elif source.kind in (TapKind.FOREIGN_CASH, TapKind.CREDIT_LINE):
        money = _change_or_borrow(x, place, source, cap)
    elif source.kind == TapKind.EQUITY:
        money = _sell_shares(x, place, source, cap)
    else:
        money = _sell_machines(x, place, source, cap)
    if money > 0.0:
        x.sheet.last_tap = float(place)


def _send(x: Today, place: int, source: Source, money: float, what: str) -> None:
    """Money of a source comes after its delay, or among the day's receipts."""
    if source.delay > 0:
        source.under_way[x.day % source.delay] += money
        x.sheet.pending += money
        x.book("under way", place, 0, money, what, source.name, money)
    else:
        x.sheet.receipts += money
        x.book("cash", 0, 0, money, what, source.name, money)


def _sell_coins(x: Today, place: int, source: Source, cap: float) -> float:
    """Sell for the treasury policy or for what is looked for, whichever is more."""
    sheet = x.sheet
    net = sheet.price * source.net
    sold = sale_btc(sheet.need, sheet.to_sell, sheet.coins, cap, net)
    money = sold * net
    left = sheet.to_sell - sold
    sheet.to_sell = left if left > 0.0 else 0.0
    sheet.coins -= sold
    sheet.sold_spot += sold * sheet.price
    sheet.sold_net += money
    sheet.sold_btc += sold
    sheet.tax_base += money if x.at_sale() else 0.0
    source.drawn += sold
    still = sheet.need - money
    sheet.need = still if still > 0.0 else 0.0
    _send(x, place, source, money, "sold")
    x.book_coins("coins", 0, -sold, "sold", source.name)
    cost = sold * sheet.price - money
    x.book("expense", 0, 0, cost, "sold", source.name, cost)
    return money


def _change_or_borrow(x: Today, place: int, source: Source, cap: float) -> float:
    """Change foreign cash, or draw on a credit line while its covenants hold."""
    sheet = x.sheet
    unit = x.rate(source.currency) * source.net
    shut = source.needs_covenants and sheet.breach > 0.0
    most = source.stock if source.stock < cap else cap
    money = taken(sheet.need, 0.0 if shut else most * unit)
    units = money / unit
    left = source.stock - units
    source.stock = left if left > 0.0 else 0.0
    source.drawn += units
    sheet.need -= money
    sheet.cash += money
    if source.kind == TapKind.CREDIT_LINE:
        source.owed += units
        x.book("credit line", place, source.currency, units, "drawn", source.name)
        x.book("cash", 0, 0, money, "drawn", source.name, money)
        return money
    x.book("foreign cash", place, source.currency, -units, "changed", source.name)
    x.book("cash", 0, 0, money, "changed", source.name, money)
    cost = units * x.rate(source.currency) - money
    x.book("expense", 0, 0, cost, "changed", source.name, cost)
    return money


def _count_stock(x: Today, source: Source, open_: bool) -> None:
    """Foreign cash is liquid unless a freeze shuts it in; what is drawn is owed."""
    sheet, rate = x.sheet, x.rate(source.currency)
    if source.kind == TapKind.FOREIGN_CASH:
        if open_:
            sheet.other += source.stock * rate
        else:
            sheet.held += source.stock * rate
    sheet.debt += source.owed * rate


def _sell_shares(x: Today, place: int, source: Source, cap: float) -> float:
    """Sell shares up to a share of the day's volume, which moves with the coin price."""
    sheet, rate = x.sheet, x.rate(source.currency)
    unit = rate * source.net
    most = cap * equity_factor(log_ratio(sheet.price / rate, x.value(Value.PRICE0)),
                               x.value(Value.EQUITY_BETA))
    most = most if most < source.stock else source.stock
    money = taken(sheet.need, most * unit)
    left = source.stock - money / unit
    source.stock = left if left > 0.0 else 0.0
    source.drawn += money / unit
    sheet.need -= money
    _send(x, place, source, money, "shares sold")
    x.book("income", 0, 0, money, "shares sold", source.name, money)
    return money


def _sell_machines(x: Today, place: int, source: Source, cap: float) -> float:
    """Sell a part of the own machines in distress."""
    sheet = x.sheet
    worth = resale_factor(sheet.hashprice, x.value(Value.HASHPRICE0), x.plan(Day.DECAY))
    worth = worth * (x.value(Value.FLEET_USD) * source.net) * x.rate(source.currency)
    part = cap if cap < sheet.machines else sheet.machines
    money = taken(sheet.need, worth * part)
    left = sheet.machines - money / (worth + 1e-300)
    sheet.machines = left if left > 0.0 else 0.0
    source.drawn += money
    sheet.need -= money
    _send(x, place, source, money, "machines sold")
    x.book("income", 0, 0, money, "machines sold", source.name, money)
    return money


def pay_lines(x: Today) -> None:
    """Pay in contractual order: from frozen money where an order allows it, then from cash."""
    x.sheet.unpaid = x.sheet.late = 0.0
    for place, line in enumerate(x.accounts.lines):
        if line.unpaid > 0.0:
            for z, part in enumerate(x.accounts.frozen):
                if line.kind in part.allows:
                    _pay_from_frozen(x, place, line, z, part)
        _pay_from_cash(x, place, line)
    for place, loan in enumerate(x.accounts.loans):
        unpaid = x.accounts.lines[loan.margin].unpaid
        paid = loan.asked - unpaid
        left = loan.principal - paid
        x.book("loan", place, loan.currency, -min(paid, loan.principal), "margin paid", loan.name)
        loan.principal = left if left > 0.0 else 0.0
        loan.asked = unpaid
    if x.month_end:
        for part in x.accounts.frozen:
            part.allowed = part.allowance


def _book_payment(x: Today, place: int, line: PaymentLine, units: float, what: str) -> None:
    margin = any(place == loan.margin for loan in x.accounts.loans)
    x.book("margin asked" if margin else "unpaid", place, line.currency, -units,
           "margin paid" if margin else what, line.name)


def _pay_from_frozen(x: Today, place: int, line: PaymentLine, z: int, part: FrozenAccount) -> None:
    rate = x.rate(line.currency)
    money = pay(line.unpaid * rate, part.held if part.held < part.allowed else part.allowed)
    left = line.unpaid - money / rate
    left = left if left > 0.0 else 0.0
    part.held -= money
    part.allowed -= money
    margin = any(place == loan.margin for loan in x.accounts.loans)
    x.book("frozen", z, 0, -money, "margin paid" if margin else "paid from frozen", line.name,
           -money)
    _book_payment(x, place, line, line.unpaid - left, "paid from frozen")
    line.unpaid = left


def _pay_from_cash(x: Today, place: int, line: PaymentLine) -> None:
    sheet, rate = x.sheet, x.rate(line.currency)
    owed = line.unpaid * rate
    money = pay(owed, sheet.cash)
    sheet.cash -= money
    left = remainder(line.unpaid, money / rate, owed, money)
    margin = any(place == loan.margin for loan in x.accounts.loans)
    x.book("cash", 0, 0, -money, "margin paid" if margin else "paid", line.name, -money)
    _book_payment(x, place, line, line.unpaid - left, "paid")
    line.unpaid = left
    sheet.unpaid += left * rate
    if line.standing:
        return
    sheet.late += left * rate
    past = past_grace(left, x.part(Head.S_RECENT, place), line.recent) * rate
    if past > x.value(Value.TOLERANCE):
        if sheet.past <= 0.0:
            sheet.past_line = float(place)
        sheet.past += past
