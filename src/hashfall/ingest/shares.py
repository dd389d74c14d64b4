"""Shares of hashrate as they were known on a date: shipped tables and the user's own.

A table comes from one estimator at one time; two estimators are never joined.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from hashfall.engine.shares import DIMENSIONS, NotAvailable, Shares, merged
from hashfall.ingest.shares_table import SHARES_FILE, ShareRow, counted, parse_shares

__all__ = [
    "LAW_AREA_NOTE",
    "law_areas",
    "load_share_rows",
    "shares_at",
    "shares_by_dimension",
    "shares_metadata",
]

LAW_AREA_NOTE: Final = "law area: the country, with the EU and the EEA taken as one"
"""What a law area is here."""

_MAP_NAMES: Final = 3  # a map that names fewer countries says little of concentration
_MAP_SHARE: Final = 0.5  # or names less than half


@lru_cache(maxsize=1)
def load_share_rows() -> tuple[ShareRow, ...]:
    """Rows of the shipped table.

    Examples
    --------
    >>> max(row.published for row in load_share_rows()) < Date(2026, 1, 1)
    True
    """
    return parse_shares(files("hashfall.cases").joinpath(SHARES_FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shares_metadata() -> dict[str, Any]:
    """Sources, estimators and birth certificate of the shipped table.

    Examples
    --------
    >>> shares_metadata()["estimator"]["MinerMetrics"]["kind"]
    'map'
    """
    text = files("hashfall.cases").joinpath("shares.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _kind(estimator: str) -> str:
    return str(shares_metadata()["estimator"][estimator]["kind"])


def _whole(dimension: str, rows: Sequence[ShareRow]) -> bool:
    """Whether rows of one estimator and time make a table."""
    if dimension != "country":
        return True
    named = sum(row.share or 0.0 for row in rows)
    return (
        _kind(rows[0].estimator) == "map" and len(rows) >= _MAP_NAMES and named >= _MAP_SHARE
    )


def _groups(
    dimension: str, known_by: Date, as_of: Date
) -> dict[tuple[Date, str], list[ShareRow]]:
    """Rows known by a day, by the time they speak of and estimator."""
    found: dict[tuple[Date, str], list[ShareRow]] = defaultdict(list)
    for row in load_share_rows():
        usable = row.share is not None and row.basis in ("network", "blocks")
        in_time = row.published <= known_by and row.end <= as_of
        if row.dimension == dimension and usable and in_time:
            found[row.end, row.estimator].append(row)
    return {key: rows for key, rows in found.items() if _whole(dimension, rows)}


def shares_at(
    dimension: str,
    known_by: Date,
    as_of: Date | None = None,
    naming: str | Sequence[str] = (),
    estimator: str | None = None,
) -> Shares | NotAvailable:
    """Latest table of one dimension that was public by a day.

    Parameters
    ----------
    dimension : str
        One of `hashfall.engine.shares.DIMENSIONS`.
    known_by : date
        Cut-off of what was published; an imprecise date counts from its last day.
    as_of : date, optional
        Latest time that the table may speak of; `known_by` where left out.
    naming : str or sequence of str
        Holders that must be named with a share above 0, such as the one that exits.
    estimator : str, optional
        Only tables of this estimator.

    Returns
    -------
    Shares or NotAvailable
        Of one estimator at one time.

    Examples
    --------
    >>> table = shares_at("country", Date(2026, 3, 1))
    >>> table.estimator, table.as_of, table.share("Russia")
    ('Hashrate Index (Luxor)', '2025-06', 0.1661)
    >>> shares_at("country", Date(2020, 1, 1)).reason
    'no map of countries was public by then; give your own with --shares'
    """
    if dimension == "law_area":
        countries = shares_at("country", known_by, as_of, naming, estimator)
        return _by_law_area(countries)
    wanted = (naming,) if isinstance(naming, str) else tuple(naming)
    groups = _groups(dimension, known_by, as_of or known_by)
    for key in sorted(groups, reverse=True):
        table = _table(dimension, groups[key])
        if estimator in (None, table.estimator) and all(table.share(name) for name in wanted):
            return table
    return NotAvailable(dimension, str(shares_metadata()["not_available"][dimension]["reason"]))


def _table(dimension: str, rows: Sequence[ShareRow]) -> Shares:
    sources = shares_metadata()["source"]
    first, ids = rows[0], dict.fromkeys(row.source for row in rows)
    notes = [shares_metadata()["estimator"][first.estimator]["note"]]
    notes += [sources[id]["note"] for id in ids if "note" in sources[id]]
    return Shares(
        dimension=dimension,
        names=tuple(row.name for row in rows),
        values=np.array([row.share for row in rows], dtype=np.float64),
        as_of=first.as_of,
        estimator=first.estimator,
        published=max(row.published for row in rows),
        sources=tuple(str(sources[id]["outlet"]) for id in ids),
        blocks=counted(rows),
        note="; ".join(notes),
    )


def _by_law_area(countries: Shares | NotAvailable) -> Shares | NotAvailable:
    if isinstance(countries, NotAvailable):
        return NotAvailable("law_area", countries.reason)
    return merged(countries, law_areas(), "law_area", LAW_AREA_NOTE)


def law_areas() -> dict[str, str]:
    """Law area of the countries that share one with others.

    Examples
    --------
    >>> law_areas()["Norway"]
    'EU and EEA'
    """
    areas = shares_metadata()["law_area"]
    return {country: area for area, names in areas.items() for country in names}


def shares_by_dimension(
    known_by: Date,
    as_of: Date | None = None,
    naming: str | Sequence[str] = (),
    own: Mapping[str, Shares] | None = None,
) -> dict[str, Shares | NotAvailable]:
    """Tables of all dimensions: the user's where there is one, else what ships.

    Parameters
    ----------
    known_by, as_of : date
        As in `shares_at`.
    naming : str or sequence of str
        Countries that the map of countries must name.
    own : mapping of str to Shares, optional
        The user's tables by dimension (`hashfall.ingest.own_shares`).

    Notes
    -----
    Law areas come from the same map as countries, the user's included.

    Examples
    --------
    >>> tables = shares_by_dimension(Date(2026, 3, 1), naming="Russia")
    >>> [name for name, table in tables.items() if isinstance(table, NotAvailable)]
    ['maker']
    """
    own = own or {}
    found: dict[str, Shares | NotAvailable] = {}
    for dimension in DIMENSIONS:
        if dimension in own:
            found[dimension] = own[dimension]
        elif dimension == "law_area":
            found[dimension] = _by_law_area(found["country"])
        else:
            named = naming if dimension == "country" else ()
            found[dimension] = shares_at(dimension, known_by, as_of, named)
    return found
