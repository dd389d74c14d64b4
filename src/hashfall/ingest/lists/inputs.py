"""A user's own inputs of screening: transfers, owners and the policies of venues."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from hashfall.errors import InputError
from hashfall.ingest.lists.source import AGAIN, Source
from hashfall.model.ownership import Stake
from hashfall.model.screening import VenuePolicy
from hashfall.model.screening_address import address_key
from hashfall.model.taint import Transfer

__all__ = ["POLICIES_SCHEMA", "read_owners", "read_policies", "read_transfers"]

POLICIES_SCHEMA: Final = "hashfall.policies/1"
"""Schema of a file of venue policies."""

_SAT: Final = 100_000_000
_MOST_BTC: Final = 21_000_000
_TRANSFER: Final = ("time", "source", "target", "amount_btc")
_OWNER: Final = ("owner", "owned", "percent")
_KEYS: Final[dict[str, str]] = {
    "routes": "an array of route names", "name_score": "a number", "review_score": "a number",
    "lists": "an array of list names", "ownership_threshold": "a number",
    "max_hops": "a whole number", "max_taint_share": "a number", "taint_model": "a text",
    "countries": "an array of country codes", "enforced": "a number",
}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Place and cells of each line of a CSV with exactly these columns."""
    source = Source(path)
    reader = csv.reader((line for _, line in source.lines()), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        if sorted(head) != sorted(columns):
            source.refuse("line 1", f"columns {','.join(columns)}", ",".join(head)[:60] or "none")
        for row in reader:
            place = f"line {reader.line_num}"
            if len(row) != len(head):
                source.refuse(place, f"{len(head)} cells", str(len(row)), AGAIN)
            yield place, {k: v.strip() for k, v in zip(head, row, strict=True)}
    except csv.Error as problem:
        source.refuse(f"line {reader.line_num}", "CSV", str(problem))


def read_transfers(path: Path) -> tuple[Transfer, ...]:
    """Transfers of a file in time order; amounts become whole satoshi.

    Parameters
    ----------
    path : Path
        CSV with the columns ``time,source,target,amount_btc``. Times are block heights or
        ISO dates, all alike and never falling; the order of lines counts within one time.

    Raises
    ------
    InputError
        If a line cannot be used: another number of cells, no address, an amount that is
        no number above 0 with 8 decimals at most, a time before that of the line above.
    """
    out = []
    before = ""
    for place, row in _rows(path, _TRANSFER):
        time = row["time"]
        if time.isdigit():
            time = time.zfill(12)
        if not time or (before and (time < before or time[:1].isdigit() != before[:1].isdigit())):
            raise InputError(str(path), f"{place}: time", "times that never fall",
                             f"{row['time'] or 'none'} after {before.lstrip('0') or 'none'}")
        before = time
        if not row["source"] or not row["target"]:
            raise InputError(str(path), place, "two addresses", "none")
        out.append(Transfer(address_key(row["source"]), address_key(row["target"]),
                            _satoshi(path, place, row["amount_btc"])))
    if not out:
        raise InputError(str(path), "", "transfers", "none")
    return tuple(out)


def _satoshi(path: Path, place: str, text: str) -> int:
    try:
        amount = Decimal(text) * _SAT
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != int(amount) or not 0 < amount <= _MOST_BTC * _SAT:
        raise InputError(str(path), f"{place}: amount_btc",
                         "a number above 0 with 8 decimals at most [BTC]", repr(text[:40]))
    return int(amount)


def read_owners(path: Path) -> tuple[Stake, ...]:
    """Stakes by names of parties. [%]

    Parameters
    ----------
    path : Path
        CSV with the columns ``owner,owned,percent``; an empty ``percent`` is a stake that
        nobody states.

    Raises
    ------
    InputError
        If a line cannot be used: no name, a stake outside 0 to 100, a party that owns
        itself, stakes in one party above 100 in sum.
    """
    out = []
    sums: dict[str, float] = defaultdict(float)
    for place, row in _rows(path, _OWNER):
        if not row["owner"] or not row["owned"]:
            raise InputError(str(path), place, "an owner and what it owns", "no name")
        if row["owner"] == row["owned"]:
            raise InputError(str(path), place, "another owner than itself", repr(row["owner"]))
        percent = _percent(path, place, row["percent"])
        sums[row["owned"]] += percent or 0.0
        if sums[row["owned"]] > 100.0 + 1e-9:
            raise InputError(str(path), place, f"stakes in {row['owned']} of 100% or less in sum",
                             f"{sums[row['owned']]:g}%")
        out.append(Stake(row["owner"], row["owned"], percent))
    if not out:
        raise InputError(str(path), "", "stakes", "none")
    return tuple(out)


def _percent(path: Path, place: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0.0 <= value <= 100.0:
        raise InputError(str(path), f"{place}: percent", "0 to 100, or nothing", repr(text[:40]))
    return value


def read_policies(path: Path) -> tuple[VenuePolicy, ...]:
    """Policies of venues, in the order of the file.

    Parameters
    ----------
    path : Path
        TOML with ``schema = "hashfall.policies/1"`` and one table ``[venues.NAME]`` a
        venue; its keys are the fields of `hashfall.model.screening.VenuePolicy`. Without
        ``routes`` the name is that of a venue or rail of the case.

    Raises
    ------
    InputError
        If the file is no TOML, a key is unknown or of another type, a value is out of
        range, or there is no venue.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError(str(path), "", "a file that can be read",
                         problem.strerror or "an error") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(str(path), "", "TOML in UTF-8", str(problem)) from problem
    if tree.get("schema") != POLICIES_SCHEMA:
        raise InputError(str(path), "schema", repr(POLICIES_SCHEMA), repr(tree.get("schema")))
    other = sorted(set(tree) - {"schema", "venues"})
    venues = tree.get("venues")
    if other or not isinstance(venues, dict) or not venues:
        raise InputError(str(path), other[0] if other else "venues", "[venues.NAME] tables",
                         "something else" if other or venues else "none")
    return tuple(_policy(path, name, table) for name, table in venues.items())


def _policy(path: Path, name: str, table: Any) -> VenuePolicy:
    place = f"venues.{name}"
    if not isinstance(table, dict):
        raise InputError(str(path), place, "a table", "something else")
    for key, value in table.items():
        expected = _KEYS.get(key)
        if expected is None:
            from hashfall.book.messages import nearest

            raise InputError(str(path), f"{place}.{key}", "a rule of a policy", "an unknown key",
                             nearest(key, _KEYS))
        if not _fits(expected, value):
            raise InputError(str(path), f"{place}.{key}", expected, repr(value)[:40])
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v
                              for k, v in table.items()}
    fields["countries"] = tuple(c.upper() for c in fields.get("countries", ()))
    try:
        return VenuePolicy(venue=name, **{"routes": (), **fields})
    except ValueError as problem:
        field_, _, rest = str(problem).partition(": expected ")
        expected, _, found = rest.partition(", found ")
        raise InputError(str(path), f"{place}.{field_}", expected, found) from problem


def _fits(expected: str, value: object) -> bool:
    if expected.startswith("an array"):
        return isinstance(value, list) and all(isinstance(v, str) and v for v in value)
    if isinstance(value, bool):
        return False
    kinds: Mapping[str, Any] = {"a number": (int, float), "a whole number": int, "a text": str}
    return isinstance(value, kinds[expected])
