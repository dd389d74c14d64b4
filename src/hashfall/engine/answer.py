"""From counts of a run to the figures that a reader is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hashfall.book.figure import day
from hashfall.book.prepare import Prepared
from hashfall.book.record import Book
from hashfall.book.values import middle, middle_date
from hashfall.engine.block import Fate, Total, liquid_edges
from hashfall.engine.definitions import DEFINITIONS
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.run import Outcome
from hashfall.engine.sales import coins_left, route_rows, time_to_money
from hashfall.engine.sources import sources_of
from hashfall.model.columns import CLASSES, Month

if TYPE_CHECKING:
    from hashfall.engine.assess import Study

__all__ = ["describe_outcome", "head_of", "pd_table"]

_HORIZONS = {"6m": 6, "12m": 12, "24m": 24, "36m": 36}
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def head_of(s: Study, prepared: Prepared) -> dict[str, Any]:
    """Who, when and how it was run."""
    book = s.book
    own, hosts = bool(book.fleet), bool(book.hosting)
    business = "hosting and mining" if own and hosts else "hosting" if hosts else "mining"
    return {
        "schema": "hashfall.assessment/1", "case": prepared.book.id, "name": book.name,
        "business": business, "as_of": book.as_of.isoformat(),
        "known_by": book.known_by.isoformat(),
        "balances_of": (prepared.balances_of or book.as_of).isoformat(),
        "balances_age_days": prepared.age_days, "currency": book.currency,
        "horizon_days": s.plan.days, "paths": s.draws * s.inner, "draws": s.draws,
        "inner": s.inner, "seed": s.options.seed, "seconds": 0.0,
        "overdue": overdue(book), "events": events(book), "network": None,
        "market": _market(s),
        "contradictions": [c.model_dump(mode="json") for c in book.conflicts],
        "scenarios": [{"name": x.name, "note": x.note, "digest": x.digest,
                       "patch": x.model_dump(mode="json", by_alias=True)}
                      for x in prepared.scenarios],
        "definitions": DEFINITIONS, "notes": [*_of_the_dates(prepared), *notes(book)],
        "sources": sources_of(book),
    }


def _of_the_dates(prepared: Prepared) -> list[str]:
    return [text for text in (prepared.age_words(),) if text]


def _market(s: Study) -> dict[str, Any]:
    return {
        "price_usd": s.frame.price_usd,
        "hashprice_usd_ph_day": s.frame.hashprice_usd_ph_day,
        "power_usd_per_kwh": s.frame.power_usd_per_kwh, "fx": s.frame.fx,
    }


def overdue(book: Book) -> list[dict[str, Any]]:
    """Amounts due before `as_of`: printed apart, never part of PD."""
    rows = []
    for claim in book.claims.values():
        since = middle_date(claim.due)
        if since is not None and day(since, book.as_of) <= 0:
            rows.append({
                "name": f"{claim.kind} {claim.creditor}", "class": "claim",
                "amount": middle(claim.amount), "currency": claim.currency,
                "since": since.isoformat(), "source": claim.source,
            })
    for debt in book.debts.values():
        since = middle_date(debt.matures)
        if since is not None and day(since, book.as_of) <= 0:
            rows.append({
                "name": debt.lender, "class": "principal", "amount": middle(debt.principal),
                "currency": debt.currency, "since": since.isoformat(), "source": debt.source,
            })
    return [*rows, *_late_payments(book)]


def _late_payments(book: Book) -> Iterator[dict[str, Any]]:
    """Costs that come once and payments of events, dated before the balances."""
    for name, cost in book.costs.items():
        since = middle_date(cost.start)
        if cost.once and since is not None and day(since, book.as_of) <= 0:
            yield {
                "name": name.replace("_", " "), "class": cost.kind,
                "amount": middle(cost.amount), "currency": cost.currency,
                "since": since.isoformat(), "source": cost.source,
            }
    for event in book.events.values():
        since = middle_date(event.start)
        if (event.kind == "payment" and event.amount is not None and since is not None
                and day(since, book.as_of) <= 0):
            yield {
                "name": event.what.replace("_", " "), "class": "claim",
                "amount": middle(event.amount), "currency": event.currency or book.currency,
                "since": since.isoformat(), "source": event.source,
            }


def events(book: Book) -> list[dict[str, Any]]:
    """Dated events of the book in words."""
    rows = []
    for name, event in book.events.items():
        start, until = middle_date(event.start), middle_date(event.until)
        words = f"{event.kind.replace('_', ' ')} of {event.what}"
        if event.ordered_by:
            words += f" by {event.ordered_by.replace('_', ' ')}"
        if event.kind == "freeze":
            words += f", allows {' and '.join(event.allows) if event.allows else 'nothing'}"
        if until is not None:
            words += f", until {until.isoformat()}"
        chance = middle(event.probability)
        if chance is not None and chance < 1.0:
            words += f" (chance {chance:.0%})"
        rows.append({"name": name, "date": start.isoformat() if start else None, "what": words,
                     "source": event.source})
    return sorted(rows, key=lambda row: row["date"] or "")


def notes(book: Book) -> list[str]:
    """What a reader has to know before using the figures."""
    out = []
    off = [name for name, there in (
        ("credit lines", book.funding.lines), ("share sales", book.funding.equity),
        ("sale of machines", book.funding.machines), ("power resale", book.funding.power_resale),
    ) if not there]
    if off:
        out.append(f"Not in the book, so off: {', '.join(off)}. Without them the run is a stress.")
    out.append("Power used and hosting billed before the date of the run are taken as a going "
               "concern's: one month of bills on either side, at the levels of that day.")
    out.append("Exchange rates and regional power prices are assumed processes where no public "
               "series came with the tables; see the assumptions.")
    return out


def pd_table(s: Study, base: Outcome) -> dict[str, Any]:
    """Probabilities of the four clocks at each horizon; D2, D3 None where undefined."""
    table: dict[str, Any] = {}
    secured = any(d.secured_on == "machines" for d in s.book.debts.values())
    for name, kind in (("d1", Fate.D1), ("d2", Fate.D2), ("d3", Fate.D3), ("d4", Fate.D4)):
        if (name == "d3" and not s.book.covenants) or (name == "d2" and not secured):
            table[name] = None
            continue
        row: dict[str, Any] = {}
        for horizon, months in _HORIZONS.items():
            last = horizon_days(s.book.as_of, months)
            row[horizon] = probability(base.clock(kind), last) if last <= s.plan.days else None
        table[name] = row
    return table


def describe_outcome(s: Study, base: Outcome, runways: Sequence[Outcome]) -> dict[str, Any]:
    """Curve, fan, calendar, runway, coins, last source and first unpaid class."""
    out: dict[str, Any] = {"pd_curve": _curve(s, base), "fan": _fan(s, base),
                           "calendar": _calendar(s, base), "routes": route_rows(s, base)}
    spot, net = base.total[Total.SOLD_SPOT], base.total[Total.SOLD_NET]
    out["trapped_btc"] = float(base.total[Total.TRAPPED] / base.paths)
    out |= coins_left(base)
    out["realised_over_spot"] = float(net / spot) if spot > 0.0 else None
    out["time_to_money_days"] = time_to_money(s, base)
    out["runway_days"] = {
        name: _runway(outcome, s.plan.days)
        for name, outcome in zip(("cash_only", "cash_and_coins"), runways, strict=False)
    }
    out["last_source"], out["first_unpaid"] = _ends(s, base)
    return out


def _curve(s: Study, base: Outcome) -> dict[str, Any]:
    cal = s.base(0).calendar
    assert cal is not None  # every packed book has one
    days = [int(d) for d in cal.month_ends()]
    rows = [probability(base.clock(Fate.D1), d) for d in days]
    return {"day": days, "date": [cal.date(d).isoformat() for d in days],
            "d1": {key: [row[key] for row in rows]
                   for key in ("value", "se", "low", "high")}}


def _fan(s: Study, base: Outcome) -> dict[str, Any]:
    cal, edges = s.base(0).calendar, liquid_edges()
    assert cal is not None and base.bins is not None
    out: dict[str, Any] = {
        "date": [cal.date(d).isoformat() for d in cal.month_ends()], "currency": s.book.currency,
        "what": "liquid means at month end, less what is unpaid",
    }
    total = np.cumsum(base.bins, axis=1)
    for q in _QUANTILES:
        at = (total >= q * base.paths).argmax(axis=1)
        out[f"p{int(q * 100)}"] = [float(edges[i]) for i in at]
    return out


def _calendar(s: Study, base: Outcome) -> list[dict[str, Any]]:
    cal = s.base(0).calendar
    assert cal is not None and base.months is not None
    mean = base.months / base.paths
    rows = []
    for i, end in enumerate(cal.month_ends()):
        row = mean[i]
        due = {name: float(row[Month.DUE + j]) for j, name in enumerate(CLASSES)
               if row[Month.DUE + j] > 0.0}
        rows.append({
            "month": cal.date(end).isoformat()[:7], "due": due, "cash": float(row[Month.CASH]),
            "coins_in_time": float(row[Month.COINS]), "funding": float(row[Month.FUNDING]),
            "frozen": float(row[Month.HELD]), "trapped": float(row[Month.TRAPPED]),
            "unpaid": float(row[Month.UNPAID]), "not_defaulted": float(row[Month.ALIVE]),
        })
    return rows


def _runway(outcome: Outcome, horizon: int) -> dict[str, float]:
    days = outcome.fate[Fate.SHORT].astype(float)
    never = days < 0
    p5, p50, p95 = np.quantile(np.where(never, horizon, days), [0.05, 0.5, 0.95])
    return {"p5": float(p5), "p50": float(p50), "p95": float(p95),
            "censored_share": float(never.mean())}


def _ends(s: Study, base: Outcome) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Source that paid last and class that stayed unpaid, on defaulted paths."""
    dead = base.fate[Fate.D1] > 0
    total = max(1, int(dead.sum()))
    found_last: dict[str, int] = dict.fromkeys(["cash", *s.taps[0].names], 0)
    lasts = base.clock(Fate.LAST)
    for draw in range(base.draws):
        # Routes may stand in another order in another draw.
        names = ["cash", *s.taps[draw].names]
        for i, n in enumerate(np.bincount(lasts[draw][base.clock(Fate.D1)[draw] > 0] + 1)):
            if n:
                found_last[names[i]] = found_last.get(names[i], 0) + int(n)
    sources = [{"source": name, "share": float(n / total)} for name, n in found_last.items() if n]
    broke: dict[str, float] = {}
    lines = base.clock(Fate.LINE)
    for draw in range(base.draws):
        # A claim that does not come up in a draw has no line there: each draw has its own.
        found = lines[draw][base.clock(Fate.D1)[draw] > 0]
        for line, n in enumerate(np.bincount(found[found >= 0])):
            if n:
                kind = CLASSES[s.line_kinds[draw][line]]
                broke[kind] = broke.get(kind, 0.0) + float(n / total)
    return (sorted(sources, key=lambda x: -x["share"]),
            [{"class": k, "share": v} for k, v in sorted(broke.items(), key=lambda x: -x[1])])
