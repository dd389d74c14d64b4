"""The ledger in NumPy: clocks, covenants and the month's record at the end of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine import ledger_index as ix
from hashfall.model.columns import Month, Row

if TYPE_CHECKING:
    from hashfall.bench.numpy_ledger import NumpyLedger

__all__ = ["close"]

Floats = NDArray[np.float64]
_KINDS = int(Month.COUNT) - int(Month.DUE)


def _resale(x: NumpyLedger) -> Any:
    """Machine resale over its value at the start, in the functional currency per USD."""
    return x.hp * (x.s[ix.DECAY] / x.v[ix.V_HASHPRICE0]) * x.usd


def _stop(x: NumpyLedger, row: Row, now: NDArray[np.bool_]) -> None:
    """Stop a clock where it still runs and something happens."""
    x.st[row][now & x.never(row)] = float(x.day)


def _insolvent(x: NumpyLedger, pledged: Any, owed: Any) -> None:
    v, st = x.v, x.st
    assets = st[Row.CASH] + x.held + x.other + st[Row.PENDING] + x.receivable
    assets += (st[Row.COINS] + pledged) * x.price * v[ix.V_BEST_NET]
    own = v[ix.V_FLEET_USD] * st[Row.MACHINES] + v[ix.V_PLEDGED_USD]
    assets += _resale(x) * own + v[ix.V_SITES_USD] * x.usd
    _stop(x, Row.D4, assets < owed)


def _lender(x: NumpyLedger, unpaid: Any) -> None:
    v, s, st = x.v, x.s, x.st
    net = _resale(x) * (v[ix.V_PLEDGED_USD] * (1.0 - v[ix.V_FIRE_COST]))
    now = np.minimum(net, s[ix.SECURED_LEFT])
    later = np.minimum(net * s[ix.DECAY90], s[ix.SECURED_LEFT])
    liquid = st[Row.CASH] + x.other + st[Row.PENDING] - 90.0 * st[Row.BURN]
    liquid += st[Row.COINS] * x.price * v[ix.V_BEST_NET]
    share = np.clip(liquid / (s[ix.AHEAD90] + unpaid + 1e-9), 0.0, 1.0)
    bits = (st[Row.D2_BITS] * 2.0 + (now > s[ix.SECURED90] * share + later)) % 8192.0
    st[Row.D2_BITS] = np.where(x.never(Row.D1), bits, st[Row.D2_BITS])


def _covenant(x: NumpyLedger, kind: int, level: float, pledged: Any) -> None:
    v, st = x.v, x.st
    if kind == 0:
        fails = (st[Row.CASH] + x.other + st[Row.COINS] * x.price * v[ix.V_BEST_NET]) < level
    elif kind == 1:
        own = v[ix.V_FLEET_USD] * st[Row.MACHINES] + v[ix.V_PLEDGED_USD]
        value = _resale(x) * own + pledged * x.price + 1e-9
        fails = (x.s[ix.SECURED_LEFT] + x.debt) / value > level
    else:
        due = st[Row.SERVICE] > 0.0
        fails = due & (st[Row.OPERATING] / (st[Row.SERVICE] + 1e-9) < level)
    _stop(x, Row.D3, fails)
    st[Row.BREACH][fails] = 1.0


def _month(x: NumpyLedger, unpaid: Any) -> None:
    st, net = x.st, x.v[ix.V_BEST_NET]
    out = x.months[int(x.s[ix.MONTH]) - 1]
    quick = np.minimum(st[Row.COINS], x.s[ix.ROUTE_CAP])
    out[Month.CASH] = st[Row.CASH] + st[Row.PENDING]
    out[Month.COINS] = quick * x.price * net
    out[Month.FUNDING], out[Month.HELD], out[Month.UNPAID] = x.other, x.held, unpaid
    out[Month.TRAPPED] = (st[Row.COINS] - quick) * x.price
    out[Month.ALIVE] = x.never(Row.D1)
    out[Month.LIQUID] = out[Month.CASH] + out[Month.COINS] + x.other - unpaid
    due = st[ix.DUE_ROW : ix.DUE_ROW + _KINDS]
    out[Month.DUE : Month.DUE + _KINDS] = due
    due[:] = 0.0


def close(x: NumpyLedger, unpaid: Any, late: Any, past: Any, on: Any, pledged: Any,
          owed: Any) -> None:
    """Read the clocks and the covenants; on a month's last day write its record."""
    h, s, st = x.h, x.s, x.st
    never, tolerance = x.never(Row.D1), x.v[ix.V_TOLERANCE]
    new = never & (past > tolerance)
    st[Row.TRAPPED] = np.where(never, st[Row.COINS], st[Row.TRAPPED])
    st[Row.LINE][new] = on[new]
    st[Row.D1][new] = float(x.day)
    _stop(x, Row.FIRST_SHORT, late > tolerance)
    if x.solvent:
        _insolvent(x, pledged, unpaid + x.debt + owed + st[Row.SETOFF])
    if h[ix.SECURED] and s[ix.WEEK] > 0.0:
        _lender(x, unpaid)
    month, quarter = s[ix.MONTH] > 0.0, s[ix.QUARTER] > 0.0
    for k in range(h[ix.COVENANTS]):
        kind, test = x.ints[h[ix.IC] + k * ix.COVENANT_I : h[ix.IC] + (k + 1) * ix.COVENANT_I]
        if test == 0 or (test == 1 and month) or (test == 2 and quarter):
            _covenant(x, kind, x.v[h[ix.FC] + k * ix.COVENANT_F], pledged)
    if quarter:
        st[Row.OPERATING] = st[Row.SERVICE] = 0.0
    if month:
        _month(x, unpaid)
