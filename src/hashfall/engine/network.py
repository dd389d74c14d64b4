"""The network of a run: the fleet at day 0, where it stands, and its point forecast."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.fleet import Fleet, FleetLaw, fleet_alone
from hashfall.engine.fleet_filter import EpochFact, Filtered, Stepper, Weights, filter_fleet
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldRow, WorldState

__all__ = ["CompanyExit", "NetworkInputs", "fleet_on", "log_difficulty_ahead"]

Floats = NDArray[np.float64]

_BLOCKS: Final = 2015.0


@dataclass(frozen=True)
class CompanyExit:
    """What a company's fall takes off the network, and what comes back elsewhere.

    Parameters
    ----------
    shares : mapping of str to float
        Of the network's hashrate, by place. [share]
    weights : ndarray of shape (days + 1, places)
        Where machines stand after it left on day 0.
    runs_again : float
        What of it runs again in the end. [share of the network]
    half_days : int or None
        Days until half of that runs.
    """

    shares: Mapping[str, float]
    weights: Floats
    runs_again: float
    half_days: int | None


@dataclass(frozen=True)
class NetworkInputs:
    """What a run must know of the rest of the world's fleet.

    Parameters
    ----------
    law : FleetLaw
        What it is governed by, as known.
    fleet : Fleet
        At day 0.
    weights : ndarray of shape (places,)
        Where it stands.
    past : Filtered
        How it came there.
    vintage : datetime.date
        Of the fitted parameters.
    path : ndarray of shape (days + 1, places), optional
        Where it stands by day under a scenario.
    company : CompanyExit, optional
        What falls with the company that is assessed.
    """

    law: FleetLaw
    fleet: Fleet
    weights: Floats
    past: Filtered
    vintage: dt.date
    path: Floats | None = None
    company: CompanyExit | None = None


def fleet_on(law: FleetLaw, first: Fleet, facts: Sequence[EpochFact], weights: Weights,
             day: dt.date) -> Filtered:
    """A fleet's past up to a day inside the epoch after the last complete one.

    Parameters
    ----------
    first : Fleet
        At the start of the first epoch.
    facts : sequence of EpochFact
        Complete epochs by the day.
    """
    past = filter_fleet(law, first, facts, weights)
    days = (day - past.fleet.date).days
    if days <= 0:
        return past
    running = replace(facts[-1], start=past.fleet.date, end=day)
    fleet, _ = Stepper(law)(replace(past.fleet, shock=0.0), running,
                            weights(past.fleet.date, days))
    return replace(past, fleet=replace(fleet, trend=past.fleet.trend))


def log_difficulty_ahead(
    law: FleetLaw, fleet: Fleet, weights: Floats, start: tuple[float, int, float], price_usd: float,
    log_fee_ratio: float, halving: tuple[float, float], days: Sequence[int],
) -> Floats:
    """Log difficulty on later days along the middle path: no shocks, price as it is.

    Parameters
    ----------
    fleet : Fleet
        At the first block of an epoch.
    weights : ndarray of shape (places,)
        Where it stands.
    start : (mantissa, size, difficulty)
        Compact target in force, and its difficulty.
    price_usd, log_fee_ratio : float
        Held.
    halving : (blocks, subsidy)
        Blocks until the subsidy halves, and what it is. [blocks], [BTC]
    days : sequence of int
        Days at whose end difficulty is asked for.
    """
    calm = replace(law, shock_sd=0.0, multiple_sd=0.0, trend_sd=0.0, luck=0.0)
    last = max(days)
    p, state, fixed = fleet_alone(
        calm, fleet, np.tile(weights, (last + 1, 1)), price_usd, log_fee_ratio, {
            WorldState.MANTISSA: start[0], WorldState.SIZE: float(start[1]),
            WorldState.INV_DIFFICULTY: 1.0 / start[2], WorldState.TO_HALVING: halving[0],
            WorldState.SUBSIDY: halving[1],
        })
    block, out = np.repeat(state, LANES), np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    found, day = np.zeros(last + 1), 1
    while day <= last:
        n = min(SLAB_DAYS, last + 1 - day)
        kernels().world(block, p, np.zeros((1, 4)), fixed, out, 0, day, n, 0)
        found[day : day + n] = -np.log(out[:n, int(WorldRow.INV_DIFFICULTY) * LANES])
        day += n
    found[0] = math.log(start[2])
    return found[list(days)]
