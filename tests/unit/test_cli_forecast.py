"""``hashfall forecast``: scores, the bar printed from the numbers, the last forecast."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hashfall.cli import main
from hashfall.cli.forecast import bar_of, document
from hashfall.cli.output import json_text
from hashfall.engine.forecast import Score, months_s, no_change, score_difficulty
from hashfall.engine.forecast_now import Remembered, forecasts_at, last_informed
from hashfall.errors import InputError
from hashfall.ingest.series import epoch_series
from hashfall.model.epochs import EpochSeries
from hashfall.report.forecast import difference, forecast_lines, p_words
from hashfall.report.forecast_charts import charts
from hashfall.report.forecast_page import forecast_page

Result = dict[str, Any]


def _half_trend(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """A stand-in for the network that takes no time: half the growth of two years."""
    growth = np.log(known.difficulty[-1] / known.difficulty[-53]) / 52.0 / 1_209_600.0
    return np.asarray(np.log(known.difficulty[-1]) + 0.5 * growth * ahead_s)


@pytest.fixture(scope="module")
def result() -> Result:
    """The machine output with the stand-in."""
    found: Result = json.loads(json_text(document(models={"network": _half_trend})))
    found["provenance"]["command"] = {"what": "difficulty", "inside": False}
    return found


def test_the_json_has_the_keys_of_the_contract(result: Result) -> None:
    assert result["schema"] == "hashfall.forecast/1"
    months = [s for s in result["scores"] if s["part"] == "months"]
    assert [s["horizon"] for s in months[::4]] == ["1m", "3m", "6m", "12m"]
    assert [s["model"] for s in months[:4]] == [
        "network", "no_change", "exponential_trend", "error_correction"]
    assert {s["horizon"] for s in result["scores"] if s["part"] == "inside"} == {
        "k144", "k504", "k1008", "k1512"}
    for s in result["scores"]:
        assert {"crps", "dm_p", "versus", "difference", "n", "n_effective"} <= set(s)
        assert (s["dm_p"] is None) == s["best"]
    assert {"version", "inputs", "definitions", "environment", "created"} <= set(
        result["provenance"])
    assert result["sources"]


def test_the_bar_is_what_the_scores_say(result: Result) -> None:
    by = {(s["horizon"], s["model"]): s["crps"] for s in result["scores"]}
    for row in result["bar"]["rows"]:
        names = ("no_change", "exponential_trend", "error_correction")
        best = min(by[row["horizon"], name] for name in names)
        assert row["best_crps"] == best
        assert row["met"] == (by[row["horizon"], "network"] < best)
    assert [row["horizon"] for row in result["bar"]["rows"]] == ["3m", "6m"]


def _score(horizon: str, model: str, crps: float) -> Score:
    return Score(horizon, model, crps, None if model != "network" else 0.5, "no_change",
                 crps - 0.1, 200, 30.0)


@pytest.mark.parametrize(("later", "met"), [(0.09, True), (0.1, False), (0.2, False)])
def test_the_bar_needs_both_horizons(later: float, met: bool) -> None:
    rows = [_score(h, m, c) for h, own in (("3m", 0.05), ("6m", later))
            for m, c in (("network", own), ("no_change", 0.1))]
    found = bar_of(rows)
    assert found is not None
    assert found["met"] is met


def test_without_the_network_there_is_no_bar() -> None:
    assert bar_of([_score("3m", "no_change", 0.1)]) is None


def test_lines_fit_80_columns_and_show_every_score(result: Result) -> None:
    text = forecast_lines(result, "out.html")
    assert all(len(line) <= 80 for line in text)
    whole = "\n".join(text)
    for s in result["scores"]:
        assert f"{s['crps']:.4f}".removeprefix("0") in whole
    assert "use the middles of the ranges" in " ".join(whole.split())
    assert "observed" in whole
    assert "out.html" in whole
    words = "met" if result["bar"]["met"] else "not met"
    assert f"3 and 6 months: {words}" in whole


def test_inside_alone_has_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "difficulty", "--inside", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    data = json.loads(out)
    assert err == ""
    assert {s["part"] for s in data["scores"]} == {"inside"}
    assert data["bar"] is data["now"] is data["origins"] is None
    assert all(len(line) <= 80 for line in forecast_lines(data))
    assert "Inside an epoch" in forecast_page(data)


def test_the_page_has_charts_and_tables(result: Result) -> None:
    text = forecast_page(result)
    figures = re.findall(r"<figure.*?</figure>", text, re.S)
    assert len(figures) == len(charts(result)) == 3
    assert all(figure.count("<svg") == 2 for figure in figures)
    for s in result["scores"]:
        assert f">{s['crps']:.4f}".replace(">0", ">") in text
    assert "<script" not in text
    assert "hashfall forecast difficulty" in text


@pytest.mark.parametrize("word", ["dificulty", "price", ""])
def test_another_quantity_is_refused_in_one_line(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", word]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "difficulty" in err


def _growing(n: int) -> EpochSeries:
    """Difficulty that grows by 1% an epoch of two weeks."""
    start = 1.4e9 + 1_209_600.0 * np.arange(n + 1.0)
    difficulty = np.exp(0.01 * np.arange(n + 1.0))
    ones = np.ones(n)
    return EpochSeries(0, start, difficulty, 1_209_600.0 * ones, 100.0 * ones, 0.01 * ones)


def test_the_spread_is_that_of_errors_that_had_passed() -> None:
    series = _growing(60)
    kept = Remembered(no_change)
    for origin in range(20, 61):
        kept(series.upto(origin), np.array([months_s(1), months_s(3)]))
    short, long = forecasts_at(series, {"no_change": kept}, 50, (1, 3))
    assert short.difficulty == pytest.approx(series.difficulty[50])
    # Every error is the same growth: less its mean nothing is left of it.
    assert short.low == pytest.approx(short.high)
    assert (short.errors, long.errors) == (28, 24)
    assert short.observed == pytest.approx(series.difficulty[52])
    assert forecasts_at(series, {"no_change": kept}, 60, (3,))[0].observed is None


def test_a_model_that_said_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="origin 50"):
        forecasts_at(_growing(60), {"mute": Remembered(no_change)}, 50)


def test_remembering_changes_no_score() -> None:
    series, heard = epoch_series(), []
    kept = Remembered(no_change, lambda: heard.append(1))
    plain = score_difficulty(series, {"mine": no_change}, horizons_months=(3,))
    assert score_difficulty(series, {"mine": kept}, horizons_months=(3,)) == plain
    assert len(heard) == len(kept.points)


def test_the_last_forecast_has_price_and_fees(result: Result) -> None:
    series, now = epoch_series(), result["now"]
    origin = last_informed(series)
    assert np.isfinite(series.price_usd[origin - 1])
    assert not np.isfinite(series.price_usd[origin:] + series.fee_ratio[origin:]).any()
    assert now["height"] == 2016 * origin
    assert now["later_origins"] == len(series) - origin
    for f in now["forecasts"]:
        assert f["low"] < f["difficulty"] < f["high"]


def test_small_words() -> None:
    assert difference({"best": False, "difference": -0.0123}) == "-.0123"
    assert difference({"best": True, "difference": 0.0}) == "best"
    assert p_words(0.0) == "<.001"
