"""What control of hashrate buys: delay of a transaction, a second history, and its price.

A filter leaves out transactions it does not like and builds on blocks that hold
them; a feather fork tries once to orphan such a block; a majority attack builds
a longer history of its own.
"""

from __future__ import annotations

import math
from typing import Final

__all__ = [
    "BLOCKS_PER_DAY",
    "catch_up_probability",
    "catch_up_probability_nakamoto",
    "extra_delay_blocks",
    "feather_fork_orphan_probability",
    "flow_cost_usd_per_day",
    "free_entry_hardware_usd",
    "free_entry_user_cost_usd",
    "wait_blocks",
    "wait_blocks_quantile",
    "wait_days_quantile",
]

BLOCKS_PER_DAY: Final = 144.0
"""Blocks that the protocol aims at. [blocks/day]"""


def _share(value: float, name: str) -> float:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name}: expected 0 to 1, found {value}")
    return value


def wait_blocks(filtering_share: float) -> float:
    """Expected number of blocks until one holds a transaction that some leave out. [blocks]

    Parameters
    ----------
    filtering_share : float
        Share of hashrate that leaves it out, 0 to 1. [share]

    Returns
    -------
    float
        1 without a filter; infinite when all filter.

    Raises
    ------
    ValueError
        If the share is outside 0 to 1.

    Notes
    -----
    Geometric: ``1 / (1 - f)``. It holds while the filter accepts the blocks of
    others and the fee is high enough for the next block. By arithmetic.

    Examples
    --------
    >>> wait_blocks(0.0), wait_blocks(0.75)
    (1.0, 4.0)
    """
    open_share = 1.0 - _share(filtering_share, "filtering_share")
    return 1.0 / open_share if open_share > 0.0 else math.inf


def extra_delay_blocks(filtering_share: float) -> float:
    """Expected number of blocks lost to a filter. [blocks]

    Parameters and errors as in `wait_blocks`.

    Examples
    --------
    >>> extra_delay_blocks(0.5)
    1.0
    """
    return wait_blocks(filtering_share) - 1.0


def wait_blocks_quantile(filtering_share: float, probability: float) -> float:
    """Blocks within which a filtered transaction is in with a probability. [blocks]

    Parameters
    ----------
    filtering_share : float
        Share of hashrate that leaves it out, 0 to 1. [share]
    probability : float
        Above 0 and below 1. [-]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Smallest n with ``1 - f^n >= p``. By arithmetic.

    Examples
    --------
    >>> wait_blocks_quantile(0.5, 0.99)
    7.0
    """
    f = _share(filtering_share, "filtering_share")
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability: expected above 0 and below 1, found {probability}")
    if f in (0.0, 1.0):
        return 1.0 if f == 0.0 else math.inf
    n = max(1.0, float(math.ceil(math.log1p(-probability) / math.log(f))))
    # A logarithm may land a rounding error above a whole number.
    return n - 1.0 if n > 1.0 and 1.0 - f ** (n - 1.0) >= probability else n


def wait_days_quantile(
    filtering_share: float, probability: float, blocks_per_day: float = BLOCKS_PER_DAY
) -> float:
    """Days within which a filtered transaction is in with a probability. [days]

    Parameters
    ----------
    filtering_share : float
        Share of hashrate that leaves it out, 0 to 1. [share]
    probability : float
        Above 0 and below 1. [-]
    blocks_per_day : float
        Pace of the whole network, above 0. [blocks/day]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Blocks that hold it come as a Poisson process thinned to ``1 - f``:
    ``-ln(1 - p) / ((1 - f) b)``.

    Examples
    --------
    >>> round(wait_days_quantile(0.95, 0.95), 3)
    0.416
    """
    if not 0.0 < probability < 1.0 or not blocks_per_day > 0.0:
        raise ValueError("expected a probability between 0 and 1 and a pace above 0")
    return -math.log1p(-probability) * wait_blocks(filtering_share) / blocks_per_day


def feather_fork_orphan_probability(filtering_share: float) -> float:
    """Chance that a feather fork orphans a block that holds the transaction. [0-1]

    Parameters
    ----------
    filtering_share : float
        Share of hashrate that tries, 0 to 1. [share]

    Raises
    ------
    ValueError
        If the share is outside 0 to 1.

    Notes
    -----
    Whoever tries must find the next two blocks, and gives up when others find one
    first: ``f^2``. A miner who knows of the threat loses by including a
    transaction whose fee is below ``f^2`` of the block's reward. Source: idea of
    A. Miller 2013 (Bitcointalk, "Feather-forks"); by arithmetic.

    Examples
    --------
    >>> round(feather_fork_orphan_probability(0.2), 12)
    0.04
    """
    return _share(filtering_share, "filtering_share") ** 2


def catch_up_probability_nakamoto(attacker_share: float, confirmations: int) -> float:
    """Chance that an attacker overtakes confirmations, by the white paper. [0-1]

    Parameters
    ----------
    attacker_share : float
        Share of hashrate of the attacker, 0 to 1. [share]
    confirmations : int
        Blocks that the receiver waits for, 0 or more. [blocks]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The attacker's blocks meanwhile are taken as Poisson, which is slightly too
    kind to the receiver; see `catch_up_probability`. Source: Nakamoto 2008,
    "Bitcoin: a peer-to-peer electronic cash system", section 11.

    Examples
    --------
    >>> round(catch_up_probability_nakamoto(0.1, 5), 7)
    0.0009137
    """
    q, z = _attack(attacker_share, confirmations)
    if q >= 0.5:
        return 1.0
    odds = q / (1.0 - q)
    mass, total = math.exp(-z * odds), 1.0
    for k in range(z + 1):
        total -= mass * (1.0 - odds ** (z - k))
        mass *= z * odds / (k + 1)
    return max(0.0, total)


def catch_up_probability(attacker_share: float, confirmations: int) -> float:
    """Chance that an attacker overtakes confirmations. [0-1]

    Parameters
    ----------
    attacker_share : float
        Share of hashrate of the attacker, 0 to 1. [share]
    confirmations : int
        Blocks that the receiver waits for, 0 or more. [blocks]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Blocks found meanwhile are negative binomial; a tie counts as overtaking. Summed
    from the attacker's side, so that small chances keep their digits:
    ``P(N > z) + sum_{k<=z} P(N = k) (q/p)^(z-k)``. Source: Rosenfeld 2014,
    arXiv:1402.2009; closed form in Grunspan and Perez-Marco, arXiv:1702.02867.

    Examples
    --------
    >>> round(catch_up_probability(0.1, 6), 5)
    0.00059
    """
    q, z = _attack(attacker_share, confirmations)
    if q >= 0.5 or z == 0:
        return 1.0 if q > 0.0 or z == 0 else 0.0
    p = 1.0 - q
    mass, total, head = p**z, 0.0, 0.0
    for k in range(z):
        total += mass * (q / p) ** (z - k)
        head += mass
        mass *= (z + k) / (k + 1) * q
    tail = 0.0
    k = z
    while mass > 1e-18 * (tail + total):
        tail += mass
        mass *= (z + k) / (k + 1) * q
        k += 1
    return min(1.0, total + tail)


def _attack(share: float, confirmations: int) -> tuple[float, int]:
    if confirmations < 0 or confirmations != int(confirmations):
        raise ValueError(f"confirmations: expected 0, 1, 2 ..., found {confirmations}")
    return _share(share, "attacker_share"), int(confirmations)


def flow_cost_usd_per_day(
    revenue_usd_per_block: float,
    multiple: float = 1.0,
    recovered: float = 0.0,
    blocks_per_day: float = BLOCKS_PER_DAY,
) -> float:
    """What it costs to run as much hashrate as the honest miners, a day. [USD/day]

    Parameters
    ----------
    revenue_usd_per_block : float
        Subsidy and fees of a block, 0 or more. [USD/block]
    multiple : float
        Hashrate of the attacker over that of the honest miners, 0 or more. [-]
    recovered : float
        Part of the cost that the attacker earns back as rewards of its own
        blocks, 0 to 1. [share]
    blocks_per_day : float
        Honest blocks, above 0. [blocks/day]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    At free entry the honest flow of cost equals the flow of rewards, ``N c = R``, so
    ``A N c = A R`` whatever the machines or the power cost. Machines bought and
    left worthless by the attack come on top; see `free_entry_hardware_usd`.
    Source: Budish 2025, Quarterly Journal of Economics 140(1), 1-62.

    Examples
    --------
    >>> flow_cost_usd_per_day(250e3) / 1e6
    36.0
    """
    if not (revenue_usd_per_block >= 0.0 and multiple >= 0.0 and blocks_per_day > 0.0):
        raise ValueError("expected revenue and multiple of 0 or more and a pace above 0")
    kept = 1.0 - _share(recovered, "recovered")
    return blocks_per_day * multiple * revenue_usd_per_block * kept


def free_entry_user_cost_usd(
    capital_cost: float, depreciation: float, energy_usd: float, efficiency: float
) -> float:
    """Cost of running one dollar's worth of machines for a period. [USD]

    Parameters
    ----------
    capital_cost : float
        Return that the owner asks for over the period, 0 or more. [share]
    depreciation : float
        Part of the value lost over the period, 0 to 1. [share]
    energy_usd : float
        Energy for one dollar of machines at efficiency 0, 0 or more. [USD]
    efficiency : float
        Log of the gain in efficiency; energy falls with ``exp(-2 x)``. [-]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    ``(1 + k) (exp(-2 r) e + 1 - (1 - d) / (1 + k))``: energy, and the machine bought
    now less what it fetches later. Source: John, Rivera and Saleh 2025,
    "Proof-of-work versus proof-of-stake", Review of Financial Studies.

    Examples
    --------
    >>> round(free_entry_user_cost_usd(0.1, 0.3, 0.2, 0.0), 9)
    0.62
    """
    _share(depreciation, "depreciation")
    if not (capital_cost >= 0.0 and energy_usd >= 0.0 and math.isfinite(efficiency)):
        raise ValueError("expected cost of capital and energy of 0 or more")
    energy = math.exp(-2.0 * efficiency) * energy_usd
    return (1.0 + capital_cost) * (energy + 1.0 - (1.0 - depreciation) / (1.0 + capital_cost))


def free_entry_hardware_usd(
    revenue_usd: float,
    capital_cost: float,
    depreciation: float,
    energy_usd: float,
    efficiency: float,
) -> float:
    """Machines in use when nobody gains by entering. [USD]

    Parameters
    ----------
    revenue_usd : float
        Rewards of the whole network in the period, 0 or more. [USD]
    capital_cost, depreciation, energy_usd, efficiency : float
        As in `free_entry_user_cost_usd`.

    Raises
    ------
    ValueError
        If an argument is out of range or the machines cost nothing to hold.

    Notes
    -----
    ``H (1 + k) (exp(-2 r) e + 1 - (1 - d) / (1 + k)) = R``. Renting that many machines
    costs R whatever the efficiency; buying them to be left worthless costs H, which
    grows with efficiency. Source as in `free_entry_user_cost_usd`.

    Examples
    --------
    >>> round(free_entry_hardware_usd(62.0, 0.1, 0.3, 0.2, 0.0), 9)
    100.0
    """
    unit = free_entry_user_cost_usd(capital_cost, depreciation, energy_usd, efficiency)
    if not (unit > 0.0 and revenue_usd >= 0.0):
        raise ValueError("expected revenue of 0 or more and machines that cost something to hold")
    return revenue_usd / unit
