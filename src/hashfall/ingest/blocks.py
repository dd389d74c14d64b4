"""The shipped header times of single blocks, and their compact form.

Two unbroken runs of heights from December 2024 to February 2026
(``cases/blocks.zlib``, described in ``cases/blocks.toml``, built by
``tools/build_blocks.py``): times only, as facts of the chain. The four epochs of
whole headers around January 2024 (`hashfall.ingest.headers`) make a third run.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from hashfall.errors import InputError
from hashfall.ingest.digests import shipped_records
from hashfall.ingest.headers import load_headers
from hashfall.model.blocktimes import BlockRun
from hashfall.model.header import parse_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["BLOCKS_FILE", "header_run", "load_blocks", "pack_runs", "runs", "unpack_runs"]

BLOCKS_FILE: Final = "blocks.zlib"
"""Name of the packed times inside `hashfall.cases`."""


@lru_cache(maxsize=1)
def load_blocks() -> tuple[BlockRun, ...]:
    """Runs of header times as shipped with the package. [Unix s]

    Raises
    ------
    InputError
        If the records are not those that the metadata describe.

    Examples
    --------
    >>> [(run.first_height, len(run.time_s)) for run in load_blocks()]
    [(872799, 35996), (909458, 25118)]
    """
    return unpack_runs(shipped_records(BLOCKS_FILE, "blocks.toml")[0])


@lru_cache(maxsize=1)
def header_run() -> BlockRun:
    """Times of the shipped whole headers, December 2023 to February 2024. [Unix s]

    Examples
    --------
    >>> run = header_run()
    >>> run.first_height, len(run.time_s)
    (822528, 8065)
    """
    headers = load_headers()
    times = [parse_header(raw).time for raw in headers.raw]
    return BlockRun(headers.first_height, np.array(times, dtype=np.float64))


def runs() -> tuple[BlockRun, ...]:
    """Every shipped run of header times, in order of heights. [Unix s]

    Examples
    --------
    >>> [run.first_height for run in runs()]
    [822528, 872799, 909458]
    """
    return (header_run(), *load_blocks())


def pack_runs(parts: Iterable[tuple[int, Sequence[int]]]) -> bytes:
    """Compact form of runs of header times, before zlib.

    Parameters
    ----------
    parts : iterable of (int, sequence of int)
        Height of the first block [blocks] and header times, at least one. [Unix s]

    Notes
    -----
    Per run: first height, number of blocks, then the differences of the times,
    the first from 0. A number is written in base 128, lowest digits first, the
    high bit set on all bytes but the last; a difference d as 2d, or -2d - 1
    where it is negative, since header times need not rise.

    Examples
    --------
    >>> pack_runs([(5, [300, 290])]).hex()
    '0502d80413'
    """
    out = bytearray()
    for height, times in parts:
        _put(out, height)
        _put(out, len(times))
        before = 0
        for time in times:
            step, before = time - before, time
            _put(out, 2 * step if step >= 0 else -2 * step - 1)
    return bytes(out)


def unpack_runs(records: bytes) -> tuple[BlockRun, ...]:
    """Runs of header times from their compact form, the inverse of `pack_runs`. [Unix s]

    Raises
    ------
    InputError
        If the records end inside a number or inside a run.

    Examples
    --------
    >>> unpack_runs(bytes.fromhex("0502d80413"))[0].time_s.tolist()
    [300.0, 290.0]
    """
    numbers = _numbers(records)
    found: list[BlockRun] = []
    at = 0
    while at < len(numbers):
        height, count = int(numbers[at]), int(numbers[at + 1]) if at + 1 < len(numbers) else 0
        coded = numbers[at + 2 : at + 2 + count]
        if not count or len(coded) < count:
            raise InputError(
                BLOCKS_FILE, f"run at height {height}", f"{count or 'some'} blocks",
                f"{len(coded)} blocks",
            )
        steps = np.where(coded & 1, -(coded >> 1) - 1, coded >> 1)
        found.append(BlockRun(height, np.cumsum(steps).astype(np.float64)))
        at += 2 + count
    return tuple(found)


def _put(out: bytearray, value: int) -> None:
    """Append one number in base 128."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _numbers(records: bytes) -> NDArray[np.int64]:
    """All numbers of the compact form."""
    raw = np.frombuffer(records, dtype=np.uint8).astype(np.int64)
    if not len(raw):
        return raw
    if raw[-1] > 127:
        raise InputError(BLOCKS_FILE, "", "whole numbers", "an end inside a number")
    ends = np.flatnonzero(raw < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.arange(len(raw)) - np.repeat(starts, ends - starts + 1)
    digits = (raw & 127) << (7 * places)
    return np.add.reduceat(digits, starts)
