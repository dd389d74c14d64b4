"""What the calibration scripts share: tables, vintages, digests, the shipped csv files.

Each script takes the data directory and the output directory as arguments and
replaces only its own rows of ``world_vintages.csv``.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "START",
    "Daily",
    "Floats",
    "Row",
    "arguments",
    "covariance",
    "digest",
    "month_ends",
    "number",
    "numeric_hessian",
    "read_daily",
    "read_rows",
    "replace_rows",
    "vintages",
    "write_csv",
]

Floats = NDArray[np.float64]
START = date(2015, 1, 1)  # first day that both price columns hold
FIRST, LAST = date(2016, 6, 30), date(2025, 12, 31)
COLUMNS = ("name", "data_end", "published", "value", "se", "low", "high", "n", "mark")


@dataclass(frozen=True, slots=True)
class Row:
    """One fitted or assumed parameter at one vintage; ``se`` or the range may be None."""

    name: str
    data_end: date
    published: date
    value: float
    se: float | None
    low: float | None
    high: float | None
    n: int
    mark: str

    def cells(self) -> list[str]:
        """Text of the csv cells, numbers to six significant figures."""
        return [
            self.name, self.data_end.isoformat(), self.published.isoformat(), number(self.value),
            number(self.se), number(self.low), number(self.high), str(self.n), self.mark,
        ]


@dataclass(frozen=True, slots=True)
class Daily:
    """Daily columns of the chain and market tables; day 0 is `first`."""

    first: date
    price: Floats  # USD/BTC, columns that are not Coin Metrics
    fee_ratio: Floats  # fees / issuance
    difficulty: Floats

    def at(self, day: date) -> int:
        """Row of a day."""
        return (day - self.first).days


def number(x: float | None, figures: int = 6) -> str:
    """Shortest text of a number at a count of significant figures; empty for None."""
    return "" if x is None else f"{x:.{figures}g}"


def arguments(text: str, extra: Sequence[str] = ()) -> argparse.Namespace:
    """Parse DATA_DIR and OUT_DIR and what else a script names."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("data_dir", type=Path, help="directory of the source tables")
    parser.add_argument("out_dir", type=Path, help="directory of the shipped files")
    for name in extra:
        parser.add_argument(name, type=Path)
    return parser.parse_args()


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def vintages() -> list[date]:
    """Half-year ends from 2016-06-30 to 2025-12-31."""
    days = [
        d for year in range(FIRST.year, LAST.year + 1)
        for d in (date(year, 6, 30), date(year, 12, 31))
    ]
    return [d for d in days if FIRST <= d <= LAST]


def _column(rows: list[dict[str, str]], name: str) -> Floats:
    return np.array([float(r[name]) if r[name] else np.nan for r in rows])


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a csv file as text."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def read_daily(data_dir: Path) -> Daily:
    """Daily price (Yahoo, before 2015 exchange candles), fees over subsidy and difficulty."""
    rows = read_rows(data_dir / "daily.csv")
    alt, exchange = _column(rows, "price_usd_alt"), _column(rows, "price_usd_exch")
    issuance = _column(rows, "issuance_btc")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = _column(rows, "fees_btc") / issuance
    return Daily(
        date.fromisoformat(rows[0]["date"]),
        np.where(np.isnan(alt), exchange, alt),
        ratio,
        _column(rows, "difficulty_eod"),
    )


def numeric_hessian(f: Callable[[Floats], float], x: Floats, step: Floats) -> Floats:
    """Matrix of second derivatives by central differences."""
    n = x.size
    out = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            ei, ej = np.zeros(n), np.zeros(n)
            ei[i], ej[j] = step[i], step[j]
            d = f(x + ei + ej) - f(x + ei - ej) - f(x - ei + ej) + f(x - ei - ej)
            out[i, j] = out[j, i] = d / (4.0 * step[i] * step[j])
    return out


def covariance(terms: Callable[[Floats], Floats], x: Floats, step: Floats) -> Floats:
    """Sandwich covariance of a maximum of sum(terms): H^-1 (sum s s') H^-1."""
    scores = np.empty((terms(x).size, x.size))
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = step[i]
        scores[:, i] = (terms(x + e) - terms(x - e)) / (2.0 * step[i])
    hessian = numeric_hessian(lambda y: float(terms(y).sum()), x, step)
    inverse = np.linalg.inv(hessian)
    return np.asarray(inverse @ (scores.T @ scores) @ inverse)


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows with plain line ends."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def replace_rows(out_dir: Path, owned: Callable[[str], bool], fresh: Sequence[Row]) -> None:
    """Put `fresh` in the place of the rows whose name is `owned`."""
    path = out_dir / "world_vintages.csv"
    old = [list(r.values()) for r in read_rows(path)] if path.exists() else []
    kept = [cells for cells in old if not owned(cells[0])]
    rows = sorted(kept + [r.cells() for r in fresh], key=lambda c: (c[0], c[1], c[2]))
    write_csv(path, COLUMNS, rows)


def month_ends(first: date, last: date) -> list[date]:
    """Last days of the months from that of `first` on, up to `last`."""
    out: list[date] = []
    year, month = first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        end = date(year, month, 1) - timedelta(days=1)
        if end > last:
            return out
        out.append(end)
