"""Blocks found by a miner that mines alone: Poisson luck on an address of its own."""

from __future__ import annotations

from typing import Any

from numba import njit

from hashfall.engine.streams import FACTOR
from hashfall.engine.world import build_words
from hashfall.model.columns import Line, Row
from hashfall.model.ledger import blocks_found

__all__ = ["build_luck"]

_LUCK = FACTOR["luck"]
_COINS, _CREDITED, _OUTFLOW = int(Row.COINS), int(Row.CREDITED), int(Row.OUTFLOW)
_REWARD, _BLOCK, _SUPPLY = int(Row.REWARD), int(Row.BLOCK), int(Row.SUPPLY)
_ACCRUED = int(Line.ACCRUED)


def build_luck(lanes: int) -> Any:
    """Compile the day of a fleet that is paid by blocks found; it always runs."""
    b = lanes
    words = build_words(lanes)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def luck(fix: Any, line: Any, u: Any, ph: float, fee: float, kwh: float, fleet: int,
             path0: int, day: int, seed: int) -> None:
        words(u, path0, day, _LUCK + fleet, seed)
        for k in range(b):
            block = fix[_BLOCK * b + k]
            found = blocks_found(u[k], ph * fix[_REWARD * b + k] / block)
            coins = found * block * (1.0 - fee)
            cost = ph * kwh * fix[_SUPPLY * b + k]
            fix[_COINS * b + k] += coins
            fix[_CREDITED * b + k] += coins
            fix[_OUTFLOW * b + k] += cost
            line[_ACCRUED * b + k] += cost

    return luck
