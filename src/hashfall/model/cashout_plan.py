"""The most money by a date, and the cheapest plan that pays what is due.

Both see all days at once: what is known only later is known here. They bound from
above what a treasurer can do who does not know tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hashfall.errors import InputError
from hashfall.model.cashout import Level, Need, Prices, Routes
from hashfall.model.cashout_checks import check_routes
from hashfall.model.cashout_count import (
    Limit,
    RouteUse,
    by_day,
    from_coins,
    limits,
    route_uses,
)
from hashfall.model.cashout_days import Layout, lay_out
from hashfall.model.linear import Floats, Ints, Program, Solved

__all__ = ["CashOut", "Collected", "Plan"]

_TIE = 1e-6
"""Cost of moving a unit, so that nothing moves without a reason."""
_SHORT = 1e-6
"""Share of the needs below which nothing is short."""


class Collected(NamedTuple):
    """The most money on accounts at the end of a day, and what stays behind then.

    ``money`` is in the base currency at that day's prices, ``left`` what coins and
    accounts then hold in their own currency, ``realised`` money over spot of all coins
    sold until then (None if none was).
    """

    by: int
    money: float
    cut: tuple[Limit, ...]
    left: dict[str, float]
    realised: float | None


class Plan(NamedTuple):
    """The cheapest plan among those that pay most.

    ``paid`` and ``unpaid`` by need are in its currency, ``lost`` in the base currency;
    ``sold`` (day, coins) and ``proceeds`` (day, base currency) are those of the day on which
    they leave the coins and reach an account.
    """

    paid: dict[str, float]
    unpaid: dict[str, float]
    lost: float
    sold: Floats
    proceeds: Floats
    realised: float | None
    routes: tuple[RouteUse, ...]


class CashOut:
    """Routes over days, asked again and again from the last basis.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes.
    supply : mapping of str to ndarray of shape (days,)
        What comes in at coins and accounts, by day. [currency of the place]
    prices : mapping
        Price of each currency, one or one for each day. [base currency]
    needs : sequence of Need
        Payments.
    days : int
        Length of the time looked at. [days]
    level : {"low", "mid", "high"}
        Which haircut of each law.
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        As `check_routes` and `lay_out`; for a route that is not there.

    Notes
    -----
    ``scale`` multiplies the capacity of named routes: 0 closes one, 2 doubles it.
    What would arrive after the last day does not move.

    Examples
    --------
    >>> from hashfall.model.cashout import Arc, Place
    >>> routes = Routes((Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")),
    ...                 (Arc("otc", "wallet", "bank", 2.0, haircut=0.1, delay=1),
    ...                  Arc("p2p", "wallet", "bank", 1.0, haircut=0.4)))
    >>> out = CashOut(routes, {"wallet": np.array([10.0, 0.0, 0.0])},
    ...               {"BTC": 100.0, "USD": 1.0}, [Need("pay", ("bank",), 250.0, "USD", 1)], days=3)
    >>> [round(out.most(day).money, 6) for day in range(3)]
    [60.0, 300.0, 540.0]
    >>> plan = out.plan()
    >>> round(plan.unpaid["pay"], 6), round(plan.realised, 4), round(float(plan.sold.sum()), 4)
    (0.0, 0.7895, 3.1667)
    """

    def __init__(self, routes: Routes, supply: Mapping[str, Floats], prices: Prices,
                 needs: Sequence[Need] = (), *, days: int, level: Level = "mid",
                 file: str = "routes") -> None:
        check_routes(routes, needs, prices, days, level, file)
        self.routes, self.needs, self.prices, self.file = routes, tuple(needs), prices, file
        self.layout: Layout = lay_out(routes, supply, prices, needs, level, days, file=file)
        self.days = days
        self._tie = np.zeros(len(self.layout.upper))
        self._tie[: len(self.layout.moves.arc)] = _TIE
        self._accounts = [i for i, p in enumerate(routes.places) if p.kind == "account"]
        self._coins = [i for i, p in enumerate(routes.places) if p.kind == "coins"]
        self._collect: Program | None = None
        self._pay: Program | None = None

    def most(self, by: int, scale: Mapping[str, float] | None = None) -> Collected:
        """The most money on accounts at the end of a day, if nothing is paid until then."""
        if not 0 <= by < self.days:
            raise InputError(self.file, "by", f"a day from 0 to {self.days - 1}", str(by))
        here, cost = self.layout, self._tie.copy()
        worth = here.rates[self._accounts, by] / here.rates[self._accounts, 0]
        cost[here.night[self._accounts, by]] = -worth
        if self._collect is None:
            self._collect = here.program(cost, paying=False)
        self._collect.set_costs(cost)
        found = self._solved(self._collect, scale)
        money = float(found.x[here.night[self._accounts, by]] @ worth)
        left = {p.name: float(found.x[here.night[i, by]] / here.rates[i, 0])
                for i, p in enumerate(self.routes.places) if p.holds}
        sold, lost = from_coins(self.routes, here, found.x, by)
        cut = limits(self.routes, here, found, *self.scaled(scale))
        return Collected(by, money, cut, left,
                         1.0 - lost / sold if sold > 0.0 else None)

    def plan(self, scale: Mapping[str, float] | None = None) -> Plan:
        """The cheapest plan among those that pay most of what is due, by the needs' weights."""
        program, here = self._payer(), self.layout
        program.set_costs(self._pay_cost())
        first = self._solved(program, scale)
        total = self._paid(first.x) @ self._weights()
        last, enough = [len(here.supply) + len(self.needs)], total * (1.0 - _SHORT * _SHORT)
        program.set_rows(last, np.array([max(0.0, enough)]), np.array([np.inf]))
        cost = self._tie.copy()
        cost[: len(here.moves.lost)] += here.moves.lost
        program.set_costs(cost)
        second = self._solved(program, scale)
        if not len(second.x):  # nothing within the solver's tolerance pays as much: keep the first
            second = first
        program.set_rows(last, np.zeros(1), np.array([np.inf]))
        return self._described(first, second)

    def first_unmet(self, scale: Mapping[str, float] | None = None) -> int | None:
        """First due day whose needs, with all earlier ones, no plan can meet; None if all are met.

        Notes
        -----
        Looked for by halving: a plan that meets all needs up to a day meets those before.
        """
        program, here = self._payer(), self.layout
        program.set_costs(self._pay_cost())
        due = np.array([need.due for need in self.needs])
        rows = np.arange(len(due)) + len(here.supply)
        days: list[int] = sorted({need.due for need in self.needs})
        low, high = 0, len(days)
        while low < high:
            middle = (low + high) // 2
            asked = np.where(due <= days[middle], here.needed, 0.0)
            program.set_rows(rows.astype(np.int32), np.zeros(len(due)), asked)
            paid = self._paid(self._solved(program, scale).x)
            met = (paid >= asked - _SHORT * max(1e-12, float(asked.sum()))).all()
            low, high = (middle + 1, high) if met else (low, middle)
        program.set_rows(rows.astype(np.int32), np.zeros(len(due)), here.needed)
        return days[low] if low < len(days) else None

    def scaled(self, scale: Mapping[str, float] | None) -> tuple[Ints, Floats]:
        """Columns of named routes and their bounds after a change of capacity."""
        names = [arc.name for arc in self.routes.arcs]
        times = np.ones(len(names))
        for name, factor in (scale or {}).items():
            if name not in names:
                raise InputError(self.file, name, f"a route among {', '.join(names)}", repr(name))
            times[names.index(name)] = factor
        moves = self.layout.moves
        which = np.flatnonzero(times[moves.arc] != 1.0).astype(np.int32)
        return which, self.layout.upper[which] * times[moves.arc[which]]

    def _payer(self) -> Program:
        if self._pay is None:
            self._pay = self.layout.program(self._pay_cost(), paying=True)
        return self._pay

    def _pay_cost(self) -> Floats:
        cost, pays = self._tie.copy(), self.layout.pays
        cost[pays[:, 0]] = -self._weights()[pays[:, 1]]
        return cost

    def _weights(self) -> Floats:
        return np.array([need.weight for need in self.needs])

    def _solved(self, program: Program, scale: Mapping[str, float] | None) -> Solved:
        """Solution with some capacities changed, which are put back."""
        which, upper = self.scaled(scale)
        program.set_bounds(which, upper)
        found = program.solve()
        program.set_bounds(which, self.layout.upper[which])
        return found

    def _paid(self, x: Floats) -> Floats:
        """What each need gets. [base at day 0]"""
        paid = np.zeros(len(self.needs))
        np.add.at(paid, self.layout.pays[:, 1], x[self.layout.pays[:, 0]])
        return paid

    def _described(self, first: Solved, second: Solved) -> Plan:
        """A plan in the currencies of its places."""
        here, paid, at_0 = self.layout, self._paid(second.x), self.prices_of_needs()
        sold, lost = from_coins(self.routes, here, second.x, self.days)
        per_day, proceeds = by_day(self.routes, here, second.x)
        amounts = {need.name: float(p / r) for need, p, r in
                   zip(self.needs, paid, at_0, strict=True)}
        moves = here.moves
        return Plan(
            amounts,
            {need.name: max(0.0, need.amount - amounts[need.name]) for need in self.needs},
            float(second.x[: len(moves.lost)] @ moves.lost), per_day, proceeds,
            1.0 - lost / sold if sold > 0.0 else None, route_uses(self.routes, here, first, second),
        )

    def prices_of_needs(self) -> list[float]:
        """Price of each need's currency on day 0. [base]"""
        return [float(np.asarray(self.prices[need.currency], dtype=float).flat[0])
                for need in self.needs]
