"""Rolling forecasts: point in time, fair to every model, the printed table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from hashfall.engine.forecast import (
    BENCHMARKS,
    Score,
    error_correction,
    exponential_trend,
    months_s,
    no_change,
    score_difficulty,
)
from hashfall.engine.inside_epoch import View, block_time, discounted, rolling, score_inside
from hashfall.errors import InputError
from hashfall.ingest.blocks import runs
from hashfall.ingest.series import epoch_series
from hashfall.model.epochs import EpochSeries

_AHEAD = np.array([months_s(m) for m in (1, 3, 6, 12)])
# CRPS of log difficulty on the shipped table: what the page prints.
_PRINTED = {
    ("1m", "no_change"): 0.049061, ("1m", "exponential_trend"): 0.047028,
    ("3m", "no_change"): 0.110662, ("3m", "error_correction"): 0.178035,
    ("6m", "no_change"): 0.189188, ("6m", "exponential_trend"): 0.221308,
    ("12m", "no_change"): 0.320222, ("12m", "exponential_trend"): 0.388757,
}  # fmt: skip
_EFFECTIVE = {"1m": (100, 160), "3m": (20, 45), "6m": (10, 30), "12m": (4, 16)}


def _prophet(series: EpochSeries) -> Callable[..., NDArray[np.float64]]:
    """A model that knows the whole record."""

    def point(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
        when = known.start_s[-1] + ahead_s
        place = np.searchsorted(series.start_s, when, side="right") - 1
        return np.log(series.difficulty[place])

    return point


@pytest.fixture(scope="module")
def scores() -> dict[tuple[str, str], Score]:
    series = epoch_series()
    rows = score_difficulty(
        series, {"copy": no_change, "prophet": _prophet(series)}
    )
    return {(row.horizon, row.model): row for row in rows}


def test_the_table_is_the_printed_one(scores: dict[tuple[str, str], Score]) -> None:
    assert {k: round(scores[k].crps, 6) for k in _PRINTED} == _PRINTED


def test_origins_overlap_and_count_for_fewer(scores: dict[tuple[str, str], Score]) -> None:
    for horizon, (low, high) in _EFFECTIVE.items():
        row = scores[horizon, "no_change"]
        assert row.n > 190
        assert low < row.n_effective < high


def test_the_best_benchmark_is_what_others_are_tested_against(
    scores: dict[tuple[str, str], Score],
) -> None:
    for horizon in _EFFECTIVE:
        best = min(BENCHMARKS, key=lambda name: scores[horizon, name].crps)
        assert {row.versus for key, row in scores.items() if key[0] == horizon} == {best}
        assert scores[horizon, best].dm_p is None


def test_a_model_equal_to_a_benchmark_scores_the_same(
    scores: dict[tuple[str, str], Score],
) -> None:
    for horizon in _EFFECTIVE:
        assert scores[horizon, "copy"].crps == scores[horizon, "no_change"].crps


def test_who_knows_the_future_wins(scores: dict[tuple[str, str], Score]) -> None:
    for horizon in _EFFECTIVE:
        row = scores[horizon, "prophet"]
        assert row.crps == pytest.approx(0.0, abs=1e-12)
        assert row.difference < 0.0
        assert row.dm_p is not None
        assert row.dm_p < 0.05


def test_models_see_no_more_than_was_complete() -> None:
    series, seen = epoch_series(), []

    def spy(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
        seen.append((len(known), len(known.difficulty), len(known.price_usd)))
        return no_change(known, ahead_s)

    score_difficulty(series, {"spy": spy}, horizons_months=(1,))
    assert all(d == n + 1 and p == n for n, d, p in seen)
    assert [n for n, _, _ in seen] == sorted(n for n, _, _ in seen)


@pytest.mark.parametrize("model", [no_change, exponential_trend, error_correction])
def test_later_data_change_no_forecast(model: Callable[..., NDArray[np.float64]]) -> None:
    series = epoch_series()
    cut = model(series.upto(400), _AHEAD)
    assert np.array_equal(cut, model(series.upto(440).upto(400), _AHEAD))
    assert np.isfinite(cut).all()


def test_a_trend_goes_on() -> None:
    n = 60
    start = 1_209_600.0 * np.arange(n + 1)
    known = EpochSeries(0, start, np.exp(0.01 * np.arange(n + 1.0)), np.ones(n), np.ones(n),
                        np.zeros(n))
    ahead = np.array([1_209_600.0, 10 * 1_209_600.0])
    assert exponential_trend(known, ahead) == pytest.approx([0.01 * 61, 0.01 * 70])


def test_error_correction_finds_a_law_of_its_own_kind() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    n = 300
    price = np.cumsum(0.1 * rng.standard_normal(n))
    y = np.zeros(n + 1)
    for k in range(1, n + 1):  # difficulty k is set when price k - 1 is known
        y[k] = y[k - 1] + 0.2 * (price[k - 1] - y[k - 1])
    start = 1_209_600.0 * np.arange(n + 1)
    known = EpochSeries(0, start[:-1], np.exp(y[:-1]), np.ones(n - 1), np.exp(price[:-1]),
                        np.zeros(n - 1))
    found = error_correction(known, np.array([1_209_600.0]))[0]
    drift_free = y[n - 1] + 0.2 * (price[n - 2] - y[n - 1])
    assert abs(found - drift_free) < abs(y[n - 1] - drift_free) + 0.01
    assert found == pytest.approx(y[n], abs=0.06)


def test_a_model_without_a_number_is_refused() -> None:
    def none(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(ahead_s), np.nan)

    with pytest.raises(InputError, match="model none"):
        score_difficulty(epoch_series(), {"none": none}, horizons_months=(1,))


def test_a_short_record_is_refused() -> None:
    with pytest.raises(InputError, match="past errors"):
        score_difficulty(epoch_series(), first_origin_s=1.5e9)


def test_inside_models_agree_when_nothing_changes() -> None:
    view = View(np.full(5000, 610.0), np.full(700, 610.0))
    for model in (block_time, rolling, discounted):
        assert model(view) == pytest.approx(2015 * 610.0)


def test_the_filter_leans_on_what_is_new() -> None:
    rng = np.random.Generator(np.random.Philox(9))
    before, now = 600.0 * rng.standard_exponential(6000), 900.0 * rng.standard_exponential(700)
    span = discounted(View(before, now)) / 2015.0
    assert rolling(View(before, now)) / 2015.0 < span < 960.0


def test_scores_inside_the_epoch() -> None:
    rows = {(r.horizon, r.model): r for r in score_inside(epoch_series(), runs(), places=(144,))}
    assert {r.n for r in rows.values()} == {21}
    assert rows["k144", "rolling"].crps < 0.03 < rows["k144", "block_time"].crps
    assert rows["k144", "discounted"].crps == pytest.approx(0.0219, abs=5e-4)
    worse = rows["k144", "block_time"].dm_p
    assert worse is not None
    assert worse < 0.01


def test_a_place_outside_the_epoch_is_refused() -> None:
    with pytest.raises(InputError, match="1 to 2014"):
        score_inside(epoch_series(), runs(), places=(2015,))
