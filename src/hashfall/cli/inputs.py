"""Digests of shipped files, named as provenance names them."""

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
    from hashfall.ingest.digests import case_digest

    return {f"cases/{name}": case_digest(name) for name in names}
