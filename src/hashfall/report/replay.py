"""Terminal text of replays: predicted and observed, attribution, planted exits."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.text import WIDTH, band, percent, row, rule, short

__all__ = ["attribution_head", "both", "change", "interval", "log_change", "replay_lines",
           "score_words", "view_words"]

Result = Mapping[str, Any]
_HEAD = "  epoch begins    block  predicted    5 to 95%      observed    miss  in band"
_STEP = "                   step expected  claim     explains    p verdict"


def replay_lines(result: Result, report: str | None = None) -> list[str]:
    """Lines that say what was predicted and what came. [lines of 78 columns]

    Parameters
    ----------
    result : mapping
        What ``hashfall replay --json`` writes.
    report : str or None
        Where the page is, printed in the last line.
    """
    rows = result["replays"]
    body = [
        *_wrap("Retargets after dated events. Predicted from shut-off files, machines, maps and "
               "parameters known at the time, price and fees as they were."),
        rule(), _HEAD,
        *(line for r in rows for line in _event(r, alone=len(rows) == 1)),
        *_total(result), *_recoveries(rows, brief=len(rows) > 1), *_attributions(rows),
        *_planted(result["planted"]), rule(), *_foot(result, report),
    ]
    return ["".join(c if c.isprintable() else "?" for c in line) for line in body]


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent,
                         break_on_hyphens=False)


def change(value: float | None) -> str:
    """A change in percent with its sign.

    Examples
    --------
    >>> change(-11.155), change(0.01), change(None)
    ('-11.2%', '0.0%', 'n/a')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    text = f"{value:+.1f}%"
    return "0.0%" if text in ("+0.0%", "-0.0%") else text


def log_change(value: float) -> str:
    """A log change as a change in percent.

    Examples
    --------
    >>> log_change(-0.4581)
    '-36.8%'
    """
    return change(100.0 * math.expm1(value))


def interval(low: float | None, high: float | None) -> str:
    """An interval of changes in percent.

    Examples
    --------
    >>> interval(-17.13, -1.06), interval(None, None)
    ('[-17.1, -1.1]', '[n/a]')
    """
    if low is None or high is None:
        return "[n/a]"
    return f"[{change(low)[:-1]}, {change(high)[:-1]}]"


def both(r: Result) -> list[Result]:
    """The replay as it stands first, then the other view of its shares where there is one."""
    return [r, *([r["other_view"]] if r.get("other_view") else [])]


def view_words(r: Result, view: str) -> str:
    """What is known of shares in a view.

    Examples
    --------
    >>> view_words({"first_date": "2021-05-13", "known_by": "2021-07-31"}, "before")
    'shares of places as published before 2021-05-13'
    """
    if view == "before":
        return f"shares of places as published before {r['first_date']}"
    return f"shares of places as published by {r['known_by']}"


def _event(r: Result, alone: bool) -> list[str]:
    """Title and rows of one event."""
    lines = [short(f"{r['event']}  {r['title']} ({r['kind']})", WIDTH)]
    views = both(r)
    for view in views:
        if len(views) > 1:
            lines.append(f"  {view_words(r, view['view'])}")
        lines += [_row(row) for row in view["retargets"]
                  if row["part"] in ("scored", "apart", "between")]
        if view["score"].get("n", 0) > 1:
            lines.append(_together(view))
    return lines + (_facts(r) if alone else _remarks(r))


def _row(row: Result) -> str:
    """One retarget."""
    aside = "" if row["part"] == "scored" else f"  {row['part']}"
    return _cells(row.get("date") or "", f"{row['height']:,}", row, aside)


def _together(view: Result) -> str:
    """Change over all scored retargets."""
    row = {"predicted_pct": view["cumulative_predicted_pct"], "low": view["cumulative_low"],
           "high": view["cumulative_high"], "observed_pct": view["cumulative_observed_pct"]}
    return _cells("together", f"{view['score']['n']} scored", row, "")


def _cells(first: str, second: str, row: Result, aside: str) -> str:
    predicted, seen = row["predicted_pct"], row["observed_pct"]
    miss, inside = "n/a", ""
    if predicted is not None and seen is not None:
        miss = f"{predicted - seen:+.1f}"
        inside = "yes" if row["low"] <= seen <= row["high"] else "no"
    text = (f"  {first:<11}{second:>10}{change(predicted):>11}"
            f"{interval(row['low'], row['high']):>17}{change(seen):>9}{miss:>8}{inside:>5}")
    return (text + aside).rstrip()


def _remarks(r: Result) -> list[str]:
    """What a reader must know to read the rows of one event."""
    words = []
    if r["beside"]:
        words.append(f"{', '.join(r['beside'])} in the same epoch is not in the prediction")
    if r["kind"] == "claim":
        words.append("prediction as if the claim were true")
    return _wrap("; ".join(words) + ".", "  ") if words else []


def _facts(r: Result) -> list[str]:
    """Cut-offs and score of an event that is shown alone."""
    lines = [*_remarks(r), ""]
    if r["apart_why"]:
        lines += row("Scored apart", r["apart_why"])
    lines += row("Known", f"event file as of {r['known_by']}, machines and maps as of "
                 f"{r['day0']}, parameters fitted on data up to {r['vintage']}")
    if r["score"].get("n"):
        for view in both(r):
            label = "Score" if view is r else f"Score ({view['view']})"
            lines += row(label, score_words(view["score"]))
    if r["note"]:
        lines += row("Silent record", " ".join(r["note"].split()))
    return lines


def score_words(s: Result) -> str:
    """Score of some retargets in a sentence."""
    crps = f"CRPS {s['crps_pct']:.1f} points, {s['crps_no_change_pct']:.1f} for no change"
    if s["n"] == 1:
        where = "inside" if s["inside_interval"] else "outside"
        return f"missed by {s['rmse_pct']:.1f} points, {where} the 5 to 95% band; {crps}"
    return (f"{s['n']} retargets: {s['within_3_points']} within 3 points, {s['inside_interval']} "
            f"inside the 5 to 95% band; root mean square miss {s['rmse_pct']:.1f} points; {crps}")


def _total(result: Result) -> list[str]:
    total = result["score"]
    if total is None or len(result["replays"]) < 2:
        return []
    what = f"All, {total['events']} events"
    return ["", *row(what, score_words(total) + ". Claims and the exit of one company apart.")]


def _recoveries(rows: Sequence[Result], brief: bool) -> list[str]:
    """Paths of difficulty after the scored retargets; in brief, of one view of the shares."""
    lines: list[str] = []
    for r in rows:
        for view in both(r):
            if view["recovery"]:
                lines += _recovery(r, view, brief and view is not r)
    return lines


def _recovery(r: Result, view: Result, brief: bool) -> list[str]:
    found = view["recovery"]
    last = max(x["height"] for x in view["retargets"] if x["part"] != "recovery")
    title = (f"{r['event']}, recovery: change of difficulty since block {last:,}, made by the "
             "model alone")
    if len(both(r)) > 1:
        title += f"; {view_words(r, view['view'])}"
    lines = ["", *_wrap(title + ".")]
    if brief:
        lines += _wrap(f"{_ends(found)} Rows: {r['event']} alone, --json or the page.", "  ")
    else:
        cells = [_cells(x.get("date") or "", f"{x['height']:,}", x, "") for x in found["path"]]
        lines += [_HEAD, *cells]
    if found["crps_pct"] is not None:
        lines += row("  Score", f"{found['n']} retargets, {found['inside_interval']} inside the "
                     f"5 to 95% band; CRPS {found['crps_pct']:.1f} points, "
                     f"{found['crps_no_change_pct']:.1f} for no change")
    return lines


def attribution_head() -> str:
    """What the columns of the table of attribution mean, in a few sentences."""
    return ("Step: change of hashrate over the event's epochs. Expected: growth and hashprice at "
            "quiet places. Claim: what the file says the event took. Explains: share of the net "
            "step (step less expected, less events beside it) that the claim accounts for, 5 to "
            "95% in brackets. p: such a step without the event.")


def _ends(found: Result) -> str:
    """Where a path ends."""
    last = found["path"][-1]
    return (f"By block {last['height']:,} {change(last['predicted_pct'])} "
            f"{interval(last['low'], last['high'])}, observed {change(last['observed_pct'])}.")


def _attributions(rows: Sequence[Result]) -> list[str]:
    lines = ["", "Attribution of the step", *_wrap(attribution_head()), _STEP,
             *(_attribution(r["event"], r["attribution"]) for r in rows)]
    for r in rows:
        lines += _wrap(_beside_words(r), "  ") if r["attribution"]["beside"] else []
    if len(rows) == 1:
        a = rows[0]["attribution"]
        lines += _wrap(f"Net step {log_change(a['net_log'])}. p of a step as small if the claim "
                       f"were true {_p(a['p_claim'])}. {_detectable(a)} {a['controls']} controls"
                       + (f", {a['blocks']:,} blocks inside." if a["blocks"] else "."), "  ")
    return lines


def _beside_words(r: Result) -> str:
    a = r["attribution"]
    text = (f"{r['event']}: beside it {', '.join(a['beside'])}, which claims "
            f"{log_change(a['concurrent_log'])}")
    if a["masked"]:
        text += "; masked: what is not known of it is more than the event's whole claim"
    return text + "."


def _attribution(name: str, a: Result) -> str:
    explains = f"{percent(a['value'])} {band(a['low'], a['high'])}"
    return (f"{short(name, 16):<16}{log_change(a['step_log']):>7}{log_change(a['expected_log']):>9}"
            f"{log_change(a['claim_log']):>7}{explains:>13}{_p(a['p_step']):>5} {a['verdict']}")


def _p(value: float) -> str:
    """A probability in three letters.

    Examples
    --------
    >>> _p(0.0286), _p(0.001), _p(1.0)
    ('.03', '<.01', '1.0')
    """
    if value < 0.005:
        return "<.01"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"[1:]


def _detectable(a: Result) -> str:
    share = a["detectable_share"]
    if share >= 1.0:
        return "No share of the network would be found in 4 of 5 such cases."
    return f"Smallest share of the network found in 4 of 5 such cases: {percent(share)}."


def _planted(rows: Sequence[Result]) -> list[str]:
    if not rows:
        return []
    lines = ["", f"Planted: {rows[0]['exit_eh_s']:g} EH/s taken out of a quiet epoch on purpose"]
    for p in rows:
        a = p["attribution"]
        lines += _wrap(
            f"Epoch {p['epoch']} of {p['date']}, {p['network_eh_s']:,.0f} EH/s: "
            f"{percent(p['share'])} of the network, explains {percent(a['value'])} "
            f"{band(a['low'], a['high'])} of the net step, p {_p(a['p_step'])}: {a['verdict']}. "
            f"{_detectable(a)}", "  ")
    return lines


def _foot(result: Result, report: str | None) -> list[str]:
    where = f"  Report: {report}" if report else ""
    text = (f"{result['paths']:,} paths an event ({result['draws']} draws x {result['inner']:,}), "
            f"seed {result['seed']}, {result['seconds']:.1f} s.{where}")
    return _wrap(text)
