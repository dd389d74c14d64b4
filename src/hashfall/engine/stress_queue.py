"""What stands unpaid on the day operations halt, by class, read off the ledger's own state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import LANES
from hashfall.engine.pack import Packed
from hashfall.engine.run import run_block
from hashfall.model.columns import CLASSES, Head, Line, Row

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["queue_at_halt"]

_DRAWS = 8
"""Draws of the book whose first 128 paths are read, one run to each day of a halt."""


def queue_at_halt(s: Study, packed_of: Callable[[int], Packed], halts: NDArray[np.int16],
                  start: int) -> dict[str, Any]:
    """Mean amounts unpaid on the day of the halt by class, and cash held frozen then.

    Parameters
    ----------
    s : Study
        World and seed.
    packed_of : callable
        Packed ledger of a draw.
    halts : ndarray of shape (draws, inner)
        Day of the halt, -1 for never.
    start : int
        Halts before this day are left out. [days]

    Returns
    -------
    dict
        ``currency, paths, unpaid`` (by class, largest first), ``held``.
    """
    totals = dict.fromkeys(CLASSES, 0.0)
    held, paths = 0.0, 0
    for draw in range(min(_DRAWS, len(halts))):
        days = halts[draw][:LANES]
        packed = packed_of(draw)
        for day in np.unique(days[(days > 0) & (days >= start)]):
            lanes = np.flatnonzero(days == day)
            state = _state_on(s, packed, draw, int(day))
            held += float(state[Row.HELD, lanes].sum())
            paths += len(lanes)
            for kind, amount in _unpaid(packed, state, lanes):
                totals[kind] += amount
    n = max(1, paths)
    found = sorted(((kind, x / n) for kind, x in totals.items() if x > 0.0), key=lambda x: -x[1])
    return {"currency": s.book.currency, "paths": paths, "unpaid": dict(found), "held": held / n}


def _state_on(s: Study, packed: Packed, draw: int, day: int) -> NDArray[np.float64]:
    """State of a draw's first block at the end of a day."""
    cut = replace(packed, schedule=np.ascontiguousarray(packed.schedule[: day + 1]))
    return run_block(s.plan.shortened(day), cut, draw * s.inner, s.options.seed)[0]


def _unpaid(packed: Packed, state: NDArray[np.float64], lanes: NDArray[np.int64]
            ) -> list[tuple[str, float]]:
    """Amount unpaid on each line that is not overdue from before, functional currency."""
    found = []
    first = int(packed.head[Head.R_LINE])
    names = packed.names.currencies
    for place, line in enumerate(packed.lines):
        if line.standing:
            continue
        row = state[first + place * int(Line.COUNT) + int(Line.UNPAID), lanes]
        rate = state[int(Row.RATE) + names.index(line.currency), lanes]
        found.append((CLASSES[line.code], float((row * rate).sum())))
    return found
