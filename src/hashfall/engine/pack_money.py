"""Accounts, routes, funding, freezes, loans on coins and covenants as daily series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hashfall.book.figure import day, number
from hashfall.book.money import Account, CoinLoan, CreditLine, Event, Route
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats
from hashfall.engine.lines import Lines, PayLine
from hashfall.engine.pack_operations import Operations
from hashfall.engine.pack_routes import NO_LIMIT, Graph, Ways, is_plain, is_there
from hashfall.model.columns import CLASSES, TapKind

if TYPE_CHECKING:
    from hashfall.engine.pack import Frame, Options

__all__ = ["Money", "pack_money"]

FOREIGN_CASH_NET = 0.998
"""Share that a change of foreign cash pays: an assumption, stated in the definitions."""
FORCED_SALE_COST = 0.05
"""Share that a lender loses on coins it sells: an assumption."""
LOAN_GRACE, INTEREST_GRACE = 30, 10
"""Grace of principal and of interest on coin loans and credit lines. [days]"""
EQUITY_DELAY = 2
"""From the sale of shares to the money. [days]"""
_COVENANT_KINDS = ("min_liquidity", "max_ltv", "min_dscr")
_TESTS = ("day", "month", "quarter")


@dataclass
class Money:
    """Packed money side of a book."""

    cash: float = 0.0
    tap_names: list[str] = field(default_factory=list)
    tap_rows: list[tuple[int, str, int, int]] = field(default_factory=list)
    tap_lines: list[tuple[PayLine, PayLine] | None] = field(default_factory=list)
    tap_floats: list[float] = field(default_factory=list)
    tap_opening: list[tuple[float, float]] = field(default_factory=list)
    caps: list[Floats] = field(default_factory=list)
    calls: list[Floats] = field(default_factory=list)
    calls_soon: list[Floats] = field(default_factory=list)
    ring_rows: int = 0
    rings: list[int] = field(default_factory=list)
    hold: list[Floats] = field(default_factory=list)
    seize: list[Floats] = field(default_factory=list)
    release: list[Floats] = field(default_factory=list)
    freeze_names: list[str] = field(default_factory=list)
    freeze_ints: list[int] = field(default_factory=list)
    freeze_floats: list[float] = field(default_factory=list)
    freeze_opening: list[tuple[float, float]] = field(default_factory=list)
    loans: list[CoinLoan] = field(default_factory=list)
    loan_names: list[str] = field(default_factory=list)
    loan_floats: list[float] = field(default_factory=list)
    loan_days: list[int] = field(default_factory=list)
    loan_lines: list[tuple[PayLine, PayLine, PayLine]] = field(default_factory=list)
    covenant_ints: list[int] = field(default_factory=list)
    covenant_floats: list[float] = field(default_factory=list)
    matures: Floats = field(default_factory=lambda: np.zeros(0))
    route_cap: Floats = field(default_factory=lambda: np.zeros(0))
    inflow: dict[str, Floats] = field(default_factory=dict)
    worked: dict[str, Floats] = field(default_factory=dict)
    best_net: float = 0.0
    graph: Graph = field(default_factory=Graph)
    frozen: list[tuple[str, Floats]] = field(default_factory=list)  # account, share of its own

    def tap_ints(self, index: dict[int, int], place: dict[str, int]) -> list[int]:
        """Whole numbers of the sources in the order of the kernel."""
        found: list[int] = []
        for at, ((kind, currency, delay, covenants), ring, lines) in enumerate(zip(
            self.tap_rows, self.rings, self.tap_lines, strict=True
        )):
            principal, interest = self.graph.where.get(at, (-1, -1))
            if lines is not None:
                principal, interest = (index[id(x)] for x in lines)
            found += [kind, place[currency], delay, ring, covenants, principal, interest]
        return found

    def loan_ints(self, index: dict[int, int], place: dict[str, int]) -> list[int]:
        """Whole numbers of the loans on coins."""
        return [v for loan, when, lines in
                zip(self.loans, self.loan_days, self.loan_lines, strict=True)
                for v in (place[loan.currency], when, *(index[id(x)] for x in lines))]

    def tap(self, name: str, kind: TapKind, currency: str, delay: int, caps: Floats, net: float,
            rate: float = 0.0, stock: float = 0.0, owed: float = 0.0, covenants: int = 0,
            lines: tuple[PayLine, PayLine] | None = None,
            calls: tuple[Floats, Floats] | None = None) -> None:
        """Append one source of money, unless it pays nothing."""
        if net <= 0.0:
            return
        none = np.zeros(len(caps))
        self.tap_names.append(name)
        self.tap_rows.append((int(kind), currency, delay, covenants))
        self.tap_lines.append(lines)
        self.tap_floats += [net, rate]
        self.tap_opening.append((stock, owed))
        self.caps.append(caps)
        self.calls.append(none if calls is None else calls[0])
        self.calls_soon.append(none if calls is None else calls[1])
        # Ring 0 serves every source that pays at once.
        self.rings.append(1 + self.ring_rows if delay > 0 else 0)
        self.ring_rows += delay

    def share_ring(self, name: str) -> None:
        """Let the last source use the ring of the first slice of its route."""
        at = len(self.rings) - 1
        first = self.graph.ring_of.setdefault(name, at)
        delay = self.tap_rows[at][2]
        if first != at and delay > 0:
            self.rings[at] = self.rings[first]
            self.ring_rows -= delay


class _Packer:
    def __init__(self, book: Book, cal: Calendar, frame: Frame, options: Options,
                 ops: Operations, lines: Lines) -> None:
        self.book, self.cal, self.frame, self.options = book, cal, frame, options
        self.ops, self.lines, self.fx0, self.out = ops, lines, lines.fx0, Money()
        self.days = cal.days + 1

    def window(self, start: object, until: object, *, last: int = 0) -> Floats:
        """1 on the days from start to the day before until, `last` days more."""
        on = np.ones(self.days)
        if start is not None:
            on[: max(0, min(day(start, self.book.as_of), self.days))] = 0.0
        if until is not None:
            on[max(0, day(until, self.book.as_of) + last) :] = 0.0
        return on

    def freezes(self) -> list[tuple[str, Event]]:
        """Freezes that this variant keeps, in the order of their starts."""
        if "freeze" in self.options.remove:
            return []
        found = [(n, e) for n, e in self.book.events.items() if e.kind == "freeze"]
        return sorted(found, key=lambda x: day(x[1].start, self.book.as_of))

    def most(self, event: Event, currency: str) -> float:
        """Most that a freeze holds, in a currency."""
        if event.up_to is None:
            return NO_LIMIT
        stated = event.currency or self.book.accounts[event.what].currency
        return number(event.up_to) * self.fx0[stated] / self.fx0[currency]

    def caught(self, event: Event) -> float:
        """Balance that a freeze takes if it starts at `as_of`, units of the account."""
        account = self.book.accounts[event.what]
        return min(number(account.balance) * number(event.share),
                   self.most(event, account.currency))

    def accounts(self) -> None:
        """Cash at hand, foreign cash as a source, frozen parts apart."""
        own = {n: a for n, a in self.book.accounts.items() if a.currency == self.book.currency}
        self.out.cash = sum(number(a.balance) for a in own.values())
        total = self.out.cash
        frozen = self.freezes()
        for name, account in self.book.accounts.items():
            if name not in own:
                self.foreign(name, account, [e for _, e in frozen if e.what == name])
        for i, (name, event) in enumerate(frozen):
            earlier = [e for _, e in frozen[:i] if e.what in own and self.together(e, event)]
            gone = sum(self.caught(e) for e in earlier)
            share = 0.0
            if event.what in own and total > gone:
                share = self.caught(event) / (total - gone)
            elif event.what in own and total <= 0.0:
                share = self.receipts(event)
            self.freeze(name, event, min(share, 1.0))

    def together(self, earlier: Event, event: Event) -> bool:
        """Whether an earlier freeze still holds when another starts."""
        until = earlier.until
        return until is None or day(until, self.book.as_of) > day(event.start, self.book.as_of)

    def receipts(self, event: Event) -> float:
        """Share of the receipts of all accounts that a freeze holds."""
        total = sum(number(a.receipts_share) for a in self.book.accounts.values())
        share = number(self.book.accounts[event.what].receipts_share)
        return share / (total or 1.0) * number(event.share)

    def foreign(self, name: str, account: Account, frozen: list[Event]) -> None:
        """Foreign cash: what a freeze catches is shut in, the rest stays open."""
        balance, shut = number(account.balance), np.ones(self.days)
        for event in frozen:
            shut *= 1.0 - self.window(event.start, event.until)
        part = min(balance, max((self.caught(e) for e in frozen), default=0.0))
        for full, amount, caps in ((f"accounts.{name}", balance - part, np.ones(self.days)),
                                   (f"accounts.{name}.frozen", part, shut)):
            if amount > 0.0:
                self.out.tap(full, TapKind.FOREIGN_CASH, account.currency, 0,
                             caps * NO_LIMIT, FOREIGN_CASH_NET, stock=amount)

    def freeze(self, name: str, event: Event, cash_share: float) -> None:
        """Pack one freeze: what it takes of free cash, what of receipts, and until when."""
        out, start = self.out, day(event.start, self.book.as_of)
        active = self.window(event.start, event.until)
        own = self.book.accounts[event.what].currency == self.book.currency
        hold = active * self.receipts(event)
        hold[max(0, start + int(number(event.redirect_days))) :] = 0.0
        seize, release = np.zeros(self.days), np.zeros(self.days)
        up_to, held = self.most(event, self.book.currency), 0.0
        if start <= 0 and active[0] > 0.0 and own:
            held = min(self.caught(event), out.cash)
            out.cash -= held
        elif not own:
            account = self.book.accounts[event.what]
            up_to = max(0.0, up_to - self.caught(event) * self.fx0[account.currency])
        elif 0 < start < self.days:
            seize[start] = cash_share
        if event.until is not None and 0 < day(event.until, self.book.as_of) < self.days:
            release[day(event.until, self.book.as_of)] = 1.0
        allowance = NO_LIMIT
        if event.allowance_per_month is not None:
            stated = event.currency or self.book.accounts[event.what].currency
            allowance = number(event.allowance_per_month) * self.fx0[stated]
        own_hold = active * number(event.share)
        own_hold[max(0, start + int(number(event.redirect_days))) :] = 0.0
        out.frozen.append((event.what, own_hold))
        out.hold.append(hold)
        out.seize.append(seize)
        out.release.append(release)
        out.freeze_names.append(f"events.{name}")
        out.freeze_ints.append(sum(1 << CLASSES.index(kind) for kind in event.allows))
        out.freeze_floats += [up_to, allowance]
        out.freeze_opening.append((held, allowance))

    def routes(self) -> None:
        """Ways from coins to money, the best first."""
        if self.options.sources == "none":
            self.out.route_cap = np.zeros(self.days)
            return
        free = "route" in self.options.remove
        mine = [(n, r) for n, r in self.book.routes.items() if is_there(self.book, r)]
        plain = [(n, r) for n, r in mine if free or is_plain(self.book, r)]
        shared = [(n, r) for n, r in mine if not (free or is_plain(self.book, r))]
        found = Ways(self.book, shared, self.days, self.net, self.window, self.shut)
        rows: list[tuple[float, int, str, int]] = [
            (-net, 0, name, i) for i, (name, route) in enumerate(plain)
            if (net := self.net(route)) > 0.0
        ]
        rows += [(-way.net, len(way.legs), found.name_of(way), i)
                 for i, way in enumerate(found.found)]
        rows.sort()
        first = len(self.out.tap_names)
        taps = {found.found[i].legs[0][0]: first + at
                for at, (_, legs, _, i) in enumerate(rows) if legs == 1}
        if shared:
            found.gate(self.out.graph)
            self.out.graph.hold(self.out.frozen)
        look = self.book.treasury.look_ahead_days
        total = np.zeros(self.days)
        for at, (_, legs, name, i) in enumerate(rows):
            total += self.plain_route(name, plain[i][1], look) if legs == 0 else 0.0
            if legs > 0:
                run = next((n for n, row in enumerate(rows[at:]) if row[1] == 0), len(rows) - at)
                found.pack(self.out, found.found[i], run, taps)
        if shared:
            self.out.best_net = max(self.out.best_net, found.best())
            total += found.takes(look, self.frame.price_usd, self.fx0)
        self.out.route_cap = total

    def plain_route(self, name: str, route: Route, look: int) -> Floats:
        """Pack a route that shares nothing; coins that it takes within the look-ahead."""
        net = self.net(route)
        caps = self.window(route.open_from, route.open_until, last=1)
        delay = round(number(route.delay_days))
        if "route" in self.options.remove:
            caps, delay = np.full(self.days, NO_LIMIT), 0
        else:
            caps = self.shut(caps * number(route.capacity_btc_per_day), "route_closure", name)
        self.out.tap(f"routes.{name}", TapKind.ROUTE, route.currency, delay, caps, net)
        if caps.max() <= 0.0:
            return np.zeros(self.days)
        self.out.best_net = max(self.out.best_net, net)
        return np.asarray(caps * max(0, look - delay + 1))

    def shut(self, caps: Floats, kind: str, name: str) -> Floats:
        """Capacity after the dated closures of a kind that name an entry."""
        for event in self.book.events.values():
            if event.kind == kind and event.what == name:
                gone = self.window(event.start, event.until) * number(event.share)
                caps = caps * (1.0 - gone)
        return caps

    def net(self, route: Route) -> float:
        """Share of spot that a route pays."""
        if "route" in self.options.remove:
            return 1.0
        haircut = number(route.haircut) if self.options.haircut is None else self.options.haircut
        return (1.0 - number(route.fee)) * (1.0 - haircut)

    def funding(self) -> None:
        """Lines, equity and machines; power resale is income by month."""
        book, out = self.book, self.out
        resale, every = book.funding.power_resale, self.options.sources == "all"
        if resale is not None:
            rows = out.inflow.setdefault(resale.currency, np.zeros(self.days))
            on = self.window(None, resale.until, last=1)
            for end in self.cal.month_ends():
                rows[end] += number(resale.amount_per_month) * on[end]
        for name, line in book.funding.lines.items():
            self.credit_line(name, line, every)
        equity = book.funding.equity
        if equity is not None and every:
            caps = self.window(equity.open_from, equity.open_until, last=1)
            caps = caps * number(equity.volume_usd_per_day) * number(equity.share_of_volume)
            limit = NO_LIMIT if equity.limit_usd is None else number(equity.limit_usd)
            out.tap("funding.equity", TapKind.EQUITY, "USD", EQUITY_DELAY, caps,
                    1.0 - number(equity.cost), stock=limit)
        machines = book.funding.machines
        if machines is not None and every and self.ops.own_usd > 0.0:
            out.tap("funding.machines", TapKind.MACHINES, "USD",
                    max(1, round(number(machines.delay_days))),
                    np.full(self.days, number(machines.share_per_day)),
                    1.0 - number(machines.discount))

    def credit_line(self, name: str, line: CreditLine, open_: bool) -> None:
        """Pack a credit line; a shut one is still paid back."""
        until = max(1, day(line.until, self.book.as_of))
        calls, soon = np.zeros(self.days), np.zeros(self.days)
        soon[max(1, until - self.book.treasury.look_ahead_days) : until] = 1.0
        if until < self.days:
            calls[until] = 1.0
        if until < len(self.out.matures):
            self.out.matures[until] += number(line.drawn) * self.fx0[line.currency]
        caps = self.window(None, line.until) * (NO_LIMIT if open_ else 0.0)
        left = max(0.0, number(line.limit) - number(line.drawn))
        full = f"funding.lines.{name}"
        lines = (self.lines.line("principal", line.currency, LOAN_GRACE, bill_on=(until,),
                                 apart=full, name=full), self.interest(line.currency, full))
        self.out.tap(full, TapKind.CREDIT_LINE, line.currency, 0, caps, 1.0,
                     number(line.rate_per_year) / 365.0, left, number(line.drawn),
                     int(line.needs_covenants), lines, (calls, soon))

    def interest(self, currency: str, name: str) -> PayLine:
        """Line that takes interest on coin loans and credit lines every month."""
        return self.lines.line("interest", currency, INTEREST_GRACE, bill_days=1, apart="loans",
                               name=name)

    def income(self) -> None:
        """Receivables when they come, prepayments as they are worked off."""
        out, book = self.out, self.book
        for row in book.receivables.values():
            when = day(row.due, book.as_of)
            series = out.inflow.setdefault(row.currency, np.zeros(self.days))
            if when < self.days:
                series[max(when, 1)] += number(row.amount) * number(row.collected)
        for paid in book.prepayments.values():
            self.prepaid(number(paid.amount), paid.currency, int(number(paid.work_off_days)))

    def prepaid(self, amount: float, currency: str, days: int) -> None:
        """Service that clients paid ahead: owed until it is worked off, then taken off bills."""
        worked = self.out.worked.setdefault(currency, np.zeros(self.days))
        last = max(1, days)
        worked[1 : last + 1] += amount / last
        known = np.arange(self.lines.cal.days + 1)
        rows = self.lines.outstanding.setdefault(currency, np.zeros(len(known)))
        rows += amount * np.maximum(0.0, 1.0 - known / last)

    def loans(self) -> None:
        """Loans on coins: maturity known, amounts follow the coin price."""
        out = self.out
        for name, loan in self.book.coin_loans.items():
            when, full = max(1, day(loan.matures, self.book.as_of)), f"coin_loans.{name}"
            out.loans.append(loan)
            out.loan_names.append(full)
            out.loan_days.append(when)
            out.loan_floats += [
                number(loan.call_ltv), number(loan.target_ltv), number(loan.liquidation_ltv),
                number(loan.rate_per_year) / 365.0, FORCED_SALE_COST, number(loan.cure_days),
            ]
            out.loan_lines.append((
                self.lines.line("margin", loan.currency, 0, apart=full, name=full),
                self.lines.line("principal", loan.currency, LOAN_GRACE, bill_on=(when,),
                                apart=full, name=full),
                self.interest(loan.currency, full),
            ))
        for covenant in self.book.covenants.values():
            out.covenant_ints += [_COVENANT_KINDS.index(covenant.kind),
                                  _TESTS.index(covenant.test)]
            out.covenant_floats.append(number(covenant.level))


def pack_money(book: Book, cal: Calendar, frame: Frame, options: Options, ops: Operations,
               lines: Lines) -> Money:
    """Accounts, sources of money, freezes, loans and covenants of a drawn book."""
    packer = _Packer(book, cal, frame, options, ops, lines)
    packer.out.matures = np.zeros(lines.cal.days + 1)
    packer.accounts()
    packer.routes()
    packer.funding()
    packer.income()
    packer.loans()
    return packer.out
