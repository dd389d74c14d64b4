"""What a benchmark says: a ratio, its spread, what it is measured against, a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from hashfall.bench.harness import Load

__all__ = ["Result", "verdict_of"]

Verdict = Literal["met", "missed", "differs", "-"]


@dataclass(frozen=True)
class Result:
    """One measured line of a benchmark.

    Parameters
    ----------
    id : str
        Benchmark.
    case : str
        What it was measured on.
    against : str
        What the ratio is against.
    runs : list of float
        The ratio of each round, or the one value of a measurement by hand.
    bar : float or None
        Where the bar stands; None for a line without one.
    at_most : bool
        Whether the value has to stay at or below the bar.
    unit : str
        ``x`` for a ratio, else the unit of `value` and `bar`.
    same_bits : bool
        Whether every contender gave the same output where it has to.
    rates : dict
        Absolute figures, for this machine alone.
    load : Load or None
        What others used meanwhile.
    note : str
        One more line for a reader.
    """

    id: str
    case: str
    against: str
    runs: list[float]
    bar: float | None = None
    at_most: bool = False
    unit: str = "x"
    same_bits: bool = True
    rates: dict[str, float] = field(default_factory=dict)
    load: Load | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """Median over the rounds. [`unit`]"""
        return median(self.runs)

    @property
    def ratio(self) -> float | None:
        """The ratio; an absolute figure over its bar, None where it has none."""
        if self.unit == "x":
            return self.value
        return None if self.bar is None else self.value / self.bar

    @property
    def verdict(self) -> Verdict:
        """``met`` or ``missed``; ``differs`` where outputs are not the same; - without a bar."""
        if not self.same_bits:
            return "differs"
        return verdict_of(self.value, self.bar, self.at_most)


def verdict_of(value: float, bar: float | None, at_most: bool) -> Verdict:
    """Whether a value keeps its bar.

    Examples
    --------
    >>> verdict_of(6.2, 6.0, False), verdict_of(1.12, 1.1, True), verdict_of(3.0, None, False)
    ('met', 'missed', '-')
    """
    if bar is None:
        return "-"
    return "met" if (value <= bar if at_most else value >= bar) else "missed"
