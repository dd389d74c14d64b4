"""The ledger path by path: loans on coins, and everything that is owed at the end of a day."""

from __future__ import annotations

from typing import Any

from hashfall.bench.scalar_jit import called, inlined
from hashfall.engine import ledger_index as ix
from hashfall.model.columns import CLASSES, CLOCKS_NEVER, Freeze, Line, Loan, Row
from hashfall.model.ledger import liquidated, margin_call, pay, run_length

__all__ = ["count", "credit_margins", "loans"]

_R = {row.name: int(row) for row in Row}
_COINS, _BASE, _OUT12, _D4 = _R["COINS"], _R["TAX_BASE"], _R["OUT12"], _R["D4"]
_DUE_MARGIN = _R["DUE"] + CLASSES.index("margin")
_L_UNPAID, _L_RECENT, _L_ACCRUED, _L_BILLED = (
    int(Line.UNPAID), int(Line.RECENT), int(Line.ACCRUED), int(Line.BILLED),
)
_PRINCIPAL, _COLLATERAL, _ASKED, _DAYS = (
    int(Loan.PRINCIPAL), int(Loan.COLLATERAL), int(Loan.ASKED), int(Loan.DAYS),
)
_HELD = int(Freeze.HELD)


@called
def _call_margin(st: Any, loan: int, margin: int, rate: float, price: float, call: float,
                 target: float, cure: float) -> None:
    coll, unpaid = st[loan + _COLLATERAL], st[margin + _L_UNPAID]
    want = margin_call(st[loan + _PRINCIPAL] * rate, coll * price, call, target)
    coins = pay(want / (price * target), st[_COINS])
    money = want - coins * price * target
    asked = (money if money > 0.0 else 0.0) / rate
    run = st[loan + _DAYS] if unpaid > 0.0 else 0.0
    days = run_length(run, 1.0 if asked > 0.0 else 0.0)
    more = (asked - unpaid) * rate
    st[_COINS] -= coins
    st[_DUE_MARGIN] += more if more > 0.0 else 0.0
    st[loan + _COLLATERAL] = coll + coins
    st[loan + _ASKED], st[loan + _DAYS] = asked, days
    st[margin + _L_UNPAID] = asked
    st[margin + _L_RECENT] = asked if days <= cure else 0.0


@called
def _close_out(st: Any, loan: int, margin: int, rate: float, price: float, level: float,
               keep: float, at_sale: float) -> None:
    principal, coll = st[loan + _PRINCIPAL], st[loan + _COLLATERAL]
    owed, asked = principal * rate, st[margin + _L_UNPAID]
    if coll <= 0.0 or owed <= level * coll * price:
        st[loan + _ASKED] = asked
        return
    sold, paid = liquidated(owed, coll, price * keep)
    st[_COINS] += coll - sold
    st[_BASE] += paid * at_sale
    st[loan + _PRINCIPAL] = 0.0 if paid >= owed else principal - paid / rate
    st[loan + _COLLATERAL] = st[loan + _ASKED] = st[margin + _L_UNPAID] = 0.0


@called
def _loan(st: Any, h: Any, ints: Any, v: Any, live: Any, j: int, day: int,
          price: float) -> None:
    i, f, loan = h[ix.IO] + j * ix.LOAN_I, h[ix.FO] + j * ix.LOAN_F, h[ix.RO] + j * ix.LOAN_ROWS
    rate, at_sale = st[ix.RATE + ints[i]], 1.0 - float(h[ix.AT_CREDITING])
    margin = h[ix.RL] + ints[i + 2] * ix.LINE_ROWS
    charge = st[loan + _PRINCIPAL] * v[f + 3]
    st[h[ix.RL] + ints[i + 4] * ix.LINE_ROWS + _L_ACCRUED] += charge
    st[_OUT12] += charge * rate * (1.0 if day <= ix.FIRST_YEAR else 0.0)
    if day == ints[i + 1]:
        _close_out(st, loan, margin, rate, price, 0.0, 1.0 - v[f + 4], at_sale)
        st[h[ix.RL] + ints[i + 3] * ix.LINE_ROWS + _L_BILLED] += st[loan + _PRINCIPAL]
        st[_COINS] += st[loan + _COLLATERAL]
        st[loan + _PRINCIPAL] = st[loan + _COLLATERAL] = st[loan + _ASKED] = 0.0
        st[margin + _L_UNPAID] = st[margin + _L_RECENT] = 0.0
    elif h[ix.NO_CALL] == 0:
        _call_margin(st, loan, margin, rate, price, v[f], v[f + 1], v[f + 5])
        _close_out(st, loan, margin, rate, price, v[f + 2], 1.0 - v[f + 4], at_sale)
        live[ints[i + 2]] = 1


@inlined
def loans(st: Any, h: Any, ints: Any, v: Any, live: Any, day: int, price: float) -> None:
    """Interest, margin calls, forced sales and ends of loans on coins."""
    for j in range(h[ix.LOANS]):
        if day <= ints[h[ix.IO] + j * ix.LOAN_I + 1]:
            _loan(st, h, ints, v, live, j, day, price)


@inlined
def credit_margins(st: Any, h: Any, ints: Any) -> None:
    """Take paid margins off the principal."""
    for j in range(h[ix.LOANS]):
        loan = h[ix.RO] + j * ix.LOAN_ROWS
        margin = h[ix.RL] + ints[h[ix.IO] + j * ix.LOAN_I + 2] * ix.LINE_ROWS
        unpaid = st[margin + _L_UNPAID]
        left = st[loan + _PRINCIPAL] - (st[loan + _ASKED] - unpaid)
        st[loan + _PRINCIPAL] = left if left > 0.0 else 0.0
        st[loan + _ASKED] = unpaid


@inlined
def count(st: Any, h: Any, ints: Any, s: Any, held: float,
          debt: float) -> tuple[float, float, float, float]:
    """What is held, debt, coins pledged, and what is owed but not due yet."""
    pledged, owed = 0.0, 0.0
    for z in range(h[ix.FREEZES]):
        held += st[h[ix.RZ] + z * ix.FREEZE_ROWS + _HELD]
    for j in range(h[ix.LOANS]):
        loan, rate = h[ix.RO] + j * ix.LOAN_ROWS, st[ix.RATE + ints[h[ix.IO] + j * ix.LOAN_I]]
        debt += st[loan + _PRINCIPAL] * rate
        owed -= st[loan + _ASKED] * rate
        pledged += st[loan + _COLLATERAL]
    if st[_D4] < CLOCKS_NEVER:
        return held, debt, pledged, owed  # only insolvency asks for the rest
    for j in range(h[ix.LINES]):
        i, row = h[ix.IL] + j * ix.LINE_I, h[ix.RL] + j * ix.LINE_ROWS
        if ints[i + 3] > 0:
            owed += (st[row + _L_BILLED] + st[row + _L_ACCRUED]) * st[ix.RATE + ints[i + 1]]
    for x in range(h[ix.CURRENCIES]):
        if s[ix.LIABILITY + x] > 0.0:
            owed += s[ix.LIABILITY + x] * st[ix.RATE + x]
    return held, debt, pledged, owed
