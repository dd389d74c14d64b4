"""What leaves the network when a company falls, and where it stands afterwards."""

from __future__ import annotations

import datetime as dt

from hashfall.book.draws import median
from hashfall.book.network_patch import NetworkExit, NetworkPatch
from hashfall.book.record import Book
from hashfall.engine.network import CompanyExit, NetworkInputs
from hashfall.engine.snapshot import Snapshot
from hashfall.engine.standing import leaving_of, weights_path
from hashfall.errors import InputError
from hashfall.ingest.holdings import case_hashrate
from hashfall.ingest.network import place_ids
from hashfall.ingest.network_world import hashprice_now
from hashfall.ingest.relocation import flow_matrix

__all__ = ["EXIT_DAYS", "company_exit"]

EXIT_DAYS = 366
"""How long a fall is followed. [days]"""


def company_exit(book: Book, network: NetworkInputs, start: Snapshot, known_by: dt.date
                 ) -> CompanyExit | None:
    """The exit of a company's machines, own and hosted, on day 0.

    Parameters
    ----------
    book : Book
        Sizing rules applied.
    network : NetworkInputs
        The fleet at the book's date.
    start : Snapshot
        Network at the book's date.
    known_by : datetime.date
        Cut-off of information on places.

    Returns
    -------
    CompanyExit or None
        None where the book names no place, or nothing runs.
    """
    try:
        there = case_hashrate(median(book))
    except InputError:
        return None
    shares = {place: eh_s / start.hashrate_eh_s for place, eh_s in there.items() if eh_s > 0.0}
    if not shares:
        return None
    leaves = NetworkExit.model_validate({"case": book.id, "from": start.date})
    patch, named = NetworkPatch(exit=[leaves]), {book.id: shares}
    flows = flow_matrix(leaving_of(patch, named), hashprice_now(start),
                        network.fleet.j_per_th(), None, known_by, 64, 1, whole=())
    path = weights_path(place_ids(), network.weights, patch, start.date, EXIT_DAYS, flows, named)
    arrival = path.arrivals[0]
    return CompanyExit(shares, path.weights, arrival.arrives, arrival.half_days)
