"""Waiting behind a filter, overtaking confirmed blocks, and what an attack costs."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from scipy.special import betainc

from hashfall.model import censorship as m


def test_no_filter_and_all_filter() -> None:
    assert m.wait_blocks(0.0) == 1.0
    assert m.extra_delay_blocks(0.0) == 0.0
    assert math.isinf(m.wait_blocks(1.0))
    assert m.wait_blocks_quantile(0.0, 0.99) == 1.0
    assert math.isinf(m.wait_blocks_quantile(1.0, 0.5))
    assert math.isinf(m.wait_days_quantile(1.0, 0.5))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("probability", [0.5, 0.9, 0.95, 0.999])
def test_the_quantile_is_the_first_block_that_reaches_it(share: float, probability: float) -> None:
    n = m.wait_blocks_quantile(share, probability)
    assert 1.0 - share**n >= probability
    assert n == 1.0 or 1.0 - share ** (n - 1.0) < probability


def test_days_scale_with_the_pace() -> None:
    fast, slow = m.wait_days_quantile(0.5, 0.9), m.wait_days_quantile(0.5, 0.9, 72.0)
    assert slow == pytest.approx(2.0 * fast)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.45, 0.499])
@pytest.mark.parametrize("blocks", [1, 2, 6, 20, 60])
def test_overtaking_is_the_closed_form(share: float, blocks: int) -> None:
    exact = float(betainc(blocks, 0.5, 4.0 * share * (1.0 - share)))
    assert m.catch_up_probability(share, blocks) == pytest.approx(exact, rel=1e-9)


def test_overtaking_at_the_ends() -> None:
    assert m.catch_up_probability(0.5, 100) == 1.0
    assert m.catch_up_probability(0.2, 0) == 1.0
    assert m.catch_up_probability(0.0, 3) == 0.0
    assert m.catch_up_probability_nakamoto(0.7, 3) == 1.0
    assert m.catch_up_probability_nakamoto(0.2, 0) == 1.0
    assert m.catch_up_probability_nakamoto(0.0, 1) == 0.0


def test_part_of_the_cost_comes_back() -> None:
    full = m.flow_cost_usd_per_day(250e3, multiple=1.1)
    assert m.flow_cost_usd_per_day(250e3, 1.1, recovered=0.25) == pytest.approx(0.75 * full)


def test_machines_follow_revenue_and_rent_equals_it() -> None:
    terms = (0.1, 0.3, 0.2)
    for efficiency in (-1.0, 0.0, 1.0):
        machines = m.free_entry_hardware_usd(100.0, *terms, efficiency)
        unit = m.free_entry_user_cost_usd(*terms, efficiency)
        assert machines * unit == pytest.approx(100.0)
    more = m.free_entry_hardware_usd(100.0, *terms, 1.0)
    assert more > m.free_entry_hardware_usd(100.0, *terms, 0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: m.wait_blocks(1.1),
        lambda: m.wait_blocks_quantile(0.5, 1.0),
        lambda: m.wait_days_quantile(0.5, 0.0),
        lambda: m.catch_up_probability(0.2, -1),
        lambda: m.catch_up_probability_nakamoto(-0.1, 1),
        lambda: m.flow_cost_usd_per_day(-1.0),
        lambda: m.flow_cost_usd_per_day(1.0, recovered=2.0),
        lambda: m.free_entry_user_cost_usd(-0.1, 0.1, 0.1, 0.0),
        lambda: m.free_entry_hardware_usd(1.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_arguments_out_of_range(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        wrong()
