"""Places: nothing is seen before it was public, nothing is filled in silently."""

from __future__ import annotations

from datetime import date

import pytest

from hashfall.engine.dates import first_day, last_day
from hashfall.engine.places import Places
from hashfall.errors import InputError
from hashfall.ingest.places import load_places, places_metadata

NOW = date(2026, 6, 30)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(NOW)


def test_every_fact_has_unit_source_and_dates(places: Places) -> None:
    quantities = places_metadata()["quantity"]
    for place in places.places.values():
        for quantity, figures in place.figures.items():
            for figure in figures:
                assert figure.unit == quantities[quantity]["unit"]
                assert figure.source and figure.basis and figure.kind == "fact"
                assert figure.quality in ("high", "medium", "low")
                assert figure.published is not None
                ends = [v for v in (figure.low, figure.mid, figure.high) if v is not None]
                assert ends == sorted(ends)
                assert ends
        assert place.law_area and place.country


def test_every_basis_has_a_place_in_the_order() -> None:
    data = places_metadata()
    for place in data["place"].values():
        for fact in place["fact"]:
            spec = data["quantity"][fact["quantity"]]
            if "prefer" in spec:
                known = [*spec["prefer"], *spec.get("not_comparable", ())]
                assert fact["basis"] in known, fact


def test_nothing_is_seen_before_it_was_public() -> None:
    for day in (date(2020, 6, 1), date(2021, 6, 30), date(2022, 12, 31), date(2025, 1, 1)):
        seen = load_places(day)
        for place in seen.places.values():
            for figures in place.figures.values():
                assert all(f.published is not None and f.published <= day for f in figures)
            assert all(e.published <= day for e in place.events)
            written = last_day(places_metadata()["place"][place.id]["described"])
            assert not place.legal or written <= day
        stand_ins = [*seen.assumptions.values(), *seen.relocation.values()]
        assert all(f.published is None or f.published <= day for f in stand_ins)


def test_what_june_2021_knew_of_moving() -> None:
    known = load_places(date(2021, 6, 30)).relocation
    assert known["quick_move_months"].mid == 0.26
    assert known["lag_months"].kind == "assumption"
    assert "hidden_share" not in known
    assert load_places(NOW).relocation["hidden_share"].kind == "derived"


def test_a_later_step_of_a_tariff_waits_for_its_day() -> None:
    quantity = "power_price_usd_per_kwh"
    for day, value in ((date(2025, 11, 30), 0.0314), (date(2025, 12, 31), 0.041),
                       (date(2026, 7, 1), 0.051)):
        figure = load_places(day).find("ethiopia").figure(quantity)
        assert figure is not None
        assert figure.value == value


def test_missing_facts_are_listed_and_not_filled(places: Places) -> None:
    oman = places.find("Oman")
    assert oman.missing == (
        "power_price_usd_per_kwh", "build_usd_per_mw", "power_delay_months", "machine_duty_rate",
        "transport_usd_per_machine",
    )
    assert oman.figure("build_usd_per_mw") is None
    assert oman.figures["build_usd_per_mw"][0].value == 2.0e6  # there, but not comparable
    stand_in = places.figure(oman, "build_usd_per_mw")
    assert stand_in.kind == "assumption"
    assert stand_in.source


def test_a_region_takes_what_its_country_has(places: Places) -> None:
    texas = places.find("texas")
    assert "machine_duty_rate" in texas.missing
    assert places.figure(texas, "machine_duty_rate").high == 0.576
    assert places.figure(texas, "power_price_usd_per_kwh").value == 0.0419
    assert places.country_of(texas) is places.find("USA")
    assert places.country_of(places.find("russia")) is None


def test_low_quality_stands_behind(places: Places) -> None:
    prices = places.find("texas").figures["power_price_usd_per_kwh"]
    assert prices[0].quality == "high"
    assert any(f.quality == "low" and f.as_of > prices[0].as_of for f in prices)


def test_neither_fact_nor_assumption(places: Places) -> None:
    kosovo = places.find("kosovo")
    assert "rule_of_law" in kosovo.missing
    with pytest.raises(InputError, match=r"kosovo\.rule_of_law: expected a figure"):
        places.figure(kosovo, "rule_of_law")


@pytest.mark.parametrize("name", ["uae", "United Arab Emirates", " UNITED_arab_emirates "])
def test_names_of_a_place(places: Places, name: str) -> None:
    assert places.find(name).id == "united_arab_emirates"


def test_an_unknown_place(places: Places) -> None:
    with pytest.raises(InputError, match=r"^place: expected one of russia.*'Atlantis'"):
        places.find("Atlantis")


def test_closed_places(places: Places) -> None:
    manitoba = places.find("canada").closed_on(date(2024, 1, 1))
    assert manitoba is not None
    assert manitoba.region == "Manitoba"
    assert places.find("canada").closed_on(date(2026, 5, 1)) is None
    assert places.find("ethiopia").closed_on(date(2025, 8, 6)) is None
    assert places.find("ethiopia").closed_on(date(2026, 5, 1)) is not None
    assert places.find("texas").closed_on(NOW) is None


def test_events_in_order_and_negative_controls_marked(places: Places) -> None:
    events = [e for p in places.places.values() for e in p.events]
    assert len(events) == len(places_metadata()["event"]) == 32
    for place in places.places.values():
        days = [first_day(e.date) for e in place.events]
        assert days == sorted(days)
    false = {e.id for e in events if e.kind == "false attribution"}
    assert false == {"JE22", "JE28"}
    fern = next(e for e in events if e.id == "JE30")
    assert fern.difficulty_block == 935424
    assert fern.difficulty_change_percent == -11.16


def test_values_of_figures_with_ends_alone(places: Places) -> None:
    delay = places.find("united_states").figure("power_delay_months")
    assert delay is not None
    assert (delay.mid, delay.value) == (None, 7.5)
    load = places.find("iran").figures["load_mw"][0]
    assert (load.low, load.high, load.value) == (2000.0, None, 2000.0)


def test_dates() -> None:
    assert last_day("2024-02") == date(2024, 2, 29)
    assert last_day("2024-02-03") == first_day("2024-02-03") == date(2024, 2, 3)
    with pytest.raises(ValueError, match="invalid literal"):
        last_day("soon")
