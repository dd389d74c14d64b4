"""Who mines, how much and with which power: closed forms and published cases."""

from __future__ import annotations

import functools

import numpy as np

from hashfall.model import cbeci, contest, hashprice, single_plant, supply
from hashfall.model.single_plant import Plant
from hashfall.verify.check import Check, holds, near
from hashfall.verify.simulate import generator

__all__ = ["check_cbeci", "check_contest", "check_single_plant", "check_supply_curve"]

_CURVE = "lognormal supply curve, computed from its inputs: Phi(z), phi(z)/(s Phi(z))"
_NASH = "Nash equilibrium of the contest, computed from its inputs"
_THEOREM = "Arnosti and Weinberg 2019, doi:10.4230/LIPIcs.ITCS.2019.5"
_PLANT = "Valfells and Egilsson 2016, Proceedings of the IEEE 104(9), authors' notebook"
_INDEX = "CBECI methodology and code (CambridgeAltFin/ccaf_cbeci_api), by arithmetic"

_MEDIAN, _SPREAD = 40.0, 0.35


def check_supply_curve() -> list[Check]:
    """Running share, elasticity and the fixed point after a change of revenue."""
    row = functools.partial(near, "supply-curve")
    rows = []
    for hp, share, slope in ((30, 0.205553, 3.9556), (40, 0.5, 2.2797), (50, 0.738118, 1.2602),
                             (60, 0.876664, 0.6646), (80, 0.976172, 0.1643),
                             (100, 0.995577, 0.0372)):
        rows += [
            row(f"share that runs at {hp}", share,
                float(supply.running_share(hp, _MEDIAN, _SPREAD)), 5e-7, _CURVE),
            row(f"elasticity at {hp}", slope,
                float(supply.elasticity(hp, _MEDIAN, _SPREAD)), 5e-5, _CURVE, 4),
        ]
    rows += [
        row(f"share at elasticity 0.45145, spread {s}", share,
            float(supply.share_at_elasticity(0.45145, s)), 5e-5, _CURVE, 4)
        for s, share in ((0.25, 0.9477), (0.35, 0.9221), (0.5, 0.8810))
    ]
    for hp, rho, ratio, after in ((60, 0.5, 0.685673, 43.7526), (60, 0.7, 0.840867, 49.9485),
                                  (100, 0.5, 0.860659, 58.0950), (100, 0.7, 0.960885, 72.8495)):
        root = float(supply.fixed_point(hp, _MEDIAN, _SPREAD, rho))
        rows += [
            row(f"difficulty after revenue x {rho} at {hp}", ratio, root, 1e-6, _CURVE),
            row(f"hashprice after revenue x {rho} at {hp}", after, hp * rho / root, 1e-4, _CURVE,
                4),
        ]
    return [*rows, _slope_of_the_curve(), _small_change()]


def _slope_of_the_curve() -> Check:
    """The elasticity of a fleet is the slope of its log hashrate."""
    medians, spreads, installed = [25.0, 40.0, 70.0], [0.2, 0.35, 0.5], [400.0, 300.0, 100.0]
    h, step = np.geomspace(15.0, 120.0, 25), 1e-5
    ends = [np.log(supply.fleet_hashrate(h * np.exp(d), medians, spreads, installed))
            for d in (-step, step)]
    slope = (ends[1] - ends[0]) / (2.0 * step)
    exact = supply.fleet_elasticity(h, medians, spreads, installed)
    return near("supply-curve", "elasticity of a fleet against differences", 0.0,
                float(np.max(np.abs(slope - exact))), 1e-8, "definition of elasticity", 10)


def _small_change() -> Check:
    """For a small change the fixed point is that of a constant elasticity."""
    h, rho = np.array([30.0, 50.0, 80.0]), np.exp(1e-5)
    e = supply.elasticity(h, _MEDIAN, _SPREAD)
    moved = np.log(supply.fixed_point(h, _MEDIAN, _SPREAD, rho)) / 1e-5
    return near("supply-curve", "small change: D moves by eps/(1 + eps)", 0.0,
                float(np.max(np.abs(moved - e / (1.0 + e)))), 1e-4,
                "log-linear limit of the fixed point", 7)


def check_contest(cases: int = 2000) -> list[Check]:
    """Shares in equilibrium, and the least share that a lower cost brings."""
    row = functools.partial(near, "contest")
    rows = []
    for costs, shares, total in (
        ((1.0, 1.1, 1.2), (13 / 33, 1 / 3, 3 / 11), 0.606061),
        ((1.0, 1.2, 1.4, 1.6), (11 / 26, 4 / 13, 5 / 26, 1 / 13), 0.576923),
        ((0.8, 1.0), (5 / 9, 4 / 9), 1.0 / 1.8),
        ((0.8, 1.0, 1.0, 1.0, 1.0, 1.0), (9 / 29, *(4 / 29,) * 5), 5.0 / 5.8),
    ):
        name = ", ".join(f"{cost:g}" for cost in costs)
        worst = float(np.max(np.abs(contest.contest_shares(costs) - np.array(shares))))
        rows += [
            row(f"costs {name}: shares off by", 0.0, worst, 1e-9, _NASH, 10),
            row(f"costs {name}: hash", total, contest.contest_hash(costs), 5e-7, _NASH),
        ]
    return [*rows, *_random_contests(cases), row("most miners at a scale exponent of 1.25", 5.0,
                                                 contest.most_miners(1.25), 1e-9, _THEOREM, 3)]


def _random_contests(cases: int) -> list[Check]:
    """On random costs: the theorem's floor, and that nobody gains by another hash."""
    rng = generator(47)
    short, gain = -1.0, -1.0
    for _ in range(cases):
        costs = np.exp(rng.normal(0.0, rng.uniform(0.02, 0.8), int(rng.integers(2, 12))))
        shares, total = contest.contest_shares(costs), contest.contest_hash(costs)
        dearest = float(costs[shares > 0.0].max())
        short = max(short, float(np.max(contest.share_floor(costs, dearest) - shares)))
        own = shares * total
        other = own * np.exp(rng.normal(0.0, 0.3, costs.size)) + rng.exponential(1e-3, costs.size)
        rest = total - own
        better = other / (rest + other) - costs * other - (shares - costs * own)
        gain = max(gain, float(better.max()))
    text = f"{cases:,} random contests"
    return [
        holds("contest", f"{text}: least share 1 - c/c of any active", "never below",
              f"closest {-short:.2g} above", short <= 1e-12, _THEOREM),
        holds("contest", f"{text}: gain by another hash", "none", f"at most {gain:.1e}",
              gain <= 1e-12, "definition of a Nash equilibrium"),
    ]


def check_single_plant() -> list[Check]:
    """Best and break-even size of a plant that lowers its own revenue."""
    plant = Plant(revenue=250.0 * (1_312_500.0 + 3_650.0) * 0.99999,
                  running_cost=0.6 * 1e5 * 1.03, investment=5e5, fixed_investment=8e6,
                  lifetime=3.0, others=400.0)
    low, high = single_plant.break_even_hash(plant)
    best = single_plant.optimal_hash(plant)
    sizes = np.linspace(0.5, 1.5, 2001) * (best - plant.others)
    profits = [single_plant.plant_profit(plant, size) for size in sizes.tolist()]
    row = functools.partial(near, "single-plant")
    return [
        row("network hash that running costs allow, PH/s", 5324.178149,
            single_plant.largest_hash(plant), 5e-7, _PLANT),
        row("network hash at the best size, PH/s", 758.995323, best, 5e-7, _PLANT),
        row("network hash at the smaller break-even, PH/s", 404.559590, low, 5e-7, _PLANT),
        row("network hash at the larger break-even, PH/s", 1423.953145, high, 5e-7, _PLANT),
        row("best size by search over its own", 1.0, float(sizes[int(np.argmax(profits))])
            / (best - plant.others), 5e-4, "definition: the most profitable size", 4),
        row("profit at both break-evens, relative to revenue", 0.0, max(
            abs(single_plant.plant_profit(plant, h - plant.others)) for h in (low, high))
            / plant.revenue, 1e-12, "definition of break-even", 9),
    ]


def check_cbeci() -> list[Check]:
    """Threshold, machines counted, and bounds of power by the rules of the index."""
    row = functools.partial(near, "cbeci")
    revenue, hashrate = 50e6, 1000.0
    threshold = float(cbeci.threshold_j_per_th(revenue, hashrate))
    # As the index writes it: TH/s, seconds and J/GH, at its own power price.
    written = revenue / (1000e6 * 86400.0) / (0.05 / 3.6e6) / 1000.0
    break_even = hashprice.break_even_j_per_th(revenue / (hashrate * 1e3), 0.05)
    other = float(cbeci.threshold_j_per_th(revenue, hashrate, 0.08))
    efficiency, age = [15.0, 30.0, 41.0, 42.0, 20.0, 20.0], [1.0, 3.0, 4.9, 1.0, 5.1, 0.0]
    counted = cbeci.running_machines(efficiency, age, threshold)
    power = cbeci.network_power_gw(np.array(efficiency)[counted], hashrate)
    days = cbeci.smoothed(np.arange(20.0))
    return [
        row("threshold as the index writes it, J/GH", written, threshold / 1000.0, 1e-12, _INDEX,
            9),
        row("threshold is the break-even efficiency, J/TH", break_even, threshold, 1e-9,
            "definition of hashprice (hashfall.model.hashprice)"),
        row("another power price scales it by 0.05/p", threshold * 0.05 / 0.08, other, 1e-9,
            _INDEX),
        row("14-day mean, day 20", 12.5, float(days[-1]), 1e-12, _INDEX, 3),
        row("14-day mean, day 3", 1.0, float(days[2]), 1e-12, _INDEX, 3),
        row("machines counted of six", 3.0, float(counted.sum()), 0.0, _INDEX, 0),
        row("lower bound, GW", 15.0 * 1.01, power.low, 1e-9, _INDEX),
        row("best guess, GW", 86.0 / 3.0 * 1.10, power.best, 1e-9, _INDEX),
        row("upper bound, GW", 41.0 * 1.20, power.high, 1e-9, _INDEX),
        row("TWh of a year at 10 GW", 87.66, float(cbeci.annual_twh(10.0)), 1e-9, _INDEX),
    ]
