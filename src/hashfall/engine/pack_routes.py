"""Venues, rails and routes over both as gates, slices and ways: what the kernel goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hashfall.book.figure import number
from hashfall.book.money import Rail, Route, Venue
from hashfall.book.record import Book
from hashfall.book.rules_routes import MOST_WAYS, account_of, currency_of_route
from hashfall.engine.calendar import Floats
from hashfall.engine.streams import FACTOR
from hashfall.errors import InputError
from hashfall.model.columns import NEVER_FULL, NO_LIMIT, TapKind
from hashfall.model.routes import NEVER, Slice, Way, impact_losses, waiting_scales, ways

if TYPE_CHECKING:
    from hashfall.engine.pack_money import Money

__all__ = ["NO_LIMIT", "Graph", "Ways", "is_plain", "is_there"]

_NO_VENUE, _NO_RAIL = 0, 1  # gates that are always open


@dataclass
class Graph:
    """What routes share, packed; empty where they share nothing."""

    gates: list[tuple[str, int, int]] = field(default_factory=list)  # currency, stream, word
    gate_floats: list[float] = field(default_factory=list)
    gate_caps: list[Floats] = field(default_factory=list)
    way_ints: list[int] = field(default_factory=list)
    way_floats: list[float] = field(default_factory=list)
    where: dict[int, tuple[int, int]] = field(default_factory=dict)
    pools: list[str] = field(default_factory=list)
    hold_in: list[Floats] = field(default_factory=list)
    pooled: list[int] = field(default_factory=list)
    ring_of: dict[str, int] = field(default_factory=dict)  # first slice of a route

    def hold(self, freezes: Sequence[tuple[str, Floats]]) -> None:
        """Take down which account each freeze hits, and what it holds of what arrives there."""
        if self.pools:
            self.hold_in = [held for _, held in freezes]
            self.pooled = [self.pools.index(a) if a in self.pools else -1 for a, _ in freezes]

    def gate_ints(self, place: Mapping[str, int]) -> list[int]:
        """Whole numbers of the gates in the order of the kernel."""
        found = []
        for (currency, stream, word), caps in zip(self.gates, self.gate_caps, strict=True):
            full = NEVER_FULL if bool(np.all(caps >= NO_LIMIT)) else place.get(currency, -1)
            found += [full, stream, word]
        return found


class _Part(NamedTuple):
    """A slice of a route with what it passes through."""

    name: str
    route: Route
    slice: Slice
    caps: Floats
    delay: int


def is_there(book: Book, route: Route) -> bool:
    """Whether a route is open to a book: an account that it names is the book's own."""
    account = account_of(book, route)
    return account is None or account in book.accounts


def is_plain(book: Book, route: Route) -> bool:
    """Whether a route shares nothing, never closes by itself and has no price impact."""
    shares = route.venue or route.rail or account_of(book, route)
    return not shares and number(route.impact) == 0.0 and number(route.closes_per_year) == 0.0


class Ways:
    """Routes of a book that are not plain, as ways in the order of what they pay.

    Parameters
    ----------
    book : Book
        A drawn book.
    routes : list of (str, Route)
        Its routes that are not plain.
    days : int
        Days of the schedule.
    net : callable
        Share of spot that a route pays before rail and price impact.
    window : callable
        1 on the days between two dates.
    shut : callable
        Capacity of an entry by day, after the closures of a kind that name it.
    """

    def __init__(self, book: Book, routes: list[tuple[str, Route]], days: int,
                 net: Callable[[Route], float], window: Callable[..., Floats],
                 shut: Callable[[Floats, str, str], Floats]) -> None:
        self.book, self.days, self.window, self.shut = book, days, window, shut
        self.parts = [part for name, route in routes for part in self._cut(name, route, net)]
        capped = {k for k, v in book.venues.items() if v.capacity_btc_per_day is not None}
        rails = {k for k, v in book.rails.items() if v.capacity_per_day is not None}
        self.found = ways([p.slice for p in self.parts], capped, rails, MOST_WAYS)
        if len(self.found) > MOST_WAYS:
            raise InputError(book.id, "routes", f"at most {MOST_WAYS} ways to sell a coin", "more")
        self.gates: dict[tuple[str, str], int] = {}
        self.moved = {leg for way in self.found if len(way.legs) > 1 for leg, _ in way.legs}

    def _cut(self, name: str, route: Route, net: Callable[[Route], float]) -> list[_Part]:
        rail = self.book.rails.get(route.rail or "")
        fee, delay = (number(rail.fee), number(rail.delay_days)) if rail else (0.0, 0.0)
        losses = impact_losses(number(route.impact))
        caps = self.window(route.open_from, route.open_until, last=1)
        caps = self.shut(caps * number(route.capacity_btc_per_day), "route_closure", name)
        caps = caps / len(losses)
        found = []
        for loss in losses:
            through = net(route) * (1.0 - loss)
            piece = Slice(through * (1.0 - fee), through, route.venue or "", route.rail or "")
            found.append(_Part(name, route, piece, caps, round(number(route.delay_days) + delay)))
        return found

    def name_of(self, way: Way) -> str:
        """Route by which the money of a way arrives."""
        return self.parts[way.legs[-1][0]].name

    def best(self) -> float:
        """Most that a coin brings: share of spot, 0 where nothing pays."""
        return max((way.net for way in self.found), default=0.0)

    def gate(self, graph: Graph) -> None:
        """Gates of what ways pass through, and accounts on which money arrives."""
        for _ in (_NO_VENUE, _NO_RAIL):
            self._gate(graph, "", np.full(self.days, NO_LIMIT), 0, 0, (NEVER, NEVER))
        for key, venue in self.book.venues.items():
            self._place(graph, "venue", key, venue, venue.capacity_btc_per_day, "")
        for key, rail in self.book.rails.items():
            own = self.book.accounts.get(rail.account or "")
            currency = rail.currency or (own.currency if own else "")
            self._place(graph, "rail", key, rail, rail.capacity_per_day, currency)
        for key, route in self.book.routes.items():
            if number(route.closes_per_year) > 0.0:
                self._place(graph, "route", key, route, None, "", dated=False)
        used = {account_of(self.book, part.route) for part in self.parts} - {None}
        graph.pools = [key for key in self.book.accounts if key in used]

    def _place(self, graph: Graph, kind: str, key: str, entry: Venue | Rail | Route,
               capacity: Any, currency: str, *, dated: bool = True) -> None:
        """Gate of one venue, rail or route, if a way passes through it."""
        if not any(key == (p.name if kind == "route" else getattr(p.slice, kind))
                   for p in self.parts):
            return
        caps = np.full(self.days, NO_LIMIT if capacity is None else number(capacity))
        if dated:
            caps = caps * self.window(entry.open_from, entry.open_until, last=1)
            caps = self.shut(caps, f"{kind}_closure", key)
        # Its place in the book, so that a change of another entry moves no draw of this one.
        at = list(getattr(self.book, f"{kind}s")).index(key)
        closes = number(entry.closes_per_year)
        logs = waiting_scales(
            closes, None if entry.reopens_after_days is None else number(entry.reopens_after_days))
        factor = FACTOR[kind] + at // 4 if closes > 0.0 else 0
        self.gates[kind, key] = len(graph.gate_caps)
        self._gate(graph, "" if capacity is None else currency, caps, factor, at % 4, logs)

    def _gate(self, graph: Graph, currency: str, caps: Floats, factor: int, word: int,
              logs: tuple[float, ...]) -> None:
        graph.gates.append((currency, factor, word))
        graph.gate_floats += logs
        graph.gate_caps.append(caps)

    def pack(self, out: Money, way: Way, run: int, taps: Mapping[int, int]) -> None:
        """Append a way to the sources.

        Parameters
        ----------
        out : Money
            Packed money side.
        way : Way
            The way.
        run : int
            Number of ways from this one to the next source that is none.
        taps : mapping
            Place of each slice among the sources.
        """
        graph, at = out.graph, len(out.tap_names)
        graph.where[at] = (len(graph.way_ints), len(graph.way_floats))
        first, last = self.parts[way.legs[0][0]], self.parts[way.legs[-1][0]]
        venue = self.gates.get(("venue", first.slice.venue), _NO_VENUE)
        rail = self.gates.get(("rail", last.slice.rail), _NO_RAIL)
        through = way.legs[-1][1] * last.slice.through
        graph.way_floats += [through, 1.0 / through]
        name = f"routes.{last.name}"
        if len(way.legs) > 1:
            graph.way_ints += [venue, rail, len(way.legs)]
            for leg, coins in way.legs:
                graph.way_ints.append(taps[leg])
                graph.way_floats += [coins, 1.0 / abs(coins)]
            out.tap(name, TapKind.SHIFT, self.book.currency, 0, np.ones(self.days), way.net,
                    1.0 / way.net, covenants=run)
            return
        account = account_of(self.book, last.route)
        own = self.gates.get(("route", last.name), _NO_VENUE)
        pool = graph.pools.index(account) if account is not None else -1
        graph.way_ints += [own, venue, rail, pool, int(way.legs[0][0] in self.moved),
                           int(name not in graph.ring_of)]
        out.tap(name, TapKind.SLICE, currency_of_route(self.book, last.route), last.delay,
                last.caps, way.net, 1.0 / way.net, covenants=run)
        out.share_ring(name)

    def takes(self, look: int, price: float, fx0: Mapping[str, float]) -> Floats:
        """Coins that open routes take within the look-ahead, at the prices of `as_of`. [BTC]

        Notes
        -----
        The lesser of what venues and what rails let through, each with the capacities
        of its routes: never less than what there is, and no closure by chance.
        """
        sides = []
        for kind in ("venue", "rail"):
            total = np.zeros(self.days)
            for key in dict.fromkeys(getattr(p.slice, kind) for p in self.parts):
                mine = [p for p in self.parts if getattr(p.slice, kind) == key]
                taken = sum((p.caps * max(0, look - p.delay + 1) for p in mine),
                            np.zeros(self.days))
                longest = max(max(0, look - p.delay + 1) for p in mine)
                total += np.minimum(taken, self._most(kind, key, price, fx0) * longest)
            sides.append(total)
        return np.asarray(np.minimum(*sides))

    def _most(self, kind: str, key: str, price: float, fx0: Mapping[str, float]) -> Any:
        entry: Any = getattr(self.book, f"{kind}s").get(key)
        if entry is None:
            return NO_LIMIT
        caps = self.shut(self.window(entry.open_from, entry.open_until, last=1),
                         f"{kind}_closure", key)
        if kind == "venue":
            most = entry.capacity_btc_per_day
            return caps * (NO_LIMIT if most is None else number(most))
        if entry.capacity_per_day is None:
            return caps * NO_LIMIT
        own = self.book.accounts.get(entry.account or "")
        currency = entry.currency or (own.currency if own else "USD")
        return caps * number(entry.capacity_per_day) * fx0[currency] / (price * fx0["USD"])

