"""``hashfall screen``: a listed firm without addresses is found, routes close, lists are whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main

Capture = pytest.CaptureFixture[str]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def lists(root: Path) -> str:
    """Folder of the made lists."""
    return str(root / "tests/data/lists")


@pytest.fixture
def inputs(root: Path) -> Path:
    """Folder of the other made inputs."""
    return root / "tests/data/screen"


@pytest.fixture
def run(lists: str, capsys: Capture) -> Run:
    """Machine output of the command on the made lists."""

    def call(*arguments: str) -> dict[str, Any]:
        assert main(["screen", *arguments, "--lists", lists, "--json", "-", "--quiet"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        data: dict[str, Any] = json.loads(out)
        return data

    return call


def test_bitriver_is_found_by_name_without_an_address(run: Run) -> None:
    data = run("Битривер")
    assert data["schema"] == "hashfall.screen/1"
    best = data["matches"][0]
    assert (best["name"], best["list"], best["score"]) == ("BITRIVER AG", "us_ofac_sdn", 1.0)
    assert best["reasons"] == ["same words", "legal form not compared: ag",
                               "listed on 2022-04-20, RUSSIA-EO14024"]
    assert best["listed_on"] == "2022-04-20"
    assert any("no address on a list" in note for note in data["notes"])
    files = {f["file"]: f for f in data["lists"]}
    assert files["sdn_advanced.xml"]["published"] == "2025-05-30"
    digests = {i["name"]: i["sha256"] for i in data["provenance"]["inputs"]}
    assert digests["list sdn_advanced.xml"] == files["sdn_advanced.xml"]["sha256"]


def test_bitriver_is_found_through_ownership(run: Run, inputs: Path) -> None:
    data = run("Made Operator", "--owners", str(inputs / "owners.csv"))
    (match,) = data["matches"]
    assert (match["name"], match["kind"], match["certain"]) == ("BITRIVER AG", "ownership", True)
    assert match["reasons"][1] == (
        "BITRIVER AG owns 45% of Made Norilsk Hosting LLC; QUILL LANTERN EXCHANGE owns 5% of Made "
        "Norilsk Hosting LLC; Made Norilsk Hosting LLC owns 80% of Made Operator")
    assert data["exposure"]["owned_share"] == {"low": 0.8, "high": 0.8}
    data = run("Made Joint Venture", "--owners", str(inputs / "owners.csv"))
    assert [m["certain"] for m in data["matches"]] == [False]
    assert data["exposure"]["owned_share"] == {"low": 0.0, "high": 0.6}


def test_an_unlisted_firm_of_a_list_is_found_by_its_owners(run: Run) -> None:
    match = run("Granite Finch Mining")["matches"][0]
    assert (match["name"], match["kind"]) == ("Marble Otter Holding", "ownership")
    assert "own 50%: blocked by the 50% rule" in match["reasons"][0]


def test_an_address_and_what_is_near_it(run: Run, inputs: Path) -> None:
    graph = ["--graph", str(inputs / "transfers.csv")]
    exact = run("1Pekqaw1vCPaEE12P4Jus9gnv57o3c5FYm")
    assert (exact["kind"], exact["exposure"]["hops"]) == ("address", 0)
    assert [m["name"] for m in exact["matches"]] == ["QUILL LANTERN EXCHANGE"]
    near = run("made-exchange", *graph)
    assert near["exposure"]["hops"] == 3
    assert near["exposure"]["taint_share"] == {
        "poison": {"low": 1.0, "high": 1.0}, "haircut": {"low": 0.3, "high": 0.3},
        "fifo": {"low": 1.0, "high": 1.0}}
    beside = run("Nobody Known", "--address", "made-borrower", *graph)
    assert (beside["kind"], beside["exposure"]["hops"]) == ("name", 2)


def test_a_name_that_is_on_no_list(run: Run) -> None:
    data = run("Clean Meadow Farming")
    assert (data["matches"], data["routes"], data["venues"]) == ([], [], [])


def test_a_mistyped_address_is_said(run: Run) -> None:
    data = run("1Pekqaw1vCPaEE12P4Jus9gnv57o3c5FYn")
    assert data["matches"] == []
    assert "checksum does not fit" in data["notes"][0]


def test_routes_are_lost(run: Run, inputs: Path) -> None:
    policies = ["--policies", str(inputs / "policies.toml"), "--case", "bitriver"]
    data = run("BitRiver (Fox Group)", *policies)
    assert data["routes_lost"] == ["otc"]
    assert {r["route"]: r["decision"] for r in data["routes"]} == {
        "otc": "closed", "p2p": "open", "trade": "open"}
    otc = data["routes"][0]
    assert otc["probability"] == {"low": 0.8, "high": 0.8}
    assert otc["reasons"] == ["alpha: rejected (BITRIVER AG on us_ofac_sdn is like its name "
                              "(1.00))"]
    data = run("BitRiver", *policies, "--address", "made-borrower", "--graph",
               str(inputs / "transfers.csv"))
    assert data["routes_lost"] == ["otc", "p2p"]
    assert run("Clean Meadow Farming", *policies)["routes_lost"] == []


def test_policies_of_the_case_itself(run: Run, root: Path, tmp_path: Path) -> None:
    text = (root / "src/hashfall/cases/bitriver.toml").read_text(encoding="utf-8")
    text = text.replace("[routes.p2p]", '[venues.desk]\nkind = "otc"\n\n[venues.desk.policy]\n'
                        'countries = ["RU"]\nenforced = 0.6\n\n[routes.p2p]\nvenue = "desk"', 1)
    (tmp_path / "book.toml").write_text(text, encoding="utf-8")
    data = run("Clean Meadow Farming", "--case", str(tmp_path / "book.toml"))
    assert data["routes_lost"] == ["p2p"]
    assert data["routes"][1]["probability"] == {"low": 0.6, "high": 0.6}
    (tmp_path / "p.toml").write_text('schema = "hashfall.policies/1"\n[venues.desk]\n'
                                     'routes = ["p2p"]\nmax_hops = 1\n')
    data = run("Clean Meadow Farming", "--case", str(tmp_path / "book.toml"), "--policies",
               str(tmp_path / "p.toml"))
    assert data["routes_lost"] == []


def test_the_summary_is_for_people(lists: str, inputs: Path, capsys: Capture) -> None:
    arguments = ["screen", "Bitriver", "--lists", lists, "--case", "bitriver", "--policies",
                 str(inputs / "policies.toml")]
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    for text in ("BITRIVER AG  [us_ofac_sdn]  by name", "Routes lost            otc of 3",
                 "no legal advice"):
        assert " ".join(text.split()) in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 78
    assert err.startswith("note: ")


def test_a_broken_list_stops_the_command(
    root: Path, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copytree(root / "tests/data/lists", tmp_path / "lists")
    file = tmp_path / "lists/sdn_advanced.xml"
    file.write_bytes(file.read_bytes()[:-20])
    assert main(["screen", "Clean Meadow Farming", "--lists", str(tmp_path / "lists")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "sdn_advanced.xml: line 191: expected whole XML" in err


BAD = [
    (["--country", "XXX"], {}, "--country: expected a code of two letters such as RU, found XXX"),
    (["--threshold", "0"], {}, "--threshold: expected a number above 0"),
    (["--ownership-threshold", "50"], {}, "--ownership-threshold: expected a number above 0"),
    (["--graph"], {"time,source,target,amount_btc\n5,a,b,1\n4,a,b,1\n": 1}, "line 3: time"),
    (["--graph"], {"time,source,target,amount_btc\n5,a,b,-1\n": 1}, "line 2: amount_btc"),
    (["--graph"], {"time,source,target,amount_btc\n5,a,b,0.000000001\n": 1}, "line 2: amount_btc"),
    (["--graph"], {"time,source,target,amount_btc\n5,a,,1\n": 1}, "two addresses"),
    (["--graph"], {"time,source,target,amount_btc\n5,a,b,1": 1}, "a line break at the end"),
    (["--graph"], {"source,target\na,b\n": 1}, "columns time,source,target,amount_btc"),
    (["--graph"], {"time,source,target,amount_btc\n": 1}, "expected transfers, found none"),
    (["--owners"], {"owner,owned,percent\nA,B,60\nC,B,41\n": 1}, "line 3: expected stakes in B"),
    (["--owners"], {"owner,owned,percent\nA,A,60\n": 1}, "another owner than itself"),
    (["--owners"], {"owner,owned,percent\nA,B,much\n": 1}, "line 2: percent"),
    (["--policies"], {"x = 1\n": 1}, "schema: expected 'hashfall.policies/1'"),
    (["--policies"], {'schema = "hashfall.policies/1"\n': 1}, "venues: expected [venues.NAME]"),
    (["--policies"], {'schema = "hashfall.policies/1"\n[venues.a]\nroutes = ["otc"]\nmax_hop = 1\n':
                      1}, "venues.a.max_hop: expected a rule"),
    (["--policies"], {'schema = "hashfall.policies/1"\n[venues.a]\nroutes = ["x"]\n': 1},
     "venues.a.routes: expected a route of the case, found 'x'"),
    (["--policies"], {'schema = "hashfall.policies/1"\n[venues.a]\nroutes = ["otc"]\n'
                      "name_score = 0.5\n": 1}, "venues.a.name_score: expected 0.85 or more"),
    (["--policies"], {'schema = "hashfall.policies/1"\n[venues.a]\nroutes = ["otc"]\n'
                      "max_taint_share = 30.0\n": 1}, "venues.a.max_taint_share: expected 0 to 1"),
    (["--policies"], {'schema = "hashfall.policies/1"\n[venues.a]\nroutes = "otc"\n': 1},
     "venues.a.routes: expected an array"),
    (["--case", "nobody"], {}, "company"),
]


@pytest.mark.parametrize(("arguments", "content", "what"), BAD)
def test_bad_input_is_one_line(
    arguments: list[str], content: dict[str, int], what: str, lists: str, tmp_path: Path,
    capsys: Capture,
) -> None:
    if content:
        (tmp_path / "given").write_text(next(iter(content)))
        arguments = [*arguments, str(tmp_path / "given")]
    case = [] if "--case" in arguments else ["--case", "bitriver"]
    assert main(["screen", "Bitriver", "--lists", lists, *case, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert what in err


def test_a_query_needs_letters(lists: str, capsys: Capture) -> None:
    assert main(["screen", "--lists", lists, " ., "]) == 2
    assert "a name or an address" in capsys.readouterr().err
