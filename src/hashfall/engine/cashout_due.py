"""What falls due by day and currency if the market stands still, from the readable ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.book.record import Book
from hashfall.engine.pack import pack
from hashfall.engine.replay import labels_of, packing_of
from hashfall.model.columns import CLASSES
from hashfall.model.layout import WorldRow
from hashfall.model.reference.ledger import ledger_path

if TYPE_CHECKING:
    from hashfall.engine.assess import Study
    from hashfall.engine.pack import Frame

__all__ = ["due_until", "still_world", "what_falls_due"]

_DUE = frozenset({"came due", "bill due"})
_ONE = 1.0
_MIDDLE = 0.5  # luck of machines that mine alone
_LATE = 5e-324  # of chance, so that what is open stays open longer than any run


def still_world(frame: Frame, days: int) -> list[list[float]]:
    """World rows of a market that stays as it is at `as_of`, one row a day.

    Parameters
    ----------
    frame : Frame
        Market at `as_of`.
    days : int
        Length. [days]
    """
    row = [0.0] * int(WorldRow.COUNT)
    row[WorldRow.PRICE] = frame.price_usd
    row[WorldRow.REWARD] = frame.hashprice_usd_ph_day / frame.price_usd
    row[WorldRow.INV_DIFFICULTY] = _ONE  # read by fleets paid by blocks alone
    for i, region in enumerate(frame.regions):
        row[WorldRow.POWER + i] = frame.power_usd_per_kwh[region]
    for i, currency in enumerate(frame.currencies):
        row[WorldRow.FX + i] = frame.units_per_usd(currency)
    return [list(row) for _ in range(days)]


def what_falls_due(s: Study, book: Book, days: int) -> list[dict[str, Any]]:
    """Payments of a drawn book by day: ``day, class, currency, amount, usd, names``.

    Parameters
    ----------
    s : Study
        Market at `as_of`.
    book : Book
        Drawn book.
    days : int
        Last day. [days]

    Notes
    -----
    Nothing closes by chance, and machines that mine alone have the luck of the middle.
    """
    frame = replace(s.frame, days=days)
    packed = pack(book, frame)
    path = ledger_path(packing_of(packed), still_world(frame, days), labels_of(packed),
                       lambda fleet, day: _MIDDLE, lambda stream, word, day: _LATE)
    found: dict[tuple[int, str, str], dict[str, Any]] = {}
    for event in path.events:
        if event.account != "unpaid" or event.what not in _DUE or event.amount <= 0.0:
            continue
        kind = CLASSES[packed.lines[event.place].code]
        row = found.setdefault((event.day, kind, event.currency), {
            "day": event.day, "class": kind, "currency": event.currency, "amount": 0.0,
            "usd": 0.0, "names": []})
        row["amount"] += event.amount
        row["usd"] += event.value / frame.units_per_usd(book.currency)
        row["names"] = list(dict.fromkeys([*row["names"], event.name]))
    return [found[key] for key in sorted(found)]


def due_until(rows: list[dict[str, Any]], days: list[int]) -> list[float]:
    """Sum of what has fallen due by each day. [USD]

    Examples
    --------
    >>> due_until([{"day": 2, "usd": 5.0}, {"day": 4, "usd": 1.0}], [1, 2, 5])
    [0.0, 5.0, 6.0]
    """
    when = np.array([row["day"] for row in rows], int)
    usd = np.array([row["usd"] for row in rows], float)
    return [float(usd[when <= day].sum()) for day in days]
