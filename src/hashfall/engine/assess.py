"""The assessment: one book through the world, and everything that a reader is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hashfall.book.draws import Drawer
from hashfall.book.parts import parts
from hashfall.book.prepare import Prepared
from hashfall.book.record import Book
from hashfall.engine.answer import describe_outcome, head_of, pd_table
from hashfall.engine.block import Fate
from hashfall.engine.break_even import break_even
from hashfall.engine.cashout_answer import flow_section
from hashfall.engine.effects import effects, effects_base
from hashfall.engine.layout import LANES
from hashfall.engine.market import MarketInputs, frame_of, plan_of
from hashfall.engine.pack import Frame, Options, Packed, pack
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.provenance import provenance_of
from hashfall.engine.run import Outcome, run
from hashfall.engine.sales import Taps, taps_of
from hashfall.engine.setup import WorldPlan
from hashfall.engine.stories import stories
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.engine.variants import attribute, possible_causes, without
from hashfall.model.columns import Row

__all__ = ["AssessOptions", "Study", "assess"]

Progress = Callable[[str, float], None]
HORIZONS = {"6m": 6, "12m": 12, "24m": 24, "36m": 36}
DRIFTS = (-0.2, 0.0, 0.2)
CAUSE_DRAWS = 24
"""Draws of the book on which causes are told apart, 128 paths each."""
_CLOCKS = {"d1": Fate.D1, "d2": Fate.D2, "d3": Fate.D3, "d4": Fate.D4}


@dataclass(frozen=True)
class AssessOptions:
    """How to run an assessment.

    Parameters
    ----------
    years : float
        Length. [years]
    paths : int
        Paths of the main run, rounded up to draws x a multiple of 128.
    draws : int
        Draws of the book, where something about it is not known.
    seed : int
        Seed.
    threads : int
        Threads.
    mode : str
        Price process: ``garch``, ``bootstrap`` or ``gbm``.
    network : bool
        Whether the rest of the world's fleet answers to hashprice; the inputs must have it.
    detail : bool
        False runs only the default probabilities.
    """

    years: float = 3.0
    paths: int = 16384
    draws: int = 64
    seed: int = 7
    threads: int = 2
    mode: str = "garch"
    network: bool = False
    detail: bool = True


@dataclass
class Study:
    """A book with everything that its runs share."""

    book: Book
    drawer: Drawer
    frame: Frame
    plan: WorldPlan
    options: AssessOptions
    draws: int
    inner: int
    drawn: dict[int, Book] = field(default_factory=dict)
    first: Packed | None = None
    line_kinds: dict[int, list[int]] = field(default_factory=dict)
    taps: dict[int, Taps] = field(default_factory=dict)

    def uniform(self, draw: int) -> dict[str, float]:
        """Uniforms of one draw, an address for each driver's name."""
        seed, factor = self.options.seed, FACTOR["book"]
        return {driver.name: float(uniforms(seed, draw, driver.key, factor)[0])
                for driver in self.drawer.drivers}

    def draw(self, index: int) -> Book:
        """Book of one draw."""
        if index not in self.drawn:
            self.drawn[index] = self.drawer.draw(self.uniform(index))
        return self.drawn[index]

    def base(self, index: int) -> Packed:
        """Packed book of one draw; only the first is kept, the others would fill memory."""
        if index == 0 and self.first is not None:
            return self.first
        packed = pack(self.draw(index), self.frame)
        self.line_kinds[index] = [line.code for line in packed.lines]
        self.taps[index] = taps_of(packed)
        if index == 0:
            self.first = packed
        return packed

    def shortened(self, days: int) -> Study:
        """The same study over fewer days of the same world."""
        days = min(days, self.plan.days)
        return replace(self, plan=self.plan.shortened(days),
                       frame=replace(self.frame, days=days), first=None, line_kinds={}, taps={})

    def run(self, books: Callable[[int], Sequence[Packed]], *, inner: int, draws: int,
            keep: int = 0, plan: WorldPlan | None = None, watch: Row | None = None,
            progress: Callable[[float], None] | None = None) -> list[Outcome]:
        """Run packed books on the first `inner` paths of each draw."""
        return run(plan or self.plan, books, draws=draws, inner=inner, seed=self.options.seed,
                   threads=self.options.threads, keep=keep, stride=self.inner, watch=watch,
                   progress=progress)


def study(book: Book, market: MarketInputs, options: AssessOptions, days: int,
          world: Any) -> Study:
    """Plan the world of a book and the number of its draws and paths."""
    drawer = Drawer(book)
    draws = options.draws if drawer.drivers else 1
    inner = max(1, -(-options.paths // (draws * LANES))) * LANES
    plan = plan_of(book, market, days, world, mode=options.mode)
    return Study(book, drawer, frame_of(book, market, plan), plan, options, draws, inner)


def assess(prepared: Prepared, market: MarketInputs, *, options: AssessOptions = AssessOptions(),
           progress: Progress | None = None) -> dict[str, Any]:
    """Solvency assessment of a company, JSON-able (keys: `hashfall.report`).

    Parameters
    ----------
    prepared : Prepared
        Book with its sizing rules applied, and what scenarios say of the world.
    market : MarketInputs
        Network snapshot and parameters known at the book's dates.
    options : AssessOptions
        How to run.
    progress : callable, optional
        Told the step and the share of it that is done.

    Raises
    ------
    InputError
        If book, scenario or market cannot be used together.
    """
    started = time.perf_counter()
    tell = progress or (lambda step, share: None)
    days = round(options.years * 365.25)
    months = round(options.years * 12)
    days = max(days, horizon_days(prepared.book.as_of, months) + 1)
    group, *rings = parts(prepared.book)
    s = study(group, market, options, days, prepared.world)
    result = _main(s, prepared, tell)
    result["pd_by_drift"] = _drifts(s, market, prepared, result, tell)
    if options.detail:
        result["causes"] = _causes(s, tell)
        result["break_even"] = break_even(s, tell)
        result["assumptions"], result["missing"] = effects(s, prepared, tell)
        result["cashout"] = flow_section(s)
    else:
        result |= {"causes": [], "break_even": {}, "assumptions": [], "missing": []}
    if options.detail and market.network is not None:
        result["network"] = _network(s, market, prepared, tell)
    if market.snapshot.note:
        at = 1 if prepared.age_days else 0
        result["notes"].insert(at, f"Network at as_of: {market.snapshot.note}.")
    result["subsidiaries"] = [
        _ring(ring, market, options, days, prepared.world, tell) for ring in rings
    ]
    result["seconds"] = round(time.perf_counter() - started, 2)
    result["provenance"] = provenance_of(prepared, market, options)
    return result


def _main(s: Study, prepared: Prepared, tell: Progress) -> dict[str, Any]:
    """The main run: base, cash only, cash and coins."""
    base = s.run(lambda x: [s.base(x)], inner=s.inner, draws=s.draws, keep=1,
                 progress=lambda x: tell("paths", x))[0]

    def bare(index: int) -> list[Packed]:
        book = s.draw(index)
        return [pack(book, s.frame, Options(sources=sources)) for sources in ("none", "coins")]

    runways = s.run(bare, inner=min(s.inner, LANES), draws=s.draws, watch=Row.FIRST_SHORT,
                    progress=lambda x: tell("runway", x)) if s.options.detail else []
    result = head_of(s, prepared)
    result["pd"] = pd_table(s, base)
    result |= describe_outcome(s, base, runways)
    result["stories"] = stories(s, base) if s.options.detail else []
    result["assumptions_base"] = effects_base(s, base)
    return result


def _drifts(s: Study, market: MarketInputs, prepared: Prepared, result: Mapping[str, Any],
            tell: Progress) -> list[dict[str, Any]]:
    """PD over a band of drifts; the middle one is the main run."""
    out: list[dict[str, Any]] = []
    chosen = prepared.world.drift_per_year
    if chosen is not None or not s.options.detail:
        return [{"drift_per_year": chosen or 0.0, "d1": result["pd"]["d1"]}]
    small = min(s.inner, LANES)
    for i, drift in enumerate(DRIFTS):
        if drift == 0.0:
            out.append({"drift_per_year": 0.0, "d1": result["pd"]["d1"]})
            continue
        plan = plan_of(s.book, market, s.plan.days, prepared.world, mode=s.options.mode,
                       drift_per_year=drift)
        d1 = s.run(lambda x: [s.base(x)], inner=small, draws=s.draws, plan=plan,
                   watch=Row.D1)[0]
        out.append({"drift_per_year": drift, "d1": horizon_table(s, d1.clock(Fate.D1))})
        tell("drift", (i + 1) / len(DRIFTS))
    return out


def _network(s: Study, market: MarketInputs, prepared: Prepared, tell: Progress
             ) -> dict[str, Any] | None:
    """What the fall does to the network, and what the network's answer does to PD."""
    from hashfall.engine.fall import network_section

    small, year = min(s.inner, LANES), s.shortened(horizon_days(s.book.as_of, 12) + 1)

    def pd(answers: bool, weights: Any) -> dict[str, Any]:
        inputs = market if answers else replace(market, network=None)
        # Planned at full length: the cohorts of machines are those of the main run.
        plan = plan_of(s.book, inputs, s.plan.days, prepared.world, mode=s.options.mode,
                       weights=weights).shortened(year.plan.days)
        d1 = year.run(lambda x: [year.base(x)], inner=small, draws=s.draws, plan=plan,
                      watch=Row.D1)[0]
        tell("network", 0.5)
        return horizon_table(year, d1.clock(Fate.D1))

    return network_section(market, pd, s.options.seed, s.options.threads)


def horizon_table(s: Study, days: Any) -> dict[str, Any]:
    """Probability at each horizon; None where the run is shorter."""
    table: dict[str, Any] = {}
    for name, months in HORIZONS.items():
        last = horizon_days(s.book.as_of, months)
        table[name] = probability(days, last) if last <= s.plan.days else None
    return table


def _causes(s: Study, tell: Progress) -> list[dict[str, Any]]:
    """Shares of defaulted paths by the first cause whose removal avoids D1."""
    causes = possible_causes(s.book)
    small = min(s.inner, LANES)

    def books(index: int) -> list[Packed]:
        book, base = s.draw(index), s.base(index)
        return [base, *(without(book, base, s.frame, cause) for cause in causes)]

    runs = s.run(books, inner=small, draws=min(CAUSE_DRAWS, s.draws), watch=Row.D1,
                 progress=lambda x: tell("causes", x))
    base = runs[0].fate[Fate.D1]
    found = attribute(base, zip(causes, (r.fate[Fate.D1] for r in runs[1:]), strict=True))
    total = max(1, int((base > 0).sum()))
    rows = []
    for cause, count in found.items():
        share = count / total
        if count:
            rows.append({"cause": cause, "share": share,
                         "se": float(np.sqrt(share * (1.0 - share) / total))})
    return sorted(rows, key=lambda row: -row["share"])


def _ring(book: Book, market: MarketInputs, options: AssessOptions, days: int, world: Any,
          tell: Progress) -> dict[str, Any]:
    """PD of a ring-fenced subsidiary, on the group's paths."""
    s = study(book, market, replace(options, detail=False), days, world)
    base = s.run(lambda x: [s.base(x)], inner=s.inner, draws=s.draws, watch=Row.D1)[0]
    tell("subsidiaries", 1.0)
    return {"name": book.name, "pd": {"d1": horizon_table(s, base.clock(Fate.D1))}}
