"""The daily ledger, run by the engine's own kernels, against exact answers of its limit cases."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hashfall.model import merton, passage, ruin
from hashfall.verify.check import Check, Estimate, within_three_errors
from hashfall.verify.companies import (
    BLOCK_BTC,
    borrower,
    fates,
    quiet_world,
    solo_miner,
    walk_world,
)
from hashfall.verify.ruin import LARGE, REWARD_USD, SMALL, Miner

__all__ = ["check_ledger_passage", "solo_rows"]

_RECURSION = "exact recursion on the daily grid (hashfall.model.ruin.ruin_at_day_ends)"
_LOAN = (
    "coins against a loan, price a geometric Brownian motion: Merton 1974 on the last day, "
    "exact recursion of the daily looks before it (hashfall.model.passage)"
)
_DAYS = 30
_PATHS = 16_384
# miner, surplus [USD], days at which ruin is read
_SOLO: tuple[tuple[Miner, float, tuple[int, int]], ...] = (
    *((SMALL, u, (7, _DAYS)) for u in (10_000.0, 60_000.0, 110_000.0, 160_000.0, 210_000.0)),
    *((LARGE, u, (14, _DAYS)) for u in (0.1e6, 0.5e6, 1.0e6, 2.0e6)),
)
# value, loan (units of a million USD), drift, volatility, years: the case of `monitoring`
_FIRM = (100.0, 60.0, 0.05, 0.6, 1.0)
_LOOKS = (91, 182, 365)


def _share(days: NDArray[np.int16], until: int, exact: float) -> Estimate:
    """Share of paths whose clock ran by a day, with the error that the exact value implies."""
    hit = float(np.mean((days >= 0) & (days <= until)))
    return Estimate(hit, math.sqrt(exact * (1.0 - exact) / days.size))


def _solo_exact() -> list[float]:
    exact = []
    for miner, surplus, days in _SOLO:
        daily = (24.0 * miner.cost, 24.0 * miner.rate, miner.reward)
        law = ruin.ruin_at_day_ends(surplus, _DAYS, *daily)
        exact += [float(law[d - 1]) for d in days]
    return exact


def solo_rows(id: str) -> list[Check]:
    """Payment default of solo miners in the ledger against the recursion on the daily grid."""
    exact = _solo_exact()
    price = REWARD_USD / BLOCK_BTC

    def sample(stage: int) -> list[Estimate]:
        from hashfall.engine.block import Fate

        books = [solo_miner(u, _DAYS, 24.0 * m.cost, 24.0 * m.rate) for m, u, _ in _SOLO]
        found = fates(books, quiet_world(_DAYS, price), price, _PATHS, 11 + stage)[int(Fate.D1)]
        known = iter(exact)
        return [
            _share(found[i], until, next(known))
            for i, (_, _, days) in enumerate(_SOLO)
            for until in days
        ]

    names = [f"ledger, u {u / 1e6:.2f}m, by day {d}" for _, u, days in _SOLO for d in days]
    return within_three_errors(id, names, exact, sample, _RECURSION)


def _loan_exact() -> list[float]:
    value, loan, drift, sd, years = _FIRM
    x, m = math.log(value / loan), drift - 0.5 * sd * sd
    looks = [passage.hits_zero_at_steps(x, m, sd, d / 365.0, d) for d in _LOOKS]
    return [merton.terminal_default(value, loan, drift, sd, years), *looks]


def check_ledger_passage() -> list[Check]:
    """A loan against coins: unpaid at maturity by Merton, insolvent before by daily looks."""
    exact = _loan_exact()
    value, loan, drift, sd, years = _FIRM
    days, price = round(365 * years), 1e6

    def sample(stage: int) -> list[Estimate]:
        from hashfall.engine.block import Fate

        found = fates([borrower(value, loan * price, days)], walk_world(days, price, drift, sd),
                      price, _PATHS, 21 + stage)
        insolvent = found[int(Fate.D4), 0]
        rows = [_share(insolvent, d, p) for d, p in zip(_LOOKS, exact[1:], strict=True)]
        return [_share(found[int(Fate.D1), 0], days, exact[0]), *rows]

    names = ["D1, loan due at the end", *(f"D4, looked at daily to {d}" for d in _LOOKS)]
    return within_three_errors("ledger-passage", names, exact, sample, _LOAN)
