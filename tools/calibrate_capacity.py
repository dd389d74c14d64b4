"""Fit the growth of the rest of the world's hashrate to difficulty epochs.

Gaussian maximum likelihood of epoch-to-epoch log growth on smoothed log hashprice
and time. The luck of finding 2,016 blocks is known and kept apart from the growth's
own noise. Writes ``capacity.*`` and the table of epochs for the block bootstrap.

    python tools/calibrate_capacity.py DATA_DIR OUT_DIR
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

from calibrate_common import (
    START,
    Daily,
    Floats,
    Row,
    arguments,
    number,
    read_daily,
    read_rows,
    replace_rows,
    vintages,
    write_csv,
)

__all__ = ["CapacityFit", "Epochs", "daily_log_hashprice", "fit_capacity", "read_epochs", "smooth"]

INTERVALS = 2015
HALVINGS = (date(2012, 11, 28), date(2016, 7, 9), date(2020, 5, 11), date(2024, 4, 20))
WARM_UP = date(2014, 10, 1)
EMA_WEIGHT = 2.0 / 91.0  # the world kernel's
_DAY0 = date(1970, 1, 1)
NDPairs = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Epochs:
    """Whole epochs: first and last block time [days since 1970] and hashrate [EH/s]."""

    first: Floats
    last: Floats
    hashrate: Floats

    @property
    def middle(self) -> Floats:
        """Middle of the epoch, days since 1970."""
        return 0.5 * (self.first + self.last)


@dataclass(frozen=True, slots=True)
class CapacityFit:
    """g0, theta, m, a, sd and their errors; m holds at the vintage's end."""

    values: dict[str, float]
    se: dict[str, float]
    n: int
    residual_correlation: float


def read_epochs(data_dir: Path) -> Epochs:
    """Epochs with both block times; hashrate is expected work over the time taken."""
    rows = [r for r in read_rows(data_dir / "epochs.csv") if r["time_first"] and r["time_last"]]
    first = np.array([float(r["time_first"]) for r in rows])
    last = np.array([float(r["time_last"]) for r in rows])
    work = INTERVALS * 2.0**32 * np.array([float(r["difficulty"]) for r in rows])
    return Epochs(first / 86400.0, last / 86400.0, work / (last - first) / 1e18)


def daily_log_hashprice(daily: Daily) -> Floats:
    """Log of USD/PH/day at expected luck, by day."""
    subsidy = np.full(daily.price.size, 50.0)
    for k, day in enumerate(HALVINGS):
        subsidy[daily.at(day):] = 25.0 / 2.0**k
    per_ph = 86400e15 / 2.0**32 / daily.difficulty * subsidy * (1.0 + daily.fee_ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(daily.price * per_ph))


def smooth(daily: Daily, log_hashprice: Floats) -> Floats:
    """Exponential mean of the log hashprice with the kernel's weight, from 2014-10-01."""
    out = np.full(log_hashprice.size, np.nan)
    start = daily.at(WARM_UP)
    out[start] = float(np.mean(log_hashprice[start - 45: start + 1]))
    for i in range(start + 1, out.size):
        out[i] = out[i - 1] + EMA_WEIGHT * (log_hashprice[i] - out[i - 1])
    return out


def pairs(epochs: Epochs, end: date) -> NDPairs:
    """Growth between neighbouring epochs that begin in or after 2015 and end by `end`."""
    low, high = (START - _DAY0).days, (end - _DAY0).days + 1
    keep = (epochs.first >= low) & (epochs.last <= high)
    middle = epochs.middle[keep]
    growth = np.diff(np.log(epochs.hashrate[keep]))
    return growth, np.diff(middle), 0.5 * (middle[1:] + middle[:-1])




def noise(gap: Floats) -> tuple[Floats, Floats]:
    """Covariance of the growths per unit daily variance, and that of the luck."""
    n = gap.size
    own, luck = np.diag(2.0 / 3.0 * gap), np.diag(np.full(n, 2.0 / INTERVALS))
    for k in range(n - 1):
        own[k, k + 1] = own[k + 1, k] = 0.5 * (gap[k] + gap[k + 1]) / 6.0
        luck[k, k + 1] = luck[k + 1, k] = -1.0 / INTERVALS
    return own, luck


def _solve(log_sd: float, y: Floats, x: Floats, own: Floats, luck: Floats,
           ) -> tuple[float, Floats, Floats, Floats]:
    """Negative log likelihood, coefficients, their covariance and white residuals."""
    factor = np.linalg.cholesky(math.exp(2.0 * log_sd) * own + luck)
    xw, yw = np.linalg.solve(factor, x), np.linalg.solve(factor, y)
    cov = np.linalg.inv(xw.T @ xw)
    b = cov @ (xw.T @ yw)
    e = yw - xw @ b
    return float(np.log(np.diag(factor)).sum() + 0.5 * (e @ e)), b, cov, e


def fit_capacity(y: Floats, gap: Floats, ema: Floats, day: Floats) -> CapacityFit:
    """Growth y over `gap` days on smoothed log hashprice and days after the vintage's end.

    y = gap (c + theta ema + slope day) + noise. Then a = slope / theta; g0 is set to a,
    the growth that keeps hashprice on its own falling level, and m = (a - c) / theta.
    """
    x = np.column_stack([gap, gap * ema, gap * day])
    own, luck = noise(gap)
    best = minimize_scalar(lambda s: _solve(s, y, x, own, luck)[0], bounds=(-9.0, -2.0),
                           method="bounded", options={"xatol": 1e-8})
    log_sd = float(best.x)
    _, b, cov, e = _solve(log_sd, y, x, own, luck)
    c, theta, slope = (float(v) for v in b)
    a = slope / theta
    m = (a - c) / theta
    d_a = np.array([0.0, -a / theta, 1.0 / theta])
    d_m = (d_a - np.array([1.0, 0.0, 0.0])) / theta - np.array([0.0, m / theta, 0.0])
    h = 1e-3
    curve = (_solve(log_sd + h, y, x, own, luck)[0] - 2.0 * _solve(log_sd, y, x, own, luck)[0]
             + _solve(log_sd - h, y, x, own, luck)[0]) / h**2
    sd, se_a = math.exp(log_sd), math.sqrt(float(d_a @ cov @ d_a))
    values = {"g0": a, "theta": theta, "m": m, "a": a, "sd": sd}
    se = {"g0": se_a, "theta": math.sqrt(float(cov[1, 1])),
          "m": math.sqrt(float(d_m @ cov @ d_m)), "a": se_a, "sd": sd / math.sqrt(curve)}
    return CapacityFit(values, se, y.size, float(np.corrcoef(e[1:], e[:-1])[0, 1]))


def epoch_table(daily: Daily, epochs: Epochs) -> list[list[str]]:
    """Joint rows for the block bootstrap, one an epoch, each dated when it was known."""
    log_price = np.log(daily.price)
    origin = (daily.first - _DAY0).days
    out = []
    for i in range(1, epochs.first.size - 1):
        lo, hi = int(epochs.first[i]) - origin, int(epochs.first[i + 1]) - origin
        ratio = daily.fee_ratio[lo:hi]
        if epochs.first[i] < (START - _DAY0).days or np.isnan(log_price[lo - 1:hi]).any():
            continue
        step = np.diff(log_price[lo - 1: hi])
        known = _DAY0 + timedelta(days=math.ceil(float(epochs.last[i + 1])))
        growth = (math.log(epochs.hashrate[i + 1] / epochs.hashrate[i - 1])
                  / float(epochs.middle[i + 1] - epochs.middle[i - 1]))
        out.append([
            str(i), known.isoformat(), str(hi - lo), f"{float(step.sum()):.3f}",
            f"{float(step.std()):.3f}", f"{math.log(float(ratio.mean())):.2f}", f"{growth:.5f}",
        ])
    return out


def main() -> None:
    """Fit every vintage, write the shipped rows and the table of epochs."""
    args = arguments(__doc__ or "")
    daily, epochs = read_daily(args.data_dir), read_epochs(args.data_dir)
    ema = smooth(daily, daily_log_hashprice(daily))
    origin = (daily.first - _DAY0).days
    rows: list[Row] = []
    for end in vintages():
        y, gap, middle = pairs(epochs, end)
        level = np.interp(middle, origin + np.arange(ema.size), ema)
        fit = fit_capacity(y, gap, level, middle - (end - _DAY0).days)
        rows += [Row(f"capacity.{k}", end, end, v, fit.se[k], None, None, fit.n, "fitted")
                 for k, v in fit.values.items()]
        print(end, " ".join(f"{k} {v:.5g} ({fit.se[k]:.2g})" for k, v in fit.values.items()),
              f"n {fit.n} rho {fit.residual_correlation:.2f}", number(math.exp(ema[daily.at(end)])))
    replace_rows(args.out_dir, lambda name: name.startswith("capacity."), rows)
    write_csv(args.out_dir / "world_epochs.csv",
              ("epoch", "known", "days", "log_price_change", "daily_sd", "log_fees_over_subsidy",
               "log_hashrate_growth_per_day"), epoch_table(daily, epochs))


if __name__ == "__main__":
    main()
