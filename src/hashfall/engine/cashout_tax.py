"""Value destroyed per coin where tax falls due at crediting, for the routes of a book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.model.crediting import destroyed_per_coin, poison_net, value_per_coin

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["COST_SHARES", "crediting"]

COST_SHARES: Final = (0.4, 0.6, 0.8)
"""Deductible cost over spot for which the haircut that turns a coin to poison is told."""


def _best_net(book: Book) -> float | None:
    nets = [(1.0 - number(r.fee)) * (1.0 - number(r.haircut)) for r in book.routes.values()]
    return max(nets, default=None)


def crediting(s: Study, result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Closed forms at the median book's best route, and at what the ledger realised.

    Parameters
    ----------
    s : Study
        Book and market.
    result : mapping
        With ``realised_over_spot`` of the ledger.

    Returns
    -------
    dict or None
        None where the book pays no profit tax or sells no coins: ``rate, at_crediting,
        rows[]`` with net share of spot, value destroyed by share and in USD a coin, and
        ``poison[]``: by cost share, the haircut from which a coin takes value away.
    """
    book = s.drawer.draw(lambda name: 0.5)
    rate = number(book.tax.profit_rate)
    nets = {"best route": _best_net(book), "realised on the paths": result["realised_over_spot"]}
    if rate <= 0.0 or not book.fleet:
        return None
    applies = bool(book.tax.at_crediting)
    rows = []
    for name, net in nets.items():
        if net is None:
            continue
        lost = float(destroyed_per_coin(net, 1.0, rate, 0.0))
        rows.append({"what": name, "net_over_spot": net, "destroyed_share": lost,
                     "destroyed_usd_per_btc": lost * s.frame.price_usd})
    return {
        "rate": rate, "at_crediting": applies, "rows": rows,
        "poison": [_poison(cost, rate) for cost in COST_SHARES],
    }


def _poison(cost: float, rate: float) -> dict[str, Any]:
    """Haircuts from which a coin takes value away, taxed at crediting and at the sale."""
    at_crediting = 1.0 - float(poison_net(1.0, cost, rate, 1.0))
    at_sale = 1.0 - float(poison_net(1.0, cost, rate, 0.0))
    return {"cost_share": cost, "haircut_at_crediting": at_crediting, "haircut_at_sale": at_sale,
            "left_at_spot": float(value_per_coin(1.0, 1.0, cost, rate, 1.0, 0.0))}
