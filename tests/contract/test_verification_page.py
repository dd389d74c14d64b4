"""The page about verification lists every check there is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from hashfall.verify import CHECKS, ids


def test_every_check_stands_on_the_page(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "docs"))
    import tables  # type: ignore[import-not-found]  # a module of the documentation

    monkeypatch.delitem(sys.modules, "tables")
    page = tables.fill((root / "docs/verification.md").read_text())
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.M) == ids()
    assert all(check.about in page for check in CHECKS)


def test_checks_named_on_the_page_exist(root: Path) -> None:
    page = (root / "docs/verification.md").read_text()
    named = set(re.findall(r"`((?:albrecher|retarget|header|garch|world)-[a-z-]+)`", page))
    named |= set(re.findall(r'run\(\["([a-z-]+)"\]\)', page))
    assert named
    assert named <= set(ids())
