"""The market at the dates of a book, from what ships with the package."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from hashfall.book.record import Book
from hashfall.book.values import middle
from hashfall.ingest.history import snapshot
from hashfall.ingest.world import load_bootstrap, load_parameters, moved_to

if TYPE_CHECKING:
    from hashfall.engine.market import MarketInputs

__all__ = ["market_inputs"]

_FILES = ("history.csv", "world.toml", "world_vintages.csv", "world_variance.csv",
          "world_epochs.csv")
_NETWORK_FILES = ("network.toml", "network_vintages.csv", "shares.csv")


def market_inputs(book: Book, network: bool = False) -> MarketInputs:
    """Snapshot of the network and parameters of the world, as known at a book's dates.

    With ``network`` also the rest of the world's fleet, which then answers to hashprice.

    Raises
    ------
    InputError
        If the dates lie before what ships.
    """
    from hashfall.engine.market import MarketInputs

    price = middle(book.market.price_usd) if book.market.price_usd is not None else None
    parameters = load_parameters(book.known_by, book.as_of)
    fleet, names = None, _FILES
    if network:
        from hashfall.ingest.network import network_inputs

        fleet, names = network_inputs(book.as_of, book.known_by), (*_FILES, *_NETWORK_FILES)
    return MarketInputs(
        snapshot=snapshot(book.as_of, price), parameters=moved_to(parameters, book.as_of),
        bootstrap=load_bootstrap(book.known_by),
        digests={name: _digest(name) for name in names}, network=fleet,
    )


def _digest(name: str) -> str:
    data = files("hashfall.cases").joinpath(name).read_bytes()
    return hashlib.sha256(data).hexdigest()
