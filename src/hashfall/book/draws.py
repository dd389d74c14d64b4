"""Draws of a book: every figure that is not known becomes one number.

A range is a split normal: `low`, `mid` and `high` are its 5, 50 and 95% points,
each half is a half normal of its own width, and values outside the bounds of the
field are put on the bound. Uniforms come from the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final, Literal

from hashfall.book.consistency import check_known
from hashfall.book.currencies import unit_of
from hashfall.book.fields import Place, figures
from hashfall.book.plan import Plan
from hashfall.book.record import Book
from hashfall.book.values import DateRange, Range, day, middle

__all__ = ["Z_95", "Drawer", "Driver", "drivers", "median", "normal_of"]

_INVERSE = NormalDist().inv_cdf
_STEPS = float(1 << 30)
Uniforms = Mapping[str, float] | Callable[[str], float]


@dataclass(frozen=True)
class Driver:
    """One thing that is not known about a book; the fields it moves, move together.

    Parameters
    ----------
    name : str
        Name shared by the fields, the path of a field on its own, or ``chance.``
        and the path of an entry that may not happen.
    paths : tuple of str
        Fields that it moves.
    unit : str
        Unit of the first field; ``days`` after `as_of` for a date.
    low, mid, high : float
        5, 50 and 95% points of the first field; the chance itself, three times.
    source : str
        Where the range comes from.
    kind : str
        ``range``, ``rule``, ``date`` or ``chance``.
    """

    name: str
    paths: tuple[str, ...]
    unit: str
    low: float
    mid: float
    high: float
    source: str
    kind: Literal["range", "rule", "date", "chance"]

    @property
    def key(self) -> int:
        """Whole number below 2^31 that depends on the name alone, an address for draws.

        Examples
        --------
        >>> Driver("cash_days", (), "RUB", 1.0, 2.0, 3.0, "assumption", "range").key
        1250873713
        """
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4], "big") >> 1


def normal_of(u: float) -> float:
    """Standard normal of a uniform in (0, 1), to nine decimals.

    Notes
    -----
    Kept to multiples of 2^-30: the last bits of the C library's logarithm, on
    which the tails rest, differ between machines.

    Examples
    --------
    >>> normal_of(0.5), normal_of(0.95) == Z_95, round(normal_of(0.975), 6)
    (0.0, True, 1.959964)
    """
    return round(_INVERSE(u) * _STEPS) / _STEPS


Z_95: Final = normal_of(0.95)
"""95% point of the standard normal. [-]"""


class Drawer:
    """Makes draws of one book fast: what does not change is shared between them.

    Parameters
    ----------
    book : Book
        A book with its sizing rules applied, as known by its `known_by`.

    Attributes
    ----------
    drivers : tuple of Driver
        Everything that is not known about it.

    Raises
    ------
    InputError
        If the book holds what was published later.
    TypeError
        If a figure still names a sizing rule.
    """

    def __init__(self, book: Book) -> None:
        check_known(book)
        self._plan = Plan(book)
        self.drivers = tuple(_described(book, self._plan.names))

    def draw(self, u: Uniforms) -> Book:
        """Book in which every figure is a plain number and every date a date.

        Parameters
        ----------
        u : mapping or function
            Uniform in (0, 1) of each driver, by its name.

        Notes
        -----
        A range at the normal z of its driver is ``mid + (mid - low) z / z_95`` below
        the median and ``mid + (high - mid) z / z_95`` above it, clipped to the
        bounds of its field. Dates fall on whole days. A claim or event stays when
        its uniform is below its probability, which is then 1.
        """
        get = u if callable(u) else u.__getitem__
        uniforms = [get(name) for name in self._plan.names]
        book: Book = self._plan.book(uniforms, [normal_of(x) / Z_95 for x in uniforms])
        return book


def drivers(book: Book) -> tuple[Driver, ...]:
    """Everything that is not known about a book, in the order of its fields."""
    return Drawer(book).drivers


def median(book: Book) -> Book:
    """Book with everything unknown at its median; what is likelier than not happens."""
    return Drawer(book).draw(lambda name: 0.5)


def _described(book: Book, names: list[str]) -> list[Driver]:
    found: dict[str, Driver] = {}
    for place in figures(book):
        for driver in _drivers_of(book, place):
            first = found.get(driver.name)
            if first is None:
                found[driver.name] = driver
            else:
                found[driver.name] = replace(first, paths=(*first.paths, place.path))
    return [found[name] for name in names]


def _drivers_of(book: Book, place: Place) -> list[Driver]:
    value, out = place.value, []
    if isinstance(value, DateRange):
        low, mid, high = (float(day(d, book.as_of)) for d in (value.low, value.mid, value.high))
        name = value.driver or place.path
        out.append(Driver(name, (place.path,), "days", low, mid, high, value.source, "date"))
    if isinstance(value, Range):
        name, unit = value.driver or place.path, unit_of(book, place)
        sized = value.source.startswith("sizing rule")
        points = (value.low, value.mid, value.high)
        kind: Literal["rule", "range"] = "rule" if sized else "range"
        out.append(Driver(name, (place.path,), unit, *points, value.source, kind))
    if place.spec.name == "probability":
        p = middle(value) or 0.0
        source = getattr(value, "source", "") or getattr(place.record, "source", "")
        entry = place.path.removesuffix(".probability")
        out.append(Driver(f"chance.{entry}", (entry,), "share", p, p, p, source, "chance"))
    return out
