"""Variants of a book on the same paths: causes taken out, sources off, levels held."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hashfall.book.record import Book
from hashfall.engine.pack import Frame, Options, Packed, pack

__all__ = ["CAUSES", "attribute", "possible_causes", "without"]

CAUSES = (
    "price", "hashprice", "power", "fx", "freeze", "route", "claim_or_award", "debt_due", "tax",
    "customer_loss", "site_ban", "margin_call", "fixed_cost",
)
"""Causes in the order in which they are tried."""
_SWITCH = {"price": "CONST_PRICE", "hashprice": "CONST_HASHPRICE", "power": "CONST_POWER",
           "fx": "CONST_FX", "margin_call": "NO_CALL"}


def _has_event(book: Book, *kinds: str) -> bool:
    return any(event.kind in kinds for event in book.events.values())


def possible_causes(book: Book) -> tuple[str, ...]:
    """Causes that a book can die of at all, in order.

    Notes
    -----
    A cause that touches nothing in the book leaves the path as it is, so leaving
    it out changes no result.
    """
    coins = bool(book.fleet) or bool(book.coin_loans) or not _is_zero(book.coins.free_btc)
    market = any(s.power.kind == "market" or s.power.until for s in book.sites.values())
    currencies = {a.currency for a in book.accounts.values()} | {book.currency}
    currencies |= {s.power.currency for s in book.sites.values()}
    foreign = bool(currencies - {book.currency}) or (
        book.currency != "USD" and (coins or bool(book.hosting))
    )
    there = {
        "price": coins or bool(book.hosting), "hashprice": coins or bool(book.hosting),
        "power": market, "fx": foreign, "freeze": _has_event(book, "freeze"),
        "route": coins and bool(book.routes), "claim_or_award": bool(book.claims),
        "debt_due": bool(book.debts), "tax": not _is_zero(book.tax.profit_rate) or any(
            c.kind == "tax" for c in book.costs.values()
        ),
        "customer_loss": bool(book.hosting), "site_ban": _has_event(book, "ban"),
        "margin_call": bool(book.coin_loans), "fixed_cost": bool(book.costs),
    }
    return tuple(cause for cause in CAUSES if there[cause])


def _is_zero(figure: object) -> bool:
    return isinstance(figure, (int, float)) and figure == 0


def without(book: Book, base: Packed, frame: Frame, cause: str) -> Packed:
    """A drawn book with one cause taken out.

    Parameters
    ----------
    book : Book
        Drawn book.
    base : Packed
        The same, packed.
    frame : Frame
        What it was packed against.
    cause : str
        One of `CAUSES`.
    """
    if cause in _SWITCH:
        return base.with_flags(**{_SWITCH[cause]: 1})
    return pack(book, frame, Options(remove=frozenset({cause})))


def attribute(
    base: NDArray[np.int16], variants: Iterable[tuple[str, NDArray[np.int16]]]
) -> dict[str, int]:
    """Number of defaulted paths by cause: the first whose removal avoids D1, else joint.

    Parameters
    ----------
    base : ndarray
        Day of D1 by path, -1 for never.
    variants : iterable of (cause, ndarray)
        The same paths without each cause, in order.

    Examples
    --------
    >>> base = np.array([5, 9, -1, 4], np.int16)
    >>> attribute(base, [("price", np.array([-1, 9, -1, 4])), ("tax", np.array([-1, -1, -1, 4]))])
    {'price': 1, 'tax': 1, 'joint': 1}
    """
    left = base > 0
    found: dict[str, int] = {}
    for cause, days in variants:
        saved = left & (days < 0)
        found[cause] = int(saved.sum())
        left &= ~saved
    found["joint"] = int(left.sum())
    return found
