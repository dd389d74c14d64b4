"""What looks odd in a book without being wrong: remarks for whoever reads it back."""

from __future__ import annotations

from collections.abc import Iterator

from hashfall.book.fields import entries, figures
from hashfall.book.operations import Fleet
from hashfall.book.record import Book
from hashfall.book.rules_money import either_way
from hashfall.book.sources import names_in
from hashfall.book.values import middle, middle_date

__all__ = ["fleet_mw", "fleet_ph", "remarks"]

_TOO_GOOD_J_PER_TH = 8.0


def fleet_ph(fleet: Fleet) -> float | None:
    """Hashrate of a fleet, the median where it is not known. [PH/s]"""
    ph = middle(fleet.hashrate_ph)
    count, each = middle(fleet.count), middle(fleet.th_per_machine)
    if ph is None and count is not None and each is not None:
        return count * each / 1000.0
    return ph


def fleet_mw(fleet: Fleet) -> float | None:
    """Power of the machines of a fleet, overhead apart. [MW]

    Examples
    --------
    >>> fleet_mw(Fleet(site="a", model="S19", hashrate_ph=1000.0, j_per_th=30.0))
    30.0
    """
    ph, efficiency = fleet_ph(fleet), middle(fleet.j_per_th)
    return None if ph is None or efficiency is None else ph * efficiency / 1000.0


def remarks(book: Book) -> list[str]:
    """Remarks in words, in the order of the book."""
    return [*_rates(book), *_load(book), *_efficiency(book), *_past(book), *_lacking(book),
            *_unsourced(book)]


def _rates(book: Book) -> Iterator[str]:
    for currency, figure in book.market.fx.items():
        value = middle(figure)
        if value is not None and either_way(currency, value):
            yield (f"market.fx.{currency}: read as {value:g} {currency} for one dollar, so one "
                   f"{currency} is worth {1.0 / value:.4g} USD; no rate ships that could tell "
                   f"whether {1.0 / value:.4g} was meant")


def _load(book: Book) -> Iterator[str]:
    for key, site in book.sites.items():
        overhead, power = middle(site.overhead) or 1.0, middle(site.mw)
        machines = sum(fleet_mw(f) or 0.0 for f in book.fleet.values() if f.site == key)
        clients = sum(
            (middle(h.mw) or 0.0) * (middle(h.utilisation) or 0.0)
            for h in book.hosting.values() if h.site == key
        )
        need = machines * overhead + clients
        if power is not None and need > 1.02 * power:
            yield f"sites.{key}: machines and clients need {need:.4g} MW, it has {power:.4g}"


def _efficiency(book: Book) -> Iterator[str]:
    for place in figures(book):
        value = middle(place.value) if place.spec.name.endswith("j_per_th") else None
        if value is not None and value < _TOO_GOOD_J_PER_TH:
            yield f"{place.path}: {value:g} J/TH is better than any machine sold so far"


def _past(book: Book) -> Iterator[str]:
    for key, debt in book.debts.items():
        matures = middle_date(debt.matures)
        if matures is not None and matures <= book.as_of:
            yield f"debts.{key}: matured on {matures}, before as_of; what is overdue is a claim"
    for key, event in book.events.items():
        until = middle_date(event.until)
        if until is not None and until <= book.as_of:
            yield f"events.{key}: over by {until}, before as_of"
    for key, site in book.sites.items():
        until = middle_date(site.power.until)
        if until is not None and until <= book.as_of:
            yield f"sites.{key}.power: the contract ended on {until}, before as_of"


def _lacking(book: Book) -> Iterator[str]:
    if not book.accounts:
        yield "accounts: none, so the company starts without cash"
    if not book.routes and (book.fleet or (middle(book.coins.free_btc) or 0.0) > 0):
        yield "routes: none, so coins never become money"
    if not book.costs:
        yield "costs: none, so nobody is paid and nothing is rented"
    running = {f.site for f in book.fleet.values()} | {h.site for h in book.hosting.values()}
    for key, site in book.sites.items():
        if site.status == "running" and key not in running:
            yield f"sites.{key}: running, but nothing runs there"


def _unsourced(book: Book) -> Iterator[str]:
    used: set[str] = set()
    stated = [record for _, record in entries(book)]
    stated += [place.value for place in figures(book)]
    for record in stated:
        used.update(names_in(getattr(record, "source", "") or ""))
    for conflict in book.conflicts:
        for value in conflict.values:
            used.update(names_in(value.get("source", "")))
    idle = [
        name for name, source in book.sources.items()
        if name not in used and source.published <= book.known_by
    ]
    if idle:
        yield f"sources: {', '.join(idle)} named by no figure"
