"""Shut-off files: what they say, by hand, and one line for what is wrong with one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hashfall.errors import InputError
from hashfall.ingest.events import (
    CASES,
    availability,
    event_ids,
    load_event,
    network_availability,
    parse_event,
)

TEXT = """schema = "hashfall.event/1"
id = "made-up"
title = "A made-up storm"
kind = "storm"
place = "united_states"
first_date = 2024-01-01
last_date = 2024-01-20
known_by = 2024-02-01
note = "Nothing is known of it."

[retargets]
scored = [826560]

[[place_share]]
place = "texas"
share_of_network = {low = 0.1, mid = 0.2, high = 0.3}
estimator = "a map"
month = 2023-10-01
size = "sourced"
source = "the map of October"
published = 2023-11-01

[[place_share]]
place = "texas"
share_of_network = {low = 0.2, mid = 0.25, high = 0.3}
estimator = "a later map"
month = 2023-12-01
size = "sourced"
source = "the map of December"
published = 2024-01-15

[[place_share]]
place = "russia"
share_of_network = {low = 0.1, mid = 0.1, high = 0.2}
estimator = "a map"
month = 2023-10-01
size = "sourced"
source = "the map of October"
published = 2023-11-01

[[window]]
place = "texas"
start = {early = 2024-01-02, mid = 2024-01-03T12:00:00Z, late = 2024-01-04}
end = {early = 2024-01-06, mid = 2024-01-08, late = 2024-01-09}
affected = {low = 0.4, mid = 0.6, high = 0.8}
ramp_days_off = 1
ramp_days_on = 2
size = "assumption"
dates = "sourced"
basis = "an order"
source = "the paper of the day"
published = 2024-01-05

[[window]]
place = "russia"
start = 2024-01-05
affected = {low = 0.5, mid = 0.5, high = 0.5}
ramp_days_off = 0
ramp_days_on = 0
size = "sourced"
dates = "sourced"
basis = "an order"
source = "the paper of the day"
published = 2024-01-07
"""
DAYS = [dt.date(2024, 1, 2) + dt.timedelta(days=i) for i in range(9)]


def test_each_place_is_available_as_worked_out_by_hand() -> None:
    # Texas, mid: ramp from 3 January noon to 4 January noon, back from 8 to 10 January.
    there = availability(parse_event(TEXT, "a.toml"), DAYS)
    texas = [1.0, 0.925, 0.475, 0.4, 0.4, 0.4, 0.55, 0.85, 1.0]
    assert there["texas"] == pytest.approx(np.array(texas))
    assert there["russia"] == pytest.approx(np.array([1.0] * 3 + [0.5] * 6))


def test_the_network_loses_share_times_what_is_off() -> None:
    network = network_availability(parse_event(TEXT, "a.toml"), DAYS)
    assert network[0] == 1.0
    assert network[3] == pytest.approx(1.0 - 0.25 * 0.6 - 0.1 * 0.5)
    earlier = network_availability(
        parse_event(TEXT, "a.toml"), DAYS, shares_by=dt.date(2023, 12, 31))
    assert earlier[3] == pytest.approx(1.0 - 0.20 * 0.6 - 0.1 * 0.5)


def test_low_is_the_smallest_effect_and_high_the_largest() -> None:
    event = parse_event(TEXT, "a.toml")
    low, high = (availability(event, DAYS, case)["texas"] for case in ("low", "high"))
    assert low == pytest.approx(np.array([1.0, 1.0, 0.8, 0.6, 0.7, 0.9, 1.0, 1.0, 1.0]))
    assert high == pytest.approx(np.array([0.6, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.8]))


@pytest.mark.parametrize("name", event_ids())
def test_cases_are_in_order_every_day(name: str) -> None:
    event = load_event(name)
    span = (event.last_date - event.first_date).days + 1
    days = [event.first_date + dt.timedelta(days=i) for i in range(-3, span)]
    low, mid, high = (network_availability(event, days, case) for case in CASES)
    assert (low >= mid - 1e-12).all()
    assert (mid >= high - 1e-12).all()
    assert (high >= 0.0).all()
    assert (low[:3] == 1.0).all()
    assert (high[:3] == 1.0).all()


def test_shares_are_those_of_the_last_source_published_by_a_day() -> None:
    china = load_event("china-2021")
    assert china.shares()["xinjiang"].mid == 0.253
    assert china.shares(china.first_date)["xinjiang"].mid == 0.316
    assert china.shares(dt.date(2030, 1, 1)) == china.shares()


def test_an_event_as_known_early_does_not_see_later_orders() -> None:
    early = load_event("china-2021", dt.date(2021, 6, 10))
    assert set(early.places()) == {"inner_mongolia", "xinjiang", "qinghai", "china_other"}
    assert early.shares()["xinjiang"].mid == 0.316
    assert early.digest != load_event("china-2021").digest
    with pytest.raises(InputError, match="known_by: expected a day up to 2021-07-31"):
        load_event("china-2021", dt.date(2022, 1, 1))


def test_a_place_without_a_share_by_then_is_an_error() -> None:
    with pytest.raises(InputError, match="place_share of iran: expected a share published by"):
        network_availability(
            load_event("iran-2025"), DAYS, shares_by=dt.date(2025, 6, 1))


def test_a_halving_shuts_no_place() -> None:
    halving = load_event("halving-2024")
    assert halving.protocol is not None
    assert halving.protocol.subsidy_before_btc == 2 * halving.protocol.subsidy_after_btc
    assert availability(halving, DAYS) == {}
    assert (network_availability(halving, DAYS) == 1.0).all()


def test_the_digest_is_of_the_content() -> None:
    event = parse_event(TEXT, "a.toml")
    assert parse_event("# a remark\n" + TEXT, "b.toml").digest == event.digest
    assert parse_event(TEXT.replace("0.6", "0.61"), "a.toml").digest != event.digest


def test_a_file_is_read_like_a_shipped_event(tmp_path: Path) -> None:
    file = tmp_path / "storm.toml"
    file.write_text(TEXT)
    assert load_event(file) == load_event(str(file)) == parse_event(TEXT, "a.toml")


def test_an_unknown_event_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean china-2021"):
        load_event("china-2020")
    wrong: Any = "middle"
    with pytest.raises(InputError, match="case: expected low, mid or high"):
        availability(load_event("china-2021"), DAYS, wrong)


_RUSSIA_SHARE = "share_of_network = {low = 0.1, mid = 0.1, high = 0.2}"
_RUSSIA_OFF = "affected = {low = 0.5, mid = 0.5, high = 0.5}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("high = 0.8}", "high = 1.8}", "window.0.affected.high: expected a number >= 0 and <= 1"),
        ("high = 0.8}", "high = 80}", "found 80; a share, not percent: 80% is 0.8"),
        ("mid = 0.6", "mid = 0.9", "window.0.affected: expected low <= mid <= high, found 0.4"),
        ('place = "russia"', 'place = "rusia"', 'expected a known place, found "rusia"; did you'),
        ('place = "united_states"', 'place = "mars"', "a.toml: place: expected a known place"),
        ("ramp_days_off = 1", "ramp_days_off = -1", "window.0.ramp_days_off: expected a number"),
        ("ramp_days_off = 1", "ramp_days_off = 9", "window.0.end: expected an end after the start"),
        ("start = 2024-01-05\n", "start = 2024-01-05\nend = 2024-01-05\n",
         "window.1.end: expected an end after the start, found none"),
        ("start = 2024-01-05\n", "start = 2024-03-05\n",
         "window.1.start: expected a moment from 2024-01-01 to 2024-01-20, found 2024-03-05T"),
        ("start = 2024-01-05\n", "start = 2023-12-05\n", "window.1.start: expected a moment from"),
        ("start = 2024-01-05\n", "start = 2024-01-05\nend = 2024-02-05\n",
         "window.1.end: expected a moment from 2024-01-01 to 2024-01-20"),
        ("start = 2024-01-05\n", "start = 2024-01-05T00:00:00\n", "a moment with its zone"),
        ("start = 2024-01-05\n", 'start = "2024-01-05"\n', "expected a date or a moment in UTC"),
        ("start = 2024-01-05\n", "", "window.1.start: expected a table, found nothing; when the"),
        ("early = 2024-01-02", "early = 2024-01-05", "window.0.start: expected early <= mid <="),
        (_RUSSIA_SHARE, _RUSSIA_SHARE.replace("0.2", "0.8"),
         "place_share: expected shares published by 2023-11-01 that sum to at most 1, found 1.1"),
        (_RUSSIA_OFF, _RUSSIA_OFF + '\nsource = "x"', "a.toml: "),
        ('place = "russia"\nstart', 'place = "iran"\nstart', "expected a share of iran"),
        ('place = "russia"\nstart', 'place = "texas"\nstart',
         "window: expected at most the whole of texas off at once, found 1.1"),
        ('source = "the paper of the day"\n', "", "window.0.source: expected a value, found nothi"),
        ('source = "the paper of the day"\n', 'source = ""\n', "window.0.source: expected"),
        ("published = 2024-01-07", "published = 2024-02-07",
         "window.1.published: expected a day up to known_by, 2024-02-01, found 2024-02-07"),
        ("last_date = 2024-01-20", "last_date = 2023-01-20", "last_date: expected a day from"),
        ("[826560]", "[826561]", "retargets: expected a height that is a multiple of 2016"),
        ("[826560]", "[826560, 824544]", "retargets: expected each height once, in order"),
        ("[826560]", "[]", "retargets.scored: expected"),
        ('kind = "storm"', 'kind = "halving"', "protocol: expected a table, for a halving"),
        ('kind = "storm"', 'kind = "weather"', "kind: expected 'ban', 'outage'"),
        ("[retargets]", 'observed_pct = -5\n[retargets]', "observed_pct: expected a known key"),
    ],
)
def test_bad_input_is_one_line(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        parse_event(TEXT.replace(old, new, 1), "a.toml")
    line = str(caught.value)
    assert line.startswith("a.toml: ")
    assert message in line
    assert "\n" not in line


def test_an_event_without_windows_is_an_error() -> None:
    with pytest.raises(InputError, match="window: expected a window, for kind storm"):
        parse_event(TEXT[: TEXT.index("[[window]]")], "a.toml")


def test_a_place_does_not_stand_beside_what_holds_it() -> None:
    with pytest.raises(InputError, match="expected texas or united_states, which holds it"):
        parse_event(TEXT.replace('"russia"', '"united_states"'), "a.toml")
