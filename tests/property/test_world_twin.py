"""The compiled world is its plain twin to the last bit; what one factor does moves no other."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hashfall.engine.kernels import kernels
from hashfall.engine.layout import (
    LANES,
    MAX_FX,
    MAX_REGIONS,
    SLAB_DAYS,
    WorldFixed,
    WorldParam,
    WorldRow,
    WorldState,
)
from hashfall.engine.streams import FACTOR, NORMAL_PLACE, uniforms
from hashfall.model import consensus
from hashfall.model import retarget as rule
from hashfall.model.innovation import convexity_coefficients, radius_law
from hashfall.model.network import blocks_per_day, days_past_epoch
from hashfall.model.reference.world import Address, world_path

Floats = NDArray[np.float64]
P, S, F, R = WorldParam, WorldState, WorldFixed, WorldRow


class World:
    """A world with parameters at will, on the arrays that the kernel takes."""

    def __init__(self, days: int, regions: int = 2, currencies: int = 1, boot: bool = False,
                 nu: float = 4.0, **named: float) -> None:
        self.days = days
        self.p, self.state = np.zeros(int(P.COUNT)), np.zeros(int(S.COUNT))
        self.p[P.T_POWER : P.T_LIMIT + 1] = law = radius_law(nu, 8.0)
        self.p[P.FEE_POWER : P.FEE_LIMIT + 1] = radius_law(5.0, 8.0)
        self.p[P.C1 : P.C4 + 1] = convexity_coefficients(law, 0.07)
        usual = {
            "OMEGA": 1e-5, "ALPHA": 0.16, "BETA": 0.83, "CAP": 0.07, "JUMP_P": 0.15,
            "JUMP_SD": 0.04, "FEE_KAPPA": 0.03, "FEE_MEAN": -3.9, "FEE_SD": 0.28, "FEE_LOW": -7.0,
            "FEE_HIGH": 1.7, "CAP_G0": 3e-4, "CAP_THETA": 1e-3, "CAP_M": 3.5, "CAP_SD": 0.017,
        }
        for name, value in {**usual, **named}.items():
            self.p[P[name]] = value
        self.p[P.MODE], self.p[P.REGIONS], self.p[P.CURRENCIES] = float(boot), regions, currencies
        self.p[P.BOOT_ROWS], self.p[P.BOOT_BLOCK] = 7, 2
        for r in range(regions):
            self.p[P.POWER + 6 * r : P.POWER + 6 * r + 6] = [0.05, 0.1, 0.2, 0.05, 1.0, 0.5]
        self.p[P.FX_SD : P.FX_SD + currencies] = 0.01
        rng = np.random.default_rng(3)
        self.table = np.stack([rng.normal(0, 0.1, 7), rng.uniform(0.01, 0.06, 7),
                               rng.normal(-3, 0.5, 7), rng.normal(0, 0.01, 7)], axis=1)
        self.fixed = np.zeros((days + 1, int(F.COUNT)))
        self.fixed[:, F.HALF : F.HALF + regions] = 0.02
        start = {
            S.PRICE: 1e5, S.VARIANCE: 1e-3, S.FEE_X: -4.0, S.HASHRATE: 900.0, S.EMA_LOG_HP: 3.9,
            S.MANTISSA: float(386021236 & 0x7FFFFF), S.SIZE: 23.0, S.BLOCKS: 1500.0,
            S.INV_DIFFICULTY: 1.0 / consensus.difficulty(386021236), S.ELAPSED: 10.4,
            S.TO_HALVING: 4000.0, S.SUBSIDY: 3.125,
        }
        for row, number in start.items():
            self.state[row] = number
        self.state[S.FX : S.FX + currencies] = 80.0

    def run(self, path0: int = 0, seed: int = 7, slab: int = SLAB_DAYS) -> Floats:
        """Rows by day and lane, of shape (days, rows, lanes)."""
        state = np.repeat(self.state, LANES)
        out = np.zeros((SLAB_DAYS, int(R.COUNT) * LANES))
        parts, day = [], 1
        while day <= self.days:
            n = min(slab, self.days + 1 - day)
            kernels().world(state, self.p, self.table, self.fixed, out, path0, day, n, seed)
            parts.append(out[:n].copy())
            day += n
        self.end = state.reshape(-1, LANES)
        return np.concatenate(parts).reshape(self.days, int(R.COUNT), LANES)

    def twin(self, path: int, seed: int = 7) -> Floats:
        """The same of one path by the plain twin, of shape (days, rows)."""
        address = Address(lambda day, factor: uniforms(seed, path, day, factor), FACTOR,
                          NORMAL_PLACE)
        lists: Any = (self.state.tolist(), self.p.tolist(), self.table.tolist(),
                      self.fixed.tolist())
        return np.array(world_path(*lists, self.days, address))


def _written(world: World) -> list[int]:
    """Rows that the kernel writes."""
    regions, currencies = int(world.p[P.REGIONS]), int(world.p[P.CURRENCIES])
    return [0, 1, 2, *(R.POWER + r for r in range(regions)), *(R.FX + c for c in range(currencies))]


def _given_days(world: World, data: st.DataObject) -> None:
    """Prices, rates and power that are known for some days."""
    for column, value in ((F.PRICE, 5e4), (F.FX, 95.0), (F.POWER, 0.08), (F.DRIFT, 0.001)):
        for day in data.draw(st.lists(st.integers(1, world.days), max_size=4)):
            world.fixed[day, column] = value


@settings(max_examples=25)
@given(
    data=st.data(),
    boot=st.booleans(),
    regions=st.integers(0, MAX_REGIONS),
    currencies=st.integers(0, MAX_FX),
    nu=st.sampled_from([2.6, 4.0, 6.5, 1e6]),
    numbers=st.fixed_dictionaries({
        "DRIFT": st.floats(-0.003, 0.003), "ALPHA": st.floats(0, 0.3), "BETA": st.floats(0, 0.7),
        "OMEGA": st.floats(0, 1e-3), "JUMP_P": st.sampled_from([0.0, 0.01, 0.3, 1.0]),
        "JUMP_MEAN": st.floats(-0.1, 0.1), "JUMP_SD": st.floats(0, 0.1),
        "FEE_SD": st.floats(0, 0.5), "CAP_SD": st.floats(0, 0.03), "CAP_A": st.floats(0, 1e-3),
    }),
    seed=st.integers(0, 2**63 - 1),
    block=st.integers(0, 2**40),
    lane=st.integers(0, LANES - 1),
)
def test_the_kernel_is_its_twin_to_the_last_bit(
    data: st.DataObject, boot: bool, regions: int, currencies: int, nu: float,
    numbers: dict[str, float], seed: int, block: int, lane: int,
) -> None:
    world = World(45, regions, currencies, boot, nu, **numbers)
    _given_days(world, data)
    rows = _written(world)
    path0 = block * LANES
    compiled = world.run(path0, seed)[:, rows, lane]
    assert compiled.tolist() == world.twin(path0 + lane, seed)[:, rows].tolist()


def test_every_lane_of_a_block_is_its_twin() -> None:
    world = World(32)
    rows, compiled = _written(world), world.run(1280)
    for lane in range(LANES):
        assert compiled[:, rows, lane].tolist() == world.twin(1280 + lane)[:, rows].tolist()


@given(slab=st.integers(1, SLAB_DAYS), boot=st.booleans())
@settings(max_examples=6)
def test_the_length_of_a_slab_changes_no_bit(slab: int, boot: bool) -> None:
    world = World(70, boot=boot)
    assert np.array_equal(world.run(), world.run(slab=slab))


def test_paths_are_the_same_whatever_block_they_stand_in() -> None:
    world = World(20)
    one, next_one = world.run(0), world.run(LANES)
    assert not np.array_equal(one, next_one)
    for shift in (1, 37, 64):
        shifted = world.run(shift)
        assert np.array_equal(shifted[:, :, : LANES - shift], one[:, :, shift:])
        assert np.array_equal(shifted[:, :, LANES - shift :], next_one[:, :, :shift])


def test_a_factor_switched_off_moves_no_other() -> None:
    full = World(60, regions=6, currencies=4).run()
    fx, power = slice(R.FX, R.FX + 4), slice(R.POWER, R.POWER + 6)
    without = {
        "jumps": World(60, 6, 4, JUMP_P=0.0),
        "fees": World(60, 6, 4, FEE_SD=0.0),
        "capacity": World(60, 6, 4, CAP_SD=0.0),
        "price": World(60, 6, 4, ALPHA=0.0, OMEGA=0.0, BETA=0.0),
    }
    for name, world in without.items():
        rows = world.run()
        assert np.array_equal(rows[:, fx], full[:, fx]), name
        assert np.array_equal(rows[:, power], full[:, power]), name
        assert np.array_equal(rows[:, R.PRICE], full[:, R.PRICE]) == (
            name not in ("jumps", "price")
        ), name
    fewer = World(60, regions=2, currencies=1).run()
    for row in (R.PRICE, R.REWARD, R.INV_DIFFICULTY, R.POWER, R.POWER + 1, R.FX):
        assert np.array_equal(fewer[:, row], full[:, row])


def test_no_two_shocks_share_their_words() -> None:
    world = World(400, regions=6, currencies=4, ALPHA=0.0, BETA=1.0, OMEGA=0.0, JUMP_P=0.0,
                  CAP_THETA=0.0)
    for r in range(6):
        world.p[P.POWER + 6 * r + 3] = 0.0
    rows = np.log(world.run())
    drawn = [R.PRICE, *(R.POWER + r for r in range(6)), *(R.FX + c for c in range(4))]
    moves = np.diff(rows[:, drawn], axis=0).transpose(1, 0, 2).reshape(len(drawn), -1)
    related = np.corrcoef(moves) - np.eye(len(drawn))
    assert np.abs(related).max() < 5.0 / np.sqrt(moves.shape[1])


def test_the_retarget_in_the_kernel_is_the_rule_in_integers() -> None:
    world = World(1)
    state = np.repeat(world.state, LANES)
    rows = state.reshape(-1, LANES)
    world.fixed = np.zeros((401, int(F.COUNT)))
    out = np.zeros((SLAB_DAYS, int(R.COUNT) * LANES))
    changed = 0
    for day in range(1, 401):
        before = rows.copy()
        kernels().world(state, world.p, world.table, world.fixed, out, 0, day, 1, 7)
        for lane in np.flatnonzero(before[S.BLOCKS] >= 2015.0).tolist():
            rate = blocks_per_day(before[S.HASHRATE, lane], before[S.INV_DIFFICULTY, lane])
            spare = days_past_epoch(before[S.BLOCKS, lane], rate)
            span = rule.clamp_span((before[S.ELAPSED, lane] - spare) * 86400.0)
            bits = int(before[S.SIZE, lane]) << 24 | int(before[S.MANTISSA, lane])
            new = int(rows[S.SIZE, lane]) << 24 | int(rows[S.MANTISSA, lane])
            assert new == consensus.retarget(0, int(span), bits)
            exact = 1.0 / consensus.difficulty(new)
            assert abs(rows[S.INV_DIFFICULTY, lane] / exact - 1.0) < 1e-12
            changed += 1
        still = before[S.BLOCKS] < 2015.0
        assert np.array_equal(rows[S.MANTISSA, still], before[S.MANTISSA, still])
    assert changed > 27 * LANES


def test_blocks_are_neither_lost_nor_made_at_a_retarget_or_halving() -> None:
    world = World(500)
    world.run()
    start, end = world.state, world.end
    halved = end[S.SUBSIDY] == 1.5625
    assert halved.all()
    # All blocks of the run: epochs of 2,016, the rest of this one, counted at both ends.
    found = start[S.TO_HALVING] + 210000.0 - end[S.TO_HALVING]
    epochs = (found + start[S.BLOCKS] - end[S.BLOCKS]) / 2016.0
    assert np.abs(epochs - np.round(epochs)).max() < 1e-6
