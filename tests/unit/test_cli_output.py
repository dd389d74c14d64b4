"""Files appear whole or not at all; machine output is JSON and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hashfall.cli.output import emit_json, json_text, note, read_date, read_json, say, write_text
from hashfall.errors import InputError


def _names(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir()]


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.json"
    emit_json({"x": 0.1}, str(target))
    assert json.loads(target.read_text()) == {"x": 0.1}
    assert _names(target.parent) == ["b.json"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "b.json"
    write_text(target, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text_raw(target)
    assert target.read_text() == "old"
    assert _names(tmp_path) == ["b.json"]


def write_text_raw(target: Path) -> None:
    """Write a text that breaks in the middle of the file."""
    from hashfall.cli.output import _replace

    _replace(target, "new " * 100_000 + "\ud800")


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], text=True,
                          capture_output=True, check=True)
    dead, alive = int(done.stdout), os.getpid()
    left = {f".b.json.{dead}.abcd_123.part": 0.0, f".b.json.{alive}.old00000.part": 90.0}
    kept = {f".b.json.{alive}.new00000.part": 0.0, f".c.json.{dead}.abcd_123.part": 0.0,
            ".b.json.mine": 900.0, f".b.json.{dead}.notes.part": 900.0}
    for name, age in (left | kept).items():
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    write_text(tmp_path / "b.json", "whole")
    assert sorted(_names(tmp_path)) == sorted([*kept, "b.json"])


def test_a_number_that_is_not_finite_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "c.json"
    with pytest.raises(ValueError, match="JSON"):
        emit_json({"x": float("nan")}, str(target))
    assert _names(tmp_path) == []


def test_a_folder_in_the_way_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a file that can be written"):
        write_text(tmp_path, "x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError):
        write_text(tmp_path / "file" / "below.json", "x")
    assert _names(tmp_path) == ["file"]


def test_a_link_and_a_device_stay_what_they_are(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    write_text("/dev/null", "x")
    assert Path("/dev/null").is_char_device()


def test_the_mask_of_the_process_holds(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        path = write_text(tmp_path / "x", "x")
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o640


def test_stdout_holds_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    say(["words"], "-")
    emit_json({"x": 1}, "-")
    note("a remark")
    note("not this one", quiet=True)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"x": 1}
    assert err == "a remark\n"


def test_values_keep_their_last_bit() -> None:
    value = 0.1 + 0.2
    data = {"a": value, "b": np.float64(value), "c": np.arange(2), "d": date(2025, 5, 31)}
    back = json.loads(json_text(data))
    assert back == {"a": value, "b": value, "c": [0, 1], "d": "2025-05-31"}
    with pytest.raises(TypeError, match="object"):
        json_text({"x": object()})


@pytest.mark.parametrize(
    "text", ["2025-02-30", "31.5.2025", "2025-5-31", "20250531", "2025-W22-6", "", "today"]
)
def test_only_whole_dates_are_read(text: str) -> None:
    with pytest.raises(InputError, match="--as-of: expected a date"):
        read_date("--as-of", text)


@pytest.mark.parametrize(
    "content", [b"{", b"[1]", b"1", b"\xff", b'{"a": NaN}', b"[" * 100_000, b""]
)
def test_other_than_a_json_object_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_json(str(file))
    assert "\n" not in str(caught.value)


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(InputError, match="a JSON file"):
            read_json(str(path))


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(InputError, match="larger"):
        read_json(str(file))
