"""Screening of one party: by name, number, ownership, address and transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hashfall.model.ownership import HALF, Holding, Stake, blocked_holdings, chain_words
from hashfall.model.screening import Bounds, Exposure, NameHit
from hashfall.model.screening_address import address_fault, address_key, looks_like_address
from hashfall.model.screening_index import NameIndex
from hashfall.model.screening_names import normal_name
from hashfall.model.screening_records import ListedParty, Match
from hashfall.model.taint import MODELS, Hop, Transfer, hops_from, hops_to, taint

__all__ = ["Screener", "Screening"]

_SHORTEST_NUMBER: Final = 5
_OWN: Final = "own: "


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found about one party."""

    matches: tuple[Match, ...]
    """The strongest first."""
    exposure: Exposure
    """The same as venues look at it."""
    notes: tuple[str, ...]
    """What a reader has to know before using it."""


class Screener:
    """Parties of all lists, ready to be searched.

    Parameters
    ----------
    parties : iterable of ListedParty
        Parties of every list.
    stakes : iterable of Stake
        Stakes that the user knows of, by names. [%]
    transfers : sequence of Transfer
        Transfers in time order; may be empty. [satoshi]
    threshold : float
        Likeness of names from which a name counts as the same. [0-1]
    ownership_threshold : float
        Share of blocked owners that blocks a party. [%]
    also : mapping, optional
        Other names of parties of the stakes, by the name that the stakes use.

    Examples
    --------
    >>> screener = Screener([ListedParty("1", "made", "BITRIVER AG")])
    >>> [(m.name, m.score) for m in screener.screen("Bitriver").matches]
    [('BITRIVER AG', 1.0)]
    """

    def __init__(
        self,
        parties: Iterable[ListedParty],
        stakes: Iterable[Stake] = (),
        transfers: Sequence[Transfer] = (),
        threshold: float = 0.85,
        ownership_threshold: float = HALF,
        also: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.parties, self._also = tuple(parties), also or {}
        self.transfers, self.threshold = transfers, threshold
        self.limit = ownership_threshold
        names = [(name, place) for place, p in enumerate(self.parties) for name in p.names]
        self._places = [place for _, place in names]
        self._index = NameIndex([name for name, _ in names])
        self._keys = {f"{p.source}: {p.id}": p for p in self.parties}
        self.links: dict[str, str] = {}
        self._own, graph = self._graph(stakes)
        listed = [key for key, p in self._keys.items() if p.listed]
        self.holdings = blocked_holdings(graph, listed, ownership_threshold)
        self._by_address: dict[str, list[ListedParty]] = defaultdict(list)
        for party in self.parties:
            for found in party.addresses if party.listed else ():
                self._by_address[found.address].append(party)

    def _alike(self, name: str) -> dict[int, tuple[float, str, tuple[str, ...]]]:
        """Parties like a name: score, the name that is like it, and why."""
        out: dict[int, tuple[float, str, tuple[str, ...]]] = {}
        for place, found in self._index.search(name, self.threshold):
            out.setdefault(self._places[place],
                           (found.score, self._index.names[place], found.reasons))
        return out

    def _key(self, name: str) -> str:
        """Node of a name in the ownership graph: the likest party of a list, or itself."""
        best: tuple[float, bool, int] | None = None
        link = ""
        for called in (name, *self._also.get(name, ())):
            for place, (score, _, _) in self._alike(called).items():
                rank = (score, self.parties[place].listed, -place)
                if best is None or rank > best:
                    best, link = rank, called if score < 1.0 or called != name else ""
        if best is None:
            return _OWN + " ".join(normal_name(name).words)
        party = self.parties[-best[2]]
        if link:
            self.links[name] = (f"{link} of the stakes is taken as {party.name} on "
                                f"{party.list} ({best[0]:.2f})")
        return f"{party.source}: {party.id}"

    def _graph(self, stakes: Iterable[Stake]) -> tuple[dict[str, list[str]], list[Stake]]:
        """Names behind each node of the user's stakes, and every stake by nodes."""
        own: dict[str, list[str]] = defaultdict(list)
        graph = [Stake(f"{p.source}: {owner.id}", key, owner.percent)
                 for key, p in self._keys.items() for owner in p.owners]
        node: dict[str, str] = {}
        for stake in stakes:
            for name in (stake.owner, stake.owned):
                if name not in node:
                    node[name] = self._key(name)
                    own[node[name]] += [name, *self._also.get(name, ())]
            if node[stake.owner] != node[stake.owned]:
                graph.append(Stake(node[stake.owner], node[stake.owned], stake.percent))
        return dict(own), graph

    def split(self, query: str) -> tuple[str, tuple[str, ...]]:
        """A query as a name or as addresses: what a list or a transfer knows is one.

        Examples
        --------
        >>> Screener([]).split("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
        ('', ('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',))
        >>> Screener([]).split("Bitriver")
        ('Bitriver', ())
        """
        key = address_key(query)
        known = key in self._by_address or any(key in (t.source, t.target) for t in self.transfers)
        return ("", (key,)) if known or looks_like_address(query) else (query, ())

    def screen(
        self, name: str = "", addresses: Iterable[str] = (), countries: Iterable[str] = ()
    ) -> Screening:
        """Everything that the lists, stakes and transfers say about a party.

        Parameters
        ----------
        name : str
            Name or number of the party; empty where only addresses are asked for.
        addresses : iterable of str
            Addresses on a chain.
        countries : iterable of str
            Its countries, codes in capitals; only venues look at them.
        """
        named = self._by_name(name) if name else []
        numbered = self._by_number(name) if name else []
        owned, bounds = self._by_owner(name) if name else ([], None)
        hops, shares, found = None, dict[str, Bounds](), list[Match]()
        keys = tuple(dict.fromkeys(address_key(a) for a in addresses))
        for key in keys:
            found += self._by_exact(key)
        if self.transfers and keys:
            hop_matches, hops = self._by_hops(keys)
            found += hop_matches
            shares = self._shares(keys)
        if hops is None and any(m.kind == "address" for m in found):
            hops = 0
        matches = sorted([*named, *numbered, *owned, *found],
                         key=lambda m: (-m.score, m.kind, m.list, m.name, m.id))
        hits = tuple(NameHit(m.list, m.score, m.name) for m in matches
                     if m.kind in ("name", "identifier"))
        exposure = Exposure(hits, bounds, hops, shares, tuple(dict.fromkeys(countries)))
        notes = (*self._notes(matches, keys), *(self.links.values() if owned else ()))
        return Screening(tuple(matches), exposure, notes)

    def _match(self, party: ListedParty, kind: str, score: float, reasons: Iterable[str],
               certain: bool = True) -> Match:
        listed = f"listed on {party.listed_on}" if party.listed_on else "day of listing not given"
        programs = f", {', '.join(party.programs)}" if party.programs else ""
        return Match(party.id, party.name, party.list, kind, score,
                     (*reasons, f"{listed}{programs}"), certain, party.programs, party.listed_on)

    def _by_name(self, name: str) -> list[Match]:
        out = []
        for place, (score, like, reasons) in self._alike(name).items():
            party = self.parties[place]
            if party.listed:
                alias = [f"by its other name {like}"] if like != party.name else []
                out.append(self._match(party, "name", score, [*reasons, *alias]))
        return out

    def _by_number(self, text: str) -> list[Match]:
        number = "".join(c for c in text.upper() if c.isalnum())
        if len(number) < _SHORTEST_NUMBER or not any(c.isdigit() for c in number):
            return []
        return [self._match(p, "identifier", 1.0, [f"number {i} is one of its numbers"])
                for p in self.parties if p.listed for i in p.identifiers
                if "".join(c for c in i.upper() if c.isalnum()) == number]

    def _nodes(self, name: str) -> dict[str, float]:
        """Nodes of the ownership graph that the name may stand for, with likeness."""
        out = {f"{self.parties[place].source}: {self.parties[place].id}": score
               for place, (score, _, _) in self._alike(name).items()
               if not self.parties[place].listed}
        own = [(node, known) for node, names in self._own.items() for known in names]
        for place, found in NameIndex([known for _, known in own]).search(name, self.threshold):
            node = own[place][0]
            if self.holdings[node].status != "listed":
                out[node] = max(out.get(node, 0.0), found.score)
        return out

    def _by_owner(self, name: str) -> tuple[list[Match], Bounds | None]:
        out, bounds = [], None
        titles = {key: p.name for key, p in self._keys.items()}
        titles |= {node: names[0] for node, names in self._own.items() if node not in titles}
        for node, score in self._nodes(name).items():
            holding = self.holdings.get(node)
            if holding is None:
                continue
            low, high = holding.low / 100.0, holding.high / 100.0
            bounds = Bounds(max(low, bounds.low), max(high, bounds.high)) if bounds else Bounds(
                low, high)
            if holding.chain:
                root = self._keys[holding.chain[0].owner]
                reasons = [_share_words(holding, self.limit), chain_words(holding, titles)]
                out.append(self._match(root, "ownership", score, reasons,
                                       certain=holding.status == "blocked"))
        return out, bounds

    def _by_exact(self, key: str) -> list[Match]:
        return [self._match(p, "address", 1.0, [f"the address {key} is its own"])
                for p in self._by_address.get(key, ())]

    def _by_hops(self, keys: Sequence[str]) -> tuple[list[Match], int | None]:
        received = hops_from(self.transfers, self._by_address)
        sent = hops_to(self.transfers, self._by_address)
        out, nearest = [], None
        for key in keys:
            for found, way in ((received, "received from"), (sent, "sent to")):
                hop = found.get(key)
                if hop is None:
                    continue
                nearest = hop.steps if nearest is None else min(nearest, hop.steps)
                if hop.steps:
                    out += [self._match(p, "hops", 1.0, [_hop_words(key, hop, way)])
                            for p in self._by_address[hop.listed]]
        return out, nearest

    def _shares(self, keys: Sequence[str]) -> dict[str, Bounds]:
        """Largest tainted share of the addresses, by model."""
        out = {}
        for model in MODELS:
            ends = []
            for openings_tainted in (False, True):
                book = taint(self.transfers, self._by_address, model, openings_tainted).addresses
                ends.append(max((book[key].share for key in keys if key in book), default=0.0))
            out[model] = Bounds(ends[0], max(ends))
        return out

    def _notes(self, matches: Iterable[Match], keys: Sequence[str]) -> list[str]:
        out = [f"{key}: {fault}; looked for as given" for key in keys
               if (fault := address_fault(key))]
        if self.transfers:
            seen = {a for t in self.transfers for a in (t.source, t.target)}
            out += [f"{key}: no transfer of the graph names it" for key in keys if key not in seen]
        ids = {(m.list, m.id) for m in matches if m.kind == "name"}
        bare = sum(1 for p in self.parties if (p.list, p.id) in ids and not p.addresses)
        if bare:
            have = "has" if bare == 1 else "have"
            out.append(f"{bare} of the parties found by name {have} no address on a list: "
                       "screening of addresses alone does not see them")
        return out


def _share_words(holding: Holding, limit: float) -> str:
    if holding.low == holding.high:
        share = f"{holding.low:g}%"
    else:
        share = f"between {holding.low:g}% and {holding.high:g}%"
    ends = {
        "blocked": f"blocked by the {limit:g}% rule",
        "possible": f"blocked by the {limit:g}% rule if unstated stakes are large enough",
        "clear": f"below the {limit:g}% at which it would be blocked",
    }
    return f"listed or blocked parties own {share}: {ends[holding.status]}"


def _hop_words(key: str, hop: Hop, way: str) -> str:
    steps = f"{hop.steps} transfer{'s' * (hop.steps > 1)}"
    return f"{key} {way} its address {hop.listed} over {steps}"
