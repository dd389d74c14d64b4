"""The ledger's sales against the flow that sees ahead: the same routes, states and prices."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hashfall.engine.calendar import Floats
from hashfall.model.cashout import Arc, Place, Routes
from hashfall.model.columns import GATE_I, TAP_F, TAP_I, Head, Row, TapKind, Value
from hashfall.model.layout import WorldRow
from hashfall.verify.check import Check, holds, near
from hashfall.verify.random_books import frame, stormy_world
from hashfall.verify.random_routes import routed_book

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.engine.replay import Trace

__all__ = ["Compared", "check_flow", "compared", "delays_on_rails", "with_plenty"]

WALLET, CASH, OWN = "wallet", "cash", "F"
_WIDE = 1e3  # BTC a day: more than routes take, and not so much that the solver rounds
_DAYS, _BOOKS, _SEED = 40, 12, 11
_FLOW = "time-expanded flow, solved by HiGHS, with the states and prices of the path"


class Compared(NamedTuple):
    """Money from coins that has arrived by each day, by the ledger and by the flow. [F]"""

    ledger: Floats
    flow: Floats


class _Market(NamedTuple):
    """What a path was: states of gates, price and rates by day, day 0 as day 1."""

    is_open: Floats  # (gates, days)
    price: Floats  # F/BTC
    rate: Floats  # (currencies, days), F per unit


def _market(trace: Trace) -> _Market:
    head, days = trace.packed.head, len(trace.world)
    is_open = np.ones((int(head[Head.GATES]), days + 1))
    for mark in trace.marks:
        if mark.what in ("opens", "closes"):
            is_open[int(mark.name.removeprefix("gate ")), mark.day :] = mark.what == "opens"
    values, world = trace.packed.values, np.vstack([trace.world[:1], trace.world])
    rows = [int(head[Head.I_FX + i]) for i in range(int(head[Head.CURRENCIES]))]
    units = [world[:, row] if row >= 0 else np.ones(days + 1) for row in rows]
    rate = np.array([units[0] / unit * values[int(Value.FX_SCALE) + i]
                     for i, unit in enumerate(units)])
    return _Market(is_open, world[:, WorldRow.PRICE] * rate[int(head[Head.USD])], rate)


def _gates(trace: Trace, market: _Market) -> Floats:
    """Most that each gate takes by day, in coins at spot. [BTC]"""
    packed, head = trace.packed, trace.packed.head
    found = np.zeros_like(market.is_open)
    for g in range(len(found)):
        currency = int(packed.ints[head[Head.I_GATE] + g * GATE_I])
        caps = packed.schedule[: found.shape[1], head[Head.S_GATE] + g] * market.is_open[g]
        unit = market.rate[currency] / market.price if currency >= 0 else 1.0
        found[g] = np.minimum(caps * unit, _WIDE)
    return found


def _routes(trace: Trace, market: _Market) -> Routes:
    """Slices of the packed routes as arcs, with venues and rails between."""
    packed, head = trace.packed, trace.packed.head
    caps = _gates(trace, market)
    places = {WALLET: Place(WALLET, "BTC", "coins"), CASH: Place(CASH, OWN, "account")}
    arcs: dict[str, Arc] = {}
    for t in range(int(head[Head.TAPS])):
        kind, _, delay, _, _, where, of = (
            int(v) for v in packed.ints[head[Head.I_TAP] + t * TAP_I :][:TAP_I]
        )
        if kind not in (TapKind.ROUTE, TapKind.SLICE):
            continue
        own, venue, rail, through = 0, 0, 1, 1.0
        net = float(packed.values[head[Head.F_TAP] + t * TAP_F])
        cap = packed.schedule[: caps.shape[1], head[Head.S_CAP] + t]
        if kind == TapKind.SLICE:
            own, venue, rail = (int(v) for v in packed.ints[head[Head.I_WAY] + where :][:3])
            through = float(packed.values[head[Head.F_WAY] + of])
            cap = cap * market.is_open[own]
        start, end = WALLET, CASH
        if venue > 1:
            start = f"venue {venue}"
            places[start] = Place(start, "BTC", "venue")
            arcs[start] = Arc(start, WALLET, start, caps[venue], opens=1)
        if rail > 1:
            end = f"rail {rail}"
            places[end] = Place(end, OWN, "rail")
            arcs[end] = Arc(end, end, CASH, caps[rail] * market.price,
                            fee=1.0 - net / through, delay=delay, opens=1)
        share, wait = (through, 0) if rail > 1 else (net, delay)
        arcs[f"slice {t}"] = Arc(f"slice {t}", start, end, np.minimum(cap, _WIDE),
                                 fee=1.0 - share, delay=wait, opens=1)
    return Routes(tuple(places.values()), tuple(arcs.values()))


def compared(trace: Trace) -> Compared:
    """Money from coins by day, by the ledger and by the flow that sees the whole path.

    Parameters
    ----------
    trace : Trace
        A path; routes over one rail have one delay.

    Notes
    -----
    Counted before freezes and payments. The flow may sell every coin that came in on
    the path, and knows all prices and closures.
    """
    from hashfall.model.cashout_plan import CashOut

    days, market = len(trace.world), _market(trace)
    money, coins = np.zeros(days + 1), np.zeros(days + 1)
    coins[0] = trace.packed.state[Row.COINS]
    for event in trace.events:
        if event.account == "cash" and event.what in ("sold", "arrived") and (
            event.name.startswith("routes.")
        ):
            money[event.day] += event.value
        if event.account == "coins" and event.what in ("mined", "given back"):
            coins[event.day] += event.amount
    routes = _routes(trace, market)
    if len(routes.arcs) == 0:
        return Compared(np.cumsum(money), np.zeros(days + 1))
    out = CashOut(routes, {WALLET: coins}, {"BTC": market.price, OWN: 1.0}, days=days + 1)
    return Compared(np.cumsum(money), np.array([out.most(d).money for d in range(days + 1)]))


def delays_on_rails(book: Book, delay: Callable[[str], int]) -> Book:
    """Copy of a book with one delay for all routes over a rail: the flow has it on the rail.

    Parameters
    ----------
    book : Book
        A book.
    delay : callable
        Delay of a rail, or of a route without one, by its name. [days]
    """
    routes = {
        key: route.model_copy(update={"delay_days": 0 if route.rail else delay(key)})
        for key, route in book.routes.items()
    }
    rails = {key: rail.model_copy(update={"delay_days": delay(key)})
             for key, rail in book.rails.items()}
    return book.model_copy(update={"routes": routes, "rails": rails})


def with_plenty(book: Book, delay: int) -> Book:
    """More coins than routes take and more to pay than they bring, one delay everywhere."""
    from hashfall.book.money import Claim

    due = book.as_of + dt.timedelta(days=1)
    claim: Any = {"entity": "a", "creditor": "C", "kind": "claim", "amount": 1e12,
                  "currency": "USD", "due": due}
    return delays_on_rails(book, lambda key: delay).model_copy(update={
        "claims": {"much": Claim.model_validate(claim)}, "coin_loans": {},
        "coins": book.coins.model_copy(update={"free_btc": 2e4}),
    })


def check_flow() -> list[Check]:
    """Money by date: equal where coins are plenty, never above the flow on random paths."""
    from hashfall.engine.pack import pack
    from hashfall.engine.replay import replay

    world, apart, above, gaps = stormy_world(_DAYS), 0.0, 0.0, []
    for i in range(_BOOKS):
        book = routed_book(random.Random(_SEED + i).random)
        full = pack(with_plenty(book, i % 3), frame(_DAYS))
        same = compared(replay(world, full, i, _SEED))
        apart = max(apart, _largest(np.abs(same.ledger - same.flow), same.flow))
        packed = pack(delays_on_rails(book, lambda key: len(key) % 3), frame(_DAYS))
        both = compared(replay(world, packed, i, _SEED))
        above = max(above, _largest(both.ledger - both.flow, both.flow))
        if both.flow[-1] > 0.0:
            gaps.append(1.0 - float(both.ledger[-1] / both.flow[-1]))
    gap = f"{above:.1e}; on average {np.mean(gaps):.0%} below on the last day"
    return [
        near("ledger-flow", f"{_BOOKS} books, more coins than routes take: largest difference "
             "of money by a date", 0.0, apart, 1e-7, _FLOW, 9),
        holds("ledger-flow", f"{_BOOKS} books, random paths: ledger above the flow, at most",
              "nothing", gap, above <= 1e-7, _FLOW),
    ]


def _largest(difference: Floats, size: Floats) -> float:
    return float(np.max(difference / max(1.0, float(size[-1]))))
