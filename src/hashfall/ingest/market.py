"""The market at the dates of a book, from what ships with the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hashfall.book.patch import WorldPatch
from hashfall.book.record import Book
from hashfall.book.values import middle
from hashfall.errors import InputError
from hashfall.ingest.digests import case_digest
from hashfall.ingest.history import snapshot
from hashfall.ingest.world import load_bootstrap, load_parameters, moved_to

if TYPE_CHECKING:
    from hashfall.engine.market import MarketInputs
    from hashfall.engine.network import NetworkInputs
    from hashfall.engine.snapshot import Snapshot

__all__ = ["market_inputs"]

_FILES = ("history.csv", "world.toml", "world_vintages.csv", "world_variance.csv",
          "world_epochs.csv")
_NETWORK_FILES = ("network.toml", "network_vintages.csv", "shares.csv", "places.toml",
                  "migration.toml")


def market_inputs(book: Book, network: bool = False, world: WorldPatch | None = None,
                  years: float = 3.0) -> MarketInputs:
    """Snapshot of the network and parameters of the world, as known at a book's dates.

    With ``network`` also the rest of the world's fleet, which then answers to hashprice, and
    stands over ``years`` where the scenarios in ``world`` say.

    Raises
    ------
    InputError
        If the dates lie before what ships.
    """
    from hashfall.engine.market import MarketInputs

    price = middle(book.market.price_usd) if book.market.price_usd is not None else None
    start = snapshot(book.as_of, price)
    parameters = load_parameters(book.known_by, book.as_of)
    names: tuple[str, ...] = _FILES
    fleet = None
    if network:
        from hashfall.ingest.network import network_inputs

        fleet, names = network_inputs(book.as_of, book.known_by), (*_FILES, *_NETWORK_FILES)
        fleet = _placed(book, fleet, start, world, years)
    elif world is not None and world.network.said:
        raise InputError("--scenario", "network", "a network that answers", "--no-network")
    return MarketInputs(
        snapshot=start, parameters=moved_to(parameters, book.as_of),
        bootstrap=load_bootstrap(book.known_by),
        digests={name: case_digest(name) for name in names}, network=fleet,
    )


def _placed(book: Book, fleet: NetworkInputs, start: Snapshot, world: WorldPatch | None,
            years: float) -> NetworkInputs:
    """The fleet where scenarios put it, and what falls with the company."""
    from dataclasses import replace

    from hashfall.book.network_patch import check_network_horizon
    from hashfall.ingest.company_exit import company_exit
    from hashfall.ingest.network_world import hashprice_now
    from hashfall.ingest.standing import relocated

    out = replace(fleet, company=company_exit(book, fleet, start, book.known_by))
    if world is None or not world.network.said:
        return out
    days = round(years * 366.0) + 1
    check_network_horizon(world.network, book.as_of, days, "--scenario")
    moved = relocated(world.network, book.as_of, days, hashprice_now(start),
                      fleet.fleet.j_per_th(), book.known_by)
    return replace(out, path=moved.path.weights)
