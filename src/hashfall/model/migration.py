"""Moving a machine to another place: what it returns, and what room a place has for it.

Arrays broadcast. Money is per unit of hashrate, USD/PH, of one machine class.
The pieces are textbook (present value, renewal, a gamma posterior of a Poisson
rate); how they are put together is this project's own, see
``docs/models/migration.md``.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Return", "choice_scale", "discounted_days", "event_rate", "expected_uptime", "move_return",
    "new_room", "paying_days", "power_cost", "present_value", "site_rent",
]

Array = NDArray[np.float64]

_YEAR: Final = 365.25
_GUMBEL: Final = math.sqrt(6.0) / math.pi  # scale of a Gumbel law with standard deviation 1


def _floats(x: ArrayLike) -> Array:
    return np.asarray(x, float)


class Return(NamedTuple):
    """Return of one move, and what it is made of. [USD/PH]"""

    value: Array
    """Present value of the margin after the wait."""
    waiting_loss: Array
    """Margin that is lost while the machine waits; the value is after it."""
    transport: Array
    duty: Array
    rent: Array
    """Share of the cost of building that falls on the machine."""

    @property
    def net(self) -> Array:
        """What is left after all costs of the move. [USD/PH]"""
        return np.asarray(self.value - self.transport - self.duty - self.rent)


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


def paying_days(hashprice_usd_ph_day: ArrayLike, cost: ArrayLike, decline_per_year: ArrayLike,
                life_days: ArrayLike) -> Array:
    """Days from now until a machine no longer pays or is worn out. [days]

    Parameters
    ----------
    hashprice_usd_ph_day, cost : array_like
        What it earns now and what it costs to run. [USD/PH/day]
    decline_per_year : array_like
        Log rate at which hashprice falls, >= 0. [1/year]
    life_days : array_like
        Life that is left. [days]

    Examples
    --------
    >>> paying_days([40.0, 40.0, 20.0], 20.0, [0.35, 0.0, 0.35], 1000.0).round(1).tolist()
    [723.3, 1000.0, 0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.log(_floats(hashprice_usd_ph_day) / _floats(cost))
        days = np.where(room > 0.0, room * _YEAR / _floats(decline_per_year), 0.0)
    return np.asarray(np.minimum(days, life_days))


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


def present_value(
    hashprice_usd_ph_day: ArrayLike, cost: ArrayLike, wait_days: ArrayLike, end_days: ArrayLike,
    rate_per_year: ArrayLike, decline_per_year: ArrayLike,
) -> Array:
    """Present value of the margin between two days. [USD/PH]

    Parameters
    ----------
    hashprice_usd_ph_day, cost : array_like
        Hashprice today and cost, which stays. [USD/PH/day]
    wait_days, end_days : array_like
        First and last day on which the machine runs. [days]
    rate_per_year, decline_per_year : array_like
        Discount rate and log decline of hashprice. [1/year]

    Notes
    -----
    ``int (HP exp(-g t) - c) exp(-k t) dt``.

    Examples
    --------
    >>> round(float(present_value(50.0, 20.0, 0.0, 365.25, 0.0, 0.0)), 1)
    10957.5
    """
    k = _floats(rate_per_year)
    earned = discounted_days(wait_days, end_days, k + _floats(decline_per_year))
    spent = discounted_days(wait_days, end_days, k)
    return np.asarray(_floats(hashprice_usd_ph_day) * earned - _floats(cost) * spent)


def site_rent(build_usd_per_mw: ArrayLike, j_per_th: ArrayLike, days: ArrayLike,
              site_years: ArrayLike, rate_per_year: ArrayLike) -> Array:
    """Share of a site's building cost that its use for some days has to bear. [USD/PH]

    Parameters
    ----------
    build_usd_per_mw : array_like
        Cost of a site without machines. [USD/MW]
    j_per_th : array_like
        Efficiency, overhead included: 1 J/TH takes 1 kW for a PH/s. [J/TH]
    days : array_like
        Discounted days of use (`discounted_days`). [days]
    site_years : array_like
        Life of the site. [years]
    rate_per_year : array_like
        Discount rate. [1/year]

    Examples
    --------
    >>> round(float(site_rent(400_000.0, 20.0, 365.25, 10.0, 0.0)), 6)
    800.0
    """
    whole = discounted_days(0.0, _floats(site_years) * _YEAR, rate_per_year)
    per_ph = _floats(build_usd_per_mw) * _floats(j_per_th) / 1000.0
    return np.asarray(per_ph * _floats(days) / whole)


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
    from scipy.special import gammaincinv

    looked = _floats(years) + _floats(prior_years)
    shape = _floats(prior_per_year) * _floats(prior_years) + _floats(count)
    return np.asarray(gammaincinv(shape, _floats(u)) / looked)


def move_return(
    hashprice_usd_ph_day: ArrayLike, cost: ArrayLike, *, j_per_th: ArrayLike,
    wait_days: ArrayLike, life_days: ArrayLike, rate_per_year: ArrayLike,
    decline_per_year: ArrayLike, uptime: ArrayLike = 1.0, transport: ArrayLike = 0.0,
    duty: ArrayLike = 0.0, build_usd_per_mw: ArrayLike = 0.0, site_years: ArrayLike = 10.0,
) -> Return:
    """Return of moving a machine to a place. [USD/PH]

    Parameters
    ----------
    hashprice_usd_ph_day, cost : array_like
        Hashprice today; cost of running at the destination (`power_cost`). [USD/PH/day]
    j_per_th : array_like
        Efficiency, overhead included. [J/TH]
    wait_days : array_like
        From switching off to running again. [days]
    life_days : array_like
        Life that is left. [days]
    rate_per_year : array_like
        Discount rate with the risk of the place in it. [1/year]
    decline_per_year : array_like
        Log decline of hashprice. [1/year]
    uptime : array_like
        Share of the time in which the place lets it run. [share]
    transport, duty : array_like
        Freight and duty. [USD/PH]
    build_usd_per_mw, site_years : array_like
        Cost of a site without machines, and its life. [USD/MW], [years]

    Examples
    --------
    >>> found = move_return(50.0, 20.0, j_per_th=20.0, wait_days=100.0, life_days=1000.0,
    ...                     rate_per_year=0.0, decline_per_year=0.0, transport=500.0)
    >>> float(found.value), float(found.waiting_loss), float(found.net)
    (27000.0, 3000.0, 26500.0)
    """
    end = paying_days(hashprice_usd_ph_day, cost, decline_per_year, life_days)
    rates = rate_per_year, decline_per_year
    at_once = present_value(hashprice_usd_ph_day, cost, 0.0, end, *rates)
    later = present_value(hashprice_usd_ph_day, cost, np.minimum(wait_days, end), end, *rates)
    used = discounted_days(np.minimum(wait_days, end), end, rate_per_year)
    rent = site_rent(build_usd_per_mw, j_per_th, used, site_years, rate_per_year)
    up = _floats(uptime)
    parts = np.broadcast_arrays(up * later, up * (at_once - later),
                                _floats(transport), _floats(duty), rent)
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
        Discounted days that a machine pays. [days]

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
