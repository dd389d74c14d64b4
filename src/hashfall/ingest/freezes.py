"""Orders to freeze: what each source reaches and what it lets through, from the shipped table."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from hashfall.engine.stress_books import Rule

__all__ = ["FREEZES_FILE", "freeze_rules"]

FREEZES_FILE: Final = "freezes.toml"
"""Name of the file inside `hashfall.cases`."""


@lru_cache(maxsize=1)
def freeze_rules() -> dict[str, Rule]:
    """What an order reaches and allows, by its source.

    Examples
    --------
    >>> freeze_rules()["domestic_court"].allows, freeze_rules()["foreign_bank"].banks
    (('payroll', 'tax'), 'abroad')
    """
    text = files("hashfall.cases").joinpath(FREEZES_FILE).read_text(encoding="utf-8")
    return {
        name: Rule(name, row["words"], row["banks"], row["foreign_currency"],
                   tuple(row["route_kinds"]), row["foreign_routes"], tuple(row["allows"]),
                   row["why"], row["source"])
        for name, row in tomllib.loads(text)["source"].items()
    }
