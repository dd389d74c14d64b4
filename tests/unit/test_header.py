"""Block headers: fields, hash, compact records."""

from __future__ import annotations

import struct

import pytest

from hashfall.model import header as h

_RAW = struct.pack("<i32s32sIII", -2, bytes(range(32)), bytes(range(32, 64)), 7, 0x1D00FFFF, 9)


def test_fields_are_little_endian_and_the_version_signed() -> None:
    fields = h.parse_header(_RAW)
    assert fields == (-2, bytes(range(32)), bytes(range(32, 64)), 7, 0x1D00FFFF, 9)


@pytest.mark.parametrize("length", [0, 79, 81])
def test_a_header_has_80_bytes(length: int) -> None:
    for function in (
        h.parse_header, h.header_hash, h.header_hash_hex, h.has_proof_of_work, h.compact_header,
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"expected 80 bytes, found {length}"):
            function(bytes(length))


def test_records_and_parents_have_their_lengths() -> None:
    with pytest.raises(ValueError, match="compact header: expected 48 bytes, found 47"):
        h.expand_header(bytes(47), bytes(32))
    with pytest.raises(ValueError, match="parent hash: expected 32 bytes, found 31"):
        h.expand_header(bytes(48), bytes(31))


def test_a_compact_record_drops_the_parent_alone() -> None:
    record = h.compact_header(_RAW)
    assert len(record) == h.COMPACT_HEADER_BYTES
    assert record == _RAW[:4] + _RAW[36:]


def test_printed_hashes_turn_the_byte_order() -> None:
    assert bytes.fromhex(h.header_hash_hex(_RAW)) == h.header_hash(_RAW)[::-1]


@pytest.mark.parametrize("bits", [0, 0x1D010000, 0xFF123456])
def test_invalid_bits_are_no_proof_of_work(bits: int) -> None:
    assert not h.has_proof_of_work(struct.pack("<i32s32sIII", 1, bytes(32), bytes(32), 0, bits, 0))


def test_one_flipped_bit_undoes_the_proof_of_work() -> None:
    genesis = bytes.fromhex(
        "01000000" + "00" * 32
        + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
        "29ab5f49ffff001d1dac2b7c"
    )  # fmt: skip
    assert h.has_proof_of_work(genesis)
    assert not h.has_proof_of_work(genesis[:-1] + bytes([genesis[-1] ^ 1]))
