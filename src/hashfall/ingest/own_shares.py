"""A user's own table of shares, by any dimension: TOML or CSV.

CSV has the columns ``dimension,name,share`` and may have ``blocks``; TOML has one
``[[share]]`` with the same keys a line. ``blocks`` counts the blocks found by that
name in the window the share was taken from.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any, Final

import numpy as np

from hashfall.engine.shares import DIMENSIONS, Shares
from hashfall.errors import InputError

__all__ = ["read_own_shares"]

_KEYS: Final = ("dimension", "name", "share", "blocks")
_NEEDED: Final = _KEYS[:3]
_ROUND: Final = 1e-9
_FRACTION: Final = "a share is a part of 1, not a percentage"


def read_own_shares(path: Path | str, as_of: Date | None = None, text: str | None = None
                    ) -> dict[str, Shares]:
    """Tables of a user's file by dimension.

    Parameters
    ----------
    path : path
        CSV or TOML, told apart by its ending.
    as_of : date, optional
        What the tables speak of, as it is shown.
    text : str, optional
        What the file holds, where it was read before.

    Raises
    ------
    InputError
        If the file cannot be read or a line cannot be used: a dimension that is not
        one of `hashfall.engine.shares.DIMENSIONS`, a share that is negative, above 1
        or no number, a name twice, shares above 1 in sum, blocks that do not go
        with the shares.
    """
    path = Path(path)
    found: dict[str, dict[str, tuple[float, int | None]]] = {}
    for place, line in _lines(path, text):
        dimension, name, share, blocks = _checked(str(path), place, line)
        table = found.setdefault(dimension, {})
        if name in table:
            raise InputError(str(path), place, f"each name once in {dimension}", f"{name!r} again")
        table[name] = share, blocks
    if not found:
        raise InputError(str(path), "", "one share at least", "none")
    return {name: _table(str(path), name, rows, as_of) for name, rows in found.items()}


def _lines(path: Path, text: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Place and cells of each line."""
    if path.suffix not in (".csv", ".toml"):
        raise InputError(str(path), "", "a file that ends in .csv or .toml", path.suffix or "none")
    if text is None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise InputError(str(path), "", "a text file", _line_of(problem)) from None
    read = _csv if path.suffix == ".csv" else _toml
    yield from read(str(path), io.StringIO(text.removeprefix("\ufeff"), newline=None).read())


def _line_of(problem: Exception) -> str:
    return str(getattr(problem, "strerror", "") or problem)


def _csv(file: str, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines(), skipinitialspace=True)
    head = list(reader.fieldnames or [])
    if not (set(_NEEDED) <= set(head) <= set(_KEYS)):
        raise InputError(
            file, "line 1", f"columns {','.join(_NEEDED)}[,blocks]", ",".join(head) or "none"
        )
    for line in reader:
        if None in line or None in line.values():
            place = f"line {reader.line_num}"
            raise InputError(file, place, f"{len(head)} cells", "another number")
        yield f"line {reader.line_num}", line


def _toml(file: str, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InputError(file, "", "TOML", str(problem)) from None
    rows = tree.pop("share", [])
    if tree or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(file, ", ".join(tree), "[[share]] tables alone", "something else")
    for number, row in enumerate(rows, 1):
        place = f"share {number}"
        if not (set(_NEEDED) <= set(row) <= set(_KEYS)):
            expected = f"keys {', '.join(_NEEDED)} and perhaps blocks"
            raise InputError(file, place, expected, ", ".join(row) or "none")
        yield place, row


def _checked(
    file: str, place: str, line: Mapping[str, Any]
) -> tuple[str, str, float, int | None]:
    dimension, name = str(line["dimension"]).strip(), str(line["name"]).strip()
    if dimension not in DIMENSIONS:
        raise InputError(file, f"{place}: dimension", f"one of {', '.join(DIMENSIONS)}",
                         repr(dimension))
    if not name:
        raise InputError(file, f"{place}: name", "a name", "none")
    share = _number(file, f"{place}: share", line["share"])
    if not 0.0 <= share <= 1.0:
        raise InputError(file, f"{place}: share", "0 to 1", str(line["share"]), _FRACTION)
    cell = line.get("blocks", "")
    if cell in ("", None):
        return dimension, name, share, None
    blocks = _number(file, f"{place}: blocks", cell)
    if not (blocks >= 0.0 and blocks == int(blocks)):
        raise InputError(file, f"{place}: blocks", "a whole number of 0 or more", str(cell))
    return dimension, name, share, int(blocks)


def _number(file: str, place: str, cell: object) -> float:
    try:
        value = float(str(cell)) if not isinstance(cell, bool) else float("nan")
    except ValueError:
        value = float("nan")
    if value - value != 0.0:  # infinite or not a number
        raise InputError(file, place, "a number", repr(cell))
    return value


def _table(
    file: str, dimension: str, rows: Mapping[str, tuple[float, int | None]], as_of: Date | None
) -> Shares:
    values = np.array([share for share, _ in rows.values()])
    if values.sum() > 1.0 + _ROUND:
        raise InputError(file, dimension, "shares of 1 or less in sum", f"{values.sum():.4g}",
                         _FRACTION)
    return Shares(
        dimension=dimension, names=tuple(rows), values=values, as_of=str(as_of or "not stated"),
        estimator="own table", sources=(file,),
        blocks=_counted(file, dimension, values, [blocks for _, blocks in rows.values()]),
    )


def _counted(
    file: str, dimension: str, values: np.ndarray[Any, np.dtype[np.float64]],
    blocks: Sequence[int | None],
) -> int | None:
    """Blocks in all; each share must be what the blocks make it."""
    counts = [count for count in blocks if count is not None]
    if not counts:
        return None
    if len(counts) != len(blocks):
        raise InputError(file, f"{dimension}: blocks", "blocks for each name or for none",
                         f"{len(counts)} of {len(blocks)}")
    total = round(sum(counts) / float(values.sum())) if values.sum() > 0.0 else 0
    if total < 2 or any(abs(c / total - v) > 0.01 for c, v in zip(counts, values, strict=True)):
        raise InputError(file, f"{dimension}: blocks", "blocks that go with the shares",
                         f"{sum(counts)} blocks for {values.sum():.4g} of all")
    return total
