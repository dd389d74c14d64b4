"""Supply of hashrate by a fleet whose power prices are spread lognormally.

A cell is a set of machines of one efficiency in one region. Its power prices
are lognormal, so its break-even hashprices are too: the share that runs is a
normal probability, and how strongly hashrate answers hashprice is an outcome of
where the fleet stands, not a constant.

Every argument may be a float or an array; shapes broadcast. NaN gives NaN. These
are the slow and exact forms that the kernels are held to.

Sources: the supply estimate of Noda, Okumura and Hashimoto 2019,
doi:10.2139/ssrn.3410460, with a lognormal spread in place of their curve.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

__all__ = [
    "elasticity",
    "fixed_point",
    "fleet_elasticity",
    "fleet_fixed_point",
    "fleet_hashrate",
    "running_share",
    "share_at_elasticity",
]

_LOG_ROOT_2PI = 0.5 * math.log(2.0 * math.pi)
_HALVINGS = 80  # of a bracket in logs: beyond the resolution of a float

Array = NDArray[np.float64]


def _z(hashprice: ArrayLike, median: ArrayLike, s: ArrayLike) -> Array:
    """Distance of the log hashprice from its median in standard deviations."""
    with np.errstate(divide="ignore"):
        z: Array = np.log(np.asarray(hashprice, float) / median) / np.asarray(s, float)
    return z


def running_share(hashprice: ArrayLike, median: ArrayLike, s: ArrayLike) -> Array:
    """Share of a cell's hashrate that runs at a hashprice. [-]

    Parameters
    ----------
    hashprice : array_like
        What a unit of hashrate earns, >= 0. [USD/PH/day]
    median : array_like
        Hashprice at which half of the cell runs, > 0: 24 e p with efficiency e in
        J/TH (overhead included) and median power price p in USD/kWh. [USD/PH/day]
    s : array_like
        Standard deviation of the log power price, > 0. [-]

    Notes
    -----
    ``Phi(ln(HP/median)/s)``.

    Examples
    --------
    >>> running_share([30.0, 40.0, 60.0], 40.0, 0.35).round(6).tolist()
    [0.205553, 0.5, 0.876664]
    """
    share: Array = ndtr(_z(hashprice, median, s))
    return share


def elasticity(hashprice: ArrayLike, median: ArrayLike, s: ArrayLike) -> Array:
    """Percent by which a cell's running hashrate moves for one percent of hashprice. [-]

    Parameters
    ----------
    hashprice, median, s : array_like
        As for `running_share`; the hashprice must be above zero.

    Notes
    -----
    ``phi(z)/(s Phi(z))``: small while nearly all run, large near break-even.

    Examples
    --------
    >>> elasticity([30.0, 40.0, 100.0], 40.0, 0.35).round(4).tolist()
    [3.9556, 2.2797, 0.0372]
    """
    z = _z(hashprice, median, s)
    slope: Array = np.exp(-0.5 * z * z - _LOG_ROOT_2PI - log_ndtr(z)) / np.asarray(s, float)
    return slope


def share_at_elasticity(epsilon: ArrayLike, s: ArrayLike) -> Array:
    """Share of a cell that runs where it answers hashprice with a given elasticity. [-]

    Parameters
    ----------
    epsilon : array_like
        Elasticity, > 0. [-]
    s : array_like
        Standard deviation of the log power price, > 0. [-]

    Notes
    -----
    Elasticity falls all the way from low to high shares, so the root is single. It is
    sought for z between -38 and 38.

    Examples
    --------
    >>> share_at_elasticity(0.45145, [0.25, 0.35, 0.5]).round(4).tolist()
    [0.9477, 0.9221, 0.881]
    """
    e, spread = np.broadcast_arrays(np.asarray(epsilon, float), np.asarray(s, float))
    low, high = np.full(e.shape, -38.0), np.full(e.shape, 38.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        above = elasticity(np.exp(middle), 1.0, 1.0) > e * spread
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    share: Array = ndtr(0.5 * (low + high))
    return np.where(np.isnan(e * spread), np.nan, share)


def fixed_point(
    hashprice: ArrayLike, median: ArrayLike, s: ArrayLike, ratio: ArrayLike
) -> Array:
    """Difficulty of a one-cell network over the old one once revenue has moved. [-]

    Parameters
    ----------
    hashprice, median, s : array_like
        As for `running_share`, before the move; the hashprice above zero.
    ratio : array_like
        New revenue of the network over the old one, > 0. [-]

    Notes
    -----
    The root D'/D of ``D'/D = Phi(z(HP rho D/D'))/Phi(z(HP))``. It lies between 1 and
    the ratio: lost revenue is borne in part by miners who leave and in part by the
    hashprice, ``HP rho D/D'``, of those who stay. No time is in it: switching and
    retargets have come to rest, no machine was added.

    Examples
    --------
    >>> fixed_point(60.0, 40.0, 0.35, [0.5, 0.7]).round(6).tolist()
    [0.685673, 0.840867]
    """
    h, m, spread, r = np.broadcast_arrays(
        *(np.asarray(x, float) for x in (hashprice, median, s, ratio))
    )
    return fleet_fixed_point(h, r, m[..., None], spread[..., None], 1.0)


def fleet_hashrate(
    hashprice: ArrayLike, median: ArrayLike, s: ArrayLike, installed: ArrayLike
) -> Array:
    """Running hashrate of a fleet of cells. [unit of the installed hashrate]

    Parameters
    ----------
    hashprice : array_like of shape (...)
        What a unit of hashrate earns. [USD/PH/day]
    median, s, installed : array_like of shape (..., cells)
        Of each cell: median break-even hashprice [USD/PH/day], spread of the log
        power price [-], installed hashrate [any unit].

    Examples
    --------
    >>> round(float(fleet_hashrate(50.0, [40.0, 60.0], [0.35, 0.35], [500.0, 300.0])), 3)
    459.422
    """
    share = running_share(np.asarray(hashprice, float)[..., None], median, s)
    total: Array = np.sum(share * np.asarray(installed, float), axis=-1)
    return total


def fleet_elasticity(
    hashprice: ArrayLike, median: ArrayLike, s: ArrayLike, installed: ArrayLike
) -> Array:
    """Percent by which a fleet's running hashrate moves for one percent of hashprice. [-]

    Parameters
    ----------
    hashprice, median, s, installed : array_like
        As for `fleet_hashrate`.

    Notes
    -----
    The mean of the cells' elasticities, each weighed by its running hashrate.

    Examples
    --------
    >>> round(float(fleet_elasticity(50.0, [40.0, 60.0], [0.35, 0.35], [500.0, 300.0])), 4)
    1.6622
    """
    h = np.asarray(hashprice, float)[..., None]
    running = running_share(h, median, s) * np.asarray(installed, float)
    slope: Array = np.sum(running * elasticity(h, median, s), axis=-1) / running.sum(axis=-1)
    return slope


def fleet_fixed_point(
    hashprice: ArrayLike,
    ratio: ArrayLike,
    median: ArrayLike,
    s: ArrayLike,
    installed: ArrayLike,
) -> Array:
    """Difficulty of a network of cells over the old one once revenue has moved. [-]

    Parameters
    ----------
    hashprice, ratio : array_like of shape (...)
        Hashprice before the move [USD/PH/day]; new revenue over the old one, > 0 [-].
    median, s, installed : array_like of shape (..., cells)
        As for `fleet_hashrate`; also the ``installed`` hashrate before the move.

    Notes
    -----
    See `fixed_point`. The root is bracketed by 1 and the ratio and halved to the
    resolution of a float.

    Examples
    --------
    >>> round(float(fleet_fixed_point(100.0, 0.5, [40.0], [0.35], [1.0])), 6)
    0.860659
    """
    h, r = np.broadcast_arrays(np.asarray(hashprice, float), np.asarray(ratio, float))
    before = fleet_hashrate(h, median, s, installed)
    low, high = np.minimum(0.0, np.log(r)), np.maximum(0.0, np.log(r))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        x = np.exp(middle)
        above = fleet_hashrate(h * r / x, median, s, installed) > x * before
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    root: Array = np.exp(0.5 * (low + high))
    return np.where(np.isnan(before * r) | (before == 0.0), np.nan, root)
