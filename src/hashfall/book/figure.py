"""Figures of a book: a number or date that may be sourced, unknown, or sized by a rule.

A field that takes a figure accepts a plain value, ``{ value, source }``, a range
``{ low, mid, high, source }`` for what is not known, or ``{ rule }`` that names a
sizing rule (`hashfall.book.sizing` turns it into a range).
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler
from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = [
    "DateFigure", "DateRange", "Figure", "Known", "KnownDate", "Quantity", "Range", "Record",
    "Rule", "day", "number", "points",
]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Known(Record):
    """A number with its source."""

    value: float
    source: str
    published: dt.date | None = None
    note: str = ""


class Range(Record):
    """A number that is not known: 5, 50 and 95% points of a split normal."""

    low: float
    mid: float
    high: float
    source: str = "assumption"
    driver: str | None = None
    why: str = ""
    published: dt.date | None = None


class Rule(Record):
    """A number that is not known and is bounded by a sizing rule."""

    rule: str
    why: str = "not public"


class KnownDate(Record):
    """A date with its source."""

    value: dt.date
    source: str
    published: dt.date | None = None
    note: str = ""


class DateRange(Record):
    """A date that is not known."""

    low: dt.date
    mid: dt.date
    high: dt.date
    source: str = "assumption"
    driver: str | None = None
    why: str = ""
    published: dt.date | None = None


def _plain_number(value: Any) -> Any:
    # TOML has booleans and strings; neither is a number, whatever Python thinks.
    if isinstance(value, bool) or isinstance(value, str):
        raise PydanticCustomError("number", "a number, a sourced value, a range or a rule")
    return value


Figure = Annotated[float | Known | Range | Rule, BeforeValidator(_plain_number)]
DateFigure = dt.date | KnownDate | DateRange


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
        """What the field takes, in words."""
        parts = [
            f"{sign} {bound:g}"
            for sign, bound in ((">=", self.ge), (">", self.gt), ("<=", self.le))
            if bound is not None
        ]
        return " ".join(["a number", " and ".join(parts), f"[{self.unit}]"]).replace("  ", " ")

    def check(self, value: Any) -> Any:
        """Return the value, or refuse it with what was expected."""
        for point in points(value):
            bad = (
                not math.isfinite(point)
                or (self.ge is not None and point < self.ge)
                or (self.gt is not None and point <= self.gt)
                or (self.le is not None and point > self.le)
            )
            if bad:
                raise PydanticCustomError(
                    "quantity", "{expected}, found {found}",
                    {"expected": self.expected(), "found": f"{point:g}"},
                )
        if isinstance(value, Range) and not value.low <= value.mid <= value.high:
            raise PydanticCustomError(
                "range", "low <= mid <= high, found {low}, {mid}, {high}",
                {"low": value.low, "mid": value.mid, "high": value.high},
            )
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        out = handler(schema)
        out["unit"] = self.unit
        if self.help:
            out["description"] = self.help
        for name, bound in (("minimum", self.ge), ("exclusiveMinimum", self.gt),
                            ("maximum", self.le)):
            if bound is not None:
                out[name] = bound
        return out


def points(value: Any) -> tuple[float, ...]:
    """Every number inside a figure (none for a rule)."""
    if isinstance(value, Range):
        return (value.low, value.mid, value.high)
    if isinstance(value, Known):
        return (value.value,)
    return () if isinstance(value, Rule) or value is None else (float(value),)


def number(figure: Any) -> float:
    """Number of a figure that has been resolved.

    Raises
    ------
    TypeError
        If the figure is still a range or a rule: draw the book first.

    Examples
    --------
    >>> number(Known(value=3.0, source="10-Q"))
    3.0
    """
    if isinstance(figure, Known):
        return figure.value
    if isinstance(figure, (Range, Rule)):
        raise TypeError(f"figure is not resolved: {figure!r}")
    return float(figure)


def day(figure: Any, as_of: dt.date) -> int:
    """Day number of a resolved date: 0 on `as_of`, 1 on the next day.

    Examples
    --------
    >>> day(dt.date(2022, 10, 2), dt.date(2022, 9, 30))
    2
    """
    if isinstance(figure, DateRange):
        raise TypeError(f"date is not resolved: {figure!r}")
    value = figure.value if isinstance(figure, KnownDate) else figure
    return int((value - as_of).days)
