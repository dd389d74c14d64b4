"""The rest of the world's fleet as it was known on a date.

Reads ``cases/network.toml`` (places, machines, assumptions) and
``network_vintages.csv`` (fitted values). Nothing that was published later than
``known_by`` is given out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.shares import Shares
from hashfall.errors import InputError
from hashfall.ingest.history import end_of_day_s, load_history
from hashfall.ingest.shares import shares_at

if TYPE_CHECKING:
    from hashfall.engine.fleet import Fleet, FleetLaw
    from hashfall.engine.fleet_filter import EpochFact
    from hashfall.engine.network import NetworkInputs

__all__ = [
    "FIRST_EPOCH", "FITTED", "dates_of_news", "first_fleet", "network_draws",
    "network_inputs", "network_law", "past_facts", "place_ids", "place_weights", "vintage_at",
    "vintage_values",
]

FIRST_EPOCH: Final = 168
"""First epoch of the fleet's past: January 2015."""
FITTED: Final = (
    "power_scale", "spread", "off", "on", "entry", "entry_cap", "delivery_days",
    "floor_usd_per_th", "multiple", "attrition_per_year", "shock_sd", "trend_sd", "trend_fade",
)
"""Fitted parameters, in the order of the calibration."""
_FILE: Final = "network.toml"
_VINTAGES: Final = "network_vintages.csv"
_MAKERS: Final = ("CCAF", "Hashrate Index (Luxor)")  # maps that name China beside the rest
_FLOOR_DATE: Final = dt.date(2020, 1, 1)
_DECLINE_YEARS: Final = 6.0
_MULTIPLE_KAPPA: Final = 0.08  # of an epoch: half is gone in four months
_MULTIPLE_SD: Final = 0.10


def _text(name: str) -> str:
    return files("hashfall.cases").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _about() -> dict[str, Any]:
    return tomllib.loads(_text(_FILE))


def place_ids() -> tuple[str, ...]:
    """Places of the fleet, in the order of all weights.

    Examples
    --------
    >>> place_ids()[:3]
    ('united_states', 'china', 'russia')
    """
    return tuple(place["id"] for place in _about()["place"])


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(io.StringIO(_text(_VINTAGES))))


def vintage_at(known_by: dt.date) -> dt.date:
    """Last vintage of the fitted parameters that was there by a day.

    Raises
    ------
    InputError
        If the day is before the first vintage.
    """
    found = sorted({dt.date.fromisoformat(row["vintage"]) for row in _rows()})
    known = [day for day in found if day <= known_by]
    if not known:
        raise InputError("known_by", "", f"{found[0]} or later, for the network", str(known_by))
    return known[-1]


def dates_of_news() -> tuple[dt.date, ...]:
    """Days on which parameters or machines became known, in order."""
    vintages = {dt.date.fromisoformat(row["vintage"]) for row in _rows()}
    return tuple(sorted(vintages | {row["published"] for row in _about()["frontier"]}))


def _first_vintage() -> dt.date:
    return min(dt.date.fromisoformat(row["vintage"]) for row in _rows())


def vintage_values(known_by: dt.date) -> dict[str, tuple[float, float]]:
    """Value and standard error of the log of each fitted parameter.

    Before the first vintage the middles of their ranges, which are judgement.
    """
    if known_by < _first_vintage():
        return {name: (float(x[0]), float(x[1])) for name, x in _about()["prior"].items()}
    vintage = str(vintage_at(known_by))
    return {
        row["name"]: (float(row["value"]), float(row["se_log"]))
        for row in _rows() if row["vintage"] == vintage
    }


def network_law(known_by: dt.date, values: Mapping[str, float] | None = None) -> FleetLaw:
    """What the fleet is governed by, as known on a day.

    Parameters
    ----------
    known_by : datetime.date
        Cut-off of information.
    values : mapping, optional
        Fitted parameters that go before the vintage's.
    """
    from hashfall.engine.fleet import FleetLaw
    from hashfall.model.strip import StripTerms

    about = _about()
    if values is None:
        values = {name: value for name, (value, _) in vintage_values(known_by).items()}
    choice = {name: float(row[0]) for name, row in about["assumption"].items()}
    frontier = tuple((row["date"], float(row["j_per_th"])) for row in about["frontier"]
                     if row["published"] <= known_by)
    medians = np.array([place["usd_per_kwh"][1] for place in about["place"]])
    return FleetLaw(
        places=place_ids(), median_usd_per_kwh=medians * values["power_scale"],
        spread=np.full(len(medians), values["spread"]), off=values["off"], on=values["on"],
        entry=values["entry"], entry_cap=values["entry_cap"],
        delivery_days=values["delivery_days"], lag_days=choice["lag_days"],
        multiple_mean=math.log(values["multiple"]), multiple_kappa=_MULTIPLE_KAPPA,
        multiple_sd=_MULTIPLE_SD, shock_sd=values["shock_sd"],
        trend_keep=math.exp(-values["trend_fade"]), trend_sd=values["trend_sd"],
        attrition_per_year=values["attrition_per_year"], life_years=choice["life_years"],
        power_usd_per_kwh=choice["power_usd_per_kwh"],
        terms=StripTerms(choice["strip_volatility"], choice["strip_decay"], choice["strip_rate"],
                         int(choice["strip_days"])),
        frontier=frontier, decline_per_year=_decline(frontier),
        floor_usd_per_th=values["floor_usd_per_th"], floor_date=_FLOOR_DATE,
        floor_decline_per_year=choice["floor_decline_per_year"], halving=choice["halving"],
    )


def _decline(frontier: tuple[tuple[dt.date, float], ...]) -> float:
    """Yearly log rate at which machines improved over the years before. [1/year]"""
    last = frontier[-1][0].toordinal()
    x = np.array([(d.toordinal() - last) / 365.25 for d, _ in frontier])
    y = np.log([e for _, e in frontier])
    recent = x >= -_DECLINE_YEARS
    return float(-np.polyfit(x[recent], y[recent], 1)[0])


@lru_cache(maxsize=512)
def _weights_on(day: dt.date) -> tuple[float, ...]:
    """Shares of places by the last map that was public on a day."""
    about = _about()
    tables = [shares_at("country", day, naming="United States", estimator=maker)
              for maker in _MAKERS]
    found = [table for table in tables if isinstance(table, Shares)]
    named: dict[str, float] = {}
    if not found:
        named = {k: float(v) for k, v in about["first_weights"][0]["shares"].items()}
    else:
        table = max(found, key=lambda t: str(t.as_of))
        owner = {name: place["id"] for place in about["place"] for name in place["names"]}
        for name, share in zip(table.names, table.values, strict=True):
            if name in owner:
                named[owner[name]] = named.get(owner[name], 0.0) + float(share)
    rest = 1.0 - sum(named.values())
    return tuple(named.get(place, 0.0) if place != "rest" else rest for place in place_ids())


def place_weights(day: dt.date, days: int) -> NDArray[np.float64]:
    """Share of the machines in each place from a day on, by the last map public on it.

    Returns
    -------
    ndarray of shape (days + 1, places)
    """
    return np.tile(np.array(_weights_on(day)), (days + 1, 1))


def past_facts(until: dt.date, first: int = FIRST_EPOCH) -> tuple[EpochFact, ...]:
    """Complete epochs up to the end of a day, as the filter reads them."""
    from hashfall.engine.fleet_filter import EpochFact
    from hashfall.model.consensus import next_halving_height

    h, now, out = load_history(), end_of_day_s(until), []
    for n in range(first, len(h) - 1):
        known = h.price_usd[n] > 0 and h.fees_btc_per_block[n] > 0 and h.hashrate_eh_s[n] > 0
        if not known or not h.start_s[n + 1] <= now:
            break
        start, end = (dt.datetime.fromtimestamp(float(t), dt.UTC).date()
                      for t in h.start_s[n : n + 2])
        height = int(h.height_first[n])
        out.append(EpochFact(
            n, start, end, float(h.difficulty[n]), float(h.hashrate_eh_s[n]),
            float(h.price_usd[n]), math.log(h.fees_btc_per_block[n] / h.subsidy_btc[n]),
            float(h.subsidy_btc[n]), float(next_halving_height(height) - height),
        ))
    return tuple(out)


def first_fleet(law: FleetLaw, fact: EpochFact) -> Fleet:
    """The fleet of January 2015: machines of 2013 and 2014 at rest, an assumption.

    It is forgotten within two years: the network grew sevenfold by the end of 2016.
    """
    from dataclasses import replace

    from hashfall.engine.fleet import Fleet, steady
    from hashfall.model.fleet_curve import log_power_need
    from hashfall.model.hashprice import hashprice_btc_ph_day

    kinds = Fleet(fact.start, (dt.date(2013, 12, 1), dt.date(2014, 7, 1), dt.date(2014, 12, 1)),
                  log_power_need([1500.0, 766.0, 511.0]), np.array([0.25, 0.55, 0.2]))
    fees = fact.subsidy_btc * math.exp(fact.log_fee_ratio)
    hashprice = fact.price_usd * float(
        hashprice_btc_ph_day(fact.subsidy_btc, fees, fact.difficulty)
    )
    fleet = steady(law, kinds, _weights_on(fact.start), hashprice, fact.hashrate_eh_s)
    a_tenth = 0.1 * float(fleet.hashrate_eh_s.sum())
    return replace(fleet, pipe=(a_tenth, a_tenth, a_tenth), multiple=law.multiple_mean,
                   value_lag=math.log(600.0 * hashprice))


def network_inputs(as_of: dt.date, known_by: dt.date) -> NetworkInputs:
    """The fleet on a day, what it is governed by and where it stands.

    Raises
    ------
    InputError
        If the dates lie before what ships.
    """
    from hashfall.engine.network import NetworkInputs, fleet_on

    law = network_law(known_by)
    facts = past_facts(min(as_of, known_by))
    if not facts:
        raise InputError("as_of", "", "a date after 2016, for the network", str(as_of))
    past = fleet_on(law, first_fleet(law, facts[0]), facts, place_weights, as_of)
    return NetworkInputs(law, past.fleet, place_weights(min(as_of, known_by), 0)[0], past,
                         vintage_at(known_by))


def network_draws(as_of: dt.date, known_by: dt.date, count: int, seed: int = 7
                  ) -> tuple[NetworkInputs, ...]:
    """The fleet under draws of the fitted parameters, the first under their values.

    The logs of the parameters are drawn independently from their standard errors; the past
    of each fleet is read anew under its own parameters.
    """
    from hashfall.engine.network import NetworkInputs, fleet_on

    middle = network_inputs(as_of, known_by)
    if count <= 1:
        return (middle,)
    table, random = vintage_values(known_by), np.random.default_rng(seed)
    facts, out = past_facts(min(as_of, known_by)), [middle]
    for _ in range(count - 1):
        z = random.standard_normal(len(FITTED))
        values = {
            name: table[name][0] * math.exp(table[name][1] * float(np.clip(x, -2.0, 2.0)))
            for name, x in zip(FITTED, z, strict=True)
        }
        law = network_law(known_by, values)
        past = fleet_on(law, first_fleet(law, facts[0]), facts, place_weights, as_of)
        out.append(NetworkInputs(law, past.fleet, middle.weights, past, middle.vintage))
    return tuple(out)
