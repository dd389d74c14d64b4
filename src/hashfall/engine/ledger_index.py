"""Rows and columns of the ledger as whole numbers, which compiled loops take as constants."""

from __future__ import annotations

from hashfall.model import columns as c
from hashfall.model.columns import (
    Day,
    Freeze,
    Gate,
    Head,
    Host,
    Line,
    Loan,
    Pool,
    Row,
    Tap,
    Value,
)
from hashfall.model.layout import WorldRow

__all__: list[str] = []  # constants for the modules beside this one

H = {h.name: int(h) for h in Head}
D = {d.name: int(d) for d in Day}
V = {v.name: int(v) for v in Value}

# Fixed rows and sizes of the components.
FIX, RATE, POWER, DUE_ROW = int(Row.COUNT), int(Row.RATE), int(Row.POWER), int(Row.DUE)
STOCK = int(Tap.STOCK)
TARIFF, SUPPLY, MACHINES, D1, D4 = (
    int(Row.TARIFF), int(Row.SUPPLY), int(Row.MACHINES), int(Row.D1), int(Row.D4),
)
HOST_ROWS, LINE_ROWS, TAP_ROWS = int(Host.COUNT), int(Line.COUNT), int(Tap.COUNT)
FREEZE_ROWS, LOAN_ROWS = int(Freeze.COUNT), int(Loan.COUNT)
FLEET_I, FLEET_F, HOST_I, HOST_F = c.FLEET_I, c.FLEET_F, c.HOST_I, c.HOST_F
LINE_I, TAP_I, TAP_F = c.LINE_I, c.TAP_I, c.TAP_F
FREEZE_I, FREEZE_F, LOAN_I, LOAN_F = c.FREEZE_I, c.FREEZE_F, c.LOAN_I, c.LOAN_F
COVENANT_I, COVENANT_F = c.COVENANT_I, c.COVENANT_F
GATE_ROWS, POOL_ROWS = int(Gate.COUNT), int(Pool.COUNT)
GATE_I, GATE_F, SHIFT_I = c.GATE_I, c.GATE_F, c.SHIFT_I
W_POWER = int(WorldRow.POWER)
FIRST_YEAR = 365

# Header: counts, switches, offsets.
FLEETS, HOSTS, LINES, TAPS = H["FLEETS"], H["HOSTS"], H["LINES"], H["TAPS"]
FREEZES, LOANS, COVENANTS = H["FREEZES"], H["LOANS"], H["COVENANTS"]
CURRENCIES, REGIONS, USD, TAX = H["CURRENCIES"], H["REGIONS"], H["USD"], H["TAX_LINE"]
AT_CREDITING, STAY, NO_CALL, SECURED, SOLO = (
    H["AT_CREDITING"], H["STAY"], H["NO_CALL"], H["SECURED"], H["SOLO"],
)
CONST_PRICE, CONST_HASHPRICE, CONST_POWER, CONST_FX = (
    H["CONST_PRICE"], H["CONST_HASHPRICE"], H["CONST_POWER"], H["CONST_FX"],
)
IF, IH, IL, IT, IZ, IO, IC, IX = (
    H["I_FLEET"], H["I_HOST"], H["I_LINE"], H["I_TAP"], H["I_FREEZE"], H["I_LOAN"],
    H["I_COVENANT"], H["I_FX"],
)
FF, FH, FT, FZ, FO, FC = (
    H["F_FLEET"], H["F_HOST"], H["F_TAP"], H["F_FREEZE"], H["F_LOAN"], H["F_COVENANT"],
)
RH, RL, RT, RZ, RO, RR = (
    H["R_HOST"], H["R_LINE"], H["R_TAP"], H["R_FREEZE"], H["R_LOAN"], H["R_RING"],
)
S_AVAIL, S_FLEET_PRICE, S_FLEET_MARKET = H["S_AVAIL"], H["S_FLEET_PRICE"], H["S_FLEET_MARKET"]
S_KWH, S_TARIFF, S_PRICE, S_MARKET, S_COLLECT = (
    H["S_HOST_KWH"], H["S_HOST_TARIFF"], H["S_HOST_PRICE"], H["S_HOST_MARKET"],
    H["S_HOST_COLLECT"],
)
S_DUE, S_RECENT, S_BILL_DUE, S_MATURE, S_SOON = (
    H["S_DUE"], H["S_RECENT"], H["S_BILL_DUE"], H["S_MATURE"], H["S_SOON"],
)
S_CAP, S_CALL, S_CALL_SOON = H["S_CAP"], H["S_CALL"], H["S_CALL_SOON"]
S_HOLD, S_SEIZE, S_RELEASE = H["S_HOLD"], H["S_SEIZE"], H["S_RELEASE"]
GATES, POOLS, IG, IW, IP = H["GATES"], H["POOLS"], H["I_GATE"], H["I_WAY"], H["I_POOLED"]
FG, FW, RG, RP = H["F_GATE"], H["F_WAY"], H["R_GATE"], H["R_POOL"]
S_GATE, S_HOLD_IN, SHIFTS, HAZARDS = (
    H["S_GATE"], H["S_HOLD_IN"], H["SHIFTS"], H["HAZARDS"],
)
CHANGES, LAST_DAY = H["CHANGES"], H["LAST_DAY"]

# Columns of a day and packed values.
MONTH, WEEK, QUARTER, TAX_SET = D["MONTH"], D["WEEK"], D["QUARTER"], D["TAX_SET"]
AHEAD, AHEAD90, SECURED90, SECURED_LEFT = (
    D["AHEAD"], D["AHEAD90"], D["SECURED90"], D["SECURED"],
)
DECAY, DECAY90, ROUTE_CAP = D["DECAY"], D["DECAY90"], D["ROUTE_CAP"]
LIABILITY, INFLOW, WORKED = D["LIABILITY"], D["INFLOW"], D["WORKED"]
V_SELL_SHARE, V_PRICE0, V_HASHPRICE0 = V["SELL_SHARE"], V["PRICE0"], V["HASHPRICE0"]
V_TAX_RATE, V_TAX_DEDUCT, V_TAX_CARRY = V["TAX_RATE"], V["TAX_DEDUCT"], V["TAX_CARRY"]
V_BEST_NET, V_FLEET_USD, V_PLEDGED_USD, V_SITES_USD = (
    V["BEST_NET"], V["FLEET_USD"], V["PLEDGED_USD"], V["SITES_USD"],
)
V_TOLERANCE, V_FIRE_COST, V_LOOK_AHEAD = V["TOLERANCE"], V["FIRE_COST"], V["LOOK_AHEAD"]
V_EQUITY_BETA, V_FX0, V_FX_SCALE, V_POWER0 = (
    V["EQUITY_BETA"], V["FX0"], V["FX_SCALE"], V["POWER0"],
)

# Classes of obligations that are told apart.
PAYROLL, INTEREST, PRINCIPAL, FIXED = (
    c.CLASSES.index("payroll"), c.CLASSES.index("interest"), c.CLASSES.index("principal"),
    c.CLASSES.index("fixed"),
)
