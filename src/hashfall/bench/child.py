"""Processes of their own: other compiler settings, memory, start-up.

As a program, ``python -m hashfall.bench.child FORM CASE DAYS PATHS``: ``lanes`` runs
whenever a line comes in and answers with seconds and a digest; ``once`` runs once and
says what it took.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["Child", "main", "run_once"]

_SELF = "hashfall.bench.child"


def _environment(changes: dict[str, str]) -> dict[str, str]:
    """Environment of a child, which finds this package where its parent did."""
    import hashfall

    root = str(Path(hashfall.__file__).absolute().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), **changes}


class Child:
    """Lane kernels in a process with other settings of the compiler.

    Parameters
    ----------
    case : str
        Company.
    days, paths : int
        Horizon and number of paths.
    settings : dict
        Environment variables of the compiler.
    """

    def __init__(self, case: str, days: int, paths: int, settings: dict[str, str]) -> None:
        from hashfall.engine.cache import kernel_cache_dir

        kept, changes = kernel_cache_dir(), dict(settings)
        if settings and kept is not None:
            # The compiler's own cache does not know these settings: a place of its own.
            changes["HASHFALL_CACHE_DIR"] = str(kept / "-".join(sorted(settings)).lower())
        self.process = subprocess.Popen(
            [sys.executable, "-m", _SELF, "lanes", case, str(days), str(paths)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(changes),
        )

    def run(self) -> tuple[float, str]:
        """Run once in the child; its processor time [s] and the digest of its output."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("child: no pipe")
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["seconds"], answer["digest"]

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process.wait(timeout=60)


def run_once(case: str, days: int, paths: int, *, threads: int = 2,
             settings: dict[str, str] | None = None) -> dict[str, float]:
    """What one run in a process of its own takes: seconds in all, of the run, peak memory.

    Parameters
    ----------
    case : str
        Company.
    days, paths, threads : int
        Horizon, number of paths, threads.
    settings : dict, optional
        Environment variables of the process.
    """
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", _SELF, "once", case, str(days), str(paths), str(threads)],
        check=True, stdout=subprocess.PIPE, text=True, env=_environment(settings or {}),
    )
    whole = time.perf_counter() - begin
    return {**json.loads(done.stdout), "whole_seconds": whole}


def _peak_mb() -> float:
    """Most memory that this process ever had. [MB]"""
    status = Path("/proc/self/status")
    if status.exists():
        # What the parent had before it started this process counts in ru_maxrss, not here.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _once(case: str, days: int, paths: int, threads: int) -> dict[str, Any]:
    from hashfall.bench.jobs import job
    from hashfall.bench.speed import lanes_call

    one = job(case, days)
    begin = time.perf_counter()
    outcome = lanes_call(one, -(-paths // 128) * 128, threads, keep=1)()
    return {"run_seconds": time.perf_counter() - begin, "peak_mb": _peak_mb(),
            "paths": outcome.paths}


def _lanes(case: str, days: int, paths: int) -> None:
    from hashfall.bench.bare import bare_run
    from hashfall.bench.jobs import job
    from hashfall.bench.speed import SEED, rows_of_lanes

    call, digest = bare_run(job(case, days), paths, SEED), rows_of_lanes(paths)
    for _ in sys.stdin:
        begin = time.process_time()
        outcome = call()
        spent = time.process_time() - begin
        print(json.dumps({"seconds": spent, "digest": digest(outcome)}), flush=True)


def main(arguments: list[str]) -> None:
    """Run as the process of its own."""
    form, case, *numbers = arguments
    if form == "lanes":
        _lanes(case, *map(int, numbers))
    else:
        print(json.dumps(_once(case, *map(int, numbers))))


if __name__ == "__main__":
    main(sys.argv[1:])
