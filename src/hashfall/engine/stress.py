"""Freeze and exclusion stress on the ledger itself: days to halt, queue, what would help.

Every order runs on the same draws of the book and the same paths of the world. Operations
halt on the first day on which power or payroll is unpaid beyond its grace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hashfall.book.draws import Z_95, Driver, normal_of
from hashfall.book.record import Book
from hashfall.book.sizing import SizingRule, shipped_rules
from hashfall.book.values import number
from hashfall.engine.block import Fate
from hashfall.engine.pack import Packed, pack
from hashfall.engine.paired import paired
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.run import Outcome
from hashfall.engine.streams import FACTOR, uniforms
from hashfall.engine.stress_books import (
    HALTING,
    LOAN_LTV,
    Order,
    borrowed,
    halting,
    reach,
    second_bank,
    second_venue,
    stressed,
    without_freezes,
)
from hashfall.engine.stress_own import ordered
from hashfall.engine.stress_queue import queue_at_halt
from hashfall.model.columns import CLASSES, Row

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["MEASURES", "Case", "quantiles", "redirect_days", "stress", "told"]

MEASURES: Final = {
    "second_bank": "half of the receipts at a bank that the order misses",
    "second_venue": "a copy of the best route that the order misses",
    "coin_loan": f"a loan of {LOAN_LTV:.0%} on the coins at hand, paid out before the order",
}
"""What would help, in words."""
_NONE, _BOOK = "none", "book"
_REDIRECT = "freeze_redirect_days"


@dataclass(frozen=True)
class Case:
    """One row of a stress: its name and its orders; None leaves the book's own freezes.

    ``beside`` puts the orders beside the book's own freezes, which are taken out otherwise.
    """

    name: str
    orders: tuple[Order, ...] | None
    beside: bool = False

    @property
    def start(self) -> int:
        """Day from which days are counted: that of the first order."""
        return min((order.start for order in self.orders or ()), default=0)


def _sized(rule: SizingRule, u: float) -> float:
    """Point of a sizing rule at a uniform."""
    z = normal_of(u) / Z_95
    half = rule.mid - rule.low if z < 0.0 else rule.high - rule.mid
    return max(0.0, rule.mid + half * z)


def redirect_days(s: Study, draw: int | None) -> float:
    """Days until receipts go to another account, in one draw; the middle for None. [days]"""
    rule = shipped_rules().rule[_REDIRECT]
    if draw is None:
        return rule.mid
    driver = Driver("stress.redirect_days", (), "days", 0.0, 0.0, 0.0, "", "range")
    return _sized(rule, float(uniforms(s.options.seed, draw, driver.key, FACTOR["book"])[0]))


def _price(s: Study, book: Book) -> float:
    """Coin price in the book's currency at `as_of`."""
    own = book.currency
    rate = number(book.market.fx[own]) if own in book.market.fx else s.frame.units_per_usd(own)
    return s.frame.price_usd * rate


def _helped(s: Study, book: Book, measure: str) -> Book | None:
    """The drawn book with one thing that would help; None where there is nothing to do it with."""
    if measure == "second_bank":
        return second_bank(book)
    if measure == "second_venue":
        return second_venue(book) if book.fleet or number(book.coins.free_btc) > 0.0 else None
    home = next(iter(book.entities.values())).country
    rate = shipped_rules().rule["loan_rate_ru" if home == "RU" else "loan_rate_us"].mid
    return borrowed(book, _price(s, book), rate, s.plan.days + 30)


def _ordered(s: Study, draw: int, case: Case, book: Book) -> Book:
    if case.orders is None:
        return book
    if case.beside:
        return ordered(book, case.orders, redirect_days(s, draw))
    return stressed(book, list(case.orders), redirect_days(s, draw)) if case.orders else (
        without_freezes(book))


def _packed(s: Study, draw: int, case: Case, measure: str | None) -> Packed:
    drawn = s.draw(draw)
    book = drawn if measure is None else _helped(s, drawn, measure) or drawn
    return pack(_ordered(s, draw, case, book), s.frame)


def quantiles(days: Any, start: int, horizon: int) -> dict[str, float]:
    """Days from an order to the halt at 5, 50 and 95% of the paths. [days]

    Parameters
    ----------
    days : ndarray
        Day of the halt by path, -1 for never.
    start, horizon : int
        Day of the order; last day of the run, at which a path without a halt counts.

    Notes
    -----
    Paths that halt before the order are left out; their share is told.

    Examples
    --------
    >>> found = quantiles(np.array([30, 40, -1, 5]), 10, 110)
    >>> found["p50"], found["censored_share"], found["before_share"]
    (30.0, 0.3333333333333333, 0.25)
    """
    days = np.asarray(days, float).ravel()
    before = (days >= 0) & (days < start)
    left = days[~before]
    if not left.size:
        return {"p5": 0.0, "p50": 0.0, "p95": 0.0, "censored_share": 0.0, "before_share": 1.0}
    never = left < 0
    since = np.where(never, horizon, left) - start
    p5, p50, p95 = np.quantile(since, [0.05, 0.5, 0.95])
    return {"p5": float(p5), "p50": float(p50), "p95": float(p95),
            "censored_share": float(never.mean()), "before_share": float(before.mean())}


def stress(s: Study, cases: Sequence[Case], draws: int, inner: int, *, measures: bool = True,
           progress: Callable[[float], None] | None = None) -> list[dict[str, Any]]:
    """Rows of a stress, JSON-able, in the order of the cases.

    Parameters
    ----------
    s : Study
        Book, world and number of draws.
    cases : sequence of Case
        What is ordered. Changes are told against the first.
    draws, inner : int
        Draws of the book, and paths of each (a multiple of 128).
    measures : bool
        Whether what would help is tried.
    progress : callable, optional
        Told the share that is done.
    """
    tried = tuple(MEASURES) if measures else ()
    there = [m for m in tried if any(_helped(s, s.draw(d), m) is not None for d in range(draws))]
    plans: list[tuple[Case, str | None]] = [(c, m) for c in cases for m in (None, *there)]

    def books(draw: int) -> list[Packed]:
        packed = [_packed(s, draw, case, measure) for case, measure in plans]
        return [*packed, *(halting(p) for p in packed)]

    runs = s.run(books, inner=inner, draws=draws, watch=Row.D1, progress=progress)
    found = {(case.name, measure): (runs[i], runs[len(plans) + i])
             for i, (case, measure) in enumerate(plans)}
    return [_row(s, case, cases[0], found, tried, draws) for case in cases]


def _row(s: Study, case: Case, base: Case,
         found: Mapping[tuple[str, str | None], tuple[Outcome, Outcome]], tried: Sequence[str],
         draws: int) -> dict[str, Any]:
    last = min(horizon_days(s.book.as_of, 12), s.plan.days)
    default, halt = found[case.name, None]
    own = default.clock(Fate.D1)
    days = quantiles(halt.fate[Fate.D1], case.start, s.plan.days)
    rows = {
        "name": case.name, "same_as": "", "why_same": "", **_reach(s, case, draws),
        "days_to_halt": days,
        "halted_12m": probability(halt.clock(Fate.D1), last),
        "first_class": _first(s, case, halt, draws),
        "pd_12m": probability(own, last),
        "pd_change": paired(found[base.name, None][0].clock(Fate.D1), own, last),
        "unpaid_at_halt": queue_at_halt(
            s, lambda d: _packed(s, d, case, None), halt.clock(Fate.D1), case.start),
        "measures": [],
    }
    for measure in tried:
        rows["measures"].append(_measure(s, case, measure, found, days, last))
    return rows


def _measure(s: Study, case: Case, measure: str,
             found: Mapping[tuple[str, str | None], tuple[Outcome, Outcome]],
             days: Mapping[str, float], last: int) -> dict[str, Any]:
    """What one measure changes: PD, share of paths that halt, days to halt."""
    row: dict[str, Any] = {"measure": measure, "words": MEASURES[measure]}
    if (case.name, measure) not in found:
        why = "no coin of its own to sell" if measure == "second_venue" else "no coins at hand"
        return {**row, "pd_change": None, "halt_change": None, "days_to_halt": None, "why": why}
    (before, halt), (after, later) = found[case.name, None], found[case.name, measure]
    changed = quantiles(later.fate[Fate.D1], case.start, s.plan.days)
    return {
        **row, "why": "",
        "pd_change": paired(before.clock(Fate.D1), after.clock(Fate.D1), last),
        "halt_change": paired(halt.clock(Fate.D1), later.clock(Fate.D1), last),
        "days_to_halt": changed, "days_gained_p50": changed["p50"] - days["p50"],
    }


def _first(s: Study, case: Case, halt: Outcome, draws: int) -> list[dict[str, Any]]:
    """Which class stops operations first, on the paths that halt."""
    counts: dict[str, float] = {}
    lines, when = halt.clock(Fate.LINE), halt.clock(Fate.D1)
    for draw in range(draws):
        packed = _packed(s, draw, case, None)
        for line in lines[draw][when[draw] > 0]:
            kind = CLASSES[packed.lines[int(line)].code]
            counts[kind] = counts.get(kind, 0.0) + 1.0
    total = sum(counts.values()) or 1.0
    return [{"class": kind, "share": counts[kind] / total} for kind in HALTING if kind in counts]


def _reach(s: Study, case: Case, draws: int) -> dict[str, Any]:
    """What the orders of a case hit, and how much of the company's money that is."""
    orders = case.orders
    if not orders:
        return {"orders": [], "accounts": [], "routes": [], "receipts_share": 0.0,
                "balance_share": 0.0}
    hits = [reach(s.book, order) for order in orders]
    accounts = list(dict.fromkeys(name for found, _ in hits for name in found))
    routes = list(dict.fromkeys(name for _, found in hits for name in found))
    shares = np.array([_shares(s, draw, accounts) for draw in range(draws)])
    return {"orders": [told(order) for order in orders], "accounts": accounts,
            "routes": routes, "receipts_share": float(shares[:, 0].mean()),
            "balance_share": float(shares[:, 1].mean())}


def _shares(s: Study, draw: int, accounts: Sequence[str]) -> tuple[float, float]:
    """Share of receipts and of balances on some accounts, in one draw."""
    book = s.draw(draw)
    rows = book.accounts.items()
    receipts = sum(number(a.receipts_share) for _, a in rows) or 1.0

    def money(name: str) -> float:
        account = book.accounts[name]
        at = book.market.fx.get(account.currency)
        rate = number(at) if at is not None else s.frame.units_per_usd(account.currency)
        return number(account.balance) / rate

    total = sum(money(name) for name, _ in rows) or 1.0
    return (sum(number(book.accounts[n].receipts_share) for n in accounts) / receipts,
            sum(money(n) for n in accounts) / total)


def told(order: Order) -> dict[str, Any]:
    """An order in words and figures, JSON-able."""
    rule = order.rule
    return {"source": rule.source, "words": rule.words, "account": order.account,
            "from_day": order.start, "days": order.days, "share": order.share,
            "allows": list(rule.allows), "why": rule.why, "cited": rule.cited}
