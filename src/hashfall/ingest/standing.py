"""Where machines stand under a scenario, an event of the past, or an exit by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashfall.book.library import case_ids
from hashfall.book.messages import nearest, shown
from hashfall.book.network_patch import NetworkExit, NetworkPatch
from hashfall.book.place_names import PLACES, holders
from hashfall.engine.concentration import Move
from hashfall.engine.relocation import Flows
from hashfall.engine.standing import WeightsPath, leaving_of, weights_path
from hashfall.errors import InputError
from hashfall.ingest.holdings import display, named_shares, plain
from hashfall.ingest.network import place_ids, place_weights
from hashfall.ingest.places import places_metadata
from hashfall.ingest.relocation import country_moves, flow_matrix, names_of

__all__ = ["Relocated", "exit_patch", "origin_of", "relocated"]

Floats = NDArray[np.float64]

@dataclass(frozen=True)
class Relocated:
    """Weights under a scenario, the flows behind them, and what the names in it hold.

    Parameters
    ----------
    path : WeightsPath
        Where machines stand by day, and what arrives.
    flows : Flows or None
        The model's own; None where the scenario says where all go, or nobody leaves.
    named : mapping of str to mapping of str to float
        Share of the network of each place and company, by place of the fleet.
    """

    path: WeightsPath
    flows: Flows | None
    named: Mapping[str, Mapping[str, float]]

    def moves(self, table: Sequence[str] = ()) -> list[Move]:
        """The model's flows as moves between countries, for concentration.

        Parameters
        ----------
        table : sequence of str
            Countries of a table of shares.
        """
        if self.flows is None:
            return []
        origins = {name: origin_of(name, held, table) for name, held in self.named.items()}
        return country_moves(self.flows, origins, table)


def origin_of(name: str, held: Mapping[str, float], table: Sequence[str] = ()) -> str:
    """Country of a name; of a company, that in which most of it stands.

    Examples
    --------
    >>> origin_of("texas", {"united_states": 0.1}), origin_of("bitriver", {"russia": 0.01})
    ('United States', 'Russia')
    """
    if name in PLACES and PLACES[name] is not None:
        return display(name if PLACES[name] == "world" else holders(name)[0])
    countries = names_of()[max(held, key=lambda place: held[place])]
    return next((c for c in countries if c in table), countries[0] if countries else "")


def exit_patch(names: Sequence[str], as_of: dt.date, *, over_days: float = 0.0) -> NetworkPatch:
    """Exits by name, from the day after a date, as a scenario would write them.

    Parameters
    ----------
    names : sequence of str
        Companies that ship, countries or parts, by any of their names.
    as_of : datetime.date
        Day 0.
    over_days : float
        How long leaving takes. [days]

    Raises
    ------
    InputError
        If nothing has that name.

    Examples
    --------
    >>> patch = exit_patch(["bitriver", "Texas"], dt.date(2026, 1, 20))
    >>> [(e.case, e.place, str(e.from_)) for e in patch.exit]
    [('bitriver', None, '2026-01-21'), (None, 'texas', '2026-01-21')]
    """
    start = as_of + dt.timedelta(days=1)
    exits = []
    for name in names:
        kind = "case" if name in case_ids() else "place"
        value = name if kind == "case" else _place_called(name)
        exits.append(NetworkExit.model_validate(
            {kind: value, "from": start, "over_days": float(over_days)}))
    return NetworkPatch(exit=exits)


def _place_called(name: str) -> str:
    word = plain(name)
    for id, record in places_metadata()["place"].items():
        if word in {plain(text) for text in (id, record["name"], *record.get("aliases", ()))}:
            return str(id)
    if word in PLACES:
        return word
    known = [*case_ids(), *PLACES]
    raise InputError("--exit", "", "a shipped case, a country or a part of one", shown(name),
                     nearest(word, known))


def relocated(
    patch: NetworkPatch, as_of: dt.date, days: int, hashprice_usd_ph_day: float,
    j_per_th: float, known_by: dt.date | None = None, *, draws: int = 64, seed: int = 1,
) -> Relocated:
    """Weights under a scenario with the model's own flows where it says none.

    Parameters
    ----------
    patch : NetworkPatch
        Closures, exits and relocations (`exit_patch` makes one).
    as_of : datetime.date
        Day 0.
    days : int
        Length of the run. [days]
    hashprice_usd_ph_day, j_per_th : float
        As for `hashfall.ingest.relocation.flow_matrix`.
    known_by : datetime.date, optional
        Cut-off of information; `as_of` where left out.
    draws, seed : int
        Draws of what is not known.

    Examples
    --------
    >>> found = relocated(exit_patch(["russia"], dt.date(2026, 1, 20)), dt.date(2026, 1, 20),
    ...                   60, 45.0, 22.0, draws=8)
    >>> [round(float(found.path.weights[k].sum()), 4) for k in (0, 1)]
    [1.0, 0.8339]
    """
    cut = known_by or as_of
    named = named_shares(patch, as_of, cut)
    leaving = leaving_of(patch, named)
    whole = [e.place for e in patch.exit if e.place in place_ids()]
    flows = flow_matrix(leaving, hashprice_usd_ph_day, j_per_th, None, cut, draws, seed,
                        whole=[p for p in whole if p]) if leaving else None
    base = place_weights(cut, 0)[0]
    return Relocated(weights_path(place_ids(), base, patch, as_of, days, flows, named), flows,
                     named)
