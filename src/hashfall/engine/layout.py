"""Names of the rows and columns that the kernels and their packers share.

One place says where a quantity sits, so a kernel, a packer and a reader cannot
disagree. All kernels work on blocks of `LANES` paths; a row is one quantity of
one block.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["LANES", "MAX_FX", "MAX_REGIONS", "SLAB_DAYS", "WorldParam", "WorldRow", "WorldState"]

LANES: Final = 128
SLAB_DAYS: Final = 32
MAX_REGIONS: Final = 6
MAX_FX: Final = 4


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


class Row(IntEnum):
    """Fixed rows of a ledger's state; money in the functional currency F."""

    CASH = 0  # free cash
    COINS = 1  # BTC, free
    TO_SELL = 2  # BTC that the treasury policy wants sold
    PENDING = 3  # money under way on taps
    FLEET_LEFT = 4  # share of the machines not sold
    TAX_BASE = 5
    TAX_SET = 6  # assessed, not yet due
    DRAWN = 7  # credit lines in use
    BREACH = 8  # 1 after a failed covenant
    SHORT = 9  # scratch: money still looked for
    ARREARS = 10  # scratch: everything due and unpaid
    SOLD_SPOT = 11  # spot value of coins sold so far
    SOLD_NET = 12  # money received for them
    D1 = 13
    D2_BITS = 14  # last 13 weekly tests, newest in the lowest bit
    D3 = 15
    D4 = 16
    FIRST_SHORT = 17
    LAST_TAP = 18  # tap that delivered last, -1 for cash
    CLASS = 19  # class of the obligation that broke D1
    TRAPPED = 20  # BTC unsold at D1
    BURN = 21  # smoothed net operating outflow a day
    OPERATING = 22  # of the quarter
    SERVICE = 23  # debt service of the quarter
    PRICE = 24  # scratch: USD/BTC
    REWARD = 25  # scratch: BTC/PH/day
    HELD = 26  # frozen cash
    CREDITED = 27  # scratch: BTC credited today
    RECEIPTS = 28  # scratch: money received today
    OUTFLOW = 29  # scratch: operating cost accrued today
    WORK = 30  # scratch
    PAST = 31  # scratch: unpaid beyond grace
    PAST_CLASS = 32
    RECEIVABLE = 33  # scratch: billed to clients, not collected
    DEBT = 34  # scratch: coin loans outstanding
    MONTH = 35  # + class: fell due this month
    MONTH_RECEIPTS = 44
    RATE = 45  # + currency: F per unit
    POWER = 49  # + region: USD/kWh
    COUNT = 55


CLASSES: Final = (
    "power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed", "capex",
)
NEVER: Final = 1e9


class Head(IntEnum):
    """Whole-number header of a packed ledger: counts, offsets, flags."""

    FLEETS = 0
    HOSTS = 1
    LINES = 2
    TAPS = 3
    FREEZES = 4
    LOANS = 5
    COVENANTS = 6
    CURRENCIES = 7
    REGIONS = 8
    USD = 9  # currency index of USD
    TAX_LINE = 10
    INTEREST_LINE = 11  # takes interest on drawn lines and coin loans
    PRINCIPAL_LINE = 12
    MARGIN_LINE = 13
    AT_CREDITING = 14
    CONST_PRICE = 15
    CONST_HASHPRICE = 16
    CONST_POWER = 17
    CONST_FX = 18
    STAY = 19  # clients never leave
    NO_CALL = 20  # no margin calls
    SECURED = 21  # a secured lender exists (D2 is defined)
    I_FLEET = 22  # offsets into the whole-number vector
    I_HOST = 23
    I_LINE = 24
    I_TAP = 25
    I_FREEZE = 26
    I_LOAN = 27
    I_COVENANT = 28
    F_FLEET = 29  # offsets into the float vector
    F_HOST = 30
    F_LINE = 31
    F_TAP = 32
    F_FREEZE = 33
    F_LOAN = 34
    F_COVENANT = 35
    S_AVAIL = 36  # offsets into a day's schedule
    S_FLEET_PRICE = 37
    S_HOST_KWH = 38
    S_HOST_PRICE = 39
    S_HOST_BILL = 40
    S_HOST_COLLECT = 41
    S_CAP = 42
    S_DUE = 43
    S_BILL = 44
    S_BILL_DUE = 45
    S_HOLD = 46
    S_MATURE = 47
    S_AHEAD = 48
    S_LIABILITY = 49
    S_INFLOW = 50
    MARGINAL_ONLY = 51
    COUNT = 64


class Day(IntEnum):
    """First columns of a day's schedule."""

    MONTH = 0  # month number + 1 on the last day of a month, else 0
    WEEK = 1  # 1 on the day of the weekly test
    QUARTER = 2  # 1 on the last day of a quarter
    TAX_SET = 3
    TAX_DUE = 4
    DECAY = 5  # machine resale value relative to as_of, at constant hashprice
    COUNT = 6


class Value(IntEnum):
    """First floats of a packed ledger."""

    SELL_SHARE = 0
    PRICE0 = 1
    HP0 = 2  # USD/PH/day at as_of
    TAX_RATE = 3
    TAX_CARRY = 4
    TAX_DEDUCT = 5
    LINE_RATE = 6  # per day, on drawn lines
    NET_BEST = 7  # best net share of spot that a route pays
    FLEET_USD = 8  # resale of the own fleet at as_of
    SITES_USD = 9  # stated salvage
    PLEDGED_USD = 10  # resale of machines pledged to the secured lender
    SECURED_F = 11  # secured debt at as_of
    TOLERANCE = 12
    FIRE_COST = 13  # share lost by a lender who sells machines
    FX0 = 14  # + currency: F per unit at as_of
    POWER0 = 18  # + region: USD/kWh at as_of
    COUNT = 24


FLEET_I, FLEET_F = 4, 8
HOST_I, HOST_F, HOST_ROWS = 4, 8, 6
LINE_I, LINE_F, LINE_ROWS = 5, 2, 4
TAP_I, TAP_F, TAP_ROWS = 5, 6, 1
FREEZE_I, FREEZE_F, FREEZE_ROWS = 3, 4, 2
LOAN_I, LOAN_F, LOAN_ROWS = 2, 8, 3
COVENANT_I, COVENANT_F = 2, 1
