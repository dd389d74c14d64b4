"""What a company's fall does to the network, and what the network's answer does to the company."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from hashfall.engine.market import MarketInputs
from hashfall.engine.network import CompanyExit
from hashfall.engine.network_answer import NetworkWorld, network_fans

__all__ = ["FALL_DAYS", "fall_of", "network_section"]

FALL_DAYS: Final = (30, 91, 182, 365)
"""Days after the fall at which its effect is printed."""
_PATHS: Final = 1024
Pd = Callable[[bool, Any], dict[str, Any]]


def fall_of(market: MarketInputs, company: CompanyExit, seed: int, threads: int
            ) -> list[dict[str, Any]]:
    """Effect on difficulty and hashprice, path by path, of a fall on day 0. [percent]"""
    network: Any = market.network
    world = NetworkWorld(market.snapshot, market.parameters, (network,))
    before = np.tile(network.weights, (len(company.weights), 1))
    found = network_fans(world, FALL_DAYS, before=before, after=company.weights, paths=_PATHS,
                         seed=seed, threads=threads)
    effect = found["effect_pct"]
    return [
        {"days": day, **{
            name: {"value": effect[name][i]["p50"], "low": effect[name][i]["p5"],
                   "high": effect[name][i]["p95"]}
            for name in ("difficulty", "hashrate_eh_s", "hashprice_usd_ph_day")
        }}
        for i, day in enumerate(FALL_DAYS)
    ]


def network_section(market: MarketInputs, pd: Pd, seed: int, threads: int) -> dict[str, Any] | None:
    """The assessment's key ``network``; None where hashrate grows by itself.

    Parameters
    ----------
    pd : callable
        ``pd(answers, weights)``: default probabilities by horizon in a world whose fleet
        answers or does not, with machines where the weights say.
    """
    network: Any = market.network
    if network is None:
        return None
    fleet, company = network.fleet, network.company
    out: dict[str, Any] = {
        "vintage": network.vintage.isoformat(), "fleet_j_per_th": fleet.j_per_th(),
        "running_share": fleet.run, "installed_eh_s": float(fleet.hashrate_eh_s.sum()),
        "on_order_eh_s": float(sum(fleet.pipe)), "pd_without_answer": pd(False, None),
        "fall": None,
    }
    if company is not None:
        share = float(sum(company.shares.values()))
        noise = 164.5 * math.sqrt(network.law.shock_sd**2 * 14.0 + network.law.luck**2)
        out["fall"] = {
            "eh_s": share * market.snapshot.hashrate_eh_s, "share_of_network": share,
            "noise_pct": noise, "masked": 100.0 * share < noise,
            "places": {k: float(v) for k, v in company.shares.items()},
            "runs_again": company.runs_again, "half_days": company.half_days,
            "effect_pct": fall_of(market, company, seed, threads),
            "pd_of_a_survivor": pd(True, company.weights),
        }
    return out
