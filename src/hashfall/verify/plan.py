"""The world as it ships: fitted parameters, planned and run, keep the expectations they promise."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import LANES, SLAB_DAYS, WorldParam, WorldRow
from hashfall.verify.check import Check, Estimate, within_three_errors

if TYPE_CHECKING:
    from hashfall.engine.setup import WorldPlan

__all__ = ["check_world_plan"]

_PROMISE = (
    "definition of the drift: E[S_t] = S_0 (1 + drift)^t with jumps, clips and bootstrap "
    "compensated; power and exchange rates keep their level"
)
_DATE = dt.date(2025, 5, 31)
_REGION, _CURRENCY = "texas", "RUB"
_BLOCKS = 256
# price process, growth of the expected price a year, days at which it is looked at (whole
# epochs of 14 days for the bootstrap, whose compensator holds at their ends)
_CASES = (("garch", 0.0, (28, 364)), ("garch", 0.2, (364,)), ("bootstrap", 0.0, (28, 364)),
          ("gbm", 0.0, (364,)))  # fmt: skip


def _plan(mode: str, drift: float, days: int) -> WorldPlan:
    from hashfall.engine.setup import plan_world
    from hashfall.ingest.history import snapshot
    from hashfall.ingest.world import load_bootstrap, load_parameters

    return plan_world(
        snapshot(_DATE), load_parameters(_DATE), regions=(_REGION,), currencies=(_CURRENCY,),
        fx_rates={_CURRENCY: 80.0}, days=days, drift_per_year=drift, mode=mode,
        bootstrap=load_bootstrap(_DATE),
    )


def _rows(plan: WorldPlan, days: Sequence[int], seed: int) -> NDArray[np.float64]:
    """World rows on some days, of shape (days, rows, paths)."""
    from hashfall.engine.setup import initial_state
    from hashfall.engine.world import world_kernel

    kernel = world_kernel()
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    kept = np.zeros((len(days), _BLOCKS, int(WorldRow.COUNT), LANES))
    for block in range(_BLOCKS):
        state = initial_state(plan, LANES)
        for day in range(1, max(days) + 1, SLAB_DAYS):
            count = min(SLAB_DAYS, max(days) + 1 - day)
            kernel(state, plan.p, plan.table, plan.fixed, out, LANES * block, day, count, seed)
            for i, wanted in enumerate(days):
                if day <= wanted < day + count:
                    kept[i, block] = out[wanted - day].reshape(-1, LANES)
    return np.moveaxis(kept, 1, 2).reshape(len(days), int(WorldRow.COUNT), -1)


def _mean(x: NDArray[np.float64]) -> Estimate:
    return Estimate(float(x.mean()), float(x.std()) / math.sqrt(x.size))


def _sample(stage: int) -> list[Estimate]:
    """Estimates in the order of `check_world_plan`."""
    found = []
    for i, (mode, drift, days) in enumerate(_CASES):
        plan = _plan(mode, drift, max(days))
        rows = _rows(plan, days, 60 + 10 * i + stage)
        price0 = _plan(mode, drift, 1).state[0]
        found += [_mean(row[int(WorldRow.PRICE)] / price0) for row in rows]
        if i == 0:
            last = rows[-1]
            level, chance, size, sd = plan.p[int(WorldParam.POWER) + np.array([0, 3, 4, 5])]
            mean = level * (1.0 + chance * math.exp(size + 0.5 * sd * sd))
            found += [_mean(last[int(WorldRow.POWER)] / mean),
                      _mean(last[int(WorldRow.FX)] / 80.0)]
    return found


def check_world_plan() -> list[Check]:
    """Mean price, power price and exchange rate of the shipped world over a year."""
    names, exact = [], []
    for i, (mode, drift, days) in enumerate(_CASES):
        names += [f"{mode}, drift {drift:.0%}, day {day}" for day in days]
        exact += [(1.0 + drift) ** (day / 365.25) for day in days]
        if i == 0:
            names += ["power over level, day 364", "USD/RUB over start, day 364"]
            exact += [1.0, 1.0]
    return within_three_errors("world-plan", names, exact, _sample, _PROMISE)
