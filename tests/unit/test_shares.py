"""Shares of hashrate: what was known when, no two estimators in one table, a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from hashfall.engine.shares import NotAvailable, Shares
from hashfall.errors import InputError
from hashfall.ingest.own_shares import read_own_shares
from hashfall.ingest.shares import (
    load_share_rows,
    shares_at,
    shares_by_dimension,
    shares_metadata,
)
from hashfall.ingest.shares_table import COLUMNS, parse_shares

DIMENSIONS = {"country", "region", "pool", "owner"}


def table(
    dimension: str, day: date, naming: str | Sequence[str] = (), estimator: str | None = None
) -> Shares:
    found = shares_at(dimension, day, naming=naming, estimator=estimator)
    assert isinstance(found, Shares)
    return found


def test_every_row_names_an_estimator_and_a_source() -> None:
    meta = shares_metadata()
    for row in load_share_rows():
        assert row.dimension in DIMENSIONS
        assert row.estimator in meta["estimator"]
        assert row.source in meta["source"]
        assert row.end <= row.published or row.as_of == str(row.published)[:7], row
        for value in (row.share, row.low, row.high):
            assert value is None or 0.0 <= value <= 1.0
        assert row.share is not None or row.low is not None


def test_no_estimator_names_more_than_everything() -> None:
    groups: dict[tuple[str, str, str], float] = {}
    for row in load_share_rows():
        if row.dimension != "region":
            key = (row.dimension, row.as_of, row.estimator)
            groups[key] = groups.get(key, 0.0) + (row.share or 0.0)
    assert groups
    assert max(groups.values()) <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("day", "as_of", "estimator"),
    [
        (date(2020, 6, 1), "2020-04", "CCAF"),
        (date(2021, 6, 30), "2020-04", "CCAF"),  # the map of April 2021 came in July
        (date(2021, 8, 1), "2021-04", "CCAF"),
        (date(2021, 10, 13), "2021-04", "CCAF"),
        (date(2021, 10, 14), "2021-08", "CCAF"),
        (date(2022, 6, 1), "2022-01", "CCAF"),
        (date(2024, 1, 31), "2023-11", "MinerMetrics"),
        (date(2025, 6, 1), "2025-05", "Hashrate Index (Luxor)"),
        (date(2026, 3, 1), "2025-06", "Hashrate Index (Luxor)"),
    ],
)
def test_the_latest_map_that_was_public(day: date, as_of: str, estimator: str) -> None:
    found = table("country", day)
    assert (found.as_of, found.estimator) == (as_of, estimator)
    assert found.published is not None
    assert found.published <= day


def test_a_map_must_name_who_leaves() -> None:
    assert table("country", date(2024, 1, 31), naming="Russia").as_of == "2022-01"
    assert table("country", date(2022, 1, 31), naming="China").as_of == "2021-05"
    assert isinstance(shares_at("country", date(2026, 3, 1), naming="Atlantis"), NotAvailable)


def test_a_table_of_an_earlier_time_or_one_estimator() -> None:
    assert table("country", date(2026, 3, 1), estimator="CCAF").as_of == "2022-01"
    found = shares_at("country", date(2026, 3, 1), as_of=date(2021, 9, 30))
    assert isinstance(found, Shares)
    assert found.as_of == "2021-08"


def test_pools_of_2018_are_counted_in_blocks() -> None:
    found = table("pool", date(2019, 1, 1))
    assert (found.as_of, found.blocks) == ("epoch 266", 2016)
    assert "unknown" not in found.names
    assert found.values.sum() == pytest.approx(1.0 - 94 / 2016, abs=1e-5)


def test_quoted_pools() -> None:
    found = table("pool", date(2023, 2, 1))
    assert found.share("Foundry USA") == 0.2698
    assert found.blocks == 1325
    groups = table("pool", date(2025, 6, 1))
    assert groups.blocks is None
    assert "95%" in groups.note


def test_owners_grow_as_reports_come_in() -> None:
    early, late = table("owner", date(2023, 1, 10)), table("owner", date(2023, 4, 30))
    assert early.as_of == late.as_of == "2022-12-31"
    assert set(early.names) < set(late.names)
    assert late.values.sum() < 0.25


def test_makers_are_not_available() -> None:
    found = shares_at("maker", date(2026, 3, 1))
    assert isinstance(found, NotAvailable)
    assert "82%" in found.reason


def test_law_areas_take_the_eea_as_one() -> None:
    found = table("law_area", date(2022, 1, 1))
    assert found.share("EU and EEA") == pytest.approx(0.0468 + 0.0448 + 0.0058)
    assert found.share("Ireland") is None
    assert found.share("Russia") == 0.112


def test_what_was_said_of_russia() -> None:
    rows = [r for r in load_share_rows() if (r.dimension, r.name) == ("country", "Russia")]
    values = [r.share for r in sorted(rows, key=lambda r: r.end) if r.published.year < 2026]
    assert values == [0.069, 0.068, 0.072, 0.112, 0.0466, 0.12, 0.023, 0.15652, 0.1661]


def test_a_share_may_be_missing() -> None:
    row = parse_shares(",".join(COLUMNS) + "\ncountry,2024,x,A,,,0.1,,,lower bound,2024,y")[0]
    assert row.share is None
    assert row.low == 0.1
    assert row.end == row.published == date(2024, 12, 31)


# ------------------------------------------------------------------ a user's own


def written(folder: Path, text: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_own_tables_replace_what_ships(tmp_path: Path) -> None:
    path = written(tmp_path, "dimension,name,share\nmaker,A,0.8\nmaker,B,0.15\npool,P,0.4\n")
    own = read_own_shares(path, date(2026, 1, 1))
    found = shares_by_dimension(date(2026, 3, 1), own=own)
    maker = found["maker"]
    assert isinstance(maker, Shares)
    assert maker.names == ("A", "B")
    assert maker.as_of == "2026-01-01"
    assert maker.estimator == "own table"
    assert found["pool"] is own["pool"]
    assert isinstance(found["country"], Shares)


def test_own_countries_make_own_law_areas(tmp_path: Path) -> None:
    text = "dimension,name,share\ncountry,Norway,0.2\ncountry,Sweden,0.1\n"
    found = shares_by_dimension(date(2026, 3, 1), own=read_own_shares(written(tmp_path, text)))
    areas = found["law_area"]
    assert isinstance(areas, Shares)
    assert areas.share("EU and EEA") == pytest.approx(0.3)


def test_own_table_with_blocks_in_toml(tmp_path: Path) -> None:
    text = """
[[share]]
dimension = "pool"
name = "A"
share = 0.3
blocks = 302
[[share]]
dimension = "pool"
name = "B"
share = 0.2
blocks = 202
"""
    assert read_own_shares(written(tmp_path, text, "own.toml"))["pool"].blocks == 1008


HEAD = "dimension,name,share,blocks\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pool,A,1.2,\n", "line 2: share: expected 0 to 1, found 1.2; a share is a part of 1"),
        ("pool,A,-0.1,\n", "line 2: share: expected 0 to 1, found -0.1"),
        ("pool,A,lots,\n", "line 2: share: expected a number, found 'lots'"),
        ("pool,A,nan,\n", "expected a number, found 'nan'"),
        ("pool,A,0.6,\npool,B,0.6,\n", "pool: expected shares of 1 or less in sum, found 1.2"),
        ("pool,A,0.1,\npool,A,0.1,\n", "line 3: expected each name once in pool, found 'A' again"),
        ("planet,A,0.1,\n", "line 2: dimension: expected one of country, pool, maker, owner"),
        ("pool,,0.1,\n", "line 2: name: expected a name, found none"),
        ("pool,A,0.1\n", "line 2: expected 4 cells, found another number"),
        ("pool,A,0.1,2.5\n", "blocks: expected a whole number of 0 or more, found 2.5"),
        ("pool,A,0.1,10\npool,B,0.1,\n", "blocks for each name or for none, found 1 of 2"),
        ("pool,A,0.5,10\npool,B,0.1,90\n", "blocks that go with the shares"),
        ("", "expected one share at least, found none"),
    ],
)
def test_what_a_table_may_not_say(text: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + text)
    with pytest.raises(InputError) as refused:
        read_own_shares(path)
    message = str(refused.value)
    assert said in message
    assert "\n" not in message
    assert message.startswith(str(path))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("own.csv", "a,b\n", "line 1: expected columns dimension,name,share[,blocks], found a,b"),
        ("own.csv", "", "found none"),
        ("own.txt", "", "expected a file that ends in .csv or .toml, found .txt"),
        ("own.toml", "x = ", "expected TOML"),
        ("own.toml", "x = 1", "x: expected [[share]] tables alone"),
        ("own.toml", "share = [1]", "expected [[share]] tables alone"),
        ("own.toml", "[[share]]\nname = 'A'", "share 1: expected keys dimension, name, share"),
        ("own.toml", "[[share]]\ndimension='pool'\nname='A'\nshare=true", "expected a number"),
    ],
)
def test_files_that_are_no_tables(name: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_own_shares(written(tmp_path, text, name))
    assert said in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a text file, found No such file"):
        read_own_shares(tmp_path / "none.csv")
