"""World and ledger alone, without the reduction: what the reduction is measured against."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.bench.jobs import Job
from hashfall.engine.block import repeat
from hashfall.engine.buffers import aligned
from hashfall.engine.bundle import bundle
from hashfall.engine.compiled import entry_kernel, tail
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


def bare(w0: Any, p: Any, table: Any, fixed: Any, heads: Any, ints: Any, ints_at: Any,
         values: Any, values_at: Any, schedule: Any, schedule_at: Any, state: Any, state_at: Any,
         live0: Any, live_at: Any, wst: Any, u: Any, out: Any, st: Any, live: Any, record: Any,
         path0: int, seed: int, days: int) -> None:
    """Run a world and its ledgers over one block of paths as the engine does, less the rest."""
    repeat(wst, w0)
    repeat(st, state)
    for i in range(len(live0)):
        live[i] = live0[i]
    day = 1
    while day <= days:
        n = min(_SLAB, days + 1 - day)
        world(wst, p, table, fixed, out, path0, day, n, seed)
        for j in range(len(heads)):
            width = (schedule_at[j + 1] - schedule_at[j]) // (days + 1)
            ledger(tail(st, state_at[j] * B), heads[j], tail(ints, ints_at[j]),
                   tail(values, values_at[j]), tail(schedule, schedule_at[j]), width,
                   tail(live, live_at[j]), out, record[j], u, path0, seed, day, n)
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
    plan, data, kernel = job.world, bundle([job.packed]), _kernel()
    wst, st = aligned(plan.state.size * B), aligned(data.state.size * B)
    live, u = np.zeros_like(data.live), aligned(8 * B)
    out = aligned(_SLAB, int(WorldRow.COUNT) * B)
    record = aligned(1, data.months, int(Month.COUNT) * B)
    rows = np.zeros((paths // B, int(Row.COUNT), B))

    def call() -> Floats:
        for i, kept in enumerate(rows):
            kernel(plan.state, plan.p, plan.table, plan.fixed, data.heads, data.ints, data.ints_at,
                   data.values, data.values_at, data.schedule, data.schedule_at, data.state,
                   data.state_at, data.live, data.live_at, wst, u, out, st, live, record, i * B,
                   seed, plan.days)
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
