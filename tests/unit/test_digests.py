"""Shipped files are held to their digests."""

from __future__ import annotations

import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from hashfall.cli.inputs import case_digests
from hashfall.errors import InputError
from hashfall.ingest import digests

DIGEST = sha256(b"records").hexdigest()


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the shipped one."""
    monkeypatch.setattr(digests, "files", lambda package: tmp_path)
    (tmp_path / "a.zlib").write_bytes(zlib.compress(b"records"))
    (tmp_path / "a.toml").write_text(f'sha256 = "{DIGEST}"\ncount = 7\n')
    return tmp_path


def test_records_come_with_what_describes_them(cases: Path) -> None:
    records, metadata = digests.shipped_records("a.zlib", "a.toml")
    assert (records, metadata) == (b"records", {"sha256": DIGEST, "count": 7})


@pytest.mark.parametrize(("data", "message"), [
    (b"no zlib", "a.zlib: expected zlib data"),
    (zlib.compress(b"others"), f"a.zlib: sha256: expected {DIGEST}, found "),
])
def test_other_records_are_refused(cases: Path, data: bytes, message: str) -> None:
    (cases / "a.zlib").write_bytes(data)
    with pytest.raises(InputError) as refused:
        digests.shipped_records("a.zlib", "a.toml")
    assert str(refused.value).startswith(message)


def test_digests_are_named_by_their_folder(cases: Path) -> None:
    (cases / "b.csv").write_bytes(b"records")
    assert case_digests(["b.csv"]) == {"cases/b.csv": DIGEST}
