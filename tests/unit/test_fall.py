"""The network's part of an assessment: what falls, what scenarios close, what they say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from hashfall.book.network_patch import NetworkExit, NetworkPatch, NetworkWindow
from hashfall.book.patch import WorldPatch
from hashfall.book.prepare import prepare
from hashfall.engine.assess import AssessOptions, assess
from hashfall.errors import InputError
from hashfall.ingest.market import market_inputs
from hashfall.report.fall import fall_row, fall_section


def _window(place: str, start: str, end: str | None, affected: float) -> NetworkPatch:
    window: dict[str, Any] = {"place": place, "start": dt.date.fromisoformat(start),
                              "affected": affected}
    if end is not None:
        window["end"] = dt.date.fromisoformat(end)
    return NetworkPatch(window=[NetworkWindow.model_validate(window)])


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    prepared = prepare("core_scientific_2022")
    market = market_inputs(prepared.book, True, prepared.world)
    options = AssessOptions(years=1.0, paths=256, draws=2, network=True)
    return assess(prepared, market, options=options)


def test_a_fall_lowers_difficulty_and_fades(result: dict[str, Any]) -> None:
    fall = result["network"]["fall"]
    first, last = fall["effect_pct"][0], fall["effect_pct"][-1]
    assert 0.05 < fall["share_of_network"] < 0.15
    assert -12.0 < first["difficulty"]["value"] < -5.0
    assert first["hashprice_usd_ph_day"]["value"] > 5.0
    assert abs(last["difficulty"]["value"]) < abs(first["difficulty"]["value"])
    assert not fall["masked"]
    assert fall["runs_again"] < fall["share_of_network"]


def test_a_survivor_is_not_worse_off(result: dict[str, Any]) -> None:
    survivor = result["network"]["fall"]["pd_of_a_survivor"]["12m"]
    assert survivor["value"] <= result["pd"]["d1"]["12m"]["value"] + 0.05
    assert set(result["network"]["pd_without_answer"]) == set(result["pd"]["d1"])


def test_the_summary_and_the_page_say_it(result: dict[str, Any]) -> None:
    text = " ".join(fall_row(result))
    assert "EH/s off" in text
    assert "masked by noise: no" in " ".join(text.split())
    assert len(fall_section(result).blocks) == 4
    off = {**result, "network": None}
    assert "--no-network" in " ".join(fall_row(off))
    assert len(fall_section(off).blocks) == 1
    nowhere = {**result, "network": {**result["network"], "fall": None}}
    assert "does not say" in " ".join(fall_row(nowhere))
    assert len(fall_section(nowhere).blocks) == 3


def test_a_closure_of_a_scenario_moves_the_world() -> None:
    prepared = prepare("core_scientific_2022")
    closed = WorldPatch(network=_window("united_states", "2022-11-01", "2022-12-01", 0.5))
    market = market_inputs(prepared.book, True, closed)
    assert market.network is not None
    path = market.network.path
    assert path is not None
    total = np.asarray(path).sum(axis=1)
    assert total[10] == pytest.approx(1.0)
    assert total[40] == pytest.approx(1.0 - 0.5 * 0.3784, abs=0.01)
    assert total[70] == pytest.approx(1.0)


def test_an_event_outside_the_run_is_refused() -> None:
    prepared = prepare("core_scientific_2022")
    late = NetworkExit.model_validate({"place": "russia", "from": dt.date(2031, 1, 1)})
    with pytest.raises(InputError, match="--years"):
        market_inputs(prepared.book, True, WorldPatch(network=NetworkPatch(exit=[late])))


def test_a_network_scenario_needs_the_network() -> None:
    prepared = prepare("core_scientific_2022")
    closed = WorldPatch(network=_window("united_states", "2022-11-01", None, 0.5))
    with pytest.raises(InputError, match="no-network"):
        market_inputs(prepared.book, False, closed)
