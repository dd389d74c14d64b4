"""Blocks found by a miner that mines alone: Poisson luck on an address of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel
from hashfall.engine.layout import LANES
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.columns import Line, Row
from hashfall.model.ledger import blocks_found

__all__ = ["luck"]

B = LANES
_LUCK = FACTOR["luck"]
_COINS, _CREDITED, _OUTFLOW = int(Row.COINS), int(Row.CREDITED), int(Row.OUTFLOW)
_REWARD, _BLOCK, _SUPPLY = int(Row.REWARD), int(Row.BLOCK), int(Row.SUPPLY)
_ACCRUED, _MACHINES = int(Line.ACCRUED), int(Row.MACHINES)


@lane_kernel
def luck(fix: Any, line: Any, u: Any, ph: float, pledged: float, fee: float, kwh: float,
         fleet: int, path0: int, day: int, seed: int) -> None:
    """Run a fleet that is paid by blocks found for a day; it always runs."""
    for k in range(B):
        u[k] = uniforms(seed, np.uint64(path0) + np.uint64(k), day, _LUCK + fleet)[0]
    for k in range(B):
        block, left = fix[_BLOCK * B + k], fix[_MACHINES * B + k]
        running = ph * (1.0 if pledged > 0.0 else left)
        found = blocks_found(u[k], running * fix[_REWARD * B + k] / block)
        coins = found * block * (1.0 - fee)
        cost = running * kwh * fix[_SUPPLY * B + k]
        fix[_COINS * B + k] += coins
        fix[_CREDITED * B + k] += coins
        fix[_OUTFLOW * B + k] += cost
        line[_ACCRUED * B + k] += cost
