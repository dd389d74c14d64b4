"""The ledger kernel against its readable twin: the same bits, and money conserved by re-adding."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hashfall.engine.calendar import Floats
from hashfall.model.columns import CLOCKS_NEVER, Row
from hashfall.verify.check import Check, holds
from hashfall.verify.companies import FixedWorld
from hashfall.verify.random_books import frame, random_book, stormy_world

if TYPE_CHECKING:
    from hashfall.engine.pack import Packed
    from hashfall.engine.replay import Trace
    from hashfall.model.reference.ledger import LedgerPath

__all__ = ["Kernel", "check_conservation", "compiled", "differences", "ledger_rows"]

_TWIN = "the readable twin, one path at a time (hashfall.model.reference.ledger)"
_EVENTS = "every cash event added again, by account and currency, to the cent and the satoshi"
_SEED, _BOOKS, _DAYS, _PATHS = 5, 12, 120, 4
# Counted for insolvency alone, so not once it has come in every lane.
_OWED = (Row.RECEIVABLE, Row.OWED)
# Set on some days only, or left from the last component; nothing reads them a day later.
_SCRATCH = (Row.GROSS, Row.NEED, Row.TARIFF, Row.SUPPLY)


class Kernel(NamedTuple):
    """Final state and records of months of a block, from the compiled kernel."""

    rows: Floats  # (rows, lanes)
    months: Floats  # (months, rows, lanes)


def compiled(world: FixedWorld, packed: Packed, path0: int, seed: int) -> Kernel:
    """Run one block of paths through the compiled kernels.

    Parameters
    ----------
    world : FixedWorld
        Planned world.
    packed : Packed
        Packed ledger.
    path0, seed : int
        First path of the block, and seed.
    """
    from hashfall.engine.run import run_block

    return Kernel(*run_block(world, packed, path0, seed))


def differences(kernel: Kernel, lane: int, path: LedgerPath) -> list[str]:
    """Rows in which a path of the kernel and its twin are not the same bits, in words.

    Parameters
    ----------
    kernel : Kernel
        A compiled block.
    lane : int
        Place of the path in the block.
    path : LedgerPath
        The same path by the twin.
    """
    wrong = []
    loose: tuple[Row, ...] = _SCRATCH
    if (kernel.rows[Row.D4] < CLOCKS_NEVER).all():
        loose += _OWED
    names = {int(row): row.name.lower() for row in Row}
    for at, (a, b) in enumerate(zip(kernel.rows[:, lane].tolist(), path.rows, strict=True)):
        if at not in loose and a.hex() != b.hex():
            wrong.append(f"{names.get(at, f'row {at}')}: kernel {a!r}, twin {b!r}")
    for month, record in enumerate(path.months):
        for at, (a, b) in enumerate(zip(kernel.months[month, :, lane].tolist(), record,
                                        strict=True)):
            if a.hex() != b.hex():
                wrong.append(f"month {month}, record {at}: kernel {a!r}, twin {b!r}")
    return wrong


def _each(look: Callable[[int, Packed, FixedWorld], Sequence[str]]) -> tuple[list[str], int]:
    from hashfall.engine.pack import pack

    world = stormy_world(_DAYS)
    wrong: list[str] = []
    for i in range(_BOOKS):
        uniform = random.Random(_SEED + i).random
        wrong += look(i, pack(random_book(uniform), frame(_DAYS)), world)
    return wrong, _BOOKS * _PATHS


def _paths(packed: Packed, world: FixedWorld) -> list[Trace]:
    from hashfall.engine.replay import replay

    return [replay(world, packed, path, _SEED) for path in range(_PATHS)]


def ledger_rows(id: str) -> list[Check]:
    """Rows that hold the compiled ledger to its twin on random books."""
    defaults = 0

    def look(i: int, packed: Packed, world: FixedWorld) -> list[str]:
        nonlocal defaults
        kernel, wrong = compiled(world, packed, 0, _SEED), []
        for lane, trace in enumerate(_paths(packed, world)):
            wrong += [f"book {i}: {text}" for text in differences(kernel, lane, trace.ledger)]
            defaults += trace.ledger.row(Row.D1) < CLOCKS_NEVER
        return wrong

    wrong, paths = _each(look)
    found = wrong[0] if wrong else f"none differs, {defaults} defaults"
    return [holds(id, f"ledger, {_BOOKS} books, {paths} paths", "the same bits", found,
                  not wrong, _TWIN)]


def check_conservation() -> list[Check]:
    """Money, coins and debts of random books: opening and events give closing, entries cancel."""
    count = 0

    def look(i: int, packed: Packed, world: FixedWorld) -> list[str]:
        nonlocal count
        wrong = []
        for trace in _paths(packed, world):
            wrong += [f"book {i}: {text}" for text in trace.ledger.problems()]
            count += len(trace.events)
        return wrong

    wrong, paths = _each(look)
    return [holds("conservation", f"{_BOOKS} books, {paths} paths, {count:,} entries",
                  "opening + events = closing", wrong[0] if wrong else "on every path",
                  not wrong, _EVENTS)]
