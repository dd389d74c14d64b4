"""Money by date that is no coin: receipts of hosting, funding; and closures by chance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from hashfall.book.record import Book
from hashfall.engine.assess import AssessOptions, Study
from hashfall.engine.cashout import _harmful, _money_note
from hashfall.engine.cashout_closures import closes_by_chance, open_by_chance
from hashfall.engine.cashout_due import still_world, what_falls_due
from hashfall.engine.cashout_flow import cut_rows, flow_of, flow_study, parts, picture
from hashfall.engine.cashout_graph import Chance
from hashfall.engine.cashout_sources import funding, on_accounts, receipts
from hashfall.engine.pack import Frame, pack
from hashfall.engine.replay import labels_of, packing_of, replay
from hashfall.engine.stress_books import Order, stressed
from hashfall.ingest.freezes import freeze_rules
from hashfall.report.cashout import _money
from hashfall.report.cashout_words import answer, cut_name
from hashfall.report.sankey import bands_of
from hashfall.verify.random_books import frame, random_book, stormy_world
from hashfall.verify.random_routes import routed_book

Small = Callable[..., Book]
Frames = Callable[[int], Frame]
RULES = freeze_rules()
HALL = {"site": "s", "mw": 1.0, "tariff_per_kwh": 0.05, "currency": "USD", "client_j_per_th": 20.0,
        "client_spread": 0.0, "collect_days": 10, "bad_debt": 0.1}
MONTH = 24_000.0 * 0.05 * 0.9  # a day's bill less bad debt, USD
DESK = {"kind": "otc", "capacity_btc_per_day": 2.0, "currency": "USD", "fee": 0.0,
        "haircut": 0.1, "delay_days": 1}


def on(day: int) -> dt.date:
    """A day of the small book."""
    return dt.date(2022, 9, 30) + dt.timedelta(days=day)


@pytest.fixture
def study_of(frame_of: Frames) -> Callable[..., Study]:
    """``study_of(book, draws=...)``: as much of a study as money by date needs."""

    def make(book: Book, draws: int = 1) -> Study:
        return cast(Study, SimpleNamespace(
            frame=frame_of(100), book=book, draws=draws, inner=128, draw=lambda d: book,
            options=AssessOptions(seed=7)))

    return make


def test_a_host_has_its_cash_and_what_clients_pay(small_book: Small,
                                                  study_of: Callable[..., Study]) -> None:
    book = small_book(cash=500.0, hosting={"hall": HALL})
    flow = flow_of(study_of(book), book, 45)
    # September is paid on 10 October, October on 10 November (day 41).
    by_day = dict(zip([0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45], flow.money, strict=True))
    assert by_day[7] == pytest.approx(500.0)
    assert by_day[10] == by_day[30] == pytest.approx(500.0 + 30 * MONTH)
    assert by_day[45] == pytest.approx(500.0 + 61 * MONTH)
    made = parts(flow, 45)
    assert made["hosting"][-1] == pytest.approx(61 * MONTH)
    assert (made["cash"][-1], made["coins"][-1], made["funding"][-1]) == (500.0, 0.0, 0.0)
    assert [(row["name"], row["of"]) for row in cut_rows(flow)] == [("main", "cash and receipts")]


@pytest.mark.parametrize("start", [-10, 0, 5, 12])
@pytest.mark.parametrize("until", [None, 25])
@pytest.mark.parametrize("share", [1.0, 0.5])
@pytest.mark.parametrize("up_to", [0.0, 30.0, 300.0, 620.0, 5000.0])
def test_an_order_stops_at_its_amount_as_in_the_ledger(
    small_book: Small, study_of: Callable[..., Study], run_small: Callable[..., Any],
    start: int, until: int | None, share: float, up_to: float,
) -> None:
    order = {"kind": "freeze", "what": "main", "ordered_by": "domestic_court", "share": share,
             "start": on(start), "up_to": up_to, "currency": "USD", "redirect_days": 60}
    due = {3: 100.0, 7: 40.0, 12: 200.0, 20: 60.0, 31: 80.0}
    book = small_book(
        cash=500.0, events={"court": order if until is None else {**order, "until": on(until)}},
        receivables={f"r{day}": {"amount": usd, "due": on(day)} for day, usd in due.items()})
    flow = flow_of(study_of(book), book, 45)
    _, ledger = run_small(book, 45)
    cash = {end.day: end.cash for end in ledger.days}
    days = [1, 2, 3, 5, 7, 10, 14, 21, 30, 45]
    assert flow.money[1:] == pytest.approx([cash[day] for day in days], abs=1e-6)


def test_coins_sold_into_a_full_order_are_free(small_book: Small,
                                               study_of: Callable[..., Study]) -> None:
    order = {"kind": "freeze", "what": "main", "ordered_by": "domestic_court", "start": on(-1),
             "up_to": 300.0, "currency": "USD"}
    book = small_book(cash=500.0, coins={"free_btc": 1.0}, routes={"desk": DESK},
                      events={"court": order})
    flow = flow_of(study_of(book), book, 45)
    assert flow.money[[0, -1]] == pytest.approx([200.0, 200.0 + 0.9 * 20_000.0])
    assert picture(flow)["frozen_usd"] == pytest.approx(300.0)


def test_an_order_holds_receipts_until_they_go_elsewhere(small_book: Small,
                                                         study_of: Callable[..., Study]) -> None:
    one = small_book(cash=500.0, hosting={"hall": HALL})
    court = [Order(RULES["domestic_court"])]
    held = flow_of(study_of(one), stressed(one, court, 20.0), 45)
    assert held.money == pytest.approx(np.zeros(11), abs=0.01)
    drawn = picture(held)
    assert drawn["frozen_of"]["hosting"] == pytest.approx(61 * MONTH)
    assert drawn["frozen_usd"] == pytest.approx(500.0 + 61 * MONTH)
    # With a bank that no order reaches, a fifth comes there, and after 20 days all of it.
    two = small_book(cash=500.0, hosting={"hall": HALL}, main_share=0.8,
                     accounts={"abroad": {"country": "KZ", "balance": 7.0, "receipts_share": 0.2}})
    sent = flow_of(study_of(two), stressed(two, court, 20.0), 45)
    assert sent.money[[0, 7, -1]] == pytest.approx(
        [7.0, 7.0 + 0.2 * 30 * MONTH, 7.0 + (0.2 * 30 + 31) * MONTH])
    assert parts(sent, 45)["hosting"][-1] == pytest.approx((0.2 * 30 + 31) * MONTH)
    assert picture(sent)["frozen_of"]["hosting"] == pytest.approx(0.8 * 30 * MONTH)
    half = flow_of(study_of(one), stressed(one, [Order(RULES["domestic_court"], share=0.5)], 1.0),
                   45)
    assert half.money[-1] == pytest.approx(0.5 * (500.0 + 61 * MONTH))


def test_a_credit_line_adds_its_limit_and_no_more(small_book: Small,
                                                  study_of: Callable[..., Study]) -> None:
    line = {"limit": 8000.0, "drawn": 2000.0, "currency": "RUB", "rate_per_year": 0.1,
            "until": dt.date(2022, 10, 20)}
    book = small_book(cash=500.0, funding={"lines": {"bank": line}})
    flow = flow_of(study_of(book), book, 14)
    assert flow.money == pytest.approx(np.full(8, 500.0 + 6000.0 / 80.0))
    assert parts(flow, 14)["funding"] == pytest.approx(np.full(8, 75.0))
    row = next(row for row in cut_rows(flow) if row["of"] == "funding")
    assert (row["name"], row["usd"], row["first_day"]) == ("funding.lines.bank", 75.0, 0)
    assert cut_name(row) == "funding (bank)"
    # On the day on which it is paid back it is gone.
    assert flow_of(study_of(book), book, 20).money[-1] == pytest.approx(500.0)
    # No order on the account reaches it.
    frozen = stressed(book, [Order(RULES["domestic_court"])], 5.0)
    assert flow_of(study_of(book), frozen, 14).money[-1] == pytest.approx(75.0)


def test_shares_come_in_by_volume_up_to_the_limit(small_book: Small) -> None:
    equity = {"volume_usd_per_day": 1000.0, "share_of_volume": 0.1,
              "open_from": dt.date(2022, 10, 3), "limit_usd": 250.0, "cost": 0.5}
    book = small_book(funding={"equity": equity})
    # Sold from day 3 on, 100 a day, half of it for the firm, there two days later.
    assert funding(book, {"USD": 1.0}, 10)["funding.equity"].tolist() == [
        0.0, 0.0, 0.0, 0.0, 0.0, 50.0, 100.0, 125.0, 125.0, 125.0]


def test_receipts_are_those_of_the_ledger_in_a_still_market() -> None:
    days, told = 80, 0
    for seed in range(40):
        book = random_book(random.Random(seed).random)
        packed = pack(book, frame(days))
        here = receipts(packed, days + 1)
        # Blocks of fleets that mine alone bear on no receipt.
        path = ledger_path_of(packed, days)
        hosting, other = np.zeros(days + 1), np.zeros(days + 1)
        for event in path.events:
            if event.account == "cash" and event.what in ("collected", "received"):
                (hosting if event.what == "collected" else other)[event.day] += event.value
        assert here.hosting == pytest.approx(hosting, rel=1e-9, abs=1e-6)
        assert here.other == pytest.approx(other, rel=1e-9, abs=1e-6)
        told += int(hosting.any()) + int(other.any())
    assert told > 30


def ledger_path_of(packed: Any, days: int) -> Any:
    """The readable ledger with the market standing still."""
    from hashfall.model.reference.ledger import ledger_path

    world = still_world(frame(days), days)
    return ledger_path(packing_of(packed), world, labels_of(packed), lambda fleet, day: 0.5,
                       lambda stream, word, day: 0.5)


def test_receipts_arrive_once(small_book: Small) -> None:
    for seed in range(40):
        book = random_book(random.Random(seed).random)
        assert sum(on_accounts(book, 60).values()) == pytest.approx(np.ones(60))


def test_closures_are_those_that_the_ledger_draws() -> None:
    closings = 0
    for seed in range(30):
        book = routed_book(random.Random(seed).random)
        packed = pack(book, frame(60))
        trace = replay(cast(Any, stormy_world(60)), packed, 128 + seed, 7)
        entries = [(kind, name) for kind in ("venue", "rail", "route")
                   for name, x in getattr(book, f"{kind}s").items() if x.closes_per_year > 0.0]
        mine = [open_by_chance(book, kind, name, 61, 7, 128 + seed) for kind, name in entries]
        changes = {g: sorted(m.day for m in trace.marks if m.name == g)
                   for g in {m.name for m in trace.marks if m.what in ("opens", "closes")}}
        own = [(np.flatnonzero(np.diff(on)) + 1).tolist() for on in mine]
        for days in changes.values():
            assert days in own
        closings += len(changes)
    assert closings > 10


def test_where_all_closes_at_once_the_band_falls_to_cash(small_book: Small,
                                                         study_of: Callable[..., Study]) -> None:
    coins = {"cash": 5000.0, "coins": {"free_btc": 10.0}}
    shut = small_book(**coins, routes={"desk": {**DESK, "closes_per_year": 365.0,
                                                "reopens_after_days": 3650.0}})
    sure = small_book(**coins, routes={"desk": DESK})
    assert closes_by_chance(shut) and not closes_by_chance(sure)
    found = flow_study(study_of(shut), lambda d: shut, 14, 40)
    last = np.array([flow.money[-1] for flow in found])
    assert np.quantile(last, 0.05) == pytest.approx(5000.0 + 2 * 18_000.0)  # day 0 is open
    assert last.max() > 5000.0 + 4 * 18_000.0
    venue = small_book(**coins, venues={"v": {"kind": "otc", "closes_per_year": 365.0,
                                              "reopens_after_days": 3650.0}},
                       routes={"desk": {**DESK, "venue": "v", "open_from": dt.date(2022, 10, 6)}})
    late = np.array([flow.money[-1] for flow in
                     flow_study(study_of(venue), lambda d: venue, 14, 40)])
    assert np.quantile(late, 0.05) == pytest.approx(5000.0)
    # All open: the money of the line.
    assert flow_of(study_of(shut), shut, 14).money[-1] == pytest.approx(185_000.0)


def test_what_falls_due_has_no_chance_in_it(small_book: Small,
                                            study_of: Callable[..., Study]) -> None:
    costs = {"rent": {"kind": "fixed", "amount": 7.0, "day_of_month": 20}}
    alone = {"site": "s", "model": "m", "hashrate_ph": 1.0, "j_per_th": 30.0, "payout": "solo"}
    book = small_book(cash=9.0, coins={"free_btc": 3.0}, fleet={"own": alone}, costs=costs, routes={
        "desk": {**DESK, "closes_per_year": 365.0, "reopens_after_days": 1.0}})
    rows = what_falls_due(study_of(book), book, 60)
    assert [(r["day"], r["amount"]) for r in rows if r["class"] == "fixed"] == [
        (20, 7.0), (51, 7.0)]


def test_without_hazards_the_path_moves_no_bit(small_book: Small,
                                               study_of: Callable[..., Study]) -> None:
    book = small_book(cash=5000.0, coins={"free_btc": 10.0}, routes={"desk": DESK})
    line, path = flow_of(study_of(book), book, 3), flow_of(study_of(book), book, 3, Chance(7, 5))
    assert line.money.tolist() == path.money.tolist()
    assert line.waits.tolist() == path.waits.tolist()


def test_each_draw_has_the_closures_of_its_own_first_path(small_book: Small,
                                                          study_of: Callable[..., Study]) -> None:
    book = small_book(coins={"free_btc": 500.0}, routes={
        "desk": {**DESK, "closes_per_year": 40.0, "reopens_after_days": 5.0}})
    s = study_of(book, draws=4)
    found = flow_study(s, lambda d: book, 30, 3)
    alone = [flow_of(s, book, 30, Chance(7, d * 128)) for d in range(3)]
    assert [f.money.tolist() for f in found] == [f.money.tolist() for f in alone]
    assert len({float(f.money[-1]) for f in found}) > 1


def test_the_picture_adds_up_with_receipts_and_funding(small_book: Small,
                                                       study_of: Callable[..., Study]) -> None:
    line = {"limit": 8000.0, "currency": "USD", "rate_per_year": 0.1,
            "until": dt.date(2023, 10, 20)}
    book = small_book(cash=500.0, coins={"free_btc": 3.0}, routes={"desk": DESK},
                      hosting={"hall": HALL}, funding={"lines": {"bank": line}})
    half = stressed(book, [Order(RULES["domestic_court"], share=0.5)], 5.0)
    drawn = picture(flow_of(study_of(book), half, 30))
    bands = bands_of(drawn)[1]
    for end, key in (("money that can pay", "money_usd"), ("frozen on accounts", "frozen_usd")):
        assert sum(b.usd for b in bands if b.end == end) == pytest.approx(drawn[key], rel=1e-6)


def test_a_route_that_harms_has_a_note(small_book: Small) -> None:
    book = small_book(routes={"desk": DESK, "street": DESK})
    s = cast(Study, SimpleNamespace(book=book))

    def row(name: str, value: float) -> dict[str, Any]:
        return {"route": name, "remove": {"value": value, "se": 0.001}}

    notes = _harmful(s, [row("desk", -0.007), row("street", -0.0019), row("all", -0.1)])
    assert len(notes) == 1
    assert notes[0].startswith("Default falls without desk (-0.7 ±0.1): the ledger sells by rule")
    assert _harmful(s, [row("desk", 0.1), {"route": "street", "remove": None}]) == []


@pytest.mark.parametrize("close", [[], ["desk"]])
def test_the_table_fits_a_terminal(close: list[str]) -> None:
    day = {"day": 365, "date": "2023-09-30", "usd": 123.4e6, "low": 101.6e6, "high": 234.5e6,
           "usd_before": 345.6e6, "due_usd": 111.1e6, "hosting_usd": 45.6e6,
           "other_receipts_usd": 5e6, "funding_usd": 151.8e6}
    lines = _money({"asked": {"close": close, "freeze": []}, "deliverable": [day]})
    assert all(len(line) <= 78 for line in lines)
    assert "2023-09-30" in lines[2] and "50.6m" in lines[2] and "receipts" in lines[1]
    lines = _money({"asked": {"close": close, "freeze": []},
                    "deliverable": [{**day, "other_receipts_usd": 0.0, "funding_usd": 0.0}]})
    assert ("of it hosting" in lines[1]) == (not close)


def test_notes_and_answer_say_what_is_in_the_money() -> None:
    day = {"date": "2022-10-30", "usd": 5e6, "low": 4e6, "high": 6e6, "due_usd": 0.0,
           "hosting_usd": 2e6, "other_receipts_usd": 0.0, "funding_usd": 1e6}
    days = {"p5": 30.0, "p50": 40.0, "p95": 366.0, "censored_share": 0.2}
    halts = {"name": "none", "days_to_halt": days, "orders": [], "same_as": ""}
    result = {"name": "Small", "deliverable": [day], "closures_by_chance": True, "stress": [halts],
              "days_to_halt": {"row": "none"}, "stress_last_day": 365}
    assert "5m USD by 2022-10-30 [4m to 6m" in answer(result)
    assert "of it 2m hosting and 1m funding" in answer(result)
    assert answer(result).endswith("Operations halt within 40 days on half of the paths "
                                   "(no freeze).")
    halts["days_to_halt"] = {**days, "p50": 366.0, "censored_share": 0.71}
    assert answer(result).endswith("Operations do not halt within 365 days on 71% of the paths "
                                   "(no freeze).")
    note = _money_note(result)
    assert "before the power that they need" in note and "covenants taken as held" in note
    assert "closures by chance" in note
    plain = {**day, "hosting_usd": 0.0, "funding_usd": 0.0}
    short = _money_note({"deliverable": [plain], "closures_by_chance": False})
    assert not any(word in short for word in ("hosting", "funding", "chance"))
