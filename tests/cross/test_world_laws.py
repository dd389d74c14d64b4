"""Means that the planned world must keep: price, power and exchange rates."""

from __future__ import annotations

import datetime as dt
import functools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS, Epoch, WorldFixed, WorldParam, WorldRow
from hashfall.engine.setup import WorldPlan, initial_state, plan_world
from hashfall.ingest.history import snapshot
from hashfall.ingest.world import load_bootstrap, load_parameters, moved_to

Floats = NDArray[np.float64]
DATE = dt.date(2025, 5, 31)
DAYS = (1, 7, 14, 30, 84, 90)


def _plan(mode: str, drift: float = 0.0) -> WorldPlan:
    parameters = moved_to(load_parameters(DATE), DATE)
    return plan_world(
        snapshot(DATE), parameters, regions=("texas", "quebec"), currencies=("RUB", "KZT"),
        fx_rates={"RUB": 79.0, "KZT": 510.0}, days=90, drift_per_year=drift, mode=mode,
        bootstrap=load_bootstrap(DATE),
    )


def _run(plan: WorldPlan, blocks: int, seed: int = 11) -> Floats:
    """Rows on the last days, of shape (days, rows, paths)."""
    kept = np.zeros((len(DAYS), int(WorldRow.COUNT), blocks * LANES))
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    for block in range(blocks):
        state, day = initial_state(plan, LANES), 1
        while day <= plan.days:
            n = min(SLAB_DAYS, plan.days + 1 - day)
            kernels().world(state, plan.p, plan.table, plan.fixed, out, block * LANES, day, n, seed)
            for i, at in enumerate(DAYS):
                if day <= at < day + n:
                    rows = out[at - day].reshape(-1, LANES)
                    kept[i, :, block * LANES : (block + 1) * LANES] = rows
            day += n
    return kept


@functools.cache
def _rows(mode: str, drift: float = 0.0) -> Floats:
    return _run(_plan(mode, drift), 384)


def _errors(x: Floats, expected: float) -> float:
    """Distance of a mean from what is expected, in standard errors."""
    return float((x.mean() - expected) / (x.std() / math.sqrt(x.size)))


@pytest.mark.parametrize("mode", ["garch", "bootstrap", "gbm"])
@pytest.mark.parametrize("drift", [0.0, -0.2, 0.2])
def test_the_expected_price_is_todays_price_at_the_drift(mode: str, drift: float) -> None:
    price, rows = snapshot(DATE).price_usd, _rows(mode, drift)
    for i, day in enumerate(DAYS):
        expected = (1.0 + drift) ** (day / 365.25)
        assert abs(_errors(rows[i, WorldRow.PRICE] / price, expected)) < 4.0, day


def test_the_test_of_the_mean_can_fail() -> None:
    """Without the compensators the mean is off by more than the test allows."""
    plan = _plan("gbm")
    plan.p[WorldParam.C1 : WorldParam.C4 + 1] = 0.0
    rows = _run(plan, 384)
    price = snapshot(DATE).price_usd
    assert abs(_errors(rows[-1, WorldRow.PRICE] / price, 1.0)) > 8.0


def test_a_month_of_each_model_has_about_the_same_spread() -> None:
    spread = {
        mode: float(np.log(_rows(mode)[3, WorldRow.PRICE]).std()) for mode in
        ("garch", "bootstrap", "gbm")
    }
    # GARCH starts from a calm day, the others from the long run.
    assert 0.1 < spread["garch"] < spread["gbm"] < 0.3
    assert 0.1 < spread["bootstrap"] < 0.3


@pytest.mark.parametrize("currency", [0, 1])
def test_exchange_rates_have_no_drift(currency: int) -> None:
    rows, start = _rows("garch"), (79.0, 510.0)[currency]
    for i in range(len(DAYS)):
        assert abs(_errors(rows[i, WorldRow.FX + currency] / start, 1.0)) < 4.0


def test_the_mean_power_price_is_its_level_from_the_first_day() -> None:
    plan, rows = _plan("garch"), _rows("garch")
    level, _, _, chance, log_mean, log_sd = plan.p[WorldParam.POWER : WorldParam.POWER + 6]
    tariff = plan.p[WorldParam.POWER + 6]
    with_spikes = level * (1.0 + chance * math.exp(log_mean + 0.5 * log_sd**2))
    for i in range(len(DAYS)):
        assert abs(_errors(rows[i, WorldRow.POWER], with_spikes)) < 4.0
        # A tariff without spikes.
        assert abs(_errors(rows[i, WorldRow.POWER + 1], tariff)) < 4.0
    assert rows[0, WorldRow.POWER].max() > 5.0 * level


def test_the_bootstrap_draws_only_what_was_seen() -> None:
    plan, rows = _plan("bootstrap"), _rows("bootstrap")
    seen = np.exp(plan.table[:, Epoch.CHANGE])
    factor = rows[2, WorldRow.PRICE] / snapshot(DATE).price_usd * math.exp(
        -plan.fixed[1:15, WorldFixed.DRIFT].sum()
    )
    nearest = np.abs(factor[:, None] - seen[None, :]).min(axis=1)
    assert nearest.max() < 1e-9
    share = np.bincount(np.abs(factor[:, None] - seen[None, :]).argmin(axis=1))
    assert share.max() < 4 * share.mean()
