"""A day of the network: reward of hashrate, blocks found, the retarget as a fluid.

Blocks are a fluid within the day. The rule of the protocol itself stands in
`hashfall.model.retarget`.
"""

from __future__ import annotations

from hashfall.model.fmath import exp, exp_near_zero, log
from hashfall.model.jit import formula

__all__ = [
    "blocks_per_day",
    "days_past_epoch",
    "ema_step",
    "halves",
    "hashrate_step",
    "reward_per_ph_day",
    "target_ratio",
]

_HASHES_EH_DAY = 86400.0 * 1e18 / 4294967296.0  # blocks at difficulty 1
_HASHES_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_EMA_WEIGHT = 2.0 / 91.0  # 90 days


@formula
def reward_per_ph_day(inv_difficulty: float, subsidy: float, log_fee_ratio: float) -> float:
    """Coins that a PH/s earns in a day before pool fee, at expected luck. [BTC/PH/day]

    Parameters
    ----------
    inv_difficulty : float
        One over difficulty.
    subsidy : float
        New coins of a block. [BTC/block]
    log_fee_ratio : float
        Log of fees over subsidy.

    Examples
    --------
    >>> round(reward_per_ph_day(1e-14, 3.125, -700.0), 9)
    0.000628643
    """
    return _HASHES_PH_DAY * inv_difficulty * subsidy * (1.0 + exp(log_fee_ratio))


@formula
def ema_step(ema: float, price: float, reward: float) -> float:
    """Log of hashprice, smoothed over 90 days, one day on. [log USD/PH/day]

    Examples
    --------
    >>> ema_step(0.0, 1.0, 1.0)
    0.0
    """
    return ema + _EMA_WEIGHT * (log(price * reward) - ema)


@formula
def hashrate_step(hashrate: float, growth: float) -> float:
    """Hashrate one day on at a log growth of at most 3%. [EH/s]

    Examples
    --------
    >>> hashrate_step(500.0, 0.0)
    500.0
    """
    return hashrate * exp_near_zero(growth)


@formula
def blocks_per_day(hashrate: float, inv_difficulty: float) -> float:
    """Blocks that a hashrate in EH/s finds in a day at a difficulty. [blocks/day]

    Examples
    --------
    >>> round(blocks_per_day(715.827882, 1e-14), 3)
    144.0
    """
    return _HASHES_EH_DAY * hashrate * inv_difficulty


@formula
def halves(to_halving: float) -> float:
    """1 when the subsidy has halved, else 0.

    Examples
    --------
    >>> halves(3.0), halves(-0.5)
    (0.0, 1.0)
    """
    return 1.0 if to_halving <= 0.0 else 0.0


@formula
def days_past_epoch(blocks: float, rate: float) -> float:
    """Time since the last block of the epoch that is over. [days]

    ``blocks`` counts from the first block of the epoch, so the last is the 2,015th.

    Examples
    --------
    >>> days_past_epoch(2087.0, 144.0)
    0.5
    """
    return (blocks - 2015.0) / rate


@formula
def target_ratio(mantissa: float, size: float, new_mantissa: float, new_size: float) -> float:
    """New target over old: by how much blocks become easier.

    Examples
    --------
    >>> target_ratio(4.0, 23.0, 2.0, 24.0), target_ratio(4.0, 23.0, 4.0, 22.0)
    (128.0, 0.00390625)
    """
    scale = 256.0 if new_size > size else 1.0
    scale = 0.00390625 if new_size < size else scale
    return new_mantissa / mantissa * scale
