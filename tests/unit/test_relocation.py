"""Flow matrix: hand-made places without uncertainty, facts of places, events, bad input."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hashfall.engine.concentration import after_moves
from hashfall.engine.destinations import Destination, Draws, Span
from hashfall.engine.relocation import LOST, RESOLD, Flows, flows_of
from hashfall.engine.shares import Shares
from hashfall.errors import InputError
from hashfall.ingest.places import load_places
from hashfall.ingest.relocation import (
    assumptions,
    base_weights,
    country_moves,
    destinations,
    flow_matrix,
    settings,
)
from hashfall.ingest.shares import shares_at
from hashfall.model.migration import power_cost, strip_between

JANUARY = dt.date(2026, 1, 20)


def _sure(value: float) -> Span:
    return Span(value, value, value)


FIGURES = {
    "power_price_usd_per_kwh": _sure(0.04), "power_surcharge_usd_per_kwh": _sure(0.0),
    "build_usd_per_mw": _sure(0.0), "power_delay_months": _sure(6.0),
    "customs_hold_months": _sure(0.0), "machine_duty_rate": _sure(0.0),
    "transport_usd_per_machine": _sure(100.0), "rule_of_law": _sure(1.5),
    "load_mw": _sure(0.0),
}
TERMS = {
    "overhead": _sure(1.0), "machine_kw": _sure(4.0), "life_left_years": _sure(3.0),
    "discount_rate": _sure(0.1), "hashprice_decline": _sure(0.35),
    "hashprice_volatility": _sure(0.9), "lag_months": _sure(3.0), "lost_share": _sure(0.1),
    "sold_share": _sure(0.2), "power_price_usd_per_kwh": _sure(0.045),
    "power_price_spread": _sure(0.3), "window_months": _sure(12.0), "retire_years": _sure(5.0),
    "transport_usd_per_machine": _sure(100.0), "site_years": _sure(10.0),
    "governance_best": _sure(1.5), "governance_premium": _sure(0.05), "ending_loss": _sure(0.3),
    "lost_days": _sure(10.0), "regional_share": _sure(0.3), "promised_share": _sure(0.8),
    "growth_per_year": _sure(0.3), "ready_share": _sure(0.02), "prior_years": _sure(3.0),
    "interruptions_per_year": _sure(0.3), "endings_per_year": _sure(0.1),
}
BASE = {"origin": 0.2, "near": 0.5, "far": 0.3}


def _places(**changes: Any) -> list[Destination]:
    near = Destination("near", FIGURES, years=5.0)
    return [Destination("origin", FIGURES), replace(near, **changes),
            Destination("far", FIGURES, years=5.0)]


def _flows(hashprice: float = 60.0, leaving: float = 0.2, **changes: Any) -> Flows:
    return flows_of({"origin": leaving}, hashprice, 20.0, _places(**changes), BASE, TERMS,
                    whole=["origin"], draws=16, seed=3)


def _share(flows: Flows, to: str) -> float:
    return sum(row.share for row in flows.rows if row.to == to)


def test_rooms_and_shares_by_hand() -> None:
    """Paying and scarce: each place takes its room, a fifth is sold, a tenth is lost."""
    flows = _flows(150.0)
    room = 0.02 + 0.3 * (0.2 * 6.0 + 6.0) / 12.0
    for place, share in (("near", 0.5), ("far", 0.3)):
        assert flows.places[place].room == pytest.approx([share * room] * 3)
    placed = _share(flows, "near") + _share(flows, "far")
    assert room == pytest.approx(0.2)
    assert 0.9 * 0.144 < placed < 0.144  # movers are 0.2 x 0.9 x 0.8, and there is room for 0.16
    assert _share(flows, LOST) == pytest.approx(0.02)
    assert _share(flows, RESOLD) == pytest.approx(0.2 * 0.9 - placed)
    assert flows.buyers == pytest.approx({"near": 0.625, "far": 0.375})
    assert sum(row.share for row in flows.rows) == pytest.approx(0.2, abs=1e-12)


def test_the_return_is_what_the_formulas_say() -> None:
    flows = _flows()
    view = flows.places["near"]
    worth, _ = strip_between(60.0, power_cost(20.0, 0.04), 3.0 * 365.25 / 12.0, 3.0 * 365.25,
                             0.1 + view.premium_per_year, 0.35, 0.9)
    freight = 100.0 * 20.0 / 4.0
    assert view.net_usd_ph[1] == pytest.approx(view.uptime * float(worth) - freight, rel=0.02)


def test_nothing_goes_back_or_to_a_place_without_room() -> None:
    flows = _flows()
    assert _share(flows, "origin") == 0.0
    banned = _flows(banned="JE00")
    assert _share(banned, "near") == 0.0 and banned.buyers["far"] == 1.0
    assert _share(banned, "far") >= _share(flows, "far")


def test_a_closed_place_takes_its_empty_racks_alone() -> None:
    closed = _flows(150.0, closed="JE00")
    assert closed.places["near"].room == pytest.approx([0.01] * 3)
    part = _flows(150.0, part_closed=True)
    assert closed.places["near"].room[1] < part.places["near"].room[1]
    assert part.places["near"].room[1] < _flows(150.0).places["near"].room[1]


@pytest.mark.parametrize("kind", ["interruptions", "endings"])
def test_a_place_with_events_is_worth_less(kind: str) -> None:
    calm, wild = _flows().places["near"], _flows(**{kind: (8.0, 0.0)}).places["near"]
    assert wild.net_usd_ph[1] < calm.net_usd_ph[1]
    assert _share(_flows(**{kind: (8.0, 0.0)}), "near") <= _share(_flows(), "near") + 1e-12
    if kind == "interruptions":
        assert wild.uptime < calm.uptime
    else:
        assert wild.premium_per_year > calm.premium_per_year


def test_worse_law_costs_return() -> None:
    worse = FIGURES | {"rule_of_law": _sure(-1.0)}
    calm, risky = _flows().places["near"], _flows(figures=worse).places["near"]
    assert risky.premium_per_year - calm.premium_per_year == pytest.approx(0.05 * 2.5)


@pytest.mark.parametrize(("quantity", "value"), [
    ("power_price_usd_per_kwh", 0.05), ("power_surcharge_usd_per_kwh", 0.01),
    ("build_usd_per_mw", 400_000.0), ("customs_hold_months", 4.0), ("machine_duty_rate", 0.25),
    ("transport_usd_per_machine", 300.0),
])
def test_every_cost_of_a_move_lowers_its_return(quantity: str, value: float) -> None:
    calm = _flows()
    dear = _flows(figures=FIGURES | {quantity: _sure(value)})
    assert dear.places["near"].net_usd_ph[1] < calm.places["near"].net_usd_ph[1] - 1.0
    assert _share(dear, "near") <= _share(calm, "near") + 1e-12
    hosted = _flows(figures=FIGURES | {quantity: _sure(value)}, hosted=True)
    same = quantity == "build_usd_per_mw"  # a price of hosting has the site in it
    assert (hosted.places["near"].net_usd_ph == calm.places["near"].net_usd_ph) is same


def test_a_longer_queue_leaves_less_room() -> None:
    slow = _flows(150.0, figures=FIGURES | {"power_delay_months": _sure(11.0)}).places["near"]
    assert slow.room[1] < _flows(150.0).places["near"].room[1]


def test_what_pays_nowhere_is_lost() -> None:
    flows = _flows(2.0)
    assert _share(flows, LOST) == pytest.approx(0.2, abs=1e-9)
    assert _share(flows, RESOLD) == 0.0


def test_a_place_that_the_map_does_not_name_has_its_reported_load() -> None:
    loaded = FIGURES | {"load_mw": _sure(400.0)}
    places = [Destination("new", loaded), Destination("rest", FIGURES)]
    flows = flows_of({"x": 0.1}, 60.0, 20.0, places, {"rest": 1.0}, TERMS, draws=4,
                     network_mw=20000.0)
    assert flows.buyers == pytest.approx({"new": 0.02, "rest": 0.98})


def test_intervals_hold_their_mean_and_seeds_repeat() -> None:
    first = flow_matrix({"russia": 0.1661}, 42.0, 22.0, known_by=JANUARY)
    again = flow_matrix({"russia": 0.1661}, 42.0, 22.0, known_by=JANUARY)
    other = flow_matrix({"russia": 0.1661}, 42.0, 22.0, known_by=JANUARY, seed=2)
    assert first.rows == again.rows and first.rows != other.rows
    assert all(0.0 <= row.low <= row.share <= row.high <= 0.1661 for row in first.rows)
    assert sum(row.share for row in first.rows) == pytest.approx(0.1661, abs=1e-12)
    assert any(row.low < row.high for row in first.rows)
    assert {"from", "to", "share", "low", "high"} == set(first.as_json()[0])


def test_draws_have_the_points_of_their_range() -> None:
    drawn = Draws(5, 4000).of("x", Span(1.0, 2.0, 5.0))
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([1.0, 2.0, 5.0], abs=0.15)
    assert drawn.min() >= 0.25


def test_a_place_sees_only_what_was_public() -> None:
    early = {d.id: d for d in destinations(load_places(dt.date(2021, 5, 1)),
                                           dt.date(2021, 5, 1))}
    late = {d.id: d for d in destinations(load_places(JANUARY), JANUARY)}
    assert not early["china"].banned and late["china"].banned == "JE04"
    assert not early["ethiopia"].closed and late["ethiopia"].closed == "JE25"
    assert late["canada"].part_closed and not late["canada"].closed
    assert early["russia"].figures["rule_of_law"].assumed
    assert late["russia"].figures["rule_of_law"] == Span(-1.453, -1.19, -0.927, False)
    assert late["russia"].hosted and not late["united_states"].hosted
    assert late["united_states"].figures["power_price_usd_per_kwh"].mid == 0.0419
    assert late["rest"].years == 0.0 and late["iran"].interruptions[0] >= 1.0


def test_war_in_the_gulf_lowers_what_it_offers() -> None:
    before, after = dt.date(2026, 2, 27), dt.date(2026, 3, 15)
    views = [flow_matrix({"russia": 0.1}, 42.0, 22.0, load_places(day), day).places["gulf"]
             for day in (before, after)]
    assert views[1].uptime < views[0].uptime


def test_every_kind_of_event_is_counted_or_left_out_by_name() -> None:
    from importlib.resources import files
    from tomllib import loads

    rows = loads(files("hashfall.cases").joinpath("migration.toml").read_text("utf-8"))
    said = set(rows["settings"]["neither"]) | set(settings().interruptions)
    said |= set(settings().endings)
    events = loads(files("hashfall.cases").joinpath("places.toml").read_text("utf-8"))["event"]
    assert {event["kind"] for event in events.values()} <= said
    for row in rows["assumption"].values():
        assert row["low"] <= row["mid"] <= row["high"] and row["why"] and row["unit"]


def test_assumptions_are_there_on_any_day() -> None:
    early, late = (assumptions(load_places(day)) for day in (dt.date(2017, 1, 1), JANUARY))
    assert set(early) == set(late) >= set(TERMS)
    assert all(span.assumed for span in late.values())


def test_moves_between_countries_keep_the_network_whole() -> None:
    table = shares_at("country", JANUARY, naming="Russia")
    assert isinstance(table, Shares)
    flows = flow_matrix({"russia": 0.1661}, 42.0, 22.0, known_by=JANUARY)
    moves = country_moves(flows, table=table.names)
    assert sum(move.share for move in moves) == pytest.approx(0.1661, abs=1e-9)
    assert {m.origin for m in moves} == {"Russia"}
    after = after_moves(table, moves)
    assert after.share("Russia") == pytest.approx(0.0, abs=1e-9)


def test_base_weights_are_a_whole() -> None:
    assert sum(base_weights(JANUARY).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("leaving", "hashprice", "energy", "draws", "word"), [
    ({"russia": 1.2}, 40.0, 20.0, 4, "from 0 to 1"),
    ({"russia": 0.6, "china": 0.6}, 40.0, 20.0, 4, "at most the whole"),
    ({"russia": -0.1}, 40.0, 20.0, 4, "from 0 to 1"),
    ({"russia": 0.1}, 0.0, 20.0, 4, "hashprice_usd_ph_day"),
    ({"russia": 0.1}, 40.0, float("nan"), 4, "j_per_th"),
    ({"russia": 0.1}, 40.0, 20.0, 0, "draws"),
])
def test_bad_input_is_one_line(leaving: Any, hashprice: float, energy: float, draws: int,
                               word: str) -> None:
    with pytest.raises(InputError, match=word):
        flow_matrix(leaving, hashprice, energy, known_by=JANUARY, draws=draws)


def test_a_date_is_needed() -> None:
    with pytest.raises(InputError, match="known_by"):
        flow_matrix({"russia": 0.1}, 40.0, 20.0)
