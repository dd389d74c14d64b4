"""The answer of ``hashfall network``: from a date, exits and scenarios to fans and shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from hashfall.book.library import open_book
from hashfall.book.network_patch import NetworkPatch, check_network_horizon
from hashfall.engine.network import NetworkInputs
from hashfall.engine.network_answer import FLOW_COST, NetworkWorld, network_fans
from hashfall.engine.shares import Shares
from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.ingest.history import snapshot
from hashfall.ingest.network import network_draws, place_weights
from hashfall.ingest.network_basis import (
    basis_sources,
    fleet_assumptions,
    missing_rows,
    move_assumptions,
)
from hashfall.ingest.network_flows import destinations, flow_rows
from hashfall.ingest.network_holders import hhi_change_of, holders_answer
from hashfall.ingest.standing import Relocated, exit_patch, relocated
from hashfall.ingest.world import load_parameters, moved_to
from hashfall.model.consensus import difficulty
from hashfall.model.hashprice import hashprice_btc_ph_day

__all__ = ["FILES", "hashprice_now", "network_answer", "sample_days"]

FILES: Final = ("history.csv", "world.toml", "world_vintages.csv", "world_variance.csv",
                "network.toml", "network_vintages.csv", "shares.csv", "places.toml",
                "migration.toml")
"""Shipped files that the answer rests on."""
PARAMETER_DRAWS: Final = 8
"""Draws of the fitted parameters."""
_YEAR: Final = 365.25

Progress = Callable[[float], None]


def hashprice_now(start: Snapshot) -> float:
    """Hashprice at the end of a snapshot's day. [USD/PH/day]"""
    fees = start.subsidy_btc * float(np.exp(start.log_fee_ratio))
    return start.price_usd * float(
        hashprice_btc_ph_day(start.subsidy_btc, fees, difficulty(start.bits))
    )


def sample_days(days: int) -> list[int]:
    """Days that are printed: weekly for a quarter, then monthly, and the last.

    Examples
    --------
    >>> sample_days(60)
    [1, 7, 14, 21, 28, 35, 42, 49, 56, 60]
    """
    weekly = [7 * i for i in range(1, 14) if 7 * i < days]
    monthly = [round(m * _YEAR / 12.0) for m in range(4, 241)]
    return sorted({1, *weekly, *(d for d in monthly if d < days), days})


def network_answer(
    as_of: dt.date, known_by: dt.date, *, exits: Sequence[str] = (),
    patch: NetworkPatch | None = None, own: Mapping[str, Shares] | None = None,
    years: float = 2.0, paths: int = 4096, draws: int = PARAMETER_DRAWS, seed: int = 7,
    threads: int = 2, progress: Progress | None = None, effects: bool = True,
) -> dict[str, Any]:
    """Difficulty, hashprice, places and concentration from a date on.

    Parameters
    ----------
    as_of, known_by : datetime.date
        Day 0 and cut-off of information.
    exits : sequence of str
        Companies that ship, countries or parts of one that leave on day 0.
    patch : NetworkPatch, optional
        What scenarios say of the network.
    own : mapping of str to Shares, optional
        The user's tables of shares by dimension.
    years : float
        Length. [years]
    paths, draws : int
        Paths in all, and draws of the fitted parameters among them.
    seed, threads : int
        Seed; threads, on which nothing depends.
    progress : callable, optional
        Takes the share of the paths that is done.
    effects : bool
        Whether each assumption of relocation is moved to its ends.

    Raises
    ------
    InputError
        If a place is unknown, a window lies outside the run, or a date before what ships.
    """
    days = round(years * _YEAR)
    if days < 1:
        raise InputError("--years", "", "a day or more", f"{years:g}")
    _check_names(exits)
    start = snapshot(as_of)
    changes = (patch or NetworkPatch()).merged(exit_patch(exits, as_of)) if exits else patch
    if changes is not None:
        check_network_horizon(changes, as_of, days, "--scenario")
    fleets = network_draws(as_of, known_by, draws, seed)
    moved = None
    if changes is not None:
        moved = relocated(changes, as_of, days, hashprice_now(start), fleets[0].fleet.j_per_th(),
                          known_by)
    if moved is not None and not moved.path.weights.sum(axis=1).min() > 0.0:
        raise InputError("--scenario", "", "a network of which something runs every day",
                         "all of it off", "leave a place out")
    world = NetworkWorld(start, moved_to(load_parameters(known_by, as_of), as_of), fleets)
    before = place_weights(min(as_of, known_by), days)
    found = network_fans(
        world, sample_days(days), before=before,
        after=None if moved is None else moved.path.weights, paths=paths, seed=seed,
        threads=threads, progress=progress,
    )
    holders = holders_answer(moved, changes, known_by, as_of, own)
    return {
        "as_of": as_of.isoformat(), "known_by": known_by.isoformat(), "horizon_days": days,
        "paths": found["paths"], "parameter_draws": found["draws"], "seed": seed,
        "now": _now(start, fleets[0]), "exit": _exit(exits, changes, moved, as_of),
        **_series(found, as_of), "flows": flow_rows(moved, changes),
        "destinations": destinations(None if moved is None else moved.flows),
        "concentration": holders,
        **_basis(moved, changes, known_by, as_of, own, fleets[0], start, holders, effects),
        "notes": [start.note] if start.note else [],
    }


def _check_names(exits: Sequence[str]) -> None:
    """Refuse what leaves nobody to look at, and a name that is given twice."""
    if "world" in exits:
        raise InputError("--exit", "", "a company, a country or a part of one", '"world"',
                         "name those that leave; a scenario may give each a share")
    twice = sorted({name for name in exits if exits.count(name) > 1})
    if twice:
        raise InputError("--exit", "", "each name once", f"{twice[0]} again")


def _basis(
    moved: Relocated | None, changes: NetworkPatch | None, known_by: dt.date, as_of: dt.date,
    own: Mapping[str, Shares] | None, network: NetworkInputs, start: Snapshot,
    holders: Mapping[str, Any], effects: bool,
) -> dict[str, Any]:
    """What the answer rests on."""
    rows = fleet_assumptions(known_by)
    flows = None if moved is None else moved.flows
    if moved is not None and changes is not None and flows is not None:
        change = hhi_change_of(moved, changes, known_by, as_of, own)
        rows = move_assumptions(moved, changes, known_by, hashprice_now(start),
                                network.fleet.j_per_th(), change, effects=effects) + rows
    return {"assumptions": rows, "missing": missing_rows(flows, holders, known_by),
            "sources": basis_sources(known_by, flows is not None)}


def _now(start: Snapshot, network: NetworkInputs) -> dict[str, Any]:
    """Network on day 0."""
    fleet = network.fleet
    return {
        "price_usd": start.price_usd, "price_source": start.price_source,
        "difficulty": difficulty(start.bits), "hashrate_eh_s": start.hashrate_eh_s,
        "hashprice_usd_ph_day": hashprice_now(start), "fleet_j_per_th": fleet.j_per_th(),
        "running_share": fleet.run, "on_order_eh_s": float(sum(fleet.pipe)),
        "installed_eh_s": float(fleet.hashrate_eh_s.sum()), "vintage": network.vintage.isoformat(),
    }


def _series(found: Mapping[str, Any], as_of: dt.date) -> dict[str, Any]:
    """Lists by day; with an exit the world in which it happens, the other beside it."""
    dates = [(as_of + dt.timedelta(d)).isoformat() for d in found["days"]]
    main = "after" if "after" in found else "before"

    def listed(case: str, quantity: str) -> list[dict[str, Any]]:
        return [{"date": date, "day": day, **row} for date, day, row in
                zip(dates, found["days"], found[case][quantity], strict=True)]

    names = {"difficulty": "difficulty", "hashrate": "hashrate_eh_s",
             "hashprice": "hashprice_usd_ph_day", "shares": "shares", FLOW_COST: FLOW_COST}
    out: dict[str, Any] = {key: listed(main, quantity) for key, quantity in names.items()}
    if main == "after":
        out["without_exit"] = {key: listed("before", quantity) for key, quantity in names.items()}
        out["effect_pct"] = {
            key: [{"date": date, "day": day, **row} for date, day, row in
                  zip(dates, found["days"], found["effect_pct"][quantity], strict=True)]
            for key, quantity in names.items() if quantity in found["effect_pct"]
        }
    return out


def _exit(exits: Sequence[str], changes: NetworkPatch | None, moved: Relocated | None,
          as_of: dt.date) -> dict[str, Any] | None:
    """Who leaves, with how much, and what runs again."""
    if moved is None or changes is None:
        return None
    return {
        "names": list(exits), "windows": len(changes.window),
        "labels": {e.case: open_book(e.case).name for e in changes.exit if e.case},
        "share_of_network": {name: float(sum(held.values())) for name, held in moved.named.items()},
        "arrivals": [
            {"from": a.from_, "leaves": a.leaves, "runs_again": a.arrives, "lost": a.lost,
             "half_by": None if a.half_days is None
             else (as_of + dt.timedelta(a.half_days)).isoformat()}
            for a in moved.path.arrivals
        ],
    }
