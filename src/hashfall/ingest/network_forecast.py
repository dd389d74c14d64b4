"""Point forecasts of difficulty by the network model, each with what was known at its origin."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.fleet import Fleet, FleetLaw
from hashfall.engine.fleet_filter import EpochFact, filter_fleet
from hashfall.engine.network import log_difficulty_ahead
from hashfall.ingest.history import load_history
from hashfall.ingest.network import (
    FIRST_EPOCH,
    dates_of_news,
    first_fleet,
    network_law,
    past_facts,
    place_weights,
)
from hashfall.model.consensus import next_halving_height, subsidy_sat
from hashfall.model.epochs import EpochSeries

__all__ = ["network_forecast"]

_FEE_EPOCHS: Final = 6  # the fee share of one epoch says little of the next months
_SATOSHIS: Final = 1e8
_DAY_S: Final = 86400.0


@lru_cache(maxsize=4)
def _facts() -> tuple[EpochFact, ...]:
    return past_facts(dt.date(9999, 1, 1))


@lru_cache(maxsize=64)
def _past(known_by: dt.date) -> tuple[FleetLaw, tuple[Fleet, ...]]:
    """What governs the fleet as known on a day, and the fleet at the end of every epoch.

    Each fleet rests on its own epoch and those before alone.
    """
    law = network_law(known_by)
    facts = _facts()
    return law, filter_fleet(law, first_fleet(law, facts[0]), facts, place_weights).fleets


def network_forecast(known: EpochSeries, ahead_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log difficulty at times after an origin, along the middle path of the fleet.

    Parameters
    ----------
    known : EpochSeries
        The shipped history up to an origin, the first block of an epoch.
    ahead_s : ndarray of shape (n,)
        Times ahead. [s]

    Notes
    -----
    Before January 2015 plus one epoch there is no fleet: difficulty is held there. The
    price of the last complete epoch and the fees of the last six are held.
    """
    epoch = known.first + len(known)
    n = epoch - 1 - FIRST_EPOCH
    facts = _facts()
    if not 0 <= n < len(facts):
        return np.full(len(ahead_s), math.log(float(known.difficulty[-1])))
    day = facts[n].end
    law, fleets = _past(_news(day))
    height, bits = 2016 * epoch, int(load_history().bits[epoch])
    recent = [fact.log_fee_ratio for fact in facts[max(0, n + 1 - _FEE_EPOCHS) : n + 1]]
    return log_difficulty_ahead(
        law, fleets[n], place_weights(day, 0)[0],
        (float(bits & 0x7FFFFF), bits >> 24, float(known.difficulty[-1])),
        facts[n].price_usd, float(np.mean(recent)),
        (float(next_halving_height(height) - height), subsidy_sat(height) / _SATOSHIS),
        [max(1, round(float(s) / _DAY_S)) for s in ahead_s],
    )


def _news(day: dt.date) -> dt.date:
    """Last day by which something new was known of parameters or machines."""
    return max(d for d in dates_of_news() if d <= day)
