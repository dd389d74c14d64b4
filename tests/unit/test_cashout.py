"""Coins to money over days, by hand: delays, openings, impact, currencies, freezes, bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from hashfall.errors import InputError
from hashfall.model.cashout import (
    LEVELS,
    Arc,
    Freeze,
    Law,
    Need,
    Place,
    Routes,
    losses,
    root_impact,
)
from hashfall.model.cashout_plan import CashOut
from hashfall.model.deliverable import deliverable, route_effects, speed, waiting_days
from hashfall.model.linear import Floats

WALLET, BANK = Place("wallet", "BTC", "coins"), Place("bank", "USD", "account")
SHOP, ROUBLES = Place("shop", "USD", "venue"), Place("roubles", "RUB", "account")
PRICES = {"BTC": 100.0, "USD": 1.0, "RUB": 0.01}
OTC = Arc("otc", "wallet", "bank", 2.0, haircut=0.1)


def _stock(coins: float, days: int, name: str = "wallet") -> dict[str, Floats]:
    series = np.zeros(days)
    series[0] = coins
    return {name: series}


def _most(routes: Routes, coins: float, days: int) -> list[float]:
    out = CashOut(routes, _stock(coins, days), PRICES, days=days)
    return [round(out.most(day).money, 6) for day in range(days)]


def test_capacity_and_delay() -> None:
    routes = Routes((WALLET, BANK), (replace(OTC, delay=2),))
    assert _most(routes, 5.0, 5) == [0.0, 0.0, 180.0, 360.0, 450.0]


def test_days_on_which_a_route_is_open() -> None:
    arcs = (replace(OTC, opens=1, closes=2), Arc("late", "wallet", "bank", 1.0, opens=3))
    assert _most(Routes((WALLET, BANK), arcs), 9.0, 5) == [0.0, 180.0, 180.0, 280.0, 380.0]


def test_capacity_by_day_and_in_money() -> None:
    arc = replace(OTC, capacity=np.array([100.0, 0.0, 50.0]), currency="USD")
    assert _most(Routes((WALLET, BANK), (arc,)), 9.0, 3) == [90.0, 90.0, 135.0]


def test_venues_pass_on_what_they_get_the_same_day() -> None:
    arcs = (Arc("sell", "wallet", "shop", 9.0, fee=0.5), Arc("wire", "shop", "bank", 40.0))
    assert _most(Routes((WALLET, SHOP, BANK), arcs), 2.0, 3) == [40.0, 80.0, 100.0]


def test_the_cheap_part_of_the_capacity_goes_first() -> None:
    arc = replace(OTC, haircut=0.0, impact=((0.5, 0.0), (1.0, 0.5)))
    assert _most(Routes((WALLET, BANK), (arc,)), 2.0, 2) == [150.0, 200.0]


def test_levels_of_a_haircut() -> None:
    law = replace(OTC, haircut=Law(0.0, 0.1, 0.5), fee=0.5)
    assert [losses(law, level)[1].tolist() for level in LEVELS] == [[0.5], [0.45], [0.25]]


def test_root_impact_meets_the_law_at_the_ends_of_its_parts() -> None:
    ends, loss = np.array(root_impact(0.9, 0.05, 0.16, 8)).T
    whole = np.cumsum(np.diff(ends, prepend=0.0) * loss)
    assert_allclose(whole, 0.9 * 0.05 * 0.4 * ends**1.5)
    assert np.all(np.diff(loss) > 0.0)


def test_most_waits_for_the_better_price() -> None:
    prices = {**PRICES, "BTC": np.array([100.0, 50.0, 200.0])}
    out = CashOut(Routes((WALLET, BANK), (OTC,)), _stock(3.0, 3), prices, days=3)
    assert out.most(1).money == pytest.approx(180.0 + 45.0)
    assert out.most(2).money == pytest.approx(360.0 + 90.0)


def _two_currencies() -> Routes:
    arcs = (OTC, Arc("change", "bank", "roubles", 1000.0, fee=0.02))
    return Routes((WALLET, BANK, ROUBLES), arcs)


def test_money_is_changed_for_what_is_due() -> None:
    needs = [Need("power", ("roubles",), 9800.0, "RUB", 1)]
    plan = CashOut(_two_currencies(), _stock(5.0, 2), PRICES, needs, days=2).plan()
    assert plan.unpaid["power"] == pytest.approx(0.0, abs=1e-4)
    use = {route.name: route for route in plan.routes}
    assert use["change"].moved == pytest.approx(100.0)
    assert use["otc"].moved == pytest.approx(100.0 / 90.0)
    assert plan.lost == pytest.approx(2.0 + 100.0 / 9.0)
    assert plan.realised == pytest.approx(0.9)


def test_the_worth_of_a_route_is_what_it_would_pay_more() -> None:
    needs = [Need("pay", ("bank",), 1000.0, "USD", 1)]

    def paid(more: float) -> float:
        routes = Routes((WALLET, BANK), (replace(OTC, capacity=2.0 + more),))
        return CashOut(routes, _stock(9.0, 2), PRICES, needs, days=2).plan().paid["pay"]

    plan = CashOut(Routes((WALLET, BANK), (OTC,)), _stock(9.0, 2), PRICES, needs, days=2).plan()
    assert plan.routes[0].pays == pytest.approx(paid(1.0) - paid(0.0), rel=1e-4)
    assert plan.unpaid["pay"] == pytest.approx(1000.0 - 360.0)


def test_grace_lets_later_money_pay_and_weight_says_who_goes_first() -> None:
    routes = Routes((WALLET, BANK), (replace(OTC, delay=1),))
    needs = [Need("a", ("bank",), 180.0, "USD", 0, grace=1), Need("b", ("bank",), 180.0, "USD", 1,
                                                                   weight=2.0)]
    plan = CashOut(routes, _stock(9.0, 3), PRICES, needs, days=3).plan()
    assert plan.paid == pytest.approx({"a": 0.0, "b": 180.0}, abs=1e-3)
    late = [needs[0]._replace(grace=2), needs[1]]
    again = CashOut(routes, _stock(9.0, 3), PRICES, late, days=3).plan()
    assert again.paid == pytest.approx({"a": 180.0, "b": 180.0}, abs=1e-3)


def test_first_day_that_no_plan_meets() -> None:
    routes = Routes((WALLET, BANK), (OTC,))
    needs = [Need(f"n{day}", ("bank",), 100.0 * day, "USD", day) for day in range(1, 5)]
    out = CashOut(routes, _stock(99.0, 6), PRICES, needs, days=6)
    # 180 a day: 180 x 3 = 540 by day 2, 720 by day 3; due are 100, 300, 600, 1,000 in all.
    assert out.first_unmet() == 4
    assert out.first_unmet({"otc": 0.5}) == 2
    assert out.first_unmet({"otc": 2.0}) is None
    assert CashOut(routes, _stock(9.0, 6), PRICES, days=6).first_unmet() is None


def _frozen(freeze: Freeze, needs: list[Need], days: int = 6, cash: float = 100.0) -> CashOut:
    supply = {**_stock(cash, days, "bank"), "wallet": np.full(days, 1.0)}
    arc = Arc("sell", "wallet", "bank", 1.0)
    return CashOut(Routes((WALLET, BANK), (arc,), (freeze,)), supply, PRICES, needs, days=days)


def test_a_freeze_takes_its_share_of_what_is_there_and_of_what_comes() -> None:
    out = _frozen(Freeze("bank", 2, 4, 0.5, ordered_by="foreign_bank"), [])
    # 200, 300; on day 2 half of 300 and of the 100 that come in; all back on day 4.
    assert_allclose([out.most(day).money for day in range(6)],
                    [200.0, 300.0, 200.0, 250.0, 600.0, 700.0], rtol=1e-9)


def test_a_freeze_may_have_a_course() -> None:
    course = np.array([1.0, 1.0, 0.25, 0.5, 0.0, 0.0])
    out = _frozen(Freeze("bank", 2, 5, course, seized=0.1), [])
    # 200, 300; on day 2 a tenth of 300 and a quarter of 100, then half; all back on day 5.
    assert_allclose([out.most(day).money for day in range(6)],
                    [200.0, 300.0, 345.0, 395.0, 495.0, 700.0], rtol=1e-9)
    # What it allows is paid from what it holds after it stopped, too.
    taxed = _frozen(Freeze("bank", 2, None, course, ("tax",), seized=1.0),
                    [Need("tax", ("bank",), 300.0, "USD", 4, kind="tax")])
    assert taxed.plan().paid == pytest.approx({"tax": 300.0})
    with pytest.raises(InputError, match=r"a share of 0 to 1.*1\.5"):
        _frozen(Freeze("bank", 2, 5, course + 0.5), [])


def test_a_freeze_from_the_first_day_holds_the_balance() -> None:
    needs = [Need("tax", ("bank",), 80.0, "USD", 0, kind="tax"),
             Need("rent", ("bank",), 80.0, "USD", 0, kind="rent")]
    out = _frozen(Freeze("bank", 0, None, 1.0, ("tax",)), needs)
    plan = out.plan()
    assert plan.paid == pytest.approx({"tax": 80.0, "rent": 0.0}, abs=1e-3)
    assert out.most(5).money == pytest.approx(0.0, abs=1e-9)
    assert out.first_unmet() == 0


def test_a_second_account_pays_while_the_first_is_frozen() -> None:
    other = Place("second", "USD", "account")
    arcs = (Arc("a", "wallet", "bank", 1.0), Arc("b", "wallet", "second", 1.0, fee=0.2))
    needs = [Need("rent", ("bank", "second"), 80.0, "USD", 3)]
    routes = Routes((WALLET, BANK, other), arcs, (Freeze("bank", 2, None),))
    out = CashOut(routes, _stock(9.0, 4), PRICES, needs, days=4)
    assert out.plan().unpaid["rent"] == pytest.approx(0.0, abs=1e-4)
    assert out.plan({"b": 0.0}).unpaid["rent"] == pytest.approx(80.0)


def test_time_to_cash_and_trapped_stock() -> None:
    routes = Routes((WALLET, BANK), (replace(OTC, capacity=1.0, delay=2),))
    found = speed(routes, _stock(5.0, 6), PRICES, 6)
    assert_allclose(found.share, [0.0, 0.0, 0.2, 0.4, 0.6, 0.8], atol=1e-9)
    assert found.trapped == pytest.approx(100.0)
    assert waiting_days(found.available, found.converted, [0.1, 0.5, 0.8, 0.95]) == {
        0.1: 2.0, 0.5: 4.0, 0.8: 5.0, 0.95: None}
    assert waiting_days(np.zeros(3), np.zeros(3), [0.5]) == {0.5: None}


def test_all_in_one() -> None:
    routes = _two_currencies()
    needs = [Need("pay", ("bank",), 200.0, "USD", 1)]
    found = deliverable(routes, _stock(5.0, 4), PRICES, needs, 4, dates=[0, 3])
    assert_allclose(found.money, [180.0, 450.0], rtol=1e-9)
    assert (found.days, found.first_unmet) == ((0, 3), None)
    assert found.last.left["wallet"] == pytest.approx(0.0, abs=1e-9)
    assert [limit.name for limit in found.last.cut] == ["wallet"]
    shut = deliverable(routes, _stock(5.0, 4), PRICES, needs, 4, scale={"otc": 0.5})
    assert shut.money[-1] == pytest.approx(360.0)
    assert [(x.name, x.kind, x.first, x.last) for x in shut.last.cut] == [("otc", "route", 0, 3)]
    assert shut.speed.trapped == pytest.approx(100.0)


def test_effects_are_the_worst_first_and_undone() -> None:
    arcs = (OTC, Arc("p2p", "wallet", "bank", 1.0, haircut=0.5))
    needs = [Need("pay", ("bank",), 200.0, "USD", 1)]
    out = CashOut(Routes((WALLET, BANK), arcs), _stock(99.0, 2), PRICES, needs, days=2)
    first, second = route_effects(out, 1)
    assert (first.name, second.name) == ("otc", "p2p")
    assert (first.money, first.unpaid) == pytest.approx((-360.0, 100.0), rel=1e-5)
    assert (second.money, second.unpaid) == pytest.approx((-100.0, 0.0), abs=1e-3)
    assert route_effects(out, 1, 2.0)[0].money == pytest.approx(360.0)
    assert out.most(1).money == pytest.approx(460.0)


_BAD: list[tuple[str, Routes, list[Need], str]] = [
    ("nowhere", Routes((WALLET, SHOP, BANK), (OTC, Arc("x", "wallet", "shop", 1.0))), [],
     "routes: x: expected a way on to an account, found none from shop"),
    ("capacity", Routes((WALLET, BANK), (replace(OTC, capacity=-1.0),)), [],
     "routes: otc: expected a capacity of 0 or more, found -1"),
    ("gain", Routes((WALLET, BANK), (replace(OTC, haircut=-0.3), Arc("buy", "bank", "wallet", 1.0,
                                                                     fee=0.1))), [],
     "routes: otc: expected no cycle that makes money, found otc > buy, 17.0000% a turn"),
    ("currency", Routes((WALLET, BANK, Place("x", "XYZ", "account")), (OTC,)), [],
     "routes: x: expected a currency among BTC, RUB, USD, found 'XYZ'"),
    ("stated", Routes((WALLET, BANK), (replace(OTC, currency="XYZ"),)), [],
     "routes: otc: expected a currency among BTC, RUB, USD, found 'XYZ'"),
    ("freezes", Routes((WALLET, BANK), (OTC,), (Freeze("bank", 3), Freeze("bank", 1, 5))), [],
     "routes: bank: expected freezes that do not overlap, found one from day 1 and one from day 3"),
    ("place", Routes((WALLET, BANK), (replace(OTC, end="vault"),)), [],
     "routes: otc: expected a place among wallet, bank, found 'vault'"),
    ("twice", Routes((WALLET, BANK), (OTC, OTC)), [],
     "routes: otc: expected a name used once, found it twice"),
    ("convex", Routes((WALLET, BANK), (replace(OTC, impact=((0.5, 0.2), (1.0, 0.1))),)), [],
     "routes: otc: expected an impact from 0 to below 1 that does not fall, found 0.2, 0.1"),
    ("parts", Routes((WALLET, BANK), (replace(OTC, impact=((0.5, 0.2),)),)), [],
     "routes: otc: expected parts of the capacity that rise to 1, found 0.5"),
    ("haircut", Routes((WALLET, BANK), (replace(OTC, haircut=Law(0.0, 0.5, 1.0)),)), [],
     "routes: otc: expected a haircut above -1 and below 1, found 1"),
    ("need", _two_currencies(), [Need("tax", ("bank",), 1.0, "RUB", 0)],
     "routes: tax: expected an account in RUB, found bank in USD; add an arc that changes money"),
    ("due", _two_currencies(), [Need("tax", ("bank",), 1.0, "USD", 9)],
     "routes: tax: expected a due day from 0 to 2 and a grace, found 9 and 0"),
    ("account", _two_currencies(), [Need("tax", ("wallet",), 1.0, "USD", 0)],
     "routes: tax: expected an account among bank, roubles, found 'wallet'"),
]


@pytest.mark.parametrize(("routes", "needs", "text"), [row[1:] for row in _BAD],
                         ids=[row[0] for row in _BAD])
def test_bad_input_is_one_line(routes: Routes, needs: list[Need], text: str) -> None:
    with pytest.raises(InputError) as caught:
        CashOut(routes, _stock(1.0, 3), PRICES, needs, days=3)
    assert str(caught.value) == text


def test_freezes_that_follow_each_other_are_none_that_overlap() -> None:
    freezes = (Freeze("bank", 3), Freeze("bank", 1, 3))
    out = CashOut(Routes((WALLET, BANK), (OTC,), freezes), _stock(9.0, 5), PRICES, days=5)
    assert out.most(0).money == pytest.approx(180.0)
    assert out.most(4).money == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("supply", "prices", "by", "scale", "text"), [
    ({"shop": np.ones(3)}, PRICES, 0, None, "routes: shop: expected supply at coins or an acc"),
    ({"wallet": np.ones(2)}, PRICES, 0, None, "routes: wallet: expected supply of 0 or more on 3"),
    ({"wallet": -np.ones(3)}, PRICES, 0, None, "routes: wallet: expected supply of 0 or more on"),
    ({}, {**PRICES, "RUB": 0.0}, 0, None, "routes: RUB: expected a price above 0, or one for ea"),
    ({}, PRICES, 3, None, "routes: by: expected a day from 0 to 2, found 3"),
    ({}, PRICES, 0, {"x": 0.0}, "routes: x: expected a route among otc, found 'x'"),
])
def test_bad_questions_are_one_line(supply: dict[str, Floats], prices: dict[str, float], by: int,
                                    scale: dict[str, float] | None, text: str) -> None:
    with pytest.raises(InputError) as caught:
        CashOut(Routes((WALLET, BANK), (OTC,)), supply, prices, days=3).most(by, scale)
    assert str(caught.value).startswith(text)
