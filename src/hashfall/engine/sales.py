"""What became of the coins: sold by route, waited for, left because nobody took them, or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hashfall.book.record import Book
from hashfall.book.values import middle
from hashfall.engine.block import Total
from hashfall.engine.calendar import Floats
from hashfall.engine.run import Outcome
from hashfall.model.columns import TAP_F, TAP_I, Head, TapKind

if TYPE_CHECKING:
    from hashfall.engine.assess import Study
    from hashfall.engine.pack import Packed

__all__ = ["Taps", "coins_left", "route_rows", "taps_of", "time_to_money"]

_QUANTILES = (0.5, 0.95)


class Taps(NamedTuple):
    """Sources of money of one draw: names, kinds, delays and shares of spot that they pay."""

    names: tuple[str, ...]
    kinds: tuple[int, ...]
    delays: tuple[int, ...]
    nets: tuple[float, ...]

    def is_route(self, at: int) -> bool:
        """Whether a source sells coins; a shift only moves what slices have sold."""
        return self.kinds[at] in (TapKind.ROUTE, TapKind.SLICE)


def taps_of(packed: Packed) -> Taps:
    """Sources of a packed ledger."""
    head, count = packed.head, int(packed.head[Head.TAPS])
    ints = packed.ints[head[Head.I_TAP] :][: count * TAP_I].reshape(count, TAP_I)
    floats = packed.values[head[Head.F_TAP] :][: count * TAP_F].reshape(count, TAP_F)
    return Taps(tuple(packed.taps), tuple(ints[:, 0].tolist()), tuple(ints[:, 2].tolist()),
                tuple(floats[:, 0].tolist()))


def _sold(s: Study, base: Outcome) -> list[tuple[Taps, Floats]]:
    """Coins sold by source, in each of the groups of draws that have the same sources."""
    every = [s.taps[draw] for draw in range(base.draws)]
    if all(taps.names == every[0].names and taps.delays == every[0].delays for taps in every):
        return [(every[0], base.total[Total.TAP :])]
    return [(taps, base.by_draw[draw, Total.TAP :]) for draw, taps in enumerate(every)]


def coins_left(base: Outcome) -> dict[str, Any]:
    """Coins that nobody took, coins that were kept, and the share that was taken.

    Returns
    -------
    dict
        ``unsellable_btc`` and ``kept_btc`` add up to the mean coins unsold at D1 or at the
        horizon; ``taken_share`` is coins sold over coins sold and still to be sold.
    """
    trapped = float(base.total[Total.TRAPPED] / base.paths)
    unsellable = float(base.total[Total.UNSELLABLE] / base.paths)
    sold, wanted = float(base.total[Total.SOLD_BTC]), float(base.total[Total.WANTED])
    return {
        "unsellable_btc": unsellable, "kept_btc": max(0.0, trapped - unsellable),
        "taken_share": sold / (sold + wanted) if sold + wanted > 0.0 else None,
    }


def time_to_money(s: Study, base: Outcome) -> dict[str, float] | None:
    """Days from sale to money, weighted with the coins sold; None where none is sold."""
    weights: dict[int, float] = {}
    for taps, sold in _sold(s, base):
        for at, delay in enumerate(taps.delays):
            if taps.is_route(at):
                weights[delay] = weights.get(delay, 0.0) + float(sold[at])
    total = sum(weights.values())
    if total <= 0.0:
        return None
    days = sorted(weights)
    reached = np.cumsum([weights[day] for day in days]) / total
    found = {"mean": sum(day * weights[day] for day in days) / total}
    for q in _QUANTILES:
        at = int(np.argmax(reached >= q * (1.0 - 1e-12)))
        found[f"p{int(q * 100)}"] = float(days[at])
    return found


def route_rows(s: Study, base: Outcome) -> list[dict[str, Any]]:
    """Routes with what went through them, in the order in which they are first asked."""
    sold: dict[str, list[float]] = {}
    for taps, coins in _sold(s, base):
        for at, name in enumerate(taps.names):
            if taps.is_route(at):
                row = sold.setdefault(name.removeprefix("routes."), [0.0, 0.0, taps.nets[at]])
                row[0] += float(coins[at])
                row[1] += float(coins[at]) * taps.nets[at]
    return [{
        "name": name, "kind": s.book.routes[name].kind, "sold_btc": row[0] / base.paths,
        "net_over_spot": _net(s.book, name, row),
        "capacity_btc_day": middle(s.book.routes[name].capacity_btc_per_day),
        "delay_days": _delay(s.book, name),
    } for name, row in sold.items()]


def _net(book: Book, name: str, row: list[float]) -> float:
    """Share of spot: on average where it depends on the amount, else as the book has it."""
    route = book.routes[name]
    if route.rail or middle(route.impact):
        return row[1] / row[0] if row[0] > 0.0 else row[2]
    fee, haircut = middle(route.fee) or 0.0, middle(route.haircut) or 0.0
    return (1.0 - fee) * (1.0 - haircut)


def _delay(book: Book, name: str) -> float | None:
    route = book.routes[name]
    rail, own = book.rails.get(route.rail or ""), middle(route.delay_days)
    more = middle(rail.delay_days) if rail else 0.0
    return None if own is None or more is None else own + more
