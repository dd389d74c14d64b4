"""The world in NumPy over many paths at once, with NumPy's own generator: an opponent.

The same model as the world kernel's, path for path another draw of it: GARCH with
heavy tails and jumps, fees, capacity, retarget, regional power, exchange rates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.model.layout import WorldFixed, WorldParam, WorldRow, WorldState

__all__ = ["NumpyWorld"]

Floats = NDArray[np.float64]
_HASHES_EH_DAY = 86400.0 * 1e18 / 4294967296.0
_HASHES_PH_DAY = 86400.0 * 1e15 / 4294967296.0
_EMA_WEIGHT = 2.0 / 91.0
_LAST_BLOCK = 2015.0
_TURN = 2.0 * np.pi


class NumpyWorld:
    """World of many paths, one day at a time.

    Parameters
    ----------
    plan : WorldPlan
        Planned world (`hashfall.engine.setup.WorldPlan`), price by GARCH.
    paths : int
        Number of paths.
    seed : int
        Seed of the generator.
    """

    def __init__(self, plan: Any, paths: int, seed: int) -> None:
        self.p: list[float] = plan.p.tolist()
        self.fixed = plan.fixed
        self.paths = paths
        self.rng = np.random.Generator(np.random.SFC64(seed))
        # The day's scratch rows are the kernel's alone.
        state = plan.state[: int(WorldState.SPIKE)]
        self.st = np.repeat(state[:, None], paths, axis=1)
        self.out = np.zeros((int(WorldRow.COUNT), paths))
        self.regions = int(self.p[WorldParam.REGIONS])
        self.currencies = int(self.p[WorldParam.CURRENCIES])

    def _student(self, first: WorldParam) -> Floats:
        """Student t innovation by its squared radius, clipped. [unit variance]"""
        power, scale, limit = self.p[first : first + 3]
        square = self.rng.standard_exponential(self.paths)
        square *= -power
        np.expm1(square, out=square)
        square *= scale
        np.minimum(square, limit, out=square)
        angle = self.rng.random(self.paths)
        angle *= _TURN
        np.cos(angle, out=angle)
        np.sqrt(square, out=square)
        square *= angle
        return square

    def _rare(self, chance: float) -> NDArray[np.intp]:
        """Paths on which something with a small chance happens."""
        return np.flatnonzero(self.rng.random(self.paths, dtype=np.float32) < chance)

    def _price(self, day: int) -> None:
        p, st = self.p, self.st
        variance = st[WorldState.VARIANCE]
        r = self._student(WorldParam.T_POWER)
        r *= np.sqrt(variance)
        c1, c2, c3, c4 = p[WorldParam.C1 : WorldParam.C4 + 1]
        change = variance * c4
        for c in (c3, c2, c1):
            change += c
            change *= variance
        np.subtract(r, change, out=change)
        change += p[WorldParam.DRIFT] + self.fixed[day, WorldFixed.DRIFT]
        hit = self._rare(p[WorldParam.JUMP_P])
        change[hit] += p[WorldParam.JUMP_MEAN] + p[WorldParam.JUMP_SD] * (
            self.rng.standard_normal(len(hit))
        )
        variance *= p[WorldParam.BETA]
        r *= r
        r *= p[WorldParam.ALPHA]
        variance += r
        variance += p[WorldParam.OMEGA]
        np.minimum(variance, p[WorldParam.CAP], out=variance)
        np.exp(change, out=change)
        st[WorldState.PRICE] *= change
        given = self.fixed[day, WorldFixed.PRICE]
        if given > 0.0:
            st[WorldState.PRICE] = given

    def _fees(self) -> None:
        p, x = self.p, self.st[WorldState.FEE_X]
        shock = self._student(WorldParam.FEE_POWER)
        shock *= p[WorldParam.FEE_SD]
        x *= 1.0 - p[WorldParam.FEE_KAPPA]
        x += p[WorldParam.FEE_KAPPA] * p[WorldParam.FEE_MEAN]
        x += shock
        np.clip(x, p[WorldParam.FEE_LOW], p[WorldParam.FEE_HIGH], out=x)

    def _retarget(self) -> None:
        st = self.st
        hit = np.flatnonzero(st[WorldState.BLOCKS] >= _LAST_BLOCK)
        if not len(hit):
            return
        inv, blocks = st[WorldState.INV_DIFFICULTY, hit], st[WorldState.BLOCKS, hit]
        rate = _HASHES_EH_DAY * st[WorldState.HASHRATE, hit] * inv
        spare = (blocks - _LAST_BLOCK) / rate
        span = np.floor((st[WorldState.ELAPSED, hit] - spare) * 86400.0)
        span = np.clip(span, 302400.0, 4838400.0)
        mantissa, size = st[WorldState.MANTISSA, hit], st[WorldState.SIZE, hit]
        plain = mantissa * span / 1209600.0
        up, down = plain >= 8388608.0, plain < 32768.0
        new = np.where(up, np.floor(plain / 256.0), np.floor(plain))
        new = np.where(down, np.floor(mantissa * 256.0 * span / 1209600.0), new)
        new_size = size + up - down
        limit = (new_size > 29.0) | ((new_size == 29.0) & (new > 65535.0))
        new, new_size = np.where(limit, 65535.0, new), np.minimum(new_size, 29.0)
        easier = new / mantissa * 256.0 ** (new_size - size)
        found = spare * (rate * easier) - 1.0
        st[WorldState.TO_HALVING, hit] -= found + 1.0 - (blocks - _LAST_BLOCK)
        st[WorldState.INV_DIFFICULTY, hit] = inv * easier
        st[WorldState.MANTISSA, hit], st[WorldState.SIZE, hit] = new, new_size
        st[WorldState.BLOCKS, hit] = found
        st[WorldState.ELAPSED, hit] = spare - 1.0 / (rate * easier)

    def _network(self, day: int) -> None:
        p, st, out = self.p, self.st, self.out
        out[WorldRow.PRICE] = st[WorldState.PRICE]
        out[WorldRow.INV_DIFFICULTY] = inv = st[WorldState.INV_DIFFICULTY]
        reward = out[WorldRow.REWARD]
        np.exp(st[WorldState.FEE_X], out=reward)
        reward += 1.0
        reward *= st[WorldState.SUBSIDY]
        reward *= inv
        reward *= _HASHES_PH_DAY
        ema, level = st[WorldState.EMA_LOG_HP], np.log(st[WorldState.PRICE] * reward)
        level -= ema
        level *= _EMA_WEIGHT
        ema += level
        growth = self.rng.standard_normal(self.paths)
        growth *= p[WorldParam.CAP_SD]
        growth += p[WorldParam.CAP_THETA] * ema
        growth += p[WorldParam.CAP_G0] + p[WorldParam.CAP_THETA] * (
            p[WorldParam.CAP_A] * day - p[WorldParam.CAP_M]
        )
        np.clip(growth, -0.02, 0.02, out=growth)
        st[WorldState.HASHRATE] *= np.exp(growth, out=growth)
        rate = st[WorldState.HASHRATE] * inv
        rate *= _HASHES_EH_DAY
        st[WorldState.BLOCKS] += rate
        st[WorldState.ELAPSED] += 1.0
        st[WorldState.TO_HALVING] -= rate
        hit = np.flatnonzero(st[WorldState.TO_HALVING] <= 0.0)
        st[WorldState.SUBSIDY, hit] *= 0.5
        st[WorldState.TO_HALVING, hit] += 210000.0

    def _power(self, day: int, r: int) -> None:
        q = WorldParam.POWER + 6 * r
        level, kappa, sd, chance, log_mean, log_sd = self.p[q : q + 6]
        given, half = self.fixed[day, WorldFixed.POWER + r], self.fixed[day, WorldFixed.HALF + r]
        y, out = self.st[WorldState.POWER_Y + r], self.out[WorldRow.POWER + r]
        shock = self.rng.standard_normal(self.paths)
        shock *= sd
        y *= 1.0 - kappa
        y += shock
        if given > 0.0:
            out[:] = given
            return
        np.subtract(y, half, out=out)
        np.exp(out, out=out)
        hit = self._rare(chance)
        out[hit] += np.exp(log_mean + log_sd * self.rng.standard_normal(len(hit)))
        out *= level

    def _fx(self, day: int, c: int) -> None:
        sd, x = self.p[WorldParam.FX_SD + c], self.st[WorldState.FX + c]
        shock = self.rng.standard_normal(self.paths)
        shock *= sd
        shock -= 0.5 * sd * sd
        x *= np.exp(shock, out=shock)
        given = self.fixed[day, WorldFixed.FX + c]
        if given > 0.0:
            x[:] = given
        self.out[WorldRow.FX + c] = x

    def step(self, day: int) -> Floats:
        """Rows that the world hands to the ledger on a day, of shape (rows, paths)."""
        self._retarget()
        self._price(day)
        self._fees()
        self._network(day)
        for r in range(self.regions):
            self._power(day, r)
        for c in range(self.currencies):
            self._fx(day, c)
        return self.out
