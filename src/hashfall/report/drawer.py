"""A process that draws: chart specifications in, SVG texts out, as JSON lists.

The converter takes 90 MB and one core; in processes of its own it leaves the run's
memory alone and uses both cores.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from hashfall.report.spec import Spec

__all__ = ["draw_all", "draw_here"]

VEGA_LITE = "6.4"
_PROCESSES = 2


def draw_here(specs: Sequence[Spec]) -> list[str]:
    """SVG text of each chart, drawn in this process."""
    import vl_convert

    return [str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)) for spec in specs]


def draw_all(specs: Sequence[Spec]) -> list[str]:
    """SVG text of each chart, drawn by two processes at a time.

    Raises
    ------
    RuntimeError
        If a process cannot draw; its own last words are in the message.
    """
    parts = [part for i in range(_PROCESSES) if (part := specs[i::_PROCESSES])]
    drawn = [""] * len(specs)
    # A thread waits for each process: none is left behind, whatever becomes of the other.
    with ThreadPoolExecutor(_PROCESSES) as pool:
        for i, texts in enumerate(pool.map(_draw_there, parts)):
            drawn[i::_PROCESSES] = texts
    return drawn


def _draw_there(specs: Sequence[Spec]) -> list[str]:
    """SVG text of each chart, drawn in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "hashfall.report.drawer"], check=False,
                          input=json.dumps(specs), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"chart: a drawing process failed: {done.stderr.strip()[-300:]}")
    texts: list[str] = json.loads(done.stdout)
    return texts


if __name__ == "__main__":
    json.dump(draw_here(json.load(sys.stdin)), sys.stdout)
