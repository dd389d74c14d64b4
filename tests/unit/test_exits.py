"""An exit by name: which map, how much, and one line for what cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hashfall.engine.concentration import concentration
from hashfall.engine.shares import Shares
from hashfall.errors import InputError
from hashfall.ingest.exits import exit_inputs
from hashfall.ingest.own_shares import read_own_shares

NOW = date(2026, 3, 1)


def test_russia_in_both_dimensions_that_can_tell() -> None:
    found = exit_inputs({"russia": None}, NOW)
    results = concentration(found.tables, found.leaving)
    assert results["country"].bounds["all_to_largest"].hhi_change == pytest.approx(1189.6, abs=0.1)
    assert set(results["law_area"].bounds) == {"all_to_largest", "spread_even"}
    assert not results["pool"].bounds


def test_a_region_and_its_country_add_up() -> None:
    found = exit_inputs({"texas": 0.05, "us": 0.1}, NOW)
    assert found.leaving["country"] == {"United States": pytest.approx(0.15)}
    with pytest.raises(InputError, match=r"expected a share from 0 to 0\.3581, found 0\.4"):
        exit_inputs({"texas": 0.2, "us": 0.2}, NOW)


def test_the_eea_leaves_as_one() -> None:
    found = exit_inputs({"Ireland": None, "Norway": None}, date(2021, 12, 31))
    assert found.leaving["law_area"] == {"EU and EEA": pytest.approx(0.0526)}
    assert isinstance(found.tables["country"], Shares)
    assert found.tables["country"].as_of == "2021-08"


def test_places_that_cannot_leave() -> None:
    with pytest.raises(InputError, match=r"^--exit: expected one of .*found 'Atlantis'$"):
        exit_inputs({"Atlantis": None}, NOW)
    with pytest.raises(InputError, match=r"^--exit: expected places that one map names.*bhutan"):
        exit_inputs({"bhutan": None}, NOW)


def test_an_own_map_decides(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("dimension,name,share\ncountry,Bhutan,0.1\ncountry,Chile,0.2\n")
    found = exit_inputs({"bhutan": None, "chile": 0.05}, NOW, own=read_own_shares(path))
    assert found.leaving["country"] == {"Bhutan": 0.1, "Chile": 0.05}
    with pytest.raises(InputError, match="--exit: expected a country with a share in"):
        exit_inputs({"russia": None}, NOW, own=read_own_shares(path))
