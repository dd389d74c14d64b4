"""Routes through venues and rails: what is open today, sales by the best way, where money goes.

Each gate (a venue, a rail, a route that closes by itself) has a row that says whether it
is open and one for what it still takes today; each slice of a route has what it still
takes and what it has taken. A sale goes through the ways in the order of what they pay.
"""

from __future__ import annotations

from typing import Any

from hashfall.engine import ledger_index as x_
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.engine.world_price import words
from hashfall.model.columns import Freeze, Gate, Pool, Row, Tap
from hashfall.model.ledger import anyone, frozen, pay, sale_btc
from hashfall.model.route_day import room, turned, unsellable

__all__ = ["arrivals", "open_routes", "pooled", "sell", "snapshot"]

B = LANES

_COINS, _SELL, _PENDING = int(Row.COINS), int(Row.TO_SELL), int(Row.PENDING)
_BASE, _PRICE, _RECEIPTS, _NEED = (
    int(Row.TAX_BASE), int(Row.PRICE), int(Row.RECEIPTS), int(Row.NEED),
)
_SPOT, _NET, _BTC, _LAST = (
    int(Row.SOLD_SPOT), int(Row.SOLD_NET), int(Row.SOLD_BTC), int(Row.LAST_TAP),
)
_D1, _UNSELLABLE, _ASKED = int(Row.D1), int(Row.UNSELLABLE), int(Row.SUPPLY)
_LEFT, _DRAWN, _TODAY = int(Tap.STOCK), int(Tap.DRAWN), int(Tap.OWED)
_G_OPEN, _G_LEFT = int(Gate.OPEN), int(Gate.LEFT)
_P_ARRIVED, _P_LEFT = int(Pool.ARRIVED), int(Pool.LEFT)
_F_HELD = int(Freeze.HELD)
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
_S_GATE, _S_CAP, _S_HOLD_IN, _CREDITING = x_.S_GATE, x_.S_CAP, x_.S_HOLD_IN, x_.AT_CREDITING


@lane_kernel
def turn(gate: Any, u: Any, closes: float, reopens: float) -> None:
    """Close what is open and open what is closed, by chance."""
    for k in range(B):
        gate[_G_OPEN * B + k] = turned(gate[_G_OPEN * B + k], u[k], closes, reopens)


@lane_kernel
def refill(to: Any, is_open: Any, cap: float) -> None:
    """A day's capacity of what is counted in coins."""
    for k in range(B):
        to[k] = cap * is_open[k]


@lane_kernel
def refill_money(to: Any, is_open: Any, rate: Any, price: Any, cap: float) -> None:
    """A day's capacity of what is counted in money, in coins at spot."""
    for k in range(B):
        to[k] = cap * is_open[k] * rate[k] / price[k]


@lane_kernel
def fresh(tap: Any, is_open: Any, cap: float) -> None:
    """A slice at the start of a day."""
    for k in range(B):
        tap[_LEFT * B + k] = cap * is_open[k]
        tap[_TODAY * B + k] = 0.0


@lane_kernel
def open_routes(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
                seed: int) -> None:
    """What is open today, and what it takes."""
    drawn = 0
    for g in range(h[_GATES]):
        i, f = h[_IG] + g * _GATE_I, h[_FG] + g * _GATE_F
        gate = tail(st, (h[_RG] + g * _GATE_ROWS) * B)
        if ints[i + 1] > 0:
            # Four gates may read one call of the generator.
            if ints[i + 1] != drawn:
                words(u, path0, day, ints[i + 1], seed)
                drawn = ints[i + 1]
            turn(gate, tail(u, ints[i + 2] * B), v[f], v[f + 1])
        left, is_open = tail(gate, _G_LEFT * B), tail(gate, _G_OPEN * B)
        if ints[i] >= 0:
            refill_money(left, is_open, tail(st, (_RATE + ints[i]) * B), tail(st, _PRICE * B),
                         s[h[_S_GATE] + g])
        else:
            refill(left, is_open, s[h[_S_GATE] + g])
    for t in range(h[_TAPS]):
        i = h[_IT] + t * _TAP_I
        if ints[i] == 5:
            own = h[_RG] + ints[h[_IW] + ints[i + 5]] * _GATE_ROWS + _G_OPEN
            fresh(tail(st, (h[_RT] + t * _TAP_ROWS) * B), tail(st, own * B), s[h[_S_CAP] + t])


@lane_kernel
def takers(fix: Any, tap: Any, venue: Any, rail: Any, per: float) -> int:
    """Count the lanes that sell through a slice."""
    count = 0
    for k in range(B):
        need, policy = fix[_NEED * B + k], fix[_SELL * B + k]
        wanted = need if need > policy else policy
        most = room(tap[_LEFT * B + k], venue[k], rail[k], per)
        count += anyone(pay(pay(wanted, fix[_COINS * B + k]), most))
    return count


@lane_kernel
def slice_(fix: Any, tap: Any, venue: Any, rail: Any, ring: Any, receipts: Any, delayed: float,
           share: float, through: float, per: float, at_sale: float, number: float) -> None:
    """Coins sold through one slice of a route."""
    for k in range(B):
        spot, last = fix[_PRICE * B + k], fix[_LAST * B + k]
        left, venue_left, rail_left = tap[_LEFT * B + k], venue[k], rail[k]
        cap = room(left, venue_left, rail_left, per)
        sold = sale_btc(
            fix[_NEED * B + k], fix[_SELL * B + k], fix[_COINS * B + k], cap, spot * share
        )
        money = sold * (spot * share)
        to_sell, need_left = fix[_SELL * B + k] - sold, fix[_NEED * B + k] - money
        carried = rail_left - sold * through
        tap[_LEFT * B + k] = left - sold
        tap[_TODAY * B + k] += sold
        tap[_DRAWN * B + k] += sold
        venue[k] = venue_left - sold
        rail[k] = carried if carried > 0.0 else 0.0
        fix[_SELL * B + k] = to_sell if to_sell > 0.0 else 0.0
        fix[_NEED * B + k] = need_left if need_left > 0.0 else 0.0
        fix[_COINS * B + k] -= sold
        fix[_SPOT * B + k] += sold * spot
        fix[_NET * B + k] += money
        fix[_BTC * B + k] += sold
        fix[_BASE * B + k] += money * at_sale
        fix[_PENDING * B + k] += money * delayed
        ring[k] += money * delayed
        receipts[k] += money * (1.0 - delayed)
        fix[_LAST * B + k] = number if money > 0.0 else last


@lane_kernel
def ask(fix: Any, venue: Any, rail: Any, per: float) -> None:
    """Coins that a shift may sell, as far as its ends go."""
    for k in range(B):
        most = rail[k] * per
        fix[_ASKED * B + k] = venue[k] if venue[k] < most else most


@lane_kernel
def bound(fix: Any, row: Any, per: float) -> None:
    """The same, as far as one of its legs goes."""
    for k in range(B):
        most, x = row[k] * per, fix[_ASKED * B + k]
        fix[_ASKED * B + k] = x if x < most else most


@lane_kernel
def shift(fix: Any, venue: Any, rail: Any, share: float, through: float, at_sale: float,
          number: float) -> int:
    """Coins sold by a shift; counts the lanes that sell."""
    count = 0
    for k in range(B):
        spot, last = fix[_PRICE * B + k], fix[_LAST * B + k]
        venue_left, rail_left = venue[k], rail[k]
        sold = sale_btc(fix[_NEED * B + k], fix[_SELL * B + k], fix[_COINS * B + k],
                        fix[_ASKED * B + k], spot * share)
        money = sold * (spot * share)
        to_sell, need_left = fix[_SELL * B + k] - sold, fix[_NEED * B + k] - money
        left, carried = venue_left - sold, rail_left - sold * through
        venue[k] = left if left > 0.0 else 0.0
        rail[k] = carried if carried > 0.0 else 0.0
        fix[_ASKED * B + k] = sold
        fix[_SELL * B + k] = to_sell if to_sell > 0.0 else 0.0
        fix[_NEED * B + k] = need_left if need_left > 0.0 else 0.0
        fix[_COINS * B + k] -= sold
        fix[_SPOT * B + k] += sold * spot
        fix[_NET * B + k] += money
        fix[_BTC * B + k] += sold
        fix[_BASE * B + k] += money * at_sale
        fix[_LAST * B + k] = number if money > 0.0 else last
        count += anyone(sold)
    return count


@lane_kernel
def leg(fix: Any, tap: Any, ring: Any, receipts: Any, coins: float, delayed: float,
        share: float) -> None:
    """One leg of a shift: coins that go through a slice, or are taken back (below 0)."""
    for k in range(B):
        moved = fix[_ASKED * B + k] * coins
        money = moved * (fix[_PRICE * B + k] * share)
        left, today = tap[_LEFT * B + k] - moved, tap[_TODAY * B + k] + moved
        drawn = tap[_DRAWN * B + k] + moved
        pending = fix[_PENDING * B + k] + money * delayed
        under_way, came = ring[k] + money * delayed, receipts[k] + money * (1.0 - delayed)
        # What is taken back was sold today: below nothing is rounding.
        tap[_LEFT * B + k] = left if left > 0.0 else 0.0
        tap[_TODAY * B + k] = today if today > 0.0 else 0.0
        tap[_DRAWN * B + k] = drawn if drawn > 0.0 else 0.0
        fix[_PENDING * B + k] = pending if pending > 0.0 else 0.0
        ring[k] = under_way if under_way > 0.0 else 0.0
        receipts[k] = came if came > 0.0 else 0.0


@lane_kernel
def receipts_row(h: Any, ints: Any, t: int) -> int:
    """Row on which the money of a slice arrives: of all accounts, or of one."""
    pool = ints[h[_IW] + ints[h[_IT] + t * _TAP_I + 5] + 3]
    return int(h[_RP] + pool * _POOL_ROWS + _P_ARRIVED) if pool >= 0 else _RECEIPTS


@lane_kernel
def ring_slot(h: Any, ints: Any, t: int, day: int) -> int:
    i = h[_IT] + t * _TAP_I
    delay = ints[i + 2]
    return int(ints[i + 3] + (day % delay if delay > 0 else 0))


@lane_kernel
def by_slice(st: Any, h: Any, ints: Any, v: Any, live: Any, t: int, day: int) -> int:
    i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
    at, of = h[_IW] + ints[i + 5], h[_FW] + ints[i + 6]
    tap = tail(st, (h[_RT] + t * _TAP_ROWS) * B)
    venue = tail(st, (h[_RG] + ints[at + 1] * _GATE_ROWS + _G_LEFT) * B)
    rail = tail(st, (h[_RG] + ints[at + 2] * _GATE_ROWS + _G_LEFT) * B)
    if takers(st, tap, venue, rail, v[of + 1]) == 0:
        return 0
    slot, delay = ring_slot(h, ints, t, day), ints[i + 2]
    slice_(st, tap, venue, rail, tail(st, (h[_RR] + slot) * B),
           tail(st, receipts_row(h, ints, t) * B), 1.0 if delay > 0 else 0.0, v[f], v[of],
           v[of + 1], 1.0 - float(h[_CREDITING]), float(t))
    live[h[_LINES] + slot] = delay
    return 1


@lane_kernel
def by_shift(st: Any, h: Any, ints: Any, v: Any, live: Any, t: int, day: int) -> int:
    i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
    at, of = h[_IW] + ints[i + 5], h[_FW] + ints[i + 6]
    venue = tail(st, (h[_RG] + ints[at] * _GATE_ROWS + _G_LEFT) * B)
    rail = tail(st, (h[_RG] + ints[at + 1] * _GATE_ROWS + _G_LEFT) * B)
    ask(st, venue, rail, v[of + 1])
    for n in range(ints[at + 2]):
        coins = v[of + 2 + 2 * n]
        row = h[_RT] + ints[at + _SHIFT_I + n] * _TAP_ROWS
        bound(st, tail(st, (row + (_LEFT if coins > 0.0 else _TODAY)) * B), v[of + 3 + 2 * n])
    if shift(st, venue, rail, v[f], v[of], 1.0 - float(h[_CREDITING]), float(t)) == 0:
        return 0
    for n in range(ints[at + 2]):
        on = ints[at + _SHIFT_I + n]
        slot, delay = ring_slot(h, ints, on, day), ints[h[_IT] + on * _TAP_I + 2]
        leg(st, tail(st, (h[_RT] + on * _TAP_ROWS) * B), tail(st, (h[_RR] + slot) * B),
            tail(st, receipts_row(h, ints, on) * B), v[of + 2 + 2 * n],
            1.0 if delay > 0 else 0.0, v[h[_FT] + on * _TAP_F])
        live[h[_LINES] + slot] = delay
    return 1


@lane_kernel
def sell(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, t: int, day: int) -> int:
    """Sell by one way; 1 when a lane may have sold."""
    if s[h[_S_CAP] + t] <= 0.0:
        return 0
    if ints[h[_IT] + t * _TAP_I] == 5:
        return int(by_slice(st, h, ints, v, live, t, day))
    return int(by_shift(st, h, ints, v, live, t, day))


@lane_kernel
def arrivals(h: Any, ints: Any, t: int) -> int:
    """Row on which money under way of a source arrives."""
    return int(receipts_row(h, ints, t)) if ints[h[_IT] + t * _TAP_I] == 5 else _RECEIPTS


@lane_kernel
def count_in(pool: Any) -> None:
    """What arrived on an account, before freezes."""
    for k in range(B):
        pool[_P_LEFT * B + k] = pool[_P_ARRIVED * B + k]


@lane_kernel
def hold_in(pool: Any, row: Any, share: float, up_to: float) -> None:
    """What a freeze holds of money that arrives on its own account."""
    for k in range(B):
        left, held = pool[_P_LEFT * B + k], row[_F_HELD * B + k]
        x = frozen(pool[_P_ARRIVED * B + k], share, left, held, up_to)
        pool[_P_LEFT * B + k] = left - x
        row[_F_HELD * B + k] = held + x


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
        count_in(pool)
        for z in range(h[_FREEZES]):
            share = s[h[_S_HOLD_IN] + z]
            if ints[h[_IP] + z] == p and share > 0.0:
                hold_in(pool, tail(st, (h[_RZ] + z * _FREEZE_ROWS) * B), share,
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
