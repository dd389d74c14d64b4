"""The state of the record in words: what is not known, contradictions, sources, odd things."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hashfall.book.currencies import unit_of
from hashfall.book.describe import used_for
from hashfall.book.fields import Place, figures
from hashfall.book.plausible import remarks
from hashfall.book.record import Book, Missing
from hashfall.book.values import DateRange, Range, Rule
from hashfall.book.words import figure_text, heading, paragraph, table

__all__ = ["conflicts", "second_look", "short_paths", "sized_by", "sources", "unknown"]

_SIZED = "sizing rule "
_LATER = "published later"


def sized_by(value: Any) -> str | None:
    """Sizing rule that bounds a figure, None where no rule does."""
    if isinstance(value, Rule):
        return value.rule
    source = getattr(value, "source", "")
    return source.removeprefix(_SIZED) if source.startswith(_SIZED) else None


def unknown(book: Book, width: int) -> list[str]:
    """What is not known: by sizing rule, as other ranges, and what has no figure at all."""
    sized: dict[tuple[str, str], list[str]] = defaultdict(list)
    ranges = []
    for place in figures(book):
        rule = sized_by(place.value)
        if rule is not None:
            sized[rule, _three_points(book, place)].append(place.path)
        elif isinstance(place.value, (Range, DateRange)):
            ranges.append([place.path, _three_points(book, place), place.value.why])
    covered = {path for paths in sized.values() for path in paths}
    rest = [entry for entry in book.missing if entry.path not in covered]
    if not sized and not ranges and not rest:
        return []
    out = heading("What is not known, and what bounds it")
    rows = [[rule, text, short_paths(book, paths)] for (rule, text), paths in sized.items()]
    if rows:
        out += ["", *table(["sizing rule", "5%, 50%, 95%", "bounds"], rows, width)]
    if ranges:
        out += ["", *table(["other range", "5%, 50%, 95%", "why"], ranges, width)]
    return out + _without_figure(rest, width)


def _three_points(book: Book, place: Place) -> str:
    value = place.value
    if isinstance(value, Rule):
        return "not applied yet"
    unit = unit_of(book, place)
    if isinstance(value, DateRange):
        return f"{value.low}, {value.mid}, {value.high}"
    points = ", ".join(figure_text(point, unit) for point in (value.low, value.mid, value.high))
    return points if unit.startswith(("share", "ratio")) else f"{points} {unit}"


def _without_figure(missing: list[Missing], width: int) -> list[str]:
    late = [m for m in missing if m.why.startswith(_LATER)]
    out = [""] if missing else []
    for entry in missing:
        if entry not in late:
            why, used = entry.why.rstrip("."), entry.used_instead.rstrip(".")
            out += paragraph(f"{entry.path}: {why}. Instead: {used}.", width)
    if late:
        listed = "; ".join(f"{m.path} {m.why.removeprefix(_LATER).strip()}" for m in late)
        out += paragraph(f"Left out, {_LATER}: {listed}.", width)
    return out


def short_paths(book: Book, paths: list[str], most: int | None = None) -> str:
    """Paths in few letters: ``hosting.*.mw`` where every entry of a table has it.

    Parameters
    ----------
    book : Book
        Book in which they lead somewhere.
    paths : list of str
        Paths of fields.
    most : int, optional
        How many are told one by one.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in paths:
        section, _, rest = path.partition(".")
        key, _, field = rest.partition(".")
        groups[(section, field) if field else (path, "")].append(key)
    out = []
    for (section, field), keys in groups.items():
        table_ = getattr(book, section, None)
        if not field:
            out.append(section)
        elif isinstance(table_, dict) and len(keys) == len(table_) > 1:
            out.append(f"{section}.*.{field}")
        else:
            out += [f"{section}.{key}.{field}" for key in keys]
    if most is not None and len(out) > most:
        return ", ".join(out[:most]) + f" and {len(out) - most} more"
    return ", ".join(out)


def conflicts(book: Book, width: int) -> list[str]:
    """Contradictions between sources, and how the book treats them."""
    if not book.conflicts:
        return []
    out = heading("Contradictions in the record")
    for conflict in book.conflicts:
        said = "; ".join(
            f"{value.get('value', '')} [{_dated(book, value.get('source', ''))}]"
            for value in conflict.values
        )
        out += paragraph(f"{conflict.what}: {said}. {conflict.treated}", width)
    return out


def _dated(book: Book, source: str) -> str:
    known = book.sources.get(source)
    return f"{source}, later" if known and known.published > book.known_by else source


def sources(book: Book, width: int) -> list[str]:
    """Sources with their grades and what they are used for."""
    rows = []
    for key, source in book.sources.items():
        used = short_paths(book, used_for(book, key), 3)
        late = "later than known_by" if source.published > book.known_by else "-"
        rows.append([key, source.outlet, source.date, source.grade, used or late])
    if not rows:
        return []
    head = ["source", "outlet", "date", "grade", "used for"]
    return [*heading("Sources"), "", *table(head, rows, width)]


def second_look(book: Book, width: int) -> list[str]:
    """What looks odd without being wrong."""
    found = remarks(book)
    if not found:
        return []
    return heading("Worth a second look") + [
        line for remark in found for line in paragraph(remark, width)
    ]
