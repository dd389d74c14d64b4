"""Venues, rails and accounts of routes: what is open today and takes how much, who holds money.

Each gate (a venue, a rail, a route that closes by itself) has a row that says whether it
is open, one for what it still takes today, and one for the day on which that changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine import ledger_index as x_
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.engine.ledger_payments import copy, hold
from hashfall.engine.streams import uniforms
from hashfall.model.columns import NEVER_FULL, NO_LIMIT, Gate, Pool, Row, Tap
from hashfall.model.route_day import days_to_change, unsellable

__all__ = ["open_routes", "pooled", "snapshot"]

B = LANES

_COINS, _SELL, _PRICE, _RECEIPTS, _NEED = (
    int(Row.COINS), int(Row.TO_SELL), int(Row.PRICE), int(Row.RECEIPTS), int(Row.NEED),
)
_D1, _UNSELLABLE = int(Row.D1), int(Row.UNSELLABLE)
_LEFT, _TODAY = int(Tap.STOCK), int(Tap.OWED)
_G_OPEN, _G_LEFT, _G_NEXT = int(Gate.OPEN), int(Gate.LEFT), int(Gate.NEXT)
_P_ARRIVED, _P_LEFT = int(Pool.ARRIVED), int(Pool.LEFT)
_RATE, _TAPS, _GATES, _POOLS, _FREEZES, _SHIFTS, _HAZARDS = (
    x_.RATE, x_.TAPS, x_.GATES, x_.POOLS, x_.FREEZES, x_.SHIFTS, x_.HAZARDS,
)
_IG, _IW, _IP, _IT, _FG, _FZ, _RG, _RP, _RT, _RZ = (
    x_.IG, x_.IW, x_.IP, x_.IT, x_.FG, x_.FZ, x_.RG, x_.RP, x_.RT, x_.RZ,
)
_GATE_ROWS, _POOL_ROWS, _TAP_ROWS, _FREEZE_ROWS = (
    x_.GATE_ROWS, x_.POOL_ROWS, x_.TAP_ROWS, x_.FREEZE_ROWS,
)
_GATE_I, _GATE_F, _TAP_I, _FREEZE_F = x_.GATE_I, x_.GATE_F, x_.TAP_I, x_.FREEZE_F
_S_GATE, _S_CAP, _S_HOLD_IN = x_.S_GATE, x_.S_CAP, x_.S_HOLD_IN


@lane_kernel
def due(turns: Any, found: Any, day: float) -> int:
    """List the lanes in which a gate changes today."""
    count = 0
    for k in range(B):
        # Written always, kept when due: no branch to guess.
        found[count] = float(k)
        count += 1 if turns[k] <= day else 0
    return count


@lane_kernel
def turn(gate: Any, k: Any, path: Any, stream: int, word: int, closes: float, reopens: float,
         day: int, seed: int) -> None:
    """Close or open the gate of a lane, and draw when it changes again."""
    before, was = gate[_G_NEXT * B + k], gate[_G_OPEN * B + k]
    # Before the first day nothing has changed: only a first draw is due.
    now = was if before < 0.0 else 1.0 - was
    at = 0 if before < 0.0 else day
    a, b, c, d = uniforms(seed, path, at, stream)
    u = (a if word == 0 else b) if word < 2 else (c if word == 2 else d)
    gate[_G_OPEN * B + k] = now
    gate[_G_LEFT * B + k] = NO_LIMIT * now
    gate[_G_NEXT * B + k] = float(at) + days_to_change(u, closes if now > 0.0 else reopens)


@lane_kernel
def change(st: Any, h: Any, ints: Any, v: Any, u: Any, path0: int, day: int, seed: int) -> None:
    """Let gates change in the lanes in which one is due; gate 0 has the first day of any."""
    first = tail(st, (h[_RG] * B + _G_NEXT * B))
    for n in range(due(first, u, float(day))):
        k, earliest = np.int64(u[n]), 2e9
        path = np.uint64(path0) + np.uint64(k)
        for g in range(2, h[_GATES]):
            i, f = h[_IG] + g * _GATE_I, h[_FG] + g * _GATE_F
            if ints[i + 1] > 0:
                gate = tail(st, (h[_RG] + g * _GATE_ROWS) * B)
                # The first change is drawn on day 1, and may be due at once.
                while gate[_G_NEXT * B + k] <= day:
                    turn(gate, k, path, ints[i + 1], ints[i + 2], v[f], v[f + 1], day, seed)
                turns = gate[_G_NEXT * B + k]
                earliest = turns if turns < earliest else earliest
        first[k] = earliest


@lane_kernel
def refill(to: Any, is_open: Any, cap: float) -> None:
    """A day's capacity of what is counted in coins."""
    for k in range(B):
        to[k] = cap * is_open[k]


@lane_kernel
def refill_money(to: Any, is_open: Any, rate: Any, cap: float) -> None:
    """A day's capacity of what is counted in money."""
    for k in range(B):
        to[k] = cap * is_open[k] * rate[k]


@lane_kernel
def fresh(tap: Any, is_open: Any, cap: float) -> None:
    """A slice at the start of a day, where sales through it may be taken back."""
    for k in range(B):
        tap[_LEFT * B + k] = cap * is_open[k]
        tap[_TODAY * B + k] = 0.0


@lane_kernel
def open_routes(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
                seed: int) -> None:
    """What is open today, and what it takes."""
    if h[_HAZARDS] > 0:
        change(st, h, ints, v, u, path0, day, seed)
    # The first two gates are those of routes without a venue or a rail: never closed, never full.
    for g in range(2, h[_GATES]):
        i = h[_IG] + g * _GATE_I
        gate = tail(st, (h[_RG] + g * _GATE_ROWS) * B)
        left, is_open = tail(gate, _G_LEFT * B), tail(gate, _G_OPEN * B)
        if ints[i] == NEVER_FULL:
            continue  # nothing but chance changes what it takes
        if ints[i] >= 0:
            refill_money(left, is_open, tail(st, (_RATE + ints[i]) * B), s[h[_S_GATE] + g])
        else:
            refill(left, is_open, s[h[_S_GATE] + g])
    if h[_SHIFTS] == 0:
        return
    for t in range(h[_TAPS]):
        i = h[_IT] + t * _TAP_I
        if ints[i] == 5 and ints[h[_IW] + ints[i + 5] + 4] > 0:
            own = h[_RG] + ints[h[_IW] + ints[i + 5]] * _GATE_ROWS + _G_OPEN
            fresh(tail(st, (h[_RT] + t * _TAP_ROWS) * B), tail(st, own * B), s[h[_S_CAP] + t])


@lane_kernel
def pour(fix: Any, pool: Any) -> None:
    """What no freeze holds joins the receipts."""
    for k in range(B):
        fix[_RECEIPTS * B + k] += pool[_P_LEFT * B + k]
        pool[_P_ARRIVED * B + k] = 0.0
        pool[_P_LEFT * B + k] = 0.0


@lane_kernel
def pooled(st: Any, h: Any, ints: Any, v: Any, s: Any) -> None:
    """Money that arrived on named accounts, less what their freezes hold."""
    for p in range(h[_POOLS]):
        pool = tail(st, (h[_RP] + p * _POOL_ROWS) * B)
        arrived, left = tail(pool, _P_ARRIVED * B), tail(pool, _P_LEFT * B)
        copy(arrived, left)
        for z in range(h[_FREEZES]):
            share = s[h[_S_HOLD_IN] + z]
            if ints[h[_IP] + z] == p and share > 0.0:
                hold(left, arrived, tail(st, (h[_RZ] + z * _FREEZE_ROWS) * B), share,
                     v[h[_FZ] + z * _FREEZE_F])
        pour(st, pool)


@lane_kernel
def snapshot(fix: Any, day: float) -> None:
    """Take down what nobody took where D1 is today."""
    for k in range(B):
        kept = fix[_UNSELLABLE * B + k]
        now = unsellable(fix[_SELL * B + k], fix[_NEED * B + k], fix[_PRICE * B + k],
                         fix[_COINS * B + k])
        fix[_UNSELLABLE * B + k] = now if fix[_D1 * B + k] == day else kept
