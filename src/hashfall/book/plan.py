"""How a draw of a book is built: only the branches that change are copied."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hashfall.book.fields import Place, Spec, specs
from hashfall.book.values import DateRange, Known, KnownDate, Range, Record, Rule

__all__ = ["Plan"]

_OPEN_EDGE = 0.1
_FIRST_DAY, _LAST_DAY = float(dt.date.min.toordinal()), float(dt.date.max.toordinal())


class _Slot(NamedTuple):
    """A field that varies: its driver, median, reach below and above, and bounds."""

    driver: int
    mid: float
    below: float
    above: float
    lowest: float
    highest: float


_Build = Callable[[Sequence[Any], Sequence[float]], Any]
"""Makes a part of a book from the values of all slots and the uniforms of all drivers."""


class Plan:
    """Draws of one book.

    Parameters
    ----------
    book : Record
        Book with its sizing rules applied.

    Attributes
    ----------
    names : list of str
        Drivers, in the order in which `book` expects their numbers.

    Raises
    ------
    TypeError
        If a figure still names a sizing rule.
    """

    def __init__(self, book: Record) -> None:
        self._drivers: dict[str, int] = {}
        self._slots: list[_Slot] = []
        self._dates: list[int] = []
        self._fixed, self._build = self._record(book, "")
        self.names = list(self._drivers)

    def book(self, uniforms: Sequence[float], reaches: Sequence[float]) -> Any:
        """The book of one draw.

        Parameters
        ----------
        uniforms : sequence of float
            Of each driver, for chances.
        reaches : sequence of float
            Normal of each driver over the normal's 95% point, for ranges.
        """
        if self._build is None:
            return self._fixed
        values: list[Any] = []
        for driver, mid, below, above, lowest, highest in self._slots:
            reach = reaches[driver]
            value = mid + (below if reach < 0.0 else above) * reach
            values.append(lowest if value < lowest else highest if value > highest else value)
        for at in self._dates:
            values[at] = dt.date.fromordinal(round(values[at]))
        return self._build(values, uniforms)

    def _record(self, record: Record, path: str) -> tuple[Record, _Build | None]:
        """Record with what is known made plain, and what builds a draw of it."""
        fixed: dict[str, Any] = {}
        slots: list[tuple[str, int]] = []
        parts: list[tuple[str, _Build]] = []
        for spec in specs(type(record)).values():
            value = getattr(record, spec.attribute)
            if value is None:
                continue
            place = Place(f"{path}.{spec.name}" if path else spec.name, record, spec, value)
            plain, slot, build = self._field(place)
            if plain is not value:
                fixed[spec.attribute] = plain
            if slot is not None:
                slots.append((spec.attribute, slot))
            if build is not None:
                parts.append((spec.attribute, build))
        base = record.model_copy(update=fixed) if fixed else record
        return base, _record_build(base, slots, parts) if slots or parts else None

    def _field(self, place: Place) -> tuple[Any, int | None, _Build | None]:
        """What is fixed of a field, the slot of one that varies, or what builds it."""
        kind, value = place.spec.kind, place.value
        if kind in ("figure", "date"):
            return (*self._figure(place), None)
        if kind == "record":
            plain, build = self._record(value, place.path)
            return plain, None, build
        if kind == "figures" and value:
            return self._figures(place)
        if kind == "table" and value:
            return self._table(place)
        return value, None, None

    def _figure(self, place: Place) -> tuple[Any, int | None]:
        value = place.value
        if isinstance(value, Rule):
            raise TypeError(f"{place.path}: sizing rule {value.rule} has not been applied")
        if isinstance(value, (Known, KnownDate)):
            return value.value, None
        if not isinstance(value, (Range, DateRange)):
            return value, None
        driver = self._driver(value.driver or place.path)
        if isinstance(value, DateRange):
            low, mid, high = (float(d.toordinal()) for d in (value.low, value.mid, value.high))
            bounds = (_FIRST_DAY, _LAST_DAY)
            self._dates.append(len(self._slots))
        else:
            low, mid, high = value.low, value.mid, value.high
            bounds = _bounds(place.spec, low)
        self._slots.append(_Slot(driver, mid, mid - low, high - mid, *bounds))
        return value, len(self._slots) - 1

    def _figures(self, place: Place) -> tuple[Any, None, _Build | None]:
        """Figures by name."""
        fixed: dict[str, Any] = {}
        slots: list[tuple[str, int]] = []
        for key, value in place.value.items():
            inner = Place(f"{place.path}.{key}", place.record, place.spec, value)
            fixed[key], slot = self._figure(inner)
            if slot is not None:
                slots.append((key, slot))
        if not slots:
            return fixed, None, None

        def build(values: Sequence[Any], uniforms: Sequence[float]) -> dict[str, Any]:
            return {**fixed, **{key: values[slot] for key, slot in slots}}

        return fixed, None, build

    def _table(self, place: Place) -> tuple[Any, None, _Build | None]:
        """Records by name; one that does not happen is left out."""
        fixed: dict[str, Any] = {}
        parts: list[tuple[str, _Build]] = []
        for key, value in place.value.items():
            fixed[key], part = self._entry(value, f"{place.path}.{key}")
            if part is not None:
                parts.append((key, part))
        if not parts:
            return fixed, None, None

        def build(values: Sequence[Any], uniforms: Sequence[float]) -> dict[str, Any]:
            out = fixed.copy()
            for key, part in parts:
                entry = part(values, uniforms)
                if entry is None:
                    del out[key]
                else:
                    out[key] = entry
            return out

        return fixed, None, build

    def _entry(self, entry: Record, path: str) -> tuple[Record, _Build | None]:
        base, build = self._record(entry, path)
        chance = getattr(base, "probability", 1.0)
        if chance == 1.0:
            return base, build
        driver = self._driver(f"chance.{path}")

        def happens(values: Sequence[Any], uniforms: Sequence[float]) -> Any:
            drawn: Any = base if build is None else build(values, uniforms)
            happening = uniforms[driver] < drawn.probability
            return _twin(drawn, {"probability": 1.0}) if happening else None

        return base, happens

    def _driver(self, name: str) -> int:
        """Position of a driver, new if it has not been met."""
        return self._drivers.setdefault(name, len(self._drivers))


def _record_build(
    base: Record, slots: list[tuple[str, int]], parts: list[tuple[str, _Build]]
) -> _Build:
    def build(values: Sequence[Any], uniforms: Sequence[float]) -> Record:
        changes = {attribute: values[slot] for attribute, slot in slots}
        for attribute, part in parts:
            changes[attribute] = part(values, uniforms)
        return _twin(base, changes)

    return build


_SET = object.__setattr__


def _twin(record: Record, changes: dict[str, Any]) -> Record:
    """What ``record.model_copy(update=changes)`` gives, in a third of the time."""
    twin = object.__new__(type(record))
    _SET(twin, "__dict__", {**record.__dict__, **changes})
    _SET(twin, "__pydantic_fields_set__", record.__pydantic_fields_set__)
    _SET(twin, "__pydantic_extra__", None)
    _SET(twin, "__pydantic_private__", None)
    return twin


def _bounds(spec: Spec, low: float) -> tuple[float, float]:
    """Bounds of a field; an open lower bound stops at a tenth of the way to `low`."""
    if spec.quantity is None:
        return -math.inf, math.inf
    bottom, top = spec.quantity.bounds
    return (bottom if spec.quantity.gt is None else bottom + _OPEN_EDGE * (low - bottom)), top
