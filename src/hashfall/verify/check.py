"""One row of the verification: what was expected, what came out, and the verdict.

A number is compared within a stated tolerance. An estimate by simulation is
compared within three standard errors, in two stages: only an estimate that is
off on the first sample is drawn again, from a second and independent one, and
it fails when it is off there too, on the same side. So correct code fails such
a row with probability below 4e-6 whatever the seed, and a bias of seven
standard errors passes it with probability below 1e-4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Check", "Estimate", "exactly", "holds", "near", "within_three_errors"]

PASS, FAIL = "pass", "fail"
_ERRORS = 3.0


@dataclass(frozen=True)
class Check:
    """One comparison with its verdict; numbers as text, as they are printed.

    Parameters
    ----------
    id : str
        Group of the check; one id may have several rows.
    expected, measured, tolerance : str
        What should come out, what did, and how far apart they may be.
    verdict : str
        ``pass`` or ``fail``.
    source : str
        Where the expected value comes from.
    what : str
        What the row compares, to tell rows of one id apart.
    """

    id: str
    expected: str
    measured: str
    tolerance: str
    verdict: str
    source: str
    what: str = ""


class Estimate(NamedTuple):
    """A simulated mean and its standard error."""

    value: float
    se: float


def _verdict(passed: bool) -> str:
    return PASS if passed else FAIL


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else str(value)


def near(
    id: str,
    what: str,
    expected: float,
    measured: float,
    tolerance: float,
    source: str,
    digits: int = 6,
) -> Check:
    """Row that passes when two numbers differ by no more than the tolerance.

    Parameters
    ----------
    tolerance : float
        Largest absolute difference; NaN never passes.
    digits : int
        Decimals printed.

    Examples
    --------
    >>> near("merton", "terminal PD", 0.2628, 0.26281, 1e-4, "textbook", 4).verdict
    'pass'
    """
    passed = abs(measured - expected) <= tolerance
    limit = f"{tolerance:.1g}".replace("e-0", "e-")
    return Check(
        id, _text(expected, digits), _text(measured, digits), limit, _verdict(passed), source, what
    )


def exactly(id: str, what: str, expected: object, measured: object, source: str) -> Check:
    """Row that passes when both sides are equal to the last bit.

    Examples
    --------
    >>> exactly("streams", "words", (1, 2), (1, 3), "known answer").verdict
    'fail'
    """
    return Check(
        id, str(expected), str(measured), "exact", _verdict(expected == measured), source, what
    )


def holds(id: str, what: str, expected: str, measured: str, passed: bool, source: str) -> Check:
    """Row for a relation that must hold, such as an order of two numbers.

    Examples
    --------
    >>> holds("monitoring", "order", "below", "0.45 < 0.47", 0.45 < 0.47, "theory").verdict
    'pass'
    """
    return Check(id, expected, measured, "holds", _verdict(passed), source, what)


def _errors(estimate: Estimate, exact: float) -> float:
    """Signed distance in standard errors; an estimate without error must be exact."""
    if estimate.value == exact:
        return 0.0
    if estimate.se > 0.0:
        return (estimate.value - exact) / estimate.se
    return math.copysign(math.inf, estimate.value - exact)


def within_three_errors(
    id: str,
    names: Sequence[str],
    exact: Sequence[float],
    sample: Callable[[int], Sequence[Estimate]],
    source: str,
    digits: int = 5,
) -> list[Check]:
    """Rows that pass when estimates lie within three standard errors of exact values.

    Parameters
    ----------
    names : sequence of str
        What each row compares.
    exact : sequence of float
        Exact values, one a row.
    sample : callable
        Estimates of stage 0 or 1, one a row; the two stages share no draw.
    digits : int
        Decimals printed.

    Examples
    --------
    >>> rows = within_three_errors(
    ...     "x", ["mean"], [1.0], lambda stage: [Estimate(1.02 - stage, 0.01)], "theory")
    >>> rows[0].verdict, rows[0].measured
    ('pass', '1.02000 (+2.0 s.e.)')
    """
    first = list(sample(0))
    z = [_errors(e, x) for e, x in zip(first, exact, strict=True)]
    second = list(sample(1)) if any(not abs(v) <= _ERRORS for v in z) else first
    rows = []
    for name, x, estimate, v, again in zip(names, exact, first, z, second, strict=True):
        passed = abs(v) <= _ERRORS
        text = f"{_text(estimate.value, digits)} ({v:+.1f} s.e.)"
        if not passed:
            w = _errors(again, x)
            text += f", again {_text(again.value, digits)} ({w:+.1f})"
            passed = abs(w) <= _ERRORS or (w > 0.0) != (v > 0.0)
            # NaN compares false, so it passes neither stage.
            passed = passed and not (math.isnan(v) or math.isnan(w))
        rows.append(
            Check(id, _text(x, digits), text, "3 s.e.", _verdict(passed), source, name)
        )
    return rows
