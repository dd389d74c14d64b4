"""Price of a coin: GARCH(1,1) with Student t innovations and jumps, daily.

Drift 0 means that the expected price stays at today's price: the convexity of
the innovation and the mean of the jump are taken out.
"""

from __future__ import annotations

import math

from hashfall.model.fmath import exp, polar_normal
from hashfall.model.jit import formula

__all__ = [
    "bridge_return",
    "convexity",
    "garch_variance",
    "jump_size",
    "jump_uniform",
    "price_step",
    "t_return",
    "t_squared_radius",
]


@formula
def t_squared_radius(log_u: float, power: float, scale: float, limit: float) -> float:
    """Square of the radius of which a Student t innovation is the cosine (Bailey 1994).

    Parameters
    ----------
    log_u : float
        Log of a uniform in (0, 1).
    power : float
        -2 over the degrees of freedom.
    scale : float
        Degrees of freedom times the factor that makes the variance one.
    limit : float
        Largest squared radius: the innovation stays within its square root.

    Notes
    -----
    With nu degrees of freedom, ``nu (u^(-2/nu) - 1)`` is the squared radius of
    a bivariate t. The clip keeps every moment of the price finite.
    Source: doi:10.1090/S0025-5718-1994-1219702-8.

    Examples
    --------
    >>> round(t_squared_radius(-2.0, -0.5, 4.0, 64.0), 6)
    6.873127
    >>> t_squared_radius(-20.0, -0.5, 4.0, 64.0)
    64.0
    """
    square = scale * (exp(power * log_u) - 1.0)
    return square if square < limit else limit


@formula
def t_return(variance: float, squared_radius: float, cosine: float) -> float:
    """Innovation of the log price of a day: its sd times a Student t of unit variance.

    ``cosine`` is that of a uniform angle.

    Examples
    --------
    >>> t_return(0.0004, 4.0, -1.0)
    -0.04
    """
    return math.sqrt(variance * squared_radius) * cosine


@formula
def garch_variance(
    variance: float, innovation: float, omega: float, alpha: float, beta: float, cap: float
) -> float:
    """Next day's variance of GARCH(1,1), capped (Bollerslev 1986). [1/day]

    ``innovation`` is the day's log return less its mean and jump, in the unit
    of the return. Source: doi:10.1016/0304-4076(86)90063-1.

    Examples
    --------
    >>> round(garch_variance(1e-3, 0.06, 2e-5, 0.1, 0.88, 0.0625), 9)
    0.00126
    """
    h = omega + alpha * innovation * innovation + beta * variance
    return h if h < cap else cap


@formula
def convexity(variance: float, c1: float, c2: float, c3: float, c4: float) -> float:
    """Log of the mean of exp(sd * innovation): a polynomial in the variance. [1/day]

    The coefficients are fitted to a quadrature at set-up (`engine.setup`).

    Examples
    --------
    >>> convexity(1e-3, 0.5, 0.0, 0.0, 0.0)
    0.0005
    """
    return variance * (c1 + variance * (c2 + variance * (c3 + variance * c4)))


@formula
def jump_uniform(occurs: float, per_probability: float) -> float:
    """Uniform in (0, 1) that is left of the one that brought a jump; 1 without a jump.

    ``per_probability`` is one over the daily probability.

    Examples
    --------
    >>> jump_uniform(0.01, 50.0), jump_uniform(0.9, 50.0)
    (0.5, 1.0)
    """
    u = occurs * per_probability
    return u if u < 1.0 else 1.0


@formula
def jump_size(
    occurs: float, probability: float, log_u: float, cosine: float, mean: float, sd: float
) -> float:
    """Log jump of the day: normal with a daily probability, else zero (Merton 1976).

    Parameters
    ----------
    occurs : float
        Uniform in (0, 1); below `probability` there is a jump.
    log_u, cosine : float
        Log of `jump_uniform`, cosine of a uniform angle.

    Notes
    -----
    Source: doi:10.1016/0304-405X(76)90022-2.

    Examples
    --------
    >>> jump_size(0.5, 0.01, 0.0, 1.0, -0.02, 0.1)
    0.0
    >>> round(jump_size(0.005, 0.01, -0.5, 1.0, -0.02, 0.1), 3)
    0.08
    """
    return mean + sd * polar_normal(log_u, cosine) if occurs < probability else 0.0


@formula
def price_step(price: float, drift: float, log_return: float) -> float:
    """Price one day on. [USD/BTC]

    ``drift`` is the daily log drift with the compensators already taken off.

    Examples
    --------
    >>> price_step(100.0, 0.0, 0.0)
    100.0
    """
    return price * exp(drift + log_return)


@formula
def bridge_return(remaining: float, days_left: float, sd: float, z: float) -> float:
    """One increment of a Brownian bridge that must still rise by `remaining`.

    Examples
    --------
    >>> bridge_return(0.14, 14.0, 0.0, 1.0)
    0.01
    >>> bridge_return(0.02, 1.0, 0.5, 3.0)
    0.02
    """
    return remaining / days_left + sd * math.sqrt((days_left - 1.0) / days_left) * z
