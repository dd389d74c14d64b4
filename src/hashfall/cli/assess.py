"""``hashfall assess``: run a company through simulated worlds and say how it ends."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from hashfall.cli.options import (
    Answer,
    AsOf,
    Company,
    Html,
    Json,
    KnownBy,
    Paths,
    Quiet,
    Scenarios,
    Seed,
    Sets,
    Threads,
    Years,
)
from hashfall.cli.output import STDOUT, check_targets, emit_json, note, rule, say, write_text
from hashfall.cli.progress import progress_bar

__all__ = ["assess", "default_page", "painted", "show"]


def assess(
    case: Company,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    years: Years = 3.0,
    paths: Paths = None,
    seed: Seed = 7,
    threads: Threads = None,
    network: Answer = True,
    json: Json = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Say how likely a miner runs out of money, when, and of what.

    Prints a summary and writes a page (out/CASE-DATE.html unless --html names it).
    With --json - the page is written only where --html asks for it.

    Raises
    ------
    InputError
        If the book, a scenario or an option cannot be used.
    """
    from dataclasses import replace

    from hashfall.cli.company import open_company, run_options

    check_targets(json, html)
    prepared = open_company(
        case, as_of=as_of, known_by=known_by, scenarios=scenario or [], sets=set_ or []
    )
    options = run_options(years=years, paths=paths, seed=seed, threads=threads)
    options = replace(options, network=network)
    if prepared.age_days:
        note(f"warning: {prepared.age_words()}", quiet)
    from hashfall.engine.assess import assess as run
    from hashfall.ingest.market import market_inputs

    market = market_inputs(prepared.book, network, prepared.world, years)
    with progress_bar(quiet) as report:
        result = run(prepared, market, options=options, progress=report)
    if paths is not None and result["paths"] != paths:
        note(f"--paths {paths:,}: run with {result['paths']:,}, {result['draws']} draws of the "
             f"book x {result['inner']:,} (a multiple of 128)", quiet)
    result["provenance"]["command"] = {
        "case": case, "as_of": as_of, "known_by": known_by, "scenario": scenario or [],
        "set": set_ or [], "years": years, "paths": paths, "seed": seed, "network": network,
    }
    show(result, json, html)


def default_page(result: Mapping[str, Any]) -> str:
    """Where the page goes when nobody says.

    Examples
    --------
    >>> default_page({"case": "my/miner", "as_of": "2030-06-30"})
    'out/my_miner-2030-06-30.html'
    """
    name = "".join(c if c.isalnum() or c in "-_." else "_" for c in result["case"])
    return f"out/{name}-{result['as_of']}.html"


def show(result: Mapping[str, Any], json: str | None, html: str | None) -> None:
    """Write page and machine output of a result and print its summary."""
    from hashfall.report.terminal import summary

    target = html if html is not None or json == STDOUT else default_page(result)
    if target is not None:
        from hashfall.report.page import page

        write_text(target, page(result))
    emit_json(result, json)
    if json != STDOUT:
        say(painted(summary(result, target)))


def painted(lines: list[str]) -> list[str]:
    """Lines with their labels in bold where a person sits at a terminal."""
    import os

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return lines
    width, bold, plain = 23, "\x1b[1m", "\x1b[0m"
    rules = [i for i, line in enumerate(lines) if line == rule()]
    return [
        f"{bold}{line}{plain}" if i == 0
        else f"{bold}{line[:width]}{plain}{line[width:]}"
        if rules[0] < i < rules[-1] and line[:1].isalpha() else line
        for i, line in enumerate(lines)
    ]
