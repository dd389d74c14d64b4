"""The retarget of the simulation, in floats, is the protocol's, in integers, to the last bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numba import njit

from hashfall.model import consensus
from hashfall.model import retarget as rule

_T = consensus.TARGET_SPAN_S


@st.composite
def _bits(draw: st.DrawFn) -> int:
    """Bits that the protocol writes, of every difficulty a simulation can reach."""
    size = draw(st.integers(4, 0x1D))
    top = 0xFFFF if size == 0x1D else 0x7FFFFF
    return size << 24 | draw(st.integers(0x8000, top))


def _in_floats(bits: int, span_s: float) -> int:
    mantissa, size, span = float(bits & 0x7FFFFF), float(bits >> 24), rule.clamp_span(span_s)
    new = rule.retarget_mantissa(mantissa, size, span)
    new_size = rule.retarget_size(mantissa, size, span)
    assert new == int(new)
    assert new_size == int(new_size)
    return int(new_size) << 24 | int(new)


def test_both_rules_aim_at_the_same_span() -> None:
    assert float(_T) == rule.TARGET_SPAN_S


@given(_bits(), st.floats(-1e12, 1e12))
@example(0x1D00FFFF, 4.0 * _T)
@example(0x1D008000, 2.0 * _T)
@example(0x1C7FFFFF, 1.5 * _T)
@example(0x1C7FFFFF, _T / 4.0)
@example(0x1C008000, _T - 1.0)
@example(0x04008000, _T / 4.0)
def test_floats_follow_the_integers_exactly(bits: int, span_s: float) -> None:
    assert _in_floats(bits, span_s) == consensus.retarget(0, math.floor(span_s), bits)


@given(_bits(), st.integers(_T // 4, 4 * _T))
def test_difficulty_agrees_to_a_part_in_a_million(bits: int, span: int) -> None:
    """The bound that was promised; the test above holds it to nothing."""
    before, size = float(bits & 0x7FFFFF), float(bits >> 24)
    new = rule.retarget_mantissa(before, size, float(span))
    shift = rule.retarget_size(before, size, float(span)) - size
    easier = new / before * 256.0**shift
    exact = consensus.difficulty_exact(bits) / consensus.difficulty_exact(
        consensus.retarget(0, span, bits)
    )
    assert abs(easier / float(exact) - 1.0) < 1e-6


@given(_bits(), st.integers(-(10**7), 10**7), st.floats(0.0, 0.999))
def test_parts_of_a_second_do_not_count(bits: int, span: int, part: float) -> None:
    assert _in_floats(bits, span + part) == _in_floats(bits, float(span))


def test_compiled_it_gives_the_same_bits() -> None:
    @njit(error_model="numpy")  # type: ignore[untyped-decorator]  # numba
    def lanes(mantissa: Any, size: Any, span: Any, out_mantissa: Any, out_size: Any) -> None:
        for k in range(mantissa.size):
            s = rule.clamp_span(span[k])
            out_mantissa[k] = rule.retarget_mantissa(mantissa[k], size[k], s)
            out_size[k] = rule.retarget_size(mantissa[k], size[k], s)

    rng = np.random.default_rng(2016)
    count = 20_000
    size = rng.integers(4, 0x1E, count)
    mantissa = np.where(
        size == 0x1D, rng.integers(0x8000, 0x10000, count), rng.integers(0x8000, 0x800000, count)
    )
    span = np.exp(rng.uniform(np.log(_T / 8), np.log(8 * _T), count))
    new_mantissa, new_size = np.empty(count), np.empty(count)
    lanes(mantissa.astype(float), size.astype(float), span, new_mantissa, new_size)
    for i in range(count):
        bits = int(size[i]) << 24 | int(mantissa[i])
        got = int(new_size[i]) << 24 | int(new_mantissa[i])
        assert got == consensus.retarget(0, math.floor(span[i]), bits)
