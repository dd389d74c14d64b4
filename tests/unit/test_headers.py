"""The shipped headers, and that a fault in a chain of headers is seen."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from hashfall.errors import InputError
from hashfall.ingest.headers import Headers, check_chain, join_headers, load_headers
from hashfall.model.header import compact_header, parse_header

_COUNT = 30


@pytest.fixture
def some() -> Headers:
    headers = load_headers()
    return Headers(headers.first_height, headers.raw[:_COUNT])


def _with(headers: Headers, at: int, raw: bytes) -> Headers:
    changed = list(headers.raw)
    changed[at] = raw
    return replace(headers, raw=tuple(changed))


def test_a_sound_run_holds(some: Headers) -> None:
    assert check_chain(some).holds


def test_a_flipped_nonce_breaks_work_and_link(some: Headers) -> None:
    raw = some.raw[12]
    report = check_chain(_with(some, 12, raw[:-1] + bytes([raw[-1] ^ 1])))
    assert (report.proof_of_work, report.linked) == (_COUNT - 1, _COUNT - 1)
    assert not report.holds


def test_a_header_out_of_order_breaks_links(some: Headers) -> None:
    report = check_chain(_with(some, 12, some.raw[13]))
    assert report.proof_of_work == _COUNT
    assert report.linked == _COUNT - 2


def test_other_bits_are_seen(some: Headers) -> None:
    raw = some.raw[12]
    easier = raw[:72] + struct.pack("<I", parse_header(raw).bits + 1) + raw[76:]
    report = check_chain(_with(some, 12, easier))
    assert report.bits_right == _COUNT - 2  # that header, and the one that goes back


def test_a_time_before_the_median_is_seen(some: Headers) -> None:
    raw = some.raw[20]
    early = raw[:68] + struct.pack("<I", parse_header(some.raw[0]).time) + raw[72:]
    assert check_chain(_with(some, 20, early)).timely == _COUNT - 1


def test_a_wrong_retarget_is_seen() -> None:
    headers = load_headers()
    raw = headers.raw[2015]
    late = raw[:68] + struct.pack("<I", parse_header(raw).time + 3600) + raw[72:]
    report = check_chain(replace(headers, raw=(*headers.raw[:2015], late, *headers.raw[2016:2020])))
    assert report.retargets == 1
    assert report.bits_right == report.headers - 1


@pytest.mark.parametrize("length", [0, 47, 49])
def test_records_come_whole(length: int) -> None:
    with pytest.raises(InputError, match="expected a multiple of 48 bytes"):
        join_headers(bytes(length), bytes(32), 0)


def test_a_wrong_first_parent_breaks_the_work(some: Headers) -> None:
    records = b"".join(compact_header(raw) for raw in some.raw)
    assert join_headers(records, parse_header(some.raw[0]).parent, some.first_height) == some
    report = check_chain(join_headers(records, bytes(32), some.first_height))
    assert report.proof_of_work == 0
    assert report.linked == _COUNT
