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


def _functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, line and length of each function, docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                text = node.body[0]
                length -= (text.end_lineno or text.lineno) - text.lineno + 1
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


def test_docstrings_do_not_count() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert list(_functions(ast.parse(source))) == [("f", 1, 2)]
