"""UK lists: OFSI's consolidated list (CSV and XML, 2022 form) and the UK Sanctions List (CSV).

Each line of these files is one name of a party; lines of one number belong together.
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Final

from hashfall.ingest.lists.source import AGAIN, SanctionList, Source, day, local
from hashfall.model.screening_address import addresses_in
from hashfall.model.screening_records import CryptoAddress, ListedParty

__all__ = ["read_uk_csv", "read_uk_xml"]

_KINDS: Final = {"individual": "person", "entity": "company", "ship": "vessel"}
_FIELDS: Final = ("id", "kind", "alias", "programme", "listed")

# What each form calls the fields that screening uses; names and texts come beside them.
_CSV: Final = {"id": "Group ID", "kind": "Group Type", "alias": "Alias Type",
               "programme": "Regime", "listed": "Listed On"}
_CSV_TEXTS: Final = ("Country", "Other Information", "National Identification Number",
                     "Name Non-Latin Script")
_NEW: Final = {"id": "Unique ID", "kind": "Designation Type", "alias": "Name type",
               "programme": "Regime Name", "listed": "Date Designated"}
_NEW_TEXTS: Final = ("Address Country", "Other Information", "Business registration number (s)",
                     "Name non-latin script")
_XML: Final = {"id": "GroupID", "kind": "GroupTypeDescription", "alias": "AliasType",
               "programme": "RegimeName", "listed": "DateDesignated"}
_XML_TEXTS: Final = ("Country", "OtherInformation", "Entity_BusinessRegNumber",
                     "NameNonLatinScript")
_XML_ROOT: Final = "ArrayOfFinancialSanctionsTarget"
_CSV_NAMES: Final = tuple(f"Name {i}" for i in (1, 2, 3, 4, 5, 6))
_XML_NAMES: Final = ("name1", "name2", "name3", "name4", "name5", "Name6")


class _Groups:
    """Parties put together from lines."""

    def __init__(
        self, source: Source, list_: str, fields: Mapping[str, str], names: Iterable[str],
        texts: tuple[str, str, str, str],
    ) -> None:
        self.source, self.list, self.fields = source, list_, fields
        self.names, self.texts = tuple(names), texts
        self.parties: dict[str, ListedParty] = {}
        self.primary: set[str] = set()

    def add(self, place: str, line: Mapping[str, str]) -> None:
        """Add one line."""
        value = {field: line.get(self.fields[field], "").strip() for field in _FIELDS}
        name = " ".join(part for key in self.names if (part := line.get(key, "").strip()))
        if not value["id"] or not name:
            missing = self.fields["id"] if name else "a name"
            self.source.refuse(place, missing, "none", AGAIN)
        if value["kind"] and value["kind"].lower() not in _KINDS:
            self.source.refuse(f"{place}: {self.fields['kind']}", "Individual, Entity or Ship",
                               repr(value["kind"][:40]), AGAIN)
        old = self.parties.get(value["id"])
        new = self._party(value, name, line, self.source.date(
            f"{place}: {self.fields['listed']}", value["listed"]))
        if old is None:
            self.parties[value["id"]] = new
        else:
            self.parties[value["id"]] = self._joined(old, new, value["alias"])
        if value["alias"].lower() == "primary name":
            self.primary.add(value["id"])

    def _party(
        self, value: Mapping[str, str], name: str, line: Mapping[str, str], listed_on: Date | None
    ) -> ListedParty:
        country, notes, number, script = (line.get(key, "").strip() for key in self.texts)
        return ListedParty(
            id=value["id"], list=self.list, name=name, source=self.source.path.name,
            kind=_KINDS.get(value["kind"].lower(), "other"),
            countries=(country,) if country else (), identifiers=(number,) if number else (),
            addresses=tuple(CryptoAddress(a, "XBT") for a in addresses_in(notes)),
            programs=(value["programme"],) if value["programme"] else (),
            listed_on=listed_on, aliases=(script,) if script and script != name else (),
        )

    def _joined(self, old: ListedParty, new: ListedParty, alias: str) -> ListedParty:
        """Both lines as one party; the first primary name is its name."""
        leads = alias.lower() == "primary name" and old.id not in self.primary
        first, second = (new, old) if leads else (old, new)
        days = [d for d in (old.listed_on, new.listed_on) if d]
        return replace(
            first, aliases=tuple(n for n in dict.fromkeys([*first.names, *second.names])
                                 if n != first.name),
            countries=_once(old.countries, new.countries), kind=old.kind,
            identifiers=_once(old.identifiers, new.identifiers),
            programs=_once(old.programs, new.programs), listed_on=min(days, default=None),
            addresses=tuple(dict.fromkeys((*old.addresses, *new.addresses))),
        )

    def result(self, format_: str, published: Date | None) -> SanctionList:
        """The list, which must have parties."""
        if not self.parties:
            self.source.refuse("", "entries", "none", AGAIN)
        parties = tuple(replace(p, published=published) for p in self.parties.values())
        return SanctionList(self.source.path.name, format_, published,
                            self.source.digest.hexdigest(), parties)


def _once(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))


def read_uk_csv(path: Path) -> SanctionList:
    """Parties of OFSI's consolidated list or of the UK Sanctions List, both as CSV.

    Parameters
    ----------
    path : Path
        ``ConList.csv`` (first line ``Last Updated,DAY``) or the UK Sanctions List
        (first line ``Report Date: DAY``).

    Raises
    ------
    InputError
        If the file is not whole: another header, a line with another number of cells, a
        line without number or name, no lines.
    """
    source = Source(path)
    lines = (line for _, line in source.lines())
    first = next(lines, "").strip().strip(",").strip('"')
    if first.lower().startswith("last updated,"):
        groups = _Groups(source, "gb_ofsi", _CSV, _CSV_NAMES, _CSV_TEXTS)
        published, format_ = day(first.partition(",")[2].strip('" ')), "uk-ofsi-csv"
    elif first.lower().startswith("report date"):
        groups = _Groups(source, "gb_uksl", _NEW, _CSV_NAMES, _NEW_TEXTS)
        published, format_ = _spelled(first.partition(":")[2]), "uk-sanctions-csv"
    else:
        source.refuse("line 1", "Last Updated or Report Date", repr(first[:40]))
    if published is None:
        source.refuse("line 1", "a date such as 28/01/2026 or 28-Jan-2026", repr(first[:40]))
    reader = csv.reader(lines, strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        needed = [*groups.names, *groups.fields.values(), *groups.texts]
        missing = [name for name in needed if name not in head]
        if missing:
            source.refuse("line 2", f"the column {missing[0]}", ", ".join(head)[:60] or "none",
                          AGAIN)
        for row in reader:
            place = f"line {reader.line_num + 1}"
            if len(row) != len(head):
                source.refuse(place, f"{len(head)} cells", str(len(row)), AGAIN)
            # A second column of the same name (Last Updated) says nothing that is used.
            groups.add(place, dict(zip(head, row, strict=True)))
    except csv.Error as problem:
        source.refuse(f"line {reader.line_num + 1}", "CSV", str(problem), AGAIN)
    return groups.result(format_, published)


def _spelled(text: str) -> Date | None:
    word = text.strip().strip('"').strip()
    try:
        return datetime.strptime(word, "%d-%b-%Y").date()
    except ValueError:
        return day(word)


def read_uk_xml(path: Path) -> SanctionList:
    """Parties of OFSI's consolidated list as XML, 2022 form.

    Parameters
    ----------
    path : Path
        ``ConList.xml``.

    Raises
    ------
    InputError
        If the file is not whole: broken XML, a target without number or name, no targets.
    """
    source = Source(path)
    groups = _Groups(source, "gb_ofsi", _XML, _XML_NAMES, _XML_TEXTS)
    updated: list[Date] = []
    there: set[str] = set()
    count = 0

    def visit(name: str, element: ElementTree.Element) -> None:
        nonlocal count
        count += 1
        if name != "FinancialSanctionsTarget":
            source.refuse(f"element {count}", "<FinancialSanctionsTarget>", f"<{name}>")
        line = {local(e): e.text or "" for e in element}
        there.update(line)
        groups.add(f"FinancialSanctionsTarget {count}", line)
        updated.extend(filter(None, [day(line.get("LastUpdated"))]))

    source.elements(_XML_ROOT, visit)
    missing = [name for name in groups.fields.values() if name not in there]
    if missing and count:
        source.refuse("", f"<{missing[0]}> in a target at least", "none", AGAIN)
    # The form has no date of its own: the day of the newest line stands in.
    return groups.result("uk-ofsi-xml", max(updated, default=None))
