"""The book: one company as of a date."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import Figure, Quantity, Record
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
    Receivable,
    Route,
    Source,
    Treasury,
)
from hashfall.book.operations import Cost, Entity, Fleet, Hosting, Site, Tax

__all__ = ["DEFAULT_WATERFALL", "Book", "Market", "Missing", "Size", "Waterfall"]

Waterfall = Literal[
    "enforced", "power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed",
    "capex",
]
DEFAULT_WATERFALL: list[Waterfall] = [
    "power", "payroll", "tax", "interest", "principal", "margin", "enforced", "claim", "fixed",
    "capex",
]


class Market(Record):
    """What the market was at `as_of`, where the book says it."""

    price_usd: Annotated[Figure, Quantity("USD/BTC", gt=0)] | None = None
    fx: dict[str, Annotated[Figure, Quantity("units/USD", gt=0)]] = {}
    fx_sd_per_day: dict[str, Annotated[Figure, Quantity("1/sqrt(day)", ge=0, le=0.2)]] = {}
    source: str = ""


class Size(Record):
    """Published size of the company; sizing rules scale with it."""

    revenue_per_year: Annotated[Figure, Quantity("currency/year", ge=0)] | None = None
    revenue_currency: str = "USD"
    mw: Annotated[Figure, Quantity("MW", ge=0)] | None = None
    source: str = ""


class Missing(Record):
    """A figure that nobody publishes and what stands in for it."""

    path: str
    why: str
    used_instead: str


class Book(Record):
    """One company as of a date: what it owns, runs, owes and expects."""

    schema_: Annotated[Literal["hashfall.book/1"], Field(alias="schema")]
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    name: str
    as_of: dt.date
    known_by: dt.date
    currency: str
    market: Market = Market()
    size: Size = Size()
    waterfall: list[Waterfall] = DEFAULT_WATERFALL
    entities: dict[str, Entity]
    sites: dict[str, Site] = {}
    fleet: dict[str, Fleet] = {}
    hosting: dict[str, Hosting] = {}
    accounts: dict[str, Account] = {}
    coins: Coins = Coins()
    treasury: Treasury = Treasury()
    receivables: dict[str, Receivable] = {}
    prepayments: dict[str, Prepayment] = {}
    funding: Funding = Funding()
    covenants: dict[str, Covenant] = {}
    debts: dict[str, Debt] = {}
    coin_loans: dict[str, CoinLoan] = {}
    claims: dict[str, Claim] = {}
    costs: dict[str, Cost] = {}
    tax: Tax = Tax()
    routes: dict[str, Route] = {}
    events: dict[str, Event] = {}
    missing: list[Missing] = []
    conflicts: list[Conflict] = []
    sources: dict[str, Source] = {}
