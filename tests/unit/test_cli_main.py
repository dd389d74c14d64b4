"""Exit codes and one-line errors of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from hashfall import cli
from hashfall.errors import CheckError, InputError, SourceError

Plant = Callable[[Callable[..., object]], None]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Make a function the only command, named ``try``."""

    def put(function: Callable[..., object]) -> None:
        module = types.ModuleType("planted_command")
        vars(module)["run"] = function
        monkeypatch.setitem(sys.modules, "planted_command", module)
        command = cli.Command("try", "planted_command:run", "a command of the test")
        monkeypatch.setattr(cli, "COMMANDS", (command,))

    return put


def _one_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1


@pytest.mark.parametrize(
    ("problem", "code"),
    [(InputError("f", "p", "a", "b"), 2), (CheckError("no"), 1), (SourceError("away"), 3)],
)
def test_an_error_is_one_line_and_its_code(
    problem: Exception, code: int, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise problem

    plant(fail)
    assert cli.main(["try"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert _one_line(err)
    assert str(problem) in err


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1), ("text", 0)])
def test_what_a_command_returns(returned: object, code: int, plant: Plant) -> None:
    def give() -> object:
        return returned

    plant(give)
    assert cli.main(["try"]) == code


def test_an_interrupt_is_130(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    plant(stop)
    assert cli.main(["try"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_bug_is_not_hidden(plant: Plant) -> None:
    def bug() -> None:
        raise ZeroDivisionError

    plant(bug)
    with pytest.raises(ZeroDivisionError):
        cli.main(["try"])


@pytest.mark.parametrize(
    "arguments", [["--nothing"], ["a"], ["--size", "many"], ["--size"], ["--size=1", "--size=2"]]
)
def test_wrong_arguments_are_one_line(
    arguments: list[str], plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    def sized(*, size: int = 1) -> None:
        """Take a size."""

    plant(sized)
    assert cli.main(["try", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert _one_line(err)
    assert "hashfall try --help" in err


@pytest.mark.parametrize(("word", "hint"), [("asess", "assess"), ("qqq", "--help")])
def test_an_unknown_command_gets_a_hint(
    word: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([word]) == 2
    err = capsys.readouterr().err
    assert _one_line(err)
    assert hint in err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_the_commands(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {c.name} " in out for c in cli.COMMANDS)
    assert max(map(len, out.splitlines())) <= 80


def test_commands_are_those_of_the_contract() -> None:
    early = ["assess", "describe", "schema", "rerun"]
    late = ["history", "hashprice", "network", "replay", "forecast", "cashout", "screen",
            "verify", "bench"]
    assert [c.name for c in cli.COMMANDS] == early + late


@pytest.mark.parametrize("name", ["assess", "describe", "schema", "rerun"])
def test_each_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"hashfall {name}" in out
    assert "--json" in out
    assert "--no-" not in out.replace("--no-network", "")
    assert "--empty-" not in out


def test_a_reader_who_leaves_is_no_error(root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from hashfall.cli import main; sys.exit(main())",
             "--help"],
            stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_without_the_letters_still_gets_the_text(root: Path) -> None:
    code = "import sys; from hashfall.cli import main, _survive_odd_terminals as s; s(); print('±')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout == b"?\n"
