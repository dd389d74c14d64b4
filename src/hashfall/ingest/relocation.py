"""Relocation as it was known on a day: facts of places, what leaves, and where it goes.

Reads ``cases/migration.toml`` (what is assumed), ``places.toml`` (facts), ``network.toml``
(places of the fleet) and the map of shares. Nothing published later than ``known_by``
is used.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from hashfall.engine.concentration import Move
from hashfall.engine.destinations import Destination, Settings, Span, destination, span
from hashfall.engine.places import Places
from hashfall.engine.relocation import LOST, RESOLD, Flows, flows_of
from hashfall.errors import InputError
from hashfall.ingest.history import snapshot
from hashfall.ingest.network import place_ids, place_weights
from hashfall.ingest.places import load_places

__all__ = [
    "assumptions", "base_weights", "country_moves", "destinations", "flow_matrix", "law_place",
    "names_of", "settings",
]

_FROM_PLACES: Final = (
    "power_price_usd_per_kwh", "build_usd_per_mw", "power_delay_months", "machine_duty_rate",
    "transport_usd_per_machine", "power_price_spread",
)
_FROM_MOVES: Final = ("lag_months", "lost_share", "sold_share")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("hashfall.cases").joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _about() -> dict[str, Any]:
    return _toml("migration.toml")


@lru_cache(maxsize=1)
def names_of() -> dict[str, tuple[str, ...]]:
    """Countries that each place of the fleet stands for; none for the rest.

    Examples
    --------
    >>> names_of()["gulf"], names_of()["rest"]
    (('United Arab Emirates', 'Oman'), ())
    """
    return {place["id"]: tuple(place["names"]) for place in _toml("network.toml")["place"]}


def law_place(country: str) -> str:
    """Place of the fleet in which a country stands.

    Examples
    --------
    >>> law_place("United Arab Emirates"), law_place("united_states"), law_place("Norway")
    ('gulf', 'united_states', 'rest')
    """
    plain = country.replace("_", " ").casefold()
    for place, names in names_of().items():
        if plain in {name.casefold() for name in names}:
            return place
    return "rest"


def settings() -> Settings:
    """How events of places count, and the shape of the lag."""
    row = _about()["settings"]
    return Settings(row["looking_from"], tuple(row["interruptions"]), tuple(row["endings"]),
                    row["lag_shape"])


def assumptions(places: Places) -> dict[str, Span]:
    """Everything that is not a fact of one place: 5, 50 and 95% points by name.

    Parameters
    ----------
    places : Places
        As known by a day; their stand-ins and what is known of moves are among it.

    Examples
    --------
    >>> assumptions(load_places(dt.date(2026, 1, 1)))["lost_share"]
    Span(low=0.02, mid=0.1, high=0.4, assumed=True)
    """
    own = {name: Span(row["low"], row["mid"], row["high"])
           for name, row in _about()["assumption"].items()}
    single = own["single_figure"]
    found = {name: span(places.assumptions[name], single)
             for name in _FROM_PLACES if name in places.assumptions}
    found |= {name: span(places.relocation[name], single)
              for name in _FROM_MOVES if name in places.relocation}
    return {name: row._replace(assumed=True)
            for name, row in (own | _early() | found).items()}


@lru_cache(maxsize=1)
def _early() -> dict[str, Span]:
    """Stand-ins that carry a date of publication, for days before it."""
    late = load_places(dt.date.max)
    single = Span(1.0, 1.0, 1.0)
    rows = {name: late.assumptions[name] for name in _FROM_PLACES}
    rows |= {name: late.relocation[name] for name in _FROM_MOVES}
    return {name: span(figure, single) for name, figure in rows.items()}


def destinations(places: Places, day: dt.date, ranges: Mapping[str, Span] | None = None
                 ) -> tuple[Destination, ...]:
    """Every place of the fleet as a destination, by what was public on its parts.

    Parameters
    ----------
    places : Places
        As known by a day.
    day : datetime.date
        Day on which they are asked for room.
    ranges : mapping of str to Span, optional
        What stands in where nothing is public; of `assumptions` where left out.
    """
    ranges, how = ranges or assumptions(places), settings()
    found = []
    for id in place_ids():
        countries = [p.id for p in places.places.values() if p.name in names_of()[id]]
        regions = [p.id for p in places.places.values()
                   if p.country in names_of()[id] and p.id not in countries]
        found.append(destination(id, [*countries, *regions], places, ranges, how, day))
    return tuple(found)


def base_weights(day: dt.date) -> dict[str, float]:
    """Share of the network in each place of the fleet, by the last map public on a day."""
    return dict(zip(place_ids(), map(float, place_weights(day, 0)[0]), strict=True))


def flow_matrix(
    leaving: Mapping[str, float], hashprice_usd_ph_day: float, j_per_th: float,
    places: Places | None = None, known_by: dt.date | None = None, draws: int = 64,
    seed: int = 1, *, whole: Iterable[str] | None = None,
    base: Mapping[str, float] | None = None,
) -> Flows:
    """Where machines that leave go, with 5-95% intervals over what is not known.

    Parameters
    ----------
    leaving : mapping of str to float
        Place of the fleet, part or company, to what leaves it. [share of the network]
    hashprice_usd_ph_day : float
        That owners reckon with. [USD/PH/day]
    j_per_th : float
        Efficiency of the machines that leave. [J/TH]
    places : Places, optional
        Facts; as known by `known_by` where left out.
    known_by : datetime.date, optional
        Cut-off of information; that of `places` where left out.
    draws, seed : int
        Draws of what is not known.
    whole : iterable of str, optional
        Places that take nobody; without it, those of the fleet that are named in `leaving`.
    base : mapping of str to float, optional
        What stands in each place; by the map that was public where left out.

    Raises
    ------
    InputError
        If more leaves than there is, or a number cannot be.

    Examples
    --------
    >>> found = flow_matrix({"russia": 0.1}, 45.0, 22.0, known_by=dt.date(2025, 7, 1), draws=8)
    >>> round(sum(row.share for row in found.rows), 9)
    0.1
    >>> [row.share for row in found.rows if row.to == "russia"]
    [0.0]
    """
    if places is None:
        if known_by is None:
            raise InputError("relocation", "known_by", "a date", "none")
        places = load_places(known_by)
    day = known_by or places.known_by
    named = [name for name in leaving if name in place_ids()] if whole is None else list(whole)
    snap = snapshot(day)
    return flows_of(
        leaving, hashprice_usd_ph_day, j_per_th, destinations(places, day),
        base_weights(day) if base is None else base, assumptions(places), whole=named,
        lag_shape=settings().lag_shape, draws=draws, seed=seed,
        network_mw=snap.hashrate_eh_s * j_per_th,
    )


def country_moves(flows: Flows, origins: Mapping[str, str] | None = None,
                  table: Sequence[str] = ()) -> list[Move]:
    """Flows as moves between countries, for `hashfall.engine.concentration`.

    Parameters
    ----------
    flows : Flows
        Of `flow_matrix`.
    origins : mapping of str to str, optional
        Country of origins that are no place of the fleet.
    table : sequence of str
        Countries of a table of shares: a place of several goes to the first that is in it.

    Returns
    -------
    list of Move
        Resold machines go where machines stand; the rest of the world has no name.

    Examples
    --------
    >>> found = flow_matrix({"russia": 0.1}, 45.0, 22.0, known_by=dt.date(2025, 7, 1), draws=8)
    >>> moves = country_moves(found)
    >>> moves[0].origin, moves[0].destination, round(sum(m.share for m in moves), 9)
    ('Russia', 'United States', 0.1)
    """
    out = []
    for row in flows.rows:
        origin = (origins or {}).get(row.from_) or _country(row.from_, table)
        if row.to == LOST:
            out.append(Move(origin, None, row.share))
        elif row.to == RESOLD:
            out += [Move(origin, _country(place, table), row.share * part)
                    for place, part in flows.buyers.items()]
            if not any(flows.buyers.values()):
                out.append(Move(origin, None, row.share))
        else:
            out.append(Move(origin, _country(row.to, table), row.share))
    return [move for move in out if move.share > 0.0]


def _country(place: str, table: Sequence[str]) -> str:
    names = names_of().get(place, (place,))
    return next((name for name in names if name in table), names[0] if names else "")
