"""What an exit does to concentration, in each dimension that has shares.

The two ends need no model of where machines go: all of what leaves to the largest
of the others, or spread evenly over places that have none. The moves of a model
lie between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from hashfall.engine.measures import Measures, measure
from hashfall.engine.shares import NotAvailable, Shares
from hashfall.errors import InputError
from hashfall.model import concentration as model

__all__ = [
    "SPREAD_PLACES",
    "Concentration",
    "Move",
    "after_moves",
    "all_to_largest",
    "concentration",
    "grouped_moves",
    "leaving_share",
    "spread_even",
]

SPREAD_PLACES: Final = 20
"""Empty places over which the even end spreads what leaves."""

_ROUND: Final = 1e-9


class Move(NamedTuple):
    """Hashrate that goes from one holder to another, of the network before. [share]

    A destination of None means that it is lost; an empty text, that it joins the rest.
    """

    origin: str
    destination: str | None
    share: float


@dataclass(frozen=True)
class Concentration:
    """Concentration in one dimension before and after an exit.

    Parameters
    ----------
    dimension : str
        Which kind of holder is counted.
    before, after : Measures or None
        None where there is no table, or where nobody knows what moves in it.
    bounds : dict
        ``all_to_largest`` and ``spread_even``; empty where nothing leaves.
    reason : str
        Why something is missing; empty where nothing is.
    table : Shares or None
        The shares before.
    """

    dimension: str
    before: Measures | None
    after: Measures | None = None
    bounds: Mapping[str, Measures] = field(default_factory=dict)
    reason: str = ""
    table: Shares | None = None

    def as_json(self) -> dict[str, Any]:
        """What the command prints for this dimension."""
        table = self.table
        return {
            "available": self.before is not None,
            "reason": self.reason,
            "as_of": table.as_of if table else None,
            "estimator": table.estimator if table else None,
            "published": str(table.published) if table and table.published else None,
            "sources": list(table.sources) if table else [],
            "note": table.note if table else "",
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
            "bounds": {name: m.as_json() for name, m in self.bounds.items()},
        }


def leaving_share(
    shares: Shares, name: str, share: float | None = None, part: float = 1.0
) -> float:
    """What leaves when a holder, or a part of it, exits. [share]

    Parameters
    ----------
    name : str
        Holder that is left.
    share : float, optional
        Absolute share that leaves, such as that of one operator. [share]
    part : float
        Part of the holder's share, 0 to 1, where `share` is not given. [share]

    Raises
    ------
    InputError
        If the holder is not in the table or gives up more than it has.

    Examples
    --------
    >>> leaving_share(Shares("country", ("a",), np.array([0.5]), "2025", "x"), "a", part=0.5)
    0.25
    """
    has = shares.share(name)
    if has is None:
        known = ", ".join(shares.names)
        raise InputError(
            "exit", name, f"a {shares.dimension} with a share in {shares.as_of} ({known})", "none"
        )
    if not 0.0 <= part <= 1.0:
        raise InputError("exit", name, "a part from 0 to 1", str(part))
    wanted = part * has if share is None else share
    if not 0.0 <= wanted <= has + _ROUND:
        raise InputError("exit", name, f"a share from 0 to {has:.4g}", f"{wanted:.4g}")
    return min(wanted, has)


def after_moves(shares: Shares, moves: Sequence[Move]) -> Shares:
    """Table after moves; destinations that are not in it come in with share 0.

    Raises
    ------
    InputError
        If a move is negative or its origin gives up more than it has.

    Examples
    --------
    >>> table = Shares("country", ("a", "b"), np.array([0.5, 0.25]), "2025", "x")
    >>> after_moves(table, [Move("a", "c", 0.125), Move("a", None, 0.125)]).values.round(4).tolist()
    [0.2857, 0.2857, 0.1429]
    """
    table = shares.with_holders([m.destination for m in moves if m.destination])
    leaving, arriving = np.zeros((2, len(table.names)))
    for move in moves:
        if not move.share >= 0.0:
            raise InputError("move", move.origin, "a share of 0 or more", f"{move.share:.4g}")
        if move.origin not in table.names:
            raise InputError("move", move.origin, f"one of {', '.join(table.names)}", "none")
        leaving[table.names.index(move.origin)] += move.share
        if move.destination:
            arriving[table.names.index(move.destination)] += move.share
    over = np.flatnonzero(leaving > table.values + _ROUND)
    if len(over):
        name, has = table.names[over[0]], table.values[over[0]]
        raise InputError(
            "move", name, f"a share from 0 to {has:.4g}", f"{leaving[over[0]]:.4g}"
        )
    lost = sum(m.share for m in moves if m.destination is None)
    return table.with_values(model.moved(table.values, leaving, arriving, lost))


def all_to_largest(shares: Shares, leaving: Mapping[str, float]) -> Shares:
    """Table after everything that leaves went to the largest that nobody leaves.

    Examples
    --------
    >>> table = Shares("country", ("a", "b", "c"), np.array([0.5, 0.25, 0.125]), "2025", "x")
    >>> all_to_largest(table, {"a": 0.5}).values.tolist()
    [0.0, 0.75, 0.125]
    """
    stay = [(v, n) for n, v in zip(shares.names, shares.values, strict=True) if n not in leaving]
    if not stay:
        raise InputError("exit", "", "one place at least that nobody leaves", "none")
    target = max(stay, key=lambda pair: pair[0])[1]
    return after_moves(shares, [Move(name, target, share) for name, share in leaving.items()])


def spread_even(
    shares: Shares, leaving: Mapping[str, float], places: int = SPREAD_PLACES
) -> Shares:
    """Table after everything that leaves was spread evenly over places that had none.

    Examples
    --------
    >>> table = Shares("country", ("a", "b"), np.array([0.5, 0.25]), "2025", "x")
    >>> spread_even(table, {"a": 0.5}, places=2).values.tolist()
    [0.0, 0.25, 0.25, 0.25]
    """
    return after_moves(
        shares,
        [
            Move(name, f"empty place {k + 1}", share / places)
            for name, share in leaving.items()
            for k in range(places)
        ],
    )


def grouped_moves(moves: Sequence[Move], groups: Mapping[str, str]) -> list[Move]:
    """The same moves between groups; one inside a group takes nothing from it.

    Examples
    --------
    >>> grouped_moves([Move("Russia", "Norway", 0.1)], {"Norway": "EU and EEA"})
    [Move(origin='Russia', destination='EU and EEA', share=0.1)]
    """
    return [
        Move(
            groups.get(move.origin, move.origin),
            groups.get(move.destination, move.destination) if move.destination else
            move.destination,
            move.share,
        )
        for move in moves
    ]


def _exited(table: Shares, leaving: Mapping[str, float], moves: Sequence[Move]) -> Concentration:
    before = measure(table)
    after = measure(after_moves(table, moves), before) if moves else None
    bounds = {
        "all_to_largest": measure(all_to_largest(table, leaving), before),
        "spread_even": measure(spread_even(table, leaving), before),
    }
    return Concentration(
        table.dimension, before, after, bounds, "" if moves else "no moves were given", table
    )


def concentration(
    tables: Mapping[str, Shares | NotAvailable],
    leaving: Mapping[str, Mapping[str, float]] | None = None,
    moves: Mapping[str, Sequence[Move]] | None = None,
) -> dict[str, Concentration]:
    """Concentration by dimension, before and after an exit and at both of its ends.

    Parameters
    ----------
    tables : mapping
        Shares by dimension, or why there are none.
    leaving : mapping, optional
        By dimension, what leaves each holder. [share]
    moves : mapping, optional
        By dimension, where it goes, by a model or by hand.

    Raises
    ------
    InputError
        If more leaves a holder than it has.

    Notes
    -----
    The ends lose nothing. What is lost raises the shares of all others alike, which
    cannot pass the upper end. The even spread is the lower end of moves to named
    places; what joins the rest counts as thin and lowers HHI a little more.
    A dimension in which nobody knows what leaves shows
    ``before`` alone, with the reason.

    Examples
    --------
    >>> table = Shares("country", ("US", "RU"), np.array([0.3581, 0.1661]), "2025-06", "x")
    >>> found = concentration({"country": table}, {"country": {"RU": 0.1661}})["country"]
    >>> round(found.bounds["all_to_largest"].hhi_change)
    1190
    """
    found = {}
    for dimension, table in tables.items():
        if isinstance(table, NotAvailable):
            found[dimension] = Concentration(dimension, None, reason=table.reason)
        elif leaving and leaving.get(dimension):
            chosen = (moves or {}).get(dimension, ())
            found[dimension] = _exited(table, leaving[dimension], chosen)
        else:
            reason = f"no table says which {dimension} the leaving machines belong to"
            found[dimension] = Concentration(
                dimension, measure(table), reason=reason if leaving else "", table=table
            )
    return found
