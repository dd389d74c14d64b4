"""Hashprice: what a unit of hashrate earns in a day, and the break-evens that follow.

Publishers print one word for several quantities. A `Definition` says which: fee
window, expected or realised blocks, price source, pool fee. Two prints compare
only when their definition ids agree.

The formulas take floats or NumPy arrays (all of one kind in one call). NaN in
any input gives NaN; they do not check ranges, the edges do.

Sources: the methodology pages and rulebooks of the publishers named in
`DEFINITIONS`; expected hashes per block are difficulty x 2^32 by convention
(the exact work, `hashfall.model.consensus.expected_work`, is 1.5e-5 higher).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "DEFINITIONS",
    "Definition",
    "break_even_j_per_th",
    "break_even_power_price_usd_per_kwh",
    "break_even_price_usd",
    "definition",
    "fee_share",
    "fees_from_share",
    "hashcost_usd_ph_day",
    "hashprice_btc_ph_day",
    "hashprice_usd_ph_day",
    "hashrate_eh_s",
    "implied_fees_btc_per_block",
    "per_th",
    "realised_hashprice_btc_ph_day",
    "realised_hashrate_eh_s",
]

V = TypeVar("V", float, "NDArray[np.float64]")

_HASHES = 4294967296.0  # expected hashes of a block at difficulty 1, by convention
_DAY_S = 86400.0
_SPACING_S = 600.0
_PH = 1e15
_EH = 1e18


@dataclass(frozen=True, slots=True)
class Definition:
    """One way to print a hashprice; two prints compare only under one id.

    Attributes
    ----------
    id : str
        Name used by flags and results.
    fee_window : str
        Blocks or time over which fees are averaged.
    basis : {"expected", "realised"}
        Whether reward per unit of work is that of the difficulty or that of the
        blocks found.
    price_source : str
        Where the dollar price of a coin comes from.
    pool_fee : float
        Share of the reward that is taken off. [-]
    source : str
        Document that defines it.
    """

    id: str
    fee_window: str
    basis: Literal["expected", "realised"]
    price_source: str
    pool_fee: float
    source: str


DEFINITIONS: Final = (
    Definition(
        "expected-144", "mean of the previous 144 blocks", "expected",
        "mean spot of three US exchanges", 0.0,
        "Hashrate Index (Luxor) documentation: hashprice index",
    ),
    Definition(
        "luxor-fpps", "trailing 24 hours", "expected", "one offshore exchange, spot", 0.02,
        "Luxor, older methodology page: net of the weighted pool fee; 2% stands for its 1-3%",
    ),
    Definition(
        "futures-144", "mean of the previous 144 blocks", "expected",
        "implied by the venue's own BTC futures curve", 0.0,
        "Bitnomial rulebook: hashrate unit future (HUP)",
    ),
    Definition(
        "realised-day", "calendar UTC day", "realised", "reference rate at the day's close", 0.0,
        "Coin Metrics metric RevHashRateUSD",
    ),
    Definition(
        "realised-24h", "trailing 24 hours", "realised", "price at each block", 0.0,
        "BRK (bitview) series hash_price",
    ),
    Definition(
        "epoch-mean", "difficulty epoch", "expected", "mean of daily closes in the epoch", 0.0,
        "hashfall reference history (hashfall.ingest.history)",
    ),
    Definition(
        "epoch-last", "last complete difficulty epoch", "expected",
        "mean of daily closes in that epoch", 0.0,
        "hashfall reference history at a date, at the difficulty then in force",
    ),
)
"""Definitions by the publishers whose prints a user is likely to hold."""


def definition(id: str) -> Definition:
    """Definition with an id.

    Raises
    ------
    ValueError
        If there is none; the message lists the ids.

    Examples
    --------
    >>> definition("expected-144").pool_fee
    0.0
    """
    for item in DEFINITIONS:
        if item.id == id:
            return item
    raise ValueError(f"expected one of {', '.join(d.id for d in DEFINITIONS)}, found {id!r}")


def hashrate_eh_s(difficulty: V) -> V:
    """Network hashrate at which a difficulty gives a block every 600 s. [EH/s]

    Parameters
    ----------
    difficulty : float or ndarray
        Greater than 0. [-]

    Examples
    --------
    >>> round(hashrate_eh_s(88.10e12), 1)
    630.6
    """
    return difficulty * (_HASHES / _SPACING_S / _EH)


def realised_hashrate_eh_s(difficulty: V, blocks: V, span_s: V) -> V:
    """Hashrate that a number of blocks over a span of time points to. [EH/s]

    Parameters
    ----------
    difficulty : float or ndarray
        Mean difficulty of the span, greater than 0. [-]
    blocks : float or ndarray
        Blocks found; over an epoch between its own two times, 2,015. [blocks]
    span_s : float or ndarray
        Length of the span, greater than 0. [s]

    Notes
    -----
    Its relative standard deviation is 1/sqrt(blocks): 2.2% over an epoch.

    Examples
    --------
    A day with 19 blocks at difficulty 1, in TH/s:

    >>> realised_hashrate_eh_s(1.0, 19.0, 86400.0) * 1e6
    9.44495122962963e-07
    """
    return difficulty * _HASHES * blocks / (span_s * _EH)


def hashprice_btc_ph_day(
    subsidy_btc: V, fees_btc_per_block: V, difficulty: V, pool_fee: float = 0.0
) -> V:
    """Expected reward of one PH/s for a day. [BTC/PH/day]

    Parameters
    ----------
    subsidy_btc : float or ndarray
        New coins of a block. [BTC/block]
    fees_btc_per_block : float or ndarray
        Mean fees over the definition's window. [BTC/block]
    difficulty : float or ndarray
        Greater than 0. [-]
    pool_fee : float
        Share taken off, 0 to 1. [-]

    Notes
    -----
    86,400 (S + F) 10^15 / (D 2^32) x (1 - fee).

    Examples
    --------
    >>> round(hashprice_btc_ph_day(3.125, 0.155, 101.65e12), 7)
    0.0006491
    """
    per_block = _DAY_S * _PH / _HASHES * (1.0 - pool_fee)
    return per_block * (subsidy_btc + fees_btc_per_block) / difficulty


def realised_hashprice_btc_ph_day(
    reward_btc: V, blocks: V, mean_difficulty: V, span_s: V, pool_fee: float = 0.0
) -> V:
    """Reward paid over a window for each PH/s that its blocks point to. [BTC/PH/day]

    Parameters
    ----------
    reward_btc : float or ndarray
        Subsidy and fees of all blocks in the window. [BTC]
    blocks : float or ndarray
        Blocks found in it, greater than 0. [blocks]
    mean_difficulty : float or ndarray
        Mean difficulty of those blocks. [-]
    span_s : float or ndarray
        Length of the window, greater than 0. [s]
    pool_fee : float
        Share taken off, 0 to 1. [-]

    Notes
    -----
    Reward per day over realised hashrate. Luck scales both alike and drops out:
    what is left is the window's mean reward per block at its mean difficulty.
    It differs from the expected form only where window or difficulty differ.

    Examples
    --------
    >>> lucky = realised_hashprice_btc_ph_day(160 * 3.2, 160.0, 1e14, 86400.0)
    >>> abs(lucky / hashprice_btc_ph_day(3.125, 0.075, 1e14) - 1) < 1e-12
    True
    """
    hashrate_ph_s = realised_hashrate_eh_s(mean_difficulty, blocks, span_s) * 1000.0
    return reward_btc / (span_s / _DAY_S) / hashrate_ph_s * (1.0 - pool_fee)


def hashprice_usd_ph_day(hashprice_btc_ph_day: V, price_usd: V) -> V:
    """Hashprice in dollars. [USD/PH/day]

    Parameters
    ----------
    hashprice_btc_ph_day : float or ndarray
        Hashprice in coins. [BTC/PH/day]
    price_usd : float or ndarray
        Price of a coin. [USD/BTC]

    Examples
    --------
    >>> round(hashprice_usd_ph_day(hashprice_btc_ph_day(3.125, 0.155, 101.65e12), 87235.0), 2)
    56.63
    """
    return hashprice_btc_ph_day * price_usd


def per_th(per_ph: V) -> V:
    """The same rate for one TH/s instead of one PH/s. [unit/TH/day]

    Examples
    --------
    >>> per_th(50.0)
    0.05
    """
    return per_ph / 1000.0


def fee_share(subsidy_btc: V, fees_btc_per_block: V) -> V:
    """Fees over subsidy and fees. [-]

    Examples
    --------
    >>> fee_share(3.0, 1.0)
    0.25
    """
    return fees_btc_per_block / (subsidy_btc + fees_btc_per_block)


def fees_from_share(subsidy_btc: V, fee_share: V) -> V:
    """Fees of a block from their share of its reward. [BTC/block]

    Parameters
    ----------
    subsidy_btc : float or ndarray
        New coins of a block. [BTC/block]
    fee_share : float or ndarray
        Fees over subsidy and fees, from 0 to below 1. [-]

    Examples
    --------
    >>> fees_from_share(3.0, 0.25)
    1.0
    """
    return subsidy_btc * fee_share / (1.0 - fee_share)


def implied_fees_btc_per_block(hashprice_btc_ph_day: V, subsidy_btc: V, difficulty: V) -> V:
    """Fees of a block that an expected hashprice without pool fee implies. [BTC/block]

    Examples
    --------
    >>> round(implied_fees_btc_per_block(38.2 / 91000, 3.125, 152e12), 3)
    0.047
    """
    return hashprice_btc_ph_day * difficulty / (_DAY_S * _PH / _HASHES) - subsidy_btc


def hashcost_usd_ph_day(j_per_th: V, power_price_usd_per_kwh: V) -> V:
    """Power cost of one PH/s for a day. [USD/PH/day]

    Parameters
    ----------
    j_per_th : float or ndarray
        Energy per unit of work at the meter, overhead included. [J/TH]
    power_price_usd_per_kwh : float or ndarray
        Power price. [USD/kWh]

    Notes
    -----
    e J/TH is e kW for each PH/s, so 24 e kWh a day.

    Examples
    --------
    >>> round(hashcost_usd_ph_day(30.0, 0.06), 6)
    43.2
    """
    return 24.0 * j_per_th * power_price_usd_per_kwh


def break_even_power_price_usd_per_kwh(hashprice_usd_ph_day: V, j_per_th: V) -> V:
    """Power price at which hashprice pays for the power and nothing else. [USD/kWh]

    Parameters
    ----------
    hashprice_usd_ph_day : float or ndarray
        Hashprice. [USD/PH/day]
    j_per_th : float or ndarray
        Energy per unit of work at the meter, greater than 0. [J/TH]

    Examples
    --------
    >>> round(break_even_power_price_usd_per_kwh(47.0, 29.5), 6)
    0.066384
    """
    return hashprice_usd_ph_day / (24.0 * j_per_th)


def break_even_j_per_th(hashprice_usd_ph_day: V, power_price_usd_per_kwh: V) -> V:
    """Efficiency at which hashprice pays for the power and nothing else. [J/TH]

    Parameters
    ----------
    hashprice_usd_ph_day : float or ndarray
        Hashprice. [USD/PH/day]
    power_price_usd_per_kwh : float or ndarray
        Power price, greater than 0. [USD/kWh]

    Examples
    --------
    >>> round(break_even_j_per_th(50.0, 0.05), 3)
    41.667
    """
    return hashprice_usd_ph_day / (24.0 * power_price_usd_per_kwh)


def break_even_price_usd(hashcost_usd_ph_day: V, hashprice_btc_ph_day: V) -> V:
    """Coin price at which the reward pays a cost per unit of hashrate. [USD/BTC]

    Parameters
    ----------
    hashcost_usd_ph_day : float or ndarray
        Cost to be paid: power alone gives the shutdown price. [USD/PH/day]
    hashprice_btc_ph_day : float or ndarray
        Hashprice in coins, greater than 0. [BTC/PH/day]

    Examples
    --------
    >>> round(break_even_price_usd(43.2, 0.000649), 0)
    66564.0
    """
    return hashcost_usd_ph_day / hashprice_btc_ph_day
