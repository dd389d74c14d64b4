"""The shipped dated events as claims on the network's hashrate, for attribution.

Reads ``cases/events/*.toml``. A window claims its place's share of the network
times the share of that place affected; both uncertain, taken as independent.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from math import ceil, hypot
from typing import Any, Final

import numpy as np

from hashfall.errors import InputError
from hashfall.ingest.history import load_history
from hashfall.model.attribution import ClaimedEvent, EventWindow

__all__ = ["HALVING_SHARE", "claim_of", "claims"]

HALVING_SHARE: Final = (0.0, 0.139, 0.269)
"""Hashrate that a halving of revenue takes off: low, mid and high. [0-1]

Not from the event: none; a lognormal supply curve of median hashcost 40 and spread
0.35 at hashprice 100 USD/PH/day (fixed point .861); elasticity .4515 as estimated for
2018 by Noda, Okumura and Hashimoto (first step .731), doi:10.2139/ssrn.3410460.
"""

_DAY_S: Final = 86400.0
_SLICE_DAYS: Final = 2.0
_LARGEST: Final = 0.99


@lru_cache(maxsize=1)
def claims() -> dict[str, ClaimedEvent]:
    """Shipped events by id.

    Raises
    ------
    InputError
        If a file lacks a field.

    Examples
    --------
    >>> event = claims()["iran-2025"]
    >>> event.place, [round(x, 3) for x in (event.windows[0].low, event.windows[0].mid)]
    ('iran', [0.001, 0.031])
    """
    folder = files("hashfall.cases").joinpath("events")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    found = {}
    for name in names:
        record = tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        event = claim_of(record, name)
        found[event.id] = event
    return found


def claim_of(record: dict[str, Any], name: str) -> ClaimedEvent:
    """Claim of one event file.

    Parameters
    ----------
    record : dict
        The file, parsed.
    name : str
        Its name, for messages.

    Raises
    ------
    InputError
        If a field is missing or a share is out of bounds.

    Notes
    -----
    Dates count at their middle. A ramp is cut into slices of at most two days that
    go off one after another. A window without an end lasts to the end of the last
    scored epoch. Of several editions of a place's share the last one counts.
    """
    try:
        windows = _halving(record) if "protocol" in record else _windows(record)
        rows = [*record.get("place_share", ()), *record.get("window", ())]
        return ClaimedEvent(
            id=record["id"],
            place=record["place"],
            windows=tuple(windows),
            basis="; ".join(row["basis"] for row in record.get("window", ())),
            source="; ".join(dict.fromkeys(row["source"] for row in rows)),
            published=str(max((row["published"] for row in rows), default="")),
        )
    except KeyError as error:
        raise InputError(name, str(error.args[0]), "a value", "none") from error
    except ValueError as error:
        raise InputError(name, "window", "times in order, shares in 0-1", str(error)) from error


def _windows(record: dict[str, Any]) -> list[EventWindow]:
    """Windows of the file, ramps in slices."""
    shares = {row["place"]: row["share_of_network"] for row in record["place_share"]}
    until = _last_scored_s(record)
    found = []
    for row in record["window"]:
        low, mid, high = _product(shares[row["place"]], row["affected"])
        start = _seconds(row["start"])
        end = until
        if "end" in row:
            end = _seconds(row["end"]) + 0.5 * _DAY_S * float(row["ramp_days_on"])
        ramp = float(row["ramp_days_off"])
        count = max(1, ceil(ramp / _SLICE_DAYS))
        for i in range(count):
            off = start + _DAY_S * ramp * (i + 0.5) / count
            if off < end:
                found.append(EventWindow(off, end, low / count, mid / count, high / count))
    return found


def _halving(record: dict[str, Any]) -> list[EventWindow]:
    """Window of a halving: from its block to the end of the last scored epoch."""
    history, height = load_history(), int(record["protocol"]["height"])
    epoch = height // 2016
    blocks = (height % 2016) / 2016.0
    start, end = history.start_s[epoch : epoch + 2]
    return [EventWindow(float(start + blocks * (end - start)), _last_scored_s(record),
                        *HALVING_SHARE)]


def _last_scored_s(record: dict[str, Any]) -> float:
    """Time of the last scored retarget."""
    heights = record["retargets"]["scored"]
    return float(load_history().start_s[max(heights) // 2016])


def _product(place: dict[str, float], part: dict[str, float]) -> tuple[float, float, float]:
    """Low, mid and high of a product of two independent shares."""
    mid = place["mid"] * part["mid"]

    def spread(side: str) -> float:
        return mid * hypot(*(abs(x[side] / x["mid"] - 1.0) if x["mid"] else 0.0
                             for x in (place, part)))

    return max(0.0, mid - spread("low")), mid, min(_LARGEST, mid + spread("high"))


def _seconds(value: Any) -> float:
    """Middle of a date, a time or a {early, mid, late} of either. [Unix s]"""
    if isinstance(value, dict):
        value = value["mid"]
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo else value.replace(tzinfo=UTC).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    return float(np.float64(value))
