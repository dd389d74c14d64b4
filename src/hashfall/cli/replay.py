"""``hashfall replay``: retargets after dated events, predicted and observed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import Html, Json, Quiet, Seed
from hashfall.cli.output import check_targets, emit_json, note, provenance, say, write_text
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.ingest.event_records import Event

__all__ = ["INPUTS", "SCHEMA", "carried", "chosen", "document", "replay", "shape_of"]

SCHEMA = "hashfall.replay/1"
"""Schema of the machine output."""
INPUTS = ("history.csv", "network.toml", "network_vintages.csv", "shares.csv", "blocks.zlib",
          "headers.zlib")
"""Shipped files that replays and attribution read, beside the events."""

_DRAWS = 32  # quantiles of what a shut-off file leaves open
_LANES = 128
_PATHS = 8192
_NO_EVENTS = ("claim", "exit")  # a claim may be false, an exit is one part of what happened

What = Annotated[str, Parameter(help="Id of an event such as china-2021, an event file (.toml), "
                                "or all.")]
View = Annotated[str | None, Parameter(help="Whose shares of places stand first where two maps "
                                       "differ: before (published before the first day) or "
                                       "latest (by the last day).")]
Paths = Annotated[int, Parameter(help="Paths of an event, over every draw of what its file "
                                 "leaves open; rounded up to draws x a multiple of 128.")]


def replay(
    event: What,
    /,
    *,
    view: View = None,
    paths: Paths = _PATHS,
    seed: Seed = 7,
    json: Json = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Print the retargets predicted after dated events beside those that happened.

    Machines, maps and parameters are those known at the time, price and fees as they
    were. With all, an exit planted in two quiet epochs is looked for too.

    Raises
    ------
    InputError
        If there is no such event, or an option cannot be used.
    """
    check_targets(json, html)
    names = chosen(event)
    draws, inner = shape_of(paths)
    with progress_bar(quiet) as report:
        result = document(names, view=view, draws=draws, inner=inner, seed=seed, report=report,
                          planted=event == "all")
    if result["paths"] != paths:
        note(f"--paths {paths:,}: run with {result['paths']:,}, {draws} draws of the event x "
             f"{inner:,} (a multiple of 128)", quiet)
    result["provenance"]["command"] = {
        "event": event, "view": view, "paths": paths, "seed": seed,
    }
    if html is not None:
        from hashfall.report.replay_page import replay_page

        write_text(html, replay_page(result))
    emit_json(result, json)
    from hashfall.report.replay import replay_lines

    say(replay_lines(result, html), json)


def chosen(event: str) -> list[str]:
    """Names of the events asked for.

    Examples
    --------
    >>> chosen("fern-2026"), len(chosen("all"))
    (['fern-2026'], 9)
    """
    from hashfall.ingest.events import event_ids, load_event

    if event == "all":
        return list(event_ids())
    load_event(event)  # refuses what is not there before anything runs
    return [event]


def shape_of(paths: int) -> tuple[int, int]:
    """Draws of the event, and paths of each, for a number of paths in all.

    Raises
    ------
    InputError
        If there are too few paths, or far too many.

    Examples
    --------
    >>> shape_of(8192), shape_of(1), shape_of(5000)
    ((32, 256), (1, 128), (32, 256))
    """
    if not 1 <= paths <= 10_000_000:
        raise InputError("--paths", "", "1 to 10,000,000", f"{paths:,}")
    draws = min(_DRAWS, -(-paths // _LANES))
    return draws, _LANES * -(-paths // (draws * _LANES))


def document(
    names: Sequence[str], *, view: str | None = None, draws: int = _DRAWS, inner: int = 2 * _LANES,
    seed: int = 7, planted: bool = False, report: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Replays, attribution and, where asked for, planted exits, as ``--json`` writes them.

    Parameters
    ----------
    names : sequence of str
        Events by id or file.
    view : str, optional
        ``before`` or ``latest``, see `hashfall.ingest.replays.VIEWS`.
    draws, inner : int
        Quantiles of what a file leaves open, and paths of each.
    seed : int
        Seed.
    planted : bool
        Whether exits are planted in quiet epochs and looked for.
    report : callable, optional
        Takes what is done and the share of it, 0 to 1.

    Raises
    ------
    InputError
        If an event or an option cannot be used.
    """
    from hashfall.cli.replay_step import planted_rows
    from hashfall.ingest.events import load_event
    from hashfall.ingest.replays import VIEWS

    began = time.perf_counter()
    if view not in (None, *VIEWS):
        raise InputError("--view", "", " or ".join(VIEWS), repr(view))
    events = [load_event(name) for name in names]
    rows = []
    for i, (name, event) in enumerate(zip(names, events, strict=True)):
        if report is not None:
            report(event.id, i / len(names))
        rows.append(_replay(name, event, view or "latest", draws, inner, seed))
    return {
        "schema": SCHEMA, "paths": draws * inner, "draws": draws, "inner": inner, "seed": seed,
        "replays": rows, "score": _total(rows), "planted": planted_rows() if planted else [],
        "seconds": time.perf_counter() - began,
        "sources": _sources(events),
        "provenance": {
            **_provenance(events, seed),
            "options": {"view": view, "draws": draws, "inner": inner, "planted": planted},
            "events": carried(names),
        },
    }


def carried(names: Sequence[str]) -> list[dict[str, str | None]]:
    """Events by name, with the text of a file of your own; a shipped one has none.

    Examples
    --------
    >>> carried(["fern-2026"])
    [{'name': 'fern-2026', 'text': None}]
    """
    from hashfall.book.load import read_text
    from hashfall.ingest.events import event_ids

    return [{"name": str(name), "text": None if name in event_ids() else read_text(name)}
            for name in names]


def _replay(name: str, event: Event, view: str, draws: int, inner: int, seed: int
            ) -> dict[str, Any]:
    """One event: both views where there are two, and its attribution."""
    from hashfall.cli.replay_step import attribution_of, beside_of, views_of
    from hashfall.ingest.replays import replay_event

    _check_on_record(event)
    there = views_of(event)
    first = view if view in there else "latest"
    found = {v: _dated(replay_event(name, view=v, draws=draws, inner=inner, seed=seed))
             for v in there}
    other = [v for v in there if v != first]
    keys = ("view", "retargets", "cumulative_predicted_pct", "cumulative_low", "cumulative_high",
            "cumulative_observed_pct", "score", "recovery")
    return {
        **found[first], "apart_why": event.retargets.apart_why,
        "first_date": event.first_date.isoformat(), "beside": beside_of(event),
        "other_view": {k: found[other[0]][k] for k in keys} if other else None,
        "attribution": attribution_of(name, event),
    }


def _check_on_record(event: Event) -> None:
    """Refuse an event of your own that the history does not hold."""
    from hashfall.ingest.history import load_history

    last = 2016 * (len(load_history()) - 1)
    height = max(event.retargets.scored)
    if height > last:
        raise InputError(f"event {event.id}", "retargets.scored",
                         f"heights up to {last:,}, the last of the history", f"{height:,}")


def _dated(found: dict[str, Any]) -> dict[str, Any]:
    """The same with the day of each retarget that is on record."""
    from hashfall.cli.replay_step import day_of

    recovery = found["recovery"]
    for row in [*found["retargets"], *(recovery["path"] if recovery else ())]:
        row["date"] = day_of(row["height"])
    return found


def _total(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Score over the scored retargets of all events; claims and single exits apart."""
    scores = [r["score"] for r in rows if r["kind"] not in _NO_EVENTS and r["score"]["n"]]
    n = sum(s["n"] for s in scores)
    if not n:
        return None

    def mean(key: str) -> float:
        return float(sum(s["n"] * s[key] for s in scores) / n)

    return {
        "events": len(scores), "n": n,
        "rmse_pct": (sum(s["n"] * s["rmse_pct"] ** 2 for s in scores) / n) ** 0.5,
        "within_3_points": sum(s["within_3_points"] for s in scores),
        "inside_interval": sum(s["inside_interval"] for s in scores),
        "crps_pct": mean("crps_pct"), "crps_no_change_pct": mean("crps_no_change_pct"),
    }


def _sources(events: Sequence[Event]) -> list[dict[str, str]]:
    """Sources of the shut-off files, row by row, and of the history."""
    from hashfall.cli.history import history_sources

    rows = [
        {"event": event.id, "row": place, "place": row.place, "source": row.source,
         "published": row.published.isoformat(), "size": row.size}
        for event in events for place, row in event.rows()
    ]
    return [*rows, *history_sources()]


def _provenance(events: Sequence[Event], seed: int) -> dict[str, Any]:
    from hashfall.cli.inputs import case_digests
    from hashfall.engine.provenance import environment

    inputs = {f"event {event.id}": event.digest for event in events} | case_digests(INPUTS)
    return {**provenance({}, inputs, SCHEMA, seed), "environment": environment()}
