"""What a `source` says: names of entries of `sources`, or what kind of non-source it is."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hashfall.book.record import Book

__all__ = ["FREE", "names_in", "published"]

FREE = ("assumption", "sizing rule", "definition")
"""Words with which a source starts that is no document."""
_CUT = re.compile(r"[,;]")


def names_in(text: str) -> tuple[str, ...]:
    """Names of `sources` in the text of a source; words behind a name are a remark.

    Examples
    --------
    >>> names_in("BR26, BR37 p. 2"), names_in("assumption: as in 2024"), names_in("")
    (('BR26', 'BR37'), (), ())
    """
    if text.startswith(FREE):
        return ()
    return tuple(part.split()[0] for part in _CUT.split(text) if part.strip())


def published(book: Book, record: Any) -> tuple[dt.date, str] | None:
    """Last day on which the sources of a figure or entry came out, and their name.

    A figure that states its own day of publication needs no entry of `sources`.
    None where nothing says it.
    """
    own = getattr(record, "published", None)
    if own is not None:
        return own, getattr(record, "source", "")
    days = [
        (book.sources[name].published, name)
        for name in names_in(getattr(record, "source", "") or "")
        if name in book.sources
    ]
    return max(days, default=None)
