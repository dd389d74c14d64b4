"""The network command: what it prints, what it refuses, the same bits on any threads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.network import document
from hashfall.report.network import network_lines
from hashfall.report.network_page import network_page

Result = dict[str, Any]
QUICK: dict[str, Any] = {"paths": 128, "draws": 1, "years": 0.25, "effects": False}
DAY = "2026-03-19"
HEAD = 'schema = "hashfall.scenario/1"\nname = "x"\nfor = "*"\n'
EXIT = '[[network.exit]]\nplace = "russia"\nfrom = 2026-04-01\n'
MOVE = '[[network.relocate]]\nfrom = "russia"\nto = "canada"\nshare = 0.5\nlag_days = 30\n'


@pytest.fixture(scope="module")
def russia() -> Result:
    return document(exits=["russia"], as_of=DAY, **QUICK)


@pytest.fixture(scope="module")
def as_it_is() -> Result:
    return document(as_of=DAY, **QUICK)


def _scenario(folder: Path, text: str) -> str:
    file = folder / "s.toml"
    file.write_text(HEAD + text)
    return str(file)


def test_both_ends_and_the_model_between_them(russia: Result) -> None:
    c = russia["concentration"]["country"]
    assert c["as_of"] == "2025-06" and c["estimator"] == "Hashrate Index (Luxor)"
    assert round(c["bounds"]["all_to_largest"]["hhi_change"]) == 1190
    low, high = (c["bounds"][k]["hhi_change"] for k in ("spread_even", "all_to_largest"))
    assert low < 0 < c["after"]["hhi_change"] < high
    ends = c["interval"]["hhi_change"]
    assert low < ends["low"] < c["after"]["hhi_change"] < ends["high"] < high


def test_keys_that_others_rely_on(russia: Result) -> None:
    assert russia["schema"] == "hashfall.network/1"
    row = russia["difficulty"][0]
    assert {"date", "day", "p5", "p50", "p95"} <= set(row)
    assert {"from", "to", "share", "low", "high"} <= set(russia["flows"][0])
    for case in ("before", "after"):
        found = russia["concentration"]["country"][case]
        assert {"hhi", "hhi_change", "nakamoto", "effective_number"} <= set(found)
    assert russia["provenance"]["seed"] == 7
    names = {i["name"] for i in russia["provenance"]["inputs"]}
    assert {"cases/history.csv", "cases/migration.toml", "cases/shares.csv"} <= names
    assert all(s["source"] for s in russia["sources"])


def test_flows_and_destinations_sum_to_what_leaves(russia: Result) -> None:
    assert sum(f["share"] for f in russia["flows"]) == pytest.approx(0.1661)
    arrival = russia["exit"]["arrivals"][0]
    taken = sum(d["share"] for d in russia["destinations"])
    assert taken == pytest.approx(arrival["runs_again"])
    assert taken + arrival["lost"] == pytest.approx(0.1661)
    for d in russia["destinations"]:
        assert d["low"] <= d["share"] <= d["high"]
        assert d["moved"] + d["resold"] == pytest.approx(d["share"])


def test_the_exit_is_read_off_path_by_path(russia: Result) -> None:
    first, later = russia["effect_pct"]["hashrate"][0], russia["effect_pct"]["hashrate"][-1]
    assert first["p50"] == pytest.approx(-16.6, abs=0.3)
    assert later["p50"] > first["p50"] + 3.0  # others switch on, machines arrive
    cost = russia["effect_pct"]["flow_cost_usd_per_day"]
    assert cost[0]["p50"] == pytest.approx(-16.6, abs=0.3)
    assert abs(cost[-1]["p50"]) < 6.0  # rewards set it once difficulty has followed


def test_without_an_exit_there_is_no_effect(as_it_is: Result) -> None:
    assert as_it_is["exit"] is None and as_it_is["flows"] == []
    assert "effect_pct" not in as_it_is
    assert all(c["after"] is None for c in as_it_is["concentration"].values())


def test_control_of_the_largest_goes_with_its_share(russia: Result) -> None:
    control = russia["concentration"]["country"]["control"]
    order = ["before", "after", "all_to_largest"]
    for key in ("share", "extra_delay_blocks", "wait_p95_days", "overtakes_6"):
        values = [control[case][key] for case in order]
        assert values == sorted(values) and values[0] < values[-1]
    assert control["all_to_largest"]["overtakes_6"] == 1.0


def test_what_is_missing_is_said(russia: Result) -> None:
    what = {m["what"]: m for m in russia["missing"]}
    assert "maker: shares" in what
    assert "pool: who holds the machines that leave" in what
    assert what["canada: power_price_usd_per_kwh"]["used_instead"] == "0.045 (0.03 to 0.08) USD/kWh"
    for row in russia["assumptions"]:
        assert row["range"][0] <= row["value"] <= row["range"][1], row["name"]
        assert row["source"]


def test_the_same_bits_on_any_threads() -> None:
    one, two = (document(exits=["bitriver"], as_of=DAY, threads=n, **{**QUICK, "paths": 384})
                for n in (1, 2))
    for result in (one, two):
        result.pop("seconds")
        result.pop("provenance")
    assert json.dumps(one) == json.dumps(two)


def test_another_seed_gives_other_paths(russia: Result) -> None:
    other = document(exits=["russia"], as_of=DAY, seed=8, **QUICK)
    assert other["hashprice"][-1] != russia["hashprice"][-1]
    assert other["flows"] == russia["flows"]  # of the places, not of the paths


def test_lines_are_short_and_say_the_dimension(russia: Result, as_it_is: Result) -> None:
    for result in (russia, as_it_is):
        lines = network_lines(result, "out.html")
        assert max(map(len, lines)) <= 80
        assert any(line.startswith("Concentration by country") for line in lines)
        assert all(any(line.startswith(f"By {name}") for line in lines)
                   for name in ("pool", "maker", "owner", "law area"))
    text = "\n".join(network_lines(russia))
    assert "+1,190" in text and "-262" in text


def test_the_dimension_chosen_comes_first(russia: Result) -> None:
    lines = network_lines({**russia, "dimension": "pool"})
    assert any(line.startswith("Concentration by pool") for line in lines)
    assert any(line.startswith("By country") and "model" in line for line in lines)
    maker = network_lines({**russia, "dimension": "maker"})
    assert any("not available: no table of machines by maker" in line for line in maker)


def test_a_page_loads_nothing_and_has_its_charts(russia: Result) -> None:
    russia["provenance"]["command"] = {"exit": ["russia"], "seed": 7}
    text = network_page(russia)
    assert "default-src 'none'" in text and "<script" not in text and "src=" not in text
    for name in ("difficulty", "hashprice", "hashrate", "effect", "places", "destinations", "hhi"):
        assert f'id="chart-{name}"' in text
    assert "hashfall network --exit russia --seed 7" in text
    assert "+1,190" in text and "The network if Russia leaves" in text


def test_a_scenario_says_where_machines_go(tmp_path: Path) -> None:
    file = _scenario(tmp_path, "[world]\ndrift_per_year = 0.1\n" + EXIT + MOVE)
    found = document(scenarios=[file], as_of=DAY, **QUICK)
    flows = {f["to"]: f for f in found["flows"]}
    assert flows["canada"]["share"] == pytest.approx(0.5 * 0.1661)
    assert flows["lost"]["basis"] == "scenario"
    # What arrives nowhere makes the share of all others larger.
    after = found["concentration"]["country"]["control"]["after"]
    assert after["share"] == pytest.approx(0.3581 / (1.0 - 0.5 * 0.1661))
    assert found["notes"][-1].endswith("only [network] is used, not world.drift_per_year")
    assert any("as the scenario says" in line for line in network_lines(found))


def test_a_window_closes_and_nobody_moves(tmp_path: Path) -> None:
    window = '[[network.window]]\nplace = "texas"\nstart = 2026-03-20\nend = 2026-03-22\n'
    found = document(scenarios=[_scenario(tmp_path, window + "affected = 1.0\n")], as_of=DAY,
                     **QUICK)
    assert found["effect_pct"]["hashrate"][0]["p50"] == pytest.approx(-10.4, abs=0.5)
    assert found["flows"] == [] and found["concentration"]["country"]["after"] is None
    assert network_lines(found)[0].endswith("closures")


def test_own_shares_stand_in_for_the_map(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("dimension,name,share\nmaker,A,0.8\nmaker,B,0.1\n"
                    "country,Russia,0.3\ncountry,United States,0.2\ncountry,Canada,0.1\n")
    found = document(exits=["russia"], shares=[str(file)], as_of=DAY, **QUICK)
    c = found["concentration"]
    assert c["maker"]["before"]["hhi"] == pytest.approx(6500)
    assert c["country"]["bounds"]["all_to_largest"]["hhi_change"] == pytest.approx(
        10_000 * (0.5**2 - 0.3**2 - 0.2**2))
    assert any("your shares (maker, country)" in note for note in found["notes"])
    assert {i["name"] for i in found["provenance"]["inputs"]} >= {"shares own.csv"}


def test_a_group_of_countries_has_no_holder() -> None:
    found = document(exits=["rest_of_world"], as_of=DAY, **QUICK)
    row = found["concentration"]["country"]
    assert row["before"]["hhi"] == pytest.approx(1795, abs=1) and row["after"] is None
    assert row["reason"] == f"no one map public by {DAY} names what leaves: rest_of_world"


@pytest.mark.parametrize(("arguments", "said"), [
    (["--exit", "rusia"], '--exit: expected a shipped case, a country or a part of one, found '
                          '"rusia"; did you mean russia?'),
    (["--exit", "world"], "--exit: expected a company, a country or a part of one"),
    (["--exit", "russia", "--exit", "russia"], "--exit: expected each name once"),
    (["--exit", "bitriver", "--as-of", "2025-01-01"],
     "--exit: bitriver: expected a date from 2025-05-31 on"),
    (["--dimension", "contry"], '--dimension: expected country or pool or maker or owner or '
                                'law_area, found "contry"; did you mean country?'),
    (["--as-of", "2015-01-01"], "--as-of: expected a date after 2016"),
    (["--years", "0"], "--years: expected 0.08333 to 10, found 0.0"),
    (["--paths", "1"], "--paths: expected 128 to 10,000,000, found 1"),
    (["--shares", "none.csv"], "none.csv: expected a text file, found No such file"),
])
def test_bad_arguments(arguments: list[str], said: str,
                       capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"hashfall: {said}") and error.count("\n") == 1


@pytest.mark.parametrize(("text", "said"), [
    (EXIT + "share = 1.5\n", "network.exit.0.share: expected a number >= 0 and <= 1 [share], "
                             "found 1.5"),
    (EXIT.replace("russia", "rusia"), 'network.exit.0.place: expected a known place, found '
                                      '"rusia"; did you mean russia?'),
    (EXIT.replace("2026-04-01", "2036-04-01"), "network.exit.0.from: expected a day from "
                                               "2026-03-19 to 2028-03-18, found 2036-04-01"),
    (EXIT.replace("2026-04-01", "2020-04-01"), "network.exit.0.from: expected a day from "
                                               "2026-03-19 to 2028-03-18, found 2020-04-01"),
    (EXIT + MOVE.replace("= 30", "= -3"), "network.relocate.0.lag_days: expected a number >= 0 "
                                          "and <= 3650 [days], found -3"),
    (MOVE, "network.relocate.0.from: expected a place that an exit of the scenario leaves"),
    (EXIT.replace("russia", "world"), "expected a network of which something runs every day"),
])
def test_bad_scenarios(text: str, said: str, tmp_path: Path,
                       capsys: pytest.CaptureFixture[str]) -> None:
    file = _scenario(tmp_path, text)
    assert main(["network", "--as-of", DAY, "--scenario", file]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert file in error or "--scenario" in error


@pytest.mark.parametrize(("table", "said"), [
    ("country,Russia,1.2", "line 2: share: expected 0 to 1, found 1.2"),
    ("country,Russia,-0.2", "line 2: share: expected 0 to 1, found -0.2"),
    ("planet,Russia,0.2", "line 2: dimension: expected one of country, pool"),
    ("country,Russland,0.3", "country: expected Russia with a share of 0.1661 or more, which "
                             "leaves, found none; did you mean Russland?"),
])
def test_bad_tables(table: str, said: str, tmp_path: Path,
                    capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.csv"
    file.write_text(f"dimension,name,share\n{table}\n")
    arguments = ["--as-of", DAY, "--exit", "russia", "--shares", str(file), "--years", "0.1"]
    assert main(["network", *arguments, "--paths", "128"]) == 2
    error = capsys.readouterr().err
    assert f"own.csv: {said}" in error and error.count("\n") == 1
