"""A few single paths told as stories: an early end, a typical end, a path that lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.engine.block import Fate
from hashfall.engine.replay import replay, story
from hashfall.engine.run import Outcome

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["chosen", "stories"]


def chosen(days: Any) -> list[int]:
    """Paths worth telling: at the 10% and 50% point of the defaults, and a survivor.

    Parameters
    ----------
    days : ndarray of shape (paths,)
        Day of D1, -1 for never.

    Examples
    --------
    >>> chosen(np.array([-1, 30, 200, 90]))
    [1, 3, 0]
    """
    dead = np.flatnonzero(days > 0)
    order = dead[np.argsort(days[dead], kind="stable")]
    found = [int(order[int(q * (len(order) - 1))]) for q in (0.1, 0.5)] if len(order) else []
    alive = np.flatnonzero(days < 0)
    if len(alive):
        found.append(int(alive[len(alive) // 2]))
    return list(dict.fromkeys(found))


def stories(s: Study, base: Outcome) -> list[dict[str, Any]]:
    """Events of the chosen paths, replayed to the last bit."""
    rows = []
    days = base.fate[Fate.D1]
    for path in chosen(days):
        draw = path // s.inner
        packed, cal = s.base(draw), s.base(0).calendar
        assert cal is not None  # every packed book has one
        # What comes after the default is not told, so it is not replayed.
        last = int(days[path]) if days[path] > 0 else s.plan.days
        trace = replay(s.plan.shortened(last), packed, path, s.options.seed)
        rows.append({
            "path": path, "draw": draw, "d1_day": int(days[path]) if days[path] > 0 else None,
            "events": story(trace, s.draw(draw), cal),
        })
    return rows
