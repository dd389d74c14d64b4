"""The tree as the contract tests see it: its files and the parsed source."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

_MADE = {"__pycache__", "_build", "build", "dist", "out"}


class Module(NamedTuple):
    """One parsed Python file: path from the root, dotted name and tree."""

    path: str
    name: str
    tree: ast.Module


def _in_checkout(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return listing.stdout.split("\0")


def _ours(path: Path) -> bool:
    """Whether a path is neither made by a run nor hidden, as environments and caches are."""
    hidden = {part for part in path.parts[:-1] if part.startswith(".")}
    return not (hidden - {".ci"} or _MADE & set(path.parts))


def _on_disk(root: Path) -> list[str]:
    """Names of the files, where there is no git to ask."""
    names = (path.relative_to(root) for path in root.rglob("*"))
    return [str(name) for name in names if _ours(name)]


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """Files of the project, those not yet committed included."""
    has_git = (root / ".git").exists() and shutil.which("git")
    names = _in_checkout(root) if has_git else _on_disk(root)
    return sorted(root / name for name in names if (root / name).is_file())


@pytest.fixture(scope="session")
def python_files(files: list[Path]) -> list[Path]:
    """Python files of the project."""
    return [path for path in files if path.suffix == ".py"]


@pytest.fixture(scope="session")
def modules(root: Path, python_files: list[Path]) -> list[Module]:
    """Modules of the package."""
    package = root / "src"
    found = []
    for path in python_files:
        if path.is_relative_to(package):
            parts = path.relative_to(package).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            found.append(Module(str(path.relative_to(root)), name, ast.parse(path.read_text())))
    return found
