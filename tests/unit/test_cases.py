"""The shipped cases: sound, dated, sourced, and bounded by rules that stay frozen."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import pytest

from hashfall.book.draws import Drawer
from hashfall.book.fields import entries, figures, spec_at
from hashfall.book.library import at, case_ids, open_book
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.book.sizing import shipped_rules
from hashfall.book.sources import names_in
from hashfall.book.values import DateRange, Known, KnownDate, Range, points

SEPTEMBER_2022 = (dt.date(2022, 9, 30), dt.date(2022, 10, 5))
DATES = {
    "bitriver": (dt.date(2025, 5, 31), dt.date(2025, 5, 31)),
    "intelion": (dt.date(2025, 12, 31), dt.date(2025, 12, 31)),
    "core_scientific_2022": SEPTEMBER_2022,
    "riot_2022": SEPTEMBER_2022,
    "cleanspark_2022": SEPTEMBER_2022,
    "bitfarms_2022": SEPTEMBER_2022,
    "terawulf_2022": SEPTEMBER_2022,
}
COHORT = [case for case in DATES if case.endswith("_2022")]
RUSSIA = ["bitriver", "intelion"]
FROZEN = "2655634549ac506c9d72c9db8fd67a3569c8bdba01ad562f53c423ad6edb99b1"


class ByHand(NamedTuple):
    """A range that the writer of a book made from a rule and a published figure."""

    case: str
    path: str
    rule: str
    figure: float | dt.date
    inverse: bool = False


CORE = "core_scientific_2022"
SEPTEMBER_30 = dt.date(2022, 9, 30)
BY_HAND = [
    ByHand("bitfarms_2022", "accounts.main.balance", "stale_cash", 45.982e6),
    ByHand("bitfarms_2022", "coins.free_btc", "stale_coins", 546.0),
    ByHand("bitfarms_2022", "debts.nydig.instalment", "machine_loan_months", 33.5e6, True),
    ByHand("bitfarms_2022", "debts.blockfi.instalment", "machine_loan_months", 25.0e6, True),
    ByHand(CORE, "debts.nydig.instalment", "machine_loan_months", 38.573e6, True),
    ByHand("bitriver", "claims.bit_plus.due", "claim_days", dt.date(2025, 5, 15)),
    ByHand("bitriver", "events.court_arrest_fox.until", "freeze_days", dt.date(2025, 4, 30)),
    ByHand("bitriver", "events.tax_suspension_rus.until", "freeze_days", dt.date(2025, 5, 15)),
    ByHand("bitriver", "accounts.rus.receipts_share", "frozen_receipts_share", 1.0),
    ByHand("bitriver", "sites.others_client_pays.mw", "client_pays_power_share", 518.0),
    ByHand("intelion", "sites.client_pays.mw", "client_pays_power_share", 225.0),
    ByHand("intelion", "sites.own.mw", "own_mining_share", 300.0),
    ByHand("intelion", "coin_loans.sber.principal", "coin_loan_days", 79.0e6 * 78.25 / 365.0),
    *(
        ByHand(case, "funding.equity.open_until", "equity_open_days", SEPTEMBER_30)
        for case in COHORT
    ),
    *(
        ByHand(case, f"sites.{site}.power.until", "power_contract_days", SEPTEMBER_30)
        for case, site in (
            ("core_scientific_2022", "group"),
            ("cleanspark_2022", "georgia"),
            ("terawulf_2022", "lake_mariner"),
        )
    ),
    *(
        ByHand(CORE, f"debts.{debt}.matures", "loan_maturity", dt.date(year, 1, 1))
        for debt, year in (
            ("anchorage", 2024), ("blockfi", 2023), ("bremer", 2026), ("stonebriar", 2024),
            ("barings", 2025), ("trinity", 2024), ("secured_convertible", 2025),
            ("other_convertible", 2025),
        )
    ),
]
INSTALMENTS = ["anchorage", "blockfi", "bremer", "stonebriar", "barings", "trinity"]
GROWTH = [
    ("core_scientific_2022", "own", 13000.0, 18000.0, dt.date(2022, 12, 31)),
    ("riot_2022", "own", 5600.0, 12500.0, dt.date(2023, 3, 31)),
    ("cleanspark_2022", "own", 4160.0, 5000.0, dt.date(2022, 12, 31)),
    ("bitfarms_2022", "group", 3400.0, 5400.0, dt.date(2022, 12, 31)),
    ("terawulf_2022", "lake_mariner", 700.0, 1900.0, dt.date(2022, 12, 31)),
]


@pytest.fixture(scope="module", params=DATES)
def case(request: pytest.FixtureRequest) -> Book:
    """Each case as its file gives it."""
    return open_book(str(request.param))


def _at_path(book: Book, path: str) -> Any:
    value: Any = book
    for part in path.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


def test_these_cases_ship() -> None:
    assert set(case_ids()) == set(DATES)


def test_each_case_has_its_dates_and_name(case: Book) -> None:
    assert (case.as_of, case.known_by) == DATES[case.id]


def test_each_case_can_be_drawn(case: Book) -> None:
    drawer = Drawer(prepare(case).book)
    assert len(drawer.drivers) > 20


def test_every_figure_says_where_it_comes_from(case: Book) -> None:
    """A plain number stands only for what is no fact about the company."""
    plain = {
        "accounts.fox.receipts_share", "treasury.sell_share",
        "tax.due_days", "tax.loss_carry_share",
    }
    named = (Known, KnownDate, Range, DateRange)
    for place in figures(at(case)):
        written = place.spec.attribute in place.record.model_fields_set
        if written and place.path not in plain and not hasattr(place.value, "rule"):
            assert isinstance(place.value, named), place.path
            assert place.value.source, place.path


def test_a_range_says_why(case: Book) -> None:
    for place in figures(case):
        if isinstance(place.value, (Range, DateRange)):
            assert place.value.why, place.path


def test_nothing_looks_ahead(case: Book) -> None:
    """Whatever sets a number came out by the cut-off, in every source that it names."""
    book = prepare(case).book
    stated = [*entries(book), *((p.path, p.value) for p in figures(book))]
    for path, record in stated:
        if not path.startswith(("sources", "conflicts", "missing")):
            for name in names_in(getattr(record, "source", "") or ""):
                assert book.sources[name].published <= book.known_by, (path, name)


def test_every_source_is_used(case: Book) -> None:
    used = {s for _, r in entries(case) for s in names_in(getattr(r, "source", "") or "")}
    used |= {s for p in figures(case) for s in names_in(getattr(p.value, "source", "") or "")}
    used |= {v["source"] for c in case.conflicts for v in c.values}
    # A few sources stand for what only words of the book rest on.
    words = {"arcane_riot", "riot_august"}
    assert set(case.sources) - used <= words


def test_conflicts_name_sources_and_say_how_they_are_treated(case: Book) -> None:
    assert case.conflicts
    for conflict in case.conflicts:
        assert conflict.treated and len(conflict.values) >= 2
        for value in conflict.values:
            assert value["source"] in case.sources


def test_what_is_missing_names_a_field(case: Book) -> None:
    assert case.missing
    for entry in case.missing:
        spec, _ = spec_at(Book, entry.path.split("."))
        assert spec is not None, entry.path


def test_rules_are_frozen() -> None:
    """A changed number needs a reason that has nothing to do with a result; say it here."""
    assert shipped_rules().digest == FROZEN


@pytest.mark.parametrize("made", BY_HAND, ids=lambda made: f"{made.case}:{made.path}")
def test_rules_applied_by_hand(made: ByHand) -> None:
    rule = shipped_rules().rule[made.rule]
    value = _at_path(open_book(made.case), made.path)
    factors = (rule.low, rule.mid, rule.high)
    if isinstance(made.figure, dt.date):
        expected = [made.figure + dt.timedelta(days=f) for f in factors]
        assert [value.low, value.mid, value.high] == expected
        return
    if made.inverse:
        factors = (1.0 / rule.high, 1.0 / rule.mid, 1.0 / rule.low)
    assert points(value) == pytest.approx([made.figure * f for f in factors], rel=5e-3)


@pytest.mark.parametrize("name", INSTALMENTS)
def test_instalments_follow_the_months_to_maturity(name: str) -> None:
    debt = open_book(CORE).debts[name]
    rule = shipped_rules().rule["loan_instalment"]
    assert isinstance(debt.matures, DateRange) and isinstance(debt.principal, Known)
    months = (debt.matures.mid - SEPTEMBER_30).days / 30.4375
    level = debt.principal.value / months
    expected = [level / rule.high, level, level / rule.low]
    assert points(debt.instalment) == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize(("case_id", "fleet", "now", "goal", "day"), GROWTH)
def test_growth_follows_the_rule(
    case_id: str, fleet: str, now: float, goal: float, day: dt.date
) -> None:
    own = open_book(case_id).fleet[fleet]
    way, late = shipped_rules().rule["growth_way"], shipped_rules().rule["growth_days"]
    expected = [now + (goal - now) * f for f in (way.low, way.mid, way.high)]
    assert points(own.growth_to_ph) == pytest.approx(expected)
    assert isinstance(own.growth_by, DateRange)
    days = [day + dt.timedelta(days=d) for d in (late.low, late.mid, late.high)]
    assert [own.growth_by.low, own.growth_by.mid, own.growth_by.high] == days


@pytest.mark.parametrize("ids", [RUSSIA, COHORT], ids=["Russia", "cohort"])
def test_one_country_has_one_set_of_inputs(ids: list[str]) -> None:
    books = [open_book(name) for name in ids]
    first = books[0]
    for book in books[1:]:
        assert book.routes == first.routes
        assert book.tax == first.tax
        assert book.waterfall == first.waterfall
        assert book.market.fx == first.market.fx


@pytest.mark.parametrize("name", COHORT)
def test_every_listed_firm_may_sell_shares_by_the_same_rules(name: str) -> None:
    equity, first = open_book(name).funding.equity, open_book("riot_2022").funding.equity
    assert equity is not None and first is not None
    for field in ("share_of_volume", "cost"):
        assert getattr(equity, field) == getattr(first, field)
    assert getattr(equity.volume_usd_per_day, "rule", None) == "equity_volume"


def test_the_two_claims_are_not_counted_twice() -> None:
    book = at(open_book("bitriver"))
    amounts = {key: sum(points(claim.amount)) for key, claim in book.claims.items()}
    assert amounts == {"infrastructure_of_siberia": 954.4e6, "bit_plus": 256.7e6}


@pytest.mark.parametrize(
    ("day", "claims"),
    [("2025-10-30", 2), ("2025-10-31", 4), ("2026-02-01", 4), ("2026-02-28", 7)],
)
def test_later_claims_show_on_their_day(day: str, claims: int) -> None:
    assert len(at(open_book("bitriver"), dt.date.fromisoformat(day)).claims) == claims


def test_bratsk_is_not_under_the_ban() -> None:
    book = open_book("bitriver")
    assert {e.what for e in book.events.values() if e.kind == "ban"} == {"ingushetia"}
    assert book.sites["bratsk"].status == "running"


def test_core_owes_what_the_schedule_says_and_no_reclassified_row() -> None:
    book = open_book(CORE)
    middles = {key: points(debt.principal)[len(points(debt.principal)) // 2]
               for key, debt in book.debts.items()}
    assert len(middles) == 10
    known = sum(v for k, v in middles.items() if k != "b_riley_bridge")
    assert known == pytest.approx(790.124e6)
    assert not any(abs(v - 977.6e6) < 1e6 for v in middles.values())


def test_the_subsidiary_stands_apart() -> None:
    book = open_book("bitfarms_2022")
    assert [key for key, e in book.entities.items() if e.ring_fenced] == ["backbone"]
    assert [key for key, d in book.debts.items() if d.entity == "backbone"] == ["blockfi"]
