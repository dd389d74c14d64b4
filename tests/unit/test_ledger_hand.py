"""Small books worked out by hand: two months of cash, days of default, loans, freezes, taxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.book.record import Book
from hashfall.engine.pack import Options, Packed
from hashfall.model.columns import CLASSES, CLOCKS_NEVER, Month, Row
from hashfall.model.reference.ledger import LedgerPath

Small = Callable[..., Book]
Run = Callable[..., tuple[Packed, LedgerPath]]
AS_OF = dt.date(2022, 9, 30)  # day 0; October is days 1-31, November days 32-61


def on(day: int) -> dt.date:
    """Date of a day."""
    return AS_OF + dt.timedelta(days=day)


def site(**power: Any) -> dict[str, Any]:
    """A site that always runs."""
    return {"entity": "a", "place": "x", "mw": 10, "status": "running", "uptime": 1.0,
            "overhead": 1.0, "power": {"kind": "contract", "currency": "USD", **power}}


def machines(ph: float) -> dict[str, Any]:
    """Machines that take 720 kWh and earn 0.004 BTC (80 USD) per PH and day."""
    return {"site": "s", "model": "m", "hashrate_ph": ph, "j_per_th": 30.0, "pool_fee": 0.0}


def cash_on(path: LedgerPath, day: int) -> float:
    """Cash at the end of a day."""
    return path.days[day - 1].cash


def test_two_months_of_a_loan_a_payroll_and_a_power_bill(
    small_book: Small, run_small: Run
) -> None:
    # 10 PH use 7,200 kWh a day, 360 USD at 0.05; they earn 0.04 BTC, 800 USD, sold the same
    # day at 1% below spot: 792 USD.
    book = small_book(
        cash=30_000.0, sites={"s": site(price_per_kwh=0.05, bill_days=15)},
        fleet={"f": machines(10.0)},
        routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.01, "delay_days": 0}},
        costs={"pay": {"kind": "payroll", "amount": 5_000.0, "day_of_month": 10}},
        debts={"loan": {"lender": "L", "kind": "amortising", "principal": 12_000.0,
                        "rate_per_year": 0.12, "matures": dt.date(2022, 11, 28)}},
    )
    _, path = run_small(book, 61)
    # Day 9: 30,000 + 9 x 792 = 37,128. Day 10: + 792 - 5,000 of payroll.
    assert cash_on(path, 9) == pytest.approx(37_128.0)
    assert cash_on(path, 10) == pytest.approx(32_920.0)
    # Day 15: the bill of September, 30 x 360 = 10,800, is paid.
    assert cash_on(path, 14) - cash_on(path, 15) == pytest.approx(10_800.0 - 792.0)
    # Day 28: half the loan, 6,000, and a month's interest on 12,000, 120.
    assert cash_on(path, 27) - cash_on(path, 28) == pytest.approx(6_120.0 - 792.0)
    # Day 41: payroll. Day 46: the bill of October, 31 x 360 = 11,160. Day 59: 6,000 + 60.
    assert cash_on(path, 45) - cash_on(path, 46) == pytest.approx(11_160.0 - 792.0)
    assert cash_on(path, 58) - cash_on(path, 59) == pytest.approx(6_060.0 - 792.0)
    end = 30_000 + 61 * 792 - 2 * 5_000 - 10_800 - 11_160 - 6_120 - 6_060
    assert path.row(Row.CASH) == pytest.approx(end)
    assert path.row(Row.SOLD_BTC) == pytest.approx(61 * 0.04)
    assert path.row(Row.D1) == CLOCKS_NEVER
    # Records of October and November: what fell due, by class.
    due = {name: [m[Month.DUE + i] for m in path.months] for i, name in enumerate(CLASSES)}
    assert due["power"] == pytest.approx([10_800.0, 11_160.0])
    assert due["payroll"] == [5_000.0, 5_000.0]
    assert due["interest"] == pytest.approx([120.0, 60.0])
    assert due["principal"] == [6_000.0, 6_000.0]
    # November's power stands billed and not due: owed, with nothing else.
    assert path.row(Row.OWED) == pytest.approx(30 * 360.0)
    # In twelve months: what was used, paid to staff and lenders.
    assert path.row(Row.OUT12) == pytest.approx(61 * 360 + 10_000 + 12_000 + 180)
    assert path.row(Row.IN12) == pytest.approx(61 * 792)


@pytest.mark.parametrize("grace", [0, 1, 15])
def test_a_fixed_amount_breaks_on_the_day_its_grace_ends(
    small_book: Small, run_small: Run, grace: int
) -> None:
    book = small_book(cash=2.0, costs={"x": {
        "kind": "fixed", "amount": 7.0, "start": on(12), "once": True, "grace_days": grace,
    }})
    packed, path = run_small(book, 40)
    assert path.row(Row.D1) == 12 + grace
    assert path.row(Row.FIRST_SHORT) == 12
    assert packed.lines[int(path.row(Row.LINE))].names == ["costs.x"]


@pytest.mark.parametrize("grace", [0, 1, 15])
def test_a_monthly_bill_breaks_on_the_day_its_grace_ends(
    small_book: Small, run_small: Run, grace: int
) -> None:
    # The bill of September falls due on day 15 and is paid; that of October on day 46 is not.
    book = small_book(
        cash=30 * 360.0, sites={"s": site(price_per_kwh=0.05, bill_days=15, grace_days=grace)},
        fleet={"f": machines(10.0)}, treasury={"sell_share": 0.0},
    )
    assert run_small(book, 90)[1].row(Row.D1) == 46 + grace


def test_payments_in_grace_go_to_what_is_oldest(small_book: Small, run_small: Run) -> None:
    # 10 due on days 10 and 41, grace 20. With 6 at hand and 7 more on day 25, 4 of the first
    # are late but within grace; the money of day 25 pays them and 3 wait for the second.
    book = small_book(
        cash=6.0, costs={"x": {"kind": "payroll", "amount": 10.0, "day_of_month": 10,
                               "grace_days": 20, "until": on(45)}},
        receivables={"r": {"amount": 7.0, "due": on(25)}},
    )
    _, path = run_small(book, 90)
    assert path.days[10].unpaid == pytest.approx(4.0)
    assert cash_on(path, 25) == pytest.approx(3.0)
    assert path.days[41].unpaid == pytest.approx(7.0)
    assert path.row(Row.D1) == 41 + 20


def test_what_is_overdue_at_the_start_is_no_default(small_book: Small, run_small: Run) -> None:
    book = small_book(cash=5.0, claims={"old": {
        "creditor": "C", "kind": "claim", "amount": 9.0, "due": on(-10), "grace_days": 0,
    }})
    _, path = run_small(book, 60)
    assert path.row(Row.D1) == path.row(Row.FIRST_SHORT) == CLOCKS_NEVER
    assert path.row(Row.CASH) == 0.0
    assert path.row(Row.UNPAID) == pytest.approx(4.0)


def test_the_order_of_the_book_decides_who_is_paid(small_book: Small, run_small: Run) -> None:
    def both(waterfall: list[str] | None) -> LedgerPath:
        tables: dict[str, Any] = {} if waterfall is None else {"waterfall": waterfall}
        book = small_book(cash=10.0, costs={
            "staff": {"kind": "payroll", "amount": 8.0, "start": on(3), "once": True},
            "rent": {"kind": "fixed", "amount": 8.0, "start": on(3), "once": True},
        }, **tables)
        return run_small(book, 5)[1]

    usual = both(None)
    assert usual.days[-1].unpaid_lines == (0.0, 0.0, 6.0)  # power, payroll, rent
    turned = both(["enforced", "fixed", "capex", "claim", "margin", "principal", "interest", "tax",
                   "payroll", "power"])
    assert turned.days[-1].unpaid_lines == (0.0, 6.0, 0.0)  # rent, payroll, power
    paid = [e.name for e in turned.events if e.account == "cash" and e.what == "paid"]
    assert paid == ["costs.rent", "costs.staff"]


def test_a_debt_in_another_currency_moves_with_the_rate(
    small_book: Small, run_small: Run
) -> None:
    book = small_book(cash=3.0, costs={"x": {
        "kind": "fixed", "amount": 400.0, "currency": "RUB", "start": on(2), "once": True,
    }})
    _, path = run_small(book, 4)  # 400 RUB are 5 USD; 3 USD pay 240 RUB
    assert path.days[-1].unpaid_lines[-1] == pytest.approx(160.0)
    assert path.row(Row.UNPAID) == pytest.approx(2.0)


def test_bills_at_hand_are_looked_ahead(small_book: Small, run_small: Run) -> None:
    # A holder of coins who sells none as they come: the bill of 10,800 on day 15 is met in
    # time although a sale takes three days, since it is looked for from day 1 on.
    def default(look_ahead: int) -> float:
        book = small_book(
            coins={"free_btc": 10.0},
            sites={"s": site(price_per_kwh=0.05, bill_days=15, grace_days=0)},
            fleet={"f": machines(10.0)},
            treasury={"sell_share": 0.0, "look_ahead_days": look_ahead},
            routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "delay_days": 3}},
        )
        return run_small(book, 30)[1].row(Row.D1)

    assert default(14) == CLOCKS_NEVER
    assert default(0) == 15


def test_prepaid_service_comes_off_the_bill(small_book: Small, run_small: Run) -> None:
    # 1 MW takes 24,000 kWh a day at 0.10: 2,400 USD. September's bill of 72,000 is collected
    # on day 15, less 15 days of 1,000 that were worked off by then.
    host = {"site": "s", "mw": 1.0, "tariff_per_kwh": 0.1, "currency": "USD",
            "client_j_per_th": 20.0, "client_spread": 0.0, "bad_debt": 0.0,
            "leave_after_days": 999}
    book = small_book(hosting={"h": host}, fleet={},
                      prepayments={"p": {"amount": 30_000.0, "work_off_days": 30}})
    _, path = run_small(book, 46)
    assert cash_on(path, 14) == 0.0
    assert cash_on(path, 15) == pytest.approx(72_000.0 - 15_000.0)
    # The other 15,000 come off October's bill, 31 x 2,400 = 74,400, on day 46.
    assert cash_on(path, 46) == pytest.approx(57_000.0 + 74_400.0 - 15_000.0)
    assert path.row(Row.SETOFF) == 0.0


def test_prepaid_service_alone_takes_no_cash(small_book: Small, run_small: Run) -> None:
    book = small_book(cash=4.0, prepayments={"p": {"amount": 100.0, "work_off_days": 10}})
    _, path = run_small(book, 20)
    assert path.row(Row.CASH) == 4.0
    assert path.row(Row.SETOFF) == pytest.approx(100.0)
    assert path.row(Row.D4) == 1.0  # 4 in hand, 100 of service still owed


def test_a_bill_collected_at_the_months_end_is_that_months(
    small_book: Small, run_small: Run
) -> None:
    host = {"site": "s", "mw": 1.0, "tariff_per_kwh": 0.1, "currency": "USD", "collect_days": 0,
            "client_j_per_th": 20.0, "client_spread": 0.0, "bad_debt": 0.0,
            "leave_after_days": 999}
    _, path = run_small(small_book(hosting={"h": host}, fleet={}), 61)
    assert cash_on(path, 1) == pytest.approx(30 * 2_400.0)  # September's
    assert cash_on(path, 31) == pytest.approx((30 + 31) * 2_400.0)
    assert cash_on(path, 61) == pytest.approx((30 + 31 + 30) * 2_400.0)


def test_tax_on_profit(small_book: Small, run_small: Run) -> None:
    # December ends day 92. Coins as credited: 92 x 800; less power 92 x 144, three payrolls of
    # 5,000 and interest 3 x 100: 73,600 - 13,248 - 15,000 - 300 = 45,052, taxed at 20%.
    def tax(at_crediting: bool) -> LedgerPath:
        book = small_book(
            cash=1e6, sites={"s": site(price_per_kwh=0.02, bill_days=15)},
            fleet={"f": machines(10.0)}, coins={"free_btc": 0.5},
            treasury={"sell_share": 0.5},
            routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.0,
                          "delay_days": 2}},
            costs={"pay": {"kind": "payroll", "amount": 5_000.0}},
            debts={"loan": {"lender": "L", "kind": "bullet", "principal": 10_000.0,
                            "rate_per_year": 0.12, "matures": dt.date(2024, 1, 1)}},
            tax={"profit_rate": 0.2, "at_crediting": at_crediting, "due_days": 10},
        )
        return run_small(book, 110)[1]

    def due(path: LedgerPath) -> float:
        bills = [e.amount for e in path.events if e.what == "tax assessed"
                 and e.account == "bills"]
        assert [e.day for e in path.events if e.what == "tax assessed"] == [92, 92]
        return bills[0]

    assert due(tax(True)) == pytest.approx(0.2 * 45_052.0)
    # At sale: half the coins; those of the last day are sold after the assessment.
    assert due(tax(False)) == pytest.approx(0.2 * (45_052.0 - 36_800.0 - 400.0))
    paid = [e.day for e in tax(True).events if e.name == "tax" and e.what == "paid"]
    assert set(paid) == {102}


def test_a_credit_line_is_drawn_and_called(small_book: Small, run_small: Run) -> None:
    line = {"limit": 100.0, "drawn": 20.0, "currency": "USD", "rate_per_year": 0.365,
            "until": on(20)}
    book = small_book(
        cash=10.0, funding={"lines": {"x": line}},
        costs={"c": {"kind": "fixed", "amount": 50.0, "start": on(5), "once": True}},
        treasury={"look_ahead_days": 0},
    )
    _, path = run_small(book, 60)
    drawn = [(e.day, e.amount) for e in path.events
             if e.account == "credit line" and e.what == "drawn"]
    assert drawn == [(5, 40.0)]
    # Day 20: 60 fall due, nothing is there; 30 days of grace.
    assert path.days[19].unpaid == pytest.approx(60.0)
    # Interest of 0.1% a day: 5 days of 20 and 15 of 60 (the draw of day 5 counts from day 6).
    charged = [e.amount for e in path.events if e.what == "interest" and e.account == "bills"]
    assert sum(charged) == pytest.approx(5 * 0.02 + 15 * 0.06)
    assert path.row(Row.D1) == 32 + 10  # its interest, billed at the end of October


def test_removing_a_cause_keeps_the_rest(small_book: Small, run_small: Run) -> None:
    book = small_book(cash=2.0, costs={"x": {
        "kind": "fixed", "amount": 7.0, "start": on(12), "once": True, "grace_days": 0,
    }})
    gone = Options(remove=frozenset({"fixed_cost"}))
    assert run_small(book, 40, options=gone)[1].row(Row.D1) == CLOCKS_NEVER


def test_money_that_comes_after_the_end_is_still_under_way(
    small_book: Small, run_small: Run
) -> None:
    # A coin sold on day 1 brings 20,000 x 0.9 after 60 days; the run ends on day 20.
    book = small_book(
        coins={"free_btc": 1.0}, treasury={"look_ahead_days": 0},
        routes={"x": {"kind": "otc", "capacity_btc_per_day": 1.0, "fee": 0.1, "delay_days": 60}},
        costs={"x": {"kind": "fixed", "amount": 18_000.0, "start": on(1), "once": True,
                     "grace_days": 60}},
    )
    _, path = run_small(book, 20)
    assert path.row(Row.PENDING) == pytest.approx(18_000.0)
    assert path.closing["under way", 0, "USD"] == pytest.approx(18_000.0)
    _, longer = run_small(book, 70)
    assert longer.days[60].unpaid == pytest.approx(0.0)  # day 61
    assert longer.row(Row.D1) == CLOCKS_NEVER


def test_insolvency_counts_everything(small_book: Small, run_small: Run) -> None:
    # 10 PH pledged, worth 100,000 USD, secure a loan of 90,000. Later a claim of 20,000 is
    # known: with it, debts are above assets from the first day on.
    tables: dict[str, Any] = {
        "fleet": {"f": {**machines(10.0), "resale_usd_per_th": 10.0, "pledged": True}},
        "debts": {"d": {"lender": "L", "kind": "bullet", "principal": 90_000.0,
                        "rate_per_year": 0.0, "matures": on(300), "secured_on": "machines"}},
    }
    assert run_small(small_book(cash=10.0, **tables), 5)[1].row(Row.D4) == CLOCKS_NEVER
    claim = {"creditor": "C", "kind": "award", "amount": 20_000.0, "due": on(200)}
    tables["claims"] = {"c": claim}
    assert run_small(small_book(cash=10.0, **tables), 5)[1].row(Row.D4) == 1.0
