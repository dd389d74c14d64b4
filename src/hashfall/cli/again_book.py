"""Results of a company made again from the book inside their provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashfall.book.prepare import Prepared
    from hashfall.book.record import Book
    from hashfall.cli.again import Maker, Progress
    from hashfall.engine.assess import AssessOptions
    from hashfall.engine.cashout import Asked

__all__ = ["assess_again", "cashout_again", "surface_again"]


def assess_again(origin: Mapping[str, Any]) -> Maker:
    """What runs an assessment again.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    prepared, given = _prepared(origin), _options(origin)

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from hashfall.engine.assess import assess
        from hashfall.ingest.market import market_inputs

        options = _threaded(given, threads)
        market = market_inputs(prepared.book, options.network, prepared.world, options.years)
        return assess(prepared, market, options=options, progress=progress)

    return make


def cashout_again(origin: Mapping[str, Any]) -> Maker:
    """What runs a cash-out of a company again.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    prepared, given = _prepared(origin), _options(origin)
    asked = _asked(prepared.book, origin["asked"])
    screened = _screened(origin.get("screened"))

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from hashfall.cli.cashout import company_answer

        return company_answer(prepared, asked, options=_threaded(given, threads), report=progress,
                              screened=screened)

    return make


def surface_again(origin: Mapping[str, Any]) -> Maker:
    """What runs the default surface again.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    paths, seed = int(origin["options"]["paths"]), int(origin["seed"])

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from hashfall.cli.cashout import surface_document

        return surface_document(paths=paths, seed=seed, threads=threads, report=progress)

    return make


def _prepared(origin: Mapping[str, Any]) -> Prepared:
    """The book as it was used, not as its case file stands today."""
    import datetime as dt

    from hashfall.book.load import from_json
    from hashfall.book.patch import Scenario, WorldPatch
    from hashfall.book.prepare import Prepared
    from hashfall.book.sizing import apply_sizing

    book = from_json(origin["book"], "book")
    scenarios = tuple(Scenario.model_validate_json(json.dumps(x)) for x in origin["scenarios"])
    balances_of = dt.date.fromisoformat(origin.get("balances_of") or book.as_of.isoformat())
    world = WorldPatch.model_validate_json(json.dumps(origin["world"]))
    return Prepared(apply_sizing(book), book, scenarios, world, balances_of)


def _options(origin: Mapping[str, Any]) -> AssessOptions:
    """Options of the run, each within its bounds."""
    from dataclasses import replace

    from hashfall.cli.company import run_options

    given = {key: origin["options"][key] for key in ("years", "paths", "draws", "mode", "network")}
    checked = run_options(years=given["years"], paths=given["paths"], seed=int(origin["seed"]),
                          threads=None)
    if given["mode"] not in ("garch", "bootstrap", "gbm") or int(given["draws"]) < 1:
        raise ValueError("mode, draws")
    return replace(checked, **given)


def _threaded(options: AssessOptions, threads: int | None) -> AssessOptions:
    from dataclasses import replace

    return options if threads is None else replace(options, threads=threads)


def _screened(found: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What screening found: lists are large and their owner's, so it is not repeated."""
    if found and not all(isinstance(found[x], list) for x in ("closed_by_screening", "inputs")):
        raise TypeError("screened")
    return found


def _asked(book: Book, row: Mapping[str, Any]) -> Asked:
    """What was asked of the routes, held against the book."""
    from hashfall.engine.cashout import Asked
    from hashfall.engine.stress_books import Order
    from hashfall.ingest.freezes import freeze_rules

    rules = freeze_rules()
    orders = tuple(Order(rules[o["source"]], o["account"], o["from_day"], o["days"], o["share"])
                   for o in row["freeze"])
    asked = Asked(int(row["by_day"]), row["need"], row["currency"], tuple(row["close"]), orders)
    there = {*book.routes, *book.venues, *book.rails}
    if not (1 <= asked.by <= 365 and asked.currency in ("USD", *book.market.fx)
            and there.issuperset(asked.close)
            and all(o.account is None or o.account in book.accounts for o in orders)):
        raise ValueError("asked")
    return asked
