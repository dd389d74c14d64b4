"""Benchmark of the ledger with routes over venues and rails, against the ledger with one route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hashfall.bench.bare import bare_run, world_run
from hashfall.bench.harness import Contender, compare
from hashfall.bench.jobs import Job, Size, prepared_group
from hashfall.bench.result import Result
from hashfall.bench.speed import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hashfall.book.record import Book

__all__ = ["one_route", "rich_routes", "routes"]

_BAR: Final = 1.5


def one_route(book: Book, coins: float) -> Book:
    """The book with one plain route that takes as much as all of the others.

    Parameters
    ----------
    book : Book
        A book.
    coins : float
        Coins mined in a day. [BTC/day]
    """
    return _with(book, {"only": {"kind": "exchange", "haircut": 0.01,
                                 "capacity_btc_per_day": 15.0 * coins}}, {}, {})


def rich_routes(book: Book, coins: float) -> Book:
    """The book with five routes over three venues and three rails that open and close.

    Parameters
    ----------
    book : Book
        A book.
    coins : float
        Coins mined in a day. [BTC/day]
    """
    hazard = {"closes_per_year": 1.0, "reopens_after_days": 20.0}
    venues = {
        "exchange": {"kind": "exchange", "capacity_btc_per_day": 5.0 * coins, **hazard},
        "desk": {"kind": "otc", "capacity_btc_per_day": 8.0 * coins, **hazard},
        "street": {"kind": "p2p", "capacity_btc_per_day": 2.0 * coins, **hazard},
    }
    rails = {
        "wire": {"kind": "bank", "currency": "USD", "capacity_per_day": 5e5 * coins, **hazard},
        "second": {"kind": "bank", "currency": "USD", "delay_days": 1.0, "fee": 0.002, **hazard},
        "notes": {"kind": "cash", "currency": "USD", "fee": 0.01, **hazard},
    }

    def route(kind: str, venue: str, rail: str, share: float, haircut: float) -> dict[str, Any]:
        return {"kind": kind, "venue": venue, "rail": rail, "haircut": haircut,
                "capacity_btc_per_day": share * coins, "impact": 0.02}

    return _with(book, {
        "first": route("exchange", "exchange", "wire", 4.0, 0.002),
        "other": route("exchange", "exchange", "second", 3.0, 0.006),
        "block": route("otc", "desk", "second", 8.0, 0.012),
        "hand": route("p2p", "street", "notes", 2.0, 0.04),
        "late": {**route("otc", "desk", "notes", 4.0, 0.03), **hazard},
    }, venues, rails)


def _with(book: Book, routes: dict[str, Any], venues: dict[str, Any],
          rails: dict[str, Any]) -> Book:
    from hashfall.book.consistency import check
    from hashfall.book.money import Rail, Route, Venue

    closures = ("route_closure", "venue_closure", "rail_closure")
    made = book.model_copy(update={
        "routes": {k: Route.model_validate(v) for k, v in routes.items()},
        "venues": {k: Venue.model_validate(v) for k, v in venues.items()},
        "rails": {k: Rail.model_validate(v) for k, v in rails.items()},
        "events": {k: e for k, e in book.events.items() if e.kind not in closures},
    })
    check(made)
    return made


def routes(size: Size) -> Iterator[Result]:
    """Ledger alone: time of world and ledger less that of the world, round by round."""
    from hashfall.book.draws import median
    from hashfall.book.values import number
    from hashfall.engine.market import frame_of, plan_of
    from hashfall.engine.pack import pack
    from hashfall.ingest.market import market_inputs

    for name in size.cases:
        prepared, group = prepared_group(name)
        if not group.fleet:
            continue
        market, book = market_inputs(group), median(group)
        plan = plan_of(group, market, size.days, prepared.world)
        frame = frame_of(group, market, plan)
        coins = sum(number(fleet.hashrate_ph) for fleet in book.fleet.values()
                    if fleet.hashrate_ph is not None) * frame.hashprice_usd_ph_day / frame.price_usd
        jobs = {key: Job(key, plan, pack(make(book, coins), frame))
                for key, make in (("one route", one_route), ("five routes", rich_routes))}
        work = float(size.paths * size.days)
        found = compare([
            *(Contender(key, bare_run(job, size.paths, SEED), work) for key, job in jobs.items()),
            Contender("world", world_run(plan, size.paths, SEED), work),
        ], rounds=size.rounds, least=size.least)
        yield Result("routes", name, "ledger with one route", _ratios(found.seconds), _BAR,
                     at_most=True, load=found.load,
                     rates={k: 1e-6 / found.best(k) for k in found.seconds})


def _ratios(seconds: dict[str, list[float]]) -> list[float]:
    """Time of the ledgers alone, round by round.

    Examples
    --------
    >>> _ratios({"five routes": [4.0], "one route": [3.0], "world": [1.0]})
    [1.5]
    """
    return [(many - world) / max(one - world, 1e-12) for many, one, world in zip(
        seconds["five routes"], seconds["one route"], seconds["world"], strict=True)]
