"""What a solution over days says in the words of the routes: limits, uses, coins and money."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hashfall.model.cashout import Routes
from hashfall.model.cashout_days import Layout
from hashfall.model.linear import Floats, Ints, Solved

__all__ = ["Limit", "RouteUse", "by_day", "from_coins", "limits", "route_uses"]

_BINDS = 1e-4
"""Least worth of a unit more of a bound that holds money back."""


class Limit(NamedTuple):
    """A bound that holds money back: a route or the supply of a place.

    ``money`` is what the bound lets through; these add up to the most money. ``first``
    and ``last`` are the days on which it binds.
    """

    name: str
    kind: str
    money: float
    first: int
    last: int


class RouteUse(NamedTuple):
    """What goes along a route, and what a unit more of its daily capacity is worth.

    ``moved`` is in the currency of the start, ``spot`` and ``lost`` in the base currency.
    ``pays`` is the money that could be paid more, ``saves`` the loss that would be saved,
    each at most that much for a unit more and at least for a unit less.
    """

    name: str
    moved: float
    spot: float
    lost: float
    pays: float
    saves: float


def _kinds(routes: Routes) -> tuple[list[str], list[str], list[int]]:
    """Kind of each arc's start and end, and the position of its start."""
    index = {place.name: i for i, place in enumerate(routes.places)}
    starts = [index[arc.start] for arc in routes.arcs]
    return ([routes.places[i].kind for i in starts],
            [routes.places[index[arc.end]].kind for arc in routes.arcs], starts)


def from_coins(routes: Routes, layout: Layout, x: Floats, by: int) -> tuple[float, float]:
    """Spot of the coins sold until a day, and what is lost before an account. [base, base]"""
    moves = layout.moves
    starts, ends, _ = _kinds(routes)
    flow = x[: len(moves.arc)] * (moves.day <= by)
    sold = np.array([s == "coins" and e != "coins" for s, e in zip(starts, ends, strict=True)])
    on_way = np.array([s != "account" for s in starts])
    return (float(flow @ (moves.spot * sold[moves.arc])),
            float(flow @ (moves.lost * on_way[moves.arc])))


def by_day(routes: Routes, layout: Layout, x: Floats) -> tuple[Floats, Floats]:
    """Coins that leave on each day, and money that reaches accounts. [coins, base]"""
    moves, (starts, ends, position) = layout.moves, _kinds(routes)
    sold, proceeds = np.zeros(layout.days), np.zeros(layout.days)
    for i, arc in enumerate(routes.arcs):
        mine = np.flatnonzero(moves.arc == i)
        day, flow = moves.day[mine], x[mine]
        if starts[i] == "coins" and ends[i] != "coins":
            np.add.at(sold, day, flow / layout.rates[position[i], 0])
        if ends[i] == "account" and starts[i] != "account":
            np.add.at(proceeds, day + arc.delay, flow * (moves.spot[mine] - moves.lost[mine]))
    return sold, proceeds


def limits(routes: Routes, layout: Layout, found: Solved, which: Ints,
           upper: Floats) -> tuple[Limit, ...]:
    """Bounds that hold money back, the largest first.

    Parameters
    ----------
    routes : Routes
        Places and arcs.
    layout : Layout
        Routes over days.
    found : Solved
        The most money.
    which : ndarray of int
        Columns whose bounds are not those of the layout.
    upper : ndarray of float
        Their bounds.

    Notes
    -----
    By duality the most money is the sum over bounds of bound times worth: where nothing
    is lost on the way, the capacity of the least cut.
    """
    moves, bound = layout.moves, layout.upper.copy()
    bound[which] = upper
    n = len(moves.arc)
    value = np.maximum(-found.reduced[:n], 0.0)
    binds = np.flatnonzero((value > _BINDS) & (bound[:n] > 0.0))
    rows: list[Limit] = []
    for arc in np.unique(moves.arc[binds]):
        mine = binds[moves.arc[binds] == arc]
        rows.append(Limit(routes.arcs[arc].name, "route", float(bound[mine] @ value[mine]),
                          int(moves.day[mine].min()), int(moves.day[mine].max())))
    days = layout.days
    for i in range(len(layout.supply) // days):
        mine = np.arange(i * days, (i + 1) * days)
        supply, worth = layout.supply[mine], -found.dual[mine]
        when = np.flatnonzero((supply > 0.0) & (worth > _BINDS))
        if len(when):
            name = routes.places[i].name if i < len(routes.places) else "frozen"
            rows.append(Limit(name, "supply", float(supply[when] @ worth[when]), int(when[0]),
                              int(when[-1])))
    return tuple(sorted(rows, key=lambda row: -row.money))


def route_uses(routes: Routes, layout: Layout, first: Solved, second: Solved) -> tuple[
        RouteUse, ...]:
    """What each route carries in a plan, and what more of it would be worth.

    Parameters
    ----------
    routes : Routes
        Places and arcs.
    layout : Layout
        Routes over days.
    first, second : Solved
        The most that can be paid, and the cheapest way to pay it.
    """
    moves, (_, _, position) = layout.moves, _kinds(routes)
    n = len(moves.arc)
    flow = second.x[:n]
    pays, saves = (np.maximum(-found.reduced[:n], 0.0) * moves.room for found in (first, second))
    rows = []
    for i, arc in enumerate(routes.arcs):
        mine = moves.arc == i
        rows.append(RouteUse(
            arc.name, float(flow[mine].sum() / layout.rates[position[i], 0]),
            float(flow[mine] @ moves.spot[mine]), float(flow[mine] @ moves.lost[mine]),
            float(pays[mine].sum()), float(saves[mine].sum()),
        ))
    return tuple(rows)
