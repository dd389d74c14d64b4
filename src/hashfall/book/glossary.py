"""The glossary: one word, symbol and unit per quantity, and what endings of names mean."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["Term", "suffix_of", "suffixes", "terms"]


class Term(NamedTuple):
    """One quantity or word: its name in code and files, and what it stands for."""

    name: str
    word: str
    symbol: str
    unit: str
    meaning: str
    source: str


@cache
def _file() -> dict[str, dict[str, dict[str, str]]]:
    text = (resources.files("hashfall.book") / "glossary.toml").read_text("utf-8")
    return tomllib.loads(text)


def terms() -> dict[str, Term]:
    """Every term by its name.

    Examples
    --------
    >>> terms()["fee_share"].unit, terms()["hashprice_usd_ph_day"].word
    ('share', 'hashprice')
    """
    return {
        name: Term(
            name, entry["word"], entry.get("symbol", ""), entry["unit"], entry["meaning"],
            entry["source"],
        )
        for name, entry in _file()["term"].items()
    }


def suffixes() -> dict[str, str]:
    """Unit by the ending of a name, such as ``usd_per_kwh``."""
    return {name: str(unit) for name, unit in _file()["suffix"].items()}


def suffix_of(name: str) -> str | None:
    """Longest known ending of a name; None where it has none.

    Examples
    --------
    >>> suffix_of("power_price_usd_per_kwh"), suffix_of("mw"), suffix_of("lender")
    ('usd_per_kwh', 'mw', None)
    """
    found = [s for s in suffixes() if name == s or name.endswith(f"_{s}")]
    return max(found, key=len, default=None)
