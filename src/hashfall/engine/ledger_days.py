"""First half of a ledger's day: rates and receipts, machines and clients, what falls due."""

from __future__ import annotations

from typing import Any

from hashfall.engine import ledger_clocks as q
from hashfall.engine import ledger_index as x_
from hashfall.engine import ledger_parts as p
from hashfall.engine import ledger_payments as r
from hashfall.engine.compiled import lane_kernel, tail
from hashfall.engine.layout import LANES
from hashfall.engine.ledger_routes import arrivals, arrives
from hashfall.engine.luck import luck
from hashfall.model.columns import Tap

__all__ = ["due", "operate", "start"]

B = LANES
_OWED = int(Tap.OWED)

_FIX, _RATE, _POWER, _DUE_ROW = x_.FIX, x_.RATE, x_.POWER, x_.DUE_ROW
_TARIFF, _SUPPLY, _W_POWER, _YEAR = x_.TARIFF, x_.SUPPLY, x_.W_POWER, x_.FIRST_YEAR
_HOST_ROWS, _LINE_ROWS, _TAP_ROWS, _LOAN_ROWS = (
    x_.HOST_ROWS, x_.LINE_ROWS, x_.TAP_ROWS, x_.LOAN_ROWS,
)
_FLEET_I, _FLEET_F, _HOST_I, _HOST_F = x_.FLEET_I, x_.FLEET_F, x_.HOST_I, x_.HOST_F
_LINE_I, _TAP_I, _TAP_F, _LOAN_I, _LOAN_F = x_.LINE_I, x_.TAP_I, x_.TAP_F, x_.LOAN_I, x_.LOAN_F
_FLEETS, _HOSTS, _LINES, _TAPS, _LOANS = x_.FLEETS, x_.HOSTS, x_.LINES, x_.TAPS, x_.LOANS
_CURRENCIES, _REGIONS, _USD, _TAX = x_.CURRENCIES, x_.REGIONS, x_.USD, x_.TAX
_CREDITING, _STAY, _NO_CALL, _SOLO = x_.AT_CREDITING, x_.STAY, x_.NO_CALL, x_.SOLO
_K_PRICE, _K_HP, _K_POWER, _K_FX = (
    x_.CONST_PRICE, x_.CONST_HASHPRICE, x_.CONST_POWER, x_.CONST_FX,
)
_IF, _IH, _IL, _IT, _IO, _IX = x_.IF, x_.IH, x_.IL, x_.IT, x_.IO, x_.IX
_FF, _FH, _FT, _FO = x_.FF, x_.FH, x_.FT, x_.FO
_RH, _RL, _RT, _RO, _RR = x_.RH, x_.RL, x_.RT, x_.RO, x_.RR
_AVAIL, _FPRICE, _FMARKET = x_.S_AVAIL, x_.S_FLEET_PRICE, x_.S_FLEET_MARKET
_HKWH, _HTARIFF, _HPRICE, _HMARKET, _HCOLLECT = (
    x_.S_KWH, x_.S_TARIFF, x_.S_PRICE, x_.S_MARKET, x_.S_COLLECT,
)
_DUE, _BILL_DUE, _MATURE, _CALL = x_.S_DUE, x_.S_BILL_DUE, x_.S_MATURE, x_.S_CALL
_MONTH, _TAX_SET, _INFLOW, _WORKED = x_.MONTH, x_.TAX_SET, x_.INFLOW, x_.WORKED
_V_SELL_SHARE, _V_PRICE0, _V_HASHPRICE0 = x_.V_SELL_SHARE, x_.V_PRICE0, x_.V_HASHPRICE0
_V_TAX_RATE, _V_TAX_DEDUCT, _V_TAX_CARRY = x_.V_TAX_RATE, x_.V_TAX_DEDUCT, x_.V_TAX_CARRY
_V_BEST_NET, _V_FX0, _V_FX_SCALE, _V_POWER0 = (
    x_.V_BEST_NET, x_.V_FX0, x_.V_FX_SCALE, x_.V_POWER0,
)
_PAYROLL, _INTEREST, _PRINCIPAL, _FIXED = x_.PAYROLL, x_.INTEREST, x_.PRINCIPAL, x_.FIXED


@lane_kernel
def start(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, w: Any, day: int) -> None:
    """Open a day: rates, power, money that arrives."""
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
    for g in range(h[_REGIONS]):
        fixed = v[_V_POWER0 + g] if h[_K_POWER] > 0 else -1.0
        q.set_power(tail(st, (_POWER + g) * B), tail(w, (_W_POWER + g) * B), usd, fixed)
    fixed = v[_V_PRICE0] if h[_K_PRICE] > 0 else 0.0
    q.open_day(st, w, usd, fixed)
    if h[_K_HP] > 0:
        q.fix_hashprice(st, w, fixed, v[_V_HASHPRICE0])
    if h[_SOLO] > 0:
        q.block_reward(st, w)
    for t in range(h[_TAPS]):
        delay = ints[h[_IT] + t * _TAP_I + 2]
        if delay > 0 and arrives(h, ints, t) > 0:
            slot = ints[h[_IT] + t * _TAP_I + 3] + day % delay
            if live[h[_LINES] + slot] > 0:
                row, to = h[_RR] + slot, arrivals(h, ints, t)
                p.arrive(st, tail(st, to * B), tail(st, row * B))
                live[h[_LINES] + slot] = 0
    for x in range(h[_CURRENCIES]):
        rate = tail(st, (_RATE + x) * B)
        if s[_INFLOW + x] > 0.0:
            q.add_inflow(st, rate, s[_INFLOW + x])
        if s[_WORKED + x] > 0.0:
            q.work_off(st, rate, s[_WORKED + x])


@lane_kernel
def mine(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
         seed: int) -> None:
    for j in range(h[_FLEETS]):
        i, f = h[_IF] + j * _FLEET_I, h[_FF] + j * _FLEET_F
        region = ints[i + 1] if ints[i + 1] >= 0 else 0
        p.prices(st, _SUPPLY, tail(st, (_RATE + ints[i + 2]) * B), tail(st, (_POWER + region) * B),
                 s[h[_FPRICE] + j], s[h[_FMARKET] + j])
        row = h[_RL] + ints[i] * _LINE_ROWS
        line = tail(st, row * B)
        ph, pledged = s[h[_AVAIL] + j], float(ints[i + 3])
        if ints[i + 4] > 0:
            luck(st, line, u, ph, pledged, v[f], v[f + 1], j, path0, day, seed)
        else:
            p.fleet(st, line, ph, pledged, v[f], v[f + 1], v[f + 2])


@lane_kernel
def same_terms(h: Any, ints: Any, s: Any, j: int) -> int:
    """1 when a hosting tier has the prices of the one before: tiers of one contract do."""
    i = h[_IH] + j * _HOST_I
    same = ints[i + 1] == ints[i + 1 - _HOST_I] and ints[i + 2] == ints[i + 2 - _HOST_I]
    same = same and ints[i + 3] == ints[i + 3 - _HOST_I]
    same = same and s[h[_HPRICE] + j] == s[h[_HPRICE] + j - 1]
    same = same and s[h[_HMARKET] + j] == s[h[_HMARKET] + j - 1]
    same = same and s[h[_HTARIFF] + j] == s[h[_HTARIFF] + j - 1]
    return 1 if same else 0


@lane_kernel
def host_clients(st: Any, h: Any, ints: Any, v: Any, s: Any, solvent: int) -> None:
    month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
    moves = 1.0 if h[_STAY] == 0 else 0.0
    for j in range(h[_HOSTS]):
        i, f = h[_IH] + j * _HOST_I, h[_FH] + j * _HOST_F
        if j == 0 or same_terms(h, ints, s, j) == 0:
            region = ints[i + 1] if ints[i + 1] >= 0 else 0
            power = tail(st, (_POWER + region) * B)
            p.prices(st, _SUPPLY, tail(st, (_RATE + ints[i + 2]) * B), power, s[h[_HPRICE] + j],
                     s[h[_HMARKET] + j])
            p.prices(st, _TARIFF, tail(st, (_RATE + ints[i + 3]) * B), power,
                     s[h[_HTARIFF] + j], 0.0)
        row, line = h[_RH] + j * _HOST_ROWS, h[_RL] + ints[i] * _LINE_ROWS
        host = tail(st, row * B)
        pays = float(ints[i + 4])
        p.serve(st, host, tail(st, line * B), s[h[_HKWH] + j], pays, v[f], v[f + 1], v[f + 2],
                v[f + 3] * moves, v[f + 4], v[f + 5] * moves, v[f + 6], v[f + 7])
        paid = s[h[_HCOLLECT] + j]
        if paid + month_end > 0.0:
            p.collect(st, host, paid, month_end, v[f + 7])
        if solvent > 0:
            p.count_clients(st, host, v[f + 7])


@lane_kernel
def operate(st: Any, h: Any, ints: Any, v: Any, s: Any, u: Any, path0: int, day: int,
            seed: int, solvent: int) -> None:
    """What machines and clients do in a day; `solvent` counts lanes not yet insolvent."""
    q.clear_work(st)
    mine(st, h, ints, v, s, u, path0, day, seed)
    host_clients(st, h, ints, v, s, solvent)
    inflow = 0.0
    for x in range(h[_CURRENCIES]):
        inflow += (s[_INFLOW + x] - s[_WORKED + x]) * v[_V_FX0 + x]
    q.credit(st, v[_V_SELL_SHARE], float(h[_CREDITING]), v[_V_BEST_NET], v[_V_TAX_DEDUCT],
             1.0 if day <= _YEAR else 0.0, inflow)


@lane_kernel
def loans(st: Any, h: Any, ints: Any, v: Any, live: Any, day: int, first_year: float) -> None:
    at_sale = 1.0 - float(h[_CREDITING])
    for j in range(h[_LOANS]):
        i, f, row = h[_IO] + j * _LOAN_I, h[_FO] + j * _LOAN_F, h[_RO] + j * _LOAN_ROWS
        if day > ints[i + 1]:
            continue
        loan = tail(st, row * B)
        rate = tail(st, (_RATE + ints[i]) * B)
        m, n = h[_RL] + ints[i + 2] * _LINE_ROWS, h[_RL] + ints[i + 4] * _LINE_ROWS
        margin = tail(st, m * B)
        r.accrue(st, loan, tail(st, n * B), rate, v[f + 3], first_year)
        if day == ints[i + 1]:
            t = h[_RL] + ints[i + 3] * _LINE_ROWS
            r.close_out(st, loan, margin, rate, 0.0, 1.0 - v[f + 4], at_sale)
            r.mature(st, loan, margin, tail(st, t * B))
        elif h[_NO_CALL] == 0:
            r.call_margin(st, loan, margin, rate, v[f], v[f + 1], v[f + 5])
            r.close_out(st, loan, margin, rate, v[f + 2], 1.0 - v[f + 4], at_sale)
            live[ints[i + 2]] += 1


@lane_kernel
def lines(st: Any, h: Any, ints: Any, v: Any, s: Any, first_year: float) -> None:
    for t in range(h[_TAPS]):
        i, row = h[_IT] + t * _TAP_I, h[_RT] + t * _TAP_ROWS
        if ints[i] == 2:
            tap = tail(st, row * B)
            n = h[_RL] + ints[i + 6] * _LINE_ROWS
            r.accrue(st, tail(tap, _OWED * B), tail(st, n * B),
                     tail(st, (_RATE + ints[i + 1]) * B), v[h[_FT] + t * _TAP_F + 1], first_year)
            if s[h[_CALL] + t] > 0.0:
                n = h[_RL] + ints[i + 5] * _LINE_ROWS
                r.call_line(tap, tail(st, n * B))


@lane_kernel
def bills(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, first_year: float) -> None:
    month_end = 1.0 if s[_MONTH] > 0.0 else 0.0
    for j in range(h[_LINES]):
        i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
        fixed, bill, ends = s[h[_DUE] + j], s[h[_BILL_DUE] + j], s[h[_MATURE] + j]
        if fixed > 0.0 or bill + ends + month_end > 0.0:
            kind = ints[i]
            running = 1.0 if kind in (_PAYROLL, _FIXED) else 0.0
            interest = 1.0 if kind == _INTEREST else 0.0
            repaid = 1.0 if kind == _PRINCIPAL else 0.0
            r.fall_due(st, tail(st, row * B), tail(st, (_DUE_ROW + kind) * B),
                       tail(st, (_RATE + ints[i + 1]) * B), fixed, bill, ends, month_end,
                       interest + repaid, running, (running + interest) * v[_V_TAX_DEDUCT],
                       first_year, repaid * first_year)
            live[j] += 1 if fixed + bill > 0.0 else 0


@lane_kernel
def due(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, day: int) -> None:
    """What falls due in a day: bills, fixed amounts, tax, loans."""
    first_year = 1.0 if day <= _YEAR else 0.0
    if s[_TAX_SET] > 0.0 and h[_TAX] >= 0:
        row = h[_RL] + h[_TAX] * _LINE_ROWS
        q.assess_tax(st, tail(st, row * B), v[_V_TAX_RATE], v[_V_TAX_CARRY], first_year)
    loans(st, h, ints, v, live, day, first_year)
    lines(st, h, ints, v, s, first_year)
    bills(st, h, ints, v, s, live, first_year)
    q.clear_due(st)
    for j in range(h[_LINES]):
        if live[j] > 0:
            i, row = h[_IL] + j * _LINE_I, h[_RL] + j * _LINE_ROWS
            r.count_unpaid(st, tail(st, row * B), tail(st, (_RATE + ints[i + 1]) * B))
