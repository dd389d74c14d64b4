"""Flows of machines as the network's answer prints them: by origin, and by who takes them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hashfall.book.network_patch import NetworkPatch
from hashfall.engine.relocation import LOST, RESOLD, Flows
from hashfall.engine.standing import relocations_of
from hashfall.ingest.standing import Relocated

__all__ = ["MODEL", "SCENARIO", "destinations", "flow_rows"]

MODEL: Final = "model"
"""Basis of a flow that the model gives."""
SCENARIO: Final = "scenario"
"""Basis of a flow that a scenario gives."""
_Q: Final = (0.05, 0.95)


def flow_rows(moved: Relocated | None, changes: NetworkPatch | None) -> list[dict[str, Any]]:
    """The flow matrix: the model's rows with intervals, and those that a scenario says."""
    if moved is None or changes is None:
        return []
    out = []
    if moved.flows is not None:
        out = [{**flow.as_json(), "basis": MODEL} for flow in moved.flows.rows]
    for leaving in changes.exit:
        name = leaving.place or leaving.case or ""
        rows = relocations_of(changes, leaving, moved.named)
        whole = leaving.share * sum(moved.named[name].values())
        parts = [(row.to, row.share * (1.0 - row.lost)) for row in rows]
        if rows:
            parts.append((LOST, max(0.0, 1.0 - sum(share for _, share in parts))))
        out += [{"from": name, "to": to, "share": whole * part, "low": whole * part,
                 "high": whole * part, "basis": SCENARIO} for to, part in parts]
    return out


def destinations(flows: Flows | None) -> list[dict[str, Any]]:
    """Where machines run again, resold ones counted where their buyers stand. [share]

    Parameters
    ----------
    flows : Flows or None
        The model's.

    Returns
    -------
    list of dict
        By place: ``share, low, high`` of the network before, and its parts ``moved`` and
        ``resold``; the largest first.
    """
    if flows is None:
        return []
    each = [_arriving(f) for f in flows.each()]
    out: list[dict[str, Any]] = []
    for place, (moved, resold) in _arriving(flows).items():
        low, high = np.quantile([sum(draw[place]) for draw in each], _Q)
        share = moved + resold
        out.append({"place": place, "share": share, "low": min(float(low), share),
                    "high": max(float(high), share), "moved": moved, "resold": resold,
                    "lag_days": flows.lag_days[place]})
    return sorted((row for row in out if row["high"] > 0.0), key=lambda row: -row["share"])


def _arriving(flows: Flows) -> dict[str, tuple[float, float]]:
    """What a place takes, moved by owners and bought. [share]"""
    rows: dict[str, float] = {}
    for row in flows.rows:
        rows[row.to] = rows.get(row.to, 0.0) + row.share
    sold = rows.pop(RESOLD, 0.0)
    rows.pop(LOST, None)
    return {place: (share, sold * flows.buyers.get(place, 0.0)) for place, share in rows.items()}
