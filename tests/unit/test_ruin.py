"""Exact ruin of a solo miner: hand-made cases, limits and refusals."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from hashfall.model import ruin


@pytest.mark.parametrize("z", [-0.3679, 1e-9, math.nan])
def test_lambert_outside_its_domain_is_refused(z: float) -> None:
    with pytest.raises(ValueError, match="Lambert W"):
        ruin.lambert_w0(z)


@pytest.mark.parametrize("miner", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, math.nan)])
def test_a_miner_without_cost_blocks_or_reward_is_refused(
    miner: tuple[float, float, float],
) -> None:
    with pytest.raises(ValueError, match="positive"):
        ruin.ruin_ever(1.0, *miner)


@pytest.mark.parametrize("rate", [0.5, 0.9, 1.0])
def test_ruin_is_certain_without_a_margin(rate: float) -> None:
    assert ruin.ruin_ever(7.0, 2.0, rate, 2.0) == 1.0


def test_coefficient_solves_its_equation() -> None:
    cost, rate, reward = 3.0, 0.8, 5.0
    x = ruin.adjustment_coefficient(cost, rate, reward)
    assert x > 0.0
    assert cost * x + rate * (math.exp(-reward * x) - 1.0) == pytest.approx(0.0, abs=1e-14)


def test_no_ruin_before_the_money_can_run_out() -> None:
    assert ruin.ruin_by(10.0, 9.999, 1.0, 0.1, 5.0) == 0.0
    assert ruin.ruin_by(10.0, 10.0, 1.0, 0.1, 5.0) == pytest.approx(math.exp(-1.0))


def test_ruin_by_a_late_time_is_ruin_ever() -> None:
    miner = (1.0, 0.5, 3.0)
    assert ruin.ruin_by(4.0, 2000.0, *miner) == pytest.approx(ruin.ruin_ever(4.0, *miner), 1e-9)


def _brute(surplus: float, days: int, cost: float, rate: float, reward: float) -> float:
    """Ruin at day ends by going through every sequence of daily counts."""
    top = 14
    masses = [ruin.poisson_probability(k, rate) for k in range(top)]
    total = 0.0
    for counts in itertools.product(range(top), repeat=days):
        levels = [
            surplus + reward * found - cost * (day + 1)
            for day, found in enumerate(itertools.accumulate(counts))
        ]
        if min(levels) < 0.0:
            total += math.prod(masses[k] for k in counts)
    return total


@pytest.mark.parametrize("days", [1, 2, 3])
@pytest.mark.parametrize("surplus", [0.2, 1.3])
def test_daily_recursion_by_enumeration(days: int, surplus: float) -> None:
    law = ruin.ruin_at_day_ends(surplus, days, 1.4, 0.7, 2.1)
    assert law[-1] == pytest.approx(_brute(surplus, days, 1.4, 0.7, 2.1), abs=1e-10)


def test_a_cost_covered_to_the_last_cent_is_paid() -> None:
    # 0.1 + 0.2 is above 0.3 in floating point.
    law = ruin.ruin_at_day_ends(0.3, 3, 0.1, 1e-9, 1.0)
    assert law == pytest.approx([0.0, 0.0, 0.0])


def test_a_hopeless_miner_is_ruined_for_good() -> None:
    law = ruin.ruin_at_day_ends(-5.0, 4, 100.0, 0.01, 1.0)
    assert np.allclose(law, 1.0)
