"""Published prints of hashrate and hashprice; sources in hashprice.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hashfall.model import hashprice as hp

PRINTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("hashprice.toml").read_text())


def test_each_print_names_its_source() -> None:
    assert all(group["source"] and group["how"] for group in PRINTS.values())


def test_hashrate_of_a_day_of_2009() -> None:
    group = PRINTS["coin_metrics"]
    value = hp.realised_hashrate_eh_s(1.0, float(group["blocks"]), 86400.0) * 1e6
    assert value == pytest.approx(group["hashrate_th_s"], rel=1e-15)


def test_hashprice_of_november_2024() -> None:
    group = PRINTS["hashrate_index"]
    btc = hp.hashprice_btc_ph_day(3.125, group["reward_btc"] - 3.125, group["difficulty"])
    usd = hp.hashprice_usd_ph_day(btc, group["price_usd"])
    assert btc == pytest.approx(group["hashprice_btc"], abs=5e-7)
    assert usd == pytest.approx(group["hashprice_usd"], abs=0.05)
    assert usd == pytest.approx(group["shown_usd"], rel=0.015)


def test_fees_that_the_low_of_2025_implies() -> None:
    group = PRINTS["luxor_low"]
    fees = hp.implied_fees_btc_per_block(
        group["hashprice_usd"] / group["price_usd"], 3.125, group["difficulty"]
    )
    assert fees / 3.125 == pytest.approx(group["fees_over_subsidy"], abs=5e-4)


def test_payoff_of_a_difficulty_future() -> None:
    group = PRINTS["difficulty_future"]
    payoff = 14.0 * hp.hashprice_btc_ph_day(6.25, 0.0, group["difficulty"])
    assert payoff == pytest.approx(group["payoff_btc"], abs=5e-8)


def test_hashcost_of_a_fleet() -> None:
    group = PRINTS["hashcost"]
    cost = hp.hashcost_usd_ph_day(group["j_per_th"], group["power_price"])
    assert cost == pytest.approx(group["usd_ph_day"], rel=1e-12)


def test_break_evens() -> None:
    group = PRINTS["break_even"]
    for usd, power, j_per_th in group["j_per_th"]:
        assert hp.break_even_j_per_th(usd, power) == pytest.approx(j_per_th, abs=5e-4)
    for usd, j_per_th, power in group["power_price"]:
        value = hp.break_even_power_price_usd_per_kwh(usd, j_per_th)
        assert value == pytest.approx(power, abs=5e-7)


@pytest.mark.parametrize(("difficulty_t", "eh_s"), PRINTS["calibration"]["rows"])
def test_difficulty_as_hashrate(difficulty_t: float, eh_s: float) -> None:
    assert hp.hashrate_eh_s(difficulty_t * 1e12) == pytest.approx(eh_s, abs=0.05)
