"""Documentation that cannot go stale: it builds, its examples run, nothing is left out."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cyclopts import App

from hashfall import __version__
from hashfall.cli import COMMANDS, build_app

_NAMES = [command.name for command in COMMANDS]


def _section(page: str, heading: str) -> str:
    found = re.search(rf"^## `?{re.escape(heading)}`?$(.*?)(?=^## |\Z)", page, re.M | re.S)
    return found.group(1) if found else ""


def _flags(app: App) -> dict[str, str]:
    """Help of each argument and option of a command."""
    arguments = app.assemble_argument_collection(parse_docstring=True)
    return {name: a.parameter.help or "" for a in arguments for name in a.names}


@pytest.fixture(scope="module")
def cli_page(root: Path) -> str:
    return (root / "docs/cli.md").read_text()


@pytest.mark.parametrize("name", _NAMES)
def test_each_command_is_documented(name: str, cli_page: str) -> None:
    section = _section(cli_page, name)
    assert f"hashfall {name}" in section, f"docs/cli.md has no example of {name}"
    assert f"{{{{ options {name} }}}}" in section


@pytest.mark.parametrize("name", _NAMES)
def test_each_option_has_help(name: str) -> None:
    assert not [flag for flag, text in _flags(build_app()[name]).items() if not text]


@pytest.mark.parametrize("name", _NAMES)
def test_each_option_spoken_of_exists(name: str, cli_page: str) -> None:
    said = set(re.findall(r"(--[a-z][a-z-]*)", _section(cli_page, name)))
    assert not said - set(_flags(build_app()[name]))


def test_documented_commands_exist(cli_page: str) -> None:
    assert set(re.findall(r"^## `(.*)`$", cli_page, re.M)) == set(_NAMES)


def test_exit_codes_are_documented(cli_page: str) -> None:
    section = _section(cli_page, "Exit codes")
    assert all(re.search(rf"^\| {code} \|", section, re.M) for code in (0, 1, 2, 3, 130))


def test_changelog_has_the_version(root: Path) -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", (root / "CHANGELOG.md").read_text(), re.M)


def test_readme_says_the_two_commands(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert "./hashfall demo" in readme
    assert "./hashfall test" in readme
    license_id = tomllib.loads((root / "pyproject.toml").read_text())["project"]["license"]
    assert license_id == "Apache-2.0"
    assert "Apache License" in (root / "LICENSE").read_text()


@pytest.mark.parametrize("builder", ["html", "doctest"])
def test_pages_build_without_a_warning(builder: str, root: Path, tmp_path: Path) -> None:
    arguments = ["-b", builder, "-W", "--keep-going", "-q", "-E", "-d", tmp_path / "doctrees"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *arguments, root / "docs", tmp_path / "out"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_model_has_a_page(root: Path) -> None:
    pages = "".join(page.read_text() for page in (root / "docs/models").glob("*.md"))
    shown = set(re.findall(r"automodule:: hashfall\.model\.(\w+)", pages))
    there = {p.stem for p in (root / "src/hashfall/model").glob("*.py")} - {"__init__"}
    assert shown == there
