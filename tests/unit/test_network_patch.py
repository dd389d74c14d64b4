"""What a scenario says about the network, and one line for what is wrong with it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from hashfall.book.load import to_json
from hashfall.book.network_patch import check_network_horizon, closures_of
from hashfall.book.patch import Scenario, parse_scenario, world_of
from hashfall.book.place_names import PLACES, check_place, holders
from hashfall.book.prepare import prepare
from hashfall.errors import InputError

HEAD = 'schema = "hashfall.scenario/1"\nname = "storm"\nfor = "*"\n'
WINDOW = """[[network.window]]
place = "texas"
start = 2026-01-24
end = 2026-01-28
affected = 0.6
ramp_days_off = 0.5
"""
EXIT = """[[network.exit]]
place = "russia"
from = 2026-03-01
over_days = 90
share = 0.8
"""
MOVE = """[[network.relocate]]
from = "russia"
to = "united_states"
share = 0.5
lag_days = 120
lost = 0.1
"""


def _parse(text: str) -> Scenario:
    return parse_scenario(HEAD + text, "s.toml")


def test_a_scenario_says_what_the_network_does() -> None:
    network = _parse(WINDOW + EXIT + MOVE).network
    assert network.window[0].affected == 0.6
    assert network.exit[0].from_ == dt.date(2026, 3, 1)
    assert (network.relocate[0].to, network.relocate[0].lag_days) == ("united_states", 120.0)
    storm, leaving = closures_of(network, "texas"), closures_of(network, "russia")
    assert storm[0].off(storm[0].start + 0.25) == pytest.approx(0.3)
    assert storm[0].off(storm[0].end) == 0.0
    assert leaving[0].off(leaving[0].start + 45.0) == pytest.approx(0.4)


def test_the_world_of_a_prepared_book_holds_it() -> None:
    first, second = _parse(WINDOW), _parse(EXIT + "[world]\ndrift_per_year = 0.1\n")
    ready = prepare("bitriver", scenarios=[first, second])
    assert [w.place for w in ready.world.network.window] == ["texas"]
    assert [e.place for e in ready.world.network.exit] == ["russia"]
    assert ready.world.drift_per_year == 0.1
    assert prepare("bitriver").world.network.window == []


def test_it_comes_back_from_json() -> None:
    scenario = _parse(WINDOW + EXIT + MOVE)
    back = Scenario.model_validate_json(json.dumps(to_json(scenario)))
    assert back == scenario
    assert world_of([back]).network == scenario.network


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WINDOW.replace("0.6", "1.6"), "network.window.0.affected: expected a number >= 0 and"),
        (WINDOW.replace("0.6", "60"), "found 60; a share, not percent: 60% is 0.6"),
        (WINDOW.replace("texas", "tejas"),
         'network.window.0.place: expected a known place, found "tejas"; did you mean texas?'),
        (WINDOW.replace("01-28", "01-24"),
         "network.window.0.end: expected a day after the start 2026-01-24 and its ramp of 0.5"),
        (WINDOW.replace("= 0.5", "= -0.5"), "network.window.0.ramp_days_off: expected a number"),
        (WINDOW.replace("= 0.5", "= 5"), "and its ramp of 5 days, found 2026-01-28"),
        (WINDOW + WINDOW, "network: expected at most the whole of texas off at once, found 1.2"),
        (WINDOW + EXIT.replace("russia", "united_states").replace("2026-03", "2025-09"),
         "the whole of texas off at once"),
        (WINDOW.replace("place", "region"), "network.window.0.region: expected a known key"),
        (EXIT.replace("0.8", "1.01"), "network.exit.0.share: expected a number >= 0 and <= 1"),
        (EXIT.replace("= 90", "= -1"), "network.exit.0.over_days: expected a number >= 0"),
        (EXIT.replace('place = "russia"', ""), "network.exit.0: expected a place or a case, found"),
        (EXIT + 'case = "bitriver"\n', "expected a place or a case, found both"),
        (EXIT.replace('place = "russia"', 'case = "bitrivr"'), "did you mean bitriver?"),
        (MOVE.replace("= 120", "= -3"), "network.relocate.0.lag_days: expected a number >= 0"),
        (MOVE.replace("united_states", "mars"), "network.relocate.0.to: expected a known place"),
        (MOVE.replace("united_states", "russia"), "to: expected a place other than russia"),
        (MOVE.replace("= 0.1", "= 2"), "network.relocate.0.lost: expected a number >= 0 and <= 1"),
        (MOVE + MOVE.replace("0.5", "0.6"), "network.relocate.1.share: expected shares of what"),
        ("[network]\nwindows = []\n", "network.windows: expected a known key"),
        ("[world.network]\n", "world.network: expected a known key, found 'network'"),
        ("[world]\nnetwork = 3\n", "write [network]"),
    ],
)
def test_bad_input_is_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        _parse(text)
    line = str(caught.value)
    assert line.startswith("s.toml: ")
    assert message in line
    assert "\n" not in line


def test_scenarios_together_cannot_take_more_than_the_whole() -> None:
    with pytest.raises(InputError, match="the whole of texas"):
        world_of([_parse(WINDOW), _parse(WINDOW)])


@pytest.mark.parametrize(
    ("text", "as_of", "message"),
    [
        (WINDOW, dt.date(2024, 1, 1), "network.window.0.start: expected a day from 2024-01-01 to"),
        (WINDOW, dt.date(2026, 1, 28), "network.window.0.end: expected a day after 2026-01-28"),
        (EXIT, dt.date(2024, 1, 1), "network.exit.0.from: expected a day from 2024-01-01"),
        (EXIT, dt.date(2026, 3, 2), "what left before is gone already"),
    ],
)
def test_what_lies_outside_the_run_is_refused(text: str, as_of: dt.date, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_network_horizon(_parse(text).network, as_of, 365)


def test_what_lies_inside_the_run_is_taken() -> None:
    check_network_horizon(_parse(WINDOW + EXIT).network, dt.date(2026, 1, 25), 365)


def test_places_hold_one_another() -> None:
    assert holders("xinjiang") == ("china", "world")
    assert all(whole is None or whole in PLACES for whole in PLACES.values())
    with pytest.raises(InputError, match="did you mean kazakhstan"):
        check_place("kazahstan", "a.toml", "x")
