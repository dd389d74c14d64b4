"""``hashfall bench``: speed as ratios measured in one run, their table and their JSON."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import Json, Quiet
from hashfall.cli.output import WIDTH, emit_json, note, provenance, say
from hashfall.errors import CheckError

if TYPE_CHECKING:
    from hashfall.bench.result import Result

__all__ = ["bench", "lines"]

SCHEMA = "hashfall.bench/1"
"""Schema of the machine output."""

_COLUMNS = (27, 11, 17, 13)
Names = Annotated[list[str] | None, Parameter(
    negative="", help="Ids of benchmarks, such as threads; all of them if left out.")]
"""Which benchmarks."""


def bench(names: Names = None, /, *, json: Json = None, quiet: Quiet = False) -> None:
    """Measure speed as ratios in one run; absolute figures hold for this machine alone.

    Raises
    ------
    CheckError
        If a bar is missed, or contenders that must give the same output do not.
    InputError
        If an id is unknown.
    """
    from hashfall.bench.registry import BENCHES, chosen, machine, run

    began, found, silent = time.perf_counter(), [], quiet or not sys.stderr.isatty()
    for name in chosen(names):
        note(f"{name}: {BENCHES[name][1]}", silent)
        measured = list(run(name))
        found += measured
        say([*lines(measured, BENCHES[name][1]), ""], json)
    about = machine()
    say([*_machine_lines(about), _summary(found, time.perf_counter() - began)], json)
    emit_json(_document(found, names, about), json)
    wrong = list(dict.fromkeys(r.id for r in found if r.verdict in ("missed", "differs")))
    if wrong:
        raise CheckError(f"a bar is missed or outputs differ: {', '.join(wrong)}")


def lines(results: Sequence[Result], what: str) -> list[str]:
    """Table of one benchmark: median, spread, bar, verdict; below, against what and the rates.

    Examples
    --------
    >>> from hashfall.bench.result import Result
    >>> for line in lines([Result("threads", "bitriver", "one thread", [1.9, 1.8], 1.7)], "speed"):
    ...     print(line)
    threads: speed
      bitriver                      1.85 x        1.80-1.90  at least 1.7  met
        against one thread
    """
    text = textwrap.wrap(f"{results[0].id}: {what}", WIDTH - 2) if results else []
    for result in results:
        text += _row(result)
    return text


def _row(result: Result) -> list[str]:
    case, value, spread, bar = _COLUMNS
    low, high = min(result.runs), max(result.runs)
    middle = f"{_number(result.value)} {result.unit}"
    around = f"{_number(low)}-{_number(high)}" if len(result.runs) > 1 else ""
    limit = "" if result.bar is None else (
        f"{'at most' if result.at_most else 'at least'} {result.bar:g}"
    )
    verdict = {"-": "", "met": "met"}.get(result.verdict, result.verdict.upper())
    first = f"  {result.case:<{case - 2}}{middle:>{value}}{around:>{spread}}"
    rows = [f"{first}{limit:>{bar + 2}}  {verdict}".rstrip()]
    rates = ", ".join(f"{name} {_number(rate)}" for name, rate in result.rates.items())
    parts = [f"against {result.against}" if result.against else "", rates, result.note]
    for part in filter(None, parts):
        rows += [f"    {line}" for line in textwrap.wrap(part, WIDTH - 6)]
    return rows


def _number(x: float) -> str:
    """Three digits that a reader can compare.

    Examples
    --------
    >>> _number(0.01234), _number(5.678), _number(45.67), _number(318.2)
    ('0.012', '5.68', '45.7', '318')
    """
    if abs(x) < 1.0:
        return f"{x:.3f}"
    return f"{x:.2f}" if abs(x) < 10.0 else f"{x:.1f}" if abs(x) < 100.0 else f"{x:,.0f}"


def _machine_lines(about: dict[str, Any]) -> list[str]:
    words = (
        f"Measured on {about['processor']}, {about['processors']} processors, "
        f"{about['vector_bits']}-bit vectors, Python {about['python']}, Numba {about['numba']}. "
        "Rates in million path-days per second, for this machine alone."
    )
    return textwrap.wrap(words, WIDTH - 2)


def _summary(found: Sequence[Result], seconds: float) -> str:
    barred = [r for r in found if r.bar is not None]
    met = sum(r.verdict == "met" for r in barred)
    busy = [r.load.others for r in found if r.load is not None and r.load.others is not None]
    others = f"; others used up to {max(busy):.1f} processors meanwhile" if busy else ""
    return f"{met} of {len(barred)} bars met, in {seconds:.0f} s{others}"


def _document(found: Sequence[Result], names: Sequence[str] | None,
              about: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "benches": [
            {
                "id": r.id, "case": r.case, "ratio": r.ratio, "against": r.against,
                "runs": list(r.runs), "unit": r.unit, "value": r.value, "bar": r.bar,
                "bar_is": "at most" if r.at_most else "at least", "verdict": r.verdict,
                "rates": r.rates, "note": r.note,
                "others_busy": None if r.load is None else r.load.others,
            }
            for r in found
        ],
        "machine": about,
        "sources": [],
        "provenance": provenance({"names": list(names or ())}, {}, SCHEMA),
    }
