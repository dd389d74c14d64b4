"""The main job, end to end: a case in, the contract's keys out, the same bits again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main

SMALL = ["--paths", "2048", "--years", "1", "--quiet"]
CLOCKS, HORIZONS = ("d1", "d2", "d3", "d4"), ("6m", "12m", "24m", "36m")
KEYS = {
    "schema", "case", "as_of", "horizon_days", "paths", "seed", "pd", "runway_days", "causes",
    "break_even", "trapped_btc", "realised_over_spot", "assumptions", "missing", "pd_by_drift",
    "overdue", "network", "provenance", "sources",
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("assess")
    file = folder / "result.json"
    page = folder / "page.html"
    assert main(["assess", "terawulf_2022", *SMALL, "--json", str(file), "--html", str(page)]) == 0
    assert page.stat().st_size > 50_000
    return file, json.loads(file.read_text())


def test_the_keys_of_the_contract_are_there(result: tuple[Path, dict[str, Any]]) -> None:
    r = result[1]
    assert r.keys() >= KEYS
    assert set(CLOCKS) == r["pd"].keys()
    assert set(HORIZONS) == r["pd"]["d1"].keys()
    assert r["pd"]["d1"]["24m"] is None  # the run is one year long
    assert r["pd"]["d3"] is None  # the book lists no covenant
    assert {"cash_only", "cash_and_coins"} == r["runway_days"].keys()
    assert {"hashprice_usd_ph_day", "power_price_usd_per_kwh", "haircut"} == r["break_even"].keys()
    assert {"fleet_j_per_th", "pd_without_answer", "fall"} <= r["network"].keys()
    assert {"share_of_network", "effect_pct", "pd_of_a_survivor"} <= r["network"]["fall"].keys()
    assert (r["balances_of"], r["balances_age_days"]) == (r["as_of"], 0)
    assert {"version", "inputs", "seed", "definitions", "environment", "created"} <= r[
        "provenance"
    ].keys()


def test_probabilities_are_in_order(result: tuple[Path, dict[str, Any]]) -> None:
    d1 = result[1]["pd"]["d1"]
    for p in (d1["6m"], d1["12m"]):
        assert 0.0 <= p["low"] <= p["value"] <= p["high"] <= 1.0
        assert p["se"] >= 0.0
    assert d1["6m"]["value"] <= d1["12m"]["value"]
    curve = result[1]["pd_curve"]["d1"]["value"]
    assert curve == sorted(curve)


def test_causes_add_up_to_the_defaults(result: tuple[Path, dict[str, Any]]) -> None:
    causes = result[1]["causes"]
    assert sum(row["share"] for row in causes) == pytest.approx(1.0, abs=1e-12)


def test_fans_are_ordered(result: tuple[Path, dict[str, Any]]) -> None:
    fan = result[1]["fan"]
    rows = zip(*(fan[f"p{q}"] for q in (5, 25, 50, 75, 95)), strict=True)
    assert all(list(row) == sorted(row) for row in rows)


def test_every_assumption_has_a_range_and_a_source(result: tuple[Path, dict[str, Any]]) -> None:
    rows: list[Mapping[str, Any]] = result[1]["assumptions"]
    assert rows
    for row in rows:
        assert row["range"][0] <= row["value"] <= row["range"][1]
        assert row["source"]
        assert row["effect"] == pytest.approx(row["pd_high"] - row["pd_low"])


def test_a_rerun_gives_the_same_bits(
    result: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rerun", str(result[0]), "--threads", "1", "--json", "-", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["identical"] is True


def test_a_changed_result_is_found_out(
    result: tuple[Path, dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = json.loads(result[0].read_text())
    changed["pd"]["d1"]["12m"]["value"] += 1e-9
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(changed))
    assert main(["rerun", str(file), "--json", "-", "--quiet"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [d["path"] for d in found["differences"]] == ["pd.d1.12m.value"]


def test_known_by_hides_what_came_later(tmp_path: Path) -> None:
    def claims(*args: str) -> int:
        file = tmp_path / "r.json"
        assert main(["assess", "bitriver", "--paths", "128", "--years", "0.5", "--quiet",
                     "--json", str(file), "--html", str(tmp_path / "p.html"), *args]) == 0
        return len(json.loads(file.read_text())["provenance"]["book"]["claims"])

    assert claims() < claims("--as-of", "2026-02-28")


def test_the_book_of_the_first_steps_is_assessed(root: Path, tmp_path: Path) -> None:
    book = str(root / "docs/examples/first_miner.toml")
    assert main(["assess", book, "--paths", "128", "--years", "0.5", "--quiet",
                 "--html", str(tmp_path / "p.html")]) == 0


def test_an_unknown_power_region_is_named_with_its_place(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = str(root / "docs/examples/first_miner.toml")
    assert main(["assess", book, "--paths", "128", "--quiet", "--html", str(tmp_path / "p.html"),
                 "--set", 'sites.plant.power.region="ercot"']) == 2
    error = capsys.readouterr().err
    assert "sites.plant.power.region" in error and error.count("\n") == 1
