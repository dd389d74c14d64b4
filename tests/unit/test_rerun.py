"""What `rerun` makes of a result before anything is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.again import KINDS, run_again
from hashfall.engine.provenance import differences
from hashfall.errors import InputError

ORIGIN: dict[str, dict[str, Any]] = {
    "hashfall.surface/1": {"seed": 7, "options": {"paths": 256}},
    "hashfall.forecast/1": {"seed": None, "options": {"what": "difficulty", "inside": True}},
    "hashfall.replay/1": {
        "seed": 7, "events": [{"name": "fern-2026", "text": None}],
        "options": {"view": None, "draws": 1, "inner": 128, "planted": False},
    },
    "hashfall.network/1": {
        "seed": 7, "scenarios": [], "shares": [],
        "options": {"as_of": "2026-03-19", "known_by": "2026-03-19", "exit": [], "scenario": [],
                    "dimension": "country", "years": 1.0, "paths": 1024, "draws": 8,
                    "effects": True},
    },
}


def test_there_is_a_reader_for_each_schema() -> None:
    from importlib import import_module

    for kind in KINDS.values():
        assert callable(getattr(import_module(kind.module), kind.function))


def test_schemas_are_those_that_the_commands_write(root: Path) -> None:
    from hashfall.cli.cashout import SURFACE_SCHEMA
    from hashfall.cli.forecast import SCHEMA as FORECAST
    from hashfall.cli.network import SCHEMA as NETWORK
    from hashfall.cli.replay import SCHEMA as REPLAY
    from hashfall.engine.cashout import SCHEMA as CASHOUT

    sample = json.loads((root / "tests/data/sample_result.json").read_text("utf-8"))
    assert set(KINDS) == {sample["schema"], CASHOUT, SURFACE_SCHEMA, NETWORK, REPLAY, FORECAST}


@pytest.mark.parametrize("schema", [None, 3, "hashfall.hashprice/1", "hashfall.assessment/9"])
def test_another_schema_is_told_which_can_be_run_again(schema: object) -> None:
    with pytest.raises(InputError) as told:
        run_again({"schema": schema, "provenance": {}}, file="r.json")
    for kind in KINDS.values():
        assert kind.command in str(told.value)


@pytest.mark.parametrize("schema", KINDS)
@pytest.mark.parametrize("origin", [None, [], {}, {"seed": 7, "options": []}])
def test_a_result_without_its_origin_is_one_line(schema: str, origin: object) -> None:
    with pytest.raises(InputError, match=r"r\.json: provenance: expected"):
        run_again({"schema": schema, "provenance": origin}, file="r.json")
    with pytest.raises(InputError, match="no 'provenance'"):
        run_again({"schema": schema}, file="r.json")


@pytest.mark.parametrize(("schema", "place", "value"), [
    ("hashfall.surface/1", "paths", "many"),
    ("hashfall.forecast/1", "what", "hashprice"),
    ("hashfall.replay/1", "inner", 100),
    ("hashfall.replay/1", "draws", 0),
    ("hashfall.network/1", "dimension", "planet"),
    ("hashfall.network/1", "paths", 1),
    ("hashfall.network/1", "as_of", "soon"),
    ("hashfall.network/1", "scenario", ["a.toml"]),
])
def test_an_option_that_cannot_be_is_refused(schema: str, place: str, value: object) -> None:
    origin = json.loads(json.dumps(ORIGIN[schema]))
    origin["options"][place] = value
    with pytest.raises(InputError, match=r"r\.json: provenance: "):
        run_again({"schema": schema, "provenance": origin}, file="r.json")


@pytest.mark.parametrize("event", [
    {"name": "none-2020", "text": None}, {"name": "a.toml", "text": "id = 3"}, {"name": "a.toml"},
])
def test_an_event_that_is_not_carried_is_refused(event: dict[str, Any]) -> None:
    origin = {**ORIGIN["hashfall.replay/1"], "events": [event]}
    with pytest.raises(InputError, match=r"r\.json: provenance: "):
        run_again({"schema": "hashfall.replay/1", "provenance": origin}, file="r.json")


def test_threads_are_within_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "r.json"
    file.write_text('{"schema": "hashfall.surface/1"}')
    assert main(["rerun", str(file), "--threads", "0"]) == 2
    assert "--threads" in capsys.readouterr().err


def test_time_and_environment_are_not_compared() -> None:
    one = {"seconds": 1.0, "provenance": {"created": "a", "environment": {"x": 1}, "seed": 1}}
    two = {"seconds": 2.0, "provenance": {"created": "b", "environment": {"x": 2}, "seed": 2}}
    assert [d["path"] for d in differences(one, two)] == ["provenance.seed"]


@pytest.mark.parametrize("change", [
    {"asked": {"by_day": 400}}, {"asked": {"close": ["no_such_route"]}},
    {"asked": {"freeze": [{"source": "moon", "account": None, "from_day": 0, "days": None,
                           "share": 1.0}]}},
    {"screened": {"inputs": []}}, {"options": {"mode": "dice"}}, {"options": {"paths": 1}},
    {"book": {"as_of": "soon"}},
])
def test_what_was_asked_is_held_against_the_book(change: dict[str, dict[str, Any]]) -> None:
    from hashfall.book.load import to_json
    from hashfall.book.prepare import prepare
    from hashfall.cli.again_book import cashout_again

    prepared = prepare("intelion")
    origin: dict[str, Any] = {
        "seed": 7, "book": to_json(prepared.written), "scenarios": [],
        "world": prepared.world.model_dump(mode="json", by_alias=True),
        "options": {"years": 1.0, "paths": 256, "draws": 64, "mode": "garch", "network": False},
        "asked": {"by_day": 90, "need": None, "currency": "USD", "close": ["otc"], "freeze": []},
    }
    assert callable(cashout_again(origin))
    for key, changes in change.items():
        origin[key] = {**origin.get(key, {}), **changes}
    with pytest.raises(InputError, match=r"r\.json: provenance: "):
        run_again({"schema": "hashfall.cashout/1", "provenance": origin}, file="r.json")
