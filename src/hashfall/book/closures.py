"""How much of a place's hashrate is off, from dated closures with linear ramps."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Closure", "available", "day_number", "most_off"]

_EPOCH = dt.date(1970, 1, 1).toordinal()


def day_number(moment: dt.date) -> float:
    """Days since 1970 began, UTC; a date stands for its midnight. [days]

    Examples
    --------
    >>> day_number(dt.date(1970, 1, 2))
    1.0
    >>> day_number(dt.datetime(1970, 1, 2, 6, tzinfo=dt.UTC))
    1.25
    """
    if isinstance(moment, dt.datetime):
        return moment.timestamp() / 86400.0
    return float(moment.toordinal() - _EPOCH)


@dataclass(frozen=True)
class Closure:
    """Machines of one place that go off and, where there is an end, come back.

    Parameters
    ----------
    start, end : float
        When the first goes off and the first comes back; `end` is infinite where none
        does. [days since 1970]
    affected : float
        Share of the place's hashrate. [share]
    days_off, days_on : float
        How long going off and coming back take, linearly. [days]
    """

    start: float
    end: float
    affected: float
    days_off: float = 0.0
    days_on: float = 0.0

    def off(self, moment: float) -> float:
        """Share of the place's hashrate that is off at a moment. [share]

        Examples
        --------
        >>> closure = Closure(10.0, 20.0, 0.8, days_off=4.0, days_on=2.0)
        >>> closure.off(9.0), closure.off(12.0), closure.off(15.0), closure.off(21.0)
        (0.0, 0.4, 0.8, 0.4)
        """
        gone = _ramp(moment - self.start, self.days_off)
        back = 0.0 if math.isinf(self.end) else _ramp(moment - self.end, self.days_on)
        return self.affected * (gone - back)

    def mean_off(self, start: float, end: float) -> float:
        """Mean share that is off between two moments, exact. [share]

        Examples
        --------
        >>> Closure(10.0, math.inf, 0.8, days_off=4.0).mean_off(10.0, 12.0)
        0.2
        """
        gone = _area(end - self.start, self.days_off) - _area(start - self.start, self.days_off)
        if not math.isinf(self.end):
            gone -= _area(end - self.end, self.days_on) - _area(start - self.end, self.days_on)
        return self.affected * gone / (end - start)


def _ramp(elapsed: float, length: float) -> float:
    """From 0 to 1 over `length`, a step where that is 0."""
    if elapsed < 0.0:
        return 0.0
    return 1.0 if elapsed >= length else elapsed / length


def _area(elapsed: float, length: float) -> float:
    """Integral of the ramp up to `elapsed`."""
    if elapsed <= 0.0:
        return 0.0
    if elapsed >= length:
        return elapsed - 0.5 * length
    return 0.5 * elapsed * elapsed / length


def available(closures: Iterable[Closure], dates: Iterable[dt.date]) -> list[float]:
    """Mean share of a place's hashrate that is available on each UTC day. [share]

    Parameters
    ----------
    closures : iterable of Closure
        Closures of different machines of one place: their shares add.
    dates : iterable of date
        Days.

    Examples
    --------
    >>> noon = Closure(0.5, math.inf, 0.6)
    >>> available([noon], [dt.date(1970, 1, 1), dt.date(1970, 1, 2)])
    [0.7, 0.4]
    """
    every = list(closures)
    return [
        max(0.0, 1.0 - math.fsum(c.mean_off(day, day + 1.0) for c in every))
        for day in map(day_number, dates)
    ]


def most_off(closures: Iterable[Closure]) -> float:
    """Largest share of a place that its closures take off at once. [share]

    Notes
    -----
    The sum of trapezoids is linear between their corners, so it is largest at one.

    Examples
    --------
    >>> most_off([Closure(0.0, 5.0, 0.7), Closure(4.0, 9.0, 0.4)])
    1.1
    >>> most_off([Closure(0.0, 4.0, 0.7), Closure(4.0, 9.0, 0.4)])
    0.7
    """
    every = list(closures)
    corners = {t for c in every
               for t in (c.start, c.start + c.days_off, c.end, c.end + c.days_on)}
    return max((math.fsum(c.off(t) for c in every)
                for t in corners if not math.isinf(t)), default=0.0)
