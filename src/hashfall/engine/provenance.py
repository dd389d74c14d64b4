"""Where a result comes from, and the proof that it can be made again."""

from __future__ import annotations

import datetime as dt
import math
import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hashfall import __version__
from hashfall.book.load import digest, to_json
from hashfall.book.prepare import Prepared
from hashfall.engine.definitions import VERSION

if TYPE_CHECKING:
    from hashfall.engine.assess import AssessOptions
    from hashfall.engine.market import MarketInputs

__all__ = ["differences", "environment", "provenance_of"]

_OWN_TIME = ("seconds", "provenance.created", "provenance.environment")


def environment() -> dict[str, str]:
    """Interpreter, machine and the libraries that made the bits."""
    import llvmlite
    import numba
    import numpy

    return {
        "python": platform.python_version(), "machine": platform.machine(),
        "system": platform.system(), "numpy": numpy.__version__, "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
    }


def provenance_of(prepared: Prepared, market: MarketInputs,
                  options: AssessOptions) -> dict[str, Any]:
    """Version, inputs with digests, seed, options, definitions, environment, time."""
    inputs = [{"name": f"book {prepared.book.id}", "sha256": digest(prepared.written)}]
    inputs += [{"name": f"scenario {x.name}", "sha256": x.digest} for x in prepared.scenarios]
    inputs += [{"name": name, "sha256": value} for name, value in sorted(market.digests.items())]
    return {
        "version": __version__, "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seed": options.seed, "definitions": VERSION, "environment": environment(),
        "options": {"years": options.years, "paths": options.paths, "draws": options.draws,
                    "mode": options.mode, "network": options.network},
        "inputs": inputs,
        "balances_of": (prepared.balances_of or prepared.book.as_of).isoformat(),
        "book": to_json(prepared.written),
        "scenarios": [x.model_dump(mode="json", by_alias=True) for x in prepared.scenarios],
        # A scenario in full no longer tells what it left out, on which its world depends.
        "world": prepared.world.model_dump(mode="json", by_alias=True),
    }


def differences(stored: Any, now: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Places where two results differ, creation time and environment apart.

    Examples
    --------
    >>> list(differences({"a": 1.0}, {"a": 2.0}))
    [{'path': 'a', 'stored': 1.0, 'now': 2.0}]
    """
    if path in _OWN_TIME:
        return
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in [*stored, *(k for k in now if k not in stored)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(stored.get(key), now.get(key), inner)
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for i, (a, b) in enumerate(zip(stored, now, strict=True)):
            yield from differences(a, b, f"{path}[{i}]")
    elif stored != now and not _both_nan(stored, now):
        yield {"path": path, "stored": stored, "now": now}


def _both_nan(a: Any, b: Any) -> bool:
    return isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b)
