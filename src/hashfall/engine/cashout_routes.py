"""What each route is worth in default probability: taken out, copied, doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hashfall.book.money import Event, Route
from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.block import Fate, Total
from hashfall.engine.pack import Options, Packed, pack
from hashfall.engine.paired import paired
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.run import Outcome

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["Variant", "apart", "changes", "clients_at", "closed", "copied", "doubled",
           "route_variants", "routes_table", "wholly_convertible"]

Variant = Callable[[Book], Book]
"""Makes another drawn book of a drawn book."""
_DAY_BEFORE: Final = dt.timedelta(days=1)
_CLOSURES: Final = {"route_closure": "routes", "venue_closure": "venues",
                    "rail_closure": "rails"}


def closed(book: Book, names: Sequence[str], start: dt.date | None = None) -> Book:
    """The book with routes, venues or rails shut for good, by default before it begins.

    Parameters
    ----------
    book : Book
        Drawn book.
    names : sequence of str
        Routes, venues and rails.
    start : date, optional
        First day on which they are shut.
    """
    first = book.as_of - _DAY_BEFORE if start is None else start
    events = dict(book.events)
    for kind, table in _CLOSURES.items():
        mine = [name for name in names if name in getattr(book, table)]
        events = {key: event for key, event in events.items()
                  if event.kind != kind or event.what not in mine}
        events |= {f"{kind}_{name}": Event.model_validate(
            {"kind": kind, "what": name, "start": first}) for name in mine}
    return book.model_copy(update={"events": events})


def apart(book: Book, route: Route) -> Route:
    """The route by itself: nothing that it shares with others limits it."""
    rail = None if route.rail is None else book.rails[route.rail]
    update: dict[str, Any] = {"venue": None, "rail": None, "account": None}
    account = route.account or (rail.account if rail else None)
    if rail is not None:
        update["delay_days"] = number(route.delay_days) + number(rail.delay_days)
        update["fee"] = 1.0 - (1.0 - number(route.fee)) * (1.0 - number(rail.fee))
    if account is not None:
        update["currency"] = book.accounts[account].currency
    elif rail is not None and rail.currency is not None:
        update["currency"] = rail.currency
    return route.model_copy(update=update)


def copied(book: Book, name: str) -> Book:
    """The book with a second route like one of its own, through a venue and rail of its own."""
    twin = apart(book, book.routes[name])
    return book.model_copy(update={"routes": {**book.routes, f"{name}_copy": twin}})


def doubled(book: Book, name: str) -> Book:
    """The book with twice the capacity of one of its routes."""
    route = book.routes[name]
    wider = route.model_copy(
        update={"capacity_btc_per_day": 2.0 * number(route.capacity_btc_per_day)})
    return book.model_copy(update={"routes": {**book.routes, name: wider}})


def clients_at(book: Book, kept: float) -> Book:
    """The book with clients who keep a share of their coins' spot value when they sell.

    Notes
    -----
    The ledger pays clients in coins at spot; what their own way to money costs them is put
    on top of the fee of their pool.
    """
    hosting = {
        name: row.model_copy(update={
            "client_pool_fee": 1.0 - (1.0 - number(row.client_pool_fee)) * kept})
        for name, row in book.hosting.items()
    }
    return book.model_copy(update={"hosting": hosting})


def wholly_convertible(s: Study, book: Book) -> Packed:
    """Ledger of a drawn book whose coins sell at spot, at once, without limit or fee."""
    return pack(book, s.frame, Options(remove=frozenset({"route"})))


def changes(s: Study, variants: Mapping[str, Variant], draws: int, inner: int, *,
            packed: Mapping[str, Callable[[Book], Packed]] | None = None,
            asked: Callable[[Book, int], Book] | None = None,
            progress: Callable[[float], None] | None = None) -> dict[str, dict[str, Any]]:
    """12-month PD of the book and of each variant, with the change on the same paths.

    Parameters
    ----------
    s : Study
        Book and world.
    variants : mapping
        Books by name, each made from a draw.
    draws, inner : int
        Draws of the book, and paths of each (a multiple of 128).
    packed : mapping, optional
        Ledgers by name, each packed from a draw in its own way.
    asked : callable, optional
        What is shut and frozen in a drawn book of a number; variants are made after it, so
        that it stays where something else is tried, and their changes counted from it.
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    dict
        By name, ``base`` first, then ``asked`` if it is given: ``pd``, ``change`` (None of
        the base), ``realised_over_spot``, ``trapped_btc``, ``sold_btc``.
    """
    own = packed or {}

    def books(draw: int) -> list[Packed]:
        book = s.draw(draw)
        first = [pack(book, s.frame)]
        if asked is not None:
            book = asked(book, draw)
            first.append(pack(book, s.frame))
        return [*first, *(pack(make(book), s.frame) for make in variants.values()),
                *(make(book) for make in own.values())]

    runs = s.run(books, inner=inner, draws=draws, progress=progress)
    names = ["base", *(["asked"] if asked is not None else []), *variants, *own]
    other = runs[0 if asked is None else 1]
    return {name: _found(s, runs[0] if name == "asked" else other, run, name == "base")
            for name, run in zip(names, runs, strict=True)}


def _found(s: Study, base: Outcome, run: Outcome, first: bool) -> dict[str, Any]:
    last = min(horizon_days(s.book.as_of, 12), s.plan.days)
    days = run.clock(Fate.D1)
    spot = run.total[Total.SOLD_SPOT]
    return {
        "pd": probability(days, last),
        "change": None if first else paired(base.clock(Fate.D1), days, last),
        "realised_over_spot": float(run.total[Total.SOLD_NET] / spot) if spot > 0.0 else None,
        "sold_btc": float(run.total[Total.SOLD_BTC] / run.paths),
        "trapped_btc": float(run.total[Total.TRAPPED] / run.paths),
    }


def route_variants(book: Book) -> dict[str, Variant]:
    """Each route taken out, copied and doubled, and all of them taken out."""
    made: dict[str, Variant] = {}
    for name in book.routes:
        made[f"{name}.remove"] = partial(closed, names=[name])
        made[f"{name}.copy"] = partial(copied, name=name)
        made[f"{name}.double"] = partial(doubled, name=name)
    if book.routes:
        made["all.remove"] = lambda b: closed(b, list(b.routes))
    return made


def routes_table(book: Book, found: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows by route: change of the 12-month PD without it, with a copy, at twice its capacity."""
    names = [*book.routes, *(["all"] if "all.remove" in found else [])]
    return [
        {"route": name, **{
            key: found[f"{name}.{key}"]["change"] if f"{name}.{key}" in found else None
            for key in ("remove", "copy", "double")}}
        for name in names
    ]


