"""From a drawn book to the flat arrays that the ledger kernel reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hashfall.book.figure import number
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats, calendar
from hashfall.engine.layout import WorldRow
from hashfall.engine.lines import Lines, PayLine, build_lines
from hashfall.engine.pack_money import Money, pack_money
from hashfall.engine.pack_operations import Operations, pack_operations
from hashfall.model.columns import (
    CLOCKS_NEVER,
    Day,
    Freeze,
    Head,
    Host,
    Line,
    Loan,
    Row,
    Tap,
    Value,
)

__all__ = ["Frame", "Options", "Packed", "currencies_of", "pack"]


@dataclass(frozen=True)
class Frame:
    """What a book is packed against: the world's rows and the market at `as_of`.

    Parameters
    ----------
    days : int
        Length of the run. [days]
    regions, currencies : tuple of str
        Regions and currencies of the world, in the order of its rows.
    price_usd : float
        Coin price at `as_of`. [USD/BTC]
    hashprice_usd_ph_day : float
        Hashprice at `as_of`. [USD/PH/day]
    power_usd_per_kwh : dict
        Mean power price by region. [USD/kWh]
    fx : dict
        Units per USD at `as_of` by currency.
    decay_per_year : float
        Fall of machine prices at constant hashprice. [1/year]
    """

    days: int
    regions: tuple[str, ...]
    currencies: tuple[str, ...]
    price_usd: float
    hashprice_usd_ph_day: float
    power_usd_per_kwh: dict[str, float]
    fx: dict[str, float]
    decay_per_year: float = 0.3

    def units_per_usd(self, currency: str) -> float:
        """Exchange rate at `as_of`."""
        return 1.0 if currency == "USD" else self.fx[currency]


@dataclass(frozen=True)
class Options:
    """A variant of a book: causes removed, sources off, levels held constant."""

    remove: frozenset[str] = frozenset()
    sources: str = "all"  # all, coins (routes only) or none
    power_usd_per_kwh: float | None = None
    hashprice_usd_ph_day: float | None = None
    haircut: float | None = None


@dataclass
class Packed:
    """A book as flat arrays; `schedule` counts days from `as_of`."""

    head: NDArray[np.int64]
    ints: NDArray[np.int64]
    values: Floats
    schedule: Floats
    state: Floats  # one number a row
    lines: list[PayLine] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    calendar: Calendar | None = None

    def live(self) -> NDArray[np.int64]:
        """Fresh activity counts: lines that owe, then slots of money under way."""
        slots = len(self.state) - int(self.head[Head.R_RING])
        owes = [int(line.unpaid0 > 0.0) for line in self.lines]
        return np.array(owes + [0] * slots, np.int64)

    def with_flags(self, **flags: int) -> Packed:
        """Copy with switches of the header set."""
        head = self.head.copy()
        for name, value in flags.items():
            head[Head[name]] = value
        return replace(self, head=head)


class Columns:
    """Schedule columns under construction."""

    def __init__(self, days: int) -> None:
        self.days = days
        self.columns: list[Floats] = [np.zeros(days + 1) for _ in range(Day.COUNT)]

    def add(self, rows: list[Floats]) -> int:
        """Append columns and return the place of the first."""
        at = len(self.columns)
        self.columns.extend(rows)
        return at

    def array(self) -> Floats:
        """Schedule of shape (days + 1, columns)."""
        return np.ascontiguousarray(np.stack(self.columns, axis=1))


def _bill_flags(line: PayLine, cal: Calendar) -> tuple[Floats, Floats]:
    """Days on which the bill of a line falls due and on which its grace ends."""
    due, mature = np.zeros(cal.days + 1), np.zeros(cal.days + 1)
    if line.bill_days is None:
        return due, mature
    ends = np.flatnonzero(cal.quarter) if line.quarterly else cal.month_ends()
    for end in [0, *ends.tolist()]:
        when = end + line.bill_days if end or line.billed0 or line.bill_days else -1
        when = max(when, 1) if end == 0 else when
        if 0 < when <= cal.days:
            due[when] = 1.0
        if 0 < when + line.grace <= cal.days:
            mature[when + line.grace] = 1.0
    return due, mature


def _recent(due: Floats, grace: int) -> Floats:
    """Fixed amounts that fell due within the last `grace` days."""
    total = np.cumsum(due)
    if grace <= 0:
        return np.zeros_like(total)
    shifted = np.concatenate([np.zeros(grace), total[:-grace]])[: len(total)]
    return np.asarray(total - shifted)


def _ahead(amounts: Floats, days: int) -> Floats:
    """Sum of the amounts of the next `days` days."""
    total = np.concatenate([np.cumsum(amounts), np.full(days, amounts.sum())])
    return np.asarray(total[days : days + len(amounts)] - total[: len(amounts)])


def _days(book: Book, cal: Calendar, frame: Frame, cols: Columns, lines: Lines,
          ordered: list[PayLine], fx0: dict[str, float], money: Money) -> None:
    """Fill the first columns of the schedule."""
    day_cols = cols.columns
    day_cols[Day.MONTH][:] = cal.month
    day_cols[Day.WEEK][7::7] = 1.0
    day_cols[Day.QUARTER][:] = cal.quarter
    ends = cal.quarter if book.tax.period == "quarter" else cal.month > 0
    day_cols[Day.TAX_SET][:] = ends
    due = np.zeros(cal.days + 1)
    for line in ordered:
        if not line.standing:
            due += line.due * fx0[line.currency]
    due += money.matures
    day_cols[Day.AHEAD][:] = _ahead(due, book.treasury.look_ahead_days)
    day_cols[Day.AHEAD90][:] = _ahead(due, 90)
    day_cols[Day.SECURED90][:] = _ahead(lines.secured, 90)
    rate = frame.decay_per_year / 365.0
    day_cols[Day.DECAY][:] = np.exp(-rate * np.arange(cal.days + 1))
    day_cols[Day.DECAY90][:] = np.exp(-rate * 90.0)
    day_cols[Day.ROUTE_CAP][:] = money.route_cap
    for i, currency in enumerate(fx0):
        day_cols[Day.LIABILITY + i][:] = lines.outstanding.get(currency, 0.0)
        day_cols[Day.INFLOW + i][:] = money.inflow.get(currency, 0.0)


def currencies_of(book: Book) -> list[str]:
    """Currencies of a book: its own first, USD always there."""
    found = [book.currency, "USD"]
    for group in (book.accounts, book.debts, book.claims, book.costs, book.coin_loans,
                  book.receivables, book.prepayments, book.hosting, book.routes,
                  book.funding.lines):
        found += [row.currency for row in group.values()]
    found += [site.power.currency for site in book.sites.values()]
    found += [fleet.hosted_currency for fleet in book.fleet.values() if fleet.hosted_per_kwh]
    found += [event.currency for event in book.events.values() if event.currency]
    if book.funding.power_resale:
        found.append(book.funding.power_resale.currency)
    return list(dict.fromkeys(found))


def _bills(book: Book, lines: Lines, ops: Operations, removed: frozenset[str]) -> None:
    """Tax, margin, interest and principal lines that take amounts from the path."""
    tax, own = book.tax, book.currency
    if number(tax.profit_rate) > 0.0 and "tax" not in removed:
        lines.line("tax", own, number(tax.grace_days), bill_days=number(tax.due_days),
                   quarterly=tax.period == "quarter", apart="profit")
    if book.coin_loans or book.funding.lines:
        lines.line("margin", own, 0, bill_days=0, apart="margin")
        lines.line("interest", own, 10, bill_days=1, apart="loans")
        lines.line("principal", own, 27, bill_days=0, apart="loans")
    for line, billed, accrued in ops.opening:
        line.billed0 += billed
        line.accrued0 += accrued


def _head_lines(head: NDArray[np.int64], ordered: list[PayLine]) -> None:
    for key, kind, apart in ((Head.TAX_LINE, "tax", True), (Head.INTEREST_LINE, "interest", True),
                             (Head.PRINCIPAL_LINE, "principal", True),
                             (Head.MARGIN_LINE, "margin", True)):
        found = [i for i, x in enumerate(ordered) if x.kind == kind and x.bill_days is not None]
        head[key] = found[0] if found and apart else -1


def pack(book: Book, frame: Frame, options: Options = Options()) -> Packed:
    """Flat arrays of a drawn book, ready for the ledger kernel.

    Parameters
    ----------
    book : Book
        Book whose figures are plain numbers (`hashfall.book.draws`).
    frame : Frame
        World rows and market at `as_of`.
    options : Options
        Variant to pack.
    """
    removed = options.remove
    cal = calendar(book.as_of, frame.days)
    names = currencies_of(book)
    own = _units(book, frame, book.currency)
    fx0 = {name: own / _units(book, frame, name) for name in names}
    lines = build_lines(book, cal, removed)
    ops = pack_operations(book, cal, frame, options, lines, fx0)
    _bills(book, lines, ops, removed)
    ordered = lines.ordered()
    money = pack_money(book, cal, frame, options, ops, fx0)
    cols = Columns(cal.days)
    _days(book, cal, frame, cols, lines, ordered, fx0, money)
    head = np.zeros(Head.COUNT, np.int64)
    index = {id(line): i for i, line in enumerate(ordered)}
    place = {name: i for i, name in enumerate(names)}
    ints: list[int] = []
    numbers: list[float] = [0.0] * Value.COUNT
    for at, rows in ((Head.I_FLEET, ops.fleet_ints(index, place)),
                     (Head.I_HOST, ops.host_ints(index, place)),
                     (Head.I_LINE, [v for x in ordered for v in
                                    (x.code, place[x.currency], int(x.standing))]),
                     (Head.I_TAP, money.tap_ints(place)), (Head.I_FREEZE, money.freeze_ints),
                     (Head.I_LOAN, money.loan_ints(place)), (Head.I_COVENANT, money.covenant_ints)):
        head[at] = len(ints)
        ints += rows
    for at, values in ((Head.F_FLEET, ops.fleet_floats), (Head.F_HOST, ops.host_floats),
                       (Head.F_TAP, money.tap_floats), (Head.F_FREEZE, money.freeze_floats),
                       (Head.F_LOAN, money.loan_floats),
                       (Head.F_COVENANT, money.covenant_floats)):
        head[at] = len(numbers)
        numbers += values
    flags = [_bill_flags(line, cal) for line in ordered]
    for i, line in enumerate(ordered):
        if line.kind == "margin":
            flags[i] = (np.zeros(cal.days + 1), np.ones(cal.days + 1))
        elif line.kind == "principal" and line.bill_days is not None:
            flags[i] = (np.zeros(cal.days + 1), _ends(money.matures > 0.0, line.grace))
    for at, arrays in (
        (Head.S_AVAIL, ops.ph), (Head.S_FLEET_PRICE, ops.fleet_price),
        (Head.S_FLEET_MARKET, ops.fleet_market), (Head.S_HOST_KWH, ops.host_kwh),
        (Head.S_HOST_TARIFF, ops.host_tariff), (Head.S_HOST_PRICE, ops.host_price),
        (Head.S_HOST_MARKET, ops.host_market), (Head.S_HOST_COLLECT, ops.host_collect),
        (Head.S_DUE, [x.due for x in ordered]),
        (Head.S_RECENT, [_recent(x.due, x.grace) for x in ordered]),
        (Head.S_BILL_DUE, [x[0] for x in flags]), (Head.S_MATURE, [x[1] for x in flags]),
        (Head.S_CAP, money.caps), (Head.S_CALL, money.calls), (Head.S_HOLD, money.hold),
        (Head.S_SEIZE, money.seize), (Head.S_RELEASE, money.release),
    ):
        head[at] = cols.add(arrays)
    _counts(head, book, ops, money, ordered, names, frame)
    _switches(head, removed, options, book, ops)
    _head_lines(head, ordered)
    floats = _values(np.array(numbers), book, frame, options, ops, money, lines, fx0)
    state = _state(head, book, ops, money, ordered)
    return Packed(head, np.array(ints or [0], np.int64), floats, cols.array(), state, ordered,
                  money.tap_names, cal)


def _units(book: Book, frame: Frame, currency: str) -> float:
    """Units per USD at `as_of` in this draw of the book."""
    if currency in book.market.fx:
        return number(book.market.fx[currency])
    return frame.units_per_usd(currency)


def _ends(starts: NDArray[np.bool_], grace: int) -> Floats:
    out = np.zeros(len(starts))
    for when in np.flatnonzero(starts):
        if when + grace < len(out):
            out[when + grace] = 1.0
    return out


def _counts(head: NDArray[np.int64], book: Book, ops: Operations, money: Money,
            ordered: list[PayLine], names: list[str], frame: Frame) -> None:
    for key, count in ((Head.FLEETS, len(ops.ph)), (Head.HOSTS, len(ops.host_kwh)),
                       (Head.LINES, len(ordered)), (Head.TAPS, len(money.caps)),
                       (Head.FREEZES, len(money.hold)), (Head.LOANS, len(money.loans)),
                       (Head.COVENANTS, len(money.covenant_floats)),
                       (Head.CURRENCIES, len(names)), (Head.REGIONS, len(frame.regions)),
                       (Head.USD, names.index("USD"))):
        head[key] = count
    for i, name in enumerate(names):
        head[Head.I_FX + i] = (
            -1 if name == "USD" else int(WorldRow.FX) + frame.currencies.index(name)
        )
    row = int(Row.COUNT)
    for key, count, size in ((Head.R_HOST, head[Head.HOSTS], Host.COUNT),
                             (Head.R_LINE, head[Head.LINES], Line.COUNT),
                             (Head.R_TAP, head[Head.TAPS], Tap.COUNT),
                             (Head.R_FREEZE, head[Head.FREEZES], Freeze.COUNT),
                             (Head.R_LOAN, head[Head.LOANS], Loan.COUNT)):
        head[key] = row
        row += int(count) * int(size)
    head[Head.R_RING] = row


def _switches(head: NDArray[np.int64], removed: frozenset[str], options: Options, book: Book,
              ops: Operations) -> None:
    head[Head.AT_CREDITING] = int(book.tax.at_crediting)
    head[Head.CONST_PRICE] = int("price" in removed)
    head[Head.CONST_HASHPRICE] = int(
        "hashprice" in removed or options.hashprice_usd_ph_day is not None
    )
    head[Head.CONST_POWER] = int("power" in removed)
    head[Head.CONST_FX] = int("fx" in removed)
    head[Head.STAY] = int("customer_loss" in removed)
    head[Head.NO_CALL] = int("margin_call" in removed)
    head[Head.SECURED] = int(any(d.secured_on == "machines" for d in book.debts.values()))
    head[Head.SOLO] = int(ops.solo)


def _values(v: Floats, book: Book, frame: Frame, options: Options, ops: Operations, money: Money,
            lines: Lines, fx0: dict[str, float]) -> Floats:
    level = options.hashprice_usd_ph_day
    v[Value.SELL_SHARE] = number(book.treasury.sell_share) if options.sources != "none" else 0.0
    v[Value.PRICE0] = frame.price_usd
    v[Value.HASHPRICE0] = frame.hashprice_usd_ph_day if level is None else level
    v[Value.TAX_RATE] = number(book.tax.profit_rate)
    v[Value.TAX_DEDUCT] = number(book.tax.deductible)
    v[Value.TAX_CARRY] = number(book.tax.loss_carry_share)
    v[Value.BEST_NET] = money.best_net
    v[Value.FLEET_USD], v[Value.PLEDGED_USD] = ops.own_usd, ops.pledged_usd
    v[Value.SITES_USD] = sum(number(site.salvage_usd) for site in book.sites.values())
    v[Value.SECURED] = lines.secured_total
    v[Value.TOLERANCE] = 0.01
    v[Value.FIRE_COST] = 0.15
    v[Value.LOOK_AHEAD] = book.treasury.look_ahead_days
    v[Value.EQUITY_BETA] = number(book.funding.equity.price_beta) if book.funding.equity else 1.0
    home = frame.units_per_usd(book.currency)
    for i, (name, rate) in enumerate(fx0.items()):
        v[Value.FX0 + i] = rate
        v[Value.FX_SCALE + i] = rate * frame.units_per_usd(name) / home
    for i, region in enumerate(frame.regions):
        v[Value.POWER0 + i] = frame.power_usd_per_kwh[region]
    return v


def _state(head: NDArray[np.int64], book: Book, ops: Operations, money: Money,
           ordered: list[PayLine]) -> Floats:
    rows = int(head[Head.R_RING]) + 1 + money.ring_rows
    state = np.zeros(rows)
    state[Row.CASH] = money.cash
    state[Row.COINS] = number(book.coins.free_btc)
    state[Row.MACHINES] = 1.0
    state[Row.TAX_LOSS] = number(book.tax.losses_brought)
    state[Row.LAST_TAP] = state[Row.LINE] = -1.0
    state[Row.BURN] = ops.burn0
    for row in (Row.D1, Row.D3, Row.D4, Row.FIRST_SHORT):
        state[row] = CLOCKS_NEVER
    _components(state, head, ops, money, ordered)
    return state


def _components(state: Floats, head: NDArray[np.int64], ops: Operations, money: Money,
                ordered: list[PayLine]) -> None:
    for i, (present, billed, accrued) in enumerate(ops.host_opening):
        at = int(head[Head.R_HOST]) + i * int(Host.COUNT)
        state[at + Host.PRESENT] = present
        state[at + Host.BILLED], state[at + Host.ACCRUED] = billed, accrued
    for i, line in enumerate(ordered):
        at = int(head[Head.R_LINE]) + i * int(Line.COUNT)
        state[at + Line.UNPAID] = line.unpaid0
        state[at + Line.BILLED], state[at + Line.ACCRUED] = line.billed0, line.accrued0
    for i, (stock, drawn) in enumerate(money.tap_opening):
        at = int(head[Head.R_TAP]) + i * int(Tap.COUNT)
        state[at + Tap.STOCK], state[at + Tap.DRAWN] = stock, drawn
    for i, (held, allowed) in enumerate(money.freeze_opening):
        at = int(head[Head.R_FREEZE]) + i * int(Freeze.COUNT)
        state[at + Freeze.HELD], state[at + Freeze.ALLOWED] = held, allowed
    for i, loan in enumerate(money.loans):
        at = int(head[Head.R_LOAN]) + i * int(Loan.COUNT)
        state[at + Loan.PRINCIPAL] = number(loan.principal)
        state[at + Loan.COLLATERAL] = number(loan.collateral_btc)

