"""Scores of probability forecasts, and the test whether one forecaster beats another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Comparison",
    "accuracy_ratio",
    "auc",
    "brier",
    "crps_lognormal",
    "crps_normal",
    "crps_sample",
    "diebold_mariano",
    "effective_sample_size",
    "log_score",
    "long_run_variance",
    "pinball",
]


class Comparison(NamedTuple):
    """Difference of two series of losses and the test that it is zero.

    Attributes
    ----------
    mean : float
        Mean loss of the first less that of the second; below 0 the first is better.
    statistic : float
        Diebold-Mariano statistic with the small-sample correction; NaN if it has none.
    p : float
        Two-sided p-value against Student's t with n - 1 degrees of freedom.
    n_effective : float
        Independent differences that would fix the mean as well.
    """

    mean: float
    statistic: float
    p: float
    n_effective: float


def crps_normal(mean: ArrayLike, sd: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """Continuous ranked probability score of a normal forecast. [unit of the forecast]

    Parameters
    ----------
    mean, sd : array_like
        Forecast; sd above 0.
    seen : array_like
        What happened.

    Notes
    -----
    Gneiting and Raftery 2007, doi:10.1198/016214506000001437.

    Examples
    --------
    >>> crps_normal(0.0, 1.0, [0.0, 1.0, 2.0]).round(6).tolist()
    [0.233695, 0.602441, 1.452792]
    """
    from scipy.special import ndtr

    s = np.asarray(sd, dtype=np.float64)
    z = (np.asarray(seen, dtype=np.float64) - np.asarray(mean, dtype=np.float64)) / s
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return np.asarray(s * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi)))


def crps_lognormal(mean_log: ArrayLike, sd_log: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """Continuous ranked probability score of a lognormal forecast. [unit of the forecast]

    Parameters
    ----------
    mean_log, sd_log : array_like
        Mean and standard deviation of the log; sd above 0.
    seen : array_like
        What happened, above 0.

    Notes
    -----
    Baran and Lerch 2015, doi:10.1002/qj.2521.

    Examples
    --------
    >>> round(float(crps_lognormal(0.0, 1.0, 1.0)), 6)
    0.267405
    """
    from scipy.special import ndtr

    m, s = np.asarray(mean_log, dtype=np.float64), np.asarray(sd_log, dtype=np.float64)
    y = np.asarray(seen, dtype=np.float64)
    z = (np.log(y) - m) / s
    tail = ndtr(z - s) + ndtr(s / np.sqrt(2.0)) - 1.0
    return np.asarray(y * (2.0 * ndtr(z) - 1.0) - 2.0 * np.exp(m + 0.5 * s * s) * tail)


def crps_sample(sample: ArrayLike, seen: float) -> float:
    """Continuous ranked probability score of the distribution of a sample. [its unit]

    Parameters
    ----------
    sample : array_like of shape (n,)
        Equally probable values, at least one.
    seen : float
        What happened.

    Notes
    -----
    ``mean |x - y| - mean |x - x'| / 2`` over all pairs, by sorting.

    Examples
    --------
    >>> crps_sample([0.0, 1.0], 0.0), crps_sample([3.0], 1.0)
    (0.25, 2.0)
    """
    x = np.sort(np.asarray(sample, dtype=np.float64))
    n = len(x)
    pairs = float((2.0 * np.arange(n) - n + 1.0) @ x) / (n * n)
    return float(np.abs(x - seen).mean()) - pairs


def pinball(quantile: ArrayLike, probability: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """Quantile score: its mean is lowest for the true quantile. [unit of the forecast]

    Parameters
    ----------
    quantile : array_like
        Forecast.
    probability : array_like
        Of which quantile, in (0, 1).
    seen : array_like
        What happened.

    Examples
    --------
    >>> pinball(1.0, 0.9, [0.0, 2.0]).round(2).tolist()
    [0.1, 0.9]
    """
    above = np.asarray(seen, dtype=np.float64) - np.asarray(quantile, dtype=np.float64)
    p = np.asarray(probability, dtype=np.float64)
    return np.maximum(p * above, (p - 1.0) * above)


def brier(probability: ArrayLike, happened: ArrayLike) -> NDArray[np.float64]:
    """Brier score of probabilities of an event, 0 for certainty that was right. [-]

    Examples
    --------
    >>> round(float(brier(0.2, 1.0)), 9)
    0.64
    """
    gap = np.asarray(probability, dtype=np.float64) - np.asarray(happened, dtype=np.float64)
    return np.asarray(gap * gap)


def log_score(probability: ArrayLike, happened: ArrayLike) -> NDArray[np.float64]:
    """Logarithmic score of probabilities of an event, in (0, 1). [nat]

    Examples
    --------
    >>> round(float(log_score(0.2, 1.0)), 6)
    1.609438
    """
    p = np.asarray(probability, dtype=np.float64)
    return np.asarray(-np.log(np.where(np.asarray(happened) > 0.5, p, 1.0 - p)))


def auc(probability: ArrayLike, happened: ArrayLike) -> float:
    """Probability that a case that happened was ranked above one that did not; ties half. [-]

    Raises
    ------
    ValueError
        If all cases happened, or none.

    Examples
    --------
    >>> auc([0.9, 0.8, 0.35, 0.3, 0.2, 0.1], [1, 0, 1, 0, 0, 0])
    0.875
    """
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(happened) > 0.5
    if y.all() or not y.any():
        raise ValueError("auc: expected cases that happened and cases that did not")
    gap = np.subtract.outer(p[y], p[~y])
    return float(((gap > 0.0) + 0.5 * (gap == 0.0)).mean())


def accuracy_ratio(probability: ArrayLike, happened: ArrayLike) -> float:
    """Accuracy ratio (Gini) of a ranking, twice the AUC less one. [-]

    Examples
    --------
    >>> accuracy_ratio([0.9, 0.8, 0.35, 0.3, 0.2, 0.1], [1, 0, 1, 0, 0, 0])
    0.75
    """
    return 2.0 * auc(probability, happened) - 1.0


def long_run_variance(values: ArrayLike, lags: int) -> float:
    """Variance of the mean of correlated values, times their number. [unit squared]

    Parameters
    ----------
    values : array_like of shape (n,)
        In order of time.
    lags : int
        Autocovariances counted, 0 or more.

    Notes
    -----
    Equal weights, right for errors of forecasts ``lags + 1`` steps ahead; where
    they give no positive value, the triangular weights of Newey and West 1987.

    Examples
    --------
    >>> long_run_variance([1.0, -1.0, 1.0, -1.0], 0)
    1.0
    """
    x = np.asarray(values, dtype=np.float64)
    x = x - x.mean()
    count = min(lags, len(x) - 1)
    gamma = np.array([float(x[k:] @ x[: len(x) - k]) / len(x) for k in range(count + 1)])
    equal = gamma[0] + 2.0 * gamma[1:].sum()
    if equal > 0.0:
        return float(equal)
    weights = 1.0 - np.arange(1, count + 1) / (count + 1.0)
    return float(gamma[0] + 2.0 * weights @ gamma[1:])


def effective_sample_size(values: ArrayLike, lags: int) -> float:
    """Independent values that would fix the mean as well as correlated ones do. [-]

    Parameters
    ----------
    values : array_like of shape (n,)
        In order of time.
    lags : int
        Autocovariances counted.

    Examples
    --------
    >>> round(effective_sample_size([1.0, 1.1, 1.0, 3.0, 3.1, 3.0], 1), 1)
    3.0
    """
    x = np.asarray(values, dtype=np.float64)
    variance, long_run = float(x.var()), long_run_variance(x, lags)
    if variance == 0.0 or long_run <= 0.0:
        return float(len(x))
    return min(float(len(x)), len(x) * variance / long_run)


def diebold_mariano(first: ArrayLike, second: ArrayLike, steps: int) -> Comparison:
    """Test whether two forecasters are equally good.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Losses in the same order of time, more than `steps` of them.
    steps : int
        Steps ahead that were forecast, 1 or more: overlap makes ``steps - 1`` lags.

    Raises
    ------
    ValueError
        If the losses do not match or are too few.

    Notes
    -----
    Diebold and Mariano 1995, doi:10.1080/07350015.1995.10524599, with the
    correction of Harvey, Leybourne and Newbold 1997, doi:10.1016/S0169-2070(96)00719-4.

    Examples
    --------
    >>> a, b = np.array([1.0, 2.0, 1.5, 1.2]), np.array([1.1, 2.3, 1.4, 1.6])
    >>> c = diebold_mariano(a, b, 1)
    >>> round(c.mean, 3), round(c.statistic, 3), round(c.p, 3)
    (-0.175, -1.578, 0.213)
    """
    from scipy.special import stdtr

    d = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    n = len(d)
    if steps < 1 or n <= steps or n < 3:
        raise ValueError(f"losses: expected more than {max(steps, 2)}, found {n}")
    variance = long_run_variance(d, steps - 1) / n
    effective = effective_sample_size(d, steps - 1)
    if variance <= 0.0:
        return Comparison(float(d.mean()), float("nan"), 1.0, effective)
    correction = max(0.0, (n + 1.0 - 2.0 * steps + steps * (steps - 1.0) / n) / n)
    statistic = float(d.mean() / np.sqrt(variance) * np.sqrt(correction))
    return Comparison(
        float(d.mean()), statistic, float(2.0 * stdtr(n - 1, -abs(statistic))), effective
    )
