"""Rules about money, machines and power."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from math import log

from hashfall.book.currencies import currencies_used, currency_of, rate, unit_of
from hashfall.book.fields import figures
from hashfall.book.problem import Problem
from hashfall.book.record import DEFAULT_WATERFALL, Book
from hashfall.book.tree import ring_of
from hashfall.book.values import Known, Range, middle, points

__all__ = ["RULES", "either_way", "known_rate"]

_SHARE_TOLERANCE = 1e-6
_HIGHEST_POWER_PRICE = 2.0  # USD/kWh: a price per MWh in the wrong field stands out
_LOWEST_RATE = 0.25  # units/USD: no currency is worth four dollars
_PEGGED = {"AED": 3.6725}  # units/USD; the same in cases/world.toml


def currency_rates(book: Book) -> Iterator[Problem]:
    """Every currency but the dollar has a rate."""
    if "USD" in book.market.fx:
        yield Problem("market.fx.USD", "no rate for the dollar itself", "one")
    for path, currency in currencies_used(book):
        if currency != "USD" and currency not in book.market.fx:
            hint = f"give its units per dollar in market.fx.{currency}"
            yield Problem(path, "a currency with a rate in market.fx", currency, hint)
    for currency in book.market.fx_sd_per_day:
        if currency not in book.market.fx:
            place = f"market.fx_sd_per_day.{currency}"
            yield Problem(place, "a currency with a rate in market.fx", currency)


def rate_direction(book: Book) -> Iterator[Problem]:
    """Rates are units for a dollar, not dollars for a unit."""
    for currency, figure in book.market.fx.items():
        known = known_rate(currency)
        for value in points(figure):
            if value < _LOWEST_RATE or (known is not None and _inverted(value, known)):
                hint = f"give {currency} for one dollar, not dollars for one {currency}"
                expected = "units per dollar" + (f", about {known:g}" if known else "")
                yield Problem(f"market.fx.{currency}", expected, f"{value:g}", hint)
                break


def known_rate(currency: str) -> float | None:
    """Rate of a currency that the package knows at any date: that of a peg. [units/USD]

    Examples
    --------
    >>> known_rate("AED"), known_rate("EUR")
    (3.6725, None)
    """
    return _PEGGED.get(currency)


def _inverted(value: float, known: float) -> bool:
    """Whether a rate is nearer to the inverse of the known one than to it."""
    return abs(log(value * known)) < abs(log(value / known))


def either_way(currency: str, value: float) -> bool:
    """Whether a rate could as well be its inverse: nothing tells which way it was written.

    Examples
    --------
    >>> either_way("EUR", 1.08), either_way("RUB", 79.0), either_way("AED", 3.67)
    (True, False, False)
    """
    return known_rate(currency) is None and _LOWEST_RATE <= value <= 1.0 / _LOWEST_RATE


def stated_units(book: Book) -> Iterator[Problem]:
    """A unit that a figure states is in the currency of the field."""
    for place in figures(book):
        value = place.value
        if isinstance(value, (Known, Range)) and value.unit is not None:
            unit = unit_of(book, place)
            if value.unit != unit:
                yield Problem(f"{place.path}.unit", f"the unit {unit}", value.unit)


def power_prices(book: Book) -> Iterator[Problem]:
    """Prices of power are prices per kWh."""
    for place in figures(book):
        quantity = place.spec.quantity
        if quantity is None or quantity.unit != "currency/kWh":
            continue
        currency = currency_of(book, place)
        per_dollar, value = rate(book, currency), middle(place.value)
        if per_dollar and value is not None and value > _HIGHEST_POWER_PRICE * per_dollar:
            limit = _HIGHEST_POWER_PRICE * per_dollar
            expected = f"a price per kWh, at most {limit:g} {currency}/kWh"
            yield Problem(place.path, expected, f"{value:g}", "a price per MWh is 1000 times it")


def power_contracts(book: Book) -> Iterator[Problem]:
    """Market power has a region; a contract has a price, and a region if it ends."""
    for key, site in book.sites.items():
        power, place = site.power, f"sites.{key}.power"
        if power.region is None and (power.kind == "market" or power.until is not None):
            why = "power at market price" if power.kind == "market" else "a contract that ends"
            yield Problem(f"{place}.region", f"the market region of {why}", "nothing")
        if power.kind == "contract" and "price_per_kwh" not in power.model_fields_set:
            hint = "write 0 where the clients pay the supplier"
            yield Problem(f"{place}.price_per_kwh", "the price of the contract", "nothing", hint)


def fleet_size(book: Book) -> Iterator[Problem]:
    """A fleet has its hashrate, or a count and the hashrate of a machine."""
    for key, fleet in book.fleet.items():
        place = f"fleet.{key}"
        by_count = (fleet.count is not None, fleet.th_per_machine is not None)
        if fleet.hashrate_ph is not None and any(by_count):
            found = "hashrate_ph and " + ("count" if by_count[0] else "th_per_machine")
            expected = "either hashrate_ph or count with th_per_machine"
            yield Problem(place, expected, found, "leave one out")
        elif fleet.hashrate_ph is None and not all(by_count):
            found = "count alone" if by_count[0] else "th_per_machine alone"
            found = found if any(by_count) else "neither"
            yield Problem(place, "hashrate_ph, or count with th_per_machine", found)
        if (fleet.growth_to_ph is None) != (fleet.growth_by is None):
            found = "one of them"
            yield Problem(place, "growth_to_ph together with growth_by", found)


def waterfall_complete(book: Book) -> Iterator[Problem]:
    """The waterfall names every class once."""
    twice = {c for c in book.waterfall if book.waterfall.count(c) > 1}
    lacking = [c for c in DEFAULT_WATERFALL if c not in book.waterfall]
    if twice or lacking:
        found = f"{sorted(twice)[0]} twice" if twice else f"no {lacking[0]}"
        yield Problem("waterfall", "every class of obligation once", found)


def loan_levels(book: Book) -> Iterator[Problem]:
    """Margin calls come below liquidation and are cured further below."""
    for key, loan in book.coin_loans.items():
        for lower, upper in (("target_ltv", "call_ltv"), ("call_ltv", "liquidation_ltv")):
            low, high = points(getattr(loan, lower)), points(getattr(loan, upper))
            if low and high and max(low) >= min(high):
                place, found = f"coin_loans.{key}.{lower}", f"{max(low):g}"
                yield Problem(place, f"a number below {upper} ({min(high):g})", found)


def receipts_shares(book: Book) -> Iterator[Problem]:
    """The shares of receipts of a group's accounts add up to one."""
    shares: dict[str, list[float]] = defaultdict(list)
    for account in book.accounts.values():
        share = middle(account.receipts_share)
        if share is not None:
            shares[ring_of(book, account.entity) or ""].append(share)
    for ring, values in shares.items():
        if abs(sum(values) - 1.0) > _SHARE_TOLERANCE:
            whose = f"the accounts of {ring}" if ring else "the accounts of the group"
            expected = f"receipts_share of {whose} to add up to 1"
            yield Problem("accounts", expected, f"{sum(values):g}", "set the share of each")


def costs_once(book: Book) -> Iterator[Problem]:
    """A cost that comes once has its date and no end."""
    for key, cost in book.costs.items():
        if cost.once and cost.start is None:
            yield Problem(f"costs.{key}.start", "the due date of a cost that comes once", "nothing")
        if cost.once and cost.until is not None:
            yield Problem(f"costs.{key}.until", "no end of a cost that comes once", "one")


RULES: Mapping[str, Callable[[Book], Iterator[Problem]]] = {
    "currency_rates": currency_rates,
    "rate_direction": rate_direction,
    "stated_units": stated_units,
    "power_contracts": power_contracts,
    "power_prices": power_prices,
    "fleet_size": fleet_size,
    "waterfall_complete": waterfall_complete,
    "loan_levels": loan_levels,
    "receipts_shares": receipts_shares,
    "costs_once": costs_once,
}
"""Rules of this module by name."""
