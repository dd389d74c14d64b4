"""Ruin of a solo miner: closed forms, event-time simulation, daily recursion."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from hashfall.model import ruin
from hashfall.verify.check import Check, Estimate, holds, near, within_three_errors
from hashfall.verify.simulate import Surplus, block_times, generator, surplus_at

__all__ = [
    "LARGE",
    "REWARD_USD",
    "SMALL",
    "Miner",
    "check_closed_forms",
    "check_daily",
    "check_event_time",
]

_PAPER = "Albrecher & Goffard 2022, doi:10.1287/opre.2021.2198: the authors' notebook data"
_OWN = "closed form of the same paper, computed from its inputs"

BLOCKS_PER_HOUR = 6.0
REWARD_USD = 89_684.30014938876
"""Worth of a block in the published grid. [USD/block]"""
NETWORK_KW = 8_232_614.647501711
_SEED = 1


class Miner(NamedTuple):
    """Cost, block rate and reward of a miner; `model.ruin` takes them in this order."""

    cost: float
    rate: float
    reward: float


def _miner(share: float, power_usd_kwh: float) -> Miner:
    return Miner(share * power_usd_kwh * NETWORK_KW, share * BLOCKS_PER_HOUR, REWARD_USD)


# surplus: ruin within 24 h, ruin ever, ruin and surplus at an exponential time of mean 24 h
SMALL = _miner(0.01, 0.04)
"""Miner of the published grid: 1% of the network, power at 0.04 USD/kWh."""
_GRID = {
    10_000.0: (0.833433, 0.886736, 0.743856, 22_835.962),
    60_000.0: (0.335138, 0.486145, 0.169408, 101_622.881),
    110_000.0: (0.0, 0.266525, 0.038581, 158_178.891),
    160_000.0: (0.0, 0.146120, 0.008787, 209_671.974),
    210_000.0: (0.0, 0.080109, 0.002001, 260_012.012),
}
# surplus: ruin within 14 days, within 90 days, ever
LARGE = _miner(0.10, 0.06)
"""Miner with 10% of the network, power at 0.06 USD/kWh."""
_LONG = {
    0.1e6: (0.815182, 0.823873, 0.823896),
    0.5e6: (0.351351, 0.379554, 0.379631),
    1.0e6: (0.114088, 0.144027, 0.144120),
    2.0e6: (0.008586, 0.020708, 0.020770),
}
_WHALE = {1.81e6: (0.910244, 90_052.46), 2.01e6: (0.900834, 109_737.83)}


def check_closed_forms() -> list[Check]:
    """Published ruin grid against the closed forms, to the printed digits."""
    row = functools.partial(near, "albrecher-goffard")
    rows = []
    for u, (by_day, ever, by_random, value) in _GRID.items():
        name = f"u {u:,.0f}"
        rows += [
            row(f"{name}, ruin in 24 h", by_day, ruin.ruin_by(u, 24.0, *SMALL), 1e-6, _PAPER),
            row(f"{name}, ruin ever", ever, ruin.ruin_ever(u, *SMALL), 1e-6, _PAPER),
            row(f"{name}, ruin by Exp(24 h)", by_random,
                ruin.ruin_by_random_time(u, 24.0, *SMALL), 1e-6, _PAPER),
            row(f"{name}, surplus then", value,
                ruin.surplus_at_random_time(u, 24.0, *SMALL), 1e-3, _PAPER, 3),
        ]
    for u, (by_random, value) in _WHALE.items():
        miner = _miner(0.20, 0.10)
        name = f"u {u / 1e6:.2f}m, 336 h"
        rows += [
            row(f"{name}, ruin", by_random, ruin.ruin_by_random_time(u, 336.0, *miner), 1e-6,
                _PAPER),
            row(f"{name}, surplus", value, ruin.surplus_at_random_time(u, 336.0, *miner), 0.01,
                _PAPER, 2),
        ]
    for u, (fortnight, quarter, ever) in _LONG.items():
        name = f"u {u / 1e6:.1f}m"
        rows += [
            row(f"{name}, ruin in 14 d", fortnight, ruin.ruin_by(u, 336.0, *LARGE), 1e-6, _OWN),
            row(f"{name}, ruin in 90 d", quarter, ruin.ruin_by(u, 2160.0, *LARGE), 1e-6, _OWN),
            row(f"{name}, ruin ever", ever, ruin.ruin_ever(u, *LARGE), 1e-6, _OWN),
        ]
    net = 0.2 * BLOCKS_PER_HOUR * REWARD_USD - _miner(0.2, 0.06).cost
    rows.append(row("net, share 0.2, USD/h", 8_829.784409, net, 1e-5, _PAPER))
    return rows


def _share(flags: Surplus, exact: float) -> Estimate:
    n = flags.ruined.size
    return Estimate(float(flags.ruined.mean()), math.sqrt(exact * (1.0 - exact) / n))


def _event_time(stage: int, paths: int = 200_000) -> list[Estimate]:
    """Estimates in the order of `check_event_time`; each horizon has its own paths."""
    cost, rate, reward = SMALL
    rng = generator(_SEED + stage)
    times = block_times(rng, paths, 24.0, rate)
    day = [surplus_at(times, 24.0, u, cost, reward) for u in _GRID]
    ends = 24.0 * rng.standard_exponential(paths)
    times = block_times(rng, paths, float(ends.max()), rate)
    random_time = [surplus_at(times, ends, u, cost, reward) for u in _GRID]
    values = [np.where(s.ruined, 0.0, s.surplus) / 1000.0 for s in random_time]
    return [
        *(_share(s, ruin.ruin_by(u, 24.0, *SMALL)) for u, s in zip(_GRID, day, strict=True)),
        *(_share(s, ruin.ruin_by_random_time(u, 24.0, *SMALL))
          for u, s in zip(_GRID, random_time, strict=True)),
        *(Estimate(float(v.mean()), float(v.std()) / math.sqrt(paths)) for v in values),
    ]


def check_event_time() -> list[Check]:
    """Event-time simulation of the grid against the closed forms."""
    id = "albrecher-goffard-event-time"
    return within_three_errors(
        id,
        [f"u {u:,.0f}, ruin in 24 h" for u in _GRID]
        + [f"u {u:,.0f}, ruin by Exp(24 h)" for u in _GRID]
        + [f"u {u:,.0f}, surplus, kUSD" for u in _GRID],
        [ruin.ruin_by(u, 24.0, *SMALL) for u in _GRID]
        + [ruin.ruin_by_random_time(u, 24.0, *SMALL) for u in _GRID]
        + [ruin.surplus_at_random_time(u, 24.0, *SMALL) / 1000.0 for u in _GRID],
        _event_time,
        _OWN,
    )


def check_daily() -> list[Check]:
    """Ruin at day ends: recursion against the closed form, and the ledger against it."""
    from hashfall.verify.ledger import solo_rows

    id = "albrecher-goffard-daily"
    rows = []
    # Reward and surplus are whole numbers of days' cost: ruin can come at day ends alone.
    for days in (2, 5, 30, 365):
        exact = ruin.ruin_by(2.0, float(days), 1.0, 0.4, 3.0)
        daily = float(ruin.ruin_at_day_ends(2.0 - 1e-7, days, 1.0, 0.4, 3.0)[-1])
        rows.append(near(id, f"whole days, ruin by day {days}", exact, daily, 1e-10, _OWN, 10))
    u, (cost, rate, reward) = 10_000.0, SMALL
    always = ruin.ruin_by(u, 24.0, cost, rate, reward)
    daily = float(ruin.ruin_at_day_ends(u, 1, 24.0 * cost, 24.0 * rate, reward)[0])
    rows.append(
        holds(id, "first day: its end, always", "below", f"{daily:.4f} < {always:.4f}",
              daily < always - 0.5, "ruin within the day is not seen at its end")
    )
    return [*rows, *solo_rows(id)]
