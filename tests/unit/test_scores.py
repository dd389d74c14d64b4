"""Scores of forecasts: proper, known, and a test of the right size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.model.scores import (
    auc,
    crps_lognormal,
    crps_normal,
    crps_sample,
    diebold_mariano,
    effective_sample_size,
    long_run_variance,
    pinball,
)

_NUMBERS = st.floats(-100.0, 100.0)


def _draws(seed: int, *shape: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(seed)).standard_normal(shape)


@given(st.lists(_NUMBERS, min_size=1, max_size=12), _NUMBERS)
def test_crps_of_a_sample_is_its_definition(sample: list[float], y: float) -> None:
    x = np.array(sample)
    pairs = np.abs(np.subtract.outer(x, x)).mean()
    assert crps_sample(x, y) == pytest.approx(np.abs(x - y).mean() - 0.5 * pairs, abs=1e-9)
    assert crps_sample(x, y) >= -1e-9


def test_crps_is_the_integral_of_its_definition() -> None:
    from scipy.special import ndtr

    x = np.linspace(-12.0, 14.0, 400_001)
    step = (x >= 1.3).astype(float)
    direct = np.trapezoid((ndtr((x - 0.4) / 2.0) - step) ** 2, x)
    assert float(crps_normal(0.4, 2.0, 1.3)) == pytest.approx(direct, abs=1e-4)


def test_crps_of_a_lognormal_is_the_integral_of_its_definition() -> None:
    from scipy.special import ndtr

    x = np.linspace(1e-6, 60.0, 600_001)
    step = (x >= 2.0).astype(float)
    direct = np.trapezoid((ndtr((np.log(x) - 0.2) / 0.5) - step) ** 2, x)
    assert float(crps_lognormal(0.2, 0.5, 2.0)) == pytest.approx(direct, abs=1e-4)


def test_the_true_law_scores_best() -> None:
    y = _draws(1, 40_000)
    means = [crps_normal(m, s, y).mean() for m, s in ((0.0, 1.0), (0.3, 1.0), (0.0, 1.3))]
    assert means[0] == min(means)
    assert means[0] == pytest.approx(1.0 / np.sqrt(np.pi), abs=0.01)


def test_the_true_quantile_scores_best() -> None:
    y = _draws(2, 100_000)
    losses = {q: float(pinball(q, 0.9, y).mean()) for q in (1.0, 1.2816, 1.6)}
    assert min(losses, key=lambda q: losses[q]) == 1.2816


def test_ties_count_half() -> None:
    assert auc([0.5, 0.5], [1, 0]) == 0.5
    with pytest.raises(ValueError, match="cases that happened"):
        auc([0.1, 0.2], [0, 0])


def test_overlap_makes_fewer_independent_scores() -> None:
    white = _draws(4, 1200)
    overlapping = np.convolve(white, np.ones(12), "valid")
    assert effective_sample_size(white, 0) == len(white)
    assert 60 < effective_sample_size(overlapping, 11) < 200


def test_the_test_of_overlapping_forecasts_is_not_far_off_its_level() -> None:
    rejected = []
    for a, b in _draws(5, 400, 2, 211):
        one, other = (np.convolve(x, np.ones(6) / 6.0, "valid") for x in (a, b))
        rejected.append(diebold_mariano(one, other, 6).p <= 0.05)
    assert 0.02 <= np.mean(rejected) <= 0.11


def test_a_better_forecaster_is_found() -> None:
    a, b = np.abs(_draws(6, 2, 200))
    found = diebold_mariano(a, b + 0.5, 1)
    assert found.mean < 0.0
    assert found.p < 0.001
    back = diebold_mariano(b + 0.5, a, 1)
    assert (back.mean, back.p) == (pytest.approx(-found.mean), pytest.approx(found.p))


def test_equal_losses_are_not_told_apart() -> None:
    assert diebold_mariano([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 1).p == 1.0


def test_too_few_losses_are_refused() -> None:
    with pytest.raises(ValueError, match="expected more than 6, found 5"):
        diebold_mariano(np.ones(5), np.zeros(5), 6)


def test_a_negative_sum_falls_back_to_triangular_weights() -> None:
    x = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0]
    assert long_run_variance(x, 1) > 0.0
