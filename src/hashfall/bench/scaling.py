"""Benchmarks of scaling: threads, and many companies on one world."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.bench.harness import Contender, compare, digest_of
from hashfall.bench.jobs import Size, cohort, job
from hashfall.bench.result import Result
from hashfall.bench.speed import SEED, fates, lanes_call

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["companies", "threads"]


def threads(size: Size) -> Iterator[Result]:
    """Two threads against one, by the clock on the wall."""
    paths = size.thread_paths
    for name in size.cases[:1]:
        one = job(name, size.days)
        digest = fates(paths)
        found = compare([
            Contender("two", lanes_call(one, paths, 2, keep=1), paths * size.days, digest),
            Contender("one", lanes_call(one, paths, 1, keep=1), paths * size.days, digest),
        ], rounds=size.rounds, least=size.least, clock=time.perf_counter)
        yield Result("threads", name, "one thread, wall time", found.ratios("one", "two"), 1.7,
                     same_bits=found.same_bits, load=found.load,
                     rates={k: 1e-6 / found.best(k) for k in found.seconds})


def companies(size: Size) -> Iterator[Result]:
    """Many companies on one world, against the world once and each ledger alone.

    Notes
    -----
    Ledgers alone: each company runs on a world of its own, the same paths, and the
    time of the world alone is taken off as often as it ran too much.
    """
    from hashfall.bench.bare import world_run
    from hashfall.engine.run import run

    plan, packed = cohort(size.companies, size.company_days)
    paths, count = size.company_paths, len(packed)

    def together() -> Any:
        found = run(plan, lambda draw: packed, draws=1, inner=paths, seed=SEED, threads=1, keep=0)
        return np.concatenate([outcome.fate for outcome in found], axis=1)

    def apart() -> Any:
        return run(plan, lambda draw: [packed[draw]], draws=count, inner=paths, seed=SEED,
                   threads=1, keep=0, stride=0)[0].fate

    work = float(paths * plan.days)
    found = compare([
        Contender("together", together, work * count, digest_of),
        Contender("apart", apart, work * count, digest_of),
        Contender("world", world_run(plan, paths, SEED), work),
    ], rounds=size.rounds, least=size.least)
    rows = zip(found.seconds["together"], found.seconds["apart"], found.seconds["world"],
               strict=True)
    ratios = [count * a / (count * b - (count - 1) * w) for a, b, w in rows]
    yield Result(
        "companies", f"{count} companies", "the world once and each ledger alone", ratios, 1.1,
        at_most=True, same_bits=found.same_bits, load=found.load,
        rates={"together": 1e-6 / found.best("together"), "one at a time":
               1e-6 / found.best("apart"), "world alone": 1e-6 / found.best("world")},
    )
