"""Figures and tables of a book as plain text of a given width."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from hashfall.book.messages import printable
from hashfall.book.values import DateRange, Known, KnownDate, Range, Rule

__all__ = ["amount", "figure_text", "heading", "paragraph", "plain_number", "table", "wrapped"]

_SCALES = ((1e9, "bn"), (1e6, "m"))
_MARGIN = "  "
_LONGEST, _SHORTEST = 14, 6
_BREAKS = re.compile(r"(?<=[._/])")


def plain_number(value: float, digits: int = 4) -> str:
    """A number in a few digits, thousands set apart.

    Examples
    --------
    >>> [plain_number(x) for x in (104638.0, 0.047251, 29.0, 0.0)]
    ['104,638', '0.04725', '29', '0']
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def amount(value: float, digits: int = 4) -> str:
    """An amount of money, large ones in millions or billions.

    Examples
    --------
    >>> [amount(x) for x in (954.4e6, 1.211e9, 104638.0, 3.4)]
    ['954.4m', '1.211bn', '104,638', '3.4']
    """
    for scale, name in _SCALES:
        if abs(value) >= scale:
            scaled = value / scale
            whole = len(f"{abs(scaled):.0f}")
            return f"{scaled:,.{max(digits, whole)}g}{name}"
    return plain_number(value, digits)


def figure_text(value: Any, unit: str = "") -> str:
    """A figure in a few letters: its number, its range, or its rule.

    Parameters
    ----------
    value : object
        A figure or date of a book.
    unit : str
        Its unit; shares print as percent, money by scale.

    Examples
    --------
    >>> figure_text(Range(low=0.35, mid=0.65, high=0.95), "share")
    '35-95%'
    >>> figure_text(Range(low=39.5e6, mid=197.5e6, high=711e6), "RUB"), figure_text(0.25, "share")
    ('39.5m-711m', '25%')
    """
    if value is None:
        return "-"
    if isinstance(value, Rule):
        return f"rule {value.rule}"
    if isinstance(value, (Known, KnownDate)):
        value = value.value
    if isinstance(value, DateRange):
        return f"{value.low} to {value.high}"
    if isinstance(value, Range):
        low, high = _number(value.low, unit, 3), _number(value.high, unit, 3)
        return f"{low.removesuffix('%')}-{high}" if low != high else high
    return value.isoformat() if isinstance(value, dt.date) else _number(float(value), unit)


def _number(value: float, unit: str, digits: int = 4) -> str:
    if unit.startswith("share"):
        return f"{100 * value:.3g}%"
    return amount(value, digits)


def heading(text: str) -> list[str]:
    """A heading after an empty line."""
    return ["", text.upper()]


def paragraph(text: str, width: int, indent: str = "  ") -> list[str]:
    """Text in lines of a width, the lines after the first set in."""
    first, *rest = wrapped(printable(text), width - len(indent) - 2)
    return [indent + first, *(indent + "  " + line for line in rest)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """A table whose widest columns wrap until it fits; empty columns are left out.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells.
    width : int
        Most letters of a line.

    Examples
    --------
    >>> print("\\n".join(table(["site", "MW"], [["bratsk", "100"]], 40)))
      site    MW
      bratsk  100
    """
    cells = [[printable(c) for c in row] for row in rows]
    used = [i for i in range(len(head)) if any(row[i] not in ("", "-") for row in cells)]
    lines = [[head[i] for i in used], *([row[i] for i in used] for row in cells)]
    columns = list(zip(*lines, strict=True))
    sizes = [max(map(len, column)) for column in columns]
    least = [min(_LONGEST, max(len(w) for c in column for w in (*c.split(), "")))
             for column in columns]
    room = width - len(_MARGIN) - 2 * (len(used) - 1)
    while sum(sizes) > room:
        slack = [size - low for size, low in zip(sizes, least, strict=True)]
        at = slack.index(max(slack)) if max(slack) > 0 else _most_patient(columns, sizes)
        sizes[at] -= 1
    return [line for row in lines for line in _row(row, sizes)]


def _most_patient(columns: Sequence[Sequence[str]], sizes: Sequence[int]) -> int:
    """Column that is cut when none has room left: names before numbers and dates."""
    names = [not any(ch.isdigit() for cell in column for ch in cell) for column in columns]
    order = [(size > _SHORTEST, name, size) for size, name in zip(sizes, names, strict=True)]
    return order.index(max(order))


def _row(row: Sequence[str], sizes: Sequence[int]) -> list[str]:
    columns = [wrapped(cell, size) for cell, size in zip(row, sizes, strict=True)]
    height = max(len(column) for column in columns)
    out = []
    for i in range(height):
        parts = [
            (column[i] if i < len(column) else "").ljust(size)
            for column, size in zip(columns, sizes, strict=True)
        ]
        out.append((_MARGIN + "  ".join(parts)).rstrip())
    return out


def wrapped(text: str, size: int) -> list[str]:
    """Lines of a size; a word that is too long breaks after a dot or dash below if it can.

    Examples
    --------
    >>> wrapped("in hosting.bratsk_clients", 15)
    ['in hosting.', 'bratsk_clients']
    """
    lines = [""]
    for word in text.split():
        gap = " " if lines[-1] else ""
        if len(lines[-1]) + len(gap) + len(word) <= size:
            lines[-1] += gap + word
            continue
        if len(word) <= size:
            lines.append(word)
            continue
        for piece in _pieces(word, size):
            if len(lines[-1]) + len(gap) + len(piece) > size:
                lines.append("")
                gap = ""
            lines[-1] += gap + piece
            gap = ""
    return lines if lines[0] else lines[1:] or [""]


def _pieces(word: str, size: int) -> list[str]:
    out = []
    for piece in _BREAKS.split(word):
        out += [piece[i : i + size] for i in range(0, len(piece), size)]
    return out
