"""Rules about the ways from coins to money: where they lead, in which currency, how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hashfall.book.money import Route
from hashfall.book.problem import Problem
from hashfall.book.record import Book
from hashfall.book.rules_references import TARGETS
from hashfall.book.values import points
from hashfall.model.routes import PARTS, Slice, impact_losses, ways

__all__ = ["MOST_WAYS", "RULES", "account_of", "currency_of_route"]

MOST_WAYS = 96
"""Most ways from coins to money, those that take back an earlier sale included."""


def account_of(book: Book, route: Route) -> str | None:
    """Account on which the money of a route arrives; None where it names none."""
    rail = book.rails.get(route.rail or "")
    return route.account or (rail.account if rail else None)


def currency_of_route(book: Book, route: Route) -> str:
    """Currency of the money of a route: that of its account, of its rail, or its own."""
    rail, account = book.rails.get(route.rail or ""), account_of(book, route)
    if account in book.accounts:
        return book.accounts[account].currency
    return rail.currency if rail and rail.currency else route.currency


def route_ends(book: Book) -> Iterator[Problem]:
    """A rail has a currency or an account: else its routes lead nowhere."""
    for key, rail in book.rails.items():
        place, account = f"rails.{key}", book.accounts.get(rail.account or "")
        if rail.currency is None and rail.account is None:
            hint = "its routes lead nowhere"
            yield Problem(f"{place}.currency", "a currency, or an account", "neither", hint)
        elif account is not None and rail.currency not in (None, account.currency):
            expected = f"the currency of account {rail.account} ({account.currency})"
            yield Problem(f"{place}.currency", expected, str(rail.currency))
    for key, route in book.routes.items():
        rail_of = book.rails.get(route.rail or "")
        if rail_of and route.account and rail_of.account not in (None, route.account):
            expected = f"the account of rail {route.rail} ({rail_of.account})"
            yield Problem(f"routes.{key}.account", expected, route.account)


def route_currencies(book: Book) -> Iterator[Problem]:
    """The currency of a route is that of its account or rail."""
    for key, route in book.routes.items():
        end = currency_of_route(book, route)
        if "currency" in route.model_fields_set and route.currency != end:
            whose = f"account {account_of(book, route)}" if account_of(
                book, route) in book.accounts else f"rail {route.rail}"
            expected = f"the currency of {whose} ({end})"
            yield Problem(f"routes.{key}.currency", expected, route.currency, "leave it out")
        account = book.accounts.get(route.account or "")
        rail = book.rails.get(route.rail or "")
        if account and rail and rail.currency not in (None, account.currency):
            expected = f"an account in the currency of rail {route.rail} ({rail.currency})"
            yield Problem(f"routes.{key}.account", expected, f"{route.account} in "
                          f"{account.currency}")


def reopening(book: Book) -> Iterator[Problem]:
    """What opens again after a closure can close."""
    for table in ("venues", "rails", "routes"):
        for key, entry in getattr(book, table).items():
            if entry.reopens_after_days is not None and not any(points(entry.closes_per_year)):
                yield Problem(f"{table}.{key}.closes_per_year", "how often it closes, since it "
                              "opens again", "nothing")


def few_ways(book: Book) -> Iterator[Problem]:
    """Not too many ways from coins to money through venues and rails that have capacities."""
    slices = []
    for route in book.routes.values():
        parts = PARTS if any(points(route.impact)) else 1
        # Only their number counts here: all pay something.
        slices += [Slice(1.0, 1.0, route.venue or "", route.rail or "")
                   for _ in impact_losses(0.1 if parts > 1 else 0.0)]
    capped = {k for k, v in book.venues.items() if v.capacity_btc_per_day is not None}
    rails = {k for k, v in book.rails.items() if v.capacity_per_day is not None}
    found = len(ways(slices, capped, rails, MOST_WAYS))
    if found > MOST_WAYS:
        hint = "leave out the impact of routes, or the capacity of a venue or rail that they share"
        yield Problem("routes", f"at most {MOST_WAYS} ways to sell a coin, those that send an "
                      "earlier sale elsewhere included", "more", hint)


def closed_in_part(book: Book) -> Iterator[Problem]:
    """Only what has a capacity can close in part."""
    for key, event in book.events.items():
        if event.kind in ("venue_closure", "rail_closure") and any(
            point < 1.0 for point in points(event.share)
        ):
            entry = getattr(book, TARGETS[event.kind]).get(event.what)
            limit = getattr(entry, "capacity_btc_per_day", getattr(entry, "capacity_per_day", 0.0))
            if limit is None:
                yield Problem(f"events.{key}.share", f"1, since {event.what} has no capacity",
                              "less")


RULES: Mapping[str, Callable[[Book], Iterator[Problem]]] = {
    "route_ends": route_ends,
    "route_currencies": route_currencies,
    "reopening": reopening,
    "few_ways": few_ways,
    "closed_in_part": closed_in_part,
}
"""Rules of this module by name."""
