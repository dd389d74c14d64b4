"""Make a stored assessment again from what it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hashfall.errors import InputError

__all__ = ["run_again"]


def run_again(
    stored: Mapping[str, Any], *, file: str, threads: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Run a result's own book, scenarios and options again and compare.

    Parameters
    ----------
    stored : mapping
        Result of an assessment.
    file : str
        Its file, for messages.
    threads : int, optional
        Threads; changes no bit.

    Returns
    -------
    dict
        ``identical`` and ``differences`` (path, stored, now).

    Raises
    ------
    InputError
        If the result does not carry what it takes.
    """
    import datetime as dt

    from pydantic import ValidationError

    from hashfall.book.patch import Scenario, world_of
    from hashfall.book.prepare import Prepared
    from hashfall.book.record import Book
    from hashfall.book.sizing import apply_sizing
    from hashfall.engine.assess import AssessOptions, assess
    from hashfall.engine.provenance import differences
    from hashfall.ingest.market import market_inputs

    try:
        origin = stored["provenance"]
        book = Book.model_validate_json(_text(origin["book"]))
        scenarios = tuple(Scenario.model_validate_json(_text(x)) for x in origin["scenarios"])
        options = AssessOptions(seed=int(origin["seed"]), **origin["options"])
        balances_of = dt.date.fromisoformat(origin.get("balances_of") or book.as_of.isoformat())
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise InputError(file, "provenance", "book, scenarios, options and seed of a run",
                         type(error).__name__, "write the result again with --json") from error
    if threads is not None:
        options = AssessOptions(seed=options.seed, threads=threads, **origin["options"])
    prepared = Prepared(apply_sizing(book), book, scenarios, world_of(scenarios), balances_of)
    market = market_inputs(prepared.book, options.network, prepared.world, options.years)
    now = assess(prepared, market, options=options, progress=progress)
    # What was typed is not made again; it stays with the stored result.
    now["provenance"]["command"] = origin.get("command")
    found = list(differences(_plain(stored), _plain(now)))
    return {"identical": not found, "differences": found}


def _text(value: Any) -> str:
    import json

    return json.dumps(value)


def _plain(value: Any) -> Any:
    """The value as JSON would give it back."""
    import json

    return json.loads(json.dumps(value))
