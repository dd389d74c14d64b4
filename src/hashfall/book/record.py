"""The book: one company as of a date."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import Currency, Figure, Id, Quantity, Record, SourceText
from hashfall.book.money import (
    Account,
    Claim,
    CoinLoan,
    Coins,
    Conflict,
    Covenant,
    Debt,
    Event,
    Funding,
    Prepayment,
    Rail,
    Receivable,
    Route,
    Source,
    Treasury,
    Venue,
)
from hashfall.book.operations import Cost, Entity, Fleet, Hosting, Site, Tax

__all__ = ["DEFAULT_WATERFALL", "Book", "Market", "Missing", "Size", "Waterfall"]

Waterfall = Literal[
    "enforced", "power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed",
    "capex",
]
"""Place in the order of payment: a class of obligation, or what bailiffs enforce."""
DEFAULT_WATERFALL: list[Waterfall] = [
    "power", "payroll", "tax", "interest", "principal", "margin", "enforced", "claim", "fixed",
    "capex",
]
"""Order of payment where a book gives none: what keeps machines running comes first."""


class Market(Record):
    """What the market was at `as_of`, where the book says it."""

    price_usd: Annotated[Figure, Quantity("USD/BTC", "Coin price.", gt=0)] | None = None
    fx: dict[Currency, Annotated[Figure, Quantity("units/USD", "Units for one dollar.", gt=0)]] = {}
    """Exchange rates at `as_of`."""
    fx_sd_per_day: dict[Currency, Annotated[Figure, Quantity(
        "1/sqrt(day)", "Daily volatility of the rate.", ge=0, le=0.2)]] = {}
    """Volatility of exchange rates, where the world's own is not wanted."""
    source: SourceText = ""


class Size(Record):
    """Published size of the company; sizing rules scale with it."""

    revenue_per_year: Annotated[Figure, Quantity("currency/year", "Published revenue.",
                                                 ge=0)] | None = None
    revenue_currency: Currency = "USD"
    """Currency of the revenue."""
    mw: Annotated[Figure, Quantity("MW", "Published capacity.", ge=0)] | None = None
    source: SourceText = ""


class Missing(Record):
    """A figure that nobody publishes and what stands in for it."""

    path: str
    """Field of the book."""
    why: str
    """Why it is missing."""
    used_instead: str
    """What stands in for it."""


class Book(Record):
    """One company as of a date: what it owns, runs, owes and expects."""

    schema_: Annotated[Literal["hashfall.book/1"], Field(alias="schema")]
    """Format of the file."""
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    """Short name, as in `hashfall assess ID`."""
    name: str
    """Name of the company."""
    as_of: dt.date
    """Date of the balances."""
    known_by: dt.date
    """A fact counts when it was published by this day."""
    currency: Currency
    """Reporting currency."""
    market: Market = Market()
    """What the market was at `as_of`."""
    size: Size = Size()
    """Published size."""
    waterfall: list[Waterfall] = DEFAULT_WATERFALL
    """Order in which classes of obligations are paid."""
    entities: dict[Id, Entity]
    """Legal entities."""
    sites: dict[Id, Site] = {}
    """Places with power."""
    fleet: dict[Id, Fleet] = {}
    """Own machines."""
    hosting: dict[Id, Hosting] = {}
    """Hosting sold to clients."""
    accounts: dict[Id, Account] = {}
    """Bank accounts."""
    coins: Coins = Coins()
    """Coins at hand."""
    treasury: Treasury = Treasury()
    """How coins are kept and sold."""
    receivables: dict[Id, Receivable] = {}
    """Money owed to the company."""
    prepayments: dict[Id, Prepayment] = {}
    """Money that clients paid ahead."""
    funding: Funding = Funding()
    """Money that can be raised."""
    covenants: dict[Id, Covenant] = {}
    """Tests that lenders set."""
    debts: dict[Id, Debt] = {}
    """Loans with a schedule."""
    coin_loans: dict[Id, CoinLoan] = {}
    """Loans on coins."""
    claims: dict[Id, Claim] = {}
    """Claims and court awards."""
    costs: dict[Id, Cost] = {}
    """Payroll and other fixed cost."""
    tax: Tax = Tax()
    """Taxes."""
    venues: dict[Id, Venue] = {}
    """Who buys coins, where routes share them."""
    rails: dict[Id, Rail] = {}
    """How money comes, where routes share it."""
    routes: dict[Id, Route] = {}
    """Ways from coins to money."""
    events: dict[Id, Event] = {}
    """Dated events."""
    missing: list[Missing] = []
    """What is not known."""
    conflicts: list[Conflict] = []
    """Contradictions in the record."""
    sources: dict[Id, Source] = {}
    """Where the figures come from."""
