"""What is asked of the network: read from words, or from the provenance of a result."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hashfall.cli.output import provenance, read_date
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.patch import Scenario
    from hashfall.engine.shares import Shares

__all__ = ["NetworkAsked", "asked_again", "asked_of", "check_options", "provenance_of"]

_MOST_YEARS = 10


@dataclass(frozen=True)
class NetworkAsked:
    """What is asked of the network, with what its files held.

    Parameters
    ----------
    as_of, known_by : datetime.date
        Day 0 and cut-off of information.
    exits : tuple of str
        Who leaves.
    scenarios : mapping of str to Scenario
        Scenarios by file.
    shares : mapping of str to str
        Texts of the user's tables by file.
    dimension : str
        Dimension shown first.
    years : float
        Length. [years]
    paths, draws, seed : int
        Paths, draws of the fitted parameters, seed.
    effects : bool
        Whether each assumption of relocation is moved to its ends.
    """

    as_of: dt.date
    known_by: dt.date
    exits: tuple[str, ...]
    scenarios: Mapping[str, Scenario]
    shares: Mapping[str, str]
    dimension: str
    years: float
    paths: int
    draws: int
    seed: int
    effects: bool

    def patch(self) -> Any:
        """What all scenarios say of the network; None where they say nothing."""
        if not self.scenarios:
            return None
        from hashfall.book.patch import world_of

        said = world_of(self.scenarios.values()).network
        return said if said.said else None

    def own(self) -> dict[str, Shares]:
        """The user's tables by dimension."""
        if not self.shares:
            return {}
        from hashfall.ingest.own_shares import read_own_shares

        out: dict[str, Shares] = {}
        for file, text in self.shares.items():
            for name, table in read_own_shares(file, self.as_of, text).items():
                if name in out:
                    raise InputError(file, name, "each dimension in one file",
                                     f"it is in {out[name].sources[0]} too")
                out[name] = table
        return out

    def notes(self, own: Mapping[str, Shares]) -> list[str]:
        """What scenarios say and the command does not use, and what own shares are used for."""
        out = []
        for name, s in self.scenarios.items():
            parts = ["changes of the book"] if s.patches_book else []
            parts += [f"world.{key}" for key in sorted(s.world.model_fields_set - {"network"})]
            if parts:
                out.append(f"{name}: only [network] is used, not {', '.join(parts)}")
            elif not s.network.said:
                out.append(f"{name}: says nothing of the network")
        if own:
            out.append(f"your shares ({', '.join(own)}) are used for concentration; machines of "
                       "the runs stand where the shipped map has them")
        return out


def asked_of(
    *, as_of: str | None, known_by: str | None, exits: Sequence[str], scenarios: Sequence[str],
    shares: Sequence[str], dimension: str, years: float, paths: int, seed: int, draws: int,
    effects: bool,
) -> NetworkAsked:
    """What words on the command line ask, their files read.

    Raises
    ------
    InputError
        If a date or a file cannot be used.
    """
    from hashfall.ingest.history import last_full_date

    day = read_date("--as-of", as_of) or last_full_date()
    cut = read_date("--known-by", known_by) or day
    return NetworkAsked(
        day, cut, tuple(exits), _scenarios(scenarios),
        {file: _text(file, day) for file in shares}, dimension, years, paths, draws, seed,
        effects,
    )


def asked_again(origin: Mapping[str, Any]) -> NetworkAsked:
    """What the provenance of a result says was asked.

    Parameters
    ----------
    origin : mapping
        As `provenance_of` makes it.
    """
    import json

    from hashfall.book.patch import Scenario

    options = origin["options"]
    found = [Scenario.model_validate_json(json.dumps(row)) for row in origin["scenarios"]]
    return NetworkAsked(
        dt.date.fromisoformat(options["as_of"]), dt.date.fromisoformat(options["known_by"]),
        tuple(options["exit"]), dict(zip(options["scenario"], found, strict=True)),
        {row["file"]: row["text"] for row in origin["shares"]}, options["dimension"],
        options["years"], options["paths"], options["draws"], int(origin["seed"]),
        options["effects"],
    )


def provenance_of(asked: NetworkAsked, schema: str) -> dict[str, Any]:
    """Where an answer comes from, with all that it takes to make it again."""
    from hashlib import sha256

    from hashfall.book.library import case_ids
    from hashfall.cli.inputs import case_digests
    from hashfall.engine.provenance import environment
    from hashfall.ingest.network_world import FILES

    patches = asked.scenarios.values()
    cases = {e for e in asked.exits if e in case_ids()}
    cases |= {e.case for s in patches for e in s.network.exit if e.case}
    inputs = case_digests([*FILES, *(f"{case}.toml" for case in sorted(cases))])
    inputs |= {f"scenario {s.name}": s.digest for s in patches}
    inputs |= {f"shares {Path(file).name}": sha256(text.encode()).hexdigest()
               for file, text in asked.shares.items()}
    return {
        **provenance({}, inputs, schema, asked.seed), "environment": environment(),
        "options": {
            "as_of": asked.as_of.isoformat(), "known_by": asked.known_by.isoformat(),
            "exit": list(asked.exits), "scenario": list(asked.scenarios),
            "dimension": asked.dimension, "years": asked.years, "paths": asked.paths,
            "draws": asked.draws, "effects": asked.effects,
        },
        "scenarios": [s.model_dump(mode="json", by_alias=True, exclude_unset=True)
                      for s in patches],
        "shares": [{"file": file, "text": text} for file, text in asked.shares.items()],
    }


def check_options(asked: NetworkAsked, threads: int | None) -> None:
    """Refuse options out of their bounds, and scenarios out of the run.

    Raises
    ------
    InputError
        If one is; the line names its flag.
    """
    from hashfall.book.messages import nearest, shown
    from hashfall.engine.shares import DIMENSIONS

    if asked.dimension not in DIMENSIONS:
        raise InputError("--dimension", "", " or ".join(DIMENSIONS), shown(asked.dimension),
                         nearest(asked.dimension, DIMENSIONS))
    bounds = (("--years", asked.years, 1.0 / 12.0, _MOST_YEARS),
              ("--paths", asked.paths, 128, 10_000_000), ("--seed", asked.seed, 0, 2**63 - 1),
              ("--threads", threads or 1, 1, 4 * (os.cpu_count() or 1)))
    for flag, value, low, high in bounds:
        if not low <= value <= high:
            raise InputError(flag, "", f"{low:,.4g} to {high:,}", f"{value:,}")
    if asked.scenarios:
        from hashfall.book.network_patch import check_network_horizon

        for name, scenario in asked.scenarios.items():
            check_network_horizon(scenario.network, asked.as_of, round(asked.years * 365.25), name)


def _scenarios(names: Sequence[str]) -> dict[str, Scenario]:
    """Scenarios by file."""
    if not names:
        return {}
    from hashfall.book.patch import load_scenario

    return {name: load_scenario(name) for name in names}


def _text(file: str, as_of: dt.date) -> str:
    """What a table of shares holds, once it is known to be one."""
    from hashfall.ingest.own_shares import read_own_shares

    read_own_shares(file, as_of)
    return Path(file).read_bytes().decode("utf-8")
