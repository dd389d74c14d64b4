"""Charts of forecasts: scores by horizon and model, and the last forecast with its spread."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.dots import dots
from hashfall.report.forecast import ahead_words, model_words, months_words
from hashfall.report.spec import Spec

__all__ = ["charts", "now", "scores"]

Result = Mapping[str, Any]
_HUES = {
    "network": "blue", "no_change": "slate", "exponential_trend": "amber",
    "error_correction": "plum", "block_time": "slate", "rolling": "amber", "discounted": "blue",
}
_SPARE = ("teal", "rust", "moss", "rose")
_OBSERVED = "observed"
_T = 1e12
_PAD = 1.08  # room beside the outermost points


def charts(result: Result) -> dict[str, tuple[Spec, Spec]]:
    """Every chart of the page by its name, wide and for a phone.

    Parameters
    ----------
    result : mapping
        What ``hashfall forecast difficulty --json`` writes.
    """
    made: dict[str, tuple[Spec, Spec]] = {}
    for part in ("months", "inside"):
        rows = [s for s in result["scores"] if s["part"] == part]
        if rows:
            made[part] = scores(rows, False), scores(rows, True)
    if result["now"]:
        made["now"] = now(result["now"], False), now(result["now"], True)
    return made


def _hues(names: Sequence[str]) -> dict[str, str]:
    """Colour of each model by its name for a reader."""
    spare = iter(_SPARE)
    return {model_words(n): _HUES.get(n) or next(spare, "ink") for n in dict.fromkeys(names)}


def scores(rows: Sequence[Result], narrow: bool) -> Spec:
    """Mean score of each model by horizon, on a logarithmic axis."""
    found = [{"name": ahead_words(r), "series": model_words(r["model"]), "value": r["crps"]}
             for r in rows]
    x = _log_axis([r["crps"] for r in rows], ".2~g")
    return dots(found, _hues([r["model"] for r in rows]), narrow, x=x, step=13,
                title="CRPS of log difficulty, lower is better, logarithmic")


def now(forecast: Result, narrow: bool) -> Spec:
    """Difficulty forecast by each model, and what came where it is on record."""
    found: list[dict[str, Any]] = []
    seen: dict[str, dict[str, Any]] = {}
    for f in forecast["forecasts"]:
        name = f"{months_words(f['horizon'])}\n{f['date']}"
        found.append({"name": name, "series": model_words(f["model"]),
                      **{k: f[key] / _T for k, key in
                         (("value", "difficulty"), ("low", "low"), ("high", "high"))}})
        if f["observed"] is not None:
            seen[name] = {"name": name, "series": _OBSERVED, "value": f["observed"] / _T}
    hues = _hues([f["model"] for f in forecast["forecasts"]])
    if seen:
        hues[_OBSERVED] = "ink"
    ends = [r[key] for r in found for key in ("low", "high")]
    return dots([*found, *seen.values()], hues, narrow, x=_log_axis(ends, ",~r"), step=13,
                line=forecast["difficulty"] / _T,
                title="difficulty, trillions, 5 to 95%, logarithmic")


def _log_axis(values: Sequence[float], form: str) -> Spec:
    """Logarithmic axis with marks at 1, 2 and 5 times powers of ten."""
    low, high = min(values) / _PAD, max(values) * _PAD
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    axis = {"title": None, "format": form, "grid": True,
            "values": [mark for mark in marks if low <= mark <= high]}
    return {"type": "quantitative", "axis": axis,
            "scale": {"type": "log", "nice": False, "domain": [low, high]}}
