"""Sizing rules: how a figure that nobody publishes is bounded, for every case alike.

One file holds them all (``cases/sizing_rules.toml``), frozen before the first
result was looked at. Each is a range of a base: days of revenue, money per MW,
coins per PH/s, or the number itself.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.consistency import check
from hashfall.book.currencies import currency_of, rate
from hashfall.book.fields import Place, figures, with_values
from hashfall.book.figure import Quantity
from hashfall.book.load import digest, parse_toml
from hashfall.book.messages import nearest, validated
from hashfall.book.record import Book, Missing
from hashfall.book.values import Currency, Id, Range, Record, Rule, middle
from hashfall.errors import InputError

__all__ = ["SizingRule", "SizingRules", "apply_sizing", "parse_rules", "shipped_rules"]

DAYS_PER_YEAR = 365.0
_BY_HAND = ("days after", "months")
_FILE = "sizing_rules.toml"


class SizingRule(Record):
    """5, 50 and 95% points of an unknown figure, as a multiple of a base."""

    base: Literal["one", "revenue_per_day", "mw", "ph", "machines"]
    """What the numbers multiply."""
    unit: str
    """Unit of the numbers, in words."""
    currency: Currency | None = None
    """Currency of the numbers, where they are money."""
    low: Annotated[float, Field(ge=0)]
    """5% point."""
    mid: Annotated[float, Field(ge=0)]
    """Median."""
    high: Annotated[float, Field(ge=0)]
    """95% point."""
    why: str
    """Why these numbers."""
    source: str
    """Evidence, or that it is an assumption."""

    @property
    def by_hand(self) -> bool:
        """Whether the writer of a book applies it to a published figure or date."""
        return self.unit.startswith(_BY_HAND)

    def text(self) -> str:
        """The range in words, such as ``5 to 90 days of revenue``."""
        return f"{self.low:,g} to {self.high:,g} {self.unit}"


class SizingRules(Record):
    """The whole file of rules."""

    rule: dict[Id, SizingRule]
    """Rules by name."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the rules say. [hex]"""
        return digest(self)


@cache
def shipped_rules() -> SizingRules:
    """Rules that come with the package, the same for every case."""
    text = (resources.files("hashfall.cases") / _FILE).read_text("utf-8")
    return parse_rules(text, _FILE)


def parse_rules(text: str, name: str) -> SizingRules:
    """Rules of a TOML text.

    Raises
    ------
    InputError
        If a rule is malformed or its numbers are out of order.
    """
    rules = validated(SizingRules, parse_toml(text, name), name)
    for key, rule in rules.rule.items():
        if not rule.low <= rule.mid <= rule.high:
            found = f"{rule.low:g}, {rule.mid:g}, {rule.high:g}"
            raise InputError(name, f"rule.{key}", "low <= mid <= high", found)
    return rules


def apply_sizing(book: Book, rules: SizingRules | None = None) -> Book:
    """Book in which every figure that names a sizing rule is a range.

    Parameters
    ----------
    book : Book
        A valid book.
    rules : SizingRules, optional
        The shipped rules where left out.

    Notes
    -----
    Figures of one rule move together: its name is their driver. The base is the
    whole company's (revenue a day, MW, own PH/s, machines), wherever the figure
    stands; where the base is itself not known, its median counts. Each figure is
    listed under `missing` with the rule that stands in for it.

    Raises
    ------
    InputError
        If a rule does not exist, does not fit the field, or its base is not there.
    """
    known = rules or shipped_rules()
    todo = [place for place in figures(book) if isinstance(place.value, Rule)]
    if not todo:
        return book
    found = {place.path: _rule(book, place, known) for place in todo}
    # Rules on own PH/s last: another rule may give the hashrate itself.
    for late in (False, True):
        batch = [p for p in todo if (found[p.path].base in ("ph", "machines")) == late]
        book = with_values(book, {p.path: _sized(book, p, found[p.path]) for p in batch})
    listed = {p.path: _missing(p, found[p.path]) for p in todo}
    book = book.model_copy(update={"missing": _merged(book.missing, listed)})
    check(book)
    return book


def _rule(book: Book, place: Place, rules: SizingRules) -> SizingRule:
    name = place.value.rule
    rule = rules.rule.get(name)
    if rule is None:
        hint = nearest(name, rules.rule)
        raise InputError(book.id, place.path, f"a rule from {_FILE}", f"'{name}'", hint)
    if rule.by_hand:
        expected = "a rule that gives the figure itself"
        hint = "apply it to the published figure and write the range"
        raise InputError(book.id, place.path, expected, f"'{name}' ({rule.unit})", hint)
    quantity = place.spec.quantity
    if quantity is not None and not _fits(rule, quantity):
        expected = f"a rule in {quantity.unit}"
        raise InputError(book.id, place.path, expected, f"'{name}' in {rule.unit}")
    return rule


_PER_BASE = re.compile(r"/(MW|PH|machine)\b")
_WORDS = {"probability": "share", "site": "ratio", "loan": "ratio"}


def _fits(rule: SizingRule, quantity: Quantity) -> bool:
    """Whether the unit of a rule, base taken off, is that of the field."""
    money = quantity.unit.startswith(("currency", "USD"))
    if rule.base == "revenue_per_day":
        return money and (rule.currency is not None or rule.unit.startswith("days of revenue"))
    unit = _PER_BASE.sub("", rule.unit)
    for period in ("year", "month", "day"):
        unit = unit.replace(f" a {period}", f"/{period}")
    head = re.split(r"[ ,]", unit)[0]
    head = _WORDS.get(head, head)
    bare = re.sub(r"/(year|month|day)$", "", head)
    forms = {head, bare}
    if rule.currency is not None:
        forms |= {form.replace(rule.currency, "currency") for form in forms}
    return quantity.unit in forms


def _sized(book: Book, place: Place, rule: SizingRule) -> Range:
    name = place.value.rule
    scale = _base(book, place, rule)
    points = [point * scale for point in (rule.low, rule.mid, rule.high)]
    quantity = place.spec.quantity
    for point in points:
        if quantity is not None and not quantity.holds(point):
            found = f"{point:g} by sizing rule {name}"
            raise InputError(book.id, place.path, quantity.expected(), found)
    low, mid, high = points
    return Range(
        low=low, mid=mid, high=high, source=f"sizing rule {name}", driver=name,
        why=place.value.why,
    )


def _base(book: Book, place: Place, rule: SizingRule) -> float:
    """What the numbers of a rule are multiplied by, in the unit of the field."""
    if rule.base == "revenue_per_day":
        size = book.size
        revenue = _needed(book, "size.revenue_per_year", middle(size.revenue_per_year))
        return revenue / DAYS_PER_YEAR * _exchange(book, place, size.revenue_currency)
    money = 1.0 if rule.currency is None else _exchange(book, place, rule.currency)
    if rule.base == "mw":
        return money * _needed(book, "size.mw", middle(book.size.mw))
    if rule.base == "ph":
        return money * _needed(book, "fleet", _own_ph(book))
    if rule.base == "machines":
        counts = [middle(fleet.count) for fleet in book.fleet.values()]
        known = [count for count in counts if count is not None]
        return money * _needed(book, "fleet", sum(known) if known else None)
    return money


def _own_ph(book: Book) -> float | None:
    """Own hashrate in PH/s, medians of what is not known."""
    total = 0.0
    for fleet in book.fleet.values():
        ph = middle(fleet.hashrate_ph)
        count, each = middle(fleet.count), middle(fleet.th_per_machine)
        if ph is None and count is not None and each is not None:
            ph = count * each / 1000.0
        total += ph or 0.0
    return total if book.fleet else None


def _needed(book: Book, path: str, value: float | None) -> float:
    if value is None:
        raise InputError(book.id, path, "a number that sizing rules scale with", "nothing")
    return value


def _exchange(book: Book, place: Place, currency: str) -> float:
    """Units of the field's currency for one unit of another, at `as_of`."""
    quantity = place.spec.quantity
    dollars = quantity is not None and quantity.unit.startswith("USD")
    to = "USD" if dollars else currency_of(book, place)
    if to == currency:
        return 1.0
    rates = [_needed(book, f"market.fx.{c}", rate(book, c)) for c in (to, currency)]
    return rates[0] / rates[1]


def _missing(place: Place, rule: SizingRule) -> Missing:
    used = f"sizing rule {place.value.rule}: {rule.text()}"
    return Missing(path=place.path, why=place.value.why, used_instead=used)


def _merged(written: list[Missing], found: dict[str, Missing]) -> list[Missing]:
    """What the book lists in its own words, then what it does not list."""
    listed = {entry.path for entry in written}
    return written + [entry for path, entry in found.items() if path not in listed]
