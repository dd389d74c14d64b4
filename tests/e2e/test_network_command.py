"""The network command from the shell, with an exit, a page and the machine output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_an_exit_of_russia_from_the_shell(tmp_path: Path) -> None:
    page = tmp_path / "russia.html"
    done = subprocess.run(
        [sys.executable, "-m", "hashfall", "network", "--exit", "russia", "--as-of", "2026-03-19",
         "--paths", "1024", "--years", "1", "--json", "-", "--html", str(page), "--quiet"],
        capture_output=True, text=True, check=False, timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result = json.loads(done.stdout)
    country = result["concentration"]["country"]
    assert round(country["bounds"]["all_to_largest"]["hhi_change"]) == 1190
    assert country["bounds"]["spread_even"]["hhi_change"] < 0
    assert result["paths"] == 1024 and result["parameter_draws"] == 8
    moved = [a for a in result["assumptions"] if a["effect"] is not None]
    assert len(moved) > 20
    assert [abs(a["effect"]) for a in moved] == sorted(
        (abs(a["effect"]) for a in moved), reverse=True)
    text = page.read_text(encoding="utf-8")
    assert 'id="chart-tornado"' in text and "+1,190" in text
