"""Value of a mining machine as a strip of daily options on hashprice.

On each day of its life a machine turns electricity into hashes if that pays, so
its value is a sum of calls on hashprice struck at the cost of power (Black 1976
for each day), with a hashprice forward that decays as the network grows. The
value is homogeneous: measured in days of power it depends on the ratio of
hashprice to power cost alone, which is what a table in a kernel holds
(`unit_strip`).

Sources: Yaish and Zohar 2023, doi:10.4230/LIPIcs.AFT.2023.2 (a machine is a set
of options); Black 1976, doi:10.1016/0304-405X(76)90024-6.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

__all__ = [
    "DAYS_PER_YEAR",
    "TERMS",
    "StripTerms",
    "black_call",
    "intrinsic_strip",
    "machine_value_usd_per_th",
    "power_cost_usd_th_day",
    "unit_strip",
    "unit_strip_delta",
]

Array = NDArray[np.float64]

DAYS_PER_YEAR: Final = 365.0
"""Days of a year in the rates of the strip. [days/year]"""

_CELLS = 1 << 20  # numbers held at once: days times hashprices of one piece


class StripTerms(NamedTuple):
    """What a strip assumes beside hashprice and power.

    Attributes
    ----------
    volatility : float
        Of the hashprice forward, >= 0. [1/sqrt(year)]
    decay : float
        Rate at which the forward falls below today's hashprice. [1/year]
    rate : float
        Discount rate, continuous. [1/year]
    days : int
        Days of life that are left; day 1 is tomorrow. [days]
    """

    volatility: float
    decay: float
    rate: float
    days: int


TERMS: Final = StripTerms(volatility=0.6, decay=0.35, rate=0.05, days=1460)
"""Terms of the frozen values: four years, forward down by 0.35 a year, 5% interest."""


def black_call(
    forward: ArrayLike, strike: ArrayLike, sd: ArrayLike, discount: ArrayLike = 1.0
) -> Array:
    """Value of a call on a lognormal forward (Black 1976). [unit of the forward]

    Parameters
    ----------
    forward, strike : array_like
        Forward and strike, > 0. [any unit]
    sd : array_like
        Standard deviation of the log forward at expiry, >= 0; 0 gives the
        intrinsic value. [-]
    discount : array_like
        Worth today of one unit at expiry. [-]

    Examples
    --------
    >>> float(black_call(100.0, 90.0, 0.0)), round(float(black_call(100.0, 100.0, 0.2)), 6)
    (10.0, 7.965567)
    """
    f, k = np.asarray(forward, float), np.asarray(strike, float)
    with np.errstate(divide="ignore"):
        held, exercised = _legs(np.log(f / k), np.asarray(sd, float))
    value: Array = np.asarray(discount, float) * (f * held - k * exercised)
    return value


def _legs(log_ratio: Array, sd: Array) -> tuple[Array, Array]:
    """Normal probabilities of the forward and of the strike in Black's formula."""
    with np.errstate(divide="ignore", invalid="ignore"):
        d1 = np.where(sd > 0.0, log_ratio / sd + 0.5 * sd,
                      np.where(log_ratio >= 0.0, np.inf, -np.inf))
    return ndtr(d1), ndtr(d1 - sd)


def power_cost_usd_th_day(j_per_th: ArrayLike, power_price_usd_per_kwh: ArrayLike) -> Array:
    """What a terahash costs to run for a day: the strike of the strip. [USD/TH/day]

    Examples
    --------
    >>> round(float(power_cost_usd_th_day(17.5, 0.05)), 6)
    0.021
    """
    cost: Array = 0.024 * np.multiply(j_per_th, power_price_usd_per_kwh)
    return cost


def _over_days(log_moneyness: ArrayLike, terms: StripTerms) -> tuple[Array, Array]:
    """Sums over the days of both legs, strike 1, in pieces that fit the memory."""
    t = np.arange(1, terms.days + 1) / DAYS_PER_YEAR
    sd, discount = terms.volatility * np.sqrt(t), np.exp(-terms.rate * t)
    x = np.asarray(log_moneyness, float)
    flat = x.ravel()
    forwards, strikes = np.empty(flat.size), np.empty(flat.size)
    step = max(1, _CELLS // max(1, terms.days))
    for first in range(0, flat.size, step):
        piece = slice(first, first + step)
        log_forward = flat[piece, None] - terms.decay * t
        held, exercised = _legs(log_forward, sd)
        forwards[piece] = (discount * np.exp(log_forward) * held).sum(axis=1)
        strikes[piece] = (discount * exercised).sum(axis=1)
    return forwards.reshape(x.shape), strikes.reshape(x.shape)


def unit_strip(log_moneyness: ArrayLike, terms: StripTerms = TERMS) -> Array:
    """Value of a strip in days of power cost: v(ln(F0/K)), V = K v. [days]

    Parameters
    ----------
    log_moneyness : array_like
        Log of today's hashprice over the power cost of the machine. [-]
    terms : StripTerms
        Life, decay, volatility and interest.

    Notes
    -----
    ``v(x) = sum_t exp(-r t) (exp(x - a t) Phi(d1) - Phi(d2))`` over the days t of its
    life, with ``d1 = (x - a t)/(s sqrt t) + s sqrt(t)/2`` and ``d2 = d1 - s sqrt t``. It
    rises and is convex; far in the money it is ``A exp(x) - B`` with the sums of
    ``exp(-(r + a) t)`` and ``exp(-r t)``.

    Examples
    --------
    >>> round(float(0.021 * unit_strip(np.log(0.03 / 0.021))), 6)
    5.113567
    """
    forwards, strikes = _over_days(log_moneyness, terms)
    return forwards - strikes


def unit_strip_delta(log_moneyness: ArrayLike, terms: StripTerms = TERMS) -> Array:
    """Slope of `unit_strip` in its argument: days of power for each e-fold of hashprice. [days]

    Divided by `unit_strip` it is the elasticity of a machine's value to hashprice.

    Parameters
    ----------
    log_moneyness, terms
        As for `unit_strip`.

    Notes
    -----
    The forward leg alone, ``sum_t exp(x - (r + a) t) Phi(d1)``: the other terms cancel.

    Examples
    --------
    >>> x = np.log(0.03 / 0.021)
    >>> round(float(unit_strip_delta(x) / unit_strip(x)), 3)
    2.641
    """
    return _over_days(log_moneyness, terms)[0]


def intrinsic_strip(log_moneyness: ArrayLike, terms: StripTerms = TERMS) -> Array:
    """Value of the strip if hashprice followed its forward for sure. [days]

    Parameters
    ----------
    log_moneyness, terms
        As for `unit_strip`; the volatility plays no part.

    Examples
    --------
    >>> round(float(0.021 * intrinsic_strip(np.log(0.03 / 0.021))), 6)
    1.544426
    """
    return unit_strip(log_moneyness, terms._replace(volatility=0.0))


def machine_value_usd_per_th(
    hashprice_usd_ph_day: ArrayLike,
    j_per_th: ArrayLike,
    power_price_usd_per_kwh: ArrayLike,
    terms: StripTerms = TERMS,
) -> Array:
    """Value of a machine by the hash it makes. [USD/TH]

    Parameters
    ----------
    hashprice_usd_ph_day : array_like
        Today's hashprice, >= 0. [USD/PH/day]
    j_per_th : array_like
        Efficiency at the wall, > 0. [J/TH]
    power_price_usd_per_kwh : array_like
        Price of power, > 0; shapes broadcast. [USD/kWh]
    terms : StripTerms
        Life, decay, volatility and interest.

    Notes
    -----
    ``K v(ln(F0/K))`` with ``K = 0.024 p e`` USD/TH/day: doubling hashprice and power
    price doubles the value. Power is bought by the day at one price, switching is
    free, and nothing is left at the end of life.

    Examples
    --------
    >>> machine_value_usd_per_th([50.0, 20.0], 17.5, 0.05).round(6).tolist()
    [15.882147, 1.491433]
    """
    cost = power_cost_usd_th_day(j_per_th, power_price_usd_per_kwh)
    with np.errstate(divide="ignore"):
        x = np.log(np.asarray(hashprice_usd_ph_day, float) / 1000.0 / cost)
    return cost * unit_strip(x, terms)
