"""Sizing rules: ranges from published size, one file for every case."""

from __future__ import annotations

from pathlib import Path

import pytest

from hashfall.book.draws import Drawer, drivers
from hashfall.book.load import parse_book
from hashfall.book.record import Book
from hashfall.book.sizing import apply_sizing, parse_rules, shipped_rules
from hashfall.book.values import Range
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")
RULES = """
[rule.cash_days]
base = "revenue_per_day"
unit = "days of revenue"
low = 5
mid = 20
high = 60
why = "w"
source = "assumption"
[rule.pay]
base = "mw"
unit = "USD/MW/month"
currency = "USD"
low = 1000
mid = 2000
high = 3000
why = "w"
source = "assumption"
[rule.stock]
base = "ph"
unit = "BTC per PH/s of own hashrate"
low = 0.1
mid = 0.2
high = 0.3
why = "w"
source = "assumption"
[rule.own_ph]
base = "mw"
unit = "PH/s per MW"
low = 2
mid = 4
high = 8
why = "w"
source = "assumption"
[rule.spares]
base = "machines"
unit = "USD/machine"
currency = "USD"
low = 1
mid = 2
high = 3
why = "w"
source = "assumption"
[rule.resale_2025]
base = "one"
unit = "USD/TH"
currency = "USD"
low = 2
mid = 5
high = 11
why = "w"
source = "assumption"
[rule.hosting_utilisation]
base = "one"
unit = "share of claimed power"
low = 0.3
mid = 0.6
high = 0.9
why = "w"
source = "assumption"
[rule.too_much]
base = "one"
unit = "share"
low = 0.5
mid = 1.0
high = 1.5
why = "w"
source = "assumption"
[rule.end]
base = "one"
unit = "days after the date of the book"
low = 90
mid = 100
high = 110
why = "w"
source = "assumption"
[rule.odd]
base = "one"
unit = "mid power price"
low = 0
mid = 1
high = 2
why = "w"
source = "assumption"
"""
KNOWN = parse_rules(RULES, "rules.toml")


def _sized(old: str = "", new: str = "") -> Book:
    assert old in TEXT
    return apply_sizing(parse_book(TEXT.replace(old, new, 1), "a.toml"), KNOWN)


def _points(figure: object) -> tuple[float, float, float]:
    assert isinstance(figure, Range)
    return figure.low, figure.mid, figure.high


def test_days_of_revenue_in_the_currency_of_the_field() -> None:
    # 3,650m RUB a year are 10m RUB a day.
    balance = _sized().accounts["main"].balance
    assert _points(balance) == pytest.approx((50e6, 200e6, 600e6))
    assert isinstance(balance, Range)
    assert (balance.driver, balance.source) == ("cash_days", "sizing rule cash_days")
    assert balance.why == "not published"


def test_days_of_revenue_in_dollars() -> None:
    sized = _sized("balance = 1.0e5", 'balance = { rule = "cash_days" }')
    # Median rate of 79 roubles a dollar; both accounts hang on one driver.
    assert _points(sized.accounts["spare"].balance) == pytest.approx(
        (50e6 / 79, 200e6 / 79, 600e6 / 79)
    )
    calm = sized.model_copy(update={"events": {}})
    shared = [d for d in drivers(calm) if d.name == "cash_days"]
    assert [d.paths for d in shared] == [("accounts.main.balance", "accounts.spare.balance")]
    assert shared[0].kind == "rule"


def test_money_per_mw_of_the_whole_company() -> None:
    sized = _sized("amount = 9e6", 'amount = { rule = "pay" }')
    assert _points(sized.costs["payroll"].amount) == pytest.approx(
        (50 * 1000 * 79, 50 * 2000 * 79, 50 * 3000 * 79)
    )


def test_coins_per_own_hashrate_counts_machines() -> None:
    # 3,000 machines of 100 TH/s and 150 PH/s: 450 PH/s.
    sized = _sized("free_btc = 12.5", 'free_btc = { rule = "stock" }')
    assert _points(sized.coins.free_btc) == pytest.approx((45.0, 90.0, 135.0))


def test_rules_on_hashrate_see_a_hashrate_that_is_sized_itself() -> None:
    text = TEXT.replace("free_btc = 12.5", 'free_btc = { rule = "stock" }')
    text = text.replace("hashrate_ph = 150.0", 'hashrate_ph = { rule = "own_ph" }')
    sized = apply_sizing(parse_book(text, "a.toml"), KNOWN)
    assert _points(sized.fleet["ring_own"].hashrate_ph) == pytest.approx((100.0, 200.0, 400.0))
    assert _points(sized.coins.free_btc) == pytest.approx((50.0, 100.0, 150.0))


def test_money_per_machine() -> None:
    sized = _sized("amount_per_month = 1e6", 'amount_per_month = { rule = "spares" }')
    assert "funding.power_resale.amount_per_month" in {m.path for m in sized.missing}
    resale = sized.funding.power_resale
    assert resale is not None
    assert _points(resale.amount_per_month) == pytest.approx((3000 * 79, 6000 * 79, 9000 * 79))


def test_what_a_rule_stands_for_is_listed_once() -> None:
    sized = _sized()
    listed = {m.path: m for m in sized.missing}
    assert listed["accounts.main.balance"].used_instead == (
        "sizing rule cash_days: 5 to 60 days of revenue"
    )
    assert listed["accounts.main.balance"].why == "not published"
    assert listed["receivables"].used_instead == "One of June."
    assert len(listed) == len(sized.missing) == 4
    assert apply_sizing(sized, KNOWN) == sized


def test_own_words_about_a_missing_figure_stay() -> None:
    sized = _sized('path = "receivables"', 'path = "accounts.main.balance"')
    listed = [m.used_instead for m in sized.missing if m.path == "accounts.main.balance"]
    assert listed == ["One of June."]


def test_a_sized_book_can_be_drawn_and_a_raw_one_cannot() -> None:
    Drawer(_sized().model_copy(update={"events": {}}))
    with pytest.raises(TypeError, match=r"fleet\.own\.resale_usd_per_th: sizing rule resale_2025"):
        Drawer(parse_book(TEXT, "a.toml").model_copy(update={"events": {}}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('rule = "cash_days"', 'rule = "cash_day"',
         "full: accounts.main.balance: expected a rule from sizing_rules.toml, "
         "found 'cash_day'; did you mean cash_days?"),
        ('rule = "cash_days"', 'rule = "hosting_utilisation"',
         "expected a rule in currency, found 'hosting_utilisation' in share of claimed power"),
        ('rule = "hosting_utilisation"', 'rule = "cash_days"', "expected a rule in share"),
        ('rule = "hosting_utilisation"', 'rule = "odd"', "expected a rule in share"),
        ('rule = "hosting_utilisation"', 'rule = "too_much"',
         "expected a number >= 0 and <= 1 [share], found 1.5 by sizing rule too_much"),
        ('rule = "hosting_utilisation"', 'rule = "end"', "expected a rule that gives the figure"),
        ('revenue_per_year = { value = 3650e6, source = "annual", note = "2024" }', "",
         "full: size.revenue_per_year: expected a number that sizing rules scale with"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        _sized(old, new)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mid = 20", "mid = 70", "rules.toml: rule.cash_days: expected low <= mid <= high"),
        ("mid = 20", "mid = -1", "rule.cash_days.mid: expected a number >= 0, found -1"),
        ("mid = 20", "middle = 20", "rule.cash_days.middle: expected a known key"),
        ('base = "ph"', 'base = "eh"', "rule.stock.base: expected 'one', 'revenue_per_day'"),
    ],
)
def test_a_malformed_rule(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rules(RULES.replace(old, new, 1), "rules.toml")
    assert said in str(caught.value)


def test_the_digest_follows_what_the_rules_say() -> None:
    respaced = parse_rules(RULES.replace("low = 5\n", "low   =  5.0 # five\n"), "x")
    changed = parse_rules(RULES.replace("low = 5\n", "low = 6\n"), "x")
    assert respaced.digest == KNOWN.digest != changed.digest


def test_shipped_rules_are_sound() -> None:
    rules = shipped_rules()
    assert len(rules.rule) > 50
    assert all(rule.source and rule.why for rule in rules.rule.values())
