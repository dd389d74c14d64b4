"""Dates that may be a year, a month or a day: their first and last day."""

from __future__ import annotations

import calendar
from datetime import date as Date

__all__ = ["first_day", "last_day"]


def first_day(text: str) -> Date:
    """First day of a date that may be a year, a month or a day.

    Examples
    --------
    >>> first_day("2025-06"), first_day("2024")
    (datetime.date(2025, 6, 1), datetime.date(2024, 1, 1))
    """
    year, month, day = [int(part) for part in (text + "-1-1").split("-")[:3]]
    return Date(year, month, day)


def last_day(text: str) -> Date:
    """Last day of a date that may be a year, a month or a day.

    Raises
    ------
    ValueError
        If the text is none of them.

    Examples
    --------
    >>> last_day("2025-06"), last_day("2024")
    (datetime.date(2025, 6, 30), datetime.date(2024, 12, 31))
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return Date(parts[0], 12, 31)
    if len(parts) == 2:
        return Date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return Date(*parts)
