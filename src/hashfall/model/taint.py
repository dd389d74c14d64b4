"""Exposure of addresses to listed ones over transfers: hops, and share of taint.

A graph is a list of transfers in time order. An address is an account: what came in
is mixed, and three rules say which of it goes out again. Listed addresses send taint
alone; taint that comes back to one of them ends there.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

__all__ = [
    "COINBASE", "MODELS", "Hop", "TaintBook", "Tainted", "Transfer", "hops_from", "hops_to",
    "openings", "taint",
]

COINBASE: Final = "coinbase"
"""Source of new coins: what it sends has no history and is never tainted."""
MODELS: Final = ("poison", "haircut", "fifo")
"""Rules of mixing, from the harshest."""


class Transfer(NamedTuple):
    """Coins from one address to another, in the order in which they moved. [satoshi]"""

    source: str
    target: str
    amount: int


@dataclass(frozen=True, slots=True)
class Tainted:
    """What went through one address, and how much of it is tainted. [satoshi]"""

    received: int
    """All that came in."""
    received_tainted: float
    """Part of it that is tainted."""
    held: int
    """What is left, opening funds included."""
    held_tainted: float
    """Part of it that is tainted."""

    @property
    def share(self) -> float:
        """Tainted share of all that came in; 0 where nothing did. [0-1]

        Examples
        --------
        >>> Tainted(10, 3.0, 4, 0.0).share
        0.3
        """
        return self.received_tainted / self.received if self.received else 0.0


@dataclass(frozen=True, slots=True)
class TaintBook:
    """Taint of every address, and the sums that must agree. [satoshi]"""

    model: str
    """Rule of mixing."""
    addresses: Mapping[str, Tainted]
    """Every address that is not listed."""
    sent: int
    """Taint that listed addresses sent to others."""
    returned: float
    """Taint that came back to listed addresses."""
    openings: Mapping[str, int]
    """Funds that addresses spent without having received them in the file."""


class Hop(NamedTuple):
    """Fewest transfers between an address and a listed one, and which listed one that is."""

    steps: int
    listed: str


def _hops(pairs: Iterable[tuple[str, str]], listed: Iterable[str]) -> dict[str, Hop]:
    found = {address: Hop(0, address) for address in listed}
    for near, far in pairs:
        step = found.get(near)
        if step is not None and (far not in found or step.steps + 1 < found[far].steps):
            found[far] = Hop(step.steps + 1, step.listed)
    return found


def hops_from(transfers: Sequence[Transfer], listed: Iterable[str]) -> dict[str, Hop]:
    """Fewest transfers from a listed address to each address that its coins may reach.

    Notes
    -----
    Transfers count in time order: a coin cannot leave before it came. Listed addresses
    are at 0; addresses that nothing reaches are left out.

    Examples
    --------
    >>> hops_from([Transfer("L", "a", 1), Transfer("a", "b", 1)], ["L"])["b"]
    Hop(steps=2, listed='L')
    >>> "b" in hops_from([Transfer("a", "b", 1), Transfer("L", "a", 1)], ["L"])
    False
    """
    return _hops(((t.source, t.target) for t in transfers), listed)


def hops_to(transfers: Sequence[Transfer], listed: Iterable[str]) -> dict[str, Hop]:
    """Fewest transfers from each address to a listed one that its coins may reach.

    Examples
    --------
    >>> hops_to([Transfer("a", "b", 1), Transfer("b", "L", 1)], ["L"])["a"]
    Hop(steps=2, listed='L')
    """
    return _hops(((t.target, t.source) for t in reversed(transfers)), listed)


def openings(transfers: Iterable[Transfer]) -> dict[str, int]:
    """Funds that each address must have had before the first transfer. [satoshi]

    The least that keeps every balance at 0 or more.

    Examples
    --------
    >>> openings([Transfer("a", "b", 5), Transfer("b", "c", 7), Transfer("c", "a", 9)])
    {'a': 5, 'b': 2, 'c': 2}
    """
    balance: dict[str, int] = defaultdict(int)
    need: dict[str, int] = {}
    for source, target, amount in transfers:
        balance[source] -= amount
        if -balance[source] > need.get(source, 0):
            need[source] = -balance[source]
        balance[target] += amount
    return need


class _Poison:
    """One tainted coin taints all that is there."""

    def __init__(self, opening: int, tainted: bool) -> None:
        self.held, self.bad = opening, tainted and opening > 0

    def put(self, amount: int, tainted: float) -> None:
        self.held += amount
        self.bad = self.bad or tainted > 0

    def take(self, amount: int) -> float:
        self.held -= amount
        return float(amount) if self.bad else 0.0

    def tainted(self) -> float:
        return float(self.held) if self.bad else 0.0


class _Haircut:
    """Every coin carries the same share of the taint."""

    def __init__(self, opening: int, tainted: bool) -> None:
        self.held, self.bad = opening, float(opening if tainted else 0)

    def put(self, amount: int, tainted: float) -> None:
        self.held += amount
        self.bad += tainted

    def take(self, amount: int) -> float:
        out = self.bad if amount == self.held else self.bad * (amount / self.held)
        self.held -= amount
        self.bad -= out
        return out

    def tainted(self) -> float:
        return self.bad


class _Fifo:
    """Coins leave in the order in which they came, opening funds first."""

    def __init__(self, opening: int, tainted: bool) -> None:
        self.lots: deque[tuple[int, bool]] = deque([(opening, tainted)] if opening else [])

    def put_lots(self, lots: Iterable[tuple[int, bool]]) -> None:
        self.lots.extend(lots)

    def take_lots(self, amount: int) -> list[tuple[int, bool]]:
        out = []
        while amount:
            size, bad = self.lots.popleft()
            used = min(size, amount)
            if used < size:
                self.lots.appendleft((size - used, bad))
            out.append((used, bad))
            amount -= used
        return out

    @property
    def held(self) -> int:
        return sum(size for size, _ in self.lots)

    def tainted(self) -> float:
        return float(sum(size for size, bad in self.lots if bad))


def taint(
    transfers: Sequence[Transfer],
    listed: Iterable[str],
    model: str,
    openings_tainted: bool = False,
) -> TaintBook:
    """Tainted part of what each address received and holds. [satoshi]

    Parameters
    ----------
    transfers : sequence of Transfer
        Transfers in time order; amounts above 0. [satoshi]
    listed : iterable of str
        Listed addresses.
    model : str
        One of `MODELS`.
    openings_tainted : bool
        Whether funds that the file does not explain count as tainted: True gives the
        upper bound of what is not seen, False the lower. New coins (source `COINBASE`)
        are clean either way.

    Raises
    ------
    ValueError
        If the model is unknown or an amount is not a whole number above 0.

    Notes
    -----
    Poison: one tainted coin taints all others of the address from then on, so taint
    grows. Haircut: a payment carries the tainted share of the balance. FIFO: coins go
    out in the order in which they came in, the rule of Clayton's case (Devaynes v
    Noble, 1816); taint is neither made nor lost, to the satoshi. For the last two
    ``sent + tainted openings = returned + sum(held_tainted)``. Sources: Anderson,
    Shumailov, Ahmed and Rietmann 2018, Bitcoin Redux; Moeser, Boehme and Breuker 2014,
    doi:10.1007/978-3-662-44774-1_2. Addresses are taken as accounts; which of the
    coins of a wallet a payment spends is not looked at.

    Examples
    --------
    Three tainted coins come first, then seven clean ones; three go on.

    >>> moves = [Transfer("L", "a", 3), Transfer("m", "a", 7), Transfer("a", "b", 3)]
    >>> [taint(moves, ["L"], model).addresses["b"].share for model in MODELS]
    [1.0, 0.3, 1.0]
    """
    if model not in MODELS:
        raise ValueError(f"model: expected one of {', '.join(MODELS)}, found {model}")
    for place, transfer in enumerate(transfers):
        if transfer.amount < 1:
            raise ValueError(f"transfer {place}: expected an amount above 0, found "
                             f"{transfer.amount}")
    run = _Run(frozenset(listed), model, openings(transfers), openings_tainted)
    for transfer in transfers:
        run.move(transfer)
    return run.book()


_ACCOUNTS: Final[dict[str, type[_Poison] | type[_Haircut] | type[_Fifo]]] = {
    "poison": _Poison, "haircut": _Haircut, "fifo": _Fifo,
}


class _Run:
    """Accounts while the transfers are gone through."""

    def __init__(
        self, listed: frozenset[str], model: str, opening: Mapping[str, int], tainted: bool
    ) -> None:
        self.listed, self.model, self.tainted = listed, model, tainted
        self.opening = {a: n for a, n in opening.items() if a not in listed}
        self.accounts: dict[str, _Poison | _Haircut | _Fifo] = {}
        self.received: dict[str, int] = defaultdict(int)
        self.received_tainted: dict[str, float] = defaultdict(float)
        self.sent, self.returned = 0, 0.0

    def account(self, address: str) -> _Poison | _Haircut | _Fifo:
        if address not in self.accounts:
            make = _ACCOUNTS[self.model]
            tainted = self.tainted and address != COINBASE
            self.accounts[address] = make(self.opening.get(address, 0), tainted)
        return self.accounts[address]

    def move(self, transfer: Transfer) -> None:
        source, target, amount = transfer
        lots, bad = self._take(source, amount)
        if target in self.listed:
            self.returned += bad if source not in self.listed else 0.0
            return
        if source in self.listed:
            self.sent += amount
        self.received[target] += amount
        self.received_tainted[target] += bad
        account = self.account(target)
        if isinstance(account, _Fifo):
            account.put_lots(lots)
        else:
            account.put(amount, bad)

    def _take(self, source: str, amount: int) -> tuple[list[tuple[int, bool]], float]:
        if source in self.listed:
            return [(amount, True)], float(amount)
        account = self.account(source)
        if isinstance(account, _Fifo):
            lots = account.take_lots(amount)
            return lots, float(sum(size for size, bad in lots if bad))
        return [], account.take(amount)

    def book(self) -> TaintBook:
        found = {
            address: Tainted(self.received[address], self.received_tainted[address],
                             account.held, account.tainted())
            for address, account in self.accounts.items()
        }
        return TaintBook(self.model, found, self.sent, self.returned, self.opening)
