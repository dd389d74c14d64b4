"""The daily schedule of a packed ledger: calendar, amounts due, bills, grace, look-ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats
from hashfall.engine.lines import Lines, PayLine
from hashfall.engine.pack_money import Money
from hashfall.model.columns import Day

if TYPE_CHECKING:
    from hashfall.engine.pack import Frame

__all__ = ["FAR", "Bills", "Schedule", "amounts_ahead", "bill_flags", "still_recent"]

FAR = 90
"""Days ahead that a secured lender looks, the farthest that anybody does. [days]"""


class Schedule:
    """Columns of a schedule under construction.

    Parameters
    ----------
    days : int
        Length of the run. [days]
    """

    def __init__(self, days: int) -> None:
        self.days = days
        self.columns: list[Floats] = [np.zeros(days + 1) for _ in range(Day.COUNT)]

    def add(self, rows: list[Floats]) -> int:
        """Append columns and return the place of the first."""
        at = len(self.columns)
        self.columns.extend(rows)
        return at

    def array(self) -> Floats:
        """Schedule of shape (days + 1, columns)."""
        return np.ascontiguousarray(np.stack(self.columns, axis=1))

    def fill(self, book: Book, cal: Calendar, frame: Frame, lines: Lines, money: Money) -> None:
        """Set the first columns: calendar, what is known to fall due, decay, liabilities."""
        cols = self.columns
        cols[Day.MONTH][:] = cal.month
        cols[Day.WEEK][7::7] = 1.0
        cols[Day.QUARTER][:] = cal.quarter
        cols[Day.TAX_SET][:] = cal.quarter if book.tax.period == "quarter" else cal.month > 0
        due = np.zeros(lines.cal.days + 1)
        for line in lines.found.values():
            if not line.standing:
                due += line.due * lines.fx0[line.currency]
        end = cal.days + 1
        cols[Day.AHEAD][:] = amounts_ahead(due, book.treasury.look_ahead_days)[:end]
        cols[Day.AHEAD90][:] = amounts_ahead(due + money.matures, FAR)[:end]
        cols[Day.SECURED90][:] = amounts_ahead(lines.secured, FAR)[:end]
        cols[Day.SECURED][:] = lines.secured_left[:end]
        rate = frame.decay_per_year / 365.0
        cols[Day.DECAY][:] = np.exp(-rate * np.arange(cal.days + 1))
        cols[Day.DECAY90][:] = np.exp(-rate * 90.0)
        cols[Day.ROUTE_CAP][:] = money.route_cap
        for i, currency in enumerate(lines.fx0):
            if currency in lines.outstanding:
                cols[Day.LIABILITY + i][:] = lines.outstanding[currency][:end]
            cols[Day.INFLOW + i][:] = money.inflow.get(currency, 0.0)
            cols[Day.WORKED + i][:] = money.worked.get(currency, 0.0)


class Bills:
    """Days on which the bills of one line fall due, end their grace, and come soon.

    Parameters
    ----------
    days : int
        Length of the run. [days]

    Attributes
    ----------
    due, mature, soon : ndarray of shape (days + 1,)
        1 on the day the bill falls due, on the day its grace ends, and on the days when
        it stands billed and falls due within the look-ahead.
    """

    def __init__(self, days: int) -> None:
        self.days = days
        self.due, self.mature, self.soon = (np.zeros(days + 1) for _ in range(3))

    def add(self, billed: int, when: int, mature: int, look_ahead: int) -> None:
        """Add one bill."""
        if 0 < when <= self.days:
            self.due[when] = 1.0
        if 0 < mature <= self.days:
            self.mature[mature] = 1.0
        self.soon[max(1, billed, when - look_ahead) : max(0, when)] = 1.0


def bill_flags(line: PayLine, cal: Calendar, look_ahead: int) -> Bills:
    """Bills of a line that takes amounts from the path.

    Parameters
    ----------
    line : PayLine
        A payment line.
    cal : Calendar
        Days of the run.
    look_ahead : int
        Days for which money is raised ahead. [days]
    """
    bills = Bills(cal.days)
    for when in line.bill_on:
        bills.add(when, when, when + line.grace, look_ahead)
    if line.bill_days is None:
        return bills
    if line.billed0 > 0.0:
        when = cal.first_bill(line.bill_days)
        # Grace runs from the nominal date, so that it ends before the next bill's.
        nominal = when if line.bill_days > 0 else 0
        bills.add(0, when, max(when, nominal + line.grace), look_ahead)
    ends = np.flatnonzero(cal.quarter) if line.quarterly else cal.month_ends()
    for end in ends.tolist():
        when = end + line.bill_days
        bills.add(end, when, when + line.grace, look_ahead)
    return bills


def still_recent(due: Floats, grace: int) -> Floats:
    """Amounts that fell due within the last `grace` days, today's among them.

    Examples
    --------
    >>> [float(x) for x in still_recent(np.array([0.0, 5.0, 0.0, 0.0, 7.0]), 2)]
    [0.0, 5.0, 5.0, 0.0, 7.0]
    """
    total = np.cumsum(due)
    if grace <= 0:
        return np.zeros_like(total)
    shifted = np.concatenate([np.zeros(grace), total[:-grace]])[: len(total)]
    return np.asarray(total - shifted)


def amounts_ahead(amounts: Floats, days: int) -> Floats:
    """Sum of the amounts of the next `days` days, today's not among them.

    Examples
    --------
    >>> [float(x) for x in amounts_ahead(np.array([1.0, 2.0, 4.0]), 1)]
    [2.0, 4.0, 0.0]
    """
    total = np.concatenate([np.cumsum(amounts), np.full(days, amounts.sum())])
    return np.asarray(total[days : days + len(amounts)] - total[: len(amounts)])
