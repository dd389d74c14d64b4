"""Accounts, routes, funding, freezes, loans on coins and covenants as daily series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hashfall.book.figure import day, number
from hashfall.book.money import CoinLoan, Event, Route
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats
from hashfall.engine.pack_operations import Operations
from hashfall.model.columns import CLASSES, TapKind

if TYPE_CHECKING:
    from hashfall.engine.pack import Frame, Options

__all__ = ["Money", "pack_money"]

NO_LIMIT = 1e15
FOREIGN_CASH_NET = 0.998
"""Share that a change of foreign cash pays: an assumption, stated in the definitions."""
_COVENANT_KINDS = ("min_liquidity", "max_ltv", "min_dscr")
_TESTS = ("day", "month", "quarter")


@dataclass
class Money:
    """Packed money side of a book."""

    cash: float = 0.0
    tap_names: list[str] = field(default_factory=list)
    tap_rows: list[tuple[int, str, int, int]] = field(default_factory=list)
    tap_floats: list[float] = field(default_factory=list)
    tap_opening: list[tuple[float, float]] = field(default_factory=list)
    caps: list[Floats] = field(default_factory=list)
    calls: list[Floats] = field(default_factory=list)
    ring_rows: int = 0
    rings: list[int] = field(default_factory=list)
    hold: list[Floats] = field(default_factory=list)
    seize: list[Floats] = field(default_factory=list)
    release: list[Floats] = field(default_factory=list)
    freeze_ints: list[int] = field(default_factory=list)
    freeze_floats: list[float] = field(default_factory=list)
    freeze_opening: list[tuple[float, float]] = field(default_factory=list)
    loans: list[CoinLoan] = field(default_factory=list)
    loan_floats: list[float] = field(default_factory=list)
    loan_days: list[int] = field(default_factory=list)
    covenant_ints: list[int] = field(default_factory=list)
    covenant_floats: list[float] = field(default_factory=list)
    matures: Floats = field(default_factory=lambda: np.zeros(0))
    route_cap: Floats = field(default_factory=lambda: np.zeros(0))
    inflow: dict[str, Floats] = field(default_factory=dict)
    best_net: float = 0.0

    def tap_ints(self, place: dict[str, int]) -> list[int]:
        """Whole numbers of the sources in the order of the kernel."""
        return [v for (kind, currency, delay, covenants), ring
                in zip(self.tap_rows, self.rings, strict=True)
                for v in (kind, place[currency], delay, ring, covenants)]

    def loan_ints(self, place: dict[str, int]) -> list[int]:
        """Whole numbers of the loans on coins."""
        return [v for loan, when in zip(self.loans, self.loan_days, strict=True)
                for v in (place[loan.currency], when)]

    def tap(self, name: str, kind: TapKind, currency: str, delay: int, caps: Floats, net: float,
            rate: float = 0.0, stock: float = 0.0, drawn: float = 0.0, covenants: int = 0,
            calls: Floats | None = None) -> None:
        """Append one source of money."""
        self.tap_names.append(name)
        self.tap_rows.append((int(kind), currency, delay, covenants))
        self.tap_floats += [net, rate, 0.0]
        self.tap_opening.append((stock, drawn))
        self.caps.append(caps)
        self.calls.append(np.zeros(len(caps)) if calls is None else calls)
        # Ring 0 serves every source that pays at once.
        self.rings.append(1 + self.ring_rows if delay > 0 else 0)
        self.ring_rows += delay


class _Packer:
    def __init__(self, book: Book, cal: Calendar, frame: Frame, options: Options,
                 ops: Operations, fx0: dict[str, float]) -> None:
        self.book, self.cal, self.frame, self.options = book, cal, frame, options
        self.ops, self.fx0, self.out = ops, fx0, Money()
        self.days = cal.days + 1

    def window(self, start: object, until: object) -> Floats:
        """1 on the days from start to the day before until."""
        on = np.ones(self.days)
        if start is not None:
            on[: max(0, min(day(start, self.book.as_of), self.days))] = 0.0
        if until is not None:
            on[max(0, day(until, self.book.as_of)) :] = 0.0
        return on

    def freezes(self) -> list[tuple[str, Event]]:
        """Freezes that this variant keeps."""
        if "freeze" in self.options.remove:
            return []
        return [(n, e) for n, e in self.book.events.items() if e.kind == "freeze"]

    def accounts(self) -> None:
        """Cash at hand, foreign cash as a source, frozen parts apart."""
        frozen = self.freezes()
        own = {n: a for n, a in self.book.accounts.items() if a.currency == self.book.currency}
        self.out.cash = sum(number(a.balance) for a in own.values())
        receipts = sum(number(a.receipts_share) for a in self.book.accounts.values()) or 1.0
        total = self.out.cash
        for name, account in self.book.accounts.items():
            if name in own:
                continue
            shut = np.ones(self.days)
            for _, event in frozen:
                if event.what == name:
                    shut *= 1.0 - self.window(event.start, event.until)
            self.out.tap(f"accounts.{name}", TapKind.FOREIGN_CASH, account.currency, 0,
                         shut * NO_LIMIT, FOREIGN_CASH_NET, stock=number(account.balance))
        for _, event in frozen:
            account_ = self.book.accounts[event.what]
            share = number(account_.receipts_share) / receipts
            part = number(account_.balance) / total if total > 0.0 else share
            self.freeze(event, share, part if event.what in own else 0.0)

    def freeze(self, event: Event, receipts: float, cash_share: float) -> None:
        """Pack one freeze: what it holds on the first day, of receipts, and until when."""
        out, start = self.out, day(event.start, self.book.as_of)
        active = self.window(event.start, event.until)
        stop = start + int(number(event.redirect_days))
        hold = active * receipts * number(event.share)
        hold[max(0, stop) :] = 0.0
        seize, release = np.zeros(self.days), np.zeros(self.days)
        up_to = NO_LIMIT if event.up_to is None else number(event.up_to)
        if event.up_to is not None and event.currency:
            up_to *= self.fx0[event.currency]
        held = 0.0
        if start <= 0 and active[0] > 0.0:
            held = min(out.cash * cash_share * number(event.share), up_to)
            out.cash -= held
        elif 0 < start < self.days:
            seize[start] = cash_share * number(event.share)
        if event.until is not None and 0 < day(event.until, self.book.as_of) < self.days:
            release[day(event.until, self.book.as_of)] = 1.0
        allowance = NO_LIMIT if event.allowance_per_month is None else number(
            event.allowance_per_month
        )
        out.hold.append(hold)
        out.seize.append(seize)
        out.release.append(release)
        out.freeze_ints.append(sum(1 << CLASSES.index(kind) for kind in event.allows))
        out.freeze_floats += [up_to, allowance]
        out.freeze_opening.append((held, allowance))

    def routes(self) -> None:
        """Ways from coins to money, the best first."""
        if self.options.sources == "none":
            self.out.route_cap = np.zeros(self.days)
            return
        rows = [(self.net(r), name, r) for name, r in self.book.routes.items()]
        cap_total = np.zeros(self.days)
        look = self.book.treasury.look_ahead_days
        for net, name, route in sorted(rows, key=lambda x: (-x[0], x[1])):
            caps = self.window(route.open_from, route.open_until)
            delay = round(number(route.delay_days))
            if "route" in self.options.remove:
                caps, delay = np.full(self.days, NO_LIMIT), 0
            else:
                caps = caps * number(route.capacity_btc_per_day)
                for event in self.book.events.values():
                    if event.kind == "route_closure" and event.what == name:
                        gone = self.window(event.start, event.until) * number(event.share)
                        caps = caps * (1.0 - gone)
            self.out.tap(f"routes.{name}", TapKind.ROUTE, route.currency, delay, caps, net)
            if caps.max() > 0.0:
                self.out.best_net = max(self.out.best_net, net)
            cap_total += caps * max(0, look - delay + 1)
        self.out.route_cap = cap_total

    def net(self, route: Route) -> float:
        """Share of spot that a route pays."""
        if "route" in self.options.remove:
            return 1.0
        haircut = number(route.haircut) if self.options.haircut is None else self.options.haircut
        return (1.0 - number(route.fee)) * (1.0 - haircut)

    def funding(self) -> None:
        """Lines, equity and machines; power resale is income by month."""
        book, out = self.book, self.out
        resale = book.funding.power_resale
        if resale is not None:
            rows = out.inflow.setdefault(resale.currency, np.zeros(self.days))
            on = self.window(None, resale.until)
            for end in self.cal.month_ends():
                rows[end] += number(resale.amount_per_month) * on[end]
        if self.options.sources != "all":
            return
        for name, line in book.funding.lines.items():
            until = day(line.until, book.as_of)
            calls = np.zeros(self.days)
            if 0 < until < self.days:
                calls[until] = 1.0
            out.tap(f"funding.lines.{name}", TapKind.CREDIT_LINE, line.currency, 0,
                    self.window(None, line.until) * NO_LIMIT, 1.0,
                    number(line.rate_per_year) / 365.0,
                    max(0.0, number(line.limit) - number(line.drawn)), number(line.drawn),
                    int(line.needs_covenants), calls)
        equity = book.funding.equity
        if equity is not None:
            caps = self.window(equity.open_from, equity.open_until)
            caps = caps * number(equity.volume_usd_per_day) * number(equity.share_of_volume)
            limit = NO_LIMIT if equity.limit_usd is None else number(equity.limit_usd)
            out.tap("funding.equity", TapKind.EQUITY, "USD", 2, caps,
                    1.0 - number(equity.cost), stock=limit)
        machines = book.funding.machines
        if machines is not None and self.ops.own_usd > 0.0:
            out.tap("funding.machines", TapKind.MACHINES, "USD",
                    round(number(machines.delay_days)),
                    np.full(self.days, number(machines.share_per_day)),
                    1.0 - number(machines.discount))

    def income(self) -> None:
        """Receivables when they come, prepayments as they are worked off."""
        out, book = self.out, self.book
        for row in book.receivables.values():
            when = day(row.due, book.as_of)
            series = out.inflow.setdefault(row.currency, np.zeros(self.days))
            if when < self.days:
                series[max(when, 1)] += number(row.amount) * number(row.collected)
        for paid in book.prepayments.values():
            series = out.inflow.setdefault(paid.currency, np.zeros(self.days))
            last = max(1, int(number(paid.work_off_days)))
            series[1 : last + 1] -= number(paid.amount) / last

    def loans(self) -> None:
        """Loans on coins: maturity known, amounts follow the coin price."""
        out = self.out
        out.matures = np.zeros(self.days)
        for loan in self.book.coin_loans.values():
            when = day(loan.matures, self.book.as_of)
            out.loans.append(loan)
            out.loan_days.append(when)
            out.loan_floats += [
                number(loan.call_ltv), number(loan.target_ltv), number(loan.liquidation_ltv),
                number(loan.rate_per_year) / 365.0, 0.05, number(loan.cure_days),
            ]
            if 0 < when < self.days:
                out.matures[when] += number(loan.principal) * self.fx0[loan.currency]
        for line in self.book.funding.lines.values():
            when = day(line.until, self.book.as_of)
            if 0 < when < self.days:
                out.matures[when] += number(line.drawn) * self.fx0[line.currency] + 1e-6
        for covenant in self.book.covenants.values():
            out.covenant_ints += [_COVENANT_KINDS.index(covenant.kind),
                                  _TESTS.index(covenant.test)]
            out.covenant_floats.append(number(covenant.level))


def pack_money(book: Book, cal: Calendar, frame: Frame, options: Options, ops: Operations,
               fx0: dict[str, float]) -> Money:
    """Accounts, sources of money, freezes, loans and covenants of a drawn book."""
    packer = _Packer(book, cal, frame, options, ops, fx0)
    packer.accounts()
    packer.routes()
    packer.funding()
    packer.income()
    packer.loans()
    return packer.out
