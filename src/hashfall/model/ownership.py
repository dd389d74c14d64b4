"""The 50% rule: who is blocked because blocked parties own it, directly or in a chain.

OFAC's rule counts the stakes of all blocked owners together, and an owner counts in
full once it is blocked itself: stakes are not multiplied down a chain. What is owned
is ownership alone; control without a stake is not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

__all__ = ["HALF", "Holding", "Stake", "blocked_holdings", "chain_words"]

HALF: Final = 50.0
"""Share that blocked owners need together under OFAC's rule. [%]"""

_WHOLE: Final = 100.0
_ROUND: Final = 1e-9


class Stake(NamedTuple):
    """One owner's part of a party; ``percent`` is None where nobody states it. [%]"""

    owner: str
    owned: str
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """How much of a party blocked parties own, and what follows."""

    party: str
    """Id of the party."""
    low: float
    """Share of blocked owners if every unstated stake is nothing. [%]"""
    high: float
    """Share if unstated stakes are as large as the rest allows. [%]"""
    status: str
    """``listed``, ``blocked``, ``possible`` (only unstated stakes decide) or ``clear``."""
    chain: tuple[Stake, ...]
    """Stakes from a listed party down to this one: at each step the largest, then the
    others that count with it. Empty where no blocked party owns anything."""


def blocked_holdings(
    stakes: Iterable[Stake], listed: Iterable[str], threshold: float = HALF
) -> dict[str, Holding]:
    """Share of each party that blocked parties own, and whether that blocks it. [%]

    Parameters
    ----------
    stakes : iterable of Stake
        Ownership graph; several stakes of one owner in one party add up.
    listed : iterable of str
        Ids of the parties that are blocked by themselves.
    threshold : float
        Share at which a party is blocked, above 0 and up to 100. [%]

    Returns
    -------
    dict
        A `Holding` for each listed party and each party that a stake names.

    Raises
    ------
    ValueError
        If a stake is not within 0 to 100%, a party owns itself, or the threshold is
        out of range.

    Notes
    -----
    Blocked parties are the smallest set that holds the listed ones and every party of
    which members of the set own the threshold or more. So a ring of companies that own
    each other is blocked only if somebody listed brings one of them in. ``low`` takes
    unstated stakes as 0. ``high`` lets the unstated stakes of blocked owners in a party
    take all that stated stakes of anybody leave. Source: OFAC, Revised Guidance on
    Entities Owned by Persons Whose Property Is Blocked, 13 August 2014, and its FAQ
    398 to 402. The EU counts 50% or more likewise; the UK asks for more than 50%, and
    adds stakes of several persons only where they act together.

    Examples
    --------
    FAQ 401: X owns half of A and 10% of B, A owns 40% of B.

    >>> graph = [Stake("X", "A", 50.0), Stake("X", "B", 10.0), Stake("A", "B", 40.0)]
    >>> found = blocked_holdings(graph, ["X"])["B"]
    >>> found.low, found.status
    (50.0, 'blocked')
    """
    if not 0.0 < threshold <= _WHOLE:
        raise ValueError(f"threshold: expected above 0 and at most 100, found {threshold}")
    book = _by_owned(stakes)
    roots = set(listed)
    sure = _spread(book, roots, threshold, with_unknown=False)
    maybe = _spread(book, roots, threshold, with_unknown=True)
    owners = sorted(stake.owner for found in book.values() for stake in found)
    every = dict.fromkeys([*sorted(roots), *sorted(book), *owners])
    return {party: _holding(party, book, sure, maybe) for party in every}


def _by_owned(stakes: Iterable[Stake]) -> dict[str, tuple[Stake, ...]]:
    found: dict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        if stake.owner == stake.owned:
            raise ValueError(f"{stake.owned}: expected another owner than itself")
        if stake.percent is not None and not 0.0 <= stake.percent <= _WHOLE:
            raise ValueError(f"{stake.owned}: expected a stake of 0 to 100%, found {stake.percent}")
        found[stake.owned].append(stake)
    return {party: tuple(sorted(list_, key=_order)) for party, list_ in found.items()}


def _order(stake: Stake) -> tuple[float, str]:
    """The largest first, unstated ones last."""
    return (1.0 if stake.percent is None else -stake.percent, stake.owner)


def _share(stakes: Iterable[Stake], blocked: Mapping[str, int], with_unknown: bool) -> float:
    """Part of a party that blocked owners have. [%]"""
    stated = counted = 0.0
    unstated = False
    for stake in stakes:
        if stake.percent is None:
            unstated = unstated or stake.owner in blocked
        else:
            stated += stake.percent
            counted += stake.percent if stake.owner in blocked else 0.0
    if with_unknown and unstated:
        counted += max(0.0, _WHOLE - stated)
    return min(_WHOLE, counted)


def _spread(
    book: Mapping[str, tuple[Stake, ...]], roots: set[str], threshold: float, with_unknown: bool
) -> dict[str, int]:
    """Blocked parties, with the round in which each came in (0: listed)."""
    blocked = dict.fromkeys(sorted(roots), 0)
    step = 0
    while True:
        step += 1
        new = [party for party, stakes in book.items() if party not in blocked
               and _share(stakes, blocked, with_unknown) >= threshold - _ROUND]
        if not new:
            return blocked
        blocked |= dict.fromkeys(new, step)


def _holding(
    party: str, book: Mapping[str, tuple[Stake, ...]], sure: Mapping[str, int],
    maybe: Mapping[str, int],
) -> Holding:
    stakes = book.get(party, ())
    if sure.get(party) == 0:
        status = "listed"
    else:
        status = "blocked" if party in sure else "possible" if party in maybe else "clear"
    inside = sure if party in sure else maybe
    return Holding(party, _share(stakes, sure, False), _share(stakes, maybe, True), status,
                   () if status == "listed" else _chain(party, book, inside))


def _chain(
    party: str, book: Mapping[str, tuple[Stake, ...]], inside: Mapping[str, int]
) -> tuple[Stake, ...]:
    """Stakes step by step up to a listed party; rounds fall, so no ring is walked."""
    out: list[tuple[Stake, ...]] = []
    step = inside.get(party)
    while step != 0:
        above = [stake for stake in book.get(party, ()) if stake.owner in inside
                 and (step is None or inside[stake.owner] < step)]
        if not above:
            break
        out.append(tuple(above))
        party = above[0].owner
        step = inside[party]
    return tuple(stake for above in reversed(out) for stake in above)


def chain_words(holding: Holding, names: Mapping[str, str]) -> str:
    """The stakes that lead to a party, from a listed one down, in words.

    Parameters
    ----------
    holding : Holding
        Share of a party that blocked parties own.
    names : mapping of str to str
        Names of parties by id; an id without one speaks for itself.

    Examples
    --------
    >>> graph = [Stake("X", "A", 60.0), Stake("A", "B", 30.0), Stake("Y", "B", 20.0)]
    >>> print(chain_words(blocked_holdings(graph, ["X", "Y"])["B"], {"X": "Ivan"}))
    Ivan owns 60% of A; A owns 30% of B; Y owns 20% of B
    """
    return "; ".join(
        f"{names.get(s.owner, s.owner)} owns {_percent(s.percent)} of {names.get(s.owned, s.owned)}"
        for s in holding.chain
    )


def _percent(value: float | None) -> str:
    return "an unstated part" if value is None else f"{value:g}%"
