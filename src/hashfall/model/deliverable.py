"""Deliverable money by date with its measures: time to cash, convertible share, trapped stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hashfall.model.cashout import Level, Need, Prices, Routes
from hashfall.model.cashout_checks import check_routes
from hashfall.model.cashout_days import lay_out
from hashfall.model.cashout_plan import CashOut, Collected, Plan
from hashfall.model.linear import Floats

__all__ = ["Deliverable", "RouteEffect", "Speed", "deliverable", "route_effects", "speed",
           "waiting_days"]

_TIE = 1e-6


class Speed(NamedTuple):
    """How fast coins become money, as fast as the routes allow and whatever it costs.

    ``available`` and ``converted`` add up by day, in base currency at the prices of day 0;
    ``share`` is their ratio (NaN before the first coin), ``trapped`` what never arrives.
    """

    available: Floats
    converted: Floats
    share: Floats
    trapped: float


class Deliverable(NamedTuple):
    """Money by date and what it takes.

    ``money`` has one entry for each of ``days``, each the most of its own; ``last`` is the
    most at the end of the horizon, with its cut and what stays behind. ``time_to_cash``
    has a number of days for each quantile asked for, None where coins never arrive.
    """

    days: tuple[int, ...]
    money: Floats
    last: Collected
    plan: Plan
    first_unmet: int | None
    speed: Speed
    time_to_cash: dict[float, float | None]


class RouteEffect(NamedTuple):
    """What changes when a route's capacity does: most money by a day, unpaid, lost. [base]"""

    name: str
    money: float
    unpaid: float
    lost: float


def speed(routes: Routes, supply: Mapping[str, Floats], prices: Prices, days: int,
          level: Level = "mid", file: str = "routes") -> Speed:
    """How fast coins become money that can pay.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes.
    supply : mapping of str to ndarray of shape (days,)
        What comes in, by day; only coins count.
    prices : mapping
        Price of each currency; those of day 0 count.
    days : int
        Length of the time looked at. [days]
    level : {"low", "mid", "high"}
        Which haircut the routes are checked at.
    file : str
        What an error names as the place of the input.

    Notes
    -----
    Capacities in money count as many coins as they buy on day 0; nothing is lost on the
    way. The sum over days of what has arrived is made as large as can be: without
    freezes that is the flow which has the most arrived on every day at once (Gale 1959).
    Money that a later freeze takes has not arrived.

    Examples
    --------
    >>> from hashfall.model.cashout import Arc, Place
    >>> routes = Routes((Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")),
    ...                 (Arc("otc", "wallet", "bank", 2.0, haircut=0.1, delay=1),))
    >>> found = speed(routes, {"wallet": np.array([5.0, 0.0, 0.0])}, {"BTC": 10.0, "USD": 1.0}, 3)
    >>> found.share.round(6).tolist(), round(found.trapped, 6)
    ([0.0, 0.4, 0.8], 10.0)
    """
    check_routes(routes, (), prices, days, level, file)
    kinds = {place.name: place.kind for place in routes.places}
    coins = {k: v for k, v in supply.items() if kinds.get(k, "coins") == "coins"}
    here = lay_out(routes, coins, prices, (), level, days, flat=True, file=file)
    nights = here.night[[i for i, p in enumerate(routes.places) if p.kind == "account"]]
    cost = np.zeros(len(here.upper))
    cost[: len(here.moves.arc)] = _TIE
    cost[nights.ravel()] = -1.0
    held = here.program(cost, paying=False).solve().x[nights].sum(axis=0)
    arrived = np.minimum.accumulate(held[::-1])[::-1]
    available = np.cumsum(here.supply.reshape(-1, days).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(available > 0.0, arrived / available, np.nan)
    return Speed(available, arrived, share, float(available[-1] - arrived[-1]))


def waiting_days(available: Floats, converted: Floats,
                 quantiles: Iterable[float]) -> dict[float, float | None]:
    """Quantiles over coins of the days from available to arrived, first in first out. [days]

    Parameters
    ----------
    available, converted : ndarray of shape (days,)
        Sums by day, which do not fall.
    quantiles : iterable of float
        Shares, 0 to 1.

    Returns
    -------
    dict
        Days; None where these coins do not arrive, or there are none.

    Examples
    --------
    >>> waiting_days(np.array([4.0, 4.0, 4.0]), np.array([1.0, 3.0, 3.0]), [0.2, 0.5, 0.9])
    {0.2: 0.0, 0.5: 1.0, 0.9: None}
    """
    total = float(available[-1]) if len(available) else 0.0
    steps = np.unique(np.concatenate([[0.0], available, np.minimum(converted, total)]))
    size, middle = np.diff(steps), (steps[1:] + steps[:-1]) / 2.0
    begin, end = (np.searchsorted(x, middle) for x in (available, converted))
    days = np.where(end < len(converted), (end - begin).astype(float), np.inf)
    order = np.argsort(days, kind="stable")
    reached = np.cumsum(size[order])
    found: dict[float, float | None] = {}
    for q in quantiles:
        at = min(int(np.searchsorted(reached, q * total * (1.0 - 1e-9))), len(order) - 1)
        days_at = float(days[order[at]]) if total > 0.0 else np.inf
        found[q] = days_at if np.isfinite(days_at) else None
    return found


def deliverable(routes: Routes, supply: Mapping[str, Floats], prices: Prices,
                needs: Sequence[Need], horizon: int, *, dates: Sequence[int] | None = None,
                level: Level = "mid", scale: Mapping[str, float] | None = None,
                quantiles: Sequence[float] = (0.5, 0.95), file: str = "routes") -> Deliverable:
    """Money by date, the cheapest plan for what is due, and the measures of the routes.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes.
    supply : mapping of str to ndarray of shape (horizon,)
        Coins and cash that come in, by day. [currency of the place]
    prices : mapping
        Price of each currency, one or one for each day. [base currency]
    needs : sequence of Need
        Payments.
    horizon : int
        Length of the time looked at; days count from 0. [days]
    dates : sequence of int, optional
        Days whose money is wanted; every day if left out.
    level : {"low", "mid", "high"}
        Which haircut of each law.
    scale : mapping of str to float, optional
        Capacity of named routes, as a multiple.
    quantiles : sequence of float
        Shares of coins whose time to cash is wanted.
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        As `check_routes` and `lay_out`.

    Examples
    --------
    >>> from hashfall.model.cashout import Arc, Place
    >>> routes = Routes((Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")),
    ...                 (Arc("otc", "wallet", "bank", 2.0, haircut=0.1, delay=1),))
    >>> pay = Need("pay", ("bank",), 200.0, "USD", 1)
    >>> found = deliverable(routes, {"wallet": np.array([5.0, 0.0, 0.0])},
    ...                     {"BTC": 100.0, "USD": 1.0}, [pay], 3)
    >>> found.money.round(4).tolist(), found.first_unmet, round(found.plan.unpaid["pay"], 4)
    ([0.0, 180.0, 360.0], 1, 20.0)
    >>> [(limit.name, round(limit.money, 2)) for limit in found.last.cut], found.time_to_cash
    ([('otc', 360.0)], {0.5: 2.0, 0.95: None})
    """
    out = CashOut(routes, supply, prices, needs, days=horizon, level=level, file=file)
    wanted = tuple(range(horizon)) if dates is None else tuple(dates)
    money = np.array([out.most(day, scale).money for day in wanted])
    fast = speed(_changed(routes, scale), supply, prices, horizon, level, file)
    return Deliverable(
        wanted, money, out.most(horizon - 1, scale), out.plan(scale), out.first_unmet(scale),
        fast, waiting_days(fast.available, fast.converted, quantiles),
    )


def _changed(routes: Routes, scale: Mapping[str, float] | None) -> Routes:
    """Routes with some capacities multiplied."""
    times = scale or {}
    return routes._replace(arcs=tuple(
        replace(arc, capacity=np.multiply(arc.capacity, times.get(arc.name, 1.0)))
        for arc in routes.arcs
    ))


def route_effects(out: CashOut, by: int, times: float = 0.0) -> list[RouteEffect]:
    """What each route's removal, or another multiple of its capacity, changes; worst first.

    Parameters
    ----------
    out : CashOut
        Routes over days.
    by : int
        Day whose most money is compared. [days]
    times : float
        Multiple of the capacity; 0 removes a route.

    Examples
    --------
    >>> from hashfall.model.cashout import Arc, Place
    >>> routes = Routes((Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")),
    ...                 (Arc("otc", "wallet", "bank", 2.0), Arc("p2p", "wallet", "bank", 1.0)))
    >>> out = CashOut(routes, {"wallet": np.array([5.0])}, {"BTC": 100.0, "USD": 1.0}, days=1)
    >>> [(e.name, round(e.money, 4)) for e in route_effects(out, 0)]
    [('otc', -200.0), ('p2p', -100.0)]
    """
    worth = out.prices_of_needs()
    base, plan = out.most(by).money, out.plan()
    unpaid = sum(plan.unpaid[n.name] * p for n, p in zip(out.needs, worth, strict=True))
    rows = []
    for arc in out.routes.arcs:
        change = {arc.name: times}
        again = out.plan(change)
        left = sum(again.unpaid[n.name] * p for n, p in zip(out.needs, worth, strict=True))
        rows.append(RouteEffect(arc.name, out.most(by, change).money - base, left - unpaid,
                                again.lost - plan.lost))
    return sorted(rows, key=lambda row: (-abs(row.money), -abs(row.unpaid)))
