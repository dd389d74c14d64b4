"""The ledger kernel: the daily cash accounts of one company along a block of world paths.

One day: rates and prices, money that arrives, machines and clients, bills that fall
due, frozen accounts, money looked for, payments in contractual order, clocks. The
readable twin is `hashfall.model.reference.ledger`; rows and columns are named in
`hashfall.model.columns`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from hashfall.engine.layout import WorldRow
from hashfall.engine.ledger_clocks import build_clocks
from hashfall.engine.ledger_parts import build_parts
from hashfall.engine.luck import build_luck
from hashfall.model import columns as c
from hashfall.model.columns import Day, Freeze, Head, Host, Line, Loan, Row, Tap, Value

__all__ = ["build_ledger"]

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


def _build_open(b: int, p: Any, q: Any) -> Any:
    """Compile the start of a day: rates, power, prices, money that arrives."""
    set_rate, set_power, open_day, add_inflow = q.set_rate, q.set_power, q.open_day, q.add_inflow
    arrive, collect = p.arrive, p.collect

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def start(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, w: Any, day: int) -> None:
        fix = st[0 : _FIX * b]
        home = h[_IX]
        for x in range(h[_CURRENCIES]):
            to = st[(_RATE + x) * b : (_RATE + x + 1) * b]
            row = h[_IX + x]
            of = w[row * b : (row + 1) * b] if row >= 0 else to
            own = w[home * b : (home + 1) * b] if home >= 0 else to
            fixed = v[_V_FX0 + x] if h[_K_FX] > 0 else 0.0
            set_rate(to, of, own, 1.0 if row >= 0 else 0.0, 1.0 if home >= 0 else 0.0,
                     v[_V_FX_SCALE + x], fixed)
        usd = st[(_RATE + h[_USD]) * b : (_RATE + h[_USD] + 1) * b]
        for r in range(h[_REGIONS]):
            fixed = v[_V_POWER0 + r] if h[_K_POWER] > 0 else -1.0
            set_power(st[(_POWER + r) * b : (_POWER + r + 1) * b],
                      w[(_W_POWER + r) * b : (_W_POWER + r + 1) * b], usd, fixed)
        open_day(fix, w, usd, v[_V_PRICE0] if h[_K_PRICE] > 0 else 0.0,
                 v[_V_HASHPRICE0] if h[_K_HP] > 0 else 0.0)
        for t in range(h[_TAPS]):
            delay = ints[h[_IT] + t * _TAP_I + 2]
            if delay > 0:
                slot = ints[h[_IT] + t * _TAP_I + 3] + day % delay
                if live[h[_LINES] + slot] > 0:
                    row = h[_RR] + slot
                    arrive(fix, st[row * b : (row + 1) * b])
                    live[h[_LINES] + slot] = 0
        for x in range(h[_CURRENCIES]):
            if s[_INFLOW + x] != 0.0:
                add_inflow(fix, st[(_RATE + x) * b : (_RATE + x + 1) * b], s[_INFLOW + x])
        month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
        for j in range(h[_HOSTS]):
            row = h[_RH] + j * _HOST_ROWS
            collect(fix, st[row * b : (row + _HOST_ROWS) * b], s[h[_HCOLLECT] + j], month_end,
                    v[h[_FH] + j * _HOST_F + 7])

    return start


def _build_operate(b: int, p: Any, q: Any) -> Any:
    """Compile what machines and clients do in a day."""
    prices, fleet, clients, hosting, credit = p.prices, p.fleet, p.clients, p.hosting, q.credit
    luck = build_luck(b)

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def operate(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
                seed: int) -> None:
        fix = st[0 : _FIX * b]
        for j in range(h[_FLEETS]):
            i, f = h[_IF] + j * _FLEET_I, h[_FF] + j * _FLEET_F
            region = ints[i + 1] if ints[i + 1] >= 0 else 0
            prices(fix, _SUPPLY, st[(_RATE + ints[i + 2]) * b : (_RATE + ints[i + 2] + 1) * b],
                   st[(_POWER + region) * b : (_POWER + region + 1) * b],
                   s[h[_FPRICE] + j], s[h[_FMARKET] + j])
            row = h[_RL] + ints[i] * _LINE_ROWS
            if ints[i + 4] > 0:
                luck(fix, st[row * b : (row + _LINE_ROWS) * b], u, s[h[_AVAIL] + j], v[f],
                     v[f + 1], j, path0, day, seed)
            else:
                fleet(fix, st[row * b : (row + _LINE_ROWS) * b], s[h[_AVAIL] + j],
                      float(ints[i + 3]), v[f], v[f + 1], v[f + 2])
        for j in range(h[_HOSTS]):
            i, f = h[_IH] + j * _HOST_I, h[_FH] + j * _HOST_F
            region = ints[i + 1] if ints[i + 1] >= 0 else 0
            power = st[(_POWER + region) * b : (_POWER + region + 1) * b]
            prices(fix, _SUPPLY, st[(_RATE + ints[i + 2]) * b : (_RATE + ints[i + 2] + 1) * b],
                   power, s[h[_HPRICE] + j], s[h[_HMARKET] + j])
            prices(fix, _TARIFF, st[(_RATE + ints[i + 3]) * b : (_RATE + ints[i + 3] + 1) * b],
                   power, s[h[_HTARIFF] + j], 0.0)
            row, line = h[_RH] + j * _HOST_ROWS, h[_RL] + ints[i] * _LINE_ROWS
            host = st[row * b : (row + _HOST_ROWS) * b]
            pays = float(ints[i + 4])
            if h[_STAY] == 0:
                clients(fix, host, pays, v[f], v[f + 1], v[f + 2], v[f + 3], v[f + 4], v[f + 5],
                        v[f + 6])
            hosting(fix, host, st[line * b : (line + _LINE_ROWS) * b], s[h[_HKWH] + j], pays,
                    v[f + 7])
        inflow = 0.0
        for x in range(h[_CURRENCIES]):
            inflow += s[_INFLOW + x] * v[_V_FX0 + x]
        credit(fix, v[_V_SELL_SHARE], float(h[_CREDITING]), v[_V_BEST_NET],
               v[_V_TAX_DEDUCT], 1.0 if day <= _YEAR else 0.0, inflow)

    return operate


def _build_due(b: int, p: Any, q: Any) -> Any:
    """Compile what falls due: bills, fixed amounts, tax, loans on coins."""
    assess_tax, fall_due, count_unpaid = q.assess_tax, p.fall_due, p.count_unpaid
    prices, coin_loan, count_loan, end_loan = p.prices, p.coin_loan, p.count_loan, p.end_loan

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def due(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
        fix = st[0 : _FIX * b]
        first_year = 1.0 if day <= _YEAR else 0.0
        month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
        if s[_TAX_SET] > 0.0 and h[_TAX] >= 0:
            row = h[_RL] + h[_TAX] * _LINE_ROWS
            assess_tax(fix, st[row * b : (row + _LINE_ROWS) * b], v[_V_TAX_RATE],
                       v[_V_TAX_CARRY], first_year)
        for j in range(h[_LINES]):
            i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
            fixed, bill, mature = s[h[_DUE] + j], s[h[_BILL_DUE] + j], s[h[_MATURE] + j]
            if fixed > 0.0 or bill + mature + month_end > 0.0:
                kind = ints[i]
                service = 1.0 if kind == 3 or kind == 4 else 0.0
                rate = st[(_RATE + ints[i + 1]) * b : (_RATE + ints[i + 1] + 1) * b]
                fall_due(fix, st[row * b : (row + _LINE_ROWS) * b],
                         st[(_DUE_ROW + kind) * b : (_DUE_ROW + kind + 1) * b], rate, fixed,
                         bill, mature, month_end, service, first_year)
                live[j] += 1 if fixed + bill > 0.0 else 0
        for j in range(h[_LOANS]):
            i, f, row = h[_IO] + j * _LOAN_I, h[_FO] + j * _LOAN_F, h[_RO] + j * _LOAN_ROWS
            loan = st[row * b : (row + _LOAN_ROWS) * b]
            rate = st[(_RATE + ints[i]) * b : (_RATE + ints[i] + 1) * b]
            prices(fix, _UNIT, rate, rate, 1.0, 0.0)
            m, n = h[_RL] + h[_MARGIN] * _LINE_ROWS, h[_RL] + h[_INTEREST] * _LINE_ROWS
            if h[_NO_CALL] == 0:
                coin_loan(fix, loan, st[m * b : (m + _LINE_ROWS) * b],
                          st[n * b : (n + _LINE_ROWS) * b], v[f], v[f + 1], v[f + 2], v[f + 3],
                          v[f + 4], v[f + 5])
                live[h[_MARGIN]] += 1
            if day == ints[i + 1]:
                r = h[_RL] + h[_PRINCIPAL] * _LINE_ROWS
                end_loan(fix, loan, st[r * b : (r + _LINE_ROWS) * b])
                live[h[_PRINCIPAL]] += 1
            count_loan(fix, loan)
        for j in range(h[_LINES]):
            if live[j] > 0:
                i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
                count_unpaid(fix, st[row * b : (row + _LINE_ROWS) * b],
                             st[(_RATE + ints[i + 1]) * b : (_RATE + ints[i + 1] + 1) * b])

    return due


def _build_raise(b: int, p: Any, q: Any) -> Any:
    """Compile how money is looked for: sources in the order of the book."""
    need, route, stock, equity, machines, call = (
        p.need, p.route, p.stock, p.equity, p.machines, p.call_line,
    )
    count_stock = p.count_stock

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def find(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
        fix = st[0 : _FIX * b]
        looking = need(fix, s[_AHEAD], v[_V_LOOK_AHEAD])
        for t in range(h[_TAPS]):
            i, f = h[_IT] + t * _TAP_I, h[_FT] + t * _TAP_F
            kind, delay, cap = ints[i], ints[i + 2], s[h[_CAP] + t]
            row = h[_RT] + t * _TAP_ROWS
            tap = st[row * b : (row + _TAP_ROWS) * b]
            rate = st[(_RATE + ints[i + 1]) * b : (_RATE + ints[i + 1] + 1) * b]
            slot = ints[i + 3] + (day % delay if delay > 0 else 0)
            ring = st[(h[_RR] + slot) * b : (h[_RR] + slot + 1) * b]
            if kind == 0 and cap > 0.0:
                route(fix, tap, ring, 1.0 if delay > 0 else 0.0, cap, v[f], float(t))
                live[h[_LINES] + slot] = delay
            elif kind == 1 or kind == 2:
                if s[h[_CALL] + t] > 0.0:
                    r = h[_RL] + h[_PRINCIPAL] * _LINE_ROWS
                    call(tap, st[r * b : (r + _LINE_ROWS) * b], rate)
                    live[h[_PRINCIPAL]] += 1
                if looking > 0 and cap > 0.0:
                    stock(fix, tap, rate, cap, v[f], float(ints[i + 4]), float(t))
                count_stock(fix, tap, rate, 1.0 if kind == 2 else 0.0,
                            1.0 if cap <= 0.0 else 0.0)
            elif kind == 3 and cap > 0.0 and looking > 0:
                equity(fix, tap, ring, rate, cap, v[f], v[_V_PRICE0], v[_V_EQUITY_BETA], float(t))
                live[h[_LINES] + slot] = delay
            elif kind == 4 and cap > 0.0 and looking > 0:
                machines(fix, tap, ring, rate, cap, v[f], v[_V_FLEET_USD], v[_V_HASHPRICE0],
                         s[_DECAY], float(t))
                live[h[_LINES] + slot] = delay

    return find


def _build_pay(b: int, p: Any, q: Any) -> Any:
    """Compile frozen accounts and payments in contractual order."""
    seize, hold, let_pay, count_held = p.seize, p.hold, p.let_pay, p.count_held
    settle, prices, credit_margin, bank = p.settle, p.prices, p.credit_margin, q.bank
    clear, accrue = p.clear_unpaid, p.accrue_drawn

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def pay(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any) -> None:
        fix = st[0 : _FIX * b]
        month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
        for z in range(h[_FREEZES]):
            f, row = h[_FZ] + z * _FREEZE_F, h[_RZ] + z * _FREEZE_ROWS
            part = st[row * b : (row + _FREEZE_ROWS) * b]
            if s[h[_SEIZE] + z] > 0.0:
                seize(fix, part, s[h[_SEIZE] + z], v[f])
            if s[h[_HOLD] + z] + s[h[_RELEASE] + z] + month_end > 0.0:
                hold(fix, part, s[h[_HOLD] + z], v[f], s[h[_RELEASE] + z], v[f + 1], month_end)
        bank(fix)
        clear(fix)
        for j in range(h[_LINES]):
            if live[j] == 0:
                continue
            i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
            line = st[row * b : (row + _LINE_ROWS) * b]
            rate = st[(_RATE + ints[i + 1]) * b : (_RATE + ints[i + 1] + 1) * b]
            for z in range(h[_FREEZES]):
                if (ints[h[_IZ] + z * _FREEZE_I] >> ints[i]) & 1:
                    at = h[_RZ] + z * _FREEZE_ROWS
                    let_pay(st[at * b : (at + _FREEZE_ROWS) * b], line, rate)
            live[j] = settle(fix, line, rate, s[h[_RECENT] + j], float(ints[i + 2]), float(j),
                             v[_V_TOLERANCE])
            if j == h[_MARGIN]:
                for o in range(h[_LOANS]):
                    at = h[_RO] + o * _LOAN_ROWS
                    cur = ints[h[_IO] + o * _LOAN_I]
                    unit = st[(_RATE + cur) * b : (_RATE + cur + 1) * b]
                    prices(fix, _UNIT, unit, unit, 1.0, 0.0)
                    credit_margin(fix, st[at * b : (at + _LOAN_ROWS) * b])
        for z in range(h[_FREEZES]):
            at = h[_RZ] + z * _FREEZE_ROWS
            count_held(fix, st[at * b : (at + _FREEZE_ROWS) * b])
        for t in range(h[_TAPS]):
            if ints[h[_IT] + t * _TAP_I] == 2:
                at, n = h[_RT] + t * _TAP_ROWS, h[_RL] + h[_INTEREST] * _LINE_ROWS
                cur = ints[h[_IT] + t * _TAP_I + 1]
                accrue(st[at * b : (at + _TAP_ROWS) * b], st[n * b : (n + _LINE_ROWS) * b],
                       st[(_RATE + cur) * b : (_RATE + cur + 1) * b], v[h[_FT] + t * _TAP_F + 1])

    return pay


def _build_close(b: int, p: Any, q: Any) -> Any:
    """Compile the end of a day: clocks, covenants, the month's record."""
    clocks, lender, covenant = q.clocks, q.lender, q.covenant
    month, month_due, quarter = q.month, q.month_due, q.quarter

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def close(st: Any, h: Any, ints: Any, v: Any, s: Any, months: Any, day: int) -> None:
        fix = st[0 : _FIX * b]
        usd = st[(_RATE + h[_USD]) * b : (_RATE + h[_USD] + 1) * b]
        not_due = 0.0
        for x in range(h[_CURRENCIES]):
            not_due += s[_LIABILITY + x] * v[_V_FX0 + x]
        net, hp0 = v[_V_BEST_NET], v[_V_HASHPRICE0]
        own, pledged = v[_V_FLEET_USD], v[_V_PLEDGED_USD]
        clocks(fix, usd, float(day), v[_V_TOLERANCE], net, own, v[_V_SITES_USD],
               hp0, s[_DECAY], not_due)
        if h[_SECURED] > 0 and s[_WEEK] > 0.0:
            lender(fix, usd, pledged, hp0, s[_DECAY], s[_DECAY90], v[_V_FIRE_COST],
                   v[_V_SECURED], s[_SEC90], s[_AHEAD90], net)
        for x in range(h[_COVENANTS]):
            test = ints[h[_IC] + x * _COVENANT_I + 1]
            now = test == 0 or (test == 1 and s[_MONTH] > 0.0) or (test == 2 and s[_QUARTER] > 0.0)
            if now:
                covenant(fix, usd, float(ints[h[_IC] + x * _COVENANT_I]),
                         v[h[_FC] + x * _COVENANT_F], float(day), net, own + pledged, hp0,
                         s[_DECAY], v[_V_SECURED])
        if s[_QUARTER] > 0.0:
            quarter(fix)
        if s[_MONTH] > 0.0:
            out = months[np.int64(s[_MONTH]) - 1]
            month(fix, out, s[_ROUTE_CAP], net)
            month_due(fix, out)

    return close


def build_ledger(lanes: int) -> Any:
    """Compile the ledger over a slab of days for one block of paths.

    Returns
    -------
    callable
        ``ledger(st, h, ints, v, schedule, live, world, months, u, path0, seed, day0, days)``:
        advances state ``st`` (rows x lanes) through the days of ``world[day, row x lanes]``;
        ``schedule[day, column]`` counts days from ``as_of``; ``months[month, row x lanes]``
        takes the record of each month that ends; ``live`` counts, line by line, lanes that owe, then
        says which ring slots hold money under way.
    """
    p, q = build_parts(lanes), build_clocks(lanes)
    start, operate, due = (
        _build_open(lanes, p, q), _build_operate(lanes, p, q), _build_due(lanes, p, q)
    )
    find, pay, close = (
        _build_raise(lanes, p, q), _build_pay(lanes, p, q), _build_close(lanes, p, q)
    )

    @njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]  # numba
    def ledger(st: Any, h: Any, ints: Any, v: Any, schedule: Any, live: Any, world: Any,
               months: Any, u: Any, path0: int, seed: int, day0: int, days: int) -> None:
        for i in range(days):
            day = day0 + i
            s, w = schedule[day], world[i]
            start(st, h, ints, v, s, live, w, day)
            operate(st, h, ints, v, s, u, path0, day, seed)
            due(st, h, ints, v, s, live, day)
            find(st, h, ints, v, s, live, day)
            pay(st, h, ints, v, s, live)
            close(st, h, ints, v, s, months, day)

    return ledger
