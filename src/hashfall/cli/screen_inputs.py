"""From files of lists, policies, stakes and transfers to what becomes of a case's routes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.ingest.lists.source import SanctionList
    from hashfall.model.ownership import Stake
    from hashfall.model.screening import VenuePolicy
    from hashfall.model.screening_records import ListedParty
    from hashfall.model.screening_search import Screener
    from hashfall.model.taint import Transfer

__all__ = ["Inputs", "known", "next_command", "no_policies", "read_inputs", "screened_case",
           "unnamed"]


@dataclass(frozen=True)
class Inputs:
    """What was read, ready to be searched."""

    lists: tuple[SanctionList, ...]
    """Lists, each whole."""
    rules: tuple[VenuePolicy, ...]
    """Policies of the file, then those of the case's venues that it does not replace."""
    stakes: tuple[Stake, ...]
    """Stakes of the user, then those of the case."""
    transfers: tuple[Transfer, ...]
    """Transfers."""
    also: Mapping[str, tuple[str, ...]]
    """Other names of parties of the stakes."""
    threshold: float
    """Likeness from which names are reported. [0-1]"""
    ownership_threshold: float
    """Share of listed owners that blocks a party. [0-1]"""
    files: Mapping[str, str | None]
    """Other files by what they hold."""

    def screener(self, parties: Sequence[ListedParty] | None = None) -> Screener:
        """Search over all parties of the lists, or over those given.

        Parameters
        ----------
        parties : sequence of ListedParty, optional
            Parties to search.
        """
        from hashfall.model.screening_search import Screener

        every = [p for found in self.lists for p in found.parties] if parties is None else parties
        return Screener(every, self.stakes, self.transfers, self.threshold,
                        100.0 * self.ownership_threshold, self.also)

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file by name. [hex]"""
        from hashlib import sha256

        out = {f"list {found.file}": found.sha256 for found in self.lists}
        return out | {name: sha256(Path(file).read_bytes()).hexdigest()
                      for name, file in self.files.items() if file}


def read_inputs(
    lists: str, *, book: Book | None, case: str | None, policies: str | None = None,
    graph: str | None = None, owners: str | None = None, threshold: float = 0.85,
    ownership_threshold: float = 0.5,
) -> Inputs:
    """Files of a screening, each whole and fit for the case.

    Parameters
    ----------
    lists, policies, graph, owners : str or None
        Paths as typed.
    book : Book or None
        Case, where there is one.
    case : str or None
        Its name as typed, for messages.
    threshold, ownership_threshold : float
        Likeness of names and share of owners that count. [0-1]

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    from hashfall.engine.screening import (
        book_policies,
        case_stakes,
        check_policies,
        other_names,
        with_routes,
    )
    from hashfall.ingest.lists.folder import read_lists
    from hashfall.ingest.lists.inputs import read_owners, read_policies, read_transfers

    rules = with_routes(str(policies), read_policies(Path(policies)) if policies else (), book)
    check_policies(str(policies), rules, book, threshold)
    if book is not None:
        written = book_policies(book, [rule.venue for rule in rules])
        check_policies(str(case), written, book, threshold)
        rules = (*rules, *written)
    return Inputs(
        lists=read_lists(Path(lists)), rules=rules,
        stakes=case_stakes(book, read_owners(Path(owners)) if owners else ()),
        transfers=read_transfers(Path(graph)) if graph else (), also=other_names(book),
        threshold=threshold, ownership_threshold=ownership_threshold,
        files={"graph": graph, "owners": owners, "policies": policies},
    )


def known(inputs: Inputs, book: Book) -> tuple[tuple[ListedParty, ...], int, list[str]]:
    """Parties as they were known by the date of a case, how many came later, and notes.

    Parameters
    ----------
    inputs : Inputs
        What was read.
    book : Book
        Case.
    """
    from hashfall.engine.screening import as_known

    day, after = book.known_by, 0
    notes: list[str] = []
    out: list[ListedParty] = []
    for found in inputs.lists:
        parties, later, undated = as_known(found.parties, day)
        out += parties
        after += later
        if undated:
            notes.append(f"{found.file} gives no day of listing for {undated:,} of its listed "
                         "parties: they count as listed")
    if after:
        notes.append(f"{after:,} {'party was' if after == 1 else 'parties were'} listed after "
                     f"{day}, the known_by of the case, and "
                     f"{'does' if after == 1 else 'do'} not count for it")
    dates = [x.published for x in inputs.lists]
    old = sorted(d for d in dates if d is not None and d < day)
    if old:
        notes.append(f"{len(old)} of {len(dates)} lists older than {day}, the oldest of {old[0]}: "
                     "later listings are not in them")
    bare = [x.file for x in inputs.lists if x.published is None]
    if bare:
        notes.append(f"no date of its own: {', '.join(bare)}")
    new = sorted(d for d in dates if d is not None and d > day)
    if new:
        notes.append(f"{len(new)} of {len(dates)} lists newer than {day}, the newest of {new[-1]}: "
                     "who was taken off in between is not in them")
    return tuple(out), after, notes


def screened_case(
    book: Book, *, case: str, lists: str | None, policies: str | None = None,
    graph: str | None = None, owners: str | None = None,
) -> dict[str, Any] | None:
    """What screening of a case's own entities shuts; None where no lists are given.

    Parameters
    ----------
    book : Book
        Recourse group of the case at its dates.
    case : str
        Its name as typed.
    lists, policies, graph, owners : str or None
        Paths as typed.

    Returns
    -------
    dict or None
        ``known_by``, ``lists``, ``parties``, ``venues``, ``routes``, ``routes_lost``,
        ``closed_by_screening``, ``notes``, ``inputs``.

    Raises
    ------
    InputError
        If a file cannot be used, or is given without lists.
    """
    if lists is None:
        for flag, given in (("--policies", policies), ("--graph", graph), ("--owners", owners)):
            if given is not None:
                raise InputError(flag, "", "sanction lists to go with it, --lists DIR",
                                 "no --lists")
        return None
    from hashfall.engine.screening import consequences, screen_case

    inputs = read_inputs(lists, book=book, case=case, policies=policies, graph=graph,
                         owners=owners)
    parties, _, notes = known(inputs, book)
    found = screen_case(inputs.screener(parties), book)
    return {
        "known_by": book.known_by.isoformat(),
        "lists": [{"file": x.file, "format": x.format,
                   "published": x.published.isoformat() if x.published else None}
                  for x in inputs.lists],
        "parties": [{"party": f.party, "matches": len(f.screening.matches),
                     "best": _best(f)} for f in found],
        "policies": len(inputs.rules),
        **consequences(inputs.rules, book.routes, found),
        "notes": [*no_policies(inputs, book), *unnamed(book), *notes],
        "inputs": [{"name": k, "sha256": v} for k, v in inputs.digests().items()],
    }


def _best(found: Any) -> dict[str, Any] | None:
    for m in found.screening.matches[:1]:
        return {"match": m.name, "list": m.list, "score": m.score, "kind": m.kind,
                "reasons": list(m.reasons)}
    return None


def no_policies(inputs: Inputs, book: Book | None) -> list[str]:
    """A note where no rule says what a match does.

    Parameters
    ----------
    inputs : Inputs
        What was read.
    book : Book or None
        Case, where there is one.
    """
    if book is None or inputs.rules:
        return []
    return ["no venue of the case has a policy and --policies gives none: routes lost are not "
            "worked out"]


def unnamed(book: Book) -> list[str]:
    """A note on the entities for which no list can be searched.

    Parameters
    ----------
    book : Book
        Case.
    """
    from hashfall.book.parties import parties

    bare = [p.entity for p in parties(book) if not (p.names or p.numbers)]
    return [f"no name in the book, so not looked for: {', '.join(bare)}"] if bare else []


def next_command(case: str, lists: str, files: Mapping[str, str | None]) -> str:
    """The line that works out what the lost routes cost.

    Parameters
    ----------
    case, lists : str
        As typed.
    files : mapping
        Other files by their flags without dashes.

    Examples
    --------
    >>> next_command("bitriver", "my lists", {"policies": "venues.toml", "graph": None})
    "hashfall cashout bitriver --lists 'my lists' --policies venues.toml"
    """
    words = ["hashfall", "cashout", case, "--lists", lists]
    for flag, value in files.items():
        words += [f"--{flag}", value] if value else []
    return shlex.join(words)
