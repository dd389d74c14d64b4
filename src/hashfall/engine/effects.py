"""How much each thing that is not known moves the answer: pinned low, pinned high, same paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hashfall.book.draws import Driver
from hashfall.book.prepare import Prepared
from hashfall.engine.block import Fate
from hashfall.engine.layout import LANES
from hashfall.engine.pack import Packed, pack
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.run import Outcome
from hashfall.model.columns import Row

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["effects", "effects_base"]

_DRAWS = 10
_AT_ONCE = 12  # drivers in one run: their ledgers stay in the cache, and memory stays flat
_LOW, _HIGH = 0.05, 0.95


def _pins(driver: Driver) -> tuple[float, float]:
    """Uniforms of the low and the high end; a chance happens not at all or for sure."""
    # A claim stays while u < p: 0 keeps it, 1 drops it.
    return (1.0 - 1e-12, 1e-12) if driver.kind == "chance" else (_LOW, _HIGH)


def effects(
    s: Study, prepared: Prepared, tell: Callable[[str, float], None]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Assumptions by the size of their effect, and the missing figures with theirs.

    Notes
    -----
    12-month D1 (6-month in a shorter run) with a driver at its 5% and 95% point
    and every other one drawn as in the main run: the first draws and paths of it.
    """
    drivers, mixed = _to_run(s.drawer.drivers)
    last = horizon_days(s.book.as_of, 12 if s.plan.days >= 366 else 6)
    short = s.shortened(last)
    draws = min(_DRAWS, s.draws)

    found: dict[str, tuple[float, float]] = {}
    for first in range(0, len(drivers), _AT_ONCE):
        some = drivers[first : first + _AT_ONCE]

        def books(index: int, some: tuple[Driver, ...] = some) -> list[Packed]:
            base = s.uniform(index)
            return [pack(s.drawer.draw(base | {driver.name: u}), short.frame)
                    for driver in some for u in _pins(driver)]

        runs = short.run(books, inner=min(s.inner, LANES), draws=draws, watch=Row.D1)
        for i, driver in enumerate(some):
            low, high = (
                probability(runs[2 * i + j].clock(Fate.D1), last)["value"] for j in (0, 1)
            )
            found[driver.name] = (low, high)
        tell("assumptions", (first + len(some)) / len(drivers))
    rows = [_assumption(s.book.as_of, driver, found[driver.name]) for driver in drivers]
    for driver, chance in mixed:
        off, on = found[chance]
        found[driver.name] = (off + driver.low * (on - off), off + driver.high * (on - off))
    return (sorted(rows, key=lambda row: (-abs(row["effect"]), row["name"])),
            _missing(prepared, s.drawer.drivers, found))


def _to_run(drivers: tuple[Driver, ...]) -> tuple[tuple[Driver, ...], list[tuple[Driver, str]]]:
    """Drivers to run, and those whose effect follows from another: ranges of a chance alone.

    PD is linear in the chance of an entry: with it and without it, in these shares.
    """
    chances = {d.paths[0]: d.name for d in drivers if d.kind == "chance"}
    mixed = [(d, chances[d.paths[0].removesuffix(".probability")]) for d in drivers
             if d.kind != "chance" and len(d.paths) == 1
             and d.paths[0].removesuffix(".probability") in chances]
    names = {d.name for d, _ in mixed}
    return tuple(d for d in drivers if d.name not in names), mixed


def effects_base(s: Study, base: Outcome) -> float:
    """PD of the main run on the draws and paths on which the effects are told."""
    last = horizon_days(s.book.as_of, 12 if s.plan.days >= 366 else 6)
    return probability(base.clock(Fate.D1)[:_DRAWS, :LANES], last)["value"]


def _assumption(as_of: dt.date, driver: Driver, pd: tuple[float, float]) -> dict[str, Any]:
    points: list[Any] = [driver.low, driver.mid, driver.high]
    if driver.kind == "chance":
        # A chance is pinned to what it is about: that it happens, or that it does not.
        points = [0.0, driver.mid, 1.0]
    if driver.kind == "date":
        points = [(as_of + dt.timedelta(days=x)).isoformat() for x in points]
    return {
        "name": driver.name, "path": driver.paths[0], "paths": list(driver.paths),
        "value": points[1], "unit": "date" if driver.kind == "date" else driver.unit,
        "range": [points[0], points[2]],
        "source": driver.source, "kind": driver.kind, "effect": pd[1] - pd[0],
        "pd_low": pd[0], "pd_high": pd[1],
    }


def _missing(prepared: Prepared, drivers: tuple[Driver, ...],
             found: dict[str, tuple[float, float]]) -> list[dict[str, Any]]:
    by_path = {path: driver.name for driver in drivers for path in driver.paths}
    rows = []
    for entry in prepared.book.missing:
        pd = found.get(by_path.get(entry.path, ""))
        rows.append({
            "path": entry.path, "why": entry.why, "used_instead": entry.used_instead,
            "pd_low": None if pd is None else pd[0], "pd_high": None if pd is None else pd[1],
        })
    # What moves the answer most comes first; what was not run stands at the end.
    return sorted(rows, key=lambda row: -abs((row["pd_high"] or 0.0) - (row["pd_low"] or 0.0)))
