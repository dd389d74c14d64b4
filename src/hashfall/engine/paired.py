"""Differences of probabilities between ledgers on the same paths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.probability import Probability, shrunk

__all__ = ["paired"]


def paired(base: NDArray[np.int16], other: NDArray[np.int16], horizon: int) -> Probability:
    """Change of a probability from one ledger to another on the same paths.

    Parameters
    ----------
    base, other : ndarray of shape (draws, inner)
        Day of the clock by book draw and path, -1 for never.
    horizon : int
        Last day that counts. [days]

    Notes
    -----
    Each path gives -1, 0 or 1; `se` is the Monte Carlo error of their mean over the draws
    at hand, far below that of two separate runs. `low` and `high` are the 5 and 95% points
    over draws, simulation noise taken out.

    Examples
    --------
    >>> base = np.array([[3, -1, 40, -1]], np.int16)
    >>> change = paired(base, np.array([[3, 9, 20, -1]], np.int16), 30)
    >>> change["value"], round(change["se"], 6)
    (0.5, 0.288675)
    """
    draws, inner = base.shape
    hit = [((x > 0) & (x <= horizon)).astype(float) for x in (base, other)]
    change = hit[1] - hit[0]
    rates = change.mean(axis=1)
    noise = change.var(axis=1) / max(1, inner - 1)
    value, se = float(rates.mean()), float(np.sqrt(noise.sum()) / draws)
    if draws == 1:
        return {"value": value, "se": se, "low": value, "high": value}
    low, high = np.quantile(shrunk(rates, float(noise.mean())), [0.05, 0.95])
    return {"value": value, "se": se, "low": min(float(low), value),
            "high": max(float(high), value)}
