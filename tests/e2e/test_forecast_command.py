"""``hashfall forecast`` as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]


def test_scores_inside_an_epoch_print_and_write(run_cli: RunCli, tmp_path: Path) -> None:
    done = run_cli("forecast", "difficulty", "--inside", "--json", "a.json", "--html", "page.html")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    data = json.loads((tmp_path / "a.json").read_text())
    assert {s["horizon"] for s in data["scores"]} == {"k144", "k504", "k1008", "k1512"}
    assert "Forecasts of difficulty" in (tmp_path / "page.html").read_text()
