"""Companies with an exact answer: books, and worlds to run them in.

Each is a real book, validated and packed like any other, and is run by the
engine's own kernels; only the world is set by hand to the limit case that the
closed form knows.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import WorldFixed, WorldParam, WorldState

if TYPE_CHECKING:
    from hashfall.book.record import Book

__all__ = [
    "BLOCK_BTC",
    "FixedWorld",
    "borrower",
    "fates",
    "quiet_world",
    "solo_miner",
    "walk_world",
]

AS_OF = dt.date(2025, 12, 31)
DIFFICULTY = 1e14
_PH_DAY = 86400.0 * 1e15 / 4294967296.0 / DIFFICULTY  # blocks that a PH/s finds in a day
_FEE_X = -9.0
_SUBSIDY = 3.125
BLOCK_BTC = _SUBSIDY * (1.0 + math.exp(_FEE_X))
"""Coins of a block in these worlds. [BTC]"""


@dataclass(frozen=True)
class FixedWorld:
    """Planned world with parameters set by hand (see `hashfall.engine.run.World`)."""

    p: NDArray[np.float64]
    state: NDArray[np.float64]
    table: NDArray[np.float64]
    fixed: NDArray[np.float64]
    days: int


def _world(
    days: int, params: Mapping[WorldParam, float], state: Mapping[WorldState, float]
) -> FixedWorld:
    p, rows = np.zeros(int(WorldParam.COUNT)), np.zeros(int(WorldState.COUNT))
    usual = {
        WorldParam.T_POWER: -2e-6, WorldParam.T_SCALE: 1e6, WorldParam.T_LIMIT: 144.0,
        WorldParam.CAP: 1e9, WorldParam.BETA: 1.0, WorldParam.C1: 0.5,
        WorldParam.FEE_POWER: -2e-6, WorldParam.FEE_SCALE: 1e6, WorldParam.FEE_LIMIT: 144.0,
        WorldParam.FEE_LOW: _FEE_X, WorldParam.FEE_HIGH: _FEE_X,
    }
    start = {
        WorldState.FEE_X: _FEE_X, WorldState.HASHRATE: 700.0, WorldState.SIZE: 23.0,
        WorldState.MANTISSA: float(0x02F000), WorldState.INV_DIFFICULTY: 1.0 / DIFFICULTY,
        # No retarget and no halving within the run.
        WorldState.BLOCKS: -1e7, WorldState.TO_HALVING: 1e7, WorldState.SUBSIDY: _SUBSIDY,
    }
    for place, value in {**usual, **params}.items():
        p[int(place)] = value
    for row, value in {**start, **state}.items():
        rows[int(row)] = value
    fixed = np.zeros((days + 1, int(WorldFixed.COUNT)))
    return FixedWorld(p, rows, np.zeros((1, 4)), fixed, days)


def quiet_world(days: int, price_usd: float) -> FixedWorld:
    """World in which price, fees and difficulty stand still."""
    return _world(days, {}, {WorldState.PRICE: price_usd})


def walk_world(days: int, price_usd: float, drift: float, volatility: float) -> FixedWorld:
    """World in which the price is a geometric Brownian motion, the rest stands still.

    Parameters
    ----------
    drift, volatility : float
        Of a year of 365 days. [1/year, 1/sqrt(year)]
    """
    return _world(
        days,
        {WorldParam.DRIFT: drift / 365.0},
        {WorldState.PRICE: price_usd, WorldState.VARIANCE: volatility**2 / 365.0},
    )


_HEAD = f"""
schema = "hashfall.book/1"
id = "{{id}}"
name = "{{id}}"
as_of = {AS_OF}
known_by = {AS_OF}
currency = "USD"

[entities.parent]
country = "US"

[accounts.main]
entity = "parent"
bank = "Bank"
country = "US"
currency = "USD"
balance = {{cash!r}}

[routes.exchange]
kind = "exchange"
capacity_btc_per_day = 1e9
fee = 0.0
delay_days = 0
"""

_MINER = """
[sites.plant]
entity = "parent"
place = "nowhere"
status = "running"
mw = 1000
uptime = 1.0
overhead = 1.0
power = {{ kind = "contract", price_per_kwh = 0.0, currency = "USD" }}

[fleet.machines]
site = "plant"
model = "any"
hashrate_ph = {ph!r}
j_per_th = 20
pool_fee = 0.0
payout = "{payout}"
"""

_COST = """
[costs.day_{day}]
entity = "parent"
kind = "fixed"
amount = {amount!r}
currency = "USD"
start = {date}
once = true
grace_days = 0
"""

_LOAN = """
[treasury]
sell_share = 0.0
look_ahead_days = 0

[coins]
free_btc = {coins!r}

[debts.loan]
entity = "parent"
lender = "Lender"
kind = "bullet"
principal = {principal!r}
currency = "USD"
rate_per_year = 0.0
matures = {date}
grace_days = 0
"""


def _book(text: str, name: str) -> Book:
    from hashfall.book.load import parse_book

    return parse_book(text, name)


def solo_miner(cash: float, days: int, cost_per_day: float, blocks_per_day: float) -> Book:
    """Book of a miner who takes Poisson luck and pays one cost at the end of each day.

    Parameters
    ----------
    cash : float
        Money at the start. [USD]
    days : int
        Days for which costs are written. [days]
    cost_per_day : float
        Due each day without grace. [USD/day]
    blocks_per_day : float
        Blocks expected at the difficulty of `quiet_world`. [blocks/day]
    """
    machines = _MINER.format(ph=blocks_per_day / _PH_DAY, payout="solo")
    parts = [_HEAD.format(id="solo_miner", cash=cash), machines]
    parts += [
        _COST.format(day=d, amount=cost_per_day, date=AS_OF + dt.timedelta(days=d))
        for d in range(1, days + 1)
    ]
    return _book("".join(parts), "solo_miner")


def borrower(coins: float, principal: float, days: int) -> Book:
    """Book of a holder of coins with nothing else but a loan that falls due at the end.

    Parameters
    ----------
    coins : float
        Coins, sold only when the loan is due. [BTC]
    principal : float
        Loan without interest. [USD]
    days : int
        Life of the loan. [days]
    """
    date = AS_OF + dt.timedelta(days=days)
    loan = _LOAN.format(coins=coins, principal=principal, date=date)
    idle = _MINER.format(ph=0.0, payout="fpps")  # a book must have machines or clients
    return _book(_HEAD.format(id="borrower", cash=0.0) + idle + loan, "borrower")


def fates(
    books: Sequence[Book], world: FixedWorld, price_usd: float, paths: int, seed: int
) -> NDArray[np.int16]:
    """Day of each clock for companies of one world, -1 for never, by the engine's kernels. [days]

    Parameters
    ----------
    books : sequence of Book
        Companies; each has paths of its own.
    world : FixedWorld
        World, the same for all.
    price_usd : float
        Price at `as_of`. [USD/BTC]
    paths : int
        Paths of each company, a multiple of 128.
    seed : int
        Seed.

    Returns
    -------
    ndarray of shape (kinds, companies, paths)
        Rows are those of `hashfall.engine.block.Fate`.
    """
    from hashfall.engine.pack import Frame, pack
    from hashfall.engine.run import run

    hashprice = _PH_DAY * BLOCK_BTC * price_usd
    frame = Frame(world.days, (), (), price_usd, hashprice, {}, {})
    packed = [pack(book, frame) for book in books]
    outcome = run(
        world, lambda draw: [packed[draw]], draws=len(books), inner=paths, seed=seed, keep=0
    )[0]
    return outcome.fate.reshape(-1, len(books), paths)
