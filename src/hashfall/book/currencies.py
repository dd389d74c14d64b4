"""Currencies of a book: which one a field is in, and what it is worth at `as_of`."""

from __future__ import annotations

from collections.abc import Iterator

from hashfall.book.fields import Place, places
from hashfall.book.money import Covenant, Event, Rail
from hashfall.book.operations import Fleet, Tax
from hashfall.book.record import Book, Size
from hashfall.book.values import middle

__all__ = ["currencies_used", "currency_of", "rate", "unit_of"]


def currency_of(book: Book, place: Place) -> str:
    """Currency of a money field, from the record in which it stands."""
    record = place.record
    if isinstance(record, Fleet):
        return record.hosted_currency
    if isinstance(record, Size):
        return record.revenue_currency
    if isinstance(record, Event):
        account = book.accounts.get(record.what)
        return record.currency or (account.currency if account else book.currency)
    if isinstance(record, Rail):
        own = book.accounts.get(record.account or "")
        return record.currency or (own.currency if own else book.currency)
    if isinstance(record, (Tax, Covenant)):
        return book.currency
    return str(getattr(record, "currency", book.currency))


def unit_of(book: Book, place: Place) -> str:
    """Unit of a figure with its currency in place, such as ``RUB/kWh``."""
    quantity = place.spec.quantity
    if quantity is None:
        return "days" if place.spec.kind == "date" else ""
    if isinstance(place.record, Covenant):
        return book.currency if place.record.kind == "min_liquidity" else "ratio"
    return quantity.unit.replace("currency", currency_of(book, place))


def currencies_used(book: Book) -> Iterator[tuple[str, str]]:
    """Path and code of every currency that the book names."""
    for place in places(book):
        if place.spec.name.endswith("currency") and isinstance(place.value, str):
            yield place.path, place.value


def rate(book: Book, currency: str) -> float | None:
    """Units of a currency for one dollar at `as_of`, the median where it is not known.

    None where the book has no rate, which `hashfall.book.consistency` refuses.
    """
    return 1.0 if currency == "USD" else middle(book.market.fx.get(currency))
