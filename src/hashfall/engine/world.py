"""The world kernel: price, fees, difficulty, power and exchange rates, by blocks of paths.

Lane loops over one flat state array; formulas come from `hashfall.model`. The
readable twin is `hashfall.model.reference.world`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from hashfall.engine.compiled import entry_kernel, lane_kernel, tail
from hashfall.engine.epochs import EPOCH_DAYS
from hashfall.engine.layout import LANES, WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, NORMAL_PLACE
from hashfall.engine.world_network import events, fx, network, power
from hashfall.engine.world_price import bridge, draw_epoch, garch, normals, radii, words

__all__ = ["words_kernel", "world", "world_kernel"]

B = LANES
_PRICE, _MARKET = int(WorldState.PRICE), int(WorldState.MARKET)
_EVENT, _NORMAL = int(WorldState.EVENT), int(WorldState.NORMAL)
_O_POWER, _O_FX = int(WorldRow.POWER), int(WorldRow.FX)
_F_PRICE, _F_DRIFT, _F_POWER, _F_HALF, _F_FX = (
    int(WorldFixed.PRICE), int(WorldFixed.DRIFT), int(WorldFixed.POWER), int(WorldFixed.HALF),
    int(WorldFixed.FX),
)
_DRIFT, _MODE, _BLOCK = int(WorldParam.DRIFT), int(WorldParam.MODE), int(WorldParam.BOOT_BLOCK)
_REGIONS, _CURRENCIES = int(WorldParam.REGIONS), int(WorldParam.CURRENCIES)
_POWER, _FX_SD = int(WorldParam.POWER), int(WorldParam.FX_SD)
_MARKET_FACTOR, _EVENT_FACTOR = FACTOR["price"], FACTOR["jump"]
_NORMAL_FACTOR, _BOOT_FACTOR = FACTOR["normal"], FACTOR["bootstrap"]
_POWER_PLACE, _FX_PLACE = NORMAL_PLACE["power"], NORMAL_PLACE["fx"]


@lane_kernel
def draws(st: Any, p: Any, path0: int, day: int, seed: int) -> None:
    """Words of the day, and what is made of them for all factors alike."""
    regions, currencies = np.int64(p[_REGIONS]), np.int64(p[_CURRENCIES])
    last = 0
    for r in range(regions):
        last = max(last, _POWER_PLACE[r])
    for c in range(currencies):
        last = max(last, _FX_PLACE[c])
    words(tail(st, _MARKET * B), path0, day, _MARKET_FACTOR, seed)
    words(tail(st, _EVENT * B), path0, day, _EVENT_FACTOR, seed)
    if regions > 2:
        words(tail(st, (_EVENT + 4) * B), path0, day, _EVENT_FACTOR + 1, seed)
    for i in range(last // 4 + 1):
        words(tail(st, (_NORMAL + 4 * i) * B), path0, day, _NORMAL_FACTOR + i, seed)
    for i in range(last // 2 + 1):
        normals(tail(st, (_NORMAL + 2 * i) * B))
    if p[_MODE] <= 0.0:
        radii(st, p)


@lane_kernel
def prices(st: Any, p: Any, table: Any, path0: int, day: int, seed: int, drift: float,
           given: float) -> None:
    """One day of the price, by GARCH or by bootstrap, unless it is given."""
    if p[_MODE] > 0.0:
        inside = (day - 1) % EPOCH_DAYS
        if inside == 0:
            fresh = (day - 1) // EPOCH_DAYS % np.int64(p[_BLOCK]) == 0
            if fresh:
                words(tail(st, _EVENT * B), path0, day, _BOOT_FACTOR, seed)
            draw_epoch(st, p, table, fresh)
        bridge(st, drift, float(EPOCH_DAYS - inside))
    else:
        garch(st, p, drift)
    if given > 0.0:
        for k in range(B):
            st[_PRICE * B + k] = given


@lane_kernel
def world(st: Any, p: Any, table: Any, fixed: Any, out: Any, path0: int, day0: int, days: int,
          seed: int) -> None:
    """Run the world over a slab of days for one block of paths.

    Advances state ``st`` (rows x lanes) and writes ``out[day, row x lanes]``; ``fixed[day]``
    holds what is known of a day beforehand (`WorldFixed`), ``table`` the epochs of the
    bootstrap (`Epoch`).
    """
    for i in range(days):
        day = day0 + i
        o, f = out[i], fixed[day]
        draws(st, p, path0, day, seed)
        events(st, p, path0, day, seed)
        prices(st, p, table, path0, day, seed, p[_DRIFT] + f[_F_DRIFT], f[_F_PRICE])
        network(st, p, f, o, day)
        for r in range(np.int64(p[_REGIONS])):
            q = _POWER + 6 * r
            power(st, _NORMAL + _POWER_PLACE[r], r, tail(o, (_O_POWER + r) * B), p[q],
                  p[q + 1], p[q + 2], f[_F_HALF + r], f[_F_POWER + r])
        for c in range(np.int64(p[_CURRENCIES])):
            fx(st, _NORMAL + _FX_PLACE[c], c, tail(o, (_O_FX + c) * B), p[_FX_SD + c],
               f[_F_FX + c])


@lru_cache(maxsize=1)
def world_kernel() -> Any:
    """The compiled `world`, to be called from Python."""
    return entry_kernel(world)


@lru_cache(maxsize=1)
def words_kernel() -> Any:
    """The compiled ``words(u, path0, day, factor, seed)``, to be called from Python."""
    return entry_kernel(words)
