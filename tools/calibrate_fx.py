"""Daily sd of exchange rates against the US dollar from the ECB's reference rates.

Log changes of the cross through the euro, squared, summed and spread over calendar
days, from 2015-01-01 to each vintage's end. The third argument is the ECB's history
file ``eurofxref-hist.csv``; the rouble's quotes stop on 2022-03-01. Writes the fitted
rows of ``fx.*``.

    python tools/calibrate_fx.py DATA_DIR OUT_DIR ECB_FILE
"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np

from calibrate_common import START, Floats, Row, arguments, read_rows, replace_rows, vintages

__all__ = ["CODES", "fit_fx", "read_rates"]

CODES = ("CAD", "CNY", "EUR", "GBP", "NOK", "RUB", "SEK")


def read_rates(path: Path, code: str) -> tuple[list[date], Floats]:
    """Days and units of a currency per US dollar, oldest first."""
    days, rates = [], []
    for row in reversed(read_rows(path)):
        usd, other = row["USD"], "1" if code == "EUR" else row[code]
        if usd != "N/A" and other not in ("N/A", ""):
            days.append(date.fromisoformat(row["Date"]))
            rates.append(float(other) / float(usd))
    return days, np.array(rates)


def fit_fx(days: list[date], rates: Floats) -> tuple[float, float]:
    """Daily sd per calendar day and its error, allowing for fat tails."""
    square = np.diff(np.log(rates)) ** 2
    span = (days[-1] - days[0]).days
    variance = float(square.sum()) / span
    error = float(square.std()) * math.sqrt(square.size) / span
    return math.sqrt(variance), 0.5 * error / math.sqrt(variance)


def main() -> None:
    """Write a row for each currency and vintage that has rates up to its end."""
    args = arguments(__doc__ or "", ("ecb_file",))
    rows = []
    for code in CODES:
        days, rates = read_rates(args.ecb_file, code)
        for end in vintages():
            keep = [i for i, d in enumerate(days) if START <= d <= end]
            last = days[keep[-1]]
            if (end - last).days > 7:
                continue
            sd, se = fit_fx([days[i] for i in keep], rates[keep])
            rows.append(Row(f"fx.{code}.sd_per_day", end, end, sd, se, None, None,
                            len(keep) - 1, "fitted"))
        print(code, " ".join(f"{r.data_end} {r.value:.5f} ({r.se:.5f})" for r in rows
                             if f".{code}." in r.name))
    replace_rows(args.out_dir, lambda name: name.startswith("fx."), rows)


if __name__ == "__main__":
    main()
