"""``hashfall cashout --lists``: a listing known at the time shuts routes, a later one does not."""

# ruff: noqa: RUF001 - a name in Cyrillic
from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.cashout import company_document
from hashfall.cli.screen_inputs import screened_case
from hashfall.report.cashout_page import cashout_page

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]
Capture = pytest.CaptureFixture[str]
HEAD = ("id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
        "program_ids,dataset,first_seen,last_seen,last_change\n")
ROW = '{id},Company,"{name}",,,ru,,,"Made - order",,,MADE,made_list,{day}T00:00:00,{seen},{seen}\n'
SEEN = "2025-12-30T00:00:00"


def _list(folder: Path, *rows: tuple[str, str]) -> str:
    folder.mkdir()
    text = "".join(ROW.format(id=f"m{i}", name=name, day=day, seen=SEEN)
                   for i, (name, day) in enumerate(rows))
    (folder / "made.csv").write_text(HEAD + text, encoding="utf-8")
    return str(folder)


@pytest.fixture
def policies(tmp_path: Path) -> str:
    """A venue that refuses names like listed ones, with two of three routes."""
    file = tmp_path / "venues.toml"
    file.write_text('schema = "hashfall.policies/1"\n[venues.desk]\nroutes = ["otc", "p2p"]\n'
                    "name_score = 0.9\nenforced = 0.8\n", encoding="utf-8")
    return str(file)


def test_lost_routes_are_shut_and_told(
    run_cli: RunCli, tmp_path: Path, policies: str
) -> None:
    lists = _list(tmp_path / "lists", ("ООО «Интелион Дата»", "2024-02-01"))
    done = run_cli("cashout", "intelion", "--lists", lists, "--policies", policies, "--paths",
                   "128", "--json", "a.json", "--quiet")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads((tmp_path / "a.json").read_text())
    assert result["asked"]["close"] == ["otc", "p2p"]
    row = result["closed_by_screening"][0]
    assert {k: row[k] for k in ("route", "venue", "policy", "match", "list")} == {
        "route": "otc", "venue": "desk", "policy": "name_score 0.9",
        "match": "ООО «Интелион Дата»", "list": "made_list"}
    assert 0.9 <= row["score"] <= 1.0
    assert "listed on 2024-02-01, MADE" in row["reasons"]
    assert result["closure_change"] is not None
    assert any(r["usd"] < r["usd_before"] for r in result["deliverable"])
    assert "list made.csv" in [i["name"] for i in result["provenance"]["inputs"]]
    text = " ".join(done.stdout.split())
    assert "Shut otc, p2p" in text
    assert "Shut by screening otc at desk, rule name_score 0.9: Intelion Data ~" in text
    assert max(map(len, done.stdout.splitlines())) <= 80
    page = cashout_page(result)
    assert "Routes that screening shuts" in page and "ООО «Интелион Дата»" in page
    again = run_cli("rerun", "a.json", "--json", "-")
    assert json.loads(again.stdout)["identical"], again.stdout


def _screened(lists: str, policies: str | None) -> dict[str, Any]:
    from hashfall.cli.company import open_company

    found = screened_case(open_company("intelion", scenarios=[], sets=[]).book, case="intelion",
                          lists=lists, policies=policies)
    assert found is not None
    return found


def test_a_later_listing_shuts_nothing(tmp_path: Path, policies: str) -> None:
    early = _screened(_list(tmp_path / "a", ("Intelion Data LLC", "2025-12-31")), policies)
    late = _screened(_list(tmp_path / "b", ("Intelion Data LLC", "2026-01-01")), policies)
    assert early["known_by"] == late["known_by"] == "2025-12-31"
    assert (early["routes_lost"], late["routes_lost"]) == (["otc", "p2p"], [])
    assert any("1 party was listed after 2025-12-31" in note for note in late["notes"])


def test_nothing_lost_is_one_line(tmp_path: Path, policies: str) -> None:
    from hashfall.report.cashout_screened import screened_lines

    found = _screened(_list(tmp_path / "a", ("Clean Meadow Farming", "2020-01-01")), policies)
    lines = screened_lines({"screened": {**found, "notes": []}, "closed_by_screening": []})
    assert " ".join(" ".join(lines).split()) == (
        "Screened 1 party against 1 list as known by 2025-12-31: none with a match; 1 venue "
        "policy; no route lost")


def test_screen_ends_with_the_command_to_go_on_with(
    tmp_path: Path, policies: str, capsys: Capture
) -> None:
    lists = _list(tmp_path / "made lists", ("Intelion Data LLC", "2024-02-01"),
                  ("Intelion Data", "2026-05-02"))
    assert main(["screen", "--case", "intelion", "--lists", lists, "--policies", policies,
                 "--json", str(tmp_path / "s.json"), "--quiet"]) == 0
    out = capsys.readouterr().out
    line = f"hashfall cashout intelion --lists '{lists}' --policies {policies}"
    assert " ".join(out.replace("\\\n", "").split()).endswith(line)
    data = json.loads((tmp_path / "s.json").read_text())
    assert (data["next"], data["kind"], data["parties"]) == (line, "case", ["Intelion Data"])
    assert data["routes_lost"] == ["otc", "p2p"]
    assert sorted((m["name"], m["later"]) for m in data["matches"]) == [
        ("Intelion Data", True), ("Intelion Data LLC", False)]
    assert "does not count for the case" in out


@pytest.mark.parametrize(("arguments", "what"), [
    (["--policies", "x.toml"], "--policies: expected sanction lists to go with it"),
    (["--owners", "x.csv"], "--owners: expected sanction lists"),
    (["--lists", "nowhere"], "nowhere: expected a folder of list files, found no such folder"),
])
def test_bad_input_is_one_line(arguments: list[str], what: str, capsys: Capture) -> None:
    assert main(["cashout", "intelion", *arguments, "--quiet"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert what in err


def test_a_broken_list_stops_the_run(tmp_path: Path, policies: str, capsys: Capture) -> None:
    lists = _list(tmp_path / "a", ("Intelion Data LLC", "2024-02-01"))
    file = Path(lists) / "made.csv"
    file.write_text(file.read_text()[:-9])
    assert main(["cashout", "intelion", "--lists", lists, "--policies", policies, "--quiet"]) == 2
    assert "made.csv: line 2" in capsys.readouterr().err


def test_what_is_shut_stays_shut_where_another_route_is_tried() -> None:
    both = company_document("intelion", paths=128, close=["otc", "p2p"])
    alone = company_document("intelion", paths=128, close=["otc", "p2p", "trade"])
    rows = {row["route"]: row for row in both["routes"]}
    without = rows["trade"]["remove"]["value"]
    gap = alone["pd_12m"]["value"] - both["pd_12m"]["value"]
    assert without == pytest.approx(gap, abs=1e-12)
    assert rows["otc"]["remove"]["value"] == rows["otc"]["double"]["value"] == 0.0
    assert both["closure_change"]["value"] == pytest.approx(
        both["pd_12m"]["value"] - both["pd_12m_book"]["value"], abs=1e-12)
    assert both["all_routes_closed"]["pd"]["value"] == pytest.approx(alone["pd_12m"]["value"])
