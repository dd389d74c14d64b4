"""When machines are bought: free entry, waiting, and the gap between entry and exit.

With free entry and no running cost, new machines keep the revenue of a unit of
hash under a barrier that falls with their cost. Where entry cannot be undone and
competition does not force it, waiting has a value and the trigger lies above cost;
with running costs there are two triggers, and hashrate between them neither comes
nor goes.

Sources: Prat and Walter 2021, An Equilibrium Model of the Market for Bitcoin Mining,
Journal of Political Economy 129(8), 2415-2452 (free entry of miners); Dixit and
Pindyck 1994, Investment under Uncertainty (reflected processes); McDonald and
Siegel 1986, doi:10.2307/1884175; Dixit 1989, doi:10.1086/261619.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FreeEntry",
    "Triggers",
    "entry_exit_triggers",
    "entry_trigger_ratio",
    "free_entry_barrier",
    "free_entry_capacity",
    "free_entry_exponent",
]

Array = NDArray[np.float64]

_HALVINGS = 200


class FreeEntry(NamedTuple):
    """Setting of the free-entry limit: no delay, no cap, no running cost.

    Attributes
    ----------
    rate : float
        Discount rate r. [1/year]
    growth : float
        Growth of the network's expected revenue, below the rate. [1/year]
    cost_decline : float
        Rate at which a unit of hash gets cheaper, >= 0. [1/year]
    volatility : float
        Of the network's revenue, > 0. [1/sqrt(year)]
    """

    rate: float
    growth: float
    cost_decline: float
    volatility: float


class Triggers(NamedTuple):
    """Prices at which an idle unit enters and an active one leaves."""

    enter: float
    leave: float


def free_entry_exponent(setting: FreeEntry) -> float:
    """Exponent beta > 1 of the value of the right to enter. [-]

    Notes
    -----
    The larger root of ``s^2 b (b-1)/2 + (al + a) b - (r + a) = 0``.

    Examples
    --------
    >>> round(free_entry_exponent(FreeEntry(0.10, 0.0, 0.5, 0.8)), 6)
    1.116642
    """
    r, al, a, s = setting
    half = 0.5 - (al + a) / (s * s)
    return half + math.sqrt(half * half + 2.0 * (r + a) / (s * s))


def free_entry_barrier(setting: FreeEntry, unit_cost: float = 1.0) -> float:
    """Most that a unit of hash earns in a year before others enter, at time 0.

    In the unit of ``unit_cost`` a year; later the barrier is lower by ``exp(-a t)``.

    Parameters
    ----------
    setting : FreeEntry
        Rates and volatility.
    unit_cost : float
        Price of a unit of hash at time 0. [any unit]

    Raises
    ------
    ValueError
        If revenue is expected to grow at the discount rate or faster: the value of a
        machine has no limit.

    Notes
    -----
    ``xbar = I (r - al) beta/(beta - 1)``: at the barrier a new machine is worth just its
    cost, for entry will keep revenue from rising further.

    Examples
    --------
    >>> round(free_entry_barrier(FreeEntry(0.10, 0.0, 0.5, 0.8)), 6)
    0.957325
    """
    if not setting.growth < setting.rate:
        raise ValueError(
            f"growth of revenue: expected below the rate {setting.rate}, found {setting.growth}"
        )
    beta = free_entry_exponent(setting)
    return unit_cost * (setting.rate - setting.growth) * beta / (beta - 1.0)


def free_entry_capacity(
    revenue: ArrayLike, years: ArrayLike, setting: FreeEntry, unit_cost: float, start: float
) -> Array:
    """Hashrate installed along a path of revenue under free entry. [unit of ``start``]

    Parameters
    ----------
    revenue : array_like of shape (..., times)
        Revenue of the network. [money/year]
    years : array_like of shape (times,)
        Times, rising from 0. [year]
    setting : FreeEntry
        Rates and volatility.
    unit_cost : float
        Price of a unit of hash at time 0. [money/unit]
    start : float
        Hashrate at the start. [unit]

    Notes
    -----
    ``Q(t) = max(Q(0), sup R(s) exp(a s)/xbar)``: machines never leave, and enter at every
    moment at which revenue per hash would pass the barrier.

    Examples
    --------
    >>> setting = FreeEntry(0.10, 0.0, 0.5, 0.8)
    >>> free_entry_capacity([1.0, 1.2, 0.5], [0.0, 1.0, 2.0], setting, 1.0, 1.0).round(4).tolist()
    [1.0446, 2.0667, 2.0667]
    """
    barrier = free_entry_barrier(setting, unit_cost)
    wanted = np.asarray(revenue, float) * np.exp(setting.cost_decline * np.asarray(years)) / barrier
    return np.maximum.accumulate(np.maximum(wanted, start), axis=-1)


def _roots(rate: float, payout: float, volatility: float) -> tuple[float, float]:
    """Both exponents of a claim that pays nothing until a trigger."""
    variance = volatility * volatility
    half = 0.5 - (rate - payout) / variance
    spread = math.sqrt(half * half + 2.0 * rate / variance)
    return half + spread, half - spread


def entry_trigger_ratio(rate: float, payout: float, volatility: float) -> float:
    """Value over cost at which it pays to invest rather than to wait. [-]

    Parameters
    ----------
    rate : float
        Discount rate, > 0. [1/year]
    payout : float
        What the project would pay out meanwhile, > 0. [1/year]
    volatility : float
        Of the value of the project, > 0. [1/sqrt(year)]

    Notes
    -----
    ``b/(b - 1)``, with b the positive root (McDonald and Siegel 1986).

    Examples
    --------
    >>> round(entry_trigger_ratio(0.04, 0.04, 0.2), 9)
    2.0
    """
    upper, _ = _roots(rate, payout, volatility)
    return upper / (upper - 1.0)


def entry_exit_triggers(
    running_cost: float,
    rate: float,
    payout: float,
    volatility: float,
    entry_cost: float,
    exit_cost: float,
) -> Triggers:
    """Prices at which an idle unit enters and an active one leaves for good (Dixit 1989).

    Parameters
    ----------
    running_cost : float
        Cost a year of being active, > 0; prices are in its unit. [money/year]
    rate, payout : float
        Discount rate and payout of the price (rate less drift), > 0. [1/year]
    volatility : float
        Of the price, > 0. [1/sqrt(year)]
    entry_cost, exit_cost : float
        Paid once to enter, and to leave; their sum above zero, the exit cost below
        the running cost for ever. [money]

    Raises
    ------
    ValueError
        If the costs leave no pair of triggers.

    Notes
    -----
    Value matching and smooth pasting at both triggers, four equations. Pasting is
    linear in the two constants once the ratio of the triggers is known, matching at
    entry then gives their level, and matching at exit is one equation in the ratio.

    Examples
    --------
    >>> high, low = entry_exit_triggers(1.0, 0.05, 0.05, 0.3, 2.0, 0.2)
    >>> round(high, 6), round(low, 6)
    (1.850144, 0.630386)
    """
    if not (entry_cost + exit_cost > 0.0 and exit_cost < running_cost / rate):
        raise ValueError(
            "entry and exit cost: expected a sum above zero and an exit cost below "
            f"{running_cost / rate:g}, found {entry_cost} and {exit_cost}"
        )
    up, down = _roots(rate, payout, volatility)

    def level(log_ratio: float) -> tuple[float, float]:
        """Entry trigger, and what leaving is worth too much at the exit trigger."""
        # Powers of a ratio below one that stay finite: the falling one as its inverse.
        rising, inverse = math.exp((up - 1.0) * log_ratio), math.exp((1.0 - down) * log_ratio)
        at_exit = (1.0 - rising) / (rising * inverse - 1.0) / payout
        active = at_exit * inverse
        idle = active + 1.0 / payout
        enter = (entry_cost + running_cost / rate) / (1.0 / payout + active / down - idle / up)
        gain = math.exp(log_ratio) * (1.0 / payout + at_exit / down - idle * rising / up)
        return enter, enter * gain - running_cost / rate + exit_cost

    low, high = -60.0, math.log1p(-1e-9)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if level(middle)[1] < 0.0 else (low, middle)
    enter, _ = level(high)
    return Triggers(enter, enter * math.exp(high))
