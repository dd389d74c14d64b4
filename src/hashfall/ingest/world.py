"""Parameters of the world as they were known on a date.

Reads ``cases/world.toml`` (sources, assumptions), ``world_vintages.csv`` (fitted
values), ``world_variance.csv`` and ``world_epochs.csv``. Nothing that was measured
or published later than ``known_by`` is given out.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from hashfall.errors import InputError

__all__ = [
    "EpochDraw", "Parameter", "load_bootstrap", "load_parameters", "load_variance", "moved_to",
    "regions",
]

_WORLD: Final = "world.toml"
_VINTAGES: Final = "world_vintages.csv"
_VARIANCE: Final = "world_variance.csv"
_EPOCHS: Final = "world_epochs.csv"
_ABOUT: Final = frozenset({"name", "data_end", "published", "source"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the world with its birth certificate.

    ``se`` is a standard error, ``low`` and ``high`` a range of judgement; one of
    the two is there, but for the filtered variance. ``published`` is the day from
    which a run may know it.
    """

    name: str
    value: float
    unit: str
    mark: str  # "fitted" or "assumption"
    source: str
    data_end: Date
    published: Date
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    script: str = ""
    data: tuple[str, ...] = ()
    data_sha256: tuple[str, ...] = ()
    fitted_on: Date | None = None
    seed: str = "none"


@dataclass(frozen=True, slots=True)
class EpochDraw:
    """One past difficulty epoch for the joint block bootstrap."""

    epoch: int
    known: Date  # day by which it and the epoch after it had ended
    days: int
    log_price_change: float
    daily_sd: float
    log_fee_ratio: float  # log(fees/subsidy)
    log_growth_per_day: float  # of the hashrate


def load_parameters(known_by: Date, as_of: Date | None = None) -> Mapping[str, Parameter]:
    """Latest value of each parameter that was known on a date, by dotted name.

    Parameters
    ----------
    known_by : datetime.date
        Cut-off of information, from 2016-06-30 on.
    as_of : datetime.date, optional
        Day 0 of the simulation; without it, `known_by`. Sets which filtered
        variance ``price.variance_now`` is.

    Returns
    -------
    Mapping[str, Parameter]
        ``price.omega``, ``jump.mean``, ``fee.kappa``, ``capacity.m``,
        ``power.texas.level_usd_per_kwh``, ``fx.RUB.sd_per_day`` and so on. A
        region or currency of which nothing was known yet is absent.

    Raises
    ------
    InputError
        If the date is before the first vintage.

    Examples
    --------
    >>> p = load_parameters(Date(2022, 10, 5))
    >>> str(p["price.alpha"].data_end), p["price.alpha"].mark
    ('2022-06-30', 'fitted')
    >>> p["fx.RUB.sd_per_day"].mark
    'assumption'
    """
    best: dict[str, Parameter] = {}
    for p in _all_parameters():
        if p.data_end <= known_by and p.published <= known_by:
            old = best.get(p.name)
            if old is None or (old.data_end, old.published) <= (p.data_end, p.published):
                best[p.name] = p
    if "price.omega" not in best:
        first = min(p.published for p in _all_parameters() if p.name == "price.omega")
        raise InputError("known_by", "", f"{first} or later", str(known_by))
    best["price.variance_now"] = load_variance(min(as_of or known_by, known_by))
    return MappingProxyType(dict(sorted(best.items())))


def moved_to(parameters: Mapping[str, Parameter], as_of: Date) -> Mapping[str, Parameter]:
    """The same parameters with ``capacity.m`` moved to day 0 of a simulation.

    Notes
    -----
    The level of log hashprice m holds at the end of its data and falls by a a day.

    Examples
    --------
    >>> p = load_parameters(Date(2022, 10, 5))
    >>> q = moved_to(p, Date(2022, 9, 30))
    >>> q["capacity.m"].value < p["capacity.m"].value
    True
    """
    m, a = parameters["capacity.m"], parameters["capacity.a"]
    level = m.value - a.value * (as_of - m.data_end).days
    return MappingProxyType({**parameters, "capacity.m": replace(m, value=level)})


def load_variance(date: Date) -> Parameter:
    """Filtered variance of the next daily return at the last month end. [1/day]

    Raises
    ------
    InputError
        If the date is before the first month end on file.

    Examples
    --------
    >>> str(load_variance(Date(2022, 10, 5)).data_end)
    '2022-09-30'
    """
    rows = [r for r in _variances() if r.data_end <= date]
    if not rows:
        raise InputError("date", "", f"{_variances()[0].data_end} or later", str(date))
    return rows[-1]


def load_bootstrap(known_by: Date) -> tuple[EpochDraw, ...]:
    """Epochs for the block bootstrap that were complete by a date, in order.

    Examples
    --------
    >>> draws = load_bootstrap(Date(2022, 10, 5))
    >>> draws[0].epoch, max(d.known for d in draws) <= Date(2022, 10, 5)
    (168, True)
    """
    return tuple(d for d in _epochs() if d.known <= known_by)


def regions(parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Names of the power regions among parameters.

    Examples
    --------
    >>> "texas" in regions(load_parameters(Date(2025, 5, 31)))
    True
    """
    names = (name.split(".") for name in parameters)
    return tuple(sorted({parts[1] for parts in names if parts[0] == "power"}))


def _text(name: str) -> str:
    return files("hashfall.cases").joinpath(name).read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(name))))


def _number(file: str, place: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise InputError(file, place, "a number", repr(text)) from None
    if not isfinite(value):
        raise InputError(file, place, "a finite number", text)
    return value


def _optional(file: str, place: str, text: str) -> float | None:
    return _number(file, place, text) if text else None


@lru_cache(maxsize=1)
def _world() -> dict[str, Any]:
    return tomllib.loads(_text(_WORLD))


def _group(name: str) -> str:
    """Birth certificate that a name belongs to."""
    head, _, rest = name.partition(".")
    return f"{head}.{rest.split('.')[0]}" if head == "power" else head


def _unit(name: str) -> str:
    """Unit of a name; regions and currencies share theirs."""
    parts = name.split(".")
    key = f"{parts[0]}.{parts[-1]}"
    if key not in _world()["unit"]:
        raise InputError(_WORLD, f"unit.{key}", "a unit for this parameter", "none")
    return str(_world()["unit"][key])


def _certified(p: Parameter) -> Parameter:
    """Add script, data and date to a parameter of the vintage table."""
    group = _group(p.name)
    if group not in _world()["group"]:
        raise InputError(_WORLD, f"group.{group}", "a birth certificate", "none")
    about = _world()["group"][group]
    data = tuple(str(d) for d in about["data"])
    return replace(
        p,
        source=str(about["source"]),
        script=str(about["script"]),
        data=data,
        data_sha256=tuple(str(_world()["data"][d]["sha256"]) for d in data),
        fitted_on=about["fitted_on"],
        seed=str(about["seed"]),
    )


def _vintages() -> Iterable[Parameter]:
    for i, r in enumerate(_rows(_VINTAGES), start=2):
        at = f"line {i}"
        yield _certified(Parameter(
            name=r["name"],
            value=_number(_VINTAGES, at, r["value"]),
            unit=_unit(r["name"]),
            mark=r["mark"],
            source="",
            data_end=Date.fromisoformat(r["data_end"]),
            published=Date.fromisoformat(r["published"]),
            se=_optional(_VINTAGES, at, r["se"]),
            low=_optional(_VINTAGES, at, r["low"]),
            high=_optional(_VINTAGES, at, r["high"]),
            n=int(r["n"]),
        ))


def _assumptions() -> Iterable[Parameter]:
    for entry in _world()["assumption"]:
        for key, numbers in entry.items():
            if key in _ABOUT:
                continue
            name = f"{entry['name']}.{key}"
            value, low, high = (_number(_WORLD, name, str(x)) for x in numbers)
            yield Parameter(
                name=name, value=value, unit=_unit(name), mark="assumption",
                source=entry["source"], data_end=entry["data_end"],
                published=entry["published"], low=low, high=high,
            )


@lru_cache(maxsize=1)
def _all_parameters() -> tuple[Parameter, ...]:
    return (*_vintages(), *_assumptions())


@lru_cache(maxsize=1)
def _variances() -> tuple[Parameter, ...]:
    name = "price.variance_now"
    out = []
    for i, r in enumerate(_rows(_VARIANCE), start=2):
        end = Date.fromisoformat(r["date"])
        value = _number(_VARIANCE, f"line {i}", r["variance"])
        p = Parameter(name, value, _unit(name), "fitted", "", end, end)
        note = f"filtered to the month end with the fit of {r['vintage']}"
        out.append(replace(_certified(p), source=note))
    return tuple(out)


@lru_cache(maxsize=1)
def _epochs() -> tuple[EpochDraw, ...]:
    return tuple(
        EpochDraw(
            int(r["epoch"]), Date.fromisoformat(r["known"]), int(r["days"]),
            *(
                _number(_EPOCHS, f"line {i}", r[key]) for key in (
                    "log_price_change", "daily_sd", "log_fees_over_subsidy",
                    "log_hashrate_growth_per_day",
                )
            ),
        )
        for i, r in enumerate(_rows(_EPOCHS), start=2)
    )
