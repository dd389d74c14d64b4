"""What stands where: share of the network of countries, their parts and shipped companies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from hashfall.book.draws import median
from hashfall.book.library import case_ids, open_book
from hashfall.book.messages import nearest, shown
from hashfall.book.network_patch import NetworkPatch
from hashfall.book.place_names import PLACES, holders
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.book.values import day, number
from hashfall.engine.shares import Shares
from hashfall.errors import InputError
from hashfall.ingest.history import snapshot
from hashfall.ingest.places import places_metadata
from hashfall.ingest.relocation import base_weights, law_place
from hashfall.ingest.shares import load_share_rows, shares_at
from hashfall.ingest.shares_table import ShareRow

__all__ = [
    "case_hashrate", "case_share", "display", "law_of", "named_shares", "place_share", "plain",
]

_WORLD: Final = "world"
_OTHER: Final = "_other"
_SHORT: Final = {"US": "united_states", "USA": "united_states", "UAE": "united_arab_emirates"}


def law_of(place: str) -> str:
    """Place of the fleet that holds a country or a part of one.

    Examples
    --------
    >>> law_of("xinjiang"), law_of("oman"), law_of("norway")
    ('china', 'gulf', 'rest')
    """
    chain = [place, *holders(place)]
    return law_place(chain[0] if len(chain) < 3 else chain[1])


def place_share(place: str, known_by: dt.date,
                base: Mapping[str, float] | None = None) -> dict[str, float]:
    """Share of the network in a country or a part of one, by place of the fleet.

    Parameters
    ----------
    place : str
        Name as a scenario writes it.
    known_by : datetime.date
        Cut-off of information.
    base : mapping of str to float, optional
        What stands in each place of the fleet; by the map that was public.

    Raises
    ------
    InputError
        If the place is unknown, or no public figure says what share it has.

    Examples
    --------
    >>> place_share("russia", dt.date(2026, 3, 1))
    {'russia': 0.1661}
    >>> {k: round(v, 4) for k, v in place_share("texas", dt.date(2026, 3, 1)).items()}
    {'united_states': 0.1038}
    """
    weights = _base(base, known_by)
    if place == _WORLD:
        return dict(weights)
    if place == "rest_of_world":
        return {"rest": weights["rest"]}
    if place not in PLACES:
        raise InputError("network", place, "a known place", shown(place), nearest(place, PLACES))
    country = place if PLACES[place] == _WORLD else holders(place)[0]
    law = law_place(country)
    here = weights[law] if law == country else 0.0
    here = here or _on_map(country, known_by)
    if country == place:
        return {law: here}
    return {law: here * _part(place, country, known_by)}


def _base(base: Mapping[str, float] | None, known_by: dt.date) -> dict[str, float]:
    return base_weights(known_by) if base is None else dict(base)


def display(country: str) -> str:
    """Name of a country as maps write it.

    Examples
    --------
    >>> display("united_arab_emirates"), display("norway")
    ('United Arab Emirates', 'Norway')
    """
    record = places_metadata()["place"].get(country)
    return str(record["name"]) if record else country.replace("_", " ").title()


def _on_map(country: str, known_by: dt.date) -> float:
    name = display(country)
    table = shares_at("country", known_by, naming=name)
    if isinstance(table, Shares):
        return table.share(name) or 0.0
    raise InputError("network", country, f"a map public by {known_by} that names it", "none",
                     "no share, no effect on the network: name a place that is on a map")


def plain(name: str) -> str:
    """Name as scenarios write it: small letters and underscores.

    Examples
    --------
    >>> plain("Georgia (state)")
    'georgia_state'
    """
    return re.sub(r"[^a-z]+", "_", name.casefold()).strip("_")


def _part(part: str, country: str, known_by: dt.date) -> float:
    """Share of a country that stands in one of its parts, by the latest public figure."""
    if part.endswith(_OTHER):
        named = [p for p, whole in PLACES.items() if whole == country and p != part]
        return max(0.0, 1.0 - sum(_part(p, country, known_by) for p in named))
    rows = [r for r in load_share_rows() if r.dimension == "region"
            and plain(r.part_of) == country and plain(r.name) == part
            and r.published <= known_by]
    for row in sorted(rows, key=lambda r: (r.published, r.end), reverse=True):
        share = _middle(row)
        whole = 1.0 if row.basis == "national" else _whole(row, known_by)
        if share is not None and whole > 0.0:
            return min(1.0, share / whole)
    raise InputError("network", part, f"a figure public by {known_by} of its share of {country}",
                     "none", f"name {country}, with the share that is hit")


def _middle(row: ShareRow) -> float | None:
    ends = [x for x in (row.low, row.high) if x is not None]
    return row.share if row.share is not None else sum(ends) / len(ends) if ends else None


def _whole(row: ShareRow, known_by: dt.date) -> float:
    """Share of the country by the same estimator at the same time."""
    return next((r.share or 0.0 for r in load_share_rows()
                 if r.dimension == "country" and r.name == row.part_of
                 and (r.estimator, r.as_of) == (row.estimator, row.as_of)
                 and r.published <= known_by), 0.0)


def case_hashrate(book: Book) -> dict[str, float]:
    """Hashrate that a company runs or hosts, by place of the fleet. [EH/s]

    Parameters
    ----------
    book : Book
        With every figure resolved (`hashfall.book.draws.median`).

    Notes
    -----
    Own machines by their hashrate, hosted ones as power taken over the clients'
    efficiency: 1 MW at 1 J/TH is 1 EH/s. Sites that do not run do not count.
    """
    out: dict[str, float] = {}

    def add(site_id: str, eh_s: float) -> None:
        site = book.sites[site_id]
        if site.status == "running":
            law = law_of(_country_in(site.place, f"{book.id}.toml"))
            out[law] = out.get(law, 0.0) + eh_s

    for machines in book.fleet.values():
        if machines.hashrate_ph is not None:
            ph = number(machines.hashrate_ph)
        else:
            th = number(machines.th_per_machine or 0.0)
            ph = number(machines.count or 0.0) * th / 1000.0
        runs = machines.start is None or day(machines.start, book.as_of) <= 0
        add(machines.site, ph / 1000.0 if runs else 0.0)
    for client in book.hosting.values():
        taken = number(client.mw) * number(client.utilisation)
        overhead = number(book.sites[client.site].overhead)
        add(client.site, taken / overhead / number(client.client_j_per_th))
    return out


def _country_in(text: str, file: str) -> str:
    """Country that a site's place names, the last one written."""
    found = [(m.start(), place) for place in PLACES if PLACES[place] == _WORLD
             for m in re.finditer(rf"\b{re.escape(display(place))}\b", text)]
    found += [(m.start(), place) for word, place in _SHORT.items()
              for m in re.finditer(rf"\b{word}\b", text)]
    if not found:
        raise InputError(file, "sites.place", "a place that names its country", shown(text))
    return max(found)[1]


def case_share(case: str, as_of: dt.date) -> dict[str, float]:
    """Share of the network that a shipped company runs or hosts, by place of the fleet.

    Parameters
    ----------
    case : str
        Shipped company, with the balances of its book and medians of what is not known.
    as_of : datetime.date
        Day of the network; not before the book's.

    Raises
    ------
    InputError
        If the case is unknown or its book is of a later day.

    Examples
    --------
    >>> {k: 0.0 < v < 0.1 for k, v in case_share("bitriver", dt.date(2026, 1, 20)).items()}
    {'russia': True}
    """
    if case not in case_ids():
        raise InputError("exit", "", "a shipped case", shown(case), nearest(case, case_ids()))
    if open_book(case).as_of > as_of:
        raise InputError("exit", case, f"a date from {open_book(case).as_of} on, its book's",
                         str(as_of))
    there = case_hashrate(median(prepare(case).book))
    network = snapshot(as_of).hashrate_eh_s
    return {place: eh_s / network for place, eh_s in there.items()}


def named_shares(patch: NetworkPatch, as_of: dt.date, known_by: dt.date | None = None,
                 ) -> dict[str, dict[str, float]]:
    """Share of the network of each place and company that a patch names.

    Parameters
    ----------
    patch : NetworkPatch
        What scenarios say.
    as_of, known_by : datetime.date
        Day of the network; cut-off of information, the same day where left out.

    Returns
    -------
    dict
        By name, as `hashfall.engine.standing.weights_path` takes it. A place that is only
        a destination has its place of the fleet, with share 0.

    Raises
    ------
    InputError
        If no public figure gives a share.
    """
    base = base_weights(known_by or as_of)
    places = {w.place for w in patch.window} | {e.place for e in patch.exit if e.place}
    out = {name: place_share(name, known_by or as_of, base) for name in sorted(places)}
    out |= {e.case: case_share(e.case, as_of) for e in patch.exit if e.case}
    for move in patch.relocate:
        if move.to != _WORLD:
            law = "rest" if move.to == "rest_of_world" else law_of(move.to)
            out.setdefault(move.to, {law: 0.0})
    return out
