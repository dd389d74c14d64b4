"""Plan of a world for a book: what the world does not have is asked for with its place."""

from __future__ import annotations

import pytest

from hashfall.cli.company import open_company
from hashfall.engine.market import plan_of
from hashfall.errors import InputError
from hashfall.ingest.market import market_inputs

CHF = ["market.fx.CHF=0.8", "accounts.main.currency=CHF"]


def _plan(sets: list[str]) -> tuple[str, ...]:
    prepared = open_company("intelion", as_of=None, known_by=None, scenarios=[], sets=sets)
    market = market_inputs(prepared.book, False, prepared.world, 1.0)
    return plan_of(prepared.book, market, 30, prepared.world).currencies


def test_a_currency_that_the_world_has_not_needs_its_spread() -> None:
    with pytest.raises(InputError, match=r"market\.fx_sd_per_day\.CHF: .*none; give a share"):
        _plan(CHF)
    assert "CHF" in _plan([*CHF, "market.fx_sd_per_day.CHF=0.005"])
