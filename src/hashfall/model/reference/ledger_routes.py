"""Routes through venues and rails in the readable ledger: what is open, and sales by the best way.

A way is a slice of a route, or a shift: a sale that takes back an earlier one of the
day and sends its coins over another rail (`hashfall.model.routes.ways`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hashfall.model import columns as c
from hashfall.model.columns import Head, TapKind
from hashfall.model.ledger import sale_btc
from hashfall.model.reference.ledger_gates import Gate, Pool
from hashfall.model.reference.ledger_records import Source
from hashfall.model.reference.ledger_today import Today
from hashfall.model.route_day import room, turned

__all__ = ["open_routes", "pool_of", "receive", "sell_by_way"]


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
    sheet = x.sheet
    for place, gate in enumerate(x.accounts.gates):
        if gate.stream > 0:
            u = x.chance(gate.stream, gate.word, x.day)
            was = gate.is_open
            gate.is_open = turned(gate.is_open, u, gate.closes, gate.reopens)
            if gate.is_open != was:
                x.mark("opens" if gate.is_open else "closes", f"gate {place}")
        cap = x.part(Head.S_GATE, place)
        gate.left = cap * gate.is_open
        if gate.currency >= 0:
            gate.left = gate.left * x.rate(gate.currency) / sheet.price
    for place, source in enumerate(x.accounts.sources):
        if source.kind == TapKind.SLICE:
            own = x.accounts.gates[_whole(x, source, 0)]
            source.stock = x.part(Head.S_CAP, place) * own.is_open
            source.owed = 0.0


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
    most = _room(x, source, way)
    net = sheet.price * source.net
    sold = sale_btc(sheet.need, sheet.to_sell, sheet.coins, most, net)
    money = sold * net
    sheet.to_sell = _above(sheet.to_sell - sold)
    sheet.coins -= sold
    sheet.sold_spot += sold * sheet.price
    sheet.sold_net += money
    sheet.sold_btc += sold
    sheet.tax_base += money if x.at_sale() else 0.0
    sheet.need = _above(sheet.need - money)
    way.venue.left = _above(way.venue.left - sold)
    way.rail.left = _above(way.rail.left - sold * way.through)
    x.book_coins("coins", 0, -sold, "sold", source.name)
    cost = sold * sheet.price - money
    x.book("expense", 0, 0, cost, "sold", source.name, cost)
    if source.kind == TapKind.SLICE:
        source.stock -= sold
        source.owed += sold
        source.drawn += sold
        _send(x, place, source, money)
        return money
    if sold > 0.0:
        for on, coins, _ in way.legs:
            _move(x, on, sold * coins)
    return money


def _above(value: float) -> float:
    """A number, nothing where rounding leaves it below nothing."""
    return value if value > 0.0 else 0.0


def _room(x: Today, source: Source, way: _Pass) -> float:
    """Coins that a way still takes. [BTC]"""
    if source.kind == TapKind.SLICE:
        return room(source.stock, way.venue.left, way.rail.left, way.per)
    most = min(way.venue.left, way.rail.left * way.per)
    for on, coins, per in way.legs:
        leg = x.accounts.sources[on]
        most = min(most, (leg.stock if coins > 0.0 else leg.owed) * per)
    return most


def _move(x: Today, place: int, coins: float) -> None:
    """Coins of a shift through one slice; below 0 they are taken back."""
    source = x.accounts.sources[place]
    source.stock = _above(source.stock - coins)
    source.owed = _above(source.owed + coins)
    source.drawn = _above(source.drawn + coins)
    _send(x, place, source, coins * (x.sheet.price * source.net))


def _send(x: Today, place: int, source: Source, money: float) -> None:
    """Money comes after its delay, or today on its account."""
    sheet = x.sheet
    if source.delay > 0:
        slot, home = x.day % source.delay, source.ring_of
        before = source.under_way[slot]
        source.under_way[slot] = _above(before + money)
        sheet.pending = _above(sheet.pending + money)
        x.book("under way", home, 0, source.under_way[slot] - before, "sold", source.name, money)
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
