"""The generic miner and the axes of its default surface, from the shipped files."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from hashfall.book.load import parse_book
from hashfall.book.record import Book
from hashfall.engine.cashout_surface import Axes

__all__ = ["GENERIC_FILE", "SURFACE_FILE", "axes", "generic_book", "surface_metadata"]

GENERIC_FILE: Final = "generic/miner.toml"
"""Book of the generic miner, inside `hashfall.cases`."""
SURFACE_FILE: Final = "surface.toml"
"""Axes, bound and their sources, inside `hashfall.cases`."""


@lru_cache(maxsize=1)
def surface_metadata() -> dict[str, Any]:
    """The file of axes as it is.

    Examples
    --------
    >>> surface_metadata()["plausible"]["most"]
    0.5448
    """
    return tomllib.loads(files("hashfall.cases").joinpath(SURFACE_FILE).read_text("utf-8"))


def axes() -> Axes:
    """Axes of the surface, and what counts as failing."""
    data = surface_metadata()
    return Axes(data["efficiency"]["values"], data["haircut"]["values"],
                data["capacity"]["values"], data["fails"]["share"], data["plausible"]["most"])


def generic_book() -> Book:
    """Book of the generic miner, before its sizing rules are applied.

    Examples
    --------
    >>> list(generic_book().routes), generic_book().debts
    (['only'], {})
    """
    text = files("hashfall.cases").joinpath(GENERIC_FILE).read_text("utf-8")
    return parse_book(text, GENERIC_FILE)
