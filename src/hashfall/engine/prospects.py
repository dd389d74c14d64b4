"""What owners see in each destination: returns, room, wait and risk, in all draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.destinations import Destination, Draws, Span
from hashfall.model.migration import (
    Return,
    choice_scale,
    event_rate,
    expected_uptime,
    move_return,
    new_room,
    power_cost,
    site_rent,
    strip_between,
)

__all__ = ["PlaceView", "Prospect", "Prospects"]

Floats = NDArray[np.float64]

_MONTH: Final = 365.25 / 12.0


@dataclass(frozen=True)
class PlaceView:
    """How a destination looked to those who left: means over draws and 5-95% points.

    Parameters
    ----------
    net_usd_ph : (float, float, float)
        Return of a move: low, mean, high. [USD/PH]
    room : (float, float, float)
        Room in time: low, mean, high. [share of the network]
    uptime : float
        Expected, after interruptions. [share]
    premium_per_year : float
        Extra return for governance and for the chance that mining there ends. [1/year]
    lag_days : float
        Mean from switching off to running again. [days]
    closed : str
        Id of the event by which it takes nobody, or nobody on new power; may be empty.
    assumed : tuple of str
        Quantities for which an assumption stands in.
    """

    net_usd_ph: tuple[float, float, float]
    room: tuple[float, float, float]
    uptime: float
    premium_per_year: float
    lag_days: float
    closed: str
    assumed: tuple[str, ...]


@dataclass(frozen=True)
class Prospect:
    """One place in all draws: empty racks first, new power second."""

    net: tuple[Floats, Floats]
    room: tuple[Floats, Floats]
    wait: tuple[Floats, Floats]
    uptime: Floats
    premium: Floats

    def view(self, d: Destination, lag: float) -> PlaceView:
        assumed = tuple(name for name, span in d.figures.items() if span.assumed and span.high)
        return PlaceView(
            _points(np.maximum(*self.net)), _points(self.room[0] + self.room[1]),
            float(self.uptime.mean()), float(self.premium.mean()), lag, d.banned or d.closed,
            assumed,
        )


def _points(x: Floats) -> tuple[float, float, float]:
    low, high = np.quantile(x, [0.05, 0.95])
    return float(low), float(x.mean()), float(high)


class Prospects:
    """Draws of what is common to all places, and of one place after the other."""

    def __init__(self, draws: Draws, assumptions: Mapping[str, Span], hashprice: float,
                 j_per_th: float) -> None:
        self.draws, self.assumptions, self.hashprice = draws, assumptions, hashprice
        self.energy = j_per_th * self.get("overhead")
        self.machine = j_per_th / self.get("machine_kw")  # machines that make a PH/s
        self.life = 365.25 * self.get("life_left_years")
        self.rate = self.get("discount_rate")
        self.law = {"decline_per_year": self.get("hashprice_decline"),
                    "volatility": self.get("hashprice_volatility")}
        self.wait = _MONTH * self.get("lag_months")
        self.middle = power_cost(self.energy, self.get("power_price_usd_per_kwh"))

    def get(self, name: str, high: float = np.inf) -> Floats:
        """Draws of an assumption that all places share."""
        return self.draws.of(name, self.assumptions[name], None, high)

    def scale(self) -> Floats:
        """Scale of the logit. [USD/PH]"""
        _, days = strip_between(self.hashprice, self.middle, 0.0, self.life, self.rate,
                                self.law["decline_per_year"], self.law["volatility"])
        return choice_scale(self.middle, self.get("power_price_spread"), days)

    def turnover(self) -> Floats:
        """Share of the racks that wearing out frees while owners wait."""
        return self.get("window_months") / 12.0 / self.get("retire_years")

    def used(self, wait: Floats | float, transport: Floats | float) -> Return:
        """A machine that a buyer sets up at a middling place. [USD/PH]"""
        return move_return(self.hashprice, self.middle, wait_days=wait, life_days=self.life,
                           rate_per_year=self.rate, transport=transport, **self.law)

    def buyer_pays(self) -> Floats:
        """1 where a used machine pays at a middling place after freight and wait."""
        freight = self.get("transport_usd_per_machine") * self.machine
        return (self.used(self.wait, freight).net > 0.0).astype(float)

    def place(self, d: Destination, size: float, takes: bool) -> Prospect:
        """Returns and room of a place."""

        def of(quantity: str, low: float | None = None) -> Floats:
            return self.draws.of(f"{d.id}.{quantity}", d.figures[quantity], low)

        price = of("power_price_usd_per_kwh") + of("power_surcharge_usd_per_kwh")
        stops, ends = self._rate(d, "interruptions"), self._rate(d, "endings")
        short = np.maximum(self.get("governance_best") - of("rule_of_law", -2.5), 0.0)
        premium = self.get("governance_premium") * short + ends * self.get("ending_loss", 1.0)
        uptime = expected_uptime(stops, self.get("lost_days"))
        build = np.zeros_like(price) if d.hosted else of("build_usd_per_mw")
        delay = of("power_delay_months")
        hold = _MONTH * of("customs_hold_months")
        wait = (self.wait + hold, np.maximum(self.wait, _MONTH * delay) + hold)
        rate = self.rate + premium
        cost = power_cost(self.energy, price) + site_rent(
            build, self.energy, self.get("site_years"), rate)
        net = [move_return(
            self.hashprice, cost, wait_days=w, life_days=self.life, rate_per_year=rate,
            uptime=uptime, transport=of("transport_usd_per_machine") * self.machine,
            duty=of("machine_duty_rate") * self.used(0.0, 0.0).value, **self.law,
        ).net for w in wait]
        return Prospect((net[0], net[1]), self._room(d, size, takes, delay), wait, uptime, premium)

    def _rate(self, d: Destination, kind: str) -> Floats:
        """Yearly rate of one kind of event in a place."""
        whole, part = d.interruptions if kind == "interruptions" else d.endings
        count = whole + part * self.get("regional_share", 1.0)
        return event_rate(count, d.years, self.get(f"{kind}_per_year"), self.get("prior_years"),
                          self.draws.uniform(f"{d.id}.{kind}"))

    def _room(self, d: Destination, size: float, takes: bool,
              delay: Floats) -> tuple[Floats, Floats]:
        growth = self.draws.of(f"{d.id}.growth", self.assumptions["growth_per_year"])
        ready = self.draws.of(f"{d.id}.ready", self.assumptions["ready_share"])
        if d.closed:
            growth = np.zeros_like(growth)
        elif d.part_closed:
            growth = growth * (1.0 - self.get("regional_share", 1.0))
        share = size if takes else 0.0
        return new_room(share, ready, growth, self.get("promised_share", 1.0), delay,
                        self.get("window_months"))
