"""The fitters find the parameters of data that were simulated with known ones."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

TOOLS = Path(__file__).parents[2] / "tools"
Tool = Callable[[str], ModuleType]


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Import a calibration script by name."""
    monkeypatch.syspath_prepend(str(TOOLS))
    return lambda name: importlib.import_module(f"calibrate_{name}")


def test_price_fit_finds_garch_and_jumps(tool: Tool) -> None:
    price = tool("price")
    rng = np.random.default_rng(20)
    n, true = 1200, {"alpha": 0.12, "beta": 0.85, "nu": 6.0}
    z = rng.standard_t(6.0, n) * np.sqrt(4.0 / 6.0)
    jump = (rng.random(n) < 0.03) * rng.normal(-0.02, 0.08, n)
    h, r = 1e-3, np.empty(n)
    for t in range(n):
        r[t] = 0.001 + np.sqrt(h) * z[t] + jump[t]
        h = 3e-5 + h * (0.12 * z[t] ** 2 + 0.85)
    y, _ = price.maximise(r, price._START)
    x = price._natural(y)
    se = price.standard_errors(r, x)
    at = dict(zip(price.PARAMETERS, x, strict=True))
    for name, value in true.items():
        assert abs(at[name] - value) < 3.0 * se[name], name
    assert abs(at["sd"] - 0.08) < 0.03
    assert price.jump_variance(x) == pytest.approx(0.03 * (0.08**2 + 0.02**2), rel=0.6)


def test_long_run_variance_is_the_closed_form_where_the_cap_does_not_bind(tool: Tool) -> None:
    price = tool("price")
    thin = price.long_run_variance(2e-5, 0.05, 0.93, 30.0, 0.5)
    assert thin == pytest.approx(2e-5 / 0.02, rel=0.01)


def test_long_run_variance_of_a_heavy_tailed_process_is_below_the_closed_form(tool: Tool) -> None:
    # Why omega is set after the likelihood: the mean sits in states never reached.
    price = tool("price")
    heavy = price.long_run_variance(8e-6, 0.16, 0.83, 4.2, 0.07)
    rng = np.random.default_rng(3)
    z = np.minimum(np.abs(rng.standard_t(4.2, (6000, 400))) * np.sqrt(2.2 / 4.2), 8.0)
    z = z / np.sqrt((z * z).mean())
    h = np.full(400, 3e-4)
    total = 0.0
    for t in range(6000):
        h = np.minimum(8e-6 + h * (0.16 * z[t] ** 2 + 0.83), 0.07)
        total += float(h.mean()) * (t >= 1000)
    assert heavy == pytest.approx(total / 5000.0, rel=0.1)
    assert heavy < 0.7 * 8e-6 / 0.01


def test_fee_fit_finds_its_parameters(tool: Tool) -> None:
    fees = tool("fees")
    rng = np.random.default_rng(21)
    true = np.array([0.05, -3.5, 0.25, 5.0])
    shock = rng.standard_t(5.0, 4000) * np.sqrt(3.0 / 5.0)
    y = np.full(4001, -3.5)
    for t in range(4000):
        y[t + 1] = y[t] + 0.05 * (-3.5 - y[t]) + 0.25 * shock[t]
    p, se = fees.fit_fees(y)
    assert np.all(np.abs(p - true) < 3.0 * se)
    assert np.all(se < np.array([0.02, 0.3, 0.02, 1.0]))


def test_capacity_fit_finds_its_parameters(tool: Tool) -> None:
    capacity = tool("capacity")
    rng = np.random.default_rng(22)
    days, theta, a, m, sd = 14 * 300, 0.004, 0.0008, 4.0, 0.012
    level = 5.0 - a * np.arange(days) + 0.5 * np.sin(np.arange(days) / 150.0)
    growth = a + theta * (level - m + a * (np.arange(days) - days)) + sd * rng.normal(size=days)
    log_h = np.cumsum(growth).reshape(300, 14).mean(axis=1)
    log_h += rng.normal(0.0, 1.0 / np.sqrt(capacity.INTERVALS), 300)
    middle = 14.0 * np.arange(300) + 7.0
    between = 0.5 * (middle[1:] + middle[:-1])
    ema = np.interp(between, np.arange(days), level)
    fit = capacity.fit_capacity(np.diff(log_h), np.diff(middle), ema, between - days)
    for name, value in {"theta": theta, "a": a, "m": m, "sd": sd}.items():
        assert abs(fit.values[name] - value) < 3.5 * fit.se[name], name
    assert fit.values["g0"] == fit.values["a"]


def test_hub_fit_finds_mean_reversion_and_spikes(tool: Tool) -> None:
    power = tool("power")
    rng = np.random.default_rng(23)
    months, kappa, sd, chance = 400, 0.08, 0.15, 0.01
    y, day = 0.0, np.empty(30 * months)
    for t in range(day.size):
        y += -kappa * y + sd * rng.normal()
        spike = np.exp(2.5 + 0.5 * rng.normal()) if rng.random() < chance else 0.0
        half = 0.5 * sd * sd / (2.0 * kappa - kappa * kappa)
        day[t] = 0.04 * (np.exp(y - half) + spike)
    table = day.reshape(months, 30)
    hub = power.Hub((date(2020, 1, 31),) * months, table.mean(axis=1),
                    np.median(table, axis=1), table.max(axis=1), np.full(months, 30.0))
    fit = power.fit_hub(hub)
    assert fit["kappa"] == pytest.approx(kappa, rel=0.3)
    assert fit["sd"] == pytest.approx(sd, rel=0.25)
    assert fit["spike_chance"] == pytest.approx(chance, rel=0.4)
    assert fit["spike_log_mean"] == pytest.approx(2.5, abs=0.4)
    assert fit["level_usd_per_kwh"] == pytest.approx(0.04, rel=0.25)


def test_fx_sd_is_per_calendar_day(tool: Tool) -> None:
    fx = tool("fx")
    days = [date(2020, 1, 1) + timedelta(days=2 * i) for i in range(201)]
    rates = np.exp(0.01 * np.arange(201) * (-1.0) ** np.arange(201) / np.maximum(
        2 * np.arange(201) - 1, 1))
    sd, _ = fx.fit_fx(days, rates)
    total = float((np.diff(np.log(rates)) ** 2).sum())
    assert sd == pytest.approx(np.sqrt(total / 400.0))
