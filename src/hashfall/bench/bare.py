"""World and ledger alone, without the reduction: what the reduction is measured against."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.bench.jobs import Job
from hashfall.engine.buffers import aligned
from hashfall.engine.compiled import entry_kernel
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS
from hashfall.engine.ledger import ledger
from hashfall.engine.setup import WorldPlan
from hashfall.engine.world import world
from hashfall.model.columns import Month, Row
from hashfall.model.layout import WorldRow

__all__ = ["bare_run", "world_run"]

Floats = NDArray[np.float64]
B = LANES
_SLAB = SLAB_DAYS


def bare(w0: Any, p: Any, table: Any, fixed: Any, head: Any, ints: Any, values: Any,
         schedule: Any, width: int, state: Any, live0: Any, wst: Any, u: Any, out: Any, st: Any,
         live: Any, record: Any, path0: int, seed: int, days: int) -> None:
    """Run the world and one ledger over one block of paths, and keep nothing."""
    for r in range(len(w0)):
        for k in range(B):
            wst[r * B + k] = w0[r]
    for r in range(len(state)):
        for k in range(B):
            st[r * B + k] = state[r]
    for i in range(len(live0)):
        live[i] = live0[i]
    day = 1
    while day <= days:
        n = min(_SLAB, days + 1 - day)
        world(wst, p, table, fixed, out, path0, day, n, seed)
        ledger(st, head, ints, values, schedule, width, live, out, record, u, path0, seed, day, n)
        day += n


@lru_cache(maxsize=1)
def _kernel() -> Any:
    return entry_kernel(bare)


def bare_run(job: Job, paths: int, seed: int) -> Callable[[], Floats]:
    """Function that runs world and ledger of a job and returns the fixed rows of each path.

    Returns
    -------
    callable
        Gives an array of shape (blocks, rows, 128), the same one each time.
    """
    plan, packed, kernel = job.world, job.packed, _kernel()
    live0, schedule = packed.live(), packed.schedule.ravel()
    months = 0 if packed.calendar is None else packed.calendar.months
    wst, st = aligned(plan.state.size * B), aligned(packed.state.size * B)
    live, u = np.zeros_like(live0), aligned(B)
    out = aligned(_SLAB, int(WorldRow.COUNT) * B)
    record = aligned(months, int(Month.COUNT) * B)
    rows = np.zeros((paths // B, int(Row.COUNT), B))

    def call() -> Floats:
        for i, kept in enumerate(rows):
            kernel(plan.state, plan.p, plan.table, plan.fixed, packed.head, packed.ints,
                   packed.values, schedule, packed.schedule.shape[1], packed.state, live0, wst, u,
                   out, st, live, record, i * B, seed, plan.days)
            kept[:] = st.reshape(-1, B)[: len(kept)]
        return rows

    return call


def world_run(plan: WorldPlan, paths: int, seed: int) -> Callable[[], None]:
    """Function that runs a world alone over its paths."""
    kernel = kernels().world
    wst, out = aligned(plan.state.size * B), aligned(_SLAB, int(WorldRow.COUNT) * B)

    def call() -> None:
        for first in range(0, paths, B):
            wst.reshape(-1, B)[:] = plan.state[:, None]
            for day in range(1, plan.days + 1, _SLAB):
                kernel(wst, plan.p, plan.table, plan.fixed, out, first, day,
                       min(_SLAB, plan.days + 1 - day), seed)

    return call
