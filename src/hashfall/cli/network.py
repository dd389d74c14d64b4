"""``hashfall network``: what the network does, with and without an exit."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from cyclopts import Parameter

from hashfall.cli.network_inputs import NetworkAsked, asked_of, check_options, provenance_of
from hashfall.cli.options import AsOf, Html, Json, KnownBy, Quiet, Scenarios, Seed, Threads, Years
from hashfall.cli.output import (
    check_targets,
    emit_json,
    note,
    say,
    write_text,
)
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

__all__ = ["SCHEMA", "answer", "document", "network"]

SCHEMA = "hashfall.network/1"
"""Schema of the machine output."""

Exits = Annotated[list[str] | None, Parameter(
    name="--exit", negative="", help="Who leaves on the day after --as-of: a shipped case, a "
    "country or a part of one; may be given several times.")]
Files = Annotated[list[str] | None, Parameter(
    name="--shares", negative="", help="Your own table of shares, CSV or TOML, by any dimension; "
    "may be given several times.")]
Dimension = Annotated[str, Parameter(help="Dimension of concentration that is shown first: "
                                     "country, pool, maker, owner or law_area.")]
Paths = Annotated[int, Parameter(help="Simulated paths in all, over every draw of the fitted "
                                 "parameters; rounded up to draws x a multiple of 128.")]


def network(
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    exit_: Exits = None,
    scenario: Scenarios = None,
    shares: Files = None,
    dimension: Dimension = "country",
    years: Years = 2.0,
    paths: Paths = 4096,
    seed: Seed = 7,
    threads: Threads = None,
    json: Json = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Say what the network does, and what an exit does to it and to concentration.

    Without --exit and --scenario it prints the network as it is. Paths are shared
    between the worlds with and without an exit, so that its effect is read off path
    by path.

    Raises
    ------
    InputError
        If a place, a date, a share, a scenario or an option cannot be used.
    """
    check_targets(json, html)
    with progress_bar(quiet) as report:
        result = document(
            as_of=as_of, known_by=known_by, exits=exit_ or [], scenarios=scenario or [],
            shares=shares or [], dimension=dimension, years=years, paths=paths, seed=seed,
            threads=threads, progress=lambda done: report("paths", done),
        )
    for text in result["notes"]:
        note(f"note: {text}", quiet)
    if result["paths"] != paths:
        note(f"--paths {paths:,}: run with {result['paths']:,}, {result['parameter_draws']} draws "
             "of the parameters x a multiple of 128", quiet)
    result["provenance"]["command"] = {
        "as_of": as_of, "known_by": known_by, "exit": exit_ or [], "scenario": scenario or [],
        "shares": shares or [], "dimension": dimension, "years": years, "paths": paths,
        "seed": seed,
    }
    if html is not None:
        from hashfall.report.network_page import network_page

        write_text(html, network_page(result))
    emit_json(result, json)
    from hashfall.report.network import network_lines

    say(network_lines(result, html), json)


def document(
    *, as_of: str | None = None, known_by: str | None = None, exits: Sequence[str] = (),
    scenarios: Sequence[str] = (), shares: Sequence[str] = (), dimension: str = "country",
    years: float = 2.0, paths: int = 4096, seed: int = 7, threads: int | None = None,
    draws: int = 8, effects: bool = True, progress: Any = None,
) -> dict[str, Any]:
    """The answer as ``--json`` writes it.

    Parameters
    ----------
    as_of, known_by : str, optional
        Dates as typed; the last full date of the shipped history where left out.
    exits, scenarios, shares : sequence of str
        Values of ``--exit``, ``--scenario`` and ``--shares``.
    dimension : str
        Dimension shown first.
    years, paths, seed, threads
        As the command takes them.
    draws : int
        Draws of the fitted parameters.
    effects : bool
        Whether each assumption of relocation is moved to its ends.
    progress : callable, optional
        Takes the share of the paths that is done.

    Raises
    ------
    InputError
        If anything cannot be used.
    """
    return answer(asked_of(
        as_of=as_of, known_by=known_by, exits=exits, scenarios=scenarios, shares=shares,
        dimension=dimension, years=years, paths=paths, seed=seed, draws=draws, effects=effects,
    ), threads=threads, progress=progress)


def answer(asked: NetworkAsked, *, threads: int | None = None, progress: Any = None
           ) -> dict[str, Any]:
    """The answer to what was read, as ``--json`` writes it.

    Parameters
    ----------
    asked : NetworkAsked
        Dates, exits, scenarios, shares and options.
    threads : int, optional
        Threads.
    progress : callable, optional
        Takes the share of the paths that is done.
    """
    began = time.perf_counter()
    check_options(asked, threads)
    from hashfall.ingest.network_world import network_answer

    own, patches = asked.own(), asked.scenarios
    with _named_for_a_user(asked.exits, tuple(patches)):
        found = network_answer(
            asked.as_of, asked.known_by, exits=asked.exits, patch=asked.patch(), own=own,
            years=asked.years, paths=asked.paths, draws=asked.draws, seed=asked.seed,
            threads=threads or min(4, os.cpu_count() or 1), progress=progress,
            effects=asked.effects,
        )
    found["notes"] += asked.notes(own)
    return {
        "schema": SCHEMA, "dimension": asked.dimension, **found,
        "scenarios": [{"name": s.name, "note": s.note, "sha256": s.digest}
                      for s in patches.values()],
        "seconds": time.perf_counter() - began,
        "sources": [*found["sources"], *_history_sources()],
        "provenance": provenance_of(asked, SCHEMA),
    }


@contextmanager
def _named_for_a_user(exits: Sequence[str], scenarios: Sequence[str]) -> Iterator[None]:
    """Errors from below name the flag or file that the user gave."""
    said = ", ".join(scenarios) if scenarios and not exits else "--exit"
    flags = {"network": said, "exit": said, "move": said, "date": "--as-of", "as_of": "--as-of",
             "known_by": "--known-by"}
    try:
        yield
    except InputError as problem:
        if problem.file not in flags:
            raise
        raise InputError(flags[problem.file], problem.place, problem.expected, problem.found,
                         problem.hint) from problem


def _history_sources() -> list[dict[str, str]]:
    from hashfall.cli.history import history_sources

    return history_sources()
