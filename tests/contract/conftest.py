"""The tree as the contract tests see it: its files and the parsed source."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

_NOT_OURS = {".git", ".venv", ".venv-dev", ".tools", "out", "build", "dist", "__pycache__"}


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


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """Files of the project, those not yet committed included."""
    if (root / ".git").exists() and shutil.which("git"):
        found = [root / name for name in _in_checkout(root) if name]
    else:
        found = [p for p in root.rglob("*") if not _NOT_OURS & set(p.relative_to(root).parts)]
    return sorted(p for p in found if p.is_file())


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
