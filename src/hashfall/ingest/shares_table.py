"""The table of shares as it is written: columns, dates, rows.

`hashfall.ingest.shares` reads the shipped table through this module, and
``tools/build_shares.py`` writes it, so both know one layout.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from typing import Final

from hashfall.engine.dates import last_day
from hashfall.model.consensus import BLOCKS_PER_EPOCH

__all__ = ["COLUMNS", "SHARES_FILE", "ShareRow", "counted", "parse_shares"]

SHARES_FILE: Final = "shares.csv"
"""Name of the table inside `hashfall.cases`."""

COLUMNS: Final = (
    "dimension", "as_of", "estimator", "name", "part_of", "share", "low", "high", "blocks",
    "basis", "published", "source",
)
"""Columns in their order; ``shares.toml`` names the estimators and the sources."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share: of whom, when, by which estimator, and from when it was known.

    Parameters
    ----------
    dimension : str
        ``country``, ``region``, ``pool`` or ``owner``.
    as_of : str
        Month, day or difficulty epoch.
    part_of : str
        Country of a region.
    share, low, high : float or None
        Value and ends, where the source gives them. [share]
    blocks : int or None
        Blocks that were counted for this name.
    basis : str
        What the share is of: ``network``, ``national`` (of the country), ``blocks``,
        ``survey sample``; ``lower bound`` has a low end only.
    published : date
        Last day of the date from which it was public.
    """

    dimension: str
    as_of: str
    estimator: str
    name: str
    part_of: str
    share: float | None
    low: float | None
    high: float | None
    blocks: int | None
    basis: str
    published: Date
    source: str

    @property
    def end(self) -> Date:
        """Last day that the share speaks of."""
        if self.as_of.startswith("epoch "):
            return _EPOCH_ENDS[int(self.as_of.removeprefix("epoch "))]
        return last_day(self.as_of)


# Day on which the last block of each epoch with labels was found (headers of the chain).
_EPOCH_ENDS: Final = {264: Date(2018, 7, 29), 265: Date(2018, 8, 11), 266: Date(2018, 8, 24)}


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def parse_shares(text: str) -> tuple[ShareRow, ...]:
    """Rows of a table in the layout of `COLUMNS`.

    Examples
    --------
    >>> line = "country,2025-06,x,Russia,,0.1661,,,,network,2025-07,y"
    >>> rows = parse_shares(",".join(COLUMNS) + chr(10) + line)
    >>> rows[0].share, rows[0].published
    (0.1661, datetime.date(2025, 7, 31))
    """
    return tuple(_row(line) for line in csv.DictReader(text.splitlines()))


def _row(line: dict[str, str]) -> ShareRow:
    return ShareRow(
        dimension=line["dimension"], as_of=line["as_of"], estimator=line["estimator"],
        name=line["name"], part_of=line["part_of"], share=_number(line["share"]),
        low=_number(line["low"]), high=_number(line["high"]),
        blocks=int(line["blocks"]) if line["blocks"] else None,
        basis=line["basis"], published=last_day(line["published"]), source=line["source"],
    )


def counted(rows: Iterable[ShareRow]) -> int | None:
    """Blocks counted in all, from the blocks and the shares of the named holders.

    Examples
    --------
    >>> counted([]) is None
    True
    """
    found = [(row.blocks, row.share) for row in rows]
    blocks = sum(b for b, _ in found if b is not None)
    if not found or not blocks or any(b is None or not s for b, s in found):
        return None
    total = round(blocks / sum(s for _, s in found if s))
    return BLOCKS_PER_EPOCH if abs(total - BLOCKS_PER_EPOCH) <= 1 else total
