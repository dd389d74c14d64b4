"""OpenSanctions' simple CSV (``targets.simple.csv``): one line a party."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from hashfall.ingest.lists.source import AGAIN, SanctionList, Source, day
from hashfall.model.screening_address import address_key, looks_like_address
from hashfall.model.screening_records import CryptoAddress, ListedParty

__all__ = ["KINDS", "NEEDED", "read_simple"]

NEEDED: Final = ("id", "schema", "name", "aliases", "countries", "identifiers", "sanctions",
                 "dataset", "first_seen", "last_seen")
"""Columns that the reader uses."""
KINDS: Final = {
    "Person": "person", "Company": "company", "Organization": "company",
    "LegalEntity": "company", "PublicBody": "company", "Vessel": "vessel",
    "Airplane": "aircraft", "CryptoWallet": "wallet",
}
"""Kind of party by FollowTheMoney schema."""


def _many(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in cell.split(";")))))


def read_simple(path: Path) -> SanctionList:
    """Parties of a ``targets.simple.csv``.

    Parameters
    ----------
    path : Path
        File of one data set or of a collection.

    Raises
    ------
    InputError
        If the file is not whole: another header, a line with another number of cells, an
        id twice, a line without id or name, no lines.

    Notes
    -----
    A party is listed where the ``sanctions`` cell says something: politically exposed
    persons in a collection are not. The form has no owners, and gives the day on which
    a party was first seen, not that of the listing. The list of a party is the data
    sets that hold it, divided by semicolons.
    """
    source = Source(path)
    reader = csv.reader((line for _, line in source.lines()), strict=True)
    found: dict[str, ListedParty] = {}
    seen = []
    try:
        head = next(reader, [])
        missing = [name for name in NEEDED if name not in head]
        if missing or len(set(head)) != len(head):
            source.refuse("line 1", f"the column {missing[0]}" if missing else "each column once",
                          ",".join(head)[:60] or "none", AGAIN)
        for row in reader:
            place = f"line {reader.line_num}"
            if len(row) != len(head):
                source.refuse(place, f"{len(head)} cells", str(len(row)), AGAIN)
            line = dict(zip(head, row, strict=True))
            if not line["id"] or not line["name"]:
                source.refuse(place, "an id and a name", "none", AGAIN)
            if line["id"] in found:
                source.refuse(place, "each id once", f"{line['id']!r} again", AGAIN)
            last = day(line["last_seen"])
            if last is None:
                source.refuse(f"{place}: last_seen", "a date", repr(line["last_seen"][:40]), AGAIN)
            seen.append(last)
            found[line["id"]] = _party(source, line, place)
    except csv.Error as problem:
        source.refuse(f"line {reader.line_num}", "CSV", str(problem), AGAIN)
    if not found:
        source.refuse("", "entries", "none", AGAIN)
    published = max(seen)
    parties = tuple(replace(p, published=published) for p in found.values())
    return SanctionList(path.name, "opensanctions-csv", published, source.digest.hexdigest(),
                        parties)


def _party(source: Source, line: Mapping[str, str], place: str) -> ListedParty:
    numbers = _many(line["identifiers"])
    addresses: tuple[str, ...] = ()
    if line["schema"] == "CryptoWallet":
        addresses = tuple(dict.fromkeys(
            address_key(a) for a in (*numbers, line["name"]) if looks_like_address(a)))
    return ListedParty(
        id=line["id"], list=line["dataset"], name=line["name"].strip(),
        aliases=_many(line["aliases"]), kind=KINDS.get(line["schema"], "other"),
        countries=tuple(code.upper() for code in _many(line["countries"])),
        addresses=tuple(CryptoAddress(a) for a in addresses), identifiers=numbers,
        programs=_many(line.get("program_ids", "")) or _many(line["sanctions"]),
        listed_on=source.date(f"{place}: first_seen", line["first_seen"]), source=source.path.name,
        listed=bool(line["sanctions"].strip() or line.get("program_ids", "").strip()),
    )
