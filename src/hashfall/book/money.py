"""Records of money: accounts, coins, funding, debts, claims, routes, covenants, events."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import Currency, DateFigure, Figure, Id, Quantity, Record, SourceText
from hashfall.book.funding import (
    CreditLine,
    Days,
    Equity,
    Funding,
    Machines,
    Money,
    PowerResale,
    Rate,
)
from hashfall.book.operations import GraceDays, ObligationClass, Share
from hashfall.book.routes import Policy, Rail, Route, Venue

__all__ = [
    "Account", "Claim", "CoinLoan", "Coins", "Conflict", "Covenant", "CreditLine", "Debt",
    "Equity", "Event", "Funding", "Machines", "Policy", "PowerResale", "Prepayment", "Rail",
    "Receivable", "Route", "Source", "Treasury", "Venue",
]

class Account(Record):
    """A bank account."""

    entity: Id
    """Holder."""
    bank: str
    """Bank."""
    country: str
    """Country of the bank."""
    currency: Currency
    balance: Money
    """Balance at `as_of`."""
    receipts_share: Share = 1.0
    """Share of the group's receipts that comes in here."""
    source: SourceText = ""


class Coins(Record):
    """Coins at hand; pledged coins stand with their loan."""

    free_btc: Annotated[Figure, Quantity("BTC", "Coins that can be sold.", ge=0)] = 0.0
    source: SourceText = ""


class Treasury(Record):
    """How coins are kept and sold."""

    sell_share: Share = 1.0
    """Share of the coins credited that is sold as they come."""
    look_ahead_days: Annotated[int, Field(ge=0, le=60)] = 14
    """Days of payments for which money is raised ahead."""


class Receivable(Record):
    """Money owed to the company."""

    entity: Id
    """Entity to which it is owed."""
    amount: Money
    """Amount owed."""
    currency: Currency
    due: DateFigure
    """Day on which it comes in."""
    collected: Share = 1.0
    """Share of it that is paid."""
    source: SourceText = ""


class Prepayment(Record):
    """Money that clients paid ahead; it is worked off against later bills."""

    entity: Id
    """Entity that took it."""
    amount: Money
    """Amount not yet worked off."""
    currency: Currency
    work_off_days: Annotated[Figure, Quantity("days", "Days in which it is worked off.",
                                              gt=0)] = 180.0
    source: SourceText = ""


class Covenant(Record):
    """A test that the book's lenders set."""

    kind: Literal["min_liquidity", "max_ltv", "min_dscr"]
    """What is tested."""
    level: Annotated[Figure, Quantity("currency or ratio", "Level in the book's currency, or a "
                                      "ratio.", ge=0)]
    test: Literal["day", "month", "quarter"] = "month"
    """How often it is tested."""
    source: SourceText = ""


class Debt(Record):
    """A loan with a schedule."""

    entity: Id
    """Borrower."""
    lender: str
    """Lender."""
    kind: Literal["bullet", "amortising", "machine_loan", "convertible"]
    """Kind of loan."""
    principal: Money
    """Owed at `as_of`."""
    currency: Currency
    rate_per_year: Rate
    """Interest."""
    paid_in_kind: Share = 0.0
    """Share of the interest that is added to principal."""
    matures: DateFigure
    """Day on which the rest is due."""
    instalment: Annotated[Figure, Quantity("currency/month", "Principal paid a month.",
                                           ge=0)] | None = None
    first_instalment: DateFigure | None = None
    """Day of the first instalment."""
    pay_day: Annotated[int, Field(ge=1, le=28)] = 28
    """Day of the month on which it is paid."""
    grace_days: GraceDays = 30.0
    secured_on: Literal["machines", "site", "nothing"] = "nothing"
    """What the lender may take."""
    source: SourceText = ""


class CoinLoan(Record):
    """A loan on coins with margin calls."""

    entity: Id
    """Borrower."""
    lender: str
    """Lender."""
    principal: Money
    """Owed at `as_of`."""
    currency: Currency
    rate_per_year: Rate
    """Interest."""
    collateral_btc: Annotated[Figure, Quantity("BTC", "Coins pledged.", ge=0)]
    call_ltv: Annotated[Figure, Quantity("ratio", "Loan to value at which a margin call comes.",
                                         gt=0, le=2)]
    target_ltv: Annotated[Figure, Quantity("ratio", "Loan to value that cures a call.",
                                           gt=0, le=2)]
    liquidation_ltv: Annotated[Figure, Quantity("ratio", "Loan to value at which the coins are "
                                                "sold.", gt=0, le=2)]
    cure_days: Days = 2.0
    """Days in which a call has to be met."""
    matures: DateFigure
    """Day on which it is due."""
    source: SourceText = ""


class Claim(Record):
    """A supplier's claim or a court award."""

    entity: Id
    """Debtor."""
    creditor: str
    """Creditor."""
    kind: Literal["claim", "award"]
    """Claimed, or awarded by a court."""
    amount: Money
    """Amount."""
    currency: Currency
    due: DateFigure
    """Date on which it has to be paid; before `as_of` it is overdue and printed apart."""
    probability: Share = 1.0
    """Chance that it has to be paid at all."""
    enforced: bool = False
    """Bailiffs take the money: paid before ordinary bills."""
    grace_days: GraceDays = 30.0
    source: SourceText = ""


class Event(Record):
    """Something dated that happens to the book."""

    kind: Literal["freeze", "ban", "route_closure", "venue_closure", "rail_closure",
                  "customer_loss", "outage", "payment"]
    """What happens."""
    what: str
    """Account, site, route, venue, rail or hosting contract that it hits (a payment: its name)."""
    start: DateFigure
    """First day (a payment: its due date)."""
    until: DateFigure | None = None
    """First day on which it is over."""
    probability: Share = 1.0
    """Chance that it happens at all."""
    ordered_by: Literal[
        "domestic_court", "tax_office", "foreign_bank", "exchange", "sanction_list"
    ] | None = None
    """Source of a freeze."""
    allows: list[ObligationClass] = []
    """What a frozen account may still pay."""
    allowance_per_month: Money | None = None
    """Most that it may pay a month."""
    up_to: Money | None = None
    """Most that is frozen."""
    redirect_days: Days = 30.0
    """Days until receipts are sent to another account."""
    share: Share = 1.0
    """Share of the site or contract that is lost."""
    amount: Money | None = None
    """Amount of a payment."""
    currency: Currency | None = None
    """Currency of the amounts."""
    source: SourceText = ""


class Conflict(Record):
    """A contradiction in the record, kept visible."""

    what: str
    """What the sources disagree about."""
    values: list[dict[str, str]]
    """What each of them says: `value` and `source`."""
    treated: str
    """How the book treats it."""


class Source(Record):
    """Where a figure comes from."""

    outlet: str
    """Who published it."""
    date: str
    """Date as far as it is known."""
    published: dt.date
    """An imprecise date counts from its last day."""
    grade: Literal["A", "B", "C", "D"]
    """A primary, B known outlet, C second-hand or single, D opinion."""
    url: str = ""
    """Address."""
    note: str = ""
    """What a reader should know about it."""
