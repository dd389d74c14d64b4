"""A day of the rest of the world's fleet: who runs, who orders, what machines cost.

What runs at a hashprice is read off curves (`hashfall.model.fleet_curve`); the
formulas here say how fast the fleet gets there and when it grows.
"""

from __future__ import annotations

import math

from hashfall.model.fmath import exp, floor
from hashfall.model.jit import formula
from hashfall.model.layout import CURVE_STEP, KNOTS

__all__ = [
    "between",
    "fleet_hashrate",
    "knot",
    "left_of",
    "lucky_rate",
    "machine_price",
    "multiple_step",
    "orders",
    "rest_luck",
    "run_step",
    "shock_step",
    "smoothed",
    "trend_step",
]

_PER_STEP = 1.0 / CURVE_STEP
_LAST = KNOTS - 1.0 - 1e-9


@formula
def knot(x: float, origin: float) -> float:
    """Place of a value on a curve's grid, kept within it. [steps]

    Examples
    --------
    >>> round(knot(1.03, 1.0), 9), knot(0.0, 1.0)
    (2.0, 0.0)
    """
    place = (x - origin) * _PER_STEP
    place = place if place > 0.0 else 0.0
    return place if place < _LAST else _LAST


@formula
def left_of(place: float) -> float:
    """Knot at or before a place. [steps]

    Examples
    --------
    >>> left_of(2.7)
    2.0
    """
    return floor(place)


@formula
def between(place: float, left: float, low: float, high: float) -> float:
    """Value of a curve between two knots.

    Examples
    --------
    >>> between(2.5, 2.0, 10.0, 20.0)
    15.0
    """
    return low + (place - left) * (high - low)


@formula
def run_step(run: float, target: float, available: float, off: float, on: float) -> float:
    """Share of the available machines that run, one day on.

    Parameters
    ----------
    target, available : float
        Hashrate that would run at this hashprice if everybody had answered, and of all
        available machines. [EH/s]
    off, on : float
        Share of the gap that closes in a day when machines stop, and when they start.

    Examples
    --------
    >>> run_step(1.0, 50.0, 100.0, 0.5, 0.1), run_step(0.5, 100.0, 100.0, 0.5, 0.1)
    (0.75, 0.55)
    """
    gap = target / available - run
    return run + (off if gap < 0.0 else on) * gap


@formula
def fleet_hashrate(run: float, available: float, shock: float) -> float:
    """Hashrate of the running fleet. [EH/s]

    Examples
    --------
    >>> fleet_hashrate(0.9, 500.0, 0.0)
    450.0
    """
    return run * available * exp(shock)


@formula
def smoothed(old: float, new: float, weight: float) -> float:
    """Value that follows another with a lag.

    Examples
    --------
    >>> smoothed(1.0, 2.0, 0.25)
    1.25
    """
    return old + weight * (new - old)


@formula
def machine_price(multiple: float, smoothed_value: float, floor_price: float) -> float:
    """Log price of a new machine: a multiple of its lagged value, never below cost.

    Examples
    --------
    >>> machine_price(-0.5, 10.0, 9.0), machine_price(-0.5, 9.0, 9.0)
    (9.5, 9.0)
    """
    price = multiple + smoothed_value
    return price if price > floor_price else floor_price


@formula
def orders(log_value: float, log_price: float, rate: float, most: float) -> float:
    """Orders of a day where a machine is worth more than it costs. [share of the fleet]

    Examples
    --------
    >>> orders(9.0, 9.5, 0.01, 0.005)
    0.0
    >>> round(orders(9.1, 9.0, 0.01, 0.005), 6)
    0.001052
    """
    gain = rate * (exp(log_value - log_price) - 1.0)
    gain = gain if gain > 0.0 else 0.0
    return gain if gain < most else most


@formula
def multiple_step(multiple: float, z: float, mean: float, kappa: float, sd: float) -> float:
    """Log of machine price over smoothed value, one difficulty epoch on.

    Examples
    --------
    >>> multiple_step(0.0, 0.0, -1.0, 0.25, 0.1)
    -0.25
    """
    return multiple + kappa * (mean - multiple) + sd * z


@formula
def shock_step(shock: float, trend: float, z: float, sd: float) -> float:
    """Log of capacity over what orders explain, one day on.

    Examples
    --------
    >>> shock_step(0.0, 0.001, 1.0, 0.01)
    0.011
    """
    return shock + (trend + sd * z)


@formula
def trend_step(trend: float, z: float, keep: float, sd: float) -> float:
    """Growth of capacity beside what orders explain, one difficulty epoch on. [log/day]

    Examples
    --------
    >>> trend_step(0.002, 0.0, 0.5, 0.001)
    0.001
    """
    return keep * trend + sd * z


@formula
def lucky_rate(rate: float, luck: float) -> float:
    """Blocks of a day at the epoch's luck. [blocks/day]

    Examples
    --------
    >>> lucky_rate(144.0, 0.0)
    144.0
    """
    return rate * (1.0 + luck)


@formula
def rest_luck(blocks: float) -> float:
    """How much wider the luck of what is left of an epoch is than that of a whole one.

    ``blocks`` counts from the first block of the epoch; 0 where less than one is left.

    Examples
    --------
    >>> rest_luck(0.0), rest_luck(2015.0)
    (1.0, 0.0)
    """
    left = 2015.0 - blocks
    return math.sqrt(2015.0 / left) if left > 1.0 else 0.0
