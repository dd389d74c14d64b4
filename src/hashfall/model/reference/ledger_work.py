"""First half of a day of the readable ledger: prices, receipts, work, what falls due."""

from __future__ import annotations

from hashfall.model.columns import CLASSES, Day, Head, TapKind, Value
from hashfall.model.layout import WorldRow
from hashfall.model.ledger import (
    blocks_found,
    client_margin,
    client_share,
    liquidated,
    margin_call,
    mine,
    pay,
    run_length,
    smooth,
    tax_assessed,
    tax_base,
)
from hashfall.model.reference.ledger_records import Client, CoinLoan, Fleet, PaymentLine
from hashfall.model.reference.ledger_routes import receive
from hashfall.model.reference.ledger_today import Today

__all__ = ["fall_due", "open_day", "operate"]

_BTC_PER_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_BURN_WEIGHT = 2.0 / 31.0
_RUNNING = (CLASSES.index("payroll"), CLASSES.index("fixed"))
_INTEREST, _PRINCIPAL = CLASSES.index("interest"), CLASSES.index("principal")
_MARGIN = CLASSES.index("margin")


def open_day(x: Today) -> None:
    """Rates and prices of the day; money that was under way or is collected comes in."""
    _rates(x)
    _prices(x)
    sheet = x.sheet
    for source in x.accounts.sources:
        if source.delay > 0:
            money = source.under_way[x.day % source.delay]
            source.under_way[x.day % source.delay] = 0.0
            left = sheet.pending - money
            sheet.pending = left if left > 0.0 else 0.0
            receive(x, source, money)
            x.book("under way", source.ring_of, 0, -money, "arrived", source.name, -money)
            x.book("cash", 0, 0, money, "arrived", source.name, money)
    for currency in range(int(x.packing.head[Head.CURRENCIES])):
        inflow, worked = x.plan(Day.INFLOW, currency), x.plan(Day.WORKED, currency)
        if inflow > 0.0:
            money = inflow * x.rate(currency)
            sheet.receipts += money
            x.book("cash", 0, 0, money, "received", "receivables and credits", money)
            x.book("income", 0, 0, money, "received", "receivables and credits", money)
        if worked > 0.0:
            money = worked * x.rate(currency)
            sheet.setoff += money
            x.book("prepaid", 0, 0, money, "worked off", "prepayments", money)
            x.book("expense", 0, 0, money, "worked off", "prepayments", money)


def _rates(x: Today) -> None:
    head, sheet = x.packing.head, x.sheet
    home = int(head[Head.I_FX])
    for currency in range(int(head[Head.CURRENCIES])):
        row = int(head[Head.I_FX + currency])
        of = x.market[row] if row >= 0 else 1.0
        own = x.market[home] if home >= 0 else 1.0
        rate = own / of * x.value(Value.FX_SCALE, currency)
        fixed = x.value(Value.FX0, currency)
        sheet.rate[currency] = fixed if x.switch(Head.CONST_FX) else rate
    usd = x.rate(int(head[Head.USD]))
    for region in range(int(head[Head.REGIONS])):
        price = x.market[WorldRow.POWER + region]
        if x.switch(Head.CONST_POWER):
            price = x.value(Value.POWER0, region)
        sheet.power[region] = price * usd


def _prices(x: Today) -> None:
    sheet = x.sheet
    usd = x.rate(int(x.packing.head[Head.USD]))
    price, reward = x.market[WorldRow.PRICE], x.market[WorldRow.REWARD]
    if x.switch(Head.CONST_PRICE):
        price = x.value(Value.PRICE0)
    if x.switch(Head.SOLO):
        sheet.block = reward / (_BTC_PER_PH_DAY * x.market[WorldRow.INV_DIFFICULTY])
    if x.switch(Head.CONST_HASHPRICE):
        reward = x.value(Value.HASHPRICE0) / price
    sheet.price, sheet.reward, sheet.hashprice = price * usd, reward, price * reward
    for name in ("receipts", "outflow", "credited", "unpaid", "held", "other", "receivable",
                 "debt", "past", "income", "pledged", "need", "owed"):
        setattr(sheet, name, 0.0)
    sheet.past_line = -1.0


def operate(x: Today) -> None:
    """Machines run while they earn more than their power; clients stay while they do."""
    for place, fleet in enumerate(x.accounts.fleets):
        _run_fleet(x, place, fleet)
    for place, client in enumerate(x.accounts.clients):
        _serve_client(x, place, client)
    sheet = x.sheet
    value = sheet.credited * sheet.price
    income = sheet.income + value * x.value(Value.BEST_NET)
    sheet.to_sell += sheet.credited * x.value(Value.SELL_SHARE)
    taxed = value if x.switch(Head.AT_CREDITING) else 0.0
    sheet.tax_base += taxed - sheet.outflow * x.value(Value.TAX_DEDUCT)
    sheet.income = income
    sheet.operating += income - sheet.outflow
    sheet.burn = smooth(sheet.burn, sheet.outflow - income, _BURN_WEIGHT)
    inflow = 0.0
    for currency in range(int(x.packing.head[Head.CURRENCIES])):
        inflow += (x.plan(Day.INFLOW, currency) - x.plan(Day.WORKED, currency)) * x.value(
            Value.FX0, currency
        )
    if x.first_year:
        sheet.in12 += income + inflow
        sheet.out12 += sheet.outflow


def _power_price(x: Today, contract: float, market: float, currency: int, region: int) -> float:
    """Contract price, plus the price of the region where the contract follows it. [F/kWh]"""
    return contract * x.rate(currency) + market * x.sheet.power[max(region, 0)]


def _use_power(x: Today, line: int, cost: float, name: str) -> None:
    x.accounts.lines[line].accrued += cost
    x.sheet.outflow += cost
    x.book("bills", line, 0, cost, "power used", name, cost)
    x.book("expense", 0, 0, cost, "power used", name, cost)


def _run_fleet(x: Today, place: int, fleet: Fleet) -> None:
    sheet = x.sheet
    sheet.supply = _power_price(x, x.part(Head.S_FLEET_PRICE, place),
                                x.part(Head.S_FLEET_MARKET, place), fleet.currency, fleet.region)
    running = x.part(Head.S_AVAIL, place) * (1.0 if fleet.pledged else sheet.machines)
    if fleet.solo:
        expected = running * sheet.reward / sheet.block
        coins = blocks_found(x.luck(place, x.day), expected) * sheet.block * (1.0 - fleet.pool_fee)
        cost = running * fleet.kwh * sheet.supply
    else:
        coins, cost = mine(running, sheet.price, sheet.reward, fleet.pool_fee, fleet.kwh,
                           sheet.supply, fleet.take_or_pay)
    sheet.coins += coins
    sheet.credited += coins
    _use_power(x, fleet.line, cost, fleet.name)
    x.book_coins("coins", 0, coins, "mined", fleet.name)
    x.book_coins("income", 0, coins, "mined", fleet.name)


def _serve_client(x: Today, place: int, client: Client) -> None:
    sheet = x.sheet
    sheet.supply = _power_price(x, x.part(Head.S_HOST_PRICE, place),
                                x.part(Head.S_HOST_MARKET, place), client.currency, client.region)
    sheet.tariff = _power_price(x, x.part(Head.S_HOST_TARIFF, place), 0.0,
                                client.tariff_currency, client.region)
    _stay_or_leave(x, client)
    energy = x.part(Head.S_HOST_KWH, place) * client.present
    bill = energy * sheet.tariff
    cost = energy * sheet.supply * (0.0 if client.pays_power else 1.0)
    client.accrued += bill
    sheet.tax_base += bill
    sheet.income += bill * (1.0 - client.bad_debt)
    _use_power(x, client.line, cost, client.name)
    x.book("clients' bills", place, 0, bill, "hosting", client.name, bill)
    x.book("income", 0, 0, bill, "hosting", client.name, bill)
    _collect(x, place, client)


def _stay_or_leave(x: Today, client: Client) -> None:
    """Clients leave when their own margin has been negative for long, and come back later."""
    sheet = x.sheet
    paid = sheet.tariff + sheet.supply if client.pays_power else sheet.tariff
    margin = client_margin(sheet.price, sheet.reward, client.pool_fee, client.kwh, paid)
    client.negative_days = run_length(client.negative_days, 1.0 if margin < 0.0 else 0.0)
    client.positive_days = run_length(client.positive_days, 1.0 if margin >= 0.0 else 0.0)
    if x.switch(Head.STAY):
        return  # the days are counted, and nobody moves
    client.present = client_share(
        client.present, client.negative_days, client.positive_days, client.leave_after,
        client.leave, client.return_after, client.back, client.most,
    )


def _collect(x: Today, place: int, client: Client) -> None:
    """A month's service is billed when the month ends, and paid some days later."""
    sheet = x.sheet
    if x.month_end:
        client.billed, client.accrued = client.billed + client.accrued, 0.0
    if x.part(Head.S_HOST_COLLECT, place) > 0.0:
        money = client.billed * (1.0 - client.bad_debt)
        off = pay(sheet.setoff, money)  # service that was prepaid
        lost = client.billed - money
        client.billed = 0.0
        sheet.setoff -= off
        sheet.receipts += money - off
        x.book("clients' bills", place, 0, off - money, "collected", client.name, off - money)
        x.book("cash", 0, 0, money - off, "collected", client.name, money - off)
        x.book("clients' bills", place, 0, -off, "set off", client.name, -off)
        x.book("prepaid", 0, 0, -off, "set off", client.name, -off)
        x.book("clients' bills", place, 0, -lost, "written off", client.name, -lost)
        x.book("expense", 0, 0, lost, "written off", client.name, lost)
    sheet.receivable += (client.billed + client.accrued) * (1.0 - client.bad_debt)


def fall_due(x: Today) -> None:
    """Tax of a period that ends, loans and credit lines, bills and fixed amounts."""
    _assess_tax(x)
    for place, loan in enumerate(x.accounts.loans):
        if x.day <= loan.last_day:
            _run_loan(x, place, loan)
    for place, source in enumerate(x.accounts.sources):
        if source.kind == TapKind.CREDIT_LINE:
            _charge(x, source.interest, source.owed, source.rate, source.name)
            if x.part(Head.S_CALL, place) > 0.0:
                x.accounts.lines[source.principal].billed += source.owed
                x.book("credit line", place, source.currency, -source.owed, "called", source.name)
                x.book("bills", source.principal, source.currency, source.owed, "called",
                       source.name)
                source.owed = source.stock = 0.0
    for place, line in enumerate(x.accounts.lines):
        _bill(x, place, line)
    for line in x.accounts.lines:
        x.sheet.unpaid += line.unpaid * x.rate(line.currency)


def _assess_tax(x: Today) -> None:
    place, sheet = int(x.packing.head[Head.TAX_LINE]), x.sheet
    if x.plan(Day.TAX_SET) > 0.0 and place >= 0:
        profit, sheet.tax_loss = tax_base(sheet.tax_base, sheet.tax_loss,
                                          x.value(Value.TAX_CARRY))
        tax = tax_assessed(profit, x.value(Value.TAX_RATE))
        sheet.tax_base = 0.0
        x.accounts.lines[place].billed += tax
        sheet.out12 += tax if x.first_year else 0.0
        x.book("bills", place, 0, tax, "tax assessed", "tax", tax)
        x.book("expense", 0, 0, tax, "tax assessed", "tax", tax)


def _charge(x: Today, line: int, owed: float, per_day: float, name: str) -> None:
    """A day's interest goes on the month's bill."""
    charge, currency = owed * per_day, x.accounts.lines[line].currency
    x.accounts.lines[line].accrued += charge
    x.sheet.out12 += charge * x.rate(currency) if x.first_year else 0.0
    x.book("bills", line, currency, charge, "interest", name)
    x.book("expense", 0, currency, charge, "interest", name)


def _run_loan(x: Today, place: int, loan: CoinLoan) -> None:
    """Interest; a margin call, or the end of the loan."""
    lines = x.accounts.lines
    _charge(x, loan.interest, loan.principal, loan.rate, loan.name)
    if x.day == loan.last_day:
        _sell_collateral(x, place, loan, 0.0)
        lines[loan.principal_line].billed += loan.principal
        x.sheet.coins += loan.collateral
        x.book("loan", place, loan.currency, -loan.principal, "matured", loan.name)
        x.book("bills", loan.principal_line, loan.currency, loan.principal, "matured", loan.name)
        x.book_coins("pledged", place, -loan.collateral, "given back", loan.name)
        x.book_coins("coins", 0, loan.collateral, "given back", loan.name)
        x.book("margin asked", loan.margin, loan.currency, -lines[loan.margin].unpaid,
               "margin withdrawn", loan.name)
        loan.principal = loan.collateral = loan.asked = 0.0
        lines[loan.margin].unpaid = lines[loan.margin].recent = 0.0
    elif not x.switch(Head.NO_CALL):
        _call_margin(x, place, loan)
        _sell_collateral(x, place, loan, loan.liquidation_ltv)


def _call_margin(x: Today, place: int, loan: CoinLoan) -> None:
    """Back to the target ratio: free coins go in first, the rest is asked for in money."""
    sheet, line, rate = x.sheet, x.accounts.lines[loan.margin], x.rate(loan.currency)
    want = margin_call(loan.principal * rate, loan.collateral * sheet.price, loan.call_ltv,
                       loan.target_ltv)
    coins = pay(want / (sheet.price * loan.target_ltv), sheet.coins)
    money = want - coins * sheet.price * loan.target_ltv
    asked = (money if money > 0.0 else 0.0) / rate
    run = loan.days if line.unpaid > 0.0 else 0.0
    loan.days = run_length(run, 1.0 if asked > 0.0 else 0.0)
    more = (asked - line.unpaid) * rate
    sheet.due[_MARGIN] += more if more > 0.0 else 0.0
    sheet.coins -= coins
    loan.collateral += coins
    x.book_coins("coins", 0, -coins, "pledged", loan.name)
    x.book_coins("pledged", place, coins, "pledged", loan.name)
    x.book("margin asked", loan.margin, loan.currency, asked - line.unpaid, "margin asked",
           loan.name)
    loan.asked = line.unpaid = asked
    line.recent = asked if loan.days <= loan.cure_days else 0.0


def _sell_collateral(x: Today, place: int, loan: CoinLoan, level: float) -> None:
    """Above a level the lender sells what it needs, gives back the rest and asks no margin."""
    sheet, line, rate = x.sheet, x.accounts.lines[loan.margin], x.rate(loan.currency)
    owed = loan.principal * rate
    if not (owed > level * loan.collateral * sheet.price and loan.collateral > 0.0):
        return
    sold, paid = liquidated(owed, loan.collateral, sheet.price * (1.0 - loan.sale_cost))
    repaid = loan.principal if paid >= owed else paid / rate
    back = loan.collateral - sold
    sheet.coins += back
    sheet.tax_base += paid if x.at_sale() else 0.0
    x.book_coins("pledged", place, -sold, "sold by the lender", loan.name)
    x.book("loan", place, loan.currency, -repaid, "sold by the lender", loan.name, -paid)
    cost = sold * sheet.price - paid
    x.book("expense", 0, 0, cost, "sold by the lender", loan.name, cost)
    x.book_coins("pledged", place, -back, "given back", loan.name)
    x.book_coins("coins", 0, back, "given back", loan.name)
    x.book("margin asked", loan.margin, loan.currency, -line.unpaid, "margin withdrawn", loan.name)
    loan.principal = 0.0 if paid >= owed else loan.principal - paid / rate
    loan.collateral = loan.asked = line.unpaid = 0.0


def _bill(x: Today, place: int, line: PaymentLine) -> None:
    """What falls due on a line today; a month that ends is billed."""
    sheet, rate = x.sheet, x.rate(line.currency)
    fixed = x.part(Head.S_DUE, place)
    falls, grace_ends = x.part(Head.S_BILL_DUE, place) > 0.0, x.part(Head.S_MATURE, place) > 0.0
    bill = line.billed if falls else 0.0
    line.unpaid += fixed + bill
    line.recent = 0.0 if grace_ends else line.recent + bill
    if falls:
        line.billed = 0.0
    if x.month_end:
        line.billed, line.accrued = line.billed + line.accrued, 0.0
    if fixed + bill == 0.0:
        return
    money = (fixed + bill) * rate
    sheet.due[line.kind] += money
    sheet.service += money if line.kind in (_INTEREST, _PRINCIPAL) else 0.0
    sheet.operating -= money if line.kind in _RUNNING else 0.0
    if line.kind in (*_RUNNING, _INTEREST):
        sheet.tax_base -= money * x.value(Value.TAX_DEDUCT)
    if x.first_year:
        sheet.out12 += (fixed + (bill if line.kind == _PRINCIPAL else 0.0)) * rate
    x.book("unpaid", place, line.currency, fixed, "came due", line.name)
    x.book("came due", place, line.currency, fixed, "came due", line.name)
    x.book("bills", place, line.currency, -bill, "bill due", line.name)
    x.book("unpaid", place, line.currency, bill, "bill due", line.name)
