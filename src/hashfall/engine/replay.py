"""One path of a run once more, by the readable twins: every cash event, and the same bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hashfall.engine.calendar import Floats
from hashfall.engine.pack import Packed
from hashfall.engine.run import World
from hashfall.engine.story import story
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.model.reference.ledger import LedgerPath, ledger_path
from hashfall.model.reference.ledger_events import Event
from hashfall.model.reference.ledger_records import Labels, Packing
from hashfall.model.reference.ledger_today import Mark
from hashfall.model.reference.world import Address, world_path

__all__ = ["Trace", "labels_of", "packing_of", "replay", "story", "world_rows"]


@dataclass(frozen=True)
class Trace:
    """One path of one ledger, day by day.

    Attributes
    ----------
    packed : Packed
        The ledger.
    path, seed : int
        Address of the path: the same as in the run.
    world : ndarray of shape (days, rows)
        World rows from day 1 on (`hashfall.model.layout.WorldRow`).
    ledger : LedgerPath
        Final state, records of months, balances by day, events.
    """

    packed: Packed
    path: int
    seed: int
    world: Floats
    ledger: LedgerPath

    @property
    def events(self) -> list[Event]:
        """Every leg of every cash event, in the order in which they happen."""
        return self.ledger.events

    @property
    def marks(self) -> list[Mark]:
        """Clocks that stopped and freezes that ended."""
        return self.ledger.marks


def packing_of(packed: Packed) -> Packing:
    """Arrays of a packed ledger as the readable twin takes them."""
    return Packing(packed.head.tolist(), packed.ints.tolist(), packed.values.tolist(),
                   packed.schedule.tolist(), packed.state.tolist())


def labels_of(packed: Packed) -> Labels:
    """Names of the parts of a packed ledger: entries of its book."""
    names = packed.names
    lines = [", ".join(line.names) or line.kind for line in packed.lines]
    return Labels(names.fleets, names.hosts, lines, packed.taps, names.freezes, names.loans,
                  names.currencies)


def world_rows(world: World, path: int, seed: int) -> Floats:
    """World rows of one path from day 1 on, to the last bit those of the run.

    Parameters
    ----------
    world : World
        Planned world.
    path : int
        Number of the path in the run.
    seed : int
        Seed of the run.
    """
    def draw(day: int, factor: int) -> tuple[float, float, float, float]:
        return uniforms(seed, path, day, factor)

    address = Address(draw, FACTOR, NORMAL_PLACE)
    return np.array(world_path(world.state.tolist(), world.p.tolist(), world.table.tolist(),
                               world.fixed.tolist(), world.days, address))


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

    Notes
    -----
    About a quarter of a second for three years; `story` tells the path in words.
    """
    rows = world_rows(world, path, seed)

    def luck(fleet: int, day: int) -> float:
        return uniforms(seed, path, day, FACTOR["luck"] + fleet)[0]

    def chance(stream: int, word: int, day: int) -> float:
        return uniforms(seed, path, day, stream)[word]

    ledger = ledger_path(packing_of(packed), rows.tolist(), labels_of(packed), luck, chance)
    return Trace(packed, path, seed, rows, ledger)
