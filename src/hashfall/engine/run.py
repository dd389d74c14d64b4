"""How a run happens: blocks of paths over threads, merged in a fixed order.

Path ``i`` belongs to book draw ``i // inner``; its random words are an address, so
the result is the same for any number of threads and any size of task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, local
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.block import BINS, Fate, Total
from hashfall.engine.buffers import aligned
from hashfall.engine.bundle import Bundle, bundle
from hashfall.engine.calendar import Floats
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldRow
from hashfall.engine.pack import Packed
from hashfall.model.columns import Month, Row

__all__ = ["Outcome", "World", "run", "run_block"]

Progress = Callable[[float], None]
Books = Callable[[int], Sequence[Packed]]


class World(Protocol):
    """What a run needs of a planned world (`hashfall.engine.setup.WorldPlan`)."""

    @property
    def p(self) -> Floats:
        """Parameters."""

    @property
    def state(self) -> Floats:
        """One number for each row of the state."""

    @property
    def table(self) -> Floats:
        """Epochs of the bootstrap."""

    @property
    def fixed(self) -> Floats:
        """Overrides by day and row."""

    @property
    def days(self) -> int:
        """Length. [days]"""


@dataclass
class Outcome:
    """What a run keeps of one ledger.

    Attributes
    ----------
    fate : ndarray of shape (kinds, draws * inner)
        Day of each clock, -1 for never, and what broke (see `hashfall.engine.block.Fate`).
    total : ndarray
        Sums over paths (`hashfall.engine.block.Total`).
    months : ndarray of shape (months, rows) or None
        Sums of the month-end records.
    bins : ndarray of shape (months, bins) or None
        Histogram of liquid means at month ends.
    by_draw : ndarray of shape (draws, sums)
        `total` apart for each draw of the book.
    """

    draws: int
    inner: int
    fate: NDArray[np.int16]
    total: Floats
    months: Floats | None = None
    bins: NDArray[np.int64] | None = None
    by_draw: Floats = field(default_factory=lambda: np.zeros((0, int(Total.COUNT))))

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self.draws * self.inner

    def clock(self, kind: Fate) -> NDArray[np.int16]:
        """Days of one clock by draw, of shape (draws, inner)."""
        return np.reshape(self.fate[kind], (self.draws, self.inner))


class _Work:
    """Buffers of one thread; its histogram is added up over all of its tasks."""

    def __init__(self, world: World, data: Bundle, kept: int) -> None:
        self.wst = aligned(world.state.size * LANES)
        self.u = aligned(8 * LANES)
        self.bins = np.zeros((kept, data.months, BINS), np.int32)
        self.record = aligned(kept + 1, data.months, int(Month.COUNT) * LANES)
        self.out = aligned(SLAB_DAYS, int(WorldRow.COUNT) * LANES)
        self.at = np.zeros(LANES, np.int64)
        self.fit(data)

    def fit(self, data: Bundle) -> None:
        """Make room for a bundle; draws differ in size where a claim does not come up."""
        self.st = aligned(data.state.size * LANES)
        self.live = np.zeros(data.live.size, np.int64)
        self.done = np.zeros(data.count, np.int64)

    def fits(self, data: Bundle) -> bool:
        """Whether a bundle has the size of the one before."""
        sizes = (self.st.size, self.live.size, self.done.size)
        return sizes == (data.state.size * LANES, data.live.size, data.count)


def block_kernel() -> Any:
    """Compiled run of one block (`hashfall.engine.block.block`)."""
    from hashfall.engine.block import block

    return block


class _Draws:
    """Bundles by draw; a few are kept, since neighbours ask for the same one."""

    def __init__(self, books: Books) -> None:
        self.books, self.lock = books, Lock()
        self.kept: dict[int, Bundle] = {}

    def get(self, draw: int) -> Bundle:
        """Bundle of one draw."""
        with self.lock:
            if draw not in self.kept:
                if len(self.kept) >= 2:
                    self.kept.pop(next(iter(self.kept)))
                self.kept[draw] = bundle(self.books(draw))
            return self.kept[draw]


def _task(world: World, data: Bundle, work: _Work, keep: int, first: int, count: int,
          seed: int, watch: int) -> tuple[NDArray[np.int16], Floats, Floats]:
    """Run `count` blocks from path `first`; sums stay apart by block."""
    kernel = block_kernel()
    jobs = data.count
    signed = seed - (1 << 64) if seed >> 63 else seed  # the same 64 bits
    # One contiguous array a block: a strided view would be another type to the compiler.
    fate = np.zeros((count, jobs, Fate.COUNT, LANES), np.int16)
    total = np.zeros((count, jobs, Total.COUNT))
    sums = np.zeros((count, keep, data.months, Month.COUNT))
    for i in range(count):
        kernel(world.state, world.p, world.table, world.fixed, data.heads, data.ints,
               data.ints_at, data.values, data.values_at, data.schedule, data.schedule_at,
               data.state, data.state_at, data.live, data.live_at, work.wst, work.u, work.out,
               work.st, work.live, work.record, work.at, fate[i], total[i], sums[i], work.bins,
               work.done, first + i * LANES, signed, world.days, watch)
    return fate, total, sums


def run_block(world: World, packed: Packed, first: int, seed: int) -> tuple[Floats, Floats]:
    """One block of paths of one ledger: its final state and its records of months.

    Parameters
    ----------
    world : World
        Planned world.
    packed : Packed
        Ledger.
    first : int
        Number of the block's first path.
    seed : int
        Seed.

    Returns
    -------
    state : ndarray of shape (rows, lanes)
        Rows of `hashfall.model.columns.Row` first.
    months : ndarray of shape (months, rows, lanes)
        Rows are those of `hashfall.model.columns.Month`.
    """
    data = bundle([packed])
    work = _Work(world, data, 1)
    _task(world, data, work, 1, first, 1, seed, -1)
    return work.st.reshape(-1, LANES), work.record[0].reshape(data.months, -1, LANES)


def run(
    world: World, books: Books, *, draws: int, inner: int, seed: int, threads: int = 2,
    keep: int = 1, task_blocks: int = 16, stride: int | None = None, watch: Row | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run every ledger of every draw over its own paths of one world.

    Parameters
    ----------
    world : World
        Planned world.
    books : callable
        ``books(draw)`` gives the packed ledgers of a draw, the same number for each.
    draws, inner : int
        Book draws, and paths for each of them (a multiple of 128).
    seed : int
        Seed, 0 to 2^64 - 1.
    threads : int
        Threads; changes no bit of the result.
    keep : int
        Ledgers, from the first, whose month-end records are kept.
    task_blocks : int
        Blocks of 128 paths in one task; changes no bit either.
    stride : int, optional
        Paths from the first of one draw to the first of the next; `inner` if not
        given. A shorter run with the stride of a longer one has its first paths.
    watch : Row, optional
        Clock that alone is wanted: a ledger is left once it has stopped in all paths
        of a block. Every other figure of such a ledger is then cut short.
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    list of Outcome
        One a ledger.

    Raises
    ------
    ValueError
        If `inner` is not a positive multiple of 128.
    """
    if inner <= 0 or inner % LANES:
        raise ValueError(f"inner: expected a positive multiple of {LANES}, found {inner}")
    step = inner if stride is None else stride
    own, works = local(), list[_Work]()
    source = _Draws(books)
    first = source.get(0)
    keep = min(keep, first.count)
    outcomes = [
        Outcome(draws, inner, np.zeros((Fate.COUNT, draws * inner), np.int16),
                np.zeros(Total.COUNT),
                np.zeros((first.months, Month.COUNT)) if j < keep else None,
                np.zeros((first.months, BINS), np.int64) if j < keep else None,
                np.zeros((draws, Total.COUNT)))
        for j in range(first.count)
    ]
    tasks = [(d, at, min(task_blocks, inner // LANES - at))
             for d in range(draws) for at in range(0, inner // LANES, task_blocks)]

    def work(task: tuple[int, int, int]) -> Any:
        draw, at, count = task
        data = source.get(draw)
        mine: _Work | None = getattr(own, "work", None)
        if mine is None:
            mine = own.work = _Work(world, data, keep)
            works.append(mine)
        elif not mine.fits(data):
            mine.fit(data)
        return _task(world, data, mine, keep, draw * step + at * LANES, count, seed,
                     -1 if watch is None else int(watch))

    block_kernel()
    for done, (task, result) in enumerate(zip(tasks, _results(work, tasks, threads), strict=True)):
        _merge(outcomes, task, inner, keep, *result)
        if progress is not None:
            progress((done + 1) / len(tasks))
    # Whole numbers: their sum is the same in any order.
    for part in works:
        for j, outcome in enumerate(outcomes[:keep]):
            outcome.bins += part.bins[j]
    return outcomes


def _results(work: Callable[..., Any], tasks: Sequence[Any], threads: int) -> Iterator[Any]:
    """Results of the tasks in order, on threads of a pool, or here where one is enough."""
    if threads <= 1:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from _ahead(pool, work, tasks)


def _ahead(pool: ThreadPoolExecutor, work: Callable[..., Any], tasks: Sequence[Any]) -> Any:
    """Results in order, with a bounded number of tasks under way: memory stays flat."""
    waiting: list[Any] = []
    for task in tasks:
        waiting.append(pool.submit(work, task))
        if len(waiting) >= 8:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _merge(outcomes: list[Outcome], task: tuple[int, int, int], inner: int, keep: int,
           fate: Any, total: Any, sums: Any) -> None:
    draw, at, count = task
    begin = draw * inner + at * LANES
    for j, outcome in enumerate(outcomes):
        for i in range(count):
            lane = begin + i * LANES
            outcome.fate[:, lane : lane + LANES] = fate[i, j]
            outcome.total += total[i, j]
            outcome.by_draw[draw] += total[i, j]
            if j < keep:
                outcome.months += sums[i, j]
