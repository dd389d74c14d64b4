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
_VECTOR = 8  # numbers that a processor takes at once, at most
# Rows of the scratch: a list of gates that draw.
_U_LANE, _U_STREAM, _U_WORD, _U_SCALE, _U_WAIT, _U_ENTRY = 0, 1, 2, 3, 4, 5

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
_CHANGES, _LAST_DAY = x_.CHANGES, x_.LAST_DAY
_IG, _IW, _IP, _IT, _FG, _FZ, _RG, _RP, _RT, _RZ = (
    x_.IG, x_.IW, x_.IP, x_.IT, x_.FG, x_.FZ, x_.RG, x_.RP, x_.RT, x_.RZ,
)
_GATE_ROWS, _POOL_ROWS, _TAP_ROWS, _FREEZE_ROWS = (
    x_.GATE_ROWS, x_.POOL_ROWS, x_.TAP_ROWS, x_.FREEZE_ROWS,
)
_GATE_I, _GATE_F, _TAP_I, _FREEZE_F = x_.GATE_I, x_.GATE_F, x_.TAP_I, x_.FREEZE_F
_S_GATE, _S_CAP, _S_HOLD_IN = x_.S_GATE, x_.S_CAP, x_.S_HOLD_IN


@lane_kernel
def draw(u: Any, count: int, path0: int, day: int, seed: int) -> None:
    """Days until the gates of a list change, all of them in one loop."""
    for j in range(count):
        path = np.uint64(path0) + np.uint64(u[_U_LANE * B + j])
        a, b, c, d = uniforms(seed, path, day, np.uint64(u[_U_STREAM * B + j]))
        word = u[_U_WORD * B + j]
        x = (a if word == 0.0 else b) if word < 2.0 else (c if word == 2.0 else d)
        u[_U_WAIT * B + j] = days_to_change(x, u[_U_SCALE * B + j])


@lane_kernel
def note(h: Any, ints: Any, v: Any, u: Any, j: int, g: int, k: int, is_open: float) -> None:
    """Put a gate of a lane on the list of those that draw when they change."""
    i, f = h[_IG] + g * _GATE_I, h[_FG] + g * _GATE_F
    u[_U_LANE * B + j], u[_U_ENTRY * B + j] = float(k), float(g * B + k)
    u[_U_STREAM * B + j], u[_U_WORD * B + j] = float(ints[i + 1]), float(ints[i + 2])
    u[_U_SCALE * B + j] = v[f] if is_open > 0.0 else v[f + 1]


@lane_kernel
def enter(st: Any, h: Any, live: Any, u: Any, count: int, day: int) -> None:
    """Enter in the calendar when the gates of a list change."""
    dates, last = tail(live, h[_CHANGES]), h[_LAST_DAY]
    for j in range(count):
        entry = np.int64(u[_U_ENTRY * B + j])
        changes = float(day) + u[_U_WAIT * B + j]
        gate = tail(st, (h[_RG] + entry // B * _GATE_ROWS) * B)
        gate[_G_NEXT * B + entry % B] = changes
        if changes <= float(last):
            at = np.int64(changes)
            dates[last + 1 + entry] = dates[at]
            dates[at] = entry + 1


@lane_kernel
def first_draws(st: Any, h: Any, ints: Any, v: Any, live: Any, u: Any, path0: int,
                seed: int) -> None:
    """Draw in every lane when each gate changes for the first time."""
    for g in range(2, h[_GATES]):
        if ints[h[_IG] + g * _GATE_I + 1] > 0:
            gate = tail(st, (h[_RG] + g * _GATE_ROWS) * B)
            for k in range(B):
                note(h, ints, v, u, k, g, k, gate[_G_OPEN * B + k])
            draw(u, B, path0, 0, seed)
            enter(st, h, live, u, B, 0)


# The calendar has a number for each day, then one for each gate and lane: the first entry
# of the day, and the entry after each one; gate x 128 + lane + 1, 0 for none. So a day costs
# what changes on it, and not a look at each lane.
@lane_kernel
def change(st: Any, h: Any, ints: Any, v: Any, live: Any, u: Any, path0: int, day: int,
           seed: int) -> None:
    """Close and open what changes today, and draw when it changes again."""
    if day == 1:
        first_draws(st, h, ints, v, live, u, path0, seed)
    dates, last = tail(live, h[_CHANGES]), h[_LAST_DAY]
    entry = dates[day]
    while entry > 0:
        count = 0
        while entry > 0 and count < B:
            g, k = (entry - 1) // B, (entry - 1) % B
            gate = tail(st, (h[_RG] + g * _GATE_ROWS) * B)
            now = 1.0 - gate[_G_OPEN * B + k]
            gate[_G_OPEN * B + k], gate[_G_LEFT * B + k] = now, NO_LIMIT * now
            note(h, ints, v, u, count, g, k, now)
            entry = dates[last + entry]
            count += 1
        # Whole vectors: what stands in the rest of the last one is drawn for nobody.
        draw(u, (count + _VECTOR - 1) // _VECTOR * _VECTOR, path0, day, seed)
        enter(st, h, live, u, count, day)


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
def open_routes(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, u: Any, path0: int,
                day: int, seed: int) -> None:
    """What is open today, and what it takes."""
    if h[_HAZARDS] > 0:
        change(st, h, ints, v, live, u, path0, day, seed)
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
