"""What an exit does to those who hold hashrate: moves, concentration, control.

Machines move under each draw of what is not known, so that what they do to
concentration has an interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from hashfall.book.messages import nearest
from hashfall.book.network_patch import NetworkExit, NetworkPatch
from hashfall.book.place_names import PLACES, holders
from hashfall.engine import concentration as engine
from hashfall.engine.concentration import Move, grouped_moves
from hashfall.engine.measures import measure, measure_draws
from hashfall.engine.relocation import Flows
from hashfall.engine.shares import NotAvailable, Shares
from hashfall.engine.standing import relocations_of
from hashfall.errors import InputError
from hashfall.ingest.holdings import display, place_share
from hashfall.ingest.shares import law_areas, shares_by_dimension
from hashfall.ingest.standing import Relocated, origin_of
from hashfall.model import censorship

__all__ = ["CONFIRMATIONS", "control", "hhi_change_of", "holders_answer"]

Tables = Mapping[str, Shares | NotAvailable]
Draw = dict[str, list[Move]]
"""Moves by dimension."""

CONFIRMATIONS: Final = 6
"""Blocks that a receiver waits for, where an attack is looked at."""
_WIDE: Final = ("world", "rest_of_world")  # hold many countries, so that no one holder shrinks
_Q: Final = (0.05, 0.95)


def holders_answer(
    moved: Relocated | None, changes: NetworkPatch | None, known_by: dt.date, as_of: dt.date,
    own: Mapping[str, Shares] | None = None,
) -> dict[str, Any]:
    """Concentration and control by dimension, before and after, with both ends.

    Parameters
    ----------
    moved : Relocated, optional
        Where machines go; None where nobody leaves.
    changes : NetworkPatch, optional
        What was said of the network.
    known_by, as_of : datetime.date
        As in `hashfall.ingest.shares.shares_at`.
    own : mapping of str to Shares, optional
        The user's tables by dimension.

    Raises
    ------
    InputError
        If a user's table does not hold what leaves.
    """
    if moved is None or changes is None or not changes.exit:
        found = engine.concentration(shares_by_dimension(known_by, as_of, (), own))
        return _as_json(found, {}, [])
    case = _case(moved, changes, known_by, as_of, own)
    if case is None:
        return _no_holder([_name(e) for e in changes.exit], known_by, as_of, own)
    drawn = case.draws()
    leaving = {name: _leaving(moves) for name, moves in drawn[0].items()}
    return _as_json(engine.concentration(case.tables, leaving, drawn[0]), drawn[0], drawn[1:])


def hhi_change_of(
    moved: Relocated, changes: NetworkPatch, known_by: dt.date, as_of: dt.date,
    own: Mapping[str, Shares] | None = None,
) -> Callable[[Flows], float] | None:
    """Function from flows to the change of HHI by country; None where no map tells. [points]

    Parameters as in `holders_answer`.
    """
    case = _case(moved, changes, known_by, as_of, own)
    if case is None:
        return None
    before = measure(case.countries)

    def change(flows: Flows) -> float:
        moves = case.moves(flows)["country"]
        return measure(engine.after_moves(case.countries, moves), before).hhi_change

    return change


def _case(moved: Relocated, changes: NetworkPatch, known_by: dt.date, as_of: dt.date,
          own: Mapping[str, Shares] | None) -> _Case | None:
    """What moves in which tables; None where no map names what leaves as holders."""
    names = [_name(leaving) for leaving in changes.exit]
    origins = tuple(dict.fromkeys(
        origin_of(name, moved.named[name]) for name in names if name not in _WIDE))
    tables = shares_by_dimension(known_by, as_of, origins, own)
    if any(name in _WIDE for name in names) or isinstance(tables["country"], NotAvailable):
        return None
    return _Case(moved, changes, tables, own or {}, known_by)


def _no_holder(names: Sequence[str], known_by: dt.date, as_of: dt.date,
               own: Mapping[str, Shares] | None) -> dict[str, Any]:
    """Concentration before alone: nobody says which holders shrink."""
    tables = shares_by_dimension(known_by, as_of, (), own)
    found = _as_json(engine.concentration(tables, {"country": {}}), {}, [])
    for name in ("country", "law_area"):
        if found[name]["available"]:
            found[name]["reason"] = (f"no one map public by {known_by} names what leaves: "
                                     f"{', '.join(names)}")
    return found


def _name(leaving: NetworkExit) -> str:
    return leaving.place or leaving.case or ""


def _leaving(moves: Iterable[Move]) -> dict[str, float]:
    out: dict[str, float] = {}
    for move in moves:
        out[move.origin] = out.get(move.origin, 0.0) + move.share
    return out


@dataclass(frozen=True)
class _Case:
    """Moves of an exit in the tables of holders."""

    moved: Relocated
    patch: NetworkPatch
    tables: Tables
    own: Mapping[str, Shares]
    known_by: dt.date

    def draws(self) -> list[Draw]:
        """Moves under the mean flows, then under each draw."""
        flows = self.moved.flows
        return [self.moves(f) for f in ([None] if flows is None else [flows, *flows.each()])]

    def moves(self, flows: Flows | None) -> Draw:
        """Moves by dimension: what the scenario says, and the model's for the others."""
        return self._by_dimension([*self._said(), *self._of_model(flows)])

    @property
    def countries(self) -> Shares:
        table = self.tables["country"]
        assert isinstance(table, Shares)  # looked at before
        return table

    def _by_dimension(self, moves: list[Move]) -> Draw:
        """Moves between countries, and between law areas where these come from countries."""
        self._check(moves)
        out = {"country": moves}
        if "law_area" not in self.own:
            out["law_area"] = grouped_moves(moves, law_areas())
        return out

    def _check(self, moves: Sequence[Move]) -> None:
        """Refuse a user's table that does not hold what leaves."""
        for origin, share in _leaving(moves).items():
            has = self.countries.share(origin)
            if "country" in self.own and (has is None or share > has + 1e-9):
                expected = f"{origin} with a share of {share:.4g} or more, which leaves"
                found = "none" if has is None else f"{has:.4g}"
                hint = nearest(origin, self.countries.names) if has is None else ""
                raise InputError(self.countries.sources[0], "country", expected, found, hint)

    def _of_model(self, flows: Flows | None) -> list[Move]:
        if flows is None:
            return []
        rows = tuple(replace(r, share=r.share * self._scale(r.from_)) for r in flows.rows)
        moved = replace(self.moved, flows=replace(flows, rows=rows))
        return moved.moves(self.countries.names)

    def _scale(self, name: str) -> float:
        """A user's share of a country over that of the map; companies keep their own."""
        if "country" not in self.own or name not in PLACES:
            return 1.0
        country = holders(name)[0] if PLACES[name] != "world" else name
        has, whole = self.countries.share(display(country)), sum(
            place_share(country, self.known_by).values())
        return 1.0 if has is None or whole <= 0.0 else has / whole

    def _said(self) -> list[Move]:
        """Moves of a scenario's relocations; what they leave out is lost."""
        out = []
        for leaving in self.patch.exit:
            name, held = _name(leaving), self.moved.named[_name(leaving)]
            rows = relocations_of(self.patch, leaving, self.moved.named)
            whole = leaving.share * sum(held.values()) * self._scale(name)
            origin = origin_of(name, held, self.countries.names)
            for row in rows:
                share = whole * row.share * (1.0 - row.lost)
                out.append(Move(origin, _country(row.to), share))
            if rows:
                kept = sum(r.share * (1.0 - r.lost) for r in rows)
                out.append(Move(origin, None, whole * max(0.0, 1.0 - kept)))
        return [move for move in out if move.share > 0.0]


def _country(place: str) -> str:
    """Country of a place as maps write it; empty for the rest of the world."""
    if place in _WIDE:
        return ""
    return display(holders(place)[0] if PLACES[place] != "world" else place)


def control(table: Shares) -> dict[str, Any]:
    """What the largest holder can do alone: leave a transaction out, or build a second history.

    Returns
    -------
    dict
        ``largest, share`` [share]; ``extra_delay_blocks`` of a transaction that it leaves
        out [blocks]; ``wait_p95_days`` within which it is in with 95% [days];
        ``overtakes_6``, chance of overtaking six confirmations.

    Examples
    --------
    >>> found = control(Shares("country", ("a", "b"), np.array([0.5, 0.25]), "2025", "x"))
    >>> found["largest"], found["extra_delay_blocks"], found["overtakes_6"]
    ('a', 1.0, 1.0)
    """
    k = int(np.argmax(table.values))
    share = min(float(table.values[k]), 1.0)
    whole = share >= 1.0  # nobody else would ever put it into a block
    return {
        "largest": table.names[k], "share": share,
        "extra_delay_blocks": None if whole else censorship.extra_delay_blocks(share),
        "wait_p95_days": None if whole else censorship.wait_days_quantile(share, 0.95),
        "overtakes_6": censorship.catch_up_probability(share, CONFIRMATIONS),
    }


def _as_json(found: Mapping[str, engine.Concentration], moves: Draw, drawn: Sequence[Draw]
             ) -> dict[str, Any]:
    """What the command prints by dimension."""
    return {name: {**row.as_json(), **_beside(row, moves.get(name, []),
                                              [d.get(name, []) for d in drawn])}
            for name, row in found.items()}


def _beside(row: engine.Concentration, moves: list[Move], drawn: Sequence[list[Move]]
            ) -> dict[str, Any]:
    """Control in each case, and the interval of what the moves do."""
    if row.table is None:
        return {"control": None, "interval": None}
    tables = {"before": row.table}
    if row.bounds and moves:
        leaving = _leaving(moves)
        tables["after"] = engine.after_moves(row.table, moves)
        tables["all_to_largest"] = engine.all_to_largest(row.table, leaving)
        tables["spread_even"] = engine.spread_even(row.table, leaving)
    out: dict[str, Any] = {"control": {name: control(t) for name, t in tables.items()},
                           "interval": None}
    if row.after is not None and drawn:
        out["interval"] = _interval(row, moves, drawn)
    return out


def _interval(row: engine.Concentration, moves: list[Move], drawn: Sequence[list[Move]]
              ) -> dict[str, Any]:
    """5 and 95% over draws of where machines go, widened to the value that is shown."""
    assert row.table is not None and row.after is not None  # there is an answer
    wide = row.table.with_holders([m.destination for m in moves if m.destination])
    values = np.stack([engine.after_moves(wide, draw).values for draw in drawn])
    out = {}
    for name, ends in measure_draws(values, measure(row.table), _Q).items():
        value = getattr(row.after, name)
        known = [x for x in (*ends, value) if x is not None]
        out[name] = {"low": min(known), "high": max(known)} if value is not None else None
    return out
