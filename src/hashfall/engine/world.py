"""The world kernel: price, fees, difficulty, power and exchange rates, by blocks of paths.

Lane loops over one flat state array; formulas come from `hashfall.model`. The
readable twin is `hashfall.model.reference.world`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from hashfall.engine.layout import WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, to_uniform
from hashfall.model.fmath import exp, floor, log, normal, second_normal
from hashfall.model.price import (
    bridge_return,
    clipped_t,
    convexity,
    garch_variance,
    jump_size,
    price_step,
)
from hashfall.model.processes import capacity_growth, fee_step, fx_step, ou_step, power_price
from hashfall.model.retarget import clamp_span, retarget_mantissa, retarget_size

__all__ = ["build_words", "build_world"]

_PRICE, _VAR, _X = int(WorldState.PRICE), int(WorldState.VARIANCE), int(WorldState.FEE_X)
_CAP, _EMA = int(WorldState.HASHRATE), int(WorldState.EMA_LOG_HP)
_MANT, _SIZE, _DIFF = int(WorldState.MANTISSA), int(WorldState.SIZE), int(WorldState.INV_DIFFICULTY)
_BLOCKS, _ELAPSED = int(WorldState.BLOCKS), int(WorldState.ELAPSED)
_HALVING, _SUBSIDY = int(WorldState.TO_HALVING), int(WorldState.SUBSIDY)
_LEFT, _BSD, _BX = int(WorldState.BOOT_LEFT), int(WorldState.BOOT_SD), int(WorldState.BOOT_X)
_BG, _BAT = int(WorldState.BOOT_G), int(WorldState.BOOT_AT)
_Y, _FX = int(WorldState.POWER_Y), int(WorldState.FX)
_O_PRICE, _O_REWARD, _O_DIFF = int(WorldRow.PRICE), int(WorldRow.REWARD), int(WorldRow.INV_DIFFICULTY)
_O_POWER, _O_FX, _ROWS = int(WorldRow.POWER), int(WorldRow.FX), int(WorldRow.COUNT)
_P: dict[str, int] = {p.name: int(p) for p in WorldParam}
_DRIFT, _OMEGA, _ALPHA, _BETA = _P["DRIFT"], _P["OMEGA"], _P["ALPHA"], _P["BETA"]
_NU, _T_SCALE, _T_LIMIT, _UNIT, _VCAP = (
    _P["NU"], _P["T_SCALE"], _P["T_LIMIT"], _P["UNIT"], _P["CAP"],
)
_C1, _C2, _C3, _C4 = _P["C1"], _P["C2"], _P["C3"], _P["C4"]
_JP, _JM, _JS = _P["JUMP_P"], _P["JUMP_MEAN"], _P["JUMP_SD"]
_FK, _FM, _FS, _FN, _FSC, _FL, _FH = (
    _P["FEE_KAPPA"], _P["FEE_MEAN"], _P["FEE_SD"], _P["FEE_NU"], _P["FEE_SCALE"],
    _P["FEE_LOW"], _P["FEE_HIGH"],
)
_G0, _TH, _GM, _GA, _GS = (
    _P["CAP_G0"], _P["CAP_THETA"], _P["CAP_M"], _P["CAP_A"], _P["CAP_SD"],
)
_MODE, _BROWS, _BBLOCK = _P["MODE"], _P["BOOT_ROWS"], _P["BOOT_BLOCK"]
_REGIONS, _CURRENCIES, _POWER, _FXSD = (
    _P["REGIONS"], _P["CURRENCIES"], _P["POWER"], _P["FX_SD"],
)
_F_PRICE, _F_JUMP, _F_FEE = FACTOR["price"], FACTOR["jump"], FACTOR["fee"]
_F_CAP, _F_BOOT, _F_POWER, _F_FX = (
    FACTOR["capacity"], FACTOR["bootstrap"], FACTOR["power"], FACTOR["fx"],
)
_BLOCKS_PER_EH = 86400.0 * 1e18 / 4294967296.0  # a day at difficulty 1
_BTC_PER_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_EMA_WEIGHT = 2.0 / 91.0
_EPOCH_DAYS = 14


def build_words(lanes: int) -> Any:
    """Compile the Philox lane loop: four rows of uniforms for one day and factor."""

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def words(u: Any, path0: int, day: int, factor: int, seed: int) -> None:
        mask = np.uint64(0xFFFFFFFF)
        s32 = np.uint64(32)
        m0, m1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
        w0, w1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
        base, key = np.uint64(path0), np.uint64(seed)
        for lane in range(lanes):
            path = base + np.uint64(lane)
            c0, c1 = path & mask, np.uint64(day)
            c2, c3 = np.uint64(factor), path >> s32
            k0, k1 = key & mask, key >> s32
            for _ in range(10):
                p0, p1 = m0 * c0, m1 * c2
                c0, c1, c2, c3 = (
                    (p1 >> s32) ^ c1 ^ k0, p1 & mask, (p0 >> s32) ^ c3 ^ k1, p0 & mask,
                )
                k0, k1 = (k0 + w0) & mask, (k1 + w1) & mask
            u[lane] = to_uniform(c0)
            u[lanes + lane] = to_uniform(c1)
            u[2 * lanes + lane] = to_uniform(c2)
            u[3 * lanes + lane] = to_uniform(c3)

    return words


def _build_price(lanes: int) -> Any:
    """Compile the price step, GARCH with jumps or bootstrap by bridge."""
    b = lanes

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def price(st: Any, p: Any, u: Any, j: Any) -> None:
        for k in range(b):
            h = st[_VAR * b + k]
            shock = p[_UNIT] * clipped_t(u[k], u[b + k], p[_NU], p[_T_SCALE], p[_T_LIMIT])
            jump = jump_size(u[2 * b + k], p[_JP], normal(j[k], j[b + k]), p[_JM], p[_JS])
            drift = p[_DRIFT] - convexity(h, p[_C1], p[_C2], p[_C3], p[_C4])
            st[_PRICE * b + k] = price_step(st[_PRICE * b + k], h, shock, jump, drift)
            st[_VAR * b + k] = garch_variance(
                h, shock, p[_OMEGA], p[_ALPHA], p[_BETA], p[_VCAP]
            )

    return price


def _build_bootstrap(lanes: int) -> Any:
    """Compile the challenger: joint block bootstrap of epochs with a bridge inside."""
    b = lanes

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def bootstrap(st: Any, p: Any, u: Any, j: Any, table: Any, day: int) -> None:
        inside = (day - 1) % _EPOCH_DAYS
        rows = p[_BROWS]
        if inside == 0:
            fresh = ((day - 1) // _EPOCH_DAYS) % np.int64(p[_BBLOCK]) == 0
            for k in range(b):
                at = floor(j[2 * b + k] * rows) if fresh else st[_BAT * b + k] + 1.0
                at = at if at < rows else 0.0
                i = np.int64(at)
                st[_BAT * b + k] = at
                st[_LEFT * b + k] = table[i, 0]
                st[_BSD * b + k] = table[i, 1]
                st[_BX * b + k] = table[i, 2]
                st[_BG * b + k] = table[i, 3]
        left = float(_EPOCH_DAYS - inside)
        for k in range(b):
            r = bridge_return(
                st[_LEFT * b + k], left, st[_BSD * b + k], normal(u[k], u[b + k])
            )
            st[_LEFT * b + k] = st[_LEFT * b + k] - r
            st[_PRICE * b + k] = st[_PRICE * b + k] * exp(p[_DRIFT] + r)

    return bootstrap


def _build_network(lanes: int) -> Any:
    """Compile fees, capacity, blocks and the retarget."""
    b = lanes

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def network(st: Any, p: Any, u: Any, c: Any, out: Any, day: int) -> bool:
        boot = p[_MODE]
        epochs_end = 0.0
        for k in range(b):
            t = clipped_t(u[k], u[b + k], p[_FN], p[_FSC], 12.0)
            x = fee_step(st[_X * b + k], t, p[_FK], p[_FM], p[_FS], p[_FL], p[_FH])
            x = st[_BX * b + k] if boot > 0.0 else x
            st[_X * b + k] = x
            inv = st[_DIFF * b + k]
            reward = _BTC_PER_PH_DAY * inv * st[_SUBSIDY * b + k] * (1.0 + exp(x))
            out[_O_PRICE * b + k] = st[_PRICE * b + k]
            out[_O_REWARD * b + k] = reward
            out[_O_DIFF * b + k] = inv
            hp = log(st[_PRICE * b + k] * reward)
            ema = st[_EMA * b + k] + _EMA_WEIGHT * (hp - st[_EMA * b + k])
            st[_EMA * b + k] = ema
            g = capacity_growth(
                ema, float(day), p[_G0], p[_TH], p[_GM], p[_GA], p[_GS], normal(c[k], c[b + k])
            )
            g = st[_BG * b + k] if boot > 0.0 else g
            st[_CAP * b + k] = st[_CAP * b + k] * exp(g)
        for k in range(b):
            rate = _BLOCKS_PER_EH * st[_CAP * b + k] * st[_DIFF * b + k]
            st[_BLOCKS * b + k] = st[_BLOCKS * b + k] + rate
            st[_ELAPSED * b + k] = st[_ELAPSED * b + k] + 1.0
            to_halving = st[_HALVING * b + k] - rate
            half = 1.0 if to_halving <= 0.0 else 0.0
            st[_SUBSIDY * b + k] = st[_SUBSIDY * b + k] * (1.0 - 0.5 * half)
            st[_HALVING * b + k] = to_halving + 210000.0 * half
        for k in range(b):
            epochs_end = max(epochs_end, st[_BLOCKS * b + k])
        return epochs_end >= 2015.0

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def retarget(st: Any) -> None:
        for k in range(b):
            inv = st[_DIFF * b + k]
            rate = _BLOCKS_PER_EH * st[_CAP * b + k] * inv
            extra = st[_BLOCKS * b + k] - 2015.0
            over = 1.0 if extra >= 0.0 else 0.0
            spare = extra / rate  # days since the last block of the epoch
            span = clamp_span((st[_ELAPSED * b + k] - spare) * 86400.0)
            mant, size = st[_MANT * b + k], st[_SIZE * b + k]
            new_mant = retarget_mantissa(mant, size, span)
            new_size = retarget_size(mant, size, span)
            shift = new_size - size
            scale = 256.0 if shift > 0.0 else 1.0
            scale = 0.00390625 if shift < 0.0 else scale
            easier = new_mant / mant * scale
            # At the new rate: the first block of the new epoch is one block away.
            found = spare * (rate * easier) - 1.0
            gone = spare - 1.0 / (rate * easier)
            st[_HALVING * b + k] = st[_HALVING * b + k] - over * (found + 1.0 - extra)
            st[_DIFF * b + k] = inv * easier if over > 0.0 else inv
            st[_MANT * b + k] = new_mant if over > 0.0 else mant
            st[_SIZE * b + k] = new_size if over > 0.0 else size
            st[_BLOCKS * b + k] = found if over > 0.0 else st[_BLOCKS * b + k]
            st[_ELAPSED * b + k] = gone if over > 0.0 else st[_ELAPSED * b + k]

    return network, retarget


def _build_places(lanes: int) -> Any:
    """Compile regional power prices and exchange rates."""
    b = lanes

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def power(y: Any, out: Any, u: Any, level: float, kappa: float, sd: float, q: float,
              size_mean: float, size_sd: float) -> None:
        half = 0.5 * sd * sd / (2.0 * kappa - kappa * kappa + 1e-300)
        for k in range(b):
            new = ou_step(y[k], normal(u[k], u[b + k]), kappa, sd)
            y[k] = new
            size = exp(size_mean + size_sd * second_normal(u[k], u[b + k]))
            out[k] = power_price(level, new, half, u[2 * b + k], q, size)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def fx(x: Any, out: Any, u: Any, sd: float) -> None:
        for k in range(b):
            new = fx_step(x[k], normal(u[k], u[b + k]), sd)
            x[k] = new
            out[k] = new

    return power, fx


def build_world(lanes: int) -> Any:
    """Compile the world over a slab of days for one block of paths.

    Returns
    -------
    callable
        ``world(st, p, table, fixed, u, out, path0, day0, days, seed)``: advances
        state ``st`` (rows x lanes) and writes ``out[day, row x lanes]``;
        ``fixed[day, row]`` overrides a row of the world where it is not NaN.
    """
    b = lanes
    words = build_words(lanes)
    price, bootstrap = _build_price(lanes), _build_bootstrap(lanes)
    network, retarget = _build_network(lanes)
    power, fx = _build_places(lanes)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def override(row: Any, value: float) -> None:
        for k in range(b):
            row[k] = value

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def world(st: Any, p: Any, table: Any, fixed: Any, u: Any, out: Any,
              path0: int, day0: int, days: int, seed: int) -> None:
        for i in range(days):
            day = day0 + i
            o = out[i]
            words(u[0], path0, day, _F_PRICE, seed)
            words(u[1], path0, day, _F_JUMP, seed)
            if p[_MODE] > 0.0:
                bootstrap(st, p, u[0], u[1], table, day)
            else:
                price(st, p, u[0], u[1])
            if fixed[day, 0] > 0.0:
                override(st[_PRICE * b : (_PRICE + 1) * b], fixed[day, 0])
            words(u[0], path0, day, _F_FEE, seed)
            words(u[1], path0, day, _F_CAP, seed)
            if network(st, p, u[0], u[1], o, day):
                retarget(st)
            for r in range(np.int64(p[_REGIONS])):
                words(u[0], path0, day, _F_POWER + r, seed)
                q = _POWER + 6 * r
                power(st[(_Y + r) * b : (_Y + r + 1) * b],
                      o[(_O_POWER + r) * b : (_O_POWER + r + 1) * b], u[0],
                      p[q], p[q + 1], p[q + 2], p[q + 3], p[q + 4], p[q + 5])
            for c in range(np.int64(p[_CURRENCIES])):
                words(u[0], path0, day, _F_FX + c, seed)
                fx(st[(_FX + c) * b : (_FX + c + 1) * b],
                   o[(_O_FX + c) * b : (_O_FX + c + 1) * b], u[0], p[_FXSD + c])
                if fixed[day, _O_FX + c] > 0.0:
                    override(st[(_FX + c) * b : (_FX + c + 1) * b], fixed[day, _O_FX + c])
                    override(o[(_O_FX + c) * b : (_O_FX + c + 1) * b], fixed[day, _O_FX + c])

    return world
