"""Routes through venues and rails in the readable ledger: what is open, and sales by the best way.

A way is a slice of a route, or a shift: a sale that takes back an earlier one of the
day and sends its coins over another rail (`hashfall.model.routes.ways`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hashfall.model import columns as c
from hashfall.model.columns import NO_LIMIT, Head, TapKind
from hashfall.model.reference.ledger_gates import Gate, Pool
from hashfall.model.reference.ledger_records import Source
from hashfall.model.reference.ledger_today import Today
from hashfall.model.route_day import days_to_change, room, sold_btc, still_needed

__all__ = ["open_routes", "pool_of", "receive", "sell_by_way"]

_MOVED = 4  # place of the mark of slices from which shifts take back


@dataclass
class _Pass:
    """What a way goes through."""

    venue: Gate
    rail: Gate
    through: float  # coins that reach the rail for each one sold
    per: float
    legs: list[tuple[int, float, float]] = field(default_factory=list)  # tap, coins, 1 / coins


def open_routes(x: Today) -> None:
    """What is open today by chance, and what it takes."""
    # The first two gates are those of routes without a venue or a rail: never closed, never full.
    gates = x.accounts.gates
    for place, gate in enumerate(gates[2:], start=2):
        if gate.stream > 0 and gate.changes < 0.0:
            _wait(x, gate, 0)
        if gate.stream > 0 and gate.changes <= x.day:
            gate.is_open = 1.0 - gate.is_open
            _wait(x, gate, x.day)
            x.mark("opens" if gate.is_open else "closes", f"gate {place}")
        gate.cap = x.part(Head.S_GATE, place)
        gate.left = gate.cap * gate.is_open
        if gate.currency >= 0:
            gate.left = gate.left * x.rate(gate.currency)
    for place, source in enumerate(x.accounts.sources):
        if source.kind == TapKind.SLICE and _whole(x, source, _MOVED) > 0:
            own = x.accounts.gates[_whole(x, source, 0)]
            source.stock = x.part(Head.S_CAP, place) * own.is_open
            source.owed = 0.0


def _wait(x: Today, gate: Gate, day: int) -> None:
    """Draw when a gate changes next."""
    u = x.chance(gate.stream, gate.word, day)
    gate.changes = float(day) + days_to_change(u, gate.closes if gate.is_open else gate.reopens)


def _whole(x: Today, source: Source, at: int) -> int:
    return int(x.packing.ints[int(x.packing.head[Head.I_WAY]) + source.principal + at])


def _float(x: Today, source: Source, at: int) -> float:
    return float(x.packing.values[int(x.packing.head[Head.F_WAY]) + source.interest + at])


def _pass(x: Today, source: Source) -> _Pass:
    gates, shift = x.accounts.gates, source.kind == TapKind.SHIFT
    first = 0 if shift else 1
    venue, rail = gates[_whole(x, source, first)], gates[_whole(x, source, first + 1)]
    found = _Pass(venue, rail, _float(x, source, 0), _float(x, source, 1))
    if shift:
        found.legs = [
            (_whole(x, source, c.SHIFT_I + n), _float(x, source, 2 + 2 * n),
             _float(x, source, 3 + 2 * n))
            for n in range(_whole(x, source, 2))
        ]
    return found


def sell_by_way(x: Today, place: int, source: Source) -> float:
    """Coins sold by one way, as far as it has room; money that they bring."""
    way, sheet = _pass(x, source), x.sheet
    asked = sheet.need * (1.0 / sheet.price * source.rate)
    sold = sold_btc(asked, sheet.to_sell, sheet.coins, _room(x, place, source, way))
    money = sold * (sheet.price * source.net)
    sheet.need = still_needed(sheet.need, asked, sold, money)
    sheet.to_sell = _above(sheet.to_sell - sold)
    sheet.coins -= sold
    if way.venue.cap < NO_LIMIT:
        way.venue.left = _above(way.venue.left - sold)
    if way.rail.cap < NO_LIMIT:
        way.rail.left = _above(way.rail.left - sold * (sheet.price * way.through))
    sheet.sold_spot += sold * sheet.price
    sheet.sold_net += money
    sheet.sold_btc += sold
    sheet.tax_base += money if x.at_sale() else 0.0
    x.book_coins("coins", 0, -sold, "sold", source.name)
    cost = sold * sheet.price - money
    x.book("expense", 0, 0, cost, "sold", source.name, cost)
    if source.kind == TapKind.SLICE:
        _move(x, source, sold)
    elif sold > 0.0:
        for on, coins, _ in way.legs:
            _move(x, x.accounts.sources[on], sold * coins)
    return money


def _above(value: float) -> float:
    """A number, nothing where rounding leaves it below nothing."""
    return value if value > 0.0 else 0.0


def _room(x: Today, place: int, source: Source, way: _Pass) -> float:
    """Coins that a way still takes. [BTC]"""
    per = 1.0 / x.sheet.price * way.per
    if source.kind == TapKind.SLICE:
        limit, cap = x.accounts.gates[_whole(x, source, 0)].left, x.part(Head.S_CAP, place)
        if _whole(x, source, _MOVED) > 0:
            limit = cap = source.stock
        return min(room(limit, way.venue.left, way.rail.left, per), cap)
    most = min(way.venue.left, way.rail.left * per)
    for on, coins, per in way.legs:
        leg = x.accounts.sources[on]
        most = min(most, (leg.stock if coins > 0.0 else leg.owed) * per)
    return most


def _move(x: Today, source: Source, coins: float) -> None:
    """Coins through one slice, below 0 taken back; money after its delay, or today."""
    money, sheet = coins * (x.sheet.price * source.net), x.sheet
    source.drawn = _above(source.drawn + coins)
    if _whole(x, source, _MOVED) > 0:
        source.stock = _above(source.stock - coins)
        source.owed = _above(source.owed + coins)
    if source.delay > 0:
        slot = x.day % source.delay
        before = source.under_way[slot]
        source.under_way[slot] = _above(before + money)
        sheet.pending = _above(sheet.pending + money)
        x.book("under way", source.ring_of, 0, source.under_way[slot] - before, "sold",
               source.name, money)
        return
    pool = pool_of(x, source)
    if pool is None:
        sheet.receipts = _above(sheet.receipts + money)
    else:
        pool.arrived = _above(pool.arrived + money)
    x.book("cash", 0, 0, money, "sold", source.name, money)


def pool_of(x: Today, source: Source) -> Pool | None:
    """Account on which the money of a slice arrives; None for any."""
    if source.kind != TapKind.SLICE:
        return None
    pool = _whole(x, source, 3)
    return x.accounts.pools[pool] if pool >= 0 else None


def receive(x: Today, source: Source, money: float) -> None:
    """Money that was under way comes in, on its account if it has one."""
    pool = pool_of(x, source)
    if pool is None:
        x.sheet.receipts += money
    else:
        pool.arrived += money
