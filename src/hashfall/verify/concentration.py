"""Concentration, delay of a filtered transaction and cost of an attack: known answers."""

from __future__ import annotations

import functools
from datetime import date

import numpy as np

from hashfall.engine.concentration import all_to_largest, leaving_share, spread_even
from hashfall.engine.measures import measure
from hashfall.engine.shares import NotAvailable, Shares
from hashfall.ingest.shares import shares_at
from hashfall.model import censorship as attack
from hashfall.model import concentration as model
from hashfall.model import share_error
from hashfall.verify.check import Check, Estimate, exactly, holds, near, within_three_errors
from hashfall.verify.simulate import generator

__all__ = ["check_attack_cost", "check_censorship", "check_concentration"]

_THREE = (0.40, 0.35, 0.25)
_EIGHT = (0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05)
_DEFINITION = "definition, by arithmetic"
_MAP_2021 = "Cambridge map of August 2021, by arithmetic"
_MAP_2025 = "Hashrate Index, end of June 2025: 2 x 16.61 x 35.81"
_MULTINOMIAL = "multinomial counts: exact variance of a U-statistic, simulated"
_WHITE_PAPER = "Nakamoto 2008, section 11"
_ROSENFELD = "Rosenfeld 2014, arXiv:1402.2009"
_BUDISH = "Budish 2025, QJE 140(1): 250,000 USD a block"
_JRS = "John, Rivera, Saleh 2025: free entry"


def _table(dimension: str, day: date, naming: str = "") -> Shares:
    table = shares_at(dimension, day, naming=naming or ())
    if isinstance(table, NotAvailable):
        raise ValueError(f"no shares by {dimension}: {table.reason}")
    return table


def check_concentration() -> list[Check]:
    """Worked examples, maps with an unnamed rest, moves, and sampling error."""
    row = functools.partial(near, "concentration")
    aug = _table("country", date(2021, 12, 31))
    return [
        *_worked(".40 .35 .25", _THREE, (3450.0, 2.898551, 1.558872, 2.0)),
        *_worked("eight shares", _EIGHT, (1800.0, 5.555556, 2.708695, 3.0)),
        row("Gini coefficient of eight shares", 0.35, float(model.gini(_EIGHT)), 1e-9,
            _DEFINITION),
        row("named shares, August 2021", 0.9169, float(aug.values.sum()), 1e-9, _MAP_2021, 4),
        row("HHI at least, August 2021", 1870.4, measure(aug).hhi_low, 0.1, _MAP_2021, 1),
        *_russia_leaves(),
        row("s.e. of 27%, one day", 0.037, float(share_error.share_se(0.27, 144)), 5e-4,
            "binomial", 3),
        row("s.e. of 27%, a week", 0.014, float(share_error.share_se(0.27, 1008)), 5e-4,
            "binomial", 3),
        *within_three_errors(
            "concentration", ["mean HHI of counted blocks", "variance of HHI, points^2"],
            [_counted_hhi(144), float(share_error.hhi_se(_EIGHT, 144)) ** 2], _luck_of_counts,
            _MULTINOMIAL, digits=1,
        ),
        _range_covers(),
    ]


def _worked(name: str, shares: tuple[float, ...], expected: tuple[float, ...]) -> list[Check]:
    """Four measures of one list of shares."""
    measures = (
        ("HHI", model.hhi, 1), ("effective number", model.effective_number, 6),
        ("entropy, bit", model.entropy_bits, 6), ("Nakamoto coefficient", model.nakamoto, 0),
    )
    return [
        near("concentration", f"{what} of {name}", value, float(function(shares)), 1e-6,
             _DEFINITION, digits)
        for (what, function, digits), value in zip(measures, expected, strict=True)
    ]


def _russia_leaves() -> list[Check]:
    """The two ends of Russia's exit on the map of end June 2025."""
    table = _table("country", date(2025, 12, 31), "Russia")
    leaving = {"Russia": leaving_share(table, "Russia")}
    before = measure(table)
    up = measure(all_to_largest(table, leaving), before).hhi_change
    down = measure(spread_even(table, leaving), before).hhi_change
    return [
        near("concentration", "Russia to the United States, HHI", 1190.0, up, 0.5, _MAP_2025, 1),
        holds("concentration", "Russia over 20 empty places, HHI", "below 0", f"{down:.1f}",
              down < 0.0, "19/20 of the square of the share goes"),
    ]


def _counted_hhi(blocks: int) -> float:
    """Expected HHI of counted shares: luck adds (10^4 - HHI) / n."""
    true = float(model.hhi(_EIGHT))
    return true + (model.POINTS - true) / blocks


def _luck_of_counts(stage: int) -> list[Estimate]:
    rng = generator(7 + stage)
    counted = model.hhi(rng.multinomial(144, _EIGHT, 40_000) / 144.0)
    spread = np.square(counted - _counted_hhi(144))
    root = np.sqrt(len(counted))
    return [Estimate(float(x.mean()), float(x.std() / root)) for x in (counted, spread)]


def _range_covers() -> Check:
    """The range of the Nakamoto coefficient holds the true one often enough."""
    rng = generator(11)
    true, inside = float(model.nakamoto(_EIGHT)), 0
    for counts in rng.multinomial(1008, _EIGHT, 2000):
        low, high = share_error.nakamoto_range(counts / 1008.0, 1008)
        inside += low <= true <= high
    part = inside / 2000.0
    return holds("concentration", "Nakamoto range holds the true one", "90% or more",
                 f"{part:.1%}", part >= 0.9, "5 to 95%, 1,008 blocks, simulated")


def check_censorship() -> list[Check]:
    """Waiting times behind a filter, feather forks, and overtaking a confirmed block."""
    row = functools.partial(near, "censorship")
    rows = [
        row("blocks to wait, 50% filter", 2.0, attack.wait_blocks(0.5), 1e-12, "geometric", 1),
        row("blocks to wait, 95% filter", 20.0, attack.wait_blocks(0.95), 1e-9, "geometric", 1),
        row("days for 95%, 95% filter", 0.41607, attack.wait_days_quantile(0.95, 0.95), 1e-5,
            "exponential", 5),
        row("feather fork of 20%", 0.04, attack.feather_fork_orphan_probability(0.2), 1e-12,
            "two blocks in a row"),
        row("10%, 5 blocks, Poisson", 0.0009137, attack.catch_up_probability_nakamoto(0.1, 5),
            5e-8, _WHITE_PAPER, 7),
        row("30%, 10 blocks, Poisson", 0.0416605, attack.catch_up_probability_nakamoto(0.3, 10),
            5e-8, _WHITE_PAPER, 7),
        row("10%, 1 block, exact", 0.2, attack.catch_up_probability(0.1, 1), 1e-12, _ROSENFELD),
        row("10%, 6 blocks, exact", 0.00059, attack.catch_up_probability(0.1, 6), 5e-6,
            _ROSENFELD, 5),
    ]
    found = tuple(_confirmations(q / 100.0) for q in range(10, 50, 5))
    return [*rows, exactly("censorship", "blocks for less than 0.1%, 10% to 45%",
                           (5, 8, 11, 15, 24, 41, 89, 340), found, _WHITE_PAPER)]


def _confirmations(share: float) -> int:
    """Fewest confirmations with a chance below 0.1%, by doubling and halving."""
    low, high = 0, 1
    while attack.catch_up_probability_nakamoto(share, high) >= 1e-3:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        above = attack.catch_up_probability_nakamoto(share, middle) >= 1e-3
        low, high = (middle, high) if above else (low, middle)
    return high


def check_attack_cost() -> list[Check]:
    """A flow that follows revenue one for one and does not know efficiency."""
    row = functools.partial(near, "attack-cost")
    rent = [_rent(36e6, efficiency) for efficiency in (-0.5, 0.0, 0.5, 2.0)]
    stock = [attack.free_entry_hardware_usd(36e6, 0.1, 0.3, 0.2, x) for x in (0.0, 0.5)]
    return [
        row("million USD a day", 36.0, attack.flow_cost_usd_per_day(250e3) / 1e6, 1e-9, _BUDISH,
            1),
        row("twice the revenue", 2.0, _rent(72e6, 0.3) / _rent(36e6, 0.3), 1e-12, _JRS, 3),
        row("spread over efficiencies", 0.0, max(rent) / min(rent) - 1.0, 1e-12, _JRS, 9),
        row("rent over revenue", 1.0, rent[0] / 36e6, 1e-12, _JRS, 9),
        holds("attack-cost", "bought machines, more efficient", "more",
              f"{stock[1] / stock[0]:.3f} times", stock[1] > stock[0], _JRS),
    ]


def _rent(revenue_usd: float, efficiency: float) -> float:
    """Cost of as many machines as there are, for one period. [USD]"""
    terms = (0.1, 0.3, 0.2, efficiency)
    machines = attack.free_entry_hardware_usd(revenue_usd, *terms)
    return machines * attack.free_entry_user_cost_usd(*terms)
