"""``hashfall cashout`` as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]
SOURCES = ["domestic_court", "tax_office", "foreign_bank", "exchange", "sanction_list"]


def test_a_company_prints_writes_and_repeats(run_cli: RunCli, tmp_path: Path) -> None:
    arguments = ("cashout", "intelion", "--need", "5e6USD", "--by", "2026-01-10", "--close", "otc",
                 "--freeze", "main", "--share", "0.5", "--paths", "256",
                 "--set", "routes.p2p.closes_per_year=12",
                 "--set", "routes.p2p.reopens_after_days=20")
    done = run_cli(*arguments, "--json", "a.json", "--html", "page.html", "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "Bounded by, after" in done.stdout
    page = (tmp_path / "page.html").read_text()
    assert "chart-flow-before" in page and "chart-flow-after" in page
    assert "(binds)" in page
    first = json.loads((tmp_path / "a.json").read_text())
    money = [row["usd"] for row in first["deliverable"]]
    assert money == sorted(money)
    assert all(row["usd"] <= row["usd_before"] for row in first["deliverable"])
    assert [row["name"] for row in first["stress"]] == ["none", "asked", *SOURCES]
    assert first["closures_by_chance"]
    for row in first["deliverable"]:
        parts = ("from_coins", "cash", "hosting", "other_receipts", "funding")
        assert row["usd"] == pytest.approx(sum(row[f"{part}_usd"] for part in parts), abs=1.0)
    halts = {row["name"]: row["days_to_halt"] for row in first["stress"]}
    assert halts["domestic_court"] != halts["foreign_bank"]
    assert first["days_to_halt"] == {**halts["asked"], "row": "asked"}
    # One set of paths: what is asked is the headline, and its change is from the book.
    default = {row["name"]: row["pd_12m"] for row in first["stress"]}
    assert default["asked"]["value"] == first["pd_12m"]["value"]
    assert first["stress_paths"] == first["paths"]
    assert first["closure_change"]["value"] == pytest.approx(
        first["pd_12m"]["value"] - first["pd_12m_book"]["value"], abs=1e-12)
    assert first["need"]["short"] == first["need"]["short_usd"]
    assert "no account abroad" in next(
        row["why_same"] for row in first["stress"] if row["name"] == "foreign_bank")
    second = json.loads(run_cli(*arguments, "--json", "-", "--threads", "1", "--quiet").stdout)
    own = ("seconds", "provenance")
    assert {k: v for k, v in first.items() if k not in own} == {
        k: v for k, v in second.items() if k not in own}
    assert first["provenance"]["inputs"] == second["provenance"]["inputs"]


def test_a_host_feels_routes_only_through_its_clients(run_cli: RunCli) -> None:
    done = run_cli("cashout", "bitriver", "--paths", "256", "--json", "-", "--quiet")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["all_routes_closed"]["change"] == {
        "value": 0.0, "se": 0.0, "low": 0.0, "high": 0.0}
    assert result["clients_routes_closed"]["change"]["value"] > 0.0
    assert result["routes"] == []
    assert result["days_to_halt"]["row"] == "book"
    assert result["stress"][1]["pd_12m"] == result["pd_12m"] == result["pd_12m_book"]
    award = result["overdue"][0]
    assert (award["amount"], award["currency"]) == (pytest.approx(954.4e6), "RUB")
    assert result["overdue_usd"] == pytest.approx(12.2e6, rel=0.02)


def test_an_order_that_reaches_nothing_changes_nothing(run_cli: RunCli) -> None:
    done = run_cli("cashout", "bitriver", "--paths", "256", "--freeze", "all:foreign_bank",
                   "--json", "-", "--quiet")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    row = next(row for row in result["stress"] if row["name"] == "asked")
    assert (row["same_as"], row["measures"], row["unpaid_at_halt"]["paths"]) == ("book", [], 0)
    assert "no account abroad" in row["why_same"]
    assert result["pd_12m"] == result["pd_12m_book"]
    assert all(r["usd"] == r["usd_before"] for r in result["deliverable"])


def test_freezing_one_more_account_makes_nobody_richer(run_cli: RunCli) -> None:
    done = run_cli("cashout", "bitriver", "--paths", "256", "--freeze", "other", "--json", "-",
                   "--quiet")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert all(r["usd"] <= r["usd_before"] + 0.01 for r in result["deliverable"])
    assert result["pd_12m"]["value"] >= result["pd_12m_book"]["value"]
    assert any("stricter" in note for note in result["notes"])


def test_the_surface_answers_its_question(run_cli: RunCli) -> None:
    done = run_cli("cashout", "--surface", "--paths", "256", "--json", "-", "--quiet")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    at = {(p["j_per_th"], p["haircut"], p["capacity"]): p["pd"]["value"]
          for p in result["points"]}
    assert len(at) == 7 * 9 * 4
    # On the same paths a worse machine, a larger haircut or a narrower route never helps much.
    assert at[12.0, 0.0, 2.0] <= at[34.5, 0.0, 2.0]
    assert at[12.0, 0.0, 2.0] <= at[12.0, 0.5448, 2.0]
    assert at[12.0, 0.0, 2.0] <= at[12.0, 0.0, 0.5]
    for row in result["first_failing"]:
        assert row["below_bound"] == (row["haircut"] is not None and row["haircut"] < 0.5448)


@pytest.mark.parametrize(("arguments", "words"), [
    (("intelion", "--close", "otx"), "did you mean otc"),
    (("intelion", "--freeze", "all:foriegn_bank"), "did you mean foreign_bank"),
    (("intelion", "--need", "5e6USD"), "--by DATE"),
    (("intelion", "--need", "-1USD", "--by", "2026-02-01"), "an amount above 0"),
    (("intelion", "--freeze", "main", "--freeze", "all:tax_office"), "do not overlap"),
    (("intelion", "--freeze", "main:foreign_bank"), "domestic_court, tax_office"),
    (("intelion", "--surface"), "no case with --surface"), ((), "a case or a book file"),
    (("--surface", "--close", "otc"), "--close: expected a case"),
])
def test_bad_input_is_one_line(run_cli: RunCli, arguments: tuple[str, ...], words: str) -> None:
    done = run_cli("cashout", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
