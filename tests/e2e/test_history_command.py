"""``hashfall history``: table, chart, page and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.cli.history import epoch_records, lines, sparkline

Capture = pytest.CaptureFixture[str]


def _json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert main(["history", "--json", "-", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    data: dict[str, Any] = json.loads(out)
    return data


def test_the_table_is_readable_at_80_columns(capsys: Capture) -> None:
    assert main(["history"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split()[:3] == ["epoch", "begins", "difficulty"]
    assert out[20].split()[0] == "473"
    assert "~" in out[20]
    assert all(len(line) <= 80 for line in out)


def test_all_of_it_fits_too(capsys: Capture) -> None:
    assert main(["history", "--from", "2009-01-01"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in out)
    assert sum(line[:5].strip().isdigit() for line in out) == 474


def test_the_json_has_the_keys_of_the_contract(capsys: Capture) -> None:
    data = _json(capsys, "--last", "30")
    assert data["schema"] == "hashfall.history/1"
    assert len(data["epochs"]) == 30
    assert data["definition"] == "epoch-mean"
    assert {s["column"] for s in data["sources"]} >= {"bits", "price_usd", "fees_btc"}
    assert all(s["licence"] and s["source"] for s in data["sources"])
    provenance = data["provenance"]
    assert provenance["inputs"][0]["name"] == "cases/history.csv"
    assert set(provenance) >= {"version", "created", "seed", "definitions", "environment"}


def test_an_epoch_has_its_figures(capsys: Capture) -> None:
    (epoch,) = _json(capsys, "--from", "2024-02-15", "--to", "2024-02-16")["epochs"]
    assert epoch["epoch"] == 412
    assert epoch["height_first"] == 830_592
    assert epoch["bits"] == "170371b1"
    assert epoch["start"].startswith("2024-02-15T")
    assert epoch["hashprice_usd_ph_day"] == pytest.approx(
        epoch["hashprice_btc_ph_day"] * epoch["price_usd"], rel=1e-12
    )


def test_what_is_unknown_is_null(capsys: Capture) -> None:
    last = _json(capsys, "--last", "1")["epochs"][0]
    assert last["start_basis"] == "retarget"
    for key in ("time_first", "time_last", "price_usd", "fees_btc", "hashrate_eh_s"):
        assert last[key] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--last", "0"], "--last: expected a number of epochs, 1 or more, found 0"),
        (["--from", "2027-01-01"], "--from and --to: expected dates between which"),
        (["--from", "2025-13-01"], "--from: expected a date"),
        (["--to", "yesterday"], "--to: expected a date"),
        (["--plot", "x.pdf"], "--plot: expected a file name that ends in .svg or .png"),
        (["--last", "many"], "--last"),
    ],
)
def test_bad_input_is_one_line_and_code_2(
    arguments: list[str], message: str, capsys: Capture
) -> None:
    assert main(["history", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert message in err


def test_charts_and_page_are_files_of_their_own(tmp_path: Path, capsys: Capture) -> None:
    page, picture, drawing = (tmp_path / n for n in ("p.html", "c.png", "c.svg"))
    files = ["--html", str(page), "--plot", str(picture), "--quiet"]
    assert main(["history", "--last", "60", *files]) == 0
    assert main(["history", "--last", "60", "--plot", str(drawing), "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert drawing.read_text().startswith("<svg")
    text = page.read_text()
    assert "hashprice, USD/PH/day" in text
    assert "CC BY-NC" in text
    links = [part for part in text.split('"') if part.startswith("http")]
    assert set(links) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.png", "c.svg", "p.html"]


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("")
    for flag, name in (("--plot", "x.png"), ("--plot", "x.svg"), ("--html", "x.html"),
                       ("--json", "x.json")):  # fmt: skip
        assert main(["history", flag, str(tmp_path / "file" / name)]) == 2
        assert "expected a file that can be written" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_process_of_its_own_prints_the_same(run_cli: Callable[..., Any]) -> None:
    done = run_cli("history", "--last", "3")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:4] == lines(epoch_records()[-3:])[:4]


def test_a_flat_curve_and_gaps() -> None:
    assert sparkline([3.0, 3.0, None], 3) == ("   ", "▁▁ ")


def test_many_values_share_columns() -> None:
    upper, lower = sparkline([float(i + 1) for i in range(1000)], 40)
    assert len(upper) == len(lower) == 40
    assert lower[0] == "▁"
    assert upper[-1] == "█"


def test_a_range_without_prices_leaves_their_curve_out() -> None:
    text = "\n".join(lines(epoch_records()[:30]))
    assert "difficulty" in text
    assert text.count("USD/PH/day") == 1  # the column's head
