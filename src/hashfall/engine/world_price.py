"""Lane loops of the world: words, normals, the price by GARCH or by bootstrap.

One short chain of operations to a loop: a long one waits for itself, even when
it is perfectly packed (see docs of `hashfall.engine.compiled`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel
from hashfall.engine.layout import Epoch, WorldParam, WorldState
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

__all__ = ["build_bootstrap", "build_garch", "build_normals", "build_radii", "build_words"]

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


def build_words(lanes: int) -> Any:
    """Compile the Philox lane loop: four rows of uniforms for one day and factor."""
    b = lanes

    @lane_kernel
    def words(u: Any, path0: int, day: int, factor: int, seed: int) -> None:
        base = np.uint64(path0)
        for k in range(b):
            u[k], u[b + k], u[2 * b + k], u[3 * b + k] = uniforms(
                seed, base + np.uint64(k), day, factor
            )

    return words


def build_normals(lanes: int) -> Any:
    """Compile the turn of four rows of uniforms into two pairs of normals."""
    b = lanes

    @lane_kernel
    def normals(n: Any) -> None:
        for k in range(b):
            n[k] = log(n[k])
        for k in range(b):
            n[2 * b + k] = log(n[2 * b + k])
        for k in range(b):
            log_u, v = n[k], n[b + k]
            n[k] = polar_normal(log_u, cos_turns(v))
            n[b + k] = polar_normal(log_u, sin_turns(v))
        for k in range(b):
            log_u, v = n[2 * b + k], n[3 * b + k]
            n[2 * b + k] = polar_normal(log_u, cos_turns(v))
            n[3 * b + k] = polar_normal(log_u, sin_turns(v))

    return normals


def build_radii(lanes: int) -> Any:
    """Compile the first words of price and fees into squared radii of a Student t."""
    b = lanes

    @lane_kernel
    def radii(st: Any, p: Any) -> None:
        price, price_scale, price_limit = p[_T_POWER], p[_T_SCALE], p[_T_LIMIT]
        fee, fee_scale, fee_limit = p[_FEE_POWER], p[_FEE_SCALE], p[_FEE_LIMIT]
        for k in range(b):
            st[_MARKET * b + k] = log(st[_MARKET * b + k])
        for k in range(b):
            st[(_MARKET + 2) * b + k] = log(st[(_MARKET + 2) * b + k])
        for k in range(b):
            st[_MARKET * b + k] = t_squared_radius(
                st[_MARKET * b + k], price, price_scale, price_limit
            )
        for k in range(b):
            st[(_MARKET + 2) * b + k] = t_squared_radius(
                st[(_MARKET + 2) * b + k], fee, fee_scale, fee_limit
            )

    return radii


def build_garch(lanes: int) -> Any:
    """Compile a day of GARCH with heavy tails and jumps."""
    b = lanes

    @lane_kernel
    def jumps(st: Any, probability: float, mean: float, sd: float) -> None:
        per_probability = 1.0 / probability
        for k in range(b):
            st[_WORK * b + k] = log(jump_uniform(st[_EVENT * b + k], per_probability))
        for k in range(b):
            st[_WORK * b + k] = jump_size(
                st[_EVENT * b + k], probability, st[_WORK * b + k],
                cos_turns(st[(_EVENT + 1) * b + k]), mean, sd,
            )

    @lane_kernel
    def garch(st: Any, p: Any, drift: float) -> None:
        omega, alpha, beta, cap = p[_OMEGA], p[_ALPHA], p[_BETA], p[_CAP]
        c1, c2, c3, c4 = p[_C1], p[_C2], p[_C3], p[_C4]
        if p[_JUMP_P] > 0.0:
            jumps(st, p[_JUMP_P], p[_JUMP_MEAN], p[_JUMP_SD])
        else:
            for k in range(b):
                st[_WORK * b + k] = 0.0
        for k in range(b):
            h = st[_VARIANCE * b + k]
            r = t_return(h, st[_MARKET * b + k], cos_turns(st[(_MARKET + 1) * b + k]))
            st[_VARIANCE * b + k] = garch_variance(h, r, omega, alpha, beta, cap)
            st[_WORK * b + k] = (r - convexity(h, c1, c2, c3, c4)) + st[_WORK * b + k]
        for k in range(b):
            st[_PRICE * b + k] = price_step(st[_PRICE * b + k], drift, st[_WORK * b + k])

    return garch


def build_bootstrap(lanes: int) -> Any:
    """Compile the challenger: a joint block bootstrap of epochs with a bridge inside."""
    b = lanes

    @lane_kernel
    def draw(st: Any, p: Any, table: Any, fresh: bool) -> None:
        rows = p[_ROWS]
        for k in range(b):
            at = floor(st[_EVENT * b + k] * rows) if fresh else st[_AT * b + k] + 1.0
            at = at if at < rows else 0.0
            i = np.int64(at)
            st[_AT * b + k] = at
            st[_LEFT * b + k] = table[i, _E_CHANGE]
            st[_SD * b + k] = table[i, _E_SD]
            st[_FEE_X * b + k] = table[i, _E_FEE_X]
            st[_GROWTH * b + k] = table[i, _E_GROWTH]

    @lane_kernel
    def bridge(st: Any, drift: float, left: float) -> None:
        for k in range(b):
            z = normal(st[_MARKET * b + k], st[(_MARKET + 1) * b + k])
            r = bridge_return(st[_LEFT * b + k], left, st[_SD * b + k], z)
            st[_LEFT * b + k] = st[_LEFT * b + k] - r
            st[_PRICE * b + k] = price_step(st[_PRICE * b + k], drift, r)

    return draw, bridge
