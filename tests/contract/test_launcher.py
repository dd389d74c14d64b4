"""The launcher finds what it needs, or says in one line what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILES = ("hashfall", "pyproject.toml", "requirements.lock", "requirements-dev.lock")


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A folder, with a space in its name, that holds what the launcher reads."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in FILES:
        shutil.copy(root / name, folder / name)
    return folder


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def _run(
    clone: Path, *arguments: str, python: str | Path = sys.executable
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(clone / "hashfall"), *arguments],
        env={**os.environ, "HASHFALL_PYTHON": str(python), "HASHFALL_NO_UV": "1"},
        cwd=clone.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def offline(tmp_path: Path) -> Path:
    """A Python that makes environments into which nothing can be installed."""
    make = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"'
    script = f'#!/bin/sh\ncase "$2" in venv) {make} ;; pip) exit 1 ;; esac\n'
    return _program(tmp_path / "offline", script)


def _set_up(clone: Path, venv: str, lock: str, python: str | Path = sys.executable) -> None:
    """Make the launcher believe that it has installed, with programs that print what they get."""
    for name in ("hashfall", "python", "ruff", "mypy"):
        _program(clone / venv / "bin" / name, f'#!/bin/sh\nprintf "{name}: %s\\n" "$*"\n')
    both = (clone / "pyproject.toml").read_bytes() + (clone / lock).read_bytes()
    checksum = subprocess.run(["cksum"], input=both, capture_output=True, check=True)
    stamp = f"{checksum.stdout.decode().strip()} {clone} {python}\n"
    (clone / venv / "stamp").write_text(stamp)


def _refuses(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("hashfall: ")
    assert all(word in last for word in words), last


def test_an_old_python_is_refused(clone: Path, tmp_path: Path) -> None:
    old = _program(tmp_path / "old python", "#!/bin/sh\nexit 1\n")
    done = _run(clone, "demo", python=old)
    _refuses(done, "Python 3.11 or newer", str(old), "HASHFALL_PYTHON")
    assert len(done.stderr.splitlines()) == 1


def test_no_python_is_said(clone: Path, tmp_path: Path) -> None:
    _refuses(_run(clone, "demo", python=tmp_path / "none"), "found none", "apt install python3")


def test_a_missing_venv_module_is_said(clone: Path, tmp_path: Path) -> None:
    bare = _program(tmp_path / "bare", '#!/bin/sh\ncase "$2" in *venv*) exit 1 ;; esac\n')
    _refuses(_run(clone, "demo", python=bare), "apt install python3-venv")
    assert not (clone / ".venv").exists()


def test_a_failed_installation_leaves_no_stamp(clone: Path, offline: Path) -> None:
    done = _run(clone, "demo", python=offline)
    _refuses(done, "could not install requirements.lock", "network")
    assert (clone / ".venv" / "bin" / "python").exists()
    assert not (clone / ".venv" / "stamp").exists()


def test_demo_assesses_the_founding_case(clone: Path) -> None:
    _set_up(clone, ".venv", "requirements.lock")
    done = _run(clone, "demo", "--seed", "8")
    assert (done.returncode, done.stdout) == (0, "hashfall: assess bitriver --seed 8\n")


def test_other_words_go_to_the_command_line(clone: Path) -> None:
    _set_up(clone, ".venv", "requirements.lock")
    assert _run(clone, "history", "--json", "-").stdout == "hashfall: history --json -\n"
    assert _run(clone).stdout == "hashfall: \n"


def test_test_checks_style_and_types_first(clone: Path) -> None:
    _set_up(clone, ".venv-dev", "requirements-dev.lock")
    lines = _run(clone, "test").stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["ruff", "mypy", "python"]
    assert "-m pytest" in lines[-1]
    assert _run(clone, "test", "tests/unit").stdout == "python: -m pytest tests/unit\n"


def test_a_changed_lock_is_noticed(clone: Path, offline: Path) -> None:
    _set_up(clone, ".venv", "requirements.lock", offline)
    assert _run(clone, "demo", python=offline).returncode == 0
    with (clone / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    _refuses(_run(clone, "demo", python=offline), "could not install")


def test_a_moved_clone_is_noticed(clone: Path, tmp_path: Path, offline: Path) -> None:
    _set_up(clone, ".venv", "requirements.lock", offline)
    moved = clone.rename(tmp_path / "moved")
    _refuses(_run(moved, "demo", python=offline), "could not install")
