"""The ledger path by path, end of a day: clocks, covenants, the month's record."""

from __future__ import annotations

from typing import Any

import numpy as np

from hashfall.bench.scalar_jit import called, inlined
from hashfall.engine import ledger_index as ix
from hashfall.model.clocks import (
    covenant_fails,
    coverage,
    first_day,
    loan_to_value,
    resale_factor,
    waiting_value,
)
from hashfall.model.columns import CLOCKS_NEVER, Month, Row

__all__ = ["close"]

_R = {row.name: int(row) for row in Row}
_CASH, _COINS, _PENDING, _MACHINES = _R["CASH"], _R["COINS"], _R["PENDING"], _R["MACHINES"]
_BREACH, _BURN, _OPER, _SERVICE = _R["BREACH"], _R["BURN"], _R["OPERATING"], _R["SERVICE"]
_D1, _BITS, _D3, _D4, _FIRST = _R["D1"], _R["D2_BITS"], _R["D3"], _R["D4"], _R["FIRST_SHORT"]
_LINE, _TRAPPED, _SETOFF = _R["LINE"], _R["TRAPPED"], _R["SETOFF"]
_M = {m.name: int(m) for m in Month}
_M_LIQUID, _M_CASH, _M_COINS, _M_FUNDING = _M["LIQUID"], _M["CASH"], _M["COINS"], _M["FUNDING"]
_M_HELD, _M_TRAPPED, _M_ALIVE, _M_UNPAID, _M_DUE = (
    _M["HELD"], _M["TRAPPED"], _M["ALIVE"], _M["UNPAID"], _M["DUE"],
)
_KINDS = int(Month.COUNT) - int(Month.DUE)


@inlined
def _clocks(st: Any, v: Any, day: float, late: float, past: float, on: float) -> None:
    if st[_D1] >= CLOCKS_NEVER:
        if past > v[ix.V_TOLERANCE]:
            st[_D1], st[_LINE] = day, on
        st[_TRAPPED] = st[_COINS]
    if late > v[ix.V_TOLERANCE]:
        st[_FIRST] = first_day(st[_FIRST], day, 1.0)


@inlined
def _insolvent(st: Any, v: Any, s: Any, day: float, price: float, hp: float, usd: float,
               pledged: float, money: float, owed: float) -> None:
    if st[_D4] < CLOCKS_NEVER:
        return
    own = v[ix.V_FLEET_USD] * st[_MACHINES] + v[ix.V_PLEDGED_USD]
    resale = resale_factor(hp, v[ix.V_HASHPRICE0], s[ix.DECAY]) * own * usd
    coins = (st[_COINS] + pledged) * price * v[ix.V_BEST_NET]
    assets = money + coins
    assets = assets + resale + v[ix.V_SITES_USD] * usd
    if assets < owed:
        st[_D4] = day


@called
def _lender(st: Any, v: Any, s: Any, price: float, hp: float, usd: float, other: float,
            unpaid: float) -> None:
    if st[_D1] < CLOCKS_NEVER:
        return
    pledged, fire, secured = v[ix.V_PLEDGED_USD], v[ix.V_FIRE_COST], s[ix.SECURED_LEFT]
    resale = resale_factor(hp, v[ix.V_HASHPRICE0], s[ix.DECAY]) * pledged * usd
    now = resale * (1.0 - fire)
    now = now if now < secured else secured
    later = resale * s[ix.DECAY90] * (1.0 - fire)
    later = later if later < secured else secured
    liquid = st[_CASH] + other + st[_PENDING]
    liquid = liquid + st[_COINS] * price * v[ix.V_BEST_NET]
    liquid = liquid - 90.0 * st[_BURN]
    wait = waiting_value(s[ix.SECURED90], liquid, s[ix.AHEAD90] + unpaid, later)
    bits = st[_BITS] * 2.0 + (1.0 if now > wait else 0.0)
    st[_BITS] = bits - 8192.0 if bits >= 8192.0 else bits


@called
def _covenant(st: Any, v: Any, s: Any, kind: float, level: float, day: float, price: float,
              hp: float, usd: float, other: float, debt: float, pledged: float) -> None:
    coins = st[_COINS] * price * v[ix.V_BEST_NET]
    liquid = st[_CASH] + other + coins
    own = v[ix.V_FLEET_USD] * st[_MACHINES] + v[ix.V_PLEDGED_USD]
    resale = resale_factor(hp, v[ix.V_HASHPRICE0], s[ix.DECAY]) * own * usd
    ltv = loan_to_value(s[ix.SECURED_LEFT] + debt, resale + pledged * price)
    dscr = coverage(st[_OPER], st[_SERVICE])
    fails = covenant_fails(kind, level, liquid, ltv, dscr)
    st[_D3] = first_day(st[_D3], day, fails)
    st[_BREACH] = 1.0 if fails > 0.0 else st[_BREACH]


@called
def _month(st: Any, out: Any, route_cap: float, net: float, price: float, other: float,
           held: float, unpaid: float) -> None:
    value, coins = price * net, st[_COINS]
    quick = coins if coins < route_cap else route_cap
    cash = st[_CASH] + st[_PENDING]
    out[_M_CASH], out[_M_COINS] = cash, quick * value
    out[_M_FUNDING], out[_M_HELD] = other, held
    out[_M_TRAPPED] = (coins - quick) * price
    out[_M_UNPAID] = unpaid
    out[_M_ALIVE] = 1.0 if st[_D1] >= CLOCKS_NEVER else 0.0
    out[_M_LIQUID] = cash + quick * value + other - unpaid
    for j in range(_KINDS):
        out[_M_DUE + j] = st[ix.DUE_ROW + j]
        st[ix.DUE_ROW + j] = 0.0


@inlined
def close(st: Any, h: Any, ints: Any, v: Any, s: Any, months: Any, day: int, price: float,
          hp: float, usd: float, receivable: float, other: float, held: float, debt: float,
          pledged: float, owed: float, unpaid: float, late: float, past: float,
          on: float) -> None:
    """Read the clocks and the covenants; on a month's last day write its record."""
    _clocks(st, v, float(day), late, past, on)
    money = st[_CASH] + held + other
    money = money + st[_PENDING] + receivable
    liabilities = unpaid + debt
    liabilities = liabilities + owed + st[_SETOFF]
    _insolvent(st, v, s, float(day), price, hp, usd, pledged, money, liabilities)
    if h[ix.SECURED] > 0 and s[ix.WEEK] > 0.0:
        _lender(st, v, s, price, hp, usd, other, unpaid)
    month, quarter = s[ix.MONTH] > 0.0, s[ix.QUARTER] > 0.0
    for x in range(h[ix.COVENANTS]):
        i = h[ix.IC] + x * ix.COVENANT_I
        if ints[i + 1] == 0 or (ints[i + 1] == 1 and month) or (ints[i + 1] == 2 and quarter):
            level = v[h[ix.FC] + x * ix.COVENANT_F]
            _covenant(st, v, s, float(ints[i]), level, float(day), price, hp, usd, other, debt,
                      pledged)
    if quarter:
        st[_OPER] = st[_SERVICE] = 0.0
    if month:
        out = months[np.int64(s[ix.MONTH]) - 1]
        _month(st, out, s[ix.ROUTE_CAP], v[ix.V_BEST_NET], price, other, held, unpaid)
