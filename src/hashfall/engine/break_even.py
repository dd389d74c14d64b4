"""Constant level of a driver at which the expected cash flow of a year is zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.book.values import middle
from hashfall.engine.block import Total
from hashfall.engine.calendar import Floats
from hashfall.engine.layout import LANES
from hashfall.engine.pack import Options, Packed, pack

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["break_even", "crossing"]

_YEAR = 365
_DRAWS = 8
_GRID = 9


def crossing(levels: Floats, flow: Floats) -> float | None:
    """Level at which a flow changes sign, by linear interpolation; None if it does not.

    Examples
    --------
    >>> crossing(np.array([1.0, 2.0]), np.array([-1.0, 3.0]))
    1.25
    >>> crossing(np.array([1.0, 2.0]), np.array([1.0, 3.0])) is None
    True
    """
    for i in range(len(levels) - 1):
        a, b = flow[i], flow[i + 1]
        if (a <= 0.0 < b) or (b <= 0.0 < a):
            return float(levels[i] + (levels[i + 1] - levels[i]) * a / (a - b))
    return None


def _grid(name: str, now: float) -> Floats:
    if name == "haircut":
        return np.linspace(0.0, 0.96, _GRID)
    return now * np.geomspace(0.05, 20.0, _GRID)


def _option(name: str, level: float) -> Options:
    if name == "haircut":
        return Options(haircut=level)
    if name == "power_price_usd_per_kwh":
        return Options(power_usd_per_kwh=level)
    return Options(hashprice_usd_ph_day=level)


def _now(s: Study) -> dict[str, float | None]:
    """Levels at `as_of`: hashprice, mean power price by load, best haircut."""
    book, frame = s.drawer.draw(lambda name: 0.5), s.frame
    prices = []
    for site in book.sites.values():
        power = site.power
        fx = frame.units_per_usd(power.currency)
        own = (middle(power.price_per_kwh) or 0.0) / fx
        market = frame.power_usd_per_kwh[power.region] if power.region else 0.0
        price = own if power.kind == "contract" else own + market
        if price > 0.0 and site.status == "running":
            prices.append((middle(site.mw) or 0.0, price))
    load = sum(mw for mw, _ in prices)
    haircuts = [middle(route.haircut) or 0.0 for route in book.routes.values()]
    return {
        "hashprice_usd_ph_day": frame.hashprice_usd_ph_day,
        "power_price_usd_per_kwh": sum(m * p for m, p in prices) / load if load > 0.0 else None,
        "haircut": min(haircuts) if haircuts else None,
    }


def _flows(s: Study, name: str, levels: Floats) -> Floats:
    """Expected cash flow of 12 months at each level."""
    def books(index: int) -> list[Packed]:
        return [pack(s.draw(index), s.frame, _option(name, float(x))) for x in levels]

    runs = s.run(books, inner=min(s.inner, LANES), draws=min(_DRAWS, s.draws))
    return np.array([(r.total[Total.IN12] - r.total[Total.OUT12]) / r.paths for r in runs])


def _reason(name: str, flow: Floats) -> str:
    sign = "negative" if flow[-1] <= 0.0 else "positive"
    moves = float(np.ptp(flow)) > 1e-6 * float(np.abs(flow).max() + 1e-300)
    if not moves:
        return "no cash flow of the company moves with it"
    return f"the expected cash flow is {sign} over the whole range tried"


def break_even(s: Study, tell: Callable[[str, float], None]) -> dict[str, Any]:
    """Break-even level of hashprice, power price and haircut, each with its reason if none."""
    short = s.shortened(_YEAR)
    now = _now(s)
    coins = bool(s.book.fleet) and bool(s.book.routes)
    out: dict[str, Any] = {}
    for i, (name, level) in enumerate(now.items()):
        if level is None or (name == "haircut" and not coins):
            why = "no own coins go through a route" if name == "haircut" else "pays for no power"
            out[name] = {"value": None, "now": level, "reason": why}
            continue
        levels = _grid(name, level)
        flow = _flows(short, name, levels)
        found = crossing(levels, flow)
        if found is not None:
            at = int(np.searchsorted(levels, found))
            fine = np.linspace(levels[at - 1], levels[at], _GRID)
            found = crossing(fine, _flows(short, name, fine)) or found
        out[name] = {"value": found, "now": level,
                     "reason": None if found is not None else _reason(name, flow)}
        tell("break-even", (i + 1) / len(now))
    return out
