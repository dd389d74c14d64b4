"""Weights by day: closures that end, exits that do not, arrivals, events, exits by name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.book.network_patch import (
    NetworkExit,
    NetworkPatch,
    NetworkWindow,
    Relocation,
    check_network_horizon,
)
from hashfall.engine.relocation import LOST, RESOLD, Flow, Flows
from hashfall.engine.standing import leaving_of, raised, weights_path
from hashfall.errors import InputError
from hashfall.ingest.holdings import case_share, place_share
from hashfall.ingest.network import place_ids
from hashfall.ingest.standing import exit_patch, relocated

START = dt.date(2026, 1, 1)
PLACES = ("united_states", "russia", "rest")
BASE = np.array([0.5, 0.2, 0.3])
JANUARY = dt.date(2026, 1, 20)


def _day(k: float) -> dt.date:
    return START + dt.timedelta(days=k)


def _window(place: str, first: int, last: int | None, share: float, **more: Any) -> NetworkWindow:
    end = None if last is None else _day(last)
    return NetworkWindow(place=place, start=_day(first), end=end, affected=share, **more)


def _exit(first: int, **more: Any) -> NetworkExit:
    return NetworkExit.model_validate({"place": "russia", "from": _day(first)} | more)


def _move(to: str, share: float, lag: float, lost: float = 0.0, origin: str = "russia"
          ) -> Relocation:
    return Relocation.model_validate(
        {"from": origin, "to": to, "share": share, "lag_days": lag, "lost": lost})


def _path(days: int = 20, flows: Flows | None = None, named: Any = None, step_days: int = 1,
          **patch: Any) -> Any:
    return weights_path(PLACES, BASE, NetworkPatch(**patch), START, days, flows, named,
                        step_days=step_days)


def test_a_closure_ends() -> None:
    w = _path(window=[_window("russia", 3, 6, 0.5, ramp_days_off=1.0)]).weights
    assert w[:, 1] == pytest.approx([0.2] * 3 + [0.15] + [0.1] * 2 + [0.2] * 15)
    assert (w[:, [0, 2]] == BASE[[0, 2]]).all()


def test_an_exit_does_not_end_and_without_flows_nothing_arrives() -> None:
    found = _path(exit=[_exit(2, over_days=4.0)])
    assert found.weights[:, 1] == pytest.approx([0.2, 0.2, 0.175, 0.125, 0.075, 0.025] + [0.0] * 15)
    (arrival,) = found.arrivals
    assert (arrival.leaves, arrival.arrives, arrival.half_days) == (0.2, 0.0, None)
    assert arrival.lost == 0.2


def test_a_relocation_arrives_at_once_less_losses() -> None:
    found = _path(exit=[_exit(5)], relocate=[_move("united_states", 0.5, 0.0, lost=0.2)])
    assert found.weights[4] == pytest.approx(BASE)
    assert found.weights[5] == pytest.approx([0.58, 0.0, 0.3])
    assert found.arrivals[0].half_days == 5
    assert found.arrivals[0].lost == pytest.approx(0.12)


def test_a_relocation_takes_its_lag() -> None:
    """Two stages of 10 days each: 1 - exp(-x)(1 + x) has arrived after 10 x days."""
    found = _path(40, exit=[_exit(0)], relocate=[_move("united_states", 1.0, 20.0)])
    x = np.arange(41) / 10.0
    assert found.weights[:, 0] == pytest.approx(0.5 + 0.2 * (1.0 - np.exp(-x) * (1.0 + x)))
    assert found.arrivals[0].half_days == 17  # the median is 16.8 days
    weekly = _path(40, exit=[_exit(0)], relocate=[_move("united_states", 1.0, 20.0)], step_days=7)
    assert weekly.weights[13, 0] == weekly.weights[7, 0] == found.weights[7, 0]
    assert (weekly.weights[:, 0] <= found.weights[:, 0] + 1e-12).all()


FLOWS = Flows(
    rows=(Flow("russia", "united_states", 0.05, 0.0, 0.1), Flow("russia", "rest", 0.03, 0.0, 0.1),
          Flow("russia", RESOLD, 0.08, 0.0, 0.1), Flow("russia", LOST, 0.04, 0.0, 0.1)),
    lag_days={"united_states": 0.0, "rest": 0.0, RESOLD: 0.0}, lag_shape=2,
    buyers={"united_states": 0.75, "rest": 0.25},
)


def test_the_models_flows_move_what_no_relocation_speaks_of() -> None:
    found = _path(exit=[_exit(5, share=0.5)], flows=FLOWS)
    assert found.weights[5] == pytest.approx([0.5 + 0.025 + 0.03, 0.1, 0.3 + 0.015 + 0.01])
    assert found.arrivals[0].arrives == pytest.approx(0.08)
    told = _path(exit=[_exit(5)], relocate=[_move("rest_of_world", 1.0, 0.0)], flows=FLOWS,
                 named={"rest_of_world": {"rest": 0.0}})
    assert told.weights[5] == pytest.approx([0.5, 0.0, 0.5])


def test_parts_and_companies_leave_with_their_own_share() -> None:
    named = {"texas": {"united_states": 0.1}, "bitriver": {"russia": 0.02}}
    case = NetworkExit.model_validate({"case": "bitriver", "from": _day(4)})
    found = _path(window=[_window("texas", 2, 3, 1.0)], exit=[case], named=named)
    assert found.weights[2] == pytest.approx([0.4, 0.2, 0.3])
    assert found.weights[4] == pytest.approx([0.5, 0.18, 0.3])
    patch = NetworkPatch(exit=[case, _exit(6)], relocate=[_move("united_states", 1.0, 0.0)])
    assert leaving_of(patch, named | {"russia": {"russia": 0.2}}) == {}
    assert leaving_of(NetworkPatch(exit=[case]), named) == {"bitriver": 0.02}


def test_the_world_is_all_places() -> None:
    w = _path(window=[_window("world", 2, 3, 0.1)]).weights
    assert w[2] == pytest.approx(0.9 * BASE)


def test_a_place_that_the_map_does_not_name_is_found_in_the_rest() -> None:
    named = {"kazakhstan": {"kazakhstan": 0.05}}
    places, base = (*PLACES, "kazakhstan"), np.array([0.5, 0.2, 0.3, 0.0])
    patch = NetworkPatch(window=[_window("kazakhstan", 2, 3, 0.5)])
    w = weights_path(places, base, patch, START, 5, None, named).weights
    assert w[0] == pytest.approx([0.5, 0.2, 0.25, 0.05])
    assert w[2] == pytest.approx([0.5, 0.2, 0.25, 0.025])


@pytest.mark.parametrize(("patch", "word"), [
    ({"window": [_window("texas", 2, 3, 1.0)]}, "texas"),
    ({"exit": [_exit(2)], "window": [_window("russia", 1, 9, 0.5)]}, "at most the 0.2"),
    ({"relocate": [_move("united_states", 1.0, 0.0)]}, "relocate.0.from"),
    ({"exit": [_exit(2)], "relocate": [_move("world", 1.0, 0.0)]}, "one place"),
    ({"exit": [_exit(2)], "relocate": [_move("texas", 1.0, 0.0)]}, "texas"),
])
def test_bad_patches_are_one_line(patch: Any, word: str) -> None:
    with pytest.raises(InputError, match=word):
        _path(**patch)


def test_raising_keeps_the_sum_and_refuses_more_than_there_is() -> None:
    base, need = np.array([0.5, 0.2, 0.3]), np.array([0.0, 0.6, 0.0])
    assert raised(base, need, 2) == pytest.approx([0.4, 0.6, 0.0])
    assert raised(base, need) == pytest.approx([0.25, 0.6, 0.15])
    with pytest.raises(InputError, match="at most the whole"):
        raised(base, np.array([0.5, 0.6, 0.0]))


SHARE = st.floats(0.0, 1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 25), st.floats(0.0, 30.0), SHARE, SHARE, SHARE, st.floats(0.0, 60.0),
       SHARE, st.integers(1, 9))
def test_weights_are_shares_whatever_happens(
    first: int, ramp: float, share: float, moved: float, lost: float, lag: float, off: float,
    step: int,
) -> None:
    found = _path(
        30, step_days=step, exit=[_exit(first, over_days=ramp, share=share)],
        relocate=[_move("united_states", moved, lag, lost)],
        window=[_window("rest_of_world", 3, 12, off)], named={"rest_of_world": {"rest": 0.3}},
    )
    assert (found.weights >= 0.0).all() and (found.weights.sum(axis=1) <= 1.0 + 1e-9).all()
    (arrival,) = found.arrivals
    assert arrival.arrived <= arrival.left + 1e-12
    gone = 1.0 - found.weights[-1].sum()
    assert gone >= arrival.left - arrival.arrived - 1e-9  # in steps, arrivals are never early
    if step == 1:
        assert gone == pytest.approx(arrival.left - arrival.arrived, abs=1e-9)


@pytest.mark.parametrize(("case", "day", "place", "low", "high"), [
    ("riot_2022", dt.date(2022, 9, 30), "united_states", 0.021, 0.036),  # own reports, June, Dec
    ("core_scientific_2022", dt.date(2022, 9, 30), "united_states", 0.05, 0.12),  # own and hosted
    ("bitriver", dt.date(2025, 5, 31), "russia", 0.005, 0.03),
])
def test_companies_have_about_the_share_that_is_known(
    case: str, day: dt.date, place: str, low: float, high: float
) -> None:
    shares = case_share(case, day)
    assert set(shares) == {place} and low < shares[place] < high


def test_a_company_is_not_known_before_its_book() -> None:
    with pytest.raises(InputError, match="2025-05-31"):
        case_share("bitriver", dt.date(2024, 1, 1))
    with pytest.raises(InputError, match="a shipped case"):
        case_share("bitrivr", JANUARY)


def test_parts_have_their_share_of_the_country() -> None:
    day = dt.date(2022, 6, 1)
    whole = place_share("united_states", day)["united_states"]
    assert place_share("texas", day)["united_states"] == pytest.approx(0.112 * whole)
    old = dt.date(2021, 5, 1)
    china = place_share("china", old)["china"]
    assert place_share("xinjiang", old)["china"] == pytest.approx(0.3576 / 0.6508 * china)
    assert place_share("rest_of_world", old) == {"rest": pytest.approx(0.1079)}


@pytest.mark.parametrize(("place", "word"), [
    ("irkutsk", "its share of russia"), ("bhutan", "a map public"), ("atlantis", "a known place"),
    ("china_other", "qinghai"),
])
def test_a_place_without_a_figure_is_named(place: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        place_share(place, JANUARY)


def test_exits_by_name() -> None:
    patch = exit_patch(["UAE", "russia", "New York", "intelion"], JANUARY, over_days=30.0)
    assert [e.place or e.case for e in patch.exit] == [
        "united_arab_emirates", "russia", "new_york", "intelion"]
    check_network_horizon(patch, JANUARY, 365)
    with pytest.raises(InputError, match="did you mean russia"):
        exit_patch(["rusia"], JANUARY)


def test_russia_leaves_and_the_network_answers_in_parts() -> None:
    found = relocated(exit_patch(["russia"], JANUARY), JANUARY, 400, 42.0, 22.0, draws=32)
    total = found.path.weights.sum(axis=1)
    assert total[1] == pytest.approx(1.0 - 0.1661)
    assert (np.diff(total[1:]) >= -1e-12).all() and total[1] < total[-1] < 1.0
    (arrival,) = found.path.arrivals
    assert found.flows is not None
    lost = sum(row.share for row in found.flows.rows if row.to == LOST)
    assert arrival.lost == pytest.approx(lost)
    assert arrival.half_days is not None and arrival.half_days > 7
    assert found.path.weights[-1, place_ids().index("russia")] == 0.0
    assert {m.origin for m in found.moves(("United Arab Emirates",))} == {"Russia"}


def test_a_company_may_go_elsewhere_in_its_country() -> None:
    found = relocated(exit_patch(["bitriver"], JANUARY), JANUARY, 30, 60.0, 20.0, draws=16)
    assert found.flows is not None
    share = case_share("bitriver", JANUARY)["russia"]
    assert found.flows.leaving("bitriver") == pytest.approx(share)
    assert sum(r.share for r in found.flows.rows if r.to == "russia") > 0.0
    assert {m.origin for m in found.moves()} == {"Russia"}


def test_a_scenario_that_says_where_all_go_needs_no_flows() -> None:
    patch = NetworkPatch(exit=[_exit(30)], relocate=[_move("texas", 0.5, 90.0)])
    found = relocated(patch, JANUARY, 100, 42.0, 22.0)
    assert found.flows is None and found.moves() == []
    assert found.path.weights[-1].sum() < 1.0 - 0.08
