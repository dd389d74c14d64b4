"""From words on the command line to a book and to the options of a run."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from hashfall.cli.output import read_date
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.prepare import Prepared
    from hashfall.engine.assess import AssessOptions

__all__ = ["open_company", "run_options"]

_MOST_YEARS = 10


def open_company(
    case: str,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    scenarios: list[str],
    sets: list[str],
) -> Prepared:
    """Book of a case id or a file, at the dates and with the changes asked for.

    Parameters
    ----------
    case : str
        Case id or book file.
    as_of, known_by : str, optional
        Dates as typed.
    scenarios : list of str
        Scenario files, applied in order.
    sets : list of str
        Changes ``PATH=VALUE``, applied after the scenarios.

    Raises
    ------
    InputError
        If a date, a file or a change cannot be used.
    """
    from hashfall.book.patch import load_scenario, parse_set
    from hashfall.book.prepare import prepare

    patches = [load_scenario(file) for file in scenarios] + [parse_set(text) for text in sets]
    return prepare(
        case, read_date("--as-of", as_of), read_date("--known-by", known_by), patches
    )


def run_options(
    *, years: float, paths: int | None, seed: int, threads: int | None
) -> AssessOptions:
    """Options of a run, each within its bounds.

    Raises
    ------
    InputError
        If an option is out of bounds.
    """
    _within("--years", years, 0.5, _MOST_YEARS)
    _within("--seed", seed, 0, 2**63 - 1)
    if paths is not None:
        _within("--paths", paths, 128, 10_000_000)
    if threads is not None:
        _within("--threads", threads, 1, 4 * (os.cpu_count() or 1))
    from hashfall.engine.assess import AssessOptions

    base = AssessOptions(years=years, seed=seed)
    return replace(base, paths=paths or base.paths, threads=threads or base.threads)


def _within(flag: str, value: float, low: float, high: float) -> None:
    # Written so that NaN is refused as well.
    if not low <= value <= high:
        raise InputError(flag, "", f"{low:,} to {high:,}", f"{value:,}")
