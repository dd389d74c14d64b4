"""The fleet inside the world kernel: its curves, its fixed points, its twin."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import Any

import numpy as np

from hashfall.engine.fleet import Fleet, FleetLaw, fleet_alone, running_curve, steady
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.model.fleet_curve import log_power_need, read, value_curve
from hashfall.model.layout import FLEET_ORIGIN, VALUE_ORIGIN
from hashfall.model.strip import StripTerms, unit_strip
from hashfall.model.supply import fixed_point, running_share
from hashfall.verify.check import Check, holds, near

__all__ = ["check_fleet"]

_DAY0 = dt.date(2025, 1, 1)
_MEDIAN, _J_PER_TH = 40.0, 20.0  # USD/PH/day at which half runs
_PRICE, _SUBSIDY = 60_000.0, 3.125
_CURVE = "supply curve of the kernel against the exact normal probabilities"
_FIXED = "fixed point of a lognormal cell after revenue falls by a ratio (frozen values)"
_STRIP = "strip of daily options, exact sum"
_TWIN = "the readable twin, formulas called one path at a time (hashfall.model.reference)"


def _law(**changes: Any) -> FleetLaw:
    numbers: dict[str, Any] = {
        "places": ("one",), "median_usd_per_kwh": np.array([_MEDIAN / (24.0 * _J_PER_TH)]),
        "spread": np.array([0.35]), "off": 1.0, "on": 1.0, "entry": 0.0, "entry_cap": 0.0,
        "delivery_days": 150.0, "lag_days": 21.0, "multiple_mean": -0.5, "multiple_kappa": 0.1,
        "multiple_sd": 0.0, "shock_sd": 0.0, "trend_keep": 0.8, "trend_sd": 0.0,
        "attrition_per_year": 0.0, "life_years": 99.0, "power_usd_per_kwh": 0.05,
        "terms": StripTerms(0.9, 0.35, 0.05, 365), "frontier": ((dt.date(2020, 1, 1), 20.0),),
        "decline_per_year": 0.2, "floor_usd_per_th": 10.0, "floor_date": _DAY0,
        "floor_decline_per_year": 0.1, "luck": 0.0,
    }
    return FleetLaw(**{**numbers, **changes})


def _world(law: FleetLaw, hashprice: float, days: int, price: float) -> tuple[Any, ...]:
    """Parameters, state and fixed rows of a fleet at rest at a hashprice, then at a price."""
    hashrate = 900.0
    difficulty = hashrate * 1e18 * 600.0 / 2.0**32
    size = 23.0
    mantissa = float(round(65535.0 * 256.0**26 / difficulty / 256.0 ** (size - 3.0)))
    difficulty = 65535.0 * 256.0**26 / (mantissa * 256.0 ** (size - 3.0))
    reward = 86400.0 * 1e15 / 2.0**32 / difficulty * _SUBSIDY
    start = hashprice / reward
    one = Fleet(_DAY0, (dt.date(2024, 1, 1),), log_power_need([_J_PER_TH]), np.array([1.0]))
    fleet = steady(law, one, [1.0], hashprice, difficulty * 2.0**32 / 600.0 / 1e18)
    p, state, fixed = fleet_alone(law, fleet, np.ones((days + 1, 1)), start * price, -60.0, {
        WorldState.PRICE: start, WorldState.HASHRATE: hashrate, WorldState.MANTISSA: mantissa,
        WorldState.SIZE: size, WorldState.INV_DIFFICULTY: 1.0 / difficulty,
        WorldState.TO_HALVING: 1e7, WorldState.SUBSIDY: _SUBSIDY,
    })
    return p, state, fixed, difficulty


def _run(p: Any, state: Any, fixed: Any) -> tuple[Any, Any]:
    """Rows of the first lanes by day, and the end state."""
    from hashfall.engine.world import world_kernel

    st, out = np.repeat(state, LANES), np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    rows, day, days = [], 1, len(fixed) - 1
    while day <= days:
        n = min(SLAB_DAYS, days + 1 - day)
        world_kernel()(st, p, np.zeros((1, 4)), fixed, out, 0, day, n, 5)
        rows.append(out[:n].reshape(n, -1, LANES)[:, :3, :4].copy())
        day += n
    return np.concatenate(rows), st.reshape(-1, LANES)


def check_fleet() -> list[Check]:
    """Curves, fixed points and the twin of the fleet."""
    row = partial(near, "fleet")
    law = _law()
    fleet = Fleet(_DAY0, (_DAY0,), log_power_need([_J_PER_TH]), np.array([1.0]))
    hashprice = np.exp(np.linspace(math.log(12.0), math.log(300.0), 500))
    curve = read(running_curve(law, fleet, np.ones(1)), np.log(hashprice), FLEET_ORIGIN)
    worst = float(np.abs(curve - running_share(hashprice, _MEDIAN, 0.35)).max())
    x = np.linspace(-0.5, 3.5, 300)
    strip = np.exp(read(value_curve(law.terms), x, VALUE_ORIGIN)) / unit_strip(x, law.terms) - 1.0
    found = [
        row("share that runs, largest error of the curve", 0.0, worst, 2e-4, _CURVE, 6),
        row("value of a machine, largest error of the curve", 0.0,
            float(np.abs(strip).max()), 1e-4, _STRIP, 6),
    ]
    # Slow answers: with elasticity above one, fast ones make difficulty swing for ever.
    law = _law(off=0.02, on=0.02)
    for level, ratio in ((60.0, 0.5), (60.0, 0.7), (100.0, 0.5), (100.0, 0.7)):
        p, state, fixed, difficulty = _world(law, level, 1500, ratio)
        rows, _ = _run(p, state, fixed)
        settled = 1.0 / rows[-1, WorldRow.INV_DIFFICULTY, 0] / difficulty
        exact = float(fixed_point(level, _MEDIAN, 0.35, ratio))
        found.append(row(f"difficulty after revenue x {ratio} at {level:g} USD, over before",
                         exact, settled, 2e-3, _FIXED, 6))
    return [*found, _twin()]


def _twin() -> Check:
    """The same bits from the readable twin, with everything moving."""
    from hashfall.model.reference.world import Address, world_path

    law = _law(off=0.3, on=0.05, entry=0.01, entry_cap=0.006, multiple_sd=0.1, shock_sd=0.008,
               trend_sd=5e-4, attrition_per_year=0.05, life_years=5.0, luck=0.022)
    p, state, fixed, _ = _world(law, 80.0, 90, 1.0)
    rows, _ = _run(p, state, fixed)
    same = True
    for path in range(3):
        address = Address(partial(_words, path), FACTOR, NORMAL_PLACE)
        twin = world_path(state.tolist(), p.tolist(), [[0.0] * 4], fixed.tolist(),
                          len(fixed) - 1, address)
        same = same and bool((np.array(twin)[:, :3] == rows[:, :, path]).all())
    return holds("fleet", "compiled fleet and its twin, 3 paths x 90 days", "the same bits",
                 "the same bits" if same else "different bits", same, _TWIN)


def _words(path: int, day: int, factor: int) -> tuple[float, float, float, float]:
    return uniforms(5, path, day, factor)
