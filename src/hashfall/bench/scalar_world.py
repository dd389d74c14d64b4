"""The world path by path: the scalar opponent of the world kernel, with the same formulas.

One path at a time, its state in one short array; what does not happen on a path (a
jump, a spike, a retarget, a factor that the book does not have) is not worked out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.bench.scalar_jit import called, inlined
from hashfall.engine.layout import WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.model.fmath import cos_turns, log, polar_normal, sin_turns
from hashfall.model.network import (
    blocks_per_day,
    days_past_epoch,
    ema_step,
    halves,
    hashrate_step,
    reward_per_ph_day,
    target_ratio,
)
from hashfall.model.price import (
    convexity,
    garch_variance,
    jump_size,
    jump_uniform,
    price_step,
    t_return,
    t_squared_radius,
)
from hashfall.model.processes import (
    capacity_growth,
    fee_step,
    fx_step,
    log_normal,
    ou_step,
    power_price,
)
from hashfall.model.retarget import clamp_span, retarget_mantissa, retarget_size

__all__ = ["PATH_ROWS", "world_day"]

_S = {row.name: int(row) for row in WorldState}
_PRICE, _VARIANCE, _X, _HASHRATE = _S["PRICE"], _S["VARIANCE"], _S["FEE_X"], _S["HASHRATE"]
_EMA, _MANTISSA, _SIZE, _INV = _S["EMA_LOG_HP"], _S["MANTISSA"], _S["SIZE"], _S["INV_DIFFICULTY"]
_BLOCKS, _ELAPSED = _S["BLOCKS"], _S["ELAPSED"]
_HALVING, _SUBSIDY, _Y, _FX = _S["TO_HALVING"], _S["SUBSIDY"], _S["POWER_Y"], _S["FX"]
_P = {p.name: int(p) for p in WorldParam}
_DRIFT, _OMEGA, _ALPHA, _BETA, _CAP = (
    _P["DRIFT"], _P["OMEGA"], _P["ALPHA"], _P["BETA"], _P["CAP"],
)
_T_POWER, _T_SCALE, _T_LIMIT = _P["T_POWER"], _P["T_SCALE"], _P["T_LIMIT"]
_C1, _C2, _C3, _C4 = _P["C1"], _P["C2"], _P["C3"], _P["C4"]
_JUMP_P, _JUMP_MEAN, _JUMP_SD = _P["JUMP_P"], _P["JUMP_MEAN"], _P["JUMP_SD"]
_FK, _FM, _FS, _FL, _FH = (
    _P["FEE_KAPPA"], _P["FEE_MEAN"], _P["FEE_SD"], _P["FEE_LOW"], _P["FEE_HIGH"],
)
_FEE_POWER, _FEE_SCALE, _FEE_LIMIT = _P["FEE_POWER"], _P["FEE_SCALE"], _P["FEE_LIMIT"]
_G0, _THETA, _GM, _GA, _GS = (
    _P["CAP_G0"], _P["CAP_THETA"], _P["CAP_M"], _P["CAP_A"], _P["CAP_SD"],
)
_REGIONS, _CURRENCIES, _POWER, _FX_SD = (
    _P["REGIONS"], _P["CURRENCIES"], _P["POWER"], _P["FX_SD"],
)
_O_PRICE, _O_REWARD, _O_INV = (
    int(WorldRow.PRICE), int(WorldRow.REWARD), int(WorldRow.INV_DIFFICULTY),
)
_O_POWER, _O_FX = int(WorldRow.POWER), int(WorldRow.FX)
_D_PRICE, _D_DRIFT, _D_POWER, _D_HALF, _D_FX = (
    int(WorldFixed.PRICE), int(WorldFixed.DRIFT), int(WorldFixed.POWER), int(WorldFixed.HALF),
    int(WorldFixed.FX),
)
_MARKET, _EVENT, _NORMAL, _SPIKE_SIZE = (
    FACTOR["price"], FACTOR["jump"], FACTOR["normal"], FACTOR["spike_size"],
)
_POWER_PLACE, _FX_PLACE = NORMAL_PLACE["power"], NORMAL_PLACE["fx"]
_LAST_BLOCK = 2015.0
PATH_ROWS = int(WorldState.SPIKE)
"""Rows of a path's state that outlive the day."""


@called
def _retarget(st: Any) -> None:
    inv, blocks = st[_INV], st[_BLOCKS]
    rate = blocks_per_day(st[_HASHRATE], inv)
    spare = days_past_epoch(blocks, rate)
    span = clamp_span((st[_ELAPSED] - spare) * 86400.0)
    mantissa, size = st[_MANTISSA], st[_SIZE]
    new_mantissa = retarget_mantissa(mantissa, size, span)
    new_size = retarget_size(mantissa, size, span)
    easier = target_ratio(mantissa, size, new_mantissa, new_size)
    found = spare * (rate * easier) - 1.0
    st[_HALVING] -= found + 1.0 - (blocks - _LAST_BLOCK)
    st[_INV], st[_MANTISSA], st[_SIZE] = inv * easier, new_mantissa, new_size
    st[_BLOCKS], st[_ELAPSED] = found, spare - 1.0 / (rate * easier)


@inlined
def _price(st: Any, p: Any, u: float, v: float, jump_u: float, jump_v: float, drift: float,
           given: float) -> None:
    square = t_squared_radius(log(u), p[_T_POWER], p[_T_SCALE], p[_T_LIMIT])
    h = st[_VARIANCE]
    r = t_return(h, square, cos_turns(v))
    st[_VARIANCE] = garch_variance(h, r, p[_OMEGA], p[_ALPHA], p[_BETA], p[_CAP])
    jump, probability = 0.0, p[_JUMP_P]
    if jump_u < probability:
        log_u = log(jump_uniform(jump_u, 1.0 / probability))
        jump = jump_size(jump_u, probability, log_u, cos_turns(jump_v), p[_JUMP_MEAN],
                         p[_JUMP_SD])
    change = (r - convexity(h, p[_C1], p[_C2], p[_C3], p[_C4])) + jump
    st[_PRICE] = given if given > 0.0 else price_step(st[_PRICE], drift, change)


@inlined
def _network(st: Any, p: Any, o: Any, u: float, v: float, z: float, today: float) -> None:
    square = t_squared_radius(log(u), p[_FEE_POWER], p[_FEE_SCALE], p[_FEE_LIMIT])
    t = t_return(1.0, square, cos_turns(v))
    x = fee_step(st[_X], t, p[_FK], p[_FM], p[_FS], p[_FL], p[_FH])
    inv, price = st[_INV], st[_PRICE]
    reward = reward_per_ph_day(inv, st[_SUBSIDY], x)
    ema = ema_step(st[_EMA], price, reward)
    g = capacity_growth(ema, today, p[_G0], p[_THETA], p[_GM], p[_GA], p[_GS], z)
    hashrate = hashrate_step(st[_HASHRATE], g)
    rate = blocks_per_day(hashrate, inv)
    to_halving = st[_HALVING] - rate
    half = halves(to_halving)
    st[_X], st[_EMA], st[_HASHRATE] = x, ema, hashrate
    st[_BLOCKS] += rate
    st[_ELAPSED] += 1.0
    st[_HALVING] = to_halving + 210000.0 * half
    st[_SUBSIDY] *= 1.0 - 0.5 * half
    o[_O_PRICE], o[_O_REWARD], o[_O_INV] = price, reward, inv


@called
def _normal_at(path: int, day: int, place: int, seed: int) -> float:
    a, b, c, d = uniforms(seed, np.uint64(path), day, _NORMAL + place // 4)
    pair = place % 4
    u, v = (a, b) if pair < 2 else (c, d)
    turn = cos_turns(v) if pair % 2 == 0 else sin_turns(v)
    return polar_normal(log(u), turn)


@called
def _spike(p: Any, path: int, day: int, r: int, seed: int) -> float:
    u, v, _, _ = uniforms(seed, np.uint64(path), day, _SPIKE_SIZE + r)
    return log_normal(u, v, p[_POWER + 6 * r + 4], p[_POWER + 6 * r + 5])


@inlined
def _power(st: Any, p: Any, o: Any, r: int, z: float, spike: float, half: float,
           given: float) -> None:
    q = _POWER + 6 * r
    y = ou_step(st[_Y + r], z, p[q + 1], p[q + 2])
    st[_Y + r] = y
    o[_O_POWER + r] = given if given > 0.0 else power_price(p[q], y, half, spike)


@called
def world_day(st: Any, p: Any, fixed: Any, o: Any, path: int, day: int, seed: int) -> None:
    """Advance one path by a day and write the day's rows to `o`."""
    f, at = fixed[day], np.uint64(path)
    u, v, fee_u, fee_v = uniforms(seed, at, day, _MARKET)
    e0, e1, e2, e3 = uniforms(seed, at, day, _EVENT)
    n0, n1, n2, n3 = uniforms(seed, at, day, _NORMAL)
    regions, currencies = np.int64(p[_REGIONS]), np.int64(p[_CURRENCIES])
    if st[_BLOCKS] >= _LAST_BLOCK:
        _retarget(st)
    _price(st, p, u, v, e0, e1, p[_DRIFT] + f[_D_DRIFT], f[_D_PRICE])
    first = log(n0)
    _network(st, p, o, fee_u, fee_v, polar_normal(first, cos_turns(n1)), float(day))
    e4, e5, e6, e7 = (
        uniforms(seed, at, day, _EVENT + 1) if regions > 2 else (1.0, 1.0, 1.0, 1.0)
    )
    for r in range(regions):
        z = polar_normal(first, sin_turns(n1))
        if r > 0:
            z = _normal_at(path, day, _POWER_PLACE[r], seed)
        low = e2 if r == 0 else e3
        high = (e4 if r == 2 else e5) if r < 4 else (e6 if r == 4 else e7)
        hit = low if r < 2 else high
        spike = _spike(p, path, day, r, seed) if hit < p[_POWER + 6 * r + 3] else 0.0
        _power(st, p, o, r, z, spike, f[_D_HALF + r], f[_D_POWER + r])
    for c in range(currencies):
        z = polar_normal(log(n2), cos_turns(n3))
        if c > 0:
            z = _normal_at(path, day, _FX_PLACE[c], seed)
        given = f[_D_FX + c]
        x = given if given > 0.0 else fx_step(st[_FX + c], z, p[_FX_SD + c])
        st[_FX + c] = x
        o[_O_FX + c] = x
