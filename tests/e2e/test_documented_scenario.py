"""The scenario that the documentation shows is one that works."""

from __future__ import annotations

import re
from pathlib import Path

from hashfall.book.patch import parse_scenario
from hashfall.book.prepare import prepare


def test_the_scenario_on_the_page_applies(root: Path) -> None:
    page = (root / "docs/books.md").read_text()
    found = re.search(r"```toml\n(schema = \"hashfall\.scenario.*?)```", page, re.S)
    assert found is not None
    scenario = parse_scenario(found.group(1), "docs/books.md")
    ready = prepare(scenario.for_, scenarios=[scenario])
    assert "court_arrest_fox" not in ready.book.events
    assert "move" in ready.book.costs
    assert ready.world.price_path
