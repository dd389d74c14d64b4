"""A row of the verification passes when it should, and only then."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from hashfall.verify.check import Estimate, exactly, near, within_three_errors


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [(1.0, "pass"), (1.0009, "pass"), (0.9989, "fail"), (math.nan, "fail"), (math.inf, "fail")],
)
def test_a_number_within_its_tolerance(measured: float, verdict: str) -> None:
    row = near("x", "a number", 1.0, measured, 1e-3, "arithmetic")
    assert row.verdict == verdict
    assert (row.expected, row.tolerance) == ("1.000000", "0.001")


def test_bits_are_equal_or_not() -> None:
    assert exactly("x", "bits", 0x1D00FFFF, 0x1D00FFFF, "s").verdict == "pass"
    assert exactly("x", "bits", 0x1D00FFFF, 0x1D00FFFE, "s").verdict == "fail"


def _verdict(first: Estimate, second: Estimate) -> tuple[str, list[int]]:
    asked: list[int] = []

    def sample(stage: int) -> Sequence[Estimate]:
        asked.append(stage)
        return [first if stage == 0 else second]

    (row,) = within_three_errors("x", ["mean"], [10.0], sample, "theory")
    return row.verdict, asked


def test_one_sample_is_enough_when_it_is_near() -> None:
    assert _verdict(Estimate(10.29, 0.1), Estimate(99.0, 0.1)) == ("pass", [0])


@pytest.mark.parametrize(
    ("again", "verdict"), [(10.4, "fail"), (10.2, "pass"), (9.0, "pass"), (math.nan, "fail")]
)
def test_a_sample_that_is_off_is_drawn_again(again: float, verdict: str) -> None:
    assert _verdict(Estimate(10.31, 0.1), Estimate(again, 0.1)) == (verdict, [0, 1])


def test_nan_never_passes() -> None:
    assert _verdict(Estimate(math.nan, 0.1), Estimate(10.0, 0.1))[0] == "fail"


@pytest.mark.parametrize(("value", "verdict"), [(10.0, "pass"), (10.1, "fail")])
def test_without_error_the_value_must_be_exact(value: float, verdict: str) -> None:
    assert _verdict(Estimate(value, 0.0), Estimate(value, 0.0))[0] == verdict
