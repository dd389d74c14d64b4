"""A planned world: parameters, start and what is known beforehand, as the kernel reads them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.epochs import PastEpoch, epoch_drifts, epoch_table
from hashfall.engine.layout import (
    MAX_FX,
    MAX_REGIONS,
    WorldFixed,
    WorldParam,
    WorldState,
)
from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.model.consensus import difficulty, next_halving_height
from hashfall.model.innovation import convexity_coefficients, radius_law

if TYPE_CHECKING:
    from hashfall.engine.fleet import Fleet, FleetLaw

__all__ = ["MODES", "WorldPlan", "initial_state", "plan_world"]

Floats = NDArray[np.float64]
Path = Sequence[tuple[dt.date, float]]
MODES: Final = ("garch", "bootstrap", "gbm")
"""Models of the price."""

_WHERE: Final = "world parameters"
_YEAR_DAYS: Final = 365.25
_NORMAL_NU: Final = 1e6  # degrees of freedom that stand for a normal law
_BLOCK_EPOCHS: Final = 6  # cube root of some 280 epochs, the order that a block bootstrap asks for

# Widest values that the kernel's arithmetic is good for; far beyond any fit.
_BOUNDS: Final = {
    "alpha": (0.0, 1.0), "beta": (0.0, 1.0), "omega": (0.0, 1.0), "nu": (2.01, 1e6),
    "variance_now": (0.0, 1.0), "variance_long_run": (0.0, 1.0), "variance_cap": (1e-8, 1.0),
    "clip": (2.0, 20.0), "probability": (0.0, 1.0), "mean": (-20.0, 20.0), "sd": (0.0, 1.0),
    "kappa": (0.0, 1.0), "low": (-20.0, 5.0), "high": (-20.0, 5.0), "g0": (-0.02, 0.02),
    "theta": (-0.1, 0.1), "m": (-10.0, 20.0), "a": (-0.1, 0.1), "level_usd_per_kwh": (0.0, 100.0),
    "spike_chance": (0.0, 1.0), "spike_log_mean": (-20.0, 20.0), "spike_log_sd": (0.0, 5.0),
    "sd_per_day": (0.0, 1.0),
}


class Number(Protocol):
    """A parameter with its value."""

    @property
    def value(self) -> float:
        """Value."""


@dataclass(frozen=True)
class WorldPlan:
    """A world ready to run.

    Attributes
    ----------
    p : ndarray
        Parameters (`WorldParam`).
    state : ndarray
        One number for each row of the state (`WorldState`).
    table : ndarray of shape (epochs, 4)
        Epochs of the bootstrap (`Epoch`); one row of zeros without it.
    fixed : ndarray of shape (days + 1, columns)
        What is known of each day beforehand, from day 0 on (`WorldFixed`).
    regions, currencies : tuple of str
        Names in the order of the rows.
    days : int
        Length. [days]
    mode : str
        Model of the price.
    """

    p: Floats
    state: Floats
    table: Floats
    fixed: Floats
    regions: tuple[str, ...]
    currencies: tuple[str, ...]
    days: int
    mode: str

    def shortened(self, days: int) -> WorldPlan:
        """The same world over fewer days."""
        if not 1 <= days <= self.days:
            raise ValueError(f"days: expected 1 to {self.days}, found {days}")
        return replace(self, days=days, fixed=self.fixed[: days + 1].copy())


class _Values:
    """Parameters by dotted name, checked when they are read."""

    def __init__(self, parameters: Mapping[str, Number]) -> None:
        self.parameters = parameters

    def __getitem__(self, name: str) -> float:
        if name not in self.parameters:
            raise InputError(_WHERE, name, "a value", "none")
        return _checked(name, float(self.parameters[name].value))


def _checked(name: str, value: float) -> float:
    low, high = _BOUNDS[name.rsplit(".", 1)[-1]]
    if not low <= value <= high:
        raise InputError(_WHERE, name, f"{low:g} to {high:g}", f"{value:g}")
    return value


def plan_world(
    snapshot: Snapshot, parameters: Mapping[str, Number], *, regions: Sequence[str],
    currencies: Sequence[str], fx_rates: Mapping[str, float], days: int,
    drift_per_year: float = 0.0, mode: str = "garch", bootstrap: Sequence[PastEpoch] = (),
    price_path: Path = (), fx_paths: Mapping[str, Path] | None = None,
    power_paths: Mapping[str, Path] | None = None, fx_sd: Mapping[str, float] | None = None,
    fleet: tuple[FleetLaw, Fleet, Floats] | None = None,
) -> WorldPlan:
    """A world that starts at a snapshot and runs for a number of days.

    Parameters
    ----------
    snapshot : Snapshot
        Network and price at the end of day 0.
    parameters : mapping
        Numbers with a ``value`` by dotted name, such as ``price.omega``.
    regions, currencies : sequence of str
        Power regions, and currencies beside the dollar.
    fx_rates : mapping
        Units of each currency per USD on day 0.
    days : int
        Length, 1 or more. [days]
    drift_per_year : float
        Yearly growth of the expected price, above -1. At 0 it stays today's price.
    mode : str
        ``garch``, ``bootstrap`` (joint block bootstrap of past epochs) or ``gbm`` (normal,
        constant variance).
    bootstrap : sequence
        Past epochs, for the bootstrap.
    price_path, fx_paths, power_paths : paths
        Dates and values, in order; each value holds from its date until the next, and
        replaces the drawn one from the first date on.
    fx_sd : mapping
        Daily sd of exchange rates that go before the parameter's. [log]
    fleet : (FleetLaw, Fleet, ndarray of shape (days + 1, places)), optional
        Rest of the world's fleet and where it stands: hashrate then answers to hashprice.
        Without it hashrate grows by itself.

    Raises
    ------
    InputError
        If a parameter is missing or out of bounds, or the mode is unknown.
    """
    if mode not in MODES:
        raise InputError("mode", "", " or ".join(MODES), mode)
    if days < 1:
        raise InputError("days", "", "1 or more", str(days))
    if not drift_per_year > -1.0:
        raise InputError("drift_per_year", "", "above -1", f"{drift_per_year:g}")
    if len(regions) > MAX_REGIONS or len(currencies) > MAX_FX:
        raise InputError("world", "", f"at most {MAX_REGIONS} regions and {MAX_FX} currencies",
                         f"{len(regions)} and {len(currencies)}")
    values = _Values(parameters)
    p = _parameters(values, mode, regions, currencies, fx_sd or {})
    p[WorldParam.DRIFT] += math.log1p(drift_per_year) / _YEAR_DAYS
    fixed = np.zeros((days + 1, int(WorldFixed.COUNT)))
    table = np.zeros((1, 4))
    if mode == "bootstrap":
        table = epoch_table(bootstrap)
        p[WorldParam.BOOT_ROWS] = len(table)
        p[WorldParam.BOOT_BLOCK] = _BLOCK_EPOCHS
        cycle = epoch_drifts(table, _BLOCK_EPOCHS)
        fixed[1:, WorldFixed.DRIFT] = np.resize(cycle, days)
    _hold(fixed, WorldFixed.PRICE, snapshot.date, price_path)
    for r, name in enumerate(regions):
        q = WorldParam.POWER + 6 * r
        fixed[:, WorldFixed.HALF + r] = _half_variances(p[q + 1], p[q + 2], days)
        _hold(fixed, WorldFixed.POWER + r, snapshot.date, (power_paths or {}).get(name, ()))
    for c, name in enumerate(currencies):
        _hold(fixed, WorldFixed.FX + c, snapshot.date, (fx_paths or {}).get(name, ()))
    state = _start(snapshot, values, mode)
    for c, name in enumerate(currencies):
        if not fx_rates.get(name, 0.0) > 0.0:
            raise InputError("fx_rates", name, "a rate per USD above 0", str(fx_rates.get(name)))
        state[WorldState.FX + c] = fx_rates[name]
    if fleet is not None:
        from hashfall.engine.fleet import plan_fleet

        law, machines, weights = fleet
        p = plan_fleet(p, state, fixed, law, replace(machines, date=snapshot.date), weights)
    return WorldPlan(p, state, table, fixed, tuple(regions), tuple(currencies), days, mode)


def initial_state(plan: WorldPlan, lanes: int) -> Floats:
    """State of one block of paths at the start, flat, of shape (rows * lanes,)."""
    return np.repeat(plan.state, lanes)


def _parameters(values: _Values, mode: str, regions: Sequence[str], currencies: Sequence[str],
                fx_sd: Mapping[str, float]) -> Floats:
    p = np.zeros(int(WorldParam.COUNT))
    _price(p, values, mode)
    fee = radius_law(values["fee.nu"], values["price.clip"])
    p[WorldParam.FEE_POWER : WorldParam.FEE_LIMIT + 1] = fee
    for place, name in (
        (WorldParam.FEE_KAPPA, "fee.kappa"), (WorldParam.FEE_MEAN, "fee.mean"),
        (WorldParam.FEE_SD, "fee.sd"), (WorldParam.FEE_LOW, "fee.low"),
        (WorldParam.FEE_HIGH, "fee.high"), (WorldParam.CAP_G0, "capacity.g0"),
        (WorldParam.CAP_THETA, "capacity.theta"), (WorldParam.CAP_M, "capacity.m"),
        (WorldParam.CAP_A, "capacity.a"), (WorldParam.CAP_SD, "capacity.sd"),
    ):
        p[place] = values[name]
    p[WorldParam.MODE] = 1.0 if mode == "bootstrap" else 0.0
    p[WorldParam.REGIONS], p[WorldParam.CURRENCIES] = len(regions), len(currencies)
    for r, region in enumerate(regions):
        q = WorldParam.POWER + 6 * r
        p[q : q + 6] = [
            values[f"power.{region}.{name}"] for name in (
                "level_usd_per_kwh", "kappa", "sd", "spike_chance", "spike_log_mean",
                "spike_log_sd",
            )
        ]
    for c, currency in enumerate(currencies):
        name = f"fx.{currency}.sd_per_day"
        given = currency in fx_sd
        p[WorldParam.FX_SD + c] = _checked(name, fx_sd[currency]) if given else values[name]
    return p


def _price(p: Floats, values: _Values, mode: str) -> None:
    """Parameters of the price; the drift takes the mean of the jumps out."""
    normal = mode == "gbm"
    law = radius_law(_NORMAL_NU if normal else values["price.nu"], values["price.clip"])
    cap = values["price.variance_cap"]
    p[WorldParam.T_POWER : WorldParam.T_LIMIT + 1] = law
    p[WorldParam.CAP] = cap
    p[WorldParam.C1 : WorldParam.C4 + 1] = convexity_coefficients(law, cap)
    if normal:
        p[WorldParam.OMEGA] = min(_total_variance(values), cap)
        return
    p[WorldParam.OMEGA], p[WorldParam.ALPHA] = values["price.omega"], values["price.alpha"]
    p[WorldParam.BETA] = values["price.beta"]
    if mode == "garch":
        chance, mean, sd = values["jump.probability"], values["jump.mean"], values["jump.sd"]
        p[WorldParam.JUMP_P], p[WorldParam.JUMP_MEAN], p[WorldParam.JUMP_SD] = chance, mean, sd
        p[WorldParam.DRIFT] = -math.log1p(chance * math.expm1(mean + 0.5 * sd * sd))


def _total_variance(values: _Values) -> float:
    """Daily variance in the long run, jumps included. [1/day]"""
    variance = values["price.variance_long_run"]
    chance, mean, sd = values["jump.probability"], values["jump.mean"], values["jump.sd"]
    return variance + chance * (sd * sd + mean * mean) - (chance * mean) ** 2


def _start(snapshot: Snapshot, values: _Values, mode: str) -> Floats:
    state = np.zeros(int(WorldState.COUNT))
    upcoming = snapshot.height + 1
    variance = _total_variance(values) if mode == "gbm" else values["price.variance_now"]
    for row, value in (
        (WorldState.PRICE, snapshot.price_usd),
        (WorldState.VARIANCE, min(variance, values["price.variance_cap"])),
        (WorldState.FEE_X, snapshot.log_fee_ratio),
        (WorldState.HASHRATE, snapshot.hashrate_eh_s),
        (WorldState.EMA_LOG_HP, snapshot.log_hashprice_ema),
        (WorldState.MANTISSA, float(snapshot.bits & 0x7FFFFF)),
        (WorldState.SIZE, float(snapshot.bits >> 24)),
        (WorldState.INV_DIFFICULTY, 1.0 / difficulty(snapshot.bits)),
        (WorldState.BLOCKS, snapshot.blocks),
        (WorldState.ELAPSED, snapshot.elapsed_days),
        (WorldState.TO_HALVING, float(next_halving_height(upcoming) - upcoming)),
        (WorldState.SUBSIDY, snapshot.subsidy_btc),
    ):
        state[row] = value
    return state


def _half_variances(kappa: float, sd: float, days: int) -> Floats:
    """Half the variance of a deviation that starts at zero, by day."""
    out = np.zeros(days + 1)
    variance = 0.0
    for day in range(1, days + 1):
        variance = (1.0 - kappa) ** 2 * variance + sd * sd
        out[day] = 0.5 * variance
    return out


def _hold(fixed: Floats, column: int, start: dt.date, path: Path) -> None:
    """Write a path into a column: each value from its date until the next."""
    for day, value in path:
        if not value > 0.0:
            raise InputError("world path", str(day), "a value above 0", f"{value:g}")
        at = (day - start).days
        if at < len(fixed):
            fixed[max(at, 1) :, column] = value
