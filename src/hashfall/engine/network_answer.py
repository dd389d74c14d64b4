"""What the network does from a date on: fans of difficulty, hashprice, hashrate and shares.

Paths are shared between the world as it is and the world in which somebody leaves, so
that what the exit does is read off path by path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.layout import LANES
from hashfall.engine.network import NetworkInputs
from hashfall.engine.network_run import Sample, place_mix, sample
from hashfall.engine.setup import WorldPlan, plan_world
from hashfall.engine.snapshot import Snapshot

__all__ = ["FLOW_COST", "QUANTITIES", "NetworkWorld", "fans", "network_fans"]

Floats = NDArray[np.float64]
Progress = Callable[[float], None]
_LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAMES: Final = ("p5", "p25", "p50", "p75", "p95")
_SAMPLED: Final = ("difficulty", "hashrate_eh_s", "hashprice_usd_ph_day")
FLOW_COST: Final = "flow_cost_usd_per_day"
"""What it costs a day to run as much hashrate as the honest miners, at free entry."""
QUANTITIES: Final = (*_SAMPLED, FLOW_COST)
"""Quantities of the fans."""


@dataclass(frozen=True)
class NetworkWorld:
    """Everything a network run needs, as known at its date.

    Parameters
    ----------
    snapshot : Snapshot
        Network and price at day 0.
    parameters : mapping
        Parameters of price and fees by dotted name.
    draws : sequence of NetworkInputs
        The fleet under draws of the fitted parameters; the first under their values.
    """

    snapshot: Snapshot
    parameters: Mapping[str, Any]
    draws: Sequence[NetworkInputs]

    def plan(self, draw: int, weights: Floats) -> WorldPlan:
        """World of one draw with its machines where the weights say."""
        network = self.draws[draw]
        return plan_world(
            self.snapshot, self.parameters, regions=(), currencies=(), fx_rates={},
            days=len(weights) - 1, fleet=(network.law, network.fleet, weights),
        )


def fans(values: Floats) -> list[dict[str, float]]:
    """Quantiles of each row over its paths.

    Parameters
    ----------
    values : ndarray of shape (days, paths)
    """
    table = np.quantile(values, _LEVELS, axis=1).T
    return [dict(zip(_NAMES, map(float, row), strict=True)) for row in table]


def network_fans(
    world: NetworkWorld, days: Sequence[int], *, before: Floats, after: Floats | None = None,
    paths: int = 4096, seed: int = 7, threads: int = 2, progress: Progress | None = None,
) -> dict[str, Any]:
    """Fans on chosen days, without and with an exit.

    Parameters
    ----------
    world : NetworkWorld
        Day 0.
    days : sequence of int
        Rising, from 1 on.
    before, after : ndarray of shape (days + 1, places)
        Where machines stand and are available, without and with the exit.
    paths : int
        Paths in all, rounded up to a multiple of 128 for each draw.

    Returns
    -------
    dict
        ``days``, ``places``, ``paths``; ``before`` and, with an exit, ``after`` with a list of
        quantiles for each quantity and of ``shares`` by place; ``effect_pct`` in percent.

    Notes
    -----
    The flow cost of an attack is hashrate times hashprice, as in
    `hashfall.model.censorship.flow_cost_usd_per_day`: blocks of the day times their reward.
    """
    count = len(world.draws)
    inner = max(1, -(-paths // (count * LANES))) * LANES
    cases = {"before": before} | ({} if after is None else {"after": after})
    found: dict[str, list[tuple[Sample, Floats]]] = {name: [] for name in cases}
    for draw in range(count):
        network = world.draws[draw]
        for name, weights in cases.items():
            plan = world.plan(draw, weights)
            got = sample(plan, days, inner, seed, threads=threads, path0=draw * inner)
            mix = place_mix(plan, network.law, network.fleet, weights, got)
            found[name].append((got, mix))
        if progress is not None:
            progress((draw + 1) / count)
    out: dict[str, Any] = {"days": list(days), "places": list(world.draws[0].law.places),
                           "paths": inner * count, "draws": count}
    whole = {name: _joined(parts) for name, parts in found.items()}
    for name, values in whole.items():
        out[name] = {q: fans(values[q]) for q in QUANTITIES}
        out[name]["shares"] = _shares(values["shares"], out["places"])
    if after is not None:
        out["effect_pct"] = {
            q: fans(100.0 * (whole["after"][q] / whole["before"][q] - 1.0)) for q in QUANTITIES
        }
    return out


def _joined(parts: Sequence[tuple[Sample, Floats]]) -> dict[str, Floats]:
    """Values of all draws side by side."""
    joined = {q: np.concatenate([getattr(s, q) for s, _ in parts], axis=1) for q in _SAMPLED}
    joined[FLOW_COST] = 1000.0 * joined["hashrate_eh_s"] * joined["hashprice_usd_ph_day"]
    return {**joined, "shares": np.concatenate([mix for _, mix in parts], axis=1)}


def _shares(mix: Floats, places: Sequence[str]) -> list[dict[str, Any]]:
    """Mean and 5-95% of each place's share of the running hashrate, by day."""
    low, high = np.quantile(mix, [_LEVELS[0], _LEVELS[-1]], axis=1)
    mean = mix.mean(axis=1)
    return [
        {place: {"value": float(mean[i, j]), "low": float(low[i, j]), "high": float(high[i, j])}
         for j, place in enumerate(places)}
        for i in range(len(mix))
    ]
