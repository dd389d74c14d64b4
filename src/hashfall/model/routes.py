"""Ways from coins to money where routes share venues and rails: what sells next, and at what.

Coins leave at venues, whose capacity is counted in coins, and arrive over rails, whose
capacity is counted in money. A sale of x coins that loses nothing before it would be
worth x times spot; a slice of a route pays a share of that. So a day is a network with
losses, and the most money for each number of coins comes from the ways that pay most,
one after the other, where a way may also take back an earlier sale and send its coins
elsewhere (Onaga 1966, "Dynamic programming of optimum flows in lossy communication
nets", IEEE Transactions on Circuit Theory 13, 282-287; Ahuja, Magnanti, Orlin 1993,
"Network Flows", chapter 15). What a way pays does not depend on capacities, so the list
of all ways is made once, and a day goes through it with the capacities that it has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["NEVER", "PARTS", "Slice", "Way", "daily_chances", "impact_losses", "waiting_scales",
           "ways"]

NEVER: Final = -1e18
"""1 over a logarithm: a wait of more than any run."""
PARTS: Final = 4
"""Parts of equal size into which a route with price impact is cut."""


class Slice(NamedTuple):
    """Part of a route that pays one price.

    ``net`` is the share of spot that arrives, ``through`` the share that enters the
    rail, before the rail's fee; ``venue`` and ``rail`` are names, empty where the route
    has none.
    """

    net: float
    through: float
    venue: str
    rail: str


class Way(NamedTuple):
    """A way of a coin: slices that it goes through, and what arrives.

    ``net`` is the share of spot that arrives for a coin more. ``legs`` are slices by
    their number with the coins that go through them for each coin sold: below 0 where
    an earlier sale is taken back.
    """

    net: float
    legs: tuple[tuple[int, float], ...]


def daily_chances(closes_per_year: float, reopens_after_days: float | None) -> tuple[float, float]:
    """Chances of a day that what is open closes, and that what is closed opens.

    Parameters
    ----------
    closes_per_year : float
        Rate of closing while open. [1/year]
    reopens_after_days : float, optional
        Mean length of a closure; None for good. [days]

    Notes
    -----
    A chain in continuous time with rates a and b, looked at once a day: it changes with
    chance ``a / (a + b) (1 - exp(-(a + b)))`` and ``b / (a + b) (1 - exp(-(a + b)))``, so
    that the share of time in each state is a chain's own whatever the step.

    Examples
    --------
    >>> [round(x, 6) for x in daily_chances(2.0, 30.0)]
    [0.005374, 0.032695]
    >>> daily_chances(0.0, None)
    (0.0, 0.0)
    """
    closing = closes_per_year / 365.0
    opening = 0.0 if reopens_after_days is None else 1.0 / reopens_after_days
    both = closing + opening
    if both == 0.0:
        return 0.0, 0.0
    moved = -math.expm1(-both) / both
    return closing * moved, opening * moved


def waiting_scales(closes_per_year: float, reopens_after_days: float | None
                   ) -> tuple[float, float]:
    """1 over the logarithm of the chance that a day changes nothing: while open, while closed.

    Parameters
    ----------
    closes_per_year : float
        Rate of closing while open. [1/year]
    reopens_after_days : float, optional
        Mean length of a closure; None for good. [days]

    Notes
    -----
    What `hashfall.model.route_day.days_to_change` takes; where nothing ever changes, a
    number so large that the wait is longer than any run.

    Examples
    --------
    >>> [round(x, 2) for x in waiting_scales(2.0, 30.0)], waiting_scales(0.0, None)
    ([-185.56, -30.08], (-1e+18, -1e+18))
    """
    closing, opening = (1.0 / math.log1p(-p) if p > 0.0 else NEVER
                        for p in daily_chances(closes_per_year, reopens_after_days))
    return closing, opening


def impact_losses(impact: float, parts: int = PARTS) -> tuple[float, ...]:
    """Share of spot that each part of a day's capacity loses to price impact.

    Parameters
    ----------
    impact : float
        Loss of a sale of the whole capacity. [share]
    parts : int
        Parts of equal size; one is enough where there is no impact.

    Notes
    -----
    The loss of a sale grows with the square root of its size (Toth et al. 2011,
    doi:10.1103/PhysRevX.1.021006; for Bitcoin Donier, Bonart 2015,
    doi:10.1142/S2382626615500082): a share q of the capacity loses ``impact q^1.5``. A
    part loses the chord of it: exact at the ends of the parts, too high by at most a
    tenth of ``impact / parts`` of the capacity between them.

    Examples
    --------
    >>> [round(x, 6) for x in impact_losses(0.1)]
    [0.05, 0.091421, 0.118386, 0.140192]
    >>> round(sum(impact_losses(0.1)) / PARTS, 12), impact_losses(0.0)
    (0.1, (0.0,))
    """
    if impact == 0.0:
        return (0.0,)
    at = [(k / parts) * math.sqrt(k / parts) for k in range(parts + 1)]
    return tuple(impact * (b - a) * parts for a, b in pairwise(at))


def ways(slices: Sequence[Slice], capped: AbstractSet[str], rails: AbstractSet[str],
         most: int | None = None) -> list[Way]:
    """All ways that can pay, the best first.

    Parameters
    ----------
    slices : sequence of Slice
        Slices of all routes.
    capped : set of str
        Venues with a capacity of their own.
    rails : set of str
        Rails with a capacity of their own.
    most : int, optional
        Where there are more, it stops looking after one too many.

    Notes
    -----
    A way that takes back a sale starts at a venue, fills a rail, takes back what another
    venue sent there, and sells those coins over another rail, perhaps again and again.
    It pays the share that arrives at the end. Of two that pay the same, the shorter one
    comes first.

    Examples
    --------
    >>> a, b = Slice(0.9, 0.9, "v", "r"), Slice(0.8, 0.8, "v", "s")
    >>> c = Slice(0.7, 0.7, "w", "r")
    >>> [(round(w.net, 3), w.legs[0][0], len(w.legs)) for w in ways([a, b, c], {"v"}, {"r"})]
    [(0.9, 0, 1), (0.8, 1, 1), (0.7, 2, 1), (0.622, 2, 3)]
    """
    found: list[Way] = []
    for i, first in enumerate(slices):
        _extend(slices, capped, rails, ((i, 1.0),), {first.venue}, set(), found, most)
    return sorted(found, key=lambda way: (-way.net, len(way.legs), way.legs))


def _extend(slices: Sequence[Slice], capped: AbstractSet[str], rails: AbstractSet[str],
            legs: tuple[tuple[int, float], ...], venues: set[str], seen: set[str],
            found: list[Way], most: int | None) -> None:
    """Add a way and all that go on from its end."""
    at, coins = legs[-1]
    last = slices[at]
    if last.net * coins <= 0.0 or (most is not None and len(found) > most):
        return
    found.append(Way(last.net * coins, legs))
    if last.rail not in rails:
        return
    for j, back in enumerate(slices):
        if back.rail != last.rail or back.venue not in capped or back.venue in venues:
            continue
        freed = coins * last.through / back.through if back.through > 0.0 else 0.0
        for k, onward in enumerate(slices):
            # A rail is passed once: the sale goes on over another one.
            if onward.venue == back.venue and onward.rail not in {last.rail, *seen}:
                _extend(slices, capped, rails, (*legs, (j, -freed), (k, freed)),
                        {*venues, back.venue}, {*seen, last.rail}, found, most)
