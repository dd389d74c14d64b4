"""Each rule between the fields of a book holds for a sound one and is broken by a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hashfall.book.consistency import RULES, problems
from hashfall.book.load import parse_book
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")

MANY_WAYS = "".join(
    [f'[venues.v{i}]\nkind = "otc"\ncapacity_btc_per_day = 5.0\n\n' for i in range(3)]
    + [f'[rails.r{i}]\nkind = "bank"\ncurrency = "USD"\ncapacity_per_day = 1e6\n\n'
       for i in range(3)]
    + [f'[routes.x{i}{j}]\nkind = "otc"\ncapacity_btc_per_day = 5.0\nvenue = "v{i}"\n'
       f'rail = "r{j}"\nimpact = 0.05\n\n' for i in range(3) for j in range(3)]
)

BROKEN = [
    ("references", 'site = "north"', 'site = "nroth"', "did you mean north?"),
    ("references", 'entity = "ring"\nbank', 'entity = "rink"\nbank', "did you mean ring?"),
    ("references", 'parent = "ring"', 'parent = "none"', "a name from entities"),
    ("entity_tree", '[entities.top]\ncountry = "RU"', '[entities.top]\ncountry = "RU"\n'
     'parent = "plant"', "at most 20 deep, found \"top -> plant -> top\""),
    ("entity_tree", '[entities.top]\ncountry = "RU"', '[entities.top]\ncountry = "RU"\n'
     "ring_fenced = true", "without parent that is not ring-fenced"),
    ("entity_owners", "parent_share = 0.75", "parent_share = 0.8", "parent included, found 1.05"),
    ("entity_owners", '[entities.top]\n', '[entities.top]\nparent_share = 0.5\n',
     "a parent that has the share"),
    ("event_targets", 'what = "main"', 'what = "mian"', "did you mean main?"),
    ("event_targets", 'what = "steppe"', 'what = "main"', "a name from sites"),
    ("event_targets", 'what = "clients"', 'what = "nobody"', "a name from hosting"),
    ("event_targets", 'what = "exchange"', 'what = "clients"', "a name from routes"),
    ("event_fields", 'ordered_by = "domestic_court"\n', "", "who ordered the freeze"),
    ("event_fields", "amount = 5e6\n", "", "the amount of a payment, found nothing"),
    ("event_fields", 'amount = 5e6\ncurrency = "RUB"', "amount = 5e6", "the currency of a payment"),
    ("event_fields", "until = 2026-01-14", "", "an outage without end is a ban"),
    ("event_fields", "until = 2026-03-15", 'until = 2026-03-15\nallows = ["tax"]',
     "this field only on freeze, found one on ban"),
    ("event_fields", "until = 2026-03-15", "until = 2026-03-15\namount = 3.0",
     "this field only on payment"),
    ("sources_exist", 'source = "later"', 'source = "latr"', "did you mean later?"),
    ("sources_exist", 'value = 3000, source = "annual"', 'value = 3000, source = "press, 10-K"',
     'names from sources, found "10-K"'),
    ("drivers_apart", 'driver = "routes"', 'driver = "chance.claims.supplier"', "that is no other"),
    ("drivers_apart", 'driver = "routes"', 'driver = "a b"', "that is no other"),
    ("drivers_apart", 'driver = "routes"', 'driver = "market.fx.RUB"', "that is no other"),
    ("currency_rates", ", KZT = 510.0", "", "market.fx.KZT"),
    ("currency_rates", "KZT = 510.0", "KZT = 510.0, USD = 1.0", "no rate for the dollar itself"),
    ("currency_rates", "fx_sd_per_day = { RUB", "fx_sd_per_day = { EUR", "found EUR"),
    ("rate_direction", "KZT = 510.0", "KZT = 0.00196", "give KZT for one dollar"),
    ("rate_direction", "KZT = 510.0", "KZT = 510.0, AED = 0.2723", "about 3.6725, found 0.2723"),
    ("stated_units", 'unit = "RUB"', 'unit = "EUR"', "the unit RUB, found EUR"),
    ("power_contracts", 'region = "siberia", ', "", "the market region of a contract that ends"),
    ("power_contracts", 'region = "kazakhstan", ', "", "the market region of power at market"),
    ("power_contracts", 'price_per_kwh = { value = 3.1, source = "press" }, ', "",
     "write 0 where the clients pay the supplier"),
    ("power_prices", "adder_per_kwh = 1.0", "adder_per_kwh = 2000.0", "at most 1020 KZT/kWh"),
    ("fleet_size", "hashrate_ph = 150.0", "hashrate_ph = 150.0\ncount = 10", "leave one out"),
    ("fleet_size", "hashrate_ph = 150.0", "count = 10", "found count alone"),
    ("fleet_size", "hashrate_ph = 150.0", "", "found neither"),
    ("fleet_size", "growth_by = 2026-03-31\n", "", "growth_to_ph together with growth_by"),
    ("waterfall_complete", '"payroll", "tax", "enforced"', '"payroll", "enforced"', "no tax"),
    ("waterfall_complete", '"payroll", "tax"', '"payroll", "payroll", "tax"', "payroll twice"),
    ("loan_levels", "target_ltv = 0.6", "target_ltv = 0.7", "below call_ltv (0.7), found 0.7"),
    ("loan_levels", "call_ltv = 0.7", "call_ltv = { low = 0.7, mid = 0.75, high = 0.81 }",
     "below liquidation_ltv (0.8), found 0.81"),
    ("costs_once", "once = true\nstart = 2025-09-30", "once = true", "found nothing"),
    ("costs_once", "once = true", "once = true\nuntil = 2026-01-01", "no end of a cost"),
    ("known_after_balances", "known_by = 2025-06-15", "known_by = 2025-05-30", "as_of"),
    ("date_order", "until = 2025-09-20", "until = 2025-06-20", "a day after start (2025-06-20)"),
    ("date_order", "first_instalment = 2025-07-28", "first_instalment = 2027-07-28", "matures"),
    ("date_order", "open_until = 2025-12-31\n\n[events", "open_from = 2026-01-01\n"
     "open_until = 2025-12-31\n\n[events", "a day after open_from"),
    ("references", "[routes.exchange]", '[rails.r]\nkind = "bank"\naccount = "mian"\n\n'
     "[routes.exchange]", "did you mean main?"),
    ("references", 'capacity_btc_per_day = 20.0', 'capacity_btc_per_day = 20.0\nrail = "swift"',
     'routes.exchange.rail: expected a name from rails, found "swift"'),
    ("event_targets", 'kind = "route_closure"', 'kind = "venue_closure"', "a name from venues"),
    ("event_targets", 'kind = "route_closure"', 'kind = "rail_closure"', "a name from rails"),
    ("route_ends", "[routes.exchange]", '[rails.r]\nkind = "cash"\n\n[routes.exchange]',
     "a currency, or an account, found neither; its routes lead nowhere"),
    ("route_ends", "[routes.exchange]", '[rails.r]\nkind = "bank"\naccount = "main"\n'
     'currency = "USD"\n\n[routes.exchange]', "the currency of account main (RUB), found USD"),
    ("route_ends", "[routes.exchange]", '[rails.r]\nkind = "bank"\naccount = "main"\n\n'
     '[routes.exchange]\nrail = "r"\naccount = "ring"', "the account of rail r (main)"),
    ("route_currencies", 'currency = "RUB"\n\n[routes.exchange]', 'currency = "USD"\n'
     'account = "main"\n\n[routes.exchange]', "the currency of account main (RUB), found USD"),
    ("route_currencies", 'currency = "RUB"\n\n[routes.exchange]', 'currency = "RUB"\n'
     'rail = "r"\n\n[rails.r]\nkind = "cash"\ncurrency = "KZT"\n\n[routes.exchange]',
     "the currency of rail r (KZT), found RUB"),
    ("route_currencies", "[routes.exchange]", '[rails.r]\nkind = "cash"\ncurrency = "KZT"\n\n'
     '[routes.exchange]\nrail = "r"\naccount = "main"', "in the currency of rail r (KZT)"),
    ("reopening", "capacity_btc_per_day = 20.0", "capacity_btc_per_day = 20.0\n"
     "reopens_after_days = 30", "how often it closes, since it opens again, found nothing"),
    ("few_ways", "[routes.exchange]", MANY_WAYS + "[routes.exchange]", "at most 96 ways"),
    ("closed_in_part", '[events.storm]', '[venues.v]\nkind = "otc"\n\n[events.v]\n'
     'kind = "venue_closure"\nwhat = "v"\nstart = 2025-07-01\nshare = 0.5\n\n[events.storm]',
     "since v has no capacity"),
]  # fmt: skip


def _refused(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_book(text, "a.toml")
    return str(caught.value)


@pytest.mark.parametrize(("rule", "old", "new", "said"), BROKEN)
def test_a_broken_rule_is_named(rule: str, old: str, new: str, said: str) -> None:
    assert old in TEXT, f"the test book has no {old!r}"
    message = _refused(TEXT.replace(old, new, 1))
    assert re.search(rf"\brule {rule}\b", message), message
    assert said in message


def _with(text: str) -> str:
    return TEXT + "\n" + text


def test_overlapping_freezes_of_an_account() -> None:
    second = """[events.tax]
    kind = "freeze"
    what = "main"
    ordered_by = "tax_office"
    start = 2025-09-01
    """
    message = _refused(_with(second))
    assert message == (
        "a.toml: events.tax.start: expected a freeze of main that starts after arrest has ended, "
        "found 2025-09-01 while arrest ends 2025-09-20; join them into one freeze, or let one "
        "start where the other ends (rule event_overlaps)"
    )
    parse_book(_with(second.replace("2025-09-01", "2025-09-20")), "one after the other")
    parse_book(_with(second.replace('"main"', '"spare"')), "another account")


def test_two_bans_of_one_site() -> None:
    second = '[events.ban2]\nkind = "ban"\nwhat = "steppe"\nstart = 2025-12-01\n'
    assert "rule event_overlaps" in _refused(_with(second))
    assert "never ends" in _refused(_with(second.replace("12-01", "01-01")))


def test_customers_are_not_lost_twice() -> None:
    second = '[events.more]\nkind = "customer_loss"\nwhat = "clients"\nstart = 2025-10-01\n'
    assert "losses of clients that add up to at most 1, found 1.4" in _refused(_with(second))
    parse_book(_with(second + "share = 0.6\n"), "the rest")


def test_shares_of_receipts_add_up_in_each_part() -> None:
    message = _refused(TEXT.replace("receipts_share = 0.3", "receipts_share = 0.4"))
    assert "receipts_share of the accounts of the group to add up to 1, found 1.1" in message
    message = _refused(TEXT.replace("balance = 2.0e8", "balance = 2.0e8\nreceipts_share = 0.5"))
    assert "the accounts of ring to add up to 1, found 0.5" in message


def test_a_book_needs_something_to_run() -> None:
    text = """schema = "hashfall.book/1"
    id = "idle"
    name = "Idle"
    as_of = 2025-05-31
    known_by = 2025-05-31
    currency = "USD"
    [entities.a]
    country = "US"
    """
    assert "an entry of fleet or of hosting, found neither" in _refused(text)


def test_every_rule_is_broken_by_some_test() -> None:
    elsewhere = {"event_overlaps", "losses_add_up", "receipts_shares", "something_to_run"}
    assert set(RULES) == {rule for rule, *_ in BROKEN} | elsewhere


def test_the_sound_book_breaks_no_rule() -> None:
    assert not list(problems(parse_book(TEXT, "a.toml")))
