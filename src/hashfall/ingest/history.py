"""The shipped history of the network: one row per difficulty epoch.

Reads ``cases/history.csv`` (columns, units, sources and licences in
``cases/history.toml``) and answers what the network was like on a date without
looking past it. Built by ``tools/build_history.py``.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from math import isfinite, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.ingest.history_table import (
    HISTORY_FILE,
    History,
    parse_history,
    to_arrays,
)
from hashfall.model import hashprice as hp
from hashfall.model.consensus import (
    BLOCKS_PER_EPOCH,
    MEASURED_INTERVALS,
    SAT_PER_BTC,
    subsidy_sat,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "FIRST_DATE",
    "History",
    "end_of_day_s",
    "epoch_at",
    "history_metadata",
    "last_fees_btc_per_block",
    "last_full_date",
    "load_history",
    "snapshot",
]

_DAY_S: Final = 86400.0
_EMA_WEIGHT: Final = 2.0 / 91.0  # per day: what the world kernel uses, 90 days

FIRST_DATE: Final = Date(2012, 1, 1)
"""First date that a question about the network may name: prices start that year."""


@lru_cache(maxsize=1)
def load_history() -> History:
    """History as shipped with the package.

    Examples
    --------
    >>> history = load_history()
    >>> len(history), hex(history.bits[16])
    (474, '0x1d00d86a')
    """
    text = files("hashfall.cases").joinpath(HISTORY_FILE).read_text(encoding="utf-8")
    return to_arrays(parse_history(text))


@lru_cache(maxsize=1)
def history_metadata() -> dict[str, Any]:
    """Sources, licences and checks of the shipped history, and how it was built.

    Examples
    --------
    >>> history_metadata()["columns"]["fees_btc"]["unit"]
    'BTC'
    """
    text = files("hashfall.cases").joinpath("history.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def end_of_day_s(date: Date) -> float:
    """End of a UTC day, 24:00. [Unix s]

    Examples
    --------
    >>> end_of_day_s(Date(1970, 1, 1))
    86400.0
    """
    return datetime(date.year, date.month, date.day, tzinfo=UTC).timestamp() + 86400.0


def epoch_at(date: Date) -> int:
    """Difficulty epoch in force at the end of a UTC day; the last one after the history.

    Raises
    ------
    InputError
        If the date is before `FIRST_DATE`.

    Examples
    --------
    >>> epoch_at(Date(2024, 4, 20))
    416
    """
    if date < FIRST_DATE:
        raise InputError("date", "", f"{FIRST_DATE} or later", str(date))
    return int(np.searchsorted(load_history().start_s, end_of_day_s(date), side="right")) - 1


def last_full_date() -> Date:
    """Last UTC day for which price and fees of the last complete epoch are known.

    Examples
    --------
    >>> last_full_date()
    datetime.date(2026, 3, 19)
    """
    history = load_history()
    known = np.flatnonzero(np.isfinite(history.hashprice_usd_ph_day))
    end = float(history.start_s[int(known[-1]) + 2])
    return datetime.fromtimestamp(end - _DAY_S, UTC).date()


def last_fees_btc_per_block(date: Date) -> tuple[float, int]:
    """Mean fees of a block in the last complete epoch with known fees, and that epoch.

    Parameters
    ----------
    date : datetime.date
        UTC day at whose end the epoch must be complete.

    Returns
    -------
    tuple of float and int
        Fees [BTC/block] and number of the epoch.

    Raises
    ------
    InputError
        If the date is before `FIRST_DATE`.

    Examples
    --------
    >>> fees, epoch = last_fees_btc_per_block(Date(2026, 1, 20))
    >>> round(fees, 6), epoch
    (0.017879, 461)
    """
    fees = load_history().fees_btc_per_block[: epoch_at(date)]
    last = _last(fees, "fees", date)
    return float(fees[last]), last


def snapshot(date: Date, price_usd: float | None = None) -> Snapshot:
    """Network at the end of a UTC day, from what was known by then.

    Parameters
    ----------
    date : datetime.date
        UTC day, `FIRST_DATE` or later.
    price_usd : float, optional
        Price of a coin; without it, the mean of the last complete epoch that
        has one. [USD/BTC]

    Returns
    -------
    Snapshot
        ``note`` says where the history did not reach.

    Raises
    ------
    InputError
        If the date is too early or the price is not a positive number.

    Notes
    -----
    Only epochs that were complete by then are used for price, fees, hashrate
    and hashprice. Blocks of the running epoch are estimated from the hashrate
    of the last complete one, 2,015 at most: on 412 days of 2024-12 to 2026-01
    the height so had was off by 22 blocks in the median and 99 on one day in
    twenty. After the last epoch of the history, epochs are taken to go on at
    its difficulty.

    Examples
    --------
    >>> s = snapshot(Date(2022, 9, 30))
    >>> hex(s.bits), s.subsidy_btc, s.price_usd
    ('0x1708f9ae', 6.25, 19422.0)
    """
    history, n, now = load_history(), epoch_at(date), end_of_day_s(date)
    if price_usd is not None and not (isfinite(price_usd) and price_usd > 0.0):
        raise InputError("price_usd", "", "a price above 0 USD/BTC", str(price_usd))
    notes: list[str] = []
    usd, source = _price(history, n, price_usd, date)
    fee_ratio = history.fees_btc_per_block[:n] / history.subsidy_btc[:n]
    fees_from = _last(fee_ratio, "fees", date)
    hashprices = history.hashprice_usd_ph_day[:n]
    smoothed_to = _last(hashprices, "hashprice", date)
    if min(fees_from, smoothed_to) < n - 1:
        notes.append(
            f"fees known to epoch {fees_from} and hashprice to epoch {smoothed_to}; "
            f"epoch {n - 1} was the last complete one"
        )
    rate = float(history.hashrate_eh_s[n - 1] / hp.hashrate_eh_s(history.difficulty[n])) * 144.0
    elapsed = (now - float(history.start_s[n])) / _DAY_S
    found = elapsed * rate
    if n == len(history) - 1 and found > MEASURED_INTERVALS:
        height = int(history.height_first[n]) + int(found)
        elapsed %= BLOCKS_PER_EPOCH / rate
        notes.append(
            f"after the shipped history: difficulty of epoch {n} kept, "
            "place inside the epoch counted on from it"
        )
    else:
        height = int(history.height_first[n]) + int(min(found, MEASURED_INTERVALS))
    return Snapshot(
        date=date,
        price_usd=usd,
        price_source=source,
        bits=int(history.bits[n]),
        height=height,
        blocks=min(elapsed * rate, float(MEASURED_INTERVALS)),
        elapsed_days=elapsed,
        log_fee_ratio=log(float(fee_ratio[fees_from])),
        log_hashprice_ema=_smoothed_log(hashprices, history.start_s[: n + 1]),
        hashrate_eh_s=float(history.hashrate_eh_s[n - 1]),
        subsidy_btc=subsidy_sat(height + 1) / SAT_PER_BTC,
        note="; ".join(notes),
    )


def _last(values: NDArray[np.float64], what: str, date: Date) -> int:
    """Last epoch with a positive value."""
    known = np.flatnonzero(values > 0.0)
    if not len(known):
        raise InputError(
            "date", "", f"a date after the first complete epoch with {what}", str(date),
            "the shipped history of prices starts in January 2012",
        )
    return int(known[-1])


def _price(
    history: History, n: int, price_usd: float | None, date: Date
) -> tuple[float, str]:
    """Price and where it comes from."""
    if price_usd is not None:
        return float(price_usd), "given"
    last = _last(history.price_usd[:n], "a price", date)
    first_day, next_day = (
        datetime.fromtimestamp(float(t), UTC).date() for t in history.start_s[last : last + 2]
    )
    late = "" if last == n - 1 else f", {n - 1 - last} complete epochs before the last one"
    return float(history.price_usd[last]), (
        f"shipped history: mean of daily closes in epoch {last} "
        f"({first_day} to {next_day}){late}"
    )


def _smoothed_log(hashprices: NDArray[np.float64], start_s: NDArray[np.float64]) -> float:
    """Log hashprice smoothed with the daily weight of the world, epoch by epoch."""
    level = float("nan")
    for value, days in zip(hashprices, np.diff(start_s) / _DAY_S, strict=True):
        if value > 0.0:
            x = log(float(value))
            keep = (1.0 - _EMA_WEIGHT) ** float(days)
            level = x if level != level else keep * level + (1.0 - keep) * x
    return level
