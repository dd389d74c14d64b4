"""The ledger of one path in plain Python: slow, readable, the specification of the kernel.

A day goes from top to bottom as money does: prices and receipts, machines and
clients, what falls due, what freezes take, money looked for, payments in
contractual order, clocks. It calls the formulas of `hashfall.model` as functions and
gives the same bits as the compiled lane loops of `hashfall.engine.ledger`; besides, it
writes down every cash event, so that money can be shown to be conserved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.model.reference.ledger_close import close_day
from hashfall.model.reference.ledger_events import Event, Key, balances, conserve, unbalanced
from hashfall.model.reference.ledger_pay import freeze_money, look_for_money, pay_lines
from hashfall.model.reference.ledger_records import Labels, Packing, read_accounts
from hashfall.model.reference.ledger_routes import open_routes
from hashfall.model.reference.ledger_today import Chance, Luck, Mark, Today
from hashfall.model.reference.ledger_work import fall_due, open_day, operate
from hashfall.model.route_day import unsellable

__all__ = ["DayEnd", "LedgerPath", "ledger_path"]


@dataclass(frozen=True)
class DayEnd:
    """Balances at the end of a day."""

    day: int
    cash: float
    coins: float
    frozen: float
    under_way: float
    unpaid: float
    unpaid_lines: tuple[float, ...]
    still_needed: float


@dataclass
class LedgerPath:
    """What a ledger did along one path.

    Attributes
    ----------
    rows : list of float
        Final state, in the order of the kernel's rows.
    months : list of list
        Record of each month that ended (`hashfall.model.columns.Month`).
    days : list of DayEnd
        Balances day by day.
    events : list of Event
        Every leg of every cash event.
    marks : list of Mark
        Clocks that stopped, freezes that ended.
    opening, closing : dict
        Balances before and after (`hashfall.model.reference.ledger_events.balances`).
    """

    rows: list[float]
    months: list[list[float]]
    days: list[DayEnd]
    events: list[Event]
    marks: list[Mark]
    opening: dict[Key, float] = field(default_factory=dict)
    closing: dict[Key, float] = field(default_factory=dict)

    def row(self, row: Row) -> float:
        """One of the final figures."""
        return self.rows[row]

    def unsellable(self) -> float:
        """Coins unsold at D1 or at the end that policy or need wanted sold. [BTC]"""
        if self.rows[Row.D1] < CLOCKS_NEVER:
            return self.rows[Row.UNSELLABLE]
        return unsellable(self.rows[Row.TO_SELL], self.rows[Row.NEED], self.rows[Row.PRICE],
                          self.rows[Row.COINS])

    def problems(self) -> list[str]:
        """Money that appeared or vanished, in words; none if it is conserved."""
        return conserve(self.events, self.opening, self.closing) + unbalanced(self.events)


def _no_luck(fleet: int, day: int) -> float:
    raise ValueError(f"ledger_path: fleet {fleet} mines alone, and no luck was given")


def _no_chance(stream: int, word: int, day: int) -> float:
    raise ValueError(f"ledger_path: stream {stream} opens and closes, and no chance was given")


def ledger_path(
    packing: Packing, world: Iterable[Sequence[float]], labels: Labels | None = None,
    luck: Luck = _no_luck, chance: Chance = _no_chance,
) -> LedgerPath:
    """Run a packed book along one path of the world.

    Parameters
    ----------
    packing : Packing
        Packed book.
    world : iterable of rows
        World rows of day 1, 2, ... (`hashfall.model.layout.WorldRow`).
    labels : Labels, optional
        Names for the events.
    luck : callable
        ``luck(fleet, day)``: uniform in (0, 1) of a fleet that is paid by blocks found.
    chance : callable
        ``chance(stream, word, day)``: uniform in (0, 1) of what opens and closes by itself.
    """
    names = labels or Labels()
    accounts = read_accounts(packing, names)
    currencies = [names.of("currencies", i) for i in range(len(accounts.sheet.rate))]
    x = Today(packing, names, accounts, luck, chance)
    opening = balances(accounts, currencies)
    months, days = [], []
    for day, market in enumerate(world, start=1):
        x.day, x.market = day, [float(value) for value in market]
        open_day(x)
        operate(x)
        fall_due(x)
        freeze_money(x)
        open_routes(x)
        look_for_money(x)
        pay_lines(x)
        record = close_day(x)
        if record is not None:
            months.append(record)
        sheet = accounts.sheet
        days.append(DayEnd(
            day, sheet.cash, sheet.coins, sheet.held, sheet.pending, sheet.unpaid,
            tuple(line.unpaid for line in accounts.lines), sheet.need,
        ))
    return LedgerPath(accounts.rows(), months, days, x.events, x.marks, opening,
                      balances(accounts, currencies))
