"""What an exposure does at a venue, and which routes to money it closes.

A venue's policy is an input: venues keep their rules to themselves. A policy names
what it refuses (a name, an ownership, a distance, a share of taint, a country) and
how likely the rule is enforced. The answer is a pair of bounds: what is sure, and
what may be where a stake or a part of the coins' history is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hashfall.model.taint import MODELS

__all__ = [
    "Bounds", "Exposure", "LostRoute", "Met", "NameHit", "Ruling", "VenuePolicy",
    "routes_lost", "ruling",
]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A quantity of which only bounds are known."""

    low: float
    """Lowest value."""
    high: float
    """Highest value."""

    def __post_init__(self) -> None:
        """Refuse bounds that are out of order or no numbers."""
        if not self.low <= self.high:
            raise ValueError(f"bounds: expected low <= high, found {self.low} and {self.high}")


@dataclass(frozen=True, slots=True)
class NameHit:
    """A listed name that is like the party's, on one list. [0-1]"""

    list: str
    score: float
    name: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """All that screening found about one party or address."""

    names: tuple[NameHit, ...] = ()
    """Listed names like the party's own."""
    owned: Bounds | None = None
    """Share that listed parties own together, None where no owner is known. [0-1]"""
    hops: int | None = None
    """Fewest transfers to or from a listed address, None where none is reached."""
    taint: Mapping[str, Bounds] = field(default_factory=dict)
    """Tainted share of what was received, by model. [0-1]"""
    countries: tuple[str, ...] = ()
    """Countries of the party, codes in capitals."""


@dataclass(frozen=True, slots=True)
class VenuePolicy:
    """What a venue refuses; a rule left at None is not applied."""

    venue: str
    """Name of the venue."""
    routes: tuple[str, ...]
    """Routes of a book that go through it."""
    name_score: float | None = None
    """Likeness of a listed name from which it refuses. [0-1]"""
    review_score: float | None = None
    """Likeness from which it looks closer and may refuse. [0-1]"""
    lists: tuple[str, ...] = ()
    """Lists whose names it looks at (a party may stand on several, divided by semicolons);
    all of them where empty."""
    ownership_threshold: float | None = None
    """Share of listed owners from which it refuses. [0-1]"""
    max_hops: int | None = None
    """It refuses coins that are this many transfers or fewer from a listed address."""
    max_taint_share: float | None = None
    """It refuses coins of which more than this share is tainted. [0-1]"""
    taint_model: str = "haircut"
    """Rule by which it counts taint: one of `hashfall.model.taint.MODELS`."""
    countries: tuple[str, ...] = ()
    """Countries whose parties it refuses, codes in capitals."""
    enforced: float = 1.0
    """Chance that a rule that is met is applied. [0-1]"""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        shares = {"name_score": self.name_score, "review_score": self.review_score,
                  "ownership_threshold": self.ownership_threshold,
                  "max_taint_share": self.max_taint_share, "enforced": self.enforced}
        for name, value in shares.items():
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"{name}: expected 0 to 1, found {value}")
        if self.max_hops is not None and self.max_hops < 0:
            raise ValueError(f"max_hops: expected 0 or more, found {self.max_hops}")
        if self.taint_model not in MODELS:
            raise ValueError(f"taint_model: expected one of {', '.join(MODELS)}, "
                             f"found {self.taint_model}")


class Met(NamedTuple):
    """A rule of a policy that is met, or may be."""

    sure: bool
    """False where only what is unknown may meet it."""
    rule: str
    """Field of `VenuePolicy` and its limit, such as ``name_score 0.9``."""
    text: str
    """What meets it, for a reader."""
    hit: NameHit | None = None
    """The listed name, for a rule on names."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one venue does with a party."""

    venue: str
    """Name of the venue."""
    decision: str
    """``rejected`` (a rule is met for sure), ``unclear`` (it may be) or ``accepted``."""
    probability: Bounds
    """Chance of rejection: by what is sure, and with what may be. [0-1]"""
    reasons: tuple[str, ...]
    """Rules that are met or may be."""
    met: tuple[Met, ...] = ()
    """The same as records."""


@dataclass(frozen=True, slots=True)
class LostRoute:
    """A route that may close for a party."""

    route: str
    """Name of the route in the book."""
    decision: str
    """``closed`` (every venue rejects), ``unclear`` or ``open``."""
    probability: Bounds
    """Chance that it is closed. [0-1]"""
    reasons: tuple[str, ...]
    """Why, venue by venue."""


def _by_name(policy: VenuePolicy, exposure: Exposure) -> list[Met]:
    levels = [s for s in (policy.name_score, policy.review_score) if s is not None]
    hits = [hit for hit in exposure.names
            if levels and hit.score >= min(levels)
            and (not policy.lists or set(hit.list.split(";")) & set(policy.lists))]
    out = []
    for hit in sorted(hits, key=lambda h: -h.score)[:1]:
        sure = policy.name_score is not None and hit.score >= policy.name_score
        rule = f"name_score {policy.name_score:g}" if sure else f"review_score {min(levels):g}"
        text = f"{hit.name} on {hit.list} is like its name ({hit.score:.2f})"
        out.append(Met(sure, rule, text, hit))
    return out


def _by_share(
    rule: str, limit: float | None, found: Bounds | None, what: str, strict: bool
) -> list[Met]:
    """A share beyond a limit: surely by its low bound, perhaps by its high one."""
    if limit is None or found is None:
        return []
    beyond = [(x > limit) if strict else (x >= limit - 1e-12 and x > 0.0)
              for x in (found.low, found.high)]
    if not beyond[1]:
        return []
    band = (f"{found.low:.1%}" if found.low == found.high
            else f"between {found.low:.1%} and {found.high:.1%}")
    return [Met(beyond[0], f"{rule} {limit:g}", f"{what} {band}, limit {limit:.1%}")]


def _by_place(policy: VenuePolicy, exposure: Exposure) -> list[Met]:
    out = []
    hops, most = exposure.hops, policy.max_hops
    if most is not None and hops is not None and hops <= most:
        away = f"{hops} transfer{'s' * (hops > 1)} from a listed address"
        text = f"{away if hops else 'a listed address'}, limit {most}"
        out.append(Met(True, f"max_hops {most}", text))
    shared = ", ".join(sorted(set(policy.countries) & set(exposure.countries)))
    return out + ([Met(True, f"countries {shared}", f"country {shared}")] if shared else [])


def ruling(policy: VenuePolicy, exposure: Exposure) -> Ruling:
    """What a venue does with a party, with bounds on the chance of rejection. [0-1]

    Parameters
    ----------
    policy : VenuePolicy
        Rules of the venue.
    exposure : Exposure
        What screening found.

    Notes
    -----
    One rule that is met is enough, and all rules of a venue are enforced or none is:
    the chance is ``enforced`` where a rule is met and 0 where none is; rules that are
    never enforced reject nobody. The low bound
    counts rules that are met for sure, the high bound also those that may be (a name
    between the two scores, unstated stakes, coins of unknown history).

    Examples
    --------
    >>> policy = VenuePolicy("alpha", ("otc",), name_score=0.9, enforced=0.8)
    >>> found = ruling(policy, Exposure(names=(NameHit("made", 0.95, "Beta AG"),)))
    >>> found.decision, found.probability.low
    ('rejected', 0.8)
    """
    if policy.enforced == 0.0:
        return Ruling(policy.venue, "accepted", Bounds(0.0, 0.0), ())
    found = (
        *_by_name(policy, exposure),
        *_by_share("ownership_threshold", policy.ownership_threshold, exposure.owned,
                   "listed owners have", False),
        *_by_share("max_taint_share", policy.max_taint_share,
                   exposure.taint.get(policy.taint_model),
                   f"tainted share ({policy.taint_model})", True),
        *_by_place(policy, exposure),
    )
    sure, maybe = any(x.sure for x in found), bool(found)
    decision = "rejected" if sure else "unclear" if maybe else "accepted"
    reasons = tuple(x.text if x.sure else f"perhaps: {x.text}" for x in found)
    chance = Bounds(policy.enforced * sure, policy.enforced * maybe)
    return Ruling(policy.venue, decision, chance, reasons, found)


def routes_lost(
    routes: Iterable[str], policies: Sequence[VenuePolicy], exposure: Exposure
) -> tuple[LostRoute, ...]:
    """What becomes of each route of a book for a party.

    Parameters
    ----------
    routes : iterable of str
        Names of the routes of the book.
    policies : sequence of VenuePolicy
        Policies of the venues, each with the routes that go through it.
    exposure : Exposure
        What screening found.

    Returns
    -------
    tuple of LostRoute
        One a route, in the given order. A route is closed when every venue behind it
        rejects, venues taken as independent; one without a venue stays open, and says
        that nobody gave a policy.

    Examples
    --------
    >>> policy = VenuePolicy("alpha", ("otc",), countries=("RU",))
    >>> [r.decision for r in routes_lost(["otc", "p2p"], [policy], Exposure(countries=("RU",)))]
    ['closed', 'open']
    """
    return tuple(
        _route(name, [ruling(p, exposure) for p in policies if name in p.routes]) for name in routes
    )


def _route(name: str, rulings: Sequence[Ruling]) -> LostRoute:
    if not rulings:
        return LostRoute(name, "open", Bounds(0.0, 0.0), ("no policy given",))
    low = high = 1.0
    for found in rulings:
        low, high = low * found.probability.low, high * found.probability.high
    decisions = {found.decision for found in rulings}
    if decisions == {"rejected"}:
        decision = "closed"
    else:
        decision = "open" if "accepted" in decisions else "unclear"
    reasons = tuple(f"{found.venue}: {found.decision}"
                    + (f" ({'; '.join(found.reasons)})" if found.reasons else "")
                    for found in rulings)
    return LostRoute(name, decision, Bounds(low, high), reasons)
