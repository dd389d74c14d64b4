"""The shipped header times, their compact form, and times made to rise."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
import zlib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.errors import InputError
from hashfall.ingest.blocks import header_run, load_blocks, pack_runs, runs, unpack_runs
from hashfall.ingest.history import load_history
from hashfall.model.blocktimes import BlockRun, rising
from hashfall.model.consensus import retarget

CASES = files("hashfall.cases")
DATA = os.environ.get("HASHFALL_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="HASHFALL_DATA names no folder of source tables")

_RUN = st.tuples(
    st.integers(0, 2**31), st.lists(st.integers(-(2**31), 2**33), min_size=1, max_size=30)
)


@given(st.lists(_RUN, max_size=4))
def test_runs_come_back_as_they_were(parts: list[tuple[int, list[int]]]) -> None:
    back = unpack_runs(pack_runs(parts))
    assert [(r.first_height, r.time_s.astype(int).tolist()) for r in back] == parts


@pytest.mark.parametrize("cut", [1, 3, 4])
def test_records_that_end_early_are_refused(cut: int) -> None:
    records = pack_runs([(5, [300, 290])])
    with pytest.raises(InputError, match=r"blocks\.zlib"):
        unpack_runs(records[:-cut])


def test_the_metadata_describe_the_file() -> None:
    meta = tomllib.loads(CASES.joinpath("blocks.toml").read_text(encoding="utf-8"))
    packed = CASES.joinpath("blocks.zlib").read_bytes()
    records = zlib.decompress(packed)
    assert hashlib.sha256(records).hexdigest() == meta["sha256"]
    assert len(packed) < 200_000
    shipped = load_blocks()
    assert [[r.first_height, r.last_height] for r in shipped] == meta["runs"]
    assert sum(len(r.time_s) for r in shipped) == meta["count"]
    assert meta["source"] and meta["licence"] and len(meta["birth"]["inputs"]) == 1


def test_block_times_give_the_next_bits_exactly() -> None:
    history, found = load_history(), 0
    for run in runs():
        for epoch in run.epochs():
            first = 2016 * epoch
            times = run.between(first, first + 2015)
            span = (int(times[0]), int(times[-1]), int(history.bits[epoch]))
            assert retarget(*span) == history.bits[epoch + 1]
            found += 1
    assert found == 4 + 17 + 11


def test_runs_do_not_overlap() -> None:
    assert all(a.last_height < b.first_height for a, b in pairwise(runs()))
    assert header_run().last_height == 830592


@given(st.lists(st.integers(-5000, 5000), min_size=2, max_size=60))
def test_times_rise_and_keep_their_ends(steps: list[int]) -> None:
    raw = np.cumsum(steps).astype(np.float64)
    up = rising(raw)
    assert np.all(np.diff(up) >= 0.0)
    assert up[0] == raw[0]
    assert up[-1] == raw.max() or raw[-1] < raw.max()
    kept = raw >= np.maximum.accumulate(raw)
    assert np.array_equal(up[kept], raw[kept])


def test_times_that_rise_stay() -> None:
    raw = np.array([0.0, 5.0, 5.0, 9.0])
    assert rising(raw).tolist() == raw.tolist()


def test_a_height_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="expected within 7 to 9"):
        BlockRun(7, np.zeros(3)).between(8, 10)


def test_a_build_without_the_table_says_so(tmp_path: Path, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "tools/build_blocks.py", tmp_path, "--out", tmp_path],
        check=False, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@needs_data
def test_a_new_build_gives_the_same_times(tmp_path: Path, root: Path) -> None:
    subprocess.run(
        [sys.executable, root / "tools/build_blocks.py", DATA, "--out", tmp_path],
        check=True, capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    )  # fmt: skip
    built = tomllib.loads((tmp_path / "blocks.toml").read_text())
    shipped = tomllib.loads(CASES.joinpath("blocks.toml").read_text(encoding="utf-8"))
    assert built["birth"].pop("built") >= shipped["birth"].pop("built")
    assert built == shipped
