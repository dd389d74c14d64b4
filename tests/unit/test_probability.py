"""Probabilities: the two kinds of doubt are told apart."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from hashfall.engine.probability import horizon_days, probability, shrunk
from hashfall.engine.variants import CAUSES, attribute


def clocks(rates: list[float], inner: int, seed: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    hit = rng.random((len(rates), inner)) < np.array(rates)[:, None]
    return np.where(hit, 100, -1).astype(np.int16)


def test_one_draw_has_no_doubt_about_the_book() -> None:
    p = probability(clocks([0.3], 4096), 365)
    assert p["low"] == p["value"] == p["high"]
    assert p["se"] == pytest.approx(np.sqrt(p["value"] * (1 - p["value"]) / 4095))


def test_simulation_noise_is_no_doubt_about_the_book() -> None:
    p = probability(clocks([0.3] * 64, 128), 365)
    assert p["high"] - p["low"] < 0.06  # a raw 5-95% band would be 0.13 wide


def test_doubt_about_the_book_stays() -> None:
    rates = list(np.linspace(0.0, 1.0, 64))
    p = probability(clocks(rates, 128), 365)
    assert p["low"] == pytest.approx(0.05, abs=0.03)
    assert p["high"] == pytest.approx(0.95, abs=0.03)


def test_only_days_within_the_horizon_count() -> None:
    assert probability(clocks([0.5], 1024), 99)["value"] == 0.0
    assert probability(clocks([0.5], 1024), 100)["value"] > 0.4


def test_shrinking_leaves_the_mean() -> None:
    rates = np.array([0.1, 0.5, 0.9])
    assert shrunk(rates, 0.01).mean() == pytest.approx(rates.mean())


@pytest.mark.parametrize(("as_of", "months", "days"), [
    (dt.date(2022, 9, 30), 12, 365), (dt.date(2023, 8, 31), 6, 182),
    (dt.date(2024, 2, 29), 12, 365), (dt.date(2022, 12, 31), 2, 59),
])
def test_horizons_are_calendar_months(as_of: dt.date, months: int, days: int) -> None:
    assert horizon_days(as_of, months) == days


def test_the_first_cause_that_saves_a_path_has_it() -> None:
    base = np.array([9, 9, 9, -1], np.int16)
    saves = np.array([-1, 9, 9, -1], np.int16)
    both = np.array([-1, -1, 9, -1], np.int16)
    found = attribute(base, [(CAUSES[0], saves), (CAUSES[1], both)])
    assert found == {CAUSES[0]: 1, CAUSES[1]: 1, "joint": 1}
