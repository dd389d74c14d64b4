"""Regional power prices: level, mean reversion, noise and spikes.

Texas from the monthly mean, median and highest day of the ERCOT hub; the average
US industrial tariff from EIA's monthly series, and Georgia and New York as a stated
ratio of it. Where a series is too short the figure is an assumption with a range.
Writes those regions' rows of ``power.*``; the other regions stand in ``world.toml``.

    python tools/calibrate_power.py DATA_DIR OUT_DIR
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from calibrate_common import (
    Floats,
    Row,
    arguments,
    month_ends,
    read_rows,
    replace_rows,
    vintages,
)

__all__ = ["Hub", "Spread", "fit_hub", "fit_tariff"]

NAMES = ("level_usd_per_kwh", "kappa", "sd", "spike_chance", "spike_log_mean", "spike_log_sd")
SPIKE = 3.0  # a month has a spike when its highest day is over 3 times its median day
SEED = 20220601
KAPPAS = np.geomspace(0.004, 0.6, 26)
ENOUGH = 24  # months
EIA_LAG = timedelta(days=60)
# Wholesale year averages before the hub file starts, EIA [USD/kWh].
EIA_YEARS = {2019: 0.038, 2020: 0.022}
# What the short hub file cannot say before 2024: value, low, high.
HUB_ASSUMED = {
    "kappa": (0.05, 0.01, 0.3), "sd": (0.12, 0.05, 0.3), "spike_chance": (0.01, 0.003, 0.03),
    "spike_log_mean": (2.0, 1.0, 3.0), "spike_log_sd": (0.8, 0.4, 1.2),
}


@dataclass(frozen=True, slots=True)
class Hub:
    """Months of a hub price: month end, mean, median day and highest day [USD/kWh], days."""

    end: tuple[date, ...]
    mean: Floats
    median: Floats
    highest: Floats
    days: Floats

    def take(self, keep: list[int]) -> Hub:
        """The chosen months."""
        return Hub(tuple(self.end[i] for i in keep), self.mean[keep], self.median[keep],
                   self.highest[keep], self.days[keep])


Spread = dict[str, float]


def _month_end(month: str) -> date:
    year, m = (int(x) for x in month.split("-"))
    return month_ends(date(year, m, 1), date(year + 1, 1, 31))[0]


def read_hub(data_dir: Path) -> Hub:
    """The ERCOT hub months."""
    rows = read_rows(data_dir / "ercot_hub_monthly.csv")

    def column(name: str, scale: float = 1e-3) -> Floats:
        return np.array([float(r[name]) * scale for r in rows])

    return Hub(tuple(_month_end(r["month"]) for r in rows), column("mean_usd_per_mwh"),
               column("median_day_usd_per_mwh"), column("max_day_usd_per_mwh"),
               column("days", 1.0))


@lru_cache(maxsize=1)
def months_of_ar1() -> tuple[Floats, Floats]:
    """Simulated months of a unit AR(1): median day, and highest less median, by kappa."""
    z = np.random.default_rng(SEED).standard_normal((30, 4000))
    middle, reach = np.empty((KAPPAS.size, 4000)), np.empty((KAPPAS.size, 4000))
    for i, kappa in enumerate(KAPPAS):
        path = np.empty_like(z)
        path[0] = z[0]
        for t in range(1, 30):
            path[t] = (1.0 - kappa) * path[t - 1] + math.sqrt(2.0 * kappa - kappa**2) * z[t]
        middle[i] = np.median(path, axis=0)
        reach[i] = path.max(axis=0) - middle[i]
    return middle.var(axis=1), reach


def match(between: float, reach: float) -> tuple[float, float]:
    """kappa and sd at which simulated calm months have the two moments.

    ``between`` is the variance of log medians, ``reach`` the median over calm
    months of log(highest/median).
    """
    middle, reaches = months_of_ar1()
    sd, kappa = math.sqrt(between), 0.05
    for _ in range(12):
        calm = math.log(SPIKE) / sd
        unit = np.array([np.median(row[row <= calm]) for row in reaches])
        # Falls as kappa rises: slow months differ more and reach less.
        ratio = middle / unit**2
        goal = between / reach**2
        log_kappa = np.interp(-goal, -ratio, np.log(KAPPAS))
        kappa = math.exp(float(log_kappa))
        sd = reach / float(np.interp(log_kappa, np.log(KAPPAS), unit))
    return kappa, sd * math.sqrt(2.0 * kappa - kappa * kappa)


def fit_hub(hub: Hub) -> Spread:
    """Level, kappa, sd and spikes of a hub by moments.

    Variance of log monthly medians and the reach of calm months above their median
    give kappa and sd, through months simulated from the model. A dear month's energy
    over its spike-free mean, in days as dear as its dearest, gives the spikes.
    """
    calm = hub.highest <= SPIKE * hub.median
    lift = float((hub.mean / hub.median)[calm].mean())
    base = lift * hub.median
    level = float(base[-36:].mean())
    between = float(np.log(hub.median).var(ddof=1))
    reach = float(np.median(np.log((hub.highest / hub.median)[calm])))
    kappa, sd = match(between, reach)
    dear = ~calm
    size = (hub.highest - base)[dear] / level
    count = np.maximum(((hub.mean - base) * hub.days)[dear] / level / size, 1.0)
    logs = np.log(size)
    mean = float(np.average(logs, weights=count))
    spread = math.sqrt(float(np.average((logs - mean) ** 2, weights=count)))
    chance = float(count.sum() / hub.days.sum())
    return dict(zip(NAMES, (level, kappa, sd, chance, mean, spread), strict=True))


def jackknife(hub: Hub, fit: Callable[[Hub], Spread]) -> Spread:
    """Standard errors of a fit, leaving out one month at a time."""
    n = hub.mean.size
    parts = [fit(hub.take([j for j in range(n) if j != i])) for i in range(n)]
    return {k: math.sqrt((n - 1) * float(np.var([p[k] for p in parts]))) for k in NAMES}


def texas_rows(hub: Hub) -> list[Row]:
    """Quarterly vintages of the Texas hub, and EIA's year averages before it starts."""
    rows: list[Row] = []

    def assumed(end: date, published: date, level: float, low: float, high: float,
                n: int) -> None:
        rows.append(Row("power.texas.level_usd_per_kwh", end, published, level, None, low, high,
                        n, "assumption"))
        rows.extend(Row(f"power.texas.{k}", end, published, v, None, lo, hi, n, "assumption")
                    for k, (v, lo, hi) in HUB_ASSUMED.items())

    for year, level in EIA_YEARS.items():
        assumed(date(year, 12, 31), date(year + 1, 1, 31), level, 0.5 * level, 2.0 * level, 0)
    ends = [e for e in hub.end if e.month in (3, 6, 9, 12)]
    for end in [*ends, hub.end[-1]]:
        part = hub.take([i for i, e in enumerate(hub.end) if e <= end])
        n = part.mean.size
        if n >= ENOUGH:
            fit, se = fit_hub(part), jackknife(part, fit_hub)
            rows += [Row(f"power.texas.{k}", end, end, fit[k], se[k], None, None, n, "fitted")
                     for k in NAMES]
            continue
        # Months on file and, before them, EIA's years, 36 months at most.
        months = [1.05 * float(m) for m in part.median]
        years = [EIA_YEARS[y] for y in (2020, 2019) for _ in range(12)]
        window = (months[::-1] + years)[:36]
        assumed(end, end, float(np.mean(window)), min(EIA_YEARS.values()), max(months), n)
    return rows


def fit_tariff(price: Floats) -> Spread:
    """A tariff's level (mean of 12 months), and an AR(1) about its trailing year."""
    log = np.log(price)
    off = np.array([log[i] - math.log(float(price[i - 12: i].mean()))
                    for i in range(12, price.size)])
    phi = float(np.corrcoef(off[1:], off[:-1])[0, 1])
    kappa = 1.0 - phi ** (12.0 / 365.25)
    sd = float(off.std()) * math.sqrt(2.0 * kappa - kappa * kappa)
    level = float(price[-12:].mean())
    return dict(zip(NAMES, (level, kappa, sd, 0.0, 0.0, 0.0), strict=True))


def state_ratio(state: str, known: date) -> tuple[float, float, float]:
    """Industrial price of a state over the US average, as EIA had published it by a day."""
    if state == "georgia_us":  # 7.08 of 6.98 cents in January 2014; 6.88 of 7.95 in 2023
        return (0.865, 0.7, 1.3) if known >= date(2024, 10, 17) else (1.014, 0.75, 1.5)
    # 6.94 of 7.95 cents, 2023 to July and to May; nothing on file before
    return (0.87, 0.5, 1.3) if known >= date(2024, 9, 24) else (1.0, 0.5, 1.4)


def tariff_rows(data_dir: Path) -> list[Row]:
    """US industrial tariff as published at each vintage, with the two states."""
    table = read_rows(data_dir / "us_industrial_power_monthly.csv")
    ends = [_month_end(r["month"]) for r in table]
    price = np.array([float(r["us_industrial_cents_per_kwh"]) / 100.0 for r in table])
    rows: list[Row] = []
    for vintage in vintages():
        n = sum(e + EIA_LAG <= vintage for e in ends)
        end, published = ends[n - 1], ends[n - 1] + EIA_LAG
        fit = fit_tariff(price[:n])
        months = n - 12
        phi = (1.0 - fit["kappa"]) ** (365.25 / 12.0)
        ratio = math.sqrt((1.0 + phi) / (1.0 - phi) / months)
        se = {
            "level_usd_per_kwh": float(price[n - 12: n].std()) / math.sqrt(12.0),
            "kappa": math.sqrt((1.0 - phi * phi) / months) / phi * 12.0 / 365.25,
            "sd": fit["sd"] * ratio / math.sqrt(2.0),
        }
        if not any(r.published == published and "us_industrial" in r.name for r in rows):
            rows += [Row(f"power.us_industrial.{k}", end, published, fit[k], se.get(k, 0.0), None,
                         None, n, "fitted") for k in NAMES]
        for state in ("georgia_us", "new_york"):
            value, low, high = state_ratio(state, vintage)
            level = fit["level_usd_per_kwh"]
            if any(r.name == f"power.{state}.level_usd_per_kwh" and r.data_end == end
                   and r.value == value * level for r in rows):
                continue
            rows.append(Row(f"power.{state}.level_usd_per_kwh", end, vintage, value * level, None,
                            low * level, high * level, n, "assumption"))
            rows += [Row(f"power.{state}.{k}", end, vintage, fit[k], None, 0.3 * fit[k],
                         4.0 * fit[k], n, "assumption") for k in NAMES[1:]]
    return rows


def main() -> None:
    """Write the rows of the four regions."""
    args = arguments(__doc__ or "")
    rows = texas_rows(read_hub(args.data_dir)) + tariff_rows(args.data_dir)
    for r in rows:
        if r.data_end >= date(2022, 1, 1) and "york" not in r.name and "georgia" not in r.name:
            print(r.name, r.data_end, f"{r.value:.4g}", r.se if r.se is None else f"{r.se:.2g}")
    regions = ("texas", "us_industrial", "georgia_us", "new_york")
    replace_rows(args.out_dir, lambda n: n.split(".")[0] == "power" and n.split(".")[1] in regions,
                 rows)


if __name__ == "__main__":
    main()
