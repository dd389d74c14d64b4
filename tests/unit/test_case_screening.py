"""Screening of a case: whom it looks for, what counts at a date, which routes it shuts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hashfall.book.load import parse_book
from hashfall.book.record import Book
from hashfall.book.routes import Policy, Rail, Venue
from hashfall.engine.screening import (
    Found,
    as_known,
    book_policies,
    case_stakes,
    consequences,
    other_names,
    screen_case,
    with_routes,
)
from hashfall.errors import InputError
from hashfall.model.ownership import Stake
from hashfall.model.screening import Bounds, Exposure, NameHit, VenuePolicy
from hashfall.model.screening_records import CryptoAddress, ListedParty, Match
from hashfall.model.screening_search import Screener, Screening

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")
DAY = date(2024, 5, 31)


@pytest.fixture
def book() -> Book:
    """Book with an entity of three quarters of its parent's, named in two ways."""
    return parse_book(TEXT, "a.toml")


def _listed(name: str, **more: object) -> ListedParty:
    return ListedParty(name, "made", name, listed_on=date(2023, 1, 1), **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(("listed_on", "listed", "counts"), [
    (date(2024, 5, 31), True, (0, 0)), (date(2024, 6, 1), False, (1, 0)), (None, True, (0, 1)),
])
def test_a_listing_counts_from_its_day(
    listed_on: date | None, listed: bool, counts: tuple[int, int]
) -> None:
    parties, later, undated = as_known([ListedParty("1", "made", "Alpha", listed_on=listed_on)],
                                       DAY)
    assert (parties[0].listed, (later, undated)) == (listed, counts)


def test_a_party_that_was_never_listed_is_not_counted() -> None:
    assert as_known([ListedParty("1", "made", "Alpha", listed=False)], DAY)[1:] == (0, 0)


def test_an_entity_is_found_by_every_name_and_number(book: Book) -> None:
    found = {}
    for name in ("Severny Zavod", "Made North Plant"):
        screener = Screener([_listed(name)])
        found = {f.party: f.screening for f in screen_case(screener, book)}
        assert [m.kind for m in found["Made North Plant LLC"].matches] == ["name"]
    numbered = screen_case(Screener([_listed("Other", identifiers=("7700000001",))]), book)
    assert [(f.party, m.kind) for f in numbered for m in f.screening.matches] == [
        ("Made North Plant LLC", "identifier")]


def test_a_key_finds_nobody(book: Book) -> None:
    found = screen_case(Screener([_listed("Ring"), _listed("Under Ring")]), book)
    assert not [f for f in found if f.screening.matches]


def test_a_listed_parent_blocks_by_the_share_of_the_book(book: Book) -> None:
    screener = Screener([_listed(book.name)], case_stakes(book, ()), also=other_names(book))
    found = {f.party: f.screening.exposure.owned for f in screen_case(screener, book)}
    assert found["Made North Plant LLC"] == Bounds(0.75, 0.75)


def test_a_parent_is_known_in_the_stakes_by_its_other_names(book: Book) -> None:
    top = book.entities["top"].model_copy(update={"name": "Velvet", "aliases": ["Copper"]})
    other = book.model_copy(update={"entities": {**book.entities, "top": top}})
    screener = Screener([_listed("Copper")], case_stakes(other, ()), also=other_names(other))
    found = {f.party: f.screening.exposure.owned for f in screen_case(screener, other)}
    assert found["Made North Plant LLC"] == Bounds(0.75, 0.75)
    assert screener.links["Velvet"] == "Copper of the stakes is taken as Copper on made (1.00)"


def test_stakes_of_the_user_stand_for_those_of_the_book(book: Book) -> None:
    given = [Stake("Somebody", "SEVERNY ZAVOD", 100.0)]
    owned = [s.owned for s in case_stakes(book, given)]
    assert owned.count("Made North Plant LLC") == 0
    assert "Ring" in owned
    assert len([s for s in case_stakes(book, ()) if s.owned == "Made North Plant LLC"]) == 2


def test_addresses_of_an_entity_are_looked_for(book: Book) -> None:
    plant = book.entities["plant"].model_copy(update={"addresses": ["made-wallet"]})
    other = book.model_copy(update={"entities": {**book.entities, "plant": plant}})
    screener = Screener([_listed("Wallet", addresses=(CryptoAddress("made-wallet"),))])
    found = {f.party: f.screening.exposure.hops for f in screen_case(screener, other)}
    assert found["Made North Plant LLC"] == 0


def _found(name: str, score: float, countries: tuple[str, ...] = ()) -> Found:
    match = Match("1", "Alpha", "made", "name", score, ("same words", "listed on 2023-01-01"))
    hits = (NameHit("made", score, "Alpha"),) if score else ()
    return Found(name, Screening((match,) if score else (), Exposure(hits, countries=countries),
                                 ()))


def test_one_party_shuts_the_route_of_the_group() -> None:
    rule = VenuePolicy("desk", ("otc",), name_score=0.9, enforced=0.8)
    out = consequences([rule], ["otc", "p2p"], [_found("Clean", 0.0), _found("Dirty", 0.95)])
    assert out["routes_lost"] == ["otc"]
    assert out["closed_by_screening"] == [{
        "route": "otc", "venue": "desk", "policy": "name_score 0.9", "party": "Dirty",
        "match": "Alpha", "list": "made", "score": 0.95,
        "reasons": ["Alpha on made is like its name (0.95)", "same words",
                    "listed on 2023-01-01"],
        "probability": {"low": 0.8, "high": 0.8}}]
    assert [r["decision"] for r in out["routes"]] == ["closed", "open"]


def test_a_route_with_two_venues_needs_both() -> None:
    rules = [VenuePolicy("a", ("otc",), name_score=0.9), VenuePolicy("b", ("otc",), max_hops=1)]
    assert consequences(rules, ["otc"], [_found("Dirty", 0.95)])["routes_lost"] == []


def test_a_rule_on_countries_has_no_match_behind_it() -> None:
    rule = VenuePolicy("desk", ("otc",), countries=("RU",))
    (row,) = consequences([rule], ["otc"], [_found("Any", 0.0, ("RU",))])["closed_by_screening"]
    assert (row["policy"], row["match"], row["list"], row["score"]) == (
        "countries RU", None, None, None)


def test_a_rule_that_may_be_met_shuts_nothing() -> None:
    rule = VenuePolicy("desk", ("otc",), review_score=0.85)
    out = consequences([rule], ["otc"], [_found("Dirty", 0.95)])
    assert (out["routes_lost"], out["routes"][0]["decision"]) == ([], "unclear")


def test_a_rule_that_is_never_enforced_shuts_nothing() -> None:
    rule = VenuePolicy("desk", ("otc",), name_score=0.9, enforced=0.0)
    assert consequences([rule], ["otc"], [_found("Dirty", 0.95)])["routes_lost"] == []


def test_a_policy_reaches_the_routes_through_its_venue_or_rail(book: Book) -> None:
    first, *rest = book.routes
    routed = book.model_copy(update={
        "venues": {"desk": Venue(kind="otc")}, "rails": {"bank": Rail(kind="bank")},
        "routes": {**book.routes, first: book.routes[first].model_copy(
            update={"venue": "desk", "rail": "bank"})}})
    for name in ("desk", "bank"):
        (rule,) = with_routes("p.toml", [VenuePolicy(name, ())], routed)
        assert rule.routes == (first,)
    stated = VenuePolicy("anybody", (first, *rest))
    assert with_routes("p.toml", [stated], routed) == (stated,)
    with pytest.raises(InputError, match=r"venues\.anybody: expected routes, or the name"):
        with_routes("p.toml", [VenuePolicy("anybody", ())], routed)


def test_a_policy_of_the_book_reaches_the_routes_of_its_venue(book: Book) -> None:
    first = next(iter(book.routes))
    routed = book.model_copy(update={
        "venues": {"desk": Venue(kind="otc", policy=Policy(countries=["ru"]))},
        "routes": {**book.routes, first: book.routes[first].model_copy(
            update={"venue": "desk"})}})
    (rule,) = book_policies(routed)
    assert (rule.routes, rule.countries) == ((first,), ("RU",))
    assert not book_policies(routed, ["desk"])
