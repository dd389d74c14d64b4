"""What routes, needs and freezes may not be: one line each, naming the place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from hashfall.errors import InputError
from hashfall.model.cashout import (
    Arc,
    Freeze,
    Law,
    Level,
    Need,
    Place,
    Prices,
    Routes,
    losses,
)
from hashfall.model.linear import Floats
from hashfall.model.ways import least_cycle, reaching

__all__ = ["check_routes", "check_supply"]


def check_routes(routes: Routes, needs: Sequence[Need], currencies: Collection[str], days: int,
                 level: Level = "mid", file: str = "routes") -> None:
    """Refuse routes that cannot be, with the first reason found.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes.
    needs : sequence of Need
        Payments.
    currencies : collection of str
        Currencies that have a price.
    days : int
        Length of the time looked at. [days]
    level : {"low", "mid", "high"}
        Which haircut.
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        For an unknown place or currency, a name used twice, a capacity, fee, haircut or
        delay out of range, impact that is not convex, a route from which no account can
        be reached, a cycle that makes money, a need on what is no account of its
        currency or due outside the days, or freezes of one account that overlap.

    Examples
    --------
    >>> from hashfall.model.cashout import Place
    >>> wallet, shop = Place("wallet", "BTC", "coins"), Place("shop", "USD", "venue")
    >>> check_routes(Routes((wallet, shop), (Arc("otc", "wallet", "shop", 5.0),)), (),
    ...              {"BTC", "USD"}, 30)
    Traceback (most recent call last):
    hashfall.errors.InputError: routes: otc: expected a way on to an account, found none from shop
    """
    places = {place.name: place for place in routes.places}
    _unique((place.name for place in routes.places), file)
    _unique((arc.name for arc in routes.arcs), file)
    for place in routes.places:
        _currency(place.currency, place.name, currencies, file)
    for arc in routes.arcs:
        for end in (arc.start, arc.end):
            if end not in places:
                raise InputError(file, arc.name, f"a place among {', '.join(places)}", repr(end))
        _currency(arc.currency or places[arc.start].currency, arc.name, currencies, file)
        _arc(arc, days, file)
    _leads_somewhere(routes, file)
    _no_gain(routes, level, file)
    for need in needs:
        _need(need, routes, days, file)
    _freezes(routes, file)


def _unique(names: Iterable[str], file: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(file, name, "a name used once", "it twice")
        seen.add(name)


def _currency(currency: str, name: str, known: Collection[str], file: str) -> None:
    if currency not in known:
        raise InputError(file, name, f"a currency among {', '.join(sorted(known))}",
                         repr(currency))


def _arc(arc: Arc, days: int, file: str) -> None:
    """Ranges of one arc's numbers."""
    capacity = np.asarray(arc.capacity, dtype=float)
    if capacity.shape not in ((), (days,)):
        raise InputError(file, arc.name, f"a capacity, or one for each of {days} days",
                         f"{capacity.size} numbers")
    wrong = capacity[~((capacity >= 0.0) & np.isfinite(capacity))]
    if wrong.size:
        raise InputError(file, arc.name, "a capacity of 0 or more", f"{wrong.flat[0]:g}")
    if arc.start == arc.end:
        raise InputError(file, arc.name, "an arc between two places", f"{arc.start} to itself")
    if not 0.0 <= arc.fee < 1.0:
        raise InputError(file, arc.name, "a fee of 0 to below 1", f"{arc.fee:g}")
    for haircut in arc.haircut if isinstance(arc.haircut, Law) else (arc.haircut,):
        if not -1.0 < haircut < 1.0:
            raise InputError(file, arc.name, "a haircut above -1 and below 1", f"{haircut:g}")
    if arc.delay < 0:
        raise InputError(file, arc.name, "a delay of 0 days or more", str(arc.delay))
    _impact(arc, file)


def _impact(arc: Arc, file: str) -> None:
    """Impact is a convex loss over the whole capacity."""
    if not arc.impact:
        return
    ends = [0.0, *(end for end, _ in arc.impact)]
    if ends[-1] != 1.0 or any(b <= a for a, b in pairwise(ends)):
        raise InputError(file, arc.name, "parts of the capacity that rise to 1",
                         ", ".join(f"{x:g}" for x in ends[1:]))
    loss = [0.0, *(loss for _, loss in arc.impact)]
    if not loss[-1] < 1.0 or any(not b >= a for a, b in pairwise(loss)):
        raise InputError(file, arc.name, "an impact from 0 to below 1 that does not fall",
                         ", ".join(f"{x:g}" for x in loss[1:]))


def _ends(routes: Routes) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], ...]:
    index = {place.name: i for i, place in enumerate(routes.places)}
    return (np.array([index[arc.start] for arc in routes.arcs], np.int32),
            np.array([index[arc.end] for arc in routes.arcs], np.int32))


def _leads_somewhere(routes: Routes, file: str) -> None:
    """From every arc some account can be reached."""
    tail, head = _ends(routes)
    accounts = [i for i, place in enumerate(routes.places) if place.kind == "account"]
    reached = reaching(len(routes.places), tail, head, accounts)
    for arc, end in zip(routes.arcs, head, strict=True):
        if not reached[end]:
            raise InputError(file, arc.name, "a way on to an account", f"none from {arc.end}")


def _no_gain(routes: Routes, level: Level, file: str) -> None:
    """No round trip at one day's prices pays more than it takes."""
    tail, head = _ends(routes)
    gain = np.array([losses(arc, level)[1][0] for arc in routes.arcs])
    cycle = least_cycle(len(routes.places), tail, head, -np.log(gain))
    if cycle:
        names = [routes.arcs[i].name for i in cycle]
        raise InputError(file, names[0], "no cycle that makes money",
                         f"{' > '.join(names)}, {np.prod(gain[cycle]) - 1.0:.4%} a turn")


def _need(need: Need, routes: Routes, days: int, file: str) -> None:
    """A need is on accounts of its currency, in time."""
    places = {place.name: place for place in routes.places}
    for name in need.accounts:
        place = places.get(name)
        if place is None or place.kind != "account":
            known = ", ".join(p.name for p in routes.places if p.kind == "account")
            raise InputError(file, need.name, f"an account among {known or 'none'}", repr(name))
        if place.currency != need.currency:
            raise InputError(file, need.name, f"an account in {need.currency}",
                             f"{name} in {place.currency}", "add an arc that changes money")
    if not need.accounts:
        raise InputError(file, need.name, "an account that pays it", "none")
    if not 0.0 <= need.amount < np.inf:
        raise InputError(file, need.name, "an amount of 0 or more", f"{need.amount:g}")
    if not 0 <= need.due < days or need.grace < 0:
        raise InputError(file, need.name, f"a due day from 0 to {days - 1} and a grace",
                         f"{need.due} and {need.grace}")


def _freezes(routes: Routes, file: str) -> None:
    """Freezes hit accounts, in order, one at a time on each."""
    accounts = {place.name for place in routes.places if place.kind == "account"}
    by_account: dict[str, list[Freeze]] = {}
    for freeze in routes.freezes:
        if freeze.account not in accounts:
            raise InputError(file, "freezes", f"an account among {', '.join(sorted(accounts))}",
                             repr(freeze.account))
        for share in (freeze.share, freeze.share if freeze.seized is None else freeze.seized):
            low, high = float(np.min(share)), float(np.max(share))
            if not 0.0 <= low <= high <= 1.0:
                wrong = high if low >= 0.0 else low
                raise InputError(file, freeze.account, "a share of 0 to 1", f"{wrong:g}")
        if freeze.until is not None and freeze.until <= freeze.start:
            raise InputError(file, freeze.account, "a freeze that ends after it starts",
                             f"days {freeze.start} to {freeze.until}")
        by_account.setdefault(freeze.account, []).append(freeze)
    for account, found in by_account.items():
        found.sort(key=lambda freeze: freeze.start)
        for a, b in pairwise(found):
            if a.until is None or b.start < a.until:
                raise InputError(file, account, "freezes that do not overlap",
                                 f"one from day {a.start} and one from day {b.start}")


def check_supply(routes: Routes, supply: Mapping[str, Floats], prices: Prices, days: int,
                 file: str = "routes") -> None:
    """Refuse prices and supply that no program can be made of.

    Parameters
    ----------
    routes : Routes
        Places, arcs and freezes.
    supply : mapping of str to ndarray of shape (days,)
        What comes in at coins and accounts. [currency of the place]
    prices : mapping
        Price of each currency. [base currency]
    days : int
        Length of the time looked at. [days]
    file : str
        What an error names as the place of the input.

    Raises
    ------
    InputError
        If a price is not above 0, or supply is negative or comes in where nothing stays.
    """
    for currency, price in prices.items():
        series = np.asarray(price, dtype=float)
        if series.shape not in ((), (days,)) or not (np.isfinite(series) & (series > 0.0)).all():
            raise InputError(file, currency, f"a price above 0, or one for each of {days} days",
                             f"{series.size} numbers from {series.min(initial=np.inf):g}")
    places: dict[str, Place] = {place.name: place for place in routes.places}
    for name, amounts in supply.items():
        if name not in places or not places[name].holds:
            raise InputError(file, name, "supply at coins or an account", "it elsewhere")
        if amounts.shape != (days,) or not (np.isfinite(amounts) & (amounts >= 0.0)).all():
            raise InputError(file, name, f"supply of 0 or more on {days} days",
                             f"{amounts.size} numbers from {amounts.min(initial=np.inf):g}")
