"""Formulas of the clocks of default: arrears past grace, lender's choice, covenants."""

from __future__ import annotations

from hashfall.model.jit import formula

__all__ = [
    "covenant_fails", "coverage", "first_day", "loan_to_value", "past_grace", "resale_factor",
    "waiting_value",
]


@formula
def first_day(recorded: float, day: float, happens: float) -> float:
    """Keep the first day on which something happens (a later record is 1e9).

    Examples
    --------
    >>> first_day(1e9, 5.0, 1.0), first_day(3.0, 5.0, 1.0), first_day(1e9, 5.0, 0.0)
    (5.0, 3.0, 1000000000.0)
    """
    now = day if happens > 0.0 else 1e9
    return now if now < recorded else recorded


@formula
def past_grace(unpaid: float, recent_fixed: float, recent_bill: float) -> float:
    """Part of what is unpaid whose grace has ended, payments counted first in first out.

    Examples
    --------
    >>> past_grace(10.0, 4.0, 1.0), past_grace(3.0, 4.0, 0.0)
    (5.0, 0.0)
    """
    x = unpaid - recent_fixed - recent_bill
    return x if x > 0.0 else 0.0


@formula
def resale_factor(hashprice: float, hashprice0: float, decay: float) -> float:
    """Machine resale value over its value at `as_of`: moves with hashprice and age.

    Examples
    --------
    >>> round(resale_factor(40.0, 80.0, 0.9), 12)
    0.45
    """
    return hashprice * (decay / hashprice0)


@formula
def waiting_value(
    service: float, liquid: float, due: float, resale_later: float
) -> float:
    """What a secured lender expects by waiting a quarter: service paid, then the machines.

    Examples
    --------
    >>> round(waiting_value(10.0, 50.0, 100.0, 30.0), 6)
    35.0
    """
    share = liquid / (due + 1e-9)
    share = share if share < 1.0 else 1.0
    share = share if share > 0.0 else 0.0
    return service * share + resale_later


@formula
def coverage(operating: float, service: float) -> float:
    """Operating cash over debt service (DSCR); very high where nothing was due.

    Examples
    --------
    >>> round(coverage(30.0, 20.0), 6), coverage(-5.0, 0.0)
    (1.5, 1000000000.0)
    """
    x = operating / (service + 1e-9)
    return x if service > 0.0 else 1e9


@formula
def loan_to_value(debt: float, value: float) -> float:
    """Debt over the value that secures it (LTV); very high where nothing does.

    Examples
    --------
    >>> round(loan_to_value(60.0, 100.0), 6), loan_to_value(0.0, 0.0)
    (0.6, 0.0)
    """
    return debt / (value + 1e-9)


@formula
def covenant_fails(kind: float, level: float, liquid: float, ltv: float, dscr: float) -> float:
    """1 when a covenant fails: 0 least liquidity, 1 most LTV, 2 least DSCR; else 0.

    Examples
    --------
    >>> covenant_fails(0.0, 10.0, 9.0, 0.0, 0.0), covenant_fails(1.0, 0.6, 0.0, 0.5, 0.0)
    (1.0, 0.0)
    """
    low = 1.0 if liquid < level else 0.0
    high = 1.0 if ltv > level else 0.0
    thin = 1.0 if dscr < level else 0.0
    x = low if kind == 0.0 else high
    return thin if kind == 2.0 else x
