"""Cash events of a ledger, and the proof that they add up.

Every change of an account is written down as one leg of a double entry: the account,
its currency, the amount, and what it is worth that day in the functional currency.
Two things must hold: each account's legs add up from its opening to its closing
balance, and the legs of one event cancel. Nothing is ever added to make them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from hashfall.model.reference.ledger_records import Accounts

__all__ = ["CENT", "SATOSHI", "SIDE", "Event", "Key", "balances", "conserve", "unbalanced"]

CENT: Final = 0.005
"""Half a cent: what rounds to the same cent. [currency]"""
SATOSHI: Final = 0.5e-8
"""Half a satoshi. [BTC]"""

SIDE: Final = {
    "cash": 1.0, "frozen": 1.0, "under way": 1.0, "foreign cash": 1.0, "coins": 1.0,
    "pledged": 1.0, "clients' bills": 1.0,
    "bills": -1.0, "unpaid": -1.0, "loan": -1.0, "credit line": -1.0, "prepaid": -1.0,
    "margin asked": 0.0,  # a demand on a loan that is counted already
    "income": -1.0, "expense": 1.0, "came due": 1.0,
}
"""Side of an account: +1 for assets and expenses, -1 for debts and income."""

_OPEN: Final = frozenset({"income", "expense", "came due"})  # they end nowhere


class Event(NamedTuple):
    """One leg of an event.

    Parameters
    ----------
    day : int
        Day of the run.
    account : str
        One of `SIDE`.
    place : int
        Which of the accounts of this kind.
    currency : str
        Unit of the amount.
    amount : float
        Added to the account.
    value : float
        What it is worth that day. [functional currency]
    what : str
        What happened.
    name : str
        Whom it concerns: an entry of the book.
    """

    day: int
    account: str
    place: int
    currency: str
    amount: float
    value: float
    what: str
    name: str


Key = tuple[str, int, str]
"""Account, place and currency."""


def balances(accounts: Accounts, currencies: Sequence[str]) -> dict[Key, float]:
    """Balance of every account. [its currency]

    Parameters
    ----------
    accounts : Accounts
        Accounts at the start or the end of a path.
    currencies : sequence of str
        Names of the currencies, the functional one first.
    """
    own, sheet = currencies[0], accounts.sheet
    found: dict[Key, float] = {
        ("cash", 0, own): sheet.cash + sheet.receipts, ("coins", 0, "BTC"): sheet.coins,
        ("prepaid", 0, own): sheet.setoff,
    }
    for j, client in enumerate(accounts.clients):
        found["clients' bills", j, own] = client.accrued + client.billed
    margins = {loan.margin for loan in accounts.loans}
    for j, line in enumerate(accounts.lines):
        currency = currencies[line.currency]
        found["bills", j, currency] = line.accrued + line.billed
        found["margin asked" if j in margins else "unpaid", j, currency] = line.unpaid
    for j, source in enumerate(accounts.sources):
        currency = currencies[source.currency]
        if source.ring_of == j:
            found["under way", j, own] = math.fsum(source.under_way)
        if source.kind == source.kind.FOREIGN_CASH:
            found["foreign cash", j, currency] = source.stock
        if source.kind == source.kind.CREDIT_LINE:
            found["credit line", j, currency] = source.owed
    for j, part in enumerate(accounts.frozen):
        found["frozen", j, own] = part.held
    for j, loan in enumerate(accounts.loans):
        found["loan", j, currencies[loan.currency]] = loan.principal
        found["pledged", j, "BTC"] = loan.collateral
    return found


def _tolerance(currency: str) -> float:
    return SATOSHI if currency == "BTC" else CENT


def conserve(
    events: Iterable[Event], opening: Mapping[Key, float], closing: Mapping[Key, float]
) -> list[str]:
    """Accounts whose events do not lead from opening to closing, in words; best none.

    Parameters
    ----------
    events : iterable of Event
        Events of a path.
    opening, closing : mapping
        Balances by account (`balances`).

    Examples
    --------
    >>> key = ("cash", 0, "USD")
    >>> paid = Event(3, "cash", 0, "USD", -4.0, -4.0, "paid", "rent")
    >>> conserve([paid], {key: 10.0}, {key: 6.0})
    []
    >>> conserve([paid], {key: 10.0}, {key: 7.0})
    ['cash 0 [USD]: 10.0 - 4.0 = 6.0, but 7.0 is there']
    """
    moves: dict[Key, list[float]] = {}
    for event in events:
        if event.account not in _OPEN:
            key = (event.account, event.place, event.currency)
            moves.setdefault(key, []).append(event.amount)
    wrong = []
    for key in dict.fromkeys([*opening, *closing, *moves]):
        start, end = opening.get(key, 0.0), closing.get(key, 0.0)
        move = math.fsum(moves.get(key, []))
        if not abs(start + move - end) <= _tolerance(key[2]):
            sign = "-" if move < 0.0 else "+"
            wrong.append(f"{key[0]} {key[1]} [{key[2]}]: {start!r} {sign} {abs(move)!r} = "
                         f"{start + move!r}, but {end!r} is there")
    return wrong


def unbalanced(events: Iterable[Event]) -> list[str]:
    """Events whose legs do not cancel in value, in words; none if every entry is double.

    Parameters
    ----------
    events : iterable of Event
        Events of a path.

    Examples
    --------
    >>> legs = [Event(3, "cash", 0, "USD", -4.0, -4.0, "paid", "rent"),
    ...         Event(3, "unpaid", 2, "USD", -4.0, -4.0, "paid", "rent")]
    >>> unbalanced(legs)
    []
    >>> unbalanced(legs[:1])
    ['day 3, paid: -4.0 left over']
    """
    sums: dict[tuple[int, str], list[float]] = {}
    for event in events:
        sums.setdefault((event.day, event.what), []).append(SIDE[event.account] * event.value)
    wrong = []
    for (day, what), legs in sums.items():
        left = math.fsum(legs)
        # A satoshi of a coin leg is worth less than a cent; large sums carry rounding.
        if not abs(left) <= CENT + 1e-12 * math.fsum(abs(x) for x in legs):
            wrong.append(f"day {day}, {what}: {left!r} left over")
    return wrong
