"""Figures as a reader sees them: percents, money, days and lines of 80 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = [
    "WIDTH",
    "band",
    "days",
    "drift_name",
    "flow",
    "money",
    "number",
    "percent",
    "points",
    "probability",
    "row",
    "rule",
    "scale_of",
    "short",
    "table",
    "wide",
]

WIDTH = 78
"""Columns of a line: 80 less a margin. [columns]"""
_LABEL = 23
_SCALES = ((1e10, 1e9, "bn"), (1e6, 1e6, "m"), (1e4, 1e3, "k"))


def percent(value: float | None, sign: bool = True) -> str:
    """A share as text: whole percents, one decimal below 1%.

    Parameters
    ----------
    value : float or None
        Share, usually 0 to 1; None prints as ``n/a``. [-]
    sign : bool
        Whether the percent sign is written.

    Notes
    -----
    A share that is neither 0 nor 1 never prints as if it were: the ends are
    ``<0.1%`` and ``>99%``.

    Examples
    --------
    >>> [percent(p) for p in (0.0, 0.0002, 0.004, 0.12, 0.998, 1.0)]
    ['0%', '<0.1%', '0.4%', '12%', '>99%', '100%']
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    size = abs(value)
    if size == 0:
        text = "0"
    elif size < 0.0005:
        text = "<0.1"
    elif size < 0.00995:
        text = f"{100 * value:.1f}"
    elif 0.995 <= size < 1:
        text = ">99" if value > 0 else "<-99"
    else:
        text = f"{100 * value:.0f}"
    return text + "%" if sign else text


def band(low: float | None, high: float | None) -> str:
    """An interval of shares in square brackets.

    Examples
    --------
    >>> band(0.41, 0.88), band(0.004, 0.12), band(0.95, 0.999), band(None, None)
    ('[41-88]', '[0.4-12]', '[95 to >99]', '[n/a]')
    """
    if low is None or high is None:
        return "[n/a]"
    ends = percent(low, False), percent(high, False)
    glue = "-" if all(end[0].isdigit() for end in ends) else " to "
    return f"[{ends[0]}{glue}{ends[1]}]"


def probability(p: Mapping[str, Any] | None) -> str:
    """A probability with the band of what the book leaves open.

    Parameters
    ----------
    p : mapping or None
        ``value, se, low, high``; None prints as ``n/a``.

    Examples
    --------
    >>> probability({"value": 0.62, "se": 0.003, "low": 0.41, "high": 0.88})
    '62% [41-88]'
    >>> probability({"value": 0.62, "se": 0.003, "low": 0.62, "high": 0.62})
    '62%'
    """
    if p is None or p.get("value") is None:
        return "n/a"
    return f"{percent(p['value'])} {band(p.get('low'), p.get('high'))}" if wide(p) else (
        percent(p["value"]))


def wide(p: Mapping[str, Any]) -> bool:
    """Whether what the book leaves open moves a probability at all.

    Parameters
    ----------
    p : mapping
        ``value, se, low, high``; bounds that are not there count as open.

    Examples
    --------
    >>> wide({"value": 1.0, "low": 1.0, "high": 1.0}), wide({"value": 0.2, "low": 0.1, "high": 0.3})
    (False, True)
    """
    return not p.get("low") == p.get("high") == p.get("value")


def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.214), points(0.003), points(0.0)
    ('-21 points', '+0.3 points', '0 points')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    size = abs(100 * value)
    if size < 0.05:
        return "0 points"
    text = f"{100 * value:+.1f}" if size < 0.95 else f"{100 * value:+.0f}"
    return f"{text} point" if text in ("+1", "-1") else f"{text} points"


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many digits that count, thousands set apart.

    Examples
    --------
    >>> number(41.237), number(0.04217), number(12345.6), number(0.0)
    ('41.2', '0.0422', '12,346', '0')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    if places <= 0:
        return f"{value:,.0f}"
    if places > 9:
        return f"{value:.{digits - 1}e}"
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float | None, currency: str = "") -> str:
    """An amount in thousands, millions or billions.

    Parameters
    ----------
    value : float or None
        Amount in units of the currency.
    currency : str
        Code printed behind it (empty: none).

    Examples
    --------
    >>> money(1211.1e6, "RUB"), money(954.4e6), money(25_300.0), money(12.34, "USD")
    ('1,211m RUB', '954.4m', '25k', '12.3 USD')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    text = number(value)
    for floor, unit, name in _SCALES:
        if abs(value) >= floor:
            scaled = value / unit
            whole = abs(scaled) >= 1000 or name == "k"
            text = f"{scaled:,.0f}" if whole else f"{scaled:,.1f}".removesuffix(".0")
            text += name
            break
    return f"{text} {currency}" if currency else text


def scale_of(values: Iterable[float]) -> tuple[float, str]:
    """Unit in which a set of amounts is best drawn, and its name.

    Examples
    --------
    >>> scale_of([3e6, 25e9]), scale_of([2e6]), scale_of([])
    ((1000000000.0, 'bn'), (1000000.0, 'm'), (1.0, ''))
    """
    top = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    for floor, unit, name in _SCALES:
        if top >= floor:
            return unit, name
    return 1.0, ""


def days(value: float | None, horizon: float) -> str:
    """A number of days, or that the horizon came first.

    Examples
    --------
    >>> days(61.4, 1096), days(1096, 1096)
    ('61', '>1096')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    return f">{horizon:.0f}" if value >= horizon else f"{value:.0f}"


def drift_name(per_year: float) -> str:
    """A drift a year with its sign.

    Examples
    --------
    >>> drift_name(-0.2), drift_name(0.0)
    ('-20%', '0%')
    """
    return f"{per_year:+.0%}" if per_year else "0%"


def rule() -> str:
    """A line of dashes as wide as the text."""
    return "-" * WIDTH


def row(label: str, text: str, lines: int = 0) -> list[str]:
    """A labelled entry, wrapped under itself.

    Parameters
    ----------
    label : str
        Word at the left edge; a long one gets a line of its own.
    text : str
        Entry; runs of spaces inside a line are kept.
    lines : int
        Most lines to print, the last one cut with dots (0: all).

    Examples
    --------
    >>> row("Not known", "cash, banks")
    ['Not known              cash, banks']
    """
    indent = " " * _LABEL
    body = textwrap.wrap(
        text, WIDTH - _LABEL, break_on_hyphens=False, max_lines=lines or None, placeholder=" ..."
    ) or [""]
    if len(label) >= _LABEL:
        head = textwrap.wrap(label, WIDTH)
        return [*head, *(indent + line for line in body)]
    return [label.ljust(_LABEL) + body[0], *(indent + line for line in body[1:])]


def flow(label: str, cells: Sequence[str], gap: str = "   ", lines: int = 0) -> list[str]:
    """A labelled entry of cells that are not broken inside where a line can hold them.

    Parameters
    ----------
    label : str
        Word at the left edge.
    cells : sequence of str
        Pieces in reading order.
    gap : str
        What stands between two pieces of one line.
    lines : int
        Most lines to print; what is left over is counted (0: all).

    Examples
    --------
    >>> flow("Dies of", ["freeze 31%", "tax 4%"], ", ")
    ['Dies of                freeze 31%, tax 4%']
    """
    room, packed = WIDTH - _LABEL - len(gap.rstrip()), [""]
    left_over = 0
    for cell in cells:
        if left_over:
            left_over += 1
        elif not packed[-1]:
            packed[-1] = cell
        elif len(packed[-1]) + len(gap) + len(cell) <= room:
            packed[-1] += gap + cell
        elif lines and len(packed) >= lines:
            left_over = 1
        else:
            packed[-1] += gap.rstrip()
            packed.append(cell)
    if left_over:
        packed.append(f"... {left_over} more")
    out = [line for text in packed for line in row("", text)]
    return [label.ljust(_LABEL) + out[0][_LABEL:], *out[1:]]


def short(text: str, columns: int) -> str:
    """A name cut with dots to so many columns.

    Examples
    --------
    >>> short("Infrastructure of Siberia", 12)
    'Infrastru...'
    """
    return text if len(text) <= columns else text[: columns - 3].rstrip() + "..."


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1, width: int = WIDTH
) -> list[str]:
    """A plain table: first columns to the left, the others to the right.

    Parameters
    ----------
    head : sequence of str
        Column names.
    rows : sequence of sequence of str
        Cells, as many a row as there are names.
    left : int
        How many columns are set to the left; the widest of them gives way
        when the table is wider than ``width``.
    width : int
        Most columns of a line. [columns]

    Examples
    --------
    >>> print("\\n".join(table(["what", "share"], [["freeze", "31%"], ["tax", "4%"]])))
    what    share
    freeze    31%
    tax        4%
    """
    cells = [list(head), *(list(r) for r in rows)]
    sizes = [max(len(r[i]) for r in cells) for i in range(len(head))]
    excess = sum(sizes) + 2 * (len(sizes) - 1) - width
    if excess > 0 and left:
        widest = max(range(left), key=lambda i: sizes[i])
        sizes[widest] = max(4, sizes[widest] - excess)
    lines = []
    for r in cells:
        parts = []
        for i, cell in enumerate(r):
            text = cell if len(cell) <= sizes[i] else cell[: sizes[i] - 3] + "..."
            parts.append(text.ljust(sizes[i]) if i < left else text.rjust(sizes[i]))
        lines.append("  ".join(parts).rstrip())
    return lines
