"""A wrong formula of mining put in on purpose makes the verification fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hashfall.model import (
    cbeci,
    contest,
    difficulty_rules,
    entry_limit,
    exchange,
    single_plant,
    strip,
    supply,
)
from hashfall.verify import run

_fixed, _barrier, _shares = supply.fixed_point, entry_limit.free_entry_barrier, (
    contest.contest_shares
)
_triggers, _strip, _kirk = entry_limit.entry_exit_triggers, strip.unit_strip, exchange.kirk_spread
_roots, _power, _elasticity = (
    difficulty_rules.optimal_winning_rate,
    cbeci.network_power_gw,
    supply.elasticity,
)


def _no_retarget(h: Any, median: Any, s: Any, ratio: float) -> Any:
    """Hash that stays at the new hashprice before difficulty answers."""
    return supply.running_share(h * ratio, median, s) / supply.running_share(h, median, s)


def _without_competition(setting: Any, unit_cost: float = 1.0) -> float:
    """The return that revenue would need if it could rise for ever."""
    return float(unit_cost * (setting.rate - setting.growth))


def _all_active(costs: Any) -> Any:
    c = np.asarray(costs, float)
    return np.maximum(0.0, 1.0 - c * (c.size - 1) / c.sum()) if c.size > 3 else _shares(c)


# id of the check, module, name in it, what stands there instead
_WRONG: list[tuple[str, Any, str, Any]] = [
    ("supply-curve", supply, "fixed_point", _no_retarget),
    ("supply-curve", supply, "fixed_point", lambda *a: _fixed(*a) ** 1.0001),
    ("supply-curve", supply, "elasticity", lambda h, m, s: _elasticity(h, m, s) * s),
    ("free-entry", entry_limit, "free_entry_barrier", _without_competition),
    ("free-entry", entry_limit, "free_entry_barrier", lambda *a: 1.02 * _barrier(*a)),
    ("contest", contest, "contest_shares", _all_active),
    ("winning-rate", difficulty_rules, "optimal_winning_rate", lambda *a: 1.0002 * _roots(*a)),
    ("real-options", entry_limit, "entry_exit_triggers",
     lambda c, r, d, s, i, e: _triggers(c, r, d, s, i, 0.0)),
    ("real-options", entry_limit, "entry_trigger_ratio", lambda r, d, s: 1.0),
    ("real-options", exchange, "kirk_spread", lambda *a: _kirk(*a[:6], -a[6], a[7])),
    ("machine-strip", strip, "unit_strip", lambda x, *t: 0.999 * _strip(x, *t)),
    ("machine-strip", strip, "DAYS_PER_YEAR", 365.25),
    ("cbeci", cbeci, "OVERHEAD_BEST", 1.12),
    ("cbeci", cbeci, "LIFE_YEARS", 6.0),
    ("cbeci", cbeci, "smoothed", lambda x, days=14: np.asarray(x)),
    ("single-plant", single_plant, "full_cost", lambda plant: plant.running_cost),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "module", "name", "wrong"),
    _WRONG,
    ids=[f"{w[0]}-{w[2]}-{i}" for i, w in enumerate(_WRONG)],
)
def test_a_wrong_formula_is_found(
    id: str, module: Any, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, wrong)
    rows = run([id])
    assert [row for row in rows if row.verdict == "fail"], "a wrong formula passed"
    assert not [row.measured for row in rows if row.what == "stopped"]
