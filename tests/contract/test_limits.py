"""Files and functions stay short enough to read."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Module

MAX_FILE = 400
MAX_FUNCTION = 60
MAX_MEDIAN = 12


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _inner(node: ast.AST) -> Iterator[ast.stmt]:
    """Functions directly inside another: they count on their own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield child
        else:
            yield from _inner(child)


def _functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, line and length of each function, without docstring and inner functions."""
    for node in ast.walk(tree):
        if isinstance(node, _Function):
            length = _span(node) - sum(_span(inner) for inner in _inner(node))
            if ast.get_docstring(node) is not None:
                length -= _span(node.body[0])
            yield node.name, node.lineno, length


def test_files_are_short(root: Path, python_files: list[Path]) -> None:
    lengths = {str(p.relative_to(root)): len(p.read_text().splitlines()) for p in python_files}
    assert not {name: length for name, length in lengths.items() if length > MAX_FILE}


def test_functions_are_short(root: Path, python_files: list[Path]) -> None:
    long = [
        f"{path.relative_to(root)}:{line} {name}: {length} lines"
        for path in python_files
        for name, line, length in _functions(ast.parse(path.read_text()))
        if length > MAX_FUNCTION
    ]
    assert not long


def test_most_functions_are_very_short(modules: list[Module]) -> None:
    lengths = [length for module in modules for _, _, length in _functions(module.tree)]
    assert statistics.median(lengths) <= MAX_MEDIAN


def test_inner_functions_count_on_their_own() -> None:
    source = "def f():\n    def g():\n        a = 1\n        return a\n    return g\n"
    assert list(_functions(ast.parse(source))) == [("f", 1, 2), ("g", 2, 3)]


def test_docstrings_do_not_count() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert list(_functions(ast.parse(source))) == [("f", 1, 2)]
