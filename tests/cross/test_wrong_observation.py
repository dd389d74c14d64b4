"""A wrong formula put into observation or scores on purpose makes the verification fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hashfall.model import changepoints, observation, scores
from hashfall.verify import run

_span, _quantiles = observation.hashrate_from_span, observation.retarget_quantiles
_evidence, _effect = changepoints.segment_log_evidence, "hashfall.verify.observation"
_sample, _test = scores.crps_sample, scores.diebold_mariano


def _narrow(*args: Any, **options: Any) -> Any:
    h = _span(*args, **options)
    return observation.Hashrate(h.value, h.value + 0.9 * (h.low - h.value),
                                h.value + 0.9 * (h.high - h.value))


def _as_if_known(k: int, t: float, p: Any, **options: Any) -> Any:
    """The rate taken as known: the prior of many blocks at the rate so far."""
    return _quantiles(k, t, p, prior_blocks=1e6, prior_s=1e6 * t / k)


def _without_the_rate(waits: Any, total: Any, shape: float = 1.0) -> Any:
    """Evidence at the target spacing whatever the rate."""
    return _evidence(waits, waits, shape)


def _too_sure(a: Any, b: Any, steps: int) -> Any:
    c = _test(a, b, steps)
    return c._replace(p=0.8 * c.p)


_WRONG: list[tuple[str, str, Callable[..., Any]]] = [
    ("observation", "hashfall.model.observation.hashrate_from_span", _narrow),
    ("observation", "hashfall.model.observation.retarget_quantiles", _as_if_known),
    ("observation", "hashfall.model.observation.retarget_change",
     lambda span: 2015 * 600.0 / np.asarray(span) - 1.0),
    ("observation", "hashfall.model.observation.luck_sd", lambda k: 1.0 / np.sqrt(k - 1.0) * 1.02),
    ("observation", "hashfall.model.observation.rolling_span_s",
     lambda k, t, before: 2015 * 0.5 * (t / max(k, 1) + before)),
    ("observation", "hashfall.model.changepoints.segment_log_evidence",
     _without_the_rate),
    ("observation", f"{_effect}.claimed_log_effect", lambda w, f: np.log(1.0 - 0.5 * f)),
    ("scores", "hashfall.model.scores.crps_normal",
     lambda m, s, y: np.abs(np.asarray(y) - m)),
    ("scores", "hashfall.model.scores.crps_sample", lambda x, y: 1.01 * _sample(x, y)),
    ("scores", "hashfall.model.scores.pinball", lambda q, p, y: (p - 1.0) * (np.asarray(y) - q)),
    ("scores", "hashfall.model.scores.auc", lambda p, y: 0.75),
    ("scores", "hashfall.model.scores.diebold_mariano", _too_sure),
]  # fmt: skip


@pytest.mark.parametrize(("id", "target", "wrong"), _WRONG, ids=[w[1] for w in _WRONG])
def test_a_wrong_formula_is_found(
    id: str, target: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, wrong)
    rows = run([id])
    assert [row for row in rows if row.verdict == "fail"], "a wrong formula passed"
    assert not [row.measured for row in rows if row.what == "stopped"]
