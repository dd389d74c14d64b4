"""A day of the readable ledger: the accounts, the day's columns, and the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hashfall.model.columns import Day, Head, Value
from hashfall.model.reference.ledger_events import Event
from hashfall.model.reference.ledger_records import Accounts, Labels, Packing, Sheet

__all__ = ["Chance", "Luck", "Mark", "Today"]

Luck = Callable[[int, int], float]
"""``luck(fleet, day)``: the uniform of a fleet that is paid by blocks found."""
Chance = Callable[[int, int, int], float]
"""``chance(stream, word, day)``: the uniform of a venue, rail or route that opens and closes."""


class Mark(NamedTuple):
    """Something that happened without moving money: a clock stops, a freeze starts."""

    day: int
    what: str
    name: str
    amount: float


@dataclass
class Today:
    """What the steps of a day work on.

    Attributes
    ----------
    packing, labels : Packing, Labels
        The packed book and its names.
    accounts : Accounts
        Carried from day to day.
    luck, chance : callable
        Luck of fleets that mine alone, and of routes that open and close.
    day : int
        Day of the run.
    market : sequence of float
        World row of the day (`hashfall.model.layout.WorldRow`).
    events, marks : list
        What happened so far.
    """

    packing: Packing
    labels: Labels
    accounts: Accounts
    luck: Luck
    chance: Chance
    day: int = 0
    market: Sequence[float] = ()
    events: list[Event] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        """The company's own figures."""
        return self.accounts.sheet

    def switch(self, key: Head) -> bool:
        """A switch of the header."""
        return bool(self.packing.head[key] > 0)

    def value(self, key: Value, place: int = 0) -> float:
        """A packed float."""
        return float(self.packing.values[key + place])

    def plan(self, key: Day, place: int = 0) -> float:
        """One of the first columns of the day's schedule."""
        return float(self.packing.schedule[self.day][key + place])

    def part(self, key: Head, place: int) -> float:
        """Column of a component in the day's schedule."""
        return float(self.packing.schedule[self.day][int(self.packing.head[key]) + place])

    @property
    def month_end(self) -> bool:
        """Whether a month ends today."""
        return self.plan(Day.MONTH) > 0.0

    @property
    def first_year(self) -> bool:
        """Whether today belongs to the first 365 days."""
        return self.day <= 365

    def at_sale(self) -> bool:
        """Whether coins are taxed when they are sold."""
        return not self.switch(Head.AT_CREDITING)

    def rate(self, currency: int) -> float:
        """Functional currency per unit. [F/unit]"""
        return self.sheet.rate[currency]

    def book(self, account: str, place: int, currency: int, amount: float, what: str,
             name: str = "", value: float | None = None) -> None:
        """Write down one leg; its value follows from the day's rate where none is given."""
        if amount != 0.0 or value:
            worth = amount * self.rate(currency) if value is None else value
            unit = self.labels.of("currencies", currency)
            self.events.append(Event(self.day, account, place, unit, amount, worth, what, name))

    def book_coins(self, account: str, place: int, coins: float, what: str, name: str = "") -> None:
        """Write down one leg in coins, at the day's price."""
        if coins != 0.0:
            self.events.append(Event(self.day, account, place, "BTC", coins,
                                     coins * self.sheet.price, what, name))

    def mark(self, what: str, name: str = "", amount: float = 0.0) -> None:
        """Write down something that moved no money."""
        self.marks.append(Mark(self.day, what, name, amount))
