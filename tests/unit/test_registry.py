"""Which checks run, in which order, and what becomes of one that breaks."""

from __future__ import annotations

from importlib import import_module

import pytest

from hashfall.errors import InputError
from hashfall.model import merton
from hashfall.verify import CHECKS, ids, run
from hashfall.verify.registry import Registered


def test_ids_are_unique() -> None:
    assert len(set(ids())) == len(ids())


def test_chosen_checks_keep_the_fixed_order() -> None:
    told: list[tuple[str, int, int]] = []
    rows = run(["merton", "hashprice"], lambda *step: told.append(step))
    assert list(dict.fromkeys(row.id for row in rows)) == ["hashprice", "merton"]
    assert told == [("hashprice", 0, 2), ("merton", 1, 2)]


def test_an_unknown_id_is_refused_before_anything_runs() -> None:
    told: list[str] = []
    with pytest.raises(InputError, match="merton") as refused:
        run(["merton", "mertn"], lambda id, done, total: told.append(id))
    assert "'mertn'" in str(refused.value)
    assert refused.value.exit_code == 2
    assert not told


def test_a_check_that_cannot_run_has_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: float) -> float:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr(merton, "terminal_default", broken)
    (row,) = run(["merton"])
    assert (row.verdict, row.measured) == ("fail", "ZeroDivisionError: by nothing")


@pytest.mark.parametrize("item", CHECKS, ids=lambda item: item.id)
def test_each_check_has_its_function(item: Registered) -> None:
    module, _, name = item.target.partition(":")
    assert callable(getattr(import_module(f"hashfall.verify.{module}"), name))


@pytest.mark.parametrize("id", ids())
def test_each_row_carries_its_id_source_and_a_name_of_its_own(id: str) -> None:
    rows = run([id])
    assert rows
    assert {row.id for row in rows} == {id}
    assert all(row.source and row.tolerance and row.what for row in rows)
    assert len({row.what for row in rows}) == len(rows)
    assert [row for row in rows if row.verdict != "pass"] == []
