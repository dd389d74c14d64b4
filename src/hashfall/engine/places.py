"""Places where machines run or could run: figures, events, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

from hashfall.engine.dates import first_day, last_day
from hashfall.errors import InputError

__all__ = ["Event", "Figure", "Place", "Places"]


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a place: value or range, what it is of, when, from where.

    Parameters
    ----------
    quantity, unit, basis : str
        What it is; figures of different basis are never averaged.
    low, mid, high : float or None
        As the source gives them; an absent one is None.
    as_of : str
        Year, month or day that it speaks of; empty for an assumption.
    published : date or None
        Day from which it was public; None for an assumption without a date.
    kind : str
        ``fact``, ``derived`` (from facts, by arithmetic) or ``assumption``.
    quality : str
        ``high``, ``medium`` or ``low``; low ones should not stand alone.
    comparable : bool
        Whether its basis is one that may stand for the quantity.
    """

    quantity: str
    unit: str
    basis: str
    low: float | None
    mid: float | None
    high: float | None
    as_of: str
    published: Date | None
    source: str
    kind: str = "fact"
    quality: str = ""
    note: str = ""
    comparable: bool = True

    @property
    def value(self) -> float:
        """The middle; where the source gives only ends, their mean, or the end there is."""
        if self.mid is not None:
            return self.mid
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to mining in a place.

    Parameters
    ----------
    date, date_end : str
        First and last day as written; imprecise ones are a year or a month.
    load_mw, network_change_percent, difficulty_change_percent : float or None
        Load affected; change of hashrate as reported, often of a noisy daily
        estimate; the retarget that followed.
    closes : bool
        Whether new load could not connect from then on (to the end date, if any).
    """

    id: str
    place: str
    kind: str
    date: str
    date_end: str
    region: str
    text: str
    published: Date
    source: str
    grade: str
    load_mw: float | None = None
    network_change_percent: float | None = None
    difficulty_change_percent: float | None = None
    difficulty_block: int | None = None
    closes: bool = False


@dataclass(frozen=True)
class Place:
    """What was public on one place.

    Parameters
    ----------
    id, name, country, iso3, law_area : str
        Names; a region has the country it lies in.
    aliases : tuple of str
        Other names that find it.
    legal, conversion : str
        Standing of mining, and how coins may be sold, in a few words; empty where
        they were written later than the cut-off.
    figures : mapping of str to tuple of Figure
        By quantity, best first: not of low quality, comparable basis, latest.
    events : tuple of Event
        Oldest first.
    missing : tuple of str
        Quantities that a relocation needs and for which no comparable figure was
        public, in the order of the file.
    """

    id: str
    name: str
    country: str
    iso3: str
    law_area: str
    aliases: tuple[str, ...]
    legal: str
    conversion: str
    figures: Mapping[str, tuple[Figure, ...]]
    events: tuple[Event, ...]
    missing: tuple[str, ...]

    def figure(self, quantity: str) -> Figure | None:
        """Best comparable figure that was public, or None."""
        best = self.figures.get(quantity, ())
        return best[0] if best and best[0].comparable else None

    def closed_on(self, day: Date) -> Event | None:
        """Event for which new load could not connect on a day, or None.

        An event of a part of the place closes that part only; see its region.
        """
        for event in reversed(self.events):
            ends = last_day(event.date_end) if event.date_end else Date.max
            if event.closes and first_day(event.date) <= day <= ends:
                return event
        return None


@dataclass(frozen=True)
class Places:
    """All places as known by a day, with what stands in where facts are missing."""

    known_by: Date
    places: Mapping[str, Place]
    assumptions: Mapping[str, Figure]
    relocation: Mapping[str, Figure]

    def find(self, name: str, file: str = "place") -> Place:
        """Place by id, name or alias, upper or lower case alike.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        wanted = _plain(name)
        for place in self.places.values():
            if wanted in {_plain(text) for text in (place.id, place.name, *place.aliases)}:
                return place
        raise InputError(file, "", f"one of {', '.join(self.places)}", repr(name))

    def figure(self, place: Place, quantity: str) -> Figure:
        """Figure of a place, of its country, or else the assumption that stands in.

        Raises
        ------
        InputError
            If there is neither a figure nor an assumption.
        """
        for holder in (place, self.country_of(place)):
            found = holder.figure(quantity) if holder else None
            if found is not None:
                return found
        if quantity not in self.assumptions:
            raise InputError("places", f"{place.id}.{quantity}", "a figure", "none public")
        return self.assumptions[quantity]

    def country_of(self, place: Place) -> Place | None:
        """Record of the country that a region lies in; None for a country."""
        if place.country == place.name:
            return None
        return next((p for p in self.places.values() if p.name == place.country), None)
