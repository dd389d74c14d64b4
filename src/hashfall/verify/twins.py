"""Compiled kernels against their readable twins: the same bits on random input."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import (
    LANES,
    SLAB_DAYS,
    Epoch,
    WorldFixed,
    WorldParam,
    WorldRow,
    WorldState,
)
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.verify.check import Check, holds
from hashfall.verify.ledger_twin import ledger_rows
from hashfall.verify.simulate import generator

__all__ = ["check_twin"]

_TWIN = "the readable twin, formulas called one path at a time (hashfall.model.reference)"
_DAYS, _PATHS, _SEED = 70, 3, 77
_P, _S, _F = WorldParam, WorldState, WorldFixed


def _parameters(mode: float) -> NDArray[np.float64]:
    """Parameters that let everything happen: jumps, spikes, a retarget, a halving."""
    p = np.zeros(int(_P.COUNT))
    values = {
        _P.DRIFT: 1e-4, _P.OMEGA: 2e-5, _P.ALPHA: 0.1, _P.BETA: 0.88, _P.T_POWER: -2.0 / 3.5,
        _P.T_SCALE: 1.4, _P.T_LIMIT: 64.0, _P.CAP: 0.0625, _P.C1: 0.5, _P.C2: 0.1,
        _P.JUMP_P: 0.1, _P.JUMP_MEAN: -0.02, _P.JUMP_SD: 0.08,
        _P.FEE_KAPPA: 0.1, _P.FEE_MEAN: -3.0, _P.FEE_SD: 0.3, _P.FEE_POWER: -0.5,
        _P.FEE_SCALE: 1.6, _P.FEE_LIMIT: 100.0, _P.FEE_LOW: -6.0, _P.FEE_HIGH: 1.0,
        _P.CAP_G0: 1e-3, _P.CAP_THETA: 2e-3, _P.CAP_M: 4.0, _P.CAP_A: 1e-3, _P.CAP_SD: 0.01,
        _P.MODE: mode, _P.BOOT_ROWS: 5.0, _P.BOOT_BLOCK: 2.0,
        _P.REGIONS: 3.0, _P.CURRENCIES: 2.0,
    }
    for place, value in values.items():
        p[int(place)] = value
    for region in range(3):
        at = int(_P.POWER) + 6 * region
        p[at : at + 6] = (0.04 + 0.01 * region, 0.1, 0.08, 0.1, 0.5, 0.7)
    p[int(_P.FX_SD)], p[int(_P.FX_SD) + 1] = 0.01, 0.004
    return p


def _start() -> NDArray[np.float64]:
    state = np.zeros(int(_S.COUNT))
    values = {
        _S.PRICE: 20_000.0, _S.VARIANCE: 1e-3, _S.FEE_X: -3.0, _S.HASHRATE: 260.0,
        _S.EMA_LOG_HP: math.log(60.0), _S.MANTISSA: float(0x079AC3), _S.SIZE: 23.0,
        _S.INV_DIFFICULTY: 1.0 / 3.6e13, _S.BLOCKS: 700.0, _S.ELAPSED: 4.9,
        _S.TO_HALVING: 5000.0, _S.SUBSIDY: 6.25, _S.BOOT_AT: -1.0, _S.FX: 80.0,
    }
    for row, value in values.items():
        state[int(row)] = value
    state[int(_S.FX) + 1] = 0.9
    return state


def _compiled(p: NDArray[np.float64], table: NDArray[np.float64], fixed: NDArray[np.float64]
              ) -> NDArray[np.float64]:
    """Rows of the first paths by day, from the compiled kernel."""
    from hashfall.engine.world import world_kernel

    kernel = world_kernel()
    state = np.repeat(_start(), LANES)
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    days = []
    for day in range(1, _DAYS + 1, SLAB_DAYS):
        count = min(SLAB_DAYS, _DAYS + 1 - day)
        kernel(state, p, table, fixed, out, 0, day, count, _SEED)
        days.append(out[:count].reshape(count, -1, LANES)[:, :, :_PATHS].copy())
    return np.concatenate(days)


def _written(p: NDArray[np.float64], table: NDArray[np.float64], fixed: NDArray[np.float64]
             ) -> NDArray[np.float64]:
    """The same rows from the twin, one path at a time."""
    from hashfall.model.reference.world import Address, world_path

    paths = []
    for path in range(_PATHS):
        def draw(day: int, factor: int, path: int = path) -> tuple[float, float, float, float]:
            return uniforms(_SEED, path, day, factor)

        address = Address(draw, FACTOR, NORMAL_PLACE)
        paths.append(world_path(_start().tolist(), p.tolist(), table.tolist(), fixed.tolist(),
                                _DAYS, address))
    return np.moveaxis(np.array(paths), 0, -1)


def _world_row(name: str, mode: float) -> Check:
    rng = generator(12)
    table = np.zeros((5, int(Epoch.COUNT)))
    table[:, int(Epoch.CHANGE)] = rng.normal(0.0, 0.1, 5)
    table[:, int(Epoch.SD)] = 0.03
    table[:, int(Epoch.FEE_X)] = rng.normal(-3.0, 0.5, 5)
    table[:, int(Epoch.GROWTH)] = rng.normal(0.001, 0.002, 5)
    fixed = np.zeros((_DAYS + 1, int(_F.COUNT)))
    fixed[:, int(_F.HALF) : int(_F.HALF) + 3] = 0.01
    fixed[20, int(_F.PRICE)], fixed[30:33, int(_F.FX)] = 21_000.0, 95.0
    p = _parameters(mode)
    kernel, twin = _compiled(p, table, fixed), _written(p, table, fixed)
    wrong = int(np.sum(kernel.view(np.int64) != np.ascontiguousarray(twin).view(np.int64)))
    return holds("twin", f"world, {name}, {twin.size:,}", "the same bits", f"{wrong} differ",
                 wrong == 0, _TWIN)


def check_twin() -> list[Check]:
    """Kernels against their twins: the world by GARCH and by bootstrap, the ledger."""
    return [_world_row("GARCH", 0.0), _world_row("bootstrap", 1.0), *ledger_rows("twin")]
