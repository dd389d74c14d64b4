"""Simulation of difficulty rules in the setting of Noda, Okumura and Hashimoto.

Lanes of paths step from block to block; all rules see the same prices and the
same luck, so their rows differ by the rule alone. The published simulations are
followed where they differ from the text of a rule: prices stand on a grid of ten
minutes and are linear in between, the first block found is not counted and the
one that passes the horizon is, and the best rule knows the price in steps of 50
dollars.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.compiled import entry_kernel, lane_kernel, tail
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.model.difficulty_rules import SUPPLY_2018, logistic_hashrate, optimal_winning_rate
from hashfall.model.fmath import exp, log, normal, second_normal

__all__ = ["ASERT", "BEST", "EPOCH", "WINDOW", "Rule", "Spacings", "simulate"]

EPOCH, WINDOW, ASERT, BEST = 0, 1, 2, 3
"""Kinds of rule: one step an epoch, moving window, exponential, always the best rate."""


class Rule(NamedTuple):
    """A difficulty rule and the past that it starts with.

    Attributes
    ----------
    kind : int
        `EPOCH`, `WINDOW`, `ASERT` or `BEST`.
    blocks : int
        Length of the epoch or window; the time constant of ASERT in minutes.
    unseen : int
        Blocks of the running epoch or window that lie before the start.
    history_min : float
        Spacing of those blocks. [min]
    """

    kind: int
    blocks: int
    unseen: int = 0
    history_min: float = 10.0


class Spacings(NamedTuple):
    """Of each path of a rule: mean, standard deviation and longest block spacing. [min]"""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    longest: NDArray[np.float64]


_LANES: Final = 32
_GRID_MIN: Final = 10.0
_HORIZON_MIN: Final = 120_960.0
_POINTS: Final = int(_HORIZON_MIN / _GRID_MIN)
_WIDTH: Final = _POINTS + 8  # of a lane's prices: whole calls of four, one point to spare
_MOST_BLOCKS: Final = 3 * _POINTS
_SPACING_MIN: Final = 10.0
_PRICE0, _RATE0, _REWARD = 3604.59, 3.49948e-5, 12.5
_STEP_SD: Final = 0.001117728 * math.sqrt(_GRID_MIN)
_CEILING, _SLOPE, _CENTER = SUPPLY_2018
_LEAST_USD, _STEP_USD, _MOST_USD = 100.0, 50.0, 11_000.0
_STRETCH: Final = 64  # blocks that a rule goes before the next one follows
_RATE, _CLOCK, _PRICE, _SPENT, _WORK, _SPACING, _COUNT, _TOTAL, _SQUARES, _LONGEST = range(10)
_ROWS = 10
_PRICE_FACTOR, _LUCK_FACTOR = FACTOR["price"], FACTOR["luck"]


@lane_kernel
def _draw_prices(prices: Any, row: Any, first: int, seed: int) -> None:
    """Prices of all lanes on the grid, lane by lane: a lane reads on where it stands."""
    one, two, three = tail(row, _LANES), tail(row, 2 * _LANES), tail(row, 3 * _LANES)
    for lane in range(_LANES):
        three[lane] = _PRICE0
    for call in range(_WIDTH // 4):
        for lane in range(_LANES):
            a, b, c, d = uniforms(seed, first + lane, call, _PRICE_FACTOR)
            p = three[lane]
            q = p * (1.0 + _STEP_SD * normal(a, b))
            r = q * (1.0 + _STEP_SD * second_normal(a, b))
            s = r * (1.0 + _STEP_SD * normal(c, d))
            row[lane], one[lane], two[lane] = p, q, r
            three[lane] = s * (1.0 + _STEP_SD * second_normal(c, d))
            prices[lane * _WIDTH + 4 * call + 3] = s
        for lane in range(_LANES):
            at = lane * _WIDTH + 4 * call
            prices[at], prices[at + 1], prices[at + 2] = row[lane], one[lane], two[lane]


@lane_kernel
def _draw_luck(luck: Any, call: int, first: int, seed: int) -> None:
    """Luck of four blocks: exponential with mean one."""
    one, two, three = tail(luck, _LANES), tail(luck, 2 * _LANES), tail(luck, 3 * _LANES)
    for lane in range(_LANES):
        a, b, c, d = uniforms(seed, first + lane, call, _LUCK_FACTOR)
        luck[lane], one[lane], two[lane], three[lane] = -log(a), -log(b), -log(c), -log(d)


@lane_kernel
def _look_up(state: Any, prices: Any) -> None:
    """Price of each lane at its own time."""
    clock, price = tail(state, _CLOCK * _LANES), tail(state, _PRICE * _LANES)
    for lane in range(_LANES):
        time = clock[lane]
        place = time * (1.0 / _GRID_MIN) if time < _HORIZON_MIN else 0.0
        k = int(place)
        low = prices[lane * _WIDTH + k]
        price[lane] = low + (prices[lane * _WIDTH + k + 1] - low) * (place - k)


@lane_kernel
def _best_rate(state: Any, best: Any) -> None:
    """The best winning rate for the price as it is known, in steps."""
    price, rate = tail(state, _PRICE * _LANES), tail(state, _RATE * _LANES)
    for lane in range(_LANES):
        known = min(max(price[lane], _LEAST_USD), _MOST_USD)
        rate[lane] = best[int((known - _LEAST_USD) / _STEP_USD)]


@lane_kernel
def _find_block(state: Any, luck: Any) -> None:
    """The next block of each lane before the horizon: its spacing, and the clock after it."""
    price, rate = tail(state, _PRICE * _LANES), tail(state, _RATE * _LANES)
    clock, spacing = tail(state, _CLOCK * _LANES), tail(state, _SPACING * _LANES)
    for lane in range(_LANES):
        w, time = rate[lane], clock[lane]
        hashrate = logistic_hashrate(w * _REWARD * price[lane], _CEILING, _SLOPE, _CENTER)
        b = luck[lane] / (hashrate * w * 60.0)
        b = b if time < _HORIZON_MIN else 0.0
        spacing[lane] = b
        clock[lane] = time + b


@lane_kernel
def _count(state: Any) -> None:
    """Counts, sums and the longest spacing; a lane that is through adds nothing."""
    spacing, count = tail(state, _SPACING * _LANES), tail(state, _COUNT * _LANES)
    total, squares = tail(state, _TOTAL * _LANES), tail(state, _SQUARES * _LANES)
    longest = tail(state, _LONGEST * _LANES)
    for lane in range(_LANES):
        b, most = spacing[lane], longest[lane]
        count[lane] += 1.0 if b > 0.0 else 0.0
        total[lane] += b
        squares[lane] += b * b
        longest[lane] = b if b > most else most


@lane_kernel
def _epoch(state: Any, blocks: int, due: int) -> None:
    """Rule of Bitcoin: at the end of an epoch, by the mean spacing within it."""
    spacing, spent = tail(state, _SPACING * _LANES), tail(state, _SPENT * _LANES)
    for lane in range(_LANES):
        spent[lane] += spacing[lane]
    if due:
        rate = tail(state, _RATE * _LANES)
        for lane in range(_LANES):
            rate[lane] *= spent[lane] / (blocks * _SPACING_MIN)
            spent[lane] = 0.0


@lane_kernel
def _window(state: Any, past: Any, place: int, blocks: int) -> None:
    """Rule of Bitcoin Cash until 2020: time over work of the last blocks."""
    spacing, spent = tail(state, _SPACING * _LANES), tail(state, _SPENT * _LANES)
    rate, work = tail(state, _RATE * _LANES), tail(state, _WORK * _LANES)
    old_spacing, old_work = tail(past, place * _LANES), tail(past, (blocks + place) * _LANES)
    for lane in range(_LANES):
        b, done = spacing[lane], 1.0 / rate[lane]
        spent[lane] += b - old_spacing[lane]
        work[lane] += done - old_work[lane]
        old_spacing[lane], old_work[lane] = b, done
        rate[lane] = spent[lane] / _SPACING_MIN / work[lane] if b > 0.0 else rate[lane]


@lane_kernel
def _asert(state: Any, constant: float) -> None:
    """Exponential rule: each block by how late it was."""
    spacing, rate = tail(state, _SPACING * _LANES), tail(state, _RATE * _LANES)
    for lane in range(_LANES):
        b = spacing[lane]
        late = b - _SPACING_MIN if b > 0.0 else 0.0
        rate[lane] *= exp(late / constant)


@lane_kernel
def _through(state: Any) -> int:
    """Whether each lane of a rule has passed the horizon."""
    clock = tail(state, _CLOCK * _LANES)
    for lane in range(_LANES):
        if clock[lane] < _HORIZON_MIN:
            return 0
    return 1


@lane_kernel
def _step(state: Any, past: Any, prices: Any, luck: Any, best: Any, n: int, kind: int,
          blocks: int, unseen: int) -> None:
    """One block of each lane under one rule."""
    _look_up(state, prices)
    if kind == BEST:
        _best_rate(state, best)
    _find_block(state, luck)
    if n:
        _count(state)
    if kind == EPOCH:
        _epoch(state, blocks, (n + 1 + unseen) % blocks == 0)
    elif kind == WINDOW:
        _window(state, past, n % blocks, blocks)
    elif kind == ASERT:
        _asert(state, float(blocks))


def _paths(state: Any, past: Any, kinds: Any, prices: Any, luck: Any, best: Any,
           first: int, seed: int) -> None:
    """All rules over one block of lanes: a stretch of luck, then each rule through it."""
    _draw_prices(prices, luck, first, seed)
    rules, width, running = kinds.shape[0], past.size // kinds.shape[0], 1
    for start in range(0, _MOST_BLOCKS, _STRETCH):
        if not running:
            return
        for n in range(start, start + _STRETCH, 4):
            _draw_luck(tail(luck, (n - start) * _LANES), n // 4, first, seed)
        running = 0
        for rule in range(rules):
            own, old = tail(state, rule * _ROWS * _LANES), tail(past, rule * width)
            if not _through(own):
                running = 1
                for n in range(start, start + _STRETCH):
                    _step(own, old, prices, tail(luck, (n - start) * _LANES), best, n,
                          kinds[rule, 0], kinds[rule, 1], kinds[rule, 2])


@functools.cache
def _kernel() -> Any:
    """The compiled paths, built once."""
    return entry_kernel(_paths)


def _start(rules: Sequence[Rule]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """State and past of one block of lanes."""
    state = np.zeros((len(rules), _ROWS, _LANES))
    longest = max((rule.blocks for rule in rules if rule.kind == WINDOW), default=1)
    past = np.zeros((len(rules), 2 * longest * _LANES))
    state[:, _RATE] = _RATE0
    for i, rule in enumerate(rules):
        state[i, _SPENT] = rule.unseen * rule.history_min
        if rule.kind == WINDOW:
            half = rule.blocks * _LANES
            state[i, _SPENT] = rule.blocks * rule.history_min
            state[i, _WORK] = rule.blocks / _RATE0
            past[i, :half], past[i, half : 2 * half] = rule.history_min, 1.0 / _RATE0
    return state.ravel(), past.ravel()


def simulate(rules: Sequence[Rule], paths: int, seed: int, threads: int = 2) -> list[Spacings]:
    """Block spacings of all rules over twelve weeks, on the same prices and luck.

    Parameters
    ----------
    rules : sequence of Rule
        Rules to run.
    paths : int
        Paths of each rule, rounded up to whole blocks of lanes.
    seed : int
        Key of the draws, >= 0.
    threads : int
        Threads; they do not change a bit of the result.
    """
    kinds = np.array([(rule.kind, rule.blocks, rule.unseen) for rule in rules], np.int64)
    best = optimal_winning_rate(np.arange(_LEAST_USD, _MOST_USD + _STEP_USD, _STEP_USD))

    def block(first: int) -> NDArray[np.float64]:
        state, past = _start(rules)
        prices = np.empty(_WIDTH * _LANES)
        _kernel()(state, past, kinds, prices, np.empty(_STRETCH * _LANES), best, first, seed)
        return state.reshape(len(rules), _ROWS, _LANES)

    firsts = range(0, paths, _LANES)
    _kernel()  # built before the threads ask for it
    with ThreadPoolExecutor(threads) as pool:
        state = np.concatenate(list(pool.map(block, firsts)), axis=2)
    count, total = state[:, _COUNT], state[:, _TOTAL]
    mean = total / count
    sd = np.sqrt((state[:, _SQUARES] - total * mean) / (count - 1.0))
    return [Spacings(*row) for row in zip(mean, sd, state[:, _LONGEST], strict=True)]
