"""First passage, how often one looks, and why the last day alone is not enough."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np

from hashfall.model import merton, passage
from hashfall.verify.check import Check, holds, near

__all__ = ["check_first_passage", "check_merton", "check_monitoring"]

_HAUG = (
    "Haug 2007, The Complete Guide to Option Pricing Formulas, binary barrier options, "
    "as in QuantLib's test suite"
)
_CLOSED = "Black & Cox 1976, doi:10.1111/j.1540-6261.1976.tb01891.x, computed from its inputs"
_ARITHMETIC = "first passage of a Brownian motion with drift, computed from its inputs"
_DENSITY = "integral of the first-passage density (inverse Gaussian)"
_SHIFT = "Broadie, Glasserman & Kou 1997, doi:10.1111/1467-9965.00035"
_MERTON = "Merton 1974, doi:10.1111/j.1540-6261.1974.tb03058.x, computed from its inputs"

# value, barrier, drift, volatility, years: the case of the notes on looking once a day
_CASE = (100.0, 60.0, 0.05, 0.6, 1.0)
_CALLS_PUTS = {(105.0, "put"): (9.3604, 9.7264), (95.0, "call"): (11.2223, 11.6553)}


def _digital(spot: float, at_hit: bool) -> float:
    """American cash-or-nothing option: strike 100, r 10%, half a year, vol 20%, cash 15."""
    rate, sd, years, cash = 0.10, 0.20, 0.5, 15.0
    distance, drift = math.log(spot / 100.0), rate - 0.5 * sd * sd
    if distance < 0.0:  # a call: the barrier lies above
        distance, drift = -distance, -drift
    if at_hit:
        return cash * passage.discounted_hit(distance, drift, sd, years, rate)
    return cash * math.exp(-rate * years) * passage.hits_zero(distance, drift, sd, years)


def _integral(f: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
    """Gauss-Legendre integral on equal panels."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(low, high, 65)
    half = 0.5 * np.diff(edges)
    points = (edges[:-1] + half)[:, None] + half[:, None] * nodes
    return float((f(points) * weights * half[:, None]).sum())


def _by_density(distance: float, drift: float, sd: float, time: float) -> float:
    """Probability of reaching zero, from the density of the time in log time."""

    def density(log_t: np.ndarray) -> np.ndarray:
        t = np.exp(log_t)
        z = (distance + drift * t) / (sd * np.sqrt(t))
        out: np.ndarray = distance / (sd * np.sqrt(2.0 * np.pi * t)) * np.exp(-0.5 * z * z)
        return out

    return _integral(density, math.log(time) - 18.0, math.log(time))


def check_first_passage() -> list[Check]:
    """Black-Cox, growing barrier, option tables and the runway of a cash balance."""
    row = functools.partial(near, "first-passage")
    rows = [
        row("value 100, barrier 60, 1 y", 0.469253, passage.first_passage(*_CASE), 1e-6, _CLOSED),
        row("value 100, barrier 80, 0.5 y", 0.722555,
            passage.first_passage(100.0, 80.0, 0.0, 0.7, 0.5), 1e-6, _CLOSED),
        row("value 100, barrier 50, 2 y", 0.666376,
            passage.first_passage(100.0, 50.0, 0.1, 0.8, 2.0), 1e-6, _CLOSED),
    ]
    for growth in (-0.10, 0.0, 0.10):
        closed = passage.first_passage(*_CASE, barrier_growth=growth)
        exact = _by_density(math.log(100.0 / 60.0), 0.05 - growth - 0.18, 0.6, 1.0)
        rows.append(row(f"barrier grows {growth:+.0%}/y", exact, closed, 1e-9, _DENSITY, 9))
    for (spot, kind), (at_expiry, at_hit) in _CALLS_PUTS.items():
        rows += [
            row(f"{kind}, spot {spot:.0f}, at expiry", at_expiry, _digital(spot, False), 1e-4,
                _HAUG, 4),
            row(f"{kind}, spot {spot:.0f}, at hit", at_hit, _digital(spot, True), 1e-4, _HAUG, 4),
        ]
    for drift, months, expected in ((-4.0, 6.0, 0.594356), (-4.0, 12.0, 0.827925),
                                    (2.0, 12.0, 0.289326)):
        measured = passage.hits_zero(30.0, drift, 12.0, months)
        rows.append(row(f"cash 30, {drift:+.0f}/month, {months:.0f} m", expected, measured,
                        1e-6, _ARITHMETIC))
    ever = passage.hits_zero_ever(30.0, 2.0, 12.0)
    rows.append(row("cash 30, +2/month, ever", 0.434598, ever, 1e-6, _ARITHMETIC))
    return rows


def check_monitoring() -> list[Check]:
    """A barrier looked at daily or weekly: the usual shift, and the exact value."""
    row = functools.partial(near, "monitoring")
    zeta_half = -1.4603545088095868
    shift = -zeta_half / math.sqrt(2.0 * math.pi)
    continuous = passage.first_passage(*_CASE)
    daily = passage.monitored_first_passage(*_CASE, steps=365)
    weekly = passage.monitored_first_passage(*_CASE, steps=52)
    x, m = math.log(100.0 / 60.0), 0.05 - 0.18
    exact_daily = passage.hits_zero_at_steps(x, m, 0.6, 1.0, 365)
    exact_weekly = passage.hits_zero_at_steps(x, m, 0.6, 1.0, 52)
    ordered = weekly < daily < continuous and exact_weekly < exact_daily < continuous
    return [
        row("-zeta(1/2)/sqrt(2 pi)", shift, passage.MONITORING_SHIFT, 5e-5, _SHIFT, 5),
        row("watched at every moment", 0.469253, continuous, 1e-6, _CLOSED),
        row("daily, by the shift", 0.452236, daily, 1e-6, _SHIFT),
        row("weekly, by the shift", 0.424831, weekly, 1e-6, _SHIFT),
        row("daily, exact recursion", exact_daily, daily, 3e-4, _RECURSION),
        row("weekly, exact recursion", exact_weekly, weekly, 2e-3, _RECURSION),
        row("one look is the last day", merton.terminal_default(*_CASE),
            passage.hits_zero_at_steps(x, m, 0.6, 1.0, 1), 1e-9, _MERTON, 9),
        holds("monitoring", "the three in order", "w < d < c",
              f"{weekly:.4f} {daily:.4f} {continuous:.4f}", ordered, _SHIFT),
    ]


_RECURSION = "recursion of the density from look to look, error below 1e-8; the shift errs as 1/n"


def check_merton() -> list[Check]:
    """Default on the last day only, told apart from running out before."""
    row = functools.partial(near, "merton")
    terminal = merton.terminal_default(*_CASE)
    first = passage.first_passage(*_CASE)
    firm = merton.firm_value_from_equity(3.0, 0.80, 10.0, 0.05, 1.0)
    pd = merton.terminal_default(firm.value, 10.0, 0.05, firm.volatility, 1.0)
    return [
        row("default on the last day", 0.2628, terminal, 1e-4, _MERTON, 4),
        row("first passage, same firm", 0.4693, first, 1e-4, _CLOSED, 4),
        holds("merton", "the two are not the same", "first > last",
              f"{first:.4f} > {terminal:.4f}", first > terminal + 0.2, _CLOSED),
        row("value from equity", 12.395387, firm.value, 1e-6, _MERTON),
        row("volatility from equity", 0.212305, firm.volatility, 1e-6, _MERTON),
        row("risk-neutral PD", 0.126971, pd, 1e-6, _MERTON),
        row("worth of the debt", 9.395387, firm.value - 3.0, 1e-6, _MERTON),
    ]
