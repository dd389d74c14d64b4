"""Imports go one way: errors, model <- book <- engine <- the edges."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Module

# Room -> rooms it may import from, beside itself.
_BELOW = {
    "": set(),  # the package's own __init__
    "errors": set(),
    "model": {"errors"},
    "book": {"", "errors", "model"},
    "engine": {"", "errors", "model", "book"},
    "cases": set(),
    "ingest": {"", "errors", "model", "book", "engine"},
    "report": {"", "errors", "model", "book", "engine", "ingest"},
    "verify": {"", "errors", "model", "book", "engine", "ingest"},
    "bench": {"", "errors", "model", "book", "engine", "ingest"},
    "cli": {"", "errors", "model", "book", "engine", "ingest", "report", "verify", "bench"},
    "__main__": {"cli"},
}

# All that formulas may import: no files, clock, network or global randomness among them.
_MODEL_MAY_IMPORT = {
    "__future__",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashfall",
    "hashlib",
    "highspy",
    "itertools",
    "llvmlite",
    "math",
    "numba",
    "numpy",
    "operator",
    "scipy",
    "struct",
    "typing",
    "unicodedata",
    "weakref",
}
_MODEL_MAY_NOT_CALL = {"input", "now", "open", "print", "random", "today", "utcnow", "default_rng"}


def _room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Dotted names that a module imports, at the top or inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: -node.level]) if node.level else ""
            stem = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def _crossings(name: str, tree: ast.Module) -> list[str]:
    room = _room(name)
    own = [item for item in _imports(tree, name) if item.split(".")[0] == "hashfall"]
    reached = {(_room(item) if _room(item) in _BELOW else ""): item for item in own}
    return [
        f"{name} imports {item}"
        for target, item in reached.items()
        if target != room and target not in _BELOW[room]
    ]


def test_each_room_is_known(modules: list[Module]) -> None:
    assert {_room(module.name) for module in modules} <= set(_BELOW)


def test_imports_go_one_way(modules: list[Module]) -> None:
    assert not [wrong for m in modules for wrong in _crossings(m.name, m.tree)]


def test_a_crossing_is_seen() -> None:
    upward = ast.parse("def f():\n    from hashfall.engine import run\n")
    assert _crossings("hashfall.model.price", upward) == [
        "hashfall.model.price imports hashfall.engine.run"
    ]
    assert not _crossings("hashfall.engine.run", ast.parse("from hashfall.book import x"))
    assert _crossings("hashfall.book.load", ast.parse("from hashfall import engine"))


def _impurities(name: str, tree: ast.Module) -> list[str]:
    wrong = [
        f"{name} imports {item}"
        for item in _imports(tree, name)
        if item.split(".")[0] not in _MODEL_MAY_IMPORT or item.startswith("numpy.random")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in _MODEL_MAY_NOT_CALL:
                wrong.append(f"{name}:{node.lineno} calls {called}")
    return wrong


def test_model_is_pure(modules: list[Module]) -> None:
    formulas = [module for module in modules if _room(module.name) == "model"]
    assert formulas
    assert not [wrong for m in formulas for wrong in _impurities(m.name, m.tree)]


def test_an_impurity_is_seen() -> None:
    for source in ("import time", "open('x')", "np.random.default_rng(1)", "datetime.now()"):
        assert _impurities("hashfall.model.price", ast.parse(source)), source


def test_cases_hold_data_only(root: Path) -> None:
    scripts = [p.name for p in (root / "src/hashfall/cases").rglob("*.py")]
    assert set(scripts) <= {"__init__.py"}
