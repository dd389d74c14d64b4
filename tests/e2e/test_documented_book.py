"""The book that the documentation shows is one that works."""

from __future__ import annotations

from pathlib import Path

from hashfall.book.load import load_book


def test_the_first_book_is_valid(root: Path) -> None:
    book = load_book(root / "docs/examples/first_miner.toml")
    assert book.id == "first_miner"
    assert (root / "docs/start.md").read_text().count("examples/first_miner.toml") >= 3
