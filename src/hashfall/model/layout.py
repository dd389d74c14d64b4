"""Names of the rows of a world: its state, its parameters and what it hands to the ledgers.

One place says where a quantity sits, so that a kernel, its twin and a planner
cannot disagree; a row is one quantity of one block of paths.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["MAX_FX", "MAX_REGIONS", "WorldParam", "WorldRow", "WorldState"]

MAX_REGIONS: Final = 6
"""Most regions with a power price of their own."""
MAX_FX: Final = 4
"""Most currencies beside the dollar."""


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
    COUNT = 17 + MAX_REGIONS + MAX_FX


class WorldRow(IntEnum):
    """Rows that the world hands to the ledgers for each day."""

    PRICE = 0  # USD/BTC
    REWARD = 1  # BTC/PH/day before pool fee, at expected luck
    INV_DIFFICULTY = 2
    POWER = 3  # + region: USD/kWh
    FX = 3 + MAX_REGIONS  # + currency: units per USD
    COUNT = 3 + MAX_REGIONS + MAX_FX


class WorldParam(IntEnum):
    """Parameters of the world, one flat vector."""

    DRIFT = 0  # log per day, compensators already taken off
    OMEGA = 1
    ALPHA = 2
    BETA = 3
    NU = 4
    T_SCALE = 5
    T_LIMIT = 6
    UNIT = 7  # rescale of the clipped innovation to unit variance
    CAP = 8  # highest daily variance
    C1 = 9
    C2 = 10
    C3 = 11
    C4 = 12
    JUMP_P = 13
    JUMP_MEAN = 14
    JUMP_SD = 15
    FEE_KAPPA = 16
    FEE_MEAN = 17
    FEE_SD = 18
    FEE_NU = 19
    FEE_SCALE = 20
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
