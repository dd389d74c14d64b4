"""Price of a coin: GARCH(1,1) with Student t innovations and jumps, daily.

Drift 0 means that the expected price stays at today's price: the convexity of
the innovation and the mean of the jump are taken out.
"""

from __future__ import annotations

import math

from hashfall.model.fmath import exp, student_t
from hashfall.model.jit import formula

__all__ = ["bridge_return", "clipped_t", "convexity", "garch_variance", "jump_size", "price_step"]


@formula
def clipped_t(u: float, v: float, nu: float, scale: float, limit: float) -> float:
    """Unit-variance innovation: Student t, scaled and clipped to +-`limit` sd.

    Parameters
    ----------
    u, v : float
        Uniforms in (0, 1).
    nu : float
        Degrees of freedom, > 2.
    scale : float
        Factor that makes the clipped variable's variance one.
    limit : float
        Clip in standard deviations before the last rescale.

    Examples
    --------
    >>> round(clipped_t(0.5, 0.0, 1e6, 1.0, 8.0), 4)
    1.1774
    """
    x = student_t(u, v, nu) * scale
    x = x if x < limit else limit
    return x if x > -limit else -limit


@formula
def garch_variance(
    variance: float, shock: float, omega: float, alpha: float, beta: float, cap: float
) -> float:
    """Next day's variance of GARCH(1,1), capped (Bollerslev 1986). [1/day]

    Source: doi:10.1016/0304-4076(86)90063-1.

    Examples
    --------
    >>> round(garch_variance(1e-3, 2.0, 2e-5, 0.1, 0.88, 0.0625), 9)
    0.0013
    """
    h = omega + alpha * variance * shock * shock + beta * variance
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
def jump_size(occurs: float, probability: float, z: float, mean: float, sd: float) -> float:
    """Log jump of the day: normal with a daily probability, else zero (Merton 1976).

    Source: doi:10.1016/0304-405X(76)90022-2.

    Examples
    --------
    >>> jump_size(0.5, 0.01, 1.0, -0.02, 0.1), round(jump_size(0.005, 0.01, 1.0, -0.02, 0.1), 3)
    (0.0, 0.08)
    """
    return mean + sd * z if occurs < probability else 0.0


@formula
def price_step(price: float, variance: float, shock: float, jump: float, drift: float) -> float:
    """Price one day on. [USD/BTC]

    ``drift`` is the daily log drift with both compensators already taken off.

    Examples
    --------
    >>> price_step(100.0, 0.0, 1.0, 0.0, 0.0)
    100.0
    """
    return price * exp(drift + math.sqrt(variance) * shock + jump)


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
