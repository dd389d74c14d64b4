"""``hashfall forecast difficulty``: rolling scores out of sample, and the forecast now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import Html, Json, Quiet
from hashfall.cli.output import check_targets, emit_json, provenance, say, write_text
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.engine.forecast import PointForecast, Score
    from hashfall.engine.forecast_now import Forecast, Remembered
    from hashfall.model.epochs import EpochSeries

__all__ = ["BAR_MONTHS", "INPUTS", "SCHEMA", "bar_of", "document", "forecast"]

SCHEMA = "hashfall.forecast/1"
"""Schema of the machine output."""
BAR_MONTHS = (3, 6)
"""Horizons at which the network has to score better than the best benchmark. [months]"""
INPUTS = ("history.csv", "network.toml", "network_vintages.csv", "shares.csv", "blocks.zlib",
          "headers.zlib")
"""Shipped files that the scores rest on."""

_KINDS = ("difficulty",)
_NETWORK = "network"
_FIRST_ORIGIN_S = 1_420_070_400.0  # 2015-01-01, as in score_difficulty
_FIRST_SCORED_S = 1_514_764_800.0  # 2018-01-01

What = Annotated[str, Parameter(help="What to forecast: difficulty.")]
Inside = Annotated[bool, Parameter(negative="", help="Only the forecasts from inside an epoch, "
                                   "which take a few seconds.")]


def forecast(
    what: What,
    /,
    *,
    inside: Inside = False,
    json: Json = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Score forecasts of difficulty out of sample, and print those made now.

    Months ahead the network is scored against no change, the exponential trend and
    error correction on price; inside an epoch against block times. Up to a minute.

    Raises
    ------
    InputError
        If there is no such forecast, or an option cannot be used.
    """
    _check(what)
    check_targets(json, html)
    with progress_bar(quiet) as report:
        result = document(inside=inside, report=report)
    result["provenance"]["command"] = {"what": what, "inside": inside}
    if html is not None:
        from hashfall.report.forecast_page import forecast_page

        write_text(html, forecast_page(result))
    emit_json(result, json)
    from hashfall.report.forecast import forecast_lines

    say(forecast_lines(result, html), json)


def _check(what: str) -> None:
    if what not in _KINDS:
        from hashfall.book.messages import nearest, shown

        raise InputError("forecast", "", "a quantity", shown(what), nearest(what, _KINDS))


def document(
    *, inside: bool = False, models: Mapping[str, PointForecast] | None = None,
    report: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Scores, bar and the forecast of now, as ``--json`` writes them.

    Parameters
    ----------
    inside : bool
        Only from inside an epoch.
    models : mapping of str to PointForecast, optional
        Models beside the benchmarks; the network when left out.
    report : callable, optional
        Takes what is done and the share of it, 0 to 1.
    """
    from hashfall.ingest.series import epoch_series

    began = time.perf_counter()
    series = epoch_series()
    months = {} if inside else _months(series, models, report)
    if report is not None:
        report("inside an epoch", 0.97)
    rows = months.pop("scores", [])
    return {
        "schema": SCHEMA, "what": "difficulty",
        "scores": [*rows, *_inside(series)],
        "bar": months.get("bar"), "now": months.get("now"), "origins": months.get("origins"),
        "seconds": time.perf_counter() - began,
        "sources": _sources(),
        "provenance": {**_provenance(), "options": {"what": "difficulty", "inside": inside}},
    }


def _months(
    series: EpochSeries, models: Mapping[str, PointForecast] | None,
    report: Callable[[str, float], None] | None,
) -> dict[str, Any]:
    """Scores months ahead, whether the bar is met, and the forecast at the last origin."""
    import numpy as np

    from hashfall.engine.forecast import BENCHMARKS, score_difficulty
    from hashfall.engine.forecast_now import Remembered, forecasts_at, last_informed

    if models is None:
        from hashfall.ingest.network_forecast import network_forecast

        models = {_NETWORK: network_forecast}
    every = {**models, **BENCHMARKS}
    calls = len(every) * int(np.sum(series.start_s >= _FIRST_ORIGIN_S))
    done = 0

    def heard() -> None:
        nonlocal done
        done += 1
        if report is not None:
            report("months ahead", 0.95 * done / calls)

    kept: dict[str, Remembered] = {name: Remembered(m, heard) for name, m in every.items()}
    scores = score_difficulty(series, kept)
    order = list(every)
    scores.sort(key=lambda s: (int(s.horizon[:-1]), order.index(s.model)))
    return {
        "scores": [_row(s, "months", int(s.horizon[:-1])) for s in scores],
        "bar": bar_of(scores), "origins": _origins(series),
        "now": _now(series, forecasts_at(series, kept, last_informed(series)),
                    last_informed(series)),
    }


def _now(series: EpochSeries, found: Sequence[Forecast], origin: int) -> dict[str, Any]:
    return {
        "height": 2016 * (series.first + origin), "date": _day(float(series.start_s[origin])),
        "difficulty": float(series.difficulty[origin]),
        "later_origins": len(series) - origin,
        "forecasts": [{**asdict(f), "date": _day(f.due_s)} for f in found],
    }


def _row(score: Score, part: str, ahead: int) -> dict[str, Any]:
    unit = "months" if part == "months" else "blocks"
    return {**asdict(score), "part": part, "ahead": ahead, "ahead_unit": unit,
            "best": score.model == score.versus}


def bar_of(scores: Sequence[Score]) -> dict[str, Any] | None:
    """Whether the network scored better than the best benchmark where it has to.

    Parameters
    ----------
    scores : sequence of Score
        Scores months ahead.

    Returns
    -------
    dict or None
        ``met`` and, by horizon, what it was measured against; None without the network.
    """
    by = {(s.horizon, s.model): s for s in scores}
    rows = []
    for months in BAR_MONTHS:
        mine = by.get((f"{months}m", _NETWORK))
        if mine is None:
            return None
        best = by[mine.horizon, mine.versus]
        rows.append({
            "horizon": mine.horizon, "crps": mine.crps, "best": best.model,
            "best_crps": best.crps, "difference": mine.difference, "dm_p": mine.dm_p,
            "n": mine.n, "n_effective": mine.n_effective, "met": mine.crps < best.crps,
        })
    return {"model": _NETWORK, "rows": rows, "met": all(row["met"] for row in rows)}


def _origins(series: EpochSeries) -> dict[str, Any]:
    """Origins scored, and those for which no fitted parameters were there yet."""
    import numpy as np

    vintage = _first_vintage()
    first = datetime(vintage.year, vintage.month, vintage.day, tzinfo=UTC).timestamp()
    start = series.start_s[series.start_s >= _FIRST_ORIGIN_S]
    early = start < first
    return {
        "first": _day(_FIRST_ORIGIN_S), "first_scored": _day(_FIRST_SCORED_S),
        "count": len(start), "first_vintage": vintage.isoformat(),
        "before_first_vintage": int(np.sum(early)),
        "scored_before_first_vintage": int(np.sum(early & (start >= _FIRST_SCORED_S))),
    }


def _first_vintage() -> date:
    """First day by which fitted parameters of the fleet were there."""
    import csv
    from importlib.resources import files

    text = files("hashfall.cases").joinpath("network_vintages.csv").read_text(encoding="utf-8")
    return min(date.fromisoformat(row["vintage"]) for row in csv.DictReader(text.splitlines()))


def _inside(series: EpochSeries) -> list[dict[str, Any]]:
    from hashfall.engine.inside_epoch import score_inside
    from hashfall.ingest.blocks import runs

    return [_row(s, "inside", int(s.horizon[1:])) for s in score_inside(series, runs())]


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _sources() -> list[dict[str, str]]:
    from hashfall.cli.history import history_sources

    return history_sources()


def _provenance() -> dict[str, Any]:
    from hashfall.cli.inputs import case_digests
    from hashfall.engine.provenance import environment

    return {**provenance({}, case_digests(INPUTS), SCHEMA), "environment": environment()}
