"""The benchmarks by their ids, and what they were run on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

from hashfall.bench.jobs import FULL, Size
from hashfall.bench.result import Result
from hashfall.errors import InputError

__all__ = ["BENCHES", "chosen", "machine", "run"]

BENCHES: Final = {
    "vector-scalar": ("speed:vector_scalar", "lane kernels against the same formulas in scalar "
                      "code, path by path"),
    "vector-numpy": ("speed:vector_numpy", "lane kernels against the same model in NumPy"),
    "reduction": ("speed:reduction", "fates, months and histograms on top of world and ledger"),
    "threads": ("scaling:threads", "two threads against one"),
    "companies": ("scaling:companies", "many companies on one world against each alone"),
    "network": ("network:network", "the world whose fleet answers against one that grows by "
                "itself"),
    "routes": ("routes:routes", "the ledger whose routes share venues and rails that open and "
               "close, against the ledger with one route"),
    "cashout": ("cashout:cashout", "flow from coins to money, built and solved, and closures "
                "solved again"),
    "memory": ("process:memory", "peak memory of one company by number of paths"),
    "start-up": ("process:start_up", "whole process to the first result of a tiny run"),
    "orientation": ("process:orientation", "seconds of one long run"),
}
"""Function and one line of words of each benchmark."""


def chosen(names: Sequence[str] | None) -> list[str]:
    """Ids to run, in the order of the table: those given, or all.

    Raises
    ------
    InputError
        If an id is unknown.

    Examples
    --------
    >>> chosen(["threads", "memory"])
    ['threads', 'memory']
    """
    for name in names or ():
        if name not in BENCHES:
            near = get_close_matches(name, BENCHES, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(BENCHES)}"
            raise InputError("bench", "", "the id of a benchmark", repr(name), hint)
    return [name for name in BENCHES if not names or name in names]


def run(name: str, size: Size = FULL) -> Iterator[Result]:
    """Lines of one benchmark, as they are measured."""
    module, _, function = BENCHES[name][0].partition(":")
    bench: Callable[[Size], Iterator[Result]] = getattr(
        import_module(f"hashfall.bench.{module}"), function
    )
    return bench(size)


def machine() -> dict[str, Any]:
    """Processor, its vectors, versions and compiler settings: what the figures hold for."""
    import numba
    from llvmlite import binding

    import hashfall.engine.compiled  # noqa: F401  # sets the width of vectors
    from hashfall.engine.provenance import environment

    features = str(numba.config.CPU_FEATURES or binding.get_host_cpu_features().flatten())
    held = {part[1:] for part in features.split(",") if part.startswith("+")}
    bits = 512 if "avx512f" in held and "prefer-256-bit" not in held else (
        256 if "avx2" in held else 128
    )
    return {
        **environment(), "processor": _processor(), "target": binding.get_host_cpu_name(),
        "processors": os.cpu_count() or 1, "vector_bits": bits,
        "compiler_settings": {k: v for k, v in sorted(os.environ.items())
                              if k.startswith("NUMBA_")},
    }


def _processor() -> str:
    """Name of the processor as the system gives it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123  # not on a disk
            found = [line.partition(":")[2].strip() for line in file if line.startswith("model n")]
    except OSError:
        found = []
    return found[0] if found else platform.processor() or platform.machine()
