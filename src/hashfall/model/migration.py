"""Moving a machine to another place: what it returns, and what room a place has for it.

Arrays broadcast. Money is per unit of hashrate, USD/PH, of one machine class.
A machine is worth its options to run, as where it is bought (`hashfall.model.strip`);
the other pieces are textbook (renewal, a gamma posterior of a Poisson rate). How they
are put together is this project's own, see ``docs/models/migration.md``.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtr

from hashfall.model.strip import black_call

__all__ = [
    "Return", "choice_scale", "discounted_days", "event_rate", "expected_uptime", "move_return",
    "new_room", "power_cost", "site_rent", "strip_between",
]

Array = NDArray[np.float64]

_YEAR: Final = 365.25
_GUMBEL: Final = math.sqrt(6.0) / math.pi  # scale of a Gumbel law with standard deviation 1


_X, _W = np.polynomial.legendre.leggauss(24)
_POINTS, _WEIGHTS = 0.5 * (_X + 1.0), 0.5 * _W


def _floats(x: ArrayLike) -> Array:
    return np.asarray(x, float)


class Return(NamedTuple):
    """Return of one move, and what it is made of. [USD/PH]"""

    value: Array
    """Worth of the machine at the destination, after the wait."""
    waiting_loss: Array
    """What it is worth less for the wait; the value is after it."""
    transport: Array
    """Freight."""
    duty: Array
    """Duty at the border."""

    @property
    def net(self) -> Array:
        """What is left after all costs of the move. [USD/PH]"""
        return np.asarray(self.value - self.transport - self.duty)


def power_cost(j_per_th: ArrayLike, power_price_usd_per_kwh: ArrayLike,
               overhead: ArrayLike = 1.0) -> Array:
    """Cost of running a machine. [USD/PH/day]

    Parameters
    ----------
    j_per_th : array_like
        Efficiency of the machine. [J/TH]
    power_price_usd_per_kwh : array_like
        Price of power. [USD/kWh]
    overhead : array_like
        Energy of the site over that of its machines. [-]

    Examples
    --------
    >>> round(float(power_cost(29.5, 0.0663842)), 4)
    47.0
    """
    energy = 24.0 * _floats(j_per_th) * _floats(overhead)
    return np.asarray(energy * _floats(power_price_usd_per_kwh))


def discounted_days(start: ArrayLike, end: ArrayLike, rate_per_year: ArrayLike) -> Array:
    """Integral of the discount factor between two days; 0 where the end comes first. [days]

    Examples
    --------
    >>> discounted_days(0.0, 365.25, [0.0, 0.2]).round(2).tolist()
    [365.25, 331.04]
    """
    k = _floats(rate_per_year) / _YEAR
    length = np.maximum(_floats(end) - _floats(start), 0.0)
    safe = np.where(k == 0.0, 1.0, k)
    area = np.where(k == 0.0, length, -np.expm1(-safe * length) / safe)
    return np.asarray(np.exp(-k * _floats(start)) * area)


def strip_between(
    hashprice_usd_ph_day: ArrayLike, cost: ArrayLike, start: ArrayLike, end: ArrayLike,
    rate_per_year: ArrayLike, decline_per_year: ArrayLike, volatility: ArrayLike,
) -> tuple[Array, Array]:
    """Worth of running between two days when it pays, and the discounted days it runs.

    Parameters
    ----------
    hashprice_usd_ph_day, cost : array_like
        Hashprice today; all that a day of running costs. [USD/PH/day]
    start, end : array_like
        First and last day; nothing where the end comes first. [days]
    rate_per_year, decline_per_year : array_like
        Discount rate and log decline of the forward of hashprice. [1/year]
    volatility : array_like
        Of the forward, > 0. [1/sqrt(year)]

    Returns
    -------
    (ndarray, ndarray)
        Worth [USD/PH] and expected discounted days of running [days].

    Notes
    -----
    ``int exp(-k t) C(HP exp(-g t), c, s sqrt t) dt`` with the call C of Black 1976, by
    Gauss-Legendre quadrature of 24 points. The second is minus its slope in the cost.

    Examples
    --------
    >>> worth, days = strip_between(30.0, 21.0, 0.0, 1460.0, 0.05, 0.35, 0.6)
    >>> round(float(worth)), round(float(days))  # the frozen strip: 5,114 by days
    (5120, 400)
    """
    first = np.asarray(_floats(start))
    length = np.maximum(_floats(end) - first, 0.0)
    t = first + length * _POINTS.reshape(-1, *([1] * np.ndim(length)))
    forward = _floats(hashprice_usd_ph_day) * np.exp(-_floats(decline_per_year) * t / _YEAR)
    sd = _floats(volatility) * np.sqrt(t / _YEAR)
    discount = np.exp(-_floats(rate_per_year) * t / _YEAR)
    calls = black_call(forward, cost, sd, discount)
    width = np.maximum(sd, 1e-12)
    runs = discount * ndtr(np.log(forward / _floats(cost)) / width - 0.5 * width)
    return _integral(calls, length), _integral(runs, length)


def _integral(values: Array, length: Array) -> Array:
    return np.asarray(length * np.tensordot(_WEIGHTS, values, axes=1))


def site_rent(build_usd_per_mw: ArrayLike, j_per_th: ArrayLike, site_years: ArrayLike,
              rate_per_year: ArrayLike) -> Array:
    """What a place in a site has to earn a day, to pay for building it. [USD/PH/day]

    Parameters
    ----------
    build_usd_per_mw : array_like
        Cost of a site without machines. [USD/MW]
    j_per_th : array_like
        Efficiency, overhead included: 1 J/TH takes 1 kW for a PH/s. [J/TH]
    site_years : array_like
        Life of the site. [years]
    rate_per_year : array_like
        Discount rate. [1/year]

    Examples
    --------
    >>> round(float(site_rent(365_250.0, 20.0, 10.0, 0.0)), 6)
    2.0
    """
    days = discounted_days(0.0, _floats(site_years) * _YEAR, rate_per_year)
    return np.asarray(_floats(build_usd_per_mw) * _floats(j_per_th) / 1000.0 / days)


def expected_uptime(events_per_year: ArrayLike, days_each: ArrayLike) -> Array:
    """Share of the time in which a place with interruptions lets machines run. [share]

    Notes
    -----
    Renewal: ``1/(1 + rate x days/365.25)``.

    Examples
    --------
    >>> expected_uptime([0.0, 1.0], 36.525).round(4).tolist()
    [1.0, 0.9091]
    """
    return np.asarray(1.0 / (1.0 + _floats(events_per_year) * _floats(days_each) / _YEAR))


def event_rate(count: ArrayLike, years: ArrayLike, prior_per_year: ArrayLike,
               prior_years: ArrayLike, u: ArrayLike) -> Array:
    """Quantile of the yearly rate of events in a place that saw some. [1/year]

    Parameters
    ----------
    count, years : array_like
        Events seen, parts of one allowed, and years of looking.
    prior_per_year, prior_years : array_like
        Rate of the average place and the years of looking that it is worth, > 0.
    u : array_like
        Probability. [-]

    Notes
    -----
    Gamma posterior of a Poisson rate: shape ``prior x prior years + count``, years summed.

    Examples
    --------
    >>> event_rate([0, 5], 5.0, 0.2, 3.0, 0.5).round(3).tolist()
    [0.039, 0.659]
    """
    looked = _floats(years) + _floats(prior_years)
    shape = _floats(prior_per_year) * _floats(prior_years) + _floats(count)
    return np.asarray(gammaincinv(shape, _floats(u)) / looked)


def move_return(
    hashprice_usd_ph_day: ArrayLike, cost: ArrayLike, *, wait_days: ArrayLike,
    life_days: ArrayLike, rate_per_year: ArrayLike, decline_per_year: ArrayLike,
    volatility: ArrayLike, uptime: ArrayLike = 1.0, transport: ArrayLike = 0.0,
    duty: ArrayLike = 0.0,
) -> Return:
    """Return of moving a machine to a place. [USD/PH]

    Parameters
    ----------
    hashprice_usd_ph_day, cost : array_like
        Hashprice today; cost of running at the destination, `power_cost` and
        `site_rent`. [USD/PH/day]
    wait_days : array_like
        From switching off to running again. [days]
    life_days : array_like
        Life that is left, the wait in it. [days]
    rate_per_year : array_like
        Discount rate with the risk of the place in it. [1/year]
    decline_per_year, volatility : array_like
        Log decline and volatility of the forward of hashprice. [1/year], [1/sqrt(year)]
    uptime : array_like
        Share of the time in which the place lets it run. [share]
    transport, duty : array_like
        Freight and duty. [USD/PH]

    Examples
    --------
    >>> found = move_return(50.0, 20.0, wait_days=100.0, life_days=1000.0, rate_per_year=0.0,
    ...                     decline_per_year=0.0, volatility=1e-6, transport=500.0)
    >>> [round(float(x), 6) for x in (found.value, found.waiting_loss, found.net)]
    [27000.0, 3000.0, 26500.0]
    """
    law = rate_per_year, decline_per_year, volatility
    later, _ = strip_between(hashprice_usd_ph_day, cost, wait_days, life_days, *law)
    before, _ = strip_between(hashprice_usd_ph_day, cost, 0.0,
                              np.minimum(wait_days, life_days), *law)
    up = _floats(uptime)
    parts = np.broadcast_arrays(up * later, up * before, _floats(transport), _floats(duty))
    return Return(*parts)


def choice_scale(cost: ArrayLike, spread: ArrayLike, days: ArrayLike) -> Array:
    """Scale of the logit: how far returns differ between owners at one place. [USD/PH]

    Parameters
    ----------
    cost : array_like
        Cost of running at a middling place. [USD/PH/day]
    spread : array_like
        Standard deviation of the log power price inside a place. [-]
    days : array_like
        Discounted days that a machine runs (`strip_between`). [days]

    Notes
    -----
    A price that is one percent higher costs ``0.01 cost x days``; the scale is that of
    a Gumbel law with the standard deviation which the spread of prices then gives.

    Examples
    --------
    >>> round(float(choice_scale(20.0, 0.3, 500.0)), 1)
    2339.1
    """
    return np.asarray(_GUMBEL * _floats(spread) * _floats(cost) * _floats(days))


def new_room(share: ArrayLike, ready: ArrayLike, growth_per_year: ArrayLike,
             promised: ArrayLike, delay_months: ArrayLike, window_months: ArrayLike,
             ) -> tuple[Array, Array]:
    """Room of a place for machines from elsewhere: empty racks, and new power in time.

    Parameters
    ----------
    share : array_like
        What stands there. [share of the network]
    ready : array_like
        Empty racks with power, over what stands there. [share]
    growth_per_year : array_like
        New power a year, over what stands there. [1/year]
    promised : array_like
        Share of it that others hold for the time of one delay. [share]
    delay_months, window_months : array_like
        From decision to power; how long owners wait for a place. [months]

    Returns
    -------
    (ndarray, ndarray)
        Both as shares of the network.

    Notes
    -----
    Power that comes before the delay has passed was contracted by others but for
    ``1 - promised``; what comes later is open to all: a longer queue leaves less room.

    Examples
    --------
    >>> [round(float(x), 4) for x in new_room(0.4, 0.02, 0.3, 0.8, 10.0, 12.0)]
    [0.008, 0.04]
    """
    window = _floats(window_months)
    delay = np.minimum(delay_months, window)
    months = (1.0 - _floats(promised)) * delay + (window - delay)
    here = _floats(share)
    return here * _floats(ready), here * _floats(growth_per_year) * months / 12.0
