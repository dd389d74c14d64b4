"""The page of replays: a chart for each event, attribution, planted exits, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Section, Table
from hashfall.report.replay import (
    attribution_head,
    both,
    change,
    interval,
    log_change,
    score_words,
    view_words,
)
from hashfall.report.replay_charts import charts
from hashfall.report.sheet import Sheet, again, provenance_blocks, sheet_page
from hashfall.report.text import band, percent
from hashfall.report.words import day_name

__all__ = ["replay_page", "sheet_of"]

Result = Mapping[str, Any]
_HEAD = ("epoch begins", "block", "part", "predicted", "5 to 95%", "observed", "miss, points",
         "in band")


def replay_page(result: Result) -> str:
    """HTML text of replays.

    Parameters
    ----------
    result : mapping
        What ``hashfall replay --json`` writes.
    """
    return sheet_page(sheet_of(result), charts(result))


def sheet_of(result: Result) -> Sheet:
    """Head and sections of the page."""
    rows = result["replays"]
    alone = len(rows) == 1
    sections = [] if alone else [_overview(result)]
    sections += [_event(r) for r in rows]
    sections.append(_attribution(rows))
    if result["planted"]:
        sections.append(_planted(result["planted"]))
    sections.append(_sources(result))
    p = result["provenance"]
    return Sheet(
        kicker="replay of dated events" if not alone else f"replay of a dated event, {_kind(rows)}",
        title=rows[0]["title"] if alone else "Retargets after dated events",
        answer=_answer(result),
        facts=_facts(result), sections=sections,
        footer=f"Made by hashfall {p['version']} on {p['created']} · {result['paths']:,} paths an "
               f"event · seed {result['seed']} · {result['seconds']:.1f} s",
    )


def _kind(rows: Sequence[Result]) -> str:
    return str(rows[0]["kind"])


def _answer(result: Result) -> str:
    rows, total = result["replays"], result["score"]
    if len(rows) == 1:
        r = rows[0]
        seen = change(r["cumulative_observed_pct"])
        what = (f"Difficulty over the {r['score']['n']} scored retargets"
                if r["score"].get("n", 0) > 1 else "Difficulty at the scored retarget")
        a = r["attribution"]
        words = [f"{what}: predicted {change(r['cumulative_predicted_pct'])}, from "
                 f"{change(r['cumulative_low'])} to {change(r['cumulative_high'])} on nine paths "
                 f"of ten; observed {seen}."]
        words += [f"With {view_words(r, v['view'])}: {change(v['cumulative_predicted_pct'])}, from "
                  f"{change(v['cumulative_low'])} to {change(v['cumulative_high'])}."
                  for v in both(r)[1:]]
        words.append(f"Of the net step of hashrate the event's claim explains "
                     f"{percent(a['value'])} {band(a['low'], a['high'])}: {a['verdict']}.")
        return " ".join(words)
    if total is None:
        return f"{len(rows)} events, none with a retarget that is on record."
    return (f"{total['events']} events, {total['n']} scored retargets: {total['within_3_points']} "
            f"predicted within 3 points, {total['inside_interval']} observed inside the 5 to 95% "
            f"band. CRPS {total['crps_pct']:.1f} points; {total['crps_no_change_pct']:.1f} for a "
            "forecast of no change.")


def _facts(result: Result) -> list[tuple[str, str]]:
    rows = result["replays"]
    facts = [("paths an event", f"{result['paths']:,}"), ("seed", str(result["seed"]))]
    if len(rows) == 1:
        r = rows[0]
        facts = [("event file as of", day_name(r["known_by"])),
                 ("machines and maps as of", day_name(r["day0"])),
                 ("parameters fitted on data up to", day_name(r["vintage"])), *facts]
    return facts


def _overview(result: Result) -> Section:
    rows = [[r["event"], *cells] for r in result["replays"] for row in r["retargets"]
            if row["part"] == "scored" for cells in [_cells(row)]]
    caption = (
        "Dot and bar: prediction, median and 5 to 95% of the paths; dark dot: what happened. "
        "Each bar holds what the event's file leaves open, the luck of 2,016 blocks, and what the "
        "fleet does by itself. For a claim the prediction is what it would have done if true; "
        "events that share a retarget are replayed one by one."
    )
    blocks: list[Block] = [Chart("overview", caption, Table(["event", *_HEAD], rows, 4))]
    if result["score"]:
        blocks.append(Prose(f"All events but claims and the exit of one company: "
                            f"{score_words(result['score'])}."))
    return Section("overview", "All scored retargets", blocks)


def _cells(row: Result) -> list[str]:
    predicted, seen = row["predicted_pct"], row["observed_pct"]
    miss, inside = "n/a", "n/a"
    if predicted is not None and seen is not None:
        miss = f"{predicted - seen:+.1f}"
        inside = "yes" if row["low"] <= seen <= row["high"] else "no"
    return [row.get("date") or "", f"{row['height']:,}", row.get("part", "recovery"),
            change(predicted), interval(row["low"], row["high"]), change(seen), miss, inside]


def _table(view: Result) -> list[list[str]]:
    """Rows of one view, the scored retargets together as the last."""
    rows = [_cells(row) for row in view["retargets"] if row["part"] != "recovery"]
    if view["score"].get("n", 0) > 1:
        total = {"predicted_pct": view["cumulative_predicted_pct"], "low": view["cumulative_low"],
                 "high": view["cumulative_high"], "observed_pct": view["cumulative_observed_pct"],
                 "height": 0}
        rows.append(["together", f"{view['score']['n']} scored", "", *_cells(total)[3:]])
    return rows


def _event(r: Result) -> Section:
    views = both(r)
    caption = (
        f"Predicted from the shut-off file as of {r['known_by']}, machines and maps as of "
        f"{r['day0']} and parameters fitted on data up to {r['vintage']}; price and fees as they "
        "were. Bars are 5 to 95% of the paths."
    )
    blocks: list[Block] = []
    if r["beside"]:
        blocks.append(Prose(f"Not in the prediction: {', '.join(r['beside'])}, in the same epoch.",
                            "note"))
    if r["kind"] == "claim":
        blocks.append(Prose("The prediction is what would have come if the claim were true.",
                            "note"))
    rows = _table(r)
    table = Table(_HEAD, rows, 3)
    blocks.append(Chart(f"event-{r['event']}", caption, table))
    for view in views:
        if len(views) > 1:
            blocks.append(Table(_HEAD, _table(view), 3, _capital(view_words(r, view["view"]))))
        if view["score"].get("n"):
            blocks.append(Prose(f"{_capital(score_words(view['score']))}."))
    if r["apart_why"]:
        blocks.append(Prose(f"Scored apart: {r['apart_why']}.", "small"))
    blocks += _recovery(r)
    if r["note"]:
        blocks.append(Prose(f"Where the record is silent: {' '.join(r['note'].split())}", "small"))
    return Section(r["event"], f"{r['title']}", blocks)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _recovery(r: Result) -> list[Block]:
    if not r["recovery"]:
        return []
    caption = ("What the event's file shuts stays shut; who orders machines, switches on or off "
               "elsewhere is the model's own answer to price and fees. Band: 5 to 95% of the "
               "paths.")
    blocks: list[Block] = []
    for view in both(r):
        found = view["recovery"]
        rows = [_cells(x) for x in found["path"]]
        head = [*_HEAD[:2], *_HEAD[3:]]
        table = Table(head, [[*x[:2], *x[3:]] for x in rows], 2)
        if view is r:
            blocks.append(Chart(f"recovery-{r['event']}", caption, table))
        else:
            title = f"Recovery, {view_words(r, view['view'])}"
            blocks.append(Table(head, table.rows, 2, title, f"{title}: table"))
        if found["crps_pct"] is not None:
            blocks.append(Prose(
                f"Recovery, {view_words(r, view['view'])}: {found['n']} retargets, "
                f"{found['inside_interval']} inside the band; CRPS {found['crps_pct']:.1f} points, "
                f"{found['crps_no_change_pct']:.1f} for no change."))
    return blocks


def _step(a: Result) -> list[str]:
    return [log_change(a["step_log"]), log_change(a["expected_log"]),
            log_change(a["concurrent_log"]), log_change(a["net_log"]), log_change(a["claim_log"]),
            f"{percent(a['value'])} {band(a['low'], a['high'])}", f"{a['p_step']:.2f}",
            f"{a['p_claim']:.2f}", percent(a["detectable_share"]),
            a["verdict"] + (" (masked)" if a["masked"] else "")]


_STEP = ("step", "expected", "beside it", "net step", "claim", "explains", "p without it",
         "p if true", "found from", "verdict")


def _attribution(rows: Sequence[Result]) -> Section:
    table = Table(["event", *_STEP], [[r["event"], *_step(r["attribution"])] for r in rows])
    caption = ("Dot: median; bar: 5 to 95% over what the claim leaves open, events beside it and "
               "the residuals of quiet places. One method for all, written down before any event "
               "was run through it.")
    blocks: list[Block] = [
        Chart("attribution", caption, table),
        Prose(f"{attribution_head()} Found from: smallest share of the network, taken away over "
              "the same windows, that would be found in four of five cases. Masked: what is not "
              "known of the events beside it is more than the event's whole claim.", "small"),
    ]
    return Section("attribution", "How much of the step an event explains", blocks)


def _planted(rows: Sequence[Result]) -> Section:
    head = ["epoch", "begins", "network, EH/s", "exit, EH/s", "of it", *_STEP]
    cells = [[str(p["epoch"]), p["date"] or "", f"{p['network_eh_s']:,.0f}",
              f"{p['exit_eh_s']:g}", percent(p["share"]), *_step(p["attribution"])] for p in rows]
    words = ("Waits between blocks of a quiet epoch are stretched as if the machines had left, "
             "and the attribution is asked whether it finds them: once where the exit is large "
             "beside the network's own noise, once where it is not.")
    return Section("planted", "Exits planted on purpose",
                   [Prose(words), Table(head, cells, 2)])


def _sources(result: Result) -> Section:
    command = dict(result["provenance"].get("command") or {})
    rows = [[s["event"], s["place"], s["row"], s["size"], s["published"], s["source"]]
            for s in result["sources"] if "event" in s]
    history = [[s["column"], s["unit"], s["licence"], s["as_of"], s["source"]]
               for s in result["sources"] if "column" in s]
    return Section("sources", "Sources, provenance, how to run it again", [
        Table(["event", "place", "row", "size is", "published", "source"], rows, 6,
              "Sources of the shut-off files", "Sources of the shut-off files, row by row"),
        Table(["column", "unit", "licence", "as of", "source"], history, 5,
              "Sources of the network's history", "Sources of the network's history"),
        again(["replay", command.pop("event", "all")], command), *provenance_blocks(result),
    ])
