"""The shipped tables are those that their metadata describe, and a new build gives them again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from hashfall.ingest.headers import load_headers
from hashfall.ingest.history import history_metadata, load_history
from hashfall.ingest.history_table import COLUMNS, Row, format_history, parse_history

CASES = files("hashfall.cases")
DATA = os.environ.get("HASHFALL_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="HASHFALL_DATA names no folder of source tables")


def _metadata(name: str) -> dict[str, Any]:
    return tomllib.loads(CASES.joinpath(name).read_text(encoding="utf-8"))


def test_the_history_has_the_digest_of_its_metadata() -> None:
    table = CASES.joinpath("history.csv").read_bytes()
    assert hashlib.sha256(table).hexdigest() == history_metadata()["sha256"]
    assert len(load_history()) == history_metadata()["rows"]


def test_the_headers_have_the_digest_of_their_metadata() -> None:
    metadata = _metadata("headers.toml")
    packed = CASES.joinpath("headers.zlib").read_bytes()
    records = zlib.decompress(packed)
    assert hashlib.sha256(records).hexdigest() == metadata["sha256"]
    assert len(records) == 48 * metadata["count"]
    assert len(packed) < 400_000
    assert load_headers().last_hash.hex() == metadata["last_hash"]


def test_each_column_has_its_source_and_licence() -> None:
    columns = history_metadata()["columns"]
    assert tuple(columns) == COLUMNS
    for name, column in columns.items():
        for key in ("unit", "what", "source", "licence", "as_of"):
            assert column[key].strip(), (name, key)


@pytest.mark.parametrize("name", ["history.toml", "headers.toml"])
def test_each_table_has_a_birth_certificate(name: str) -> None:
    birth = _metadata(name)["birth"]
    assert Path(birth["script"]).parent == Path("tools")
    assert birth["built"].year >= 2026
    assert birth["seed"]
    assert all(len(digest) == 64 for digest in birth["inputs"].values())


def test_prices_are_whole_dollars_of_series_that_may_ship() -> None:
    rows = parse_history(CASES.joinpath("history.csv").read_text(encoding="utf-8"))
    assert {row.price_source for row in rows} == {"", "exchange", "index"}
    priced = [row for row in rows if row.price_usd is not None]
    assert all(isinstance(row.price_usd, int) and row.price_days >= 9 for row in priced)
    assert {row.price_source for row in rows if row.price_usd is None} == {""}


def test_the_table_is_written_as_it_is_read() -> None:
    text = CASES.joinpath("history.csv").read_text(encoding="utf-8")
    rows = parse_history(text)
    assert format_history(rows).splitlines() == text.splitlines()
    assert all(isinstance(row, Row) for row in rows)


@needs_data
def test_a_new_build_gives_the_same_tables(tmp_path: Path, root: Path) -> None:
    for script, name in (("build_history.py", "history"), ("build_headers.py", "headers")):
        subprocess.run(
            [sys.executable, root / "tools" / script, DATA, "--out", tmp_path],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
            timeout=120,
        )
        built = tomllib.loads((tmp_path / f"{name}.toml").read_text())
        shipped = _metadata(f"{name}.toml")
        assert built["birth"].pop("built") >= shipped["birth"].pop("built")
        assert built == shipped
    shipped_table = CASES.joinpath("history.csv").read_bytes()
    assert (tmp_path / "history.csv").read_bytes() == shipped_table


@needs_data
def test_bits_in_force_agree_with_the_daily_table() -> None:
    from csv import DictReader
    from datetime import date

    from hashfall.ingest.history import FIRST_DATE, epoch_at

    difficulty = load_history().difficulty
    with (Path(DATA) / "daily_chain.csv").open(newline="") as file:
        days = [r for r in DictReader(file) if date.fromisoformat(r["date"]) >= FIRST_DATE]
    assert len(days) > 5000
    for row in days:
        day = date.fromisoformat(row["date"])
        assert difficulty[epoch_at(day)] == float(row["difficulty_eod"]), day


def test_a_build_without_the_tables_says_what_is_missing(tmp_path: Path, root: Path) -> None:
    for script in ("build_history.py", "build_headers.py"):
        done = subprocess.run(
            [sys.executable, root / "tools" / script, tmp_path, "--out", tmp_path],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
            timeout=60,
        )
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert not list(tmp_path.iterdir())
