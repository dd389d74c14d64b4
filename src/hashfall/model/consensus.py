"""Consensus arithmetic of Bitcoin in exact integers.

Compact bits and target, difficulty, retarget, subsidy and expected work; the
header itself is in `hashfall.model.header`. Nothing here is rounded: where a
float is returned, it is the float nearest to the exact ratio.

The rules are those that every full node enforces; the names of the constants
follow the protocol. Source: the consensus code of Bitcoin Core (``arith_uint256``,
``pow``, ``chainparams``) and the chain itself, which this module replays
(`hashfall.verify.chain`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

__all__ = [
    "BLOCKS_PER_EPOCH",
    "HALVING_BLOCKS",
    "MEASURED_INTERVALS",
    "POW_LIMIT_BITS",
    "SAT_PER_BTC",
    "SPACING_S",
    "TARGET_SPAN_S",
    "Compact",
    "bits_to_target",
    "decode_compact",
    "difficulty",
    "difficulty_exact",
    "expected_work",
    "issuance_sat",
    "next_halving_height",
    "retarget",
    "span_bounds_s",
    "subsidy_sat",
    "target_to_bits",
]

BLOCKS_PER_EPOCH = 2016
"""Blocks of a difficulty epoch. [blocks]"""
MEASURED_INTERVALS = BLOCKS_PER_EPOCH - 1
"""Block intervals between the first and last time of an epoch. [blocks]"""
SPACING_S = 600
"""Block spacing that the rule aims at. [s]"""
TARGET_SPAN_S = BLOCKS_PER_EPOCH * SPACING_S
"""Span that the rule aims at: two weeks, although only 2,015 intervals are measured. [s]"""
POW_LIMIT_BITS = 0x1D00FFFF
"""Easiest target in compact form."""
HALVING_BLOCKS = 210_000
"""Blocks between two halvings of the subsidy. [blocks]"""
SAT_PER_BTC = 100_000_000
"""Satoshi of one bitcoin. [sat/BTC]"""

_POW_LIMIT = (1 << 224) - 1
_CLAMP = 4
_SIGN_BIT = 0x0080_0000
_MANTISSA = 0x007F_FFFF
_FIRST_SUBSIDY_SAT = 50 * SAT_PER_BTC
_HALVINGS_WITH_SUBSIDY = 64


class Compact(NamedTuple):
    """What four compact bytes say: a 256-bit number, its sign, and whether it fits."""

    target: int
    negative: bool
    overflow: bool


def decode_compact(bits: int) -> Compact:
    """Number, sign and overflow of compact bits, as the protocol reads them.

    Parameters
    ----------
    bits : int
        Compact form, 0 to 2^32 - 1. [-]

    Returns
    -------
    Compact
        ``target`` is not cut to 256 bits when ``overflow`` is set.

    Raises
    ------
    ValueError
        If ``bits`` does not fit in 32 bits.

    Notes
    -----
    The first byte is a length in bytes, the other three the leading digits, of
    which the highest bit is a sign. A number whose digits are all zero is
    neither negative nor too large.

    Examples
    --------
    >>> decode_compact(0x04923456)
    Compact(target=305419776, negative=True, overflow=False)
    >>> decode_compact(0xFF123456).overflow
    True
    """
    if not 0 <= bits <= 0xFFFF_FFFF:
        raise ValueError(f"compact bits: expected 0 to 2^32 - 1, found {bits}")
    size, word = bits >> 24, bits & _MANTISSA
    if size <= 3:
        word >>= 8 * (3 - size)
        target = word
    else:
        target = word << (8 * (size - 3))
    return Compact(target, bool(word and bits & _SIGN_BIT), target >> 256 != 0)


def bits_to_target(bits: int) -> int:
    """Target that a block hash may not exceed. [-]

    Parameters
    ----------
    bits : int
        Compact form as it stands in a header. [-]

    Raises
    ------
    ValueError
        If the bits are negative, zero, too large for 256 bits or easier than
        the proof-of-work limit: no block with such bits is valid.

    Examples
    --------
    >>> hex(bits_to_target(0x1B0404CB))
    '0x404cb000000000000000000000000000000000000000000000000'
    """
    target, negative, overflow = decode_compact(bits)
    if negative or overflow or not 0 < target <= _POW_LIMIT:
        raise ValueError(
            f"compact bits: expected a target from 1 to the proof-of-work limit, found {bits:#010x}"
        )
    return target


def target_to_bits(target: int) -> int:
    """Compact form of a 256-bit number, truncated to its leading digits.

    Parameters
    ----------
    target : int
        Number from 0 to 2^256 - 1. [-]

    Raises
    ------
    ValueError
        If ``target`` is outside 0 to 2^256 - 1.

    Examples
    --------
    >>> hex(target_to_bits(0x80))
    '0x2008000'
    >>> hex(target_to_bits(bits_to_target(0x1D00FFFF)))
    '0x1d00ffff'
    """
    if not 0 <= target < 1 << 256:
        raise ValueError(f"target: expected 0 to 2^256 - 1, found {target}")
    size = (target.bit_length() + 7) // 8
    word = target << (8 * (3 - size)) if size <= 3 else target >> (8 * (size - 3))
    if word & _SIGN_BIT:
        # The highest bit is the sign: make room by one more byte of length.
        word, size = word >> 8, size + 1
    return size << 24 | word


def difficulty_exact(bits: int) -> Fraction:
    """Difficulty as the exact ratio of the easiest compact target to this one. [-]

    Raises
    ------
    ValueError
        If the bits are not those of a valid block.

    Examples
    --------
    >>> difficulty_exact(0x1D00FFFF)
    Fraction(1, 1)
    """
    return Fraction(bits_to_target(POW_LIMIT_BITS), bits_to_target(bits))


def difficulty(bits: int) -> float:
    """Difficulty rounded once to the nearest float. [-]

    Raises
    ------
    ValueError
        If the bits are not those of a valid block.

    Examples
    --------
    >>> difficulty(0x1B0404CB)
    16307.420938523983
    """
    return float(difficulty_exact(bits))


def retarget(first_time_s: int, last_time_s: int, bits: int) -> int:
    """Compact bits of the next epoch.

    Parameters
    ----------
    first_time_s, last_time_s : int
        Header times of the first and the last block of the epoch that ends. [s]
    bits : int
        Compact bits of that epoch. [-]

    Returns
    -------
    int
        Compact bits, never easier than the proof-of-work limit. [-]

    Raises
    ------
    ValueError
        If ``bits`` are not those of a valid block.

    Notes
    -----
    The span covers 2,015 intervals and is compared with 2,016 x 600 s. It is
    clamped to between a quarter and four times of that; the product is divided
    without rounding and cut to compact form. Times may be out of order: a
    negative span counts as a quarter.

    Examples
    --------
    >>> hex(retarget(1261130161, 1262152739, 0x1D00FFFF))
    '0x1d00d86a'
    """
    span = last_time_s - first_time_s
    span = max(TARGET_SPAN_S // _CLAMP, min(span, TARGET_SPAN_S * _CLAMP))
    target = bits_to_target(bits) * span // TARGET_SPAN_S
    return target_to_bits(min(target, _POW_LIMIT))


def span_bounds_s(bits: int, next_bits: int) -> tuple[int, int]:
    """Shortest and longest span of an epoch that lead from its bits to the next ones. [s]

    Parameters
    ----------
    bits, next_bits : int
        Compact bits of an epoch and of the one after it. [-]

    Returns
    -------
    tuple of int
        Whole seconds, both ends included, within the clamp of a quarter to four
        times two weeks: at either end of the clamp a span beyond it leads there too.

    Raises
    ------
    ValueError
        If bits are not those of a valid block, or no span leads to ``next_bits``.

    Notes
    -----
    The rule of `retarget` read backwards. Truncation to compact form leaves a
    window of some seconds (2 s is usual on the chain, 148 s the most), so two
    known bits date the end of an epoch whose last header is not at hand.

    Examples
    --------
    >>> low, high = span_bounds_s(0x1D00FFFF, 0x1D00D86A)
    >>> low <= 1262152739 - 1261130161 <= high, high - low
    (True, 17)
    """
    target, wanted = bits_to_target(bits), bits_to_target(next_bits)
    step = 1 << max(0, 8 * ((next_bits >> 24) - 3))
    low = -(-wanted * TARGET_SPAN_S // target)
    high = ((wanted + step) * TARGET_SPAN_S - 1) // target
    if next_bits == POW_LIMIT_BITS:
        high = TARGET_SPAN_S * _CLAMP
    low, high = max(low, TARGET_SPAN_S // _CLAMP), min(high, TARGET_SPAN_S * _CLAMP)
    if low > high or retarget(0, low, bits) != next_bits:
        raise ValueError(
            f"next bits: expected bits that a retarget from {bits:#010x} gives, "
            f"found {next_bits:#010x}"
        )
    return low, high


def subsidy_sat(height: int) -> int:
    """New coins that the block at a height may create. [sat]

    Parameters
    ----------
    height : int
        Block height, 0 or more. [blocks]

    Raises
    ------
    ValueError
        If ``height`` is negative.

    Examples
    --------
    >>> subsidy_sat(839_999), subsidy_sat(840_000)
    (625000000, 312500000)
    """
    if height < 0:
        raise ValueError(f"height: expected 0 or more, found {height}")
    halvings = height // HALVING_BLOCKS
    return _FIRST_SUBSIDY_SAT >> halvings if halvings < _HALVINGS_WITH_SUBSIDY else 0


def issuance_sat(first_height: int, blocks: int) -> int:
    """New coins allowed to a run of blocks, halvings inside it included. [sat]

    Parameters
    ----------
    first_height : int
        Height of the first block of the run. [blocks]
    blocks : int
        Length of the run, 0 or more. [blocks]

    Raises
    ------
    ValueError
        If an argument is negative.

    Examples
    --------
    >>> issuance_sat(839_999, 2)
    937500000
    """
    if first_height < 0 or blocks < 0:
        raise ValueError(
            f"height and blocks: expected 0 or more, found {first_height} and {blocks}"
        )
    total, height, end = 0, first_height, first_height + blocks
    while height < end:
        subsidy = subsidy_sat(height)
        if not subsidy:
            break
        stop = min(end, next_halving_height(height))
        total += subsidy * (stop - height)
        height = stop
    return total


def next_halving_height(height: int) -> int:
    """First height above this one at which the subsidy halves. [blocks]

    Raises
    ------
    ValueError
        If ``height`` is negative.

    Examples
    --------
    >>> next_halving_height(840_000)
    1050000
    """
    if height < 0:
        raise ValueError(f"height: expected 0 or more, found {height}")
    return (height // HALVING_BLOCKS + 1) * HALVING_BLOCKS


def expected_work(bits: int) -> int:
    """Hashes expected for one block, the unit by which chains are compared. [hashes]

    Raises
    ------
    ValueError
        If the bits are not those of a valid block.

    Examples
    --------
    >>> expected_work(0x1D00FFFF)
    4295032833
    """
    return (1 << 256) // (bits_to_target(bits) + 1)
