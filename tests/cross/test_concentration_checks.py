"""The checks of concentration and of attacks find a wrong formula; sampling error by simulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hashfall.model import censorship, share_error
from hashfall.model import concentration as model
from hashfall.verify.registry import run


def _failing(id: str) -> list[str]:
    return [row.what for row in run([id]) if row.verdict != "pass"]


@pytest.mark.parametrize(
    ("id", "module", "name", "wrong"),
    [
        ("concentration", model, "hhi", lambda s, rest_is_one=False: 1e4 * np.max(s, axis=-1)),
        ("concentration", model, "entropy_bits", lambda s: -np.sum(s * np.log(s), axis=-1)),
        ("concentration", model, "gini", lambda s: 1.0 - np.square(s).sum(axis=-1)),
        ("concentration", model, "nakamoto", lambda s: np.asarray(
            (np.cumsum(np.sort(s)[::-1]) < 0.5).sum() + 1.0)),
        ("concentration", share_error, "share_se", lambda s, n: s / n**0.5),
        ("concentration", share_error, "hhi_se", lambda s, n: 60.0),
        ("censorship", censorship, "wait_blocks", lambda f: 1.0 / f),
        ("censorship", censorship, "feather_fork_orphan_probability", lambda f: f),
        ("censorship", censorship, "catch_up_probability",
         censorship.catch_up_probability_nakamoto),
        ("censorship", censorship, "catch_up_probability_nakamoto",
         censorship.catch_up_probability),
        ("attack-cost", censorship, "free_entry_user_cost_usd", lambda k, d, e, r: 0.5 + k),
    ],
)
def test_a_wrong_formula_is_found(
    id: str, module: object, name: str, wrong: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not _failing(id)
    monkeypatch.setattr(module, name, wrong)
    assert _failing(id)


def test_the_range_of_the_nakamoto_coefficient_against_draws() -> None:
    """Shares drawn from what the counts allow stay in the range nine times in ten."""
    rng = np.random.default_rng(5)
    counts = np.array([272, 247, 151, 101, 81, 60, 50, 46])
    draws = rng.dirichlet(counts + 0.5, 4000)
    low, high = share_error.nakamoto_range(counts / counts.sum(), float(counts.sum()))
    found = model.nakamoto(draws)
    assert np.mean((found >= low) & (found <= high)) >= 0.9
    assert (low, high) == (2.0, 3.0)


def test_luck_is_taken_off_without_bias() -> None:
    rng = np.random.default_rng(6)
    shares = np.array([0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05])
    counted = model.hhi(rng.multinomial(60, shares, 40_000) / 60.0)
    fair = share_error.hhi_less_luck(counted, 60)
    error = float(fair.std() / np.sqrt(len(fair)))
    assert abs(float(fair.mean()) - 1800.0) < 4.0 * error
    assert float(counted.mean()) - 1800.0 > 20.0 * error
