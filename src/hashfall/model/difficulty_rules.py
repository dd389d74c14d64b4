"""Difficulty rules under a hash supply that answers the reward: response and stability.

The setting is that of Noda, Okumura and Hashimoto. The winning rate W is the
probability of a block per exahash, the inverse of difficulty but for a constant;
the reward of an exahash is R = W M S, with M coins a block at a price S; the
supply answers with H = h(R), and a block takes 1/(W H) seconds on average. With
an elastic supply the rule of Bitcoin (one step every T blocks) swings, the moving
window and ASERT do not.

Sources: Noda, Okumura and Hashimoto 2019, doi:10.2139/ssrn.3410460, and the
authors' notebooks (repository okuchap/DAA_Lucas), from which numbers were taken
and no code.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hashfall.model.fmath import exp
from hashfall.model.jit import formula

__all__ = [
    "SUPPLY_2018",
    "Logistic",
    "asert_factor",
    "difficulty_path",
    "logistic_hashrate",
    "long_run_difficulty",
    "optimal_winning_rate",
    "retarget_response",
    "window_radius",
    "window_response",
]

Array = NDArray[np.float64]

_HALVINGS = 200  # of a bracket in logs; stops changing long before


class Logistic(NamedTuple):
    """Hash supply that rises with the reward along a logistic curve.

    Attributes
    ----------
    ceiling_eh_s : float
        Hashrate at a very high reward. [EH/s]
    slope : float
        Steepness. [EH/USD]
    center : float
        Reward at which half of the ceiling runs. [USD/EH]
    """

    ceiling_eh_s: float
    slope: float
    center: float


SUPPLY_2018: Final = Logistic(55.0, 3.0, 1.5)
"""Supply curve of the published simulations, set by its authors to the last quarter of 2018."""


@formula
def logistic_hashrate(reward: float, ceiling: float, slope: float, center: float) -> float:
    """Hashrate that runs at a reward. [EH/s]

    Parameters
    ----------
    reward : float
        What an exahash earns, W M S. [USD/EH]
    ceiling, slope, center : float
        As in `Logistic`.

    Notes
    -----
    ``ceiling/(1 + exp(-slope (R - center)))``; the exponent is kept within 34.5 either
    way, as in the source, so that a share of 1e-15 always runs.

    Examples
    --------
    >>> logistic_hashrate(1.5, *SUPPLY_2018)
    27.5
    """
    x = slope * (center - reward)
    x = x if x < 34.5 else 34.5
    x = x if x > -34.5 else -34.5
    return ceiling / (1.0 + exp(x))


def optimal_winning_rate(
    price_usd: ArrayLike,
    reward_btc: float = 12.5,
    supply: Logistic = SUPPLY_2018,
    spacing_s: float = 600.0,
) -> Array:
    """Winning rate at which blocks take the time that is aimed at. [1/EH]

    Parameters
    ----------
    price_usd : array_like
        Price of a coin, > 0. [USD/BTC]
    reward_btc : float
        Coins of a block. [BTC]
    supply : Logistic
        Hash supply.
    spacing_s : float
        Block spacing that is aimed at. [s]

    Notes
    -----
    The root of ``W h(W M S) = 1/spacing``; the left side rises in W, so there is one.

    Examples
    --------
    >>> optimal_winning_rate([100.0, 3604.59])
    array([4.80447670e-04, 4.09966331e-05])
    """
    value = np.asarray(price_usd, float) * reward_btc
    # Below: the whole ceiling runs. Above: as much as runs at no reward at all.
    idle = 1.0 / (1.0 + np.exp(supply.slope * supply.center))
    least = 1.0 / (spacing_s * supply.ceiling_eh_s)
    low, high = np.full(value.shape, np.log(least)), np.full(value.shape, np.log(least / idle))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        rate = np.exp(middle)
        share = 1.0 / (1.0 + np.exp(supply.slope * (supply.center - rate * value)))
        short = rate * share < least
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    root: Array = np.exp(0.5 * (low + high))
    return np.where(np.isnan(value), np.nan, root)


def long_run_difficulty(ratio: ArrayLike, epsilon: ArrayLike) -> Array:
    """Difficulty over the old one, long after revenue was multiplied by a ratio. [-]

    Parameters
    ----------
    ratio : array_like
        New revenue over the old one at equal difficulty, > 0. [-]
    epsilon : array_like
        Constant elasticity of the supply, > -1. [-]

    Notes
    -----
    ``ratio^(eps/(1 + eps))``.

    Examples
    --------
    >>> round(float(long_run_difficulty(0.5, 0.4515)), 4)
    0.8061
    """
    e = np.asarray(epsilon, float)
    level: Array = np.power(np.asarray(ratio, float), e / (1.0 + e))
    return level


def difficulty_path(ratio: float, epsilon: float, epochs: int) -> Array:
    """Difficulty over the old one after each retarget that follows a change of revenue. [-]

    Parameters
    ----------
    ratio : float
        New revenue over the old one at equal difficulty, > 0. [-]
    epsilon : float
        Constant elasticity of the supply. [-]
    epochs : int
        Number of retargets. [epochs]

    Returns
    -------
    ndarray of shape (epochs,)

    Notes
    -----
    ``D(n+1) = (ratio/D(n))^eps`` from ``D(0) = 1``: a retarget sets difficulty to the
    hashrate of the epoch behind it. It swings about `long_run_difficulty` and comes to
    rest for an elasticity below 1.

    Examples
    --------
    >>> difficulty_path(0.5, 0.4515, 4).round(4).tolist()
    [0.7313, 0.8423, 0.7902, 0.8133]
    """
    path = np.empty(epochs)
    level = 1.0
    for n in range(epochs):
        level = (ratio / level) ** epsilon
        path[n] = level
    return path


def retarget_response(epsilon: float, epochs: int) -> Array:
    """Log deviation from rest after each retarget, starting from 1. [-]

    Parameters
    ----------
    epsilon : float
        Elasticity of the supply at rest. [-]
    epochs : int
        Number of retargets. [epochs]

    Notes
    -----
    ``w(n+1) = -eps w(n)``, whatever the length of the epoch: stable below an elasticity
    of 1, and it overshoots every time.

    Examples
    --------
    >>> retarget_response(0.5, 3).tolist()
    [-0.5, 0.25, -0.125]
    """
    return np.power(-epsilon, np.arange(1, epochs + 1))


def window_response(epsilon: float, window: int, steps: int) -> Array:
    """Log deviation from rest under a moving window, starting from 1 for a whole window. [-]

    Parameters
    ----------
    epsilon : float
        Elasticity of the supply at rest. [-]
    window : int
        Blocks that the rule looks back on, >= 1. [blocks]
    steps : int
        Number of blocks. [blocks]

    Notes
    -----
    ``w(t+1) = -(eps/T) (w(t) + ... + w(t-T+1))``: the rule of Bitcoin Cash from 2017 to
    2020 with T = 144.

    Examples
    --------
    >>> window_response(0.5, 2, 3).tolist()
    [-0.5, -0.125, 0.15625]
    """
    past = np.ones(window + steps)
    for t in range(window, window + steps):
        past[t] = -epsilon / window * past[t - window : t].sum()
    return past[window:]


def window_radius(epsilon: float, window: int) -> float:
    """Largest factor by which a swing grows from block to block under a moving window. [-]

    Stable below 1. For a window of one block it is the elasticity itself.

    Parameters
    ----------
    epsilon : float
        Elasticity of the supply at rest. [-]
    window : int
        Blocks that the rule looks back on, >= 1. [blocks]

    Notes
    -----
    Largest modulus of the roots of ``z^T + (eps/T)(z^(T-1) + ... + 1)``.

    Examples
    --------
    >>> round(window_radius(0.45, 144), 4), round(window_radius(0.45, 1), 4)
    (0.9839, 0.45)
    """
    polynomial = np.full(window + 1, epsilon / window)
    polynomial[0] = 1.0
    return float(np.abs(np.roots(polynomial)).max())


def asert_factor(epsilon: float, time_constant_min: float, spacing_min: float = 10.0) -> float:
    """Factor by which a log deviation shrinks from block to block under ASERT. [-]

    Parameters
    ----------
    epsilon : float
        Elasticity of the supply at rest. [-]
    time_constant_min : float
        Delay that eases difficulty by one e-fold; the published simulation has 2,880. [min]
    spacing_min : float
        Block spacing that is aimed at. [min]

    Notes
    -----
    ``1 - (1 + eps) spacing/constant``: no overshooting while it is above zero.

    Examples
    --------
    >>> round(asert_factor(0.45, 2880.0), 6)
    0.994965
    """
    return 1.0 - (1.0 + epsilon) * spacing_min / time_constant_min
