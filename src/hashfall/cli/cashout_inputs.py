"""From words on the command line to a need, closures and orders to freeze."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from hashfall.cli.output import read_date
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.engine.cashout import Asked
    from hashfall.engine.stress_books import Order, Rule

__all__ = ["DEFAULT_DAYS", "asked_of", "money_of"]

DEFAULT_DAYS = 90
"""Days looked at where no date is given."""
_LAST_DAY = 365
_AMOUNT = re.compile(r"([-+]?[0-9][0-9_.,]*(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z]*)")


def money_of(flag: str, text: str) -> tuple[float, str]:
    """Amount and currency of a text such as ``5e6USD``; dollars where none is given.

    Raises
    ------
    InputError
        If it is no amount above 0.

    Examples
    --------
    >>> money_of("--need", "5e6USD"), money_of("--need", "2,500,000 rub")
    ((5000000.0, 'USD'), (2500000.0, 'RUB'))
    """
    expected = "an amount above 0 such as 5e6USD"
    found = _AMOUNT.fullmatch(text.strip())
    try:
        amount = float(found[1].replace(",", "").replace("_", "")) if found else math.nan
    except ValueError:
        amount = math.nan
    if found is None or not 0.0 < amount < math.inf:
        raise InputError(flag, "", expected, repr(text))
    return amount, (found[2] or "USD").upper()


def asked_of(book: Book, currencies: Sequence[str], rules: dict[str, Rule], *,
             need: str | None = None, by: str | None = None, close: Sequence[str] = (),
             freeze: Sequence[str] = (), share: float = 1.0, from_: str | None = None,
             days: int | None = None) -> Asked:
    """What is asked of the routes of a book.

    Parameters
    ----------
    book : Book
        Book at its dates.
    currencies : sequence of str
        Currencies that have a rate.
    rules : dict
        What orders of each source reach.
    need, by, close, freeze, share, from_, days
        Options as typed.

    Raises
    ------
    InputError
        If an option cannot be used; one line names it.
    """
    from hashfall.engine.cashout import Asked

    amount, currency = _need(need, by, currencies)
    last = DEFAULT_DAYS if by is None else _day("--by", by, book.as_of, 1)
    orders = _orders(book, rules, freeze, share, from_, days)
    return Asked(last, amount, currency, _closures(book, close), orders)


def _need(need: str | None, by: str | None, currencies: Sequence[str]
          ) -> tuple[float | None, str]:
    from hashfall.book.messages import nearest

    if need is None:
        return None, "USD"
    amount, currency = money_of("--need", need)
    if currency not in currencies:
        raise InputError("--need", "", f"a currency among {', '.join(sorted(currencies))}",
                         repr(currency), nearest(currency, currencies))
    if by is None:
        raise InputError("--need", "", "the date by which it is needed, --by DATE", "no --by")
    return amount, currency


def _day(flag: str, text: str, as_of: date, first: int) -> int:
    """Day of a date in the run."""
    when = read_date(flag, text)
    day = (when - as_of).days if when is not None else first
    if not first <= day <= _LAST_DAY:
        begin = date.fromordinal(as_of.toordinal() + first)
        end = date.fromordinal(as_of.toordinal() + _LAST_DAY)
        raise InputError(flag, "", f"a date of the run, {begin} to {end}", text,
                         "--as-of moves the run")
    return day


def _closures(book: Book, names: Sequence[str]) -> tuple[str, ...]:
    from hashfall.book.messages import nearest

    known = [*book.routes, *book.venues, *book.rails]
    for name in names:
        if name not in known:
            raise InputError("--close", "", "a route, venue or rail of the book", repr(name),
                             nearest(name, known))
    return tuple(dict.fromkeys(names))


def _orders(book: Book, rules: dict[str, Rule], words: Sequence[str], share: float,
            from_: str | None, days: int | None) -> tuple[Order, ...]:
    """Orders, none of which overlaps another on an account."""
    if not words:
        for flag, given in (("--share", share != 1.0), ("--from", from_ is not None),
                            ("--days", days is not None)):
            if given:
                raise InputError(flag, "", "an order, --freeze ACCOUNT or all:SOURCE",
                                 "no --freeze")
        return ()
    if not 0.0 < share <= 1.0:
        raise InputError("--share", "", "a share above 0 and up to 1", f"{share:g}")
    if days is not None and not 1 <= days <= 3650:
        raise InputError("--days", "", "1 to 3,650 days", f"{days:,}")
    start = 0 if from_ is None else _day("--from", from_, book.as_of, 0)
    orders = [_order(book, rules, word, start, days, share) for word in words]
    _check_overlaps(book, words, orders)
    return tuple(orders)


def _order(book: Book, rules: dict[str, Rule], word: str, start: int, days: int | None,
           share: float) -> Order:
    from hashfall.book.messages import nearest
    from hashfall.engine.stress_books import Order, reached

    account, _, source = word.partition(":")
    if account == "all" and not source:
        raise InputError("--freeze", "", f"all:SOURCE with a source among {', '.join(rules)}",
                         repr(word))
    if source and source not in rules:
        raise InputError("--freeze", "", f"a source among {', '.join(rules)}", repr(source),
                         nearest(source, rules))
    if account != "all" and account not in book.accounts:
        raise InputError("--freeze", "", "an account of the book, or all:SOURCE", repr(account),
                         nearest(account, [*book.accounts, "all"]))
    rule = rules[source or _own_source(book, account)]
    if account != "all" and rule.banks == "none":
        raise InputError("--freeze", "", f"all:{rule.source}, which shuts routes", repr(word),
                         "an exchange freezes no bank account")
    if account != "all" and not reached(book, rule, account):
        able = [name for name, one in rules.items() if reached(book, one, account)]
        raise InputError(
            "--freeze", "", f"a source that reaches {account}, {_whose(book, account)}",
            repr(source), f"among the sources that reach it: {', '.join(able)}" if able else "")
    return Order(rule, None if account == "all" else account, start, days, share)


def _whose(book: Book, account: str) -> str:
    """Where an account is, in words."""
    row = book.accounts[account]
    home = book.entities[row.entity].country
    return (f"a {row.currency} account in {row.country} of a company there" if home == row.country
            else f"a {row.currency} account in {row.country} of a company in {home}")


def _own_source(book: Book, account: str) -> str:
    """Who would freeze an account if nobody is named: a court at home, or the bank abroad."""
    row = book.accounts[account]
    home = book.entities[row.entity].country == row.country
    return "domestic_court" if home else "foreign_bank"


def _check_overlaps(book: Book, words: Sequence[str], orders: Sequence[Order]) -> None:
    from hashfall.engine.stress_books import reach

    seen: dict[str, str] = {}
    for word, order in zip(words, orders, strict=True):
        accounts, routes = reach(book, order)
        for name in [*(f"account {a}" for a in accounts), *(f"route {r}" for r in routes)]:
            if name in seen:
                raise InputError("--freeze", "", "orders that do not overlap",
                                 f"{seen[name]} and {word} on {name}",
                                 "one order at a time: each has a row of its own")
            seen[name] = word
