"""Days of a run: day 0 is `as_of`, day 1 the next; month, quarter and week ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calendar", "calendar", "pay_days"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calendar:
    """Calendar of a run, arrays of shape (days + 1,)."""

    as_of: dt.date
    days: int
    month: NDArray[np.int64]  # 1-based number of the month on its last day, else 0
    quarter: NDArray[np.bool_]
    day_of_month: NDArray[np.int64]
    month_days: NDArray[np.int64]  # days of the month that the day is in

    @property
    def months(self) -> int:
        """Number of month ends in the run."""
        return int(self.month.max())

    def month_ends(self) -> NDArray[np.int64]:
        """Days on which a month ends."""
        return np.flatnonzero(self.month)

    def date(self, day: int) -> dt.date:
        """Date of a day."""
        return self.as_of + dt.timedelta(days=int(day))

    def first_bill(self, days: int) -> int:
        """Day on which the bill of the month before `as_of` falls due, 0 or less if it has.

        Parameters
        ----------
        days : int
            From the end of a month to the due date. [days]

        Notes
        -----
        A bill that falls due on `as_of` itself has been paid; one of the month that
        ends with `as_of` has not, and falls due on day 1 at the earliest.
        """
        last = int(self.day_of_month[0]) == int(self.month_days[0])
        return max(days, 1) if last else days - int(self.day_of_month[0])

    def monthly(self, day_of_month: int) -> NDArray[np.int64]:
        """Days 1.. that fall on a day of the month (1 to 28)."""
        found = np.flatnonzero(self.day_of_month == day_of_month)
        return found[found > 0]


def pay_days(as_of: dt.date, day_of_month: int, last: int) -> list[int]:
    """Days from 1 to `last` that fall on a day of the month (1 to 28).

    Examples
    --------
    >>> pay_days(dt.date(2022, 9, 30), 28, 60)
    [28, 59]
    """
    found: list[int] = []
    year, month = as_of.year, as_of.month
    while True:
        when = (dt.date(year, month, day_of_month) - as_of).days
        if when > last:
            return found
        if when > 0:
            found.append(when)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@lru_cache(maxsize=64)
def calendar(as_of: dt.date, days: int) -> Calendar:
    """Calendar from `as_of` over a number of days.

    Examples
    --------
    >>> c = calendar(dt.date(2022, 9, 30), 40)
    >>> c.months, [int(d) for d in c.month_ends()]
    (1, [31])
    """
    start = np.datetime64(as_of)
    dates = start + np.arange(days + 2)
    months = dates.astype("datetime64[M]")
    dom = (dates - months).astype(np.int64) + 1
    last = months[1:] != months[:-1]
    last[0] = False
    number = np.where(last, np.cumsum(last), 0)
    quarter = last & (months[:-1].astype(np.int64) % 3 == 2)
    after = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    length = (after - months.astype("datetime64[D]")).astype(np.int64)
    return Calendar(as_of, days, number, quarter, dom[:-1], length[:-1])
