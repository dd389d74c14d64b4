"""Records of money: accounts, coins, funding, debts, claims, routes, covenants, events."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import DateFigure, Figure, Quantity, Record
from hashfall.book.operations import GraceDays, ObligationClass, Share

__all__ = [
    "Account", "Claim", "CoinLoan", "Coins", "Conflict", "Covenant", "CreditLine", "Debt",
    "Equity", "Event", "Funding", "Machines", "PowerResale", "Prepayment", "Receivable", "Route",
    "Source", "Treasury",
]

Money = Annotated[Figure, Quantity("currency", ge=0)]
Rate = Annotated[Figure, Quantity("share/year", ge=0, le=2)]
Days = Annotated[Figure, Quantity("days", ge=0, le=60)]


class Account(Record):
    """A bank account."""

    entity: str
    bank: str
    country: str
    currency: str
    balance: Money
    receipts_share: Share = 1.0
    """Share of the group's receipts that comes in here."""
    source: str = ""


class Coins(Record):
    """Coins at hand; pledged coins stand with their loan."""

    free_btc: Annotated[Figure, Quantity("BTC", ge=0)] = 0.0
    source: str = ""


class Treasury(Record):
    """How coins are kept and sold."""

    sell_share: Share = 1.0
    """Share of the coins credited that is sold as they come."""
    look_ahead_days: Annotated[int, Field(ge=0, le=60)] = 14
    """Days of payments for which money is raised ahead."""


class Receivable(Record):
    """Money owed to the company."""

    entity: str
    amount: Money
    currency: str
    due: DateFigure
    collected: Share = 1.0
    source: str = ""


class Prepayment(Record):
    """Money that clients paid ahead; it is worked off against later bills."""

    entity: str
    amount: Money
    currency: str
    work_off_days: Annotated[Figure, Quantity("days", gt=0)] = 180.0
    source: str = ""


class CreditLine(Record):
    """A committed line."""

    limit: Money
    drawn: Money = 0.0
    currency: str
    rate_per_year: Rate
    until: DateFigure
    needs_covenants: bool = True
    source: str = ""


class Equity(Record):
    """Shares sold at a share of the traded volume while the window is open."""

    volume_usd_per_day: Annotated[Figure, Quantity("USD/day", ge=0)]
    share_of_volume: Annotated[Figure, Quantity("share", ge=0, le=0.5)] = 0.1
    open_from: DateFigure | None = None
    open_until: DateFigure | None = None
    limit_usd: Annotated[Figure, Quantity("USD", "Programme size.", ge=0)] | None = None
    cost: Share = 0.04
    price_beta: Annotated[Figure, Quantity("ratio", "Elasticity of volume to the coin price.",
                                           ge=0, le=4)] = 1.0
    source: str = ""


class Machines(Record):
    """Own unpledged machines sold in distress."""

    discount: Share = 0.4
    delay_days: Days = 45.0
    share_per_day: Share = 0.01
    source: str = ""


class PowerResale(Record):
    """Credits for power sold back or not taken."""

    amount_per_month: Money
    currency: str
    until: DateFigure | None = None
    source: str = ""


class Funding(Record):
    """Money that can be raised; what is left out is off."""

    lines: dict[str, CreditLine] = {}
    equity: Equity | None = None
    machines: Machines | None = None
    power_resale: PowerResale | None = None


class Covenant(Record):
    """A test that the book's lenders set."""

    kind: Literal["min_liquidity", "max_ltv", "min_dscr"]
    level: Annotated[Figure, Quantity("currency or ratio", ge=0)]
    test: Literal["day", "month", "quarter"] = "month"
    source: str = ""


class Debt(Record):
    """A loan with a schedule."""

    entity: str
    lender: str
    kind: Literal["bullet", "amortising", "machine_loan", "convertible"]
    principal: Money
    currency: str
    rate_per_year: Rate
    paid_in_kind: Share = 0.0
    """Share of the interest that is added to principal."""
    matures: DateFigure
    instalment: Annotated[Figure, Quantity("currency/month", "Principal paid a month.",
                                           ge=0)] | None = None
    first_instalment: DateFigure | None = None
    pay_day: Annotated[int, Field(ge=1, le=28)] = 28
    grace_days: GraceDays = 30.0
    secured_on: Literal["machines", "site", "nothing"] = "nothing"
    source: str = ""


class CoinLoan(Record):
    """A loan on coins with margin calls."""

    entity: str
    lender: str
    principal: Money
    currency: str
    rate_per_year: Rate
    collateral_btc: Annotated[Figure, Quantity("BTC", ge=0)]
    call_ltv: Annotated[Figure, Quantity("ratio", gt=0, le=2)]
    target_ltv: Annotated[Figure, Quantity("ratio", gt=0, le=2)]
    liquidation_ltv: Annotated[Figure, Quantity("ratio", gt=0, le=2)]
    cure_days: Days = 2.0
    matures: DateFigure
    source: str = ""


class Claim(Record):
    """A supplier's claim or a court award."""

    entity: str
    creditor: str
    kind: Literal["claim", "award"]
    amount: Money
    currency: str
    due: DateFigure
    """Date on which it has to be paid; before `as_of` it is overdue and printed apart."""
    probability: Share = 1.0
    """Chance that it has to be paid at all."""
    enforced: bool = False
    """Bailiffs take the money: paid before ordinary bills."""
    grace_days: GraceDays = 30.0
    source: str = ""


class Route(Record):
    """One way from coins to usable money."""

    kind: Literal["exchange", "otc", "p2p", "stablecoin", "trade", "coin_loan", "forced_sale"]
    capacity_btc_per_day: Annotated[Figure, Quantity("BTC/day", ge=0)]
    fee: Share = 0.001
    haircut: Share = 0.0
    delay_days: Days = 1.0
    currency: str = "USD"
    open_from: DateFigure | None = None
    open_until: DateFigure | None = None
    source: str = ""


class Event(Record):
    """Something dated that happens to the book."""

    kind: Literal["freeze", "ban", "route_closure", "customer_loss", "outage", "payment"]
    what: str
    """Account, site, route or hosting contract that it hits (a payment: its name)."""
    start: DateFigure
    until: DateFigure | None = None
    probability: Share = 1.0
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
    currency: str | None = None
    source: str = ""


class Conflict(Record):
    """A contradiction in the record, kept visible."""

    what: str
    values: list[dict[str, str]]
    treated: str


class Source(Record):
    """Where a figure comes from."""

    outlet: str
    date: str
    published: dt.date
    """An imprecise date counts from its last day."""
    grade: Literal["A", "B", "C", "D"]
    url: str = ""
    note: str = ""
