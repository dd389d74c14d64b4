"""Money that the routes deliver by day, over the median book and draws of the book."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from hashfall.book.record import Book
from hashfall.engine.calendar import Floats
from hashfall.engine.cashout_graph import WALLET, WIDE, Chance, Graph, graph_of, whole_need
from hashfall.engine.pack import pack
from hashfall.model.cashout import Routes
from hashfall.model.cashout_plan import CashOut, Collected, Plan
from hashfall.model.deliverable import speed, waiting_days

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["Flow", "cut_rows", "days_shown", "first_day", "flow_of", "flow_study",
           "marginal_values", "parts", "picture", "spread"]

_QUANTILES: Final = (0.5, 0.95)
_FILE = "book"
_DUST: Final = 0.01  # USD, of the solver


@dataclass(frozen=True)
class Flow:
    """What the routes of one drawn book deliver.

    Attributes
    ----------
    money : ndarray
        Most money at the end of each day asked for, funding in it. [USD]
    share : ndarray
        Share of the coins that came in which has arrived, as fast as it goes.
    waits : ndarray
        Days to cash at the quantiles, infinite where coins do not arrive. [days]
    collected, plan
        The most money by the last day, and its cheapest plan.
    """

    graph: Graph
    out: CashOut
    money: Any
    share: Any
    waits: Any
    collected: Collected
    plan: Plan


def days_shown(last: int) -> list[int]:
    """Days whose money is told: closer together at first.

    Examples
    --------
    >>> days_shown(31)
    [0, 1, 2, 3, 5, 7, 10, 14, 21, 31]
    """
    marks = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365]
    found = [m for m in marks if m < last]
    if last > 14 and last - found[-1] < 3:
        found.pop()
    return [*found, last]


def flow_of(s: Study, book: Book, by: int, chance: Chance | None = None) -> Flow:
    """Routes of a drawn book laid out to a day.

    Parameters
    ----------
    s : Study
        Book and market.
    book : Book
        Drawn book.
    by : int
        Last day. [days]
    chance : Chance, optional
        Path whose closures by chance count; all is open when left out.

    Notes
    -----
    Time to cash takes coins at hand and those mined in the first half of the time: of
    later ones it could not be seen.
    """
    days = by + 1
    graph = graph_of(s, book, pack(book, s.frame), days, chance)
    out = CashOut(graph.routes, graph.supply, graph.prices, whole_need(graph, by), days=days,
                  file=_FILE)
    shown = days_shown(by)
    money = np.array([out.most(day).money for day in shown]) + _drawn(graph)[shown]
    early = {name: series.copy() for name, series in graph.supply.items()}
    early[WALLET][by // 2 + 1:] = 0.0
    fast = speed(graph.routes, graph.supply, graph.prices, days, file=_FILE)
    seen = speed(graph.routes, early, graph.prices, days, file=_FILE)
    waits = waiting_days(seen.available, seen.converted, _QUANTILES)
    return Flow(graph, out, money, fast.share[shown],
                np.array([np.inf if waits[q] is None else waits[q] for q in _QUANTILES]),
                out.most(by), out.plan())


def first_day(flow: Flow, usd: float) -> float:
    """First day of a flow at whose end an amount can be there; infinite for none. [days]

    Parameters
    ----------
    flow : Flow
        Flow of a drawn book.
    usd : float
        Amount. [USD]

    Notes
    -----
    Money falls only where a freeze begins or funding ends; between such days it is looked
    for by halving.
    """
    drawn = _drawn(flow.graph)

    def enough(day: int) -> bool:
        return bool(flow.out.most(day).money + drawn[day] >= usd)

    falls = {f.start for f in flow.graph.routes.freezes} | {
        int(day) + 1 for day in np.flatnonzero(np.diff(drawn) < 0.0)}
    begins = [0, *sorted(day for day in falls if 0 < day < flow.graph.days)]
    for low, end in zip(begins, [*begins[1:], flow.graph.days], strict=True):
        high = end - 1
        if not enough(high):
            continue
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle + 1, high)
        return float(high)
    return math.inf


def _drawn(graph: Graph) -> Floats:
    """Funding at hand by day. [USD]"""
    return np.asarray(sum(graph.funding.values(), np.zeros(graph.days)))


def parts(flow: Flow, by: int) -> dict[str, Floats]:
    """What the money of the days shown is made of: coins, cash, hosting, other, funding. [USD]

    Parameters
    ----------
    flow : Flow
        Flow of a drawn book.
    by : int
        Its last day. [days]

    Notes
    -----
    Money that was no coin goes through no route, so what orders leave of each part is its own,
    and the rest is coins.
    """
    shown = days_shown(by)
    found = {kind: _free(flow.graph, supply)[shown] for kind, supply in flow.graph.parts.items()}
    found["funding"] = _drawn(flow.graph)[shown]
    coins = flow.money - sum(found.values())
    return {"coins": np.where(np.abs(coins) < _DUST, 0.0, coins), **found}


def _free(graph: Graph, supply: Mapping[str, Floats]) -> Floats:
    """Money by day of what comes in without a coin, as far as orders let it through. [USD]"""
    accounts = {place.name: place for place in graph.accounts}
    if not graph.routes.freezes or not supply:
        return np.asarray(sum((np.cumsum(series) * graph.prices[accounts[name].currency]
                               for name, series in supply.items()), np.zeros(graph.days)))
    arcs = tuple(arc for arc in graph.routes.arcs if arc.start in accounts)
    routes = Routes(tuple(graph.accounts), arcs, graph.routes.freezes)
    out = CashOut(routes, supply, graph.prices, days=graph.days, file=_FILE)
    found = np.zeros(graph.days)
    for day in days_shown(graph.days - 1):
        found[day] = out.most(day).money
    return found


def flow_study(s: Study, make: Callable[[int], Book], by: int, draws: int,
               progress: Callable[[float], None] | None = None) -> list[Flow]:
    """Flows of the first draws of the book, each with the closures of its first path.

    Parameters
    ----------
    s : Study
        Book and market.
    make : callable
        Drawn book by the number of the draw, closures and orders in it.
    by : int
        Last day. [days]
    draws : int
        Number of draws.
    progress : callable, optional
        Told the share that is done.

    Notes
    -----
    A book of one draw has the closures of its first paths, as many as `draws`.
    """
    found = []
    for draw in range(draws):
        path = draw * s.inner if s.draws > 1 else draw
        book = make(draw if s.draws > 1 else 0)
        found.append(flow_of(s, book, by, Chance(s.options.seed, path)))
        if progress is not None:
            progress((draw + 1) / draws)
    return found


def marginal_values(flow: Flow, by: int) -> list[dict[str, Any]]:
    """What each route, venue or rail of a book is worth by a day, the most telling first.

    Parameters
    ----------
    flow : Flow
        Flow of the median book.
    by : int
        Day. [days]

    Returns
    -------
    list of dict
        ``route, unit, moved, spot_usd, lost_usd``; ``usd_per_unit``: money by the day of a
        unit more of daily capacity; ``without_usd``, ``doubled_usd``: change of the money.
    """
    base, rows = flow.collected.money, []
    uses = {use.name: use for use in flow.plan.routes}
    places = {place.name: place for place in flow.graph.routes.places}
    for arc in flow.graph.routes.arcs:
        owner = flow.graph.owners.get(arc.name)
        if owner is None:
            continue
        use = uses[arc.name]
        price = flow.graph.prices[places[arc.start].currency]
        limited = float(np.max(np.asarray(arc.capacity))) * price < 0.99 * WIDE * flow.graph.usd
        rows.append({
            "route": owner, "kind": _kind(arc.name), "unit": f"{places[arc.start].currency}/day",
            "moved": use.moved, "spot_usd": use.spot, "lost_usd": use.lost,
            "usd_per_unit": _clean(use.pays) if limited else 0.0,
            "without_usd": _clean(flow.out.most(by, {arc.name: 0.0}).money - base),
            "doubled_usd": _clean(flow.out.most(by, {arc.name: 2.0}).money - base)
            if limited else 0.0,
        })
    return sorted(rows, key=lambda row: (row["without_usd"], row["route"]))


def _clean(usd: float) -> float:
    """Amount without the solver's dust."""
    return usd if abs(usd) >= 0.01 else 0.0


def _kind(name: str) -> str:
    head = name.partition(" ")[0]
    return head if head in ("venue", "rail") and " " in name else "route"


def cut_rows(flow: Flow) -> list[dict[str, Any]]:
    """Bounds that hold money back by the last day, by name; funding ends at its limits."""
    graph = flow.graph
    rows = [{"name": graph.owners.get(limit.name, limit.name), "kind": limit.kind,
             "of": _made_of(graph, limit.name) if limit.kind == "supply" else "",
             "usd": limit.money, "first_day": limit.first, "last_day": limit.last}
            for limit in flow.collected.cut]
    for name, series in graph.funding.items():
        if series[-1] > 0.0:
            rows.append({"name": name, "kind": "supply", "of": "funding",
                         "usd": float(series[-1]), "first_day": int(np.flatnonzero(series)[0]),
                         "last_day": graph.days - 1})
    return sorted(rows, key=lambda row: -float(row["usd"]))


def _made_of(graph: Graph, name: str) -> str:
    """What comes in at a place without a route: coins, cash, receipts."""
    if name == WALLET:
        return "coins"
    kinds = [kind for kind, supply in graph.parts.items()
             if name in supply and supply[name].any()]
    words = ["cash"] if "cash" in kinds else []
    return " and ".join(words + (["receipts"] if {"hosting", "other"} & {*kinds} else []))


def picture(flow: Flow) -> dict[str, Any]:
    """Amounts of the flow picture: what there is, where it goes, what becomes money. [USD]"""
    graph = flow.graph
    price, places = graph.prices["BTC"], {place.name: place for place in graph.accounts}
    coins = graph.supply[WALLET]
    uses = {use.name: use for use in flow.plan.routes}
    first = [arc for arc in graph.routes.arcs if arc.name in graph.owners
             and _kind(arc.name) == "route"]
    routes = [{"name": graph.owners[a.name], "spot_usd": uses[a.name].spot,
               "lost_usd": uses[a.name].lost} for a in first]
    come = {kind: sum(float(series.sum()) * graph.prices[places[name].currency]
                      for name, series in supply.items()) for kind, supply in graph.parts.items()}
    free = {kind: float(_free(graph, supply)[-1]) for kind, supply in graph.parts.items()}
    held = {kind: max(0.0, come[kind] - free[kind]) for kind in come}
    sold = sum(uses[a.name].spot for a in first)
    lost = sum(use.lost for use in uses.values())
    arrived = sum(come.values()) + sold - lost
    frozen, funds = max(0.0, arrived - flow.collected.money), float(_drawn(graph)[-1])
    return {
        "coins_usd": float(coins[0]) * price, "mined_usd": float(coins[1:].sum()) * price,
        "cash_usd": come["cash"], "hosting_usd": come["hosting"],
        "other_receipts_usd": come["other"], "funding_usd": funds,
        "routes": routes, "lost_usd": lost,
        "unsold_usd": max(0.0, float(coins.sum()) * price - sold),
        "money_usd": flow.collected.money + funds, "frozen_usd": frozen,
        "frozen_of": {"coins": max(0.0, frozen - sum(held.values())), "cash": held["cash"],
                      "hosting": held["hosting"], "other_receipts": held["other"]},
        "cut": [row["name"] for row in cut_rows(flow) if row["kind"] == "route"],
    }


def spread(values: Sequence[float], whole: bool = False) -> tuple[float, float, float]:
    """5, 50 and 95% points of some numbers; of those that are there where `whole`.

    Examples
    --------
    >>> spread([1.0, 2.0, 3.0]), spread([1.0, 2.0, float("inf")], whole=True)
    ((1.1, 2.0, 2.9), (1.0, 2.0, inf))
    """
    data = np.asarray(values, float)
    method: Literal["nearest", "linear"] = "nearest" if whole else "linear"
    low, mid, high = np.quantile(data, [0.05, 0.5, 0.95], method=method)
    return round(float(low), 9), float(mid), round(float(high), 9)
