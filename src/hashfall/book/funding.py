"""Records of money that can be raised: credit lines, shares, machines, power sold back."""

from __future__ import annotations

from typing import Annotated

from hashfall.book.figure import Currency, DateFigure, Figure, Id, Quantity, Record, SourceText
from hashfall.book.operations import Share

__all__ = ["CreditLine", "Days", "Equity", "Funding", "Machines", "Money", "PowerResale", "Rate"]

Money = Annotated[Figure, Quantity("currency", ge=0)]
"""An amount in the currency named beside it."""
Rate = Annotated[Figure, Quantity("share/year", ge=0, le=2)]
"""Interest a year, 0.12 for 12%."""
Days = Annotated[Figure, Quantity("days", ge=0, le=60)]
"""A delay in days."""


class CreditLine(Record):
    """A committed line."""

    limit: Money
    """Most that can be drawn."""
    drawn: Money = 0.0
    """Drawn at `as_of`."""
    currency: Currency
    rate_per_year: Rate
    """Interest."""
    until: DateFigure
    """Day on which it ends and has to be paid back."""
    needs_covenants: bool = True
    """No more can be drawn after a failed covenant."""
    source: SourceText = ""


class Equity(Record):
    """Shares sold at a share of the traded volume while the window is open."""

    volume_usd_per_day: Annotated[Figure, Quantity("USD/day", "Shares traded a day.", ge=0)]
    share_of_volume: Annotated[Figure, Quantity("share", "Most that is sold of the volume.",
                                                ge=0, le=0.5)] = 0.1
    open_from: DateFigure | None = None
    """First day of the window."""
    open_until: DateFigure | None = None
    """Last day of the window."""
    limit_usd: Annotated[Figure, Quantity("USD", "Programme size.", ge=0)] | None = None
    cost: Share = 0.04
    """Fees and discount."""
    price_beta: Annotated[Figure, Quantity("ratio", "Elasticity of volume to the coin price.",
                                           ge=0, le=4)] = 1.0
    source: SourceText = ""


class Machines(Record):
    """Own unpledged machines sold in distress."""

    discount: Share = 0.4
    """Below the resale price, in distress."""
    delay_days: Days = 45.0
    """Days until the money comes."""
    share_per_day: Share = 0.01
    """Most of the fleet that is sold in a day."""
    source: SourceText = ""


class PowerResale(Record):
    """Credits for power sold back or not taken."""

    amount_per_month: Money
    """Credit a month."""
    currency: Currency
    until: DateFigure | None = None
    """Last day."""
    source: SourceText = ""


class Funding(Record):
    """Money that can be raised; what is left out is off."""

    lines: dict[Id, CreditLine] = {}
    """Committed credit lines."""
    equity: Equity | None = None
    """Shares sold in the market."""
    machines: Machines | None = None
    """Machines sold in distress."""
    power_resale: PowerResale | None = None
    """Power sold back."""
