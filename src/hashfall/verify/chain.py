"""The chain itself as oracle: retargets, published vectors, raw headers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hashfall.ingest.headers import ChainReport, check_chain, load_headers
from hashfall.ingest.history import load_history
from hashfall.model.consensus import BLOCKS_PER_EPOCH, SAT_PER_BTC, issuance_sat, retarget
from hashfall.verify.check import Check, exactly

if TYPE_CHECKING:
    from hashfall.ingest.history import History

__all__ = ["CORE_VECTORS", "Vector", "header_chain", "retarget_history", "retarget_vectors"]

_CORE = "Bitcoin Core, src/test/pow_tests.cpp"
_EXPLORER = "mempool, issue 488 (block 681,408) and difficulty at block 822,528"
_HISTORY = "block headers of heights 0 to 933,408, see cases/history.toml"
_HEADERS = "raw block headers 822,528 to 830,592, see cases/headers.toml"
_CHECKABLE = 463
_HEADERS_SHIPPED = 8065


class Vector(NamedTuple):
    """One published retarget: header times, bits before and after, and what it tests."""

    first_time_s: int
    last_time_s: int
    bits: int
    next_bits: int
    what: str


CORE_VECTORS = (
    Vector(1261130161, 1262152739, 0x1D00FFFF, 0x1D00D86A, "an ordinary epoch"),
    Vector(1231006505, 1233061996, 0x1D00FFFF, 0x1D00FFFF, "the proof-of-work limit"),
    Vector(1279008237, 1279297671, 0x1C05A3F4, 0x1C0168FD, "the lower clamp"),
    Vector(1263163443, 1269211443, 0x1C387F6F, 0x1D00E1FD, "the upper clamp"),
)
"""Retarget vectors of Bitcoin Core's own tests."""

# height, difficulty before, difficulty from it, ratio, each as printed
_EXPLORERS = (
    (681_408, "23581981443663.85", "20608845737768.16", "0.873923"),
    (822_528, "67305906902031.39", "72006146478567.1", "1.06983"),
)


def retarget_history() -> list[Check]:
    """Every retarget of the shipped history whose two times are known, bit for bit."""
    history = load_history()
    return [
        exactly(
            "retarget-history", "retargets reproduced",
            f"{_CHECKABLE} of {_CHECKABLE}", "{} of {}".format(*_reproduced(history)), _HISTORY,
        ),
        exactly(
            "retarget-history", "2,016 intervals do not fit",
            f"16 of {_CHECKABLE}", "{} of {}".format(*_reproduced(history, wrong=True)),
            f"{_HISTORY}: counting 2,016 intervals must fail",
        ),
    ]


def _reproduced(history: History, wrong: bool = False) -> tuple[int, int]:
    """Retargets that give the next bits, and how many can be tried."""
    last = np.append(history.time_first[1:], math.nan) if wrong else history.time_last
    known = np.flatnonzero(~np.isnan(history.time_last[:-1]))
    right = sum(
        retarget(int(history.time_first[i]), int(last[i]), int(history.bits[i]))
        == history.bits[i + 1]
        for i in known
    )
    return right, len(known)


def retarget_vectors() -> list[Check]:
    """Vectors of Bitcoin Core, and two difficulties as public explorers printed them."""
    rows = [
        exactly(
            "retarget-vectors", v.what, f"{v.next_bits:08x}",
            f"{retarget(v.first_time_s, v.last_time_s, v.bits):08x}", _CORE,
        )
        for v in CORE_VECTORS
    ]
    difficulty = load_history().difficulty
    for height, before, after, ratio in _EXPLORERS:
        epoch = height // BLOCKS_PER_EPOCH
        was, now = (float(x) for x in difficulty[epoch - 1 : epoch + 1])
        rows.append(
            exactly(
                "retarget-vectors", f"difficulty from block {height:,}",
                f"{before} to {after}, x {ratio}",
                f"{_as(before, was)} to {_as(after, now)}, x {_as(ratio, now / was)}", _EXPLORER,
            )
        )
    return rows


def _as(printed: str, value: float) -> str:
    """Number with as many decimals as a printed one."""
    return f"{value:.{len(printed.partition('.')[2])}f}"


def header_chain() -> list[Check]:
    """The shipped headers against every rule of the chain that headers alone can show."""
    report = check_chain(load_headers())
    rows = [
        exactly("header-chain", what, str(_HEADERS_SHIPPED), str(count), _HEADERS)
        for what, count in _counts(report)
    ]
    rows.append(exactly("header-chain", "retargets inside", "4", str(report.retargets), _HEADERS))
    coins = issuance_sat(0, 840_000) / SAT_PER_BTC
    rows.append(
        exactly(
            "header-chain", "coins before block 840,000", "19687500.0", str(coins),
            "210,000 blocks each at 50, 25, 12.5 and 6.25 BTC",
        )
    )
    return rows


def _counts(report: ChainReport) -> tuple[tuple[str, int], ...]:
    return (
        ("headers", report.headers),
        ("hash meets its target", report.proof_of_work),
        ("names the hash before it", report.linked),
        ("later than the median of 11", report.timely),
        ("bits as the rule gives them", report.bits_right),
    )
