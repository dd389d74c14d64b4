"""What every command shares: where its words, files and machine output go.

The answer is printed on stdout. Progress and notes go to stderr. With
``--json -`` the JSON is the only thing on stdout. Files appear whole or not at
all.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hashfall import __version__
from hashfall.errors import InputError
from hashfall.report.text import (
    WIDTH,
    band,
    days,
    money,
    number,
    percent,
    points,
    probability,
    row,
    rule,
    table,
)

__all__ = [
    "STDOUT",
    "WIDTH",
    "band",
    "check_targets",
    "days",
    "emit_json",
    "json_text",
    "money",
    "note",
    "number",
    "percent",
    "points",
    "probability",
    "provenance",
    "read_date",
    "read_json",
    "row",
    "rule",
    "say",
    "table",
    "write_text",
]

STDOUT = "-"
"""Name of a target that means stdout."""
_JSON_LIMIT = 256 * 1024 * 1024
_STALE_S = 60.0  # no file takes a minute to write


def say(lines: Iterable[str] | str, json_target: str | None = None) -> None:
    """Print the answer on stdout, unless the machine output goes there.

    Parameters
    ----------
    lines : iterable of str or str
        What to print.
    json_target : str or None
        Value of ``--json``; ``-`` keeps stdout free of anything else.
    """
    if json_target == STDOUT:
        return
    print(lines if isinstance(lines, str) else "\n".join(lines))


def note(text: str, quiet: bool = False) -> None:
    """Print a remark on stderr."""
    if not quiet:
        print(text, file=sys.stderr)


def json_text(data: Mapping[str, Any]) -> str:
    """JSON of a result, floats to their last bit, keys in the given order.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it.

    Examples
    --------
    >>> json_text({"value": 0.1})
    '{\\n "value": 0.1\\n}\\n'
    """
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def _plain(value: object) -> Any:
    """Dates, paths and NumPy values as JSON knows them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    for name in ("tolist", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def provenance(
    command: Mapping[str, Any],
    inputs: Mapping[str, str],
    definitions: str,
    seed: int | None = None,
) -> dict[str, Any]:
    """What is needed to make an answer again, in the form that every result carries.

    Parameters
    ----------
    command : mapping
        Options as given.
    inputs : mapping of str to str
        Name and SHA-256 of what was read.
    definitions : str
        Id of the definitions that the answer uses.
    seed : int or None
        Seed, None where nothing is random.
    """
    import platform
    from datetime import UTC, datetime

    return {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "command": {k: v for k, v in command.items() if v not in (None, [], ())},
        "inputs": [{"name": name, "sha256": digest} for name, digest in inputs.items()],
        "definitions": definitions,
        "environment": {"python": platform.python_version(), "machine": platform.machine()},
    }


def emit_json(data: Mapping[str, Any], target: str | None) -> None:
    """Write a result to a file or, for ``-``, to stdout; nothing for None."""
    if target is None:
        return
    text = json_text(data)
    if target == STDOUT:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_text(target, text)


def write_text(path: str | Path, text: str) -> Path:
    """Write a file whole or not at all, and return where it stands.

    Parameters
    ----------
    path : str or Path
        File to write; missing folders are made.
    text : str
        Content, written as UTF-8.

    Raises
    ------
    InputError
        If the file cannot be written; no part of it is left behind.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            # A device or a pipe has no half-written state and must stay what it is.
            target.write_text(text, encoding="utf-8", newline="\n")
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, text)
    except (OSError, RuntimeError, ValueError) as problem:
        found = getattr(problem, "strerror", None) or str(problem)
        raise InputError(str(path), "", "a file that can be written", found) from problem
    return Path(path)


def _replace(target: Path, text: str) -> None:
    """Write beside the target, then rename over it."""
    stem = f".{target.name[:80]}."
    _sweep(target.parent, stem)
    handle, name = tempfile.mkstemp(prefix=f"{stem}{os.getpid()}.", suffix=".part",
                                    dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0o022)  # the mask can be read only by setting it
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path, stem: str) -> None:
    """Remove what a killed process left of the same target: nobody else would."""
    pattern = re.compile(re.escape(stem) + r"(\d+)\.[a-z0-9_]{8}\.part")
    for file in folder.iterdir():
        found = pattern.fullmatch(file.name)
        try:
            if found and (not _runs(int(found[1]))
                          or time.time() - file.stat().st_mtime > _STALE_S):
                file.unlink()
        except OSError:
            continue  # gone by now, or not ours to remove: no reason not to write


def _runs(process: int) -> bool:
    """Whether a process may still be there."""
    if os.name != "posix":
        return True  # elsewhere the question would end the process
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def check_targets(json: str | None, html: str | None) -> None:
    """Refuse what cannot be written before a run, not after it.

    Parameters
    ----------
    json, html : str or None
        Values of ``--json`` and ``--html``.

    Raises
    ------
    InputError
        If a target is no file, the page shall go to stdout, or both go to one file.
    """
    for flag, target in (("--json", json), ("--html", html)):
        if target is not None and (not target or target.startswith("--")):
            raise InputError(flag, "", "a file", repr(target))
    if html == STDOUT:
        raise InputError("--html", "", "a file", "-", "the page cannot go to stdout")
    if html is not None and json is not None and Path(html) == Path(json):
        raise InputError("--html", "", "another file than that of --json", html)


def read_json(path: str) -> dict[str, Any]:
    """A JSON object read from a file.

    Raises
    ------
    InputError
        If the file is missing, too large, not JSON or not an object.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(path, "", "a JSON file", "a folder")
        if file.stat().st_size > _JSON_LIMIT:
            raise InputError(path, "", "a JSON file below 256 MiB", "a larger file")
        data = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except OSError as problem:
        raise InputError(path, "", "a JSON file", problem.strerror or "no file") from problem
    except UnicodeDecodeError as problem:
        raise InputError(path, "", "JSON in UTF-8", "other bytes") from problem
    except RecursionError as problem:
        raise InputError(path, "", "JSON", "lists nested too deep") from problem
    except ValueError as problem:
        raise InputError(path, "", "JSON", str(problem)) from problem
    if not isinstance(data, dict):
        raise InputError(path, "", "a JSON object", f"a {type(data).__name__}")
    return data


def _no_constant(word: str) -> float:
    raise ValueError(f"{word}, which is not JSON")


def read_date(flag: str, text: str | None) -> date | None:
    """Date given to a flag, or None when it was not given.

    Raises
    ------
    InputError
        If the text is not a calendar date in ISO form.

    Examples
    --------
    >>> read_date("--as-of", "2025-05-31")
    datetime.date(2025, 5, 31)
    """
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # The library also reads week dates and dates without dashes.
    if day is None or day.isoformat() != text:
        raise InputError(flag, "", "a date such as 2025-05-31", repr(text))
    return day
