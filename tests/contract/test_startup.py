"""Help comes at once: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"altair", "highspy", "numba", "numpy", "pydantic", "scipy", "vl_convert"}

_PROBE = """
import sys
sys.path.insert(0, {source!r})
from hashfall.cli import main
code = main({arguments!r})
print(*sorted({{name.split(".")[0] for name in sys.modules}}), file=sys.stderr)
sys.exit(code)
"""


def _imported_by(root: Path, *arguments: str) -> tuple[str, set[str]]:
    probe = _PROBE.format(source=str(root / "src"), arguments=list(arguments))
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout, set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ()])
def test_help_imports_nothing_heavy(root: Path, arguments: tuple[str, ...]) -> None:
    printed, imported = _imported_by(root, *arguments)
    assert printed
    assert "hashfall" in imported
    assert not imported & HEAVY


def test_what_is_looked_for_is_there_to_be_imported() -> None:
    assert all(importlib.util.find_spec(name) for name in HEAVY)
