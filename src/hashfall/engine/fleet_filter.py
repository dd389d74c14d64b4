"""The fleet's past: the world kernel run over observed epochs, corrected by each one's blocks.

From one epoch to the next the kernel says what hashrate should be; the blocks
say what it was, with the luck of 2,015 intervals. The difference is taken into
capacity by the gain of a scalar Kalman filter: new machines where there is more,
fewer of each kind where there is less. Its one-step errors are the likelihood of
the parameters.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.buffers import aligned
from hashfall.engine.fleet import Fleet, FleetLaw, fleet_alone
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldRow, WorldState
from hashfall.model.fleet_curve import log_power_need

__all__ = ["EpochFact", "Filtered", "Stepper", "Weights", "filter_fleet"]

Floats = NDArray[np.float64]
Weights = Callable[[dt.date, int], Floats]
"""Shares of places from a date over a number of days: (days + 1, places)."""

_COUNTED: Final = -1e6  # blocks before a retarget that must not come: difficulty is observed
_LUCK_VARIANCE: Final = 1.0 / 2015.0
_KIND_DAYS: Final = 182
_KINDS: Final = 14
_SLOW: Final = 1e-9


@dataclass(frozen=True)
class EpochFact:
    """One complete difficulty epoch as it was.

    Parameters
    ----------
    epoch : int
        Number.
    start, end : datetime.date
        UTC days of its first block and of the next epoch's.
    difficulty, hashrate_eh_s : float
        In force, and realised over its 2,015 intervals.
    price_usd, log_fee_ratio, subsidy_btc : float
        Means over the epoch; the subsidy of its first block.
    blocks_to_halving : float
        From its first block.
    """

    epoch: int
    start: dt.date
    end: dt.date
    difficulty: float
    hashrate_eh_s: float
    price_usd: float
    log_fee_ratio: float
    subsidy_btc: float
    blocks_to_halving: float


@dataclass(frozen=True)
class Filtered:
    """The past of a fleet.

    Parameters
    ----------
    fleet : Fleet
        At the end of the last epoch.
    epochs : ndarray of int, shape (n,)
    error, variance : ndarray of shape (n,)
        Log of observed over predicted hashrate, and its variance without the tail.
    predicted_eh_s : ndarray of shape (n,)
    j_per_th, run : ndarray of shape (n,)
        Mean energy of the installed fleet; share of it that runs.
    fleets : tuple of Fleet
        At the end of each epoch.
    """

    fleet: Fleet
    epochs: NDArray[np.int64]
    error: Floats
    variance: Floats
    predicted_eh_s: Floats
    j_per_th: Floats
    run: Floats
    fleets: tuple[Fleet, ...] = ()


class Stepper:
    """Runs the kernel over one epoch at a time."""

    def __init__(self, law: FleetLaw) -> None:
        # Nothing random moves while the past is read.
        self.law = replace(law, shock_sd=0.0, multiple_kappa=0.0, multiple_sd=0.0, luck=0.0,
                           trend_keep=1.0, trend_sd=0.0)
        self.state = aligned(int(WorldState.COUNT) * LANES)
        self.out = aligned(SLAB_DAYS, int(WorldRow.COUNT) * LANES)
        self.table = np.zeros((1, 4))

    def __call__(self, fleet: Fleet, fact: EpochFact, weights: Floats) -> tuple[Fleet, float]:
        """The fleet at the end of an epoch, and the hashrate it should have had. [EH/s]"""
        days = len(weights) - 1
        p, start, fixed = fleet_alone(
            self.law, fleet, weights, fact.price_usd, fact.log_fee_ratio, {
                WorldState.INV_DIFFICULTY: 1.0 / fact.difficulty, WorldState.BLOCKS: _COUNTED,
                WorldState.TO_HALVING: fact.blocks_to_halving,
                WorldState.SUBSIDY: fact.subsidy_btc, WorldState.MANTISSA: 1.0,
            }, curve_days=99)
        self.state.reshape(-1, LANES)[:] = start[:, None]
        day = 1
        while day <= days:
            n = min(SLAB_DAYS, days + 1 - day)
            kernels().world(self.state, p, self.table, fixed, self.out, 0, day, n, 0)
            day += n
        end = self.state.reshape(-1, LANES)[:, 0]
        blocks = float(end[WorldState.BLOCKS]) - _COUNTED
        hashrate = blocks * fact.difficulty * 4294967296.0 / (86400.0 * days) / 1e18
        return self._moved(fleet, fact, end), hashrate

    def _moved(self, fleet: Fleet, fact: EpochFact, end: Floats) -> Fleet:
        grown = math.exp(float(end[WorldState.SHOCK]))
        left = fleet.installed_on(self.law, fact.end) * grown
        first, second, third = (float(end[WorldState.PIPE + stage]) for stage in range(3))
        moved = replace(
            fleet, date=fact.end, hashrate_eh_s=left, pipe=(first, second, third),
            value_lag=float(end[WorldState.VALUE_LAG]), multiple=float(end[WorldState.MULTIPLE]),
            run=float(end[WorldState.RUN]),
        )
        return _joined(moved, self.law, float(end[WorldState.NEW]) * grown)


def _joined(fleet: Fleet, law: FleetLaw, hashrate: float) -> Fleet:
    """The fleet with machines that were delivered at its date."""
    if hashrate <= 0.0:
        return fleet
    need = float(log_power_need(law.j_per_th(fleet.date))[0])
    born, needs = list(fleet.born), list(fleet.log_need)
    rates = list(fleet.hashrate_eh_s)
    if born and (fleet.date - born[-1]).days < _KIND_DAYS // 2:
        total = rates[-1] + hashrate
        share = hashrate / total
        needs[-1] += share * (need - needs[-1])
        born[-1] += dt.timedelta(round(share * (fleet.date - born[-1]).days))
        rates[-1] = total
    else:
        born, needs, rates = [*born, fleet.date], [*needs, need], [*rates, hashrate]
    keep = [i for i, r in enumerate(rates) if r > _SLOW * sum(rates)][-_KINDS:]
    return replace(fleet, born=tuple(born[i] for i in keep),
                   log_need=np.array([needs[i] for i in keep]),
                   hashrate_eh_s=np.array([rates[i] for i in keep]))


def _corrected(fleet: Fleet, law: FleetLaw, log_gain: float) -> Fleet:
    """The fleet with more or less capacity than the kernel expected."""
    if log_gain > 0.0:
        return _joined(fleet, law, float(fleet.hashrate_eh_s.sum()) * math.expm1(log_gain))
    return replace(fleet, hashrate_eh_s=fleet.hashrate_eh_s * math.exp(log_gain))


def _trend_variance(law: FleetLaw) -> float:
    """Of the trend in the long run."""
    return law.trend_sd**2 / max(1.0 - law.trend_keep**2, 1e-6)


def _renewed(belief: Floats, law: FleetLaw) -> Floats:
    """Covariance when the next epoch begins: the trend has faded and moved."""
    fade = np.diag([1.0, law.trend_keep])
    return np.asarray(fade @ belief @ fade + np.diag([0.0, law.trend_sd**2]))


def _ahead(belief: Floats, law: FleetLaw, days: int) -> Floats:
    """Covariance of level and trend at the end of an epoch, before it is observed."""
    move = np.array([[1.0, float(days)], [0.0, 1.0]])
    noise = np.diag([law.shock_sd**2 * days, 0.0])
    return np.asarray(move @ belief @ move.T + noise)


def filter_fleet(law: FleetLaw, fleet: Fleet, facts: Sequence[EpochFact], weights: Weights,
                 level_variance: float = 0.04) -> Filtered:
    """Read a fleet's past off observed epochs.

    Parameters
    ----------
    law : FleetLaw
        Parameters.
    fleet : Fleet
        At the start of the first epoch.
    facts : sequence of EpochFact
        Consecutive complete epochs.
    weights : callable
        ``weights(date, days)``: where the machines stand and are available.
    level_variance : float
        Of the log of the first fleet's capacity.
    """
    step, rows, fleets = Stepper(law), [], []
    belief = np.array([[level_variance, 0.0], [0.0, _trend_variance(law)]])
    for fact in facts:
        days = max(1, (fact.end - fact.start).days)
        fleet, predicted = step(replace(fleet, date=fact.start, shock=0.0), fact,
                                weights(fact.start, days))
        belief = _ahead(belief, law, days)
        variance = float(belief[0, 0]) + _LUCK_VARIANCE
        error = math.log(fact.hashrate_eh_s / predicted)
        gain = belief[:, 0] / variance
        belief = _renewed(belief - np.outer(gain, belief[0]), law)
        fleet = _corrected(fleet, law, float(gain[0]) * error)
        fleet = replace(fleet, trend=law.trend_keep * (fleet.trend + float(gain[1]) * error))
        fleets.append(fleet)
        rows.append((error, variance, predicted, fleet.j_per_th(), fleet.run))
    table = np.array(rows).reshape(-1, 5)
    numbers = np.array([f.epoch for f in facts], np.int64)
    return Filtered(fleet, numbers, table[:, 0], table[:, 1], table[:, 2], table[:, 3],
                    table[:, 4], tuple(fleets))
