"""The ledger in NumPy: frozen accounts, money looked for, payments in contractual order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine import ledger_index as ix
from hashfall.model.columns import Freeze, Line, Row, Tap

if TYPE_CHECKING:
    from hashfall.bench.numpy_ledger import NumpyLedger

__all__ = ["find", "guard", "settle", "take"]

Floats = NDArray[np.float64]


def _freeze(x: NumpyLedger, z: int) -> tuple[Floats, float]:
    """Rows of a freeze, and the most that it holds."""
    row = x.h[ix.RZ] + z * ix.FREEZE_ROWS
    return x.st[row : row + ix.FREEZE_ROWS], x.v[x.h[ix.FZ] + z * ix.FREEZE_F]


def guard(x: NumpyLedger) -> None:
    """Give back and take away what courts say about cash at hand."""
    h, s, cash = x.h, x.s, x.st[Row.CASH]
    for z in range(h[ix.FREEZES]):
        if s[h[ix.S_RELEASE] + z] > 0.0:
            rows, _ = _freeze(x, z)
            cash += rows[Freeze.HELD]
            rows[Freeze.HELD] = 0.0
    for z in range(h[ix.FREEZES]):
        share = s[h[ix.S_SEIZE] + z]
        if share > 0.0:
            rows, up_to = _freeze(x, z)
            part = np.minimum(cash * share, up_to - rows[Freeze.HELD])
            part = np.maximum(part, 0.0)
            cash -= part
            rows[Freeze.HELD] += part


def take(x: NumpyLedger) -> None:
    """Bank what came in, less what frozen accounts hold of it."""
    left = x.receipts
    for z in range(x.h[ix.FREEZES]):
        share = x.s[x.h[ix.S_HOLD] + z]
        if share > 0.0:
            rows, up_to = _freeze(x, z)
            part = np.minimum(x.receipts * share, up_to - rows[Freeze.HELD])
            part = np.clip(part, 0.0, left)
            left = left - part
            rows[Freeze.HELD] += part
    x.st[Row.CASH] += left
    x.receipts = x.zero.copy()


def _soon(x: NumpyLedger) -> Any:
    """Bills and lines that fall due within the look-ahead."""
    h, s, soon = x.h, x.s, 0.0
    for j in range(h[ix.LINES]):
        if s[h[ix.S_SOON] + j] > 0.0:
            rate = x.rate[x.ints[h[ix.IL] + j * ix.LINE_I + 1]]
            soon = soon + x.line(j)[Line.BILLED] * rate
    for t in range(h[ix.TAPS]):
        if s[h[ix.S_CALL_SOON] + t] > 0.0:
            rate = x.rate[x.ints[h[ix.IT] + t * ix.TAP_I + 1]]
            soon = soon + x.st[h[ix.RT] + t * ix.TAP_ROWS + Tap.OWED] * rate
    return soon


def _came(x: NumpyLedger, money: Floats, number: int, ring: int | None) -> None:
    """Book money of a source, at once or under way."""
    st = x.st
    if ring is not None:
        st[Row.PENDING] += money
        st[ring] += money
    st[Row.LAST_TAP][money > 0.0] = float(number)


def _route(x: NumpyLedger, t: int, tap: Floats, ring: int | None, cap: float, share: float,
           need: Floats) -> Any:
    st, net = x.st, x.price * share
    sold = np.maximum(need / net, st[Row.TO_SELL])
    np.minimum(sold, st[Row.COINS], out=sold)
    np.clip(sold, 0.0, cap, out=sold)
    money = sold * net
    np.maximum(st[Row.TO_SELL] - sold, 0.0, out=st[Row.TO_SELL])
    st[Row.COINS] -= sold
    st[Row.SOLD_SPOT] += sold * x.price
    st[Row.SOLD_NET] += money
    st[Row.SOLD_BTC] += sold
    if not x.h[ix.AT_CREDITING]:
        st[Row.TAX_BASE] += money
    tap[Tap.DRAWN] += sold
    if ring is None:
        x.receipts += money
    _came(x, money, t, ring)
    return money


def _stock(x: NumpyLedger, t: int, tap: Floats, unit: Any, cap: float, covenants: int, debt: bool,
           need: Floats) -> Any:
    most = np.minimum(tap[Tap.STOCK], cap) * unit
    if covenants:
        most = most * (1.0 - x.st[Row.BREACH])
    money = np.maximum(np.minimum(need, most), 0.0)
    units = money / unit
    np.maximum(tap[Tap.STOCK] - units, 0.0, out=tap[Tap.STOCK])
    tap[Tap.DRAWN] += units
    if debt:
        tap[Tap.OWED] += units
    x.st[Row.CASH] += money
    _came(x, money, t, None)
    return money


def _equity(x: NumpyLedger, t: int, tap: Floats, ring: int, rate: Any, cap: float, share: float,
            need: Floats) -> Any:
    unit = rate * share
    usd = x.price / rate / x.v[ix.V_PRICE0]
    most = cap * np.minimum(usd ** x.v[ix.V_EQUITY_BETA], 2.0)
    money = np.maximum(np.minimum(need, np.minimum(most, tap[Tap.STOCK]) * unit), 0.0)
    units = money / unit
    np.maximum(tap[Tap.STOCK] - units, 0.0, out=tap[Tap.STOCK])
    tap[Tap.DRAWN] += units
    _came(x, money, t, ring)
    return money


def _machines(x: NumpyLedger, t: int, tap: Floats, ring: int, rate: Any, cap: float, share: float,
              need: Floats) -> Any:
    have = x.st[Row.MACHINES]
    worth = x.hp * (x.v[ix.V_FLEET_USD] * x.s[ix.DECAY] / x.v[ix.V_HASHPRICE0] * share) * rate
    money = np.maximum(np.minimum(need, worth * np.minimum(have, cap)), 0.0)
    np.maximum(have - money / (worth + 1e-300), 0.0, out=have)
    tap[Tap.DRAWN] += money
    _came(x, money, t, ring)
    return money


def _sells(x: NumpyLedger, need: Floats, looking: bool) -> bool:
    """Whether a path has coins, and one wants to sell some."""
    wanted = (looking and need.any()) or x.st[Row.TO_SELL].any()
    return bool(wanted and x.st[Row.COINS].any())


def _source(x: NumpyLedger, t: int, need: Floats, looking: bool) -> Any:
    """Money of one source; None where it gives nothing today."""
    h, st = x.h, x.st
    i, row = h[ix.IT] + t * ix.TAP_I, h[ix.RT] + t * ix.TAP_ROWS
    kind, currency, delay, slot, covenants = x.ints[i : i + 5]
    cap, share = x.s[h[ix.S_CAP] + t], x.v[h[ix.FT] + t * ix.TAP_F]
    tap, rate = st[row : row + ix.TAP_ROWS], x.rate[currency]
    ring = h[ix.RR] + slot + x.day % delay if delay > 0 else h[ix.RR] + slot
    if kind == 0 and cap > 0.0 and _sells(x, need, looking):
        return _route(x, t, tap, ring if delay > 0 else None, cap, share, need)
    if kind in (1, 2):
        money = None
        if looking and cap > 0.0 and tap[Tap.STOCK].any():
            money = _stock(x, t, tap, rate * share, cap, covenants, kind == 2, need)
        if kind == 2:
            x.debt += tap[Tap.OWED] * rate
        elif cap > 0.0:
            x.other += tap[Tap.STOCK] * rate
        else:
            x.held += tap[Tap.STOCK] * rate
        return money
    if kind == 3 and cap > 0.0 and looking and tap[Tap.STOCK].any():
        return _equity(x, t, tap, ring, rate, cap, share, need)
    if kind == 4 and cap > 0.0 and looking:
        return _machines(x, t, tap, ring, rate, cap, share, need)
    return None


def find(x: NumpyLedger, unpaid: Floats) -> bool:
    """Look for money, source by source; whether some may have come on the same day."""
    st, at_once = x.st, False
    need = unpaid + x.s[ix.AHEAD] - st[Row.CASH] - st[Row.PENDING] + _soon(x)
    need += x.v[ix.V_LOOK_AHEAD] * np.maximum(st[Row.BURN], 0.0)
    np.maximum(need, 0.0, out=need)
    looking = bool(need.any())
    for t in range(x.h[ix.TAPS]):
        money = _source(x, t, need, looking)
        if money is not None:
            need -= money
            np.maximum(need, 0.0, out=need)
            i = x.h[ix.IT] + t * ix.TAP_I
            at_once = at_once or (x.ints[i] == 0 and x.ints[i + 2] == 0)
    return at_once


def _let_pay(x: NumpyLedger, kind: int, line: Floats, rate: Any) -> None:
    for z in range(x.h[ix.FREEZES]):
        if (x.ints[x.h[ix.IZ] + z * ix.FREEZE_I] >> kind) & 1:
            rows, _ = _freeze(x, z)
            part = np.minimum(line[Line.UNPAID] * rate, rows.min(axis=0))
            part = np.maximum(part, 0.0)
            rows -= part
            np.maximum(line[Line.UNPAID] - part / rate, 0.0, out=line[Line.UNPAID])


def settle(x: NumpyLedger) -> tuple[Any, Any, Any, Any]:
    """Pay what is due in contractual order; unpaid, late, past its grace and on which line."""
    h, s, cash, tolerance = x.h, x.s, x.st[Row.CASH], x.v[ix.V_TOLERANCE]
    unpaid: Any = x.zero
    late, past, on = x.zero, x.zero, np.full(len(x.zero), -1.0)
    for j in range(h[ix.LINES]):
        if not x.live[j]:
            continue
        i, line = h[ix.IL] + j * ix.LINE_I, x.line(j)
        kind, currency, standing = x.ints[i : i + 3]
        rate = x.rate[currency]
        _let_pay(x, kind, line, rate)
        due, home = line[Line.UNPAID], currency == 0
        owed = due if home else due * rate
        paid = np.maximum(np.minimum(owed, cash), 0.0)
        cash -= paid
        left = due - paid if home else np.where(paid >= owed, 0.0, due - paid / rate)
        line[Line.UNPAID] = left
        x.live[j] = bool(left.any())
        if not x.live[j]:
            continue
        money = left if home else left * rate
        unpaid = unpaid + money
        if standing:
            continue
        late = late + money
        more = left - s[h[ix.S_RECENT] + j] - line[Line.RECENT]
        more = more if home else more * rate
        more[more <= tolerance] = 0.0
        on[(more > 0.0) & (past <= 0.0)] = float(j)
        past = past + more
    if s[ix.MONTH] > 0.0:
        for z in range(h[ix.FREEZES]):
            rows, _ = _freeze(x, z)
            rows[Freeze.ALLOWED] = x.v[h[ix.FZ] + z * ix.FREEZE_F + 1]
    return unpaid, late, past, on
