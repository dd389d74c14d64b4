"""Hashrate from blocks, the band of the next retarget, change points."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.model.changepoints import change_points, segment_log_evidence
from hashfall.model.observation import (
    extended_span_s,
    hashrate_by_day,
    hashrate_from_count,
    hashrate_from_span,
    retarget_change,
    retarget_quantiles,
    rolling_span_s,
)

_P = [0.05, 0.25, 0.5, 0.75, 0.95]


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


@given(st.integers(1, 5000), st.floats(1.0, 1e8), st.floats(0.5, 0.99))
def test_intervals_hold_the_estimate_and_scale(k: int, span: float, level: float) -> None:
    h = hashrate_from_span(1e13, k, span, level)
    assert h.low < h.value < h.high or k == 1  # one wait: its mean may lie outside
    twice = hashrate_from_span(2e13, k, span, level)
    assert twice.high == pytest.approx(2.0 * h.high)


def test_an_interval_of_a_count_holds_its_level() -> None:
    counts = _generator(3).poisson(20.0, 20_000)
    h = hashrate_from_count(1.0, counts, 12_000.0)
    true = hashrate_from_count(1.0, 20, 12_000.0).value
    inside = float(((h.low <= true) & (true <= h.high)).mean())
    assert 0.9 <= inside < 0.95


def test_no_block_in_a_day_still_has_an_upper_end() -> None:
    h = hashrate_from_count(1e14, 0, 86400.0)
    assert (float(h.value), float(h.low)) == (0.0, 0.0)
    assert h.high > 0.0


def test_days_count_their_own_blocks() -> None:
    times = np.array([80000.0, 90000.0, 95000.0, 172800.0, 180000.0, 260000.0])
    found = hashrate_by_day(times, np.array([1.0, 1.0, 3.0, 1.0, 1.0, 1.0]))
    assert found.day.tolist() == [1, 2]
    assert found.blocks.tolist() == [2, 2]
    assert found.hashrate.value[0] == pytest.approx(2.0 * found.hashrate.value[1])


def test_the_band_closes_as_the_epoch_does() -> None:
    widths = []
    for k in (144, 504, 1008, 1512, 2014):
        q = retarget_quantiles(k, k * 600.0, _P)
        assert np.all(np.diff(q) > 0.0)
        assert q[2] == pytest.approx(0.0, abs=0.002)
        widths.append(q[-1] - q[0])
    assert np.all(np.diff(widths) < 0.0)
    assert widths[-1] < 0.003


def test_the_band_holds_what_it_says() -> None:
    rng = _generator(8)
    rate = rng.standard_gamma(1400.0, 20_000) / 840_000.0  # 900 blocks before, 500 in the epoch
    low, high = retarget_quantiles(
        500, 300_000.0, [0.05, 0.95], prior_blocks=900.0, prior_s=540_000.0, noise_sd=0.05
    )
    factor = np.exp(0.05 * rng.standard_normal(20_000))
    span = 300_000.0 + rng.standard_gamma(1515.0, 20_000) / (rate * factor)
    change = retarget_change(span)
    assert float(((low <= change) & (change <= high)).mean()) == pytest.approx(0.9, abs=0.01)


def test_noise_and_less_prior_widen_the_band() -> None:
    plain = np.ptp(retarget_quantiles(500, 3e5, _P))
    assert np.ptp(retarget_quantiles(500, 3e5, _P, noise_sd=0.05)) > plain
    assert np.ptp(retarget_quantiles(500, 3e5, _P, prior_blocks=900.0, prior_s=5.4e5)) < plain


@pytest.mark.parametrize(("k", "t"), [(0, 100.0), (-1, 100.0), (2016, 100.0)])
def test_nothing_to_go_by_is_refused(k: int, t: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 2015"):
        retarget_quantiles(k, t, [0.5])


def test_a_prior_alone_gives_a_band() -> None:
    q = retarget_quantiles(0, 0.0, [0.5], prior_blocks=2015.0, prior_s=2015 * 660.0)
    assert float(q[0]) == pytest.approx(600.0 / 660.0 - 1.0, abs=2e-3)


def test_the_clamp_holds() -> None:
    assert retarget_change([1.0, 1e9]).tolist() == [3.0, -0.75]


@given(st.integers(1, 2014), st.floats(100.0, 2000.0), st.floats(100.0, 2000.0))
def test_rolling_lies_between_its_two_means(k: int, now: float, before: float) -> None:
    span = float(rolling_span_s(k, k * now, before)) / 2015.0
    assert min(now, before) - 1e-6 <= span <= max(now, before) + 1e-6
    same = float(rolling_span_s(k, k * now, now))
    assert same == pytest.approx(float(extended_span_s(k, k * now)))


def test_evidence_is_a_density() -> None:
    x = np.linspace(0.0, 4000.0, 2_000_001)
    mass = np.exp(segment_log_evidence(np.ones(len(x)), x))
    assert float(np.trapezoid(mass, x)) == pytest.approx(1.0, abs=1e-3)


def test_the_cut_is_the_best_of_all() -> None:
    rng = _generator(5)
    waits = rng.standard_exponential(60) / np.repeat([1.0, 3.0, 0.4], 20)
    hazard = -np.expm1(-20 / 2016.0)
    ends = [0, 20, 40, 60]

    def log_p(cut: list[int]) -> float:
        edges = [0, *cut, 60]
        total = 0.0
        for a, b in pairwise(edges):
            total += float(segment_log_evidence(np.array(float(b - a)), waits[a:b].sum()))
        inner = len(ends) - 2
        return float(total + len(cut) * np.log(hazard) + (inner - len(cut)) * np.log1p(-hazard))

    ways = [[], [20], [40], [20, 40]]
    best = max(ways, key=log_p)
    found = change_points(waits, grid=20)
    assert [c.at for c in found] == best
    weights = np.exp([log_p(w) for w in ways])
    for c in found:
        alone = sum(w for w, way in zip(weights, ways, strict=True) if c.at in way) / weights.sum()
        assert c.probability == pytest.approx(alone)


def test_a_steady_rate_has_no_change() -> None:
    found = [change_points(_generator(s).standard_exponential(2016)) for s in range(20)]
    assert sum(bool(f) for f in found) <= 1


@pytest.mark.parametrize("waits", [np.array([-1.0] * 40), np.ones(20)])
def test_waits_that_are_none_are_refused(waits: np.ndarray) -> None:
    with pytest.raises(ValueError, match="waits: expected 24 or more"):
        change_points(waits)
