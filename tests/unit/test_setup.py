"""The planned world holds what the snapshot, the parameters and the paths say."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from hashfall.engine.epochs import epoch_drifts, epoch_table
from hashfall.engine.layout import Epoch, WorldFixed, WorldParam, WorldState
from hashfall.engine.setup import WorldPlan, initial_state, plan_world
from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.model.consensus import difficulty

DAY0 = dt.date(2024, 4, 19)
SNAPSHOT = Snapshot(
    date=DAY0, price_usd=64000.0, price_source="test", bits=386089497, height=839_990,
    blocks=100.0, elapsed_days=0.7, log_fee_ratio=-2.5, log_hashprice_ema=4.5,
    hashrate_eh_s=620.0, subsidy_btc=6.25,
)


@dataclass(frozen=True)
class Value:
    value: float


NUMBERS = {
    "price.omega": 1e-5, "price.alpha": 0.16, "price.beta": 0.83, "price.nu": 4.0,
    "price.variance_cap": 0.07, "price.variance_long_run": 1e-3, "price.variance_now": 5e-4,
    "price.clip": 8.0, "jump.probability": 0.15, "jump.mean": 0.001, "jump.sd": 0.04,
    "fee.kappa": 0.03, "fee.mean": -3.9, "fee.sd": 0.28, "fee.nu": 5.2, "fee.low": -7.0,
    "fee.high": 1.7, "capacity.g0": 3e-4, "capacity.theta": 1e-3, "capacity.m": 3.5,
    "capacity.a": 3e-4, "capacity.sd": 0.017, "power.texas.level_usd_per_kwh": 0.03,
    "power.texas.kappa": 0.1, "power.texas.sd": 0.27, "power.texas.spike_chance": 0.02,
    "power.texas.spike_log_mean": 2.1, "power.texas.spike_log_sd": 1.0, "fx.RUB.sd_per_day": 0.01,
}


@dataclass(frozen=True)
class Past:
    days: int = 14
    log_price_change: float = 0.0
    daily_sd: float = 0.03
    log_fee_ratio: float = -3.0
    log_growth_per_day: float = 0.001


PAST = [Past(days=13 + i % 3, log_price_change=0.01 * (i - 15)) for i in range(30)]


def _plan(numbers: dict[str, float] | None = None, **options: Any) -> WorldPlan:
    values = {name: Value(x) for name, x in {**NUMBERS, **(numbers or {})}.items()}
    usual: dict[str, Any] = {
        "regions": ("texas",), "currencies": ("RUB",), "fx_rates": {"RUB": 93.0}, "days": 100,
    }
    snap = options.pop("snapshot", SNAPSHOT)
    return plan_world(snap, values, **{**usual, **options})


def test_the_start_is_the_snapshot() -> None:
    plan = _plan()
    s = plan.state
    assert s[WorldState.PRICE] == 64000.0
    assert s[WorldState.VARIANCE] == 5e-4
    bits = int(s[WorldState.SIZE]) << 24 | int(s[WorldState.MANTISSA])
    assert bits == SNAPSHOT.bits
    assert s[WorldState.INV_DIFFICULTY] == 1.0 / difficulty(SNAPSHOT.bits)
    assert s[WorldState.FX] == 93.0
    # The next block is 839,991: nine at the old subsidy before block 840,000.
    assert s[WorldState.TO_HALVING] == 9.0
    assert initial_state(plan, 128).reshape(-1, 128)[WorldState.PRICE].tolist() == [64000.0] * 128
    assert (plan.regions, plan.currencies, plan.days) == (("texas",), ("RUB",), 100)


def test_the_subsidy_of_the_next_block_counts_to_its_own_halving() -> None:
    snap = replace(SNAPSHOT, height=839_999, subsidy_btc=3.125)
    assert _plan(snapshot=snap).state[WorldState.TO_HALVING] == 210_000.0


def test_gbm_is_the_limit_of_constant_variance() -> None:
    p = _plan(mode="gbm").p
    assert p[WorldParam.ALPHA] == p[WorldParam.BETA] == p[WorldParam.JUMP_P] == 0.0
    jumps = 0.15 * (0.04**2 + 0.001**2) - (0.15 * 0.001) ** 2
    assert p[WorldParam.OMEGA] == pytest.approx(1e-3 + jumps, rel=1e-12)
    assert _plan(mode="gbm").state[WorldState.VARIANCE] == p[WorldParam.OMEGA]


def test_drift_is_a_yearly_growth_of_the_mean() -> None:
    flat, up = _plan().p[WorldParam.DRIFT], _plan(drift_per_year=0.2).p[WorldParam.DRIFT]
    assert (up - flat) * 365.25 == pytest.approx(math.log(1.2), rel=1e-12)
    mean_jump = 0.15 * (math.exp(0.001 + 0.5 * 0.04**2) - 1.0)
    assert flat == pytest.approx(-math.log(1.0 + mean_jump), rel=1e-9)


def test_a_path_holds_from_its_date_until_the_next() -> None:
    path = [(DAY0 - dt.timedelta(3), 60000.0), (DAY0 + dt.timedelta(5), 50000.0),
            (DAY0 + dt.timedelta(400), 1.0)]
    rate = [(DAY0 + dt.timedelta(2), 100.0)]
    fixed = _plan(price_path=path, fx_paths={"RUB": rate}, power_paths={"texas": rate}).fixed
    assert fixed[1:5, WorldFixed.PRICE].tolist() == [60000.0] * 4
    assert fixed[5:, WorldFixed.PRICE].tolist() == [50000.0] * 96
    for column in (WorldFixed.FX, WorldFixed.POWER):
        assert fixed[:2, column].tolist() == [0.0, 0.0]
        assert fixed[2:, column].tolist() == [100.0] * 99


def test_a_given_sd_of_a_currency_goes_first() -> None:
    assert _plan().p[WorldParam.FX_SD] == 0.01
    assert _plan(fx_sd={"RUB": 0.02}).p[WorldParam.FX_SD] == 0.02


def test_a_shorter_world_begins_like_the_longer() -> None:
    plan = _plan(mode="bootstrap", bootstrap=PAST)
    short = plan.shortened(30)
    assert short.days == 30
    assert np.array_equal(short.fixed, plan.fixed[:31])
    with pytest.raises(ValueError, match="1 to 100"):
        plan.shortened(101)


def test_half_variances_grow_to_the_stationary_one() -> None:
    half = _plan(days=400).fixed[:, WorldFixed.HALF]
    assert half[1] == pytest.approx(0.5 * 0.27**2)
    assert half[-1] == pytest.approx(0.5 * 0.27**2 / (1.0 - 0.9**2), rel=1e-9)


def test_epochs_are_scaled_to_fourteen_days() -> None:
    table = epoch_table(PAST)
    assert table[0, Epoch.CHANGE] == pytest.approx(-0.15 * 14 / 13)
    assert table[1, Epoch.CHANGE] == pytest.approx(-0.14)
    fast = epoch_table([replace(e, log_growth_per_day=0.5) for e in PAST])
    assert fast[:, Epoch.GROWTH].tolist() == [0.03] * 30


def test_drifts_of_the_bootstrap_undo_its_mean() -> None:
    table, block = epoch_table(PAST), 3
    drifts = epoch_drifts(table, block)
    assert drifts.size == 14 * block
    rows = np.arange(30)
    over = sum(table[(rows + i) % 30, Epoch.CHANGE] for i in range(block))
    assert drifts.sum() == pytest.approx(-math.log(np.exp(over).mean()), rel=1e-12)
    one = table[:, Epoch.CHANGE] / 14 + 0.5 * table[:, Epoch.SD] ** 2 * 13 / 14
    assert drifts[0] == pytest.approx(-math.log(np.exp(one).mean()), rel=1e-9)


@pytest.mark.parametrize(
    ("numbers", "options", "words"),
    [
        ({}, {"mode": "heston"}, "mode: expected garch or bootstrap or gbm, found heston"),
        ({}, {"days": 0}, "days: expected 1 or more, found 0"),
        ({}, {"drift_per_year": -1.0}, "drift_per_year: expected above -1, found -1"),
        ({}, {"drift_per_year": math.nan}, "drift_per_year: expected above -1, found nan"),
        ({}, {"regions": ("mars",)}, "power.mars.level_usd_per_kwh: expected a value, found none"),
        ({}, {"regions": ("texas",) * 7}, "expected at most 6 regions and 4 currencies"),
        ({}, {"currencies": ("KZT",)}, "fx.KZT.sd_per_day: expected a value, found none"),
        ({}, {"fx_rates": {}}, "fx_rates: RUB: expected a rate per USD above 0, found None"),
        ({}, {"mode": "bootstrap"}, "bootstrap: expected 26 past epochs or more, found 0"),
        ({"price.nu": 1.5}, {}, "price.nu: expected 2.01 to 1e+06, found 1.5"),
        ({"price.alpha": math.nan}, {}, "price.alpha: expected 0 to 1, found nan"),
        ({"jump.probability": -0.1}, {}, "jump.probability: expected 0 to 1, found -0.1"),
        ({}, {"price_path": [(DAY0, -5.0)]}, "expected a value above 0, found -5"),
        ({}, {"fx_sd": {"RUB": 3.0}}, "fx.RUB.sd_per_day: expected 0 to 1, found 3"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    numbers: dict[str, float], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        _plan(numbers, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
