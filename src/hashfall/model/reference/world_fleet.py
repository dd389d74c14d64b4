"""The rest of the world's fleet on one path in plain Python: the specification of the kernel."""

from __future__ import annotations

from collections.abc import Sequence

from hashfall.model.fleet import (
    between,
    fleet_hashrate,
    knot,
    left_of,
    machine_price,
    multiple_step,
    orders,
    rest_luck,
    run_step,
    shock_step,
    smoothed,
    trend_step,
)
from hashfall.model.fmath import cos_turns, log, polar_normal, sin_turns
from hashfall.model.layout import (
    FLEET_ORIGIN,
    KNOTS,
    SHARE_ORIGIN,
    VALUE_ORIGIN,
    WorldFixed,
    WorldParam,
    WorldState,
)

__all__ = ["chances", "fleet_day"]

P, S, F = WorldParam, WorldState, WorldFixed
Row = Sequence[float]


def chances(s: list[float], p: Row, words: Row, whole: bool) -> None:
    """Draw the luck of an epoch, whole or what is left of it; move price multiple and trend."""
    radius = log(words[0])
    sd = p[P.LUCK] if whole else p[P.LUCK] * rest_luck(s[S.BLOCKS])
    s[S.LUCK] = sd * polar_normal(radius, cos_turns(words[1]))
    s[S.MULTIPLE] = multiple_step(
        s[S.MULTIPLE], polar_normal(radius, sin_turns(words[1])), p[P.MULTIPLE_MEAN],
        p[P.MULTIPLE_KAPPA], p[P.MULTIPLE_SD],
    )
    z = polar_normal(log(words[2]), cos_turns(words[3]))
    s[S.TREND] = trend_step(s[S.TREND], z, p[P.TREND_KEEP], p[P.TREND_SD])


def fleet_day(s: list[float], p: Row, f: Row, log_hashprice: float, z: float) -> float:
    """Hashrate of the day; moves what runs, what is on order and what is delivered. [EH/s]

    Parameters
    ----------
    s : list of float
        State of the path (`WorldState`), changed in place.
    p, f : sequence of float
        Parameters with the curves behind them, and what is known of the day.
    log_hashprice : float
        Of the day. [log USD/PH/day]
    z : float
        Shock of the day, standard normal.
    """
    row, cohort = int(f[F.CURVE]), int(f[F.COHORT])
    target, installed = _read(p, row, log_hashprice, FLEET_ORIGIN), f[F.LEGACY]
    for c in range(cohort + 1):
        share = _read(p, row + 1, log_hashprice - p[P.COHORT_COST + c], SHARE_ORIGIN)
        s[S.NEW + c] = s[S.NEW + c] * p[P.KEEP]
        target = target + s[S.NEW + c] * share
        installed = installed + s[S.NEW + c] * f[F.AVAILABLE]
    s[S.RUN] = run_step(s[S.RUN], target, installed, p[P.OFF], p[P.ON])
    s[S.SHOCK] = shock_step(s[S.SHOCK], s[S.TREND], z, p[P.SHOCK_SD])
    hashrate = fleet_hashrate(s[S.RUN], installed, s[S.SHOCK])
    cost = f[F.LOG_COST]
    log_value = _read(p, 0, log_hashprice - (cost - f[F.OUTLOOK]), VALUE_ORIGIN) + cost
    price = machine_price(s[S.MULTIPLE], s[S.VALUE_LAG], f[F.LOG_FLOOR])
    ordered = orders(log_value, price, p[P.ENTRY], p[P.ENTRY_CAP]) * installed
    s[S.VALUE_LAG] = smoothed(s[S.VALUE_LAG], log_value, p[P.LAG])
    first, second, third = s[S.PIPE], s[S.PIPE + 1], s[S.PIPE + 2]
    step = p[P.DELIVERY]
    s[S.PIPE] = first + (ordered - step * first)
    s[S.PIPE + 1] = second + step * (first - second)
    s[S.PIPE + 2] = third + step * (second - third)
    s[S.NEW + cohort] = s[S.NEW + cohort] + step * third
    return hashrate


def _read(p: Row, row: int, x: float, origin: float) -> float:
    """Value of a curve behind the parameters."""
    place = knot(x, origin)
    left = left_of(place)
    at = P.COUNT + row * KNOTS + int(left)
    return between(place, left, p[at], p[at + 1])
