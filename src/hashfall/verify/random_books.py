"""Random small books, and a stormy world to run them in: everything may happen in a few months."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.engine.layout import WorldFixed, WorldParam, WorldState
from hashfall.verify.companies import FixedWorld

if TYPE_CHECKING:
    from hashfall.book.record import Book
    from hashfall.engine.pack import Frame

__all__ = ["Pick", "frame", "random_book", "stormy_world"]

REGIONS, CURRENCIES = ("texas", "siberia"), ("RUB", "EUR")
FX = {"RUB": 80.0, "EUR": 0.9}
PRICE_USD, DIFFICULTY, SUBSIDY, FEE_X = 20_000.0, 3.6e13, 6.25, -3.0
_CLASSES = ("power", "payroll", "tax", "interest", "principal", "margin", "claim", "fixed",
            "capex")
_DATES = (dt.date(2022, 9, 30), dt.date(2023, 12, 31), dt.date(2024, 1, 30), dt.date(2022, 8, 1),
          dt.date(2023, 2, 14), dt.date(2024, 2, 28))


class Pick:
    """Choices made from uniforms, one after the other.

    Parameters
    ----------
    uniform : callable
        The next number in [0, 1].
    """

    def __init__(self, uniform: Callable[[], float]) -> None:
        self.uniform = uniform

    def chance(self, p: float) -> bool:
        """True with a probability."""
        return self.uniform() < p

    def between(self, low: float, high: float) -> float:
        """A number, rounded so that a failing book can be read."""
        return float(f"{low + (high - low) * self.uniform():.3g}")

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return min(high, low + int((high - low + 1) * self.uniform()))

    def one(self, options: Sequence[Any]) -> Any:
        """One of several."""
        return options[self.whole(0, len(options) - 1)]


def _hashprice_btc() -> float:
    return 86400.0 * 1e15 / 4294967296.0 / DIFFICULTY * SUBSIDY * (1.0 + math.exp(FEE_X))


def frame(days: int) -> Frame:
    """What random books are packed against.

    Parameters
    ----------
    days : int
        Length of the run. [days]
    """
    from hashfall.engine.pack import Frame

    power = {"texas": 0.04, "siberia": 0.05}
    return Frame(days, REGIONS, CURRENCIES, PRICE_USD, _hashprice_btc() * PRICE_USD, power, FX)


def stormy_world(days: int) -> FixedWorld:
    """World of two regions and currencies in which prices move far within weeks.

    Parameters
    ----------
    days : int
        Length of the run. [days]
    """
    p, state = np.zeros(int(WorldParam.COUNT)), np.zeros(int(WorldState.COUNT))
    parameters = {
        WorldParam.OMEGA: 5e-5, WorldParam.ALPHA: 0.1, WorldParam.BETA: 0.88,
        WorldParam.T_POWER: -0.5, WorldParam.T_SCALE: 1.4, WorldParam.T_LIMIT: 64.0,
        WorldParam.CAP: 0.0625, WorldParam.C1: 0.5, WorldParam.JUMP_P: 0.02,
        WorldParam.JUMP_SD: 0.1, WorldParam.FEE_KAPPA: 0.1, WorldParam.FEE_MEAN: -3.0,
        WorldParam.FEE_SD: 0.3, WorldParam.FEE_POWER: -0.5, WorldParam.FEE_SCALE: 1.6,
        WorldParam.FEE_LIMIT: 100.0, WorldParam.FEE_LOW: -6.0, WorldParam.FEE_HIGH: 1.0,
        WorldParam.CAP_G0: 1e-3, WorldParam.CAP_SD: 0.01, WorldParam.CAP_M: 4.0,
        WorldParam.REGIONS: float(len(REGIONS)), WorldParam.CURRENCIES: float(len(CURRENCIES)),
    }
    start = {
        WorldState.PRICE: PRICE_USD, WorldState.VARIANCE: 2.5e-3, WorldState.FEE_X: FEE_X,
        WorldState.HASHRATE: 260.0, WorldState.EMA_LOG_HP: math.log(75.0),
        WorldState.MANTISSA: float(0x079AC3), WorldState.SIZE: 23.0,
        WorldState.INV_DIFFICULTY: 1.0 / DIFFICULTY, WorldState.BLOCKS: 700.0,
        WorldState.ELAPSED: 4.9, WorldState.TO_HALVING: 40_000.0, WorldState.SUBSIDY: SUBSIDY,
    }
    for place, value in parameters.items():
        p[int(place)] = value
    for row, value in start.items():
        state[int(row)] = value
    for i in range(len(REGIONS)):
        at = int(WorldParam.POWER) + 6 * i
        p[at : at + 6] = (0.04 + 0.01 * i, 0.1, 0.2, 0.02, 0.5, 0.7)
    for i, name in enumerate(CURRENCIES):
        state[int(WorldState.FX) + i], p[int(WorldParam.FX_SD) + i] = FX[name], 0.02
    return FixedWorld(p, state, np.zeros((1, 4)), np.zeros((days + 1, int(WorldFixed.COUNT))),
                      days)


class _Writer:
    """A book under construction; money is thought of in dollars."""

    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.as_of: dt.date = pick.one(_DATES)
        self.own: str = pick.one(("USD", "USD", "RUB"))

    def currency(self) -> str:
        """Mostly the book's own."""
        found: str = self.pick.one((self.own, self.own, "USD", "RUB", "EUR"))
        return found

    def units(self, currency: str) -> float:
        """Units per dollar."""
        return 1.0 if currency == "USD" else FX[currency]

    def money(self, low: float, high: float, currency: str) -> float:
        """Amount of a currency worth so many dollars."""
        return self.pick.between(low, high) * self.units(currency)

    def date(self, first: int, last: int) -> dt.date:
        """A day relative to `as_of`."""
        return self.as_of + dt.timedelta(days=self.pick.whole(first, last))

    def grace(self) -> int:
        """Grace of a few kinds."""
        grace: int = self.pick.one((0, 1, 5, 15, 30))
        return grace

    def some(self, most: int, make: Callable[[int], dict[str, Any]], key: str) -> dict[str, Any]:
        """Up to a number of entries."""
        return {f"{key}_{i}": make(i) for i in range(self.pick.whole(0, most))}


def _site(w: _Writer, i: int) -> dict[str, Any]:
    pick, currency = w.pick, w.currency()
    kind = pick.one(("contract", "market"))
    power = {"kind": kind, "region": pick.one(REGIONS), "currency": currency,
             "price_per_kwh": w.money(0.02, 0.06, currency), "bill_days": pick.one((0, 1, 15, 27)),
             "grace_days": w.grace(), "take_or_pay": pick.one((0.0, 0.5))}
    if kind == "contract" and pick.chance(0.4):
        power["until"] = w.date(20, 90)
    return {"entity": "a", "place": "x", "mw": 50.0, "status": "running", "power": power,
            "salvage_usd": pick.between(0.0, 1e6)}


def _fleet(w: _Writer, i: int) -> dict[str, Any]:
    pick = w.pick
    fleet = {"site": pick.one(("site_0", "site_1")), "model": "m", "resale_usd_per_th": 15.0,
             "hashrate_ph": pick.between(50.0, 900.0), "j_per_th": pick.between(20.0, 60.0),
             "pledged": pick.chance(0.4), "payout": pick.one(("fpps", "fpps", "fpps", "solo"))}
    if pick.chance(0.2):
        fleet |= {"hosted_per_kwh": pick.between(0.03, 0.08)}
    return fleet


def _hosting(w: _Writer, i: int) -> dict[str, Any]:
    pick, currency = w.pick, w.currency()
    pays = pick.chance(0.3)
    tariff = w.money(0.005, 0.02, currency) if pays else w.money(0.04, 0.09, currency)
    return {"site": pick.one(("site_0", "site_1")), "mw": pick.between(5.0, 30.0),
            "tariff_per_kwh": tariff, "currency": currency, "client_pays_power": pays,
            "client_j_per_th": pick.between(25.0, 60.0), "client_spread": pick.one((0.0, 0.2)),
            "leave_after_days": pick.whole(1, 20), "return_after_days": pick.whole(1, 20),
            "collect_days": pick.one((0, 5, 15, 27)), "bad_debt": pick.one((0.0, 0.05)),
            "utilisation": pick.one((1.0, 0.8))}


def _accounts(w: _Writer) -> dict[str, Any]:
    pick = w.pick
    share = pick.one((1.0, 0.6, 0.3))
    base = {"entity": "a", "bank": "b", "country": "c"}
    accounts = {"main": {**base, "currency": w.own, "balance": w.money(0.0, 3e6, w.own),
                         "receipts_share": share}}
    if share < 1.0:
        other = pick.one((w.own, "USD", "EUR"))
        accounts["second"] = {**base, "currency": other, "balance": w.money(0.0, 2e6, other),
                              "receipts_share": 1.0 - share}
    return accounts


def _route(w: _Writer, i: int) -> dict[str, Any]:
    pick = w.pick
    route = {"kind": "exchange", "capacity_btc_per_day": pick.between(0.0, 20.0),
             "fee": pick.between(0.0, 0.05), "haircut": pick.one((0.0, 0.1)),
             "delay_days": pick.whole(0, 5)}
    if pick.chance(0.2):
        route["open_until"] = w.date(10, 80)
    return route


def _debt(w: _Writer, i: int) -> dict[str, Any]:
    pick, currency = w.pick, w.currency()
    return {"entity": "a", "lender": f"L{i}", "principal": w.money(1e5, 4e6, currency),
            "kind": pick.one(("bullet", "amortising", "machine_loan", "convertible")),
            "currency": currency, "rate_per_year": pick.between(0.0, 0.3),
            "matures": w.date(-20, 400), "pay_day": pick.whole(1, 28), "grace_days": w.grace(),
            "paid_in_kind": pick.one((0.0, 0.5)),
            "secured_on": pick.one(("machines", "nothing"))}


def _coin_loan(w: _Writer, i: int) -> dict[str, Any]:
    pick, currency = w.pick, w.currency()
    coins = pick.between(0.0, 100.0)
    loan = coins * PRICE_USD * pick.between(0.2, 0.9) * w.units(currency)
    return {"entity": "a", "lender": f"M{i}", "principal": loan, "currency": currency,
            "rate_per_year": 0.1, "collateral_btc": coins, "call_ltv": 0.7, "target_ltv": 0.5,
            "liquidation_ltv": 0.85, "cure_days": pick.one((0, 2, 5)), "matures": w.date(1, 300)}


def _funding(w: _Writer) -> dict[str, Any]:
    pick = w.pick
    funding: dict[str, Any] = {}
    if pick.chance(0.4):
        currency = w.currency()
        limit = w.money(1e5, 2e6, currency)
        funding["lines"] = {"line": {
            "limit": limit, "drawn": limit * pick.one((0.0, 0.5, 1.0)), "currency": currency,
            "rate_per_year": 0.1, "until": w.date(1, 200),
            "needs_covenants": pick.chance(0.5)}}
    if pick.chance(0.3):
        funding["equity"] = {"volume_usd_per_day": pick.between(0.0, 1e6),
                             "open_until": w.date(20, 200), "limit_usd": pick.between(0.0, 2e6)}
    if pick.chance(0.3):
        funding["machines"] = {"delay_days": pick.one((0, 10, 45))}
    if pick.chance(0.2):
        funding["power_resale"] = {"amount_per_month": w.money(0.0, 2e5, w.own), "currency": w.own}
    return funding


def _freeze(w: _Writer, account: str, currency: str) -> dict[str, Any]:
    pick = w.pick
    event: dict[str, Any] = {"kind": "freeze", "what": account, "start": w.date(-30, 60),
                             "ordered_by": "domestic_court",
                             "share": pick.one((1.0, 0.5)), "redirect_days": pick.one((0, 20, 60)),
                             "allows": [c for c in _CLASSES if pick.chance(0.2)]}
    if pick.chance(0.4):
        event["until"] = event["start"] + dt.timedelta(days=pick.whole(1, 80))
    if pick.chance(0.4):
        event |= {"up_to": w.money(1e4, 2e6, currency), "currency": currency}
    if pick.chance(0.4):
        event |= {"allowance_per_month": w.money(1e4, 5e5, currency), "currency": currency}
    return event


def _events(w: _Writer, book: dict[str, Any]) -> dict[str, Any]:
    pick, events = w.pick, {}
    for name, account in book["accounts"].items():
        if pick.chance(0.35):
            events[f"freeze_{name}"] = _freeze(w, name, account["currency"])
    if pick.chance(0.2):
        events["ban"] = {"kind": "ban", "what": "site_0", "start": w.date(1, 90), "share": 0.5}
    if book["routes"] and pick.chance(0.3):
        events["closure"] = {"kind": "route_closure", "what": "route_0", "start": w.date(1, 60),
                             "until": w.date(61, 120)}
    if pick.chance(0.2):
        currency = w.currency()
        events["payment"] = {"kind": "payment", "what": "order", "start": w.date(1, 100),
                             "amount": w.money(1e4, 1e6, currency), "currency": currency}
    return events


def _owed(w: _Writer) -> dict[str, Any]:
    """What a book owes beside its loans, and what it is owed."""
    pick = w.pick

    def claim(i: int) -> dict[str, Any]:
        currency = w.currency()
        return {"entity": "a", "creditor": f"C{i}", "kind": pick.one(("claim", "award")),
                "amount": w.money(1e4, 2e6, currency), "currency": currency,
                "due": w.date(-60, 150), "enforced": pick.chance(0.4), "grace_days": w.grace()}

    def cost(i: int) -> dict[str, Any]:
        currency = w.currency()
        return {"entity": "a", "kind": pick.one(("payroll", "fixed", "capex", "tax")),
                "amount": w.money(1e3, 5e5, currency), "currency": currency,
                "day_of_month": pick.whole(1, 28), "grace_days": w.grace()}

    def owed(i: int) -> dict[str, Any]:
        currency = w.currency()
        return {"entity": "a", "amount": w.money(0.0, 1e6, currency), "currency": currency,
                "due": w.date(1, 120), "collected": pick.one((1.0, 0.7))}

    def prepaid(i: int) -> dict[str, Any]:
        currency = w.currency()
        return {"entity": "a", "amount": w.money(0.0, 1e6, currency), "currency": currency,
                "work_off_days": pick.between(1.0, 200.0)}

    return {"claims": w.some(3, claim, "claim"), "costs": w.some(4, cost, "cost"),
            "receivables": w.some(2, owed, "owed"), "prepayments": w.some(1, prepaid, "paid")}


def random_book(uniform: Callable[[], float]) -> Book:
    """Random valid book.

    Parameters
    ----------
    uniform : callable
        The next number in [0, 1]; the same numbers give the same book.
    """
    from hashfall.book.consistency import check
    from hashfall.book.record import DEFAULT_WATERFALL, Book

    w = _Writer(Pick(uniform))
    pick = w.pick
    waterfall = list(DEFAULT_WATERFALL)
    if pick.chance(0.3):
        waterfall.reverse()
    book: dict[str, Any] = {
        "schema": "hashfall.book/1", "id": "random", "name": "Random", "as_of": w.as_of,
        "known_by": w.as_of, "currency": w.own, "market": {"fx": FX}, "waterfall": waterfall,
        "entities": {"a": {"country": "US"}}, "sites": {f"site_{i}": _site(w, i) for i in (0, 1)},
        "fleet": w.some(2, lambda i: _fleet(w, i), "fleet"),
        "hosting": w.some(2, lambda i: _hosting(w, i), "host"),
        "accounts": _accounts(w), "coins": {"free_btc": pick.between(0.0, 100.0)},
        "treasury": {"sell_share": pick.one((1.0, 0.5, 0.0)),
                     "look_ahead_days": pick.one((0, 14, 40))},
        "routes": w.some(3, lambda i: _route(w, i), "route"),
        "debts": w.some(3, lambda i: _debt(w, i), "debt"),
        "coin_loans": w.some(2, lambda i: _coin_loan(w, i), "loan"), "funding": _funding(w),
        "covenants": w.some(2, lambda i: {
            "kind": pick.one(("min_liquidity", "max_ltv", "min_dscr")),
            "level": pick.one((0.5, 1.2, 3e5)), "test": pick.one(("day", "month", "quarter")),
        }, "covenant"),
        "tax": {"profit_rate": pick.one((0.0, 0.25)), "at_crediting": pick.chance(0.5),
                "period": pick.one(("month", "quarter")), "due_days": pick.one((0, 10, 27)),
                "grace_days": w.grace(), "losses_brought": w.money(0.0, 1e6, w.own)},
        **_owed(w),
    }
    if not book["fleet"] and not book["hosting"]:
        book["fleet"] = {"fleet_0": _fleet(w, 0)}
    book["events"] = _events(w, book)
    made = Book.model_validate(book)
    check(made)
    return made
