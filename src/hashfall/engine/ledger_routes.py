"""Sales through venues and rails that routes share, by the best way first.

A sale goes through the ways in the order of what they pay; each is a slice of a route at
one price, or a shift that takes back an earlier sale of the day (`hashfall.model.routes`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine import ledger_index as x_
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.model.columns import NO_LIMIT, Gate, Pool, Row, Tap
from hashfall.model.jit import binary_exponent
from hashfall.model.ledger import anyone, pay
from hashfall.model.route_day import room, sold_btc, still_needed

__all__ = ["arrivals", "arrives", "sell"]

B = LANES

_COINS, _SELL, _PENDING = int(Row.COINS), int(Row.TO_SELL), int(Row.PENDING)
_BASE, _PRICE, _RECEIPTS, _NEED = (
    int(Row.TAX_BASE), int(Row.PRICE), int(Row.RECEIPTS), int(Row.NEED),
)
_SPOT, _NET, _BTC, _LAST = (
    int(Row.SOLD_SPOT), int(Row.SOLD_NET), int(Row.SOLD_BTC), int(Row.LAST_TAP),
)
_LEFT, _DRAWN, _TODAY = int(Tap.STOCK), int(Tap.DRAWN), int(Tap.OWED)
_G_LEFT, _P_ARRIVED = int(Gate.LEFT), int(Pool.ARRIVED)
_BITS = 32  # lanes of a word
_FEW = 32  # lanes that sell one by one rather than all at once
# Rows of the scratch: of the day, then of a sale.
_U_PER, _U_MOST, _U_TODAY, _U_MONEY = 0, 1, 2, 3
_RATE, _LINES, _TAPS = x_.RATE, x_.LINES, x_.TAPS
_GATES, _POOLS, _FREEZES = x_.GATES, x_.POOLS, x_.FREEZES
_IG, _IW, _IP, _IT, _FG, _FW, _FT, _FZ = (
    x_.IG, x_.IW, x_.IP, x_.IT, x_.FG, x_.FW, x_.FT, x_.FZ,
)
_RG, _RP, _RT, _RR, _RZ = x_.RG, x_.RP, x_.RT, x_.RR, x_.RZ
_GATE_ROWS, _POOL_ROWS, _TAP_ROWS, _FREEZE_ROWS = (
    x_.GATE_ROWS, x_.POOL_ROWS, x_.TAP_ROWS, x_.FREEZE_ROWS,
)
_GATE_I, _GATE_F, _TAP_I, _TAP_F, _FREEZE_F, _SHIFT_I = (
    x_.GATE_I, x_.GATE_F, x_.TAP_I, x_.TAP_F, x_.FREEZE_F, x_.SHIFT_I,
)
_S_GATE, _S_CAP = x_.S_GATE, x_.S_CAP
_CREDITING, _SHIFTS = x_.AT_CREDITING, x_.SHIFTS


@lane_kernel
def ready(fix: Any, u: Any) -> int:
    """Count the lanes that sell coins, and take 1 over the price, for which every way asks."""
    count = 0
    for k in range(B):
        need, policy = fix[_NEED * B + k], fix[_SELL * B + k]
        u[_U_PER * B + k] = 1.0 / fix[_PRICE * B + k]
        count += anyone(pay(need if need > policy else policy, fix[_COINS * B + k]))
    return count


# A sale takes several short loops: one alone works on more rows than the compiler can tell
# apart, and stays scalar.
@lane_kernel
def trade(fix: Any, u: Any, limit: Any, venue: Any, rail: Any, cap: float, share: float,
          inverse: float, per: float, number: float, at_sale: float) -> int:
    """Coins sold as far as a way takes them; counts the lanes that still sell."""
    count = 0
    for k in range(B):
        need, policy, coins = fix[_NEED * B + k], fix[_SELL * B + k], fix[_COINS * B + k]
        last, price, per_price = fix[_LAST * B + k], fix[_PRICE * B + k], u[_U_PER * B + k]
        most = room(limit[k], venue[k], rail[k], per_price * per)
        most = most if most < cap else cap
        asked = need * (per_price * inverse)
        sold = sold_btc(asked, policy, coins, most)
        money = sold * (price * share)
        need, policy = still_needed(need, asked, sold, money), policy - sold
        policy = policy if policy > 0.0 else 0.0
        coins = coins - sold
        wanted = need if need > policy else policy
        fix[_NEED * B + k] = need
        fix[_SELL * B + k] = policy
        fix[_COINS * B + k] = coins
        fix[_LAST * B + k] = number if money > 0.0 else last
        fix[_SPOT * B + k] += sold * price
        fix[_NET * B + k] += money
        fix[_BTC * B + k] += sold
        fix[_BASE * B + k] += money * at_sale
        u[_U_TODAY * B + k] = sold
        u[_U_MONEY * B + k] = money
        count += anyone(pay(wanted, coins))
    return count


@lane_kernel
def use_venue(u: Any, venue: Any) -> None:
    """What a sale leaves of a venue."""
    for k in range(B):
        left = venue[k] - u[_U_TODAY * B + k]
        venue[k] = left if left > 0.0 else 0.0


@lane_kernel
def use_rail(fix: Any, u: Any, rail: Any, through: float) -> None:
    """What a sale leaves of a rail."""
    for k in range(B):
        left = rail[k] - u[_U_TODAY * B + k] * (fix[_PRICE * B + k] * through)
        rail[k] = left if left > 0.0 else 0.0


@lane_kernel
def use(st: Any, h: Any, s: Any, u: Any, venue: int, rail: int, through: float) -> None:
    """What a sale leaves of a venue and of a rail that have a capacity."""
    if s[h[_S_GATE] + venue] < NO_LIMIT:
        use_venue(u, tail(st, (h[_RG] + venue * _GATE_ROWS + _G_LEFT) * B))
    if s[h[_S_GATE] + rail] < NO_LIMIT:
        use_rail(st, u, tail(st, (h[_RG] + rail * _GATE_ROWS + _G_LEFT) * B), through)


@lane_kernel
def book(u: Any, drawn: Any, to: Any) -> None:
    """Coins and money of a sale where they belong."""
    for k in range(B):
        drawn[k] += u[_U_TODAY * B + k]
        to[k] += u[_U_MONEY * B + k]


@lane_kernel
def book_late(fix: Any, u: Any, drawn: Any, to: Any) -> None:
    """Coins and money of a sale where they belong, the money under way."""
    for k in range(B):
        drawn[k] += u[_U_TODAY * B + k]
        to[k] += u[_U_MONEY * B + k]
        fix[_PENDING * B + k] += u[_U_MONEY * B + k]


@lane_kernel
def bound(u: Any, row: Any, per: float, first: int) -> None:
    """Coins that a shift may sell, as far as its legs go."""
    for k in range(B):
        most, x = row[k] * per, u[_U_MOST * B + k]
        u[_U_MOST * B + k] = most if first > 0 or most < x else x


@lane_kernel
def leg(fix: Any, u: Any, tap: Any, to: Any, coins: float, share: float, late: float) -> None:
    """One leg of a shift: coins that go through a slice, or are taken back (below 0)."""
    for k in range(B):
        moved = u[_U_TODAY * B + k] * coins
        money = moved * (fix[_PRICE * B + k] * share)
        left, today = tap[_LEFT * B + k] - moved, tap[_TODAY * B + k] + moved
        drawn, came = tap[_DRAWN * B + k] + moved, to[k] + money
        pending = fix[_PENDING * B + k] + money * late
        # What is taken back was sold today: below nothing is rounding.
        tap[_LEFT * B + k] = left if left > 0.0 else 0.0
        tap[_TODAY * B + k] = today if today > 0.0 else 0.0
        tap[_DRAWN * B + k] = drawn if drawn > 0.0 else 0.0
        to[k] = came if came > 0.0 else 0.0
        fix[_PENDING * B + k] = pending if pending > 0.0 else 0.0


@lane_kernel
def receipts_row(h: Any, ints: Any, t: int) -> int:
    """Row on which the money of a slice arrives: of all accounts, or of one."""
    pool = ints[h[_IW] + ints[h[_IT] + t * _TAP_I + 5] + 3]
    return int(h[_RP] + pool * _POOL_ROWS + _P_ARRIVED) if pool >= 0 else _RECEIPTS


@lane_kernel
def money_row(h: Any, ints: Any, t: int, day: int) -> int:
    """Row to which the money of a slice goes: under way, or today's receipts."""
    i = h[_IT] + t * _TAP_I
    delay = ints[i + 2]
    return int(h[_RR] + ints[i + 3] + day % delay) if delay > 0 else receipts_row(h, ints, t)


@lane_kernel
def send(st: Any, h: Any, ints: Any, v: Any, u: Any, live: Any, t: int, day: int,
         coins: float) -> None:
    """Move coins of a shift through one slice."""
    delay = ints[h[_IT] + t * _TAP_I + 2]
    row = money_row(h, ints, t, day)
    leg(st, u, tail(st, (h[_RT] + t * _TAP_ROWS) * B), tail(st, row * B), coins,
        v[h[_FT] + t * _TAP_F], 1.0 if delay > 0 else 0.0)
    if delay > 0:
        live[h[_LINES] + row - h[_RR]] = delay


@lane_kernel
def by_slice(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, t: int,
             day: int) -> int:
    """Sell through a slice in all lanes; counts those that still sell."""
    i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
    at, of = h[_IW] + ints[i + 5], h[_FW] + ints[i + 6]
    limit = tail(st, (h[_RG] + ints[at] * _GATE_ROWS + _G_LEFT) * B)
    venue = tail(st, (h[_RG] + ints[at + 1] * _GATE_ROWS + _G_LEFT) * B)
    rail = tail(st, (h[_RG] + ints[at + 2] * _GATE_ROWS + _G_LEFT) * B)
    row, delay = money_row(h, ints, t, day), ints[i + 2]
    if delay > 0:
        live[h[_LINES] + row - h[_RR]] = delay
    selling = trade(st, u, limit, venue, rail, s[h[_S_CAP] + t], v[f], v[f + 1], v[of + 1],
                    float(t), 1.0 - float(h[_CREDITING]))
    use(st, h, s, u, ints[at + 1], ints[at + 2], v[of])
    drawn = tail(st, (h[_RT] + t * _TAP_ROWS + _DRAWN) * B)
    if delay > 0:
        book_late(st, u, drawn, tail(st, row * B))
    else:
        book(u, drawn, tail(st, row * B))
    return int(selling)


@lane_kernel
def by_shift(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, t: int,
             day: int) -> int:
    """Sell by a shift, or by a slice of which sales may be taken back later."""
    i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
    alone = 1 if ints[i] == 5 else 0
    at, of = h[_IW] + ints[i + 5] + alone, h[_FW] + ints[i + 6]
    venue = tail(st, (h[_RG] + ints[at] * _GATE_ROWS + _G_LEFT) * B)
    rail = tail(st, (h[_RG] + ints[at + 1] * _GATE_ROWS + _G_LEFT) * B)
    if alone > 0:
        bound(u, tail(st, (h[_RT] + t * _TAP_ROWS + _LEFT) * B), 1.0, 1)
    legs = 0 if alone > 0 else ints[at + 2]
    for n in range(legs):
        row = h[_RT] + ints[at + _SHIFT_I + n] * _TAP_ROWS
        bound(u, tail(st, (row + (_LEFT if v[of + 2 + 2 * n] > 0.0 else _TODAY)) * B),
              v[of + 3 + 2 * n], 1 if n == 0 else 0)
    selling = trade(st, u, tail(u, _U_MOST * B), venue, rail, NO_LIMIT, v[f], v[f + 1], v[of + 1],
                    float(t), 1.0 - float(h[_CREDITING]))
    use(st, h, s, u, ints[at], ints[at + 1], v[of])
    if alone > 0:
        send(st, h, ints, v, u, live, t, day, 1.0)
    for n in range(legs):
        send(st, h, ints, v, u, live, ints[at + _SHIFT_I + n], day, v[of + 2 + 2 * n])
    return int(selling)


@lane_kernel
def by_way(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, t: int, day: int,
           selling: int) -> int:
    i = h[_IT] + t * _TAP_I
    if s[h[_S_CAP] + t] <= 0.0:
        return selling
    if ints[i] == 5 and ints[h[_IW] + ints[i + 5] + 4] == 0:
        return int(by_slice(st, h, ints, v, s, u, live, t, day))
    return int(by_shift(st, h, ints, v, s, u, live, t, day))


# A bit for each lane, in one loop over many, then lane after lane with a bit: a list that
# grows lane by lane takes twice as long.
@lane_kernel
def listed(fix: Any, lanes: Any) -> int:
    """List the lanes that still sell."""
    count = 0
    for word in range(B // _BITS):
        bits = 0
        for j in range(_BITS):
            k = word * _BITS + j
            need, policy, coins = fix[_NEED * B + k], fix[_SELL * B + k], fix[_COINS * B + k]
            bits |= anyone(pay(need if need > policy else policy, coins)) << j
        while bits > 0:
            lanes[count] = float(word * _BITS) + binary_exponent(float(bits & -bits))
            bits &= bits - 1
            count += 1
    return count


@lane_kernel
def by_few(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, lanes: Any, count: int,
           t: int, day: int) -> int:
    """Sell through a slice in the lanes of a list, as `by_slice` in all; keeps those that go on."""
    i, f, cap = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F, s[h[_S_CAP] + t]
    at, of = h[_IW] + ints[i + 5], h[_FW] + ints[i + 6]
    limit = tail(st, (h[_RG] + ints[at] * _GATE_ROWS + _G_LEFT) * B)
    venue = tail(st, (h[_RG] + ints[at + 1] * _GATE_ROWS + _G_LEFT) * B)
    rail = tail(st, (h[_RG] + ints[at + 2] * _GATE_ROWS + _G_LEFT) * B)
    drawn = tail(st, (h[_RT] + t * _TAP_ROWS + _DRAWN) * B)
    row, delay = money_row(h, ints, t, day), ints[i + 2]
    to, at_sale, late = tail(st, row * B), 1.0 - float(h[_CREDITING]), 1.0 if delay > 0 else 0.0
    full = s[h[_S_GATE] + ints[at + 1]] < NO_LIMIT
    broad = s[h[_S_GATE] + ints[at + 2]] < NO_LIMIT
    share, inverse, through, per = v[f], v[f + 1], v[of], v[of + 1]
    kept = 0
    for n in range(count):
        k = np.int64(lanes[n])
        per_price = u[_U_PER * B + k]
        most = room(limit[k], venue[k], rail[k], per_price * per)
        most = most if most < cap else cap
        lanes[kept] = float(k)
        if most <= 0.0:
            kept += 1
            continue
        need, policy, coins = st[_NEED * B + k], st[_SELL * B + k], st[_COINS * B + k]
        price, asked = st[_PRICE * B + k], need * (per_price * inverse)
        sold = sold_btc(asked, policy, coins, most)
        money = sold * (price * share)
        need, policy = still_needed(need, asked, sold, money), policy - sold
        policy = policy if policy > 0.0 else 0.0
        coins = coins - sold
        st[_NEED * B + k], st[_SELL * B + k], st[_COINS * B + k] = need, policy, coins
        if full:
            left = venue[k] - sold
            venue[k] = left if left > 0.0 else 0.0
        if broad:
            left = rail[k] - sold * (price * through)
            rail[k] = left if left > 0.0 else 0.0
        to[k] += money
        drawn[k] += sold
        st[_PENDING * B + k] += money * late
        st[_SPOT * B + k] += sold * price
        st[_NET * B + k] += money
        st[_BTC * B + k] += sold
        st[_BASE * B + k] += money * at_sale
        st[_LAST * B + k] = float(t) if money > 0.0 else st[_LAST * B + k]
        kept += anyone(pay(need if need > policy else policy, coins))
    if delay > 0:
        live[h[_LINES] + row - h[_RR]] = delay
    return kept


@lane_kernel
def sell(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, t: int, end: int,
         day: int) -> int:
    """Sell by the ways from one source to another; 1 when a lane may have sold."""
    selling = ready(st, u)
    if selling == 0:
        return 0
    few = 0 if h[_SHIFTS] > 0 else _FEW
    while t < end and selling > few:
        selling = by_way(st, h, ints, v, s, u, live, t, day, selling)
        t += 1
    if t < end and selling > 0:
        lanes = tail(u, _U_MOST * B)
        selling = listed(st, lanes)
        while t < end and selling > 0:
            if s[h[_S_CAP] + t] > 0.0:
                selling = by_few(st, h, ints, v, s, u, live, lanes, selling, t, day)
            t += 1
    return 1


@lane_kernel
def arrivals(h: Any, ints: Any, t: int) -> int:
    """Row on which money under way of a source arrives."""
    return int(receipts_row(h, ints, t)) if ints[h[_IT] + t * _TAP_I] == 5 else _RECEIPTS


@lane_kernel
def arrives(h: Any, ints: Any, t: int) -> int:
    """1 for a source with money under way of its own: slices of a route share theirs."""
    i = h[_IT] + t * _TAP_I
    return int(ints[h[_IW] + ints[i + 5] + 5]) if ints[i] == 5 else 1
