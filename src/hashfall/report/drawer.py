"""A process that draws: chart specifications in, SVG texts out, as JSON lists.

The converter takes 90 MB and one core; in processes of its own it leaves the run's
memory alone and uses both cores.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

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
    parts = [specs[i::_PROCESSES] for i in range(_PROCESSES)]
    running = [
        subprocess.Popen([sys.executable, "-m", "hashfall.report.drawer"], text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for part in parts if part
    ]
    for process, part in zip(running, parts, strict=False):
        assert process.stdin is not None  # a pipe was asked for
        process.stdin.write(json.dumps(part))
        process.stdin.close()
        process.stdin = None  # so that communicate() does not close it again
    drawn: list[str] = [""] * len(specs)
    for i, process in enumerate(running):
        out, err = process.communicate()
        if process.returncode:
            raise RuntimeError(f"chart: a drawing process failed: {err.strip()[-300:]}")
        drawn[i::_PROCESSES] = json.loads(out)
    return drawn


if __name__ == "__main__":
    json.dump(draw_here(json.load(sys.stdin)), sys.stdout)
