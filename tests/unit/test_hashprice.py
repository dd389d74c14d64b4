"""Hashprice: definitions, arrays, missing values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hashfall.model import hashprice as hp


def test_ids_are_unique_and_complete() -> None:
    ids = [d.id for d in hp.DEFINITIONS]
    assert len(set(ids)) == len(ids)
    assert {
        "expected-144", "luxor-fpps", "realised-day", "realised-24h", "epoch-mean",
    } <= set(ids)  # fmt: skip
    for d in hp.DEFINITIONS:
        assert d.source
        assert d.fee_window
        assert d.price_source
        assert 0.0 <= d.pool_fee < 1.0
        assert hp.definition(d.id) is d


def test_an_unknown_id_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"expected one of expected-144, .*, found 'x'"):
        hp.definition("x")


def test_arrays_and_floats_agree() -> None:
    difficulty, fees = np.array([1e14, 1.2e14]), np.array([0.02, 0.3])
    together = hp.hashprice_btc_ph_day(np.full(2, 3.125), fees, difficulty)
    apart = [
        hp.hashprice_btc_ph_day(3.125, f, d)
        for f, d in zip(fees.tolist(), difficulty.tolist(), strict=True)
    ]
    assert together.tolist() == apart


def test_what_is_missing_stays_missing() -> None:
    assert math.isnan(hp.hashprice_btc_ph_day(3.125, math.nan, 1e14))
    assert math.isnan(hp.hashprice_usd_ph_day(5e-4, math.nan))


def test_the_pool_takes_its_share() -> None:
    whole = hp.hashprice_btc_ph_day(3.125, 0.1, 1e14)
    assert hp.hashprice_btc_ph_day(3.125, 0.1, 1e14, 0.02) == pytest.approx(0.98 * whole)
    realised = hp.realised_hashprice_btc_ph_day(144 * 3.225, 144.0, 1e14, 86400.0, 0.02)
    assert realised == pytest.approx(0.98 * whole)


def test_expected_and_realised_differ_by_fees_and_difficulty_not_by_luck() -> None:
    expected = hp.hashprice_btc_ph_day(3.125, 0.1, 1e14)
    for blocks in (120.0, 144.0, 170.0):
        paid = hp.realised_hashprice_btc_ph_day(blocks * 3.225, blocks, 1e14, 86400.0)
        assert paid == pytest.approx(expected, rel=1e-12)
    # The same fees in all, spread over fewer blocks: a day of bad luck pays more per hash.
    scarce = hp.realised_hashprice_btc_ph_day(120 * 3.125 + 14.4, 120.0, 1e14, 86400.0)
    assert scarce > expected


def test_an_epoch_realises_its_difficulty() -> None:
    """2,015 intervals at 600 s point to the hashrate that the difficulty stands for."""
    span = 2015 * 600.0
    realised = hp.realised_hashrate_eh_s(1e14, 2015.0, span)
    assert realised == pytest.approx(hp.hashrate_eh_s(1e14), rel=1e-12)
