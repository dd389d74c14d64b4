"""Routes from coins to money that can pay: places, arcs, needs, freezes, and what is refused.

Coins lie in wallets and pool payouts, go through venues (exchange, broker, peer to
peer, stablecoin bridge, trade settlement) and rails (bank, cash, card) to accounts,
and pay what is due there. Each arc has a capacity a day, a fee, a haircut, a price
impact that grows with what is sold, a delay, and days on which it is open.

The impact of a sale grows with the square root of its size: Toth et al. 2011,
doi:10.1103/PhysRevX.1.021006; for Bitcoin, Donier, Bonart 2015,
arXiv:1412.4503.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from hashfall.model.linear import Floats

__all__ = ["LEVELS", "Arc", "Freeze", "Law", "Level", "Need", "Place", "PlaceKind", "Prices",
           "Routes", "losses", "root_impact"]

Level = Literal["low", "mid", "high"]
"""Which of three haircuts is taken."""
PlaceKind = Literal["coins", "venue", "rail", "account"]
"""What a place is."""
Prices = Mapping[str, float | Floats]
"""Price of a unit of each currency in the base currency, one or one for each day."""
LEVELS: tuple[Level, ...] = ("low", "mid", "high")
"""Levels of a haircut law."""


class Law(NamedTuple):
    """A haircut that is not known: its low, middle and high value. [share]"""

    low: float
    mid: float
    high: float


class Place(NamedTuple):
    """A place where coins or money can be.

    Coins and accounts hold what they have over night; venues and rails pass it on.
    Only what is on an account can pay.
    """

    name: str
    currency: str
    kind: PlaceKind

    @property
    def holds(self) -> bool:
        """Whether something can stay here over night."""
        return self.kind in ("coins", "account")


@dataclass(frozen=True)
class Arc:
    """One step of a route.

    Parameters
    ----------
    name : str
        Name of the route; unique.
    start, end : str
        Places that it joins.
    capacity : float or ndarray of shape (days,)
        Most that goes in a day, 0 or more. [currency/day]
    fee : float
        Share that is charged, below 1.
    haircut : float or Law
        Share below spot, below 1; negative for a premium.
    impact : sequence of (float, float)
        Further loss by part of the capacity: (upper end of the part as a share of the
        capacity, loss of a unit in it). Ends rise to 1, losses do not fall.
    delay : int
        Days from the start to the end. [days]
    opens : int
        First day on which it is open. [days]
    closes : int, optional
        First day on which it is closed again; never when left out. [days]
    currency : str
        Currency of the capacity; that of the start when empty.
    """

    name: str
    start: str
    end: str
    capacity: float | Floats
    fee: float = 0.0
    haircut: float | Law = 0.0
    impact: tuple[tuple[float, float], ...] = ()
    delay: int = 0
    opens: int = 0
    closes: int | None = None
    currency: str = ""


class Need(NamedTuple):
    """A payment: from which accounts, how much, when, and how long it may be late.

    ``kind`` is what a freeze may allow; ``weight`` is what an unpaid unit counts.
    """

    name: str
    accounts: tuple[str, ...]
    amount: float
    currency: str
    due: int
    grace: int = 0
    kind: str = ""
    weight: float = 1.0


class Freeze(NamedTuple):
    """A share of an account that is held from a day until another, and what it still pays.

    At the start it takes the share ``seized`` of what is there (``share`` when left out),
    later the share of all that comes in, which may have a course of shape (days,), as where
    an order stops at an amount. ``ordered_by`` says whose order it is; nothing here depends
    on it.
    """

    account: str
    start: int
    until: int | None = None
    share: float | Floats = 1.0
    allows: tuple[str, ...] = ()
    ordered_by: str = ""
    seized: float | None = None


class Routes(NamedTuple):
    """All places and arcs, and the freezes on accounts."""

    places: tuple[Place, ...]
    arcs: tuple[Arc, ...]
    freezes: tuple[Freeze, ...] = ()


def losses(arc: Arc, level: Level = "mid") -> tuple[Floats, Floats]:
    """Parts of an arc's capacity, and the share of spot that each part pays. [share, share]

    Parameters
    ----------
    arc : Arc
        Step of a route.
    level : {"low", "mid", "high"}
        Which haircut.

    Notes
    -----
    A unit in part k pays (1 - fee)(1 - haircut)(1 - impact_k).

    Examples
    --------
    >>> arc = Arc("otc", "wallet", "bank", 10.0, 0.1, Law(0.0, 0.2, 0.5), ((0.5, 0.0), (1.0, 0.5)))
    >>> [x.round(6).tolist() for x in losses(arc)]
    [[0.5, 0.5], [0.72, 0.36]]
    """
    steps = arc.impact or ((1.0, 0.0),)
    ends = np.array([0.0, *(end for end, _ in steps)])
    haircut = getattr(arc.haircut, level) if isinstance(arc.haircut, Law) else arc.haircut
    kept = (1.0 - arc.fee) * (1.0 - haircut) * (1.0 - np.array([loss for _, loss in steps]))
    return np.diff(ends), kept


def root_impact(strength: float, volatility: float, volume_share: float,
                parts: int = 4) -> tuple[tuple[float, float], ...]:
    """Price impact by the square-root law, in parts of the capacity. [share, share]

    Parameters
    ----------
    strength : float
        Factor of the law, of the order of 1; it has to be chosen.
    volatility : float
        Volatility of a day's return. [share/day]
    volume_share : float
        Capacity over the market's volume of a day. [share]
    parts : int
        Number of parts of equal size.

    Notes
    -----
    A sale of the share q of volume loses strength x volatility x sqrt(q) on average, so
    its whole loss is in proportion to q^(3/2), which is convex. Each part has the slope
    of the chord: exact at the ends of the parts, at most too high between them.

    Examples
    --------
    >>> [(end, round(loss, 6)) for end, loss in root_impact(1.0, 0.04, 0.25, 2)]
    [(0.5, 0.014142), (1.0, 0.025858)]
    """
    ends = np.arange(parts + 1) / parts
    total = strength * volatility * np.sqrt(volume_share) * ends**1.5
    slopes: Sequence[float] = (np.diff(total) / np.diff(ends)).tolist()
    return tuple(zip(ends[1:].tolist(), slopes, strict=True))
