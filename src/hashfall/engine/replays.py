"""Retargets that the network should have had after a dated event, beside those it had.

Price and fees are given as they were, machines and maps as they were known, and of the
event only its shut-off file. Hashrate and difficulty come from the world kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.fleet import fleet_alone
from hashfall.engine.layout import LANES, WorldState
from hashfall.engine.network import NetworkInputs
from hashfall.engine.network_run import retargets
from hashfall.engine.setup import WorldPlan
from hashfall.engine.snapshot import Snapshot
from hashfall.model.consensus import difficulty, next_halving_height
from hashfall.model.scores import crps_sample

__all__ = ["Course", "Observed", "replay"]

Floats = NDArray[np.float64]
_LOW, _HIGH = 0.05, 0.95
_WITHIN: Final = 3.0  # points of a percentage


@dataclass(frozen=True)
class Course:
    """What is given of every day from day 0 on.

    Parameters
    ----------
    price_usd, log_fee_ratio : ndarray of shape (days + 1,)
    """

    price_usd: Floats
    log_fee_ratio: Floats


@dataclass(frozen=True)
class Observed:
    """One retarget as it was.

    Parameters
    ----------
    height : int
        First block of the new epoch.
    ratio : float
        New difficulty over old; nan where it is not on record.
    part : str
        ``scored``, ``apart``, ``between`` or ``recovery``.
    """

    height: int
    ratio: float
    part: str


def _plan(start: Snapshot, network: NetworkInputs, course: Course, weights: Floats) -> WorldPlan:
    """World in which only the fleet and its difficulty are free."""
    upcoming = start.height + 1
    p, state, fixed = fleet_alone(
        network.law, network.fleet, weights, course.price_usd, course.log_fee_ratio, {
            WorldState.HASHRATE: start.hashrate_eh_s,
            WorldState.MANTISSA: float(start.bits & 0x7FFFFF),
            WorldState.SIZE: float(start.bits >> 24),
            WorldState.INV_DIFFICULTY: 1.0 / difficulty(start.bits),
            WorldState.BLOCKS: start.blocks, WorldState.ELAPSED: start.elapsed_days,
            WorldState.TO_HALVING: float(next_halving_height(upcoming) - upcoming),
            WorldState.SUBSIDY: start.subsidy_btc,
        })
    return WorldPlan(p, state, np.zeros((1, 4)), fixed, (), (), len(fixed) - 1, "garch")


def replay(
    start: Snapshot, network: NetworkInputs, course: Course, weights: Callable[[float], Floats],
    observed: Sequence[Observed], *, draws: int = 16, inner: int = LANES, seed: int = 7,
) -> dict[str, Any]:
    """Predicted and observed retargets of one event, with intervals and scores.

    Parameters
    ----------
    start : Snapshot
        Network at the end of day 0.
    network : NetworkInputs
        Fleet at day 0, as known then.
    course : Course
        Price and fees as they were.
    weights : callable
        ``weights(u)``: where machines stand and are available by day, of shape
        (days + 1, places), for a quantile u of what the shut-off file leaves open.
    observed : sequence of Observed
        Retargets from the first after day 0 on, without a gap.
    draws, inner : int
        Quantiles of the file, and paths of each, a multiple of 128.

    Returns
    -------
    dict
        ``retargets[]``, cumulative change of the scored ones, ``recovery`` and ``score``.
    """
    count = len(observed)
    ratios = [
        retargets(_plan(start, network, course, weights((d + 0.5) / draws)), count, inner, seed,
                  path0=d * inner)[0]
        for d in range(draws)
    ]
    found = np.concatenate(ratios, axis=1)
    rows = [_row(o, found[i]) for i, o in enumerate(observed)]
    scored = [i for i, o in enumerate(observed) if o.part == "scored"]
    recovery = [i for i, o in enumerate(observed) if o.part == "recovery"]
    return {
        "retargets": rows, **_cumulative(observed, found, scored),
        "score": _score([rows[i] for i in scored], observed, found, scored),
        "recovery": _path(observed, found, recovery) if recovery else None,
    }


def _percent(ratio: Any) -> Any:
    return 100.0 * (ratio - 1.0)


def _quantiles(x: Floats) -> dict[str, float | None]:
    known = x[np.isfinite(x)]
    if not len(known):
        return {"predicted_pct": None, "low": None, "high": None}
    low, middle, high = np.quantile(_percent(known), [_LOW, 0.5, _HIGH])
    return {"predicted_pct": float(middle), "low": float(low), "high": float(high)}


def _row(observed: Observed, found: Floats) -> dict[str, Any]:
    """One retarget."""
    known = np.isfinite(observed.ratio)
    row: dict[str, Any] = {"height": observed.height, "part": observed.part, **_quantiles(found),
           "observed_pct": float(_percent(observed.ratio)) if known else None}
    if known and row["predicted_pct"] is not None:
        row["miss_pct"] = row["predicted_pct"] - row["observed_pct"]
        row["inside"] = bool(row["low"] <= row["observed_pct"] <= row["high"])
    return row


def _cumulative(observed: Sequence[Observed], found: Floats, which: list[int]) -> dict[str, Any]:
    """Change over all scored retargets together."""
    if not which:
        return {"cumulative_predicted_pct": None, "cumulative_low": None,
                "cumulative_high": None, "cumulative_observed_pct": None}
    total = _quantiles(np.prod(found[which], axis=0))
    seen = float(np.prod([observed[i].ratio for i in which]))
    return {
        "cumulative_predicted_pct": total["predicted_pct"], "cumulative_low": total["low"],
        "cumulative_high": total["high"],
        "cumulative_observed_pct": float(_percent(seen)) if np.isfinite(seen) else None,
    }


def _score(rows: Sequence[dict[str, Any]], observed: Sequence[Observed], found: Floats,
           which: list[int]) -> dict[str, Any]:
    """How far off the scored retargets are, in points and in CRPS."""
    misses = np.array([row["miss_pct"] for row in rows if "miss_pct" in row])
    if not len(misses):
        return {"n": 0}
    crps = [crps_sample(np.sort(_percent(found[i][np.isfinite(found[i])])),
                        float(_percent(observed[i].ratio)))
            for i in which if np.isfinite(observed[i].ratio)]
    still = [abs(float(_percent(observed[i].ratio))) for i in which
             if np.isfinite(observed[i].ratio)]
    return {
        "n": len(misses), "rmse_pct": float(np.sqrt(np.mean(misses**2))),
        "within_3_points": int((np.abs(misses) <= _WITHIN).sum()),
        "inside_interval": int(sum(row.get("inside", False) for row in rows)),
        "crps_pct": float(np.mean(crps)), "crps_no_change_pct": float(np.mean(still)),
    }


def _path(observed: Sequence[Observed], found: Floats, which: list[int]) -> dict[str, Any]:
    """Difficulty after the scored retargets, which the model makes alone."""
    first = which[0]
    path = np.cumprod(found[which], axis=0)
    seen = np.cumprod([observed[i].ratio for i in which])
    rows: list[dict[str, Any]] = [{"height": observed[i].height, **_quantiles(path[i - first]),
             "observed_pct": float(_percent(seen[i - first]))} for i in which]
    ok = [i for i in range(len(which)) if np.isfinite(seen[i]) and rows[i]["low"] is not None]
    crps = [crps_sample(np.sort(_percent(path[i][np.isfinite(path[i])])),
                        float(_percent(seen[i]))) for i in ok]
    return {
        "path": rows, "n": len(ok),
        "inside_interval": int(sum(rows[i]["low"] <= rows[i]["observed_pct"] <= rows[i]["high"]
                                   for i in ok)),
        "crps_pct": float(np.mean(crps)) if crps else None,
        "crps_no_change_pct": float(np.mean([abs(_percent(seen[i])) for i in ok])) if ok else None,
    }
