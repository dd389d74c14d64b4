"""The EU's consolidated list of financial sanctions (``xmlFullSanctionsList_1_1``)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from hashfall.ingest.lists.source import AGAIN, SanctionList, Source, day, local
from hashfall.model.screening_address import addresses_in
from hashfall.model.screening_records import CryptoAddress, ListedParty

__all__ = ["read_eu"]

_KINDS: Final = {"P": "person", "E": "company"}
_NO_COUNTRY: Final = "00"


class _Reader:
    """Parties of one file, as its elements come."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parties: dict[str, ListedParty] = {}

    def visit(self, path: str, element: ElementTree.Element) -> None:
        """Read one ``sanctionEntity``."""
        if path != "sanctionEntity":
            return
        id_ = element.get("logicalId") or ""
        place = f"sanctionEntity {id_ or len(self.parties) + 1}"
        if not id_:
            self.source.refuse(place, "a logicalId", "none", AGAIN)
        if id_ in self.parties:
            self.source.refuse(place, "each logicalId once", "it again", AGAIN)
        names = _names(element)
        if not names:
            self.source.refuse(place, "a nameAlias with a wholeName", "none", AGAIN)
        self.parties[id_] = self._party(id_, names, element, place)

    def _party(
        self, id_: str, names: list[str], element: ElementTree.Element, place: str
    ) -> ListedParty:
        kind = element.find("{*}subjectType")
        if kind is None:
            self.source.refuse(place, "a subjectType", "none", AGAIN)
        rules = element.findall("{*}regulation")
        days = [d for e in [element, *rules] if (d := self.source.date(
            f"{place}: {local(e)}", e.get("designationDate") or e.get("publicationDate")))]
        programs = [e.get("programme", "") for e in rules]
        notes = " ".join(e.text or "" for e in element.iter() if local(e) == "remark")
        return ListedParty(
            id=id_, list="eu_fsf", name=names[0], aliases=tuple(names[1:]),
            kind=_KINDS.get(kind.get("classificationCode", ""), "other"),
            countries=_countries(element),
            addresses=tuple(CryptoAddress(a, "XBT") for a in addresses_in(notes)),
            identifiers=_once(e.get("number", "") for e in element.iterfind("{*}identification")),
            programs=_once(programs), listed_on=min(days, default=None),
            source=self.source.path.name,
        )


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, items)))


def _names(element: ElementTree.Element) -> list[str]:
    """Names, strong ones first."""
    found = [(e.get("strong") == "false", (e.get("wholeName") or "").strip())
             for e in element.iterfind("{*}nameAlias")]
    found.sort(key=lambda item: item[0])
    return list(dict.fromkeys(name for _, name in found if name))


def _countries(element: ElementTree.Element) -> tuple[str, ...]:
    codes = (e.get("countryIso2Code", "") for tag in ("citizenship", "address", "identification")
             for e in element.iterfind(f"{{*}}{tag}"))
    return _once(code for code in codes if code != _NO_COUNTRY)


def read_eu(path: Path) -> SanctionList:
    """Parties of the EU's list in XML, form 1.1.

    Parameters
    ----------
    path : Path
        File of the Financial Sanctions Database.

    Raises
    ------
    InputError
        If the file is not whole: broken XML, an entity without id, name or kind, an id
        twice, no entities.

    Notes
    -----
    The form has no field for addresses on a chain: Bitcoin addresses are taken from the
    remarks, where their checksums hold. It states no owners.
    """
    source = Source(path)
    reader = _Reader(source)
    root = source.elements("export", reader.visit)
    published = day(root.get("generationDate"))
    if published is None:
        source.refuse("export", "a generationDate", repr(root.get("generationDate", "")), AGAIN)
    if not reader.parties:
        source.refuse("", "<sanctionEntity> elements", "none", AGAIN)
    dated = tuple(replace(party, published=published) for party in reader.parties.values())
    return SanctionList(path.name, "eu-fsf", published, source.digest.hexdigest(), dated)
