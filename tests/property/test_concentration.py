"""What holds for every table of shares: bounds, order, mergers, spreads, sampling error."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hashfall.engine.concentration import Move, after_moves, all_to_largest, spread_even
from hashfall.engine.measures import measure
from hashfall.engine.shares import Shares
from hashfall.model import censorship, share_error
from hashfall.model import concentration as model

_WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12)


@st.composite
def shares(draw: st.DrawFn) -> NDArray[np.float64]:
    """Shares with an unnamed rest, which may be nothing."""
    weights = draw(_WEIGHTS)
    rest = draw(st.one_of(st.just(0), st.integers(0, 2000)))
    total = sum(weights) + rest
    assume(sum(weights) > 0)
    return np.array(weights) / total


@given(shares())
def test_bounds(x: NDArray[np.float64]) -> None:
    low, high = float(model.hhi(x)), float(model.hhi(x, rest_is_one=True))
    assert 0.0 < low <= high + 1e-9 <= model.POINTS + 2e-9
    assert float(model.effective_number(x)) >= 1.0 - 1e-12
    assert 0.0 <= float(model.gini(x)) <= 1.0
    assert 0.0 <= float(model.entropy_bits(x)) <= math.log2(len(x) + 1) + 1e-9
    assert 1.0 <= float(model.nakamoto(x, rest_is_one=True)) <= float(model.nakamoto(x))


@given(shares(), st.randoms(use_true_random=False))
def test_names_do_not_matter(x: NDArray[np.float64], random: Random) -> None:
    order = list(range(len(x)))
    random.shuffle(order)
    for function in (model.hhi, model.entropy_bits, model.gini, model.nakamoto):
        assert math.isclose(float(function(x)), float(function(x[order])), abs_tol=1e-9)


@given(shares(), st.data())
def test_a_merger_concentrates(x: NDArray[np.float64], data: st.DataObject) -> None:
    assume(len(x) >= 2)
    i, j = data.draw(st.permutations(range(len(x))))[:2]
    merged = np.append(np.delete(x, [i, j]), x[i] + x[j])
    rise = float(model.hhi(merged) - model.hhi(x))
    assert math.isclose(rise, float(model.merger_hhi_change(x[i], x[j])), abs_tol=1e-6)
    assert float(model.entropy_bits(merged)) <= float(model.entropy_bits(x)) + 1e-9
    assert float(model.nakamoto(merged)) <= float(model.nakamoto(x))


@given(shares(), st.data(), st.integers(2, 40))
def test_the_ends_of_an_exit(x: NDArray[np.float64], data: st.DataObject, places: int) -> None:
    assume(len(x) >= 2)
    table = Shares("country", tuple(f"p{k}" for k in range(len(x))), x, "2025", "x")
    k = data.draw(st.integers(0, len(x) - 1))
    assume(x[k] > 0.0)
    leaving = {f"p{k}": float(x[k])}
    before = measure(table)
    most = measure(all_to_largest(table, leaving), before).hhi_change
    least = measure(spread_even(table, leaving, places), before).hhi_change
    assert least < 0.0 <= most + 1e-9
    split = data.draw(st.floats(0.0, 1.0))
    others = [name for name in table.names if name not in leaving]
    target = data.draw(st.sampled_from(others))
    moves = [Move(f"p{k}", target, split * leaving[f"p{k}"]),
             Move(f"p{k}", "new", (1.0 - split) * leaving[f"p{k}"] * (1.0 - 1e-12))]
    change = measure(after_moves(table, moves), before).hhi_change
    assert change <= max(most, 0.0) + 1e-6


@given(shares(), st.data())
def test_moves_keep_the_sum(x: NDArray[np.float64], data: st.DataObject) -> None:
    fraction = st.floats(0.0, 1.0)
    out = x * np.array([data.draw(fraction) for _ in x])
    lost = data.draw(st.floats(0.0, 0.9)) * out.sum()
    into = np.zeros_like(x)
    into[0] = (out.sum() - lost) * (1.0 - 1e-12)
    after = model.moved(x, out, into, lost)
    assert np.all(after >= 0.0)
    expected = (x.sum() - lost) / (1.0 - lost)
    assert math.isclose(float(after.sum()), float(expected), abs_tol=1e-9)


@given(shares(), st.integers(2, 5000))
def test_error_falls_with_blocks(x: NDArray[np.float64], blocks: int) -> None:
    one, more = (float(share_error.hhi_se(x, n)) for n in (blocks, 4 * blocks))
    assert 0.0 <= more <= one + 1e-9
    low, high = share_error.nakamoto_range(x, blocks)
    assert low <= high
    assert low <= float(model.nakamoto(x)) <= high


@given(st.floats(0.0, 0.499), st.integers(0, 60))
def test_overtaking_falls_with_confirmations(share: float, blocks: int) -> None:
    now, later = (censorship.catch_up_probability(share, n) for n in (blocks, blocks + 1))
    assert 0.0 <= later <= now <= 1.0
    poisson = censorship.catch_up_probability_nakamoto(share, blocks)
    assert -1e-12 <= poisson <= 1.0
