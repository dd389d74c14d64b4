"""Words of a cash-out: never is not a day, a harm is no help, an order says what it reaches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hashfall.report.cashout_amounts import overdue_words, short_words
from hashfall.report.cashout_charts import money_by_date
from hashfall.report.cashout_halts import effect, halt_lines, order_lines
from hashfall.report.cashout_surface import surface_answer
from hashfall.report.cashout_words import (
    cut_name,
    halt_cells,
    halt_sentence,
    last_day,
    wait_words,
)

ZERO = {"value": 0.0, "se": 0.0}
NEVER = {"p5": 136.0, "p50": 362.0, "p95": 362.0, "censored_share": 0.7, "before_share": 0.0}


def order(source: str, account: str | None = None, start: int = 4) -> dict[str, Any]:
    """An order as asked."""
    return {"source": source, "account": account, "from_day": start, "days": None, "share": 1.0,
            "allows": ["payroll"]}


def stress_row(name: str, **changes: Any) -> dict[str, Any]:
    """A row of the stress that reaches nothing yet is live."""
    return {"name": name, "same_as": "", "why_same": "", "orders": [], "accounts": [],
            "routes": [], "days_to_halt": NEVER, "pd_12m": {"value": 0.3}, "pd_change": ZERO,
            "unpaid_at_halt": {"paths": 0}, "measures": [], **changes}


def result(*rows: dict[str, Any], asked: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """As much of a result as the lines of the stress need."""
    return {"stress": list(rows), "stress_last_day": 365, "horizon_days": 366,
            "days_to_halt": {"row": rows[0]["name"]}, "asked": {"freeze": asked or []}}


def test_never_is_told_as_never_where_the_order_starts_later() -> None:
    row = stress_row("asked", orders=[order("exchange")])
    r = result(row)
    assert halt_cells(NEVER, last_day(r, row)) == ["136", ">361", ">361", "70%"]
    assert halt_sentence(r) == ("Operations do not halt within 361 days of the order on 70% of "
                                "the paths (as asked).")
    assert last_day(r, {**row, "same_as": "none"}) == 365
    last = {**NEVER, "p50": 361.0, "p95": 361.0, "censored_share": 0.01}
    assert halt_cells(last, 361) == ["136", "361", "361", "1%"]
    gone = {"p5": 0.0, "p50": 0.0, "p95": 0.0, "censored_share": 0.0, "before_share": 1.0}
    assert halt_cells(gone, 361)[:3] == ["before"] * 3


@pytest.mark.parametrize(("default", "halts", "word"), [
    (0.032, 0.0, "harms"), (-0.032, 0.0, "helps"), (0.0, 0.0, "changes nothing"),
    (0.001, 0.0, "no clear change"), (0.0, -0.2, "helps"),
])
def test_a_harm_is_no_help(default: float, halts: float, word: str) -> None:
    assert effect({"pd_change": {"value": default, "se": 0.002},
                   "halt_change": {"value": halts, "se": 0.002}}) == word


def test_an_order_says_what_it_reaches() -> None:
    rows = [stress_row("exchange", orders=[order("exchange")], routes=["otc", "p2p"]),
            stress_row("domestic_court", orders=[order("domestic_court")], accounts=["main"]),
            stress_row("tax_office", orders=[order("tax_office")], same_as="none",
                       why_same="reaches nothing: no bank")]
    text = "\n".join(order_lines(result(*rows, asked=[
        order("exchange"), order("domestic_court"), order("tax_office", "main")])))
    assert "routes otc, p2p shut by exchange" in text
    assert text.count("main by") == 2 and "accounts that it reaches" not in text
    reached = order_lines(result(*rows, asked=[order("tax_office")]))
    assert reached[0].startswith("Ordered") and "reaches no" in reached[0]
    lines = halt_lines(result(*rows))
    assert max(map(len, lines)) <= 78
    text = " ".join(" ".join(lines).split())
    assert "exchange shuts routes otc, p2p" in text
    assert "domestic court holds main; lets payroll through" in text
    assert "domestic court 1 0 136 >361 >361 70% 30% 0" in text


def test_what_was_tried_is_named_by_its_sign_and_not_for_an_order_that_reaches_nothing() -> None:
    queue = {"paths": 10, "unpaid": {"power": 5e6, "margin": 1e-12}, "currency": "RUB", "held": 0.0}
    tried = {"measure": "coin_loan", "why": "", "pd_change": {"value": 0.032, "se": 0.001},
             "halt_change": ZERO, "days_to_halt": NEVER}
    row = stress_row("asked", orders=[order("exchange")], unpaid_at_halt=queue, measures=[tried])
    text = " ".join(" ".join(halt_lines(result(row))).split())
    assert "coin loan harms: default +3.2 ±0.1 points" in text and "Would help" not in text
    assert "power 5m RUB" in text and "margin" not in text
    same = {**row, "same_as": "none", "why_same": "reaches nothing: no bank"}
    text = " ".join(halt_lines(result(same)))
    assert "Unpaid" not in text and "Tried" not in text and "reaches nothing: no bank" in text


def test_overdue_short_and_waits() -> None:
    late = [{"name": "award A", "amount": 954.4e6, "currency": "RUB"}]
    assert overdue_words({"overdue": late, "overdue_usd": 12.2e6}) == (
        "12.2m USD (954.4m RUB award A)")
    assert overdue_words({}) == ""
    need = {"short_usd": {"p95": 1e6}}
    assert short_words(need, "RUB") == "short by 1m USD at the 95% end"
    assert short_words({**need, "short": {"p95": 78e6}}, "RUB") == (
        "short by 78m RUB (1m USD) at the 95% end")
    none = dict.fromkeys(("p50", "p50_low", "p50_high", "p95", "p95_low", "p95_high"))
    assert "not frozen by 2026-01-10" in wait_words(none, "2026-01-10")
    assert "another" not in cut_name({"name": "main", "kind": "supply", "of": "receipts"})
    assert "outside the book" in cut_name(
        {"name": "accounts beside those of the book", "kind": "supply", "of": "receipts"})


def test_the_words_on_the_surface_are_of_a_route_for_what_is_mined() -> None:
    rows = [{"j_per_th": 12.0, "capacity": c, "haircut": h, "pd_at_spot": {"value": p},
             "below_bound": True} for c, h, p in ((0.5, 0.0, 0.66), (1.0, 0.387, 0.1),
                                                  (2.0, 0.418, 0.07))]
    points = [{"j_per_th": 12.0, "capacity": c, "haircut": 0.05, "pd": {"value": p}}
              for c, p in ((1.0, 0.13), (2.0, 0.09))]
    text = surface_answer({"first_failing": rows, "points": points, "fails": {"share": 0.5},
                           "plausible": {"low": 0.02, "high": 0.05, "most": 0.5448}})
    assert "from a haircut of 39% where a route takes all that it mines" in text
    assert "13% default; at spot 10%" in text
    assert "Where it could take 200%, 7% default at spot, and it fails from 42%." in text


def test_money_by_date_is_drawn_in_steps() -> None:
    rows = [{"day": d, "date": date, "usd": 1e6 * d, "low": 0.0, "high": 3e6, "due_usd": 0.0,
             "usd_before": 2e6} for d, date in ((0, "2026-01-01"), (2, "2026-01-03"))]
    spec = money_by_date({"deliverable": rows, "asked": {"close": ["otc"], "freeze": []}}, False)
    assert json.dumps(spec).count('"step-after"') == 4
    first, last, end = (row["date"] for row in spec["data"]["values"])
    assert last - first == 2 * (end - last)  # the last day has its width too
