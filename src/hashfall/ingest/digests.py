"""Digests of shipped files that an answer rests on, and files that are held to theirs."""

from __future__ import annotations

import tomllib
import zlib
from hashlib import sha256
from importlib.resources import files
from typing import Any

from hashfall.errors import InputError

__all__ = ["case_digest", "shipped_records"]


def case_digest(name: str) -> str:
    """SHA-256 of a shipped file. [hex]

    Parameters
    ----------
    name : str
        File inside `hashfall.cases`.

    Examples
    --------
    >>> len(case_digest("history.csv"))
    64
    """
    return sha256(files("hashfall.cases").joinpath(name).read_bytes()).hexdigest()


def shipped_records(name: str, described_by: str) -> tuple[bytes, dict[str, Any]]:
    """Unpacked bytes of a shipped file, checked against its metadata, and the metadata.

    Parameters
    ----------
    name : str
        Packed file inside `hashfall.cases`.
    described_by : str
        TOML file beside it, with the ``sha256`` of what is unpacked.

    Raises
    ------
    InputError
        If the records are not those that the metadata describe.

    Examples
    --------
    >>> records, metadata = shipped_records("headers.zlib", "headers.toml")
    >>> len(records) == 48 * metadata["count"]
    True
    """
    cases = files("hashfall.cases")
    metadata = tomllib.loads(cases.joinpath(described_by).read_text(encoding="utf-8"))
    try:
        records = zlib.decompress(cases.joinpath(name).read_bytes())
    except zlib.error as error:
        raise InputError(name, "", "zlib data", str(error)) from error
    digest = sha256(records).hexdigest()
    if digest != metadata["sha256"]:
        raise InputError(name, "sha256", str(metadata["sha256"]), digest)
    return records, metadata
