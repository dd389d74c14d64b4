"""Measures of concentration of one table of shares, and over draws of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import SupportsFloat

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.shares import Shares
from hashfall.model import concentration as model
from hashfall.model import share_error

__all__ = ["Measures", "measure", "measure_draws"]


@dataclass(frozen=True)
class Measures:
    """Measures of concentration of one table; None where a number does not exist.

    Parameters
    ----------
    hhi, hhi_low, hhi_high : float
        Herfindahl-Hirschman index: with a thin rest (value and low) and with the
        rest as one holder (high). [points]
    hhi_se : float or None
        Standard error where the shares were counted in blocks. [points]
    hhi_change : float
        Against the table before; 0 for that table itself. [points]
    nakamoto, nakamoto_low, nakamoto_high : float or None
        Holders that pass one half: with a thin rest (value), with the rest as one
        holder (low) and thin (high); both ends widened to 5 and 95% where the
        shares were counted in blocks. None where the named do not reach half.
    effective_number : float or None
        ``10^4 / hhi``. [holders]
    entropy_bits : float
        The rest as one holder. [bit]
    gini : float or None
        Among the named holders.
    named : float
        Sum of the named shares. [share]
    """

    hhi: float
    hhi_low: float
    hhi_high: float
    hhi_se: float | None
    hhi_change: float
    nakamoto: float | None
    nakamoto_low: float | None
    nakamoto_high: float | None
    effective_number: float | None
    entropy_bits: float
    gini: float | None
    named: float

    def as_json(self) -> dict[str, float | None]:
        """The fields by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _finite(value: SupportsFloat) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def measure(shares: Shares, before: Measures | None = None) -> Measures:
    """Measures of a table, and the change of HHI against the one before.

    Examples
    --------
    >>> m = measure(Shares("pool", ("a", "b", "c"), np.array([0.40, 0.35, 0.25]), "2025", "x"))
    >>> round(m.hhi), round(m.effective_number, 6), m.nakamoto, m.hhi_change
    (3450, 2.898551, 2.0, 0.0)
    """
    x, n = shares.values, shares.blocks
    value = float(model.hhi(x))
    low, high = model.nakamoto(x, rest_is_one=True), model.nakamoto(x)
    if n:
        low = np.asarray(share_error.nakamoto_range(model.with_rest(x), n)[0])
        high = np.asarray(share_error.nakamoto_range(x, n)[1])
    return Measures(
        hhi=value,
        hhi_low=value,
        hhi_high=float(model.hhi(x, rest_is_one=True)),
        hhi_se=float(share_error.hhi_se(x, n)) if n else None,
        hhi_change=value - before.hhi if before else 0.0,
        nakamoto=_finite(model.nakamoto(x)),
        nakamoto_low=_finite(low),
        nakamoto_high=_finite(high),
        effective_number=_finite(model.effective_number(x)),
        entropy_bits=float(model.entropy_bits(x)),
        gini=_finite(model.gini(x)),
        named=float(x.sum()),
    )


def measure_draws(
    values: NDArray[np.float64], before: Measures, quantiles: Sequence[float] = (0.05, 0.95)
) -> dict[str, tuple[float | None, ...]]:
    """Quantiles of the measures over draws of the shares, by name of the measure.

    Parameters
    ----------
    values : ndarray of shape (draws, holders)
        Shares in each draw. [share]
    before : Measures
        Measures before, for the change of HHI.
    quantiles : sequence of float
        From 0 to 1.

    Examples
    --------
    >>> table = Shares("country", ("a", "b"), np.array([0.6, 0.4]), "2025", "x")
    >>> draws = np.array([[0.6, 0.4], [0.7, 0.3], [0.8, 0.2]])
    >>> [round(v) for v in measure_draws(draws, measure(table), (0.0, 1.0))["hhi_change"]]
    [0, 1600]
    """
    index = model.hhi(values)
    found = {
        "hhi": index,
        "hhi_change": index - before.hhi,
        "nakamoto": model.nakamoto(values),
        "effective_number": model.effective_number(values),
    }
    return {
        name: tuple(
            _finite(q) for q in np.quantile(draws, quantiles, method="closest_observation")
        )
        for name, draws in found.items()
    }
