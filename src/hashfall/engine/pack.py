"""From a drawn book to the flat arrays that the ledger kernel reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hashfall.book.figure import number
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats, calendar
from hashfall.engine.layout import LANES
from hashfall.engine.lines import Lines, PayLine, build_lines
from hashfall.engine.pack_money import Money, pack_money
from hashfall.engine.pack_operations import Operations, pack_operations
from hashfall.engine.pack_routes import NO_LIMIT
from hashfall.engine.pack_schedule import FAR, Schedule, bill_flags, still_recent
from hashfall.errors import InputError
from hashfall.model.columns import (
    CLOCKS_NEVER,
    MAX_CURRENCIES,
    MAX_TAPS,
    Freeze,
    Gate,
    Head,
    Host,
    Line,
    Loan,
    Pool,
    Row,
    Tap,
    TapKind,
    Value,
)
from hashfall.model.layout import WorldRow

__all__ = ["Frame", "Names", "Options", "Packed", "currencies_of", "pack"]

TOLERANCE = 0.01
"""Less than this is not unpaid. [currency]"""
FIRE_COST = 0.15
"""Share of the resale value that a lender loses on machines it takes: an assumption."""


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


@dataclass(frozen=True)
class Names:
    """Entries of the book by their place in the packed arrays."""

    fleets: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    freezes: list[str] = field(default_factory=list)
    loans: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)


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
    names: Names = field(default_factory=Names)

    def live(self) -> NDArray[np.int64]:
        """Fresh activity counts: lines that owe, slots of money under way, days of changes."""
        owes = [int(line.unpaid0 > 0.0) for line in self.lines]
        # By the header, as the kernel counts: a schedule may be cut short.
        days, gates = int(self.head[Head.LAST_DAY]) + 1, int(self.head[Head.GATES])
        changes = days + gates * LANES if self.head[Head.HAZARDS] > 0 else 0
        return np.array(owes + [0] * (_slots(self.head, self.state) + changes), np.int64)

    def with_flags(self, **flags: int) -> Packed:
        """Copy with switches of the header set."""
        head = self.head.copy()
        for name, value in flags.items():
            head[Head[name]] = value
        return replace(self, head=head)


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
    found += [rail.currency for rail in book.rails.values() if rail.currency]
    if book.funding.power_resale:
        found.append(book.funding.power_resale.currency)
    return list(dict.fromkeys(found))


def _tax_line(book: Book, lines: Lines, removed: frozenset[str]) -> PayLine | None:
    """Line that takes the profit tax of each period."""
    tax = book.tax
    if number(tax.profit_rate) <= 0.0 or "tax" in removed:
        return None
    return lines.line("tax", book.currency, number(tax.grace_days), bill_days=number(tax.due_days),
                      quarterly=tax.period == "quarter", apart="profit", name="tax")


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

    Raises
    ------
    InputError
        If the book has more currencies than a ledger holds.
    """
    removed = options.remove
    cal = calendar(book.as_of, frame.days)
    names = currencies_of(book)
    if len(names) > MAX_CURRENCIES:
        raise InputError(book.id, "", f"at most {MAX_CURRENCIES} currencies", ", ".join(names))
    own = _units(book, frame, book.currency)
    fx0 = {name: own / _units(book, frame, name) for name in names}
    # What is seen on the last days of a run reaches beyond it.
    lines = build_lines(book, calendar(book.as_of, frame.days + FAR), removed, fx0)
    ops = pack_operations(book, cal, frame, options, lines, fx0)
    tax = _tax_line(book, lines, removed)
    money = pack_money(book, cal, frame, options, ops, lines)
    if len(money.caps) > MAX_TAPS:
        raise InputError(book.id, "", f"at most {MAX_TAPS} sources of money, ways of routes "
                         "included", str(len(money.caps)))
    for line, billed, accrued in ops.opening:
        line.billed0 += billed
        line.accrued0 += accrued
    ordered = lines.ordered()
    index = {id(line): i for i, line in enumerate(ordered)}
    head = np.zeros(Head.COUNT, np.int64)
    head[Head.TAX_LINE] = -1 if tax is None else index[id(tax)]
    ints, floats = _components(head, ops, money, ordered, index, names)
    schedule = Schedule(cal.days)
    schedule.fill(book, cal, frame, lines, money)
    _columns(head, schedule, ops, money, ordered, cal, book.treasury.look_ahead_days)
    _counts(head, ops, money, ordered, names, frame)
    _switches(head, removed, options, book, ops)
    values = _values(np.array(floats), book, frame, options, ops, money, fx0)
    state = _state(head, book, ops, money, ordered)
    head[Head.CHANGES], head[Head.LAST_DAY] = len(ordered) + _slots(head, state), cal.days
    return Packed(head, np.array(ints or [0], np.int64), values, schedule.array(), state, ordered,
                  money.tap_names, cal,
                  Names(ops.fleet_names, ops.host_names, money.freeze_names, money.loan_names,
                        names))


def _slots(head: NDArray[np.int64], state: Floats) -> int:
    """Rows of money under way, those of what pays at once included."""
    return len(state) - int(head[Head.R_RING])


def _components(head: NDArray[np.int64], ops: Operations, money: Money, ordered: list[PayLine],
                index: dict[int, int], names: list[str]) -> tuple[list[int], list[float]]:
    """Whole numbers and floats of all components; their places go into the header."""
    place = {name: i for i, name in enumerate(names)}
    ints: list[int] = []
    floats: list[float] = [0.0] * Value.COUNT
    for at, rows in (
        (Head.I_FLEET, ops.fleet_ints(index, place)), (Head.I_HOST, ops.host_ints(index, place)),
        (Head.I_LINE, [v for x in ordered for v in
                       (x.code, place[x.currency], int(x.standing), int(x.takes_bills))]),
        (Head.I_TAP, money.tap_ints(index, place)), (Head.I_FREEZE, money.freeze_ints),
        (Head.I_LOAN, money.loan_ints(index, place)), (Head.I_COVENANT, money.covenant_ints),
        (Head.I_GATE, money.graph.gate_ints(place)), (Head.I_WAY, money.graph.way_ints),
        (Head.I_POOLED, money.graph.pooled),
    ):
        head[at] = len(ints)
        ints += rows
    for at, values in (
        (Head.F_FLEET, ops.fleet_floats), (Head.F_HOST, ops.host_floats),
        (Head.F_TAP, money.tap_floats), (Head.F_FREEZE, money.freeze_floats),
        (Head.F_LOAN, money.loan_floats), (Head.F_COVENANT, money.covenant_floats),
        (Head.F_GATE, money.graph.gate_floats), (Head.F_WAY, money.graph.way_floats),
    ):
        head[at] = len(floats)
        floats += values
    return ints, floats


def _columns(head: NDArray[np.int64], schedule: Schedule, ops: Operations, money: Money,
             ordered: list[PayLine], cal: Calendar, look_ahead: int) -> None:
    """Daily columns of all components; their places go into the header."""
    bills = [bill_flags(line, cal, look_ahead) for line in ordered]
    for at, arrays in (
        (Head.S_AVAIL, ops.ph), (Head.S_FLEET_PRICE, ops.fleet_price),
        (Head.S_FLEET_MARKET, ops.fleet_market), (Head.S_HOST_KWH, ops.host_kwh),
        (Head.S_HOST_TARIFF, ops.host_tariff), (Head.S_HOST_PRICE, ops.host_price),
        (Head.S_HOST_MARKET, ops.host_market), (Head.S_HOST_COLLECT, ops.host_collect),
        (Head.S_DUE, [x.due[: cal.days + 1] for x in ordered]),
        (Head.S_RECENT, [still_recent(x.due, x.grace)[: cal.days + 1] for x in ordered]),
        (Head.S_BILL_DUE, [x.due for x in bills]), (Head.S_MATURE, [x.mature for x in bills]),
        (Head.S_SOON, [x.soon for x in bills]), (Head.S_CAP, money.caps),
        (Head.S_CALL, money.calls), (Head.S_CALL_SOON, money.calls_soon),
        (Head.S_HOLD, money.hold), (Head.S_SEIZE, money.seize), (Head.S_RELEASE, money.release),
        (Head.S_GATE, money.graph.gate_caps), (Head.S_HOLD_IN, money.graph.hold_in),
    ):
        head[at] = schedule.add(arrays)


def _units(book: Book, frame: Frame, currency: str) -> float:
    """Units per USD at `as_of` in this draw of the book."""
    if currency in book.market.fx:
        return number(book.market.fx[currency])
    return frame.units_per_usd(currency)


def _counts(head: NDArray[np.int64], ops: Operations, money: Money, ordered: list[PayLine],
            names: list[str], frame: Frame) -> None:
    shifts = sum(row[0] == TapKind.SHIFT for row in money.tap_rows)
    hazards = sum(stream > 0 for _, stream, _ in money.graph.gates)
    for key, count in ((Head.SHIFTS, shifts), (Head.HAZARDS, hazards),
                       (Head.FLEETS, len(ops.ph)),
                       (Head.HOSTS, len(ops.host_kwh)),
                       (Head.LINES, len(ordered)), (Head.TAPS, len(money.caps)),
                       (Head.FREEZES, len(money.hold)), (Head.LOANS, len(money.loans)),
                       (Head.COVENANTS, len(money.covenant_floats)),
                       (Head.GATES, len(money.graph.gates)),
                       (Head.POOLS, len(money.graph.pools)),
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
                             (Head.R_LOAN, head[Head.LOANS], Loan.COUNT),
                             (Head.R_GATE, head[Head.GATES], Gate.COUNT),
                             (Head.R_POOL, head[Head.POOLS], Pool.COUNT)):
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
            fx0: dict[str, float]) -> Floats:
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
    v[Value.TOLERANCE] = TOLERANCE
    v[Value.FIRE_COST] = FIRE_COST
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
    _opening(state, head, ops, money, ordered)
    return state


def _opening(state: Floats, head: NDArray[np.int64], ops: Operations, money: Money,
             ordered: list[PayLine]) -> None:
    for i, (present, billed, accrued) in enumerate(ops.host_opening):
        at = int(head[Head.R_HOST]) + i * int(Host.COUNT)
        state[at + Host.PRESENT] = present
        state[at + Host.BILLED], state[at + Host.ACCRUED] = billed, accrued
    for i, line in enumerate(ordered):
        at = int(head[Head.R_LINE]) + i * int(Line.COUNT)
        state[at + Line.UNPAID] = line.unpaid0
        state[at + Line.BILLED], state[at + Line.ACCRUED] = line.billed0, line.accrued0
    for i, (stock, owed) in enumerate(money.tap_opening):
        at = int(head[Head.R_TAP]) + i * int(Tap.COUNT)
        state[at + Tap.STOCK], state[at + Tap.OWED] = stock, owed
    for i, (held, allowed) in enumerate(money.freeze_opening):
        at = int(head[Head.R_FREEZE]) + i * int(Freeze.COUNT)
        state[at + Freeze.HELD], state[at + Freeze.ALLOWED] = held, allowed
    for i, loan in enumerate(money.loans):
        at = int(head[Head.R_LOAN]) + i * int(Loan.COUNT)
        state[at + Loan.PRINCIPAL] = number(loan.principal)
        state[at + Loan.COLLATERAL] = number(loan.collateral_btc)
    for i in range(int(head[Head.GATES])):
        at = int(head[Head.R_GATE]) + i * int(Gate.COUNT)
        state[at + Gate.OPEN], state[at + Gate.NEXT] = 1.0, -1.0
        state[at + Gate.LEFT] = NO_LIMIT

