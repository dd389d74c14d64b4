"""Where machines that leave go, as a matrix of flows with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.destinations import Destination, Draws, Span
from hashfall.engine.prospects import PlaceView, Prospect, Prospects
from hashfall.errors import InputError
from hashfall.model.absorption import outcome

__all__ = ["LOST", "RESOLD", "Flow", "Flows", "flows_of"]

Floats = NDArray[np.float64]

RESOLD: Final = "resold"
"""Row of machines that a buyer runs, somewhere in the network."""
LOST: Final = "lost"
"""Row of machines that run nowhere any more."""

_ROUND: Final = 1e-9


@dataclass(frozen=True)
class Flow:
    """Machines that leave one place for another.

    Parameters
    ----------
    from_ : str
        Place or company that is left.
    to : str
        Place of the network, `RESOLD` or `LOST`.
    share : float
        Mean over draws, of the network before. [share]
    low, high : float
        5 and 95% points over draws, widened to the mean. [share]
    """

    from_: str
    to: str
    share: float
    low: float
    high: float

    def as_json(self) -> dict[str, str | float]:
        """What the command prints for it."""
        return {"from": self.from_, "to": self.to, "share": self.share, "low": self.low,
                "high": self.high}


@dataclass(frozen=True)
class Flows:
    """The flow matrix, and what it rests on.

    Parameters
    ----------
    rows : tuple of Flow
        For each origin: places in the order of the network's law, then `RESOLD`, `LOST`.
        Shares of an origin sum to what leaves it.
    lag_days : mapping of str to float
        Mean lag of arrivals by destination, `RESOLD` among them. [days]
    lag_shape : int
        Stages of the lag.
    buyers : mapping of str to float
        Where resold machines run: shares by place that sum to one, or to zero. [share]
    places : mapping of str to PlaceView
        How each destination looked.
    ends : ndarray of shape (draws, places + 2)
        Where what leaves ends in each draw, in the order of the rows of an origin. [share]
    """

    rows: tuple[Flow, ...]
    lag_days: Mapping[str, float]
    lag_shape: int
    buyers: Mapping[str, float]
    places: Mapping[str, PlaceView] = field(default_factory=dict)
    ends: Floats = field(default_factory=lambda: np.zeros((0, 0)), compare=False, repr=False)

    def each(self) -> Iterator[Flows]:
        """The matrix under each draw of what is not known."""
        for parts in self.ends:
            rows = []
            for k, row in enumerate(self.rows):
                share = self.leaving(row.from_) * float(parts[k % len(parts)])
                rows.append(Flow(row.from_, row.to, share, share, share))
            yield replace(self, rows=tuple(rows))

    def leaving(self, origin: str) -> float:
        """What leaves an origin. [share]"""
        return sum(row.share for row in self.rows if row.from_ == origin)

    def parts(self, origin: str) -> dict[str, float]:
        """Where what leaves an origin runs again, of what leaves; resold is one part. [share]"""
        total = self.leaving(origin)
        return {row.to: row.share / total for row in self.rows
                if row.from_ == origin and row.to != LOST and total > 0.0}

    def as_json(self) -> list[dict[str, Any]]:
        """Rows as the command prints them."""
        return [row.as_json() for row in self.rows]


def flows_of(
    leaving: Mapping[str, float], hashprice_usd_ph_day: float, j_per_th: float,
    destinations: Sequence[Destination], base: Mapping[str, float],
    assumptions: Mapping[str, Span], *, whole: Sequence[str] = (), lag_shape: int = 2,
    draws: int = 64, seed: int = 1, network_mw: float = 0.0,
) -> Flows:
    """Flow matrix of machines that leave.

    Parameters
    ----------
    leaving : mapping of str to float
        What leaves each origin. [share of the network]
    hashprice_usd_ph_day : float
        That owners reckon with. [USD/PH/day]
    j_per_th : float
        Efficiency of the machines that leave. [J/TH]
    destinations : sequence of Destination
        Places of the network's law.
    base : mapping of str to float
        What stands in each place before. [share of the network]
    assumptions : mapping of str to Span
        What is not a fact of a place.
    whole : sequence of str
        Places that are left: they take nobody.
    lag_shape : int
        Stages of the lag.
    draws, seed : int
        Draws of what is not known.
    network_mw : float
        Power of the network, for places of which the map has no share and a load was
        reported; 0 to leave these out. [MW]

    Raises
    ------
    InputError
        If something leaves that is not there, or no draw is asked for.
    """
    _check(leaving, hashprice_usd_ph_day, j_per_th, draws)
    model = Prospects(Draws(seed, draws), assumptions, hashprice_usd_ph_day, j_per_th)
    size = _sizes(destinations, base, network_mw)
    total = sum(leaving.values())
    open_ = [d.id not in whole and not d.banned for d in destinations]
    views = [model.place(d, s, ok) for d, s, ok in zip(destinations, size, open_, strict=True)]
    racks = sum(s for s, ok in zip(size, open_, strict=True) if ok) * model.turnover()
    # Two groups of sites in each place: empty racks at once, new power later.
    net = np.stack([x for v in views for x in v.net], axis=-1)
    room = np.stack([x for v in views for x in v.room], axis=-1)
    found = outcome(
        net, room / total if total > 0.0 else room, model.scale(),
        lost_share=model.get("lost_share", 1.0), sold_share=model.get("sold_share", 1.0),
        racks=racks / total if total > 0.0 else racks, buyer_pays=model.buyer_pays(),
    )
    by_place = found.places.reshape(draws, len(destinations), 2)
    ends = np.concatenate([by_place.sum(-1), found.resold[:, None], found.lost[:, None]], -1)
    names = [*(d.id for d in destinations), RESOLD, LOST]
    rows = [_flow(o, to, share * ends[:, k])
            for o, share in leaving.items() for k, to in enumerate(names)]
    lags = {d.id: _lag(v, by_place[:, k]) for k, (d, v) in
            enumerate(zip(destinations, views, strict=True))}
    buyers = {d.id: s for d, s, ok in zip(destinations, size, open_, strict=True) if ok}
    bought = sum(buyers.values()) or 1.0
    return Flows(
        tuple(rows), {**lags, RESOLD: float(model.wait.mean())}, lag_shape,
        {place: s / bought for place, s in buyers.items()},
        {d.id: v.view(d, lags[d.id]) for d, v in zip(destinations, views, strict=True)},
        ends,
    )


def _check(leaving: Mapping[str, float], hashprice: float, j_per_th: float, draws: int) -> None:
    for name, share in leaving.items():
        if not 0.0 <= share <= 1.0 + _ROUND:
            raise InputError("exit", name, "a share of the network from 0 to 1", f"{share:g}")
    if sum(leaving.values()) > 1.0 + _ROUND:
        found = f"{sum(leaving.values()):g}"
        raise InputError("exit", "", "at most the whole network that leaves", found)
    for name, value in (("hashprice_usd_ph_day", hashprice), ("j_per_th", j_per_th)):
        if not 0.0 < value < np.inf:
            raise InputError("relocation", name, "a number above 0", f"{value:g}")
    if draws < 1:
        raise InputError("relocation", "draws", "1 or more", str(draws))


def _sizes(destinations: Sequence[Destination], base: Mapping[str, float],
           network_mw: float) -> list[float]:
    """What stands in each place, by the map or by a reported load where that is more."""
    size = {d.id: float(base.get(d.id, 0.0)) for d in destinations}
    extra = 0.0
    for d in destinations:
        load = d.figures["load_mw"].mid
        if network_mw > 0.0 and size[d.id] == 0.0 and load > 0.0:
            size[d.id] = load / network_mw
            extra += size[d.id]
    if "rest" in size:  # where the map has what it does not name
        size["rest"] = max(size["rest"] - extra, 0.0)
    return [size[d.id] for d in destinations]


def _flow(origin: str, to: str, drawn: Floats) -> Flow:
    low, high = (float(q) for q in np.quantile(drawn, [0.05, 0.95]))
    mean = float(drawn.mean())
    return Flow(origin, to, mean, min(low, mean), max(high, mean))


def _lag(drawn: Prospect, taken: Floats) -> float:
    """Mean lag of a place over those that go there; over its room where nobody does."""
    total = taken.sum()
    if total <= 0.0:
        return float(drawn.wait[0].mean())
    return float(sum((taken[:, k] * drawn.wait[k]).sum() for k in (0, 1)) / total)
