"""Dated closures with ramps, by hand."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.book.closures import Closure, available, day_number, most_off

DAYS = [dt.date(2022, 1, 1) + dt.timedelta(days=i) for i in range(6)]
FIRST = day_number(DAYS[0])


def test_a_step_at_noon_takes_half_a_day() -> None:
    closure = Closure(FIRST + 1.5, FIRST + 3.25, 0.8)
    assert available([closure], DAYS) == pytest.approx([1.0, 0.6, 0.2, 0.8, 1.0, 1.0])


def test_ramps_are_linear() -> None:
    closure = Closure(FIRST + 1.0, FIRST + 4.0, 1.0, days_off=2.0, days_on=1.0)
    assert available([closure], DAYS) == pytest.approx([1.0, 0.75, 0.25, 0.0, 0.5, 1.0])


def test_what_does_not_come_back_stays_off() -> None:
    assert available([Closure(FIRST - 30.0, math.inf, 0.4, 5.0)], DAYS) == pytest.approx([0.6] * 6)


def test_closures_of_different_machines_add() -> None:
    one, other = Closure(FIRST, math.inf, 0.5), Closure(FIRST + 2.0, math.inf, 0.3)
    assert available([one, other], DAYS) == pytest.approx([0.5, 0.5, 0.2, 0.2, 0.2, 0.2])
    assert most_off([one, other]) == pytest.approx(0.8)


def test_nothing_closed_is_all_there() -> None:
    assert available([], DAYS) == [1.0] * 6
    assert most_off([]) == 0.0


def test_moments_are_utc() -> None:
    east = dt.timezone(dt.timedelta(hours=8))
    assert day_number(dt.datetime(1970, 1, 2, 14, tzinfo=east)) == 1.25
    assert day_number(dt.date(1969, 12, 31)) == -1.0


@given(
    st.floats(0, 5), st.floats(0.001, 5), st.floats(0, 1), st.floats(0, 3), st.floats(0, 3),
    st.floats(-2, 12), st.floats(0.01, 5),
)
def test_the_mean_is_the_integral(
    start: float, length: float, affected: float, off: float, on: float, a: float, width: float
) -> None:
    closure = Closure(start, start + off + length, affected, off, on)
    n = 4000
    moments = [a + width * (i + 0.5) / n for i in range(n)]
    sampled = sum(closure.off(t) for t in moments) / n
    assert closure.mean_off(a, a + width) == pytest.approx(sampled, abs=2e-3)
    assert most_off([closure]) == pytest.approx(affected)
