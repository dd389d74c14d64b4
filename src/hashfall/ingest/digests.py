"""Digests of shipped files that an answer rests on."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

__all__ = ["case_digest"]


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
