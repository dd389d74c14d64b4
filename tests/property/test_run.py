"""A run gives the same bits however it is cut: threads, tasks, companies beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from hashfall.book.prepare import prepare
from hashfall.engine.assess import AssessOptions, Study, study
from hashfall.engine.block import Fate
from hashfall.engine.market import plan_of
from hashfall.engine.pack import Options, Packed, pack
from hashfall.engine.run import Outcome, run
from hashfall.ingest.market import market_inputs
from hashfall.model.columns import Row

DRAWS, INNER, SEED = 3, 384, 11
Books = Callable[[int], Sequence[Packed]]


@pytest.fixture(scope="module")
def given() -> Study:
    prepared = prepare("terawulf_2022")
    market = market_inputs(prepared.book)
    return study(prepared.book, market, AssessOptions(seed=SEED), 200, prepared.world)


def ran(s: Study, books: Books, **how: int) -> list[Outcome]:
    settings = {"draws": DRAWS, "inner": INNER, "seed": SEED, "threads": 1, "keep": 1} | how
    return run(s.plan, books, **settings)


def base(s: Study) -> Books:
    return lambda draw: [s.base(draw)]


def same(a: Outcome, b: Outcome) -> bool:
    assert a.months is not None and b.months is not None
    assert a.bins is not None and b.bins is not None
    return (a.fate.tobytes() == b.fate.tobytes() and a.total.tobytes() == b.total.tobytes()
            and a.months.tobytes() == b.months.tobytes() and a.bins.tobytes() == b.bins.tobytes())


@pytest.mark.parametrize(("threads", "task_blocks"), [(2, 4), (2, 1), (1, 3), (3, 2)])
def test_threads_and_tasks_change_no_bit(given: Study, threads: int, task_blocks: int) -> None:
    first = ran(given, base(given))[0]
    again = ran(given, base(given), threads=threads, task_blocks=task_blocks)[0]
    assert same(first, again)


def test_another_seed_changes_the_paths(given: Study) -> None:
    first, other = ran(given, base(given))[0], ran(given, base(given), seed=SEED + 1)[0]
    assert not same(first, other)


def test_a_company_beside_it_changes_no_bit(given: Study) -> None:
    def both(draw: int) -> list[Packed]:
        return [given.base(draw), pack(given.draw(draw), given.frame, Options(sources="none"))]

    assert same(ran(given, base(given))[0], ran(given, both)[0])


def test_a_shorter_run_has_the_first_paths_of_a_longer_one(given: Study) -> None:
    whole = ran(given, base(given))[0].clock(Fate.D1)
    part = run(given.plan, base(given), draws=DRAWS, inner=128, seed=SEED, stride=INNER)[0]
    assert np.array_equal(whole[:, :128], part.clock(Fate.D1))


def test_leaving_a_stopped_ledger_changes_no_day_of_its_clock(given: Study) -> None:
    whole = ran(given, base(given))[0].fate[Fate.D1]
    left = run(given.plan, base(given), draws=DRAWS, inner=INNER, seed=SEED, watch=Row.D1)[0]
    assert np.array_equal(whole, left.fate[Fate.D1])
    assert (whole > 0).any() and (whole < 0).any()


def test_scenarios_of_a_seed_share_the_world() -> None:
    plain = prepare("bitriver")
    market = market_inputs(plain.book)
    from hashfall.book.patch import load_scenario

    patched = prepare("bitriver", None, None, [load_scenario("bitriver_no_freeze")])
    assert patched.book != plain.book
    a = plan_of(plain.book, market, 400, plain.world)
    b = plan_of(patched.book, market, 400, patched.world)
    for name in ("p", "state", "table", "fixed"):
        assert np.array_equal(getattr(a, name), getattr(b, name))


def test_paths_come_in_blocks_of_lanes(given: Study) -> None:
    with pytest.raises(ValueError, match="multiple of 128"):
        ran(given, base(given), inner=100)
