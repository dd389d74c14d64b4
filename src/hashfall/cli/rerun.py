"""``hashfall rerun``: make a result again and compare it bit for bit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hashfall.cli.options import Json, Quiet, Threads
from hashfall.cli.output import emit_json, provenance, read_json, say
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

__all__ = ["rerun"]

SCHEMA = "hashfall.rerun/1"
"""Schema of the machine output."""
_MOST = 10


def rerun(
    result: str,
    /,
    *,
    threads: Threads = None,
    json: Json = None,
    quiet: Quiet = False,
) -> int:
    """Reproduce a result file and compare everything but time and environment.

    Parameters
    ----------
    result : str
        File that ``--json`` of assess, cashout, network, replay or forecast wrote.

    Returns
    -------
    int
        Exit code: 0 when identical, 1 when not.

    Raises
    ------
    InputError
        If the file is no result that can be run again.
    """
    stored = read_json(result)
    _check_threads(threads)
    from hashfall.cli.again import run_again

    with progress_bar(quiet) as report:
        outcome = run_again(stored, file=result, threads=threads, progress=report)
    emit_json(_document(result, outcome), json)
    differences = outcome["differences"]
    if outcome["identical"]:
        say(f"{result}: identical to the last bit", json)
        return 0
    lines = [f"{result}: not identical, {len(differences)} values differ"]
    lines += [f"  {d['path']}: stored {d['stored']}, now {d['now']}" for d in differences[:_MOST]]
    if len(differences) > _MOST:
        lines.append(f"  and {len(differences) - _MOST} more")
    say(lines, json)
    return 1


def _check_threads(threads: int | None) -> None:
    most = 4 * (os.cpu_count() or 1)
    if threads is not None and not 1 <= threads <= most:
        raise InputError("--threads", "", f"1 to {most}", f"{threads:,}")


def _document(file: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    content = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    origin = provenance({"result": file}, {file: content}, "hashfall.rerun/1")
    return {"schema": SCHEMA, "result": file, **outcome, "provenance": origin}
