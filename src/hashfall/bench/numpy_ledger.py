"""The ledger in NumPy over many paths at once: an opponent of the ledger kernel.

The same day in the same order as the kernel's, written as arrays over paths. A rate
that does not change is a number; what no path needs is not worked out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.bench.numpy_cash import find, guard, settle, take
from hashfall.bench.numpy_clocks import close
from hashfall.bench.numpy_loans import count, credit_margins, loans
from hashfall.engine import ledger_index as ix
from hashfall.engine.pack import Packed
from hashfall.model.columns import CLOCKS_NEVER, Head, Host, Line, Month, Row, Tap
from hashfall.model.layout import WorldRow

__all__ = ["NumpyLedger"]

Floats = NDArray[np.float64]
_BURN_WEIGHT = 2.0 / 31.0
_KINDS = int(Month.COUNT) - int(Month.DUE)


class NumpyLedger:
    """Ledger of one company over many paths, one day at a time.

    Parameters
    ----------
    packed : Packed
        Packed book; a fleet paid by blocks found is not known here.
    paths : int
        Number of paths.

    Attributes
    ----------
    st : ndarray of shape (rows, paths)
        State (`hashfall.model.columns.Row` and the components).
    months : ndarray of shape (months, rows, paths)
        Month-end records.
    solvent : bool
        Whether a path is not insolvent yet; once none is, nothing that only insolvency
        asks for is counted.
    """

    def __init__(self, packed: Packed, paths: int) -> None:
        if packed.head[Head.SOLO]:
            raise ValueError("packed: expected fleets paid by share of hashrate, found solo")
        self.h: list[int] = packed.head.tolist()
        self.ints: list[int] = packed.ints.tolist()
        self.v: list[float] = packed.values.tolist()
        self.schedule = packed.schedule
        self.st = np.repeat(packed.state[:, None], paths, axis=1)
        self.live = [line.unpaid0 > 0.0 for line in packed.lines]
        months = packed.calendar.months if packed.calendar is not None else 0
        self.months = np.zeros((months, int(Month.COUNT), paths))
        self.rate: list[Any] = [1.0] * self.h[ix.CURRENCIES]
        self.zero = np.zeros(paths)
        self.s: list[float] = []
        self.day = 0
        self.solvent = True
        self.open()

    def open(self) -> None:
        """Set the day's sums to zero."""
        zero = self.zero
        self.receipts, self.receivable = zero.copy(), zero.copy()
        self.outflow, self.income = zero.copy(), zero.copy()
        self.held, self.other, self.debt = zero.copy(), zero.copy(), zero.copy()

    def line(self, j: int) -> Floats:
        """Rows of a payment line."""
        at = self.h[ix.RL] + j * ix.LINE_ROWS
        return self.st[at : at + ix.LINE_ROWS]

    def _start(self, w: Floats) -> None:
        h, v, s, st = self.h, self.v, self.s, self.st
        home = h[ix.IX]
        for x in range(h[ix.CURRENCIES]):
            row, scale = h[ix.IX + x], v[ix.V_FX_SCALE + x]
            if h[ix.CONST_FX] or row == home:
                self.rate[x] = v[ix.V_FX0 + x] if h[ix.CONST_FX] else scale
            else:
                own = w[home] if home >= 0 else 1.0
                self.rate[x] = own / (w[row] if row >= 0 else 1.0) * scale
        usd = self.usd = self.rate[h[ix.USD]]
        self.power = [(v[ix.V_POWER0 + r] if h[ix.CONST_POWER] else w[ix.W_POWER + r]) * usd
                      for r in range(h[ix.REGIONS])] or [0.0]
        price = v[ix.V_PRICE0] if h[ix.CONST_PRICE] else w[WorldRow.PRICE]
        self.reward = v[ix.V_HASHPRICE0] / price if h[ix.CONST_HASHPRICE] else w[WorldRow.REWARD]
        self.hp, self.price = price * self.reward, price * usd
        for t in range(h[ix.TAPS]):
            i = h[ix.IT] + t * ix.TAP_I
            if self.ints[i + 2] > 0:
                row = h[ix.RR] + self.ints[i + 3] + self.day % self.ints[i + 2]
                self.receipts += st[row]
                np.maximum(st[Row.PENDING] - st[row], 0.0, out=st[Row.PENDING])
                st[row] = 0.0
        for x in range(h[ix.CURRENCIES]):
            if s[ix.INFLOW + x] > 0.0:
                self.receipts += s[ix.INFLOW + x] * self.rate[x]
            if s[ix.WORKED + x] > 0.0:
                st[Row.SETOFF] += s[ix.WORKED + x] * self.rate[x]

    def _price(self, region: int, currency: int, contract: float, market: float) -> Any:
        """Power price of a contract, with a region's market price on top."""
        price = contract * self.rate[currency]
        return price + market * self.power[max(region, 0)] if market else price

    def _fleet(self, j: int) -> Any:
        h, s, v, st = self.h, self.s, self.v, self.st
        i, f = h[ix.IF] + j * ix.FLEET_I, h[ix.FF] + j * ix.FLEET_F
        own, region, currency, pledged = self.ints[i : i + 4]
        fee, kwh, top = v[f : f + 3]
        supply = self._price(region, currency, s[h[ix.S_FLEET_PRICE] + j],
                             s[h[ix.S_FLEET_MARKET] + j])
        ph: Any = s[h[ix.S_AVAIL] + j]
        ph = ph if pledged else ph * st[Row.MACHINES]
        on = self.price * self.reward * (1.0 - fee) > kwh * (1.0 - top) * supply
        coins = ph * (1.0 - fee) * self.reward * on
        cost = ph * kwh * supply * np.where(on, 1.0, top)
        st[Row.COINS] += coins
        self.outflow += cost
        self.line(own)[Line.ACCRUED] += cost
        return coins

    def _clients(self, host: Floats, j: int, price: Any) -> None:
        f = self.h[ix.FH] + j * ix.HOST_F
        kwh, fee, leave_after, leave, back_after, back, most = self.v[f : f + 7]
        loss = self.price * self.reward * (1.0 - fee) < kwh * price
        host[Host.NEG] += 1.0
        host[Host.NEG] *= loss
        host[Host.POS] += 1.0
        host[Host.POS] *= ~loss
        present = host[Host.PRESENT]
        gone = host[Host.NEG] >= leave_after
        come = host[Host.POS] >= back_after
        if gone.any():
            present *= np.where(gone, 1.0 - leave, 1.0)
        if come.any():
            present += np.where(come, np.maximum(back * (most - present), 0.0), 0.0)

    def _host(self, j: int) -> None:
        h, s, st = self.h, self.s, self.st
        i, row = h[ix.IH] + j * ix.HOST_I, h[ix.RH] + j * ix.HOST_ROWS
        own, region, currency, tariff_in, pays = self.ints[i : i + 5]
        supply = self._price(region, currency, s[h[ix.S_PRICE] + j], s[h[ix.S_MARKET] + j])
        tariff = s[h[ix.S_TARIFF] + j] * self.rate[tariff_in]
        host, good = st[row : row + ix.HOST_ROWS], 1.0 - self.v[h[ix.FH] + j * ix.HOST_F + 7]
        if not h[ix.STAY]:
            self._clients(host, j, tariff + pays * supply)
        energy = s[h[ix.S_KWH] + j] * host[Host.PRESENT]
        bill = energy * tariff
        if not pays:
            cost = energy * supply
            self.line(own)[Line.ACCRUED] += cost
            self.outflow += cost
        st[Row.TAX_BASE] += bill
        self.income += bill * good
        self._collect(host, bill, s[h[ix.S_COLLECT] + j], good)

    def _collect(self, host: Floats, bill: Floats, paid: float, good: float) -> None:
        st = self.st
        host[Host.ACCRUED] += bill
        if self.s[ix.MONTH] > 0.0:
            host[Host.BILLED] += host[Host.ACCRUED]
            host[Host.ACCRUED] = 0.0
        if paid > 0.0:
            money = host[Host.BILLED] * good
            off = np.minimum(st[Row.SETOFF], money)
            st[Row.SETOFF] -= off
            self.receipts += money - off
            host[Host.BILLED] = 0.0
        if self.solvent:
            self.receivable += (host[Host.BILLED] + host[Host.ACCRUED]) * good

    def _operate(self) -> None:
        h, v, s, st = self.h, self.v, self.s, self.st
        credited = sum((self._fleet(j) for j in range(h[ix.FLEETS])), self.zero)
        for j in range(h[ix.HOSTS]):
            self._host(j)
        value = credited * self.price
        self.income += value * v[ix.V_BEST_NET]
        st[Row.TO_SELL] += credited * v[ix.V_SELL_SHARE]
        st[Row.TAX_BASE] += value * float(h[ix.AT_CREDITING]) - self.outflow * v[ix.V_TAX_DEDUCT]
        earned = self.income - self.outflow
        st[Row.OPERATING] += earned
        st[Row.BURN] *= 1.0 - _BURN_WEIGHT
        st[Row.BURN] -= _BURN_WEIGHT * earned
        if self.day <= ix.FIRST_YEAR:
            inflow = sum((s[ix.INFLOW + x] - s[ix.WORKED + x]) * v[ix.V_FX0 + x]
                         for x in range(h[ix.CURRENCIES]))
            st[Row.IN12] += self.income + inflow
            st[Row.OUT12] += self.outflow

    def _tax(self) -> None:
        h, v, st = self.h, self.v, self.st
        if self.s[ix.TAX_SET] <= 0.0 or h[ix.TAX] < 0:
            return
        profit = np.maximum(st[Row.TAX_BASE], 0.0)
        used = np.minimum(st[Row.TAX_LOSS], profit * v[ix.V_TAX_CARRY])
        tax = (profit - used) * v[ix.V_TAX_RATE]
        st[Row.TAX_LOSS] += profit - st[Row.TAX_BASE] - used
        st[Row.TAX_BASE] = 0.0
        self.line(h[ix.TAX])[Line.BILLED] += tax
        if self.day <= ix.FIRST_YEAR:
            st[Row.OUT12] += tax

    def _credit_lines(self) -> None:
        h, st = self.h, self.st
        for t in range(h[ix.TAPS]):
            i, at = h[ix.IT] + t * ix.TAP_I, h[ix.RT] + t * ix.TAP_ROWS
            if self.ints[i] != 2:
                continue
            charge = st[at + Tap.OWED] * self.v[h[ix.FT] + t * ix.TAP_F + 1]
            self.line(self.ints[i + 6])[Line.ACCRUED] += charge
            if self.day <= ix.FIRST_YEAR:
                st[Row.OUT12] += charge * self.rate[self.ints[i + 1]]
            if self.s[h[ix.S_CALL] + t] > 0.0:
                self.line(self.ints[i + 5])[Line.BILLED] += st[at + Tap.OWED]
                st[at + Tap.OWED] = st[at + Tap.STOCK] = 0.0

    def _bills(self) -> None:
        h, s, st = self.h, self.s, self.st
        first, month_end = self.day <= ix.FIRST_YEAR, s[ix.MONTH] > 0.0
        for j in range(h[ix.LINES]):
            fixed, bill_due, ends = (
                s[h[ix.S_DUE] + j], s[h[ix.S_BILL_DUE] + j], s[h[ix.S_MATURE] + j],
            )
            line, i = self.line(j), h[ix.IL] + j * ix.LINE_I
            kind, rate = self.ints[i], self.rate[self.ints[i + 1]]
            bill = line[Line.BILLED].copy() if bill_due > 0.0 else 0.0
            if fixed > 0.0 or bill_due > 0.0:
                money = (fixed + bill) * rate
                line[Line.UNPAID] += fixed + bill
                st[ix.DUE_ROW + kind] += money
                self._class_of(kind, money, (fixed + bill if kind == ix.PRINCIPAL else fixed)
                               * rate if first else 0.0)
                self.live[j] = True
            if bill_due > 0.0:
                line[Line.RECENT] += bill
                line[Line.BILLED] = 0.0
            if ends > 0.0:
                line[Line.RECENT] = 0.0
            if month_end:
                line[Line.BILLED] += line[Line.ACCRUED]
                line[Line.ACCRUED] = 0.0

    def _class_of(self, kind: int, money: Any, out: Any) -> None:
        """Count an amount that falls due where its class belongs."""
        st = self.st
        running = kind in (ix.PAYROLL, ix.FIXED)
        if kind in (ix.INTEREST, ix.PRINCIPAL):
            st[Row.SERVICE] += money
        if running:
            st[Row.OPERATING] -= money
        if running or kind == ix.INTEREST:
            st[Row.TAX_BASE] -= money * self.v[ix.V_TAX_DEDUCT]
        st[Row.OUT12] += out

    def step(self, day: int, w: Floats) -> None:
        """Run one day on the world's rows ``w`` of shape (rows, paths)."""
        self.day, self.s = day, self.schedule[day].tolist()
        self.open()
        self.solvent = self.solvent and bool(self.never(Row.D4).any())
        self._start(w)
        self._operate()
        self._tax()
        loans(self)
        self._credit_lines()
        self._bills()
        unpaid = self.zero
        for j, live in enumerate(self.live):
            if live:
                cur = self.ints[self.h[ix.IL] + j * ix.LINE_I + 1]
                unpaid = unpaid + self.line(j)[Line.UNPAID] * self.rate[cur]
        guard(self)
        take(self)
        if find(self, unpaid):
            take(self)
        paid = settle(self)
        credit_margins(self)
        pledged, owed = count(self)
        close(self, *paid, pledged, owed)

    def never(self, row: Row) -> NDArray[np.bool_]:
        """Paths on which a clock has not stopped."""
        return np.asarray(self.st[row] >= CLOCKS_NEVER)
