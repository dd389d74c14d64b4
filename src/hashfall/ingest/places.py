"""Places where machines run or could run: facts as they were public on a day.

A quantity that no source gives for a place is absent and listed as missing; an
assumption may stand in for it and then says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from hashfall.engine.dates import first_day, last_day
from hashfall.engine.places import Event, Figure, Place, Places

__all__ = ["PLACES_FILE", "load_places", "places_metadata"]

PLACES_FILE: Final = "places.toml"
"""Name of the file inside `hashfall.cases`."""


@lru_cache(maxsize=1)
def places_metadata() -> dict[str, Any]:
    """The file as it is: birth certificate, quantities, places, events.

    Examples
    --------
    >>> places_metadata()["quantity"]["build_usd_per_mw"]["unit"]
    'USD/MW'
    """
    return tomllib.loads(files("hashfall.cases").joinpath(PLACES_FILE).read_text(encoding="utf-8"))


def load_places(known_by: Date) -> Places:
    """Places as they were known on a day.

    Parameters
    ----------
    known_by : date
        Facts published later are not seen; an imprecise date of publication counts
        from its last day. Assumptions without a date are always there.

    Examples
    --------
    >>> places = load_places(Date(2026, 3, 1))
    >>> ethiopia = places.find("Ethiopia")
    >>> ethiopia.figure("power_price_usd_per_kwh").value
    0.041
    >>> load_places(Date(2024, 6, 1)).find("ethiopia").figure("power_price_usd_per_kwh").value
    0.0314
    >>> places.find("oman").missing[:2]
    ('power_price_usd_per_kwh', 'build_usd_per_mw')
    >>> places.figure(places.find("oman"), "build_usd_per_mw").kind
    'assumption'
    """
    data = places_metadata()
    events = [_event(id, cells) for id, cells in data["event"].items()]
    known = sorted((e for e in events if e.published <= known_by), key=lambda e: first_day(e.date))
    return Places(
        known_by,
        {id: _place(id, cells, known, known_by) for id, cells in data["place"].items()},
        _stand_ins(data["assumption"], known_by, "assumption"),
        _stand_ins(data["relocation"], known_by, "relocation"),
    )


def _date(text: str) -> Date | None:
    return last_day(text) if text else None


def _figure(
    quantity: str, unit: str, cells: Mapping[str, Any], comparable: bool = True
) -> Figure:
    return Figure(
        quantity=quantity, unit=unit, basis=cells.get("basis", ""), low=cells.get("low"),
        mid=cells.get("mid"), high=cells.get("high"), as_of=cells.get("as_of", ""),
        published=_date(cells.get("published", "")),
        source=cells.get("source") or cells.get("why", ""), kind=cells.get("kind", "fact"),
        quality=cells.get("quality", ""), note=cells.get("note") or cells.get("what", ""),
        comparable=comparable,
    )


def _seen(figure: Figure, known_by: Date) -> bool:
    return figure.published is None or figure.published <= known_by


def _stand_ins(rows: Mapping[str, Any], known_by: Date, kind: str) -> dict[str, Figure]:
    quantities = places_metadata()["quantity"]
    found = {}
    for name, cells in rows.items():
        unit = cells.get("unit") or quantities.get(name, {}).get("unit", "-")
        figure = _figure(name, unit, {"kind": kind, **cells})
        if _seen(figure, known_by):
            found[name] = figure
    return found


def _event(id: str, cells: Mapping[str, Any]) -> Event:
    texts = {key: cells.get(key, "") for key in ("date_end", "region")}
    known = {key: value for key, value in cells.items() if key not in texts}
    return Event(id=id, **(known | texts | {"published": last_day(cells["published"])}))


def _place(id: str, cells: Mapping[str, Any], events: list[Event], known_by: Date) -> Place:
    quantities = places_metadata()["quantity"]
    figures = {
        quantity: _ordered(quantity, spec, cells["fact"], known_by)
        for quantity, spec in quantities.items()
    }
    missing = tuple(
        quantity for quantity, spec in quantities.items()
        if spec.get("needed") and not any(f.comparable for f in figures[quantity])
    )
    described = last_day(cells["described"]) <= known_by
    return Place(
        id=id, name=cells["name"], country=cells["country"], iso3=cells["iso3"],
        law_area=cells["law_area"], aliases=tuple(cells.get("aliases", ())),
        legal=cells.get("legal", "") if described else "",
        conversion=cells.get("conversion", "") if described else "",
        figures={name: found for name, found in figures.items() if found},
        events=tuple(e for e in events if e.place == id), missing=missing,
    )


def _ordered(
    quantity: str, spec: Mapping[str, Any], rows: list[Mapping[str, Any]], known_by: Date
) -> tuple[Figure, ...]:
    """Known figures, best first; a step announced for later than the day comes last."""
    figures = [
        _figure(quantity, spec["unit"], row, row["basis"] not in spec.get("not_comparable", ()))
        for row in rows if row["quantity"] == quantity
    ]
    prefer = list(spec.get("prefer", ()))

    def rank(figure: Figure) -> tuple[bool, bool, bool, int, int]:
        known_basis = prefer.index(figure.basis) if figure.basis in prefer else len(prefer)
        ahead = first_day(figure.as_of) > known_by
        return (
            not figure.comparable, ahead, figure.quality == "low",
            -last_day(figure.as_of).toordinal(), known_basis,
        )

    return tuple(sorted((f for f in figures if _seen(f, known_by)), key=rank))
