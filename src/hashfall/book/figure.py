"""Figures of a book: a number or date that may be sourced, unknown, or sized by a rule.

A field that takes a figure accepts a plain value, ``{ value, source }``, a range
``{ low, mid, high, source }`` for what is not known, or ``{ rule }`` that names a
sizing rule (`hashfall.book.sizing` turns it into a range).
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any

from pydantic import Discriminator, GetCoreSchemaHandler, GetJsonSchemaHandler, Tag
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from hashfall.book.values import (
    Currency,
    DateRange,
    Id,
    Known,
    KnownDate,
    Range,
    Record,
    Rule,
    SourceText,
    day,
    number,
    points,
)

__all__ = [
    "Currency", "DateFigure", "DateRange", "Dated", "Figure", "Id", "Known", "KnownDate",
    "Quantity", "Range", "Record", "Rule", "SourceText", "day", "number", "points",
]


def _form(value: Any) -> str | None:
    """Which of the forms of a figure a value has; one alternative, so one message."""
    if isinstance(value, dict):
        if "rule" in value:
            return "rule"
        return "range" if {"low", "mid", "high"} & value.keys() else "known"
    if isinstance(value, (Known, KnownDate)):
        return "known"
    if isinstance(value, (Range, DateRange)):
        return "range"
    return "rule" if isinstance(value, Rule) else None


def _number_form(value: Any) -> str | None:
    # TOML has booleans; they are no numbers, whatever Python thinks.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "plain"
    return _form(value)


def _date_form(value: Any) -> str | None:
    # A string is a date only where the text is JSON, which pydantic knows.
    if isinstance(value, (dt.date, str)):
        return "plain"
    form = _form(value)
    return None if form == "rule" else form


Figure = Annotated[
    Annotated[float, Tag("plain")]
    | Annotated[Known, Tag("known")]
    | Annotated[Range, Tag("range")]
    | Annotated[Rule, Tag("rule")],
    Discriminator(
        _number_form,
        custom_error_type="figure",
        custom_error_message="a number, a sourced value, a range or a rule",
    ),
]
"""A number as it stands, with its source, as a range, or by the name of a sizing rule."""


class Quantity:
    """Unit and bounds of a figure, checked on every point of it.

    Parameters
    ----------
    unit : str
        Unit as printed; ``currency`` stands for the currency named beside the field.
    ge, gt, le : float, optional
        Bounds.
    help : str
        What the field means, for the schema and `describe`.
    """

    def __init__(
        self,
        unit: str,
        help: str = "",
        *,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
    ) -> None:
        self.unit, self.help = unit, help
        self.ge, self.gt, self.le = ge, gt, le

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value allowed."""
        low = self.ge if self.ge is not None else self.gt
        return (-math.inf if low is None else low, math.inf if self.le is None else self.le)

    def expected(self) -> str:
        """What the field takes, in words.

        Examples
        --------
        >>> Quantity("share", ge=0, le=1).expected()
        'a number >= 0 and <= 1 [share]'
        """
        parts = [
            f"{sign} {bound:g}"
            for sign, bound in ((">=", self.ge), (">", self.gt), ("<=", self.le))
            if bound is not None
        ]
        return " ".join(["a number", " and ".join(parts), f"[{self.unit}]"]).replace("  ", " ")

    def holds(self, point: float) -> bool:
        """Whether one number is finite and within the bounds."""
        return (
            math.isfinite(point)
            and (self.ge is None or point >= self.ge)
            and (self.gt is None or point > self.gt)
            and (self.le is None or point <= self.le)
        )

    def check(self, value: Any) -> Any:
        """Return the value, or refuse it with what was expected."""
        for point in points(value):
            if not self.holds(point):
                raise _refusal("quantity", self.expected(), f"{point:.12g}")
        if isinstance(value, Range) and not value.low <= value.mid <= value.high:
            found = f"{value.low:.12g}, {value.mid:.12g}, {value.high:.12g}"
            raise _refusal("range", "low <= mid <= high", found)
        stated = getattr(value, "unit", None)
        if stated is not None and not self.same_unit(stated):
            raise _refusal("unit", f"the unit {self.unit}", stated)
        return value

    def same_unit(self, stated: str) -> bool:
        """Whether a stated unit is this one, any currency standing for ``currency``.

        Examples
        --------
        >>> Quantity("currency/kWh").same_unit("RUB/kWh"), Quantity("MW").same_unit("kW")
        (True, False)
        """
        mine, other = self.unit.split("/"), stated.split("/")
        return len(mine) == len(other) and all(
            a == b or (a == "currency" and b.isalpha() and b.isupper() and len(b) >= 3)
            for a, b in zip(mine, other, strict=True)
        )

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        out = handler(schema)
        limits = {"minimum": self.ge, "exclusiveMinimum": self.gt, "maximum": self.le}
        bounds = {name: bound for name, bound in limits.items() if bound is not None}
        out["unit"] = self.unit
        if self.help:
            out["description"] = self.help
        out.update(bounds)  # bind a plain number; the next line the points of a table
        out["properties"] = {point: dict(bounds) for point in ("value", "low", "mid", "high")}
        return out


class Dated:
    """Checks that the points of an unknown date are in order."""

    def check(self, value: Any) -> Any:
        """Return the value, or refuse a range whose dates are out of order."""
        if isinstance(value, DateRange) and not value.low <= value.mid <= value.high:
            raise _refusal("range", "low <= mid <= high", f"{value.low}, {value.mid}, {value.high}")
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))


DateFigure = Annotated[
    Annotated[dt.date, Tag("plain")]
    | Annotated[KnownDate, Tag("known")]
    | Annotated[DateRange, Tag("range")],
    Discriminator(
        _date_form,
        custom_error_type="date_figure",
        custom_error_message="a date, a sourced date or a range of dates",
    ),
    Dated(),
]
"""A date as it stands, with its source, or as a range."""


def _refusal(kind: str, expected: str, found: str) -> PydanticCustomError:
    context = {"expected": expected, "found": found}
    return PydanticCustomError(kind, "{expected}, found {found}", context)
