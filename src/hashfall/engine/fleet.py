"""The rest of the world's fleet at day 0 and what it is governed by, as the kernel reads them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import COHORTS, WorldFixed, WorldParam, WorldState
from hashfall.errors import InputError
from hashfall.model.fleet_curve import (
    fleet_curve,
    log_power_need,
    place_shares,
    read,
    share_curve,
    value_curve,
)
from hashfall.model.layout import FLEET_ORIGIN
from hashfall.model.strip import StripTerms

__all__ = [
    "Fleet",
    "FleetLaw",
    "cohort_days",
    "fleet_alone",
    "plan_fleet",
    "running_curve",
    "steady",
]

Floats = NDArray[np.float64]

_YEAR: Final = 365.25
_SHORTEST_COHORT: Final = 182
_BLOCKS_PER_DAY: Final = 144.0
_HALVING_DAYS: Final = 210000.0 / _BLOCKS_PER_DAY
_CURVE_DAYS: Final = 7  # what ages is read off a new curve once a week
_FEE_LIMIT: Final = 50.0  # of log fees over subsidy: none
_TAIL: Final = (-2.0, 1.0, 1.0)  # power, scale and limit of a squared radius that nobody reads


@dataclass(frozen=True)
class FleetLaw:
    """What the fleet is governed by.

    Parameters
    ----------
    places : tuple of str
        Names of the places, in the order of all weights.
    median_usd_per_kwh, spread : ndarray of shape (places,)
        Lognormal power prices of each place, overhead included.
    off, on : float
        Share of the gap that closes in a day when machines stop, and start. [1/day]
    entry, entry_cap : float
        Orders per unit of value over price, and most orders. [share of the fleet/day]
    delivery_days, lag_days : float
        Mean time from order to power; lag of machine prices behind value. [days]
    multiple_mean, multiple_kappa, multiple_sd : float
        Log of machine price over value: an autoregression from epoch to epoch.
    shock_sd : float
        Of log capacity beside all this. [1/sqrt(day)]
    trend_keep, trend_sd : float
        Growth of capacity beside what orders explain: what of it is left after an epoch,
        and what comes new. [log/day]
    attrition_per_year, life_years : float
        Machines that fail; the age from which the rest retires within a year.
    power_usd_per_kwh : float
        Price that buyers of machines reckon with. [USD/kWh]
    terms : StripTerms
        How they value a machine.
    frontier_date, frontier_j_per_th, decline_per_year : date, float, float
        Energy of machines that are delivered, at a date and by what log rate it falls.
    floor_usd_per_th, floor_date, floor_decline_per_year : float, date, float
        What making a machine costs, likewise.
    halving : float
        What buyers expect a halving to take off hashprice in the end. [log]
    luck : float
        sd of an epoch's block finding.
    """

    places: tuple[str, ...]
    median_usd_per_kwh: Floats
    spread: Floats
    off: float
    on: float
    entry: float
    entry_cap: float
    delivery_days: float
    lag_days: float
    multiple_mean: float
    multiple_kappa: float
    multiple_sd: float
    shock_sd: float
    trend_keep: float
    trend_sd: float
    attrition_per_year: float
    life_years: float
    power_usd_per_kwh: float
    terms: StripTerms
    frontier: tuple[tuple[dt.date, float], ...]
    decline_per_year: float
    floor_usd_per_th: float
    floor_date: dt.date
    floor_decline_per_year: float
    halving: float = 0.5
    luck: float = 1.0 / math.sqrt(2015.0)

    @cached_property
    def shares(self) -> Floats:
        """Share of each place's machines that can bear a power price (`place_shares`)."""
        return place_shares(self.median_usd_per_kwh, self.spread)

    def outlook(self, to_halving: Floats) -> Floats:
        """Log of mean hashprice over a machine's life against today's, by the schedule.

        Parameters
        ----------
        to_halving : ndarray
            Days until the subsidy halves.

        Notes
        -----
        Discounted as in `terms`; a halving takes `halving` off the log of hashprice, less
        than log 2, since the network answers.
        """
        rate = (self.terms.decay + self.terms.rate) / _YEAR
        life = 1.0 - math.exp(-rate * self.terms.days)
        after = np.exp(-rate * np.maximum(to_halving, 0.0)) - math.exp(-rate * self.terms.days)
        share = np.clip(after / life, 0.0, 1.0)
        return np.asarray(np.log1p(-share * (1.0 - math.exp(-self.halving))))

    def j_per_th(self, day: dt.date, days: int = 0) -> Floats:
        """Energy of the machines delivered on a day and the days after it. [J/TH]"""
        dates = np.array([d.toordinal() for d, _ in self.frontier], float)
        logs = np.log([e for _, e in self.frontier])
        x = day.toordinal() + np.arange(days + 1.0)
        past = np.maximum(x - dates[-1], 0.0)
        log_need = np.interp(x, dates, logs) - self.decline_per_year * past / _YEAR
        return np.asarray(np.exp(log_need))

    def log_floor(self, day: dt.date, days: int = 0) -> Floats:
        """Least price of a new machine on a day and the days after it. [log USD/PH]"""
        years = ((day - self.floor_date).days + np.arange(days + 1.0)) / _YEAR
        return math.log(1000.0 * self.floor_usd_per_th) - self.floor_decline_per_year * years

    def survival(self, age_days: Floats) -> Floats:
        """Share of machines that is left at an age."""
        years = np.maximum(age_days, 0.0) / _YEAR
        retired = np.clip(1.0 - (years - self.life_years), 0.0, 1.0)
        return np.asarray(np.exp(-self.attrition_per_year * years) * retired)


@dataclass(frozen=True)
class Fleet:
    """The fleet at the end of a day.

    Parameters
    ----------
    date : datetime.date
        Day 0.
    born : tuple of datetime.date
        Mean day of delivery of each kind of machine.
    log_need, hashrate_eh_s : ndarray of shape (kinds,)
        Log energy (`log_power_need`) and installed hashrate of each kind.
    pipe : tuple of three floats
        Ordered and not delivered, by stage. [EH/s]
    value_lag, multiple, run, shock, trend : float
        As in `hashfall.model.layout.WorldState`.
    """

    date: dt.date
    born: tuple[dt.date, ...]
    log_need: Floats
    hashrate_eh_s: Floats
    pipe: tuple[float, float, float] = (0.0, 0.0, 0.0)
    value_lag: float = 0.0
    multiple: float = 0.0
    run: float = 1.0
    shock: float = 0.0
    trend: float = 0.0
    note: str = field(default="", compare=False)

    def installed_on(self, law: FleetLaw, day: dt.date) -> Floats:
        """Hashrate that is left of each kind on a later day. [EH/s]"""
        ages = np.array([(self.date - b).days for b in self.born], float)
        now = law.survival(ages + (day - self.date).days)
        return self.hashrate_eh_s * now / np.maximum(law.survival(ages), 1e-9)

    def j_per_th(self) -> float:
        """Mean energy of the installed machines. [J/TH]"""
        need = np.exp(self.log_need) / 24.0
        return float(np.sum(need * self.hashrate_eh_s) / np.sum(self.hashrate_eh_s))

    def scaled(self, factor: float) -> Fleet:
        """The same fleet with all its machines, and those on order, times a factor."""
        a, b, c = self.pipe
        return replace(self, hashrate_eh_s=self.hashrate_eh_s * factor,
                       pipe=(a * factor, b * factor, c * factor))


def cohort_days(days: int) -> int:
    """Length of a cohort of new machines in a run. [days]

    Examples
    --------
    >>> cohort_days(365), cohort_days(1826)
    (182, 305)
    """
    return max(_SHORTEST_COHORT, -(-days // COHORTS))


def running_curve(law: FleetLaw, fleet: Fleet, weights: Floats) -> Floats:
    """Hashrate of the fleet of day 0 that runs, by log hashprice. [EH/s]"""
    return fleet_curve(fleet.hashrate_eh_s, fleet.log_need, share_curve(weights, law.shares))


def plan_fleet(
    p: Floats, state: Floats, fixed: Floats, law: FleetLaw, fleet: Fleet, weights: Floats,
    curve_days: int = _CURVE_DAYS,
) -> Floats:
    """Write the fleet into a planned world; returns the parameters with the curves behind.

    Parameters
    ----------
    p, state, fixed : ndarray
        Of the planned world; the last two are changed in place.
    weights : ndarray of shape (days + 1, places)
        Share of all installed machines that stands and is available in each place, by day.
    curve_days : int
        Days after which what has aged is read off a new curve.

    Raises
    ------
    InputError
        If weights are below 0 or sum above 1.
    """
    days = len(fixed) - 1
    if weights.shape != (days + 1, len(law.places)):
        raise ValueError(f"weights: expected {(days + 1, len(law.places))}, found {weights.shape}")
    if (weights < 0.0).any() or (weights.sum(axis=1) > 1.0 + 1e-9).any():
        raise InputError("network", "weights", "shares of places that sum to at most 1",
                         f"{float(weights.min()):g} to {float(weights.sum(axis=1).max()):g}")
    start = fleet.date
    _constants(p, law, start, days)
    _state(state, law, fleet)
    curves = [value_curve(law.terms)]
    at = -1
    for day in range(days + 1):
        if day == 0 or day % curve_days == 0 or (weights[day] != weights[day - 1]).any():
            share = share_curve(weights[day], law.shares)
            left = fleet.installed_on(law, start + dt.timedelta(day))
            curves += [fleet_curve(left, fleet.log_need, share), share]
            at += 1
            legacy = float(left.sum() * weights[day].sum())
        fixed[day, WorldFixed.LEGACY] = legacy
        fixed[day, WorldFixed.CURVE] = 1 + 2 * at
    fixed[:, WorldFixed.AVAILABLE] = weights.sum(axis=1)
    _prices(fixed, law, start)
    days_to_halving = state[WorldState.TO_HALVING] / _BLOCKS_PER_DAY - np.arange(days + 1.0)
    # Only the next halving: a machine sees one in its life, and the one after is far.
    ahead = np.where(days_to_halving > 0.0, days_to_halving, days_to_halving + _HALVING_DAYS)
    fixed[:, WorldFixed.OUTLOOK] = law.outlook(ahead)
    return np.concatenate([p, np.concatenate(curves)])


def fleet_alone(
    law: FleetLaw, fleet: Fleet, weights: Floats, price_usd: float | Floats,
    log_fee_ratio: float | Floats, at: Mapping[WorldState, float], curve_days: int = _CURVE_DAYS,
) -> tuple[Floats, Floats, Floats]:
    """Parameters, state and fixed rows of a world in which only the fleet and difficulty move.

    Parameters
    ----------
    law : FleetLaw
        What the fleet is governed by; what it leaves random stays so.
    fleet : Fleet
        At day 0.
    weights : ndarray of shape (days + 1, places)
        Where machines stand and are available, by day.
    price_usd, log_fee_ratio : float or ndarray of shape (days + 1,)
        Given for every day; the state of day 0 has the first of each.
    at : mapping of WorldState to float
        What else the state of day 0 holds: difficulty, subsidy, blocks until the halving.
        A price or fees in it stand there in place of the first given ones.
    curve_days : int
        As in `plan_fleet`.

    Raises
    ------
    InputError
        If weights are below 0 or sum above 1.
    """
    p, state = np.zeros(int(WorldParam.COUNT)), np.zeros(int(WorldState.COUNT))
    # Fees that are given need no law; these only keep the draws of price and fees finite.
    p[WorldParam.FEE_LOW], p[WorldParam.FEE_HIGH] = -_FEE_LIMIT, _FEE_LIMIT
    p[WorldParam.FEE_POWER : WorldParam.FEE_LIMIT + 1] = _TAIL
    p[WorldParam.T_POWER : WorldParam.T_LIMIT + 1] = _TAIL
    fixed = np.zeros((len(weights), int(WorldFixed.COUNT)))
    fixed[:, WorldFixed.PRICE], fixed[:, WorldFixed.FEE] = price_usd, log_fee_ratio
    state[WorldState.PRICE], state[WorldState.FEE_X] = (
        fixed[0, WorldFixed.PRICE], fixed[0, WorldFixed.FEE])
    for row, value in at.items():
        state[row] = value
    return plan_fleet(p, state, fixed, law, fleet, weights, curve_days), state, fixed


def _constants(p: Floats, law: FleetLaw, start: dt.date, days: int) -> None:
    for name, value in (
        (WorldParam.NETWORK, 1.0), (WorldParam.OFF, law.off), (WorldParam.ON, law.on),
        (WorldParam.ENTRY, law.entry), (WorldParam.ENTRY_CAP, law.entry_cap),
        (WorldParam.DELIVERY, min(1.0, 3.0 / law.delivery_days)),
        (WorldParam.LAG, min(1.0, 1.0 / law.lag_days)),
        (WorldParam.MULTIPLE_MEAN, law.multiple_mean),
        (WorldParam.MULTIPLE_KAPPA, law.multiple_kappa),
        (WorldParam.MULTIPLE_SD, law.multiple_sd), (WorldParam.SHOCK_SD, law.shock_sd),
        (WorldParam.TREND_KEEP, law.trend_keep), (WorldParam.TREND_SD, law.trend_sd),
        (WorldParam.KEEP, math.exp(-law.attrition_per_year / _YEAR)), (WorldParam.LUCK, law.luck),
    ):
        p[name] = value
    length = cohort_days(days)
    for c in range(COHORTS):
        middle = start + dt.timedelta(c * length + length // 2)
        p[WorldParam.COHORT_COST + c] = log_power_need(law.j_per_th(middle))[0]


def _state(state: Floats, law: FleetLaw, fleet: Fleet) -> None:
    for row, value in (
        (WorldState.RUN, fleet.run), (WorldState.SHOCK, fleet.shock),
        (WorldState.VALUE_LAG, fleet.value_lag), (WorldState.MULTIPLE, fleet.multiple),
        (WorldState.LUCK, 0.0), (WorldState.TREND, fleet.trend),
    ):
        state[row] = value
    state[WorldState.PIPE : WorldState.PIPE + 3] = fleet.pipe
    state[WorldState.NEW : WorldState.NEW + COHORTS] = 0.0


def _prices(fixed: Floats, law: FleetLaw, start: dt.date) -> None:
    """Power cost and least price of a machine ordered on each day; the cohort it joins."""
    days = len(fixed) - 1
    length = cohort_days(days)
    need = log_power_need(law.j_per_th(start, days))
    fixed[:, WorldFixed.COHORT] = np.minimum(np.arange(days + 1) // length, COHORTS - 1)
    fixed[:, WorldFixed.LOG_COST] = math.log(law.power_usd_per_kwh) + need
    fixed[:, WorldFixed.LOG_FLOOR] = law.log_floor(start, days)


def steady(law: FleetLaw, fleet: Fleet, weights: Sequence[float], hashprice_usd_ph_day: float,
           hashrate_eh_s: float) -> Fleet:
    """The fleet at rest at a hashprice, scaled to a hashrate."""
    curve = running_curve(law, fleet, np.asarray(weights, float))
    runs = float(read(curve, math.log(hashprice_usd_ph_day), FLEET_ORIGIN))
    installed = float(fleet.hashrate_eh_s.sum() * np.sum(weights))
    return replace(fleet.scaled(hashrate_eh_s / runs), run=runs / installed, shock=0.0)
