"""Properties of the consensus rules on random bits, times and heights."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from hashfall.model import consensus as c

_T = c.TARGET_SPAN_S
_LIMIT = c.bits_to_target(c.POW_LIMIT_BITS)


@st.composite
def _valid_bits(draw: st.DrawFn) -> int:
    """Canonical compact bits of a target that a block may have."""
    size = draw(st.integers(1, 0x1D))
    low, high = (0x8000, 0xFFFF) if size == 0x1D else (0x8000, 0x7FFFFF)
    word = draw(st.integers(low, high))
    bits = size << 24 | (word if size >= 3 else word >> 8 * (3 - size) << 8 * (3 - size))
    assume(0 < c.decode_compact(bits).target <= _LIMIT)
    return c.target_to_bits(c.bits_to_target(bits))


_spans = st.integers(-(10**9), 10**9)


@given(_valid_bits())
def test_bits_and_target_go_round(bits: int) -> None:
    assert c.target_to_bits(c.bits_to_target(bits)) == bits


@given(st.integers(0, (1 << 256) - 1))
def test_compact_form_truncates_and_keeps_23_bits(target: int) -> None:
    compact = c.decode_compact(c.target_to_bits(target))
    assert not compact.negative
    assert not compact.overflow
    assert compact.target <= target
    assert target - compact.target <= target >> 15


@given(st.integers(0, (1 << 256) - 1), st.integers(0, (1 << 256) - 1))
def test_compact_form_keeps_order(a: int, b: int) -> None:
    low, high = sorted((a, b))
    read = [c.decode_compact(c.target_to_bits(x)).target for x in (low, high)]
    assert read == sorted(read)


@given(st.integers(0, 0xFFFFFFFF))
def test_reading_bits_never_fails_and_says_what_core_says(bits: int) -> None:
    compact = c.decode_compact(bits)
    size, word = bits >> 24, bits & 0x7FFFFF
    shifted = word >> 8 * (3 - size) if size <= 3 else word
    assert compact.negative == (shifted != 0 and bits & 0x800000 != 0)
    assert compact.overflow == (
        word != 0
        and (size > 34 or (word > 0xFF and size > 33) or (word > 0xFFFF and size > 32))
    )


@given(_valid_bits(), _spans, _spans)
def test_a_longer_span_never_makes_it_harder(bits: int, a: int, b: int) -> None:
    assume(c.bits_to_target(bits) >= 1 << 16)
    short, long = sorted((a, b))
    targets = [c.bits_to_target(c.retarget(0, s, bits)) for s in (short, long)]
    assert targets == sorted(targets)


@given(_valid_bits(), _spans, st.integers(0, 2**32))
def test_a_retarget_is_within_a_factor_four_and_the_limit(bits: int, span: int, t: int) -> None:
    target = c.bits_to_target(bits)
    assume(target >= 1 << 16)
    new = c.bits_to_target(c.retarget(t, t + span, bits))
    assert new <= min(4 * target, _LIMIT)
    # Truncation to compact form takes off up to one part in 2^15.
    assert new * (1 << 15) >= (target // 4) * ((1 << 15) - 1)


@given(_valid_bits(), st.integers(_T // 4, 4 * _T))
def test_a_retarget_is_the_exact_product_cut_to_compact_form(bits: int, span: int) -> None:
    exact = min(c.bits_to_target(bits) * span // _T, (1 << 224) - 1)
    assert c.retarget(0, span, bits) == c.target_to_bits(exact)


@given(_valid_bits(), st.integers(_T // 4, 4 * _T))
def test_span_bounds_hold_the_span_and_nothing_else(bits: int, span: int) -> None:
    assume(c.bits_to_target(bits) >= 1 << 32)
    following = c.retarget(0, span, bits)
    low, high = c.span_bounds_s(bits, following)
    assert low <= span <= high
    for s in (low, high):
        assert c.retarget(0, s, bits) == following
    assert low == _T // 4 or c.retarget(0, low - 1, bits) != following
    assert high == 4 * _T or c.retarget(0, high + 1, bits) != following


@given(_valid_bits(), _valid_bits())
def test_work_difficulty_and_target_agree_in_order(a: int, b: int) -> None:
    harder, easier = sorted((a, b), key=c.bits_to_target)
    assert c.expected_work(harder) >= c.expected_work(easier)
    assert c.difficulty_exact(harder) >= c.difficulty_exact(easier)
    assert c.difficulty(harder) >= c.difficulty(easier) >= 1.0


@given(_valid_bits())
def test_expected_work_is_the_inverse_of_the_chance_of_a_hash(bits: int) -> None:
    chances = c.bits_to_target(bits) + 1  # of 2^256 equally likely hashes
    work = c.expected_work(bits)
    assert work * chances <= 1 << 256 < (work + 1) * chances


@given(st.integers(0, 10**8), st.integers(0, 10**7), st.integers(0, 10**7))
def test_issuance_adds_up(first: int, a: int, b: int) -> None:
    whole = c.issuance_sat(first, a + b)
    assert whole == c.issuance_sat(first, a) + c.issuance_sat(first + a, b)
    assert whole <= c.subsidy_sat(first) * (a + b)
