"""Kernels come from the disk in a second process, and never after a formula was edited."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# A kernel in a file of its own: what is edited is the formula, which stands in another file.
KERNEL = """
import json
import numpy as np
from hashfall.engine.cache import kernel_cache_dir
from hashfall.engine.compiled import entry_kernel, lane_kernel, tail
from hashfall.model.price import garch_variance


@lane_kernel
def day(st: object, n: int) -> None:
    for k in range(n):
        st[k] = garch_variance(st[k], 0.1, 0.25, 0.5, 0.25, 9.0)


@entry_kernel
def run(st, n):
    day(tail(st, 1), n)


state = np.ones(9)
run(state, 8)
hits = sum(run.stats.cache_hits.values())
print(json.dumps({"value": state[1], "hits": hits, "kept": kernel_cache_dir() is not None}))
"""
BETA_TERM = "beta * variance"


@pytest.fixture
def package(tmp_path: Path, root: Path) -> Path:
    """A copy of the formulas and the engine beside the kernel's file."""
    copy = tmp_path / "src" / "hashfall"
    for room in ("model", "engine"):
        shutil.copytree(root / "src/hashfall" / room, copy / room,
                        ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "errors.py"):
        shutil.copy(root / "src/hashfall" / name, copy / name)
    (tmp_path / "kernel.py").write_text(KERNEL)
    return copy


def _run(package: Path, cache: Path) -> dict[str, Any]:
    folder = package.parent.parent
    done = subprocess.run(
        [sys.executable, "kernel.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(package.parent), "HASHFALL_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_an_edited_formula_is_never_served_stale(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = _run(package, cache)
    assert first == {"value": 0.25 + 0.5 * 0.1 * 0.1 + 0.25, "hits": 0, "kept": True}
    assert _run(package, cache) == {**first, "hits": 1}

    formulas = package / "model" / "price.py"
    old = formulas.read_text()
    before = formulas.stat()
    assert old.count(BETA_TERM) == 1
    formulas.write_text(old.replace(BETA_TERM, "3.0 * beta * variance"))
    # Not even a change of size or time would be needed for a new digest.
    os.utime(formulas, ns=(before.st_atime_ns, before.st_mtime_ns))
    edited = _run(package, cache)
    assert edited == {"value": 0.25 + 0.5 * 0.1 * 0.1 + 0.75, "hits": 0, "kept": True}

    formulas.write_text(old)
    assert _run(package, cache) == {**first, "hits": 1}


def test_without_a_place_to_write_kernels_are_compiled_each_time(
    package: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    for _ in range(2):
        done = _run(package, nowhere)
        assert (done["hits"], done["kept"]) == (0, False)
    assert not list(package.rglob("*.nbi"))


def test_old_digests_are_dropped(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for i in range(12):
        old = cache / "kernels" / f"old{i}"
        old.mkdir(parents=True)
        os.utime(old, (i, i))
    _run(package, cache)
    left = {p.name for p in (cache / "kernels").iterdir()}
    assert len(left) == 9
    assert {"old4", "old11"} < left
    assert "old3" not in left
