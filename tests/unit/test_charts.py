"""Chart specifications carry the numbers of the result and draw everywhere."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from hashfall.report.charts import CHARTS
from hashfall.report.draw import page_svgs, png, svg
from hashfall.report.theme import COLOURS, HATCHES

Result = dict[str, Any]


@pytest.fixture(scope="module")
def script(root: Path) -> dict[str, Any]:
    return runpy.run_path(str(root / "tests/data/make_sample_result.py"))


@pytest.fixture(scope="module")
def sample(root: Path) -> Result:
    result: Result = json.loads((root / "tests/data/sample_result.json").read_text())
    return result


def _values(spec: Any, key: str) -> list[Any]:
    """Every value of a key in the inline data of a specification."""
    found: list[Any] = []
    if isinstance(spec, dict):
        rows = spec.get("values")
        if isinstance(rows, list):
            found += [row[key] for row in rows if isinstance(row, dict) and key in row]
        for part in spec.values():
            found += _values(part, key)
    elif isinstance(spec, list):
        for part in spec:
            found += _values(part, key)
    return found


@pytest.mark.parametrize("name", list(CHARTS))
def test_each_chart_is_plain_data_and_fits_a_phone(name: str, sample: Result) -> None:
    for narrow in (False, True):
        spec = CHARTS[name](sample, narrow)
        assert spec is not None
        assert json.loads(json.dumps(spec)) == spec
        box = re.search(r'width="([0-9.]+)"', svg(spec))
        assert box is not None
        assert float(box.group(1)) <= (336 if narrow else 706)


def test_intervals_are_those_of_the_result(sample: Result) -> None:
    spec = CHARTS["pd"](sample, False)
    assert spec is not None
    for end in ("low", "high", "value"):
        drawn = [row[end] for row in spec["data"]["values"]]
        assert drawn[0] == 0.0
        assert drawn[1:] == pytest.approx(sample["pd_curve"]["d1"][end], abs=1e-6)
    drift = CHARTS["drift"](sample, False)
    lows = [p["low"] for e in sample["pd_by_drift"] for p in e["d1"].values()]
    assert _values(drift, "low") == pytest.approx(lows, rel=1e-5)


def test_bars_add_up_to_what_is_due_and_there(sample: Result) -> None:
    spec = CHARTS["calendar"](sample, False)
    assert spec is not None
    month = sample["calendar"][1]
    rows = [r for layer in spec["layer"] for r in layer["data"]["values"]
            if r["month"] == month["month"]]
    due = sum(r["value"] for r in rows if r["side"] == "due")
    there = sum(r["value"] for r in rows if r["side"] == "there")
    assert due * 1e6 == pytest.approx(sum(month["due"].values()))
    keys = ("cash", "coins_in_time", "funding", "frozen", "trapped")
    assert there * 1e6 == pytest.approx(sum(month[k] for k in keys))


def test_cause_bars_carry_two_standard_errors(sample: Result) -> None:
    spec = CHARTS["causes"](sample, False)
    first = max(sample["causes"], key=lambda c: c["share"])
    assert _values(spec, "low")[0] == pytest.approx(first["share"] - 2 * first["se"])
    assert _values(spec, "high")[0] == pytest.approx(first["share"] + 2 * first["se"])


def test_the_tornado_holds_each_end_and_the_widest_first(sample: Result) -> None:
    spec = CHARTS["tornado"](sample, False)
    widths = [abs(a - b) for a, b in
              zip(_values(spec, "low"), _values(spec, "high"), strict=True)]
    assert widths == sorted(widths, reverse=True)
    assert len(widths) == len(sample["assumptions"])


def test_what_is_empty_is_not_drawn(script: dict[str, Any]) -> None:
    drawn = set(page_svgs(script["certain"](0.0)))
    assert drawn == {"pd", "drift", "runway", "calendar", "fan"}


def test_the_ends_draw(script: dict[str, Any]) -> None:
    for result in (script["certain"](1.0), script["long_names"]()):
        assert {"pd", "causes", "calendar"} <= set(page_svgs(result))


def test_page_drawings_follow_the_page_and_do_not_clash(sample: Result) -> None:
    drawings = page_svgs(sample)
    every = "".join(wide + narrow for wide, narrow in drawings.values())
    fixed = {light for light, _ in COLOURS.values()} | {stand for stand, _ in HATCHES.values()}
    assert not [c for c in fixed if f'"{c}"' in every]
    used = set(re.findall(r"var\(--([a-z]+)\)", every))
    assert used
    assert used <= set(COLOURS)
    assert "url(#hatch-frozen)" in every
    ids = re.findall(r'\bid="([^"]+)"', every)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r"url\(#([^)]+)\)", every))
    assert {t for t in targets if not t.startswith("hatch-")} <= set(ids)


def test_a_png_comes_from_the_same_specification(sample: Result) -> None:
    spec = CHARTS["calendar"](sample, False)
    assert spec is not None
    assert png(spec, 1.0).startswith(b"\x89PNG\r\n")
