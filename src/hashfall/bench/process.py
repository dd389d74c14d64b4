"""Benchmarks of whole processes: peak memory, start-up, one long run."""

from __future__ import annotations

import tempfile
from statistics import median
from typing import TYPE_CHECKING

from hashfall.bench.child import run_once
from hashfall.bench.harness import Load
from hashfall.bench.jobs import Size
from hashfall.bench.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["memory", "orientation", "start_up"]


def memory(size: Size) -> Iterator[Result]:
    """Peak memory of a process that runs one company, by number of paths."""
    with tempfile.TemporaryDirectory() as bytecode:
        yield from _memory(size, bytecode)


def _memory(size: Size, bytecode: str) -> Iterator[Result]:
    kept = {"PYTHONPYCACHEPREFIX": bytecode}
    # A compiler at work takes memory of its own: it is done before.
    run_once(size.cases[0], size.days, 128, settings=kept)
    for paths in size.memory_paths:
        with Load() as load:
            found = run_once(size.cases[0], size.days, paths, settings=kept)
        yield Result("memory", f"{paths:,} paths", "300 MB", [found["peak_mb"]], 300.0,
                     at_most=True, unit="MB", load=load,
                     rates={"seconds": found["run_seconds"]})


def start_up(size: Size) -> Iterator[Result]:
    """Whole process to the first result of a tiny run, kernels from the disk and compiled.

    Notes
    -----
    The modules' own bytecode is on disk in both, as it is after an installation.
    """
    case, days = size.cases[0], min(size.days, 366)
    with tempfile.TemporaryDirectory() as bytecode, tempfile.TemporaryDirectory() as empty:
        kept = {"PYTHONPYCACHEPREFIX": bytecode}
        with Load() as load:
            run_once(case, days, 128, settings=kept)  # fills both caches where they are empty
            warm = [run_once(case, days, 128, settings=kept)["whole_seconds"]
                    for _ in range(size.rounds)]
        yield Result("start-up", "kernels on disk", "1.5 s", warm, 1.5, at_most=True, unit="s",
                     load=load)
        if size.compiles:
            with Load() as load:
                found = run_once(case, days, 128, settings={**kept, "HASHFALL_CACHE_DIR": empty})
            yield Result("start-up", "nothing compiled", "", [found["whole_seconds"]], unit="s",
                         load=load)


def orientation(size: Size) -> Iterator[Result]:
    """Seconds of one long run of one company on two threads."""
    with Load() as load:
        runs = [run_once(size.cases[0], size.long_days, size.long_paths)["run_seconds"]
                for _ in range(min(3, size.rounds))]
    rate = size.long_paths * size.long_days / median(runs) / 1e6
    years = size.long_days / 365.25
    yield Result("orientation", f"{size.long_paths:,} paths", f"{years:.0f} years, two threads",
                 runs, unit="s", load=load, rates={"two threads": rate})
