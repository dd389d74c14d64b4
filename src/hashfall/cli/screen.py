"""``hashfall screen``: what a user's own lists say about a party, and which routes it loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import Json, Quiet
from hashfall.cli.output import check_targets, emit_json, note, provenance, say
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.cli.screen_inputs import Inputs
    from hashfall.engine.screening import Found
    from hashfall.ingest.lists.source import SanctionList
    from hashfall.model.screening import Exposure
    from hashfall.model.screening_search import Screener

__all__ = ["SCHEMA", "document", "screen"]

SCHEMA = "hashfall.screen/1"
"""Schema of the machine output."""

Query = Annotated[str | None, Parameter(help="Name or registration number of a party, or an "
                                        "address on a chain; every party of --case where left "
                                        "out.")]
Lists = Annotated[str, Parameter(help="Folder with your copies of sanction lists; none ship.")]
Graph = Annotated[str | None, Parameter(help="CSV time,source,target,amount_btc: transfers for "
                                        "hops and taint.")]
Owners = Annotated[str | None, Parameter(help="CSV owner,owned,percent: stakes that you know of.")]
Policies = Annotated[str | None, Parameter(help="TOML with what venues refuse, as you know or "
                                           "assume it; replaces the policy that the case has for "
                                           "a venue of the same name.")]
Case = Annotated[str | None, Parameter(help="Case id or book file whose routes and countries "
                                       "count.")]
Addresses = Annotated[list[str] | None, Parameter(
    name="--address", negative="", help="Address of the party, beside its name; may be given "
    "several times.")]
Countries = Annotated[list[str] | None, Parameter(
    name="--country", negative="", help="Country code of the party, beside those of the case; "
    "may be given several times.")]
Threshold = Annotated[float, Parameter(help="Likeness from which a name is reported, above 0 "
                                       "and up to 1.")]
OwnershipThreshold = Annotated[float, Parameter(help="Share of listed owners that blocks a party, "
                                                "above 0 and up to 1.")]


def screen(
    query: Query = None,
    /,
    *,
    lists: Lists,
    graph: Graph = None,
    owners: Owners = None,
    policies: Policies = None,
    case: Case = None,
    address: Addresses = None,
    country: Countries = None,
    threshold: Threshold = 0.85,
    ownership_threshold: OwnershipThreshold = 0.5,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Print what sanction lists say about a party or an address, with the reasons.

    Looks for the name in any script, for owners by the 50% rule, for addresses and
    what is near them. Says which routes to money close where venues' policies are given,
    and with which command to go on. Without a name, every party of ``--case`` is looked for.
    It shows exposure to a lender; it is neither legal advice nor advice to anybody
    listed.

    Raises
    ------
    InputError
        If a list is broken, read in part or in no known form, or another input cannot
        be used.
    """
    check_targets(json, None)
    for code in country or []:
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise InputError("--country", "", "a code of two letters such as RU", code)
    result = document(
        query, lists=lists, graph=graph, owners=owners, policies=policies, case=case,
        addresses=address or [], countries=country or [], threshold=threshold,
        ownership_threshold=ownership_threshold,
    )
    for text in result["notes"]:
        note(f"note: {text}", quiet)
    emit_json(result, json)
    from hashfall.report.screen import screen_lines

    say(screen_lines(result), json)


def document(
    query: str | None, *, lists: str, graph: str | None = None, owners: str | None = None,
    policies: str | None = None, case: str | None = None, addresses: Sequence[str] = (),
    countries: Sequence[str] = (), threshold: float = 0.85, ownership_threshold: float = 0.5,
) -> dict[str, Any]:
    """Machine output of the command.

    Parameters
    ----------
    query : str or None
        Name, number or address; None for every party of the case.
    lists, graph, owners, policies, case : str or None
        Inputs as typed.
    addresses, countries : sequence of str
        What is known of the party beside the query.
    threshold, ownership_threshold : float
        Likeness of names and share of owners that count. [0-1]

    Raises
    ------
    InputError
        If an input cannot be used.
    """
    if query is None and case is None:
        raise InputError("screen", "", "a name or an address", "none",
                         "or --case for the parties of a case")
    if query is not None and not any(c.isalnum() for c in query):
        raise InputError("screen", "", "a name or an address", repr(query))
    for flag, value in (("--threshold", threshold), ("--ownership-threshold", ownership_threshold)):
        if not 0.0 < value <= 1.0:
            raise InputError(flag, "", "a number above 0 and up to 1", f"{value:g}")
    from hashfall.cli.screen_inputs import known, next_command, no_policies, read_inputs
    from hashfall.engine.screening import consequences

    book = _book(case)
    inputs = read_inputs(lists, book=book, case=case, policies=policies, graph=graph,
                         owners=owners, threshold=threshold,
                         ownership_threshold=ownership_threshold)
    asked = _Asked(query, tuple(addresses), tuple(c.upper() for c in countries), book)
    screener = inputs.screener()
    seen, counted, dated = asked.found(screener), None, list[str]()
    if book is not None:
        parties, later, dated = known(inputs, book)
        # Matches are told as the lists stand; routes are lost by what was known at the time.
        counted = asked.found(inputs.screener(parties)) if later else seen
    command = {"query": query, "lists": lists, "graph": graph, "owners": owners,
               "policies": policies, "case": case, "address": list(addresses),
               "country": list(countries), "threshold": threshold,
               "ownership_threshold": ownership_threshold}
    return {
        "schema": SCHEMA, "query": query if query is not None else book.name if book else "",
        "kind": asked.kind(screener), "case": case,
        "known_by": book.known_by.isoformat() if book else None,
        "threshold": threshold, "parties": [f.party for f in seen],
        "matches": _matches(seen, book),
        "exposure": _exposure([f.screening.exposure for f in seen]),
        "lists": [_list(f) for f in inputs.lists],
        **consequences(inputs.rules, book.routes if book else (), counted or seen),
        "notes": list(dict.fromkeys([
            *(text for f in seen for text in f.screening.notes), *no_policies(inputs, book),
            *asked.notes(screener, graph), *dated])),
        "next": next_command(case, lists, inputs.files) if case else None,
        "provenance": provenance(command, _digests(inputs, book), SCHEMA),
        "sources": [],
    }


@dataclass(frozen=True)
class _Asked:
    """Who is asked for: a party or an address, or every party of a case."""

    query: str | None
    addresses: tuple[str, ...]
    countries: tuple[str, ...]
    book: Book | None

    def found(self, screener: Screener) -> tuple[Found, ...]:
        """What the lists say of each party."""
        from hashfall.engine.screening import Found, screen_case

        if self.query is None:
            found = screen_case(screener, self.book) if self.book else ()
            extra = [screener.screen("", self.addresses, self.countries)] if (
                self.addresses or self.countries) else []
            return (*found, *(Found("as given beside the case", s) for s in extra))
        name, keys = screener.split(self.query)
        entities = self.book.entities.values() if self.book else ()
        places = [*self.countries, *(e.country.upper() for e in entities)]
        return (Found(self.query, screener.screen(name, [*keys, *self.addresses], places)),)

    def kind(self, screener: Screener) -> str:
        """Whether a case, a name or an address is asked for."""
        if self.query is None:
            return "case"
        return "name" if screener.split(self.query)[0] else "address"

    def notes(self, screener: Screener, graph: str | None) -> list[str]:
        """What a reader has to know of the question itself."""
        from hashfall.cli.screen_inputs import unnamed

        out = unnamed(self.book) if self.book and self.query is None else []
        known = self.addresses or (
            screener.split(self.query)[1] if self.query is not None
            else any(e.addresses for e in self.book.entities.values()) if self.book else ())
        if graph and not known:
            out.append("the graph is looked at for addresses only: give the party's with --address")
        return out


def _book(case: str | None) -> Book | None:
    if case is None:
        return None
    from hashfall.book.parts import parts
    from hashfall.cli.company import open_company

    return parts(open_company(case, scenarios=[], sets=[]).book)[0]


def _matches(seen: Sequence[Found], book: Book | None) -> list[dict[str, Any]]:
    """Matches of every party, the strongest first; one that the case could not know is marked."""
    rows = [{
        "name": m.name, "list": m.list, "score": m.score, "reasons": list(m.reasons),
        "kind": m.kind, "certain": m.certain, "id": m.id, "programs": list(m.programs),
        "listed_on": m.listed_on, "party": found.party,
        "later": bool(book and m.listed_on and m.listed_on > book.known_by),
    } for found in seen for m in found.screening.matches]
    return sorted(rows, key=lambda row: -row["score"])


def _exposure(seen: Sequence[Exposure]) -> dict[str, Any]:
    """The widest exposure of the parties."""
    from hashfall.engine.screening import bounds, widest

    return {
        "best_name_score": max((hit.score for e in seen for hit in e.names), default=None),
        "owned_share": bounds(widest(e.owned for e in seen)),
        "hops": min((e.hops for e in seen if e.hops is not None), default=None),
        "taint_share": {model: bounds(widest(e.taint.get(model) for e in seen))
                        for model in dict.fromkeys(m for e in seen for m in e.taint)},
        "countries": list(dict.fromkeys(c for e in seen for c in e.countries)),
    }


def _list(found: SanctionList) -> dict[str, Any]:
    return {
        "file": found.file, "format": found.format, "published": found.published,
        "sha256": found.sha256, "parties": len(found.parties),
        "listed": sum(party.listed for party in found.parties),
        "addresses": sum(len(p.addresses) for p in found.parties if p.listed),
    }


def _digests(inputs: Inputs, book: Book | None) -> dict[str, str]:
    out = inputs.digests()
    if book is not None:
        from hashfall.book.load import digest

        out["book"] = digest(book)
    return out
