"""One path of a run once more, event by event, and told in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats
from hashfall.engine.pack import Packed
from hashfall.engine.run import World

__all__ = ["Trace", "replay", "story"]


@dataclass
class Trace:
    """One path of one ledger, day by day.

    Attributes
    ----------
    path, seed : int
        Address of the path: the same as in the run.
    world : ndarray of shape (days + 1, rows)
        World rows by day (`hashfall.model.layout.WorldRow`); row 0 is empty.
    events : list
        Cash events in the order in which they happen.
    """

    packed: Packed
    path: int
    seed: int
    world: Floats
    events: list[Any] = field(default_factory=list)


def replay(world: World, packed: Packed, path: int, seed: int) -> Trace:
    """One path of a run, to the last bit as the kernels ran it.

    Parameters
    ----------
    world : World
        Planned world of the run.
    packed : Packed
        Ledger of the draw that the path belongs to.
    path : int
        Number of the path in the run: draw x stride + place within the draw.
    seed : int
        Seed of the run.
    """
    raise NotImplementedError("replay: comes with the readable ledger")


def story(trace: Trace, book: Book, cal: Calendar) -> list[dict[str, Any]]:
    """At most eight telling events of a path: ``{"day", "date", "text"}``, in order of days.

    Parameters
    ----------
    trace : Trace
        A replayed path.
    book : Book
        Drawn book that was packed: names of creditors, sites and accounts come from it.
    cal : Calendar
        Calendar of the run.
    """
    raise NotImplementedError("story: comes with the readable ledger")
