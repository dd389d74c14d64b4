"""Routes through venues and rails: kernel and twin, conservation, and the flow that sees ahead."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hashfall.engine.pack import Options, pack
from hashfall.engine.replay import Trace, replay
from hashfall.model.columns import Gate, Head, Row, TapKind
from hashfall.verify.ledger_flow import compared, delays_on_rails, with_plenty
from hashfall.verify.ledger_twin import compiled, differences
from hashfall.verify.random_books import frame, stormy_world
from hashfall.verify.random_routes import routed_book

DAYS, FEW = 130, 30
WORLD, SHORT = stormy_world(DAYS), stormy_world(FEW)
CHOICES = st.randoms(use_true_random=False)


def trace_of(number: int, path: int = 5) -> Trace:
    """One path of a numbered book."""
    packed = pack(routed_book(random.Random(number).random), frame(DAYS))
    return replay(WORLD, packed, path, number)


@settings(max_examples=30)
@given(CHOICES, st.integers(0, 127), st.integers(0, 2**64 - 1))
def test_a_book_with_routes_has_the_same_bits(
    choices: random.Random, lane: int, seed: int
) -> None:
    packed = pack(routed_book(choices.random), frame(DAYS))
    kernel = compiled(WORLD, packed, 128, seed)
    path = replay(WORLD, packed, 128 + lane, seed).ledger
    assert not differences(kernel, lane, path)


@settings(max_examples=30)
@given(CHOICES, st.integers(0, 2**40))
def test_money_is_conserved_on_routes(choices: random.Random, path: int) -> None:
    trace = replay(WORLD, pack(routed_book(choices.random), frame(DAYS)), path, 3)
    assert not trace.ledger.problems()
    for day in trace.ledger.days:
        assert min(day.cash, day.coins, day.frozen, day.under_way, day.unpaid) >= 0.0


@settings(max_examples=25)
@given(CHOICES, st.integers(0, 2), st.integers(0, 2**40))
def test_ledger_and_flow_bring_the_same_money_by_each_date(
    choices: random.Random, delay: int, path: int
) -> None:
    book = with_plenty(routed_book(choices.random), delay)
    found = compared(replay(SHORT, pack(book, frame(FEW)), path, 3))
    np.testing.assert_allclose(found.ledger, found.flow, rtol=1e-8, atol=1.0)


@settings(max_examples=25)
@given(CHOICES, st.integers(0, 2**40))
def test_the_flow_that_sees_ahead_is_never_below(choices: random.Random, path: int) -> None:
    book = delays_on_rails(routed_book(choices.random), lambda name: len(name) % 3)
    found = compared(replay(SHORT, pack(book, frame(FEW)), path, 3))
    assert np.all(found.ledger <= found.flow * (1.0 + 1e-8) + 1.0)


def test_books_send_coins_elsewhere_and_routes_close_and_open() -> None:
    kinds: Counter[str] = Counter()
    for number in range(24):
        trace = trace_of(number)
        p = trace.packed
        taps = [int(p.ints[p.head[Head.I_TAP] + 7 * t]) for t in range(p.head[Head.TAPS])]
        kinds.update(mark.what for mark in trace.marks)
        kinds["shift"] += taps.count(TapKind.SHIFT)
        last = int(trace.ledger.row(Row.LAST_TAP))
        kinds["sold by a shift"] += last >= 0 and taps[last] == TapKind.SHIFT
    assert min(kinds["closes"], kinds["opens"], kinds["shift"], kinds["sold by a shift"]) > 0


def test_states_are_addressed_by_path_and_day() -> None:
    # Another book with the same venue and rail opens and closes them on the same days.
    book = routed_book(random.Random(21).random)
    marks = [m for m in trace_of(21).marks if m.what in ("closes", "opens")]
    assert marks
    poor = book.model_copy(update={"coins": book.coins.model_copy(update={"free_btc": 1.0})})
    other = replay(WORLD, pack(poor, frame(DAYS)), 5, 21)
    assert [m for m in other.marks if m.what in ("closes", "opens")] == marks


def test_days_on_which_every_route_closes_or_opens_in_every_lane() -> None:
    # More changes a day than a list of the kernel holds.
    book = routed_book(random.Random(21).random)
    restless = {"closes_per_year": 1e6, "reopens_after_days": 1e-3}
    routes = {k: r.model_copy(update=restless) for k, r in book.routes.items()}
    assert len(routes) > 2
    packed = pack(book.model_copy(update={"routes": routes}), frame(DAYS))
    kernel = compiled(WORLD, packed, 0, 21)
    for lane in (0, 63, 127):
        path = replay(WORLD, packed, lane, 21)
        assert not differences(kernel, lane, path.ledger)
        assert sum(m.what in ("closes", "opens") for m in path.marks) > DAYS


def test_a_schedule_cut_short_has_room_for_what_changes_later() -> None:
    packed = pack(routed_book(random.Random(21).random), frame(DAYS))
    assert packed.head[Head.HAZARDS] > 0
    cut = replace(packed, schedule=np.ascontiguousarray(packed.schedule[: FEW + 1]))
    assert cut.live().size == packed.live().size
    last = int(packed.head[Head.CHANGES] + packed.head[Head.LAST_DAY])
    assert cut.live().size == last + 1 + 128 * int(packed.head[Head.GATES])


def test_without_frictions_routes_are_open_and_cost_nothing() -> None:
    book = routed_book(random.Random(3).random)
    packed = pack(book, frame(DAYS), Options(remove=frozenset({"route"})))
    assert packed.head[Head.GATES] == 0
    kinds = [int(packed.ints[packed.head[Head.I_TAP] + 7 * t])
             for t in range(packed.head[Head.TAPS])]
    assert TapKind.SLICE not in kinds and TapKind.SHIFT not in kinds


def test_share_of_time_closed_is_that_of_the_chain() -> None:
    book = routed_book(random.Random(0).random)
    route = next(iter(book.routes.values())).model_copy(update={
        "closes_per_year": 36.5, "reopens_after_days": 5.0, "venue": None, "rail": None,
        "account": None, "impact": 0.0})
    packed = pack(book.model_copy(update={"routes": {"r": route}}), frame(DAYS))
    at = int(packed.head[Head.R_GATE]) + 2 * int(Gate.COUNT) + int(Gate.OPEN)
    is_open = [compiled(WORLD, packed, 128 * block, 9).rows[at] for block in range(40)]
    # Rates of 0.1 and 0.2 a day: open two thirds of the time.
    share, paths = float(np.mean(is_open)), 128 * 40
    assert abs(share - 2.0 / 3.0) < 4.0 * math.sqrt(2.0 / 9.0 / paths)
