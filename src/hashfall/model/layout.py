"""Names of the rows of a world: its state, its parameters and what it hands to the ledgers.

One place says where a quantity sits, so that a kernel, its twin and a planner
cannot disagree; a row is one quantity of one block of paths.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = [
    "COHORTS",
    "CURVE_STEP",
    "FLEET_ORIGIN",
    "KNOTS",
    "MAX_FX",
    "MAX_REGIONS",
    "SHARE_ORIGIN",
    "VALUE_ORIGIN",
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
COHORTS: Final = 6
"""Cohorts of machines that are delivered within a run."""
KNOTS: Final = 512
"""Points of each curve of the fleet."""
CURVE_STEP: Final = 0.015
"""Distance of two points of a curve. [log]"""
FLEET_ORIGIN: Final = 1.0
"""First point of the curve of the fleet of day 0. [log USD/PH/day]"""
SHARE_ORIGIN: Final = -6.5
"""First point of the share that runs. [log USD/kWh]"""
VALUE_ORIGIN: Final = -3.5
"""First point of the value of a new machine. [log hashprice over its power cost]"""
_FLEET: Final = 17 + 2 * MAX_REGIONS + MAX_FX
_SCRATCH: Final = _FLEET + 10 + COHORTS


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
    # Rest of the world's fleet.
    RUN = _FLEET  # share of the available machines that run
    SHOCK = _FLEET + 1  # log, capacity over what orders explain
    PIPE = _FLEET + 2  # EH/s ordered and not delivered, three stages
    VALUE_LAG = _FLEET + 5  # log USD/PH of a new machine, smoothed
    MULTIPLE = _FLEET + 6  # log machine price over smoothed value
    LUCK = _FLEET + 7  # of the epoch's block finding
    TREND = _FLEET + 8  # log a day, growth of capacity beside what orders explain
    EPOCH = _FLEET + 9  # difficulty epochs begun since the start
    NEW = _FLEET + 10  # + cohort: EH/s delivered since the start
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
    LOG_HP = _SCRATCH + 67  # log USD/PH/day
    KNOT = _SCRATCH + 68  # place on a curve
    TARGET = _SCRATCH + 69  # EH/s that would run at this hashprice
    INSTALLED = _SCRATCH + 70  # EH/s available
    VALUE = _SCRATCH + 71  # log USD/PH of a new machine
    COUNT = _SCRATCH + 72


class WorldRow(IntEnum):
    """Rows that the world hands to the ledgers for each day."""

    PRICE = 0  # USD/BTC
    REWARD = 1  # BTC/PH/day before pool fee, at expected luck
    INV_DIFFICULTY = 2
    POWER = 3  # + region: USD/kWh
    FX = 3 + MAX_REGIONS  # + currency: units per USD
    COUNT = 3 + MAX_REGIONS + MAX_FX


_FIXED: Final = 2 + 2 * MAX_REGIONS + MAX_FX


class WorldFixed(IntEnum):
    """What is known of each day beforehand; 0 leaves the world free."""

    PRICE = 0  # USD/BTC, given
    DRIFT = 1  # log, beside the drift among the parameters
    POWER = 2  # + region: USD/kWh, given
    HALF = 2 + MAX_REGIONS  # + region: half the variance of the log deviation of power
    FX = 2 + 2 * MAX_REGIONS  # + currency: units per USD, given
    LEGACY = _FIXED  # EH/s of the fleet of day 0 that is left and available
    AVAILABLE = _FIXED + 1  # share of the installed machines that can run
    CURVE = _FIXED + 2  # row of the curve of the fleet of day 0; the next is for new machines
    COHORT = _FIXED + 3  # that deliveries join
    LOG_COST = _FIXED + 4  # log USD/PH/day that a new machine's power costs
    LOG_FLOOR = _FIXED + 5  # log USD/PH below which no machine is made
    FEE = _FIXED + 6  # log(fees/subsidy), given
    OUTLOOK = _FIXED + 7  # log, hashprice over a new machine's life by the subsidy's schedule
    COUNT = _FIXED + 8


_ANSWER: Final = 33 + 6 * MAX_REGIONS + MAX_FX


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
    NETWORK = _ANSWER  # 1 where the fleet answers to hashprice, 0 for plain growth
    OFF = _ANSWER + 1  # share of the gap that closes in a day when machines stop
    ON = _ANSWER + 2  # and when they start
    ENTRY = _ANSWER + 3  # orders a day per unit of value over price, share of the fleet
    ENTRY_CAP = _ANSWER + 4  # most orders a day, share of the fleet
    DELIVERY = _ANSWER + 5  # share of a stage of the pipeline that moves on in a day
    LAG = _ANSWER + 6  # weight of today's value in the smoothed one
    MULTIPLE_MEAN = _ANSWER + 7
    MULTIPLE_KAPPA = _ANSWER + 8  # of an epoch
    MULTIPLE_SD = _ANSWER + 9  # of an epoch
    SHOCK_SD = _ANSWER + 10  # of a day
    KEEP = _ANSWER + 11  # share of delivered machines that outlive a day
    LUCK = _ANSWER + 12  # sd of an epoch's block finding, 0 without luck
    TREND_KEEP = _ANSWER + 13  # of an epoch
    TREND_SD = _ANSWER + 14  # of an epoch, log a day
    COHORT_COST = _ANSWER + 15  # + cohort: log kWh/PH/day
    COUNT = _ANSWER + 15 + COHORTS
    # Behind these the curves, KNOTS points each: row 0 the value of a new machine.


class Epoch(IntEnum):
    """Columns of the table of the bootstrap, one row an epoch of 14 days."""

    CHANGE = 0  # log price change
    SD = 1  # of a day's log return
    FEE_X = 2  # log(fees/subsidy)
    GROWTH = 3  # log growth of hashrate a day
    COUNT = 4
