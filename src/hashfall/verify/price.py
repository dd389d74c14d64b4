"""The price process: what GARCH promises for later days, and what the compiled world delivers."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import (
    LANES,
    SLAB_DAYS,
    WorldFixed,
    WorldParam,
    WorldRow,
    WorldState,
)
from hashfall.model import garch_term, hashprice
from hashfall.model.price import garch_variance
from hashfall.verify.check import Check, Estimate, near, within_three_errors

__all__ = ["check_garch_term", "check_world_price"]

_CLOSED = "Bollerslev 1986, doi:10.1016/0304-4076(86)90063-1, computed from its inputs"
_QUANTLIB = "QuantLib test suite, garch.cpp, testCalculation"
_MARTINGALE = "drift 0 means that the expected price is today's price"

_OMEGA, _ALPHA, _BETA = 2e-5, 0.10, 0.88
_START = 0.004  # four times the long-run variance
_FORECAST = (0.452769, 0.513323, 0.530141, 0.5350841, 0.536558, 0.536999, 0.537132, 0.537171,
             0.537183, 0.537187)
_DAYS = (2, 11, 36, 61)


def check_garch_term() -> list[Check]:
    """Long-run level, half-life and term structure in closed form and by the daily formula."""
    row = functools.partial(near, "garch-term")
    level = garch_term.long_run_variance(_OMEGA, _ALPHA, _BETA)
    rows = [
        row("long-run daily variance", 0.001, level, 1e-12, _CLOSED),
        row("annual volatility", 0.604152, garch_term.annual_volatility(level), 1e-6, _CLOSED),
        row("half-life, days", 34.31, garch_term.half_life_days(_ALPHA, _BETA), 5e-3, _CLOSED, 2),
    ]
    variance = 0.1 * 0.1
    for day, expected in enumerate(_FORECAST, 1):
        variance = garch_variance(variance, 0.1, 0.2, 0.2, 0.3, 1e9)
        if day in (1, 2, 3, 4, 5, 10):
            rows.append(
                row(f"forecast, day {day}", expected, math.sqrt(variance), 1e-6, _QUANTLIB)
            )
    walked, days = _START, 60
    total = 0.0
    for _ in range(days):
        total += walked
        walked = garch_variance(walked, math.sqrt(walked), _OMEGA, _ALPHA, _BETA, 1e9)
    ahead = garch_term.variance_ahead(_START, days + 1, _OMEGA, _ALPHA, _BETA)
    mean = garch_term.mean_variance(_START, days, _OMEGA, _ALPHA, _BETA)
    return [
        *rows,
        # A shock of one standard deviation is the mean path: the recursion is linear.
        row("60 days on, day by day", ahead, walked, 1e-12, _CLOSED, 9),
        row("mean over 60 days", mean, total / days, 1e-12, _CLOSED, 9),
    ]


def _parameters() -> NDArray[np.float64]:
    """World with normal innovations and jumps, both compensated by closed forms."""
    p = np.zeros(int(WorldParam.COUNT))
    chance, mean, sd = 0.02, -0.05, 0.08
    jump_mean = math.exp(mean + 0.5 * sd * sd) - 1.0
    values = {
        WorldParam.OMEGA: _OMEGA, WorldParam.ALPHA: _ALPHA, WorldParam.BETA: _BETA,
        # The normal limit of Student t, and no clip that a 32-bit word could reach.
        WorldParam.T_POWER: -2e-6, WorldParam.T_SCALE: 1e6, WorldParam.T_LIMIT: 144.0,
        WorldParam.CAP: 1e9, WorldParam.C1: 0.5,
        WorldParam.JUMP_P: chance, WorldParam.JUMP_MEAN: mean, WorldParam.JUMP_SD: sd,
        WorldParam.DRIFT: -math.log1p(chance * jump_mean),
        WorldParam.FEE_POWER: -2e-6, WorldParam.FEE_SCALE: 1e6, WorldParam.FEE_LIMIT: 144.0,
        WorldParam.FEE_LOW: -9.0, WorldParam.FEE_HIGH: 1.0,
    }
    for place, value in values.items():
        p[int(place)] = value
    return p


def _start(lanes: int) -> NDArray[np.float64]:
    """State of one block: price 100, variance at `_START`, a network at difficulty 1e14."""
    state = np.zeros((int(WorldState.COUNT), lanes))
    values = {
        WorldState.PRICE: 100.0, WorldState.VARIANCE: _START, WorldState.FEE_X: -3.0,
        WorldState.HASHRATE: 700.0, WorldState.MANTISSA: float(0x02F000), WorldState.SIZE: 23.0,
        WorldState.INV_DIFFICULTY: 1e-14, WorldState.TO_HALVING: 1e5, WorldState.SUBSIDY: 3.125,
    }
    for row, value in values.items():
        state[int(row)] = value
    return state.ravel()


@functools.cache
def _world() -> Any:
    """The compiled world kernel, built once."""
    from hashfall.engine.world import world_kernel

    return world_kernel()


def _simulate(stage: int, blocks: int = 512) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Variances on `_DAYS` and prices the day before, each of shape (days, paths)."""
    p, table = _parameters(), np.zeros((1, 4))
    fixed = np.zeros((max(_DAYS) + 1, int(WorldFixed.COUNT)))
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    variances = np.zeros((len(_DAYS), blocks, LANES))
    prices = np.zeros((len(_DAYS), blocks, LANES))
    for block in range(blocks):
        state, day = _start(LANES), 1
        rows = state.reshape(-1, LANES)
        for i, until in enumerate(_DAYS):
            while day < until:
                days = min(SLAB_DAYS, until - day)
                _world()(state, p, table, fixed, out, LANES * block, day, days, 40 + stage)
                day += days
            variances[i, block] = rows[int(WorldState.VARIANCE)]
            prices[i, block] = rows[int(WorldState.PRICE)]
    return variances.reshape(len(_DAYS), -1), prices.reshape(len(_DAYS), -1)


def _estimates(stage: int) -> list[Estimate]:
    variances, prices = _simulate(stage)
    root = math.sqrt(variances.shape[1])
    rows = [*variances, *(prices / 100.0)]
    return [Estimate(float(x.mean()), float(x.std()) / root) for x in rows]


def _reward() -> Check:
    """Reward of the first day, and hashprice by its definition at the day's own fees."""
    state = _start(LANES)
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    fixed = np.zeros((2, int(WorldFixed.COUNT)))
    p = _parameters()
    p[int(WorldParam.FEE_SD)] = 0.5
    _world()(state, p, np.zeros((1, 4)), fixed, out, 0, 1, 1, 7)
    rows, day = state.reshape(-1, LANES), out[0].reshape(-1, LANES)
    subsidy = rows[int(WorldState.SUBSIDY)]
    fees = subsidy * np.exp(rows[int(WorldState.FEE_X)])
    exact = hashprice.hashprice_btc_ph_day(subsidy, fees, np.full(LANES, 1e14))
    worst = float(np.max(np.abs(day[int(WorldRow.REWARD)] / exact - 1.0)))
    return near("world-price", "reward of a day, rel. error", 0.0, worst, 1e-14,
                "definition of hashprice (hashfall.model.hashprice)", 9)


def check_world_price() -> list[Check]:
    """The compiled world: mean variance by the term structure, mean price unchanged."""
    ahead = [garch_term.variance_ahead(_START, d, _OMEGA, _ALPHA, _BETA) for d in _DAYS]
    return [_reward(), *within_three_errors(
        "world-price",
        [f"mean variance, day {d}" for d in _DAYS]
        + [f"price over start, day {d - 1}" for d in _DAYS],
        [*ahead, *([1.0] * len(_DAYS))],
        _estimates,
        f"{_CLOSED}; {_MARTINGALE}",
        6,
    )]
