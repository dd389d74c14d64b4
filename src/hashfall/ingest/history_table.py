"""The table of difficulty epochs as it is written: rows, columns, text.

`hashfall.ingest.history` reads the shipped table through this module, and
``tools/build_history.py`` writes it through it, so both know one layout.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from hashfall.errors import InputError
from hashfall.model import hashprice as hp
from hashfall.model.consensus import (
    BLOCKS_PER_EPOCH,
    MEASURED_INTERVALS,
    SAT_PER_BTC,
    SPACING_S,
    difficulty,
    issuance_sat,
    span_bounds_s,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "HISTORY_FILE",
    "History",
    "Row",
    "epoch_starts_s",
    "format_history",
    "implied_span_s",
    "parse_history",
    "to_arrays",
]

HISTORY_FILE: Final = "history.csv"
"""Name of the table inside `hashfall.cases`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table as it is written; empty cells are None.

    The fields are the columns, in order; ``cases/history.toml`` describes them.
    """

    epoch: int
    height_first: int
    bits: int
    time_first: int | None
    time_last: int | None
    price_usd: int | None
    price_source: str
    price_days: int
    price_sd: float | None
    fees_btc: float | None
    fees_basis: str


COLUMNS: Final = tuple(f.name for f in fields(Row))
"""Columns of the table, in order."""


def parse_history(text: str) -> list[Row]:
    """Rows of a history table, in order of epochs.

    Parameters
    ----------
    text : str
        The table as CSV with the header line `COLUMNS`.

    Raises
    ------
    InputError
        If columns, a number or the order of epochs is not as expected.
    """
    reader = csv.reader(io.StringIO(text))
    header = tuple(next(reader, []))
    if header != COLUMNS:
        raise InputError(HISTORY_FILE, "line 1", ",".join(COLUMNS), ",".join(header))
    rows = [_row(cells, line) for line, cells in enumerate(reader, start=2)]
    for number, row in enumerate(rows):
        if row.epoch != number or row.height_first != number * BLOCKS_PER_EPOCH:
            raise InputError(
                HISTORY_FILE, f"line {number + 2}", f"epoch {number}", f"epoch {row.epoch}"
            )
    return rows


def _row(cells: Sequence[str], line: int) -> Row:
    """Row of one line of cells."""
    if len(cells) != len(COLUMNS):
        raise InputError(
            HISTORY_FILE, f"line {line}", f"{len(COLUMNS)} cells", f"{len(cells)} cells"
        )
    try:
        epoch, height, bits, first, last, price, series, days, sd, fees, basis = cells
        return Row(
            int(epoch), int(height), int(bits, 16),
            int(first) if first else None, int(last) if last else None,
            int(price) if price else None, series, int(days), float(sd) if sd else None,
            float(fees) if fees else None, basis,
        )
    except ValueError as error:
        raise InputError(HISTORY_FILE, f"line {line}", "numbers", str(error)) from error


def format_history(rows: Iterable[Row]) -> str:
    """Text of a history table, the inverse of `parse_history`.

    Parameters
    ----------
    rows : iterable of Row
        In order of epochs.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = ["" if cell is None else cell for cell in astuple(row)]
        cells[COLUMNS.index("bits")] = f"{row.bits:08x}"
        writer.writerow(cells)
    return out.getvalue()


def epoch_starts_s(bits: Sequence[int], time_first: Sequence[int | None]) -> list[float]:
    """Times of the first blocks, unknown ones by reading the retarget backwards. [Unix s]

    Parameters
    ----------
    bits : sequence of int
        Compact bits of consecutive epochs. [-]
    time_first : sequence of int or None
        Header times where they are known, the first of them known. [Unix s]

    Returns
    -------
    list of float
        A start uses the bits of its own epoch and of earlier ones alone, so it
        was known when that epoch began.

    Notes
    -----
    The span of an epoch follows from its bits and the next ones to within
    seconds (`span_bounds_s`); the one interval between two epochs, which no
    retarget measures, counts as 600 s and is off by about 10 minutes.

    Examples
    --------
    >>> epoch_starts_s([0x1D00FFFF, 0x1D00D86A], [1261130161, None])
    [1261130161.0, 1262153342.5]
    """
    starts: list[float] = []
    for i, known in enumerate(time_first):
        if known is not None:
            starts.append(float(known))
        else:
            starts.append(starts[-1] + implied_span_s(bits[i - 1], bits[i]) + SPACING_S)
    return starts


def implied_span_s(bits: int, next_bits: int) -> float:
    """Middle of the spans that lead from an epoch's bits to the next ones. [s]

    Examples
    --------
    >>> implied_span_s(0x1D00FFFF, 0x1D00D86A)
    1022581.5
    """
    low, high = span_bounds_s(bits, next_bits)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class History:
    """The network by difficulty epoch; arrays of shape (n_epochs,), NaN where unknown.

    Attributes
    ----------
    epoch, height_first, bits : ndarray of int64
        Number, height of the first block [blocks], compact target [-].
    time_first, time_last : ndarray of float64
        Header times of the first and the last block. [Unix s]
    start_s : ndarray of float64
        Time of the first block, or where its header is not at hand the time that
        the retarget rule gives (`epoch_starts_s`), good to about an hour. [Unix s]
    price_usd : ndarray of float64
        Mean of the daily closes inside the epoch, whole dollars. [USD/BTC]
    price_sd : ndarray of float64
        Standard deviation of the daily log returns inside the epoch. [1/sqrt(day)]
    price_days : ndarray of int64
        Daily closes that the mean rests on. [days]
    fees_btc : ndarray of float64
        Sum of fees over the 2,016 blocks. [BTC]
    price_source, fees_basis : tuple of str
        Series of the price, and whether fees were summed by block or from days.
    """

    epoch: NDArray[np.int64]
    height_first: NDArray[np.int64]
    bits: NDArray[np.int64]
    time_first: NDArray[np.float64]
    time_last: NDArray[np.float64]
    start_s: NDArray[np.float64]
    price_usd: NDArray[np.float64]
    price_sd: NDArray[np.float64]
    price_days: NDArray[np.int64]
    fees_btc: NDArray[np.float64]
    price_source: tuple[str, ...]
    fees_basis: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of epochs."""
        return len(self.epoch)

    @cached_property
    def difficulty(self) -> NDArray[np.float64]:
        """Difficulty. [-]"""
        return np.array([difficulty(int(b)) for b in self.bits])

    @cached_property
    def subsidy_btc(self) -> NDArray[np.float64]:
        """Mean subsidy over the epoch's blocks. [BTC/block]"""
        sat = [issuance_sat(int(h), BLOCKS_PER_EPOCH) for h in self.height_first]
        return np.array(sat) / (SAT_PER_BTC * BLOCKS_PER_EPOCH)

    @cached_property
    def fees_btc_per_block(self) -> NDArray[np.float64]:
        """Mean fees over the epoch's blocks. [BTC/block]"""
        return self.fees_btc / BLOCKS_PER_EPOCH

    @cached_property
    def span_s(self) -> NDArray[np.float64]:
        """Span of 2,015 intervals, from headers or else from the next retarget. [s]"""
        span = self.time_last - self.time_first
        for i in np.flatnonzero(np.isnan(span[:-1])):
            span[i] = implied_span_s(int(self.bits[i]), int(self.bits[i + 1]))
        return span

    @cached_property
    def hashrate_eh_s(self) -> NDArray[np.float64]:
        """Realised hashrate of the epoch; NaN for the last one. [EH/s]"""
        blocks = np.full(len(self), float(MEASURED_INTERVALS))
        return hp.realised_hashrate_eh_s(self.difficulty, blocks, self.span_s)

    @cached_property
    def hashprice_btc_ph_day(self) -> NDArray[np.float64]:
        """Hashprice by definition ``epoch-mean``. [BTC/PH/day]"""
        return hp.hashprice_btc_ph_day(self.subsidy_btc, self.fees_btc_per_block, self.difficulty)

    @cached_property
    def hashprice_usd_ph_day(self) -> NDArray[np.float64]:
        """Hashprice by definition ``epoch-mean``. [USD/PH/day]"""
        return hp.hashprice_usd_ph_day(self.hashprice_btc_ph_day, self.price_usd)


def to_arrays(rows: Sequence[Row]) -> History:
    """Columns of a table as arrays, NaN for what is unknown."""

    def whole(name: str) -> NDArray[np.int64]:
        return np.array([getattr(r, name) for r in rows], dtype=np.int64)

    def real(name: str) -> NDArray[np.float64]:
        return np.array([getattr(r, name) for r in rows], dtype=np.float64)

    return History(
        epoch=whole("epoch"),
        height_first=whole("height_first"),
        bits=whole("bits"),
        time_first=real("time_first"),
        time_last=real("time_last"),
        start_s=np.array(epoch_starts_s([r.bits for r in rows], [r.time_first for r in rows])),
        price_usd=real("price_usd"),
        price_sd=real("price_sd"),
        price_days=whole("price_days"),
        fees_btc=real("fees_btc"),
        price_source=tuple(r.price_source for r in rows),
        fees_basis=tuple(r.fees_basis for r in rows),
    )
