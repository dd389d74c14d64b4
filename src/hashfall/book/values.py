"""What a field of a book can hold: a sourced value, a range, or the name of a rule."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Currency", "DateRange", "Id", "Known", "KnownDate", "Range", "Record", "Rule",
    "SourceText", "day", "middle", "middle_date", "number", "points",
]

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
"""Name of an entry inside a book."""
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3,5}$", description="Currency, such as USD.")]
"""Code of a currency."""
SourceText = Annotated[str, Field(description=(
    "Names of entries of `sources`, or text that starts with assumption, sizing rule or "
    "definition."
))]
"""Where a figure or entry comes from."""


class Record(BaseModel):
    """A frozen record that refuses unknown keys and values of another type."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Known(Record):
    """A number with its source."""

    value: float
    """The number itself."""
    source: SourceText
    unit: str | None = None
    """Unit as the source states it; must be the field's own."""
    published: dt.date | None = None
    """Day on which it came out, where no entry of `sources` says it."""
    note: str = ""
    """What a reader should know about it."""


class Range(Record):
    """A number that is not known: 5, 50 and 95% points of a split normal."""

    low: float
    """5% point."""
    mid: float
    """Median."""
    high: float
    """95% point."""
    source: SourceText = "assumption"
    driver: str | None = None
    """Figures that name the same driver move together."""
    why: str = ""
    """Why it is not known."""
    unit: str | None = None
    """Unit as stated; must be the field's own."""
    published: dt.date | None = None
    """Day on which it came out, where no entry of `sources` says it."""


class Rule(Record):
    """A number that is not known and is bounded by a sizing rule."""

    rule: Id
    """Name of the sizing rule."""
    why: str = "not public"
    """Why it is not known."""


class KnownDate(Record):
    """A date with its source."""

    value: dt.date
    """The date itself."""
    source: SourceText
    published: dt.date | None = None
    """Day on which it came out, where no entry of `sources` says it."""
    note: str = ""
    """What a reader should know about it."""


class DateRange(Record):
    """A date that is not known: 5, 50 and 95% points, as whole days."""

    low: dt.date
    """5% point."""
    mid: dt.date
    """Median."""
    high: dt.date
    """95% point."""
    source: SourceText = "assumption"
    driver: str | None = None
    """Figures that name the same driver move together."""
    why: str = ""
    """Why it is not known."""
    published: dt.date | None = None
    """Day on which it came out, where no entry of `sources` says it."""


def points(value: Any) -> tuple[float, ...]:
    """Every number inside a figure (none for a rule).

    Examples
    --------
    >>> points(Range(low=1.0, mid=2.0, high=4.0)), points(Rule(rule="cash_days")), points(3.0)
    ((1.0, 2.0, 4.0), (), (3.0,))
    """
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


def middle(figure: Any) -> float | None:
    """Median of a figure; None where there is none or a rule has still to give it.

    Examples
    --------
    >>> middle(Range(low=1.0, mid=2.0, high=4.0)), middle(Rule(rule="cash_days"))
    (2.0, None)
    """
    numbers = points(figure)
    return numbers[len(numbers) // 2] if numbers else None


def middle_date(figure: Any) -> dt.date | None:
    """Median of a date, None where there is none."""
    if isinstance(figure, DateRange):
        return figure.mid
    return figure.value if isinstance(figure, KnownDate) else figure
