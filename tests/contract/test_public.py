"""What the package offers is listed, documented and described as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from numpydoc.docscrape import NumpyDocString

if TYPE_CHECKING:
    from conftest import Module

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_TOP_LEVEL_ONLY = {"hashfall", "hashfall.__main__"}


def _listed(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        found = getattr(node, "targets", None) or [getattr(node, "target", None)]
        names = [t.id for t in found if isinstance(t, ast.Name)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and names == ["__all__"] and node.value:
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def _names_bound(node: ast.stmt) -> list[str]:
    if isinstance(node, Documented):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _is_text(node: ast.stmt | None) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _undocumented(tree: ast.Module) -> list[str]:
    """Listed names defined here without a docstring; what is imported is described at home."""
    listed = set(_listed(tree) or [])
    wrong = []
    for node, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, Documented):
            described = bool(ast.get_docstring(node))
        else:
            described = _is_text(following)
        wrong += [name for name in _names_bound(node) if name in listed and not described]
    return wrong


def _parameters(node: Documented) -> list[str] | None:
    """Arguments, or None where a class takes them from its fields or its parent."""
    if isinstance(node, ast.ClassDef):
        made = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        return _parameters(made[0]) if made else None
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, spec.vararg, *spec.kwonlyargs, spec.kwarg]
    return [argument.arg for argument in every if argument is not None]


def _misdescribed(tree: ast.Module) -> list[str]:
    """Docstrings with parameters that the signature does not have."""
    wrong = []
    for node in ast.walk(tree):
        text = ast.get_docstring(node) if isinstance(node, Documented) else None
        if not text or "Parameters\n---" not in text:
            continue
        arguments = _parameters(node)
        if arguments is None:
            continue
        described = [
            name.strip().lstrip("*")
            for parameter in NumpyDocString(text)["Parameters"]
            for name in parameter.name.split(",")
        ]
        wrong += [
            f"line {node.lineno}: describes {name}, takes {arguments}"
            for name in described
            if name not in arguments
        ]
    return wrong


def test_each_module_has_a_docstring_and_lists_its_names(modules: list[Module]) -> None:
    wrong = []
    for module in modules:
        if not ast.get_docstring(module.tree):
            wrong.append(f"{module.path}: no docstring")
        empty_package = module.path.endswith("__init__.py") and len(module.tree.body) <= 2
        if _listed(module.tree) is None and not empty_package and "__main__" not in module.path:
            wrong.append(f"{module.path}: no __all__")
    assert not wrong


def test_listed_names_exist(modules: list[Module]) -> None:
    wrong = []
    for module in modules:
        bound = {name for node in module.tree.body for name in _names_bound(node)}
        for node in module.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        lazy = "__getattr__" in bound  # a package may import its names on first use
        wrong += [
            f"{module.path}: {name}"
            for name in _listed(module.tree) or []
            if name not in bound and not lazy
        ]
    assert not wrong


def test_public_names_are_documented(modules: list[Module]) -> None:
    assert not [
        f"{module.path}: {name}"
        for module in modules
        if module.name not in _TOP_LEVEL_ONLY
        for name in _undocumented(module.tree)
    ]


def test_docstrings_describe_the_arguments_there_are(modules: list[Module]) -> None:
    assert not [f"{m.path}: {wrong}" for m in modules for wrong in _misdescribed(m.tree)]


def test_a_missing_docstring_is_seen() -> None:
    source = '__all__ = ["A", "B", "f"]\nA = 1\n"""A."""\nB = 2\ndef f(): pass\n'
    assert _undocumented(ast.parse(source)) == ["B", "f"]


def test_a_wrong_parameter_is_seen() -> None:
    source = 'def f(a, b):\n    """F.\n\n    Parameters\n    ----------\n    b, c : int\n    """\n'
    assert _misdescribed(ast.parse(source))
    assert not _misdescribed(ast.parse(source.replace("b, c", "a, b")))
