"""The fleet in the compiled world is its plain twin, and its curves are the exact formulas."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hashfall.engine.fleet import (
    Fleet,
    FleetLaw,
    cohort_days,
    fleet_alone,
    plan_fleet,
    running_curve,
    steady,
)
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.errors import InputError
from hashfall.model import consensus
from hashfall.model.fleet_curve import log_power_need, read, value_curve
from hashfall.model.innovation import convexity_coefficients, radius_law
from hashfall.model.layout import FLEET_ORIGIN, VALUE_ORIGIN
from hashfall.model.reference.world import Address, world_path
from hashfall.model.strip import StripTerms, unit_strip
from hashfall.model.supply import running_share

Floats = NDArray[np.float64]
P, S, F, R = WorldParam, WorldState, WorldFixed, WorldRow
DAY0 = dt.date(2025, 5, 31)


def law(**changes: Any) -> FleetLaw:
    """A law of three places with everything moving."""
    numbers: dict[str, Any] = {
        "places": ("a", "b", "c"), "median_usd_per_kwh": np.array([0.03, 0.045, 0.06]),
        "spread": np.array([0.3, 0.35, 0.4]), "off": 0.25, "on": 0.05, "entry": 0.004,
        "entry_cap": 0.006, "delivery_days": 150.0, "lag_days": 21.0, "multiple_mean": -0.6,
        "multiple_kappa": 0.1, "multiple_sd": 0.1, "shock_sd": 0.006, "trend_keep": 0.8,
        "trend_sd": 0.0005, "attrition_per_year": 0.05,
        "life_years": 5.0, "power_usd_per_kwh": 0.05, "terms": StripTerms(0.9, 0.35, 0.1, 730),
        "frontier": ((dt.date(2020, 5, 1), 30.0), (dt.date(2025, 1, 1), 15.0)),
        "decline_per_year": 0.2, "floor_usd_per_th": 10.0, "floor_date": dt.date(2024, 1, 1),
        "floor_decline_per_year": 0.3,
    }
    return FleetLaw(**{**numbers, **changes})


def fleet(hashrate: float = 900.0) -> Fleet:
    """Three kinds of machines."""
    return Fleet(DAY0, (dt.date(2021, 1, 1), dt.date(2023, 1, 1), dt.date(2025, 1, 1)),
                 log_power_need([32.0, 24.0, 16.0]),
                 hashrate * np.array([0.2, 0.4, 0.5]), (20.0, 25.0, 30.0), 9.9, -0.6, 0.95,
                 0.0, 0.001)


class World:
    """A world whose fleet answers."""

    def __init__(self, days: int, rules: FleetLaw | None = None, weights: Floats | None = None,
                 machines: Fleet | None = None, price: float = 0.0, **named: float) -> None:
        self.days, self.p, self.state = days, np.zeros(int(P.COUNT)), np.zeros(int(S.COUNT))
        self.p[P.T_POWER : P.T_LIMIT + 1] = radius_law(4.0, 8.0)
        self.p[P.FEE_POWER : P.FEE_LIMIT + 1] = radius_law(5.0, 8.0)
        self.p[P.C1 : P.C4 + 1] = convexity_coefficients(radius_law(4.0, 8.0), 0.07)
        usual = {"OMEGA": 1e-5, "ALPHA": 0.16, "BETA": 0.83, "CAP": 0.07, "FEE_KAPPA": 0.03,
                 "FEE_MEAN": -3.9, "FEE_SD": 0.28, "FEE_LOW": -7.0, "FEE_HIGH": 1.7}
        for name, value in {**usual, **named}.items():
            self.p[P[name]] = value
        self.fixed, self.table = np.zeros((days + 1, int(F.COUNT))), np.zeros((1, 4))
        self.fixed[:, F.PRICE] = price
        for row, number in {
            S.PRICE: 1e5, S.VARIANCE: 1e-3, S.FEE_X: -4.0, S.HASHRATE: 900.0,
            S.MANTISSA: float(386021236 & 0x7FFFFF), S.SIZE: 23.0, S.BLOCKS: 1500.0,
            S.INV_DIFFICULTY: 1.0 / consensus.difficulty(386021236), S.ELAPSED: 10.4,
            S.TO_HALVING: 4000.0, S.SUBSIDY: 3.125,
        }.items():
            self.state[row] = number
        if weights is None:
            weights = np.tile([0.5, 0.3, 0.2], (days + 1, 1))
        self.p = plan_fleet(self.p, self.state, self.fixed, rules or law(), machines or fleet(),
                            weights)

    def run(self, path0: int = 0, seed: int = 7, slab: int = SLAB_DAYS) -> Floats:
        """Rows by day and lane; leaves the end state."""
        state = np.repeat(self.state, LANES)
        out = np.zeros((SLAB_DAYS, int(R.COUNT) * LANES))
        parts, day = [], 1
        while day <= self.days:
            n = min(slab, self.days + 1 - day)
            kernels().world(state, self.p, self.table, self.fixed, out, path0, day, n, seed)
            parts.append(out[:n].copy())
            day += n
        self.end = state.reshape(-1, LANES)
        return np.concatenate(parts).reshape(self.days, int(R.COUNT), LANES)[:, :3]

    def twin(self, path: int, seed: int = 7) -> Floats:
        """The same of one path by the plain twin."""
        address = Address(lambda day, factor: uniforms(seed, path, day, factor), FACTOR,
                          NORMAL_PLACE)
        lists: Any = (self.state.tolist(), self.p.tolist(), self.table.tolist(),
                      self.fixed.tolist())
        return np.array(world_path(*lists, self.days, address))[:, :3]


def _weights(days: int, cuts: list[tuple[int, int, float]]) -> Floats:
    weights = np.tile([0.5, 0.3, 0.2], (days + 1, 1))
    for start, place, share in cuts:
        weights[start:, place] *= share
    return weights


@settings(max_examples=20)
@given(
    days=st.integers(20, 420), seed=st.integers(0, 2**63 - 1), lane=st.integers(0, LANES - 1),
    slab=st.integers(5, SLAB_DAYS), entry=st.sampled_from([0.0, 0.002, 0.1]),
    off=st.floats(0.01, 1.0), spread=st.floats(0.15, 0.8), price=st.sampled_from([0.0, 2e4, 3e5]),
    cuts=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 2), st.floats(0.0, 1.0)),
                  max_size=4),
)
def test_the_fleet_is_its_twin_to_the_last_bit(
    days: int, seed: int, lane: int, slab: int, entry: float, off: float, spread: float,
    price: float, cuts: list[tuple[int, int, float]],
) -> None:
    rules = law(entry=entry, off=off, spread=np.full(3, spread))
    world = World(days, rules, _weights(days, cuts), price=price)
    compiled = world.run(256, seed, slab)[:, :, lane]
    assert compiled.tolist() == world.twin(256 + lane, seed).tolist()


def test_the_curve_of_the_fleet_is_the_sum_of_its_cells() -> None:
    rules, machines, weights = law(), fleet(), np.array([0.5, 0.3, 0.15])
    hashprice = np.exp(np.linspace(math.log(5.0), math.log(900.0), 400))
    median = np.exp(machines.log_need)[:, None, None] * rules.median_usd_per_kwh[:, None]
    cells = running_share(hashprice, median, rules.spread[:, None])
    exact = np.einsum("l,j,ljh->h", machines.hashrate_eh_s, weights, cells)
    curve = read(running_curve(rules, machines, weights), np.log(hashprice), FLEET_ORIGIN)
    assert np.abs(curve / machines.hashrate_eh_s.sum() - exact / machines.hashrate_eh_s.sum()
                  ).max() < 2e-4


def test_the_curve_of_value_is_the_strip() -> None:
    terms = law().terms
    x = np.linspace(-1.0, 3.9, 300)
    value = np.exp(read(value_curve(terms), x, VALUE_ORIGIN))
    assert np.allclose(value, unit_strip(x, terms), rtol=1e-4)


def test_a_fleet_at_rest_stays_where_the_fixed_point_is() -> None:
    # No entry, no wear, no shock: difficulty settles where the fleet of the supply curve does.
    rules = law(entry=0.0, shock_sd=0.0, trend_sd=0.0, luck=0.0, attrition_per_year=0.0,
                life_years=99.0, off=1.0, on=1.0, multiple_sd=0.0,
                spread=np.full(3, 0.35), median_usd_per_kwh=np.full(3, 0.05))
    one = Fleet(DAY0, (dt.date(2024, 1, 1),), log_power_need([20.0]), np.array([1000.0]))
    world = World(400, rules, machines=one, price=2e5, FEE_SD=0.0, FEE_KAPPA=0.0)
    rows = world.run()
    hashprice = rows[-1, R.PRICE, 0] * rows[-1, R.REWARD, 0]
    share = running_share(hashprice, 24.0 * 20.0 * 0.05, 0.35)
    network = consensus_hashrate(1.0 / rows[-1, R.INV_DIFFICULTY, 0])
    assert network == pytest.approx(1000.0 * float(share), rel=2e-3)


def consensus_hashrate(difficulty: float) -> float:
    """Hashrate at which blocks come every ten minutes. [EH/s]"""
    return difficulty * 2.0**32 / 600.0 / 1e18


def test_an_outage_cuts_at_once_and_ends_at_once() -> None:
    rules = law(entry=0.0, shock_sd=0.0, trend_sd=0.0, attrition_per_year=0.0, life_years=99.0,
                off=0.01,
                on=0.01, multiple_sd=0.0)
    weights = np.tile([0.5, 0.3, 0.2], (21, 1))
    weights[5:10, 0] = 0.1
    world = World(20, rules, weights, price=1e6)
    found = []
    for day in range(1, 21):
        shorter = World(day, rules, weights[: day + 1], price=1e6)
        shorter.run()
        found.append(shorter.end[S.HASHRATE, 0])
    assert found[4] / found[3] == pytest.approx(0.6, abs=0.01)
    assert found[9] / found[8] == pytest.approx(1.0 / 0.6, abs=0.02)
    assert world.run().shape == (20, 3, LANES)


def test_orders_come_where_machines_are_worth_more_than_they_cost() -> None:
    rich, poor = World(400, price=4e5), World(400, price=1.2e4)
    rich.run(), poor.run()
    assert rich.end[S.NEW, 0] > 2.0 * poor.end[S.NEW, 0]
    assert poor.end[S.PIPE, 0] < 0.01 < 1.0 < rich.end[S.PIPE, 0]


def test_luck_has_the_spread_of_an_epochs_blocks() -> None:
    world = World(40, law(shock_sd=0.0, multiple_sd=0.0, trend_sd=0.0))
    luck = np.concatenate([(world.run(128 * b), world.end[S.LUCK].copy())[1] for b in range(8)])
    assert luck.std() == pytest.approx(1.0 / math.sqrt(2015.0), rel=0.1)
    assert len(np.unique(luck)) == len(luck)


@pytest.mark.parametrize("random", [True, False])
def test_alone_only_the_fleet_and_difficulty_move(random: bool) -> None:
    world, days = World(40), 40
    still = {} if random else {"multiple_sd": 0.0, "shock_sd": 0.0, "trend_sd": 0.0, "luck": 0.0}
    price, fees = np.linspace(9e4, 3e4, days + 1), np.linspace(-4.0, -1.0, days + 1)
    at = {S(row): world.state[row] for row in (
        S.MANTISSA, S.SIZE, S.BLOCKS, S.INV_DIFFICULTY, S.ELAPSED, S.SUBSIDY)}
    at[S.TO_HALVING] = 2e4
    weights = np.tile([0.5, 0.3, 0.2], (days + 1, 1))
    world.p, world.state, world.fixed = fleet_alone(law(**still), fleet(), weights, price, fees, at)
    assert (world.state[S.PRICE], world.state[S.FEE_X]) == (9e4, -4.0)
    rows = world.run()
    assert (rows[:, R.PRICE] == price[1:, None]).all()
    earned = rows[:, R.REWARD] / rows[:, R.INV_DIFFICULTY] / (3.125 * 86400e15 / 2.0**32) - 1.0
    assert np.log(earned) == pytest.approx(np.tile(fees[1:, None], LANES), abs=1e-9)
    last = rows[-1, R.INV_DIFFICULTY]
    assert (len(np.unique(last)) > 1) == random
    assert last.min() > 1.01 * rows[0, R.INV_DIFFICULTY, 0]  # a third of the price: it gets easier
    assert rows[:, :, 5].tolist() == world.twin(5).tolist()


def test_alone_the_state_may_begin_at_another_price() -> None:
    weights = np.tile([0.5, 0.3, 0.2], (8, 1))
    _, state, fixed = fleet_alone(law(), fleet(), weights, 5e4, -3.0, {S.PRICE: 1e5}, curve_days=2)
    assert (state[S.PRICE], state[S.FEE_X], state[S.RUN]) == (1e5, -3.0, fleet().run)
    assert (fixed[:, F.PRICE] == 5e4).all()
    assert fixed[:, F.CURVE].tolist() == [1, 1, 3, 3, 5, 5, 7, 7]


def test_a_company_does_not_move_the_price_when_the_network_answers() -> None:
    answer, plain = World(60), World(60)
    plain.p[P.NETWORK] = 0.0
    assert np.array_equal(answer.run()[:, R.PRICE], plain.run()[:, R.PRICE])


@pytest.mark.parametrize(("weights", "says"), [
    ([0.5, 0.4, 0.2], "1.1"), ([0.5, -0.1, 0.2], "-0.1"),
])
def test_shares_that_cannot_be_are_refused(weights: list[float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        World(10, weights=np.tile(weights, (11, 1)))


def test_the_fleet_at_rest_has_the_hashrate_it_is_asked_for() -> None:
    rules, weights = law(), [0.5, 0.3, 0.2]
    found = steady(rules, fleet(), weights, 50.0, 800.0)
    runs = read(running_curve(rules, found, np.array(weights)), math.log(50.0), FLEET_ORIGIN)
    assert float(runs) == pytest.approx(800.0, rel=1e-9)
    assert 0.0 < found.run < 1.0


def test_machines_age_and_retire() -> None:
    rules, machines = law(life_years=5.0), fleet()
    later = machines.installed_on(rules, dt.date(2027, 6, 1))
    assert later[0] == 0.0  # six and a half years old
    assert 0.0 < later[2] < machines.hashrate_eh_s[2]
    assert rules.j_per_th(dt.date(2026, 1, 1))[0] == pytest.approx(15.0 * math.exp(-0.2), rel=1e-3)
    assert [cohort_days(d) for d in (30, 1096, 3653)] == [182, 183, 609]


@given(seed=st.integers(0, 10_000), decline=st.floats(0.0, 1.0))
@settings(max_examples=20)
def test_without_cap_lag_and_power_entry_holds_revenue_at_the_barrier(
    seed: int, decline: float
) -> None:
    from hashfall.model.entry_limit import FreeEntry, free_entry_barrier, free_entry_capacity
    from hashfall.model.fleet import orders

    setting = FreeEntry(rate=0.1, growth=0.0, cost_decline=decline, volatility=0.8)
    barrier = float(free_entry_barrier(setting, 1.0))
    years = np.arange(1500) / 365.0
    step = np.random.default_rng(seed).normal(0.0, 0.8 / math.sqrt(365.0), 1500)
    revenue = np.exp(np.cumsum(step) - 0.32 * years)
    found, capacity = [], 0.5
    for r, t in zip(revenue, years, strict=True):
        # At the barrier a machine is worth what it costs: value is revenue over the barrier.
        value, cost = math.log(r / capacity / barrier), -decline * t
        capacity *= 1.0 + orders(value, cost, 1.0, 1e9)
        found.append(capacity)
    exact = free_entry_capacity(revenue, years, setting, 1.0, 0.5)
    assert np.allclose(found, exact, rtol=1e-9)
