"""The ledger in NumPy: loans on coins, and everything that is owed at the end of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine import ledger_index as ix
from hashfall.model.columns import CLASSES, Freeze, Line, Loan, Row

if TYPE_CHECKING:
    from hashfall.bench.numpy_ledger import NumpyLedger

__all__ = ["count", "credit_margins", "loans"]

Floats = NDArray[np.float64]
_DUE_MARGIN = int(Row.DUE) + CLASSES.index("margin")


def _loan(x: NumpyLedger, j: int) -> tuple[Floats, Floats, Any]:
    """Rows of a loan, of its margin line, and the rate of its currency."""
    row, i = x.h[ix.RO] + j * ix.LOAN_ROWS, x.h[ix.IO] + j * ix.LOAN_I
    return x.st[row : row + ix.LOAN_ROWS], x.line(x.ints[i + 2]), x.rate[x.ints[i]]


def _call_margin(x: NumpyLedger, loan: Floats, margin: Floats, rate: Any, call: float,
                 target: float, cure: float) -> None:
    st, price = x.st, x.price
    owed, value = loan[Loan.PRINCIPAL] * rate, loan[Loan.COLLATERAL] * price
    want = np.where(owed > call * value, owed - target * value, 0.0)
    coins = np.maximum(np.minimum(want / (price * target), st[Row.COINS]), 0.0)
    asked = np.maximum(want - coins * price * target, 0.0) / rate
    unpaid = margin[Line.UNPAID]
    loan[Loan.DAYS] = (np.where(unpaid > 0.0, loan[Loan.DAYS], 0.0) + 1.0) * (asked > 0.0)
    st[Row.COINS] -= coins
    st[_DUE_MARGIN] += np.maximum((asked - unpaid) * rate, 0.0)
    loan[Loan.COLLATERAL] += coins
    loan[Loan.ASKED] = margin[Line.UNPAID] = asked
    margin[Line.RECENT] = np.where(loan[Loan.DAYS] <= cure, asked, 0.0)


def _close_out(x: NumpyLedger, loan: Floats, margin: Floats, rate: Any, level: float,
               keep: float) -> None:
    coll, owed = loan[Loan.COLLATERAL], loan[Loan.PRINCIPAL] * rate
    loan[Loan.ASKED] = margin[Line.UNPAID]
    hit = np.flatnonzero((owed > level * coll * x.price) & (coll > 0.0))
    if not len(hit):
        return
    price = x.price[hit] * keep
    sold = np.minimum(owed[hit] / price, coll[hit])
    paid = np.minimum(owed[hit], coll[hit] * price)
    at = rate[hit] if isinstance(rate, np.ndarray) else rate
    x.st[Row.COINS, hit] += coll[hit] - sold
    if not x.h[ix.AT_CREDITING]:
        x.st[Row.TAX_BASE, hit] += paid
    left = loan[Loan.PRINCIPAL, hit] - paid / at
    loan[Loan.PRINCIPAL, hit] = np.where(paid >= owed[hit], 0.0, left)
    loan[Loan.COLLATERAL, hit] = loan[Loan.ASKED, hit] = margin[Line.UNPAID, hit] = 0.0


def loans(x: NumpyLedger) -> None:
    """Interest, margin calls, forced sales and ends of loans on coins."""
    for j in range(x.h[ix.LOANS]):
        i, f = x.h[ix.IO] + j * ix.LOAN_I, x.h[ix.FO] + j * ix.LOAN_F
        last, own, principal, interest = x.ints[i + 1 : i + 5]
        if x.day > last:
            continue
        loan, margin, rate = _loan(x, j)
        call, target, liquidation, per_day, fire, cure = x.v[f : f + 6]
        charge = loan[Loan.PRINCIPAL] * per_day
        x.line(interest)[Line.ACCRUED] += charge
        if x.day <= ix.FIRST_YEAR:
            x.st[Row.OUT12] += charge * rate
        if x.day == last:
            _close_out(x, loan, margin, rate, 0.0, 1.0 - fire)
            x.line(principal)[Line.BILLED] += loan[Loan.PRINCIPAL]
            x.st[Row.COINS] += loan[Loan.COLLATERAL]
            loan[: Loan.DAYS] = 0.0
            margin[Line.UNPAID] = margin[Line.RECENT] = 0.0
        elif not x.h[ix.NO_CALL]:
            _call_margin(x, loan, margin, rate, call, target, cure)
            _close_out(x, loan, margin, rate, liquidation, 1.0 - fire)
            x.live[own] = True


def credit_margins(x: NumpyLedger) -> None:
    """Take paid margins off the principal."""
    for j in range(x.h[ix.LOANS]):
        loan, margin, _ = _loan(x, j)
        loan[Loan.PRINCIPAL] -= loan[Loan.ASKED] - margin[Line.UNPAID]
        np.maximum(loan[Loan.PRINCIPAL], 0.0, out=loan[Loan.PRINCIPAL])
        loan[Loan.ASKED] = margin[Line.UNPAID]


def count(x: NumpyLedger) -> tuple[Any, Any]:
    """Coins pledged and what is owed but not due yet; what is held and debt are added up.

    What is owed is counted while insolvency asks for it.
    """
    h, s = x.h, x.s
    pledged, owed = x.zero, x.zero
    for z in range(h[ix.FREEZES]):
        x.held += x.st[h[ix.RZ] + z * ix.FREEZE_ROWS + Freeze.HELD]
    for j in range(h[ix.LOANS]):
        loan, _, rate = _loan(x, j)
        x.debt += loan[Loan.PRINCIPAL] * rate
        owed = owed - loan[Loan.ASKED] * rate
        pledged = pledged + loan[Loan.COLLATERAL]
    if not x.solvent:
        return pledged, owed
    for j in range(h[ix.LINES]):
        i, line = h[ix.IL] + j * ix.LINE_I, x.line(j)
        if x.ints[i + 3] > 0:
            owed = owed + (line[Line.BILLED] + line[Line.ACCRUED]) * x.rate[x.ints[i + 1]]
    for c in range(h[ix.CURRENCIES]):
        if s[ix.LIABILITY + c] > 0.0:
            owed = owed + s[ix.LIABILITY + c] * x.rate[c]
    return pledged, owed
