"""Names of the rows, columns and counts that the ledger kernel, its packer and its twin share.

Money stands in the functional currency F of the book unless a name says otherwise.
A state is one flat array of rows x lanes: the fixed rows of `Row` first, then a few
rows for each component (fleet, host, line, tap, freeze, loan, gate, pool), then the
rings that hold money under way.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = [
    "CLASSES", "CLOCKS_NEVER", "MAX_CURRENCIES", "MAX_TAPS", "Day", "Freeze", "Gate", "Head",
    "Host", "Line", "Loan", "Month", "Pool", "Row", "Tap", "TapKind", "Value",
]

CLASSES: Final = (
    "power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed", "capex",
)
"""Classes of obligations; the number of a class is its place here."""
CLOCKS_NEVER: Final = 1e9
"""Day of a clock that never stops."""
MAX_CURRENCIES: Final = 5
"""Most currencies of a book."""
MAX_TAPS: Final = 128
"""Most sources of money of a ledger, slices and ways of routes among them."""


class Row(IntEnum):
    """Fixed rows of a ledger's state."""

    CASH = 0  # free cash
    COINS = 1  # BTC, free
    TO_SELL = 2  # BTC that the treasury policy wants sold
    PENDING = 3  # money under way
    MACHINES = 4  # share of the own machines not sold
    TAX_BASE = 5  # of the running period
    TAX_LOSS = 6  # losses carried forward
    BREACH = 7  # 1 after a covenant was broken
    SOLD_SPOT = 8  # spot value of coins sold so far
    SOLD_NET = 9  # money that came for them
    SOLD_BTC = 10
    D1 = 11
    D2_BITS = 12  # last 13 weekly tests of the secured lender, newest in the lowest bit
    D3 = 13
    D4 = 14
    FIRST_SHORT = 15
    LAST_TAP = 16  # tap that paid last, -1 for cash
    LINE = 17  # payment line that broke D1, -1 for none
    TRAPPED = 18  # BTC unsold at D1
    BURN = 19  # smoothed net operating outflow a day
    OPERATING = 20  # operating cash of the quarter
    SERVICE = 21  # debt service of the quarter
    IN12 = 22  # operating income of the first 365 days
    OUT12 = 23  # what fell due for the first 365 days
    PRICE = 24  # F/BTC; from here on set anew each day, but for SETOFF and DUE
    REWARD = 25  # BTC/PH/day
    HASHPRICE = 26  # USD/PH/day
    RECEIPTS = 27
    OUTFLOW = 28
    CREDITED = 29  # BTC credited today
    UNPAID = 30  # everything due and unpaid
    NEED = 31  # money still looked for
    HELD = 32  # frozen cash
    OTHER = 33  # other liquid assets: foreign cash
    RECEIVABLE = 34
    DEBT = 35  # coin loans and drawn lines outstanding
    PAST = 36  # unpaid beyond grace
    PAST_LINE = 37
    BLOCK = 38  # BTC reward of one block (solo payout)
    INCOME = 39  # operating receipts of the day, coins at net value
    TARIFF = 40  # F/kWh
    SUPPLY = 41  # F/kWh
    PLEDGED = 42  # BTC pledged for loans
    LATE = 43  # unpaid of what fell due after as_of
    SETOFF = 44  # prepaid service worked off, not yet taken off a bill
    GROSS = 45  # receipts before freezes take their part
    OWED = 46  # bills and liabilities that are not due yet
    UNSELLABLE = 47  # BTC that no route took at D1 although they were to be sold
    DUE = 48  # + class: fell due this month
    RATE = 57  # + currency: F per unit
    POWER = 62  # + region: F/kWh
    COUNT = 68


class Host(IntEnum):
    """Rows of a hosting tier."""

    PRESENT = 0  # share of the contracted power taken
    NEG = 1  # days in a row of negative client margin
    POS = 2
    ACCRUED = 3
    BILLED = 4
    COUNT = 5


class Line(IntEnum):
    """Rows of a payment line, in units of its currency."""

    UNPAID = 0
    RECENT = 1  # variable bill still within grace
    ACCRUED = 2
    BILLED = 3  # billed, not yet due
    COUNT = 4


class Tap(IntEnum):
    """Rows of a source of money."""

    STOCK = 0  # what is left, in its own unit (slice that shifts use: BTC it still takes today)
    DRAWN = 1  # what was taken from it (BTC sold, units drawn)
    OWED = 2  # units outstanding of a credit line (slice that shifts use: BTC sold today)
    COUNT = 3


class TapKind(IntEnum):
    """Kinds of sources of money."""

    ROUTE = 0
    FOREIGN_CASH = 1
    CREDIT_LINE = 2
    EQUITY = 3
    MACHINES = 4
    SLICE = 5  # part of a route through a venue or rail, at one price
    SHIFT = 6  # a sale that takes back an earlier one and sends its coins elsewhere


class Gate(IntEnum):
    """Rows of a venue, of a rail, or of a route that opens and closes by itself."""

    OPEN = 0  # 1 or 0, without what dates say
    LEFT = 1  # what it still takes today, BTC (rail: F)
    NEXT = 2  # day on which it closes or opens, -1 before the first was drawn
    COUNT = 3


class Pool(IntEnum):
    """Rows of an account on which routes say that their money arrives."""

    ARRIVED = 0  # today, before freezes
    LEFT = 1  # of it, after freezes
    COUNT = 2


class Freeze(IntEnum):
    """Rows of a freeze."""

    HELD = 0
    ALLOWED = 1  # left of the month's allowance
    COUNT = 2


class Loan(IntEnum):
    """Rows of a loan on coins."""

    PRINCIPAL = 0  # units of its currency
    COLLATERAL = 1  # BTC
    ASKED = 2  # margin asked for in money and not paid, units of its currency
    DAYS = 3  # days in a row on which it was asked for
    COUNT = 4


class Month(IntEnum):
    """Rows of a month's record."""

    LIQUID = 0  # liquid means after payments, arrears taken off
    CASH = 1
    COINS = 2  # money that coins at hand deliver within the look-ahead
    FUNDING = 3  # other liquid means: foreign cash
    HELD = 4
    TRAPPED = 5  # value of coins beyond what routes deliver in time
    ALIVE = 6  # 1 before D1
    UNPAID = 7
    DUE = 8  # + class
    COUNT = 17


class Day(IntEnum):
    """First columns of a day's schedule."""

    MONTH = 0  # number of the month + 1 on its last day, else 0
    WEEK = 1  # 1 on the day of the weekly test
    QUARTER = 2  # 1 on the last day of a quarter
    TAX_SET = 3  # 1 on the last day of a tax period
    AHEAD = 4  # fixed payments within the look-ahead, F at as_of rates
    AHEAD90 = 5  # fixed payments of the next 90 days
    SECURED90 = 6  # service of the secured lender in the next 90 days
    DECAY = 7  # machine resale relative to as_of at constant hashprice
    DECAY90 = 8  # the same 90 days on, relative to today
    ROUTE_CAP = 9  # BTC that open routes take within the look-ahead
    SECURED = 10  # owed to the lender secured on machines, F at as_of rates
    LIABILITY = 11  # + currency: principal, claims and prepaid service not yet due
    INFLOW = 16  # + currency: receivables, credits
    WORKED = 21  # + currency: prepaid service worked off
    COUNT = 26


class Value(IntEnum):
    """First floats of a packed ledger."""

    SELL_SHARE = 0
    PRICE0 = 1  # USD/BTC at as_of
    HASHPRICE0 = 2  # USD/PH/day at as_of
    TAX_RATE = 3
    TAX_DEDUCT = 4
    TAX_CARRY = 5  # share of a profit that losses may set off
    BEST_NET = 6  # share of spot that the best route pays
    FLEET_USD = 7  # resale value of own unpledged machines at as_of
    PLEDGED_USD = 8  # of machines pledged to the secured lender
    SITES_USD = 9
    TOLERANCE = 10  # F: less than this is not unpaid
    FIRE_COST = 11  # share that a lender loses who sells machines
    LOOK_AHEAD = 12  # days
    EQUITY_BETA = 13
    FX0 = 14  # + currency: F per unit at as_of
    FX_SCALE = 19  # + currency: rate at as_of of this draw over that of the world
    POWER0 = 24  # + region: USD/kWh at as_of
    COUNT = 30


class Head(IntEnum):
    """Whole-number header of a packed ledger."""

    FLEETS = 0
    HOSTS = 1
    LINES = 2
    TAPS = 3
    FREEZES = 4
    LOANS = 5
    COVENANTS = 6
    CURRENCIES = 7
    REGIONS = 8
    USD = 9  # index of USD among the currencies
    TAX_LINE = 10  # line of the profit tax, -1 for none
    AT_CREDITING = 11
    CONST_PRICE = 12
    CONST_HASHPRICE = 13
    CONST_POWER = 14
    CONST_FX = 15
    STAY = 16  # clients never leave
    NO_CALL = 17
    SECURED = 18  # a lender secured on machines exists
    SOLO = 19  # a fleet is paid by blocks found
    I_FLEET = 20  # offsets into the whole numbers
    I_HOST = 21
    I_LINE = 22
    I_TAP = 23
    I_FREEZE = 24
    I_LOAN = 25
    I_COVENANT = 26
    I_FX = 27  # + currency: row of the world's rate, -1 for USD
    F_FLEET = 32  # offsets into the floats
    F_HOST = 33
    F_TAP = 34
    F_FREEZE = 35
    F_LOAN = 36
    F_COVENANT = 37
    R_HOST = 38  # first state row of each kind of component
    R_LINE = 39
    R_TAP = 40
    R_FREEZE = 41
    R_LOAN = 42
    R_RING = 43
    S_AVAIL = 44  # offsets into a day's schedule: PH of a fleet
    S_FLEET_PRICE = 45  # contract price or adder, currency/kWh
    S_FLEET_MARKET = 46  # 1 when the region's market price comes on top
    S_HOST_KWH = 47  # kWh/day of a tier at full presence
    S_HOST_TARIFF = 48
    S_HOST_PRICE = 49
    S_HOST_MARKET = 50
    S_HOST_COLLECT = 51  # 1 on the day the bill is paid
    S_DUE = 52  # fixed amount due, units of the line
    S_RECENT = 53  # fixed amounts still within grace
    S_BILL_DUE = 54  # 1 on the day the bill falls due
    S_MATURE = 55  # 1 on the day its grace ends
    S_SOON = 56  # 1 on the days when the bill falls due within the look-ahead
    S_CAP = 57  # capacity of a tap that day, in its own unit
    S_CALL = 58  # 1 on the day a credit line ends
    S_CALL_SOON = 59  # 1 on the days when it ends within the look-ahead
    S_HOLD = 60  # share of receipts that a freeze holds
    S_SEIZE = 61  # share of free cash that it takes that day
    S_RELEASE = 62  # 1 on the day it ends
    GATES = 63
    POOLS = 64
    I_GATE = 65
    I_WAY = 66  # what slices and shifts pass through
    I_POOLED = 67  # pool of each freeze, -1 for none; there where pools are
    F_GATE = 68
    F_WAY = 69
    R_GATE = 70
    R_POOL = 71
    S_GATE = 72  # capacity of a gate that day, BTC or currency; 0 where dates close it
    S_HOLD_IN = 73  # share that a freeze holds of what arrives on its own account
    SHIFTS = 74  # ways that take back an earlier sale
    HAZARDS = 75  # gates that close by chance
    CHANGES = 76  # place of the days on which they do among the activity counts
    LAST_DAY = 77
    COUNT = 78


FLEET_I, FLEET_F = 5, 3  # line, region, currency, pledged, solo; pool fee, kWh/PH, take or pay
HOST_I, HOST_F = 5, 8  # line, region, currencies of power and tariff, client pays; see pack
LINE_I = 4  # class, currency, standing, takes bills
TAP_I, TAP_F = 7, 2  # kind, currency, delay, ring, covenants, lines of principal and interest
#                      (slice, shift: ways from here on, places in I_WAY and F_WAY instead);
#                      share that it pays, interest a day (slice, shift: 1 over the share)
FREEZE_I, FREEZE_F = 1, 2  # classes that it allows; most that it holds, allowance a month
LOAN_I, LOAN_F = 5, 6  # currency, last day, lines of margin, principal and interest
COVENANT_I, COVENANT_F = 2, 1  # kind, test; level
GATE_I, GATE_F = 3, 2  # currency, -1 (coins) or NEVER_FULL, stream or 0, word;
#                        see days_to_change: to close, to open
NEVER_FULL = -2
"""Instead of a gate's currency: it has no capacity on any day."""
NO_LIMIT = 1e15
"""Capacity of what has none."""
SLICE_I = 6  # gates of route, venue, rail; pool; 1 where shifts take back, 1 for the first of
#              its ring; and two floats, for shifts too: coins that reach the rail, its inverse
SHIFT_I = 3  # gates of venue, rail; legs; then a tap for each leg
