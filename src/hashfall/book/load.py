"""Reads a book from a TOML file, or says in one line why it cannot."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from hashfall.book.consistency import check
from hashfall.book.messages import shown, validated
from hashfall.book.record import Book
from hashfall.book.values import Record
from hashfall.errors import InputError

__all__ = [
    "MAX_BYTES", "book_of", "digest", "from_json", "load_book", "parse_book", "parse_toml",
    "plain", "read_text", "to_json",
]

MAX_BYTES = 2_000_000
"""Largest file that is read. [bytes]"""


def load_book(path: str | Path) -> Book:
    """Book in a TOML file, validated and consistent.

    Parameters
    ----------
    path : str or Path
        File with ``schema = "hashfall.book/1"``.

    Raises
    ------
    InputError
        If the file cannot be read, is no TOML, or is no sound book.
    """
    return parse_book(read_text(path), str(path))


def parse_book(text: str, name: str) -> Book:
    """Book in a TOML text; `name` stands for the file in messages.

    Raises
    ------
    InputError
        If the text is no TOML or no sound book.

    Examples
    --------
    >>> parse_book('schema = "hashfall.book/2"', "a.toml")
    Traceback (most recent call last):
        ...
    hashfall.errors.InputError: a.toml: schema: expected 'hashfall.book/1',
        found "hashfall.book/2"; and 6 more
    """
    return book_of(parse_toml(text, name), name)


def book_of(data: dict[str, Any], name: str) -> Book:
    """Book of a table as TOML gives it, validated and consistent."""
    book = validated(Book, data, name)
    check(book, name)
    return book


def read_text(path: str | Path) -> str:
    """Text of a file of at most `MAX_BYTES` bytes, refused before it is read if larger."""
    file = Path(path)
    try:
        info = file.stat()
        if stat.S_ISDIR(info.st_mode):
            raise InputError(str(path), "", "a file", "a folder")
        if info.st_size > MAX_BYTES:
            raise _too_large(path, f"{info.st_size:,} bytes")
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)  # a pipe does not tell its size
    except FileNotFoundError:
        raise InputError(str(path), "", "a file", "none", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(str(path), "", "a file that can be read", reason.lower()) from error
    if len(raw) > MAX_BYTES:
        raise _too_large(path, "more")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02x}"
        raise InputError(str(path), f"line {line}", "text in UTF-8", found) from error


def _too_large(path: str | Path, found: str) -> InputError:
    return InputError(str(path), "", f"a file of at most {MAX_BYTES:,} bytes", found)


_DEEP_KEY = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){20}""")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Table of a TOML text.

    Raises
    ------
    InputError
        If it is malformed; names line and column and shows the line.

    Examples
    --------
    >>> parse_toml("mw 3", "a.toml")
    Traceback (most recent call last):
        ...
    hashfall.errors.InputError: a.toml: line 1, column 4: expected TOML, found "mw 3";
        Expected '=' after a key in a key/value pair
    """
    deep = _DEEP_KEY.search(text)
    if deep is not None:  # tomllib takes memory by the square of the parts of a key
        line = text.count("\n", 0, deep.start()) + 1
        raise InputError(name, f"line {line}", "a key of few parts", shown(deep.group()))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(name, "", "TOML", "brackets nested too deep") from None
    except ValueError as error:
        raise _malformed(text, name, str(error)) from None


def _malformed(text: str, name: str, message: str) -> InputError:
    at = _AT.search(message)
    reason = _AT.sub("", message)
    if at is None or at.group(1) is None:
        place, found = ("end of file", "a text that breaks off") if at else ("", "another text")
        return InputError(name, place, "TOML", found, reason.split(":")[0])
    line, column = int(at.group(1)), int(at.group(2))
    lines = text.split("\n")
    found = shown(lines[line - 1].strip()) if line <= len(lines) else "nothing"
    return InputError(name, f"line {line}, column {column}", "TOML", found, reason)


def plain(record: Record) -> dict[str, Any]:
    """A record as a table of plain values, as its file would give it."""
    return record.model_dump(by_alias=True, exclude_unset=True)


def to_json(record: Record) -> dict[str, Any]:
    """A record as JSON would hold it; `from_json` reads a book back."""
    return record.model_dump(mode="json", by_alias=True, exclude_unset=True)


def from_json(data: dict[str, Any], name: str) -> Book:
    """Book from what `to_json` gave, such as one inside a result file.

    Raises
    ------
    InputError
        If it is no sound book.
    """
    book = validated(Book, json.dumps(data), name)
    check(book, name)
    return book


def digest(record: Record) -> str:
    """SHA-256 of the content of a record, whatever the layout of its file. [hex]"""
    content = record.model_dump(mode="json", by_alias=True)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
