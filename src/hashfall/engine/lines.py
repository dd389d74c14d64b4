"""Payment lines of a book: what falls due when, merged where terms are the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hashfall.book.figure import day, number
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats, pay_days
from hashfall.model.columns import CLASSES

__all__ = ["Lines", "PayLine", "build_lines", "debt_schedule"]

BILL_GRACE_LIMIT = 27
"""Most days of grace on a line that takes a bill every month: they end before the next. [days]"""


@dataclass
class PayLine:
    """One payment line: amounts by day in units of its currency.

    Attributes
    ----------
    kind : str
        Class of obligation.
    standing : bool
        Overdue at `as_of`: paid when there is money, never a new default.
    enforced : bool
        Bailiffs collect it: a place of its own in the waterfall.
    bill_days : int or None
        Days from the end of a month (of a quarter if `quarterly`) to the day on which
        its bill falls due; None where no such bills come.
    bill_on : tuple of int
        Days on which an amount of the path falls due instead.
    due : ndarray of shape (days + 1,)
        Amounts known at `as_of`.
    unpaid0, billed0, accrued0 : float
        Due and unpaid, billed and not due, and not yet billed at `as_of`.
    names : list of str
        Entries of the book that pay through it.
    """

    kind: str
    currency: str
    grace: int
    standing: bool = False
    enforced: bool = False
    bill_days: int | None = None
    bill_on: tuple[int, ...] = ()
    due: Floats = field(default_factory=lambda: np.zeros(0))
    unpaid0: float = 0.0
    billed0: float = 0.0
    accrued0: float = 0.0
    names: list[str] = field(default_factory=list)
    quarterly: bool = False

    @property
    def code(self) -> int:
        """Number of the obligation class."""
        return CLASSES.index(self.kind)

    @property
    def takes_bills(self) -> bool:
        """Whether amounts come from the path."""
        return self.bill_days is not None or bool(self.bill_on)

    @property
    def place(self) -> str:
        """Name in the waterfall."""
        return "enforced" if self.enforced else self.kind


class Lines:
    """Lines under construction, one for each set of terms.

    Parameters
    ----------
    book : Book
        Drawn book.
    cal : Calendar
        Days for which amounts are known: those of the run and some beyond.
    removed : frozenset of str
        Causes that the variant leaves out.
    fx0 : dict
        Functional currency per unit at `as_of`, by currency.
    """

    def __init__(self, book: Book, cal: Calendar, removed: frozenset[str],
                 fx0: dict[str, float]) -> None:
        self.book, self.cal, self.removed, self.fx0 = book, cal, removed, fx0
        self.found: dict[tuple[object, ...], PayLine] = {}
        self.outstanding: dict[str, Floats] = {}
        self.secured = np.zeros(cal.days + 1)  # service of the lender secured on machines, F
        self.secured_left = np.zeros(cal.days + 1)  # what is owed to it, F

    def line(
        self, kind: str, currency: str, grace: float, *, standing: bool = False,
        enforced: bool = False, bill_days: float | None = None, bill_on: tuple[int, ...] = (),
        quarterly: bool = False, apart: str = "", name: str = "",
    ) -> PayLine:
        """Line with these terms, made when it is not there yet."""
        bill = None if bill_days is None else int(bill_days)
        days = int(grace) if bill is None else min(int(grace), BILL_GRACE_LIMIT)
        key = (kind, currency, days, standing, enforced, bill, quarterly, apart)
        if key not in self.found:
            self.found[key] = PayLine(
                kind, currency, days, standing, enforced, bill, bill_on,
                np.zeros(self.cal.days + 1), quarterly=quarterly,
            )
        line = self.found[key]
        if name and name not in line.names:
            line.names.append(name)
        return line

    def add(self, line: PayLine, when: int, amount: float, name: str) -> None:
        """Let an amount fall due on a day of the run."""
        if amount > 0.0 and 0 < when <= self.cal.days:
            line.due[when] += amount
            if name not in line.names:
                line.names.append(name)

    def overdue(self, kind: str, currency: str, amount: float, name: str, *,
                enforced: bool = False) -> None:
        """Let an amount stand unpaid from the start: overdue at `as_of`, never a default."""
        line = self.line(kind, currency, 0, standing=True, enforced=enforced, name=name)
        line.unpaid0 += amount

    def owe(self, currency: str, when: int, amount: float) -> None:
        """Count an amount as owed until the day on which it falls due."""
        row = self.outstanding.setdefault(currency, np.zeros(self.cal.days + 1))
        row[: max(0, min(when, self.cal.days + 1))] += amount

    def ordered(self) -> list[PayLine]:
        """Lines in contractual order."""
        order: dict[str, int] = {name: i for i, name in enumerate(self.book.waterfall)}
        return sorted(self.found.values(), key=lambda x: (order[x.place], x.grace, x.currency))


def debt_schedule(
    principal: float, rate: float, kind: str, months: list[int], matures: int,
    first: int | None, instalment: float | None, in_kind: float,
) -> tuple[dict[int, float], dict[int, float]]:
    """Interest and principal by day of one loan. [currency]

    Parameters
    ----------
    principal : float
        Outstanding at `as_of`. [currency]
    rate : float
        A year, paid monthly. [1/year]
    kind : str
        ``bullet`` and ``convertible`` repay at maturity, the others every month.
    months : list of int
        All pay days up to maturity.
    matures : int
        Day of maturity (may lie beyond the run). [day]
    first : int or None
        Day from which instalments are paid; None for the first pay day. [day]
    instalment : float or None
        Principal a month; None spreads it evenly until maturity. [currency]
    in_kind : float
        Share of the interest that is added to principal.

    Notes
    -----
    Interest is a twelfth of the year's on each pay day; between the last pay day and
    maturity it runs by days. What no instalment has repaid is due at maturity.

    Examples
    --------
    >>> debt_schedule(120.0, 0.12, "bullet", [30, 60], 60, None, None, 0.0)
    ({30: 1.2, 60: 1.2}, {60: 120.0})
    >>> debt_schedule(100.0, 0.0, "amortising", [30, 60], 60, None, None, 0.0)[1]
    {30: 50.0, 60: 50.0}
    """
    interest: dict[int, float] = {}
    repaid: dict[int, float] = {}
    pays = kind in ("amortising", "machine_loan")
    begin = 0 if first is None else first
    count = sum(begin <= month <= matures for month in months)
    even = principal / max(1, count) if instalment is None else instalment
    left, last = principal, 0
    for when in months:
        if when > matures or left <= 0.0:
            break
        charge = left * rate / 12.0
        interest[when] = charge * (1.0 - in_kind)
        left, last = left + charge * in_kind, when
        part = min(left, even) if pays and when >= begin else 0.0
        if part > 0.0:
            repaid[when] = part
            left -= part
    if matures > 0 and left > 1e-9:
        if matures > last:
            charge = left * rate * (matures - last) / 365.0
            interest[matures] = charge * (1.0 - in_kind)
            left += charge * in_kind
        repaid[matures] = repaid.get(matures, 0.0) + left
    return interest, repaid


def _costs(lines: Lines) -> None:
    book, cal = lines.book, lines.cal
    for name, cost in book.costs.items():
        if cost.kind in ("payroll", "fixed") and "fixed_cost" in lines.removed:
            continue
        if cost.kind == "tax" and "tax" in lines.removed:
            continue
        start = 1 if cost.start is None else day(cost.start, book.as_of)
        stop = cal.days if cost.until is None else day(cost.until, book.as_of)
        days = [start] if cost.once else [
            int(d) for d in cal.monthly(cost.day_of_month) if start <= d <= stop
        ]
        if cost.once and start <= 0:
            lines.overdue(cost.kind, cost.currency, number(cost.amount), f"costs.{name}")
            continue
        line = lines.line(cost.kind, cost.currency, number(cost.grace_days))
        for when in days:
            lines.add(line, when, number(cost.amount), f"costs.{name}")


def _debts(lines: Lines) -> None:
    book, cal = lines.book, lines.cal
    for name, debt in book.debts.items():
        matures = day(debt.matures, book.as_of)
        months = pay_days(book.as_of, debt.pay_day, matures)
        first = None if debt.first_instalment is None else day(debt.first_instalment, book.as_of)
        each = None if debt.instalment is None else number(debt.instalment)
        interest, repaid = debt_schedule(
            number(debt.principal), number(debt.rate_per_year), debt.kind, months, matures,
            first, each, number(debt.paid_in_kind),
        )
        grace = number(debt.grace_days)
        rows = [("interest", interest)]
        if "debt_due" not in lines.removed:
            rows.append(("principal", repaid))
        for kind, amounts in rows:
            line = lines.line(kind, debt.currency, grace)
            for when, amount in amounts.items():
                lines.add(line, when, amount, f"debts.{name}")
                if debt.secured_on == "machines" and when <= cal.days:
                    lines.secured[when] += amount * lines.fx0[debt.currency]
        if matures <= 0:
            # Matured before the balances: overdue, printed apart.
            lines.overdue("principal", debt.currency, number(debt.principal), f"debts.{name}")
            continue
        for when, amount in repaid.items():
            lines.owe(debt.currency, when, amount)
            if debt.secured_on == "machines":
                lines.secured_left[: min(when, cal.days + 1)] += amount * lines.fx0[debt.currency]


def _claims(lines: Lines) -> None:
    book = lines.book
    if "claim_or_award" in lines.removed:
        return
    for name, claim in book.claims.items():
        when, amount = day(claim.due, book.as_of), number(claim.amount)
        if when <= 0:
            lines.overdue("claim", claim.currency, amount, f"claims.{name}",
                          enforced=claim.enforced)
            continue
        line = lines.line("claim", claim.currency, number(claim.grace_days),
                          enforced=claim.enforced)
        lines.add(line, when, amount, f"claims.{name}")
        lines.owe(claim.currency, when, amount)
    for name, event in book.events.items():
        if event.kind == "payment" and event.amount is not None:
            when, currency = day(event.start, book.as_of), event.currency or book.currency
            amount = number(event.amount)
            if when <= 0:
                lines.overdue("claim", currency, amount, f"events.{name}")
            else:
                lines.add(lines.line("claim", currency, 0), when, amount, f"events.{name}")


def build_lines(book: Book, cal: Calendar, removed: frozenset[str],
                fx0: dict[str, float]) -> Lines:
    """Payment lines with a schedule known at `as_of` (power, tax and margin come later)."""
    lines = Lines(book, cal, removed, fx0)
    _costs(lines)
    _debts(lines)
    _claims(lines)
    return lines
