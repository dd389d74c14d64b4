"""Difficulty rules under elastic supply: the published table, by simulation."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from hashfall.model import difficulty_rules
from hashfall.verify import noda_paths
from hashfall.verify.check import FAIL, PASS, Check, holds, near
from hashfall.verify.noda_paths import ASERT, BEST, EPOCH, WINDOW, Rule, Spacings

__all__ = ["check_noda", "check_winning_rate"]

_TABLE = "Noda, Okumura and Hashimoto, doi:10.2139/ssrn.3410460, Table 2 by the authors' notebooks"
_RESPONSE = "log-linear response, w(n+1) = -eps w(n), by arithmetic"
_ROOTS = "Noda, Okumura and Hashimoto, authors' notebooks; root to more digits by bisection"

_PATHS, _LONG_PATHS, _SEED = 5000, 10_000, 1
_PAST = (11.0, 11.4)
"""Bracket of the unseen block times before the start. [min]"""
_NAMES = ("mean, min", "s.d., min", "P(> 120 min)", "P(> 180 min)")
_TOLERANCE = (0.15, 0.4, 0.02, 0.02)


def _statistics(spacings: Spacings) -> tuple[float, ...]:
    """The four columns of the table."""
    longest = spacings.longest
    values = (spacings.mean.mean(), spacings.sd.mean(), np.mean(longest > 120.0),
              np.mean(longest > 180.0))
    return tuple(float(value) for value in values)


def _text(values: Sequence[float], digits: int) -> str:
    return " to ".join(f"{value:.{digits}f}" for value in values)


def _bracket(what: str, published: float, ends: tuple[float, float], tolerance: float,
             digits: int) -> Check:
    """Row of a rule whose past is not in the data: how far the value is from the bracket."""
    low, high = float(np.min(ends)), float(np.max(ends))  # NaN where either end is
    passed = low - tolerance <= published <= high + tolerance
    said = f"{tolerance:g} of the bracket" if tolerance else "inside the bracket"
    return Check("noda", f"{published:.{digits}f}", _text((low, high), digits), said,
                 PASS if passed else FAIL, _TABLE, what)


# Rule, blocks, unseen blocks at the start, published row, whether the bracket must hold it.
# The unseen are what the published simulations take from before their first block.
_WITH_PAST: Final = (
    ("Bitcoin, 2,016 blocks", EPOCH, 2016, 1073, (12.797, 17.422, 0.8504, 0.5336), True),
    ("the same, 1,000", EPOCH, 1000, 457, (14.756, 22.857, 0.9022, 0.6840), False),
    ("the same, 500", EPOCH, 500, 457, (14.806, 23.862, 0.8898, 0.7260), False),
    ("the same, 100", EPOCH, 100, 57, (17.603, 30.701, 0.9914, 0.9202), False),
    ("moving window, 144", WINDOW, 144, 144, (10.035, 10.224, 0.1836, 0.0022), False),
)
_WITHOUT_PAST: Final = (
    ("ASERT", Rule(ASERT, 2880), (10.054, 10.122, 0.1142, 0.0004)),
    ("best rate", Rule(BEST, 1), (9.883, 9.882, 0.0590, 0.0002)),
)


def _table() -> list[Check]:
    """All rows; those of Bitcoin's own rule on more paths, for they must lie in a bracket."""
    rules = [Rule(kind, blocks, unseen, past)
             for _, kind, blocks, unseen, *_ in _WITH_PAST for past in _PAST]
    found = [_statistics(s) for s in noda_paths.simulate(rules[:2], _LONG_PATHS, _SEED)]
    others = rules[2:] + [rule for _, rule, _ in _WITHOUT_PAST]
    found += [_statistics(s) for s in noda_paths.simulate(others, _PATHS, _SEED)]
    rows = []
    for i, (name, _, _, _, published, inside) in enumerate(_WITH_PAST):
        rows += [
            _bracket(f"{name}: {column}", value, ends, 0.0 if inside else limit, digits)
            for column, value, ends, limit, digits in zip(
                _NAMES, published, zip(*found[2 * i : 2 * i + 2], strict=True), _TOLERANCE,
                (3, 3, 4, 4), strict=True)
        ]
    for (name, _, published), measured in zip(_WITHOUT_PAST, found[2 * len(_WITH_PAST) :],
                                              strict=True):
        rows += [
            near("noda", f"{name}: {column}", value, got, limit, _TABLE, digits)
            for column, value, got, limit, digits in zip(
                _NAMES, published, measured, _TOLERANCE, (3, 3, 4, 4), strict=True)
        ]
    return rows


def _response() -> list[Check]:
    """What a change of revenue does to difficulty from retarget to retarget."""
    epsilon = 0.4515
    row: Callable[..., Check] = functools.partial(near, "noda")
    path = difficulty_rules.difficulty_path(0.5, epsilon, 400)
    rows = [
        row(f"revenue halved, retarget {n}", value, float(path[n - 1]), 5e-5, _RESPONSE, 4)
        for n, value in enumerate((0.7313, 0.8423, 0.7902, 0.8133), 1)
    ]
    limit = float(difficulty_rules.long_run_difficulty(0.5, epsilon))
    small = difficulty_rules.difficulty_path(float(np.exp(1e-6)), epsilon, 6)
    rest = float(difficulty_rules.long_run_difficulty(np.exp(1e-6), epsilon))
    swings = difficulty_rules.retarget_response(epsilon, 6)
    worst = float(np.max(np.abs(np.log(small / rest) / -np.log(rest) - swings)))
    return [
        *rows,
        row("revenue halved, in the long run", 0.8061, limit, 5e-5, _RESPONSE, 4),
        row("the path ends there", limit, float(path[-1]), 1e-12, _RESPONSE, 9),
        row("block spacing before the first retarget, min", 13.67, 10.0 / float(path[0]), 5e-3,
            _RESPONSE, 2),
        row("a small change swings as w(n+1) = -eps w(n)", 0.0, worst, 1e-5, _RESPONSE),
        _stability(),
    ]


def _stability() -> Check:
    """Bitcoin's rule is stable below an elasticity of 1; a window of 144 far beyond it."""
    swings = [float(abs(difficulty_rules.retarget_response(e, 200)[-1])) for e in (0.95, 1.05)]
    radius = difficulty_rules.window_radius(1.05, 144)
    text = f"{swings[0]:.1e}, {swings[1]:.1e}; window {radius:.4f}"
    return holds("noda", "stable below an elasticity of 1 only; the window beyond it too",
                 "dies out, grows; below 1", text, swings[0] < 1e-3 and swings[1] > 1e3
                 and radius < 1.0, _RESPONSE)


def check_noda() -> list[Check]:
    """Table 2 of Noda, Okumura and Hashimoto, and the response of difficulty to revenue."""
    return _table() + _response()


def check_winning_rate() -> list[Check]:
    """Winning rates at which blocks take ten minutes, at five published prices and the start."""
    published = ((100.0, 4.8044767e-4, 1e-10), (150.0, 3.702e-4, 5e-8), (200.0, 3.057e-4, 5e-8),
                 (250.0, 2.627e-4, 5e-8), (300.0, 2.317e-4, 5e-8), (3604.59, 4.09966e-5, 5e-11))
    roots = difficulty_rules.optimal_winning_rate([price for price, _, _ in published])
    rows = [
        near("winning-rate", f"at {price:g} USD", value, float(root), tolerance, _ROOTS, 11)
        for (price, value, tolerance), root in zip(published, roots, strict=True)
    ]
    # The authors' own root comes from a contraction that stops at 1e-7.
    rows.append(near("winning-rate", "at 100 USD, as printed", 4.8044738e-4, float(roots[0]), 1e-8,
                     _ROOTS, 11))
    prices = np.array([price for price, _, _ in published])
    supply = difficulty_rules.SUPPLY_2018
    spacing = [
        1.0 / (w * difficulty_rules.logistic_hashrate(w * 12.5 * s, *supply))
        for w, s in zip(roots.tolist(), prices.tolist(), strict=True)
    ]
    worst = float(np.max(np.abs(np.array(spacing) - 600.0)))
    return [*rows, near("winning-rate", "spacing at all of them, s off", 0.0, worst, 1e-9,
                        "definition: W h(W M S) = 1/600", 10)]
