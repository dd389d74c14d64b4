"""The shipped history: what it says, where it is silent, and that nothing looks ahead."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from hashfall.engine.snapshot import Snapshot
from hashfall.errors import InputError
from hashfall.ingest import history as module
from hashfall.ingest.history import (
    FIRST_DATE,
    end_of_day_s,
    epoch_at,
    last_fees_btc_per_block,
    last_full_date,
    load_history,
    snapshot,
)
from hashfall.ingest.history_table import (
    COLUMNS,
    History,
    epoch_starts_s,
    format_history,
    parse_history,
)
from hashfall.model.consensus import subsidy_sat

HEAD = ",".join(COLUMNS)
ROW = "0,0,1d00ffff,1231006505,1233061996,,,0,,0.0,days"


def test_every_epoch_is_there_once() -> None:
    history = load_history()
    assert len(history) == 474
    assert history.epoch.tolist() == list(range(474))
    assert (np.diff(history.start_s) > 0.0).all()


def test_known_parts_end_where_the_sources_end() -> None:
    history = load_history()
    for column, known in ((history.time_first, 464), (history.time_last, 463),
                          (history.fees_btc, 466)):  # fmt: skip
        assert not np.isnan(column[:known]).any()
        assert np.isnan(column[known:]).all()
    priced = np.flatnonzero(~np.isnan(history.price_usd))
    assert priced.tolist() == list(range(80, 467))


def test_an_epoch_without_times_has_the_hashrate_its_retarget_implies() -> None:
    """Where both ways are open, the span read back from the retarget is the measured one."""
    history = load_history()
    hidden = replace(history, time_last=np.full(len(history), math.nan))
    both = slice(33, 463)
    apart = hidden.span_s[both] - (history.time_last - history.time_first)[both]
    clamped = np.abs(apart) > 20.0
    assert clamped.sum() == 1  # the one epoch that ran into the clamp
    assert np.median(np.abs(apart)) < 2.0


def test_the_mean_subsidy_of_an_epoch_with_a_halving_lies_between() -> None:
    history = load_history()
    assert history.subsidy_btc[415] == 6.25
    assert history.subsidy_btc[416] == pytest.approx(6.25 * 2 / 3 + 3.125 / 3)
    assert history.subsidy_btc[417] == 3.125


def test_hashprice_falls_at_the_halving_and_has_its_known_size() -> None:
    usd = load_history().hashprice_usd_ph_day
    assert 47.0 < usd[418] < 60.0  # reported 47-50 after the first days of May 2024
    assert 90.0 < usd[414] < 130.0  # reported 100-120 before
    assert np.isnan(usd[466:]).all()


@pytest.mark.parametrize(
    ("day", "epoch"),
    [
        (date(2021, 7, 3), 342),  # block 689,472 came at 06:35 UTC
        (date(2021, 7, 2), 341),
        (date(2026, 2, 6), 463),
        (date(2026, 2, 7), 464),  # read back from the retarget
        (date(2030, 1, 1), 473),
    ],
)
def test_the_epoch_at_the_end_of_a_day(day: date, epoch: int) -> None:
    assert epoch_at(day) == epoch


def test_days_before_prices_are_refused() -> None:
    for ask in (epoch_at, snapshot, last_fees_btc_per_block):
        with pytest.raises(InputError, match="expected 2012-01-01 or later, found 2011-12-31"):
            ask(date(2011, 12, 31))
    with pytest.raises(InputError, match="first complete epoch with a price"):
        snapshot(FIRST_DATE)


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_a_price_is_a_positive_number(price: float) -> None:
    with pytest.raises(InputError, match="price_usd: expected a price above 0"):
        snapshot(date(2022, 9, 30), price)


def test_the_state_on_the_date_of_a_case() -> None:
    """2022-09-30: block 756,000 opened epoch 375 on 28 September; the tip was near 756,414."""
    state = snapshot(date(2022, 9, 30))
    assert state.bits == 0x1708F9AE
    assert state.subsidy_btc == 6.25
    assert 756_350 < state.height < 756_480
    assert state.blocks == pytest.approx(state.height - 756_000, abs=1.0)
    assert state.elapsed_days == pytest.approx(2.877, abs=1e-3)
    assert state.price_usd == 19422.0
    assert "epoch 374 (2022-09-13 to 2022-09-28)" in state.price_source
    assert state.hashrate_eh_s == pytest.approx(224.4, abs=0.1)
    assert state.note == ""


def test_a_price_that_is_given_is_used_and_changes_nothing_else() -> None:
    day = date(2025, 5, 31)
    given, own = snapshot(day, 104_600.0), snapshot(day)
    assert (given.price_usd, given.price_source) == (104_600.0, "given")
    assert replace(given, price_usd=own.price_usd, price_source=own.price_source) == own


def test_after_the_history_the_last_epoch_goes_on_and_says_so() -> None:
    state = snapshot(date(2027, 3, 1))
    assert state.bits == load_history().bits[-1]
    assert 0.0 <= state.blocks <= 2015.0
    assert 0.0 <= state.elapsed_days < 16.0
    assert state.height > 953_568 + 2016
    assert "after the shipped history" in state.note
    assert "fees known to epoch 465" in state.note
    assert "6 complete epochs before the last one" in state.price_source


def test_the_smoothed_hashprice_lies_among_the_recent_ones() -> None:
    n = epoch_at(date(2025, 5, 31))
    recent = load_history().hashprice_usd_ph_day[n - 12 : n]
    smoothed = math.exp(snapshot(date(2025, 5, 31)).log_hashprice_ema)
    assert recent.min() < smoothed < recent.max()


def _cut(history: History, n: int) -> History:
    """The history up to an epoch that has begun, what that epoch brought made absurd."""
    parts = {f.name: getattr(history, f.name)[: n + 1] for f in fields(history)}
    for name in ("time_last", "price_usd", "price_sd", "fees_btc"):
        parts[name] = np.append(parts[name][:-1], 1e15)
    return History(**parts)


@pytest.mark.parametrize(
    "day",
    [date(2014, 3, 5), date(2021, 7, 3), date(2022, 9, 30), date(2024, 4, 20), date(2026, 1, 22)],
)
def test_nothing_after_the_date_is_used(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = snapshot(day)
    cut = _cut(load_history(), epoch_at(day))
    monkeypatch.setattr(module, "load_history", lambda: cut)
    assert snapshot(day) == expected


def test_every_day_has_a_sound_state() -> None:
    day, states = date(2012, 2, 1), []
    while day < date(2026, 7, 1):
        states.append(snapshot(day))
        day += timedelta(days=11)
    for state in states:
        assert isinstance(state, Snapshot)
        assert 0.0 <= state.blocks <= 2015.0
        assert state.elapsed_days >= 0.0
        assert state.subsidy_btc * 1e8 == subsidy_sat(state.height + 1)
        assert math.isfinite(state.log_fee_ratio + state.log_hashprice_ema)
        assert state.hashrate_eh_s > 0.0
    heights = [state.height for state in states]
    assert heights == sorted(heights)


def test_the_last_full_day_has_price_and_fees_of_the_last_complete_epoch() -> None:
    day, after = last_full_date(), last_full_date() + timedelta(days=1)
    assert snapshot(day).note == ""
    assert snapshot(after).note != ""


def test_fees_of_a_block_come_from_the_last_complete_epoch() -> None:
    fees, epoch = last_fees_btc_per_block(date(2024, 4, 25))
    assert epoch == 416
    assert fees == load_history().fees_btc[416] / 2016


def test_starts_are_read_back_from_retargets() -> None:
    history = load_history()
    known = [int(t) for t in history.time_first[:460]]
    starts = epoch_starts_s([int(b) for b in history.bits[:461]], [*known, None])
    assert abs(starts[-1] - history.time_first[460]) < 3600.0


def test_the_end_of_a_day_is_24_hours_utc() -> None:
    assert datetime.fromtimestamp(end_of_day_s(date(2024, 2, 28)), UTC).isoformat() == (
        "2024-02-29T00:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "history.csv: line 1: expected epoch,"),
        (f"{HEAD}\n0,0\n", "line 2: expected 11 cells, found 2 cells"),
        (f"{HEAD}\n{ROW}\n{ROW}\n", "line 3: expected epoch 1, found epoch 0"),
        (f"{HEAD}\n{ROW.replace('1d00ffff', 'xyz')}\n", "line 2: expected numbers"),
        (f"{HEAD}\n{ROW.replace('1231006505', '1.5')}\n", "line 2: expected numbers"),
    ],
)
def test_a_damaged_table_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse_history(text)
    assert "\n" not in str(caught.value)


def test_a_sound_table_is_read() -> None:
    rows = parse_history(f"{HEAD}\n{ROW}\n")
    assert rows[0].price_usd is None
    assert format_history(rows) == f"{HEAD}\n{ROW}\n"
