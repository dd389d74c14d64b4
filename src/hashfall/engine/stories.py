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

_YEAR = 365


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
        # What comes after the default is not told; of a path that lives, the first year is.
        dies = days[path] > 0
        last = int(days[path]) if dies else min(_YEAR, s.plan.days)
        events = story(replay(s.plan.shortened(last), packed, path, s.options.seed),
                       s.draw(draw), cal)
        if not dies:
            events.append({"day": last, "date": cal.date(last).isoformat(),
                           "text": "told up to here; the path lives to the end of the run"})
        rows.append({"path": path, "draw": draw, "d1_day": last if dies else None,
                     "events": events})
    return rows
