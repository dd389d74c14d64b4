"""Random small books whose routes share venues and rails that open and close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hashfall.verify.random_books import FX, PRICE_USD, Pick, random_book

if TYPE_CHECKING:
    from hashfall.book.record import Book

__all__ = ["routed_book"]


def routed_book(uniform: Callable[[], float], *, hazards: bool = True) -> Book:
    """Random valid book with venues, rails, price impact, closures and named accounts.

    Parameters
    ----------
    uniform : callable
        The next number in [0, 1]; the same numbers give the same book.
    hazards : bool
        Whether anything opens and closes by chance.
    """
    from hashfall.book.consistency import check
    from hashfall.book.record import Book

    pick, base = Pick(uniform), random_book(uniform)
    book = base.model_dump(by_alias=True, exclude_unset=True)
    book["venues"] = {f"v{i}": _venue(pick, hazards) for i in range(pick.whole(0, 3))}
    book["rails"] = {f"r{i}": _rail(pick, base, hazards) for i in range(pick.whole(0, 3))}
    routes = {f"route_{i}": _route(pick, base, book, i, hazards)
              for i in range(pick.whole(1, 6))}
    book["routes"] = routes
    if pick.chance(0.5):
        _cross(pick, book, base)
        routes = book["routes"]
    if pick.chance(0.6):
        # More is owed than routes bring: every way is gone through each day.
        book["coins"] = {"free_btc": 4000.0}
        book["claims"] = {"much": {
            "entity": "a", "creditor": "C", "kind": "claim", "amount": 5e9, "currency": "USD",
            "due": base.as_of + dt.timedelta(days=pick.whole(1, 60)), "grace_days": 30.0,
        }}
    book["events"] = {k: e for k, e in book["events"].items() if k != "closure"}
    _closures(pick, base, book)
    # Two routes with impact at most: each more would multiply the ways.
    impact = [r for r in routes.values() if r["impact"] > 0.0]
    for route in impact[2:]:
        route["impact"] = 0.0
    made = Book.model_validate(book)
    check(made)
    return made


def _cross(pick: Pick, book: dict[str, Any], base: Book) -> None:
    """Two venues and two rails that all limit each other: some coins have to be sent elsewhere."""
    currency = base.currency
    for i in (0, 1):
        book["venues"][f"v{i}"] = {"kind": "otc", "capacity_btc_per_day": pick.between(2.0, 15.0)}
        book["rails"][f"r{i}"] = {
            "kind": "bank", "currency": currency, "delay_days": pick.whole(0, 1),
            "capacity_per_day": pick.between(1.0, 15.0) * PRICE_USD * FX.get(currency, 1.0),
        }
    book["routes"] = {
        f"route_{i}": {
            "kind": "otc", "capacity_btc_per_day": pick.between(2.0, 25.0), "impact": 0.0,
            "fee": pick.between(0.0, 0.1), "venue": f"v{i % 2}", "rail": f"r{i // 2}",
            "delay_days": pick.whole(0, 2),
        }
        for i in range(4)
    }


def _hazard(pick: Pick, hazards: bool) -> dict[str, Any]:
    if not hazards or pick.chance(0.5):
        return {}
    return {"closes_per_year": pick.between(1.0, 40.0),
            "reopens_after_days": pick.one((None, 2.0, 15.0))}


def _venue(pick: Pick, hazards: bool) -> dict[str, Any]:
    venue = {"kind": "otc", **_hazard(pick, hazards)}
    if pick.chance(0.7):
        venue["capacity_btc_per_day"] = pick.between(0.0, 15.0)
    return venue


def _rail(pick: Pick, book: Book, hazards: bool) -> dict[str, Any]:
    rail: dict[str, Any] = {"kind": "bank", "fee": pick.one((0.0, 0.01)),
                            "delay_days": pick.one((0, 0, 2)), **_hazard(pick, hazards)}
    if pick.chance(0.6):
        name = pick.one(list(book.accounts))
        rail["account"], currency = name, book.accounts[name].currency
    else:
        currency = rail["currency"] = pick.one(("USD", book.currency))
    if pick.chance(0.7):
        units = FX.get(currency, 1.0)
        rail["capacity_per_day"] = pick.between(0.0, 10.0) * PRICE_USD * units
    return rail


def _route(pick: Pick, base: Book, book: dict[str, Any], i: int,
           hazards: bool) -> dict[str, Any]:
    route: dict[str, Any] = {
        "kind": "otc", "capacity_btc_per_day": pick.between(0.0, 25.0),
        "fee": pick.between(0.0, 0.03), "haircut": pick.one((0.0, 0.02, 0.1)),
        "impact": pick.one((0.0, 0.0, 0.05, 0.2)), "delay_days": pick.whole(0, 3),
        "source": f"assumption {i}",
    }
    if book["venues"] and pick.chance(0.8):
        route["venue"] = pick.one(list(book["venues"]))
    if book["rails"] and pick.chance(0.8):
        route["rail"] = pick.one(list(book["rails"]))
    elif pick.chance(0.3):
        route["account"] = pick.one(list(base.accounts))
    return {**route, **_hazard(pick, hazards and pick.chance(0.3))}


def _closures(pick: Pick, base: Book, book: dict[str, Any]) -> None:
    for kind, table in (("venue_closure", "venues"), ("rail_closure", "rails"),
                        ("route_closure", "routes")):
        if book[table] and pick.chance(0.3):
            start = base.as_of + dt.timedelta(days=pick.whole(1, 60))
            book["events"][kind] = {
                "kind": kind, "what": pick.one(list(book[table])), "start": start,
                "until": start + dt.timedelta(days=pick.whole(1, 60)),
            }
