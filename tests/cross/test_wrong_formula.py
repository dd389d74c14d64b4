"""A wrong formula put in on purpose makes the verification fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.engine.layout import WorldParam
from hashfall.model import consensus, garch_term, hashprice, merton, passage, ruin
from hashfall.model import retarget as kernel_rule
from hashfall.model.reference import ledger_pay
from hashfall.verify import companies, plan, price, run, simulate, streams
from hashfall.verify.simulate import Surplus

_ruin_by, _ruin_ever, _day_ends = ruin.ruin_by, ruin.ruin_ever, ruin.ruin_at_day_ends
_hits, _merton, _surplus_at = passage.hits_zero, merton.terminal_default, simulate.surplus_at
_sale_btc, _book_payment = ledger_pay.sale_btc, ledger_pay._book_payment
_philox, _retarget, _plan = streams.philox, consensus.retarget, plan._plan


def _plus(exponent: float) -> Callable[..., float]:
    return lambda u, *miner: math.exp(exponent * ruin.adjustment_coefficient(*miner) * u)


def _counts_one_term_less(u: float, t: float, c: float, rate: float, b: float) -> float:
    return _ruin_by(u, t, c, rate, b) - ruin.poisson_probability(0, rate * u / c)


def _without_reflection(x: float, m: float, s: float, t: float) -> float:
    return passage.normal_cdf((-x - m * t) / (s * math.sqrt(t)))


def _reflected_with_the_wrong_sign(x: float, m: float, s: float, t: float) -> float:
    return _without_reflection(x, m, s, t) + math.exp(2 * m * x / s**2) * passage.normal_cdf(
        (-x + m * t) / (s * math.sqrt(t))
    )


def _counts_2016_intervals(first: int, last: int, bits: int) -> int:
    """Up to the first block of the next epoch, one spacing later."""
    return _retarget(first, last + consensus.SPACING_S, bits)


def _other_key(counter: Any, key: Any) -> Any:
    return _philox(counter, (key[0] ^ 1, key[1]))


def _misses_a_twentieth_of_the_ruin(*args: Any) -> Surplus:
    seen = _surplus_at(*args)
    flags = seen.ruined.copy()
    flags[::20] = False
    return Surplus(flags, seen.surplus)


def _swapped(h: float, z: float, w: float, alpha: float, beta: float, cap: float) -> float:
    return w + beta * z * z + alpha * h


def _without_convexity(*case: Any) -> Any:
    """A world whose log price, not price, keeps its mean."""
    planned = _plan(*case)
    first, last = int(WorldParam.C1), int(WorldParam.C4)
    planned.p[first : last + 1] = 0.0
    return planned


def _rounded_otherwise(y: float, z: float, kappa: float, sd: float) -> float:
    """The same step but for its last bits."""
    return (1.0 - kappa) * y + sd * z


def _loses_a_cent(x: Any, place: int, line: Any, units: float, what: str) -> None:
    _book_payment(x, place, line, units - 0.01, what)


def _not_truncated(mantissa: float, size: float, span: float) -> float:
    return float(round(mantissa * span / kernel_rule.TARGET_SPAN_S))


def _watched_always(x: float, m: float, s: float, t: float, steps: int) -> float:
    return _hits(x, m, s, t)


def _a_day_of_grace(cost: str) -> str:
    """A ledger that lets one more day pass."""
    return cost.replace("grace_days = 0", "grace_days = 1")


def _a_fee(head: str) -> str:
    """A ledger that takes three percent off every sale."""
    return head.replace("fee = 0.0", "fee = 0.03")


# id of the check, module, name in it, what stands there instead
_WRONG: list[tuple[str, Any, str, Any]] = [
    ("retarget-history", "hashfall.verify.chain", "retarget", _counts_2016_intervals),
    ("retarget-vectors", "hashfall.verify.chain", "retarget", _counts_2016_intervals),
    ("header-chain", "hashfall.ingest.headers", "retarget", _counts_2016_intervals),
    ("albrecher-goffard", ruin, "ruin_ever", _plus(+1.0)),
    ("albrecher-goffard", ruin, "ruin_ever", _plus(-1.001)),
    ("albrecher-goffard", ruin, "ruin_by", _counts_one_term_less),
    ("albrecher-goffard-event-time", ruin, "ruin_by", lambda *a: 1.02 * _ruin_by(*a)),
    ("albrecher-goffard-event-time", "hashfall.verify.ruin", "surplus_at",
     _misses_a_twentieth_of_the_ruin),
    ("albrecher-goffard-daily", ruin, "ruin_by", lambda *a: _ruin_by(*a) + 1e-9),
    ("albrecher-goffard-daily", ruin, "ruin_at_day_ends", lambda *a: 1.001 * _day_ends(*a)),
    ("albrecher-goffard-daily", companies, "_COST", _a_day_of_grace(companies._COST)),
    ("albrecher-goffard-daily", companies, "_HEAD", _a_fee(companies._HEAD)),
    ("ledger-passage", passage, "hits_zero_at_steps", _watched_always),
    ("ledger-passage", merton, "terminal_default", passage.first_passage),
    ("ledger-passage", companies, "_HEAD", _a_fee(companies._HEAD)),
    ("first-passage", passage, "hits_zero", _without_reflection),
    ("first-passage", passage, "hits_zero", _reflected_with_the_wrong_sign),
    ("monitoring", passage, "MONITORING_SHIFT", 0.5),
    ("monitoring", passage, "hits_zero", _without_reflection),
    ("merton", merton, "terminal_default", passage.first_passage),
    ("merton", passage, "first_passage", _merton),
    ("garch-term", price, "garch_variance", _swapped),
    ("garch-term", garch_term, "half_life_days", lambda a, b: math.log(0.5) / math.log(b)),
    ("world-price", garch_term, "variance_ahead", lambda h, *model: h),
    ("world-plan", plan, "_plan", _without_convexity),
    ("hashprice", hashprice, "hashrate_eh_s", lambda d: d * 2**32 / 3600 / 1e18),
    ("hashprice", hashprice, "break_even_j_per_th", lambda hp, p: hp / p),
    ("streams", streams, "philox", _other_key),
    ("twin", "hashfall.model.reference.world", "ou_step", _rounded_otherwise),
    ("twin", "hashfall.model.reference.world", "fee_step", lambda *a: 1.0),
    ("twin", ledger_pay, "sale_btc", lambda *a: 0.999 * _sale_btc(*a)),
    ("conservation", ledger_pay, "_book_payment", _loses_a_cent),
    ("retarget-kernel", consensus, "TARGET_SPAN_S", 2015 * 600),
    ("retarget-kernel", kernel_rule, "retarget_mantissa", _not_truncated),
    ("retarget-outage", consensus, "retarget", lambda first, last, bits: bits),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "module", "name", "wrong"),
    _WRONG,
    ids=[f"{w[0]}-{w[2]}-{i}" for i, w in enumerate(_WRONG)],
)
def test_a_wrong_formula_is_found(
    id: str, module: Any, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{module if isinstance(module, str) else module.__name__}.{name}"
    monkeypatch.setattr(target, wrong)
    rows = run([id])
    assert [row for row in rows if row.verdict == "fail"], "a wrong formula passed"
    # It fails because a number is off, not because something broke.
    assert not [row.measured for row in rows if row.what == "stopped"]
