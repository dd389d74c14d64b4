"""Scenarios: named patches over a book and the world, bound to what they patch."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from hashfall.book.edit import add, put, remove
from hashfall.book.fields import spec_at
from hashfall.book.load import book_of, digest, parse_toml, plain, read_text
from hashfall.book.messages import nearest, printable, shown, validated
from hashfall.book.network_patch import NetworkPatch, check_network
from hashfall.book.record import Book
from hashfall.book.values import Currency, Id, Record
from hashfall.errors import InputError

__all__ = [
    "Scenario", "WorldPatch", "apply", "load_scenario", "parse_scenario", "parse_set",
    "scenario_ids", "world_of",
]

_SHIPPED = "hashfall.cases"
Path_ = list[tuple[dt.date, Annotated[float, Field(gt=0)]]]


class WorldPatch(Record):
    """What a scenario says about the world; paths replace the drawn ones from their first day."""

    drift_per_year: Annotated[float, Field(gt=-1, le=10)] | None = None
    """Drift of the coin price; 0 means that the expected price stays. [1/year]"""
    price_path: Path_ = []
    """Coin price by date. [USD/BTC]"""
    fx_path: dict[Currency, Path_] = {}
    """Exchange rate by currency and date. [units/USD]"""
    power_path: dict[Id, Path_] = {}
    """Power price by region and date. [USD/kWh]"""
    network: NetworkPatch = NetworkPatch()
    """Closures, exits and relocations; a file gives them under ``[network]``."""


class Scenario(Record):
    """A named patch over a book or the world."""

    schema_: Annotated[Literal["hashfall.scenario/1"], Field(alias="schema")]
    """Format of the file."""
    name: Annotated[str, Field(min_length=1)]
    """Name, as the report prints it."""
    for_: Annotated[str, Field(alias="for")]
    """Book to which it is bound, or ``*``."""
    note: str = ""
    """What it stands for."""
    set: dict[str, Any] = {}
    """New values by dotted path."""
    add: dict[str, Any] = {}
    """New entries by section and name."""
    remove: list[str] = []
    """Entries taken out, by dotted path."""
    world: WorldPatch = WorldPatch()
    """What it says about the world; `world_of` puts `network` inside."""
    network: NetworkPatch = NetworkPatch()
    """What it says about the network."""

    @property
    def digest(self) -> str:
        """SHA-256 of what it says. [hex]"""
        return digest(self)

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.name if self.name.startswith("--set ") else f"scenario {self.name}"

    @property
    def paths(self) -> list[str]:
        """Paths of the fields that it sets and the entries that it adds."""
        return [*self.set, *_added(self.add)]

    @property
    def patches_book(self) -> bool:
        """Whether it changes anything of the book."""
        return bool(self.set or self.add or self.remove)


def _added(tables: dict[str, Any], *outer: str) -> list[str]:
    """Paths of new entries; `apply` has made sure that the sections are there."""
    out = []
    for name, content in tables.items():
        spec, _ = spec_at(Book, [*outer, name])
        if spec is not None and spec.kind == "record":
            out += _added(content, *outer, name)
        else:
            out += [".".join((*outer, name, key)) for key in content]
    return out


@cache
def scenario_ids() -> tuple[str, ...]:
    """Names of the scenarios that ship with the cases, in alphabetical order."""
    folder = resources.files(_SHIPPED) / "scenarios"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir()))


def load_scenario(path: str | Path) -> Scenario:
    """Scenario in a TOML file with ``schema = "hashfall.scenario/1"``.

    Parameters
    ----------
    path : str or Path
        File, or the name of a scenario that ships with the cases.

    Raises
    ------
    InputError
        If the file cannot be read or is no sound scenario.
    """
    name = str(path)
    if name in scenario_ids():
        text = (resources.files(_SHIPPED) / "scenarios" / f"{name}.toml").read_text("utf-8")
        return parse_scenario(text, name)
    if name.isidentifier() and not os.path.exists(name):  # noqa: PTH110  # as in open_book
        hint = f"{nearest(name, scenario_ids())} (a file ends in .toml)"
        raise InputError("--scenario", "", "a shipped scenario or a file", shown(name), hint)
    return parse_scenario(read_text(path), name)


def parse_scenario(text: str, name: str) -> Scenario:
    """Scenario in a TOML text; `name` stands for the file in messages.

    Examples
    --------
    >>> parse_scenario('''schema = "hashfall.scenario/1"
    ... name = "no award"
    ... for = "bitriver"
    ... remove = ["claims.award"]''', "a.toml").remove
    ['claims.award']
    """
    data = parse_toml(text, name)
    if isinstance(data.get("world"), dict) and "network" in data["world"]:
        raise InputError(name, "world.network", "a known key", "'network'", "write [network]")
    for path in ("price_path", "fx_path", "power_path"):
        _as_pairs(data.get("world"), path)
    scenario = validated(Scenario, data, name)
    _check_paths(scenario.world, name)
    check_network(scenario.network, name)
    return scenario


def _as_pairs(world: Any, field: str) -> None:
    """TOML has arrays only; a pair of date and value is a tuple."""
    if not isinstance(world, dict):
        return
    value = world.get(field)
    if isinstance(value, list):
        world[field] = [tuple(p) if isinstance(p, list) else p for p in value]
    elif isinstance(value, dict):
        for key in value:
            _as_pairs(value, key)


def _check_paths(world: WorldPatch, name: str) -> None:
    paths = {"world.price_path": world.price_path}
    paths |= {f"world.fx_path.{key}": path for key, path in world.fx_path.items()}
    paths |= {f"world.power_path.{key}": path for key, path in world.power_path.items()}
    for place, path in paths.items():
        days = [day for day, _ in path]
        for one, other in pairwise(days):
            if other <= one:
                expected = f"dates in order, after {one}"
                raise InputError(name, place, expected, str(other))


def parse_set(argument: str) -> Scenario:
    """Scenario that sets one field, from ``PATH=VALUE``.

    The value is read as TOML (a number, a date, a table, quoted text), else as text.

    Examples
    --------
    >>> parse_set("accounts.main.balance=5e6").set
    {'accounts.main.balance': 5000000.0}
    >>> parse_set("sites.a.status=idle").set
    {'sites.a.status': 'idle'}
    """
    path, sign, value = argument.partition("=")
    path = path.strip()
    if not sign or not path:
        raise InputError("--set", "", "PATH=VALUE", shown(argument))
    return Scenario.model_validate({
        "schema": "hashfall.scenario/1",
        "name": printable(f"--set {path}={value.strip()}"),
        "for": "*",
        "set": {path: _value(value.strip())},
    })


def _value(text: str) -> Any:
    try:
        data = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return data["value"] if data.keys() == {"value"} else text


def world_of(scenarios: Iterable[Scenario]) -> WorldPatch:
    """What scenarios say about the world together; a later one has the last word.

    Closures, exits and relocations of the network add up.

    Raises
    ------
    InputError
        If they take more than the whole of a place together.
    """
    said: dict[str, Any] = {}
    network = NetworkPatch()
    for scenario in scenarios:
        network = network.merged(scenario.network)
        for name, value in plain(scenario.world).items():
            said[name] = {**said.get(name, {}), **value} if isinstance(value, dict) else value
    check_network(network, "--scenario")
    return WorldPatch.model_validate({**said, "network": network})


def apply(book: Book, scenario: Scenario) -> Book:
    """Book with a scenario's patch, validated anew.

    Parameters
    ----------
    book : Book
        Book before its sizing rules are applied.
    scenario : Scenario
        Patch; its `world` is for the engine.

    Notes
    -----
    Entries are taken out first, then added, then fields are set. A figure that is
    set is no longer listed under `missing`.

    Raises
    ------
    InputError
        If it is bound to another book, names a path that does not exist, or leaves
        a book that is not sound.
    """
    label = scenario.label
    if scenario.for_ not in ("*", book.id):
        hint = "a scenario is bound to the book it was written for"
        raise InputError(label, "for", f"{book.id} or *", shown(scenario.for_), hint)
    if not scenario.patches_book:
        return book
    data = plain(book)
    if "missing" in data:
        data["missing"] = [m for m in data["missing"] if m["path"] not in scenario.set]
    for path in scenario.remove:
        remove(data, path, label)
    add(data, scenario.add, label)
    for path, value in scenario.set.items():
        put(data, path, value, label)
    return book_of(data, label)
