"""What has to be taken off so that drift 0 keeps the expected price: scales and compensators."""

from __future__ import annotations

import numpy as np

from hashfall.engine.calendar import Floats

__all__ = ["bootstrap_drift", "convexity_coefficients", "radius_scale"]

_NODES = 400


def _clipped_mean(nu: float, factor: float, limit: float) -> float:
    """Mean of min(factor nu (u^(-2/nu) - 1), limit) over a uniform u."""
    edge = (1.0 + limit / (factor * nu)) ** (-0.5 * nu)
    inner = (1.0 - edge ** (1.0 - 2.0 / nu)) / (1.0 - 2.0 / nu) - (1.0 - edge)
    return factor * nu * inner + edge * limit


def radius_scale(nu: float, limit: float) -> float:
    """Scale of the squared radius that gives a clipped Student t unit variance.

    Parameters
    ----------
    nu : float
        Degrees of freedom, above 2.
    limit : float
        Largest squared radius.

    Notes
    -----
    The innovation is the radius times the cosine of a uniform angle, so its variance
    is half the mean squared radius. Solved by bisection.

    Examples
    --------
    >>> round(radius_scale(4.0, 1e12), 4)
    2.0
    """
    low, high = 1e-6, 1e3
    for _ in range(200):
        middle = 0.5 * (low + high)
        if _clipped_mean(nu, middle, limit) < 2.0:
            low = middle
        else:
            high = middle
    return nu * 0.5 * (low + high)


def convexity_coefficients(
    nu: float, scale: float, limit: float, cap: float
) -> tuple[float, float, float, float]:
    """Polynomial for the log mean of exp(sd x innovation) in the variance.

    Parameters
    ----------
    nu, scale, limit : float
        Law of the innovation, as in `hashfall.model.price.t_squared_radius`.
    cap : float
        Highest daily variance. [1/day]

    Notes
    -----
    Over the angle, the mean of exp(a cos) is the Bessel function I0(a); over the
    radius it is a quadrature. The polynomial has no constant term.

    Examples
    --------
    >>> c = convexity_coefficients(1e6, radius_scale(1e6, 1600.0), 1600.0, 0.01)
    >>> round(c[0], 6)
    0.5
    """
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    # u = s^8 gathers nodes where the radius is large.
    s, w = 0.5 * (node + 1.0), 0.5 * weight
    u, w = s**8, w * 8.0 * s**7
    square = np.minimum(scale * np.expm1(-2.0 / nu * np.log(u)), limit)
    h = cap * (0.5 - 0.5 * np.cos(np.pi * (np.arange(48) + 0.5) / 48))
    mean = np.array([np.dot(w, np.i0(np.sqrt(x * square))) / w.sum() for x in h])
    rows = np.stack([h**0, h, h**2, h**3], axis=1)
    found = np.linalg.lstsq(rows, np.log(mean) / h, rcond=None)[0]
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def bootstrap_drift(change: Floats, block: int) -> Floats:
    """Log drift of each epoch of a block that keeps the expected price.

    Parameters
    ----------
    change : ndarray of shape (epochs,)
        Log price change of the past epochs, drawn in blocks that run on to the first.
    block : int
        Epochs of a block.

    Examples
    --------
    >>> import numpy as np
    >>> bootstrap_drift(np.zeros(4), 2).tolist()
    [0.0, 0.0]
    """
    total = np.zeros_like(change)
    logs = [0.0]
    for step in range(block):
        total = total + np.roll(change, -step)
        logs.append(float(np.log(np.exp(total).mean())))
    return np.asarray(-np.diff(logs) + 0.0)
