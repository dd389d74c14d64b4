"""Drawing in processes of their own: the order is kept, and no process is left behind."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from hashfall.report import drawer
from hashfall.report.spec import Spec

BAD: Spec = {"mark": {"type": "no such mark"}, "data": {"values": [{}]}}


def _bar(width: int) -> Spec:
    return {"data": {"values": [{"x": 1.0}]}, "mark": "bar", "width": width,
            "encoding": {"x": {"field": "x", "type": "quantitative"}}}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """Every process that the drawer starts."""
    found: list[subprocess.Popen[str]] = []

    class Kept(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    return found


def _ended(process: subprocess.Popen[str]) -> bool:
    pipes = (process.stdin, process.stdout, process.stderr)
    return process.returncode is not None and all(p is None or p.closed for p in pipes)


def test_drawings_keep_the_order_of_their_charts(started: list[subprocess.Popen[str]]) -> None:
    specs = [_bar(width) for width in (100, 200, 300)]
    assert drawer.draw_all(specs) == drawer.draw_here(specs)
    assert [_ended(process) for process in started] == [True, True]


def test_no_process_outlives_one_that_fails(started: list[subprocess.Popen[str]]) -> None:
    with pytest.raises(RuntimeError, match=r"chart: a drawing process failed: \S"):
        drawer.draw_all([BAD, _bar(100)])
    assert [_ended(process) for process in started] == [True, True]


def test_nothing_to_draw_starts_nothing(started: list[subprocess.Popen[str]]) -> None:
    assert drawer.draw_all([]) == []
    assert started == []
