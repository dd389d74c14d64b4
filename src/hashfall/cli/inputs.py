"""Digests of shipped files that an answer rests on."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["case_digests"]


def case_digests(names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of shipped files by their name. [hex]

    Parameters
    ----------
    names : iterable of str
        Files inside `hashfall.cases`.

    Examples
    --------
    >>> len(case_digests(["history.csv"])["cases/history.csv"])
    64
    """
    from hashlib import sha256
    from importlib.resources import files

    folder = files("hashfall.cases")
    return {f"cases/{name}": sha256(folder.joinpath(name).read_bytes()).hexdigest()
            for name in names}
