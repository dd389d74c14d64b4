"""Records of what a company runs: sites, power, machines, hosting contracts, costs, tax."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import Currency, DateFigure, Figure, Id, Quantity, Record, SourceText

__all__ = ["Cost", "Entity", "Fleet", "Hosting", "ObligationClass", "Owner", "Power", "Site", "Tax"]

ObligationClass = Literal[
    "power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed", "capex"
]
"""Class of an obligation."""
Share = Annotated[Figure, Quantity("share", ge=0, le=1)]
GraceDays = Annotated[Figure, Quantity("days", "Days after the due date before it counts as D1.",
                                       ge=0, le=365)]


Stake = Annotated[float, Field(ge=0, le=1)]


class Owner(Record):
    """Somebody outside the book who owns a part of an entity. Screening reads it, no run does."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the owner."""
    share: Stake | None = None
    """Its share; a stake that nobody states where left out."""
    source: SourceText = ""


class Entity(Record):
    """A legal entity of the group."""

    country: str
    """Country of registration."""
    name: Annotated[str, Field(min_length=1)] | None = None
    """Its name; where left out that of the company for the first of the group, else its key."""
    aliases: list[str] = []
    """Other names and spellings."""
    registration: list[str] = []
    """Registration and tax numbers."""
    addresses: list[str] = []
    """Its addresses on a chain."""
    parent: Id | None = None
    """Entity that owns it."""
    parent_share: Stake | None = None
    """Share that the parent has; a stake that nobody states where left out."""
    owners: dict[Id, Owner] = {}
    """Other owners."""
    ring_fenced: bool = False
    """A subsidiary whose creditors have no claim on the group: assessed apart."""
    note: str = ""
    """What a reader should know about it."""


class Power(Record):
    """Power price of a site: a contract, the market of a region, or both in turn."""

    kind: Literal["contract", "market"]
    """Fixed price, or the price of the region."""
    region: str | None = None
    """Market region (needed for `market`, and for a contract that ends)."""
    price_per_kwh: Annotated[Figure, Quantity("currency/kWh", "Price of the contract.", ge=0)] = 0.0
    adder_per_kwh: Annotated[Figure, Quantity("currency/kWh", "Delivery on top of a market price.",
                                              ge=0)] = 0.0
    currency: Currency
    until: DateFigure | None = None
    """Contract end; the market of the region from then on."""
    take_or_pay: Share = 0.0
    """Share of the contracted power that is paid even when not taken."""
    bill_days: Annotated[Figure, Quantity("days", "From the end of the month to the due date.",
                                          ge=0, le=27)] = 15.0
    grace_days: GraceDays = 10.0
    source: SourceText = ""


class Site(Record):
    """A place with power."""

    entity: Id
    """Owner."""
    place: str
    """Town or region and country."""
    mw: Annotated[Figure, Quantity("MW", "Power available to machines and cooling.", ge=0)]
    status: Literal["running", "building", "idle", "closed"]
    """What it does at `as_of`."""
    start: DateFigure | None = None
    """Day from which it runs, when it does not yet."""
    power: Power
    """How power is paid for."""
    overhead: Annotated[Figure, Quantity("ratio", "Site energy over machine energy.",
                                         ge=1, le=2)] = 1.05
    uptime: Share = 0.95
    """Share of the time in which power is there."""
    salvage_usd: Annotated[Figure, Quantity("USD", "Value of the site to a buyer.", ge=0)] = 0.0
    source: SourceText = ""


class Fleet(Record):
    """Machines of one model that mine for the company."""

    site: Id
    """Site at which they stand."""
    model: str
    """Model, or a word for a mixed fleet."""
    hashrate_ph: Annotated[Figure, Quantity("PH/s", "Installed hashrate.", ge=0)] | None = None
    count: Annotated[Figure, Quantity("machines", "Machines installed.", ge=0)] | None = None
    th_per_machine: Annotated[Figure, Quantity("TH/s", "Hashrate of one machine.",
                                               gt=0)] | None = None
    j_per_th: Annotated[Figure, Quantity("J/TH", "Efficiency of the machines alone.",
                                         gt=0, le=2000)]
    age_months: Annotated[Figure, Quantity("months", "Mean age at `as_of`.", ge=0)] = 12.0
    uptime: Share = 1.0
    """On top of the site's uptime."""
    start: DateFigure | None = None
    """Day from which they run, when they do not yet."""
    growth_to_ph: Annotated[Figure, Quantity("PH/s", "Hashrate after paid deliveries.",
                                             ge=0)] | None = None
    growth_by: DateFigure | None = None
    """Day on which the last delivery runs."""
    pool_fee: Share = 0.01
    """Share of the reward that the pool keeps."""
    payout: Literal["fpps", "solo"] = "fpps"
    """Expected reward, or blocks as they are found."""
    hosted_per_kwh: Annotated[Figure, Quantity("currency/kWh", "Price when somebody else hosts.",
                                               ge=0)] | None = None
    hosted_currency: Currency = "USD"
    """Currency of the hosting price."""
    resale_usd_per_th: Annotated[Figure, Quantity("USD/TH", "Price to a buyer at `as_of`.",
                                                  ge=0)] = 0.0
    pledged: bool = False
    """Pledged machines cannot be sold for cash."""
    source: SourceText = ""


class Hosting(Record):
    """A group of hosting clients at a site."""

    site: Id
    """Site at which the clients stand."""
    mw: Annotated[Figure, Quantity("MW", "Energy contracted, machines and overhead.", ge=0)]
    tariff_per_kwh: Annotated[Figure, Quantity("currency/kWh", "Hosting price.", ge=0)]
    currency: Currency
    utilisation: Share = 1.0
    """Share of the contracted power that is taken at `as_of`."""
    client_j_per_th: Annotated[Figure, Quantity("J/TH", "Efficiency of the clients' machines.",
                                                gt=0, le=2000)]
    client_spread: Annotated[Figure, Quantity("share", "Half width of clients' J/TH.",
                                              ge=0, le=0.9)] = 0.2
    client_pool_fee: Share = 0.01
    """Share of the clients' reward that their pool keeps."""
    client_pays_power: bool = False
    """The client pays the power supplier; the tariff is then a fee on top."""
    leave_after_days: Annotated[Figure, Quantity("days", "Days of negative margin before leaving.",
                                                 ge=1)] = 60.0
    leave_per_day: Share = 0.02
    """Share of those at a loss that leaves each day from then on."""
    return_after_days: Annotated[Figure, Quantity("days", "Days of positive margin before coming "
                                                  "back.", ge=1)] = 60.0
    return_per_day: Share = 0.01
    """Share of the gap that is filled each day from then on."""
    collect_days: Annotated[Figure, Quantity("days", "From the end of the month to the money.",
                                             ge=0, le=27)] = 15.0
    bad_debt: Share = 0.01
    """Share of the bills that is never paid."""
    until: DateFigure | None = None
    """Contract end."""
    source: SourceText = ""


class Cost(Record):
    """A cost that comes every month, or an order to be paid by a date."""

    entity: Id
    """Entity that pays it."""
    kind: Literal["payroll", "fixed", "capex", "tax"]
    """Class in the waterfall."""
    amount: Annotated[Figure, Quantity("currency", "A month, or once if `once`.", ge=0)]
    currency: Currency
    day_of_month: Annotated[int, Field(ge=1, le=28)] = 10
    """Day on which it is due."""
    start: DateFigure | None = None
    """First day; the due date of a cost that comes once."""
    until: DateFigure | None = None
    """Last day."""
    once: bool = False
    """One payment on `start`."""
    grace_days: GraceDays = 10.0
    source: SourceText = ""


class Tax(Record):
    """Profit tax and what cannot be recovered."""

    profit_rate: Share = 0.0
    """Rate of profit tax."""
    at_crediting: bool = False
    """Coins are income at market value on the day they are credited, sold or not."""
    period: Literal["month", "quarter"] = "quarter"
    """Period for which it is assessed."""
    due_days: Annotated[Figure, Quantity("days", "From the end of the period.", ge=0, le=27)] = 27.0
    grace_days: GraceDays = 10.0
    deductible: Share = 1.0
    """Share of operating cost that can be set against income."""
    loss_carry_share: Share = 0.5
    """Share of a profit that earlier losses may set off."""
    losses_brought: Annotated[Figure, Quantity("currency", "Earlier losses, in the book's "
                                             "currency.", ge=0)] = 0.0
    vat_rate: Share = 0.0
    """Rate of value added tax on power."""
    vat_recoverable: bool = True
    """False where mining is outside VAT: tax on power for own mining is then a cost."""
    source: SourceText = ""
