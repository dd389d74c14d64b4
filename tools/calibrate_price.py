"""Fit GARCH(1,1) with Student t innovations and jumps to daily log returns.

Maximum likelihood, once a vintage, each on returns from 2015-01-01 to its own end.
Then omega alone is set so that the process as it is simulated, clipped and capped,
has the sample's variance in the long run. Writes ``price.*``, ``jump.*`` and the
filtered variance at month ends.

    python tools/calibrate_price.py DATA_DIR OUT_DIR
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from scipy.optimize import brentq, minimize
from scipy.stats import t as student

from calibrate_common import (
    START,
    Daily,
    Floats,
    Row,
    arguments,
    covariance,
    month_ends,
    number,
    read_daily,
    replace_rows,
    vintages,
    write_csv,
)

__all__ = ["Fit", "filter_returns", "fit_price", "long_run_variance", "returns_between"]

PARAMETERS = ("mu", "omega", "alpha", "beta", "nu", "probability", "mean", "sd")
PERSISTENCE = 0.999  # highest alpha + beta
CLIP = 8.0  # innovations in standard deviations, as the engine clips them
_START = np.array([0.1, 2.0, 5.0, -1.6, 0.7, -2.0, -0.1, -2.8])
_STEP = np.array([1e-5, 2e-7, 1e-4, 1e-4, 1e-2, 1e-3, 1e-4, 1e-4])
_X, _W = np.polynomial.legendre.leggauss(61)
NODES = 4.5 * _X  # jump sizes in standard deviations of the jump
WEIGHTS = 4.5 * _W * np.exp(-0.5 * NODES * NODES) / math.sqrt(2.0 * math.pi)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit: natural parameters in the order of PARAMETERS, variance a day ahead."""

    x: Floats
    log_likelihood: float
    omega: float  # set to the sample's long-run variance
    long_run: float  # daily variance without jumps that the simulated process keeps
    cap: float  # highest daily variance: twice the highest filtered one
    variances: Floats  # of the return after each observation, at `omega`
    n: int


@njit  # type: ignore[untyped-decorator]  # numba
def _filter(r: Any, p: Any, first: float, nodes: Any, weights: Any, terms: Any, ahead: Any) -> None:
    """Log density of each return and the variance of the next, jumps integrated out."""
    mu, omega, alpha, beta, nu = p[0], p[1], p[2], p[3], p[4]
    q, mean, sd = p[5], p[6], p[7]
    c = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)
    h = first
    for t in range(r.size):
        e = r[t] - mu
        scale2 = h * (nu - 2.0) / nu
        d0 = math.exp(c - 0.5 * math.log(scale2)
                      - 0.5 * (nu + 1.0) * math.log1p(e * e / (scale2 * nu)))
        d1, m1 = 0.0, 0.0
        if q > 0.0:
            for k in range(nodes.size):
                x = e - mean - sd * nodes[k]
                d = weights[k] * math.exp(c - 0.5 * math.log(scale2)
                                          - 0.5 * (nu + 1.0) * math.log1p(x * x / (scale2 * nu)))
                d1 += d
                m1 += d * x * x
        total = (1.0 - q) * d0 + q * d1
        terms[t] = math.log(total)
        # The innovation's share of the return: only it feeds tomorrow's variance.
        square = ((1.0 - q) * d0 * e * e + q * m1) / total
        h = omega + alpha * square + beta * h
        ahead[t] = h


def jump_variance(x: Floats) -> float:
    """Daily variance that jumps add."""
    q, mean, sd = x[5], x[6], x[7]
    return float(q * (sd * sd + mean * mean) - (q * mean) ** 2)


def filter_returns(r: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Log density of each return and variance of the one after it, by day."""
    terms, ahead = np.empty(r.size), np.empty(r.size)
    _filter(r, x, float(r[:60].var()), NODES, WEIGHTS, terms, ahead)
    return terms, ahead


def _natural(y: Floats) -> Floats:
    """Free numbers to parameters: persistence below 0.999, nu above 2, probability below 0.35."""
    memory = PERSISTENCE / (1.0 + math.exp(-y[2]))
    alpha = memory / (1.0 + math.exp(-y[3]))
    return np.array([
        y[0] / 100.0, math.exp(y[1]) * 1e-6, alpha, memory - alpha, 2.0 + math.exp(y[4]),
        0.35 / (1.0 + math.exp(-y[5])), y[6] / 10.0, math.exp(y[7]),
    ])


def maximise(r: Floats, start: Floats) -> tuple[Floats, float]:
    """Free numbers at the highest likelihood, and that likelihood's log."""
    def loss(y: Floats) -> float:
        if np.abs(y).max() > 30.0:
            return 1e9
        return -float(filter_returns(r, _natural(y))[0].sum())

    y, value = start, math.inf
    for _ in range(8):
        found = minimize(loss, y, method="Nelder-Mead", options={
            "maxfev": 3000, "maxiter": 3000, "xatol": 1e-5, "fatol": 1e-7, "adaptive": True})
        y, gain, value = found.x, value - found.fun, found.fun
        if gain < 1e-5:
            break
    return y, -value


def squares(nu: float) -> tuple[Floats, Floats]:
    """Values and weights of the squared innovation, clipped and rescaled to mean one."""
    parts = ((0.0, 0.99, 300), (0.99, 0.9999, 200), (0.9999, 1.0, 50))
    u = np.concatenate([a + (np.arange(n) + 0.5) / n * (b - a) for a, b, n in parts])
    w = np.concatenate([np.full(n, (b - a) / n) for a, b, n in parts])
    z = np.minimum(student.ppf(0.5 + 0.5 * u, nu) * math.sqrt((nu - 2.0) / nu), CLIP) ** 2
    return z / float(w @ z), w


def long_run_variance(omega: float, alpha: float, beta: float, nu: float, cap: float) -> float:
    """Mean of the stationary law of the capped recursion, on a grid of log variance."""
    z, w = squares(nu)
    low = math.log(0.999 * omega / (1.0 - beta))
    grid = np.linspace(low, math.log(cap), 400)
    h, m = np.exp(grid), grid.size
    move = np.zeros((m, m))
    at = np.arange(m)
    for zk, wk in zip(z, w, strict=True):
        new = np.minimum(omega + h * (alpha * zk + beta), cap)
        i = np.clip(((np.log(new) - low) / (grid[1] - grid[0])).astype(np.int64), 0, m - 2)
        up = np.clip((new - h[i]) / (h[i + 1] - h[i]), 0.0, 1.0)
        np.add.at(move, (at, i), wk * (1.0 - up))
        np.add.at(move, (at, i + 1), wk * up)
    system = np.vstack([move.T - np.eye(m), np.ones(m)])
    law = np.linalg.lstsq(system, np.concatenate([np.zeros(m), [1.0]]), rcond=None)[0]
    return float(law @ h)


def fit_price(r: Floats, start: Floats | None = None) -> tuple[Fit, Floats]:
    """Fit of one vintage, and its free numbers for the next one's start."""
    y, likelihood = maximise(r, _START if start is None else start)
    x = _natural(y)
    cap = 2.0 * float(filter_returns(r, x)[1].max())
    goal = float(r.var()) - jump_variance(x)

    def miss(log_omega: float) -> float:
        return long_run_variance(math.exp(log_omega), x[2], x[3], x[4], cap) - goal

    centre = math.log(x[1])
    omega = math.exp(brentq(miss, centre - 2.5, centre + 2.5, xtol=1e-4))
    ahead = filter_returns(r, with_omega(x, omega))[1]
    return Fit(x, likelihood, omega, goal, cap, ahead, r.size), y


def with_omega(x: Floats, omega: float) -> Floats:
    """The parameters with another omega."""
    out = x.copy()
    out[1] = omega
    return out


def standard_errors(r: Floats, x: Floats) -> dict[str, float]:
    """Sandwich errors at the maximum; that of the long-run variance from months of returns."""
    cov = covariance(lambda p: filter_returns(r, p)[0], x, _STEP)
    out = {n: math.sqrt(max(cov[i, i], 0.0)) for i, n in enumerate(PARAMETERS)}
    months = [float(part.mean()) for part in np.array_split((r - r.mean()) ** 2, r.size // 30)]
    out["long_run"] = float(np.std(months)) / math.sqrt(len(months))
    return out


def returns_between(daily: Daily, first: date, last: date) -> Floats:
    """Daily log returns of the closes from `first` to `last`."""
    p = daily.price[daily.at(first): daily.at(last) + 1]
    if np.isnan(p).any():
        raise SystemExit(f"no price on some day between {first} and {last}")
    return np.diff(np.log(p))


def price_rows(end: date, fit: Fit, se: dict[str, float]) -> list[Row]:
    """Rows of one vintage; omega's error is the likelihood's, scaled with omega."""
    at = {n: float(v) for n, v in zip(PARAMETERS, fit.x, strict=True)}
    names = {"price.alpha": "alpha", "price.beta": "beta", "price.nu": "nu",
             "jump.probability": "probability", "jump.mean": "mean", "jump.sd": "sd"}
    rows = [Row(n, end, end, at[k], se[k], None, None, fit.n, "fitted") for n, k in names.items()]
    rows.append(Row("price.omega", end, end, fit.omega, se["omega"] * fit.omega / at["omega"],
                    None, None, fit.n, "fitted"))
    rows.append(Row("price.variance_long_run", end, end, fit.long_run, se["long_run"], None, None,
                    fit.n, "fitted"))
    rows.append(Row("price.variance_cap", end, end, fit.cap, None, 0.5 * fit.cap, 2.0 * fit.cap,
                    fit.n, "assumption"))
    return rows


def filtered_variances(daily: Daily, fits: dict[date, Fit], last: date) -> list[list[str]]:
    """Month-end variance of the next day, each from the vintage known then."""
    out = []
    for end in month_ends(min(fits), last):
        vintage = max(v for v in fits if v <= end)
        x = with_omega(fits[vintage].x, fits[vintage].omega)
        _, ahead = filter_returns(returns_between(daily, START, end), x)
        out.append([end.isoformat(), vintage.isoformat(), number(float(ahead[-1]), 4)])
    return out


def main() -> None:
    """Fit every vintage and write the shipped rows."""
    args = arguments(__doc__ or "")
    out_dir: Path = args.out_dir
    daily = read_daily(args.data_dir)
    fits: dict[date, Fit] = {}
    rows: list[Row] = []
    free: Floats | None = None
    for end in vintages():
        r = returns_between(daily, START, end)
        fit, free = fit_price(r, free)
        fits[end] = fit
        se = standard_errors(r, fit.x)
        rows += price_rows(end, fit, se)
        lost = fit.log_likelihood - float(filter_returns(r, with_omega(fit.x, fit.omega))[0].sum())
        text = " ".join(f"{n} {v:.4g} ({se[n]:.2g})"
                        for n, v in zip(PARAMETERS, fit.x, strict=True))
        print(f"{end} logL {fit.log_likelihood:.2f} -{lost:.2f} omega {fit.omega:.3g} "
              f"cap {fit.cap:.3g} {text}", flush=True)
    replace_rows(out_dir, lambda name: name.split(".")[0] in ("price", "jump"), rows)
    write_csv(out_dir / "world_variance.csv", ("date", "vintage", "variance"),
              filtered_variances(daily, fits, date(2026, 3, 4)))


if __name__ == "__main__":
    main()
