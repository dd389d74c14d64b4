"""The ledger path by path, second half of a day: money is found and bills are paid."""

from __future__ import annotations

from typing import Any

from hashfall.bench.scalar_jit import called, inlined
from hashfall.engine import ledger_index as ix
from hashfall.model.clocks import past_grace, resale_factor
from hashfall.model.columns import Freeze, Line, Row, Tap
from hashfall.model.ledger import (
    equity_factor,
    frozen,
    log_ratio,
    need_ahead,
    pay,
    sale_btc,
    taken,
)

__all__ = ["allow", "find", "guard", "settle", "take"]

_R = {row.name: int(row) for row in Row}
_CASH, _COINS, _SELL, _PENDING = _R["CASH"], _R["COINS"], _R["TO_SELL"], _R["PENDING"]
_MACHINES, _BREACH, _LAST, _BURN = _R["MACHINES"], _R["BREACH"], _R["LAST_TAP"], _R["BURN"]
_SPOT, _NET, _BTC, _BASE = _R["SOLD_SPOT"], _R["SOLD_NET"], _R["SOLD_BTC"], _R["TAX_BASE"]
_L_UNPAID, _L_RECENT, _L_BILLED = int(Line.UNPAID), int(Line.RECENT), int(Line.BILLED)
_STOCK, _DRAWN, _OWED = int(Tap.STOCK), int(Tap.DRAWN), int(Tap.OWED)
_HELD, _ALLOWED = int(Freeze.HELD), int(Freeze.ALLOWED)


@inlined
def take(st: Any, h: Any, v: Any, s: Any, receipts: float) -> None:
    """Bank what came in, less what frozen accounts hold of it."""
    left = receipts
    for z in range(h[ix.FREEZES]):
        if s[h[ix.S_HOLD] + z] > 0.0:
            row = h[ix.RZ] + z * ix.FREEZE_ROWS
            x = frozen(receipts, s[h[ix.S_HOLD] + z], left, st[row + _HELD],
                       v[h[ix.FZ] + z * ix.FREEZE_F])
            left -= x
            st[row + _HELD] += x
    st[_CASH] += left


@inlined
def guard(st: Any, h: Any, v: Any, s: Any) -> None:
    """Give back and take away what courts say about cash at hand."""
    for z in range(h[ix.FREEZES]):
        if s[h[ix.S_RELEASE] + z] > 0.0:
            row = h[ix.RZ] + z * ix.FREEZE_ROWS
            st[_CASH] += st[row + _HELD]
            st[row + _HELD] = 0.0
    for z in range(h[ix.FREEZES]):
        if s[h[ix.S_SEIZE] + z] > 0.0:
            row, cash = h[ix.RZ] + z * ix.FREEZE_ROWS, st[_CASH]
            x = frozen(cash, s[h[ix.S_SEIZE] + z], cash, st[row + _HELD],
                       v[h[ix.FZ] + z * ix.FREEZE_F])
            st[_CASH] = cash - x
            st[row + _HELD] += x


@inlined
def _soon(st: Any, h: Any, ints: Any, s: Any) -> float:
    """Bills and lines that fall due within the look-ahead."""
    soon = 0.0
    for j in range(h[ix.LINES]):
        if s[h[ix.S_SOON] + j] > 0.0:
            rate = st[ix.RATE + ints[h[ix.IL] + j * ix.LINE_I + 1]]
            soon += st[h[ix.RL] + j * ix.LINE_ROWS + _L_BILLED] * rate
    for t in range(h[ix.TAPS]):
        if s[h[ix.S_CALL_SOON] + t] > 0.0:
            rate = st[ix.RATE + ints[h[ix.IT] + t * ix.TAP_I + 1]]
            soon += st[h[ix.RT] + t * ix.TAP_ROWS + _OWED] * rate
    return soon


@inlined
def _route(st: Any, tap: int, ring: int, delayed: bool, cap: float, share: float,
           at_sale: float, number: int, price: float, need: float) -> float:
    """Sell coins by one route; money that came."""
    net = price * share
    sold = sale_btc(need, st[_SELL], st[_COINS], cap, net)
    if sold <= 0.0:
        return 0.0
    money, left = sold * net, st[_SELL] - sold
    st[_SELL] = left if left > 0.0 else 0.0
    st[_COINS] -= sold
    st[_SPOT] += sold * price
    st[_NET] += money
    st[_BTC] += sold
    st[_BASE] += money * at_sale
    st[tap + _DRAWN] += sold
    if delayed:
        st[_PENDING] += money
        st[ring] += money
    st[_LAST] = float(number) if money > 0.0 else st[_LAST]
    return money


@inlined
def _stock(st: Any, tap: int, unit: float, cap: float, covenants: float, debt: float,
           number: int, need: float) -> float:
    """Draw on foreign cash or on a credit line; money that came."""
    have = st[tap + _STOCK]
    most = have if have < cap else cap
    money = taken(need, most * unit * (1.0 - covenants * st[_BREACH]))
    if money > 0.0:
        units = money / unit
        left = have - units
        st[tap + _STOCK] = left if left > 0.0 else 0.0
        st[tap + _DRAWN] += units
        st[tap + _OWED] += units * debt
        st[_CASH] += money
        st[_LAST] = float(number)
    return money


@called
def _equity(st: Any, tap: int, ring: int, rate: float, cap: float, share: float, price0: float,
            beta: float, number: int, price: float, need: float) -> float:
    unit, have = rate * share, st[tap + _STOCK]
    most = cap * equity_factor(log_ratio(price / rate, price0), beta)
    most = most if most < have else have
    money = taken(need, most * unit)
    if money > 0.0:
        units = money / unit
        left = have - units
        st[tap + _STOCK] = left if left > 0.0 else 0.0
        st[tap + _DRAWN] += units
        st[_PENDING] += money
        st[ring] += money
        st[_LAST] = float(number)
    return money


@called
def _machines(st: Any, tap: int, ring: int, worth: float, cap: float, number: int,
              need: float) -> float:
    have = st[_MACHINES]
    part = cap if cap < have else have
    money = taken(need, worth * part)
    if money > 0.0:
        left = have - money / (worth + 1e-300)
        st[_MACHINES] = left if left > 0.0 else 0.0
        st[tap + _DRAWN] += money
        st[_PENDING] += money
        st[ring] += money
        st[_LAST] = float(number)
    return money


@inlined
def find(st: Any, h: Any, ints: Any, v: Any, s: Any, day: int, price: float, hp: float,
         unpaid: float) -> tuple[float, float, float, float]:
    """Look for money, source by source; receipts, foreign cash, the same held, debt drawn."""
    receipts, other, held, debt = 0.0, 0.0, 0.0, 0.0
    need = need_ahead(unpaid, s[ix.AHEAD] + _soon(st, h, ints, s), v[ix.V_LOOK_AHEAD], st[_BURN],
                      st[_CASH], st[_PENDING])
    looking, at_sale = need > 0.0, 1.0 - float(h[ix.AT_CREDITING])
    for t in range(h[ix.TAPS]):
        i, f = h[ix.IT] + t * ix.TAP_I, h[ix.FT] + t * ix.TAP_F
        kind, delay, cap = ints[i], ints[i + 2], s[h[ix.S_CAP] + t]
        tap, rate, money = h[ix.RT] + t * ix.TAP_ROWS, st[ix.RATE + ints[i + 1]], 0.0
        ring = h[ix.RR] + ints[i + 3] + (day % delay if delay > 0 else 0)
        if kind == 0:
            if cap > 0.0 and (looking or st[_SELL] > 0.0):
                money = _route(st, tap, ring, delay > 0, cap, v[f], at_sale, t, price, need)
                receipts += money if delay <= 0 else 0.0
        elif kind < 3:
            if looking and cap > 0.0:
                money = _stock(st, tap, rate * v[f], cap, float(ints[i + 4]),
                               1.0 if kind == 2 else 0.0, t, need)
            own = st[tap + _STOCK] * rate if kind == 1 else 0.0
            other += own if cap > 0.0 else 0.0
            held += own if cap <= 0.0 else 0.0
            debt += st[tap + _OWED] * rate
        elif looking and cap > 0.0 and kind == 3:
            money = _equity(st, tap, ring, rate, cap, v[f], v[ix.V_PRICE0], v[ix.V_EQUITY_BETA],
                            t, price, need)
        elif looking and cap > 0.0:
            worth = resale_factor(hp, v[ix.V_HASHPRICE0], s[ix.DECAY])
            worth = worth * (v[ix.V_FLEET_USD] * v[f]) * rate
            money = _machines(st, tap, ring, worth, cap, t, need)
        need -= money
        need = need if need > 0.0 else 0.0
    return receipts, other, held, debt


@inlined
def _let_pay(st: Any, h: Any, ints: Any, kind: int, unpaid: float, rate: float) -> float:
    """Pay a line out of frozen accounts that allow it; what is still unpaid."""
    for z in range(h[ix.FREEZES]):
        if (ints[h[ix.IZ] + z * ix.FREEZE_I] >> kind) & 1:
            at = h[ix.RZ] + z * ix.FREEZE_ROWS
            held, allowed = st[at + _HELD], st[at + _ALLOWED]
            x = pay(unpaid * rate, held if held < allowed else allowed)
            if x > 0.0:
                st[at + _HELD] = held - x
                st[at + _ALLOWED] = allowed - x
                unpaid -= x / rate
                unpaid = unpaid if unpaid > 0.0 else 0.0
    return unpaid


@inlined
def settle(st: Any, h: Any, ints: Any, v: Any, s: Any,
           live: Any) -> tuple[float, float, float, float]:
    """Pay what is due in contractual order; unpaid, late, past its grace and on which line."""
    cash, tolerance = st[_CASH], v[ix.V_TOLERANCE]
    unpaid, late, past, on = 0.0, 0.0, 0.0, -1.0
    for j in range(h[ix.LINES]):
        if live[j] == 0:
            continue
        i, row = h[ix.IL] + j * ix.LINE_I, h[ix.RL] + j * ix.LINE_ROWS
        rate = st[ix.RATE + ints[i + 1]]
        left = _let_pay(st, h, ints, ints[i], st[row + _L_UNPAID], rate)
        owed = left * rate
        x = pay(owed, cash)
        cash -= x
        if x >= owed:
            left = 0.0
        else:
            left = left - x / rate if x > 0.0 else left
            counts = 1.0 - float(ints[i + 2])
            unpaid += left * rate
            late += left * rate * counts
            more = past_grace(left, s[h[ix.S_RECENT] + j], st[row + _L_RECENT]) * rate * counts
            more = more if more > tolerance else 0.0
            on = float(j) if more > 0.0 and past <= 0.0 else on
            past += more
        st[row + _L_UNPAID] = left
        live[j] = 1 if left > 0.0 else 0
    st[_CASH] = cash
    return unpaid, late, past, on


@inlined
def allow(st: Any, h: Any, v: Any) -> None:
    """Renew what frozen accounts may pay in a month."""
    for z in range(h[ix.FREEZES]):
        row = h[ix.RZ] + z * ix.FREEZE_ROWS
        st[row + _ALLOWED] = v[h[ix.FZ] + z * ix.FREEZE_F + 1]
