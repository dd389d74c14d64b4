"""Money by date, cut, worth of routes and time to cash of a book, as keys of an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.calendar import Floats
from hashfall.engine.cashout_closures import closes_by_chance
from hashfall.engine.cashout_due import due_until, what_falls_due
from hashfall.engine.cashout_flow import (
    Flow,
    cut_rows,
    days_shown,
    first_day,
    flow_of,
    flow_study,
    marginal_values,
    parts,
    picture,
    spread,
)
from hashfall.engine.cashout_routes import closed
from hashfall.engine.stress import redirect_days
from hashfall.engine.stress_books import Order
from hashfall.engine.stress_own import ordered

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["Asked", "changed", "date_of", "flow_section", "flows", "sells_coins"]

FLOW_DRAWS: Final = 24
"""Draws of the book whose routes are laid out."""
SECTION_DAYS: Final = 90
"""Days that an assessment looks at. [days]"""
_SECTION_DRAWS: Final = 8
PARTS: Final = {"coins": "from_coins_usd", "cash": "cash_usd", "hosting": "hosting_usd",
                "other": "other_receipts_usd", "funding": "funding_usd"}
"""Keys of what money by date is made of."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What is asked of the routes.

    Parameters
    ----------
    by : int
        Last day of the flow. [days]
    need : float, optional
        Money needed by then, in ``currency``.
    currency : str
        Currency of the need.
    close : tuple of str
        Routes, venues and rails that are shut.
    orders : tuple of Order
        Orders to freeze.
    """

    by: int = 90
    need: float | None = None
    currency: str = "USD"
    close: tuple[str, ...] = ()
    orders: tuple[Order, ...] = field(default=())

    @property
    def changes(self) -> bool:
        """Whether anything is shut or frozen beside what the book says."""
        return bool(self.close or self.orders)


def date_of(s: Study, day: int) -> str:
    """Date of a day of the run."""
    return (s.book.as_of + dt.timedelta(days=day)).isoformat()


def changed(s: Study, asked: Asked, book: Book, draw: int | None) -> Book:
    """A drawn book with what is asked shut and frozen, beside the book's own freezes.

    Parameters
    ----------
    s : Study
        Seed.
    asked : Asked
        Closures and orders.
    book : Book
        Drawn book.
    draw : int or None
        Its number; None for the middle of the book.
    """
    out = closed(book, asked.close) if asked.close else book
    return ordered(out, asked.orders, redirect_days(s, draw)) if asked.orders else out


def flows(s: Study, asked: Asked, tell: Progress, draws: int = FLOW_DRAWS,
          obligations: bool = True) -> dict[str, Any]:
    """Money by day, cut before and after, marginal values, time to cash.

    Parameters
    ----------
    s : Study
        Book and market.
    asked : Asked
        Last day, need, closures and orders.
    tell : callable
        Told the step and the share of it that is done.
    draws : int
        Draws of the book for the bands.
    obligations : bool
        Whether what falls due is told beside.
    """
    median = s.drawer.draw(lambda name: 0.5)
    before = flow_of(s, median, asked.by)
    after = flow_of(s, changed(s, asked, median, None), asked.by) if asked.changes else before
    chance = closes_by_chance(median)
    draws = min(draws, s.inner if chance and s.draws == 1 else s.draws)
    found = [after] if s.draws == 1 and not chance else flow_study(
        s, lambda d: changed(s, asked, s.draw(d), d), asked.by, draws,
        lambda share: tell("routes", share))
    due = what_falls_due(s, median, asked.by) if obligations else []
    days = days_shown(asked.by)
    return {
        "deliverable": _deliverable(s, days, before, after, found, due_until(due, days)),
        "closures_by_chance": chance,
        "need": _need(s, asked, found),
        "convertible_share": _shares(s, days, after, found),
        "time_to_cash_days": _waits(found),
        "cut_before": cut_rows(before), "cut": cut_rows(after),
        "marginal_value": marginal_values(after, asked.by),
        "flow": {"before": picture(before), "after": picture(after)},
        "obligations": [{**row, "date": date_of(s, row["day"])} for row in due],
    }


def _deliverable(s: Study, days: list[int], before: Flow, after: Flow, found: list[Flow],
                 due: list[float]) -> list[dict[str, Any]]:
    rows, made = [], parts(after, days[-1])
    for i, day in enumerate(days):
        low, _, high = spread([flow.money[i] for flow in found])
        rows.append({
            "day": day, "date": date_of(s, day), "usd": float(after.money[i]), "low": low,
            "high": high, "usd_before": float(before.money[i]), "due_usd": due[i],
            **{key: float(made[kind][i]) for kind, key in PARTS.items()},
        })
    return rows


def _need(s: Study, asked: Asked, found: list[Flow]) -> dict[str, Any] | None:
    """Whether a need is met by its day: share of draws, and how short the others are."""
    if asked.need is None:
        return None
    rates = np.array([flow.graph.prices[asked.currency] for flow in found])
    wanted = asked.need * rates
    money = np.array([flow.money[-1] for flow in found])
    met = money >= wanted * (1.0 - 1e-9)
    first = [first_day(flow, usd * (1.0 - 1e-9)) for flow, usd in zip(found, wanted, strict=True)]
    low, mid, high = spread(first, whole=True)
    short = np.maximum(0.0, wanted - money)
    return {
        "usd": float(wanted.mean()), "by": date_of(s, asked.by), "met_share": float(met.mean()),
        "first_day": {"p5": _finite(low), "p50": _finite(mid), "p95": _finite(high)},
        "short_usd": _upper(short), "short": _upper(short / rates),
    }


def _upper(values: Floats) -> dict[str, float]:
    return {name: float(np.quantile(values, q)) for name, q in (("p50", 0.5), ("p95", 0.95))}


def _finite(x: float) -> float | None:
    return x if np.isfinite(x) else None


def _shares(s: Study, days: list[int], after: Flow, found: list[Flow]) -> list[dict[str, Any]]:
    rows = []
    for i, day in enumerate(days):
        seen = [float(flow.share[i]) for flow in found if np.isfinite(flow.share[i])]
        mid = float(after.share[i])
        if seen and np.isfinite(mid):
            low, _, high = spread(seen)
            rows.append({"day": day, "date": date_of(s, day), "share": mid, "low": low,
                         "high": high})
    return rows


def _waits(found: list[Flow]) -> dict[str, Any]:
    """Quantiles over coins, median and 5-95% over draws; None where coins do not arrive."""
    out: dict[str, Any] = {}
    for i, name in enumerate(("p50", "p95")):
        low, mid, high = spread([flow.waits[i] for flow in found], whole=True)
        out |= {name: _finite(mid), f"{name}_low": _finite(low), f"{name}_high": _finite(high)}
    return out


def sells_coins(s: Study) -> bool:
    """Whether a book has coins, or machines of its own that mine them."""
    return bool(s.book.fleet) or number(s.drawer.draw(lambda name: 0.5).coins.free_btc) > 0.0


def flow_section(s: Study) -> dict[str, Any] | None:
    """What an assessment tells of the routes; None where the company sells no coins.

    Parameters
    ----------
    s : Study
        Book and market.
    """
    if not s.book.routes or not sells_coins(s):
        return None
    asked = Asked(by=min(SECTION_DAYS, s.plan.days))
    found = flows(s, asked, lambda step, share: None, _SECTION_DRAWS, obligations=False)
    kept = ("deliverable", "convertible_share", "time_to_cash_days", "cut", "marginal_value")
    return {"by": date_of(s, asked.by), **{key: found[key] for key in kept},
            "flow": found["flow"]["after"]}
