"""Consensus arithmetic: edges of the rules, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hashfall.model import consensus as c

_T = c.TARGET_SPAN_S


@pytest.mark.parametrize("bits", [-1, 1 << 32])
def test_compact_bits_have_32_bits(bits: int) -> None:
    with pytest.raises(ValueError, match=r"expected 0 to 2\^32 - 1"):
        c.decode_compact(bits)


@pytest.mark.parametrize(
    "bits",
    [
        0,  # zero
        0x1D80FFFF,  # negative
        0x04923456,  # negative
        0xFF123456,  # too large for 256 bits
        0x1D010000,  # one step easier than the limit
        0x207FFFFF,  # the limit of a test network
    ],
)
def test_no_block_has_such_bits(bits: int) -> None:
    for function in (c.bits_to_target, c.difficulty, c.difficulty_exact, c.expected_work):
        with pytest.raises(ValueError, match="proof-of-work limit"):
            function(bits)
    with pytest.raises(ValueError, match="proof-of-work limit"):
        c.retarget(0, _T, bits)


@pytest.mark.parametrize("target", [-1, 1 << 256])
def test_targets_have_256_bits(target: int) -> None:
    with pytest.raises(ValueError, match=r"expected 0 to 2\^256 - 1"):
        c.target_to_bits(target)


def test_the_limit_is_difficulty_one() -> None:
    assert c.difficulty_exact(c.POW_LIMIT_BITS) == 1
    assert c.bits_to_target(c.POW_LIMIT_BITS) == 0xFFFF << 208


def test_difficulty_is_the_exact_ratio_rounded_once() -> None:
    exact = c.difficulty_exact(0x1702068F)
    assert exact == Fraction(0xFFFF << 208, 0x02068F << 160)
    assert c.difficulty(0x1702068F) == float(exact)


def test_an_epoch_on_time_is_measured_one_interval_short() -> None:
    """2,015 intervals of 600 s against 2,016: difficulty rises by half a per mille."""
    bits = 0x1B0404CB
    after = c.retarget(0, c.MEASURED_INTERVALS * c.SPACING_S, bits)
    assert c.difficulty(after) / c.difficulty(bits) == pytest.approx(2016 / 2015, rel=1e-5)
    assert c.retarget(0, _T, bits) == bits


@pytest.mark.parametrize(("span", "like"), [(-5, _T // 4), (0, _T // 4), (10 * _T, 4 * _T)])
def test_spans_are_clamped(span: int, like: int) -> None:
    assert c.retarget(1000, 1000 + span, 0x1B0404CB) == c.retarget(0, like, 0x1B0404CB)


def test_the_target_never_passes_the_limit() -> None:
    assert c.retarget(0, 4 * _T, c.POW_LIMIT_BITS) == c.POW_LIMIT_BITS
    assert c.retarget(0, 4 * _T, 0x1C7FFFFF) == c.POW_LIMIT_BITS


def test_spans_of_a_retarget_are_bounded_sharply() -> None:
    low, high = c.span_bounds_s(0x1D00FFFF, 0x1D00D86A)
    for span, same in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        assert (c.retarget(0, span, 0x1D00FFFF) == 0x1D00D86A) is same


def test_no_span_leads_to_bits_out_of_reach() -> None:
    with pytest.raises(ValueError, match="a retarget from 0x1b0404cb gives"):
        c.span_bounds_s(0x1B0404CB, 0x1D00FFFF)


def test_spans_at_the_limit_reach_the_clamp() -> None:
    assert c.span_bounds_s(c.POW_LIMIT_BITS, c.POW_LIMIT_BITS)[1] == 4 * _T


def test_the_subsidy_halves_and_ends() -> None:
    heights = [0, 209_999, 210_000, 419_999, 420_000, 6_719_999, 6_720_000, 6_930_000, 10**9]
    assert [c.subsidy_sat(h) for h in heights] == [
        5_000_000_000, 5_000_000_000, 2_500_000_000, 2_500_000_000, 1_250_000_000, 2, 1, 0, 0,
    ]  # fmt: skip


def test_the_subsidy_shifts_no_further_than_64_halvings() -> None:
    assert c.subsidy_sat(64 * c.HALVING_BLOCKS) == 0
    assert c.subsidy_sat(64 * c.HALVING_BLOCKS - 1) == 0


def test_issuance_adds_up_over_halvings() -> None:
    for first, blocks in ((0, 3), (209_998, 5), (419_000, 2_000), (6_929_990, 20)):
        one_by_one = sum(c.subsidy_sat(h) for h in range(first, first + blocks))
        assert c.issuance_sat(first, blocks) == one_by_one
    assert c.issuance_sat(5, 0) == 0


@pytest.mark.parametrize(("first", "blocks"), [(-1, 1), (-1, 0), (0, -1)])
def test_issuance_refuses_negative_arguments(first: int, blocks: int) -> None:
    with pytest.raises(ValueError, match="expected 0 or more"):
        c.issuance_sat(first, blocks)


def test_heights_are_not_negative() -> None:
    for function in (c.subsidy_sat, c.next_halving_height):
        with pytest.raises(ValueError, match="expected 0 or more, found -1"):
            function(-1)


def test_the_next_halving_is_above() -> None:
    heights = [c.next_halving_height(h) for h in (0, 209_999, 210_000)]
    assert heights == [210_000, 210_000, 420_000]


def test_work_of_a_block_is_difficulty_times_two_to_32_and_a_little() -> None:
    for bits in (0x1D00FFFF, 0x1B0404CB, 0x1702068F):
        ratio = c.expected_work(bits) / (c.difficulty(bits) * 2.0**32)
        assert ratio == pytest.approx(65536 / 65535, rel=1e-9)
