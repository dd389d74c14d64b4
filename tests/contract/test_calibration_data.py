"""The shipped parameters of the world: complete, certified, and blind to the future."""

from __future__ import annotations

import hashlib
import importlib
import math
import os
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.errors import InputError
from hashfall.ingest import world
from hashfall.ingest.world import Parameter, load_bootstrap, load_parameters, moved_to, regions

TOOLS = Path(__file__).parents[2] / "tools"
DATA = os.environ.get("HASHFALL_DATA")
NAMES = {
    "price.omega", "price.alpha", "price.beta", "price.nu", "price.variance_cap", "price.clip",
    "price.variance_long_run", "price.variance_now", "jump.probability", "jump.mean", "jump.sd",
    "fee.kappa", "fee.mean", "fee.sd", "fee.nu", "fee.low", "fee.high", "capacity.g0",
    "capacity.theta", "capacity.m", "capacity.a", "capacity.sd",
}
REGION = {"level_usd_per_kwh", "kappa", "sd", "spike_chance", "spike_log_mean", "spike_log_sd"}
REGIONS = {
    "georgia_us", "kazakhstan", "new_york", "quebec", "russia_grid", "russia_irkutsk", "texas",
    "us_industrial",
}
HALF_YEARS = [date(y, m, d) for y in range(2016, 2026) for m, d in ((6, 30), (12, 31))]
DAYS = st.dates(date(2016, 6, 30), date(2026, 3, 31))


def fitted() -> list[Parameter]:
    return list(world._all_parameters())


def test_all_names_are_there_at_the_end() -> None:
    p = load_parameters(date(2026, 1, 31))
    assert set(p) >= NAMES
    assert set(regions(p)) == REGIONS
    for region in REGIONS:
        assert {f"power.{region}.{k}" for k in REGION} <= set(p)
    for code in ("RUB", "CAD", "KZT", "EUR", "CNY", "GBP", "NOK", "SEK", "AED"):
        assert f"fx.{code}.sd_per_day" in p


@given(DAYS)
def test_nothing_is_known_before_it_was(known_by: date) -> None:
    p = load_parameters(known_by)
    assert set(p) >= NAMES
    assert all(x.data_end <= known_by and x.published <= known_by for x in p.values())
    assert all(d.known <= known_by for d in load_bootstrap(known_by))


@given(DAYS, st.integers(0, 400))
def test_later_knowledge_never_gets_older(known_by: date, days: int) -> None:
    early, late = load_parameters(known_by), load_parameters(known_by + timedelta(days=days))
    assert set(early) <= set(late)
    assert all(late[k].data_end >= early[k].data_end for k in early)


@given(DAYS)
def test_values_make_a_world(known_by: date) -> None:
    v = {k: p.value for k, p in load_parameters(known_by).items()}
    assert v["price.alpha"] > 0.0 and v["price.alpha"] + v["price.beta"] <= 0.9991
    assert v["price.nu"] > 2.0 and v["fee.nu"] > 2.0
    assert 0.0 < v["price.omega"] < v["price.variance_long_run"] < v["price.variance_cap"]
    assert 0.0 < v["price.variance_now"] < v["price.variance_cap"]
    assert 0.0 <= v["jump.probability"] < 0.35
    assert v["fee.low"] < v["fee.mean"] < v["fee.high"] and 0.0 < v["fee.kappa"] < 1.0
    assert v["capacity.theta"] > 0.0 and 0.0 < v["capacity.sd"] < 0.05
    for region in regions(load_parameters(known_by)):
        assert 0.005 < v[f"power.{region}.level_usd_per_kwh"] < 0.2
        assert 0.0 < v[f"power.{region}.kappa"] < 1.0
        assert 0.0 <= v[f"power.{region}.spike_chance"] < 0.1


def test_each_half_year_has_its_vintage() -> None:
    for name in ("price.omega", "jump.sd", "fee.kappa", "capacity.m"):
        ends = [p.data_end for p in fitted() if p.name == name]
        assert ends == HALF_YEARS


def test_every_number_has_a_certificate_and_an_error_or_a_range() -> None:
    for p in fitted():
        assert p.source and p.unit, p.name
        assert p.mark in ("fitted", "assumption")
        if p.mark == "fitted":
            assert p.se is not None and p.se >= 0.0, p.name
            assert (TOOLS.parent / p.script).is_file()
            assert p.fitted_on is not None and p.fitted_on >= p.data_end
            assert p.seed == "none" or p.seed.isdigit()
            assert p.data_sha256 and all(len(d) == 64 for d in p.data_sha256)
        else:
            assert p.low is not None and p.high is not None, p.name
            assert p.low <= p.value <= p.high, p.name
        assert p.published >= p.data_end, p.name
        assert math.isfinite(p.value)


def test_rows_are_in_order() -> None:
    names = [(p.name, p.data_end, p.published) for p in world._vintages()]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    variances = world._variances()
    assert [p.data_end for p in variances] == sorted({p.data_end for p in variances})
    epochs = load_bootstrap(date(2030, 1, 1))
    assert [d.epoch for d in epochs] == list(range(epochs[0].epoch, epochs[-1].epoch + 1))


def test_variance_rows_name_a_vintage_of_the_past() -> None:
    for r in world._rows("world_variance.csv"):
        assert r["vintage"] <= r["date"]
        assert date.fromisoformat(r["vintage"]) in HALF_YEARS


def test_epoch_rows_are_coarse() -> None:
    # No daily series and no Coin Metrics series can be rebuilt from them.
    for r in world._rows("world_epochs.csv"):
        assert int(r["days"]) > 7
        assert len(r["log_price_change"].split(".")[1]) <= 3
        assert len(r["log_fees_over_subsidy"].split(".")[1]) <= 2


def test_variance_now_follows_as_of_and_never_looks_ahead() -> None:
    p = load_parameters(date(2022, 10, 5), as_of=date(2022, 6, 30))
    assert p["price.variance_now"].data_end == date(2022, 6, 30)
    q = load_parameters(date(2022, 10, 5), as_of=date(2023, 6, 30))
    assert q["price.variance_now"].data_end == date(2022, 9, 30)


def test_capacity_level_moves_with_day_zero() -> None:
    p = load_parameters(date(2025, 5, 31))
    end = p["capacity.m"].data_end
    q = moved_to(p, end + timedelta(days=100))
    assert q["capacity.m"].value == pytest.approx(
        p["capacity.m"].value - 100.0 * p["capacity.a"].value
    )
    assert moved_to(p, end)["capacity.m"].value == p["capacity.m"].value


def test_a_date_before_the_first_vintage_is_refused() -> None:
    with pytest.raises(InputError, match="known_by: expected 2016-06-30 or later"):
        load_parameters(date(2016, 6, 29))
    with pytest.raises(InputError, match="or later"):
        world.load_variance(date(2016, 1, 1))


@pytest.mark.skipif(DATA is None, reason="HASHFALL_DATA names no directory of source tables")
def test_the_fits_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = Path(str(DATA))
    monkeypatch.syspath_prepend(str(TOOLS))
    known = tomllib.loads(files("hashfall.cases").joinpath("world.toml").read_text())["data"]
    for name, about in known.items():
        path = directory / name
        if name == "eurofxref-hist.csv" and not path.exists():
            continue  # comes from the ECB, not with the other tables
        assert hashlib.sha256(path.read_bytes()).hexdigest() == about["sha256"], name
    common, price, fees, capacity, power = (
        importlib.import_module(f"calibrate_{n}")
        for n in ("common", "price", "fees", "capacity", "power")
    )
    daily, end = common.read_daily(directory), date(2016, 6, 30)
    p = load_parameters(end)
    fit, _ = price.fit_price(price.returns_between(daily, common.START, end))
    again = dict(zip(price.PARAMETERS, fit.x, strict=True))
    for name in ("alpha", "beta", "nu"):
        assert again[name] == pytest.approx(p[f"price.{name}"].value, rel=0.01)
    assert fit.omega == pytest.approx(p["price.omega"].value, rel=0.02)
    found, _ = fees.fit_fees(fees.log_ratio(daily, common.START, end))
    for i, name in enumerate(("kappa", "mean", "sd", "nu")):
        assert found[i] == pytest.approx(p[f"fee.{name}"].value, rel=1e-3)
    y, gap, middle = capacity.pairs(capacity.read_epochs(directory), end)
    ema = capacity.smooth(daily, capacity.daily_log_hashprice(daily))
    shift = (daily.first - date(1970, 1, 1)).days
    level = np.interp(middle, shift + np.arange(ema.size), ema)
    refit = capacity.fit_capacity(y, gap, level, middle - (end - date(1970, 1, 1)).days)
    for name, value in refit.values.items():
        assert value == pytest.approx(p[f"capacity.{name}"].value, rel=1e-3)
    hub = power.fit_hub(power.read_hub(directory))
    last = load_parameters(date(2025, 12, 31))
    for name, value in hub.items():
        assert value == pytest.approx(last[f"power.texas.{name}"].value, rel=1e-4)
