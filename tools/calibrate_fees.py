"""Fit a heavy-tailed AR(1) to the daily log of fees over subsidy.

Conditional maximum likelihood, Student t innovations, each vintage on days from
2015-01-01 to its own end. Writes ``fee.*``.

    python tools/calibrate_fees.py DATA_DIR OUT_DIR
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from scipy.optimize import minimize

from calibrate_common import (
    START,
    Daily,
    Floats,
    Row,
    arguments,
    covariance,
    read_daily,
    replace_rows,
    vintages,
)

__all__ = ["fee_terms", "fit_fees", "log_ratio"]

_STEP = np.array([1e-4, 1e-3, 1e-4, 1e-2])


def fee_terms(p: Floats, y: Floats) -> Floats:
    """Log density of each day given the day before; p is kappa, mean, sd, nu."""
    kappa, mean, sd, nu = p
    e = y[1:] - y[:-1] - kappa * (mean - y[:-1])
    scale2 = sd * sd * (nu - 2.0) / nu
    c = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu)
    c -= 0.5 * math.log(nu * math.pi * scale2)
    return np.asarray(c - 0.5 * (nu + 1.0) * np.log1p(e * e / (nu * scale2)))


def _natural(f: Floats) -> Floats:
    return np.array([1.0 / (1.0 + math.exp(-f[0])), f[1], math.exp(f[2]), 2.0 + math.exp(f[3])])


def fit_fees(y: Floats) -> tuple[Floats, Floats]:
    """kappa, mean, sd, nu and their sandwich standard errors."""
    def loss(f: Floats) -> float:
        return 1e9 if np.abs(f).max() > 30.0 else -float(fee_terms(_natural(f), y).sum())

    f = np.array([-3.0, float(y.mean()), -1.3, 1.0])
    for _ in range(4):
        f = minimize(loss, f, method="Nelder-Mead", options={
            "maxfev": 4000, "maxiter": 4000, "xatol": 1e-7, "fatol": 1e-9}).x
    p = _natural(f)
    cov = covariance(lambda x: fee_terms(x, y), p, _STEP)
    return p, np.sqrt(np.diag(cov))


def log_ratio(daily: Daily, first: date, last: date) -> Floats:
    """Daily log(fees/subsidy) from `first` to `last`."""
    y = np.log(daily.fee_ratio[daily.at(first): daily.at(last) + 1])
    if not np.isfinite(y).all():
        raise SystemExit(f"a day without fees between {first} and {last}")
    return np.asarray(y)


def main() -> None:
    """Fit every vintage and write the shipped rows."""
    args = arguments(__doc__ or "")
    daily = read_daily(args.data_dir)
    rows = []
    for end in vintages():
        y = log_ratio(daily, START, end)
        p, se = fit_fees(y)
        rows += [Row(f"fee.{k}", end, end, float(p[i]), float(se[i]), None, None, y.size - 1,
                     "fitted") for i, k in enumerate(("kappa", "mean", "sd", "nu"))]
        # Half the lowest and twice the highest ratio seen so far.
        for name, value in (("low", float(y.min()) - math.log(2.0)),
                            ("high", float(y.max()) + math.log(2.0))):
            rows.append(Row(f"fee.{name}", end, end, value, None, value - math.log(2.0),
                            value + math.log(2.0), y.size, "assumption"))
        print(end, " ".join(f"{v:.4f} ({s:.4f})" for v, s in zip(p, se, strict=True)),
              f"range {y.min():.2f} {y.max():.2f}")
    replace_rows(args.out_dir, lambda name: name.startswith("fee."), rows)


if __name__ == "__main__":
    main()
