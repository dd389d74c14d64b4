"""One line for what is wrong with a book: where, what was expected, what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from hashfall.book.fields import Spec, specs
from hashfall.book.values import DateRange, Known, KnownDate, Range, Record, Rule
from hashfall.errors import InputError

__all__ = ["nearest", "printable", "shown", "validated"]

R = TypeVar("R", bound=Record)
_FORMS: dict[tuple[str, str], type[Record]] = {
    ("figure", "known"): Known,
    ("figure", "range"): Range,
    ("figure", "rule"): Rule,
    ("date", "known"): KnownDate,
    ("date", "range"): DateRange,
}
_POINTS = {
    "low": "low, mid and high",
    "mid": "low, mid and high",
    "high": "low, mid and high",
    "value": "value and source",
}
_PLAIN = {
    "bool_type": "true or false",
    "date_figure": "a date such as 2025-05-31, a sourced date or a range of dates",
    "date_type": "a date such as 2025-05-31",
    "dict_type": "a table",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "an array",
    "model_attributes_type": "a table",
    "model_type": "a table",
    "string_type": "text",
}
_LIMITS = {
    "greater_than": (">", "gt"),
    "greater_than_equal": (">=", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("<=", "le"),
}
_PATTERNS = {
    "^[A-Za-z0-9_-]+$": "a name of letters, digits, _ and -",
    "^[A-Z]{3,5}$": "a currency such as USD",
    "^[a-z0-9_]+$": "a name of small letters, digits and _",
}


@dataclass
class _Where:
    """Where a validation error sits, once the inner names of pydantic are taken off."""

    path: list[str]
    spec: Spec | None
    table: type[Record]
    in_key: bool = False


def validated(root: type[R], data: dict[str, Any] | str, file: str) -> R:
    """Record of a table as TOML gives it, or of a text in JSON.

    Parameters
    ----------
    root : type
        Record to read.
    data : dict or str
        Table or text.
    file : str
        File or argument at fault.

    Raises
    ------
    InputError
        If it is no such record.
    """
    try:
        if isinstance(data, str):
            return root.model_validate_json(data)
        return root.model_validate(data)
    except ValidationError as error:
        raise _input_error(error, root, file) from error


def _input_error(error: ValidationError, root: type[Record], file: str) -> InputError:
    """First of the errors that pydantic found, as one line that counts the others.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised.
    root : type
        Record that was read.
    file : str
        File or argument at fault.
    """
    found = error.errors(include_url=False)
    first = _most_telling(found)
    where = _locate(root, first["loc"])
    expected, what, hint = _words(first, where)
    if len(found) > 1:
        more = f"and {len(found) - 1} more"
        hint = f"{hint} ({more})" if hint else more
    return InputError(file, ".".join(printable(p) for p in where.path), expected, what, hint)


def _most_telling(found: list[Any]) -> Any:
    """A misspelt key shows as a missing and an unknown one: the second says more."""
    first = found[0]
    if first["type"] == "missing":
        for other in found:
            if other["type"] == "extra_forbidden" and other["loc"][:-1] == first["loc"][:-1]:
                return other
    return first


def _locate(root: type[Record], loc: tuple[int | str, ...]) -> _Where:
    where = _Where([], None, root)
    rest = [str(part) for part in loc]
    while rest:
        name = rest.pop(0)
        where.path.append(name)
        where.spec = specs(where.table).get(name)
        if where.spec is None:
            break
        if where.spec.kind in ("table", "figures", "records") and rest:
            where.path.append(rest.pop(0))
        if rest[:1] == ["[key]"]:
            where.in_key = True
            break
        if where.spec.kind in ("figure", "figures", "date"):
            _locate_form(where, rest)
            break
        if where.spec.record is None:
            where.path.extend(part for part in rest if part != "[key]")
            break
        where.table = where.spec.record
    return where


def _locate_form(where: _Where, rest: list[str]) -> None:
    """Take the name of the form of a figure off the path; keep the key inside it."""
    if not rest or where.spec is None:
        return
    kind = "date" if where.spec.kind == "date" else "figure"
    where.table = _FORMS.get((kind, rest[0]), where.table)
    where.path.extend(rest[1:])


def _words(error: Any, where: _Where) -> tuple[str, str, str]:
    """Expected, found and hint of one error."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        key = where.path[-1]
        return "a known key", f"'{printable(key)}'", nearest(key, specs(where.table))
    if kind == "missing":
        return _missing(where)
    if kind in ("quantity", "range", "unit"):
        return context["expected"], context["found"], _percent(where, context["found"])
    if kind in ("figure", "float_type", "finite_number"):
        return _number(where), shown(value), _unit_hint(where, value)
    if kind == "literal_error":
        return context["expected"], shown(value), _schema_hint(value)
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], context["pattern"]), shown(value), ""
    if kind in _LIMITS:
        sign, key = _LIMITS[kind]
        return f"a number {sign} {context[key]:g}", shown(value), ""
    hint = "write it without quotes" if kind.startswith("date") and isinstance(value, str) else ""
    return _PLAIN.get(kind, error["msg"]), shown(value), hint


def _missing(where: _Where) -> tuple[str, str, str]:
    name = where.path[-1]
    if name in _POINTS and where.spec is not None and where.table in _FORMS.values():
        expected = "a date" if where.spec.kind == "date" else _number(where)
        return expected, "nothing", f"give {_POINTS[name]}"
    spec = specs(where.table).get(name, where.spec)
    if spec is None:
        return "a value", "nothing", ""
    if spec.kind == "figure":
        hint = "where it is not known, give { rule } or { low, mid, high }"
        return _number(where), "nothing", hint
    what = {"table": "a table", "record": "a table", "date": "a date"}.get(spec.kind, "a value")
    return what, "nothing", spec.description.rstrip(".").lower()


def _number(where: _Where) -> str:
    quantity = where.spec.quantity if where.spec else None
    return quantity.expected() if quantity else "a number"


def _unit_hint(where: _Where, value: Any) -> str:
    quantity = where.spec.quantity if where.spec else None
    if quantity is None or not isinstance(value, str):
        return ""
    return f"write the number alone, in {quantity.unit}"


def _percent(where: _Where, found: str) -> str:
    quantity = where.spec.quantity if where.spec else None
    if quantity is None or not quantity.unit.startswith("share"):
        return ""
    try:
        value = float(found)
    except ValueError:
        return ""
    return f"a share, not percent: {value:g}% is {value / 100:g}" if 1 < value <= 100 else ""


def _schema_hint(value: Any) -> str:
    if value == "hashfall.scenario/1":
        return "this is a scenario: give it with --scenario"
    return "this is a book: name it as the company" if value == "hashfall.book/1" else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Hint at the known word that is nearest, else at all of them.

    Examples
    --------
    >>> nearest("balanse", ["balance", "bank"])
    'did you mean balance?'
    >>> nearest("zzz", ["balance", "bank"])
    'known: balance, bank'
    """
    names = list(known)
    near = get_close_matches(word.lower(), names, 1, 0.5)
    if near:
        return f"did you mean {near[0]}?"
    text = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"known: {text}" if names else ""


def printable(text: str) -> str:
    """Text without control characters, so that a file cannot write to a terminal.

    Examples
    --------
    >>> printable("a\\x1b[31m")
    'a?[31m'
    """
    return "".join(c if c.isprintable() else "?" for c in text)


def shown(value: Any) -> str:
    """What was found, as a file would write it, cut to a length that fits a line.

    Examples
    --------
    >>> shown("3 MW"), shown({"a": 1}), shown(True), shown(float("nan"))
    ('"3 MW"', 'a table', 'true', 'nan')
    """
    if isinstance(value, str):
        text = f'"{printable(value)}"'
    elif isinstance(value, (dict, Record)):
        text = "a table"
    elif isinstance(value, (list, tuple)):
        text = "an array"
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, (dt.date, dt.time)):
        text = value.isoformat()
    elif isinstance(value, int) and abs(value) >= 10**15:
        text = "a whole number of more than 15 digits"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
