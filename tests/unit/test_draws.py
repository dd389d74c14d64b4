"""Draws: split normals, drivers, chances, dates."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from statistics import NormalDist

import pytest

from hashfall.book.draws import Z_95, Drawer, drivers, median, normal_of
from hashfall.book.fields import figures
from hashfall.book.library import at
from hashfall.book.load import parse_book
from hashfall.book.record import Book
from hashfall.book.sizing import apply_sizing
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def book() -> Book:
    return apply_sizing(at(parse_book(TEXT, "a.toml")))


@pytest.fixture(scope="module")
def drawer(book: Book) -> Drawer:
    return Drawer(book)


@pytest.mark.parametrize(
    ("u", "utilisation", "mw", "matures"),
    [
        (0.05, 0.35, 30.0, dt.date(2026, 1, 31)),
        (0.5, 0.65, 40.0, dt.date(2026, 6, 30)),
        (0.95, 0.95, 45.0, dt.date(2027, 12, 31)),
    ],
)
def test_the_three_points_of_a_range(
    drawer: Drawer, u: float, utilisation: float, mw: float, matures: dt.date
) -> None:
    drawn = drawer.draw(lambda name: u)
    assert drawn.hosting["clients"].utilisation == pytest.approx(utilisation, abs=1e-12)
    assert drawn.sites["north"].mw == pytest.approx(mw, abs=1e-12)
    assert drawn.sites["north"].power.until == matures


def test_between_the_points_it_is_a_split_normal(drawer: Drawer) -> None:
    low, mid, high = 29.5, 31.0, 34.0
    for u in (0.01, 0.2, 0.49, 0.51, 0.8, 0.99):
        z = NormalDist().inv_cdf(u)
        half = mid - low if z < 0 else high - mid
        expected = mid + half * z / NormalDist().inv_cdf(0.95)
        assert drawer.draw(lambda name, u=u: u).fleet["own"].j_per_th == pytest.approx(
            expected, rel=1e-8
        )


def test_values_stay_within_the_bounds_of_their_fields(drawer: Drawer) -> None:
    assert drawer.draw(lambda name: 0.9999).hosting["clients"].utilisation == 1.0
    assert drawer.draw(lambda name: 1e-9).routes["otc"].haircut == 0.0
    # An open bound is not reached: a tenth of the 5% point is the least.
    text = TEXT.replace("low = 29.5, mid = 31.0", "low = 4.0, mid = 31.0")
    least = Drawer(apply_sizing(at(parse_book(text, "a.toml")))).draw(lambda name: 1e-9)
    assert least.fleet["own"].j_per_th == pytest.approx(0.4)


def test_fields_of_one_driver_move_together(drawer: Drawer) -> None:
    uniforms = {d.name: 0.5 for d in drawer.drivers}
    moved = drawer.draw({**uniforms, "routes": 0.95}).routes["otc"]
    assert (moved.capacity_btc_per_day, moved.haircut) == pytest.approx((10.0, 0.05))
    assert [d.paths for d in drawer.drivers if d.name == "routes"] == [
        ("routes.otc.capacity_btc_per_day", "routes.otc.haircut")
    ]


def test_a_driver_moves_nothing_else(drawer: Drawer) -> None:
    uniforms = {d.name: 0.5 for d in drawer.drivers}
    base = drawer.draw(uniforms)
    for driver in drawer.drivers:
        moved = drawer.draw({**uniforms, driver.name: 0.9})
        changed = {
            a.path for a, b in zip(figures(base), figures(moved), strict=False)
            if a.path == b.path and a.value != b.value
        }
        if driver.kind != "chance" and not driver.name.endswith("probability"):
            assert changed == set(driver.paths)


def test_entries_happen_by_their_chance(drawer: Drawer) -> None:
    uniforms = {d.name: 0.5 for d in drawer.drivers}
    sure = drawer.draw({**uniforms, "chance.claims.supplier": 0.59})
    assert sure.claims["supplier"].probability == 1.0
    assert "supplier" not in drawer.draw({**uniforms, "chance.claims.supplier": 0.6}).claims
    # The chance is itself not known: 0.9 at its 95% point.
    raised = {**uniforms, "claims.supplier.probability": 0.95, "chance.claims.supplier": 0.89}
    assert "supplier" in drawer.draw(raised).claims
    assert "arrest" in drawer.draw({**uniforms, "chance.events.arrest": 0.4999}).events
    assert "arrest" not in drawer.draw(uniforms).events
    assert "award" in drawer.draw(lambda name: 0.999).claims


def test_a_draw_holds_plain_numbers_and_dates_only(drawer: Drawer) -> None:
    for place in figures(drawer.draw(lambda name: 0.37)):
        assert isinstance(place.value, (float, dt.date)), place.path


def test_a_draw_equals_a_validated_book(drawer: Drawer) -> None:
    drawn = drawer.draw(lambda name: 0.3)
    again = Book.model_validate(drawn.model_dump(by_alias=True, exclude_unset=True))
    assert again == drawn
    assert drawn.model_copy() == drawn
    assert hash(drawn.sites["north"]) == hash(again.sites["north"])


def test_a_draw_leaves_the_book_as_it_was(book: Book, drawer: Drawer) -> None:
    before = book.model_dump_json()
    drawer.draw(lambda name: 0.1)
    drawer.draw(lambda name: 0.9)
    assert book.model_dump_json() == before


def test_what_is_known_is_the_same_object_in_every_draw(drawer: Drawer) -> None:
    one, other = drawer.draw(lambda name: 0.1), drawer.draw(lambda name: 0.9)
    assert one.debts["ring"] is other.debts["ring"]
    assert one.sites is not other.sites


def test_the_median_book(book: Book) -> None:
    middle = median(book)
    assert middle.sites["north"].mw == 40.0
    assert "supplier" in middle.claims  # likelier than not
    assert "arrest" not in middle.events  # even odds do not happen


def test_a_book_without_unknowns_has_no_drivers(drawer: Drawer) -> None:
    plain = drawer.draw(lambda name: 0.4)
    assert drivers(plain) == ()
    assert Drawer(plain).draw({}) == plain


def test_drivers_are_told(drawer: Drawer) -> None:
    by_name = {d.name: d for d in drawer.drivers}
    assert len(by_name) == len(drawer.drivers)
    cash = by_name["cash_days"]
    assert (cash.unit, cash.kind, cash.source) == ("RUB", "rule", "sizing rule cash_days")
    until = by_name["sites.north.power.until"]
    assert (until.unit, until.kind, until.low, until.mid) == ("days", "date", 245.0, 395.0)
    chance = by_name["chance.claims.supplier"]
    assert (chance.kind, chance.mid, chance.paths) == ("chance", 0.6, ("claims.supplier",))
    assert chance.source == "assumption"
    assert by_name["chance.events.arrest"].source == "press"


def test_keys_of_drivers_depend_on_their_names_alone(drawer: Drawer) -> None:
    keys = {d.name: d.key for d in drawer.drivers}
    assert len(set(keys.values())) == len(keys)
    assert all(0 <= key < 2**31 for key in keys.values())
    fewer = parse_book(TEXT.replace("mid = 31.0", "mid = 31.5"), "a.toml")
    assert {d.name: d.key for d in drivers(apply_sizing(at(fewer)))} == keys


def test_a_book_that_looks_ahead_is_not_drawn() -> None:
    raw = apply_sizing(parse_book(TEXT, "a.toml"))
    with pytest.raises(InputError, match=r"events\.leaving: .* later of 2025-08-31.* look_ahead"):
        Drawer(raw)


def test_uniforms_outside_the_open_interval_are_refused(drawer: Drawer) -> None:
    for u in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match=r".*"):
            drawer.draw(lambda name, u=u: u)


def test_the_inverse_normal_is_kept_to_nine_decimals() -> None:
    for u in (1e-9, 0.03, 0.5, 0.975, 1 - 1e-9):
        assert normal_of(u) == pytest.approx(NormalDist().inv_cdf(u), abs=5e-10)
        assert (normal_of(u) * 2**30).is_integer()
    assert normal_of(0.05) == -Z_95
