"""Options to exchange one random amount for another: both power and hashprice move.

Sources: Margrabe 1978, doi:10.1111/j.1540-6261.1978.tb03397.x; Kirk 1995
(Correlation in the energy markets), both as tabulated by Haug 2007, The Complete
Guide to Option Pricing Formulas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hashfall.model.strip import black_call

__all__ = ["exchange_option", "kirk_spread"]

Array = NDArray[np.float64]


def exchange_option(
    received: ArrayLike,
    given: ArrayLike,
    received_yield: float,
    given_yield: float,
    received_volatility: float,
    given_volatility: float,
    correlation: float,
    years: float,
) -> Array:
    """Value of the right to give one asset for another (Margrabe 1978). [unit of the assets]

    Parameters
    ----------
    received, given : array_like
        Prices of the asset that is received and of the one that is given, > 0.
    received_yield, given_yield : float
        What holding them pays, or the rate at which their forwards fall less the
        interest. [1/year]
    received_volatility, given_volatility : float
        Volatilities. [1/sqrt(year)]
    correlation : float
        Of their returns, -1 to 1. [-]
    years : float
        Time to expiry, >= 0. [year]

    Notes
    -----
    A Black call on their ratio with variance ``s1^2 - 2 rho s1 s2 + s2^2`` a year. The
    more revenue and power cost move together, the less the right to switch is worth.

    Examples
    --------
    >>> round(float(exchange_option(22.0, 20.0, 0.06, 0.04, 0.20, 0.15, -0.5, 0.1)), 3)
    2.125
    """
    a, b = received_volatility, given_volatility
    variance = a * a - 2.0 * correlation * a * b + b * b
    forward = np.asarray(received, float) * np.exp(-received_yield * years)
    strike = np.asarray(given, float) * np.exp(-given_yield * years)
    return black_call(forward, strike, np.sqrt(max(0.0, variance) * years))


def kirk_spread(
    received: ArrayLike,
    given: ArrayLike,
    strike: float,
    rate: float,
    received_volatility: float,
    given_volatility: float,
    correlation: float,
    years: float,
) -> Array:
    """Value of a call on the spread of two forwards, nearly (Kirk 1995). [unit of the forwards]

    Parameters
    ----------
    received, given : array_like
        Forwards, such as revenue and power of a machine, > 0.
    strike : float
        Fixed cost to be covered as well, above minus ``given``. [unit of the forwards]
    rate : float
        Interest. [1/year]
    received_volatility, given_volatility : float
        Volatilities of the forwards. [1/sqrt(year)]
    correlation : float
        Of their returns, -1 to 1. [-]
    years : float
        Time to expiry, >= 0. [year]

    Notes
    -----
    The forward that is given and the strike are taken as one lognormal amount; exact
    for a strike of zero, where it is `exchange_option` on forwards.

    Examples
    --------
    >>> round(float(kirk_spread(122.0, 120.0, 3.0, 0.10, 0.20, 0.20, -0.5, 0.1)), 4)
    4.753
    """
    f, g = np.asarray(received, float), np.asarray(given, float)
    part = given_volatility * g / (g + strike)
    variance = received_volatility**2 - 2.0 * correlation * received_volatility * part + part**2
    sd = np.sqrt(np.maximum(0.0, variance) * years)
    return black_call(f, g + strike, sd, np.exp(-rate * years))
