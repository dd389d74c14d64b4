"""What the network's answer rests on: assumptions and their effect, what is missing, sources."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from hashfall.book.network_patch import NetworkPatch
from hashfall.engine.destinations import Span
from hashfall.engine.places import Places
from hashfall.engine.relocation import LOST, Flows, flows_of
from hashfall.engine.standing import leaving_of
from hashfall.ingest.history import snapshot
from hashfall.ingest.network import FITTED, place_ids, vintage_at, vintage_values
from hashfall.ingest.places import load_places, places_metadata
from hashfall.ingest.relocation import (
    assumptions,
    base_weights,
    destinations,
    names_of,
    settings,
)
from hashfall.ingest.standing import Relocated

__all__ = ["basis_sources", "fleet_assumptions", "missing_rows", "move_assumptions"]

_DRAWS: Final = 16
_SEED: Final = 1
_Z: Final = 1.6449  # of 5 and 95%
_UNITS: Final = {
    "power_scale": "ratio", "spread": "log sd", "off": "1/epoch", "on": "1/epoch",
    "entry": "1/epoch", "entry_cap": "1/epoch", "delivery_days": "days",
    "floor_usd_per_th": "USD/TH", "multiple": "ratio", "attrition_per_year": "1/year",
    "shock_sd": "log sd per epoch", "trend_sd": "log sd per epoch", "trend_fade": "1/epoch",
    "life_years": "years", "power_usd_per_kwh": "USD/kWh", "lag_days": "days",
    "floor_decline_per_year": "1/year", "strip_volatility": "1/sqrt(year)",
    "strip_decay": "1/year", "strip_rate": "1/year", "strip_days": "days", "halving": "log",
}


@lru_cache(maxsize=2)
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("hashfall.cases").joinpath(name).read_text(encoding="utf-8"))


def _row(name: str, of: str, span: Span, unit: str, source: str) -> dict[str, Any]:
    return {"name": name, "of": of, "value": span.mid, "range": [span.low, span.high],
            "unit": unit, "source": source, "effect": None}


def fleet_assumptions(known_by: dt.date) -> list[dict[str, Any]]:
    """Fitted parameters of the fleet with their 5-95%, and choices that nothing fits.

    Examples
    --------
    >>> rows = fleet_assumptions(dt.date(2026, 1, 1))
    >>> [row["name"] for row in rows][:2], len(rows)
    (['power_scale', 'spread'], 22)
    """
    about, vintage = _toml("network.toml"), vintage_at(known_by)
    why, table = about["why"], vintage_values(known_by)
    rows = []
    for name in FITTED:
        value, se = table[name]
        source = f"fitted to block times and machines, data up to {vintage}; drawn in every run"
        rows.append(_row(name, "fleet, fitted", Span(value * math.exp(-_Z * se), value,
                                                     value * math.exp(_Z * se)),
                         _UNITS[name], source))
    for name, (value, low, high) in about["assumption"].items():
        rows.append(_row(name, "fleet, chosen", Span(low, value, high), _UNITS[name],
                         str(why.get(name, "assumption"))))
    return rows


def move_assumptions(
    moved: Relocated, changes: NetworkPatch, known_by: dt.date, hashprice_usd_ph_day: float,
    j_per_th: float, hhi_change: Callable[[Flows], float] | None, *, effects: bool = True,
) -> list[dict[str, Any]]:
    """What relocation assumes, and what each figure does to the answer, largest first.

    Parameters
    ----------
    moved : Relocated
        The exit.
    changes : NetworkPatch
        What was said of the network.
    known_by : datetime.date
        Cut-off of information.
    hashprice_usd_ph_day, j_per_th : float
        As for `hashfall.ingest.relocation.flow_matrix`.
    hhi_change : callable, optional
        From flows to the change of HHI. [points]
    effects : bool
        Whether each figure is moved to its ends, which takes a tenth of a second each.

    Returns
    -------
    list of dict
        ``effect`` is the change of the HHI change from the low to the high end [points],
        with ``hhi_change`` and ``runs_again`` [share] at both ends beside it.
    """
    if moved.flows is None:
        return []
    places = load_places(known_by)
    ranges = assumptions(places)
    rows = [_row(name, "relocation", span, *_about_move(name)) for name, span in ranges.items()]
    if not effects:
        return rows
    flows = _flows_under(moved, changes, places, known_by, hashprice_usd_ph_day, j_per_th)
    for row, (name, span) in zip(rows, ranges.items(), strict=True):
        ends = [flows({**ranges, name: Span(x, x, x)}) for x in (span.low, span.high)]
        row["runs_again"] = [_again(f) for f in ends]
        if hhi_change is not None:
            row["hhi_change"] = [hhi_change(f) for f in ends]
            row["effect"] = row["hhi_change"][1] - row["hhi_change"][0]
    return sorted(rows, key=_size, reverse=True)


def _size(row: Mapping[str, Any]) -> float:
    """How much a figure moves: HHI, or what runs again where no map tells."""
    low, high = row["runs_again"]
    return float(abs(row["effect"] if row["effect"] is not None else high - low))


def _flows_under(moved: Relocated, changes: NetworkPatch, places: Places, known_by: dt.date,
                 hashprice: float, j_per_th: float) -> Callable[[Mapping[str, Span]], Flows]:
    """Flows as a function of what is assumed, on the same draws each time."""
    leaving = leaving_of(changes, moved.named)
    whole = [e.place for e in changes.exit if e.place in place_ids()]
    network_mw = snapshot(known_by).hashrate_eh_s * j_per_th
    base = base_weights(known_by)

    def flows(ranges: Mapping[str, Span]) -> Flows:
        return flows_of(
            leaving, hashprice, j_per_th, destinations(places, known_by, ranges), base, ranges,
            whole=[p for p in whole if p], lag_shape=settings().lag_shape, draws=_DRAWS,
            seed=_SEED, network_mw=network_mw,
        )

    return flows


def _again(flows: Flows) -> float:
    return sum(row.share for row in flows.rows if row.to != LOST)


def _about_move(name: str) -> tuple[str, str]:
    """Unit and reason of an assumption of relocation."""
    own = _toml("migration.toml")["assumption"].get(name)
    if own is not None:
        return str(own["unit"]), str(own["why"])
    data = places_metadata()
    row = data["assumption"].get(name) or data["relocation"][name]
    unit = row.get("unit") or data["quantity"].get(name, {}).get("unit", "log sd")
    return str(unit), str(row.get("why") or row["source"])


def missing_rows(flows: Flows | None, concentration: Mapping[str, Any], known_by: dt.date
                 ) -> list[dict[str, str]]:
    """What no public figure tells, why, and what stands in.

    Parameters
    ----------
    flows : Flows or None
        The model's.
    concentration : mapping
        By dimension, as `hashfall.ingest.network_holders.holders_answer` gives it.
    known_by : datetime.date
        Cut-off of information.
    """
    out = []
    ranges = assumptions(load_places(known_by))
    for place, view in (flows.places if flows else {}).items():
        for name in view.assumed if view.room[2] > 0.0 else ():
            span = ranges[name]
            out.append({
                "what": f"{place}: {name}", "why": f"no comparable figure public by {known_by}",
                "used_instead": f"{span.mid:g} ({span.low:g} to {span.high:g}) "
                                f"{_about_move(name)[0]}",
            })
    for name, row in concentration.items():
        if row["reason"]:
            what = "who holds the machines that leave" if row["available"] else "shares"
            out.append({"what": f"{name}: {what}", "why": row["reason"], "used_instead": "nothing"})
    return out


def basis_sources(known_by: dt.date, moves: bool) -> list[dict[str, Any]]:
    """Sources of places of the fleet and, where machines move, of the facts of each place.

    Parameters
    ----------
    known_by : datetime.date
        Cut-off of information.
    moves : bool
        Whether facts of destinations are part of the answer.

    Examples
    --------
    >>> basis_sources(dt.date(2026, 1, 1), False)[0]["quantity"]
    'power price of its machines'
    """
    out: list[dict[str, Any]] = []
    for place in _toml("network.toml")["place"]:
        low, mid, high = place["usd_per_kwh"]
        out.append({"place": place["id"], "quantity": "power price of its machines", "value": mid,
                    "low": low, "high": high, "unit": "USD/kWh", "as_of": "", "published": "",
                    "source": place["source"]})
    return [*out, *_facts(known_by)] if moves else out


def _facts(known_by: dt.date) -> list[dict[str, Any]]:
    """Best public figure of each quantity, and events, of each place that may take machines."""
    out: list[dict[str, Any]] = []
    named = {name: id for id, names in names_of().items() for name in names}
    for place in load_places(known_by).places.values():
        if place.country not in named:
            continue
        for quantity in place.figures:
            figure = place.figure(quantity)
            if figure is not None:
                out.append({
                    "place": place.id, "quantity": quantity, "value": figure.value,
                    "low": figure.low, "high": figure.high, "unit": figure.unit,
                    "as_of": figure.as_of, "published": str(figure.published or ""),
                    "source": figure.source,
                })
        out += [{"place": place.id, "quantity": f"event: {e.kind}", "value": None, "low": None,
                 "high": None, "unit": "", "as_of": e.date, "published": str(e.published),
                 "source": e.source} for e in place.events]
    return out
