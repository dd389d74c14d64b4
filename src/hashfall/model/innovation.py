"""Law of the daily innovation: a clipped Student t of unit variance, by its squared radius.

The kernel draws the innovation as a radius times the cosine of a uniform angle and
clips the radius. What follows from that is worked out here once, at set-up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["RadiusLaw", "convexity_coefficients", "log_mean_exp", "radius_law"]

Floats = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(240)
_FIT_NODES = 0.5 - 0.5 * np.cos(math.pi * (np.arange(60) + 0.5) / 60)  # Chebyshev, on 0 to 1


class RadiusLaw(NamedTuple):
    """Squared radius ``min(scale (u^power - 1), limit)`` of a uniform u."""

    power: float
    scale: float
    limit: float


def _integral(f: Floats, low: float, high: float) -> float:
    return float(0.5 * (high - low) * (_WEIGHTS @ f))


def _points(low: float, high: float) -> Floats:
    return 0.5 * (high - low) * _NODES + 0.5 * (high + low)


def _clipped_moments(nu: float, clip: float) -> tuple[float, float]:
    """Second and fourth moment of a Student t of unit variance clipped at `clip`."""
    unit = math.sqrt((nu - 2.0) / nu)
    edge = clip / unit

    def density(x: Floats) -> Floats:
        return np.asarray(np.exp(-0.5 * (nu + 1.0) * np.log1p(x * x / nu)))

    x, s = _points(0.0, edge), _points(0.0, 1.0)
    inside = density(x)
    mass = _integral(inside, 0.0, edge)
    tail = _integral(density(edge / s) * edge / (s * s), 0.0, 1.0)
    second = _integral((unit * x) ** 2 * inside, 0.0, edge) + tail * clip**2
    fourth = _integral((unit * x) ** 4 * inside, 0.0, edge) + tail * clip**4
    return second / (mass + tail), fourth / (mass + tail)


def _means(nu: float, limit: float) -> tuple[float, float]:
    """Mean and mean square of ``min(u^(-2/nu) - 1, limit)``."""
    half = 0.5 * nu
    reach = math.log1p(limit)
    mean = -math.expm1((1.0 - half) * reach) / (half - 1.0)
    x = _points(0.0, reach)
    # By parts, with x the log of one plus the value: survival is exp(-x nu / 2).
    square = _integral(2.0 * np.expm1(x) * np.exp((1.0 - half) * x), 0.0, reach)
    return mean, square


def radius_law(nu: float, clip: float) -> RadiusLaw:
    """Radius whose innovation has unit variance and the kurtosis of a clipped Student t.

    Parameters
    ----------
    nu : float
        Degrees of freedom, above 2; 1e6 is the normal limit.
    clip : float
        Where the Student t of unit variance is clipped. [sd]

    Notes
    -----
    Clipping the radius instead of the innovation saves the kernel a root; its limit is
    set so that the fourth moment, on which GARCH depends, is the same.

    Examples
    --------
    >>> law = radius_law(1e6, 8.0)
    >>> round(law.power * -1e6, 6), round(law.scale * 1e-6, 4), round(law.limit, 6)
    (2.0, 1.0, 64.0)
    """
    second, fourth = _clipped_moments(nu, clip)
    kurtosis = fourth / second**2

    def excess(limit: float) -> float:
        mean, square = _means(nu, limit)
        return 1.5 * square / mean**2 - kurtosis

    # Without a clip the value has scale nu - 2 for unit variance.
    low, high = clip**2 / 8.0 / (nu - 2.0), clip**2 * 4.0 / (nu - 2.0)
    limit = clip**2 / (nu - 2.0)
    if nu < 1e3 and excess(low) < 0.0 < excess(high):
        for _ in range(100):
            limit = math.sqrt(low * high)
            low, high = (limit, high) if excess(limit) < 0.0 else (low, limit)
    scale = 2.0 / _means(nu, limit)[0]
    return RadiusLaw(-2.0 / nu, scale, scale * limit if nu < 1e3 else clip**2)


def log_mean_exp(law: RadiusLaw, variance: Floats) -> Floats:
    """Log of the mean of ``exp(sd * innovation)`` at each variance.

    Parameters
    ----------
    law : RadiusLaw
        Law of the innovation.
    variance : ndarray of shape (n,)
        Variance of the day, 0 or more. [1/day]

    Notes
    -----
    With a uniform angle the mean is that of the Bessel function I0 of sd times radius,
    here by parts: 1 plus the integral of sd I1(sd y) P(radius > y).

    Examples
    --------
    >>> float(log_mean_exp(radius_law(1e6, 8.0), np.array([0.01]))[0]).__round__(6)
    0.005
    """
    top = math.sqrt(law.limit)
    y = _points(0.0, top)
    survives = np.exp(np.log1p(y * y / law.scale) / law.power)
    sd = np.sqrt(variance)[:, None]
    return np.asarray(np.log1p(0.5 * top * ((sd * _bessel_i1(sd * y)) * survives) @ _WEIGHTS))


def _bessel_i1(x: Floats) -> Floats:
    """Modified Bessel function of the first kind, order one, for moderate x."""
    square, term = 0.25 * x * x, 0.5 * x
    total = term.copy()
    for k in range(1, 60):
        term = term * square / (k * (k + 1))
        total += term
    return total


def convexity_coefficients(law: RadiusLaw, cap: float) -> tuple[float, float, float, float]:
    """Coefficients of `hashfall.model.price.convexity` for variances up to `cap`.

    Examples
    --------
    >>> c1, c2, c3, c4 = convexity_coefficients(radius_law(4.0, 8.0), 0.07)
    >>> c1, c2 > 0.0
    (0.5, True)
    """
    h = cap * _FIT_NODES
    rest = log_mean_exp(law, h) / h - 0.5
    powers = np.stack([h / cap, (h / cap) ** 2, (h / cap) ** 3], axis=1)
    c = np.linalg.lstsq(powers, rest, rcond=None)[0]
    return 0.5, float(c[0] / cap), float(c[1] / cap**2), float(c[2] / cap**3)
