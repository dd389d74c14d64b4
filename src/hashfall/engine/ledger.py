"""The ledger kernel: the daily cash accounts of one company along a block of world paths.

One day: rates and prices, money that arrives, machines and clients, what falls due,
frozen accounts, money looked for, payments in contractual order, clocks. The
readable twin is `hashfall.model.reference.ledger`; rows and columns are named in
`hashfall.model.columns`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine import ledger_clocks as q
from hashfall.engine import ledger_gates as g_
from hashfall.engine import ledger_index as x_
from hashfall.engine import ledger_parts as p
from hashfall.engine import ledger_payments as r
from hashfall.engine import ledger_routes as w_
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.engine.ledger_days import due, operate, start
from hashfall.model.columns import Row

__all__ = ["ledger"]

B = LANES

_FIX, _RATE = x_.FIX, x_.RATE
_LINE_ROWS, _TAP_ROWS, _FREEZE_ROWS, _LOAN_ROWS = (
    x_.LINE_ROWS, x_.TAP_ROWS, x_.FREEZE_ROWS, x_.LOAN_ROWS,
)
_LINE_I, _TAP_I, _TAP_F, _LOAN_I = x_.LINE_I, x_.TAP_I, x_.TAP_F, x_.LOAN_I
_FREEZE_I, _FREEZE_F, _COVENANT_I, _COVENANT_F = (
    x_.FREEZE_I, x_.FREEZE_F, x_.COVENANT_I, x_.COVENANT_F,
)
_LINES, _TAPS, _FREEZES, _LOANS, _COVENANTS = (
    x_.LINES, x_.TAPS, x_.FREEZES, x_.LOANS, x_.COVENANTS,
)
_CURRENCIES, _USD, _CREDITING, _SECURED = x_.CURRENCIES, x_.USD, x_.AT_CREDITING, x_.SECURED
_IL, _IT, _IZ, _IO, _IC = x_.IL, x_.IT, x_.IZ, x_.IO, x_.IC
_FT, _FZ, _FC, _RL, _RT, _RZ, _RO, _RR = (
    x_.FT, x_.FZ, x_.FC, x_.RL, x_.RT, x_.RZ, x_.RO, x_.RR,
)
_RECENT, _SOON, _CAP, _CALL_SOON = x_.S_RECENT, x_.S_SOON, x_.S_CAP, x_.S_CALL_SOON
_HOLD, _SEIZE, _RELEASE = x_.S_HOLD, x_.S_SEIZE, x_.S_RELEASE
_RECEIPTS, _GROSS = int(Row.RECEIPTS), int(Row.GROSS)
_MACHINES, _D1, _D4, _STOCK = x_.MACHINES, x_.D1, x_.D4, x_.STOCK
_GATES, _POOLS = x_.GATES, x_.POOLS
_MONTH, _WEEK, _QUARTER = x_.MONTH, x_.WEEK, x_.QUARTER
_AHEAD, _AHEAD90, _SECURED90, _SECURED_LEFT = (
    x_.AHEAD, x_.AHEAD90, x_.SECURED90, x_.SECURED_LEFT,
)
_DECAY, _DECAY90, _ROUTE_CAP, _LIABILITY = x_.DECAY, x_.DECAY90, x_.ROUTE_CAP, x_.LIABILITY
_V_PRICE0, _V_HASHPRICE0, _V_BEST_NET = x_.V_PRICE0, x_.V_HASHPRICE0, x_.V_BEST_NET
_V_FLEET_USD, _V_PLEDGED_USD, _V_SITES_USD = x_.V_FLEET_USD, x_.V_PLEDGED_USD, x_.V_SITES_USD
_V_TOLERANCE, _V_FIRE_COST, _V_LOOK_AHEAD, _V_EQUITY_BETA = (
    x_.V_TOLERANCE, x_.V_FIRE_COST, x_.V_LOOK_AHEAD, x_.V_EQUITY_BETA,
)


@lane_kernel
def take(st: Any, h: Any, ints: Any, v: Any, s: Any) -> None:
    if h[_FREEZES] > 0:
        r.copy(tail(st, _RECEIPTS * B), tail(st, _GROSS * B))
    for z in range(h[_FREEZES]):
        row = h[_RZ] + z * _FREEZE_ROWS
        if s[h[_HOLD] + z] > 0.0:
            r.hold(tail(st, _RECEIPTS * B), tail(st, _GROSS * B), tail(st, row * B),
                   s[h[_HOLD] + z], v[h[_FZ] + z * _FREEZE_F])
    if h[_POOLS] > 0:
        g_.pooled(st, h, ints, v, s)
    q.bank(st)


@lane_kernel
def guard(st: Any, h: Any, ints: Any, v: Any, s: Any) -> None:
    for z in range(h[_FREEZES]):
        if s[h[_RELEASE] + z] > 0.0:
            row = h[_RZ] + z * _FREEZE_ROWS
            r.release(st, tail(st, row * B))
    for z in range(h[_FREEZES]):
        if s[h[_SEIZE] + z] > 0.0:
            row = h[_RZ] + z * _FREEZE_ROWS
            r.seize(st, tail(st, row * B), s[h[_SEIZE] + z], v[h[_FZ] + z * _FREEZE_F])
    take(st, h, ints, v, s)


@lane_kernel
def run(ints: Any, i: int) -> int:
    """Sources to go on by: one, or all the ways from one that sells coins by them."""
    return int(ints[i + 4]) if ints[i] >= 5 else 1


@lane_kernel
def soon(st: Any, h: Any, ints: Any, s: Any) -> None:
    for j in range(h[_LINES]):
        if s[h[_SOON] + j] > 0.0:
            i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
            p.bill_soon(st, tail(st, row * B), tail(st, (_RATE + ints[i + 1]) * B))
    t = 0
    while t < h[_TAPS]:
        i = h[_IT] + t * _TAP_I
        if s[h[_CALL_SOON] + t] > 0.0:
            row = h[_RT] + t * _TAP_ROWS
            p.call_soon(st, tail(st, row * B), tail(st, (_RATE + ints[i + 1]) * B))
        t += run(ints, i)


@lane_kernel
def sides(h: Any, ints: Any) -> int:
    """Count what is owned or owed besides cash, coins and lines: without, its sums stay zero."""
    n = h[_FREEZES] + h[_LOANS]
    t = 0
    while t < h[_TAPS]:
        i = h[_IT] + t * _TAP_I
        n += 1 if ints[i] == 1 or ints[i] == 2 else 0
        t += run(ints, i)
    return int(n)


@lane_kernel
def find(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, live: Any, day: int) -> int:
    """Draw on the sources; 1 when one of them may have paid on the same day."""
    at_once, t = 0, 0
    soon(st, h, ints, s)
    looking = p.need(st, s[_AHEAD], v[_V_LOOK_AHEAD])
    while t < h[_TAPS]:
        i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
        kind = ints[i]
        if kind >= 5:
            at_once += w_.sell(st, h, ints, v, s, u, live, t, t + run(ints, i), day)
            t += run(ints, i)
            continue
        delay, cap = ints[i + 2], s[h[_CAP] + t]
        row = h[_RT] + t * _TAP_ROWS
        tap = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i + 1]) * B)
        slot = ints[i + 3] + (day % delay if delay > 0 else 0)
        ring = tail(st, (h[_RR] + slot) * B)
        # What no lane can use is left out: a source that is spent, coins that nobody sells.
        left = tail(st, _MACHINES * B) if kind == 4 else tail(tap, _STOCK * B)
        if kind == 0 and cap > 0.0 and p.sellers(st) > 0:
            p.route(st, tap, ring, 1.0 if delay > 0 else 0.0, cap, v[f],
                    1.0 - float(h[_CREDITING]), float(t))
            live[h[_LINES] + slot] = delay
            at_once += 1 if delay == 0 else 0
        elif kind == 1 or kind == 2:
            debt = 1.0 if kind == 2 else 0.0
            if looking > 0 and cap > 0.0 and p.drawers(st, left) > 0:
                p.stock(st, tap, rate, cap, v[f], float(ints[i + 4]), debt, float(t))
            p.count_stock(st, tap, rate, debt, 1.0 if cap <= 0.0 else 0.0)
        elif kind == 3 and cap > 0.0 and looking > 0 and p.drawers(st, left) > 0:
            p.volume(st, rate, v[_V_PRICE0])
            p.equity(st, tap, ring, rate, cap, v[f], v[_V_EQUITY_BETA], float(t))
            live[h[_LINES] + slot] = delay
        elif kind == 4 and cap > 0.0 and looking > 0 and p.drawers(st, left) > 0:
            p.machines(st, tap, ring, rate, cap, v[f], v[_V_FLEET_USD], v[_V_HASHPRICE0],
                       s[_DECAY], float(t))
            live[h[_LINES] + slot] = delay
        t += 1
    return at_once


@lane_kernel
def pay(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any) -> None:
    r.clear_unpaid(st)
    for j in range(h[_LINES]):
        if live[j] == 0:
            continue
        i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
        line = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i + 1]) * B)
        for z in range(h[_FREEZES]):
            if (ints[h[_IZ] + z * _FREEZE_I] >> ints[i]) & 1:
                at = h[_RZ] + z * _FREEZE_ROWS
                r.let_pay(tail(st, at * B), line, rate)
        live[j] = r.settle(st, line, rate) if ints[i + 1] > 0 else r.settle_home(st, line)
        if live[j] > 0:
            if ints[i + 2] > 0:
                r.count_unpaid(st, line, rate)
            else:
                r.arrears(st, line, rate, s[h[_RECENT] + j], float(j), v[_V_TOLERANCE])
    for o in range(h[_LOANS]):
        at, m = h[_RO] + o * _LOAN_ROWS, h[_RL] + ints[h[_IO] + o * _LOAN_I + 2] * _LINE_ROWS
        r.credit_margin(tail(st, at * B), tail(st, m * B))
    if s[_MONTH] > 0.0:
        for z in range(h[_FREEZES]):
            at = h[_RZ] + z * _FREEZE_ROWS
            r.allow(tail(st, at * B), v[h[_FZ] + z * _FREEZE_F + 1])


@lane_kernel
def count(st: Any, h: Any, ints: Any) -> None:
    for z in range(h[_FREEZES]):
        at = h[_RZ] + z * _FREEZE_ROWS
        r.count_held(st, tail(st, at * B))
    for o in range(h[_LOANS]):
        at, cur = h[_RO] + o * _LOAN_ROWS, ints[h[_IO] + o * _LOAN_I]
        r.count_loan(st, tail(st, at * B), tail(st, (_RATE + cur) * B))


@lane_kernel
def count_owed(st: Any, h: Any, ints: Any, s: Any) -> None:
    for j in range(h[_LINES]):
        i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
        if ints[i + 3] > 0:
            r.count_bills(st, tail(st, row * B), tail(st, (_RATE + ints[i + 1]) * B))
    for x in range(h[_CURRENCIES]):
        if s[_LIABILITY + x] > 0.0:
            r.count_amount(st, tail(st, (_RATE + x) * B), s[_LIABILITY + x])


@lane_kernel
def close(st: Any, h: Any, ints: Any, v: Any, s: Any, months: Any, day: int,
          solvent: int) -> None:
    usd = tail(st, (_RATE + h[_USD]) * B)
    net, hp0 = v[_V_BEST_NET], v[_V_HASHPRICE0]
    own, pledged = v[_V_FLEET_USD], v[_V_PLEDGED_USD]
    q.default(st, float(day), v[_V_TOLERANCE])
    if q.stopped_on(tail(st, _D1 * B), float(day)) > 0:
        g_.snapshot(st, float(day))
    if solvent > 0:
        q.insolvency(st, usd, float(day), net, own, pledged, v[_V_SITES_USD], hp0, s[_DECAY])
    if h[_SECURED] > 0 and s[_WEEK] > 0.0:
        q.lender(st, usd, pledged, hp0, s[_DECAY], s[_DECAY90], v[_V_FIRE_COST], s[_SECURED_LEFT],
                 s[_SECURED90], s[_AHEAD90], net)
    for x in range(h[_COVENANTS]):
        test = ints[h[_IC] + x * _COVENANT_I + 1]
        now = test == 0 or (test == 1 and s[_MONTH] > 0.0) or (test == 2 and s[_QUARTER] > 0.0)
        if now:
            q.covenant(st, usd, float(ints[h[_IC] + x * _COVENANT_I]), v[h[_FC] + x * _COVENANT_F],
                       float(day), net, own, pledged, hp0, s[_DECAY], s[_SECURED_LEFT])
    if s[_QUARTER] > 0.0:
        q.quarter(st)
    if s[_MONTH] > 0.0:
        out = months[np.int64(s[_MONTH]) - 1]
        q.month(st, out, s[_ROUTE_CAP], net)
        q.month_due(st, out)


@lane_kernel
def ledger(st: Any, h: Any, ints: Any, v: Any, schedule: Any, width: int, live: Any, world: Any,
           months: Any, u: Any, path0: int, seed: int, day0: int, days: int) -> None:
    """Advance the ledgers of a block of paths over a slab of days.

    ``st`` (rows x lanes) goes through the days of ``world[day, row x lanes]``;
    ``schedule``, flat, has ``width`` columns a day from ``as_of``; ``months[month, row x lanes]``
    takes the record of each month that ends; ``live`` counts, line by line, lanes that
    owe, then says which ring slots hold money under way, then has the days on which routes
    open and close (`hashfall.engine.ledger_gates`).
    """
    for i in range(days):
        day = day0 + i
        s, w = tail(schedule, day * width), world[i]
        start(st, h, ints, v, s, live, w, day)
        # What only insolvency asks for is not counted once it has come in every lane.
        solvent = q.running(tail(st, _D4 * B))
        operate(st, h, ints, v, s, u, path0, day, seed, solvent)
        due(st, h, ints, v, s, live, day)
        guard(st, h, ints, v, s)
        if solvent + sides(h, ints) > 0:
            q.clear_sides(st)
        if h[_GATES] > 0:
            g_.open_routes(st, h, ints, v, s, live, u, path0, day, seed)
        if find(st, h, ints, v, s, u, live, day) > 0:
            take(st, h, ints, v, s)
        pay(st, h, ints, v, s, live)
        count(st, h, ints)
        if solvent > 0:
            count_owed(st, h, ints, s)
        close(st, h, ints, v, s, months, day, solvent)
