"""Terminal text of forecasts: scores by horizon, the bar, the forecast of now."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.text import WIDTH, rule

__all__ = ["MODELS", "ahead_words", "bar_words", "difference", "difficulty_words",
           "forecast_lines", "horizons", "model_words", "months_words", "now_words",
           "origin_words", "p_words", "score"]

Result = Mapping[str, Any]
MODELS = {
    "network": "network", "no_change": "no change", "exponential_trend": "exponential trend",
    "error_correction": "error correction", "block_time": "block times so far",
    "rolling": "last 2,015 blocks", "discounted": "Gamma filter",
}
"""Models and their names for a reader."""
_SCORES = "  horizon            model                 CRPS  to best   DM p    n effective"
_NOW = "  horizon   date        model             difficulty      5 to 95%      errors"
_T = 1e12
_LUCK = 0.05


def model_words(name: str) -> str:
    """Name of a model; one that is not in the list speaks for itself.

    Examples
    --------
    >>> model_words("no_change"), model_words("my_own")
    ('no change', 'my own')
    """
    return MODELS.get(name, name.replace("_", " "))


def months_words(horizon: str) -> str:
    """Horizon in words.

    Examples
    --------
    >>> months_words("1m"), months_words("12m")
    ('1 month', '12 months')
    """
    months = horizon.removesuffix("m")
    return f"{months} month{'s' * (months != '1')}"


def ahead_words(row: Result) -> str:
    """Horizon of a score in words.

    Examples
    --------
    >>> ahead_words({"ahead": 1, "ahead_unit": "months"})
    '1 month'
    >>> ahead_words({"ahead": 1008, "ahead_unit": "blocks"})
    'after 1,008 blocks'
    """
    if row["ahead_unit"] == "blocks":
        return f"after {row['ahead']:,} blocks"
    return months_words(f"{row['ahead']}m")


def score(value: float) -> str:
    """A score with four decimals, no zero in front.

    Examples
    --------
    >>> score(0.04125), score(1.25)
    ('.0413', '1.2500')
    """
    text = f"{value:.4f}"
    return text.removeprefix("0")


def difference(row: Result) -> str:
    """Mean score less that of the best benchmark, ``best`` for that one."""
    if row["best"]:
        return "best"
    return ("-" if row["difference"] < 0 else "+") + score(abs(row["difference"]))


def p_words(value: float | None) -> str:
    """A p-value; empty where there is no test.

    Examples
    --------
    >>> p_words(0.0179), p_words(0.0001), p_words(None)
    ('.018', '<.001', '')
    """
    if value is None:
        return ""
    return "<.001" if value < 0.0005 else f"{value:.3f}".removeprefix("0")


def difficulty_words(value: float) -> str:
    """Difficulty in trillions.

    Examples
    --------
    >>> difficulty_words(125.86e12)
    '125.9T'
    """
    return f"{value / _T:,.1f}T"


def horizons(rows: Sequence[Result]) -> list[list[Result]]:
    """Scores by horizon, in order."""
    found: dict[str, list[Result]] = {}
    for row in rows:
        found.setdefault(row["horizon"], []).append(row)
    return list(found.values())


def forecast_lines(result: Result, report: str | None = None) -> list[str]:
    """Lines that say how good forecasts were, and what they are now. [lines of 78 columns]

    Parameters
    ----------
    result : mapping
        What ``hashfall forecast difficulty --json`` writes.
    report : str or None
        Where the page is, printed in the last line.
    """
    lines = ["Forecasts of difficulty, scored out of sample", rule()]
    months = [s for s in result["scores"] if s["part"] == "months"]
    inside = [s for s in result["scores"] if s["part"] == "inside"]
    if months:
        lines += [*_bar(result["bar"]), "Months ahead", _SCORES, *_table(months), ""]
    lines += ["Inside an epoch, the next change of difficulty", _SCORES, *_table(inside), ""]
    if result["now"]:
        lines += [*_now(result["now"]), ""]
    lines += _legend(result)
    return [*lines, rule(), *_foot(result, report)]


def bar_words(bar: Result) -> list[str]:
    """The bar and whether it is met, a sentence a horizon.

    Parameters
    ----------
    bar : mapping
        ``bar`` of the result.
    """
    said = []
    for row in bar["rows"]:
        where = "below" if row["met"] else "not below"
        said.append(f"{months_words(row['horizon'])}: CRPS {score(row['crps'])}, {where} the "
                    f"{score(row['best_crps'])} of {model_words(row['best'])}, the best benchmark "
                    f"(Diebold-Mariano p {p_words(row['dm_p'])}, effective n "
                    f"{row['n_effective']:.0f}"
                    f"{'' if row['dm_p'] <= _LUCK else '; not told from luck'})")
    return said


def _bar(bar: Result | None) -> list[str]:
    if bar is None:
        return []
    verdict = "met" if bar["met"] else "not met"
    title = f"Bar: the {bar['model']} scores below the best benchmark at 3 and 6 months: {verdict}"
    return [title, *(line for text in bar_words(bar) for line in _wrap(text, "  ", "    ")), ""]


def _wrap(text: str, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then,
                         break_on_hyphens=False)


def _table(rows: Sequence[Result]) -> list[str]:
    lines = []
    for group in horizons(rows):
        for i, row in enumerate(group):
            name = ahead_words(row) if i == 0 else ""
            lines.append(f"  {name:<19}{model_words(row['model']):<19}{score(row['crps']):>7}"
                         f"{difference(row):>9}{p_words(row['dm_p']):>7}{row['n']:>5}"
                         f"{row['n_effective']:>10.0f}")
    return lines


def _now(now: Result) -> list[str]:
    lines = [*_wrap(now_words(now)), _NOW]
    for group in horizons(now["forecasts"]):
        for i, f in enumerate(group):
            head = (months_words(f["horizon"]), f["date"]) if i == 0 else ("", "")
            band = f"[{difficulty_words(f['low'])}, {difficulty_words(f['high'])}]"
            lines.append(f"  {head[0]:<10}{head[1]:<12}{model_words(f['model']):<18}"
                         f"{difficulty_words(f['difficulty']):>10}{band:>19}{f['errors']:>6}")
        if f["observed"] is not None:
            lines.append(f"{'':<24}{'observed':<18}{difficulty_words(f['observed']):>10}")
    return lines


def now_words(now: Result) -> str:
    """Where the last forecast starts, and why there."""
    text = (f"Forecast from block {now['height']:,} ({now['date']}), difficulty "
            f"{difficulty_words(now['difficulty'])}")
    if now["later_origins"]:
        text += (", the last origin with price and fees on record; at the "
                 f"{now['later_origins']} later ones network and error correction repeat the "
                 "difficulty in force")
    return text + "."


def origin_words(origins: Result) -> str:
    """Which origins ran on fitted parameters, and which on the middles of the ranges."""
    text = (f"The network's parameters are refitted on what was known by each vintage; the "
            f"{origins['before_first_vintage']} of {origins['count']} origins before the first, "
            f"{origins['first_vintage']}, use the middles of the ranges, which are judgement")
    scored = origins["scored_before_first_vintage"]
    return text + (f": {scored} of them are scored." if scored else
                   ": none of them is scored, they feed the spread.")


def _legend(result: Result) -> list[str]:
    lines = _wrap("CRPS of log difficulty, about a relative error; lower is better. To best: less "
                  "that of the best benchmark of the horizon. DM p: Diebold-Mariano, two-sided, "
                  "against it. Effective: independent scores that would say as much; horizons "
                  "overlap.")
    if result["origins"]:
        o = result["origins"]
        lines += _wrap(f"Origins: first blocks of epochs from {o['first_scored']} on. Spread of "
                       f"every model: its own past errors since {o['first']}, less their mean.")
        lines += _wrap(origin_words(o))
    return lines


def _foot(result: Result, report: str | None) -> list[str]:
    text = f"Nothing is random. {result['seconds']:.1f} s."
    return _wrap(text + (f"  Report: {report}" if report else ""))
