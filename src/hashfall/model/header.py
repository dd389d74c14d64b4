"""Block headers: the 80 bytes that carry the proof of work.

A header names its parent by hash, so a chain of headers can be stored without
the parent hashes and put together again from one first hash: `compact_header`
and `expand_header` are that pair (48 bytes instead of 80).

Source: the header format of the Bitcoin protocol; the shipped headers are
checked against it (`hashfall.verify.chain`).
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from hashfall.model.consensus import bits_to_target

__all__ = [
    "COMPACT_HEADER_BYTES",
    "HEADER_BYTES",
    "Header",
    "compact_header",
    "expand_header",
    "has_proof_of_work",
    "header_hash",
    "header_hash_hex",
    "parse_header",
]

HEADER_BYTES = 80
"""Length of a serialised header. [bytes]"""
COMPACT_HEADER_BYTES = 48
"""Length of a header without its parent hash. [bytes]"""

_HEADER = struct.Struct("<i32s32sIII")
_PARENT = slice(4, 36)


class Header(NamedTuple):
    """Fields of a block header; hashes in the byte order of the wire."""

    version: int
    parent: bytes
    merkle_root: bytes
    time: int
    bits: int
    nonce: int


def parse_header(raw: bytes) -> Header:
    """Fields of a serialised header.

    Parameters
    ----------
    raw : bytes of length 80
        Header as it goes over the wire. [bytes]

    Raises
    ------
    ValueError
        If ``raw`` is not 80 bytes long.

    Examples
    --------
    >>> parse_header(bytes(80)).nonce
    0
    """
    _check_length(raw, HEADER_BYTES, "header")
    return Header(*_HEADER.unpack(raw))


def header_hash(raw: bytes) -> bytes:
    """Block hash: SHA-256 applied twice to the header, in wire order. [32 bytes]

    Raises
    ------
    ValueError
        If ``raw`` is not 80 bytes long.

    Examples
    --------
    >>> header_hash(bytes(80)).hex()[:16]
    '4be7570e8f70eb09'
    """
    _check_length(raw, HEADER_BYTES, "header")
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def header_hash_hex(raw: bytes) -> str:
    """Block hash as people print it: byte order turned, leading zeros first.

    Raises
    ------
    ValueError
        If ``raw`` is not 80 bytes long.

    Examples
    --------
    >>> header_hash_hex(bytes(80))[-16:]
    '09eb708f0e57e74b'
    """
    return header_hash(raw)[::-1].hex()


def has_proof_of_work(raw: bytes) -> bool:
    """Whether the hash of a header meets the target that the header names.

    Invalid bits mean no proof of work.

    Raises
    ------
    ValueError
        If ``raw`` is not 80 bytes long.

    Examples
    --------
    >>> has_proof_of_work(bytes(80))
    False
    """
    bits = parse_header(raw).bits
    try:
        target = bits_to_target(bits)
    except ValueError:
        return False
    return int.from_bytes(header_hash(raw), "little") <= target


def compact_header(raw: bytes) -> bytes:
    """Header without its parent hash: version, merkle root, time, bits, nonce. [48 bytes]

    Raises
    ------
    ValueError
        If ``raw`` is not 80 bytes long.

    Examples
    --------
    >>> len(compact_header(bytes(80)))
    48
    """
    _check_length(raw, HEADER_BYTES, "header")
    return raw[: _PARENT.start] + raw[_PARENT.stop :]


def expand_header(record: bytes, parent: bytes) -> bytes:
    """Whole header from its compact record and the hash of its parent. [80 bytes]

    Parameters
    ----------
    record : bytes of length 48
        What `compact_header` gave. [bytes]
    parent : bytes of length 32
        Hash of the block before, in wire order. [bytes]

    Raises
    ------
    ValueError
        If a length is wrong.

    Examples
    --------
    >>> raw = bytes(range(80))
    >>> expand_header(compact_header(raw), raw[4:36]) == raw
    True
    """
    _check_length(record, COMPACT_HEADER_BYTES, "compact header")
    _check_length(parent, 32, "parent hash")
    return record[: _PARENT.start] + parent + record[_PARENT.start :]


def _check_length(data: bytes, length: int, what: str) -> None:
    if len(data) != length:
        raise ValueError(f"{what}: expected {length} bytes, found {len(data)}")
