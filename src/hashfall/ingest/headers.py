"""The shipped run of raw block headers, and the rules that a chain of headers obeys.

The package carries four whole difficulty epochs of headers without their parent
hashes (``cases/headers.zlib``, described in ``cases/headers.toml``, built by
``tools/build_headers.py``); the first parent hash brings the rest back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hashfall.errors import InputError
from hashfall.ingest.digests import shipped_records
from hashfall.model.consensus import BLOCKS_PER_EPOCH, retarget
from hashfall.model.header import (
    COMPACT_HEADER_BYTES,
    expand_header,
    has_proof_of_work,
    header_hash,
    parse_header,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hashfall.model.header import Header

__all__ = [
    "HEADERS_FILE",
    "ChainReport",
    "Headers",
    "check_chain",
    "join_headers",
    "load_headers",
]

HEADERS_FILE: Final = "headers.zlib"
"""Name of the packed records inside `hashfall.cases`."""
_MEDIAN_OF: Final = 11  # blocks whose median time a header must be later than


@dataclass(frozen=True, slots=True)
class Headers:
    """Consecutive raw headers.

    Attributes
    ----------
    first_height : int
        Height of the first one. [blocks]
    raw : tuple of bytes
        80 bytes each, as on the wire.
    """

    first_height: int
    raw: tuple[bytes, ...]

    @property
    def last_hash(self) -> bytes:
        """Hash of the last header, in wire order. [32 bytes]"""
        return header_hash(self.raw[-1])


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a chain of headers was found to hold.

    Attributes
    ----------
    headers : int
        Headers looked at.
    proof_of_work : int
        Those whose hash meets the target that they name.
    linked : int
        Those that name the hash of the one before; the first counts as linked.
    timely : int
        Those later than the median of the 11 before; without 11, counted as timely.
    bits_right : int
        Those that carry the bits the rule gives: unchanged within an epoch, by
        `retarget` at its end where the epoch is there from its first block.
    retargets : int
        Retargets recomputed among them.
    """

    headers: int
    proof_of_work: int
    linked: int
    timely: int
    bits_right: int
    retargets: int

    @property
    def holds(self) -> bool:
        """Whether every header passes every test."""
        return {self.proof_of_work, self.linked, self.timely, self.bits_right} == {self.headers}


@lru_cache(maxsize=1)
def load_headers() -> Headers:
    """Headers as shipped with the package.

    Raises
    ------
    InputError
        If the records are not those that the metadata describe.

    Examples
    --------
    >>> headers = load_headers()
    >>> headers.first_height, len(headers.raw)
    (822528, 8065)
    """
    records, metadata = shipped_records(HEADERS_FILE, "headers.toml")
    return join_headers(
        records, bytes.fromhex(metadata["first_parent"]), int(metadata["first_height"])
    )


def join_headers(records: bytes, first_parent: bytes, first_height: int) -> Headers:
    """Whole headers from compact records in a row and the hash before the first.

    Parameters
    ----------
    records : bytes
        48 bytes a header, see `hashfall.model.header.compact_header`.
    first_parent : bytes of length 32
        Hash of the block before the first, in wire order.
    first_height : int
        Height of the first header. [blocks]

    Raises
    ------
    InputError
        If ``records`` is not a whole number of records.

    Examples
    --------
    >>> join_headers(bytes(96), bytes(32), 7).raw[1][4:12].hex()
    '4be7570e8f70eb09'
    """
    if not records or len(records) % COMPACT_HEADER_BYTES:
        raise InputError(
            HEADERS_FILE, "", f"a multiple of {COMPACT_HEADER_BYTES} bytes",
            f"{len(records)} bytes",
        )
    raw, parent = [], first_parent
    for start in range(0, len(records), COMPACT_HEADER_BYTES):
        raw.append(expand_header(records[start : start + COMPACT_HEADER_BYTES], parent))
        parent = header_hash(raw[-1])
    return Headers(first_height, tuple(raw))


def check_chain(headers: Headers) -> ChainReport:
    """Count the headers that obey the rules of the chain.

    Parameters
    ----------
    headers : Headers
        Consecutive headers.

    Notes
    -----
    Rules: proof of work, link to the header before, time later than the median
    of 11, bits. Limits: a time too far in the future and the version are not
    looked at.
    """
    parsed = [parse_header(raw) for raw in headers.raw]
    linked = sum(
        child.parent == header_hash(raw)
        for raw, child in zip(headers.raw, parsed[1:], strict=False)
    )
    times = [header.time for header in parsed]
    timely = sum(
        i < _MEDIAN_OF or t > sorted(times[i - _MEDIAN_OF : i])[_MEDIAN_OF // 2]
        for i, t in enumerate(times)
    )
    right, retargets = _count_bits(headers.first_height, parsed)
    return ChainReport(
        headers=len(parsed),
        proof_of_work=sum(has_proof_of_work(raw) for raw in headers.raw),
        linked=linked + 1,
        timely=timely,
        bits_right=right,
        retargets=retargets,
    )


def _count_bits(first_height: int, parsed: Sequence[Header]) -> tuple[int, int]:
    """Headers with the right bits, and retargets recomputed."""
    right, retargets = 1, 0
    for i, (before, header) in enumerate(pairwise(parsed), start=1):
        expected = before.bits
        if (first_height + i) % BLOCKS_PER_EPOCH == 0:
            if i < BLOCKS_PER_EPOCH:
                right += 1  # the epoch's first time is not in the run: nothing to check
                continue
            expected = retarget(parsed[i - BLOCKS_PER_EPOCH].time, before.time, before.bits)
            retargets += 1
        right += header.bits == expected
    return right, retargets
