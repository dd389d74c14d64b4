"""Worlds run for their network alone: what stands at chosen days on every path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.buffers import aligned
from hashfall.engine.fleet import Fleet, FleetLaw
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import (
    COHORTS,
    LANES,
    SLAB_DAYS,
    WorldFixed,
    WorldParam,
    WorldRow,
    WorldState,
)
from hashfall.engine.setup import WorldPlan
from hashfall.model.fleet_curve import read
from hashfall.model.layout import SHARE_ORIGIN

__all__ = ["Sample", "place_mix", "retargets", "sample"]

Floats = NDArray[np.float64]
B = LANES
_INV, _HASHRATE, _LOG_HP = (
    int(WorldState.INV_DIFFICULTY), int(WorldState.HASHRATE), int(WorldState.LOG_HP),
)
_NEW = int(WorldState.NEW)


@dataclass(frozen=True)
class Sample:
    """A network on chosen days of every path.

    Parameters
    ----------
    days : tuple of int
        Days after day 0.
    difficulty, hashrate_eh_s, hashprice_usd_ph_day : ndarray of shape (days, paths)
    new_eh_s : ndarray of shape (days, paths, cohorts)
        Delivered since day 0.
    """

    days: tuple[int, ...]
    difficulty: Floats
    hashrate_eh_s: Floats
    hashprice_usd_ph_day: Floats
    new_eh_s: Floats


def _slabs(days: Sequence[int]) -> list[tuple[int, int]]:
    """First day and length of each piece, so that a piece ends on every chosen day."""
    out, day = [], 1
    for stop in days:
        while day <= stop:
            n = min(SLAB_DAYS, stop + 1 - day)
            out.append((day, n))
            day += n
    return out


def sample(plan: WorldPlan, days: Sequence[int], paths: int, seed: int, *, threads: int = 2,
           path0: int = 0) -> Sample:
    """Run a planned world with a fleet and note the network on chosen days.

    Parameters
    ----------
    days : sequence of int
        Rising, 1 to the plan's length.
    paths : int
        A multiple of 128.
    path0 : int
        Address of the first path.
    """
    if paths % B or paths < B:
        raise ValueError(f"paths: expected a multiple of {B}, found {paths}")
    n = len(days)
    difficulty, hashrate, hashprice = (np.empty((n, paths)) for _ in range(3))
    new = np.empty((n, paths, COHORTS))
    pieces = _slabs(days)

    def block(first: int) -> None:
        st = aligned(plan.state.size * B)
        st.reshape(-1, B)[:] = plan.state[:, None]
        rows, out = st.reshape(-1, B), aligned(SLAB_DAYS, int(WorldRow.COUNT) * B)
        at, lanes = 0, slice(first, first + B)
        for day, length in pieces:
            kernels().world(st, plan.p, plan.table, plan.fixed, out, path0 + first, day, length,
                            seed)
            if day + length - 1 == days[at]:
                difficulty[at, lanes] = 1.0 / rows[_INV]
                hashrate[at, lanes] = rows[_HASHRATE]
                hashprice[at, lanes] = np.exp(rows[_LOG_HP])
                new[at, lanes] = rows[_NEW : _NEW + COHORTS].T
                at += 1

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(block, range(0, paths, B)))
    return Sample(tuple(days), difficulty, hashrate, hashprice, new)


def place_mix(plan: WorldPlan, law: FleetLaw, fleet: Fleet, weights: Floats, found: Sample
              ) -> Floats:
    """Share of the running hashrate in each place, of shape (days, paths, places).

    Parameters
    ----------
    weights : ndarray of shape (days + 1, places)
        As planned.
    """
    shares = law.shares
    cost = plan.p[WorldParam.COHORT_COST : WorldParam.COHORT_COST + COHORTS]
    out = np.empty((len(found.days), found.difficulty.shape[1], len(law.places)))
    for i, day in enumerate(found.days):
        left = fleet.installed_on(law, fleet.date + dt.timedelta(day))
        log_hp = np.log(found.hashprice_usd_ph_day[i])
        running = np.zeros((len(law.places), len(log_hp)))
        for rate, need in zip(left, fleet.log_need, strict=True):
            running += rate * read(shares, log_hp - need, SHARE_ORIGIN)
        for c in range(int(plan.fixed[day, WorldFixed.COHORT]) + 1):
            running += found.new_eh_s[i, :, c] * read(shares, log_hp - cost[c], SHARE_ORIGIN)
        running *= weights[day][:, None]
        out[i] = (running / running.sum(axis=0)).T
    return out


def retargets(plan: WorldPlan, count: int, paths: int, seed: int, *, path0: int = 0
              ) -> tuple[Floats, Floats]:
    """The first changes of difficulty on every path.

    Returns
    -------
    ratio, day : ndarray of shape (count, paths)
        New difficulty over old, and the day on which it holds; nan where the run is over.
    """
    ratio, when = np.full((count, paths), np.nan), np.full((count, paths), np.nan)
    for first in range(0, paths, B):
        st = aligned(plan.state.size * B)
        st.reshape(-1, B)[:] = plan.state[:, None]
        out = aligned(SLAB_DAYS, int(WorldRow.COUNT) * B)
        inv = [plan.state[_INV] * np.ones((1, B))]
        for day, length in _slabs([plan.days]):
            kernels().world(st, plan.p, plan.table, plan.fixed, out, path0 + first, day, length,
                            seed)
            at = int(WorldRow.INV_DIFFICULTY) * B
            inv.append(out[:length, at : at + B].copy())
        path = np.concatenate(inv)
        for k in range(B):
            days = np.flatnonzero(np.diff(path[:, k]))[:count]
            ratio[: len(days), first + k] = path[days, k] / path[days + 1, k]
            when[: len(days), first + k] = days + 1
    return ratio, when
