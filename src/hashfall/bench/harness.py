"""Contenders timed in turn: what a ratio on a noisy machine can rest on.

Contenders run one after the other in every round, in turning order, each for at least
80 ms; the first call is dropped. A ratio is the median of the rounds' own ratios, so
that what slows a round down slows all of it. Every output is compared: a faster
kernel with other bits is another model.
"""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

__all__ = [
    "LEAST_SECONDS", "ROUNDS", "Contender", "Load", "Timings", "compare", "digest_of", "order_of",
    "own_clock",
]

ROUNDS: Final = 7
"""Rounds of a comparison."""
LEAST_SECONDS: Final = 0.08
"""Shortest run of a contender in a round: shorter ones share one processor. [s]"""


@dataclass(frozen=True)
class Contender:
    """One of those that are compared.

    Parameters
    ----------
    name : str
        Name in the table.
    call : callable
        Runs once and returns its output, or (seconds, digest) if it measures itself.
    work : float
        What one run does, in units that all contenders share (path-days).
    digest : callable, optional
        Digest of the output; None where outputs differ by nature.
    measures_itself : bool
        Whether `call` returns its own seconds: a process of its own does.
    """

    name: str
    call: Callable[[], Any]
    work: float
    digest: Callable[[Any], str] | None = None
    measures_itself: bool = False


@dataclass
class Load:
    """How much of the processors others used while something ran.

    Attributes
    ----------
    others : float or None
        Processors that others kept busy, on average; None where the system does not
        tell.
    """

    others: float | None = None
    _busy: float | None = None
    _own: float = 0.0
    _wall: float = 0.0

    def __enter__(self) -> Load:
        self._busy, self._own, self._wall = _busy_seconds(), own_clock(), time.perf_counter()
        return self

    def __exit__(self, *problem: object) -> None:
        busy, wall = _busy_seconds(), time.perf_counter() - self._wall
        if busy is not None and self._busy is not None and wall > 0.0:
            used = busy - self._busy - (own_clock() - self._own)
            self.others = max(0.0, used / wall)


@dataclass
class Timings:
    """Seconds per unit of work of each contender, round by round.

    Attributes
    ----------
    seconds : dict
        By name of the contender, one number a round. [s per unit of work]
    digests : dict
        By name of the contender, every digest that was seen.
    load : Load
        What others used meanwhile.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    digests: dict[str, set[str]] = field(default_factory=dict)
    load: Load = field(default_factory=Load)

    def ratios(self, slow: str, fast: str) -> list[float]:
        """Time of one contender over that of another, round by round."""
        return [a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True)]

    def best(self, name: str) -> float:
        """Shortest time of a contender: its capacity. [s per unit of work]"""
        return min(self.seconds[name])

    def middle(self, name: str) -> float:
        """Median time of a contender. [s per unit of work]"""
        return median(self.seconds[name])

    @property
    def same_bits(self) -> bool:
        """Whether every contender that has a digest always gave the same one."""
        return len(set().union(*self.digests.values())) <= 1


def own_clock() -> float:
    """Processor time of this process and of the children that have ended. [s]"""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy_seconds() -> float | None:
    """Processor time that everybody on the machine has used; None where nobody tells. [s]"""
    try:
        with open("/proc/stat", encoding="ascii") as file:  # noqa: PTH123  # not a file on disk
            ticks = [int(x) for x in file.readline().split()[1:]]
    except (OSError, ValueError):
        return None
    idle = ticks[3] + ticks[4]
    return (sum(ticks[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def digest_of(*arrays: Any) -> str:
    """SHA-256 of the bytes of arrays. [hex]

    Examples
    --------
    >>> import numpy as np
    >>> digest_of(np.zeros(2))[:8], digest_of(np.zeros(3))[:8]
    ('374708ff', '9d908ecf')
    """
    import numpy as np

    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def order_of(count: int, turn: int) -> list[int]:
    """Order of the contenders in a round: each is first as often as the others.

    Examples
    --------
    >>> [order_of(3, turn) for turn in range(4)]
    [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]]
    """
    shift = turn // 2 % max(1, count)
    forward = [(i + shift) % count for i in range(count)]
    return forward if turn % 2 == 0 else forward[::-1]


def compare(
    contenders: Sequence[Contender], *, rounds: int = ROUNDS, least: float = LEAST_SECONDS,
    clock: Callable[[], float] = time.process_time,
) -> Timings:
    """Time contenders in turn, round by round, and collect what they put out.

    Parameters
    ----------
    contenders : sequence of Contender
        Those that are compared.
    rounds : int
        Number of rounds.
    least : float
        Shortest time of a contender in a round; it is called again until then. [s]
    clock : callable
        Processor time for kernels, wall time for scaling.

    Notes
    -----
    Two calls go before: the first, which may compile, is dropped, the second says
    how many calls a round needs.
    """
    found = Timings({c.name: [] for c in contenders}, {c.name: set() for c in contenders})
    calls = []
    for contender in contenders:
        contender.call()
        calls.append(max(1, math.ceil(least / max(_run(contender, 1, clock, found), 1e-9))))
    with found.load:
        for turn in range(rounds):
            for i in order_of(len(contenders), turn):
                seconds = _run(contenders[i], calls[i], clock, found)
                found.seconds[contenders[i].name].append(
                    seconds / (calls[i] * contenders[i].work)
                )
    return found


def _run(contender: Contender, calls: int, clock: Callable[[], float], found: Timings) -> float:
    """Call a contender a number of times; seconds in all, digests kept."""
    total = 0.0
    for _ in range(calls):
        begin = clock()
        output = contender.call()
        spent = clock() - begin
        if contender.measures_itself:
            spent, text = output
            found.digests[contender.name].add(text)
        elif contender.digest is not None:
            found.digests[contender.name].add(contender.digest(output))
        total += spent
    return total
