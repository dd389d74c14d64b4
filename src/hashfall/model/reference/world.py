"""The world of one path in plain Python: slow, readable, the specification of the kernel.

Calls the formulas of `hashfall.model` as functions and gives the same bits as
the compiled lane loops of `hashfall.engine.world`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hashfall.model.fleet import lucky_rate
from hashfall.model.fmath import cos_turns, floor, log, normal, polar_normal, sin_turns
from hashfall.model.layout import Epoch, WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.model.network import (
    blocks_per_day,
    days_past_epoch,
    ema_step,
    halves,
    hashrate_step,
    reward_per_ph_day,
    target_ratio,
)
from hashfall.model.price import (
    bridge_return,
    convexity,
    garch_variance,
    jump_size,
    jump_uniform,
    price_step,
    t_return,
    t_squared_radius,
)
from hashfall.model.processes import (
    capacity_growth,
    fee_step,
    fx_step,
    log_normal,
    ou_step,
    power_price,
)
from hashfall.model.reference.world_fleet import chances, fleet_day
from hashfall.model.retarget import clamp_span, retarget_mantissa, retarget_size

__all__ = ["Address", "WorldPath", "world_path"]

Four = tuple[float, float, float, float]
Row = Sequence[float]
P, S, F = WorldParam, WorldState, WorldFixed
_EPOCH_DAYS = 14


@dataclass(frozen=True)
class Address:
    """Where the random words of a path stand.

    Parameters
    ----------
    draw : callable
        ``draw(day, factor)``: four uniforms in (0, 1).
    factor : mapping
        Number of each factor.
    place : mapping
        Place of each shock among the day's normals.
    """

    draw: Callable[[int, int], Four]
    factor: dict[str, int]
    place: dict[str, tuple[int, ...]]

    def normal(self, day: int, place: int) -> float:
        """One of the day's normals; four to a call, two to a pair."""
        words = self.draw(day, self.factor["normal"] + place // 4)
        u, v = words[2 * (place // 2 % 2)], words[2 * (place // 2 % 2) + 1]
        return polar_normal(log(u), sin_turns(v) if place % 2 else cos_turns(v))

    def spike_word(self, day: int, region: int) -> float:
        """Uniform that says whether a region's power price has a spike."""
        at = 2 + region
        return self.draw(day, self.factor["jump"] + at // 4)[at % 4]


@dataclass
class WorldPath:
    """State of one path between two days; names as in `hashfall.model.layout.WorldState`."""

    state: list[float]
    p: Row
    table: Sequence[Row]
    fixed: Sequence[Row]
    address: Address
    out: list[list[float]] = field(default_factory=list)

    def step(self, day: int) -> list[float]:
        """Rows of the next day: price, reward, one over difficulty, power, exchange rates."""
        spikes = [self._spike(day, r) for r in range(int(self.p[P.REGIONS]))]
        answers = self.p[P.NETWORK] > 0.0
        if answers and day == 1:
            chances(self.state, self.p, self._epoch_words(), False)
        if self.state[S.BLOCKS] >= 2015.0:
            self._retarget()
            if answers:
                chances(self.state, self.p, self._epoch_words(), True)
        if self.p[P.MODE] > 0.0:
            self._bootstrap(day)
        else:
            self._garch(day)
        if self.fixed[day][F.PRICE] > 0.0:
            self.state[S.PRICE] = self.fixed[day][F.PRICE]
        row = [0.0] * WorldRow.COUNT
        row[WorldRow.PRICE] = self.state[S.PRICE]
        row[WorldRow.REWARD], row[WorldRow.INV_DIFFICULTY] = self._network(day)
        for r, spike in enumerate(spikes):
            row[WorldRow.POWER + r] = self._power(day, r, spike)
        for c in range(int(self.p[P.CURRENCIES])):
            row[WorldRow.FX + c] = self._fx(day, c)
        return row

    def _epoch_words(self) -> Four:
        """Words of the epoch that begins, by its number."""
        epoch = int(self.state[S.EPOCH])
        self.state[S.EPOCH] = epoch + 1.0
        return self.address.draw(epoch, self.address.factor["epoch"])

    def _spike(self, day: int, r: int) -> float:
        q = P.POWER + 6 * r
        if self.address.spike_word(day, r) >= self.p[q + 3]:
            return 0.0
        u, v, _, _ = self.address.draw(day, self.address.factor["spike_size"] + r)
        return log_normal(u, v, self.p[q + 4], self.p[q + 5])

    def _retarget(self) -> None:
        s = self.state
        inv, mantissa, size = s[S.INV_DIFFICULTY], s[S.MANTISSA], s[S.SIZE]
        rate = lucky_rate(blocks_per_day(s[S.HASHRATE], inv), s[S.LUCK])
        spare = days_past_epoch(s[S.BLOCKS], rate)
        span = clamp_span((s[S.ELAPSED] - spare) * 86400.0)
        new_mantissa = retarget_mantissa(mantissa, size, span)
        new_size = retarget_size(mantissa, size, span)
        easier = target_ratio(mantissa, size, new_mantissa, new_size)
        found = spare * (rate * easier) - 1.0
        extra = s[S.BLOCKS] - 2015.0
        s[S.TO_HALVING] = s[S.TO_HALVING] - (found + 1.0 - extra)
        s[S.INV_DIFFICULTY] = inv * easier
        s[S.MANTISSA], s[S.SIZE] = new_mantissa, new_size
        s[S.BLOCKS] = found
        s[S.ELAPSED] = spare - 1.0 / (rate * easier)

    def _jump(self, day: int) -> float:
        p = self.p
        if p[P.JUMP_P] <= 0.0:
            return 0.0
        occurs, v, _, _ = self.address.draw(day, self.address.factor["jump"])
        log_u = log(jump_uniform(occurs, 1.0 / p[P.JUMP_P]))
        return jump_size(
            occurs, p[P.JUMP_P], log_u, cos_turns(v), p[P.JUMP_MEAN], p[P.JUMP_SD]
        )

    def _garch(self, day: int) -> None:
        s, p = self.state, self.p
        jump = self._jump(day)
        u, v, _, _ = self.address.draw(day, self.address.factor["price"])
        h = s[S.VARIANCE]
        square = t_squared_radius(log(u), p[P.T_POWER], p[P.T_SCALE], p[P.T_LIMIT])
        r = t_return(h, square, cos_turns(v))
        s[S.VARIANCE] = garch_variance(h, r, p[P.OMEGA], p[P.ALPHA], p[P.BETA], p[P.CAP])
        move = (r - convexity(h, p[P.C1], p[P.C2], p[P.C3], p[P.C4])) + jump
        s[S.PRICE] = price_step(s[S.PRICE], p[P.DRIFT] + self.fixed[day][F.DRIFT], move)

    def _bootstrap(self, day: int) -> None:
        s, p = self.state, self.p
        inside = (day - 1) % _EPOCH_DAYS
        if inside == 0:
            fresh = (day - 1) // _EPOCH_DAYS % int(p[P.BOOT_BLOCK]) == 0
            at = s[S.BOOT_AT] + 1.0
            if fresh:
                word = self.address.draw(day, self.address.factor["bootstrap"])[0]
                at = floor(word * p[P.BOOT_ROWS])
            s[S.BOOT_AT] = at if at < p[P.BOOT_ROWS] else 0.0
            epoch = self.table[int(s[S.BOOT_AT])]
            s[S.BOOT_LEFT], s[S.BOOT_SD] = epoch[Epoch.CHANGE], epoch[Epoch.SD]
            s[S.BOOT_X], s[S.BOOT_G] = epoch[Epoch.FEE_X], epoch[Epoch.GROWTH]
        u, v, _, _ = self.address.draw(day, self.address.factor["price"])
        r = bridge_return(
            s[S.BOOT_LEFT], float(_EPOCH_DAYS - inside), s[S.BOOT_SD], normal(u, v)
        )
        s[S.BOOT_LEFT] = s[S.BOOT_LEFT] - r
        s[S.PRICE] = price_step(s[S.PRICE], p[P.DRIFT] + self.fixed[day][F.DRIFT], r)

    def _fee(self, day: int) -> float:
        s, p = self.state, self.p
        _, _, u, v = self.address.draw(day, self.address.factor["price"])
        square = t_squared_radius(log(u), p[P.FEE_POWER], p[P.FEE_SCALE], p[P.FEE_LIMIT])
        return fee_step(
            s[S.FEE_X], t_return(1.0, square, cos_turns(v)), p[P.FEE_KAPPA], p[P.FEE_MEAN],
            p[P.FEE_SD], p[P.FEE_LOW], p[P.FEE_HIGH],
        )

    def _network(self, day: int) -> tuple[float, float]:
        s, p = self.state, self.p
        boot = p[P.MODE] > 0.0
        given = self.fixed[day][F.FEE]
        s[S.FEE_X] = s[S.BOOT_X] if boot else self._fee(day)
        s[S.FEE_X] = given if given != 0.0 else s[S.FEE_X]
        inv = s[S.INV_DIFFICULTY]
        reward = reward_per_ph_day(inv, s[S.SUBSIDY], s[S.FEE_X])
        z = self.address.normal(day, self.address.place["capacity"][0])
        if p[P.NETWORK] > 0.0:
            log_hashprice = log(s[S.PRICE] * reward)
            s[S.HASHRATE] = fleet_day(s, p, self.fixed[day], log_hashprice, z)
        else:
            s[S.EMA_LOG_HP] = ema_step(s[S.EMA_LOG_HP], s[S.PRICE], reward)
            growth = s[S.BOOT_G] if boot else capacity_growth(
                s[S.EMA_LOG_HP], float(day), p[P.CAP_G0], p[P.CAP_THETA], p[P.CAP_M], p[P.CAP_A],
                p[P.CAP_SD], z,
            )
            s[S.HASHRATE] = hashrate_step(s[S.HASHRATE], growth)
        rate = lucky_rate(blocks_per_day(s[S.HASHRATE], inv), s[S.LUCK])
        s[S.BLOCKS] = s[S.BLOCKS] + rate
        s[S.ELAPSED] = s[S.ELAPSED] + 1.0
        to_halving = s[S.TO_HALVING] - rate
        half = halves(to_halving)
        s[S.SUBSIDY] = s[S.SUBSIDY] * (1.0 - 0.5 * half)
        s[S.TO_HALVING] = to_halving + 210000.0 * half
        return reward, inv

    def _power(self, day: int, r: int, spike: float) -> float:
        s, q = self.state, P.POWER + 6 * r
        z = self.address.normal(day, self.address.place["power"][r])
        s[S.POWER_Y + r] = ou_step(s[S.POWER_Y + r], z, self.p[q + 1], self.p[q + 2])
        given, half = self.fixed[day][F.POWER + r], self.fixed[day][F.HALF + r]
        price = power_price(self.p[q], s[S.POWER_Y + r], half, spike)
        return given if given > 0.0 else price

    def _fx(self, day: int, c: int) -> float:
        s, given = self.state, self.fixed[day][F.FX + c]
        z = self.address.normal(day, self.address.place["fx"][c])
        rate = fx_step(s[S.FX + c], z, self.p[P.FX_SD + c])
        s[S.FX + c] = given if given > 0.0 else rate
        return s[S.FX + c]


def world_path(
    state: Row, p: Row, table: Sequence[Row], fixed: Sequence[Row], days: int, address: Address
) -> list[list[float]]:
    """Rows of each day of one path, from day 1 on.

    Parameters
    ----------
    state : sequence of float
        State at the start, one number a row (`WorldState`).
    p : sequence of float
        Parameters (`WorldParam`).
    table : sequence of rows
        Epochs of the bootstrap (`Epoch`).
    fixed : sequence of rows
        What is known of each day beforehand, from day 0 on (`WorldFixed`).
    days : int
        Number of days. [days]
    address : Address
        Where the path's random words stand.
    """
    path = WorldPath([float(x) for x in state], p, table, fixed, address)
    return [path.step(day) for day in range(1, days + 1)]
