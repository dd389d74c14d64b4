"""Shut-off files are frozen inputs: sources on every row, no outcome, unchanged."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hashfall.book.place_names import PLACES
from hashfall.ingest.event_records import Event, PlaceShare, Window
from hashfall.ingest.events import event_ids, load_event
from hashfall.ingest.history import load_history

FOLDER = Path(__file__).parents[2] / "src/hashfall/cases/events"

# SHA-256 of the files as frozen on 25 November 2026, before any comparison. A change here
# is a change of an input of a prediction: say so, with the reason, in docs/events.md.
FROZEN = {
    "bitriver-2026": "14321a94ae714b92609e8c89f5a92cb0",
    "china-2021": "5d8195797d823f6d6dc5e7b86065b083",
    "elliott-2022": "4a9a049a84fe826378b3e010e630d448",
    "fern-2026": "58529b977e29df41e53f93ed00eb1a32",
    "halving-2024": "bddf4e046ccca080691b7ffc990754eb",
    "iran-2025": "55f47ba5789398f4f38b4e065e8379ba",
    "kazakhstan-2022": "a6d7123a4e78a8e5aaeb0b853384ec35",
    "texas-2024": "e431c79448697701856e6fccea162c48",
    "xinjiang-2025": "889e783416e366b16c9b8e7fb7aae3ef",
}
ASKED = {
    "bitriver-2026", "china-2021", "elliott-2022", "fern-2026", "halving-2024", "iran-2025",
    "kazakhstan-2022", "texas-2024", "xinjiang-2025",
}
_OUTCOME_KEY = re.compile(
    r"difficulty|hashrate|observed|block_?time|interval_s|_ehs|trough|peak|change|drop|recovered"
)


def _keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from _keys(value)


def test_the_events_that_are_asked_for_are_there() -> None:
    assert set(event_ids()) == ASKED
    assert set(FROZEN) == ASKED


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_file_is_as_it_was_frozen(name: str) -> None:
    content = (FOLDER / f"{name}.toml").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith(FROZEN[name])


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_file_holds_no_outcome(name: str) -> None:
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    assert not [key for key in _keys(data) if _OUTCOME_KEY.search(key)]


def test_the_records_have_no_room_for_an_outcome() -> None:
    fields = {*Event.model_fields, *Window.model_fields, *PlaceShare.model_fields}
    assert not [field for field in fields if _OUTCOME_KEY.search(field)]
    assert _OUTCOME_KEY.search("difficulty_change_pct")


@pytest.mark.parametrize("name", sorted(ASKED))
def test_every_row_has_a_source_of_its_time(name: str) -> None:
    event = load_event(name)
    assert event.id == name
    for where, row in event.rows():
        assert row.source, where
        assert dt.date(2020, 1, 1) <= row.published <= event.known_by, where
    if event.kind != "halving":
        assert event.note, "says where the record is silent"


@pytest.mark.parametrize("name", sorted(ASKED))
def test_what_is_not_sourced_has_a_range(name: str) -> None:
    for where, row in load_event(name).rows():
        interval = row.affected if isinstance(row, Window) else row.share_of_network
        if row.size == "assumption":
            assert interval.low < interval.high, where


@pytest.mark.parametrize("name", sorted(ASKED))
def test_retargets_lie_in_the_days_of_the_event(name: str) -> None:
    event, history = load_event(name), load_history()
    for height in (*event.retargets.scored, *event.retargets.apart):
        start = float(history.start_s[height // 2016])
        if math.isnan(start):
            assert height == 935424, "the only one after the shipped times of blocks"
            continue
        day = dt.datetime.fromtimestamp(start, dt.UTC).date()
        assert event.first_date <= day <= event.last_date + dt.timedelta(days=1)


def test_the_places_with_data_are_known_by_name() -> None:
    places = tomllib.loads((FOLDER.parent / "places.toml").read_text())["place"]
    assert not set(places) - set(PLACES)
