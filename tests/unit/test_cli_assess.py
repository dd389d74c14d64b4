"""What `assess`, `rerun` and `describe` do around the engine, which is a stand-in here."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.assess import default_page, painted
from hashfall.cli.company import run_options
from hashfall.errors import InputError
from hashfall.report.terminal import summary

Result = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """Stand-in of the engine's options."""

    years: float = 3.0
    paths: int = 16384
    seed: int = 7
    threads: int = 2
    network: bool = False


@pytest.fixture
def sample(root: Path) -> Result:
    result: Result = json.loads((root / "tests/data/sample_result.json").read_text())
    return result


@pytest.fixture
def calls(
    sample: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[Any, Options]]:
    """Books and options that the stand-in of the engine was given; runs in an empty folder."""
    seen: list[tuple[Any, Options]] = []

    def assess(
        prepared: Any, market: Any, *, options: Options, progress: Callable[..., None]
    ) -> Result:
        progress("world and ledgers", 0.5)
        seen.append((prepared, options))
        return sample

    module = types.ModuleType("hashfall.engine.assess")
    module.__dict__.update(assess=assess, AssessOptions=Options)
    monkeypatch.setitem(sys.modules, "hashfall.engine.assess", module)
    monkeypatch.chdir(tmp_path)
    return seen


Calls = list[tuple[Any, Options]]
Captured = pytest.CaptureFixture[str]


def test_the_answer_is_printed_and_the_page_written(calls: Calls, capsys: Captured) -> None:
    assert main(["assess", "bitriver"]) == 0
    out, err = capsys.readouterr()
    page = "out/example_miner-2030-06-30.html"
    assert out.startswith("Example Miner")
    assert page in out
    assert err == ""
    assert Path(page).read_text().startswith("<!doctype html>")
    assert [p.name for p in Path().iterdir()] == ["out"]


def test_json_on_stdout_stands_alone(calls: Calls, capsys: Captured, sample: Result) -> None:
    assert main(["assess", "bitriver", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == sample
    assert err == ""
    assert list(Path().iterdir()) == []


def test_files_are_written_where_they_are_asked_for(calls: Calls, sample: Result) -> None:
    assert main(["assess", "bitriver", "--json=a/r.json", "--html", "b/p.html", "--quiet"]) == 0
    assert json.loads(Path("a/r.json").read_text()) == sample
    assert "Example Miner" in Path("b/p.html").read_text()
    assert sorted(p.name for p in Path().iterdir()) == ["a", "b"]


def test_options_reach_the_engine(calls: Calls) -> None:
    scenario = Path("s.toml")
    scenario.write_text(
        'schema = "hashfall.scenario/1"\nname = "no suit"\nfor = "bitriver"\n'
        'remove = ["claims.bit_plus"]\n'
    )
    arguments = ["--set", "tax.profit_rate=0.3", "bitriver", "--scenario", "s.toml", "--years",
                 "2", "--paths", "1280", "--seed", "9", "--threads", "1"]
    assert main(["assess", *arguments]) == 0
    [(prepared, options)] = calls
    assert options == Options(2.0, 1280, 9, 1, network=True)
    first, second = prepared.scenarios
    assert first.name == "no suit"
    assert second.set
    assert "bit_plus" not in prepared.book.claims


def test_paths_that_are_rounded_up_are_told(calls: Calls, capsys: Captured) -> None:
    assert main(["assess", "bitriver", "--paths", "24000"]) == 0
    err = capsys.readouterr().err
    assert err == ("--paths 24,000: run with 24,576, 64 draws of the book x 384 (a multiple of "
                   "128)\n")
    assert main(["assess", "bitriver", "--paths", "24576"]) == 0
    assert main(["assess", "bitriver", "--paths", "24000", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["assess", "describe"])
def test_old_balances_are_warned_of(command: str, calls: Calls, capsys: Captured) -> None:
    assert main([command, "bitriver", "--as-of", "2026-06-01"]) == 0
    assert capsys.readouterr().err.startswith(
        "warning: The balances are of 2025-05-31, 366 days before as_of")
    assert main([command, "bitriver"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody"], ["none.toml"], ["bitriver", "--as-of", "yesterday"],
        ["bitriver", "--set", "nonsense"], ["bitriver", "--set", "no.such.field=1"],
        ["bitriver", "--scenario", "none.toml"], ["bitriver", "--html=-"],
        ["bitriver", "--json", "--quiet"],
        ["bitriver", "--html", "x", "--json", "x"], ["bitriver", "--paths", "0"],
        ["bitriver", "--years", "nan"], ["bitriver", "--years", "99"],
        ["bitriver", "--seed", "-1"], ["bitriver", "--threads", "0"],
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    arguments: list[str], calls: Calls, capsys: Captured
) -> None:
    assert main(["assess", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, calls, list(Path().iterdir())) == ("", [], [])
    assert err.count("\n") == 1
    assert "expected" in err


def test_options_left_out_are_those_of_the_engine(calls: Calls) -> None:
    assert run_options(years=3.0, paths=None, seed=7, threads=None) == Options()
    with pytest.raises(InputError, match="--paths"):
        run_options(years=3.0, paths=10**9, seed=7, threads=None)


def test_a_case_name_makes_a_file_name(sample: Result) -> None:
    sample["case"] = "../../etc/x y"
    assert default_page(sample) == "out/.._.._etc_x_y-2030-06-30.html"


def test_a_pipe_gets_no_colour() -> None:
    lines = ["Name", "Label                  text"]
    assert painted(lines) == lines


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Outcome that the stand-in of the engine's rerun gives."""
    outcome: dict[str, Any] = {"identical": True, "differences": []}

    def run_again(stored: Result, **_: Any) -> dict[str, Any]:
        return outcome

    module = types.ModuleType("hashfall.cli.again")
    module.__dict__.update(run_again=run_again)
    monkeypatch.setitem(sys.modules, "hashfall.cli.again", module)
    return outcome


def test_an_identical_rerun_is_success(
    again: dict[str, Any], root: Path, capsys: Captured
) -> None:
    file = str(root / "tests/data/sample_result.json")
    assert main(["rerun", file]) == 0
    assert "identical" in capsys.readouterr().out
    assert main(["rerun", file, "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["identical"] is True
    assert len(document["provenance"]["inputs"][0]["sha256"]) == 64


def test_a_different_rerun_says_where_and_fails(
    again: dict[str, Any], root: Path, capsys: Captured
) -> None:
    again["identical"] = False
    again["differences"] = [
        {"path": f"pd.d1.{i}", "stored": 0.5, "now": 0.25} for i in range(14)
    ]
    assert main(["rerun", str(root / "tests/data/sample_result.json")]) == 1
    out = capsys.readouterr().out
    assert "not identical, 14 values differ" in out
    assert "pd.d1.9: stored 0.5, now 0.25" in out
    assert "and 4 more" in out


@pytest.mark.parametrize("content", ["[]", "{}", '{"schema": "hashfall.book/1"}', "x"])
def test_what_is_no_result_is_not_run_again(
    content: str, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "r.json"
    file.write_text(content)
    assert main(["rerun", str(file)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_describe_prints_words_or_json(capsys: Captured) -> None:
    assert main(["describe", "bitriver"]) == 0
    out = capsys.readouterr().out
    assert "BitRiver" in out
    assert max(map(len, out.splitlines())) <= 80
    assert main(["describe", "bitriver", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["case"] == "bitriver"
    assert document["provenance"]["inputs"][0]["name"] == "book"


def test_a_terminal_gets_bold_labels_and_the_same_text(
    monkeypatch: pytest.MonkeyPatch, sample: Result
) -> None:
    lines = summary(sample, "out/x.html")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    bold = painted(lines)
    assert [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in bold] == lines
    assert any(line.startswith("\x1b[1mDies of") for line in bold)
    assert bold[-1] == lines[-1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted(lines) == lines
