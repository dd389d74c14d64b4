"""What is run: packed companies on their planned worlds, and how much of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from hashfall.book.prepare import Prepared
    from hashfall.book.record import Book
    from hashfall.engine.pack import Packed
    from hashfall.engine.setup import WorldPlan

__all__ = ["CASES", "COHORT", "FULL", "SMOKE", "Job", "Size", "cohort", "job", "prepared_group"]

CASES: Final = ("core_scientific_2022", "bitriver", "rich")
"""Companies of the kernel benchmarks: a miner, a host, and a made-up one with everything."""
COHORT: Final = ("core_scientific_2022", "riot_2022", "cleanspark_2022", "bitfarms_2022",
                 "terawulf_2022")
"""Companies of one quarter, which share a world."""
_RICH: Final = "rich"


@dataclass(frozen=True)
class Size:
    """How much a benchmark runs.

    Parameters
    ----------
    cases : tuple of str
        Companies of the kernel benchmarks.
    days : int
        Horizon of the kernel benchmarks. [days]
    rounds : int
        Rounds of each comparison.
    least : float
        Shortest run in a round. [s]
    paths : int
        Paths of the lane kernels, a multiple of 128.
    scalar_paths : int
        Paths of the scalar opponent, a multiple of 128.
    numpy_paths : tuple of int
        Paths that NumPy may take at a time; the fastest is taken.
    numpy_trial_days : int
        Days on which they are tried. [days]
    thread_paths : int
        Paths of the benchmark of threads.
    companies, company_paths, company_days : int
        Companies on one world, paths of each and days of them.
    memory_paths : tuple of int
        Paths of the benchmark of memory.
    long_paths, long_days : int
        Paths and days of the run for orientation.
    compiles : bool
        Whether to measure what asks for a compilation of its own.
    """

    cases: tuple[str, ...] = CASES
    days: int = 1096
    rounds: int = 7
    least: float = 0.08
    paths: int = 2048
    scalar_paths: int = 384
    numpy_paths: tuple[int, ...] = (1000, 2000, 5000, 10000)
    numpy_trial_days: int = 120
    thread_paths: int = 16384
    companies: int = 100
    company_paths: int = 512
    company_days: int = 365
    memory_paths: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    long_paths: int = 100_000
    long_days: int = 1826
    compiles: bool = True


FULL: Final = Size()
"""Size of a benchmark that is read."""
SMOKE: Final = Size(
    cases=("rich",), days=33, rounds=2, least=0.0, paths=128, scalar_paths=128,
    numpy_paths=(64, 128), numpy_trial_days=2, thread_paths=512, companies=5,
    company_paths=128, company_days=33, memory_paths=(128,), long_paths=256, long_days=33,
    compiles=False,
)
"""Size of a test that only asks whether everything runs."""


@dataclass(frozen=True)
class Job:
    """One company, everything unknown about it at its median, on its planned world."""

    name: str
    world: WorldPlan
    packed: Packed


def _prepared(company: str) -> Prepared:
    """Book of a case or of the made-up company, its sizing rules applied."""
    from hashfall.book.prepare import prepare

    if company != _RICH:
        return prepare(company)
    with as_file(files("hashfall.bench") / "rich.toml") as path:
        return prepare(path)


def prepared_group(company: str) -> tuple[Prepared, Book]:
    """Prepared book, and its part without ring-fenced subsidiaries."""
    from hashfall.book.parts import parts

    prepared = _prepared(company)
    return prepared, parts(prepared.book)[0]


def job(company: str, days: int) -> Job:
    """Pack a company over a number of days."""
    from hashfall.book.draws import median
    from hashfall.engine.market import frame_of, plan_of
    from hashfall.engine.pack import pack
    from hashfall.ingest.market import market_inputs

    prepared, book = prepared_group(company)
    market = market_inputs(book)
    plan = plan_of(book, market, days, prepared.world)
    return Job(company, plan, pack(median(book), frame_of(book, market, plan)))


def cohort(count: int, days: int) -> tuple[WorldPlan, list[Packed]]:
    """Pack many companies on one world: draws of the books of one quarter, in turn."""
    from dataclasses import replace

    from hashfall.book.draws import Drawer
    from hashfall.engine.market import frame_of, places_of
    from hashfall.engine.pack import pack
    from hashfall.engine.setup import plan_world
    from hashfall.ingest.market import market_inputs

    books = [prepared_group(company)[1] for company in COHORT]
    regions = tuple(sorted({r for book in books for r in places_of(book)[0]}))
    market = market_inputs(books[0])
    plan = plan_world(market.snapshot, market.parameters, regions=regions, currencies=(),
                      fx_rates={}, days=days)
    frames = [frame_of(book, market, plan) for book in books]
    power = {r: price for frame in frames for r, price in frame.power_usd_per_kwh.items()}
    frames = [replace(frame, regions=regions, power_usd_per_kwh=power) for frame in frames]
    drawers = [Drawer(book) for book in books]
    packed = []
    for i in range(count):
        random = np.random.default_rng(i).random
        uniforms = {driver.name: float(random()) for driver in drawers[i % len(books)].drivers}
        packed.append(pack(drawers[i % len(books)].draw(uniforms), frames[i % len(books)]))
    return plan, packed
