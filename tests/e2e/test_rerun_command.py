"""Every kind of result that can be run again is, to the last bit, from the file alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main

SCENARIO = """
schema = "hashfall.scenario/1"
name = "storm and price"
for = "*"
[world]
price_path = [[2026-06-01, 5e4]]
[[network.window]]
place = "texas"
start = 2026-06-24
end = 2026-06-28
affected = 0.6
"""
DRIFT = """
schema = "hashfall.scenario/1"
name = "no drift"
for = "*"
world = { drift_per_year = 0.0 }
"""
SHARES = "dimension,name,share\r\npool,Foundry USA,0.3\r\npool,Ünal,0.2\r\n"
KINDS: dict[str, tuple[list[str], str]] = {
    "cashout": ([
        "cashout", "intelion", "--as-of", "2026-02-01", "--need", "5e6USD", "--by", "2026-03-01",
        "--close", "otc", "--freeze", "main", "--share", "0.5", "--from", "2026-02-05",
        "--days", "30", "--scenario", "storm.toml", "--scenario", "drift.toml",
        "--set", "market.price_usd=90000", "--paths", "256", "--seed", "11",
    ], "deliverable.0.usd"),
    "surface": (["cashout", "--surface", "--paths", "256"], "points.3.pd.value"),
    "network": ([
        "network", "--exit", "russia", "--as-of", "2026-03-19", "--scenario", "storm.toml",
        "--shares", "own.csv", "--paths", "1024", "--years", "1",
    ], "difficulty.0.p50"),
    "replay": (["replay", "mine.toml", "--paths", "256", "--view", "before"],
               "replays.0.cumulative_predicted_pct"),
    "forecast": (["forecast", "difficulty", "--inside"], "scores.0.crps"),
}
NEEDED = {"cashout": "asked", "surface": "options", "network": "shares", "replay": "events",
          "forecast": "options"}
Written = Callable[[str], Path]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def written(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Writes a result once; what it was made from is gone when it is run again."""
    done: dict[str, Path] = {}

    def write(kind: str) -> Path:
        if kind not in done:
            folder = tmp_path_factory.mktemp(kind)
            event = (root / "src/hashfall/cases/events/fern-2026.toml").read_text("utf-8")
            texts = {"storm.toml": SCENARIO, "drift.toml": DRIFT, "own.csv": SHARES,
                     "mine.toml": event.replace('id = "fern-2026"', 'id = "mine"')}
            for name, text in texts.items():
                (folder / name).write_text(text, encoding="utf-8", newline="")
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                assert main([*KINDS[kind][0], "--json", "result.json", "--quiet"]) == 0
            for name in texts:
                (folder / name).unlink()
            done[kind] = folder / "result.json"
        return done[kind]

    return write


def _place(tree: Any, path: str) -> tuple[Any, Any]:
    """Where the last step of a dotted path leads from, and the step."""
    *steps, last = [int(x) if x.isdigit() else x for x in path.split(".")]
    for step in steps:
        tree = tree[step]
    return tree, last


def _changed(file: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    data = json.loads(file.read_text("utf-8"))
    change(data)
    out = folder / "changed.json"
    out.write_text(json.dumps(data), encoding="utf-8")
    return str(out)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bits_come_again(kind: str, written: Written, capsys: Captured) -> None:
    file = str(written(kind))
    capsys.readouterr()
    for threads in ("1", "2"):
        assert main(["rerun", file, "--threads", threads, "--json", "-", "--quiet"]) == 0
        outcome = json.loads(capsys.readouterr().out)
        assert outcome["identical"] is True and outcome["differences"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_figure_is_found(
    kind: str, written: Written, tmp_path: Path, capsys: Captured
) -> None:
    def change(data: dict[str, Any]) -> None:
        tree, last = _place(data, KINDS[kind][1])
        tree[last] += 1e-9 * max(1.0, abs(tree[last]))

    file = _changed(written(kind), tmp_path, change)
    capsys.readouterr()
    assert main(["rerun", file, "--json", "-", "--quiet"]) == 1
    found = json.loads(capsys.readouterr().out)["differences"]
    assert [d["path"].replace("[", ".").replace("]", "") for d in found] == [KINDS[kind][1]]


@pytest.mark.parametrize("kind", KINDS)
def test_without_what_it_takes_nothing_runs(
    kind: str, written: Written, tmp_path: Path, capsys: Captured
) -> None:
    key = NEEDED[kind]
    file = _changed(written(kind), tmp_path, lambda data: data["provenance"].pop(key))
    capsys.readouterr()
    assert main(["rerun", file, "--quiet"]) == 2
    text = capsys.readouterr()
    assert text.out == "" and text.err.count("\n") == 1
    assert f"no '{key}'" in text.err


def test_a_changed_book_is_run_as_it_is_written(
    written: Written, tmp_path: Path, capsys: Captured
) -> None:
    """The book inside the result counts, not the case file of today."""
    def change(data: dict[str, Any]) -> None:
        account = next(iter(data["provenance"]["book"]["accounts"].values()))
        account["balance"] = 1.0

    file = _changed(written("cashout"), tmp_path, change)
    capsys.readouterr()
    assert main(["rerun", file, "--json", "-", "--quiet"]) == 1
    paths = {d["path"] for d in json.loads(capsys.readouterr().out)["differences"]}
    assert "provenance.inputs[0].sha256" in paths
    assert any(path.startswith("deliverable") for path in paths)
