"""Entry, exit and the worth of machines: barriers, triggers, strips and their tables."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from hashfall.model import entry_limit, exchange, strip
from hashfall.model.entry_limit import FreeEntry
from hashfall.model.passage import MONITORING_SHIFT
from hashfall.verify.check import Check, Estimate, near, within_three_errors
from hashfall.verify.simulate import generator

__all__ = ["check_free_entry", "check_machine_strip", "check_real_options"]

_FREE = "reflected process, Dixit and Pindyck 1994, computed from its inputs"
_ONE = "free entry: a machine bought at the barrier is worth its cost"
_WAIT = "McDonald and Siegel 1986, doi:10.2307/1884175, b/(b - 1)"
_HYSTERESIS = "Dixit 1989, doi:10.1086/261619, four equations solved to 1e-14"
_STRIP = "sum of daily Black 1976 calls, computed from its inputs"
_HAUG = "Haug 2007, tables, by the QuantLib test suite"

_SETTINGS = (
    (FreeEntry(0.10, 0.0, 0.5, 0.8), 1.116642, 0.957325),
    (FreeEntry(0.15, 0.05, 0.7, 0.7), 1.098131, 1.119042),
    (FreeEntry(0.10, 0.0, 0.3, 0.6), 1.194192, 0.614955),
)


def _name(setting: FreeEntry) -> str:
    return "r {:g}, growth {:g}, a {:g}, s {:g}".format(*setting)


def _entrants(setting: FreeEntry, rng: np.random.Generator, paths: int) -> Estimate:
    """Worth of a machine bought at the barrier, without error of steps or of a horizon.

    What a machine earns, discounted, has the mean of its revenue at one random time that
    is exponential with the rate of discount and decline. At that time the log revenue and
    its highest value so far are drawn together, exactly.
    """
    rate = setting.rate + setting.cost_decline
    sd = setting.volatility
    drift = setting.growth + setting.cost_decline - 0.5 * sd * sd
    time = rng.standard_exponential(paths) / rate
    end = drift * time + sd * np.sqrt(time) * rng.standard_normal(paths)
    top = 0.5 * (end + np.sqrt(end * end + 2.0 * sd * sd * time * rng.standard_exponential(paths)))
    earned = entry_limit.free_entry_barrier(setting) * np.exp(end - top) / rate
    return Estimate(float(earned.mean()), float(earned.std()) / math.sqrt(paths))


def _daily_entrant(setting: FreeEntry, paths: int = 2000, years: int = 10) -> NDArray[np.float64]:
    """Worth of each of many machines where others enter once a day."""
    rng = generator(911)
    step, days = 1.0 / 365.0, 365 * years
    sd = setting.volatility * math.sqrt(step)
    trend = (setting.growth - 0.5 * setting.volatility**2) * step
    log_revenue = np.zeros((paths, days + 1))
    log_revenue[:, 1:] = np.cumsum(trend + sd * rng.standard_normal((paths, days)), axis=1)
    t = np.arange(days + 1) * step
    # Looked at once a day, a barrier is passed less often: it stands lower by the usual shift.
    cost = math.exp(-MONITORING_SHIFT * sd)
    barrier = entry_limit.free_entry_barrier(setting, cost)
    revenue = barrier * np.exp(log_revenue)
    hash_units = entry_limit.free_entry_capacity(revenue, t, setting, cost, 1.0)
    weights = np.exp(-setting.rate * t) * step
    weights[0] *= 0.5
    worth: NDArray[np.float64] = (revenue / hash_units) @ weights
    return worth


def check_free_entry() -> list[Check]:
    """Barrier of revenue per hash, and the worth of a machine that is bought at it."""
    row = functools.partial(near, "free-entry")
    rows = []
    for setting, beta, barrier in _SETTINGS:
        name = _name(setting)
        rows += [
            row(f"exponent, {name}", beta, entry_limit.free_entry_exponent(setting), 5e-7, _FREE),
            row(f"barrier, {name}", barrier, entry_limit.free_entry_barrier(setting), 5e-7, _FREE),
        ]
    rows += within_three_errors(
        "free-entry",
        [f"worth of an entrant, {_name(setting)}" for setting, _, _ in _SETTINGS],
        [1.0] * len(_SETTINGS),
        lambda stage: [_entrants(setting, generator(600 + 10 * stage + i), 200_000)
                       for i, (setting, _, _) in enumerate(_SETTINGS)],
        _ONE,
    )
    setting = _SETTINGS[0][0]
    rng, t = generator(77), np.linspace(0.0, 5.0, 1826)
    revenue = 50.0 * np.exp(0.8 / math.sqrt(365.0) * np.cumsum(rng.standard_normal(t.size)))
    units = entry_limit.free_entry_capacity(revenue, t, setting, 30.0, 1.0)
    peak = np.max(revenue / units * np.exp(setting.cost_decline * t))
    return [
        *rows,
        row("highest revenue per hash over the barrier, on a path", 1.0,
            float(peak) / entry_limit.free_entry_barrier(setting, 30.0), 1e-12,
            "Q = max(Q0, sup R exp(a s)/xbar)", 9),
        row("worth of an entrant, entry once a day", 1.0, float(_daily_entrant(setting).mean()),
            0.01, f"{_ONE}; shift of Broadie, Glasserman and Kou 1997", 4),
    ]


def check_real_options() -> list[Check]:
    """Triggers of entry and of exit, and options to exchange."""
    row = functools.partial(near, "real-options")
    rows = [
        row(f"entry, value over cost, volatility {s:g}", ratio,
            entry_limit.entry_trigger_ratio(0.04, 0.04, s), 5e-7, _WAIT)
        for s, ratio in ((0.2, 2.0), (0.4, 3.732051))
    ]
    for inputs, enter, leave in (
        ((1.0, 0.05, 0.05, 0.3, 2.0, 0.2), 1.850144, 0.630386),
        ((1.0, 0.025, 0.025, 0.1, 4.0, 0.0), 1.466679, 0.765732),
        ((1.0, 0.025, 0.025, 0.2, 4.0, 0.0), 1.783067, 0.655033),
    ):
        high, low = entry_limit.entry_exit_triggers(*inputs)
        name = f"volatility {inputs[3]:g}, entry cost {inputs[4]:g}"
        rows += [
            row(f"enter, {name}", enter, high, 5e-7, _HYSTERESIS),
            row(f"leave, {name}", leave, low, 5e-7, _HYSTERESIS),
        ]
    calm = entry_limit.entry_exit_triggers(1.0, 0.05, 0.05, 1e-4, 2.0, 0.2)
    rows += [
        row("enter without risk: running cost and interest on entry", 1.10, calm.enter, 5e-3,
            "Marshall's full cost", 3),
        row("leave without risk: running cost less interest on exit", 0.99, calm.leave, 5e-3,
            "Marshall's variable cost", 3),
    ]
    for value, exchanged in ((2.125, (0.06, 0.04, 0.20, 0.15, -0.5, 0.1)),
                             (2.374, (0.06, 0.04, 0.20, 0.25, 0.5, 0.5))):
        rows.append(row(f"exchange option, correlation {exchanged[4]:g}", value,
                        float(exchange.exchange_option(22.0, 20.0, *exchanged)), 5e-4, _HAUG, 3))
    for value, spread in ((4.7530, (0.10, 0.20, 0.20, -0.5, 0.1)),
                          (7.0067, (0.10, 0.25, 0.20, 0.5, 0.5))):
        rows.append(row(f"spread option, correlation {spread[3]:g}", value,
                        float(exchange.kirk_spread(122.0, 120.0, 3.0, *spread)), 5e-5, _HAUG, 4))
    return rows


def check_machine_strip() -> list[Check]:
    """Worth of a machine as a strip of daily calls: frozen values and its own identities."""
    row = functools.partial(near, "machine-strip")
    rows = []
    wild = strip.TERMS._replace(volatility=0.9)
    for hp, value, intrinsic, wilder in ((50, 15.882147, 10.813323, 19.226476),
                                         (40, 10.142852, 5.531767, 13.276728),
                                         (30, 5.113567, 1.544426, 7.839931),
                                         (20, 1.491433, 0.0, 3.391309)):
        sure = 0.021 * float(strip.intrinsic_strip(math.log(hp / 21.0)))
        rows += [
            row(f"USD/TH at {hp} USD/PH/day", value,
                float(strip.machine_value_usd_per_th(hp, 17.5, 0.05)), 1e-6, _STRIP),
            row(f"the same, volatility 0.9, at {hp}", wilder,
                float(strip.machine_value_usd_per_th(hp, 17.5, 0.05, wild)), 1e-6, _STRIP),
            row(f"the same, without risk, at {hp}", intrinsic, sure, 1e-6, _STRIP),
        ]
    x, h = np.linspace(-2.0, 2.0, 41), 1e-5
    slope = (strip.unit_strip(x + h) - strip.unit_strip(x - h)) / (2.0 * h)
    error = np.abs(slope / strip.unit_strip_delta(x) - 1.0)
    t = np.arange(1, strip.TERMS.days + 1) / strip.DAYS_PER_YEAR
    rich = 8.0
    far = math.exp(rich) * np.exp(-0.40 * t).sum() - np.exp(-0.05 * t).sum()
    scaled = strip.machine_value_usd_per_th(3.0 * 50.0, 17.5, 3.0 * 0.05)
    return [
        *rows,
        row("slope against differences", 0.0, float(error.max()), 1e-7, "definition", 9),
        row("far in the money: revenue less power for sure", 1.0,
            float(strip.unit_strip(rich)) / far, 1e-6, "limit of Black 1976"),
        row("three times hashprice and power price, over one", 3.0,
            float(scaled / strip.machine_value_usd_per_th(50.0, 17.5, 0.05)), 1e-12,
            "homogeneity", 9),
    ]
