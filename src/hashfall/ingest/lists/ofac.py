"""OFAC's advanced XML (``sdn_advanced.xml``, ``cons_advanced.xml``).

The file is a web of tables that point to each other by number: what a number means
stands in its ``ReferenceValueSets``, parties in ``DistinctParties``, what they are
listed under in ``SanctionsEntries``, who belongs to whom in ``ProfileRelationships``.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date as Date
from pathlib import Path
from typing import Final

from hashfall.ingest.lists.source import AGAIN, SanctionList, Source, day, local
from hashfall.model.screening_address import address_key
from hashfall.model.screening_records import CryptoAddress, ListedParty, Owner

__all__ = ["read_ofac"]

_CURRENCY: Final = "Digital Currency Address - "
_KINDS: Final = {"Entity": "company", "Individual": "person", "Vessel": "vessel",
                 "Aircraft": "aircraft"}
_LIST_NAMES: Final = {"SDN List": "us_ofac_sdn"}
# Which end of a relation owns the other; all other kinds of relation are not ownership.
_OWNED_FROM: Final = ("Owned or Controlled By", "Property in the interest of")
_OWNER_FROM: Final = ("Owns, controls, or operates",)
_NEEDED: Final = ("ReferenceValueSets", "DistinctParties", "SanctionsEntries")
_SECTIONS: Final = frozenset({*_NEEDED, "Locations", "IDRegDocuments", "ProfileRelationships",
                              "SanctionsEntryLinks"})


@dataclass
class _Draft:
    """A party before its entry and its relations are known."""

    party: ListedParty
    identities: tuple[str, ...]
    entries: int = 0
    owners: list[Owner] = field(default_factory=list)


class _Reader:
    """Tables of one file, filled as its elements come."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values: dict[str, dict[str, str]] = defaultdict(dict)
        self.party_type: dict[str, str] = {}
        self.locations: dict[str, tuple[str, ...]] = {}
        self.numbers: dict[str, list[str]] = defaultdict(list)
        self.drafts: dict[str, _Draft] = {}
        self.relations: list[tuple[str, str, str]] = []
        self.entries: set[str] = set()
        self.seen: set[str] = set()
        self.published: Date | None = None

    def visit(self, path: str, element: ElementTree.Element) -> None:
        """Read one element."""
        self.seen.add(path)
        match path.split("/"):
            case ["DateOfIssue"]:
                self.published = self.date("DateOfIssue", element)
            case ["ReferenceValueSets", _]:
                self._reference(element)
            case ["Locations", "Location"]:
                self._location(element)
            case ["IDRegDocuments", "IDRegDocument"]:
                self._document(element)
            case ["DistinctParties", "DistinctParty"]:
                self._party(element)
            case ["ProfileRelationships", "ProfileRelationship"]:
                self._relation(element)
            case ["SanctionsEntries", "SanctionsEntry"]:
                self._entry(element)
            case _:
                pass  # tables that screening has no use for

    def date(self, place: str, element: ElementTree.Element) -> Date:
        """Date of an element with a year, a month and a day."""
        parts = [_text(element, f"{{*}}{name}") for name in ("Year", "Month", "Day")]
        text = "-".join(part.zfill(4 if i == 0 else 2) for i, part in enumerate(parts))
        found = day(text) if all(parts) else None
        if found is None:
            self.source.refuse(place, "a date of Year, Month and Day",
                               repr("-".join(parts)) if any(parts) else "none", AGAIN)
        return found

    def _reference(self, element: ElementTree.Element) -> None:
        for value in element:
            number = value.get("ID", "")
            text = value.get("ISO2") or (value.text or "").strip() or value.get("Description") or ""
            self.values[local(value)][number] = text
            if local(value) == "PartySubType":
                self.party_type[number] = value.get("PartyTypeID", "")

    def value(self, table: str, number: str | None, place: str) -> str:
        """Meaning of a number, which the file must state."""
        known = self.values.get(table, {})
        if number is None or number not in known:
            self.source.refuse(place, f"a {table} of ReferenceValueSets", repr(number), AGAIN)
        return known[number]

    def _location(self, element: ElementTree.Element) -> None:
        place = f"Location {element.get('ID')}"
        found = [self.value("Country", e.get("CountryID"), place)
                 for e in element.iterfind("{*}LocationCountry")]
        self.locations[element.get("ID", "")] = tuple(found)

    def _document(self, element: ElementTree.Element) -> None:
        number = _text(element, "{*}IDRegistrationNo")
        if number:
            self.numbers[element.get("IdentityID", "")].append(number)

    def _party(self, element: ElementTree.Element) -> None:
        place = f"DistinctParty {element.get('FixedRef')}"
        profiles = element.findall("{*}Profile")
        if len(profiles) != 1 or not profiles[0].get("ID"):
            self.source.refuse(place, "one Profile with an ID", f"{len(profiles)}", AGAIN)
        profile = profiles[0]
        id_ = str(profile.get("ID"))
        if id_ in self.drafts:
            self.source.refuse(place, "each Profile once", f"{id_} again", AGAIN)
        names = _names(profile)
        if not names:
            self.source.refuse(place, "a DocumentedName", "none", AGAIN)
        addresses, countries = self._features(element, place)
        party = ListedParty(
            id=id_, list="", name=names[0], aliases=tuple(names[1:]), addresses=addresses,
            kind=self._kind(profile, place), countries=countries, source=self.source.path.name,
        )
        identities = tuple(e.get("ID", "") for e in profile.iterfind("{*}Identity"))
        self.drafts[id_] = _Draft(party, identities)

    def _kind(self, profile: ElementTree.Element, place: str) -> str:
        number = profile.get("PartySubTypeID")
        text = self.value("PartySubType", number, place)
        if text not in _KINDS:
            text = self.values["PartyType"].get(self.party_type.get(str(number), ""), text)
        return _KINDS.get(text, "other")

    def _features(
        self, element: ElementTree.Element, place: str
    ) -> tuple[tuple[CryptoAddress, ...], tuple[str, ...]]:
        addresses: dict[CryptoAddress, None] = {}
        countries: dict[str, None] = {}
        for feature in element.iterfind(".//{*}Feature"):
            kind = self.value("FeatureType", feature.get("FeatureTypeID"), place)
            for detail in feature.iterfind(".//{*}VersionDetail"):
                if kind.startswith(_CURRENCY) and (detail.text or "").strip():
                    address = address_key(str(detail.text))
                    addresses[CryptoAddress(address, kind.removeprefix(_CURRENCY).strip())] = None
            for where in feature.iterfind(".//{*}VersionLocation"):
                for country in self.locations.get(where.get("LocationID", ""), ()):
                    countries[country] = None
        return tuple(addresses), tuple(countries)

    def _relation(self, element: ElementTree.Element) -> None:
        place = f"ProfileRelationship {element.get('ID')}"
        kind = self.value("RelationType", element.get("RelationTypeID"), place)
        ends = element.get("From-ProfileID", ""), element.get("To-ProfileID", "")
        if element.get("Former", "false") != "true":
            self.relations.append((kind, *ends))

    def _entry(self, element: ElementTree.Element) -> None:
        place = f"SanctionsEntry {element.get('ID')}"
        id_ = element.get("ProfileID", "")
        draft = self.drafts.get(id_)
        if draft is None:
            self.source.refuse(place, "a Profile of DistinctParties", repr(id_), AGAIN)
        if str(element.get("ID")) in self.entries:
            self.source.refuse(place, "each entry once", "it again", AGAIN)
        self.entries.add(str(element.get("ID")))
        title = self.value("List", element.get("ListID"), place)
        programs = [_text(m, "{*}Comment") for m in element.iterfind("{*}SanctionsMeasure")
                    if self.value("SanctionsType", m.get("SanctionsTypeID"), place) == "Program"]
        days = [self.date(place, e) for e in element.iterfind("{*}EntryEvent/{*}Date")]
        known = [draft.party.listed_on] if draft.party.listed_on else []
        draft.entries += 1
        draft.party = replace(
            draft.party, list=_LIST_NAMES.get(title, f"us_ofac: {title}"),
            programs=tuple(dict.fromkeys([*draft.party.programs, *filter(None, programs)])),
            listed_on=min([*days, *known], default=None),
        )

    def finish(self) -> tuple[ListedParty, ...]:
        """Parties with owners, numbers and the date of the list."""
        missing = [s for s in _NEEDED if not any(p.startswith(f"{s}/") for p in self.seen)]
        if missing or not self.drafts:
            self.source.refuse("", f"<{(missing or ['DistinctParty'])[0]}> with entries", "none",
                               AGAIN)
        if self.published is None:
            self.source.refuse("", "<DateOfIssue>", "none", AGAIN)
        for kind, start, end in self.relations:
            if kind in _OWNED_FROM:
                self._own(owner=end, owned=start)
            elif kind in _OWNER_FROM:
                self._own(owner=start, owned=end)
        return tuple(
            replace(
                d.party, owners=tuple(dict.fromkeys(d.owners)), published=self.published,
                identifiers=tuple(n for i in d.identities for n in self.numbers.get(i, ())),
                listed=d.entries > 0, list=d.party.list or "us_ofac: not listed",
            )
            for d in self.drafts.values()
        )

    def _own(self, owner: str, owned: str) -> None:
        for end in (owner, owned):
            if end not in self.drafts:
                self.source.refuse("ProfileRelationships", "Profiles of DistinctParties",
                                   repr(end), AGAIN)
        if owner != owned:
            # OFAC says that it owns or controls, never how much.
            self.drafts[owned].owners.append(Owner(owner, None))


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _names(profile: ElementTree.Element) -> list[str]:
    """Names of a profile, those of the primary alias first."""
    ranked = []
    for identity in profile.iterfind("{*}Identity"):
        first_identity = identity.get("Primary", "true") != "true"
        for alias in identity.iterfind("{*}Alias"):
            rank = (first_identity, alias.get("Primary") != "true")
            for name in alias.iterfind("{*}DocumentedName"):
                parts = [(e.text or "").strip() for e in name.iterfind(".//{*}NamePartValue")]
                text = " ".join(part for part in parts if part)
                if text:
                    ranked.append((rank, text))
    ranked.sort(key=lambda item: item[0])
    return list(dict.fromkeys(text for _, text in ranked))


def read_ofac(path: Path) -> SanctionList:
    """Parties of an OFAC file in the advanced XML form.

    Parameters
    ----------
    path : Path
        ``sdn_advanced.xml`` or ``cons_advanced.xml``.

    Raises
    ------
    InputError
        If the file is not whole: broken XML, a number that its own tables do not
        explain, an entry without a party, a party twice, no entries.

    Notes
    -----
    Relations "Owned or Controlled By", "Property in the interest of" and "Owns, controls,
    or operates" become owners with an unstated stake; others are not ownership.
    """
    source = Source(path)
    reader = _Reader(source)
    source.elements("Sanctions", reader.visit, _SECTIONS)
    parties = reader.finish()
    return SanctionList(path.name, "ofac-advanced", reader.published, source.digest.hexdigest(),
                        parties)
