"""A list file while it is read: bytes to text and XML, and errors that name the place.

A file is used whole or not at all. Text must be UTF-8. XML is read as a stream and
may not define anything: no document type, no entities, nothing fetched.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import xml.etree.ElementTree as ElementTree
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any, Final, NoReturn

from hashfall.errors import InputError
from hashfall.model.screening_records import ListedParty

__all__ = ["AGAIN", "SanctionList", "Source", "day", "local"]

AGAIN: Final = "get the file again; a list that is read in part is not used"
"""What to do about a file that is not whole."""

_FORBIDDEN: Final = ("<!DOCTYPE", "<!ENTITY")
_OVERLAP: Final = max(map(len, _FORBIDDEN)) - 1
_CHUNK: Final = 1 << 16
_PART: Final = re.compile(r"(\d{4})(?:-(\d{2}))?")
_ENCODING: Final = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")


@dataclass(frozen=True, slots=True)
class SanctionList:
    """One list file as it was read."""

    file: str
    """Name of the file."""
    format: str
    """Format, as `hashfall.ingest.lists.FORMATS` names it."""
    published: Date | None
    """Date that the list gives itself; None where it gives none."""
    sha256: str
    """Digest of the bytes. [hex]"""
    parties: tuple[ListedParty, ...]
    """Its parties, those included that are not listed themselves."""


class _Checked(io.RawIOBase):
    """Bytes on their way to the XML reader: digested, UTF-8, free of definitions."""

    def __init__(self, source: Source, raw: io.BufferedReader) -> None:
        self.source, self.raw = source, raw
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.tail = ""
        self.fresh = True

    def read(self, size: int = -1) -> bytes:
        """Next bytes of the file."""
        chunk = self.raw.read(_CHUNK if size is None or size < 0 else size)
        self.source.digest.update(chunk)
        try:
            text = self.decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as problem:
            self.source.refuse("", "text in UTF-8", f"other bytes ({problem.reason})", AGAIN)
        if self.fresh:
            self.fresh = False
            said = _ENCODING.match(text.lstrip("\ufeff"))
            if said and said[1].lower() not in ("utf-8", "utf8"):
                self.source.refuse("line 1", "XML in UTF-8", said[1])
        for word in _FORBIDDEN:
            if word in self.tail + text:
                self.source.refuse("", "XML without a document type and entities", word,
                                   "no published list has one")
        self.tail = (self.tail + text)[-_OVERLAP:]
        return chunk


class Source:
    """A file to read, with its digest and its refusals.

    Parameters
    ----------
    path : Path
        File of a list.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()

    def refuse(self, place: str, expected: str, found: str, hint: str = "") -> NoReturn:
        """Refuse the whole file.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError(str(self.path), place, expected, found, hint)

    def date(self, place: str, text: str | None) -> Date | None:
        """Date of a field; None where the field is empty.

        Raises
        ------
        InputError
            If the field holds something that is no date.
        """
        found = day(text)
        if found is None and (text or "").strip():
            self.refuse(place, "a date", repr(str(text).strip()[:40]), AGAIN)
        return found

    def lines(self) -> Iterator[tuple[int, str]]:
        """Lines of the file with their numbers; the last must end with a line break.

        Raises
        ------
        InputError
            If it cannot be read, is not UTF-8, is empty or ends in the middle of a line.
        """
        number, line = 0, ""
        try:
            with self.path.open("rb") as file:
                for number, raw in enumerate(file, 1):
                    self.digest.update(raw)
                    line = self._line(number, raw)
                    yield number, line
        except OSError as problem:
            self.refuse("", "a file that can be read", problem.strerror or "an error")
        if not number:
            self.refuse("", "entries", "an empty file", AGAIN)
        if not line.endswith("\n"):
            self.refuse(f"line {number}", "a line break at the end", "the end of the file", AGAIN)

    def _line(self, number: int, raw: bytes) -> str:
        try:
            return raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as problem:
            found = f"the byte 0x{raw[problem.start]:02x}"
            self.refuse(f"line {number}", "text in UTF-8", found, AGAIN)

    def elements(
        self, root: str, visit: Callable[[str, ElementTree.Element], None],
        sections: frozenset[str] = frozenset(),
    ) -> dict[str, str]:
        """Visit each entry of an XML file, one at a time.

        Parameters
        ----------
        root : str
            Local name that the outermost element must have.
        visit : callable
            Called with the path and the whole element, which is thrown away afterwards.
        sections : frozenset of str
            Children of the root whose own children are the entries (``section/child``);
            other children of the root are entries themselves.

        Returns
        -------
        dict of str to str
            Attributes of the outermost element.

        Raises
        ------
        InputError
            If the file is not whole XML in UTF-8, or another document.
        """
        try:
            with self.path.open("rb") as raw:
                return self._walk(ElementTree.iterparse(_Checked(self, raw), ("start", "end")),
                                  root, visit, sections)
        except OSError as problem:
            self.refuse("", "a file that can be read", problem.strerror or "an error")
        except ElementTree.ParseError as problem:
            line = problem.position[0]
            what = str(problem).split(":")[0]
            self.refuse(f"line {line}", "whole XML", what, AGAIN)
        except LookupError as problem:
            self.refuse("line 1", "XML in UTF-8", str(problem), AGAIN)

    def _walk(
        self, events: Iterator[tuple[str, Any]], root: str,
        visit: Callable[[str, ElementTree.Element], None], sections: frozenset[str],
    ) -> dict[str, str]:
        stack: list[ElementTree.Element] = []
        attributes: dict[str, str] = {}
        for event, element in events:
            if event == "start":
                if not stack:
                    if local(element) != root:
                        self.refuse("", f"<{root}>", f"<{local(element)}>")
                    attributes = dict(element.attrib)
                stack.append(element)
                continue
            stack.pop()
            inside = len(stack) == 2 and local(stack[1]) in sections
            if inside:
                visit(f"{local(stack[1])}/{local(element)}", element)
            elif len(stack) == 1 and local(element) not in sections:
                visit(local(element), element)
            if inside or len(stack) == 1:
                stack[-1].remove(element)  # whole lists do not fit: one entry is held at a time
        return attributes


def local(element: ElementTree.Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def day(text: str | None) -> Date | None:
    """Date at the start of a text, ISO or day first; None where there is none.

    A month or year alone stands for its last day: by then it was so at the latest.

    Examples
    --------
    >>> day("2022-04"), day("2022")
    (datetime.date(2022, 4, 30), datetime.date(2022, 12, 31))
    >>> day("2022-04-20T00:00:00"), day("20/04/2022"), day("soon")
    (datetime.date(2022, 4, 20), datetime.date(2022, 4, 20), None)
    """
    word = (text or "").strip()[:10]
    if len(word) == 10 and word[2] == word[5] == "/":
        word = f"{word[6:]}-{word[3:5]}-{word[:2]}"
    part = _PART.fullmatch(word)
    try:
        if part:
            year, month = int(part[1]), int(part[2] or 12)
            return Date(year, month, monthrange(year, month)[1])
        return Date.fromisoformat(word)
    except ValueError:
        return None
