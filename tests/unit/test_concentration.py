"""Concentration before and after an exit: both ends, the rest, and what cannot be told."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from hashfall.engine.concentration import (
    Move,
    after_moves,
    all_to_largest,
    concentration,
    grouped_moves,
    leaving_share,
    spread_even,
)
from hashfall.engine.measures import measure, measure_draws
from hashfall.engine.shares import NotAvailable, Shares
from hashfall.errors import InputError
from hashfall.ingest.shares import law_areas, shares_at, shares_by_dimension
from hashfall.model import concentration as model
from hashfall.model import share_error

TABLE = Shares("country", ("a", "b", "c"), np.array([0.5, 0.2, 0.1]), "2025", "x")


def june_2025() -> Shares:
    table = shares_at("country", date(2025, 12, 31), naming="Russia")
    assert isinstance(table, Shares)
    return table


def test_all_of_russia_to_the_united_states() -> None:
    table = june_2025()
    leaving = {"Russia": leaving_share(table, "Russia")}
    found = concentration({"country": table}, {"country": leaving})["country"]
    assert table.share("Russia") == 0.1661
    assert table.share("United States") == 0.3581
    assert found.bounds["all_to_largest"].hhi_change == pytest.approx(1189.6, abs=0.05)
    assert found.bounds["spread_even"].hhi_change == pytest.approx(-262.1, abs=0.05)
    assert found.after is None
    assert found.reason == "no moves were given"


def test_the_moves_of_a_model_lie_between_the_ends() -> None:
    table = june_2025()
    share = leaving_share(table, "Russia")
    moves = [
        Move("Russia", "United States", 0.4 * share), Move("Russia", "Ethiopia", 0.3 * share),
        Move("Russia", None, 0.1 * share), Move("Russia", "", 0.2 * share),
    ]
    found = concentration({"country": table}, {"country": {"Russia": share}}, {"country": moves})
    c = found["country"]
    assert c.after is not None
    low, high = (c.bounds[n].hhi_change for n in ("spread_even", "all_to_largest"))
    assert low < c.after.hhi_change < high
    after = after_moves(table, moves)
    assert after.share("Russia") == pytest.approx(0.0, abs=1e-12)
    assert after.share("Ethiopia") == pytest.approx(0.3 * share / (1.0 - 0.1 * share))
    assert c.as_json()["before"]["hhi"] == pytest.approx(measure(table).hhi)


def test_a_dimension_without_a_table_says_why() -> None:
    found = concentration(shares_by_dimension(date(2026, 3, 1), naming="Russia"))
    assert list(found) == ["country", "pool", "maker", "owner", "law_area"]
    maker = found["maker"].as_json()
    assert maker["available"] is False
    assert maker["before"] is None
    assert "--shares" in maker["reason"]
    assert found["pool"].as_json()["estimator"] == "template groups (b10c)"


def test_a_dimension_in_which_nobody_knows_who_leaves() -> None:
    tables = shares_by_dimension(date(2026, 3, 1), naming="Russia")
    found = concentration(tables, {"country": {"Russia": 0.1661}})
    assert found["pool"].before is not None
    assert found["pool"].after is None
    assert not found["pool"].bounds
    assert "pool" in found["pool"].reason


def test_the_largest_leaves_to_the_next() -> None:
    after = all_to_largest(TABLE, {"a": 0.5})
    assert after.values.tolist() == pytest.approx([0.0, 0.7, 0.1])


def test_a_part_of_a_place_leaves() -> None:
    share = leaving_share(TABLE, "b", part=0.25)
    after = spread_even(TABLE, {"b": share}, places=5)
    assert after.share("b") == pytest.approx(0.15)
    assert after.share("empty place 5") == pytest.approx(0.01)
    assert leaving_share(TABLE, "b", share=0.02) == 0.02


@pytest.mark.parametrize(
    ("name", "share", "part", "found"),
    [("d", None, 1.0, "none"), ("a", 0.6, 1.0, r"0\.6"), ("a", None, 1.5, r"1\.5"),
     ("a", -0.1, 1.0, r"-0\.1")],
)
def test_more_than_there_is_cannot_leave(
    name: str, share: float | None, part: float, found: str
) -> None:
    with pytest.raises(InputError, match=rf"found {found}$"):
        leaving_share(TABLE, name, share, part)


def test_moves_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"move: a: expected a share from 0 to 0\.5, found 0\.6"):
        after_moves(TABLE, [Move("a", "b", 0.3), Move("a", "c", 0.3)])
    with pytest.raises(InputError, match=r"found -0\.1"):
        after_moves(TABLE, [Move("a", "b", -0.1)])
    with pytest.raises(InputError, match="move: z: expected one of a, b, c"):
        after_moves(TABLE, [Move("z", "b", 0.1)])
    with pytest.raises(InputError, match="nobody leaves"):
        all_to_largest(TABLE, {"a": 0.1, "b": 0.1, "c": 0.1})


def test_the_rest_gives_bounds() -> None:
    m = measure(TABLE)
    assert m.named == pytest.approx(0.8)
    assert m.hhi == m.hhi_low == pytest.approx(3000.0)
    assert m.hhi_high == pytest.approx(3400.0)
    assert (m.nakamoto, m.nakamoto_low, m.nakamoto_high) == (2.0, 2.0, 2.0)
    thin = measure(Shares("owner", ("a",), np.array([0.05]), "2024", "x"))
    assert thin.nakamoto is None
    assert thin.nakamoto_low == 1.0
    assert thin.hhi_se is None


def test_counted_blocks_bring_sampling_error() -> None:
    table = Shares("pool", ("a", "b", "c"), np.array([0.40, 0.35, 0.25]), "day", "x", blocks=144)
    m = measure(table)
    assert m.hhi_se == pytest.approx(float(share_error.hhi_se(table.values, 144)))
    assert (m.nakamoto_low, m.nakamoto_high) == (2.0, 2.0)
    assert table.with_values(table.values).blocks is None
    day = Shares("pool", ("a", "b"), np.array([0.49, 0.3]), "day", "x", blocks=144)
    assert (measure(day).nakamoto_low, measure(day).nakamoto_high) == (1.0, 2.0)


def test_more_blocks_narrow_the_range() -> None:
    shares = [0.27, 0.245, 0.15, 0.10, 0.08]
    day, month = (share_error.nakamoto_range(shares, 144 * d) for d in (1, 3000))
    assert day == (2.0, 3.0)
    assert month == (2.0, 2.0)


def test_draws_give_quantiles_and_infinity_gives_none() -> None:
    draws = np.array([[0.6, 0.1], [0.2, 0.1], [0.2, 0.1]])
    found = measure_draws(draws, measure(TABLE), (0.0, 1.0))
    assert found["nakamoto"] == (1.0, None)
    assert found["hhi"] == pytest.approx((500.0, 3700.0))


def test_countries_of_one_law_area_count_as_one() -> None:
    groups = law_areas()
    moves = grouped_moves([Move("Iran", "Ireland", 0.02), Move("Iran", None, 0.01)], groups)
    assert moves == [Move("Iran", "EU and EEA", 0.02), Move("Iran", None, 0.01)]


def test_shares_out_of_range_are_refused() -> None:
    for wrong in ([0.6, 0.6], [-0.1, 0.2], [float("nan")], 0.5):
        with pytest.raises(ValueError, match="shares: expected"):
            model.hhi(wrong)
    with pytest.raises(ValueError, match="no holder to give more"):
        model.moved([0.5], [0.6], [0.6])
    with pytest.raises(ValueError, match="nor more to arrive"):
        model.moved([0.5, 0.0], [0.1, 0.0], [0.0, 0.2])
    with pytest.raises(ValueError, match="blocks"):
        share_error.hhi_se([0.5], 1)
    with pytest.raises(ValueError, match="blocks"):
        share_error.nakamoto_range([0.5], 0)


def test_empty_lists_and_lists_of_nobody() -> None:
    assert float(model.hhi([])) == 0.0
    assert math.isinf(float(model.effective_number([0.0, 0.0])))
    assert math.isnan(float(model.gini([0.0])))
    assert math.isinf(float(model.nakamoto([])))
    assert measure(Shares("pool", (), np.array([]), "x", "x")).gini is None


def test_leading_axes() -> None:
    rows = np.array([[0.40, 0.35, 0.25], [0.5, 0.3, 0.2], [0.6, 0.0, 0.0]])
    for function in (model.hhi, model.effective_number, model.entropy_bits, model.gini,
                     model.nakamoto, model.rest):
        together = function(rows)
        assert together.shape == (3,)
        assert together.tolist() == [float(function(row)) for row in rows]


def test_not_available_is_not_a_table() -> None:
    found = concentration({"pool": NotAvailable("pool", "nobody counted")})
    assert found["pool"].reason == "nobody counted"
