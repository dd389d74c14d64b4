"""OpenSanctions' entity lines (``entities.ftm.json``): FollowTheMoney, one object a line.

People and firms, what they are listed under, what they own and which wallets and
accounts they hold are objects of their own that name each other by id.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date
from pathlib import Path
from typing import Any, Final

from hashfall.ingest.lists.opensanctions import KINDS
from hashfall.ingest.lists.source import AGAIN, SanctionList, Source, day
from hashfall.model.screening_address import address_key
from hashfall.model.screening_records import CryptoAddress, ListedParty, Owner

__all__ = ["read_entities"]

_NAMES: Final = ("name", "alias", "weakAlias", "previousName", "abbreviation")
_NUMBERS: Final = ("registrationNumber", "idNumber", "taxNumber", "innCode", "ogrnCode",
                   "vatCode", "leiCode", "imoNumber", "swiftBic", "kppCode")
_PLACES: Final = ("country", "jurisdiction", "nationality", "mainCountry")
_LISTED: Final = "sanction"  # a topic; sanction.linked and the like are not listings

Properties = Mapping[str, list[str]]


@dataclass
class _Tables:
    """Objects of one file by schema."""

    parties: dict[str, ListedParty] = field(default_factory=dict)
    holders: dict[str, list[str]] = field(default_factory=dict)
    sanctions: list[tuple[str, Properties]] = field(default_factory=list)
    stakes: list[tuple[str, Properties]] = field(default_factory=list)
    accounts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    seen: list[Date] = field(default_factory=list)


def _first(found: Properties, *names: str) -> tuple[str, ...]:
    """Values of several properties in their order, each once."""
    return tuple(dict.fromkeys(v.strip() for n in names for v in found.get(n, ()) if v.strip()))


def _object(source: Source, place: str, line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except json.JSONDecodeError as problem:
        source.refuse(place, "a whole JSON object", f"{problem.msg} in column {problem.colno}",
                      AGAIN)
    except RecursionError:
        source.refuse(place, "a JSON object", "lists nested too deep")
    if not isinstance(item, dict):
        source.refuse(place, "a JSON object", type(item).__name__, AGAIN)
    if not (isinstance(item.get("id"), str) and item["id"]
            and isinstance(item.get("schema"), str)):
        source.refuse(place, "an id and a schema", "none", AGAIN)
    found = item.get("properties")
    if not isinstance(found, dict) or not all(
        isinstance(v, list) and all(isinstance(x, str) for x in v) for v in found.values()
    ):
        source.refuse(f"{place}: properties", "lists of texts by name", "something else", AGAIN)
    return item


def _take(source: Source, tables: _Tables, place: str, item: dict[str, Any]) -> None:
    id_, schema, found = item["id"], item["schema"], item["properties"]
    if id_ in tables.ids:
        source.refuse(place, "each id once", f"{id_!r} again", AGAIN)
    tables.ids.add(id_)
    last = day(str(item.get("last_seen") or item.get("last_change") or ""))
    tables.seen += [last] if last else []
    if schema in KINDS:
        tables.parties[id_] = _party(source, item, found)
        if schema == "CryptoWallet":
            tables.holders[id_] = found.get("holder", [])
    elif schema == "Sanction":
        tables.sanctions.append((place, found))
    elif schema == "Ownership":
        tables.stakes.append((place, found))
    elif schema == "BankAccount":
        tables.accounts[id_] = _first(found, "iban", "accountNumber")


def _party(source: Source, item: dict[str, Any], found: Properties) -> ListedParty:
    names = dict.fromkeys(filter(None, (str(item.get("caption") or ""), *_first(found, *_NAMES))))
    addresses = _first(found, "publicKey", "cryptoAddress")
    currency = (*_first(found, "currency", "currencySymbol"), "")[0]
    names = names or dict.fromkeys([*addresses, item["id"]])
    topics = found.get("topics", ())
    return ListedParty(
        id=item["id"], list=";".join(item.get("datasets") or ()) or "opensanctions",
        name=next(iter(names)), aliases=tuple(names)[1:], kind=KINDS[item["schema"]],
        countries=tuple(c.upper() for c in _first(found, *_PLACES)),
        addresses=tuple(CryptoAddress(address_key(a), currency) for a in addresses),
        identifiers=_first(found, *_NUMBERS), programs=_first(found, "programId"),
        source=source.path.name, listed=_LISTED in topics,
    )


def read_entities(path: Path) -> SanctionList:
    """Parties of an ``entities.ftm.json`` with owners, wallets, accounts and listings.

    Parameters
    ----------
    path : Path
        File of one data set or of a collection.

    Raises
    ------
    InputError
        If the file is not whole: a line that is no object, an id twice, a listing, stake
        or wallet that names an object which is not there, no parties.

    Notes
    -----
    A party is listed if it has the topic ``sanction``, or a ``Sanction`` without an end
    or with one after the date of the file. The date of the file is the newest
    ``last_seen``. An ``Ownership`` that has ended is left out; one without a percentage
    is a stake that nobody states.
    """
    source = Source(path)
    tables = _Tables()
    for number, line in source.lines():
        place = f"line {number}"
        _take(source, tables, place, _object(source, place, line))
    if not tables.parties:
        source.refuse("", "people, firms or wallets", "none", AGAIN)
    published = max(tables.seen, default=None)
    parties = _linked(source, tables, published)
    return SanctionList(path.name, "opensanctions-entities", published,
                        source.digest.hexdigest(), parties)


def _known(source: Source, tables: _Tables, place: str, ids: list[str]) -> list[str]:
    """Ids that the file must hold; an object of another schema is no party."""
    for id_ in ids:
        if id_ not in tables.ids:
            source.refuse(place, "an object of the file", f"the id {id_!r}", AGAIN)
    return ids


def _linked(
    source: Source, tables: _Tables, published: Date | None
) -> tuple[ListedParty, ...]:
    parties = {id_: replace(p, published=published) for id_, p in tables.parties.items()}
    for place, found in tables.sanctions:
        for name in ("listingDate", "startDate", "endDate"):
            for text in found.get(name, ()):
                source.date(f"{place}: {name}", text)
        for id_ in _known(source, tables, "Sanction: entity", found.get("entity", [])):
            if id_ in parties:
                parties[id_] = _listed(parties[id_], found, published)
    for wallet, holders in tables.holders.items():
        for id_ in _known(source, tables, f"CryptoWallet {wallet}: holder", holders):
            if id_ in parties:
                held = dict.fromkeys((*parties[id_].addresses, *parties[wallet].addresses))
                parties[id_] = replace(parties[id_], addresses=tuple(held))
    owners: dict[str, list[Owner]] = defaultdict(list)
    for place, found in tables.stakes:
        end = max((d for text in found.get("endDate", ()) if (d := day(text))), default=None)
        if end is not None and published is not None and end < published:
            continue
        percent = _percent(source, place, found.get("percentage", []))
        for asset in _known(source, tables, f"{place}: asset", found.get("asset", [])):
            for owner in _known(source, tables, f"{place}: owner", found.get("owner", [])):
                if asset in tables.accounts and owner in parties:
                    numbers = (*parties[owner].identifiers, *tables.accounts[asset])
                    parties[owner] = replace(parties[owner], identifiers=numbers)
                elif asset != owner:
                    owners[asset].append(Owner(owner, percent))
    return tuple(replace(p, owners=tuple(owners.get(id_, ()))) for id_, p in parties.items())


def _listed(party: ListedParty, found: Properties, published: Date | None) -> ListedParty:
    ends = [d for text in found.get("endDate", ()) if (d := day(text))]
    over = bool(ends) and published is not None and max(ends) < published
    starts = [d for text in _first(found, "listingDate", "startDate") if (d := day(text))]
    days = [*starts, *([party.listed_on] if party.listed_on else [])]
    programs = dict.fromkeys((*party.programs, *_first(found, "programId", "program")))
    return replace(party, listed=party.listed or not over, programs=tuple(programs),
                   listed_on=min(days, default=None))


def _percent(source: Source, place: str, texts: list[str]) -> float | None:
    """Stake; None where none is stated, or not as one number. [%]"""
    if len(texts) != 1:
        return None
    try:
        value = float(texts[0].replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    if not 0.0 <= value <= 100.0:
        source.refuse(f"{place}: percentage", "0 to 100", texts[0])
    return value
