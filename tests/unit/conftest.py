"""A small company and a still world, for ledgers worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.book.consistency import check
from hashfall.book.record import Book
from hashfall.engine.pack import Frame, Options, Packed, pack
from hashfall.engine.replay import labels_of, packing_of
from hashfall.model.layout import WorldRow
from hashfall.model.reference.ledger import LedgerPath, ledger_path

Small = Callable[..., Book]
RunSmall = Callable[..., tuple[Packed, LedgerPath]]

PRICE, REWARD = 20_000.0, 0.004  # USD/BTC, BTC/PH/day: 80 USD/PH/day
FX = {"RUB": 80.0, "EUR": 0.8}


@pytest.fixture
def small_book() -> Small:
    """``small_book(**tables)``: cash alone on 2022-09-30, a month's end, and what is given."""

    def build(**tables: Any) -> Book:
        site = {"entity": "a", "place": "x", "mw": 10, "status": "running", "uptime": 1.0,
                "overhead": 1.0, "power": {"kind": "contract", "currency": "USD",
                                           "price_per_kwh": 0.0}}
        account = {"entity": "a", "bank": "b", "country": "US", "currency": "USD"}
        base = {
            "schema": "hashfall.book/1", "id": "small", "name": "Small",
            "as_of": dt.date(2022, 9, 30), "known_by": dt.date(2022, 9, 30), "currency": "USD",
            "market": {"fx": FX}, "entities": {"a": {"country": "US"}}, "sites": {"s": site},
            "fleet": {"idle": {"site": "s", "model": "m", "hashrate_ph": 0.0, "j_per_th": 30.0}},
            "accounts": {"main": {**account, "balance": tables.pop("cash", 0.0)}},
        }
        extra = tables.pop("accounts", {})
        base["accounts"] |= {name: {**account, **row} for name, row in extra.items()}
        if "main_share" in tables:
            base["accounts"]["main"]["receipts_share"] = tables.pop("main_share")
        for name in ("debts", "coin_loans", "claims", "costs", "receivables", "prepayments"):
            for row in tables.get(name, {}).values():
                row.setdefault("entity", "a")
                row.setdefault("currency", "USD")
        book = Book.model_validate({**base, **tables})
        check(book)
        return book

    return build


@pytest.fixture
def frame_of() -> Callable[[int], Frame]:
    """``frame_of(days)``: what small books are packed against."""
    return lambda days: Frame(days, ("texas",), ("RUB", "EUR"), PRICE, PRICE * REWARD,
                              {"texas": 0.05}, FX)


@pytest.fixture
def run_small(frame_of: Callable[[int], Frame]) -> RunSmall:
    """``run_small(book, days, prices=..., options=...)``: the readable ledger on given prices.

    The price of day d is ``prices[d]`` where given, else as before; all else stands still.
    """

    def run(book: Book, days: int, prices: dict[int, float] | None = None,
            options: Options | None = None) -> tuple[Packed, LedgerPath]:
        packed = pack(book, frame_of(days), options or Options())
        world, price = [], PRICE
        for day in range(1, days + 1):
            price = (prices or {}).get(day, price)
            row = [0.0] * WorldRow.COUNT
            row[WorldRow.PRICE], row[WorldRow.REWARD] = price, REWARD
            row[WorldRow.INV_DIFFICULTY], row[WorldRow.POWER] = 1e-13, 0.05
            row[WorldRow.FX], row[WorldRow.FX + 1] = FX["RUB"], FX["EUR"]
            world.append(row)
        path = ledger_path(packing_of(packed), world, labels_of(packed))
        assert not path.problems()
        return packed, path

    return run
