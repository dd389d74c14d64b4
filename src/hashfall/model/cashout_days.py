"""Routes laid out over days: each place once a day, each arc once a day it is open.

Every quantity of the program is worth one unit of the base currency at the prices of
day 0, so that numbers are of one size whatever the currency; at constant prices the
network then only loses what fees, haircuts and impact take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from hashfall.model.cashout import Arc, Freeze, Level, Need, Prices, Routes, losses
from hashfall.model.cashout_checks import check_supply
from hashfall.model.linear import Columns, Floats, Ints, Program

__all__ = ["Layout", "Moves", "lay_out"]

class Moves(NamedTuple):
    """Columns that move something along an arc, one entry a column.

    ``arc`` and ``day`` say which arc and when it starts, ``part`` which part of its
    capacity; ``lost`` is what a unit loses against spot at that day's prices, ``spot``
    what it is worth then, ``room`` what a unit of the arc's capacity adds to the
    column's bound.
    """

    arc: Ints
    day: Ints
    part: Floats
    lost: Floats
    spot: Floats
    room: Floats


@dataclass
class Layout:
    """Routes over days as a linear program.

    Attributes
    ----------
    upper : ndarray
        Bound of each column. [base at day 0]
    supply : ndarray
        What comes into each row of a place or a frozen part. [base at day 0]
    columns : Columns
        Matrix.
    moves : Moves
        The first columns.
    night : ndarray of shape (places, days)
        Column of what a place holds at the end of a day; -1 where it holds nothing.
    held : list of (int, int)
        Column of each frozen part at the end of a day, and its day.
    pays : ndarray of shape (columns that pay, 3)
        Column, position of the need, day.
    needed : ndarray
        What each need asks for. [base at day 0]
    rates : ndarray of shape (places, days)
        Price of what is at a place. [base]
    """

    days: int
    upper: Floats
    supply: Floats
    columns: Columns
    moves: Moves
    night: Ints
    held: list[tuple[int, int]]
    pays: Ints
    needed: Floats
    rates: Floats

    def program(self, cost: Floats, *, paying: bool) -> Program:
        """Program at a cost: rows of places and frozen parts, of needs, and of all payments."""
        needs = self.needed if paying else np.zeros(len(self.needed))
        nothing = np.zeros(len(needs) + 1)
        low = np.concatenate([self.supply, nothing])
        high = np.concatenate([self.supply, needs, [np.inf]])
        return Program(cost, self.upper, low, high, self.columns)


@dataclass
class _Builder:
    """Entries of the matrix as they are laid out."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, upper: Floats) -> Ints:
        """New columns, one for each bound."""
        self.upper.append(upper)
        self.count += len(upper)
        return np.arange(self.count - len(upper), self.count, dtype=np.int32)

    def put(self, column: Ints, row: Ints | int, value: Floats | float) -> None:
        """One entry in each of some columns; entries of zero are left out."""
        rows, values = np.broadcast_to(row, column.shape), np.broadcast_to(value, column.shape)
        kept = values != 0.0
        self.column.append(column[kept])
        self.row.append(rows[kept].astype(np.int32))
        self.value.append(values[kept].astype(np.float64))

    def columns(self) -> Columns:
        """Matrix by columns."""
        column, row = np.concatenate(self.column), np.concatenate(self.row)
        order = np.argsort(column, kind="stable")
        start = np.searchsorted(column[order], np.arange(self.count + 1))
        return Columns(start.astype(np.int32), row[order], np.concatenate(self.value)[order])


class _Days:
    """Rows, prices and freezes that the columns are laid out on."""

    def __init__(self, routes: Routes, supply: Mapping[str, Floats], prices: Prices, days: int,
                 flat: bool) -> None:
        self.days, self.places, self.flat = days, routes.places, flat
        self.index = {place.name: i for i, place in enumerate(routes.places)}
        every = {name: np.broadcast_to(np.asarray(price, dtype=float), (days,))
                 for name, price in prices.items()}
        self.price = {k: np.full(days, v[0]) for k, v in every.items()} if flat else every
        self.freezes = [f for f in routes.freezes if _window(f, days)
                        and max(float(np.max(f.share)), _seized(f)) > 0.0]
        self.out = _Builder()
        self.supply = np.zeros((len(routes.places) + len(self.freezes)) * days)
        for name, series in supply.items():
            self._receive(self.index[name], series * self.price[self._currency(name)][0])

    def _currency(self, name: str) -> str:
        return self.places[self.index[name]].currency

    def rate(self, name: str) -> Floats:
        """Price of what is at a place, on each day. [base]"""
        return self.price[self._currency(name)]

    def row(self, place: int, day: Ints | int) -> Ints:
        """Row of a place on a day."""
        return np.asarray(place * self.days + np.asarray(day), dtype=np.int32)

    def frozen_row(self, freeze: int, day: Ints | int) -> Ints:
        """Row of what a freeze holds on a day."""
        return self.row(len(self.places) + freeze, day)

    def share_frozen(self, name: str, day: Ints) -> list[tuple[int, Floats]]:
        """Freezes on an account, and the share of what comes in on each day that they take."""
        return [(i, np.where((day >= f.start) & (day < _until(f, self.days)),
                             np.broadcast_to(f.share, (self.days,))[day], 0.0))
                for i, f in enumerate(self.freezes) if f.account == name]

    def arrive(self, column: Ints, name: str, day: Ints, value: Floats) -> None:
        """What comes in at a place, less what its freezes take."""
        free = np.ones(len(column))
        for freeze, share in self.share_frozen(name, day):
            self.out.put(column, self.frozen_row(freeze, day), -value * share)
            free = free - share
        self.out.put(column, self.row(self.index[name], day), -value * free)

    def _receive(self, place: int, series: Floats) -> None:
        """Supply of a place, less what its freezes take."""
        free, days = np.ones(self.days), np.arange(self.days, dtype=np.int32)
        for freeze, share in self.share_frozen(self.places[place].name, days):
            self.supply[self.frozen_row(freeze, days)] += series * share
            free -= share
        self.supply[self.row(place, days)] += series * free


def _until(freeze: Freeze, days: int) -> int:
    return days if freeze.until is None else min(days, freeze.until)


def _seized(freeze: Freeze) -> float:
    """Share that an order takes of what is there when it begins."""
    if freeze.seized is not None:
        return float(freeze.seized)
    at = max(0, freeze.start)
    return float(freeze.share if np.ndim(freeze.share) == 0 else np.asarray(freeze.share)[at])


def _window(freeze: Freeze, days: int) -> range:
    return range(max(0, freeze.start), _until(freeze, days))


def lay_out(routes: Routes, supply: Mapping[str, Floats], prices: Prices,
            needs: Sequence[Need] = (), level: Level = "mid", days: int = 1, *,
            flat: bool = False, file: str = "routes") -> Layout:
    """Routes over days, as the matrix and bounds of a linear program.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes, checked by `check_routes`.
    supply : mapping of str to ndarray of shape (days,)
        What comes in at places that hold it, by day. [currency of the place]
    prices : mapping
        Price of each currency, above 0. [base currency]
    needs : sequence of Need
        Payments.
    level : {"low", "mid", "high"}
        Which haircut.
    days : int
        Length of the time looked at. [days]
    flat : bool
        Prices of day 0 throughout and nothing lost on the way: counts coins, not money.
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        If a price is not above 0, or supply comes in where nothing can stay.

    Examples
    --------
    >>> from hashfall.model.cashout import Place
    >>> routes = Routes((Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")),
    ...                 (Arc("otc", "wallet", "bank", 2.0, delay=1),))
    >>> found = lay_out(routes, {"wallet": np.array([5.0, 0.0, 0.0])},
    ...                 {"BTC": 100.0, "USD": 1.0}, days=3)
    >>> found.moves.day.tolist(), found.upper[:2].tolist(), len(found.columns.start) - 1
    ([0, 1], [200.0, 200.0], 8)
    """
    check_supply(routes, supply, prices, days, file)
    at = _Days(routes, supply, prices, days, flat)
    moves = _moves(at, routes.arcs, level)
    night = _nights(at)
    held = _held(at)
    pays, needed = _pays(at, needs)
    return Layout(days, np.concatenate(at.out.upper), at.supply, at.out.columns(), moves, night,
                  held, pays, needed, np.array([at.rate(place.name) for place in at.places]))


def _moves(at: _Days, arcs: Sequence[Arc], level: Level) -> Moves:
    """Columns of all arcs, by arc, part of the capacity and day."""
    rows: list[Moves] = []
    for i, arc in enumerate(arcs):
        last = at.days - arc.delay if arc.closes is None else min(arc.closes, at.days - arc.delay)
        day = np.arange(max(0, arc.opens), max(0, arc.opens, last), dtype=np.int32)
        start, end = at.rate(arc.start), at.rate(arc.end)
        stated = at.price[arc.currency] if arc.currency else start
        capacity = np.broadcast_to(np.asarray(arc.capacity, dtype=float), (at.days,))[day]
        unit = stated[day] / start[day] * start[0]
        spot = start[day] / start[0]
        for part, kept in zip(*losses(arc, level), strict=True):
            net = 1.0 if at.flat else kept
            column = at.out.add(capacity * unit * part)
            at.out.put(column, at.row(at.index[arc.start], day), 1.0)
            at.arrive(column, arc.end, day + arc.delay, spot * net * end[0] / end[day])
            rows.append(Moves(np.full(len(day), i, np.int32), day, np.full(len(day), part),
                              spot * (1.0 - net), spot, unit * part))
    if not rows:
        nothing, none = np.zeros(0), np.zeros(0, np.int32)
        return Moves(none, none, nothing, nothing, nothing, nothing)
    return Moves(*(np.concatenate(x) for x in zip(*rows, strict=True)))


def _nights(at: _Days) -> Ints:
    """Columns of what places hold over night; the last night ends outside."""
    found = np.full((len(at.places), at.days), -1, dtype=np.int32)
    for i, place in enumerate(at.places):
        if not place.holds:
            continue
        column = at.out.add(np.full(at.days, np.inf))
        found[i] = column
        days = np.arange(at.days, dtype=np.int32)
        at.out.put(column, at.row(i, days), 1.0)
        free = np.ones(at.days - 1)
        for j, freeze in enumerate(at.freezes):
            # An order takes its share of what is there once, on its first day.
            first = freeze.start - 1
            if freeze.account == place.name and 0 <= first < at.days - 1:
                at.out.put(column[first : first + 1], at.frozen_row(j, freeze.start),
                           -_seized(freeze))
                free[first] -= _seized(freeze)
        at.out.put(column[:-1], at.row(i, days[1:]), -free)
    return found


def _held(at: _Days) -> list[tuple[int, int]]:
    """Columns of frozen parts, from day to day and back to the account at the end."""
    found = []
    for j, freeze in enumerate(at.freezes):
        for day in _window(freeze, at.days):
            column = at.out.add(np.array([np.inf]))
            found.append((int(column[0]), day))
            at.out.put(column, at.frozen_row(j, day), 1.0)
            if day + 1 < _until(freeze, at.days):
                at.out.put(column, at.frozen_row(j, day + 1), -1.0)
            elif day + 1 < at.days:
                at.arrive(column, freeze.account, np.array([day + 1], np.int32), np.ones(1))
    return found


def _pays(at: _Days, needs: Sequence[Need]) -> tuple[Ints, Floats]:
    """Columns that pay needs out of accounts, and out of what a freeze allows."""
    found, rows = [], len(at.supply)
    for i, need in enumerate(needs):
        days = np.arange(need.due, min(at.days, need.due + need.grace + 1), dtype=np.int32)
        for name in need.accounts:
            sources = [at.row(at.index[name], days)]
            sources += [at.frozen_row(j, days) for j, freeze in enumerate(at.freezes)
                        if freeze.account == name and need.kind in freeze.allows
                        and any(int(day) in _window(freeze, at.days) for day in days)]
            for source in sources:
                column = at.out.add(np.full(len(days), np.inf))
                at.out.put(column, source, 1.0)
                at.out.put(column, rows + i, 1.0)
                at.out.put(column, rows + len(needs), need.weight)
                found.append(np.stack([column, np.full(len(days), i), days], axis=1))
    needed = np.array([need.amount * at.price[need.currency][0] for need in needs])
    pays = np.concatenate(found) if found else np.zeros((0, 3))
    return pays.astype(np.int32), needed
