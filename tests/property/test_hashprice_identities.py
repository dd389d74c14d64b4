"""Identities between hashprice, fees, hashcost and break-evens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.model import hashprice as hp

_difficulty = st.floats(1.0, 1e18)
_subsidy = st.sampled_from([50.0, 6.25, 3.125, 1.5625])
_fees = st.floats(0.0, 100.0)
_price = st.floats(0.01, 1e7)
_positive = st.floats(1e-3, 1e6)


@given(_subsidy, _fees, _difficulty)
def test_fees_come_back_from_hashprice(subsidy: float, fees: float, difficulty: float) -> None:
    btc = hp.hashprice_btc_ph_day(subsidy, fees, difficulty)
    back = hp.implied_fees_btc_per_block(btc, subsidy, difficulty)
    assert back == pytest.approx(fees, rel=1e-9, abs=1e-9 * subsidy)


@given(_subsidy, st.floats(0.0, 0.99))
def test_fee_share_comes_back(subsidy: float, share: float) -> None:
    assert hp.fee_share(subsidy, hp.fees_from_share(subsidy, share)) == pytest.approx(
        share, rel=1e-12, abs=1e-15
    )


@given(_subsidy, _fees, _difficulty)
def test_all_miners_together_earn_all_blocks(
    subsidy: float, fees: float, difficulty: float
) -> None:
    """Hashprice times the network's hashrate is 144 blocks' reward a day."""
    whole = hp.hashprice_btc_ph_day(subsidy, fees, difficulty) * 1000.0 * hp.hashrate_eh_s(
        difficulty
    )
    assert whole == pytest.approx(144.0 * (subsidy + fees), rel=1e-12)


@given(_positive, _positive)
def test_break_evens_invert_hashcost(j_per_th: float, power_price: float) -> None:
    cost = hp.hashcost_usd_ph_day(j_per_th, power_price)
    assert hp.break_even_j_per_th(cost, power_price) == pytest.approx(j_per_th, rel=1e-12)
    power = hp.break_even_power_price_usd_per_kwh(cost, j_per_th)
    assert power == pytest.approx(power_price, rel=1e-12)


@given(_subsidy, _fees, _difficulty, _price, _positive)
def test_at_the_break_even_price_the_margin_is_nil(
    subsidy: float, fees: float, difficulty: float, price: float, cost: float
) -> None:
    btc = hp.hashprice_btc_ph_day(subsidy, fees, difficulty)
    price = hp.break_even_price_usd(cost, btc)
    assert hp.hashprice_usd_ph_day(btc, price) == pytest.approx(cost, rel=1e-12)


@given(_subsidy, _fees, _difficulty, st.floats(1.0, 400.0), st.floats(3600.0, 1e7))
def test_luck_drops_out_of_the_realised_form(
    subsidy: float, fees: float, difficulty: float, blocks: float, span: float
) -> None:
    paid = hp.realised_hashprice_btc_ph_day(blocks * (subsidy + fees), blocks, difficulty, span)
    assert paid == pytest.approx(hp.hashprice_btc_ph_day(subsidy, fees, difficulty), rel=1e-12)
