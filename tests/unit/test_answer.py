"""What an answer says beside its probabilities: overdue amounts, dates, chances, old balances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from hashfall.book.draws import Driver
from hashfall.book.prepare import prepare
from hashfall.book.record import Book
from hashfall.engine import effects as module
from hashfall.engine.answer import overdue

Small = Callable[..., Book]
AS_OF = dt.date(2022, 9, 30)


def test_costs_and_payments_of_the_past_are_overdue(small_book: Small) -> None:
    late, later = AS_OF - dt.timedelta(20), AS_OF + dt.timedelta(20)
    book = small_book(
        costs={
            "old_order": {"kind": "capex", "amount": 5e5, "once": True, "start": late,
                          "source": "assumption"},
            "new_order": {"kind": "capex", "amount": 7e5, "once": True, "start": later},
            "pay": {"kind": "payroll", "amount": 1e5, "start": late},
        },
        events={
            "fine": {"kind": "payment", "what": "grid_fine", "start": late, "amount": 3e4,
                     "currency": "USD"},
            "dividend": {"kind": "payment", "what": "dividend", "start": later, "amount": 9e4,
                         "currency": "USD"},
        },
    )
    day = late.isoformat()
    assert overdue(book) == [
        {"name": "old order", "class": "capex", "amount": 5e5, "currency": "USD", "since": day,
         "source": "assumption"},
        {"name": "grid fine", "class": "claim", "amount": 3e4, "currency": "USD", "since": day,
         "source": ""},
    ]


def test_the_age_of_balances_is_told() -> None:
    now = prepare("bitriver")
    assert (now.age_days, now.age_words()) == (0, "")
    late = prepare("bitriver", dt.date(2026, 6, 1))
    assert late.age_days == 366
    assert "balances are of 2025-05-31, 366 days before as_of" in late.age_words()
    early = replace(now, balances_of=now.book.as_of + dt.timedelta(1))
    assert "1 day after as_of" in early.age_words()


def driver(name: str, path: str, kind: Any, low: float, mid: float, high: float) -> Driver:
    """A driver of one field."""
    return Driver(name, (path,), "share", low, mid, high, "assumption", kind)


CHANCE = driver("chance.events.loss", "events.loss", "chance", 0.3, 0.3, 0.3)
ITS_RANGE = driver("loss_rule", "events.loss.probability", "rule", 0.1, 0.3, 0.6)
OTHER = driver("cash", "accounts.main.balance", "range", 1.0, 2.0, 3.0)
DATE = driver("claims.a.due", "claims.a.due", "date", 10.0, 40.0, 100.0)


def test_a_chance_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # PD is 0.5 with everything at its low end and 0.9 at its high end.
    monkeypatch.setattr(module, "pack", lambda book, frame: None)
    monkeypatch.setattr(module, "horizon_days", lambda as_of, months: 365)
    monkeypatch.setattr(module, "probability", lambda clock, last: {"value": clock})
    ends = [SimpleNamespace(clock=lambda kind, x=x: x) for x in (0.5, 0.9)]
    drivers = (CHANCE, ITS_RANGE, OTHER, DATE)
    study: Any = SimpleNamespace(
        drawer=SimpleNamespace(drivers=drivers), book=SimpleNamespace(as_of=AS_OF),
        plan=SimpleNamespace(days=400), draws=4, inner=128,
        shortened=lambda days: SimpleNamespace(
            frame=None, run=lambda books, **how: ends * 3),
    )
    missing = SimpleNamespace(path=ITS_RANGE.paths[0], why="not public", used_instead="a rule")
    prepared: Any = SimpleNamespace(book=SimpleNamespace(missing=[missing]))
    rows, gaps = module.effects(study, prepared, lambda step, share: None)
    assert {row["name"] for row in rows} == {CHANCE.name, OTHER.name, DATE.name}
    # 10% and 60% of the way from without to with: PD is linear in a chance.
    assert gaps[0]["pd_low"] == pytest.approx(0.54)
    assert gaps[0]["pd_high"] == pytest.approx(0.74)
    dated = next(row for row in rows if row["kind"] == "date")
    assert (dated["value"], dated["range"]) == ("2022-11-09", ["2022-10-10", "2023-01-08"])
    assert dated["unit"] == "date"


def test_a_range_that_moves_more_than_a_chance_is_run() -> None:
    shared = replace(ITS_RANGE, paths=("events.loss.probability", "hosting.a.mw"))
    run, mixed = module._to_run((CHANCE, shared, OTHER))
    assert run == (CHANCE, shared, OTHER)
    assert mixed == []
