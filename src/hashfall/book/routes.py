"""Records of the ways from coins to money: venues that buy, rails that carry, routes over both."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hashfall.book.figure import Currency, DateFigure, Figure, Id, Quantity, Record, SourceText
from hashfall.book.funding import Days
from hashfall.book.operations import Share

__all__ = ["Policy", "Rail", "Route", "Venue"]

CapacityBtc = Annotated[Figure, Quantity("BTC/day", "Most that goes through in a day.", ge=0)]
Closes = Annotated[Figure, Quantity("1/year", "Closures a year while it is open.", ge=0, le=365)]
Reopens = Annotated[Figure, Quantity("days", "Mean length of a closure; for good where left out.",
                                     gt=0)]
Strictness = Annotated[float, Field(ge=0, le=1)]


class Policy(Record):
    """What a venue refuses; a rule left out is not applied. Screening reads it, no run does."""

    countries: list[str] = []
    """Countries whose parties it refuses, codes in capitals."""
    lists: list[str] = []
    """Lists whose names it looks at; all of them where empty."""
    name_score: Strictness | None = None
    """Likeness of a listed name from which it refuses."""
    review_score: Strictness | None = None
    """Likeness from which it looks closer and may refuse."""
    ownership_threshold: Strictness | None = None
    """Share of listed owners from which it refuses."""
    max_hops: Annotated[int, Field(ge=0)] | None = None
    """It refuses coins that are this many transfers or fewer from a listed address."""
    max_taint_share: Strictness | None = None
    """It refuses coins of which more than this share is tainted."""
    taint_model: Literal["poison", "haircut", "fifo"] = "haircut"
    """Rule by which it counts taint."""
    enforced: Strictness = 1.0
    """Chance that a rule that is met is applied."""


class Venue(Record):
    """Who buys coins: its capacity is shared by all routes that go through it."""

    kind: Literal["exchange", "otc", "p2p", "stablecoin", "trade", "supplier", "coin_loan",
                  "forced_sale"]
    """Kind of venue."""
    country: str = ""
    """Country from which it is run."""
    capacity_btc_per_day: CapacityBtc | None = None
    """Most that all its routes take together; no limit of its own where left out."""
    closes_per_year: Closes = 0.0
    reopens_after_days: Reopens | None = None
    open_from: DateFigure | None = None
    """First day on which it is open."""
    open_until: DateFigure | None = None
    """Last day on which it is open."""
    policy: Policy | None = None
    """Whom and what it refuses."""
    source: SourceText = ""


class Rail(Record):
    """How money comes: its capacity is shared by all routes that arrive over it."""

    kind: Literal["bank", "cash", "card", "stablecoin", "trade"]
    """Kind of rail."""
    account: Id | None = None
    """Account on which money arrives: what freezes it holds the money."""
    currency: Currency | None = None
    """Currency of the money; that of the account where left out."""
    capacity_per_day: Annotated[Figure, Quantity(
        "currency/day", "Most that it carries in a day, before its fee.", ge=0)] | None = None
    """Most that it carries in a day, before its fee; no limit where left out."""
    delay_days: Days = 0.0
    """Days on top of the route's own."""
    fee: Share = 0.0
    """Share that is charged of what it carries."""
    closes_per_year: Closes = 0.0
    reopens_after_days: Reopens | None = None
    open_from: DateFigure | None = None
    """First day on which it is open."""
    open_until: DateFigure | None = None
    """Last day on which it is open."""
    source: SourceText = ""


class Route(Record):
    """One way from coins to usable money."""

    kind: Literal["exchange", "otc", "p2p", "stablecoin", "trade", "supplier", "coin_loan",
                  "forced_sale"]
    """Kind of route."""
    capacity_btc_per_day: CapacityBtc
    fee: Share = 0.001
    """Share of the sale that is charged."""
    haircut: Share = 0.0
    """Below spot."""
    impact: Annotated[Figure, Quantity("share", "Further haircut of a sale of the whole day's "
                                       "capacity; that of a smaller one falls with the square "
                                       "root of its size.", ge=0, le=0.6)] = 0.0
    delay_days: Days = 1.0
    """Days from the sale to usable money."""
    currency: Currency = "USD"
    """Currency of the money; that of its rail or account where it has one."""
    venue: Id | None = None
    """Venue that buys the coins."""
    rail: Id | None = None
    """Rail over which the money comes."""
    account: Id | None = None
    """Account on which it arrives; that of its rail where left out, else any."""
    closes_per_year: Closes = 0.0
    reopens_after_days: Reopens | None = None
    open_from: DateFigure | None = None
    """First day on which it is open."""
    open_until: DateFigure | None = None
    """Last day on which it is open."""
    source: SourceText = ""
