"""The page of forecasts: scores, the bar, the last forecast, how it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Chart, Items, Prose, Section, Table
from hashfall.report.forecast import (
    ahead_words,
    bar_words,
    difference,
    difficulty_words,
    model_words,
    months_words,
    now_words,
    origin_words,
    p_words,
    score,
)
from hashfall.report.forecast_charts import charts
from hashfall.report.sheet import Sheet, again, provenance_blocks, sheet_page

__all__ = ["forecast_page", "sheet_of"]

Result = Mapping[str, Any]
_SCORES = ("horizon", "model", "CRPS", "to best benchmark", "DM p", "n", "effective n")


def forecast_page(result: Result) -> str:
    """HTML text of scores and forecasts.

    Parameters
    ----------
    result : mapping
        What ``hashfall forecast difficulty --json`` writes.
    """
    return sheet_page(sheet_of(result), charts(result))


def sheet_of(result: Result) -> Sheet:
    """Head and sections of the page."""
    sections = [_months(result)] if result["bar"] or result["origins"] else []
    sections.append(_inside(result))
    if result["now"]:
        sections.append(_now(result["now"]))
    sections.append(_sources(result))
    p = result["provenance"]
    return Sheet(
        kicker="forecasts, scored out of sample", title="Forecasts of difficulty",
        answer=_answer(result), facts=_facts(result), sections=sections,
        footer=f"Made by hashfall {p['version']} on {p['created']} · {result['seconds']:.1f} s",
    )


def _answer(result: Result) -> str:
    bar = result["bar"]
    if bar is None:
        return "The next change of difficulty, forecast from inside an epoch."
    verdict = "met" if bar["met"] else "not met"
    said = " ".join(f"At {text}." for text in bar_words(bar))
    return f"The bar, a score below the best benchmark at 3 and 6 months, is {verdict}. {said}"


def _facts(result: Result) -> list[tuple[str, str]]:
    o = result["origins"]
    if o is None:
        return []
    return [("origins scored from", o["first_scored"]), ("spread from errors since", o["first"]),
            ("first fitted parameters", o["first_vintage"])]


def _table(rows: Sequence[Result]) -> Table:
    cells = [[ahead_words(r), model_words(r["model"]), score(r["crps"]), difference(r),
              p_words(r["dm_p"]) or "n/a", f"{r['n']:,}", f"{r['n_effective']:.0f}"] for r in rows]
    return Table(_SCORES, cells, 2)


def _months(result: Result) -> Section:
    rows = [s for s in result["scores"] if s["part"] == "months"]
    caption = ("Each dot is the mean score of a model over every origin since 2018 whose horizon "
               "has passed. All models get their spread from their own past errors at the horizon, "
               "so the points alone make the difference.")
    table = _table(rows)
    blocks: list[Block] = [
        Chart("months", caption, table),
        Table(table.head, table.rows, 2, "Scores months ahead"),
        Prose("To best benchmark: mean score less that of the best benchmark of the horizon, below "
              "0 is better. DM p: Diebold-Mariano test against it, two-sided, for overlapping "
              "horizons. Effective n: independent scores that would say as much.", "small"),
        Prose(origin_words(result["origins"]), "small"),
    ]
    if result["bar"]:
        blocks.append(Items([f"{text[:1].upper()}{text[1:]}" for text in
                             bar_words(result["bar"])], "The bar"))
    return Section("months", "Months ahead", blocks)


def _inside(result: Result) -> Section:
    rows = [s for s in result["scores"] if s["part"] == "inside"]
    caption = ("Forecasts of the next change of difficulty after a day, a quarter, half and three "
               "quarters of an epoch, on the epochs whose block times are shipped.")
    table = _table(rows)
    return Section("inside", "Inside an epoch", [
        Chart("inside", caption, table),
        Table(table.head, table.rows, 2, "Scores inside an epoch"),
    ])


def _now(now: Result) -> Section:
    caption = (f"{now_words(now)} Bars are 5 to 95% of the model's own past errors put on its "
               "point; the dashed line is the difficulty in force at the start.")
    rows = [[months_words(f["horizon"]), f["date"],
             model_words(f["model"]), difficulty_words(f["difficulty"]),
             difficulty_words(f["low"]), difficulty_words(f["high"]), str(f["errors"]),
             "n/a" if f["observed"] is None else difficulty_words(f["observed"])]
            for f in now["forecasts"]]
    head = ["horizon", "date", "model", "difficulty", "5%", "95%", "past errors", "observed"]
    return Section("now", "The last forecast", [Chart("now", caption, Table(head, rows, 3))])


def _sources(result: Result) -> Section:
    command = dict(result["provenance"].get("command") or {})
    history = [[s["column"], s["unit"], s["licence"], s["as_of"], s["source"]]
               for s in result["sources"]]
    return Section("sources", "Sources, provenance, how to run it again", [
        Table(["column", "unit", "licence", "as of", "source"], history, 5,
              "Sources of the network's history", "Sources of the network's history"),
        again(["forecast", command.pop("what", "difficulty")], command),
        *provenance_blocks(result),
    ])
