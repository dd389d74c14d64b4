"""What breaks a rule of a book."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Problem"]


class Problem(NamedTuple):
    """Where a rule is broken, what would be right, what is there, and what to do."""

    place: str
    expected: str
    found: str
    hint: str = ""
