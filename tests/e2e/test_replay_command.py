"""``hashfall replay`` as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_replay_prints_writes_and_repeats(run_cli: RunCli, tmp_path: Path) -> None:
    arguments = ("replay", "fern-2026", "--paths", "256")
    done = run_cli(*arguments, "--json", "a.json", "--html", "page.html")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "-11.2%" in done.stdout
    page = (tmp_path / "page.html").read_text()
    assert "Winter storm Fern" in page
    first = json.loads((tmp_path / "a.json").read_text())
    second = json.loads(run_cli(*arguments, "--json", "-").stdout)
    assert first["replays"] == second["replays"]
    assert first["provenance"]["inputs"] == second["provenance"]["inputs"]


def test_an_unknown_event_is_one_line(run_cli: RunCli) -> None:
    done = run_cli("replay", "fern")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "fern-2026" in done.stderr
