"""Default surface of a generic miner over efficiency, haircut and capacity of its only route."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.block import Fate
from hashfall.engine.layout import LANES
from hashfall.engine.pack import Packed, pack
from hashfall.engine.probability import horizon_days, probability
from hashfall.model.columns import Row

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["Axes", "first_failing", "mined_btc_per_day", "point", "surface"]

ROUTE, FLEET = "only", "all"
"""Entries of the generic book that the axes set."""


@dataclass(frozen=True)
class Axes:
    """Values of the three axes, and what counts as failing.

    Parameters
    ----------
    efficiencies : sequence of float
        [J/TH]
    haircuts : sequence of float
        [share of spot]
    capacities : sequence of float
        [share of what is mined]
    fails : float
        12-month PD from which a fleet counts as failing.
    bound : float
        Largest haircut that is called plausible. [share of spot]
    """

    efficiencies: Sequence[float]
    haircuts: Sequence[float]
    capacities: Sequence[float]
    fails: float
    bound: float


def mined_btc_per_day(s: Study, book: Book) -> float:
    """Coins that the fleet mines a day at `as_of`. [BTC/day]"""
    site = next(iter(book.sites.values()))
    ph = number(book.fleet[FLEET].hashrate_ph) * number(site.uptime)
    return ph * s.frame.hashprice_usd_ph_day / s.frame.price_usd


def point(s: Study, book: Book, j_per_th: float, haircut: float, capacity: float) -> Book:
    """The drawn generic book at one point of the surface."""
    fleet = book.fleet[FLEET].model_copy(update={"j_per_th": j_per_th})
    route = book.routes[ROUTE].model_copy(update={
        "haircut": haircut, "capacity_btc_per_day": capacity * mined_btc_per_day(s, book)})
    return book.model_copy(update={"fleet": {FLEET: fleet}, "routes": {ROUTE: route}})


def surface(s: Study, axes: Axes, draws: int,
            progress: Callable[[float], None] | None = None) -> list[dict[str, Any]]:
    """12-month PD at every point, on the same draws and paths.

    Parameters
    ----------
    s : Study
        Generic book and world.
    axes : Axes
        Axes.
    draws : int
        Draws of the book, 128 paths each.
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    list of dict
        ``j_per_th, haircut, capacity, pd``.
    """
    last = min(horizon_days(s.book.as_of, 12), s.plan.days)
    rows: list[dict[str, Any]] = []
    for i, capacity in enumerate(axes.capacities):
        grid = list(product(axes.efficiencies, axes.haircuts))

        def books(draw: int, capacity: float = capacity,
                  grid: list[tuple[float, float]] = grid) -> list[Packed]:
            book = s.draw(draw)
            return [pack(point(s, book, e, h, capacity), s.frame) for e, h in grid]

        runs = s.run(books, inner=LANES, draws=draws, watch=Row.D1)
        rows += [{"j_per_th": e, "haircut": h, "capacity": capacity,
                  "pd": probability(run.clock(Fate.D1), last)}
                 for (e, h), run in zip(grid, runs, strict=True)]
        if progress is not None:
            progress((i + 1) / len(axes.capacities))
    return rows


def first_failing(rows: Sequence[dict[str, Any]], axes: Axes) -> list[dict[str, Any]]:
    """Least haircut at which each fleet fails, by capacity, linear between grid points.

    Parameters
    ----------
    rows : sequence of dict
        What `surface` returns.
    axes : Axes
        Axes.

    Returns
    -------
    list of dict
        ``j_per_th, capacity, haircut`` (None where no haircut of the grid does),
        ``pd_at_spot, pd_at_bound`` and ``below_bound``.

    Examples
    --------
    >>> axes = Axes([12.0], [0.0, 0.3], [1.0], 0.5, 0.54)
    >>> rows = [{"j_per_th": 12.0, "haircut": h, "capacity": 1.0, "pd": {"value": p}}
    ...         for h, p in ((0.0, 0.1), (0.3, 0.7))]
    >>> found = first_failing(rows, axes)[0]
    >>> found["haircut"], found["below_bound"]
    (0.2, True)
    """
    found = []
    for capacity, efficiency in product(axes.capacities, axes.efficiencies):
        line = [r for r in rows if (r["j_per_th"], r["capacity"]) == (efficiency, capacity)]
        haircut = _crossing([(r["haircut"], r["pd"]["value"]) for r in line], axes.fails)
        found.append({
            "j_per_th": efficiency, "capacity": capacity, "haircut": haircut,
            "pd_at_spot": line[0]["pd"], "pd_at_bound": line[-1]["pd"],
            "below_bound": haircut is not None and haircut < axes.bound,
        })
    return found


def _crossing(points: Sequence[tuple[float, float]], level: float) -> float | None:
    """First haircut at which a rising probability reaches a level; None where it does not."""
    if points[0][1] >= level:
        return points[0][0]
    for (a, low), (b, high) in pairwise(points):
        if high >= level:
            return round(a + (b - a) * (level - low) / (high - low), 6)
    return None
