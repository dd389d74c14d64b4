"""What a book needs of the market: regions, currencies, levels at `as_of`, the planned world."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hashfall.book.patch import WorldPatch
from hashfall.book.record import Book
from hashfall.book.values import middle
from hashfall.engine.layout import MAX_FX, MAX_REGIONS
from hashfall.engine.pack import Frame, currencies_of
from hashfall.engine.setup import WorldPlan, plan_world
from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.model.consensus import difficulty
from hashfall.model.hashprice import hashprice_btc_ph_day

if TYPE_CHECKING:
    from hashfall.engine.fleet import Fleet, FleetLaw

__all__ = ["MarketInputs", "Network", "frame_of", "places_of", "plan_of"]


class Network(Protocol):
    """The fleet at `as_of` and what it is governed by (`hashfall.engine.network`)."""

    @property
    def law(self) -> FleetLaw:
        """What it is governed by."""

    @property
    def fleet(self) -> Fleet:
        """At `as_of`."""

    @property
    def weights(self) -> Any:
        """Where it stands."""

    @property
    def path(self) -> Any:
        """Where it stands by day under a scenario, or None."""


@dataclass(frozen=True)
class MarketInputs:
    """What was known of the market at the dates of a book.

    Parameters
    ----------
    snapshot : Snapshot
        Network and price at `as_of`.
    parameters : mapping
        Parameters of the world by dotted name.
    bootstrap : sequence
        Past epochs of the challenger.
    digests : mapping
        SHA-256 of the files they were read from.
    network : Network, optional
        Rest of the world's fleet; without it hashrate grows by itself.
    """

    snapshot: Snapshot
    parameters: Mapping[str, Any]
    bootstrap: Sequence[Any]
    digests: Mapping[str, str]
    network: Network | None = None


def places_of(book: Book) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Power regions and currencies (USD apart) of a book, in a fixed order."""
    regions = {s.power.region for s in book.sites.values() if s.power.region is not None}
    currencies = {name for name in currencies_of(book) if name != "USD"}
    return tuple(sorted(regions)), tuple(sorted(currencies))


def _fx(book: Book, currencies: Sequence[str]) -> dict[str, float]:
    out = {}
    for name in currencies:
        rate = middle(book.market.fx[name]) if name in book.market.fx else None
        if rate is None:
            raise InputError(book.id, f"market.fx.{name}", "a rate per USD", "none",
                             "every currency of a book needs one")
        out[name] = float(rate)
    return out


def plan_of(book: Book, market: MarketInputs, days: int, world: WorldPatch, *,
            mode: str = "garch", drift_per_year: float | None = None,
            weights: Any = None) -> WorldPlan:
    """World of a book over a number of days, with what scenarios say of it.

    ``weights`` of shape (days + 1, places) say where the world's machines stand and are
    available; without them they stand where a scenario says, or stay where they are.

    Raises
    ------
    InputError
        If a region is unknown at the book's date, or there are too many places.
    """
    regions, currencies = places_of(book)
    for name, found, most in (("regions", regions, MAX_REGIONS),
                              ("currencies", currencies, MAX_FX)):
        if len(found) > most:
            raise InputError(book.id, name, f"at most {most}", str(len(found)))
    for name, site in book.sites.items():
        region = site.power.region
        if region is not None and f"power.{region}.level_usd_per_kwh" not in market.parameters:
            known = sorted({n.split(".")[1] for n in market.parameters if n.startswith("power.")})
            raise InputError(f"book {book.id}", f"sites.{name}.power.region",
                             "a power region known at the date", region,
                             f"known: {', '.join(known)}")
    for name in currencies:
        own = name in book.market.fx_sd_per_day
        if not own and f"fx.{name}.sd_per_day" not in market.parameters:
            raise InputError(f"book {book.id}", f"market.fx_sd_per_day.{name}",
                             "how much the rate moves in a day: the world has no such currency",
                             "none", "give a share, such as 0.005")
    fleet = None
    # The bootstrap draws hashrate jointly with the price: there it answers nothing.
    if market.network is not None and mode != "bootstrap":
        law, machines = market.network.law, market.network.fleet
        stay = market.network.path if weights is None else weights
        if stay is None:
            stay = market.network.weights[None, :]
        stay = stay[np.minimum(np.arange(days + 1), len(stay) - 1)]
        fleet = (law, machines, stay)
    drift = world.drift_per_year if drift_per_year is None else drift_per_year
    return plan_world(
        market.snapshot, market.parameters, regions=regions, currencies=currencies,
        fx_rates=_fx(book, currencies), days=days, drift_per_year=drift or 0.0, mode=mode,
        bootstrap=market.bootstrap, price_path=world.price_path, fx_paths=world.fx_path,
        power_paths=world.power_path,
        fx_sd={n: float(middle(x) or 0.0) for n, x in book.market.fx_sd_per_day.items()},
        fleet=fleet,
    )


def _mean_power(market: MarketInputs, region: str) -> float:
    """Mean power price of a region, spikes included. [USD/kWh]"""
    level, chance, mean, sd = (
        float(market.parameters[f"power.{region}.{name}"].value)
        for name in ("level_usd_per_kwh", "spike_chance", "spike_log_mean", "spike_log_sd")
    )
    return level * (1.0 + chance * math.exp(mean + 0.5 * sd * sd))


def frame_of(book: Book, market: MarketInputs, plan: WorldPlan) -> Frame:
    """What the packer needs: rows of the world and levels at `as_of`."""
    snap = market.snapshot
    regions, currencies = places_of(book)
    fees = snap.subsidy_btc * 2.718281828459045 ** snap.log_fee_ratio
    reward = hashprice_btc_ph_day(snap.subsidy_btc, fees, difficulty(snap.bits))
    return Frame(
        days=plan.days, regions=regions, currencies=currencies, price_usd=snap.price_usd,
        hashprice_usd_ph_day=float(reward * snap.price_usd),
        power_usd_per_kwh={r: _mean_power(market, r) for r in regions},
        fx=_fx(book, currencies),
    )
