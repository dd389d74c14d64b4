"""The terminal summary of the sample result, letter by letter.

The expected text was read by a person when it was stored. After a wanted change
write it again: print `summary(result, "out/example_miner-2030-06-30.html")`.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

from hashfall.report.terminal import summary


def test_the_summary_is_as_it_was(root: Path) -> None:
    result = json.loads((root / "tests/data/sample_result.json").read_text())
    lines = summary(result, "out/example_miner-2030-06-30.html")
    assert "\n".join(lines) + "\n" == (root / "tests/golden/summary.txt").read_text()


def test_the_sample_is_what_its_script_makes(root: Path) -> None:
    script = runpy.run_path(str(root / "tests/data/make_sample_result.py"))
    assert script["text"]() == (root / "tests/data/sample_result.json").read_text()
