"""``hashfall verify`` as a user runs it: table, machine output, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hashfall.cli import main
from hashfall.model import ruin
from hashfall.verify import ids

if TYPE_CHECKING:
    from conftest import RunCli

_QUICK = ("--only", "merton", "--only", "hashprice")


def test_the_table_fits_and_says_how_it_went(run_cli: RunCli) -> None:
    done = run_cli("verify", *_QUICK)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[0] == "hashprice"
    assert "merton" in lines
    assert "checks pass, in" in lines[-1]


def test_machine_output_is_all_there_is_on_stdout(run_cli: RunCli) -> None:
    done = run_cli("verify", *_QUICK, "--json", "-")
    assert done.returncode == 0
    data = json.loads(done.stdout)
    keys = {"id", "expected", "measured", "tolerance", "verdict", "source"}
    assert all(keys <= set(check) for check in data["checks"])
    assert {check["verdict"] for check in data["checks"]} == {"pass"}
    assert data["schema"]
    assert data["provenance"]["command"] == {"only": ["merton", "hashprice"]}
    assert data["sources"]


def test_an_unknown_id_is_one_line(run_cli: RunCli) -> None:
    done = run_cli("verify", "--only", "mertn", "--json", "out.json")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "--only" in line
    assert "'mertn'" in line
    assert all(id in line for id in ids())


def test_a_failing_check_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(ruin, "ruin_ever", lambda *miner: 0.5)
    target = tmp_path / "out.json"
    assert main(["verify", "--only", "albrecher-goffard", "--json", str(target)]) == 1
    printed = capsys.readouterr()
    assert "FAIL" in printed.out
    assert "source    Albrecher & Goffard 2022" in printed.out
    assert printed.err.startswith("hashfall: 9 of 37 checks do not hold: albrecher-goffard")
    verdicts = [check["verdict"] for check in json.loads(target.read_text())["checks"]]
    assert verdicts.count("fail") == 9
