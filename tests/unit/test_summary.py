"""The terminal summary at its ends: nothing, everything, too much."""

from __future__ import annotations

import copy
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from hashfall.report.terminal import summary

Result = dict[str, Any]


@pytest.fixture(scope="module")
def script(root: Path) -> dict[str, Any]:
    return runpy.run_path(str(root / "tests/data/make_sample_result.py"))


@pytest.fixture
def sample(root: Path) -> Result:
    result: Result = json.loads((root / "tests/data/sample_result.json").read_text())
    return result


def _entry(lines: list[str], label: str) -> str:
    """Text of one labelled entry, its lines joined."""
    start = next(i for i, line in enumerate(lines) if line.startswith(label))
    words = [lines[start][23:]]
    for line in lines[start + 1 :]:
        if line[:1] != " ":
            break
        words.append(line.strip())
    return " ".join(words)


def test_no_line_is_wider_than_the_terminal(script: dict[str, Any]) -> None:
    for result in (script["build"](), script["certain"](0.0), script["certain"](1.0),
                   script["long_names"]()):
        for report in (None, "out/x.html", "out/" + "x" * 50 + ".html"):
            assert max(map(len, summary(result, report))) <= 80


def test_a_page_name_is_never_cut(sample: Result) -> None:
    name = "out/" + "x" * 90 + ".html"
    assert name in summary(sample, name)[-1]


def test_no_default_at_all(script: dict[str, Any]) -> None:
    lines = summary(script["certain"](0.0))
    assert _entry(lines, "Payment default").startswith("6 m 0%   12 m 0% ±")
    assert _entry(lines, "Dies of") == "nothing: no path defaults"
    assert _entry(lines, "Runs out of cash").startswith(">365 days (5%)  >365 (half)  >365 (95%)")
    assert "coins add" not in _entry(lines, "Runs out of cash")


def test_default_on_every_path(script: dict[str, Any]) -> None:
    lines = summary(script["certain"](1.0))
    assert "12 m 100% ±" in _entry(lines, "Payment default")
    assert "[" not in _entry(lines, "Payment default")
    assert "the book leaves nothing open" in _entry(lines, "Payment default")
    assert "36 m" not in _entry(lines, "Payment default")
    assert _entry(lines, "Dies of") == "claim_or_award 100%"


def test_a_company_without_coins_or_covenants(script: dict[str, Any]) -> None:
    lines = summary(script["certain"](0.0))
    assert _entry(lines, "Coins to money") == "no coin is sold"
    assert "covenant breach n/a (no covenant in the book)" in _entry(lines, "Other clocks")


def test_what_is_open_but_moves_nothing_is_said(script: dict[str, Any]) -> None:
    text = _entry(summary(script["certain"](1.0) | {"draws": 64}), "Payment default")
    assert text.endswith("nothing unknown moves it")


def test_unsold_coins_say_what_they_include(sample: Result) -> None:
    text = _entry(summary(sample), "Coins to money")
    assert text == ("sold at 97% of spot; 12.1 BTC unsold at default or at the end, those kept by "
                    "choice included")
    none = _entry(summary(sample | {"trapped_btc": 0.0}), "Coins to money")
    assert none == "sold at 97% of spot; none stays unsold"


def test_balances_of_another_day_stand_in_the_head(sample: Result) -> None:
    old = sample | {"balances_of": "2029-06-30", "balances_age_days": 365}
    assert "books 2029-06-30, as of 2030-06-30, known by" in "\n".join(summary(old)[:2])


def test_a_missing_break_even_gives_its_reason(sample: Result) -> None:
    text = _entry(summary(sample), "Breaks even if")
    assert "hashprice > 57.3 USD/PH/day (now 52.1)" in text
    assert "coin haircut: none (loses money even if coins sell at spot)" in text


@pytest.mark.parametrize(
    ("cash", "both", "words"),
    [(10.0, 10.0, "coins add 0 days"), (10.0, 11.0, "coins add 1 day"),
     (10.0, 1096.0, "coins add more than 1086 days")],
)
def test_what_coins_add(cash: float, both: float, words: str, sample: Result) -> None:
    sample["runway_days"]["cash_only"]["p50"] = cash
    sample["runway_days"]["cash_and_coins"]["p50"] = both
    assert _entry(summary(sample), "Runs out of cash").endswith(words)


def test_small_causes_are_counted_not_listed(sample: Result) -> None:
    text = _entry(summary(sample), "Dies of")
    assert text.endswith("4 more")
    assert "route" not in text


def test_overdue_sums_each_currency_apart(sample: Result) -> None:
    other = copy.deepcopy(sample["overdue"][0]) | {"currency": "USD", "amount": 9.2e6}
    sample["overdue"].append(other)
    assert _entry(summary(sample), "Overdue already").startswith("542.1m RUB + 9.2m USD  (")


def test_the_first_overdue_name_stands_beside_the_total(sample: Result) -> None:
    item = sample["overdue"][0] | {"name": "award Infrastructure of Siberia (En+)"}
    lines = summary(sample | {"overdue": [item, item]})
    line = next(line for line in lines if line.startswith("Overdue already"))
    assert line.endswith("Infrastructure of Siberia... 480.2m,")


def test_control_characters_do_not_reach_the_terminal(sample: Result) -> None:
    sample["name"] = "Evil\x1b[2J\x07 Miner"
    text = "\n".join(summary(sample))
    assert "\x1b" not in text
    assert "Evil?[2J? Miner" in text


def test_a_simulation_error_below_a_tenth_is_not_zero(sample: Result) -> None:
    for p in sample["pd"]["d1"].values():
        p["se"] = 0.0002
    assert "± <0.1% simulation" in "\n".join(summary(sample))
