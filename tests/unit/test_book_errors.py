"""What is wrong with a book is said in one line: file, place, expected, found, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hashfall.book.load import MAX_BYTES, load_book, parse_book
from hashfall.errors import InputError

TEXT = (Path(__file__).parents[1] / "data/full_book.toml").read_text("utf-8")


def _error(old: str, new: str) -> str:
    assert old in TEXT, f"the test book has no {old!r}"
    with pytest.raises(InputError) as caught:
        parse_book(TEXT.replace(old, new, 1), "a.toml")
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.exit_code == 2
    return text


def test_the_test_book_is_sound() -> None:
    assert parse_book(TEXT, "a.toml").id == "full"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "mw = 10.0", "mw = '10 MW'",
            "a.toml: sites.steppe.mw: expected a number >= 0 [MW], "
            'found "10 MW"; write the number alone, in MW',
            id="unit inside a text",
        ),
        pytest.param(
            'unit = "MW"', 'unit = "kW"',
            "a.toml: sites.north.mw: expected the unit MW, found kW",
            id="other unit",
        ),
        pytest.param(
            'unit = "RUB"', 'unit = "USD"',
            "a.toml: claims.award.amount.unit: expected the unit RUB, found USD; "
            "rule stated_units",
            id="unit of another currency",
        ),
        pytest.param(
            "collected = 0.9", "collected = 90",
            "a.toml: receivables.june.collected: expected a number >= 0 and <= 1 [share], "
            "found 90; a share, not percent: 90% is 0.9",
            id="percent",
        ),
        pytest.param(
            "tariff_per_kwh = 5.0", "tariff_per_kwh = 5000.0",
            "a.toml: hosting.clients.tariff_per_kwh: expected a price per kWh, at most "
            "158 RUB/kWh, found 5000; a price per MWh is 1000 times it (rule power_prices)",
            id="price per MWh",
        ),
        pytest.param(
            "balance = 1.0e5", "balance = -1.0e5",
            "a.toml: accounts.spare.balance: expected a number >= 0 [currency], found -100000",
            id="negative cash",
        ),
        pytest.param(
            "balance = 1.0e5", "balance = nan",
            "a.toml: accounts.spare.balance: expected a number >= 0 [currency], found nan",
            id="NaN",
        ),
        pytest.param(
            "mw = { low = 30.0", "mw = { low = -inf",
            "a.toml: sites.north.mw.low: expected a number >= 0 [MW], found -inf",
            id="infinite",
        ),
        pytest.param(
            "balance = 1.0e5", "balanse = 1.0e5",
            "a.toml: accounts.spare.balanse: expected a known key, found 'balanse'; "
            "did you mean balance? (and 1 more)",
            id="unknown key",
        ),
        pytest.param(
            "[coins]", "[coinz]",
            "a.toml: coinz: expected a known key, found 'coinz'; did you mean coins?",
            id="unknown section",
        ),
        pytest.param(
            "mid = 40.0, high = 45.0", "mid = 46.0, high = 45.0",
            "a.toml: sites.north.mw: expected low <= mid <= high, found 30, 46, 45",
            id="range out of order",
        ),
        pytest.param(
            "low = 2025-07-01, mid = 2025-09-01", "low = 2025-10-01, mid = 2025-09-01",
            "a.toml: events.leaving.start: expected low <= mid <= high, "
            "found 2025-10-01, 2025-09-01, 2026-01-01",
            id="dates out of order",
        ),
        pytest.param(
            "mw = 10.0", "",
            "a.toml: sites.steppe.mw: expected a number >= 0 [MW], found nothing; "
            "where it is not known, give { rule } or { low, mid, high }",
            id="no number",
        ),
        pytest.param(
            "mw = { low = 30.0, ", "mw = { ",
            "a.toml: sites.north.mw.low: expected a number >= 0 [MW], found nothing; "
            "give low, mid and high",
            id="half a range",
        ),
        pytest.param(
            "mw = 10.0", "mw = { value = 10.0 }",
            "a.toml: sites.steppe.mw.source: expected a value, found nothing; names of entries "
            "of `sources`, or text that starts with assumption, sizing rule or definition",
            id="value without source",
        ),
        pytest.param(
            "mw = 10.0", "mw = true",
            "a.toml: sites.steppe.mw: expected a number >= 0 [MW], found true",
            id="boolean",
        ),
        pytest.param(
            "mw = 10.0", "mw = [1.0]",
            "a.toml: sites.steppe.mw: expected a number >= 0 [MW], found an array",
            id="array",
        ),
        pytest.param(
            "mw = 10.0", "mw = { value = '10', source = 'press' }",
            'a.toml: sites.steppe.mw.value: expected a number >= 0 [MW], found "10"; '
            "write the number alone, in MW",
            id="text inside a figure",
        ),
        pytest.param(
            "j_per_th = 38.0", "j_per_th = 0.0",
            "a.toml: fleet.ring_own.j_per_th: expected a number > 0 and <= 2000 [J/TH], found 0",
            id="open bound",
        ),
        pytest.param(
            "due = 2025-06-20", "due = '2025-06-20'",
            "a.toml: receivables.june.due: expected a date such as 2025-05-31, "
            'found "2025-06-20"; write it without quotes',
            id="date in quotes",
        ),
        pytest.param(
            "due = 2025-06-20", "due = 2025-06-20T10:00:00Z",
            "a.toml: receivables.june.due: expected a date such as 2025-05-31, "
            "found 2025-06-20T10:00:00+00:00",
            id="date with time",
        ),
        pytest.param(
            'test = "quarter"', 'test = "year"',
            "a.toml: covenants.cover.test: expected 'day', 'month' or 'quarter', found \"year\"",
            id="unknown word",
        ),
        pytest.param(
            "look_ahead_days = 10", "look_ahead_days = 10.5",
            "a.toml: treasury.look_ahead_days: expected a whole number, found 10.5",
            id="not whole",
        ),
        pytest.param(
            "look_ahead_days = 10", "look_ahead_days = 100",
            "a.toml: treasury.look_ahead_days: expected a number <= 60, found 100",
            id="whole number out of bounds",
        ),
        pytest.param(
            "at_crediting = true", "at_crediting = 1",
            "a.toml: tax.at_crediting: expected true or false, found 1",
            id="not a boolean",
        ),
        pytest.param(
            'lender = "a desk"', "lender = 7",
            "a.toml: coin_loans.desk.lender: expected text, found 7",
            id="not a text",
        ),
        pytest.param(
            'currency = "RUB"', 'currency = "rouble"',
            'a.toml: currency: expected a currency such as USD, found "rouble"',
            id="not a currency",
        ),
        pytest.param(
            "[claims.award]", "[claims.'a b']",
            'a.toml: claims.a b: expected a name of letters, digits, _ and -, found "a b"',
            id="not a name",
        ),
        pytest.param(
            "[accounts.main]", "[accounts]\nmain = 3\n[accounts.other]",
            "a.toml: accounts.main: expected a table, found 3",
            id="not a table",
        ),
        pytest.param(
            "as_of = 2025-05-31", "",
            "a.toml: as_of: expected a value, found nothing; date of the balances",
            id="no date",
        ),
        pytest.param(
            "hashfall.book/1", "hashfall.scenario/1",
            "a.toml: schema: expected 'hashfall.book/1', found \"hashfall.scenario/1\"; "
            "this is a scenario: give it with --scenario",
            id="a scenario",
        ),
    ],
)
def test_one_line_for_one_field(old: str, new: str, said: str) -> None:
    assert _error(old, new) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "full"', "id = full", 'a.toml: line 3, column 6: expected TOML, found "id = full";'),
        ("[market]", "[market", 'a.toml: line 10, column 8: expected TOML, found "[market";'),
        ('id = "full"', 'id = "full"\nid = "b"', "a.toml: line 4, column 9: expected TOML"),
        ("[coins]", "[coins]\nx = " + "[" * 3000, "a.toml: expected TOML, found brackets"),
        ("[coins]", f"[{'a.' * 300_000}b]", "a.toml: line 102: expected a key of few parts, found"),
        ("balance = 1.0e5", f"balance = {'9' * 5000}", "a.toml: expected TOML, found another"),
        ("[coins]", '[coins]\nx = """', "a.toml: end of file: expected TOML, found a text that"),
    ],
)
def test_malformed_toml(old: str, new: str, said: str) -> None:
    assert _error(old, new).startswith(said)


def test_a_number_too_large_for_a_float() -> None:
    said = _error("balance = 1.0e5", f"balance = {'9' * 400}")
    assert said.endswith("found a whole number of more than 15 digits")


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in _error("[coins]", '["co\\u001b[31mins"]')
    assert "\x1b" not in _error('bank = "a bank"', 'bank = "a"\nkind = "\\u001b[31m"')


def test_a_long_text_is_cut() -> None:
    assert len(_error("mw = 10.0", f"mw = '{'x' * 5000}'")) < 200


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    with path.open("wb") as stream:
        stream.truncate(1_000_000_000)  # sparse: takes no room, yet says a gigabyte
    with pytest.raises(InputError) as caught:
        load_book(path)
    assert str(caught.value) == (
        f"{path}: expected a file of at most {MAX_BYTES:,} bytes, found 1,000,000,000 bytes"
    )


def test_a_stream_without_size_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(InputError, match=r"at most 2,000,000 bytes, found more"):
        load_book("/dev/zero")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a file, found none; check the path"):
        load_book(tmp_path / "none.toml")
    with pytest.raises(InputError, match="expected a file, found a folder"):
        load_book(tmp_path)
    with pytest.raises(InputError, match="a file that can be read, found file name too long"):
        load_book(tmp_path / ("x" * 300))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"schema = 1\n# \xe9")
    with pytest.raises(InputError, match="line 2: expected text in UTF-8, found byte 0xe9"):
        load_book(latin)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert load_book(path).id == "full"
