"""Names of the rows of a world: its state, its parameters and what it hands to the ledgers.

One place says where a quantity sits, so that a kernel, its twin and a planner
cannot disagree; a row is one quantity of one block of paths.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = [
    "MAX_FX",
    "MAX_REGIONS",
    "Epoch",
    "WorldFixed",
    "WorldParam",
    "WorldRow",
    "WorldState",
]

MAX_REGIONS: Final = 6
"""Most regions with a power price of their own."""
MAX_FX: Final = 4
"""Most currencies beside the dollar."""
_SCRATCH: Final = 17 + 2 * MAX_REGIONS + MAX_FX


class WorldState(IntEnum):
    """Rows of one block's world state."""

    PRICE = 0  # USD/BTC
    VARIANCE = 1  # 1/day, of the next return
    FEE_X = 2  # log(fees/subsidy)
    HASHRATE = 3  # EH/s
    EMA_LOG_HP = 4  # log USD/PH/day, smoothed over 90 days
    MANTISSA = 5  # of the compact target
    SIZE = 6  # bytes of the compact target
    INV_DIFFICULTY = 7  # 1/difficulty
    BLOCKS = 8  # blocks since the first of the epoch; -1 just after a retarget
    ELAPSED = 9  # days since the first block of the epoch
    TO_HALVING = 10  # blocks until the subsidy halves
    SUBSIDY = 11  # BTC/block
    BOOT_LEFT = 12  # log price change still to come in the drawn epoch
    BOOT_SD = 13  # daily sd of the drawn epoch
    BOOT_X = 14  # log(fees/subsidy) of the drawn epoch
    BOOT_G = 15  # log hashrate growth per day of the drawn epoch
    BOOT_AT = 16  # row of the drawn epoch in the table
    POWER_Y = 17  # + region: log deviation
    FX = 17 + MAX_REGIONS  # + currency: units per USD
    SPIKE = 17 + MAX_REGIONS + MAX_FX  # + region: spike of the day, multiple of the level
    # From here on scratch of the day.
    MARKET = _SCRATCH  # words of the price (two) and of the fees (two)
    EVENT = _SCRATCH + 4  # words of what is rare, two calls
    NORMAL = _SCRATCH + 12  # words, then normals, three calls
    FLAG = _SCRATCH + 24  # above 0 where something rare happens
    HIT = _SCRATCH + 25  # lanes with a flag
    DUE = _SCRATCH + 26  # lanes whose difficulty changes
    # Lists of the day's spikes, eight rows each: room for every lane in every region.
    PLACE = _SCRATCH + 27  # where the spike stands in the state
    PATH = _SCRATCH + 35
    FACTOR = _SCRATCH + 43
    LOG_MEAN = _SCRATCH + 51
    LOG_SD = _SCRATCH + 59
    COUNT = _SCRATCH + 67


class WorldRow(IntEnum):
    """Rows that the world hands to the ledgers for each day."""

    PRICE = 0  # USD/BTC
    REWARD = 1  # BTC/PH/day before pool fee, at expected luck
    INV_DIFFICULTY = 2
    POWER = 3  # + region: USD/kWh
    FX = 3 + MAX_REGIONS  # + currency: units per USD
    COUNT = 3 + MAX_REGIONS + MAX_FX


class WorldFixed(IntEnum):
    """What is known of each day beforehand; 0 leaves the world free."""

    PRICE = 0  # USD/BTC, given
    DRIFT = 1  # log, beside the drift among the parameters
    POWER = 2  # + region: USD/kWh, given
    HALF = 2 + MAX_REGIONS  # + region: half the variance of the log deviation of power
    FX = 2 + 2 * MAX_REGIONS  # + currency: units per USD, given
    COUNT = 2 + 2 * MAX_REGIONS + MAX_FX


class WorldParam(IntEnum):
    """Parameters of the world, one flat vector."""

    DRIFT = 0  # log per day, mean of the jumps taken off
    OMEGA = 1
    ALPHA = 2
    BETA = 3
    T_POWER = 4  # -2 over the degrees of freedom
    T_SCALE = 5  # of the squared radius, for unit variance after the clip
    T_LIMIT = 6  # largest squared radius
    CAP = 7  # highest daily variance
    C1 = 8  # convexity by powers of the variance
    C2 = 9
    C3 = 10
    C4 = 11
    JUMP_P = 12
    JUMP_MEAN = 13
    JUMP_SD = 14
    FEE_KAPPA = 15
    FEE_MEAN = 16
    FEE_SD = 17
    FEE_POWER = 18  # as of the price
    FEE_SCALE = 19
    FEE_LIMIT = 20
    FEE_LOW = 21
    FEE_HIGH = 22
    CAP_G0 = 23
    CAP_THETA = 24
    CAP_M = 25
    CAP_A = 26
    CAP_SD = 27
    MODE = 28  # 0 GARCH, 1 joint block bootstrap of epochs
    BOOT_ROWS = 29
    BOOT_BLOCK = 30  # epochs per block
    REGIONS = 31
    CURRENCIES = 32
    POWER = 33  # + 6 per region: level, kappa, sd, spike chance, log size mean, log size sd
    FX_SD = 33 + 6 * MAX_REGIONS  # + currency
    COUNT = 33 + 6 * MAX_REGIONS + MAX_FX


class Epoch(IntEnum):
    """Columns of the table of the bootstrap, one row an epoch of 14 days."""

    CHANGE = 0  # log price change
    SD = 1  # of a day's log return
    FEE_X = 2  # log(fees/subsidy)
    GROWTH = 3  # log growth of hashrate a day
    COUNT = 4
