"""An exit in words, as the tables of shares take it: who leaves, with how much, in which table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from typing import NamedTuple

from hashfall.engine.concentration import grouped_leaving, leaving_share
from hashfall.engine.places import Places
from hashfall.engine.shares import NotAvailable, Shares
from hashfall.errors import InputError
from hashfall.ingest.places import load_places
from hashfall.ingest.shares import law_areas, load_share_rows, shares_at, shares_by_dimension

__all__ = ["ExitInputs", "exit_inputs"]


class ExitInputs(NamedTuple):
    """Tables by dimension and what leaves in each, for `hashfall.engine.concentration`."""

    tables: dict[str, Shares | NotAvailable]
    leaving: dict[str, dict[str, float]]


def exit_inputs(
    exits: Mapping[str, float | None],
    known_by: Date,
    as_of: Date | None = None,
    own: Mapping[str, Shares] | None = None,
    file: str = "--exit",
) -> ExitInputs:
    """Tables that name every place that exits, and what leaves by country and law area.

    Parameters
    ----------
    exits : mapping of str to float or None
        Place by any of its names, to the share of the network that leaves; None for
        all that it has. Two places of one country add up.
    known_by, as_of : date
        As in `hashfall.ingest.shares.shares_at`.
    own : mapping of str to Shares, optional
        The user's tables by dimension.
    file : str
        What an error names as its place.

    Raises
    ------
    InputError
        If a place is unknown, has no share in any map that was public, or gives up
        more than it has.

    Examples
    --------
    >>> found = exit_inputs({"russia": None}, Date(2026, 3, 1))
    >>> found.leaving["country"], found.tables["country"].as_of
    ({'Russia': 0.1661}, '2025-06')
    """
    places = load_places(known_by)
    names = {text: _country(text, places, own, file) for text in exits}
    tables = shares_by_dimension(known_by, as_of, tuple(names.values()), own)
    countries = tables["country"]
    if isinstance(countries, NotAvailable):
        latest = shares_at("country", known_by, as_of)
        known = ", ".join(latest.names) if isinstance(latest, Shares) else "none"
        raise InputError(
            file, "", f"places that one map names together (the latest: {known})",
            ", ".join(exits), "give your own with --shares",
        )
    leaving: dict[str, float] = {}
    for text, share in exits.items():
        name = names[text]
        leaving[name] = leaving.get(name, 0.0) + leaving_share(countries, name, share)
        leaving_share(countries, name, leaving[name])  # two exits of one country
    by_area = grouped_leaving(leaving, law_areas()) if "law_area" not in (own or {}) else {}
    return ExitInputs(tables, {"country": leaving, "law_area": by_area})


def _country(
    text: str, places: Places, own: Mapping[str, Shares] | None, file: str
) -> str:
    """Country by any of its names; that of a region is its country."""
    table = (own or {}).get("country")
    if table is not None:
        return places.holder(table, text, file)
    try:
        return places.find(text, file).country
    except InputError:
        wanted = " ".join(text.replace("_", " ").split()).casefold()
        for row in load_share_rows():
            if row.dimension == "country" and row.name.casefold() == wanted:
                return row.name
        raise
