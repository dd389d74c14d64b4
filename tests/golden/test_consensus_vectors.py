"""Published vectors of the consensus rules, to the last bit; sources in consensus.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hashfall.ingest.headers import check_chain, load_headers
from hashfall.ingest.history import load_history
from hashfall.model.consensus import (
    BLOCKS_PER_EPOCH,
    bits_to_target,
    decode_compact,
    difficulty,
    issuance_sat,
    retarget,
    target_to_bits,
)
from hashfall.model.header import has_proof_of_work, header_hash_hex, parse_header

VECTORS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("consensus.toml").read_text())


def test_each_group_names_its_source() -> None:
    assert all(group["source"] and group["how"] for group in VECTORS.values())


@pytest.mark.parametrize(("bits", "number", "negative", "overflow"), VECTORS["compact"]["rows"])
def test_compact_bits_are_read_as_core_reads_them(
    bits: str, number: str, negative: bool, overflow: bool
) -> None:
    assert decode_compact(int(bits, 16)) == (int(number, 16), negative, overflow)


def test_a_compact_form_that_does_not_fit() -> None:
    compact = decode_compact(int(VECTORS["compact"]["does_not_fit"], 16))
    assert compact.overflow
    assert not compact.negative


@pytest.mark.parametrize(("bits", "canonical"), VECTORS["compact"]["canonical"])
def test_compact_bits_are_written_as_core_writes_them(bits: str, canonical: str) -> None:
    assert target_to_bits(decode_compact(int(bits, 16)).target) == int(canonical, 16)


def test_the_sign_bit_is_never_set() -> None:
    number, bits = VECTORS["compact"]["sign_bit"]
    assert target_to_bits(number) == int(bits, 16)


@pytest.mark.parametrize(("first", "last", "bits", "following"), VECTORS["retarget"]["rows"])
def test_core_retargets(first: int, last: int, bits: str, following: str) -> None:
    assert retarget(first, last, int(bits, 16)) == int(following, 16)


def test_all_coins_ever() -> None:
    assert issuance_sat(0, 14_000_000) == VECTORS["subsidy"]["total_sat"]


@pytest.mark.parametrize(("height", "before", "after", "ratio"), VECTORS["difficulty"]["rows"])
def test_difficulties_that_explorers_printed(
    height: int, before: str, after: str, ratio: str
) -> None:
    epoch = height // BLOCKS_PER_EPOCH
    was, now = (difficulty(int(b)) for b in load_history().bits[epoch - 1 : epoch + 1])
    for printed, value in ((before, was), (after, now), (ratio, now / was)):
        assert f"{value:.{len(printed.partition('.')[2])}f}" == printed


@pytest.mark.parametrize(("height", "printed"), VECTORS["quoted"]["rows"])
def test_difficulties_that_the_press_printed(height: int, printed: str) -> None:
    value = difficulty(int(load_history().bits[height // BLOCKS_PER_EPOCH]))
    assert f"{value:.{len(printed.partition('.')[2])}f}" == printed


def test_the_first_block() -> None:
    raw = bytes.fromhex(VECTORS["genesis"]["header"])
    assert header_hash_hex(raw) == VECTORS["genesis"]["hash"]
    assert has_proof_of_work(raw)
    history, header = load_history(), parse_header(raw)
    assert (header.time, header.bits) == (history.time_first[0], history.bits[0])


def test_the_ban_of_2021() -> None:
    group, history = VECTORS["china_2021"], load_history()
    for height, printed in group["rows"]:
        assert int(difficulty(int(history.bits[height // BLOCKS_PER_EPOCH]))) == printed
    before = group["last_epoch_before"]
    path = history.difficulty[before : before + 1 + len(group["changes"])]
    changes = path[1:] / path[:-1] - 1.0
    assert [round(float(c), 4) for c in changes] == group["changes"]
    assert float(path[-1] / path[0]) - 1.0 == pytest.approx(group["compounded"], abs=5e-4)


def test_every_retarget_of_the_chain() -> None:
    history = load_history()
    known = [i for i in range(len(history) - 1) if history.time_last[i] == history.time_last[i]]
    right = [
        retarget(int(history.time_first[i]), int(history.time_last[i]), int(history.bits[i]))
        == history.bits[i + 1]
        for i in known
    ]
    assert (sum(right), len(known)) == (463, 463)


def test_every_shipped_header() -> None:
    headers = load_headers()
    report = check_chain(headers)
    assert (headers.first_height, report.headers, report.retargets) == (822_528, 8065, 4)
    assert report.proof_of_work == report.linked == report.timely == report.bits_right == 8065
    assert report.holds


def test_headers_and_history_say_the_same() -> None:
    headers, history = load_headers(), load_history()
    for i in range(0, len(headers.raw), BLOCKS_PER_EPOCH):
        epoch = (headers.first_height + i) // BLOCKS_PER_EPOCH
        header = parse_header(headers.raw[i])
        assert (header.time, header.bits) == (history.time_first[epoch], history.bits[epoch])
        if i:
            assert parse_header(headers.raw[i - 1]).time == history.time_last[epoch - 1]


def test_targets_of_the_chain_are_valid() -> None:
    bits = [int(b) for b in load_history().bits]
    assert all(target_to_bits(bits_to_target(b)) == b for b in bits)
