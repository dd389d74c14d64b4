"""Books under an order to freeze, and with what would help, made in memory from drawn books.

An order of one source reaches what its law reaches: banks at home or abroad, routes of
some kinds. The book's own freezes are taken out first, so that a row of the stress says
what its own order does; beside what a user asks for they stay (`hashfall.engine.stress_own`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hashfall.book.money import Account, CoinLoan, Event, Route
from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.cashout_routes import apart
from hashfall.engine.pack import Packed
from hashfall.model.columns import CLASSES, Head

__all__ = ["HALTING", "LOAN_LTV", "SPARE", "Order", "Rule", "borrowed", "halting", "reach",
           "reached", "second_bank", "second_venue", "stressed", "without_freezes"]

HALTING: Final = ("power", "payroll")
"""Classes whose arrears beyond grace stop operations."""
LOAN_LTV: Final = 0.55
"""Loan to value of the loan on coins that is tried: middle of the sizing rule coin_loan_ltv."""
SPARE: Final = frozenset({"second_bank", "second_venue", "stress_loan"})
"""Accounts and routes that what would help adds; no order of a stress reaches them."""
_CALL_LTV, _LIQUIDATION_LTV = 0.78, 0.9  # as in the shipped book of Intelion, an assumption
_NEVER = 1e30


@dataclass(frozen=True)
class Rule:
    """What an order of one source reaches and allows (`hashfall.cases`, freezes.toml)."""

    source: str
    words: str
    banks: str
    foreign_currency: bool
    route_kinds: tuple[str, ...]
    foreign_routes: bool
    allows: tuple[str, ...]
    why: str
    cited: str


@dataclass(frozen=True)
class Order:
    """An order to freeze.

    Parameters
    ----------
    rule : Rule
        Whose order it is.
    account : str, optional
        The one account that it names; all that the source reaches when left out.
    start : int
        First day, 0 for `as_of`. [days]
    days : int, optional
        How long it stands; to the end of the run when left out. [days]
    share : float
        Share of each account and route that it holds.
    """

    rule: Rule
    account: str | None = None
    start: int = 0
    days: int | None = None
    share: float = 1.0


def reached(book: Book, rule: Rule, account: str) -> bool:
    """Whether an order of a source reaches an account."""
    row = book.accounts[account]
    home = book.entities[row.entity].country == row.country
    by_bank = {"home": home, "abroad": not home}.get(rule.banks, False)
    return by_bank or (rule.foreign_currency and row.currency != book.currency)


def reach(book: Book, order: Order) -> tuple[list[str], list[str]]:
    """Accounts and routes that an order hits, by name."""
    rule = order.rule
    if order.account is not None:
        return [order.account] if reached(book, rule, order.account) else [], []
    accounts = [name for name in book.accounts
                if name not in SPARE and reached(book, rule, name)]
    routes = [name for name, route in book.routes.items()
              if name not in SPARE and (
                  route.kind in rule.route_kinds
                  or (rule.foreign_routes and route.currency != book.currency))]
    return accounts, routes


def without_freezes(book: Book) -> Book:
    """The book without freezes of its own."""
    kept = {name: event for name, event in book.events.items() if event.kind != "freeze"}
    return book.model_copy(update={"events": kept})


def stressed(book: Book, orders: list[Order], redirect: float) -> Book:
    """A drawn book under orders.

    Parameters
    ----------
    book : Book
        Drawn book.
    orders : list of Order
        Orders that do not overlap on an account.
    redirect : float
        Days until receipts are sent to an account that no order holds; where there is
        none, they stay held. [days]
    """
    clean = without_freezes(book)
    held = {name for order in orders for name in reach(clean, order)[0]}
    open_ = any(name not in held and name != "stress_loan" for name in clean.accounts)
    events = dict(clean.events)
    for i, order in enumerate(orders):
        accounts, routes = reach(clean, order)
        for kind, names in (("freeze", accounts), ("route_closure", routes)):
            for name in names:
                events[f"stress_{i}_{kind}_{name}"] = _event(
                    clean, order, kind, name, redirect if open_ else _NEVER)
    return clean.model_copy(update={"events": events})


def _event(book: Book, order: Order, kind: str, name: str, redirect: float) -> Event:
    start = book.as_of + dt.timedelta(days=order.start)
    until = None if order.days is None else start + dt.timedelta(days=order.days)
    freeze = kind == "freeze"
    event = Event.model_validate({
        "kind": kind, "what": name, "start": start, "until": until, "share": order.share,
        "ordered_by": order.rule.source if freeze else None,
        "allows": list(order.rule.allows) if freeze else [],
    })
    # Set apart: beyond the longest that a book may say, for receipts that go nowhere else.
    return event.model_copy(update={"redirect_days": min(redirect, 1e6)}) if freeze else event


def second_bank(book: Book) -> Book:
    """The book with an account that no order reaches and that takes half of the receipts."""
    others = sum(number(account.receipts_share) for account in book.accounts.values())
    spare = Account(entity=next(iter(book.entities)), bank="second bank", country="elsewhere",
                    currency=book.currency, balance=0.0)
    spare = spare.model_copy(update={"receipts_share": others or 1.0})
    return book.model_copy(update={"accounts": {**book.accounts, "second_bank": spare}})


def second_venue(book: Book) -> Book | None:
    """The book with a copy of its best route that no order shuts; None without a route."""
    def net(route: Route) -> float:
        return (1.0 - number(route.fee)) * (1.0 - number(route.haircut))

    if not book.routes:
        return None
    best = max(book.routes, key=lambda name: net(book.routes[name]))
    return book.model_copy(update={
        "routes": {**book.routes, "second_venue": apart(book, book.routes[best])}})


def borrowed(book: Book, price: float, rate: float, days: int) -> Book | None:
    """The book with a loan on all coins at hand, paid out where no order reaches; None without.

    Parameters
    ----------
    price : float
        Coin price. [functional currency/BTC]
    rate : float
        Interest. [1/year]
    days : int
        Day on which it is due. [days]
    """
    coins = number(book.coins.free_btc)
    if coins <= 0.0:
        return None
    entity = next(iter(book.entities))
    loan = CoinLoan.model_validate({
        "entity": entity, "lender": "lender of the stress", "principal": LOAN_LTV * coins * price,
        "currency": book.currency, "rate_per_year": rate, "collateral_btc": coins,
        "call_ltv": _CALL_LTV, "target_ltv": LOAN_LTV, "liquidation_ltv": _LIQUIDATION_LTV,
        "matures": book.as_of + dt.timedelta(days=days),
    })
    paid = Account.model_validate({
        "entity": entity, "bank": "lender of the stress", "country": "elsewhere",
        "currency": book.currency, "balance": LOAN_LTV * coins * price, "receipts_share": 0.0,
    })
    return book.model_copy(update={
        "coins": book.coins.model_copy(update={"free_btc": 0.0}),
        "coin_loans": {**book.coin_loans, "stress_loan": loan},
        "accounts": {**book.accounts, "stress_loan": paid},
    })


def halting(packed: Packed) -> Packed:
    """The same ledger with a clock that hears only power and payroll.

    Notes
    -----
    Every other line is given a grace that never ends; what is paid, and when, stays as
    it is, because grace moves clocks alone.
    """
    schedule = packed.schedule.copy()
    first = int(packed.head[Head.S_RECENT])
    for place, line in enumerate(packed.lines):
        if CLASSES[line.code] not in HALTING:
            schedule[:, first + place] = _NEVER
    return replace(packed, schedule=np.ascontiguousarray(schedule))
