"""A table of shares of hashrate in one dimension, with what says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "NotAvailable", "Shares", "merged"]

DIMENSIONS: Final = ("country", "pool", "maker", "owner", "law_area")
"""Dimensions in which concentration is looked at; the first is shown by default."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of hashrate of named holders; what is missing to one is the rest.

    Parameters
    ----------
    dimension : str
        One of `DIMENSIONS`.
    names : tuple of str
        Holders.
    values : ndarray of shape (holders,)
        Their shares of the network. [share]
    as_of : str
        Date, month or window that the shares speak of.
    estimator : str
        Who estimated them; tables of different estimators do not compare.
    published : date, optional
        Day from which they were known; None for a table of the user.
    sources : tuple of str
        Where they come from.
    blocks : int, optional
        Blocks that were counted for them; None where they were not counted so.
    note : str
        What a reader must know of them.
    """

    dimension: str
    names: tuple[str, ...]
    values: NDArray[np.float64]
    as_of: str
    estimator: str
    published: Date | None = None
    sources: tuple[str, ...] = ()
    blocks: int | None = None
    note: str = ""

    def share(self, name: str) -> float | None:
        """Share of a holder, or None if it is not named. [share]"""
        return float(self.values[self.names.index(name)]) if name in self.names else None

    def with_holders(self, names: Sequence[str]) -> Shares:
        """The same table with the named holders in it, at share 0 where they are new."""
        new = tuple(dict.fromkeys(name for name in names if name not in self.names))
        values = np.concatenate([self.values, np.zeros(len(new))])
        return replace(self, names=self.names + new, values=values)

    def with_values(self, values: NDArray[np.float64]) -> Shares:
        """The same holders with other shares, which no longer are a count of blocks."""
        return replace(self, values=values, blocks=None)


@dataclass(frozen=True)
class NotAvailable:
    """A dimension without shares, and why."""

    dimension: str
    reason: str


def merged(shares: Shares, groups: Mapping[str, str], dimension: str, note: str) -> Shares:
    """Table with holders taken together.

    Parameters
    ----------
    groups : mapping of str to str
        Holder to the group it belongs to; one that is not in it stands alone.
    dimension : str
        Dimension of the groups.
    note : str
        What the groups mean.

    Examples
    --------
    >>> countries = Shares("country", ("A", "B", "C"), np.array([0.5, 0.25, 0.125]), "2025", "x")
    >>> table = merged(countries, {"A": "AC", "C": "AC"}, "law_area", "")
    >>> table.names, table.values.tolist()
    (('AC', 'B'), [0.625, 0.25])
    """
    totals: dict[str, float] = {}
    for name, value in zip(shares.names, shares.values, strict=True):
        group = groups.get(name, name)
        totals[group] = totals.get(group, 0.0) + float(value)
    return replace(
        shares, dimension=dimension, names=tuple(totals), values=np.array(list(totals.values())),
        note="; ".join(text for text in (note, shares.note) if text),
    )
