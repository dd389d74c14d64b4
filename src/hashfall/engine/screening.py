"""What screening does to a case: who is looked for, which rules count, which routes are lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hashfall.book.parties import entity_names, parties, stakes
from hashfall.book.record import Book
from hashfall.errors import InputError
from hashfall.model.ownership import Stake
from hashfall.model.screening import (
    Bounds,
    LostRoute,
    Met,
    Ruling,
    VenuePolicy,
    routes_lost,
    ruling,
)
from hashfall.model.screening_names import normal_name
from hashfall.model.screening_records import ListedParty, Match
from hashfall.model.screening_search import Screener, Screening

__all__ = ["Found", "as_known", "book_policies", "bounds", "case_stakes", "check_policies",
           "consequences", "other_names", "screen_case", "widest", "with_routes"]

_RANK: Final = {"open": 0, "accepted": 0, "unclear": 1, "closed": 2, "rejected": 2}
_KINDS: Final = {"ownership_threshold": ("ownership",), "max_hops": ("address", "hops"),
                 "max_taint_share": ("address", "hops")}


@dataclass(frozen=True)
class Found:
    """What lists say of one party."""

    party: str
    """Its name as asked for, or that of the entity."""
    screening: Screening
    """What was found."""


def book_policies(book: Book, replaced: Iterable[str] = ()) -> tuple[VenuePolicy, ...]:
    """Policies of the venues of a book, but for those that a file replaces.

    Parameters
    ----------
    book : Book
        Book with venues and routes.
    replaced : iterable of str
        Venues whose policy comes from elsewhere.
    """
    other = set(replaced)
    return tuple(
        VenuePolicy(
            venue=name, name_score=p.name_score, review_score=p.review_score,
            routes=tuple(id_ for id_, route in book.routes.items() if route.venue == name),
            lists=tuple(p.lists), ownership_threshold=p.ownership_threshold, max_hops=p.max_hops,
            max_taint_share=p.max_taint_share, taint_model=p.taint_model, enforced=p.enforced,
            countries=tuple(code.upper() for code in p.countries),
        )
        for name, venue in book.venues.items()
        if (p := venue.policy) is not None and name not in other
    )


def with_routes(
    file: str, rules: Sequence[VenuePolicy], book: Book | None
) -> tuple[VenuePolicy, ...]:
    """Policies, each with its routes: those it names, else those through its venue or rail.

    Parameters
    ----------
    file : str
        Where the rules stand, for messages.
    rules : sequence of VenuePolicy
        Policies as written.
    book : Book or None
        Case; without one no rule needs routes.

    Raises
    ------
    InputError
        If a rule names no routes and is called like no venue or rail of the case.
    """
    if book is None:
        return tuple(rules)
    out = []
    for rule in rules:
        through = tuple(id_ for id_, route in book.routes.items()
                        if rule.venue in (route.venue, route.rail))
        if not rule.routes and not through:
            known = [*book.venues, *book.rails]
            raise InputError(file, f"venues.{rule.venue}",
                             "routes, or the name of a venue or rail of the case", "neither",
                             f"it has {', '.join(known)}" if known else "it has none")
        out.append(rule if rule.routes else replace(rule, routes=through))
    return tuple(out)


def check_policies(
    file: str, rules: Sequence[VenuePolicy], book: Book | None, threshold: float
) -> None:
    """Refuse routes that the case has not, and scores below which no name is looked for.

    Parameters
    ----------
    file : str
        Where the rules stand, for messages.
    rules : sequence of VenuePolicy
        Policies.
    book : Book or None
        Case, where there is one.
    threshold : float
        Likeness from which names are reported. [0-1]

    Raises
    ------
    InputError
        If a rule cannot be applied.
    """
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


def as_known(
    listed: Iterable[ListedParty], known_by: dt.date
) -> tuple[tuple[ListedParty, ...], int, int]:
    """Parties as they stood on a day, how many came later, how many have no day of listing.

    Parameters
    ----------
    listed : iterable of ListedParty
        Parties of every list.
    known_by : date
        Last day whose listings count.

    Notes
    -----
    A party that was listed later stays as an owner or as owned, not as listed. One
    without a day of listing counts as listed. A list does not hold who was taken off
    before it was published.

    Examples
    --------
    >>> party = ListedParty("1", "made", "Alpha", listed_on=dt.date(2024, 5, 1))
    >>> as_known([party], dt.date(2024, 4, 30))[0][0].listed
    False
    """
    out, later, undated = [], 0, 0
    for party in listed:
        when = party.listed_on
        if party.listed and when is None:
            undated += 1
        elif party.listed and when is not None and when > known_by:
            later += 1
            party = replace(party, listed=False)
        out.append(party)
    return tuple(out), later, undated


def other_names(book: Book | None) -> dict[str, tuple[str, ...]]:
    """All names of each entity of a book by the one that its stakes use.

    Parameters
    ----------
    book : Book or None
        Case, where there is one.
    """
    if book is None:
        return {}
    names = entity_names(book)
    return {names[p.entity]: p.names[1:] for p in parties(book) if len(p.names) > 1}


def case_stakes(book: Book | None, given: Sequence[Stake]) -> tuple[Stake, ...]:
    """Stakes that a user knows of, and those of the book in parties of which the user says nothing.

    Parameters
    ----------
    book : Book or None
        Case, where there is one.
    given : sequence of Stake
        Stakes of the user, by names.
    """
    if book is None:
        return tuple(given)
    stated = {normal_name(stake.owned).words for stake in given}
    names = other_names(book)
    out = list(given)
    for owner, owned, percent in stakes(book):
        called = {normal_name(n).words for n in (owned, *names.get(owned, ()))}
        if owner != owned and not called & stated:
            out.append(Stake(owner, owned, percent))
    return tuple(out)


def screen_case(screener: Screener, book: Book) -> tuple[Found, ...]:
    """Every entity of a book by all its names, numbers and addresses.

    Parameters
    ----------
    screener : Screener
        Lists, stakes and transfers.
    book : Book
        Book, or the recourse group of it.
    """
    shown = entity_names(book)
    out = []
    for party in parties(book):
        words = (*party.names, *party.numbers) or ("",)
        seen = [screener.screen(word, party.addresses if i == 0 else (), (party.country,))
                for i, word in enumerate(words)]
        out.append(Found(shown[party.entity], _merged(seen)))
    return tuple(out)


def _merged(seen: Sequence[Screening]) -> Screening:
    """One party by several names: the strongest of each match, the widest exposure."""
    best: dict[tuple[str, str, str], Match] = {}
    for match in (m for s in seen for m in s.matches):
        key = (match.list, match.id, match.kind)
        if key not in best or match.score > best[key].score:
            best[key] = match
    exposure = replace(
        seen[0].exposure, names=tuple(hit for s in seen for hit in s.exposure.names),
        owned=widest(s.exposure.owned for s in seen))
    matches = sorted(best.values(), key=lambda m: (-m.score, m.kind, m.list, m.name, m.id))
    return Screening(tuple(matches), exposure, tuple(dict.fromkeys(
        note for s in seen for note in s.notes)))


def consequences(
    rules: Sequence[VenuePolicy], routes: Iterable[str], found: Sequence[Found]
) -> dict[str, Any]:
    """Rulings of venues and fate of routes for a party or for a group, JSON-able.

    Parameters
    ----------
    rules : sequence of VenuePolicy
        Policies, each with the routes that go through it.
    routes : iterable of str
        Routes of the case; none where there is no case.
    found : sequence of Found
        What lists say of each party of the group.

    Returns
    -------
    dict
        ``venues``, ``routes``, ``routes_lost`` and ``closed_by_screening``.

    Notes
    -----
    A venue refuses the group where it refuses one party of it. A route is lost when it
    is closed for one party: every venue behind it rejects that party.
    """
    venues = [max(((f, ruling(rule, f.screening.exposure)) for f in found), key=_harshness)
              for rule in rules]
    out: dict[str, Any] = {"venues": [{
        "venue": r.venue, "party": f.party, "decision": r.decision,
        "probability": bounds(r.probability), "reasons": list(r.reasons)} for f, r in venues],
        "routes": [], "routes_lost": [], "closed_by_screening": []}
    if not rules:
        return out
    for name in routes:
        fates = [(f, routes_lost([name], rules, f.screening.exposure)[0]) for f in found]
        party, fate = max(fates, key=_harshness)
        out["routes"].append({
            "route": name, "party": party.party, "decision": fate.decision,
            "probability": bounds(fate.probability), "reasons": list(fate.reasons)})
        if fate.decision == "closed":
            out["routes_lost"].append(name)
            out["closed_by_screening"] += _shut(name, party, rules)
    return out


def _harshness(item: tuple[Found, Ruling | LostRoute]) -> tuple[int, float, float]:
    _, fate = item
    return _RANK[fate.decision], fate.probability.low, fate.probability.high


def widest(found: Iterable[Bounds | None]) -> Bounds | None:
    """The highest of several bounds; None where there are none.

    Examples
    --------
    >>> widest([None, Bounds(0.0, 0.5), Bounds(0.2, 0.3)])
    Bounds(low=0.2, high=0.5)
    """
    there = [b for b in found if b is not None]
    return Bounds(max(b.low for b in there), max(b.high for b in there)) if there else None


def bounds(found: Bounds | None) -> dict[str, float] | None:
    """Bounds as JSON has them.

    Examples
    --------
    >>> bounds(Bounds(0.0, 1.0))
    {'low': 0.0, 'high': 1.0}
    """
    return None if found is None else {"low": found.low, "high": found.high}


def _shut(route: str, party: Found, rules: Sequence[VenuePolicy]) -> list[dict[str, Any]]:
    """Each venue behind a closed route: the rule that is met for sure, and the match behind it."""
    rows = []
    for rule in rules:
        if route not in rule.routes:
            continue
        found = ruling(rule, party.screening.exposure)
        met = next(x for x in found.met if x.sure)
        match = _match_of(met, party.screening.matches)
        rows.append({
            "route": route, "venue": rule.venue, "policy": met.rule, "party": party.party,
            "match": match.name if match else None, "list": match.list if match else None,
            "score": match.score if match else None,
            "reasons": [*found.reasons, *(match.reasons if match else ())],
            "probability": bounds(found.probability),
        })
    return rows


def _match_of(met: Met, matches: Sequence[Match]) -> Match | None:
    """Match behind a rule; None for a rule that looks at no list."""
    if met.hit is not None:
        kinds: tuple[str, ...] = ("name", "identifier")
        matches = [m for m in matches if (m.name, m.list) == (met.hit.name, met.hit.list)]
    else:
        kinds = _KINDS.get(met.rule.split()[0], ())
    return next((m for m in matches if m.kind in kinds), None)
