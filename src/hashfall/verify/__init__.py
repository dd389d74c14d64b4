"""Statistical verification against closed forms and published numbers, with verdicts."""

from __future__ import annotations

from hashfall.verify.check import Check
from hashfall.verify.registry import CHECKS, ids, run

__all__ = ["CHECKS", "Check", "ids", "run"]
