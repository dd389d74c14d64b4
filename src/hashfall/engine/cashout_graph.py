"""The routes of a drawn book as places and arcs, and what comes in and falls due by day.

Venues and rails that routes share stand once; a route that names no account may pay into
every account of its currency. Foreign cash changes into the book's own currency at the
ledger's rate. Routes are open unless a date shuts them, or chance on the path that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hashfall.book.money import Event, Rail, Route, Venue
from hashfall.book.record import Book
from hashfall.book.rules_routes import account_of, currency_of_route
from hashfall.book.values import day, number
from hashfall.engine.calendar import Floats
from hashfall.engine.cashout_closures import open_by_chance
from hashfall.engine.cashout_freezes import freezes_of, terms
from hashfall.engine.cashout_sources import ELSEWHERE, funding, mined, parts_of, prices_of
from hashfall.engine.pack import Packed
from hashfall.engine.pack_money import FOREIGN_CASH_NET
from hashfall.model.cashout import (
    Arc,
    Need,
    Place,
    PlaceKind,
    Routes,
    root_impact,
)

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["WALLET", "WIDE", "Chance", "Graph", "graph_of", "whole_need"]

WALLET: Final = "wallet"
"""Place of coins at hand and mined."""
WIDE: Final = 10.0
"""Capacity of an arc that limits nothing, as a multiple of everything that is there."""


class Chance(NamedTuple):
    """Path of the ledger whose closures by chance count."""

    seed: int
    path: int


@dataclass(frozen=True)
class Graph:
    """Routes, supply and prices of one draw.

    Attributes
    ----------
    routes : Routes
        Places, arcs and freezes.
    supply : dict of str to ndarray of shape (days,)
        Coins and cash that come in by day. [currency of the place]
    prices : dict of str to float
        Price of each currency at `as_of`. [USD]
    owners : dict of str to str
        Route, venue or rail of the book that an arc stands for, by the arc's name.
    days : int
        Length of the time looked at. [days]
    usd : float
        All that comes in, at spot, 1 at least. [USD]
    parts : dict of str to dict
        What comes in on accounts without a coin, as ``supply``: cash, hosting, other.
    funding : dict of str to ndarray of shape (days,)
        What is at hand by day if it is drawn, beside the accounts, by source. [USD]
    """

    routes: Routes
    supply: dict[str, Floats]
    prices: dict[str, float]
    owners: dict[str, str]
    days: int
    usd: float
    parts: dict[str, dict[str, Floats]] = field(default_factory=dict)
    funding: dict[str, Floats] = field(default_factory=dict)

    @property
    def accounts(self) -> list[Place]:
        """Accounts."""
        return [place for place in self.routes.places if place.kind == "account"]


class _Builder:
    def __init__(self, book: Book, days: int, prices: dict[str, float], usd: float,
                 chance: Chance | None) -> None:
        self.book, self.days, self.prices, self.usd = book, days, prices, usd
        self.chance = chance
        self.places: dict[str, Place] = {WALLET: Place(WALLET, "BTC", "coins")}
        self.arcs: list[Arc] = []
        self.owners: dict[str, str] = {}

    def wide(self, currency: str) -> float:
        """Capacity that limits nothing. [currency/day]"""
        return WIDE * self.usd / self.prices[currency]

    def place(self, name: str, currency: str, kind: PlaceKind) -> str:
        """A place, made when it is not there yet."""
        self.places.setdefault(name, Place(name, currency, kind))
        return name

    def arc(self, name: str, start: str, end: str, capacity: float | Floats, owner: str = "",
            **more: Any) -> None:
        """One arc; `owner` is the entry of the book that it stands for."""
        self.arcs.append(Arc(name, start, end, capacity, **more))
        if owner:
            self.owners[name] = owner

    def open(self, entry: Route | Venue | Rail, kind: str, name: str) -> Floats:
        """Share of an entry that is open by day: its dates, closures that name it, chance."""
        on = np.ones(self.days)
        as_of = self.book.as_of
        if entry.open_from is not None:
            on[: max(0, min(self.days, day(entry.open_from, as_of)))] = 0.0
        if entry.open_until is not None:
            on[max(0, day(entry.open_until, as_of) + 1):] = 0.0
        for event in self.book.events.values():
            if event.kind == f"{kind}_closure" and event.what == name:
                on[_window(event, self.book, self.days)] *= 1.0 - number(event.share)
        if self.chance is not None:
            on *= open_by_chance(self.book, kind, name, self.days, *self.chance)
        return on

    def accounts(self) -> None:
        """Accounts, and change of foreign cash into the book's own currency."""
        own = [n for n, a in self.book.accounts.items() if a.currency == self.book.currency]
        for name, account in self.book.accounts.items():
            self.place(name, account.currency, "account")
        for name, account in self.book.accounts.items():
            if account.currency != self.book.currency:
                # Money does not run from an order that nobody has seen yet.
                wide = np.full(self.days, self.wide(account.currency))
                wide[: self.last_freeze(name)] = 0.0
                for to in own:
                    self.arc(f"change {name} to {to}", name, to, wide,
                             fee=1.0 - FOREIGN_CASH_NET)

    def last_freeze(self, account: str) -> int:
        """Day on which the last freeze of an account within the days begins, 0 for none."""
        return max((t.start for t in terms(self.book)
                    if t.event.what == account and 0 < t.start < self.days), default=0)

    def landing(self, currency: str) -> str:
        """Where money of a currency arrives that names no account: it may go to any."""
        name = f"any {currency} account"
        if name in self.places:
            return name
        self.place(name, currency, "rail")
        fitting = [n for n, a in self.book.accounts.items() if a.currency == currency]
        if not fitting:
            fitting = [self.place(f"money in {currency}", currency, "account")]
        for account in fitting:
            self.arc(f"{name} > {account}", name, account, self.wide(currency))
        return name

    def venue(self, key: str) -> str:
        """Place of a venue, with the capacity that its routes share."""
        name = f"venue {key}"
        if name not in self.places:
            venue = self.book.venues[key]
            most = venue.capacity_btc_per_day
            caps = self.open(venue, "venue", key)
            caps = caps * (self.wide("BTC") if most is None else number(most))
            self.place(name, "BTC", "venue")
            self.arc(name, WALLET, name, caps, owner=key)
        return name

    def rail(self, key: str, currency: str, end: str) -> str:
        """Place of a rail, with the capacity, fee and delay that its routes share."""
        name = f"rail {key}"
        if name not in self.places:
            rail = self.book.rails[key]
            most = rail.capacity_per_day
            caps = self.open(rail, "rail", key)
            caps = caps * (self.wide(currency) if most is None else number(most))
            self.place(name, currency, "rail")
            self.arc(name, name, end, caps, owner=key, fee=number(rail.fee),
                     delay=round(number(rail.delay_days)))
        return name

    def route(self, key: str, route: Route) -> None:
        """Arcs of one route: venue, sale, rail, account."""
        book = self.book
        currency, account = currency_of_route(book, route), account_of(book, route)
        start = WALLET if route.venue is None else self.venue(route.venue)
        end = account or self.landing(currency)
        if route.rail is not None:
            end = self.rail(route.rail, currency, end)
        impact = number(route.impact)
        self.arc(
            key, start, end,
            self.open(route, "route", key) * number(route.capacity_btc_per_day), owner=key,
            fee=min(number(route.fee), 0.999), haircut=min(number(route.haircut), 0.999),
            impact=root_impact(impact, 1.0, 1.0) if impact > 0.0 else (),
            delay=round(number(route.delay_days)),
        )


def _window(event: Event, book: Book, days: int) -> slice:
    start = max(0, min(days, day(event.start, book.as_of)))
    until = days if event.until is None else max(0, min(days, day(event.until, book.as_of)))
    return slice(start, max(start, until))


def graph_of(s: Study, book: Book, packed: Packed, days: int,
             chance: Chance | None = None) -> Graph:
    """Routes, supply and prices of a drawn book.

    Parameters
    ----------
    s : Study
        Market at `as_of`.
    book : Book
        Drawn book.
    packed : Packed
        The same, packed.
    days : int
        Length of the time looked at. [days]
    chance : Chance, optional
        Path whose closures by chance shut routes, venues and rails; none when left out.

    Notes
    -----
    Coins at hand and opening balances come in on day 0, what is mined and what clients
    pay from day 1 on, all coins free to be sold: how the treasury sells is the ledger's.
    Machines are not sold: one that is sold no longer mines. Foreign cash does not leave an
    account before a freeze of it; coins may still be sent elsewhere.
    """
    prices = prices_of(book, s.frame)
    supply = {WALLET: mined(packed, s.frame, days)}
    supply[WALLET][0] += number(book.coins.free_btc)
    usd = float(supply[WALLET].sum()) * prices["BTC"]
    sources = parts_of(book, packed, prices, days)
    for series in sources.values():
        for name, row in series.items():
            currency = book.accounts[name].currency if name in book.accounts else book.currency
            supply[name] = supply[name] + row if name in supply else row
            usd += float(row.sum()) * prices[currency]
    made = _Builder(book, days, prices, max(usd, 1.0), chance)
    made.accounts()
    if ELSEWHERE in supply:
        made.place(ELSEWHERE, book.currency, "account")
    for key, route in book.routes.items():
        if account_of(book, route) in (None, *book.accounts):
            made.route(key, route)
    routes = Routes(tuple(made.places.values()), tuple(made.arcs),
                    freezes_of(book, supply, prices, days))
    return Graph(routes, supply, prices, made.owners, days, max(usd, 1.0), sources,
                 funding(book, prices, days))


def whole_need(graph: Graph, by: int) -> list[Need]:
    """A need on every account that no money can meet: the plan then pays the most there is."""
    return [Need(f"into {place.name}", (place.name,),
                 2.0 * graph.usd / graph.prices[place.currency], place.currency, by)
            for place in _sorted(graph.accounts)]


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.name)
