"""Build the shipped history of the network: one row per difficulty epoch.

    python tools/build_history.py DATA_DIR [--out DIR] [--date YYYY-MM-DD]

Reads ``epochs.csv``, ``daily.csv`` and ``blocks_recent.csv`` in DATA_DIR and writes
``history.csv`` and ``history.toml`` (sources, licences, checks, digests). No
randomness. The data do not ship: what is written are epoch means and sums.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import statistics
import sys
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, pairwise
from pathlib import Path

from hashfall.ingest.history_table import (
    HISTORY_FILE,
    Row,
    epoch_starts_s,
    format_history,
)
from hashfall.model.consensus import BLOCKS_PER_EPOCH, SAT_PER_BTC, retarget

INPUTS = ("epochs.csv", "daily.csv", "blocks_recent.csv")
SERIES = (("index", "price_usd_alt"), ("exchange", "price_usd_exch"))
DAY_S = 86400.0
LEAST_COVER = 0.8  # of an epoch's closes, below which it gets no price
CASES = Path(__file__).resolve().parent.parent / "src" / "hashfall" / "cases"


@dataclass(frozen=True)
class Days:
    """What the daily table says, by day."""

    close_s: list[float]
    closes: dict[str, list[float]]
    blocks: list[int]
    fees: list[float]


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_days(path: Path) -> Days:
    """Daily closes (NaN where unknown), and blocks and fees up to the first gap."""
    rows = read(path)
    days = [datetime.fromisoformat(r["date"]).replace(tzinfo=UTC).timestamp() for r in rows]
    if any(b - a != DAY_S for a, b in pairwise(days)):
        raise SystemExit(f"{path.name}: expected consecutive days")
    known = next((i for i, r in enumerate(rows) if not r["block_count"]), len(rows))
    return Days(
        close_s=[t + DAY_S for t in days],
        closes={name: [float(r[c] or "nan") for r in rows] for name, c in SERIES},
        blocks=[int(r["block_count"]) for r in rows[:known]],
        fees=[float(r["fees_btc"]) for r in rows[:known]],
    )


def epoch_price(days: Days, start_s: float, end_s: float) -> tuple[str, int, float, float | None]:
    """Series, number of closes, mean and daily sd of the closes in (start, end]."""
    lo, hi = bisect_right(days.close_s, start_s), bisect_right(days.close_s, end_s)
    known_by = {n: [x for x in days.closes[n][lo:hi] if not math.isnan(x)] for n, _ in SERIES}
    name = max(known_by, key=lambda n: len(known_by[n]))  # the first of equals
    known = known_by[name]
    if end_s > days.close_s[-1] or not known or len(known) < LEAST_COVER * (hi - lo):
        return "", 0, math.nan, None
    closes = days.closes[name][max(lo - 1, 0) : hi]
    returns = [math.log(b / a) for a, b in pairwise(closes) if not math.isnan(a + b)]
    enough = len(returns) >= LEAST_COVER * (hi - lo)
    return name, len(known), statistics.fmean(known), statistics.stdev(returns) if enough else None


class Fees:
    """Fees of blocks below a height, by days that partition the chain by height.

    Days of this table run by median time past, which never falls, so the blocks
    of a day are consecutive; the genesis block is in none.
    """

    def __init__(self, days: Days, blocks: list[dict[str, str]]) -> None:
        self.heights = list(accumulate(days.blocks, initial=1))
        self.sums = list(accumulate(days.fees, initial=0.0))
        self.fees, self.counts = days.fees, days.blocks
        self.by_block = {int(r["height"]): int(r["fees_sat"]) for r in blocks}

    def below(self, height: int) -> float:
        """Fees of all blocks below a height. [BTC]"""
        day = bisect_right(self.heights, height) - 1
        part = height - self.heights[day]
        return self.sums[day] + (self.fees[day] * part / self.counts[day] if part else 0.0)

    def epoch(self, epoch: int) -> tuple[str, float | None]:
        """Basis and sum of an epoch's fees. [BTC]"""
        first = epoch * BLOCKS_PER_EPOCH
        exact = self.exact(epoch)
        if exact is not None:
            return "blocks", exact
        if first + BLOCKS_PER_EPOCH > self.heights[-1]:
            return "", None
        return "days", round(self.from_days(epoch), 2)

    def exact(self, epoch: int) -> float | None:
        """Sum over per-block rows, None unless all are there. [BTC]"""
        first = epoch * BLOCKS_PER_EPOCH
        heights = range(first, first + BLOCKS_PER_EPOCH)
        if any(h not in self.by_block for h in heights):
            return None
        return sum(self.by_block[h] for h in heights) / SAT_PER_BTC

    def from_days(self, epoch: int) -> float:
        """Sum from days, edge days shared by blocks. [BTC]"""
        first = max(epoch * BLOCKS_PER_EPOCH, 1)
        return self.below((epoch + 1) * BLOCKS_PER_EPOCH) - self.below(first)


def build(epochs: list[dict[str, str]], days: Days, fees: Fees) -> list[Row]:
    """Rows of the history."""
    first = [int(e["time_first"]) if e["time_first"] else None for e in epochs]
    starts = epoch_starts_s([int(e["nbits"], 16) for e in epochs], first)
    rows = []
    for i, e in enumerate(epochs):
        end = starts[i + 1] if i + 1 < len(starts) else math.inf
        series, closes, mean, sd = epoch_price(days, starts[i], end)
        basis, total = fees.epoch(i)
        rows.append(Row(
            epoch=i, height_first=int(e["height_first"]), bits=int(e["nbits"], 16),
            time_first=first[i], time_last=int(e["time_last"]) if e["time_last"] else None,
            price_usd=round(mean) if series else None, price_source=series, price_days=closes,
            price_sd=None if sd is None else round(sd, 4), fees_btc=total, fees_basis=basis,
        ))
    return rows


def check(rows: list[Row], days: Days, fees: Fees) -> dict[str, object]:
    """Figures by which the table was checked; stops where one is wrong."""
    pairs = [
        (a, b) for a, b in pairwise(rows)
        if a.time_first is not None and a.time_last is not None
    ]
    exact = sum(retarget(a.time_first or 0, a.time_last or 0, a.bits) == b.bits for a, b in pairs)
    late = []
    starts = epoch_starts_s([r.bits for r in rows], [r.time_first for r in rows])
    for row, start in zip(rows[1:], starts[1:], strict=True):
        if row.height_first >= fees.heights[-1]:
            break
        day = bisect_right(fees.heights, row.height_first) - 1
        late.append((start - (days.close_s[day] - DAY_S)) / DAY_S)
    errors = [
        abs(fees.from_days(r.epoch) / r.fees_btc - 1.0)
        for r in rows if r.fees_basis == "blocks" and r.fees_btc
    ]
    # A day by median time past begins about an hour late: 0 to 1 day, and that hour.
    if exact != len(pairs) or min(late) < 0.0 or max(late) > 1.1:
        raise SystemExit(f"{exact} of {len(pairs)} retargets, starts {min(late)}, {max(late)} days")
    return {
        "retargets_checked": len(pairs),
        "retargets_exact": exact,
        "starts_on_day_of_block_count": len(late),
        "fees_from_days_epochs_compared": len(errors),
        "fees_from_days_median_error": float(f"{statistics.median(errors):.2g}"),
        "fees_from_days_largest_error": float(f"{max(errors):.2g}"),
        "epochs_with_price": sum(r.price_usd is not None for r in rows),
        "epochs_with_fees": sum(r.fees_btc is not None for r in rows),
    }


def metadata(data: Path, table: bytes, rows: list[Row], checks: dict[str, object],
             built: str) -> str:
    """Text of the metadata file: birth certificate, checks, columns."""
    lines = [
        "# Metadata of history.csv; written by tools/build_history.py, not by hand.",
        "", f'file = "{HISTORY_FILE}"', f"rows = {len(rows)}",
        f'sha256 = "{hashlib.sha256(table).hexdigest()}"',
        "", "[birth]", 'script = "tools/build_history.py"', f"built = {built}",
        'seed = "none: no randomness"',
        'day_rule = "a daily close belongs to the epoch in which its instant, 24:00 UTC, falls"',
        "", "[birth.inputs]  # digests of the tables that were read; they do not ship",
    ]
    lines += [
        f'"{name}" = "{hashlib.sha256((data / name).read_bytes()).hexdigest()}"' for name in INPUTS
    ]
    lines += ["", "[checks]", *(f"{k} = {v}" for k, v in checks.items()), ""]
    columns = (Path(__file__).parent / "history_columns.toml").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n" + columns.split("\n\n", 1)[1]


def main(argv: list[str] | None = None) -> int:
    """Build the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="directory that holds " + ", ".join(INPUTS))
    parser.add_argument("--out", type=Path, default=CASES, help="where to write")
    parser.add_argument("--date", default=str(datetime.now(UTC).date()), help="date of the build")
    args = parser.parse_args(argv)
    missing = [name for name in INPUTS if not (args.data / name).is_file()]
    if missing:
        print(f"{args.data}: expected {', '.join(INPUTS)}, found no {missing[0]}", file=sys.stderr)
        return 2
    days = read_days(args.data / "daily.csv")
    fees = Fees(days, read(args.data / "blocks_recent.csv"))
    rows = build(read(args.data / "epochs.csv"), days, fees)
    table = format_history(rows).encode("utf-8")
    text = metadata(
        args.data, table, rows, check(rows, days, fees), str(date.fromisoformat(args.date))
    )
    (args.out / HISTORY_FILE).write_bytes(table)
    (args.out / "history.toml").write_text(text, encoding="utf-8")
    print(f"{len(rows)} epochs, {len(table)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
