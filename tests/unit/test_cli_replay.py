"""``hashfall replay``: keys, lines of 80 columns, the page, what is refused."""

from __future__ import annotations

import copy
import html as markup
import json
import math
import re
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.output import json_text
from hashfall.cli.replay import document, shape_of
from hashfall.cli.replay_step import (
    PLANTED_EH_S,
    attribution_of,
    beside_of,
    planted_rows,
    views_of,
)
from hashfall.ingest.events import event_ids, load_event
from hashfall.report.replay import change, interval, replay_lines
from hashfall.report.replay_charts import charts
from hashfall.report.replay_page import replay_page

Result = dict[str, Any]
_NAMES = ("china-2021", "fern-2026", "xinjiang-2025")


@pytest.fixture(scope="module")
def result() -> Result:
    """Three events with few paths, as the machine output has them."""
    found: Result = json.loads(json_text(document(_NAMES, draws=2, inner=128, planted=True)))
    found["provenance"]["command"] = {"event": "all", "view": None, "paths": 256, "seed": 7}
    return found


def test_the_json_has_the_keys_of_the_contract(result: Result) -> None:
    assert result["schema"] == "hashfall.replay/1"
    assert [r["event"] for r in result["replays"]] == list(_NAMES)
    for r in result["replays"]:
        assert {"cumulative_predicted_pct", "cumulative_observed_pct", "score"} <= set(r)
        assert {"value", "low", "high", "verdict", "detectable_share"} <= set(r["attribution"])
        for row in r["retargets"]:
            assert {"height", "predicted_pct", "observed_pct", "low", "high"} <= set(row)
            assert row["low"] <= row["predicted_pct"] <= row["high"]
    inputs = {i["name"]: i["sha256"] for i in result["provenance"]["inputs"]}
    assert inputs["event china-2021"] == load_event("china-2021").digest
    assert len(inputs["cases/history.csv"]) == 64
    assert {"version", "seed", "definitions", "environment", "created"} <= set(
        result["provenance"])
    assert any(s.get("event") == "china-2021" and s["source"] for s in result["sources"])


def test_observed_retargets_are_those_of_the_chain(result: Result) -> None:
    china, fern, _ = result["replays"]
    seen = {row["height"]: row["observed_pct"] for row in china["retargets"]}
    assert seen[689_472] == pytest.approx(-27.94, abs=0.01)
    assert china["cumulative_observed_pct"] == pytest.approx(-35.04, abs=0.01)
    assert fern["cumulative_observed_pct"] == pytest.approx(-11.16, abs=0.01)
    parts = {row["height"]: row["part"] for row in china["retargets"]}
    assert parts[685_440] == "apart"
    assert china["apart_why"]


def test_china_has_both_views_and_a_scored_recovery(result: Result) -> None:
    china = result["replays"][0]
    other = china["other_view"]
    assert (china["view"], other["view"]) == ("latest", "before")
    # The map before the first day held more of the network in China: the fall is larger.
    assert other["cumulative_predicted_pct"] < china["cumulative_predicted_pct"]
    for view in (china, other):
        found = view["recovery"]
        assert found["n"] == len(found["path"]) == 12
        assert found["crps_pct"] > 0.0
    assert all(r["other_view"] is None for r in result["replays"][1:])


def test_a_view_that_is_asked_for_stands_first() -> None:
    found = document(["china-2021"], view="before", draws=1, inner=128)["replays"][0]
    assert (found["view"], found["other_view"]["view"]) == ("before", "latest")
    alone = document(["iran-2025"], view="before", draws=1, inner=128)["replays"][0]
    assert (alone["view"], alone["other_view"]) == ("latest", None)


def test_the_total_leaves_claims_and_single_exits_out(result: Result) -> None:
    assert result["score"]["events"] == 2
    assert result["score"]["n"] == 4
    scores = [r["score"] for r in result["replays"][:2]]
    assert result["score"]["rmse_pct"] == pytest.approx(
        math.sqrt(sum(s["n"] * s["rmse_pct"] ** 2 for s in scores) / 4))


def test_events_of_one_epoch_stand_beside_each_other() -> None:
    beside = {name: beside_of(load_event(name)) for name in event_ids()}
    assert beside.pop("fern-2026") == ["bitriver-2026"]
    assert beside.pop("bitriver-2026") == ["fern-2026"]
    assert not any(beside.values())


def test_two_views_only_where_two_maps_differ() -> None:
    assert [n for n in event_ids() if len(views_of(load_event(n))) == 2] == ["china-2021"]


def test_an_exit_behind_a_storm_cannot_be_told_apart() -> None:
    found = attribution_of("bitriver-2026", load_event("bitriver-2026"))
    assert found["masked"]
    assert found["verdict"] == "cannot be told apart"
    assert found["concurrent_log"] < found["claim_log"] < 0.0


def test_a_planted_exit_is_found_where_it_is_large() -> None:
    large, small = planted_rows()
    assert large["found"]
    assert not small["found"]
    assert large["share"] == pytest.approx(PLANTED_EH_S / large["network_eh_s"])
    assert large["share"] > large["attribution"]["detectable_share"]
    assert small["share"] < small["attribution"]["detectable_share"]


def test_lines_fit_80_columns_and_show_every_row(result: Result) -> None:
    text = replay_lines(result, "out.html")
    assert all(len(line) <= 80 for line in text)
    whole = "\n".join(text)
    for r in result["replays"]:
        for row in r["retargets"]:
            if row["part"] != "recovery":
                assert f"{row['height']:,}" in whole
        assert r["attribution"]["verdict"] in whole
    assert whole.count("together") == 2
    assert "shares of places as published before 2021-05-13" in whole
    assert "Planted: 18 EH/s" in whole
    assert "out.html" in whole


def test_one_event_alone_says_what_was_known(result: Result) -> None:
    alone = {**result, "replays": result["replays"][:1], "planted": []}
    text = " ".join(" ".join(replay_lines(alone)).split())
    assert "event file as of 2021-07-31" in text
    assert "before the orders of June" in text
    assert text.count("recovery: change of difficulty") == 2
    assert all(len(line) <= 80 for line in replay_lines(alone))


def test_what_is_not_on_record_prints_as_such(result: Result) -> None:
    blank = copy.deepcopy(result)
    row = blank["replays"][1]["retargets"][0]
    row["observed_pct"], row["date"] = None, None
    del row["miss_pct"], row["inside"]
    blank["replays"][1]["cumulative_observed_pct"] = None
    blank["replays"][1]["score"] = {"n": 0}
    assert "n/a" in "\n".join(replay_lines(blank))
    assert "n/a" in replay_page({**blank, "replays": blank["replays"][1:2], "planted": []})


def test_the_page_has_a_chart_and_a_table_for_each_event(result: Result) -> None:
    text = replay_page(result)
    figures = re.findall(r"<figure.*?</figure>", text, re.S)
    assert len(figures) == len(charts(result)) == 6
    for figure in figures:
        assert figure.count("<svg") == 2
        assert re.search(r"<figcaption>[A-Z].{40,}", figure)
        assert re.search(r"<details.*<tbody>\s*<tr", figure, re.S)
    words = markup.unescape(text.replace("<wbr>", ""))
    for r in result["replays"]:
        assert r["title"] in words
        assert all(change(row["predicted_pct"]) in words for row in r["retargets"]
                   if row["part"] != "recovery")
    assert "hashfall replay all --paths 256 --seed 7" in words
    assert "<script" not in text
    assert "default-src 'none'" in text


def test_words_of_an_event_cannot_break_out(result: Result) -> None:
    evil = copy.deepcopy({**result, "replays": result["replays"][1:2], "planted": []})
    evil["replays"][0]["title"] = "<script>alert(1)</script>\x1b[2J"
    assert "<script>" not in replay_page(evil)
    assert not any("\x1b" in line for line in replay_lines(evil))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chna-2021",), "did you mean china-2021?"),
        (("fern-2026", "--view", "last"), "before or latest"),
        (("fern-2026", "--paths", "0"), "1 to 10,000,000"),
        (("fern-2026", "--json", "a", "--html", "a"), "another file than that of --json"),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


@pytest.mark.parametrize("paths", [1, 127, 128, 129, 4096, 4097, 100_000])
def test_paths_are_rounded_up_never_down(paths: int) -> None:
    draws, inner = shape_of(paths)
    assert inner % 128 == 0
    assert paths <= draws * inner < paths + draws * 128


def test_changes_print_with_their_sign() -> None:
    assert change(-0.04) == change(0.04) == "0.0%"
    assert interval(None, 1.0) == "[n/a]"
