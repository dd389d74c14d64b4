"""The ledger kernel: the daily cash accounts of one company along a block of world paths.

One day: rates and prices, money that arrives, machines and clients, bills that fall
due, frozen accounts, money looked for, payments in contractual order, clocks. The
readable twin is `hashfall.model.reference.ledger`; rows and columns are named in
`hashfall.model.columns`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.engine import ledger_clocks as q
from hashfall.engine import ledger_parts as p
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES, WorldRow
from hashfall.engine.luck import luck
from hashfall.model import columns as c
from hashfall.model.columns import Day, Freeze, Head, Host, Line, Loan, Row, Tap, Value

__all__ = ["ledger"]

B = LANES

_H = {h.name: int(h) for h in Head}
_D = {d.name: int(d) for d in Day}
_V_BEST_NET = int(Value.BEST_NET)
_V_EQUITY_BETA = int(Value.EQUITY_BETA)
_V_FIRE_COST = int(Value.FIRE_COST)
_V_FLEET_USD = int(Value.FLEET_USD)
_V_FX0 = int(Value.FX0)
_V_FX_SCALE = int(Value.FX_SCALE)
_V_HASHPRICE0 = int(Value.HASHPRICE0)
_V_LOOK_AHEAD = int(Value.LOOK_AHEAD)
_V_PLEDGED_USD = int(Value.PLEDGED_USD)
_V_POWER0 = int(Value.POWER0)
_V_PRICE0 = int(Value.PRICE0)
_V_SECURED = int(Value.SECURED)
_V_SELL_SHARE = int(Value.SELL_SHARE)
_V_SITES_USD = int(Value.SITES_USD)
_V_TAX_CARRY = int(Value.TAX_CARRY)
_V_TAX_DEDUCT = int(Value.TAX_DEDUCT)
_V_TAX_RATE = int(Value.TAX_RATE)
_V_TOLERANCE = int(Value.TOLERANCE)
_RATE, _POWER, _TARIFF, _SUPPLY, _UNIT = (
    int(Row.RATE), int(Row.POWER), int(Row.TARIFF), int(Row.SUPPLY), int(Row.UNIT),
)
_FIX, _DUE_ROW = int(Row.COUNT), int(Row.DUE)
_HOST_ROWS, _LINE_ROWS, _TAP_ROWS = int(Host.COUNT), int(Line.COUNT), int(Tap.COUNT)
_FREEZE_ROWS, _LOAN_ROWS = int(Freeze.COUNT), int(Loan.COUNT)
_FLEET_I, _FLEET_F, _HOST_I, _HOST_F = c.FLEET_I, c.FLEET_F, c.HOST_I, c.HOST_F
_LINE_I, _TAP_I, _TAP_F = c.LINE_I, c.TAP_I, c.TAP_F
_FREEZE_I, _FREEZE_F, _LOAN_I, _LOAN_F = c.FREEZE_I, c.FREEZE_F, c.LOAN_I, c.LOAN_F
_COVENANT_I, _COVENANT_F = c.COVENANT_I, c.COVENANT_F
_W_FX, _W_POWER = int(WorldRow.FX), int(WorldRow.POWER)
_FLEETS, _HOSTS, _LINES, _TAPS = _H["FLEETS"], _H["HOSTS"], _H["LINES"], _H["TAPS"]
_FREEZES, _LOANS, _COVENANTS = _H["FREEZES"], _H["LOANS"], _H["COVENANTS"]
_CURRENCIES, _REGIONS, _USD = _H["CURRENCIES"], _H["REGIONS"], _H["USD"]
_TAX, _INTEREST, _PRINCIPAL, _MARGIN = (
    _H["TAX_LINE"], _H["INTEREST_LINE"], _H["PRINCIPAL_LINE"], _H["MARGIN_LINE"],
)
_CREDITING, _K_PRICE, _K_HP, _K_POWER, _K_FX = (
    _H["AT_CREDITING"], _H["CONST_PRICE"], _H["CONST_HASHPRICE"], _H["CONST_POWER"],
    _H["CONST_FX"],
)
_STAY, _NO_CALL, _SECURED = _H["STAY"], _H["NO_CALL"], _H["SECURED"]
_IF, _IH, _IL, _IT, _IZ, _IO, _IC, _IX = (
    _H["I_FLEET"], _H["I_HOST"], _H["I_LINE"], _H["I_TAP"], _H["I_FREEZE"], _H["I_LOAN"],
    _H["I_COVENANT"], _H["I_FX"],
)
_FF, _FH, _FT, _FZ, _FO, _FC = (
    _H["F_FLEET"], _H["F_HOST"], _H["F_TAP"], _H["F_FREEZE"], _H["F_LOAN"], _H["F_COVENANT"],
)
_RH, _RL, _RT, _RZ, _RO, _RR = (
    _H["R_HOST"], _H["R_LINE"], _H["R_TAP"], _H["R_FREEZE"], _H["R_LOAN"], _H["R_RING"],
)
_S = {name: value for name, value in _H.items() if name.startswith("S_")}
_AVAIL, _FPRICE, _FMARKET = _S["S_AVAIL"], _S["S_FLEET_PRICE"], _S["S_FLEET_MARKET"]
_HKWH, _HTARIFF, _HPRICE, _HMARKET, _HCOLLECT = (
    _S["S_HOST_KWH"], _S["S_HOST_TARIFF"], _S["S_HOST_PRICE"], _S["S_HOST_MARKET"],
    _S["S_HOST_COLLECT"],
)
_DUE, _RECENT, _BILL_DUE, _MATURE = (
    _S["S_DUE"], _S["S_RECENT"], _S["S_BILL_DUE"], _S["S_MATURE"],
)
_CAP, _CALL, _HOLD, _SEIZE, _RELEASE = (
    _S["S_CAP"], _S["S_CALL"], _S["S_HOLD"], _S["S_SEIZE"], _S["S_RELEASE"],
)
_MONTH, _WEEK, _QUARTER, _TAX_SET = _D["MONTH"], _D["WEEK"], _D["QUARTER"], _D["TAX_SET"]
_AHEAD, _AHEAD90, _SEC90, _DECAY, _DECAY90 = (
    _D["AHEAD"], _D["AHEAD90"], _D["SECURED90"], _D["DECAY"], _D["DECAY90"],
)
_ROUTE_CAP, _LIABILITY, _INFLOW = _D["ROUTE_CAP"], _D["LIABILITY"], _D["INFLOW"]
_YEAR = 365


@lane_kernel
def start(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, w: Any, day: int) -> None:
    fix = st
    home = h[_IX]
    for x in range(h[_CURRENCIES]):
        to = tail(st, (_RATE + x) * B)
        row = h[_IX + x]
        of = tail(w, row * B) if row >= 0 else to
        own = tail(w, home * B) if home >= 0 else to
        fixed = v[_V_FX0 + x] if h[_K_FX] > 0 else 0.0
        q.set_rate(to, of, own, 1.0 if row >= 0 else 0.0, 1.0 if home >= 0 else 0.0,
                 v[_V_FX_SCALE + x], fixed)
    usd = tail(st, (_RATE + h[_USD]) * B)
    for r in range(h[_REGIONS]):
        fixed = v[_V_POWER0 + r] if h[_K_POWER] > 0 else -1.0
        q.set_power(tail(st, (_POWER + r) * B),
                  tail(w, (_W_POWER + r) * B), usd, fixed)
    q.open_day(fix, w, usd, v[_V_PRICE0] if h[_K_PRICE] > 0 else 0.0,
             v[_V_HASHPRICE0] if h[_K_HP] > 0 else 0.0)
    for t in range(h[_TAPS]):
        delay = ints[h[_IT] + t * _TAP_I + 2]
        if delay > 0:
            slot = ints[h[_IT] + t * _TAP_I + 3] + day % delay
            if live[h[_LINES] + slot] > 0:
                row = h[_RR] + slot
                p.arrive(fix, tail(st, row * B))
                live[h[_LINES] + slot] = 0
    for x in range(h[_CURRENCIES]):
        if s[_INFLOW + x] != 0.0:
            q.add_inflow(fix, tail(st, (_RATE + x) * B), s[_INFLOW + x])
    month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
    for j in range(h[_HOSTS]):
        row = h[_RH] + j * _HOST_ROWS
        p.collect(fix, tail(st, row * B), s[h[_HCOLLECT] + j], month_end,
                v[h[_FH] + j * _HOST_F + 7])


@lane_kernel
def operate(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
            seed: int) -> None:
    fix = st
    for j in range(h[_FLEETS]):
        i, f = h[_IF] + j * _FLEET_I, h[_FF] + j * _FLEET_F
        region = ints[i + 1] if ints[i + 1] >= 0 else 0
        p.prices(fix, _SUPPLY, tail(st, (_RATE + ints[i + 2]) * B),
               tail(st, (_POWER + region) * B),
               s[h[_FPRICE] + j], s[h[_FMARKET] + j])
        row = h[_RL] + ints[i] * _LINE_ROWS
        if ints[i + 4] > 0:
            luck(fix, tail(st, row * B), u, s[h[_AVAIL] + j], v[f],
                 v[f + 1], j, path0, day, seed)
        else:
            p.fleet(fix, tail(st, row * B), s[h[_AVAIL] + j],
                  float(ints[i + 3]), v[f], v[f + 1], v[f + 2])
    for j in range(h[_HOSTS]):
        i, f = h[_IH] + j * _HOST_I, h[_FH] + j * _HOST_F
        region = ints[i + 1] if ints[i + 1] >= 0 else 0
        power = tail(st, (_POWER + region) * B)
        p.prices(fix, _SUPPLY, tail(st, (_RATE + ints[i + 2]) * B),
               power, s[h[_HPRICE] + j], s[h[_HMARKET] + j])
        p.prices(fix, _TARIFF, tail(st, (_RATE + ints[i + 3]) * B),
               power, s[h[_HTARIFF] + j], 0.0)
        row, line = h[_RH] + j * _HOST_ROWS, h[_RL] + ints[i] * _LINE_ROWS
        host = tail(st, row * B)
        pays = float(ints[i + 4])
        if h[_STAY] == 0:
            p.clients(fix, host, pays, v[f], v[f + 1], v[f + 2], v[f + 3], v[f + 4], v[f + 5],
                    v[f + 6])
        p.hosting(fix, host, tail(st, line * B), s[h[_HKWH] + j], pays,
                v[f + 7])
    inflow = 0.0
    for x in range(h[_CURRENCIES]):
        inflow += s[_INFLOW + x] * v[_V_FX0 + x]
    q.credit(fix, v[_V_SELL_SHARE], float(h[_CREDITING]), v[_V_BEST_NET],
           v[_V_TAX_DEDUCT], 1.0 if day <= _YEAR else 0.0, inflow)


@lane_kernel
def due(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
    fix = st
    first_year = 1.0 if day <= _YEAR else 0.0
    month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
    if s[_TAX_SET] > 0.0 and h[_TAX] >= 0:
        row = h[_RL] + h[_TAX] * _LINE_ROWS
        q.assess_tax(fix, tail(st, row * B), v[_V_TAX_RATE],
                   v[_V_TAX_CARRY], first_year)
    for j in range(h[_LINES]):
        i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
        fixed, bill, mature = s[h[_DUE] + j], s[h[_BILL_DUE] + j], s[h[_MATURE] + j]
        if fixed > 0.0 or bill + mature + month_end > 0.0:
            kind = ints[i]
            service = 1.0 if kind == 3 or kind == 4 else 0.0
            rate = tail(st, (_RATE + ints[i + 1]) * B)
            p.fall_due(fix, tail(st, row * B),
                     tail(st, (_DUE_ROW + kind) * B), rate, fixed,
                     bill, mature, month_end, service, first_year)
            live[j] += 1 if fixed + bill > 0.0 else 0
    for j in range(h[_LOANS]):
        i, f, row = h[_IO] + j * _LOAN_I, h[_FO] + j * _LOAN_F, h[_RO] + j * _LOAN_ROWS
        loan = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i]) * B)
        p.prices(fix, _UNIT, rate, rate, 1.0, 0.0)
        m, n = h[_RL] + h[_MARGIN] * _LINE_ROWS, h[_RL] + h[_INTEREST] * _LINE_ROWS
        if h[_NO_CALL] == 0:
            p.coin_loan(fix, loan, tail(st, m * B),
                      tail(st, n * B), v[f], v[f + 1], v[f + 2], v[f + 3],
                      v[f + 4], v[f + 5])
            live[h[_MARGIN]] += 1
        if day == ints[i + 1]:
            r = h[_RL] + h[_PRINCIPAL] * _LINE_ROWS
            p.end_loan(fix, loan, tail(st, r * B))
            live[h[_PRINCIPAL]] += 1
        p.count_loan(fix, loan)
    for j in range(h[_LINES]):
        if live[j] > 0:
            i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
            p.count_unpaid(fix, tail(st, row * B),
                         tail(st, (_RATE + ints[i + 1]) * B))


@lane_kernel
def find(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
    fix = st
    looking = p.need(fix, s[_AHEAD], v[_V_LOOK_AHEAD])
    for t in range(h[_TAPS]):
        i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
        kind, delay, cap = ints[i], ints[i + 2], s[h[_CAP] + t]
        row = h[_RT] + t * _TAP_ROWS
        tap = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i + 1]) * B)
        slot = ints[i + 3] + (day % delay if delay > 0 else 0)
        ring = tail(st, (h[_RR] + slot) * B)
        if kind == 0 and cap > 0.0:
            p.route(fix, tap, ring, 1.0 if delay > 0 else 0.0, cap, v[f], float(t))
            live[h[_LINES] + slot] = delay
        elif kind == 1 or kind == 2:
            if s[h[_CALL] + t] > 0.0:
                r = h[_RL] + h[_PRINCIPAL] * _LINE_ROWS
                p.call_line(tap, tail(st, r * B), rate)
                live[h[_PRINCIPAL]] += 1
            if looking > 0 and cap > 0.0:
                p.stock(fix, tap, rate, cap, v[f], float(ints[i + 4]), float(t))
            p.count_stock(fix, tap, rate, 1.0 if kind == 2 else 0.0,
                        1.0 if cap <= 0.0 else 0.0)
        elif kind == 3 and cap > 0.0 and looking > 0:
            p.equity(fix, tap, ring, rate, cap, v[f], v[_V_PRICE0], v[_V_EQUITY_BETA], float(t))
            live[h[_LINES] + slot] = delay
        elif kind == 4 and cap > 0.0 and looking > 0:
            p.machines(fix, tap, ring, rate, cap, v[f], v[_V_FLEET_USD], v[_V_HASHPRICE0],
                     s[_DECAY], float(t))
            live[h[_LINES] + slot] = delay


@lane_kernel
def pay_lines(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any) -> None:
    fix = st
    month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
    for z in range(h[_FREEZES]):
        f, row = h[_FZ] + z * _FREEZE_F, h[_RZ] + z * _FREEZE_ROWS
        part = tail(st, row * B)
        if s[h[_SEIZE] + z] > 0.0:
            p.seize(fix, part, s[h[_SEIZE] + z], v[f])
        if s[h[_HOLD] + z] + s[h[_RELEASE] + z] + month_end > 0.0:
            p.hold(fix, part, s[h[_HOLD] + z], v[f], s[h[_RELEASE] + z], v[f + 1], month_end)
    q.bank(fix)
    p.clear_unpaid(fix)
    for j in range(h[_LINES]):
        if live[j] == 0:
            continue
        i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
        line = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i + 1]) * B)
        for z in range(h[_FREEZES]):
            if (ints[h[_IZ] + z * _FREEZE_I] >> ints[i]) & 1:
                at = h[_RZ] + z * _FREEZE_ROWS
                p.let_pay(tail(st, at * B), line, rate)
        live[j] = p.settle(fix, line, rate, s[h[_RECENT] + j], float(ints[i + 2]), float(j),
                         v[_V_TOLERANCE])
        if j == h[_MARGIN]:
            for o in range(h[_LOANS]):
                at = h[_RO] + o * _LOAN_ROWS
                cur = ints[h[_IO] + o * _LOAN_I]
                unit = tail(st, (_RATE + cur) * B)
                p.prices(fix, _UNIT, unit, unit, 1.0, 0.0)
                p.credit_margin(fix, tail(st, at * B))
    for z in range(h[_FREEZES]):
        at = h[_RZ] + z * _FREEZE_ROWS
        p.count_held(fix, tail(st, at * B))
    for t in range(h[_TAPS]):
        if ints[h[_IT] + t * _TAP_I] == 2:
            at, n = h[_RT] + t * _TAP_ROWS, h[_RL] + h[_INTEREST] * _LINE_ROWS
            cur = ints[h[_IT] + t * _TAP_I + 1]
            p.accrue_drawn(tail(st, at * B), tail(st, n * B),
                   tail(st, (_RATE + cur) * B), v[h[_FT] + t * _TAP_F + 1])


@lane_kernel
def close(st: Any, h: Any, ints: Any, v: Any, s: Any, months: Any, day: int) -> None:
    fix = st
    usd = tail(st, (_RATE + h[_USD]) * B)
    not_due = 0.0
    for x in range(h[_CURRENCIES]):
        not_due += s[_LIABILITY + x] * v[_V_FX0 + x]
    net, hp0 = v[_V_BEST_NET], v[_V_HASHPRICE0]
    own, pledged = v[_V_FLEET_USD], v[_V_PLEDGED_USD]
    q.clocks(fix, usd, float(day), v[_V_TOLERANCE], net, own, v[_V_SITES_USD],
           hp0, s[_DECAY], not_due)
    if h[_SECURED] > 0 and s[_WEEK] > 0.0:
        q.lender(fix, usd, pledged, hp0, s[_DECAY], s[_DECAY90], v[_V_FIRE_COST],
               v[_V_SECURED], s[_SEC90], s[_AHEAD90], net)
    for x in range(h[_COVENANTS]):
        test = ints[h[_IC] + x * _COVENANT_I + 1]
        now = test == 0 or (test == 1 and s[_MONTH] > 0.0) or (test == 2 and s[_QUARTER] > 0.0)
        if now:
            q.covenant(fix, usd, float(ints[h[_IC] + x * _COVENANT_I]),
                     v[h[_FC] + x * _COVENANT_F], float(day), net, own + pledged, hp0,
                     s[_DECAY], v[_V_SECURED])
    if s[_QUARTER] > 0.0:
        q.quarter(fix)
    if s[_MONTH] > 0.0:
        out = months[np.int64(s[_MONTH]) - 1]
        q.month(fix, out, s[_ROUTE_CAP], net)
        q.month_due(fix, out)


@lane_kernel
def ledger(st: Any, h: Any, ints: Any, v: Any, schedule: Any, live: Any, world: Any,
           months: Any, u: Any, path0: int, seed: int, day0: int, days: int) -> None:
    """Advance the ledgers of a block of paths over a slab of days.

    ``st`` (rows x lanes) goes through the days of ``world[day, row x lanes]``;
    ``schedule[day, column]`` counts days from ``as_of``; ``months[month, row x lanes]``
    takes the record of each month that ends; ``live`` counts, line by line, lanes that
    owe, then says which ring slots hold money under way.
    """
    for i in range(days):
        day = day0 + i
        s, w = schedule[day], world[i]
        start(st, h, ints, v, s, live, w, day)
        operate(st, h, ints, v, s, u, path0, day, seed)
        due(st, h, ints, v, s, live, day)
        find(st, h, ints, v, s, live, day)
        pay_lines(st, h, ints, v, s, live)
        close(st, h, ints, v, s, months, day)
