"""``hashfall network``: what the network does, with and without an exit."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import AsOf, Html, Json, KnownBy, Quiet, Scenarios, Seed, Threads, Years
from hashfall.cli.output import (
    check_targets,
    emit_json,
    note,
    provenance,
    read_date,
    say,
    write_text,
)
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.patch import Scenario
    from hashfall.engine.shares import Shares

__all__ = ["SCHEMA", "document", "network"]

SCHEMA = "hashfall.network/1"
"""Schema of the machine output."""
_MOST_YEARS = 10

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
    began = time.perf_counter()
    _check_options(dimension, years, paths, seed, threads)
    from hashfall.ingest.history import last_full_date
    from hashfall.ingest.network_world import network_answer

    day = read_date("--as-of", as_of) or last_full_date()
    cut = read_date("--known-by", known_by) or day
    patches = _scenarios(scenarios, day, round(years * 365.25))
    own = _own_shares(shares, day)
    with _named_for_a_user(exits, scenarios):
        answer = network_answer(
            day, cut, exits=exits, patch=_patch(patches), own=own, years=years, paths=paths,
            draws=draws, seed=seed, threads=threads or min(4, os.cpu_count() or 1),
            progress=progress, effects=effects,
        )
    answer["notes"] += [*_not_used(patches), *_own_notes(own)]
    return {
        "schema": SCHEMA, "dimension": dimension, **answer,
        "scenarios": [{"name": s.name, "note": s.note, "sha256": s.digest}
                      for s in patches.values()],
        "seconds": time.perf_counter() - began,
        "sources": [*answer["sources"], *_history_sources()],
        "provenance": _provenance(patches, shares, exits, seed),
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


def _check_options(dimension: str, years: float, paths: int, seed: int, threads: int | None
                   ) -> None:
    from hashfall.book.messages import nearest, shown
    from hashfall.engine.shares import DIMENSIONS

    if dimension not in DIMENSIONS:
        raise InputError("--dimension", "", " or ".join(DIMENSIONS), shown(dimension),
                         nearest(dimension, DIMENSIONS))
    bounds = (("--years", years, 1.0 / 12.0, _MOST_YEARS), ("--paths", paths, 128, 10_000_000),
              ("--seed", seed, 0, 2**63 - 1),
              ("--threads", threads or 1, 1, 4 * (os.cpu_count() or 1)))
    for flag, value, low, high in bounds:
        if not low <= value <= high:
            raise InputError(flag, "", f"{low:,.4g} to {high:,}", f"{value:,}")


def _scenarios(names: Sequence[str], as_of: dt.date, days: int) -> dict[str, Scenario]:
    """Scenarios by file, each inside the run."""
    if not names:
        return {}
    from hashfall.book.network_patch import check_network_horizon
    from hashfall.book.patch import load_scenario

    found = {name: load_scenario(name) for name in names}
    for name, scenario in found.items():
        check_network_horizon(scenario.network, as_of, days, name)
    return found


def _patch(patches: Mapping[str, Scenario]) -> Any:
    """What all scenarios say of the network; None where they say nothing."""
    if not patches:
        return None
    from hashfall.book.patch import world_of

    said = world_of(patches.values()).network
    return said if said.window or said.exit or said.relocate else None


def _not_used(patches: Mapping[str, Scenario]) -> list[str]:
    """What scenarios say and this command does not use."""
    out = []
    for name, s in patches.items():
        parts = ["changes of the book"] if s.patches_book else []
        parts += [f"world.{key}" for key in sorted(s.world.model_fields_set - {"network"})]
        empty = not (s.network.window or s.network.exit or s.network.relocate)
        if parts:
            out.append(f"{name}: only [network] is used, not {', '.join(parts)}")
        elif empty:
            out.append(f"{name}: says nothing of the network")
    return out


def _own_shares(files: Sequence[str], as_of: dt.date) -> dict[str, Shares]:
    """The user's tables by dimension."""
    if not files:
        return {}
    from hashfall.ingest.own_shares import read_own_shares

    out: dict[str, Shares] = {}
    for file in files:
        for name, table in read_own_shares(file, as_of).items():
            if name in out:
                raise InputError(file, name, "each dimension in one file",
                                 f"it is in {out[name].sources[0]} too")
            out[name] = table
    return out


def _own_notes(own: Mapping[str, Shares]) -> list[str]:
    if not own:
        return []
    return [f"your shares ({', '.join(own)}) are used for concentration; machines of the runs "
            "stand where the shipped map has them"]


def _history_sources() -> list[dict[str, str]]:
    from hashfall.cli.history import history_sources

    return history_sources()


def _provenance(patches: Mapping[str, Scenario], shares: Sequence[str], exits: Sequence[str],
                seed: int) -> dict[str, Any]:
    from hashfall.book.library import case_ids
    from hashfall.cli.inputs import case_digests
    from hashfall.engine.provenance import environment
    from hashfall.ingest.network_world import FILES

    cases = {e for e in exits if e in case_ids()}
    cases |= {e.case for s in patches.values() for e in s.network.exit if e.case}
    inputs = case_digests([*FILES, *(f"{case}.toml" for case in sorted(cases))])
    inputs |= {f"scenario {s.name}": s.digest for s in patches.values()}
    inputs |= {f"shares {Path(file).name}": hashlib.sha256(Path(file).read_bytes()).hexdigest()
               for file in shares}
    return {**provenance({}, inputs, SCHEMA, seed), "environment": environment()}
