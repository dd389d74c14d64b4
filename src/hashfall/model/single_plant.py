"""Best size of a single plant whose own hash lowers what each unit of it earns.

Source: Valfells and Egilsson 2016, Minting Money With Megawatts, Proceedings of the
IEEE 104(9), September 2016.
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Plant", "break_even_hash", "full_cost", "largest_hash", "optimal_hash", "plant_profit"]


class Plant(NamedTuple):
    """A plant and the network it joins; one unit of hash is as small as the inputs say.

    Attributes
    ----------
    revenue : float
        What the whole network earns, times the plant's utilisation. [money/time]
    running_cost : float
        Cost of running a unit of hash. [money/unit/time]
    investment : float
        Price of a unit of hash. [money/unit]
    fixed_investment : float
        Cost of the plant whatever its size. [money]
    lifetime : float
        Time over which both are written off, > 0. [time]
    others : float
        Hash of everybody else, > 0. [unit]
    """

    revenue: float
    running_cost: float
    investment: float
    fixed_investment: float
    lifetime: float
    others: float


def full_cost(plant: Plant) -> float:
    """Cost of a unit of hash with its price written off. [money/unit/time]

    Examples
    --------
    >>> full_cost(Plant(100.0, 2.0, 3.0, 0.0, 3.0, 10.0))
    3.0
    """
    return plant.running_cost + plant.investment / plant.lifetime


def plant_profit(plant: Plant, hash_units: float) -> float:
    """Profit at a size. [money/time]

    Parameters
    ----------
    hash_units : float
        Size of the plant, >= 0. [unit]

    Notes
    -----
    ``R X/(h0 + X) - (c + I/T) X - F/T``.

    Examples
    --------
    >>> plant_profit(Plant(100.0, 2.0, 3.0, 0.0, 3.0, 10.0), 10.0)
    20.0
    """
    share = hash_units / (plant.others + hash_units)
    fixed = plant.fixed_investment / plant.lifetime
    return share * plant.revenue - full_cost(plant) * hash_units - fixed


def optimal_hash(plant: Plant) -> float:
    """Hash of the whole network once the plant has its best size; less `others` it is that size.

    Notes
    -----
    ``h* = sqrt(h0 R/(c + I/T))``: a plant below zero should not be built.

    Examples
    --------
    >>> round(optimal_hash(Plant(90.0, 2.0, 3.0, 0.0, 3.0, 10.0)), 6)
    17.320508
    """
    return math.sqrt(plant.others * plant.revenue / full_cost(plant))


def largest_hash(plant: Plant) -> float:
    """Hash of the network at which a unit earns just its running cost. [unit]

    Examples
    --------
    >>> largest_hash(Plant(100.0, 2.0, 3.0, 0.0, 3.0, 10.0))
    50.0
    """
    return plant.revenue / plant.running_cost


def break_even_hash(plant: Plant) -> tuple[float, float]:
    """Hash of the network at the smallest and the largest size that breaks even. [unit]

    Raises
    ------
    ValueError
        If the plant loses money at every size.

    Notes
    -----
    Roots in h = h0 + X of ``k h^2 - (R + k h0 - F/T) h + R h0 = 0``, k the full cost of a
    unit of hash.

    Examples
    --------
    >>> [round(h, 6) for h in break_even_hash(Plant(100.0, 2.0, 3.0, 30.0, 3.0, 10.0))]
    [11.835034, 28.164966]
    """
    k = full_cost(plant)
    middle = plant.revenue + k * plant.others - plant.fixed_investment / plant.lifetime
    inside = middle * middle - 4.0 * k * plant.revenue * plant.others
    if not (inside >= 0.0 and middle > 0.0):
        raise ValueError(f"plant: expected a size that breaks even, found {plant}")
    root = math.sqrt(inside)
    # The smaller root by the product of both: no difference of close numbers.
    high = (middle + root) / (2.0 * k)
    return plant.revenue * plant.others / (k * high), high
