"""Benchmark of the world in which the fleet answers, against the one that grows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hashfall.bench.bare import world_run
from hashfall.bench.harness import Contender, compare
from hashfall.bench.jobs import Size, prepared_group
from hashfall.bench.result import Result
from hashfall.bench.speed import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["network"]


def network(size: Size) -> Iterator[Result]:
    """World alone, one thread, with and without the fleet."""
    from hashfall.engine.market import plan_of
    from hashfall.ingest.market import market_inputs

    paths = size.paths
    for name in size.cases[:1]:
        prepared, book = prepared_group(name)
        plans = {
            answers: plan_of(book, market_inputs(book, answers), size.days, prepared.world)
            for answers in (True, False)
        }
        work = float(paths * size.days)
        found = compare([
            Contender("with", world_run(plans[True], paths, SEED), work),
            Contender("without", world_run(plans[False], paths, SEED), work),
        ], rounds=size.rounds, least=size.least)
        yield Result("network", name, "world without it", found.ratios("with", "without"), 2.0,
                     at_most=True, load=found.load,
                     rates={k: 1e-6 / found.best(k) for k in found.seconds})
