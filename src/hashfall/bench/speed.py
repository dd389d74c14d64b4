"""Benchmarks of the kernels: against scalar code, against NumPy, and of the reduction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hashfall.bench.harness import Contender, Timings, compare, digest_of
from hashfall.bench.jobs import Job, Size, job
from hashfall.bench.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["lanes_call", "numpy_default_shares", "reduction", "scalar_call", "vector_numpy",
           "vector_scalar"]

SEED: Final = 7
LANES_NAME: Final = "lanes"
_MILLION: Final = 1e6
_NO_VECTORS: Final = {"NUMBA_LOOP_VECTORIZE": "0", "NUMBA_SLP_VECTORIZE": "0"}


def lanes_call(job: Job, paths: int, threads: int = 1, keep: int = 0) -> Callable[[], Any]:
    """Function that runs a job on the lane kernels and returns what became of each path."""
    from hashfall.engine.run import run

    def call() -> Any:
        return run(job.world, lambda draw: [job.packed], draws=1, inner=paths, seed=SEED,
                   threads=threads, keep=keep)[0]

    return call


def scalar_call(job: Job, paths: int) -> Callable[[], Any]:
    """Function that runs a job path by path and returns the state of each path."""
    from hashfall.bench.scalar import run_paths
    from hashfall.bench.scalar_world import PATH_ROWS
    from hashfall.model.columns import Month
    from hashfall.model.layout import WorldRow

    packed, world = job.packed, job.world
    live0, w0 = packed.live(), np.ascontiguousarray(world.state[:PATH_ROWS])
    months = 0 if packed.calendar is None else packed.calendar.months
    wst, st = np.zeros((paths, PATH_ROWS)), np.zeros((paths, packed.state.size))
    live = np.zeros((paths, live0.size), np.int64)
    w, record = np.zeros(int(WorldRow.COUNT)), np.zeros((months, int(Month.COUNT)))

    def call() -> Any:
        run_paths(w0, world.p, world.fixed, packed.head, packed.ints, packed.values,
                  packed.schedule, packed.state, live0, wst, st, live, w, record, 0, SEED,
                  world.days)
        return st

    return call


def fates(paths: int) -> Callable[[Any], str]:
    """Digest of the days and sources of the first paths of a run."""
    return lambda outcome: digest_of(outcome.fate[:, :paths])


def rows_of_lanes(paths: int) -> Callable[[Any], str]:
    """Digest of all that the first paths end with, from blocks of lanes."""
    return lambda blocks: rows_of_paths(
        blocks.transpose(0, 2, 1).reshape(-1, blocks.shape[1])[:paths]
    )


def rows_of_paths(st: Any) -> str:
    """Digest of all that paths end with, from states, one row a path."""
    from hashfall.model.columns import Row

    return digest_of(st[:, : Row.PRICE] + 0.0)  # a negative zero is a zero


def _rates(found: Timings) -> dict[str, float]:
    """Million path-days per second of each contender, at its best."""
    return {name: 1.0 / found.best(name) / _MILLION for name in found.seconds}


def vector_scalar(size: Size) -> Iterator[Result]:
    """Lane kernels against the same formulas called path by path.

    Notes
    -----
    The opponent is `hashfall.bench.scalar`, a loop over paths written by hand. The
    lane kernels themselves, compiled without vector instructions in a process of
    its own, run beside it: not path by path, but what the vectors alone bring.
    """
    from hashfall.bench.bare import bare_run
    from hashfall.bench.child import Child

    for name in size.cases:
        one = job(name, size.days)
        few = size.scalar_paths
        with Child(name, size.days, few, _NO_VECTORS if size.compiles else {}) as child:
            found = compare([
                Contender(LANES_NAME, bare_run(one, size.paths, SEED), size.paths * size.days,
                          rows_of_lanes(few)),
                Contender("path by path", scalar_call(one, few), few * size.days,
                          rows_of_paths),
                Contender("no vectors", child.run, few * size.days, measures_itself=True),
            ], rounds=size.rounds, least=size.least)
        for slow, bar, against in (
            ("path by path", 6.0, "path by path, a loop written by hand"),
            ("no vectors", None, "the same lane loops, compiled without vectors"),
        ):
            yield Result("vector-scalar", name, against, found.ratios(slow, LANES_NAME), bar,
                         same_bits=found.same_bits, rates=_rates(found), load=found.load)


def numpy_default_shares(job: Job, paths: int, seed: int, at: list[int]) -> Any:
    """Shares of paths with a payment default by some days, in NumPy."""
    from hashfall.model.columns import Row

    st = _numpy_run(job, paths, seed, job.world.days).st
    return np.array([np.mean(st[Row.D1] <= day) for day in at])


def _numpy_run(job: Job, paths: int, seed: int, days: int) -> Any:
    from hashfall.bench.numpy_ledger import NumpyLedger
    from hashfall.bench.numpy_world import NumpyWorld

    world, ledger = NumpyWorld(job.world, paths, seed), NumpyLedger(job.packed, paths)
    for day in range(1, days + 1):
        ledger.step(day, world.step(day))
    return ledger


def _best_width(job: Job, size: Size) -> int:
    """Paths at a time at which NumPy is fastest."""
    days, spent = min(size.numpy_trial_days, job.world.days), {}
    for paths in size.numpy_paths:
        begin = time.process_time()
        _numpy_run(job, paths, SEED, days)
        spent[paths] = (time.process_time() - begin) / paths
    return min(spent, key=lambda paths: spent[paths])


def agreement(ours: Any, theirs: Any, paths: int, their_paths: int) -> float:
    """Largest distance of two sets of default shares. [standard errors]

    Examples
    --------
    >>> import numpy as np
    >>> round(agreement(np.array([0.5]), np.array([0.52]), 10000, 10000), 2)
    2.83
    """
    both = (ours * paths + theirs * their_paths) / (paths + their_paths)
    se = np.sqrt(both * (1.0 - both) * (1.0 / paths + 1.0 / their_paths))
    return float(np.max(np.abs(ours - theirs) / np.maximum(se, 1.0 / paths)))


def vector_numpy(size: Size) -> Iterator[Result]:
    """Lane kernels against the same model in NumPy, vectorised over paths.

    Notes
    -----
    NumPy has its own generator, so the paths differ: default shares by a quarter, a
    half and the whole of the horizon must agree within four standard errors.
    """
    from hashfall.bench.bare import bare_run
    from hashfall.engine.block import Fate

    for name in size.cases:
        one = job(name, size.days)
        width = _best_width(one, size)
        seeds: list[int] = []
        shares: list[Any] = []
        at = [one.world.days // 4, one.world.days // 2, one.world.days]

        def in_numpy(one: Job = one, width: int = width, seeds: list[int] = seeds,
                     shares: list[Any] = shares, at: list[int] = at) -> None:
            seeds.append(len(seeds) + 1)
            shares.append(numpy_default_shares(one, width, seeds[-1], at))

        found = compare([
            Contender(LANES_NAME, bare_run(one, size.paths, SEED), size.paths * size.days),
            Contender("NumPy", in_numpy, width * size.days),
        ], rounds=size.rounds, least=size.least)
        days = lanes_call(one, 8 * size.paths)().fate[Fate.D1]
        ours = np.array([np.mean((days > 0) & (days <= day)) for day in at])
        distance = agreement(ours, np.mean(shares, axis=0), len(days), width * len(shares))
        yield Result(
            "vector-numpy", name, f"NumPy over {width:,} paths at a time",
            found.ratios("NumPy", LANES_NAME), 8.0, same_bits=distance < 4.0,
            rates=_rates(found), load=found.load,
            note=f"default shares agree within {distance:.1f} standard errors",
        )


def reduction(size: Size) -> Iterator[Result]:
    """Whole run with fates, months and histograms, against world and ledger alone."""
    from hashfall.bench.bare import bare_run

    paths = 4 * size.paths
    for name in size.cases:
        one, work = job(name, size.days), float(paths * size.days)
        found = compare([
            Contender("alone", bare_run(one, paths, SEED), work),
            Contender("reduced", lanes_call(one, paths, keep=1), work),
        ], rounds=size.rounds, least=size.least)
        yield Result("reduction", name, "world and ledger alone",
                     found.ratios("reduced", "alone"), 1.03, at_most=True, rates=_rates(found),
                     load=found.load)
