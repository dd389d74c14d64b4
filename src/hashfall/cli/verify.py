"""``hashfall verify``: the checks, their table, their JSON and the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall import __version__
from hashfall.cli.output import WIDTH, emit_json, note, say
from hashfall.errors import CheckError

if TYPE_CHECKING:
    from hashfall.verify import Check

__all__ = ["lines", "verify"]

SCHEMA = "hashfall.verification/1"
"""Schema of the machine output."""

_COLUMNS = (31, 12, 22, 7)


def verify(
    *,
    only: Annotated[list[str] | None, Parameter(negative="")] = None,
    json: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    quiet: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Run the checks against closed forms and published numbers.

    Parameters
    ----------
    only : list of str, optional
        Id of a check to run; repeat the flag for several.
    json : str, optional
        File for the machine output; - for stdout.
    quiet : bool
        No progress on stderr.

    Raises
    ------
    CheckError
        If a check does not hold.
    InputError
        If an id is unknown.
    """
    from hashfall.verify import run

    began = time.perf_counter()

    def progress(id: str, done: int, total: int) -> None:
        note(f"{done + 1}/{total} {id}", quiet or not sys.stderr.isatty())

    checks = run(only, progress)
    say([*lines(checks), "", _summary(checks, time.perf_counter() - began)], json)
    emit_json(_document(checks, only), json)
    failed = list(dict.fromkeys(c.id for c in checks if c.verdict != "pass"))
    if failed:
        count = sum(c.verdict != "pass" for c in checks)
        raise CheckError(f"{count} of {len(checks)} checks do not hold: {', '.join(failed)}")


def lines(checks: Sequence[Check]) -> list[str]:
    """Table of the rows under their ids; sources only where a row fails. [lines of 78 columns]

    Examples
    --------
    >>> from hashfall.verify import Check
    >>> for line in lines([Check("merton", "0.2628", "0.2628", "1e-4", "pass", "", "last day")]):
    ...     print(line)
    merton
      last day                           0.2628                0.2628   1e-4  pass
    """
    text: list[str] = []
    for i, check in enumerate(checks):
        if i == 0 or checks[i - 1].id != check.id:
            text += ["", check.id] if text else [check.id]
        text += _entry(check)
    return text


def _entry(check: Check) -> list[str]:
    what, left, right, limit = _COLUMNS
    name = f"  {check.what or check.id}"
    verdict = check.verdict if check.verdict == "pass" else check.verdict.upper()
    end = f"{check.tolerance:>{limit}}  {verdict}"
    if len(name) < what and len(check.expected) <= left and len(check.measured) < right:
        rows = [f"{name:<{what}}{check.expected:>{left}}{check.measured:>{right}}{end}"]
    else:
        rows = [f"{name:<{what + left + right}}{end}", *_pairs(check)]
    if check.verdict != "pass":
        rows += _wrapped("source", check.source)
    return rows


def _pairs(check: Check) -> list[str]:
    return [*_wrapped("expected", check.expected), *_wrapped("measured", check.measured)]


def _wrapped(label: str, text: str) -> list[str]:
    import textwrap

    body = textwrap.wrap(text, WIDTH - 14) or [""]
    first, rest = body[0], body[1:]
    return [f"    {label:<10}{first}", *(" " * 14 + line for line in rest)]


def _summary(checks: Sequence[Check], seconds: float) -> str:
    passed = sum(c.verdict == "pass" for c in checks)
    return f"{passed} of {len(checks)} checks pass, in {seconds:.1f} s"


def _document(checks: Sequence[Check], only: Sequence[str] | None) -> dict[str, Any]:
    from hashfall.engine.provenance import environment

    sources = list(dict.fromkeys(c.source for c in checks if c.source))
    return {
        "schema": SCHEMA,
        "checks": [asdict(c) for c in checks],
        "sources": sources,
        "provenance": {
            "version": __version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "seed": None,  # each simulation has a fixed seed of its own
            "command": {"only": list(only or ())},
            "inputs": _inputs(),
            "definitions": SCHEMA,
            "environment": environment(),
        },
    }


def _inputs() -> list[dict[str, str]]:
    """Shipped data that checks read, with their digests."""
    from hashfall.ingest.digests import case_digest

    return [{"name": name, "sha256": case_digest(name)}
            for name in ("history.csv", "headers.zlib")]
