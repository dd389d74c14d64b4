"""Records of a company's accounts with names, read from the packed arrays of a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hashfall.model import columns as c
from hashfall.model.columns import CLASSES, Freeze, Head, Host, Line, Loan, Row, Tap, TapKind
from hashfall.model.reference.ledger_gates import Gate, Pool, read_gates

__all__ = [
    "Accounts", "Client", "CoinLoan", "Covenant", "Fleet", "FrozenAccount", "Labels", "Packing",
    "PaymentLine", "Sheet", "Source", "read_accounts",
]

Floats = Sequence[float]


@dataclass
class Fleet:
    """Machines of one kind."""

    name: str
    line: int  # that takes its power bill
    region: int
    currency: int  # of its power price
    pledged: bool
    solo: bool
    pool_fee: float
    kwh: float  # kWh/PH/day
    take_or_pay: float


@dataclass
class Client:
    """A tier of hosting clients."""

    name: str
    line: int
    region: int
    currency: int  # of the power price
    tariff_currency: int
    pays_power: bool
    kwh: float
    pool_fee: float
    leave_after: float
    leave: float
    return_after: float
    back: float
    most: float
    bad_debt: float
    present: float = 0.0
    negative_days: float = 0.0
    positive_days: float = 0.0
    accrued: float = 0.0
    billed: float = 0.0


@dataclass
class PaymentLine:
    """Obligations of one class with the same terms, in units of one currency."""

    name: str
    kind: int
    currency: int
    standing: bool
    takes_bills: bool
    unpaid: float = 0.0
    recent: float = 0.0  # part of the bills that is still within grace
    accrued: float = 0.0  # used, not yet billed
    billed: float = 0.0  # billed, not yet due


@dataclass
class Source:
    """A source of money: a route for coins, foreign cash, a credit line, shares, machines."""

    name: str
    kind: TapKind
    currency: int
    delay: int
    needs_covenants: bool
    principal: int  # line on which a credit line is paid back
    interest: int
    net: float
    rate: float  # interest a day
    stock: float = 0.0
    drawn: float = 0.0
    owed: float = 0.0
    under_way: list[float] = field(default_factory=list)  # by day of arrival, modulo the delay
    ring_of: int = -1  # source whose money under way it shares; its own place otherwise


@dataclass
class FrozenAccount:
    """Money that an order holds."""

    name: str
    allows: frozenset[int]  # classes of obligations that it may pay
    up_to: float
    allowance: float
    held: float = 0.0
    allowed: float = 0.0
    pool: int = -1  # account that it hits, where routes name it


@dataclass
class CoinLoan:
    """A loan against coins."""

    name: str
    currency: int
    last_day: int
    margin: int
    principal_line: int
    interest: int
    call_ltv: float
    target_ltv: float
    liquidation_ltv: float
    rate: float
    sale_cost: float
    cure_days: float
    principal: float = 0.0
    collateral: float = 0.0
    asked: float = 0.0
    days: float = 0.0


@dataclass
class Covenant:
    """A test that lenders set."""

    kind: float
    test: int  # 0 daily, 1 at month ends, 2 at quarter ends
    level: float


@dataclass(frozen=True)
class Labels:
    """Names of the parts of a ledger; empty lists give them numbers."""

    fleets: Sequence[str] = ()
    clients: Sequence[str] = ()
    lines: Sequence[str] = ()
    sources: Sequence[str] = ()
    frozen: Sequence[str] = ()
    loans: Sequence[str] = ()
    currencies: Sequence[str] = ()

    def of(self, group: str, place: int) -> str:
        """Name of one part."""
        names: Sequence[str] = getattr(self, group)
        return names[place] if place < len(names) else f"{group} {place}"


@dataclass(frozen=True)
class Packing:
    """The arrays that a packer makes of a drawn book (`hashfall.model.columns`).

    Attributes
    ----------
    head, ints : sequence of int
        Header and whole numbers.
    values, state : sequence of float
        Floats, and one number a row at `as_of`.
    schedule : sequence of rows
        Columns by day, from day 0 on.
    """

    head: Sequence[int]
    ints: Sequence[int]
    values: Floats
    schedule: Sequence[Floats]
    state: Floats


@dataclass
class Sheet:
    """The company's own figures, in its functional currency F unless a comment says otherwise.

    Names and order are those of `hashfall.model.columns.Row`.
    """

    cash: float
    coins: float  # BTC, free
    to_sell: float  # BTC that the treasury policy wants sold
    pending: float  # money under way
    machines: float  # share of the own machines not sold
    tax_base: float
    tax_loss: float
    breach: float  # 1 after a covenant was broken
    sold_spot: float
    sold_net: float
    sold_btc: float
    d1: float
    d2_bits: float
    d3: float
    d4: float
    first_short: float
    last_tap: float
    line: float
    trapped: float
    burn: float
    operating: float
    service: float
    in12: float
    out12: float
    price: float  # F/BTC
    reward: float  # BTC/PH/day
    hashprice: float  # USD/PH/day
    receipts: float
    outflow: float
    credited: float  # BTC
    unpaid: float
    need: float
    held: float
    other: float
    receivable: float
    debt: float
    past: float
    past_line: float
    block: float  # BTC
    income: float
    tariff: float
    supply: float
    pledged: float  # BTC
    late: float
    setoff: float
    gross: float
    owed: float
    unsellable: float  # BTC that nobody took at D1 although they were to be sold
    due: list[float]  # by class
    rate: list[float]  # by currency, F per unit
    power: list[float]  # by region, F/kWh

    def rows(self) -> list[float]:
        """Figures in the order of the kernel's rows."""
        singles = [getattr(self, row.name.lower()) for row in Row if row < Row.DUE]
        return [*singles, *self.due, *self.rate, *self.power]


@dataclass
class Accounts:
    """Everything that a ledger carries from one day to the next."""

    sheet: Sheet
    fleets: list[Fleet]
    clients: list[Client]
    lines: list[PaymentLine]
    sources: list[Source]
    frozen: list[FrozenAccount]
    loans: list[CoinLoan]
    covenants: list[Covenant]
    gates: list[Gate] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)

    def rows(self) -> list[float]:
        """The same as one flat list, in the order of the kernel's rows."""
        out = self.sheet.rows()
        for client in self.clients:
            out += [client.present, client.negative_days, client.positive_days, client.accrued,
                    client.billed]
        for line in self.lines:
            out += [line.unpaid, line.recent, line.accrued, line.billed]
        for source in self.sources:
            out += [source.stock, source.drawn, source.owed]
        for part in self.frozen:
            out += [part.held, part.allowed]
        for loan in self.loans:
            out += [loan.principal, loan.collateral, loan.asked, loan.days]
        for gate in self.gates:
            out += [gate.is_open, gate.left, gate.changes]
        for pool in self.pools:
            out += [pool.arrived, pool.left]
        out.append(0.0)  # the ring of what pays at once stays empty
        for place, source in enumerate(self.sources):
            out += source.under_way if source.ring_of == place else []
        return out


def read_accounts(packing: Packing, labels: Labels) -> Accounts:
    """Accounts at `as_of`.

    Parameters
    ----------
    packing : Packing
        Packed book.
    labels : Labels
        Names.
    """
    state = [float(x) for x in packing.state]
    singles: dict[str, Any] = {row.name.lower(): state[row] for row in Row if row < Row.DUE}
    sheet = Sheet(**singles, due=state[Row.DUE : Row.RATE], rate=state[Row.RATE : Row.POWER],
                  power=state[Row.POWER : Row.COUNT])
    return Accounts(
        sheet, _fleets(packing, labels), _clients(packing, labels, state),
        _lines(packing, labels, state), _sources(packing, labels, state),
        _frozen(packing, labels, state), _loans(packing, labels, state), _covenants(packing),
        read_gates(packing, state), [Pool() for _ in range(int(packing.head[Head.POOLS]))],
    )


def _cut(data: Sequence[float], start: int, place: int, size: int) -> list[float]:
    return [float(x) for x in data[start + place * size : start + (place + 1) * size]]


def _whole(p: Packing, at: Head, place: int, size: int) -> list[int]:
    start = int(p.head[at]) + place * size
    return [int(x) for x in p.ints[start : start + size]]


def _fleets(p: Packing, labels: Labels) -> list[Fleet]:
    found = []
    for j in range(int(p.head[Head.FLEETS])):
        line, region, currency, pledged, solo = _whole(p, Head.I_FLEET, j, c.FLEET_I)
        floats = _cut(p.values, int(p.head[Head.F_FLEET]), j, c.FLEET_F)
        found.append(Fleet(labels.of("fleets", j), line, region, currency, pledged > 0, solo > 0,
                           *floats))
    return found


def _clients(p: Packing, labels: Labels, state: Floats) -> list[Client]:
    found = []
    for j in range(int(p.head[Head.HOSTS])):
        line, region, currency, tariff, pays = _whole(p, Head.I_HOST, j, c.HOST_I)
        floats = _cut(p.values, int(p.head[Head.F_HOST]), j, c.HOST_F)
        rows = _cut(state, int(p.head[Head.R_HOST]), j, Host.COUNT)
        found.append(Client(labels.of("clients", j), line, region, currency, tariff, pays > 0,
                            *floats, *rows))
    return found


def _lines(p: Packing, labels: Labels, state: Floats) -> list[PaymentLine]:
    found = []
    for j in range(int(p.head[Head.LINES])):
        kind, currency, standing, bills = _whole(p, Head.I_LINE, j, c.LINE_I)
        rows = _cut(state, int(p.head[Head.R_LINE]), j, Line.COUNT)
        found.append(PaymentLine(labels.of("lines", j), kind, currency, standing > 0, bills > 0,
                                 *rows))
    return found


def _sources(p: Packing, labels: Labels, state: Floats) -> list[Source]:
    found: list[Source] = []
    rings: dict[int, int] = {}
    for j in range(int(p.head[Head.TAPS])):
        kind, currency, delay, ring, covenants, principal, interest = _whole(
            p, Head.I_TAP, j, c.TAP_I
        )
        net, rate = _cut(p.values, int(p.head[Head.F_TAP]), j, c.TAP_F)
        stock, drawn, owed = _cut(state, int(p.head[Head.R_TAP]), j, Tap.COUNT)
        # Slices of one route have one ring: what is under way is one list.
        shares = rings.setdefault(ring, j) if delay > 0 else j
        under_way = [0.0] * delay if shares == j else found[shares].under_way
        found.append(Source(labels.of("sources", j), TapKind(kind), currency, delay,
                            covenants > 0, principal, interest, net, rate, stock, drawn, owed,
                            under_way, shares))
    return found


def _frozen(p: Packing, labels: Labels, state: Floats) -> list[FrozenAccount]:
    found = []
    for j in range(int(p.head[Head.FREEZES])):
        (mask,) = _whole(p, Head.I_FREEZE, j, c.FREEZE_I)
        allows = frozenset(kind for kind in range(len(CLASSES)) if mask >> kind & 1)
        up_to, allowance = _cut(p.values, int(p.head[Head.F_FREEZE]), j, c.FREEZE_F)
        held, allowed = _cut(state, int(p.head[Head.R_FREEZE]), j, Freeze.COUNT)
        pool = _whole(p, Head.I_POOLED, j, 1)[0] if p.head[Head.POOLS] else -1
        found.append(FrozenAccount(labels.of("frozen", j), allows, up_to, allowance, held,
                                   allowed, pool))
    return found


def _loans(p: Packing, labels: Labels, state: Floats) -> list[CoinLoan]:
    found = []
    for j in range(int(p.head[Head.LOANS])):
        whole = _whole(p, Head.I_LOAN, j, c.LOAN_I)
        floats = _cut(p.values, int(p.head[Head.F_LOAN]), j, c.LOAN_F)
        rows = _cut(state, int(p.head[Head.R_LOAN]), j, Loan.COUNT)
        found.append(CoinLoan(labels.of("loans", j), *whole, *floats, *rows))
    return found


def _covenants(p: Packing) -> list[Covenant]:
    found = []
    for j in range(int(p.head[Head.COVENANTS])):
        kind, test = _whole(p, Head.I_COVENANT, j, c.COVENANT_I)
        (level,) = _cut(p.values, int(p.head[Head.F_COVENANT]), j, c.COVENANT_F)
        found.append(Covenant(float(kind), test, level))
    return found

