"""What may not stand in the tree, and lock files that say where nothing comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

MAX_BYTES = 1_000_000

# Written in parts, so that this file does not find itself.
_MACHINE_PATH = re.compile(r"(?:^|[^\w.])/(?:" + "|".join(["work", "farm", "root", "home"]) + ")/")
_REGISTRY = re.compile("|".join(["pypi" r"\.org", "python" r"hosted\.", "npm" r"js\.(?:org|com)"]))
_INDEX_LINE = re.compile(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", re.MULTILINE)
_FOREIGN_LOCKS = {"uv" ".lock", "poetry" ".lock", "Pipfile" ".lock"}
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def _texts(files: list[Path]) -> dict[str, str]:
    found = {}
    for path in files:
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            found[str(path)] = content.decode()
    return found


def _pins(lock: Path) -> dict[str, set[tuple[str, str]]]:
    pins: dict[str, set[tuple[str, str]]] = {}
    for name, version, marker in _PIN.findall(lock.read_text()):
        pins.setdefault(name, set()).add((version, marker))
    return pins


def _requirements(root: Path, *groups: str) -> list[Requirement]:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    texts = list(project["project"]["dependencies"])
    for group in groups:
        texts += project["dependency-groups"][group]
    return [Requirement(text) for text in texts]


def test_no_path_of_a_machine(files: list[Path]) -> None:
    assert not [path for path, text in _texts(files).items() if _MACHINE_PATH.search(text)]


def test_no_registry_address(files: list[Path]) -> None:
    assert not [path for path, text in _texts(files).items() if _REGISTRY.search(text)]
    assert not [path for path in files if path.name in _FOREIGN_LOCKS]


def test_patterns_find_what_they_should() -> None:
    assert _MACHINE_PATH.search('open("' + "/ro" + 'ot/x")')
    assert not _MACHINE_PATH.search("a/work/b")
    assert _REGISTRY.search("https://" + "pypi" + ".org/simple")
    assert _INDEX_LINE.search("a\n--index-url x")


def test_no_big_file(files: list[Path]) -> None:
    assert not [str(path) for path in files if path.stat().st_size > MAX_BYTES]


def test_locks_name_no_place_and_hash_everything(root: Path) -> None:
    locks = sorted(root.glob("requirements*.lock"))
    assert [lock.name for lock in locks] == [
        "requirements-dev.lock",
        "requirements-uv.lock",
        "requirements.lock",
    ]
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text
        assert not _INDEX_LINE.search(text)
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert " \\\n    --hash=sha256:" in block, block


def test_every_dependency_has_a_lower_bound(root: Path) -> None:
    every = _requirements(root, "build", "docs", "test")
    assert not [r.name for r in every if not any(s.operator == ">=" for s in r.specifier)]


def test_locks_hold_what_the_project_asks_for(root: Path) -> None:
    for name, groups in (
        ("requirements.lock", ("build",)),
        ("requirements-dev.lock", ("build", "docs", "test")),
    ):
        pins = _pins(root / name)
        for wanted in _requirements(root, *groups):
            assert wanted.name in pins, f"{name}: run tools/lock.sh for {wanted}"
            for version, _ in pins[wanted.name]:
                assert wanted.specifier.contains(version), f"{name}: {wanted}, pinned {version}"


def test_tests_run_on_what_users_get(root: Path) -> None:
    tested = _pins(root / "requirements-dev.lock")
    shipped = _pins(root / "requirements.lock")
    assert shipped
    assert not {name: pins for name, pins in shipped.items() if tested.get(name) != pins}


def test_the_files_are_those_of_the_project(root: Path, files: list[Path]) -> None:
    assert root / "hashfall" in files
    assert root / ".ci/run" in files
    assert not [path for path in files if ".venv" in path.parts or "__pycache__" in path.parts]
