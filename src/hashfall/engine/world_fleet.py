"""Lane loops of the rest of the world's fleet: what runs, what is ordered and delivered."""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import KNOTS, LANES, WorldFixed, WorldParam, WorldState
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.fleet import (
    between,
    fleet_hashrate,
    knot,
    left_of,
    machine_price,
    multiple_step,
    orders,
    run_step,
    shock_step,
    smoothed,
    trend_step,
)
from hashfall.model.fmath import cos_turns, log, polar_normal, sin_turns
from hashfall.model.layout import FLEET_ORIGIN, SHARE_ORIGIN, VALUE_ORIGIN

__all__ = ["chances", "fleet"]

B = LANES
_S = {row.name: int(row) for row in WorldState}
_PRICE, _FEE, _HASHRATE = _S["PRICE"], _S["MARKET"] + 2, _S["HASHRATE"]
_RUN, _SHOCK, _PIPE, _NEW = _S["RUN"], _S["SHOCK"], _S["PIPE"], _S["NEW"]
_VALUE_LAG, _MULTIPLE, _LUCK = _S["VALUE_LAG"], _S["MULTIPLE"], _S["LUCK"]
_TREND, _EPOCH = _S["TREND"], _S["EPOCH"]
_LOG_HP, _KNOT, _TARGET = _S["LOG_HP"], _S["KNOT"], _S["TARGET"]
_INSTALLED, _VALUE, _NORMAL = _S["INSTALLED"], _S["VALUE"], _S["NORMAL"]
_P = {p.name: int(p) for p in WorldParam}
_OFF, _ON, _ENTRY, _CAP = _P["OFF"], _P["ON"], _P["ENTRY"], _P["ENTRY_CAP"]
_DELIVERY, _LAG, _KEEP, _COST = _P["DELIVERY"], _P["LAG"], _P["KEEP"], _P["COHORT_COST"]
_MEAN, _KAPPA, _SD = _P["MULTIPLE_MEAN"], _P["MULTIPLE_KAPPA"], _P["MULTIPLE_SD"]
_SHOCK_SD, _CURVES = _P["SHOCK_SD"], _P["COUNT"]
_TREND_KEEP, _TREND_SD = _P["TREND_KEEP"], _P["TREND_SD"]
_F = {row.name: int(row) for row in WorldFixed}
_LEGACY, _AVAILABLE, _CURVE = _F["LEGACY"], _F["AVAILABLE"], _F["CURVE"]
_COHORT, _LOG_COST, _FLOOR = _F["COHORT"], _F["LOG_COST"], _F["LOG_FLOOR"]
_OUTLOOK = _F["OUTLOOK"]
_EPOCH_FACTOR = FACTOR["epoch"]
_ORIGIN_FLEET, _ORIGIN_SHARE, _ORIGIN_VALUE = FLEET_ORIGIN, SHARE_ORIGIN, VALUE_ORIGIN
_LENGTH = KNOTS


@lane_kernel
def chances(st: Any, p: Any, k: int, path: int, seed: int, luck_sd: float) -> None:
    """Luck of the epoch that begins, next price multiple of machines, next trend.

    Drawn by the number of the epoch, not by its day: an exit that moves the day keeps the draw.
    """
    epoch = st[_EPOCH * B + k]
    st[_EPOCH * B + k] = epoch + 1.0
    u, v, w, x = uniforms(seed, np.uint64(path), np.int64(epoch), _EPOCH_FACTOR)
    radius = log(u)
    st[_LUCK * B + k] = luck_sd * polar_normal(radius, cos_turns(v))
    st[_MULTIPLE * B + k] = multiple_step(
        st[_MULTIPLE * B + k], polar_normal(radius, sin_turns(v)), p[_MEAN], p[_KAPPA], p[_SD]
    )
    st[_TREND * B + k] = trend_step(
        st[_TREND * B + k], polar_normal(log(w), cos_turns(x)), p[_TREND_KEEP], p[_TREND_SD]
    )


@lane_kernel
def read_curve(st: Any, curve: Any, x: int, shift: float, origin: float, out: Any) -> None:
    """Value of a curve for each lane of a row less a shift."""
    value, place = tail(st, x * B), tail(st, _KNOT * B)
    for k in range(B):
        place[k] = knot(value[k] - shift, origin)
    for k in range(B):
        at = place[k]
        left = left_of(at)
        i = np.uint64(left)
        out[k] = between(at, left, curve[i], curve[i + np.uint64(1)])


@lane_kernel
def running(st: Any, p: Any, f: Any) -> None:
    """Hashrate that would run at this hashprice, and of all available machines."""
    target, installed = tail(st, _TARGET * B), tail(st, _INSTALLED * B)
    row, available, legacy = int(f[_CURVE]), f[_AVAILABLE], f[_LEGACY]
    read_curve(st, tail(p, _CURVES + row * _LENGTH), _LOG_HP, 0.0, _ORIGIN_FLEET, target)
    for k in range(B):
        installed[k] = legacy
    share, keep = tail(st, _VALUE * B), p[_KEEP]
    for c in range(int(f[_COHORT]) + 1):
        read_curve(st, tail(p, _CURVES + (row + 1) * _LENGTH), _LOG_HP, p[_COST + c],
                   _ORIGIN_SHARE, share)
        new = tail(st, (_NEW + c) * B)
        for k in range(B):
            machines = new[k] * keep
            new[k] = machines
            target[k] = target[k] + machines * share[k]
            installed[k] = installed[k] + machines * available


@lane_kernel
def entry(st: Any, p: Any, f: Any) -> None:
    """Value and price of a new machine, orders, deliveries."""
    rate, most, step, lag = p[_ENTRY], p[_CAP], p[_DELIVERY], p[_LAG]
    cost, least = f[_LOG_COST], f[_FLOOR]
    value, new = tail(st, _VALUE * B), tail(st, (_NEW + int(f[_COHORT])) * B)
    read_curve(st, tail(p, _CURVES), _LOG_HP, cost - f[_OUTLOOK], _ORIGIN_VALUE, value)
    for k in range(B):
        log_value = value[k] + cost
        price = machine_price(st[_MULTIPLE * B + k], st[_VALUE_LAG * B + k], least)
        value[k] = orders(log_value, price, rate, most) * st[_INSTALLED * B + k]
        st[_VALUE_LAG * B + k] = smoothed(st[_VALUE_LAG * B + k], log_value, lag)
    for k in range(B):
        first, second = st[_PIPE * B + k], st[(_PIPE + 1) * B + k]
        third = st[(_PIPE + 2) * B + k]
        st[_PIPE * B + k] = first + (value[k] - step * first)
        st[(_PIPE + 1) * B + k] = second + step * (first - second)
        st[(_PIPE + 2) * B + k] = third + step * (second - third)
        new[k] = new[k] + step * third


@lane_kernel
def fleet(st: Any, p: Any, f: Any) -> None:
    """One day of the fleet: leaves the day's hashrate."""
    off, on, sd = p[_OFF], p[_ON], p[_SHOCK_SD]
    for k in range(B):
        st[_LOG_HP * B + k] = log(st[_PRICE * B + k] * st[_FEE * B + k])
    running(st, p, f)
    for k in range(B):
        run = run_step(st[_RUN * B + k], st[_TARGET * B + k], st[_INSTALLED * B + k], off, on)
        shock = shock_step(st[_SHOCK * B + k], st[_TREND * B + k], st[_NORMAL * B + k], sd)
        st[_RUN * B + k] = run
        st[_SHOCK * B + k] = shock
        st[_HASHRATE * B + k] = fleet_hashrate(run, st[_INSTALLED * B + k], shock)
    entry(st, p, f)
