"""Supply, entry, contests, machines, plants and the Cambridge rules: hand-made cases, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hashfall.model import (
    cbeci,
    contest,
    difficulty_rules,
    entry_limit,
    exchange,
    single_plant,
    strip,
    supply,
)
from hashfall.model.entry_limit import FreeEntry
from hashfall.model.single_plant import Plant


def test_half_a_cell_runs_at_its_median() -> None:
    assert supply.running_share(40.0, 40.0, 0.3) == 0.5
    assert supply.running_share(0.0, 40.0, 0.3) == 0.0
    assert np.isnan(supply.running_share(math.nan, 40.0, 0.3))
    assert np.isnan(supply.fixed_point(60.0, 40.0, 0.35, math.nan))


def test_shapes_of_the_supply_broadcast() -> None:
    h, median = np.array([[30.0], [60.0]]), np.array([30.0, 40.0, 50.0])
    assert supply.running_share(h, median, 0.3).shape == (2, 3)
    assert supply.fixed_point(h, median, 0.3, 0.5).shape == (2, 3)
    one = supply.fixed_point(60.0, 40.0, 0.3, 0.5)
    assert supply.fixed_point(h, median, 0.3, 0.5)[1, 1] == one


def test_two_equal_cells_are_one() -> None:
    alone = supply.fleet_fixed_point(60.0, 0.5, [40.0], [0.35], [700.0])
    split = supply.fleet_fixed_point(60.0, 0.5, [40.0, 40.0], [0.35, 0.35], [400.0, 300.0])
    assert split == pytest.approx(alone, rel=1e-14)
    assert supply.fleet_elasticity(60.0, [40.0, 40.0], [0.35, 0.35], [1.0, 2.0]) == pytest.approx(
        supply.elasticity(60.0, 40.0, 0.35)
    )


def test_a_fleet_that_does_not_run_has_no_fixed_point() -> None:
    assert np.isnan(supply.fixed_point(1e-30, 40.0, 0.1, 0.5))


def test_elasticity_stays_finite_far_from_break_even() -> None:
    deep = float(supply.elasticity(1.0, 40.0, 0.1))
    assert deep == pytest.approx(-math.log(1.0 / 40.0) / 0.01, rel=1e-2)
    assert float(supply.elasticity(4000.0, 40.0, 0.1)) == 0.0


def test_a_call_without_risk_is_its_intrinsic_value() -> None:
    assert strip.black_call([90.0, 100.0, 110.0], 100.0, 0.0).tolist() == [0.0, 0.0, 10.0]
    assert strip.black_call(0.0, 100.0, 0.3) == 0.0


def test_a_strip_of_one_day_is_one_call() -> None:
    terms = strip.StripTerms(0.8, 0.2, 0.1, 1)
    t = 1.0 / 365.0
    call = strip.black_call(1.2 * math.exp(-0.2 * t), 1.0, 0.8 * math.sqrt(t), math.exp(-0.1 * t))
    assert strip.unit_strip(math.log(1.2), terms) == pytest.approx(call, rel=1e-14)
    assert strip.unit_strip(0.3, terms._replace(days=0)) == 0.0


def test_a_long_array_of_strips_is_worked_off_in_pieces() -> None:
    x = np.linspace(-1.0, 2.0, 2000)
    whole = strip.unit_strip(x)
    assert whole[[0, 717, 718, 1999]].tolist() == [
        float(strip.unit_strip(v)) for v in x[[0, 717, 718, 1999]]
    ]
    assert strip.unit_strip(x.reshape(40, 50)).shape == (40, 50)


def test_a_machine_earns_nothing_without_hashprice() -> None:
    assert strip.machine_value_usd_per_th(0.0, 17.5, 0.05) == 0.0


def test_exchange_of_equal_certain_assets_is_worthless() -> None:
    assert exchange.exchange_option(1.0, 1.0, 0.0, 0.0, 0.3, 0.3, 1.0, 2.0) == 0.0


def test_kirk_with_no_strike_is_margrabe() -> None:
    kirk = exchange.kirk_spread(110.0, 100.0, 0.0, 0.0, 0.3, 0.2, 0.4, 1.5)
    margrabe = exchange.exchange_option(110.0, 100.0, 0.0, 0.0, 0.3, 0.2, 0.4, 1.5)
    assert kirk == pytest.approx(margrabe, rel=1e-12)


@pytest.mark.parametrize("growth", [0.1, 0.2, math.nan])
def test_a_machine_without_a_finite_worth_is_refused(growth: float) -> None:
    with pytest.raises(ValueError, match="below the rate"):
        entry_limit.free_entry_barrier(FreeEntry(0.1, growth, 0.5, 0.8))


def test_machines_never_leave_under_free_entry() -> None:
    setting = FreeEntry(0.10, 0.0, 0.0, 0.8)
    held = entry_limit.free_entry_capacity([5.0, 9.0, 1.0, 7.0], [0, 1, 2, 3], setting, 1.0, 2.0)
    barrier = entry_limit.free_entry_barrier(setting)
    assert held == pytest.approx([5.0 / barrier, *[9.0 / barrier] * 3])


@pytest.mark.parametrize(("entry", "leave"), [(0.0, 0.0), (-1.0, 0.5), (1.0, 20.0), (1.0, 25.0)])
def test_costs_without_two_triggers_are_refused(entry: float, leave: float) -> None:
    with pytest.raises(ValueError, match="entry and exit cost"):
        entry_limit.entry_exit_triggers(1.0, 0.05, 0.05, 0.3, entry, leave)


def test_contest_leaves_out_who_is_too_dear() -> None:
    assert contest.contest_shares([1.0, 1.1, 9.0]).tolist() == pytest.approx([11 / 21, 10 / 21, 0])
    assert contest.contest_shares([3.0, 1.0, 1.0]).tolist() == [0.0, 0.5, 0.5]
    # At the cutoff itself a miner runs nothing.
    assert contest.contest_shares([1.0, 1.0, 2.0]).tolist() == [0.5, 0.5, 0.0]


@pytest.mark.parametrize("costs", [[1.0], [], [1.0, 0.0], [1.0, math.nan], [1.0, -2.0]])
def test_a_contest_needs_two_miners_with_costs(costs: list[float]) -> None:
    with pytest.raises(ValueError, match="two or more"):
        contest.contest_shares(costs)


@pytest.mark.parametrize("alpha", [1.0, 0.5, math.nan])
def test_no_bound_on_miners_without_economies_of_scale(alpha: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        contest.most_miners(alpha)


def test_a_plant_that_never_pays_is_refused() -> None:
    with pytest.raises(ValueError, match="breaks even"):
        single_plant.break_even_hash(Plant(100.0, 2.0, 3.0, 1e6, 3.0, 10.0))


def test_machines_of_the_index_at_the_edges() -> None:
    counted = cbeci.running_machines([30.0, 30.0, 30.0, 40.0], [0.0, 5.0, 4.999, 1.0], 40.0)
    assert counted.tolist() == [False, False, True, False]
    with pytest.raises(ValueError, match="found none"):
        cbeci.network_power_gw([], 600.0)
    assert cbeci.smoothed([], 14).size == 0


def test_supply_is_idle_but_for_a_trace_at_no_reward() -> None:
    steep = difficulty_rules.Logistic(55.0, 100.0, 1.5)
    assert difficulty_rules.logistic_hashrate(0.0, *steep) == pytest.approx(55.0 * math.exp(-34.5))
    assert difficulty_rules.logistic_hashrate(50.0, *steep) == pytest.approx(55.0)


def test_winning_rate_of_no_price_is_none() -> None:
    assert np.isnan(difficulty_rules.optimal_winning_rate(math.nan))
    assert difficulty_rules.optimal_winning_rate(1e9) == pytest.approx(1.0 / 33_000.0)
