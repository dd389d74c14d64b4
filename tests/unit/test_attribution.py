"""Attribution of steps: claims, controls, planted exits, negative controls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.engine.attribution import Attribution, attribute
from hashfall.engine.controls import Frame, find_controls, frame_of
from hashfall.engine.planted import plant_exit, planted_exit
from hashfall.errors import InputError
from hashfall.ingest.blocks import runs
from hashfall.ingest.claims import claim_of, claims
from hashfall.ingest.series import epoch_series
from hashfall.model.attribution import (
    ClaimedEvent,
    EventWindow,
    Verdict,
    claimed_log_effect,
    exposure,
    share_explained,
    verdict,
)

_CONCURRENT = {"bitriver-2026": ("fern-2026",), "fern-2026": ("bitriver-2026",)}
QUIET_EPOCH = 306  # November 2019, 111 EH/s, hashrate as in the two epochs before


def _run(id: str) -> Attribution:
    every = claims()
    beside = [every[name] for name in _CONCURRENT.get(id, ())]
    return attribute(epoch_series(), every[id], beside, list(every.values()), runs())


def _event(low: float, mid: float, high: float, start: str, end: str) -> ClaimedEvent:
    window = EventWindow.of_days(
        date.fromisoformat(start), date.fromisoformat(end), low, mid, high
    )
    return ClaimedEvent("made-up", "nowhere", (window,))


@given(st.floats(0.01, 0.99), st.floats(0.0, 0.9))
def test_a_partial_epoch_is_the_harmonic_mean_over_blocks(x: float, f: float) -> None:
    time = (1.0 - x) / (1.0 - f) / (x + (1.0 - x) / (1.0 - f))  # share of the clock time
    effect = claimed_log_effect(np.array([[time]]), np.array([f]))[0]
    assert np.exp(effect) == pytest.approx(1.0 / (x + (1.0 - x) / (1.0 - f)), rel=1e-9)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 0.0), st.floats(0.0, 1.0))
def test_a_share_lies_between_nothing_and_what_is_inside(
    net: float, claim: float, inside: float
) -> None:
    share = float(share_explained(np.array([net]), np.array([claim]), inside)[0])
    assert 0.0 <= share <= inside


def test_exposure_adds_up_over_windows() -> None:
    start, end = np.array([0.0, 10.0]), np.array([10.0, 20.0])
    parts = [EventWindow(a, b, 0, 0, 0) for a, b in ((2.0, 7.0), (7.0, 13.0))]
    whole = exposure(start, end, EventWindow(2.0, 13.0, 0, 0, 0))
    assert sum(exposure(start, end, p) for p in parts) == pytest.approx(whole)


@pytest.mark.parametrize(
    "bad", [(2.0, 1.0, 0.0, 0.1, 0.2), (0.0, 1.0, 0.3, 0.1, 0.2), (0.0, 1.0, 0.0, 0.5, 1.0)]
)
def test_windows_that_make_no_sense_are_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        EventWindow(*bad)


def test_each_verdict_can_be_reached() -> None:
    assert verdict(0.3, 0.05, 1.0) is Verdict.HIGH
    assert verdict(0.29, 0.05, 1.0) is Verdict.LOW
    assert verdict(0.9, 0.06, 0.05) is Verdict.LOW
    assert verdict(0.9, 0.06, 0.06) is Verdict.OPEN


@pytest.mark.parametrize("id", ["iran-2025", "xinjiang-2025"])
def test_negative_controls_explain_little(id: str) -> None:
    found = _run(id)
    assert found.value < 0.3
    assert found.verdict is not Verdict.HIGH
    assert found.blocks > 144  # header times cover both


def test_the_claims_of_negative_controls_would_be_high_if_they_fitted() -> None:
    """The same path on the same epoch says high when the claim is as large as the step."""
    every = claims()
    start = every["iran-2025"].windows[0].start_s
    end = every["iran-2025"].windows[-1].end_s
    step = ClaimedEvent("fits", "x", (EventWindow(start - 7 * 86400.0, end, 0.08, 0.1, 0.12),))
    found = attribute(epoch_series(), step, (), list(every.values()))
    assert found.value > 0.6
    assert found.verdict is Verdict.HIGH


@pytest.mark.parametrize("id", ["china-2021", "fern-2026"])
def test_large_true_events_are_found(id: str) -> None:
    found = _run(id)
    assert found.verdict is Verdict.HIGH
    assert found.value >= 0.3
    assert found.low <= found.value <= found.high


def test_bitriver_cannot_be_told_from_the_storm() -> None:
    found = _run("bitriver-2026")
    assert found.verdict is Verdict.OPEN
    assert found.masked
    assert not _run("fern-2026").masked  # the exit is too small to hide the storm


@pytest.mark.parametrize("id", sorted(claims()))
def test_every_shipped_event_goes_the_same_path(id: str) -> None:
    found = _run(id)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.controls == 104
    parts = found.expected + found.concurrent + found.net
    assert found.step == pytest.approx(parts, abs=1e-12)


def test_nothing_after_the_event_is_looked_at() -> None:
    every, series = claims(), epoch_series()
    full = attribute(series, every["texas-2024"], (), list(every.values()))
    cut = attribute(series.upto(full.epochs[1] + 1), every["texas-2024"], (), list(every.values()))
    assert cut == full


def test_a_planted_exit_of_18_eh_s_is_found() -> None:
    found = planted_exit(epoch_series(), runs(), QUIET_EPOCH, 18.0, list(claims().values()))
    assert found.verdict is Verdict.HIGH
    assert found.value > 0.5
    assert found.p_step <= 0.05


def test_without_the_exit_there_is_nothing_to_find() -> None:
    series, dated = epoch_series(), list(claims().values())
    event = plant_exit(series, (), QUIET_EPOCH, 18.0).event
    untouched = attribute(series, replace(event, id="claimed-only"), (), dated)
    assert untouched.verdict is not Verdict.HIGH
    assert untouched.p_step > 0.05


@pytest.mark.parametrize(("exit_eh_s", "expected"), [(18.0, Verdict.OPEN), (250.0, Verdict.HIGH)])
def test_at_900_eh_s_only_a_larger_exit_is_found(exit_eh_s: float, expected: Verdict) -> None:
    found = planted_exit(epoch_series(), runs(), 451, exit_eh_s, list(claims().values()))
    assert found.verdict is expected
    assert 0.05 < found.detectable_share < 0.2


def test_planting_stretches_blocks_and_totals_alike() -> None:
    made = plant_exit(epoch_series(), runs(), 436, 100.0)
    run = next(r for r in made.runs if r.holds(436 * 2016, 437 * 2016 - 1))
    times = run.between(436 * 2016, 437 * 2016 - 1)
    assert times[-1] - times[0] == pytest.approx(made.series.span_s[-1])
    with pytest.raises(InputError, match="below half"):
        plant_exit(epoch_series(), runs(), 436, 500.0)


def test_false_alarms_are_as_rare_as_said() -> None:
    """A claim of a tenth in each quiet epoch of eight years: few steps pass for real."""
    series, dated = epoch_series(), list(claims().values())
    alarms, count = 0, 0
    for epoch in range(240, 464):
        frame = Frame(epoch, np.ones(1))
        window = EventWindow(series.start_s[epoch], series.start_s[epoch + 1], 0.1, 0.1, 0.1)
        if any(
            exposure(series.start_s[epoch - 2 : epoch + 1], series.start_s[epoch - 1 : epoch + 2],
                     w).any()
            for event in dated for w in event.windows
        ):
            continue  # fmt: skip
        assert frame_of(series, ClaimedEvent("x", "x", (window,))).first == epoch
        controls = find_controls(series.upto(epoch + 1), frame, dated)
        gap = frame.contrast(series.log_hashrate) - controls.expected
        alarms += (1 + (controls.residuals <= gap).sum()) / (1 + len(controls.residuals)) <= 0.05
        count += 1
    assert count > 180
    assert alarms / count <= 0.08


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [("2031-01-01", "2031-02-01", "windows"), ("2009-05-01", "2009-05-10", "epoch 6"),
     ("2012-03-01", "2012-03-10", "epoch"), ("2026-05-20", "2026-05-28", "epoch")],
)  # fmt: skip
def test_events_outside_the_record_are_refused(start: str, end: str, place: str) -> None:
    with pytest.raises(InputError, match=place):
        attribute(epoch_series(), _event(0.1, 0.2, 0.3, start, end))


def test_an_event_file_without_a_field_is_refused() -> None:
    with pytest.raises(InputError, match=r"x\.toml.*place_share"):
        claim_of({"id": "x", "place": "y", "retargets": {"scored": [2016]}}, "x.toml")


def test_an_event_without_a_claim_is_refused() -> None:
    with pytest.raises(InputError, match="a share above 0"):
        attribute(epoch_series(), _event(0.0, 0.0, 0.0, "2024-05-01", "2024-05-10"))
