"""Make a stored result again from what it carries, whatever command wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from hashfall.errors import InputError

__all__ = ["KINDS", "Kind", "Maker", "run_again"]

Progress = Callable[[str, float], None]
Maker = Callable[[int | None, Progress | None], dict[str, Any]]
"""Runs what was read, on so many threads."""


@dataclass(frozen=True)
class Kind:
    """How results of one schema are made again.

    Parameters
    ----------
    command : str
        Command that writes them.
    module, function : str
        Where the reader of their provenance is: it gives a `Maker`.
    carries : str
        What the provenance has to hold, for messages.
    """

    command: str
    module: str
    function: str
    carries: str


_BOOK, _WORLD = "hashfall.cli.again_book", "hashfall.cli.again_network"
KINDS: Final[Mapping[str, Kind]] = {
    "hashfall.assessment/1": Kind(
        "assess", _BOOK, "assess_again", "book, scenarios, world, options and seed"),
    "hashfall.cashout/1": Kind(
        "cashout", _BOOK, "cashout_again", "book, scenarios, world, options, seed and asked"),
    "hashfall.surface/1": Kind("cashout --surface", _BOOK, "surface_again", "options and seed"),
    "hashfall.network/1": Kind(
        "network", _WORLD, "network_again", "options, scenarios, shares and seed"),
    "hashfall.replay/1": Kind("replay", _WORLD, "replay_again", "options, events and seed"),
    "hashfall.forecast/1": Kind("forecast", _WORLD, "forecast_again", "options"),
}
"""By schema."""


def run_again(
    stored: Mapping[str, Any], *, file: str, threads: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run a result again from what its provenance holds and compare.

    Parameters
    ----------
    stored : mapping
        Result of one of `KINDS`.
    file : str
        Its file, for messages.
    threads : int, optional
        Threads; changes no bit.
    progress : callable, optional
        Takes the step and the share of it that is done.

    Returns
    -------
    dict
        ``identical`` and ``differences`` (path, stored, now).

    Raises
    ------
    InputError
        If it is no result that can be run again, or does not carry what it takes.
    """
    from hashfall.engine.provenance import differences

    kind = _kind(stored, file)
    now = _maker(kind, stored, file)(threads, progress)
    # What was typed is not made again; it stays with the stored result.
    now["provenance"]["command"] = stored["provenance"].get("command")
    found = list(differences(_plain(stored), _plain(now)))
    return {"identical": not found, "differences": found}


def _kind(stored: Mapping[str, Any], file: str) -> Kind:
    schema = stored.get("schema")
    kind = KINDS.get(schema) if isinstance(schema, str) else None
    if kind is None:
        from hashfall.book.messages import shown

        commands = [k.command for k in KINDS.values()]
        expected = f"that of a result of {', '.join(commands[:-1])} or {commands[-1]}"
        found = "none" if schema is None else shown(schema)
        raise InputError(file, "schema", expected, found, "no other result can be run again")
    return kind


def _maker(kind: Kind, stored: Mapping[str, Any], file: str) -> Maker:
    """What runs the result; only reading is guarded, a fault of a run is none of the file's."""
    read: Callable[[Mapping[str, Any]], Maker] = getattr(
        import_module(kind.module), kind.function)
    try:
        return read(stored["provenance"])
    except (AttributeError, KeyError, TypeError, ValueError, InputError) as error:
        raise InputError(file, "provenance", f"{kind.carries} of a run", _found(error),
                         f"write the result again: hashfall {kind.command} --json") from error


def _found(error: Exception) -> str:
    """What was there instead, in a few words."""
    if isinstance(error, KeyError):
        return f"no {error.args[0]!r}"
    if isinstance(error, InputError):
        return f"{error.place or error.file}: {error.found}"
    return f"a value that cannot be used ({type(error).__name__})"


def _plain(value: Mapping[str, Any]) -> Any:
    """The value as JSON would give it back."""
    import json

    from hashfall.cli.output import json_text

    return json.loads(json_text(value))
