"""Places as destinations of machines: what is known of each, and draws of what is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hashfall.book.draws import Z_95, normal_of
from hashfall.engine.dates import first_day, last_day
from hashfall.engine.places import Event, Figure, Place, Places
from hashfall.engine.streams import FACTOR, uniforms

__all__ = ["Destination", "Draws", "Settings", "Span", "destination", "span"]

Floats = NDArray[np.float64]

_HOSTED: Final = "hosting"  # a price of hosting has the site in it
_BANS: Final = ("ban",)  # stay in force after the days in which they were carried out
_FIGURES: Final = (
    "power_price_usd_per_kwh", "power_surcharge_usd_per_kwh", "build_usd_per_mw",
    "power_delay_months", "customs_hold_months", "machine_duty_rate", "transport_usd_per_machine",
    "rule_of_law", "load_mw",
)
_NONE_MEANS_ZERO: Final = ("power_surcharge_usd_per_kwh", "customs_hold_months", "load_mw")


class Span(NamedTuple):
    """A number that is not known: 5, 50 and 95% points, and whether it is an assumption."""

    low: float
    mid: float
    high: float
    assumed: bool = True


class Settings(NamedTuple):
    """How events of a place count."""

    looking_from: Date
    interruptions: tuple[str, ...]
    endings: tuple[str, ...]
    lag_shape: int = 2


@dataclass(frozen=True)
class Destination:
    """What was public on a place of the network as a destination.

    Parameters
    ----------
    id : str
        Place of the network's law.
    figures : mapping of str to Span
        By quantity, as in ``cases/places.toml``; a stand-in is marked as assumed.
    banned : str
        Id of the event by which mining there is over; empty where there is none.
    closed : str
        Id of the event by which no new load connects; empty likewise.
    part_closed : bool
        Whether new load is refused in a part of it.
    interruptions, endings : (float, float)
        Events that hit the whole, and a part of it. [events]
    years : float
        Years of looking for them. [years]
    hosted : bool
        Whether its price of power is one of hosting, with the site in it.
    """

    id: str
    figures: Mapping[str, Span]
    banned: str = ""
    closed: str = ""
    part_closed: bool = False
    interruptions: tuple[float, float] = (0.0, 0.0)
    endings: tuple[float, float] = (0.0, 0.0)
    years: float = 0.0
    hosted: bool = False


@dataclass(frozen=True)
class Draws:
    """Draws of numbers by name; the name is the address, so a new one moves no old one."""

    seed: int
    count: int
    cache: dict[str, Floats] = field(default_factory=dict, compare=False, repr=False)

    def uniform(self, name: str) -> Floats:
        """Uniforms of a name. [-]"""
        if name not in self.cache:
            digest = hashlib.sha256(f"migration.{name}".encode()).digest()
            key = int.from_bytes(digest[:4], "big") >> 1
            self.cache[name] = np.array([
                uniforms(self.seed, draw, key, FACTOR["book"])[0] for draw in range(self.count)
            ])
        return self.cache[name]

    def of(self, name: str, span: Span, low: float | None = None,
           high: float = np.inf) -> Floats:
        """Split normal draws of a range, clipped to bounds.

        Parameters
        ----------
        name : str
            Address of the draws.
        span : Span
            5, 50 and 95% points.
        low, high : float
            Bounds; without `low`, a quarter of the 5% point, so that what is above
            zero stays so.

        Examples
        --------
        >>> Draws(1, 3).of("x", Span(2.0, 2.0, 2.0)).tolist()
        [2.0, 2.0, 2.0]
        """
        z = np.array([normal_of(float(u)) for u in self.uniform(name)]) / Z_95
        width = np.where(z < 0.0, span.mid - span.low, span.high - span.mid)
        least = 0.25 * max(span.low, 0.0) if low is None else low
        return np.asarray(np.clip(span.mid + width * z, least, high))


def span(figure: Figure, single: Span) -> Span:
    """Range of a figure; one that is a single number gets the width of `single`.

    Examples
    --------
    >>> tariff = Figure("power_price_usd_per_kwh", "USD/kWh", "tariff", None, 0.05, None,
    ...                 "2024", None, "x")
    >>> span(tariff, Span(0.5, 1.0, 1.2))
    Span(low=0.025, mid=0.05, high=0.06, assumed=False)
    """
    assumed, mid = figure.kind == "assumption", figure.value
    if figure.low is None and figure.high is None:
        return Span(mid * single.low, mid, mid * single.high, assumed)
    low = mid * single.low if figure.low is None else figure.low
    high = mid * single.high if figure.high is None else figure.high
    return Span(min(low, mid), mid, max(high, mid), assumed)


def destination(
    id: str, members: Sequence[str], places: Places, assumptions: Mapping[str, Span],
    settings: Settings, day: Date,
) -> Destination:
    """A place of the network, from what was public on its countries and regions.

    Parameters
    ----------
    id : str
        Place of the network's law.
    members : sequence of str
        Ids in `places` that it stands for: countries first, then regions.
    places : Places
        As known by a day.
    assumptions : mapping of str to Span
        Stand-ins beside those of `places`.
    settings : Settings
        How events count.
    day : datetime.date
        Day on which it is asked for room.
    """
    known = [places.places[m] for m in members if m in places.places]
    figures, hosted = {}, False
    for quantity in _FIGURES:
        best = _best(known, quantity)
        if best is not None:
            figures[quantity] = span(best, assumptions["single_figure"])
            hosted |= quantity == "power_price_usd_per_kwh" and best.basis == _HOSTED
        elif quantity in _NONE_MEANS_ZERO:
            figures[quantity] = Span(0.0, 0.0, 0.0)
        elif quantity in assumptions:
            figures[quantity] = assumptions[quantity]
        else:
            figures[quantity] = span(places.assumptions[quantity], assumptions["single_figure"])
    events = [(e, _whole(e, p, members)) for p in known for e in p.events
              if first_day(e.date) <= day]
    shut = [(e, whole) for e, whole in events if e.closes and _in_force(e, day)]
    counts = {
        kinds: (float(sum(whole for e, whole in events if e.kind in kinds)),
                float(sum(not whole for e, whole in events if e.kind in kinds)))
        for kinds in (settings.interruptions, settings.endings)
    }
    return Destination(
        id, figures, _first(e for e, whole in shut if whole and e.kind in _BANS),
        _first(e for e, whole in shut if whole), any(not whole for _, whole in shut),
        counts[settings.interruptions], counts[settings.endings],
        max((day - settings.looking_from).days / 365.25, 0.0) if known else 0.0, hosted,
    )


def _best(known: Sequence[Place], quantity: str) -> Figure | None:
    """Latest figure of better than low quality among the members, or else any."""
    found = [figure for p in known if (figure := p.figure(quantity)) is not None]
    return max(found, default=None,
               key=lambda f: (f.quality != "low", last_day(f.as_of) if f.as_of else Date.min))


def _whole(event: Event, place: Place, members: Sequence[str]) -> bool:
    """Whether an event concerns all of a country, not a region of it."""
    names = (place.name, *place.aliases)
    region = event.region.casefold()
    named = any(name.casefold() in region for name in names)
    return place.country == place.name and (not region or named)


def _in_force(event: Event, day: Date) -> bool:
    ends = last_day(event.date_end) if event.date_end else Date.max
    return event.kind in _BANS or day <= ends


def _first(events: Iterable[Event]) -> str:
    return next((e.id for e in events), "")
