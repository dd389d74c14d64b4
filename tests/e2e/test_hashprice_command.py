"""``hashfall hashprice``: figures given, figures from history, break-evens, bad input."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.cli import main
from hashfall.ingest.history import load_history, snapshot

Capture = pytest.CaptureFixture[str]
GIVEN = ["--price-usd", "87235", "--difficulty", "101.65e12", "--fees-btc-per-block", "0.155",
         "--height", "870000"]  # fmt: skip


def _json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert main(["hashprice", "--json", "-", "--quiet", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    data: dict[str, Any] = json.loads(out)
    return data


def test_figures_that_are_given_need_no_history(capsys: Capture) -> None:
    data = _json(capsys, *GIVEN)
    assert data["schema"] == "hashfall.hashprice/1"
    assert data["definition"] == "expected-144"
    assert data["date"] is None
    assert data["hashprice_usd_ph_day"] == pytest.approx(56.63, abs=0.01)
    assert data["hashprice_btc_ph_day"] == pytest.approx(6.491e-4, abs=1e-7)
    assert data["hashprice_usd_th_day"] == data["hashprice_usd_ph_day"] / 1000.0
    assert data["break_even_j_th"] == pytest.approx(data["hashprice_usd_ph_day"] / 1.2)
    assert data["notes"] == []
    assert data["sources"] == []
    assert set(data["origin"].values()) == {"given"}


def test_the_rest_comes_from_history_at_the_date(capsys: Capture) -> None:
    data, state = _json(capsys, "--date", "2022-09-30"), snapshot(_day("2022-09-30"))
    assert data["definition"] == "epoch-last"
    assert data["price_usd"] == state.price_usd
    assert data["height"] == state.height
    assert data["subsidy_btc"] == state.subsidy_btc
    ratio = math.log(data["fees_btc_per_block"] / data["subsidy_btc"])
    assert ratio == pytest.approx(state.log_fee_ratio)
    assert {s["column"] for s in data["sources"]} >= {"price_usd", "bits"}
    assert data["provenance"]["command"]["date"] == "2022-09-30"


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def test_without_a_date_it_is_the_last_day_of_the_history(capsys: Capture) -> None:
    data = _json(capsys)
    assert data["date"] == "2026-03-19"
    assert data["notes"] == []
    near = load_history().hashprice_usd_ph_day[465]
    assert data["hashprice_usd_ph_day"] == pytest.approx(near, rel=0.01)


def test_a_halving_inside_the_epoch_keeps_the_fees_in_coins(capsys: Capture) -> None:
    data = _json(capsys, "--date", "2024-04-22")
    assert data["subsidy_btc"] == 3.125
    assert data["fees_btc_per_block"] == load_history().fees_btc[415] / 2016


def test_a_height_that_is_given_says_the_subsidy(capsys: Capture) -> None:
    for height, subsidy in ((839_999, 6.25), (840_000, 3.125)):
        assert _json(capsys, "--height", str(height))["subsidy_btc"] == subsidy


def test_a_height_alone_says_the_epoch(capsys: Capture) -> None:
    data, history = _json(capsys, "--height", "700000"), load_history()
    assert (data["date"], data["definition"]) == (None, "epoch-mean")
    assert data["difficulty"] == history.difficulty[347]
    assert data["price_usd"] == history.price_usd[347]
    assert data["hashprice_usd_ph_day"] == pytest.approx(history.hashprice_usd_ph_day[347])
    assert data["origin"]["difficulty"] == "shipped history: difficulty of epoch 347"
    assert data["notes"] == ["no date given: what is missing is that of epoch 347, in which block "
                             "700000 is"]
    assert data["sources"]
    given = _json(capsys, "--height", "700000", "--difficulty", "5e13")
    assert given["difficulty"] == 5e13
    assert given["price_usd"] == history.price_usd[347]


def test_a_height_of_the_newest_epochs_takes_the_last_price(capsys: Capture) -> None:
    data = _json(capsys, "--height", "955000")
    assert data["difficulty"] == load_history().difficulty[473]
    assert data["origin"]["price_usd"] == "shipped history: mean price of epoch 466"


def test_a_height_to_come_keeps_the_last_day(capsys: Capture) -> None:
    data = _json(capsys, "--height", "1050000")
    assert (data["date"], data["subsidy_btc"]) == ("2026-03-19", 1.5625)
    assert "block 1050000 lies beyond the shipped history" in data["notes"][0]


def test_what_is_typed_in_is_called_given(capsys: Capture) -> None:
    assert main(["hashprice", *GIVEN]) == 0
    out = capsys.readouterr().out
    text = " ".join(out.split())
    assert "fees given; expected; price given; no pool fee" in text
    assert "87,235 USD/BTC (given)" in text
    assert "144 blocks" not in out
    assert out.startswith("Hashprice   block 870,000")


def test_fees_as_a_share(capsys: Capture) -> None:
    data = _json(capsys, *GIVEN[:4], "--height", "870000", "--fee-share", "0.2")
    assert data["fees_btc_per_block"] == pytest.approx(3.125 / 4)
    assert data["fee_share"] == pytest.approx(0.2)


def test_a_pool_fee_is_taken_off(capsys: Capture) -> None:
    whole, net = (_json(capsys, *GIVEN, "--definition", d) for d in ("expected-144", "luxor-fpps"))
    assert net["hashprice_usd_ph_day"] == pytest.approx(0.98 * whole["hashprice_usd_ph_day"])
    assert net["definition_detail"]["pool_fee"] == 0.02


def test_what_stands_in_for_a_definition_is_said(capsys: Capture) -> None:
    assert main(["hashprice", "--definition", "realised-day"]) == 0
    out, err = capsys.readouterr()
    assert "realised-day: fees calendar UTC day; used instead: shipped history" in err
    assert "luck drops out" in err
    assert "realised-day" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_break_evens_at_chosen_points(capsys: Capture) -> None:
    data = _json(capsys, *GIVEN, "--power-price-usd-per-kwh", "0.08", "--j-per-th", "30")
    usd = data["hashprice_usd_ph_day"]
    assert data["break_even_j_th"] == pytest.approx(usd / (24 * 0.08))
    assert data["break_even_power_price_usd_per_kwh"] == pytest.approx(usd / (24 * 30))
    assert data["break_even_price_usd"] == pytest.approx(87_235 * 24 * 30 * 0.08 / usd)
    table = data["break_evens"]["j_th_by_power_price"]
    assert [row["power_price_usd_per_kwh"] for row in table] == [0.03, 0.04, 0.05, 0.06, 0.07, 0.08]
    assert table[-1]["j_th"] == pytest.approx(data["break_even_j_th"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--price-usd", "-5"], "--price-usd: expected a number above 0, found -5.0"),
        (["--price-usd", "nan"], "--price-usd: expected a number above 0, found nan"),
        (["--difficulty", "inf"], "--difficulty: expected a number above 0, found inf"),
        (["--fee-share", "1"], "--fee-share: expected a share from 0 to below 1, found 1.0"),
        (["--fee-share", "nan"], "--fee-share: expected a share"),
        (["--fees-btc-per-block", "-1"], "--fees-btc-per-block: expected fees in BTC"),
        (["--fees-btc-per-block", "nan"], "--fees-btc-per-block: expected fees in BTC"),
        (["--fee-share", "0.1", "--fees-btc-per-block", "1"], "--fee-share: expected either it or"),
        (["--fee-share", "0.1", "--height", "99999999"], "where the subsidy is 0"),
        (["--height", "700000", "--date", "2025-01-01"], "--height: expected a block near 2025-01"),
        (["--height", "100"], "--price-usd: expected a figure: no mean price is on file up to"),
        (["--height", "-1"], "--height: expected a block height, 0 or more, found -1"),
        (["--definition", "x"], "--definition: expected one of expected-144, luxor-fpps"),
        (["--date", "2011-06-01"], "date: expected 2012-01-01 or later, found 2011-06-01"),
        (["--date", "30.9.2022"], "--date: expected a date such as"),
        (["--power-price-usd-per-kwh", "0"], "--power-price-usd-per-kwh: expected a number"),
        (["--j-per-th", "nan"], "--j-per-th: expected a number above 0"),
        (["--price-usd", "dear"], "--price-usd"),
    ],
)
def test_bad_input_is_one_line_and_code_2(
    arguments: list[str], message: str, capsys: Capture
) -> None:
    assert main(["hashprice", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert message in err


def test_a_process_of_its_own(run_cli: Callable[..., Any]) -> None:
    done = run_cli("hashprice", *GIVEN)
    assert done.returncode == 0
    assert "56.63 USD/PH/day" in done.stdout
    assert done.stderr == ""
