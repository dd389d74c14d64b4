"""Lane loops of the world: fees, hashrate, difficulty, regional power, exchange rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, SPIKE_WORD, uniforms
from hashfall.model.fmath import cos_turns
from hashfall.model.network import (
    blocks_per_day,
    days_past_epoch,
    ema_step,
    halves,
    hashrate_step,
    reward_per_ph_day,
    target_ratio,
)
from hashfall.model.price import t_return
from hashfall.model.processes import (
    capacity_growth,
    fee_step,
    fx_step,
    log_normal,
    ou_step,
    power_price,
)
from hashfall.model.retarget import clamp_span, retarget_mantissa, retarget_size

__all__ = ["build_events", "build_network", "build_places"]

_S = {row.name: int(row) for row in WorldState}
_PRICE, _X, _HASHRATE, _EMA = _S["PRICE"], _S["FEE_X"], _S["HASHRATE"], _S["EMA_LOG_HP"]
_MANTISSA, _SIZE, _INV = _S["MANTISSA"], _S["SIZE"], _S["INV_DIFFICULTY"]
_BLOCKS, _ELAPSED = _S["BLOCKS"], _S["ELAPSED"]
_HALVING, _SUBSIDY = _S["TO_HALVING"], _S["SUBSIDY"]
_BOOT_X, _BOOT_G = _S["BOOT_X"], _S["BOOT_G"]
_Y, _FX, _SPIKE = _S["POWER_Y"], _S["FX"], _S["SPIKE"]
_FEE, _EVENT, _NORMAL = _S["MARKET"] + 2, _S["EVENT"] + SPIKE_WORD, _S["NORMAL"]
_FLAG, _HIT, _DUE = _S["FLAG"], _S["HIT"], _S["DUE"]
_PLACE, _PATH, _FACTOR = _S["PLACE"], _S["PATH"], _S["FACTOR"]
_LOG_MEAN, _LOG_SD = _S["LOG_MEAN"], _S["LOG_SD"]
_P = {p.name: int(p) for p in WorldParam}
_FK, _FM, _FS, _FL, _FH = (
    _P["FEE_KAPPA"], _P["FEE_MEAN"], _P["FEE_SD"], _P["FEE_LOW"], _P["FEE_HIGH"],
)
_G0, _THETA, _GM, _GA, _GS = (
    _P["CAP_G0"], _P["CAP_THETA"], _P["CAP_M"], _P["CAP_A"], _P["CAP_SD"],
)
_MODE, _REGIONS, _POWER = _P["MODE"], _P["REGIONS"], _P["POWER"]
_R = {row.name: int(row) for row in WorldRow}
_O_PRICE, _O_REWARD, _O_INV = _R["PRICE"], _R["REWARD"], _R["INV_DIFFICULTY"]
_SPIKE_SIZE = FACTOR["spike_size"]
_HALVING_BLOCKS = 210000.0
_LAST_BLOCK = 2015.0


def _build_flags(b: int) -> Any:
    """Compile the search for lanes in which something rare happens today."""

    @lane_kernel
    def flags(st: Any, p: Any) -> int:
        for k in range(b):
            st[_FLAG * b + k] = 1.0 if st[_BLOCKS * b + k] >= _LAST_BLOCK else 0.0
        flag = tail(st, _FLAG * b)
        for r in range(np.int64(p[_REGIONS])):
            u, spike = tail(st, (_EVENT + r) * b), tail(st, (_SPIKE + r) * b)
            chance = p[_POWER + 6 * r + 3]
            for k in range(b):
                hit = 1.0 if u[k] < chance else 0.0
                spike[k] = hit
                flag[k] = flag[k] + hit
        found = 0
        for k in range(b):
            # Written always, kept when flagged: no branch to guess.
            st[_HIT * b + found] = float(k)
            found += 1 if st[_FLAG * b + k] > 0.0 else 0
        return found

    return flags


def _build_retarget(b: int) -> Any:
    """Compile the change of difficulty of one lane."""

    @lane_kernel
    def retarget(st: Any, k: int) -> None:
        inv = st[_INV * b + k]
        rate = blocks_per_day(st[_HASHRATE * b + k], inv)
        spare = days_past_epoch(st[_BLOCKS * b + k], rate)
        span = clamp_span((st[_ELAPSED * b + k] - spare) * 86400.0)
        mantissa, size = st[_MANTISSA * b + k], st[_SIZE * b + k]
        new_mantissa = retarget_mantissa(mantissa, size, span)
        new_size = retarget_size(mantissa, size, span)
        easier = target_ratio(mantissa, size, new_mantissa, new_size)
        # At the new rate, and the first block of the new epoch is one block away.
        found = spare * (rate * easier) - 1.0
        extra = st[_BLOCKS * b + k] - _LAST_BLOCK
        st[_HALVING * b + k] = st[_HALVING * b + k] - (found + 1.0 - extra)
        st[_INV * b + k] = inv * easier
        st[_MANTISSA * b + k] = new_mantissa
        st[_SIZE * b + k] = new_size
        st[_BLOCKS * b + k] = found
        st[_ELAPSED * b + k] = spare - 1.0 / (rate * easier)

    return retarget


def build_events(lanes: int) -> Any:
    """Compile what is rare: retargets and spikes of power, lane by lane from a list."""
    b = lanes
    flags, retarget = _build_flags(b), _build_retarget(b)

    @lane_kernel
    def sizes(st: Any, count: int, day: int, seed: int) -> None:
        path, factor = tail(st, _PATH * b), tail(st, _FACTOR * b)
        size, log_sd = tail(st, _LOG_MEAN * b), tail(st, _LOG_SD * b)
        # Whole vectors: what stands behind the list is worked out and not used.
        for i in range((count + 7) // 8 * 8):
            u, v, _, _ = uniforms(seed, np.uint64(path[i]), day, np.int64(factor[i]))
            size[i] = log_normal(u, v, size[i], log_sd[i])
        for i in range(count):
            st[np.int64(st[_PLACE * b + i])] = size[i]

    @lane_kernel
    def events(st: Any, p: Any, path0: int, day: int, seed: int) -> None:
        regions = np.int64(p[_REGIONS])
        due, spikes = np.int64(0), np.int64(0)
        for i in range(flags(st, p)):
            k = np.int64(st[_HIT * b + i])
            st[_DUE * b + due] = float(k)
            due += 1 if st[_BLOCKS * b + k] >= _LAST_BLOCK else 0
            for r in range(regions):
                st[_PLACE * b + spikes] = float((_SPIKE + r) * b + k)
                st[_PATH * b + spikes] = float(path0 + k)
                st[_FACTOR * b + spikes] = float(_SPIKE_SIZE + r)
                st[_LOG_MEAN * b + spikes] = p[_POWER + 6 * r + 4]
                st[_LOG_SD * b + spikes] = p[_POWER + 6 * r + 5]
                spikes += 1 if st[(_SPIKE + r) * b + k] > 0.0 else 0
        for i in range(due):
            retarget(st, np.int64(st[_DUE * b + i]))
        sizes(st, spikes, day, seed)

    return events


def build_network(lanes: int) -> Any:
    """Compile a day of fees, reward, hashrate and blocks."""
    b = lanes

    @lane_kernel
    def network(st: Any, p: Any, o: Any, day: int) -> None:
        kappa, mean, sd, low, high = p[_FK], p[_FM], p[_FS], p[_FL], p[_FH]
        g0, theta, m, a, growth_sd = p[_G0], p[_THETA], p[_GM], p[_GA], p[_GS]
        boot, today = p[_MODE] > 0.0, float(day)
        for k in range(b):
            t = t_return(1.0, st[_FEE * b + k], cos_turns(st[(_FEE + 1) * b + k]))
            x = fee_step(st[_X * b + k], t, kappa, mean, sd, low, high)
            st[_X * b + k] = st[_BOOT_X * b + k] if boot else x
        for k in range(b):
            st[_FEE * b + k] = reward_per_ph_day(
                st[_INV * b + k], st[_SUBSIDY * b + k], st[_X * b + k]
            )
        for k in range(b):
            st[_EMA * b + k] = ema_step(st[_EMA * b + k], st[_PRICE * b + k], st[_FEE * b + k])
        for k in range(b):
            g = capacity_growth(
                st[_EMA * b + k], today, g0, theta, m, a, growth_sd, st[_NORMAL * b + k]
            )
            g = st[_BOOT_G * b + k] if boot else g
            hashrate = hashrate_step(st[_HASHRATE * b + k], g)
            rate = blocks_per_day(hashrate, st[_INV * b + k])
            to_halving = st[_HALVING * b + k] - rate
            half = halves(to_halving)
            st[_HASHRATE * b + k] = hashrate
            st[_BLOCKS * b + k] = st[_BLOCKS * b + k] + rate
            st[_ELAPSED * b + k] = st[_ELAPSED * b + k] + 1.0
            st[_FLAG * b + k] = half
            st[_HALVING * b + k] = to_halving + _HALVING_BLOCKS * half
        for k in range(b):
            o[_O_PRICE * b + k] = st[_PRICE * b + k]
            o[_O_REWARD * b + k] = st[_FEE * b + k]
            o[_O_INV * b + k] = st[_INV * b + k]
        for k in range(b):
            # After the day's reward: the new subsidy pays from tomorrow.
            st[_SUBSIDY * b + k] = st[_SUBSIDY * b + k] * (1.0 - 0.5 * st[_FLAG * b + k])

    return network


def build_places(lanes: int) -> Any:
    """Compile a day of one region's power price, and of one exchange rate."""
    b = lanes

    @lane_kernel
    def power(st: Any, normal: int, r: int, out: Any, level: float, kappa: float, sd: float,
              half_variance: float, given: float) -> None:
        y, z, spike = tail(st, (_Y + r) * b), tail(st, normal * b), tail(st, (_SPIKE + r) * b)
        free = given <= 0.0
        for k in range(b):
            new = ou_step(y[k], z[k], kappa, sd)
            y[k] = new
            price = power_price(level, new, half_variance, spike[k])
            out[k] = price if free else given

    @lane_kernel
    def fx(st: Any, normal: int, c: int, out: Any, sd: float, given: float) -> None:
        x, z = tail(st, (_FX + c) * b), tail(st, normal * b)
        free = given <= 0.0
        for k in range(b):
            new = fx_step(x[k], z[k], sd)
            new = new if free else given
            x[k] = new
            out[k] = new

    return power, fx
