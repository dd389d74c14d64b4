"""``hashfall screen``: what a user's own lists say about a party, and which routes it loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import Json, Quiet
from hashfall.cli.output import check_targets, emit_json, note, provenance, say
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.ingest.lists.source import SanctionList
    from hashfall.model.screening import VenuePolicy
    from hashfall.model.screening_search import Screening

__all__ = ["SCHEMA", "document", "screen"]

SCHEMA = "hashfall.screen/1"
"""Schema of the machine output."""

Query = Annotated[str, Parameter(help="Name or registration number of a party, or an address on "
                                 "a chain.")]
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
    query: Query,
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
    what is near them. Says which routes to money close where venues' policies are given.
    It shows exposure to a lender; it is neither legal advice nor advice to anybody
    listed.

    Raises
    ------
    InputError
        If a list is broken, read in part or in no known form, or another input cannot
        be used.
    """
    check_targets(json, None)
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
    query: str, *, lists: str, graph: str | None = None, owners: str | None = None,
    policies: str | None = None, case: str | None = None, addresses: Sequence[str] = (),
    countries: Sequence[str] = (), threshold: float = 0.85, ownership_threshold: float = 0.5,
) -> dict[str, Any]:
    """Machine output of the command.

    Parameters
    ----------
    query : str
        Name, number or address.
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
    if not any(c.isalnum() for c in query):
        raise InputError("screen", "", "a name or an address", repr(query))
    for flag, value in (("--threshold", threshold), ("--ownership-threshold", ownership_threshold)):
        if not 0.0 < value <= 1.0:
            raise InputError(flag, "", "a number above 0 and up to 1", f"{value:g}")
    from hashfall.ingest.lists.folder import read_lists
    from hashfall.ingest.lists.inputs import read_owners, read_policies, read_transfers
    from hashfall.model.screening_search import Screener

    read = read_lists(Path(lists))
    rules = read_policies(Path(policies)) if policies else ()
    book = _book(case)
    _check_policies(str(policies), rules, book, threshold)
    if book is not None:
        written = _book_policies(book, {rule.venue for rule in rules})
        _check_policies(str(case), written, book, threshold)
        rules = (*rules, *written)
    screener = Screener(
        (party for found in read for party in found.parties),
        read_owners(Path(owners)) if owners else (),
        read_transfers(Path(graph)) if graph else (), threshold, 100.0 * ownership_threshold,
    )
    name, keys = screener.split(query)
    places = [*countries, *([e.country for e in book.entities.values()] if book else [])]
    found = screener.screen(name, [*keys, *addresses], [c.upper() for c in places])
    command = {"query": query, "lists": lists, "graph": graph, "owners": owners,
               "policies": policies, "case": case, "address": list(addresses),
               "country": list(countries), "threshold": threshold,
               "ownership_threshold": ownership_threshold}
    files = {"graph": graph, "owners": owners, "policies": policies}
    return {
        "schema": SCHEMA, "query": query, "kind": "name" if name else "address", "case": case,
        "threshold": threshold, "matches": [_match(m) for m in found.matches],
        "exposure": _exposure(found), "lists": [_list(f) for f in read],
        **_consequences(rules, book, found),
        "notes": [*found.notes, *_notes(rules, book, graph, name, [*keys, *addresses])],
        "provenance": provenance(command, _digests(read, files, book), SCHEMA),
        "sources": [],
    }


def _book(case: str | None) -> Book | None:
    if case is None:
        return None
    from hashfall.cli.company import open_company

    return open_company(case, scenarios=[], sets=[]).book


def _book_policies(book: Book, replaced: set[str]) -> tuple[VenuePolicy, ...]:
    """Policies of the case's own venues, but for those that a file replaces."""
    from hashfall.model.screening import VenuePolicy

    return tuple(
        VenuePolicy(
            venue=name, name_score=p.name_score, review_score=p.review_score,
            routes=tuple(id_ for id_, route in book.routes.items() if route.venue == name),
            lists=tuple(p.lists), ownership_threshold=p.ownership_threshold, max_hops=p.max_hops,
            max_taint_share=p.max_taint_share, taint_model=p.taint_model, enforced=p.enforced,
            countries=tuple(code.upper() for code in p.countries),
        )
        for name, venue in book.venues.items()
        if (p := venue.policy) is not None and name not in replaced
    )


def _check_policies(
    file: str, rules: Sequence[VenuePolicy], book: Book | None, threshold: float
) -> None:
    """Routes must be those of the case, and names must not be cut off before the policy."""
    for rule in rules:
        place = f"venues.{rule.venue}"
        for route in rule.routes if book else ():
            if book is not None and route not in book.routes:
                known = f"routes of the case: {', '.join(book.routes) or 'none'}"
                raise InputError(file, f"{place}.routes", "a route of the case", repr(route), known)
        for key in ("name_score", "review_score"):
            score = getattr(rule, key)
            if score is not None and score < threshold:
                raise InputError(file, f"{place}.{key}", f"{threshold:g} or more, the --threshold",
                                 f"{score:g}", "names below the threshold are not looked for")


def _consequences(
    rules: Sequence[VenuePolicy], book: Book | None, found: Screening
) -> dict[str, Any]:
    """Rulings of the venues, and the routes of the case."""
    from hashfall.model.screening import routes_lost, ruling

    venues = [{"venue": r.venue, "decision": r.decision, "probability": _bounds(r.probability),
               "reasons": list(r.reasons)} for r in (ruling(p, found.exposure) for p in rules)]
    routes = routes_lost(book.routes, rules, found.exposure) if book and rules else ()
    return {
        "venues": venues,
        "routes": [{"route": r.route, "decision": r.decision, "probability":
                    _bounds(r.probability), "reasons": list(r.reasons)} for r in routes],
        "routes_lost": [r.route for r in routes if r.decision == "closed"],
    }


def _notes(
    rules: Sequence[VenuePolicy], book: Book | None, graph: str | None, name: str,
    addresses: Sequence[str],
) -> list[str]:
    out = []
    if book is not None and not rules:
        out.append("no venue of the case has a policy and --policies gives none: routes lost are "
                   "not worked out")
    if graph and not addresses:
        out.append("the graph is looked at for addresses only: give the party's with --address")
    return out


def _bounds(found: Any) -> dict[str, float] | None:
    return None if found is None else {"low": found.low, "high": found.high}


def _match(found: Any) -> dict[str, Any]:
    return {
        "name": found.name, "list": found.list, "score": found.score,
        "reasons": list(found.reasons), "kind": found.kind, "certain": found.certain,
        "id": found.id, "programs": list(found.programs), "listed_on": found.listed_on,
    }


def _exposure(found: Screening) -> dict[str, Any]:
    seen = found.exposure
    return {
        "best_name_score": max((hit.score for hit in seen.names), default=None),
        "owned_share": _bounds(seen.owned), "hops": seen.hops,
        "taint_share": {model: _bounds(b) for model, b in seen.taint.items()},
        "countries": list(seen.countries),
    }


def _list(found: SanctionList) -> dict[str, Any]:
    return {
        "file": found.file, "format": found.format, "published": found.published,
        "sha256": found.sha256, "parties": len(found.parties),
        "listed": sum(party.listed for party in found.parties),
        "addresses": sum(len(p.addresses) for p in found.parties if p.listed),
    }


def _digests(
    read: Sequence[SanctionList], files: Mapping[str, str | None], book: Book | None
) -> dict[str, str]:
    from hashlib import sha256

    out = {f"list {found.file}": found.sha256 for found in read}
    out |= {name: sha256(Path(file).read_bytes()).hexdigest()
            for name, file in files.items() if file}
    if book is not None:
        from hashfall.book.load import digest

        out["book"] = digest(book)
    return out
