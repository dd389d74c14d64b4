"""Venues, rails and accounts of routes in the readable ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hashfall.model import columns as c
from hashfall.model.columns import Gate as GateRow
from hashfall.model.columns import Head

if TYPE_CHECKING:
    from hashfall.model.reference.ledger_records import Packing

__all__ = ["Gate", "Pool", "read_gates"]


@dataclass
class Gate:
    """A venue, a rail, or a route that opens and closes by itself."""

    currency: int  # of its capacity, -1 for coins
    stream: int  # of chance, 0 for none
    word: int
    closes: float  # 1 over the logarithm of the chance that it stays open, of a day
    reopens: float  # the same of the chance that it stays closed
    is_open: float = 1.0
    left: float = 0.0  # what it still takes today, coins (a rail: F)
    changes: float = -1.0  # day on which it closes or opens, -1 before that is drawn
    cap: float = 1e15  # of the day, while it is open, in its own unit


@dataclass
class Pool:
    """An account on which routes say that their money arrives."""

    arrived: float = 0.0  # today
    left: float = 0.0  # of it, after freezes


def read_gates(p: Packing, state: Sequence[float]) -> list[Gate]:
    """Gates at `as_of`.

    Parameters
    ----------
    p : Packing
        Packed book.
    state : sequence of float
        One number a row.
    """
    found = []
    for j in range(int(p.head[Head.GATES])):
        i = int(p.head[Head.I_GATE]) + j * c.GATE_I
        f = int(p.head[Head.F_GATE]) + j * c.GATE_F
        row = int(p.head[Head.R_GATE]) + j * GateRow.COUNT
        currency, stream, word = (int(v) for v in p.ints[i : i + c.GATE_I])
        closes, reopens = (float(v) for v in p.values[f : f + c.GATE_F])
        found.append(Gate(currency, stream, word, closes, reopens,
                          *(float(x) for x in state[row : row + GateRow.COUNT])))
    return found
