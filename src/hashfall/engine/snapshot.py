"""The network on one date: what a simulation starts from.

A snapshot is point in time. It holds nothing that was not known by the end of
its date; `hashfall.ingest.history.snapshot` makes one from the shipped history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

__all__ = ["Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State of the network at the end of a UTC day.

    Attributes
    ----------
    date : datetime.date
        UTC day at whose end (24:00) the state is taken.
    price_usd : float
        Price of a coin. [USD/BTC]
    price_source : str
        Where the price comes from, in words.
    bits : int
        Compact target in force. [-]
    height : int
        Height of the chain tip, estimated at the date. [blocks]
    blocks : float
        Blocks found since the first block of the epoch, 0 to 2,015. [blocks]
    elapsed_days : float
        Time since the first block of the epoch. [days]
    log_fee_ratio : float
        Log of fees over subsidy in the last complete epoch with known fees. [-]
    log_hashprice_ema : float
        Log of hashprice in USD/PH/day, smoothed over about 90 days of complete
        epochs. [-]
    hashrate_eh_s : float
        Realised hashrate of the last complete epoch. [EH/s]
    subsidy_btc : float
        New coins of the next block. [BTC/block]
    note : str
        What stood in for a figure that the history does not have; may be empty.
    """

    date: Date
    price_usd: float
    price_source: str
    bits: int
    height: int
    blocks: float
    elapsed_days: float
    log_fee_ratio: float
    log_hashprice_ema: float
    hashrate_eh_s: float
    subsidy_btc: float
    note: str = ""
