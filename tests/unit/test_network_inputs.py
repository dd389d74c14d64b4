"""The fleet on a date: point in time, near what blocks showed, and moved by what it should be."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from hashfall.engine.fleet_filter import filter_fleet
from hashfall.errors import InputError
from hashfall.ingest.history import load_history
from hashfall.ingest.network import (
    FITTED,
    dates_of_news,
    first_fleet,
    network_draws,
    network_inputs,
    network_law,
    past_facts,
    place_ids,
    place_weights,
    vintage_at,
    vintage_values,
)

DAY = dt.date(2022, 9, 30)


def test_nothing_later_than_the_cut_off_is_seen() -> None:
    law = network_law(DAY)
    assert max(day for day, _ in law.frontier) <= DAY
    assert vintage_at(DAY) == dt.date(2022, 6, 30)
    assert past_facts(DAY)[-1].end <= DAY
    later = network_law(dt.date(2025, 5, 31))
    assert len(later.frontier) > len(law.frontier)
    assert later.j_per_th(dt.date(2026, 1, 1))[0] < law.j_per_th(dt.date(2023, 1, 1))[0]


def test_before_the_first_vintage_the_ranges_are_used() -> None:
    early = vintage_values(dt.date(2016, 1, 1))
    assert early["delivery_days"] == (150.0, 0.3)
    with pytest.raises(InputError, match="known_by"):
        vintage_at(dt.date(2016, 1, 1))


def test_the_fleet_has_the_hashrate_that_blocks_showed() -> None:
    found = network_inputs(DAY, DAY)
    last = past_facts(DAY)[-1]
    fleet = found.fleet
    running = float(fleet.hashrate_eh_s.sum()) * fleet.run
    assert running == pytest.approx(last.hashrate_eh_s, rel=0.08)
    assert fleet.date == DAY
    assert 20.0 < fleet.j_per_th() < 40.0  # of its time: S19 class and older
    assert np.abs(found.past.error[30:]).mean() < 0.06


def test_weights_are_those_of_the_last_map() -> None:
    names = place_ids()
    early, later = place_weights(dt.date(2021, 1, 31), 3), place_weights(DAY, 0)
    assert early.shape == (4, len(names))
    assert early.sum(axis=1) == pytest.approx(1.0)
    china = names.index("china")
    assert early[0, china] == pytest.approx(0.6508)
    assert later[0, china] == pytest.approx(0.2111)
    assert place_weights(dt.date(2018, 1, 1), 0)[0, names.index("rest")] == pytest.approx(0.4)


def test_an_observed_jump_is_taken_into_capacity() -> None:
    from dataclasses import replace

    law, facts = network_law(DAY), list(past_facts(dt.date(2017, 12, 31)))
    plain = filter_fleet(law, first_fleet(law, facts[0]), facts, place_weights)
    facts[-1] = replace(facts[-1], hashrate_eh_s=1.3 * facts[-1].hashrate_eh_s)
    jumped = filter_fleet(law, first_fleet(law, facts[0]), facts, place_weights)
    assert jumped.error[-1] == pytest.approx(plain.error[-1] + np.log(1.3))
    assert jumped.fleet.hashrate_eh_s.sum() > 1.1 * plain.fleet.hashrate_eh_s.sum()
    assert jumped.fleet.trend > plain.fleet.trend


def test_draws_spread_the_parameters_and_keep_the_first() -> None:
    draws = network_draws(DAY, DAY, 3)
    assert draws[0].law.off == network_law(DAY).off
    assert len({d.law.delivery_days for d in draws}) == 3
    assert all(set(FITTED) == set(vintage_values(DAY)) for _ in draws)


def test_news_comes_in_order() -> None:
    news = dates_of_news()
    assert list(news) == sorted(set(news))
    assert dt.date(2022, 6, 30) in news


def test_too_early_a_date_is_refused() -> None:
    assert len(load_history()) > 400
    with pytest.raises(InputError, match="2016"):
        network_inputs(dt.date(2014, 1, 1), dt.date(2017, 12, 31))


def test_stored_parameters_are_where_the_likelihood_is_highest() -> None:
    import runpy
    from pathlib import Path

    tool = runpy.run_path(str(Path(__file__).parents[2] / "tools/calibrate_network.py"))
    vintage = dt.date(2018, 6, 30)
    z = np.log([vintage_values(vintage)[name][0] for name in FITTED])
    value = tool["objective"](vintage, past_facts(vintage))
    best = value(z)
    assert best < value(tool["prior"]()[0])
    for i in range(len(z)):
        for step in (-0.3, 0.3):
            moved = z.copy()
            moved[i] += step
            assert value(moved) > best - 0.35, FITTED[i]
