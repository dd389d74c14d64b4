"""Fee share, regional power price, exchange rate and rest-of-world capacity, daily."""

from __future__ import annotations

from hashfall.model.fmath import exp, normal
from hashfall.model.jit import formula

__all__ = [
    "capacity_growth",
    "clip",
    "fee_step",
    "fx_step",
    "log_normal",
    "ou_step",
    "power_price",
]


@formula
def clip(x: float, low: float, high: float) -> float:
    """Keep x within [low, high].

    Examples
    --------
    >>> clip(3.0, 0.0, 1.0)
    1.0
    """
    x = x if x < high else high
    return x if x > low else low


@formula
def fee_step(
    x: float, shock: float, kappa: float, mean: float, sd: float, low: float, high: float
) -> float:
    """Next log ratio of fees to subsidy: autoregressive, heavy-tailed, clipped.

    Examples
    --------
    >>> round(fee_step(-2.0, 0.0, 0.1, -3.0, 0.2, -9.0, 1.0), 3)
    -2.1
    """
    return clip(x + kappa * (mean - x) + sd * shock, low, high)


@formula
def ou_step(y: float, z: float, kappa: float, sd: float) -> float:
    """Next value of a mean-reverting deviation around zero.

    Examples
    --------
    >>> ou_step(1.0, 0.0, 0.25, 0.1)
    0.75
    """
    return y - kappa * y + sd * z


@formula
def power_price(level: float, y: float, half_variance: float, spike: float) -> float:
    """Day's mean power price: level times a lognormal deviation, plus a spike. [USD/kWh]

    Parameters
    ----------
    half_variance : float
        Half the variance of ``y``, which keeps the mean without spikes at ``level``.
    spike : float
        Rise of the day over the level as a multiple of it, 0 on a day without.

    Examples
    --------
    >>> power_price(0.05, 0.0, 0.0, 0.0)
    0.05
    >>> power_price(0.05, 0.0, 0.0, 4.0)
    0.25
    """
    return level * (exp(y - half_variance) + spike)


@formula
def log_normal(u: float, v: float, log_mean: float, log_sd: float) -> float:
    """Lognormal draw from two uniforms.

    Examples
    --------
    >>> log_normal(0.5, 0.5, 0.0, 0.0)
    1.0
    """
    return exp(log_mean + log_sd * normal(u, v))


@formula
def fx_step(rate: float, z: float, sd: float) -> float:
    """Exchange rate one day on, driftless. [units per USD]

    Examples
    --------
    >>> fx_step(80.0, 0.0, 0.0)
    80.0
    """
    return rate * exp(sd * z - 0.5 * sd * sd)


@formula
def capacity_growth(
    log_hashprice: float, day: float, g0: float, theta: float, m: float, a: float, sd: float,
    z: float,
) -> float:
    """Log growth of the rest of the world's hashrate in a day. [1/day]

    ``log_hashprice`` is the smoothed log of hashprice in USD/PH/day; the level
    ``m`` at which growth is ``g0`` falls by ``a`` a day as machines improve.
    Clipped to +-2% a day.

    Examples
    --------
    >>> round(capacity_growth(4.0, 0.0, 0.001, 0.004, 4.0, 0.0, 0.0, 0.0), 6)
    0.001
    """
    return clip(g0 + theta * (log_hashprice - m + a * day) + sd * z, -0.02, 0.02)
