"""The lanes of the difficulty-rule simulation against a plain loop over one path."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.difficulty_rules import optimal_winning_rate
from hashfall.verify import noda, noda_paths
from hashfall.verify.noda_paths import ASERT, BEST, EPOCH, WINDOW, Rule

_SEED, _HORIZON = 5, 120_960.0


def _prices(path: int) -> list[float]:
    """Price every ten minutes, by Box and Muller."""
    prices = [3604.59]
    for call in range(3026):
        a, b, c, d = uniforms(_SEED, path, call, FACTOR["price"])
        for u, v in ((a, b), (c, d)):
            radius = math.sqrt(-2.0 * math.log(u))
            for z in (radius * math.cos(2 * math.pi * v), radius * math.sin(2 * math.pi * v)):
                prices.append(prices[-1] * (1.0 + 0.001117728 * math.sqrt(10.0) * z))
    return prices


def _luck(path: int, blocks: int) -> list[float]:
    calls = range(blocks // 4)
    return [-math.log(u) for k in calls for u in uniforms(_SEED, path, k, FACTOR["luck"])]


@functools.cache
def _best(price: float) -> float:
    return float(optimal_winning_rate(price))


def _spacings(rule: Rule, prices: list[float], luck: list[float]) -> list[float]:
    """Spacing of every block up to the one that passes the horizon. [min]"""
    rate, clock = 3.49948e-5, 0.0
    past, rates = [rule.history_min] * rule.unseen, [rate] * rule.unseen
    for n, e in enumerate(luck):
        k = int(clock / 10.0)
        price = prices[k] + (prices[k + 1] - prices[k]) * (clock / 10.0 - k)
        if rule.kind == BEST:
            rate = _best(min(max(price // 50 * 50, 100.0), 11_000.0))
        hashrate = 55.0 / (1.0 + math.exp(-3.0 * (rate * 12.5 * price - 1.5)))
        past.append(e / (hashrate * rate) / 60.0)
        rates.append(rate)
        clock += past[-1]
        if clock >= _HORIZON:
            return past[rule.unseen :]
        if rule.kind == EPOCH and (n + 1 + rule.unseen) % rule.blocks == 0:
            rate *= sum(past[-rule.blocks :]) / rule.blocks / 10.0
        elif rule.kind == WINDOW:
            work = sum(1.0 / w for w in rates[-rule.blocks :])
            rate = sum(past[-rule.blocks :]) / 10.0 / work
        elif rule.kind == ASERT:
            rate *= math.exp((past[-1] - 10.0) / rule.blocks)
    raise AssertionError("the horizon was not reached")


@pytest.mark.parametrize("path", [0, 33])
def test_lanes_are_the_plain_loop(path: int) -> None:
    rules = [Rule(EPOCH, 2016, 1073, 11.4), Rule(WINDOW, 144, 144, 11.0), Rule(ASERT, 2880),
             Rule(BEST, 1)]  # fmt: skip
    lanes = noda_paths.simulate(rules, 64, _SEED)
    prices, luck = _prices(path), _luck(path, 14_000)
    for rule, seen in zip(rules, lanes, strict=True):
        # The first block is not counted, as in the published simulations.
        counted = np.array(_spacings(rule, prices, luck)[1:])
        assert seen.mean[path] == pytest.approx(counted.mean(), rel=1e-8)
        assert seen.sd[path] == pytest.approx(counted.std(ddof=1), rel=1e-7)
        assert seen.longest[path] == pytest.approx(counted.max(), rel=1e-7)


def test_threads_do_not_change_a_bit() -> None:
    rules = [Rule(EPOCH, 500, 457, 11.0), Rule(WINDOW, 144, 144, 11.0)]
    one, two = (noda_paths.simulate(rules, 128, 3, threads) for threads in (1, 2))
    for a, b in zip(one, two, strict=True):
        assert [x.tobytes() for x in a] == [x.tobytes() for x in b]


def test_rules_do_not_meet() -> None:
    """A rule gives the same path alone and beside others."""
    rules = [Rule(ASERT, 2880), Rule(EPOCH, 100, 57, 11.0)]
    alone = noda_paths.simulate(rules[1:], 32, 9)[0]
    beside = noda_paths.simulate(rules, 32, 9)[1]
    assert alone.mean.tobytes() == beside.mean.tobytes()


def test_another_past_leaves_the_published_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noda, "_PAST", (12.5, 13.0))
    monkeypatch.setattr(noda, "_PATHS", 320)
    monkeypatch.setattr(noda, "_LONG_PATHS", 3200)
    rows = {row.what: row for row in noda.check_noda()}
    assert rows["Bitcoin, 2,016 blocks: mean, min"].verdict == "fail"


def test_a_bracket_holds_its_own_ends_only() -> None:
    def verdict(published: float, tolerance: float) -> str:
        return noda._bracket("x", published, (2.0, 1.0), tolerance, 3).verdict

    assert [verdict(v, 0.0) for v in (0.99, 1.0, 1.5, 2.0, 2.01)] == [
        "fail", "pass", "pass", "pass", "fail",
    ]  # fmt: skip
    assert [verdict(v, 0.1) for v in (0.89, 0.91, 2.09, 2.11)] == ["fail", "pass", "pass", "fail"]
    assert verdict(math.nan, 0.1) == "fail"
    assert noda._bracket("x", 1.0, (1.0, math.nan), 0.1, 3).verdict == "fail"
