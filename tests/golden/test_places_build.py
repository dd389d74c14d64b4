"""Shipped shares and places are those of their metadata, and a new build gives them again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from hashfall.ingest.places import places_metadata
from hashfall.ingest.shares import load_share_rows, shares_metadata

CASES = files("hashfall.cases")
DATA = os.environ.get("HASHFALL_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="HASHFALL_DATA names no folder of source tables")


def test_the_shares_have_the_digest_of_their_metadata() -> None:
    table = CASES.joinpath("shares.csv").read_bytes()
    assert hashlib.sha256(table).hexdigest() == shares_metadata()["sha256"]
    assert len(load_share_rows()) == shares_metadata()["rows"]


@pytest.mark.parametrize("name", ["shares", "places"])
def test_each_has_a_birth_certificate(name: str) -> None:
    birth = tomllib.loads(CASES.joinpath(f"{name}.toml").read_text(encoding="utf-8"))["birth"]
    assert birth["script"] == f"tools/build_{name}.py"
    assert birth["seed"]
    assert all(len(digest) == 64 for digest in birth["inputs"].values())


@pytest.mark.parametrize("name", ["shares", "places"])
def test_a_build_without_tables_says_so(name: str, root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / f"tools/build_{name}.py", tmp_path], capture_output=True,
        text=True, check=False,
    )
    assert done.returncode == 2
    assert "expected" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@needs_data
@pytest.mark.parametrize("name", ["shares", "places"])
def test_a_new_build_is_the_same(name: str, root: Path, tmp_path: Path) -> None:
    built = str((shares_metadata if name == "shares" else places_metadata)()["birth"]["built"])
    script = root / f"tools/build_{name}.py"
    subprocess.run(
        [sys.executable, script, DATA, "--out", tmp_path, "--date", built], check=True,
        capture_output=True,
    )
    made = sorted(tmp_path.iterdir())
    assert made
    for path in made:
        assert path.read_bytes() == CASES.joinpath(path.name).read_bytes(), path.name
