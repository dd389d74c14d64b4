"""One block of paths in one call: the world slab by slab, every ledger on it, the reduction."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from hashfall.engine.compiled import entry_kernel, lane_kernel, tail
from hashfall.engine.layout import LANES, SLAB_DAYS
from hashfall.engine.ledger import ledger
from hashfall.engine.ledger_clocks import running
from hashfall.engine.world import world
from hashfall.model.columns import CLOCKS_NEVER, MAX_TAPS, Head, Month, Row, Tap
from hashfall.model.jit import float_bits
from hashfall.model.route_day import unsellable

__all__ = ["BINS", "Fate", "Total", "block", "liquid_edges"]

B = LANES


class Fate(IntEnum):
    """What is kept of each path: days, -1 for never; small numbers."""

    D1 = 0
    D2 = 1
    D3 = 2
    D4 = 3
    SHORT = 4
    LINE = 5
    LAST = 6
    COUNT = 7


class Total(IntEnum):
    """Sums over the paths of a block."""

    TRAPPED = 0
    SOLD_SPOT = 1
    SOLD_NET = 2
    SOLD_BTC = 3
    IN12 = 4
    OUT12 = 5
    NET12_SQUARED = 6
    UNSELLABLE = 7  # BTC unsold at D1 or at the end that policy or need wanted sold
    WANTED = 8  # BTC that policy or need still want sold at the end
    TAP = 9  # + source: drawn from it, in its own unit
    COUNT = 9 + MAX_TAPS


_EXPONENTS = 48
_SUB = 128  # bins per power of two
BINS = 2 * _EXPONENTS * _SUB + 1
"""Bins of the month-end histogram."""
_MID = _EXPONENTS * _SUB
_SLAB = SLAB_DAYS
_SECURED, _TAPS, _R_TAP = int(Head.SECURED), int(Head.TAPS), int(Head.R_TAP)
_TAP_ROWS, _DRAWN, _TAP = int(Tap.COUNT), int(Tap.DRAWN), int(Total.TAP)
_M_COUNT, _M_LIQUID = int(Month.COUNT), int(Month.LIQUID)
_ROW = {row.name: int(row) for row in Row}
_D1, _D3, _D4, _SHORT = _ROW["D1"], _ROW["D3"], _ROW["D4"], _ROW["FIRST_SHORT"]
_BITS, _LINE, _LAST = _ROW["D2_BITS"], _ROW["LINE"], _ROW["LAST_TAP"]
_TRAPPED, _SPOT, _NET, _BTC = (
    _ROW["TRAPPED"], _ROW["SOLD_SPOT"], _ROW["SOLD_NET"], _ROW["SOLD_BTC"],
)
_IN12, _OUT12 = _ROW["IN12"], _ROW["OUT12"]
_SELL, _NEED, _PRICE, _COINS, _UNSELLABLE = (
    _ROW["TO_SELL"], _ROW["NEED"], _ROW["PRICE"], _ROW["COINS"], _ROW["UNSELLABLE"],
)


def liquid_edges() -> Any:
    """Middle of every bin of the month-end histogram. [functional currency]

    Notes
    -----
    Bins follow the bits of the float: 128 to a power of two, so a quantile is off
    by at most 0.4%; amounts below 1 share the middle bin.
    """
    k = np.arange(_EXPONENTS * _SUB)
    size = 2.0 ** (k // _SUB) * (1.0 + (k % _SUB + 0.5) / _SUB)
    return np.concatenate([-size[::-1], [0.0], size])


@lane_kernel
def second_clock(bits: float, day: float) -> int:
    # The oldest of the last 13 weekly tests that held, within 90 days of D1; no test
    # counts on the day of D1 itself.
    if day >= CLOCKS_NEVER:
        return -1
    test = (np.int64(day) - 1) // 7 * 7
    word = np.int64(bits)
    for back in range(12, -1, -1):
        if (word >> back) & 1:
            return max(int(test - 7 * back), 1)
    return -1


@lane_kernel
def drawn(st: Any, head: Any, total: Any) -> None:
    for t in range(min(head[_TAPS], MAX_TAPS)):
        row = head[_R_TAP] + t * _TAP_ROWS + _DRAWN
        for k in range(B):
            total[_TAP + t] += st[row * B + k]


@lane_kernel
def reduce(st: Any, fate: Any, total: Any, secured: int) -> None:
    for k in range(B):
        d1 = st[_D1 * B + k]
        fate[0, k] = np.int16(d1) if d1 < CLOCKS_NEVER else np.int16(-1)
        fate[1, k] = np.int16(second_clock(st[_BITS * B + k], d1)) if secured else np.int16(-1)
        d3, d4, short = st[_D3 * B + k], st[_D4 * B + k], st[_SHORT * B + k]
        fate[2, k] = np.int16(d3) if d3 < CLOCKS_NEVER else np.int16(-1)
        fate[3, k] = np.int16(d4) if d4 < CLOCKS_NEVER else np.int16(-1)
        fate[4, k] = np.int16(short) if short < CLOCKS_NEVER else np.int16(-1)
        fate[5, k] = np.int16(st[_LINE * B + k])
        fate[6, k] = np.int16(st[_LAST * B + k])
        net = st[_IN12 * B + k] - st[_OUT12 * B + k]
        total[0] += st[_TRAPPED * B + k]
        total[1] += st[_SPOT * B + k]
        total[2] += st[_NET * B + k]
        total[3] += st[_BTC * B + k]
        total[4] += st[_IN12 * B + k]
        total[5] += st[_OUT12 * B + k]
        total[6] += net * net
        wanted = unsellable(st[_SELL * B + k], st[_NEED * B + k], st[_PRICE * B + k],
                            st[_COINS * B + k])
        total[7] += st[_UNSELLABLE * B + k] if d1 < CLOCKS_NEVER else wanted
        total[8] += wanted


@lane_kernel
def histogram(row: Any, bins: Any, at: Any) -> None:
    for k in range(B):
        bits = float_bits(row[k])
        # Sign apart; 7 bits of the mantissa and the exponent above 2^0.
        size = (bits & 0x7FFFFFFFFFFFFFFF) >> 45
        size = size - (1023 << 7)
        size = size if size < 6143 else 6143
        up = 6145 + size if size >= 0 else 6144
        down = 6143 - size if size >= 0 else 6144
        at[k] = up if bits >= 0 else down
    for k in range(B):
        bins[at[k]] += 1


@lane_kernel
def row_sum(row: Any) -> float:
    # Eight sums side by side: one alone waits for each addition to end.
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    e, f, g, h = 0.0, 0.0, 0.0, 0.0
    for k in range(0, B, 8):
        a, b, c, d = a + row[k], b + row[k + 1], c + row[k + 2], d + row[k + 3]
        e, f, g, h = e + row[k + 4], f + row[k + 5], g + row[k + 6], h + row[k + 7]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@lane_kernel
def months(record: Any, sums: Any, bins: Any, at: Any) -> None:
    for m in range(record.shape[0]):
        histogram(tail(record[m], _M_LIQUID * B), bins[m], at)
        for r in range(_M_COUNT):
            sums[m, r] += row_sum(tail(record[m], r * B))


@lane_kernel
def repeat(to: Any, rows: Any) -> None:
    for r in range(len(rows)):
        for k in range(B):
            to[r * B + k] = rows[r]


@lane_kernel
def stopped(clock: Any) -> int:
    """1 when a clock has stopped in every lane."""
    return 1 if running(clock) == 0 else 0


@entry_kernel
def block(w0: Any, p: Any, table: Any, fixed: Any, heads: Any, ints: Any, ints_at: Any,
          values: Any, values_at: Any, schedule: Any, schedule_at: Any, state: Any,
          state_at: Any, live0: Any, live_at: Any, wst: Any, u: Any, out: Any, st: Any,
          live: Any, record: Any, at: Any, fate: Any, total: Any, sums: Any, bins: Any,
          done: Any, path0: int, seed: int, days: int, watch: int) -> None:
    """Run the world once and every ledger of a bundle on it, then reduce.

    Writes ``fate[ledger, kind, lane]`` and adds to ``total``, ``sums`` and ``bins``. A
    ledger is left once the clock in row `watch` has stopped in every lane (-1: never).
    """
    repeat(wst, w0)
    repeat(st, state)
    for i in range(len(live0)):
        live[i] = live0[i]
    # Ledgers whose months nobody reads share the last record.
    jobs, last = len(heads), len(record) - 1
    for j in range(jobs):
        done[j] = 0
    day = 1
    while day <= days:
        n = min(_SLAB, days + 1 - day)
        world(wst, p, table, fixed, out, path0, day, n, seed)
        for j in range(jobs):
            if done[j] > 0:
                continue
            width = (schedule_at[j + 1] - schedule_at[j]) // (days + 1)
            ledger(tail(st, state_at[j] * B), heads[j], tail(ints, ints_at[j]),
                   tail(values, values_at[j]), tail(schedule, schedule_at[j]), width,
                   tail(live, live_at[j]), out, record[min(j, last)], u, path0, seed, day, n)
            if watch >= 0:
                done[j] = stopped(tail(st, (state_at[j] + watch) * B))
        day += n
    for j in range(jobs):
        reduce(tail(st, state_at[j] * B), fate[j], total[j], heads[j, _SECURED])
        drawn(tail(st, state_at[j] * B), heads[j], total[j])
        if j < len(bins):
            months(record[j], sums[j], bins[j], at)
