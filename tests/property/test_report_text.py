"""Figures and lines as text: never too wide, never more certain than they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashfall.report.text import WIDTH, days, flow, money, number, percent, points, row, table

shares = st.floats(0, 1)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
texts = st.lists(words, max_size=12).map(" ".join)


@given(shares)
def test_a_share_never_prints_as_certain_when_it_is_not(p: float) -> None:
    text = percent(p)
    assert (text == "0%") == (p == 0)
    assert (text == "100%") == (p == 1)


@given(shares, shares)
def test_percents_keep_their_order(p: float, q: float) -> None:
    def read(x: float) -> float:
        text = percent(x, sign=False)
        return {"<0.1": 0.05, ">99": 99.5}.get(text) or float(text)

    assert (p <= q) <= (read(p) <= read(q))


@given(st.floats(0, 1))
def test_below_one_percent_there_is_one_decimal(p: float) -> None:
    text = percent(p, sign=False)
    assert ("." in text) == (0 < p < 0.00995)


@given(st.floats(-1e15, 1e15))
def test_money_is_short_and_near(value: float) -> None:
    text = money(value)
    assert len(text) <= 14
    factor = {"n": 1e9, "m": 1e6, "k": 1e3}.get(text[-1], 1.0)
    read = float(text.rstrip("bnmk").replace(",", "")) * factor
    assert abs(read - value) <= 0.055 * abs(value)


@given(st.floats(-1e12, 1e12), st.integers(2, 6))
def test_a_number_keeps_its_digits(value: float, digits: int) -> None:
    read = float(number(value, digits).replace(",", ""))
    assert abs(read - value) <= 0.51 * 10.0 ** (1 - digits) * abs(value)


@given(texts, st.text(st.characters(categories=["L"]), min_size=1, max_size=40))
def test_a_row_fits(text: str, label: str) -> None:
    lines = row(label, text)
    assert all(len(line) <= WIDTH for line in lines)
    joined = "".join("".join(lines).split())
    assert joined == "".join(f"{label}{text}".split())


@given(st.lists(texts.filter(bool), min_size=1, max_size=9), st.integers(0, 3))
def test_a_flow_fits_and_counts_what_it_leaves_out(cells: list[str], lines: int) -> None:
    out = flow("Label", cells, ", ", lines)
    assert all(len(line) <= WIDTH for line in out)
    if not lines:
        assert "".join(", ".join(cells).split()) in "".join("".join(out)[5:].split())


@given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
def test_a_table_fits(rows: list[tuple[str, str]]) -> None:
    body = [[a, b[:20]] for a, b in rows]
    assert all(len(line) <= WIDTH for line in table(["name", "value"], body))


@pytest.mark.parametrize(
    ("value", "text"), [(1096.0, ">1096"), (1095.6, "1096"), (float("inf"), "n/a"), (0.0, "0")]
)
def test_a_censored_day_says_so(value: float, text: str) -> None:
    assert days(value, 1096) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_not_known_says_so(value: float | None) -> None:
    assert {percent(value), money(value), number(value), points(value)} == {"n/a"}
