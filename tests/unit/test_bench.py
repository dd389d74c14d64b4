"""Each benchmark runs; its opponents compute the same model; the command says what it found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hashfall.bench import registry
from hashfall.bench.bare import bare_run
from hashfall.bench.jobs import COHORT, SMOKE, Size, cohort, job
from hashfall.bench.numpy_ledger import NumpyLedger
from hashfall.bench.registry import BENCHES, chosen, run
from hashfall.bench.result import Result
from hashfall.bench.speed import SEED, agreement
from hashfall.cli import main
from hashfall.cli.bench import lines
from hashfall.engine.kernels import kernels
from hashfall.model.columns import Head, Row
from hashfall.model.layout import WorldRow


@pytest.mark.parametrize("name", BENCHES)
def test_each_benchmark_runs(name: str) -> None:
    results = list(run(name, SMOKE))
    assert results
    for result in results:
        assert result.id == name
        assert result.runs
        assert all(np.isfinite(x) and x > 0.0 for x in result.runs)
        assert result.same_bits
        assert not result.rates or all(x > 0.0 for x in result.rates.values())


def test_made_up_company_has_one_of_everything() -> None:
    head = job("rich", 40).packed.head
    counts = (Head.FLEETS, Head.HOSTS, Head.LINES, Head.TAPS, Head.FREEZES, Head.LOANS,
              Head.COVENANTS, Head.REGIONS, Head.SECURED)
    assert all(head[count] > 0 for count in counts)


def test_numpy_ledger_is_the_kernel_s_on_the_same_world() -> None:
    one = job("rich", 400)
    lanes = bare_run(one, 128, SEED)()[0]
    plan = one.world
    out = np.zeros((plan.days, int(WorldRow.COUNT) * 128))
    kernels().world(np.repeat(plan.state, 128), plan.p, plan.table, plan.fixed, out, 0, 1,
                    plan.days, SEED)
    ledger = NumpyLedger(one.packed, 128)
    for day in range(1, plan.days + 1):
        ledger.step(day, out[day - 1].reshape(-1, 128))
    assert 0.0 < np.mean(ledger.st[Row.D1] <= plan.days) < 1.0
    np.testing.assert_allclose(ledger.st[: Row.PRICE], lanes[: Row.PRICE], rtol=1e-9, atol=1e-6)


def test_companies_of_one_quarter_share_a_world() -> None:
    plan, packed = cohort(2 * len(COHORT), 40)
    assert len(packed) == 2 * len(COHORT)
    assert all(len(p.schedule) == plan.days + 1 for p in packed)
    books = {p.values.tobytes() + p.state.tobytes() for p in packed}
    assert len(books) == len(packed)  # draws of one book differ


def test_default_shares_that_differ_are_seen() -> None:
    ours = np.array([0.1, 0.3])
    assert agreement(ours, ours + 0.01, 10_000, 10_000) < 4.0
    assert agreement(ours, ours + 0.05, 10_000, 10_000) > 4.0


def test_ids_keep_the_order_of_the_table() -> None:
    assert chosen(None) == list(BENCHES)
    assert chosen(["threads", "vector-numpy"]) == ["vector-numpy", "threads"]


def _results(same_bits: bool) -> list[Result]:
    return [
        Result("threads", "bitriver", "one thread, wall time", [1.9, 1.8, 1.7], 1.7,
               same_bits=same_bits, rates={"one": 20.0, "two": 37.0}),
        Result("memory", "1,000,000 paths", "300 MB", [200.0], 300.0, True, unit="MB"),
        Result("orientation", "100,000 paths", "5 years, two threads", [3.0], unit="s",
               note="A long remark. " * 12),
    ]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the command find what a test says instead of measuring."""
    def measure(same_bits: bool) -> None:
        def fake(name: str, size: Size | None = None) -> Iterator[Result]:
            return (r for r in _results(same_bits) if r.id == name)

        monkeypatch.setattr(registry, "run", fake)

    return measure


def test_command_prints_a_table_and_json(measured: Any, tmp_path: Path,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    measured(True)
    target = tmp_path / "bench.json"
    arguments = ["bench", "threads", "memory", "orientation", "--json", str(target)]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "1.80 x" in text
    assert "2 of 2 bars met" in text
    document = json.loads(target.read_text())
    assert document["schema"] == "hashfall.bench/1"
    assert document["provenance"]["version"]
    assert document["machine"]["processor"]
    first, second, third = document["benches"]
    assert first["id"] == "threads"
    assert (first["ratio"], first["against"]) == (1.8, "one thread, wall time")
    assert first["runs"] == [1.9, 1.8, 1.7]
    assert second["ratio"] == pytest.approx(2.0 / 3.0)
    assert third["ratio"] is None


def test_outputs_that_differ_end_with_1(measured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    measured(False)
    assert main(["bench", "threads"]) == 1
    captured = capsys.readouterr()
    assert "DIFFERS" in captured.out
    assert captured.err.strip().splitlines() == [
        "hashfall: a bar is missed or outputs differ: threads"
    ]


def test_json_alone_on_stdout(measured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    measured(True)
    assert main(["bench", "memory", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["benches"][0]["id"] == "memory"


@pytest.mark.parametrize("name", ["nosuch", "thread"])
def test_unknown_id_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", name]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert len(captured.err.strip().splitlines()) == 1
    assert name in captured.err


def test_table_fits_a_terminal() -> None:
    names = [f"{case}" for case in (*COHORT, "bitriver", "rich")]
    results = [Result("companies", name, "x" * 200, [0.012, 123.456, 9.99], 6.0, True,
                      same_bits=False, note="word " * 40) for name in names]
    rows = lines(results, "what it is " * 20)
    assert max(len(row) for row in rows if "xxx" not in row) <= 80
