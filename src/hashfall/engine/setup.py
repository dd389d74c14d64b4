"""From a snapshot and parameters to the arrays that the world kernel runs on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Any

import numpy as np

from hashfall.engine.calendar import Floats
from hashfall.engine.compensate import bootstrap_drift, convexity_coefficients, radius_scale
from hashfall.engine.layout import Epoch, WorldFixed, WorldParam, WorldState
from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.model.consensus import difficulty, next_halving_height

__all__ = ["MODES", "WorldPlan", "initial_state", "plan_world"]

MODES = ("garch", "bootstrap", "gbm")
"""Price processes: GARCH with jumps, joint block bootstrap of epochs, geometric Brownian motion."""
EPOCH_DAYS = 14
BOOT_BLOCK = 6
"""Epochs in a row that the bootstrap takes at a time, about a quarter."""
_NORMAL_NU = 1e6
Path = Sequence[tuple[Date, float]]


@dataclass(frozen=True)
class WorldPlan:
    """A world ready to run.

    Attributes
    ----------
    p : ndarray of shape (parameters,)
        See `WorldParam`.
    state : ndarray of shape (rows,)
        Initial value of each row of the state, the same for every path.
    table : ndarray of shape (epochs, columns)
        Epochs of the bootstrap (`Epoch`).
    fixed : ndarray of shape (days + 1, columns)
        What is known of each day beforehand (`WorldFixed`).
    regions, currencies : tuple of str
        Places in the order of the world's rows.
    days : int
        Length. [days]
    mode : str
        One of `MODES`.
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
        return replace(self, fixed=np.ascontiguousarray(self.fixed[: days + 1]), days=days)


def initial_state(plan: WorldPlan, lanes: int) -> Floats:
    """State of a block of paths on day 0, row by row. [flat, rows x lanes]"""
    return np.repeat(plan.state, lanes)


def _number(parameters: Mapping[str, Any], name: str) -> float:
    if name not in parameters:
        raise InputError("world", name, "a parameter known at the date", "none",
                         "choose a later date, or state it in the book")
    return float(parameters[name].value)


def plan_world(
    snapshot: Snapshot, parameters: Mapping[str, Any], *, regions: Sequence[str],
    currencies: Sequence[str], fx_rates: Mapping[str, float], days: int,
    drift_per_year: float = 0.0, mode: str = "garch", bootstrap: Sequence[Any] = (),
    price_path: Path = (), fx_paths: Mapping[str, Path] | None = None,
    power_paths: Mapping[str, Path] | None = None, fx_sd: Mapping[str, float] | None = None,
) -> WorldPlan:
    """World from a snapshot over a number of days.

    Parameters
    ----------
    snapshot : Snapshot
        Network and price on day 0.
    parameters : mapping
        Parameters by dotted name, each with a ``value``.
    regions, currencies : sequence of str
        Power regions, and currencies beside the dollar.
    fx_rates : mapping
        Units per USD on day 0.
    days : int
        Length. [days]
    drift_per_year : float
        Growth of the expected price; 0 keeps it at today's. [1/year]
    mode : str
        One of `MODES`.
    bootstrap : sequence
        Past epochs, for ``bootstrap``.
    price_path, fx_paths, power_paths
        Given paths as (date, level): between two dates they move at a constant rate
        of growth, after the last they stay.
    fx_sd : mapping, optional
        Daily sd of exchange rates that a book states itself.

    Raises
    ------
    InputError
        If a mode, parameter or epoch is missing.
    """
    if mode not in MODES:
        raise InputError("world", "mode", " or ".join(MODES), mode)
    p = np.zeros(WorldParam.COUNT)
    state = np.zeros(WorldState.COUNT)
    _price(p, state, snapshot, parameters, drift_per_year, mode)
    _network(p, state, snapshot, parameters)
    fixed = np.zeros((days + 1, WorldFixed.COUNT))
    table = np.zeros((1, Epoch.COUNT))
    if mode == "bootstrap":
        table = _bootstrap(p, fixed, bootstrap, days)
    p[WorldParam.REGIONS], p[WorldParam.CURRENCIES] = len(regions), len(currencies)
    for r, region in enumerate(regions):
        _power(p, fixed, parameters, region, r)
    for c, currency in enumerate(currencies):
        own = (fx_sd or {}).get(currency)
        p[WorldParam.FX_SD + c] = (
            _number(parameters, f"fx.{currency}.sd_per_day") if own is None else own
        )
        state[WorldState.FX + c] = fx_rates[currency]
    _given(fixed[:, WorldFixed.PRICE], snapshot.date, price_path)
    for c, currency in enumerate(currencies):
        _given(fixed[:, WorldFixed.FX + c], snapshot.date, (fx_paths or {}).get(currency, ()))
    for r, region in enumerate(regions):
        _given(fixed[:, WorldFixed.POWER + r], snapshot.date, (power_paths or {}).get(region, ()))
    return WorldPlan(p, state, table, fixed, tuple(regions), tuple(currencies), days, mode)


def _price(p: Floats, state: Floats, snapshot: Snapshot, parameters: Mapping[str, Any],
           drift_per_year: float, mode: str) -> None:
    """Price process and its compensators."""
    if mode == "gbm":
        omega, alpha, beta, nu, clip = (
            _number(parameters, "price.variance_long_run"), 0.0, 0.0, _NORMAL_NU, 40.0,
        )
        cap, now, chance, mean, sd = omega, omega, 0.0, 0.0, 0.0
    else:
        omega, alpha, beta, nu, clip, cap, now = (
            _number(parameters, f"price.{name}")
            for name in ("omega", "alpha", "beta", "nu", "clip", "variance_cap", "variance_now")
        )
        chance, mean, sd = (
            _number(parameters, f"jump.{name}") for name in ("probability", "mean", "sd")
        )
    scale = radius_scale(nu, clip * clip)
    jumps = math.log1p(chance * math.expm1(mean + 0.5 * sd * sd))
    if mode == "bootstrap":
        jumps = 0.0  # its own compensator stands by day among what is fixed
    values = {
        "DRIFT": math.log1p(drift_per_year) / 365.0 - jumps, "OMEGA": omega, "ALPHA": alpha,
        "BETA": beta, "T_POWER": -2.0 / nu, "T_SCALE": scale, "T_LIMIT": clip * clip, "CAP": cap,
        "JUMP_P": chance, "JUMP_MEAN": mean, "JUMP_SD": sd,
        "MODE": 1.0 if mode == "bootstrap" else 0.0,
    }
    values |= dict(zip(("C1", "C2", "C3", "C4"),
                       convexity_coefficients(nu, scale, clip * clip, cap), strict=True))
    for name, value in values.items():
        p[WorldParam[name]] = value
    state[WorldState.PRICE] = snapshot.price_usd
    state[WorldState.VARIANCE] = min(now, cap)


def _network(p: Floats, state: Floats, snapshot: Snapshot, parameters: Mapping[str, Any]) -> None:
    """Fees, capacity, and where the chain stands."""
    for name in ("kappa", "mean", "sd", "low", "high"):
        p[WorldParam[f"FEE_{name.upper()}"]] = _number(parameters, f"fee.{name}")
    nu, limit = _number(parameters, "fee.nu"), 144.0
    p[WorldParam.FEE_POWER], p[WorldParam.FEE_LIMIT] = -2.0 / nu, limit
    p[WorldParam.FEE_SCALE] = radius_scale(nu, limit)
    for name in ("g0", "theta", "m", "a", "sd"):
        p[WorldParam[f"CAP_{name.upper()}"]] = _number(parameters, f"capacity.{name}")
    values = {
        "FEE_X": min(max(snapshot.log_fee_ratio, p[WorldParam.FEE_LOW]), p[WorldParam.FEE_HIGH]),
        "HASHRATE": snapshot.hashrate_eh_s, "EMA_LOG_HP": snapshot.log_hashprice_ema,
        "MANTISSA": snapshot.bits & 0x007F_FFFF, "SIZE": snapshot.bits >> 24,
        "INV_DIFFICULTY": 1.0 / difficulty(snapshot.bits), "BLOCKS": snapshot.blocks,
        "ELAPSED": snapshot.elapsed_days, "SUBSIDY": snapshot.subsidy_btc,
        "TO_HALVING": next_halving_height(snapshot.height) - (snapshot.height + 1),
    }
    for name, value in values.items():
        state[WorldState[name]] = value


def _power(p: Floats, fixed: Floats, parameters: Mapping[str, Any], region: str, r: int) -> None:
    """Power price of one region; the mean is kept at its level on every day."""
    names = ("level_usd_per_kwh", "kappa", "sd", "spike_chance", "spike_log_mean", "spike_log_sd")
    at = WorldParam.POWER + 6 * r
    p[at : at + 6] = [_number(parameters, f"power.{region}.{name}") for name in names]
    kappa, sd = p[at + 1], p[at + 2]
    # The deviation starts at 0, so its variance grows to the stationary one.
    left = (1.0 - kappa) ** (2.0 * np.arange(len(fixed)))
    fixed[:, WorldFixed.HALF + r] = 0.5 * sd * sd * (1.0 - left) / (kappa * (2.0 - kappa))


def _bootstrap(p: Floats, fixed: Floats, epochs: Sequence[Any], days: int) -> Floats:
    """Table of past epochs, each brought to 14 days, and the drift that compensates it."""
    if len(epochs) < 2 * BOOT_BLOCK:
        raise InputError("world", "bootstrap", f"{2 * BOOT_BLOCK} past epochs or more",
                         str(len(epochs)), "choose a later date, or another price process")
    table = np.array([
        [e.log_price_change * EPOCH_DAYS / e.days, e.daily_sd, e.log_fee_ratio,
         e.log_growth_per_day] for e in epochs
    ])
    p[WorldParam.BOOT_ROWS], p[WorldParam.BOOT_BLOCK] = len(table), BOOT_BLOCK
    by_epoch = bootstrap_drift(table[:, Epoch.CHANGE], BOOT_BLOCK) / EPOCH_DAYS
    number = (np.arange(1, days + 1) - 1) // EPOCH_DAYS % BOOT_BLOCK
    fixed[1:, WorldFixed.DRIFT] = by_epoch[number]
    return table


def _given(column: Floats, start: Date, path: Path) -> None:
    """Write a given path into a column of the fixed days."""
    points = sorted((int((day - start).days), math.log(level)) for day, level in path)
    if not points:
        return
    days = np.arange(len(column))
    at, levels = zip(*points, strict=True)
    inside = days >= max(at[0], 1)
    column[inside] = np.exp(np.interp(days, at, levels))[inside]
