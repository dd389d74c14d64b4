"""Lane loops of the ledger that pay: bills, frozen accounts, the waterfall, loans on coins."""

from __future__ import annotations

from typing import Any

from hashfall.engine.compiled import lane_kernel
from hashfall.engine.layout import LANES
from hashfall.model.clocks import past_grace
from hashfall.model.columns import CLASSES, Freeze, Line, Loan, Row, Tap
from hashfall.model.ledger import (
    anyone,
    frozen,
    liquidated,
    margin_call,
    pay,
    remainder,
    run_length,
)

__all__ = [
    "accrue", "allow", "arrears", "call_line", "call_margin", "clear_unpaid", "close_out", "copy",
    "count_amount", "count_bills", "count_held", "count_loan", "count_unpaid", "credit_margin",
    "fall_due", "hold", "let_pay", "mature", "release", "seize", "settle",
    "settle_home",
]

B = LANES

_CASH, _COINS, _BASE = int(Row.CASH), int(Row.COINS), int(Row.TAX_BASE)
_OPERATING, _SERVICE, _OUT12 = int(Row.OPERATING), int(Row.SERVICE), int(Row.OUT12)
_PRICE = int(Row.PRICE)
_UNPAID, _LATE, _HELD, _OWED = int(Row.UNPAID), int(Row.LATE), int(Row.HELD), int(Row.OWED)
_DEBT, _PLEDGED = int(Row.DEBT), int(Row.PLEDGED)
_PAST, _PAST_LINE = int(Row.PAST), int(Row.PAST_LINE)
_DUE_MARGIN = int(Row.DUE) + CLASSES.index("margin")
_L_UNPAID, _L_RECENT, _L_ACCRUED, _L_BILLED = (
    int(Line.UNPAID), int(Line.RECENT), int(Line.ACCRUED), int(Line.BILLED),
)
_T_STOCK, _T_OWED = int(Tap.STOCK), int(Tap.OWED)
_F_HELD, _F_ALLOWED = int(Freeze.HELD), int(Freeze.ALLOWED)
_O_PRINCIPAL, _O_COLLATERAL = int(Loan.PRINCIPAL), int(Loan.COLLATERAL)
_O_ASKED, _O_DAYS = int(Loan.ASKED), int(Loan.DAYS)


@lane_kernel
def copy(of: Any, to: Any) -> None:
    """A row as it is now: money that arrived, before frozen accounts take their part."""
    for k in range(B):
        to[k] = of[k]


@lane_kernel
def seize(fix: Any, row: Any, share: float, up_to: float) -> None:
    """A freeze begins: it takes a share of the cash."""
    for k in range(B):
        cash, held = fix[_CASH * B + k], row[_F_HELD * B + k]
        x = frozen(cash, share, cash, held, up_to)
        fix[_CASH * B + k] = cash - x
        row[_F_HELD * B + k] = held + x


@lane_kernel
def hold(money: Any, arrived: Any, row: Any, share: float, up_to: float) -> None:
    """What a frozen account holds of money that arrived, as far as other orders leave it."""
    for k in range(B):
        left, held = money[k], row[_F_HELD * B + k]
        x = frozen(arrived[k], share, left, held, up_to)
        money[k] = left - x
        row[_F_HELD * B + k] = held + x


@lane_kernel
def release(fix: Any, row: Any) -> None:
    """A freeze ends: its cash is free."""
    for k in range(B):
        fix[_CASH * B + k] += row[_F_HELD * B + k]
        row[_F_HELD * B + k] = 0.0


@lane_kernel
def allow(row: Any, allowance: float) -> None:
    """A new month's allowance of a frozen account."""
    for k in range(B):
        row[_F_ALLOWED * B + k] = allowance


@lane_kernel
def let_pay(row: Any, line: Any, rate: Any) -> None:
    """What a frozen account may still pay on a line."""
    for k in range(B):
        held, allowed = row[_F_HELD * B + k], row[_F_ALLOWED * B + k]
        owed = line[_L_UNPAID * B + k]
        x = pay(owed * rate[k], held if held < allowed else allowed)
        left = owed - x / rate[k]
        row[_F_HELD * B + k] = held - x
        row[_F_ALLOWED * B + k] = allowed - x
        line[_L_UNPAID * B + k] = left if left > 0.0 else 0.0


@lane_kernel
def count_held(fix: Any, row: Any) -> None:
    """Frozen cash, for the clocks."""
    for k in range(B):
        fix[_HELD * B + k] += row[_F_HELD * B + k]




@lane_kernel
def fall_due(fix: Any, line: Any, fell: Any, rate: Any, fixed: float, bill_due: float,
             mature: float, month_end: float, service: float, running: float,
             deduct: float, out_fixed: float, out_bill: float) -> None:
    """What falls due on a line, and bills of a month that ends."""
    for k in range(B):
        billed, accrued = line[_L_BILLED * B + k], line[_L_ACCRUED * B + k]
        bill = billed * bill_due
        come = fixed + bill
        line[_L_UNPAID * B + k] += come
        line[_L_RECENT * B + k] = (line[_L_RECENT * B + k] + bill) * (1.0 - mature)
        line[_L_BILLED * B + k] = billed * (1.0 - bill_due) + accrued * month_end
        line[_L_ACCRUED * B + k] = accrued * (1.0 - month_end)
        money = come * rate[k]
        fell[k] += money
        fix[_SERVICE * B + k] += money * service
        fix[_OPERATING * B + k] -= money * running
        fix[_BASE * B + k] -= money * deduct
        fix[_OUT12 * B + k] += (fixed * out_fixed + bill * out_bill) * rate[k]


@lane_kernel
def count_unpaid(fix: Any, line: Any, rate: Any) -> None:
    """What a line owes, among the need."""
    for k in range(B):
        fix[_UNPAID * B + k] += line[_L_UNPAID * B + k] * rate[k]


@lane_kernel
def settle_home(fix: Any, line: Any) -> int:
    """Pay a line in the functional currency out of free cash; counts the lanes that still owe."""
    owing = 0
    for k in range(B):
        owed, cash = line[_L_UNPAID * B + k], fix[_CASH * B + k]
        x = pay(owed, cash)
        left = remainder(owed, x, owed, x)
        fix[_CASH * B + k] = cash - x
        line[_L_UNPAID * B + k] = left
        owing += anyone(left)
    return owing


@lane_kernel
def settle(fix: Any, line: Any, rate: Any) -> int:
    """Pay a line out of free cash; counts the lanes that still owe."""
    owing = 0
    for k in range(B):
        due, cash, unit = line[_L_UNPAID * B + k], fix[_CASH * B + k], rate[k]
        owed = due * unit
        x = pay(owed, cash)
        left = remainder(due, x / unit, owed, x)
        fix[_CASH * B + k] = cash - x
        line[_L_UNPAID * B + k] = left
        owing += anyone(left)
    return owing


@lane_kernel
def arrears(fix: Any, line: Any, rate: Any, recent: float, number: float,
            tolerance: float) -> None:
    """What a line still owes, and what of it is past its grace."""
    for k in range(B):
        left, before = line[_L_UNPAID * B + k], fix[_PAST * B + k]
        broke = fix[_PAST_LINE * B + k]
        money = left * rate[k]
        past = past_grace(left, recent, line[_L_RECENT * B + k]) * rate[k]
        past = past if past > tolerance else 0.0
        first = past if before <= 0.0 else 0.0
        unpaid, late = fix[_UNPAID * B + k] + money, fix[_LATE * B + k] + money
        fix[_UNPAID * B + k] = unpaid
        fix[_LATE * B + k] = late
        fix[_PAST_LINE * B + k] = number if first > 0.0 else broke
        fix[_PAST * B + k] = before + past


@lane_kernel
def clear_unpaid(fix: Any) -> None:
    """Sums of what is unpaid, back to zero."""
    for k in range(B):
        fix[_UNPAID * B + k] = 0.0
        fix[_LATE * B + k] = 0.0
        fix[_PAST * B + k] = 0.0
        fix[_PAST_LINE * B + k] = -1.0


@lane_kernel
def count_bills(fix: Any, line: Any, rate: Any) -> None:
    """Bills issued or accrued and not yet due, for the clocks."""
    for k in range(B):
        fix[_OWED * B + k] += (line[_L_BILLED * B + k] + line[_L_ACCRUED * B + k]) * rate[k]


@lane_kernel
def count_amount(fix: Any, rate: Any, amount: float) -> None:
    """A fixed amount owed, for the clocks."""
    for k in range(B):
        fix[_OWED * B + k] += amount * rate[k]




@lane_kernel
def accrue(fix: Any, owed: Any, interest: Any, rate: Any, per_day: float,
           first_year: float) -> None:
    """Interest of the day on what is owed."""
    for k in range(B):
        charge = owed[k] * per_day
        interest[_L_ACCRUED * B + k] += charge
        fix[_OUT12 * B + k] += charge * rate[k] * first_year


@lane_kernel
def call_margin(fix: Any, loan: Any, margin: Any, rate: Any, call: float, target: float,
                cure: float) -> None:
    """Margin call of a loan on coins: free coins first, then money."""
    for k in range(B):
        price, free = fix[_PRICE * B + k], fix[_COINS * B + k]
        coll, unpaid = loan[_O_COLLATERAL * B + k], margin[_L_UNPAID * B + k]
        want = margin_call(loan[_O_PRINCIPAL * B + k] * rate[k], coll * price, call, target)
        # Free coins go in first; what they do not cover is asked for in money.
        coins = pay(want / (price * target), free)
        money = want - coins * price * target
        asked = (money if money > 0.0 else 0.0) / rate[k]
        run = loan[_O_DAYS * B + k]
        days = run_length(run if unpaid > 0.0 else 0.0, 1.0 if asked > 0.0 else 0.0)
        more = (asked - unpaid) * rate[k]
        fix[_COINS * B + k] = free - coins
        fix[_DUE_MARGIN * B + k] += more if more > 0.0 else 0.0
        loan[_O_COLLATERAL * B + k] = coll + coins
        loan[_O_ASKED * B + k] = asked
        loan[_O_DAYS * B + k] = days
        margin[_L_UNPAID * B + k] = asked
        margin[_L_RECENT * B + k] = asked if days <= cure else 0.0


@lane_kernel
def close_out(fix: Any, loan: Any, margin: Any, rate: Any, level: float, keep: float,
              at_sale: float) -> None:
    """Collateral sold by the lender of a loan on coins."""
    # The lender sells what it needs, gives back the rest, and asks for no margin.
    for k in range(B):
        price, principal = fix[_PRICE * B + k], loan[_O_PRINCIPAL * B + k]
        coll, asked = loan[_O_COLLATERAL * B + k], margin[_L_UNPAID * B + k]
        owed = principal * rate[k]
        acts = 1.0 if owed > level * coll * price else 0.0
        acts = acts if coll > 0.0 else 0.0
        sold, paid = liquidated(owed, coll, price * keep)
        left = principal - paid / rate[k]
        left = 0.0 if paid >= owed else left
        fix[_COINS * B + k] += (coll - sold) * acts
        fix[_BASE * B + k] += paid * at_sale * acts
        loan[_O_PRINCIPAL * B + k] = left if acts > 0.0 else principal
        loan[_O_COLLATERAL * B + k] = coll * (1.0 - acts)
        loan[_O_ASKED * B + k] = asked * (1.0 - acts)
        margin[_L_UNPAID * B + k] = asked * (1.0 - acts)


@lane_kernel
def mature(fix: Any, loan: Any, margin: Any, principal: Any) -> None:
    """A loan on coins at maturity: owed, its collateral free."""
    for k in range(B):
        principal[_L_BILLED * B + k] += loan[_O_PRINCIPAL * B + k]
        fix[_COINS * B + k] += loan[_O_COLLATERAL * B + k]
        loan[_O_PRINCIPAL * B + k] = 0.0
        loan[_O_COLLATERAL * B + k] = 0.0
        loan[_O_ASKED * B + k] = 0.0
        margin[_L_UNPAID * B + k] = 0.0
        margin[_L_RECENT * B + k] = 0.0


@lane_kernel
def credit_margin(loan: Any, margin: Any) -> None:
    """What was paid on a margin call, taken off the loan."""
    for k in range(B):
        unpaid = margin[_L_UNPAID * B + k]
        left = loan[_O_PRINCIPAL * B + k] - (loan[_O_ASKED * B + k] - unpaid)
        loan[_O_PRINCIPAL * B + k] = left if left > 0.0 else 0.0
        loan[_O_ASKED * B + k] = unpaid


@lane_kernel
def count_loan(fix: Any, loan: Any, rate: Any) -> None:
    """A loan on coins, for the clocks."""
    # What is asked for in money stands among the unpaid amounts already.
    for k in range(B):
        fix[_DEBT * B + k] += loan[_O_PRINCIPAL * B + k] * rate[k]
        fix[_OWED * B + k] -= loan[_O_ASKED * B + k] * rate[k]
        fix[_PLEDGED * B + k] += loan[_O_COLLATERAL * B + k]


@lane_kernel
def call_line(tap: Any, principal: Any) -> None:
    """A credit line that ends: what is drawn falls due."""
    for k in range(B):
        principal[_L_BILLED * B + k] += tap[_T_OWED * B + k]
        tap[_T_OWED * B + k] = 0.0
        tap[_T_STOCK * B + k] = 0.0
