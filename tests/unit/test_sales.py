"""What became of the coins of a run: by route, by delay, left and kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hashfall.book.money import Rail, Route
from hashfall.engine.block import Fate, Total
from hashfall.engine.run import Outcome
from hashfall.engine.sales import Taps, coins_left, route_rows, time_to_money
from hashfall.model.columns import TapKind

SLICE, SHIFT, PLAIN = int(TapKind.SLICE), int(TapKind.SHIFT), int(TapKind.ROUTE)


def study(*taps: Taps) -> Any:
    """Study of a book with a plain and a shared route."""
    rails = {"r": Rail(kind="bank", currency="USD", delay_days=2.0)}
    routes = {
        "plain": Route(kind="otc", capacity_btc_per_day=5.0, fee=0.0, haircut=0.1),
        "over": Route(kind="otc", capacity_btc_per_day=8.0, rail="r", impact=0.1, delay_days=1.0),
    }
    return SimpleNamespace(book=SimpleNamespace(routes=routes, rails=rails),
                           taps=dict(enumerate(taps)))


def outcome(*sold: list[float]) -> Outcome:
    """Outcome of draws of two paths, with coins sold by source."""
    by_draw = np.zeros((len(sold), int(Total.COUNT)))
    for draw, coins in enumerate(sold):
        by_draw[draw, Total.TAP : int(Total.TAP) + len(coins)] = coins
    fate = np.zeros((int(Fate.COUNT), 2 * len(sold)), np.int16)
    return Outcome(len(sold), 2, fate, by_draw.sum(axis=0), by_draw=by_draw)


def taps(*names: str, nets: tuple[float, ...], delays: tuple[int, ...],
         kinds: tuple[int, ...]) -> Taps:
    return Taps(tuple(f"routes.{n}" for n in names), kinds, delays, nets)


ONE = taps("over", "plain", "over", "over", nets=(0.95, 0.9, 0.85, 0.8), delays=(3, 1, 3, 0),
           kinds=(SLICE, PLAIN, SLICE, SHIFT))


def test_slices_of_a_route_are_one_row_and_shifts_none() -> None:
    rows = route_rows(study(ONE), outcome([6.0, 4.0, 2.0, 99.0]))
    assert [r["name"] for r in rows] == ["over", "plain"]
    assert [r["sold_btc"] for r in rows] == [4.0, 2.0]
    assert rows[0]["net_over_spot"] == pytest.approx((6.0 * 0.95 + 2.0 * 0.85) / 8.0)
    assert rows[1]["net_over_spot"] == 0.9
    assert [r["delay_days"] for r in rows] == [3.0, 1.0]


def test_draws_with_another_order_are_told_by_name() -> None:
    other = taps("plain", "over", nets=(0.97, 0.9), delays=(1, 3), kinds=(PLAIN, SLICE))
    rows = route_rows(study(ONE, other), outcome([6.0, 4.0, 2.0, 0.0], [1.0, 10.0]))
    assert {r["name"]: r["sold_btc"] for r in rows} == {"over": 4.5, "plain": 1.25}


def test_time_to_money_is_weighted_with_coins() -> None:
    s, base = study(ONE), outcome([6.0, 4.0, 2.0, 99.0])
    found = time_to_money(s, base)
    assert found == {"mean": pytest.approx(28.0 / 12.0), "p50": 3.0, "p95": 3.0}
    assert time_to_money(s, outcome([0.0, 0.0, 0.0, 0.0])) is None


def test_coins_left_are_split() -> None:
    base = outcome([0.0])
    base.total[[Total.TRAPPED, Total.UNSELLABLE, Total.SOLD_BTC, Total.WANTED]] = (10, 4, 12, 4)
    assert coins_left(base) == {"unsellable_btc": 2.0, "kept_btc": 3.0, "taken_share": 0.75}
    assert coins_left(outcome([0.0]))["taken_share"] is None
