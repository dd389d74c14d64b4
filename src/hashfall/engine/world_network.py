"""Lane loops of the world: fees, hashrate, difficulty, regional power, exchange rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES, WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, SPIKE_WORD, uniforms
from hashfall.engine.world_fleet import chances, fleet
from hashfall.model.fleet import lucky_rate, rest_luck
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

__all__ = ["events", "fx", "network", "power"]

B = LANES
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
_NETWORK, _LUCK_SD, _LUCK = _P["NETWORK"], _P["LUCK"], _S["LUCK"]
_R = {row.name: int(row) for row in WorldRow}
_O_PRICE, _O_REWARD, _O_INV = _R["PRICE"], _R["REWARD"], _R["INV_DIFFICULTY"]
_F_FEE = int(WorldFixed.FEE)
_SPIKE_SIZE = FACTOR["spike_size"]
_HALVING_BLOCKS = 210000.0
_LAST_BLOCK = 2015.0


@lane_kernel
def flags(st: Any, p: Any) -> int:
    """Number of lanes in which something rare happens today; lists them."""
    for k in range(B):
        st[_FLAG * B + k] = 1.0 if st[_BLOCKS * B + k] >= _LAST_BLOCK else 0.0
    flag = tail(st, _FLAG * B)
    for r in range(np.int64(p[_REGIONS])):
        u, spike = tail(st, (_EVENT + r) * B), tail(st, (_SPIKE + r) * B)
        chance = p[_POWER + 6 * r + 3]
        for k in range(B):
            hit = 1.0 if u[k] < chance else 0.0
            spike[k] = hit
            flag[k] = flag[k] + hit
    found = 0
    for k in range(B):
        # Written always, kept when flagged: no branch to guess.
        st[_HIT * B + found] = float(k)
        found += 1 if st[_FLAG * B + k] > 0.0 else 0
    return found


@lane_kernel
def retarget(st: Any, k: int) -> None:
    """Change the difficulty of one lane by the protocol's rule."""
    inv = st[_INV * B + k]
    rate = lucky_rate(blocks_per_day(st[_HASHRATE * B + k], inv), st[_LUCK * B + k])
    spare = days_past_epoch(st[_BLOCKS * B + k], rate)
    span = clamp_span((st[_ELAPSED * B + k] - spare) * 86400.0)
    mantissa, size = st[_MANTISSA * B + k], st[_SIZE * B + k]
    new_mantissa = retarget_mantissa(mantissa, size, span)
    new_size = retarget_size(mantissa, size, span)
    easier = target_ratio(mantissa, size, new_mantissa, new_size)
    # At the new rate, and the first block of the new epoch is one block away.
    found = spare * (rate * easier) - 1.0
    extra = st[_BLOCKS * B + k] - _LAST_BLOCK
    st[_HALVING * B + k] = st[_HALVING * B + k] - (found + 1.0 - extra)
    st[_INV * B + k] = inv * easier
    st[_MANTISSA * B + k] = new_mantissa
    st[_SIZE * B + k] = new_size
    st[_BLOCKS * B + k] = found
    st[_ELAPSED * B + k] = spare - 1.0 / (rate * easier)


@lane_kernel
def sizes(st: Any, count: int, day: int, seed: int) -> None:
    """Sizes of the spikes on the list, whole vectors at a time."""
    path, factor = tail(st, _PATH * B), tail(st, _FACTOR * B)
    size, log_sd = tail(st, _LOG_MEAN * B), tail(st, _LOG_SD * B)
    # Whole vectors: what stands behind the list is worked out and not used.
    for i in range((count + 7) // 8 * 8):
        u, v, _, _ = uniforms(seed, np.uint64(path[i]), day, np.int64(factor[i]))
        size[i] = log_normal(u, v, size[i], log_sd[i])
    for i in range(count):
        st[np.int64(st[_PLACE * B + i])] = size[i]

@lane_kernel
def events(st: Any, p: Any, path0: int, day: int, seed: int) -> None:
    """What is rare: retargets and spikes of power, lane by lane from a list."""
    regions = np.int64(p[_REGIONS])
    due, spikes = 0, 0
    for i in range(flags(st, p)):
        k = np.int64(st[_HIT * B + i])
        st[_DUE * B + due] = float(k)
        due += 1 if st[_BLOCKS * B + k] >= _LAST_BLOCK else 0
        for r in range(regions):
            st[_PLACE * B + spikes] = float((_SPIKE + r) * B + k)
            st[_PATH * B + spikes] = float(path0 + k)
            st[_FACTOR * B + spikes] = float(_SPIKE_SIZE + r)
            st[_LOG_MEAN * B + spikes] = p[_POWER + 6 * r + 4]
            st[_LOG_SD * B + spikes] = p[_POWER + 6 * r + 5]
            spikes += 1 if st[(_SPIKE + r) * B + k] > 0.0 else 0
    answers = p[_NETWORK] > 0.0
    if answers and day == 1:
        # What is left of the epoch at day 0 has luck of its own.
        for i in range(B):
            sd = p[_LUCK_SD] * rest_luck(st[_BLOCKS * B + i])
            chances(st, p, i, path0 + i, seed, sd)
    for i in range(due):
        lane = int(st[_DUE * B + i])
        retarget(st, lane)
        if answers:
            chances(st, p, lane, path0 + lane, seed, p[_LUCK_SD])
    sizes(st, spikes, day, seed)


@lane_kernel
def fees(st: Any, p: Any, given: float) -> None:
    """One day of the fees, and what a PH/s earns at them."""
    kappa, mean, sd, low, high = p[_FK], p[_FM], p[_FS], p[_FL], p[_FH]
    boot = p[_MODE] > 0.0
    for k in range(B):
        t = t_return(1.0, st[_FEE * B + k], cos_turns(st[(_FEE + 1) * B + k]))
        x = fee_step(st[_X * B + k], t, kappa, mean, sd, low, high)
        st[_X * B + k] = st[_BOOT_X * B + k] if boot else x
    if given != 0.0:
        for k in range(B):
            st[_X * B + k] = given
    for k in range(B):
        st[_FEE * B + k] = reward_per_ph_day(
            st[_INV * B + k], st[_SUBSIDY * B + k], st[_X * B + k]
        )


@lane_kernel
def growth(st: Any, p: Any, day: int) -> None:
    """One day of a hashrate that grows by itself."""
    g0, theta, m, a, sd = p[_G0], p[_THETA], p[_GM], p[_GA], p[_GS]
    boot, today = p[_MODE] > 0.0, float(day)
    for k in range(B):
        st[_EMA * B + k] = ema_step(st[_EMA * B + k], st[_PRICE * B + k], st[_FEE * B + k])
    for k in range(B):
        g = capacity_growth(st[_EMA * B + k], today, g0, theta, m, a, sd, st[_NORMAL * B + k])
        g = st[_BOOT_G * B + k] if boot else g
        st[_HASHRATE * B + k] = hashrate_step(st[_HASHRATE * B + k], g)


@lane_kernel
def blocks(st: Any) -> None:
    """One day of blocks, towards the retarget and the halving."""
    for k in range(B):
        rate = lucky_rate(
            blocks_per_day(st[_HASHRATE * B + k], st[_INV * B + k]), st[_LUCK * B + k]
        )
        to_halving = st[_HALVING * B + k] - rate
        half = halves(to_halving)
        st[_BLOCKS * B + k] = st[_BLOCKS * B + k] + rate
        st[_ELAPSED * B + k] = st[_ELAPSED * B + k] + 1.0
        st[_FLAG * B + k] = half
        st[_HALVING * B + k] = to_halving + _HALVING_BLOCKS * half


@lane_kernel
def network(st: Any, p: Any, f: Any, o: Any, day: int) -> None:
    """One day of fees, reward, hashrate and blocks."""
    fees(st, p, f[_F_FEE])
    if p[_NETWORK] > 0.0:
        fleet(st, p, f)
    else:
        growth(st, p, day)
    blocks(st)
    for k in range(B):
        o[_O_PRICE * B + k] = st[_PRICE * B + k]
        o[_O_REWARD * B + k] = st[_FEE * B + k]
        o[_O_INV * B + k] = st[_INV * B + k]
    for k in range(B):
        # After the day's reward: the new subsidy pays from tomorrow.
        st[_SUBSIDY * B + k] = st[_SUBSIDY * B + k] * (1.0 - 0.5 * st[_FLAG * B + k])


@lane_kernel
def power(st: Any, normal: int, r: int, out: Any, level: float, kappa: float, sd: float,
          half_variance: float, given: float) -> None:
    """One day of a region's power price."""
    y, z, spike = tail(st, (_Y + r) * B), tail(st, normal * B), tail(st, (_SPIKE + r) * B)
    free = given <= 0.0
    for k in range(B):
        new = ou_step(y[k], z[k], kappa, sd)
        y[k] = new
        price = power_price(level, new, half_variance, spike[k])
        out[k] = price if free else given

@lane_kernel
def fx(st: Any, normal: int, c: int, out: Any, sd: float, given: float) -> None:
    """One day of an exchange rate."""
    x, z = tail(st, (_FX + c) * B), tail(st, normal * B)
    free = given <= 0.0
    for k in range(B):
        new = fx_step(x[k], z[k], sd)
        new = new if free else given
        x[k] = new
        out[k] = new

