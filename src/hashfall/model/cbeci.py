"""Power demand of the network by the rules of the Cambridge index.

A machine counts as running when the index's threshold, the energy that the
revenue of a hash can buy, is above its efficiency; the running machines then bound
the power of the network, each as if it made the whole hashrate.

Sources: Cambridge Bitcoin Electricity Consumption Index, methodology page of the
Cambridge Centre for Alternative Finance, and its published code (repository
CambridgeAltFin/ccaf_cbeci_api), rules only. The weights are those used before the
revision of August 2023, which found that equal weights overcount old machines.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "HOURS_PER_YEAR",
    "LIFE_YEARS",
    "OVERHEAD_BEST",
    "OVERHEAD_HIGH",
    "OVERHEAD_LOW",
    "REFERENCE_USD_PER_KWH",
    "SMOOTHING_DAYS",
    "Power",
    "annual_twh",
    "network_power_gw",
    "running_machines",
    "smoothed",
    "threshold_j_per_th",
]

Array = NDArray[np.float64]

OVERHEAD_LOW: Final = 1.01
"""Overhead of sites in the lower bound. [-]"""
OVERHEAD_BEST: Final = 1.10
"""Overhead of sites in the best guess. [-]"""
OVERHEAD_HIGH: Final = 1.20
"""Overhead of sites in the upper bound. [-]"""
LIFE_YEARS: Final = 5.0
"""Age at which a machine is taken out of the index. [years]"""
SMOOTHING_DAYS: Final = 14
"""Days over which the threshold is averaged. [days]"""
REFERENCE_USD_PER_KWH: Final = 0.05
"""Power price of the published series. [USD/kWh]"""
HOURS_PER_YEAR: Final = 365.25 * 24.0
"""Hours of a year as the index counts them. [h/year]"""

_J_PER_KWH = 3.6e6
_DAY_S = 86400.0
_TH_PER_EH = 1e6


class Power(NamedTuple):
    """Bounds and best guess of the power that the network draws. [GW]"""

    low: float
    best: float
    high: float


def threshold_j_per_th(
    revenue_usd_per_day: ArrayLike,
    hashrate_eh_s: ArrayLike,
    power_price_usd_per_kwh: ArrayLike = REFERENCE_USD_PER_KWH,
) -> Array:
    """Energy that the revenue of a terahash buys: machines below it pay. [J/TH]

    Parameters
    ----------
    revenue_usd_per_day : array_like
        What all miners earn. [USD/day]
    hashrate_eh_s : array_like
        Hashrate of the network, > 0. [EH/s]
    power_price_usd_per_kwh : array_like
        Price of power, > 0. [USD/kWh]

    Notes
    -----
    The index prints a thousandth of it, in J/GH. Another power price scales it by
    0.05/p. It is the break-even efficiency of `hashfall.model.hashprice`.

    Examples
    --------
    >>> round(float(threshold_j_per_th(50e6, 1000.0)), 6)
    41.666667
    """
    hashes = np.asarray(hashrate_eh_s, float) * _TH_PER_EH * _DAY_S
    per_joule = np.asarray(power_price_usd_per_kwh, float) / _J_PER_KWH
    threshold: Array = np.asarray(revenue_usd_per_day, float) / hashes / per_joule
    return threshold


def smoothed(threshold: ArrayLike, days: int = SMOOTHING_DAYS) -> Array:
    """Mean of each day and the days before it, of fewer at the start. [as given]

    Parameters
    ----------
    threshold : array_like of shape (days,)
        Daily values. [any unit]
    days : int
        Length of the window, >= 1. [days]

    Examples
    --------
    >>> smoothed([1.0, 2.0, 6.0], 2).tolist()
    [1.0, 1.5, 4.0]
    """
    values = np.asarray(threshold, float)
    return np.array([values[max(0, i + 1 - days) : i + 1].mean() for i in range(values.size)])


def running_machines(
    j_per_th: ArrayLike, age_years: ArrayLike, threshold: float
) -> NDArray[np.bool_]:
    """Machines that the index counts: on sale, younger than five years, and paying.

    Parameters
    ----------
    j_per_th : array_like of shape (machines,)
        Efficiencies. [J/TH]
    age_years : array_like of shape (machines,)
        Time since the release; not above zero means not on sale yet. [years]
    threshold : float
        Threshold of the day, smoothed. [J/TH]

    Examples
    --------
    >>> running_machines([30.0, 60.0, 30.0, 30.0], [1.0, 1.0, 5.5, -0.1], 40.0).tolist()
    [True, False, False, False]
    """
    age = np.asarray(age_years, float)
    counted: NDArray[np.bool_] = (
        (age > 0.0) & (age < LIFE_YEARS) & (np.asarray(j_per_th, float) < threshold)
    )
    return counted


def network_power_gw(j_per_th: ArrayLike, hashrate_eh_s: float) -> Power:
    """Bounds and best guess of the power of the network. [GW]

    Parameters
    ----------
    j_per_th : array_like of shape (machines,)
        Efficiencies of the machines that run, one or more. [J/TH]
    hashrate_eh_s : float
        Hashrate of the network. [EH/s]

    Raises
    ------
    ValueError
        If no machine runs: the index then keeps the day before.

    Notes
    -----
    Low: all hash by the best machine, at sites with 1% overhead. High: by the worst that
    pays, with 20%. Best: by the plain mean, with 10%.

    Examples
    --------
    >>> [round(gw, 3) for gw in network_power_gw([20.0, 30.0, 40.0], 600.0)]
    [12.12, 19.8, 28.8]
    """
    e = np.asarray(j_per_th, float)
    if e.size == 0:
        raise ValueError("machines: expected one that runs, found none")
    gw = hashrate_eh_s * 1e-3  # of each J/TH
    return Power(
        OVERHEAD_LOW * float(e.min()) * gw,
        OVERHEAD_BEST * float(e.mean()) * gw,
        OVERHEAD_HIGH * float(e.max()) * gw,
    )


def annual_twh(power_gw: ArrayLike) -> Array:
    """Energy of a year at a constant power. [TWh/year]

    Examples
    --------
    >>> round(float(annual_twh(10.0)), 6)
    87.66
    """
    energy: Array = np.asarray(power_gw, float) * (HOURS_PER_YEAR / 1000.0)
    return energy
