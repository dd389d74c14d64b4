"""Lane loops of the world: words, normals, the price by GARCH or by bootstrap.

One short chain of operations to a loop: a long one waits for itself, even when
every instruction of it is packed. A row between two loops costs next to nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel
from hashfall.engine.layout import LANES, Epoch, WorldParam, WorldState
from hashfall.engine.streams import uniforms
from hashfall.model.fmath import cos_turns, floor, log, normal, polar_normal, sin_turns
from hashfall.model.price import (
    bridge_return,
    convexity,
    garch_variance,
    jump_size,
    jump_uniform,
    price_step,
    t_return,
    t_squared_radius,
)

__all__ = ["bridge", "draw_epoch", "garch", "normals", "radii", "words"]

B = LANES
_S = {row.name: int(row) for row in WorldState}
_PRICE, _VARIANCE, _MARKET, _EVENT = _S["PRICE"], _S["VARIANCE"], _S["MARKET"], _S["EVENT"]
_LEFT, _SD, _FEE_X, _GROWTH, _AT = (
    _S["BOOT_LEFT"], _S["BOOT_SD"], _S["BOOT_X"], _S["BOOT_G"], _S["BOOT_AT"],
)
_WORK = _S["HIT"]  # free once the day's events are done
_P = {p.name: int(p) for p in WorldParam}
_OMEGA, _ALPHA, _BETA, _CAP = _P["OMEGA"], _P["ALPHA"], _P["BETA"], _P["CAP"]
_C1, _C2, _C3, _C4 = _P["C1"], _P["C2"], _P["C3"], _P["C4"]
_JUMP_P, _JUMP_MEAN, _JUMP_SD = _P["JUMP_P"], _P["JUMP_MEAN"], _P["JUMP_SD"]
_T_POWER, _T_SCALE, _T_LIMIT = _P["T_POWER"], _P["T_SCALE"], _P["T_LIMIT"]
_FEE_POWER, _FEE_SCALE, _FEE_LIMIT = _P["FEE_POWER"], _P["FEE_SCALE"], _P["FEE_LIMIT"]
_ROWS = _P["BOOT_ROWS"]
_E_CHANGE, _E_SD, _E_FEE_X, _E_GROWTH = (
    int(Epoch.CHANGE), int(Epoch.SD), int(Epoch.FEE_X), int(Epoch.GROWTH),
)


@lane_kernel
def words(u: Any, path0: int, day: int, factor: int, seed: int) -> None:
    """Four rows of uniforms for one day and factor."""
    base = np.uint64(path0)
    for k in range(B):
        u[k], u[B + k], u[2 * B + k], u[3 * B + k] = uniforms(
            seed, base + np.uint64(k), day, factor
        )


@lane_kernel
def normals(n: Any) -> None:
    """Turn two rows of uniforms into a pair of normals."""
    for k in range(B):
        n[k] = log(n[k])
    for k in range(B):
        log_u, v = n[k], n[B + k]
        n[k] = polar_normal(log_u, cos_turns(v))
        n[B + k] = polar_normal(log_u, sin_turns(v))


@lane_kernel
def radii(st: Any, p: Any) -> None:
    """Turn the first words of price and fees into squared radii of a Student t."""
    price, price_scale, price_limit = p[_T_POWER], p[_T_SCALE], p[_T_LIMIT]
    fee, fee_scale, fee_limit = p[_FEE_POWER], p[_FEE_SCALE], p[_FEE_LIMIT]
    for k in range(B):
        st[_MARKET * B + k] = log(st[_MARKET * B + k])
    for k in range(B):
        st[(_MARKET + 2) * B + k] = log(st[(_MARKET + 2) * B + k])
    for k in range(B):
        st[_MARKET * B + k] = t_squared_radius(
            st[_MARKET * B + k], price, price_scale, price_limit
        )
    for k in range(B):
        st[(_MARKET + 2) * B + k] = t_squared_radius(
            st[(_MARKET + 2) * B + k], fee, fee_scale, fee_limit
        )


@lane_kernel
def jumps(st: Any, probability: float, mean: float, sd: float) -> None:
    """Log jump of the day."""
    per_probability = 1.0 / probability
    for k in range(B):
        st[_WORK * B + k] = log(jump_uniform(st[_EVENT * B + k], per_probability))
    for k in range(B):
        st[_WORK * B + k] = jump_size(
            st[_EVENT * B + k], probability, st[_WORK * B + k],
            cos_turns(st[(_EVENT + 1) * B + k]), mean, sd,
        )

@lane_kernel
def garch(st: Any, p: Any, drift: float) -> None:
    """One day of GARCH with heavy tails and jumps."""
    omega, alpha, beta, cap = p[_OMEGA], p[_ALPHA], p[_BETA], p[_CAP]
    c1, c2, c3, c4 = p[_C1], p[_C2], p[_C3], p[_C4]
    if p[_JUMP_P] > 0.0:
        jumps(st, p[_JUMP_P], p[_JUMP_MEAN], p[_JUMP_SD])
    else:
        for k in range(B):
            st[_WORK * B + k] = 0.0
    for k in range(B):
        h = st[_VARIANCE * B + k]
        r = t_return(h, st[_MARKET * B + k], cos_turns(st[(_MARKET + 1) * B + k]))
        st[_VARIANCE * B + k] = garch_variance(h, r, omega, alpha, beta, cap)
        st[_WORK * B + k] = (r - convexity(h, c1, c2, c3, c4)) + st[_WORK * B + k]
    for k in range(B):
        st[_PRICE * B + k] = price_step(st[_PRICE * B + k], drift, st[_WORK * B + k])


@lane_kernel
def draw_epoch(st: Any, p: Any, table: Any, fresh: bool) -> None:
    """Draw an epoch of the bootstrap, or go on to the next of the block."""
    rows = p[_ROWS]
    for k in range(B):
        at = floor(st[_EVENT * B + k] * rows) if fresh else st[_AT * B + k] + 1.0
        at = at if at < rows else 0.0
        i = np.int64(at)
        st[_AT * B + k] = at
        st[_LEFT * B + k] = table[i, _E_CHANGE]
        st[_SD * B + k] = table[i, _E_SD]
        st[_FEE_X * B + k] = table[i, _E_FEE_X]
        st[_GROWTH * B + k] = table[i, _E_GROWTH]

@lane_kernel
def bridge(st: Any, drift: float, left: float) -> None:
    """One day of the price inside a drawn epoch."""
    for k in range(B):
        z = normal(st[_MARKET * B + k], st[(_MARKET + 1) * B + k])
        r = bridge_return(st[_LEFT * B + k], left, st[_SD * B + k], z)
        st[_LEFT * B + k] = st[_LEFT * B + k] - r
        st[_PRICE * B + k] = price_step(st[_PRICE * B + k], drift, r)

