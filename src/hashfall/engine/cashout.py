"""Convertibility of a company's coins: money by date, cut, routes, freezes, tax at crediting.

Money by date is the flow over the routes of the median book and of draws of the book, at
the prices of `as_of`; default probabilities and days to halt are the ledger's, on simulated
paths. Neither feeds the other.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from hashfall.book.parts import parts
from hashfall.book.prepare import Prepared
from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.assess import AssessOptions, Study, study
from hashfall.engine.cashout_due import due_until, what_falls_due
from hashfall.engine.cashout_flow import (
    Flow,
    cut_rows,
    days_shown,
    flow_of,
    flow_study,
    marginal_values,
    picture,
    spread,
)
from hashfall.engine.cashout_routes import (
    changes,
    clients_at,
    closed,
    route_variants,
    routes_table,
    wholly_convertible,
)
from hashfall.engine.cashout_tax import crediting
from hashfall.engine.layout import LANES
from hashfall.engine.market import MarketInputs
from hashfall.engine.probability import horizon_days
from hashfall.engine.provenance import provenance_of
from hashfall.engine.sources import sources_of
from hashfall.engine.stress import Case, redirect_days, stress
from hashfall.engine.stress_books import Order, Rule, reach, stressed

__all__ = ["SCHEMA", "Asked", "cashout"]

SCHEMA: Final = "hashfall.cashout/1"
"""Schema of the machine output."""
_FLOW_DRAWS, _STRESS_DRAWS = 24, 32
_RUN_DAYS: Final = 366
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What is asked of the routes.

    Parameters
    ----------
    by : int
        Last day of the flow. [days]
    need : float, optional
        Money needed by then, in ``currency``.
    currency : str
        Currency of the need.
    close : tuple of str
        Routes, venues and rails that are shut.
    orders : tuple of Order
        Orders to freeze.
    """

    by: int = 90
    need: float | None = None
    currency: str = "USD"
    close: tuple[str, ...] = ()
    orders: tuple[Order, ...] = field(default=())

    @property
    def changes(self) -> bool:
        """Whether anything is shut or frozen beside what the book says."""
        return bool(self.close or self.orders)


def cashout(prepared: Prepared, market: MarketInputs, rules: Mapping[str, Rule], asked: Asked, *,
            options: AssessOptions = AssessOptions(years=1.0, paths=8192),
            progress: Progress | None = None) -> dict[str, Any]:
    """Convertibility of a company's coins, JSON-able.

    Parameters
    ----------
    prepared : Prepared
        Book with its sizing rules applied, and what scenarios say of the world.
    market : MarketInputs
        Network snapshot and parameters known at the book's dates.
    rules : mapping
        What orders of each source reach and allow (`hashfall.ingest.freezes`).
    asked : Asked
        Need, closures and orders.
    options : AssessOptions
        How to run the ledger.
    progress : callable, optional
        Told the step and the share of it that is done.
    """
    began = time.perf_counter()
    tell = progress or (lambda step, share: None)
    group = parts(prepared.book)[0]
    s = study(group, market, options, _RUN_DAYS, prepared.world)
    result = _head(s, prepared, asked)
    result |= _flows(s, asked, tell)
    result |= _ledger(s, asked, tell)
    result |= _stress(s, asked, rules, tell)
    result["tax_at_crediting"] = crediting(s, result)
    result["notes"] = _notes(s, result)
    result["sources"] = sources_of(group)
    result["seconds"] = round(time.perf_counter() - began, 2)
    result["provenance"] = provenance_of(prepared, market, options)
    return result


def _head(s: Study, prepared: Prepared, asked: Asked) -> dict[str, Any]:
    book = s.book
    return {
        "schema": SCHEMA, "case": prepared.book.id, "name": book.name,
        "as_of": book.as_of.isoformat(), "known_by": book.known_by.isoformat(),
        "currency": book.currency, "horizon_days": s.plan.days, "paths": s.draws * s.inner,
        "draws": s.draws, "inner": s.inner, "seed": s.options.seed,
        "price_usd": s.frame.price_usd,
        "asked": {
            "by_day": asked.by, "by": _date(s, asked.by), "need": asked.need,
            "currency": asked.currency, "close": list(asked.close),
            "freeze": [{"source": o.rule.source, "account": o.account, "from_day": o.start,
                        "days": o.days, "share": o.share} for o in asked.orders],
        },
    }


def _date(s: Study, day: int) -> str:
    return (s.book.as_of + dt.timedelta(days=day)).isoformat()


def _after(s: Study, asked: Asked, book: Book, draw: int | None) -> Book:
    """A drawn book with what is asked shut and frozen."""
    out = closed(book, asked.close) if asked.close else book
    return stressed(out, list(asked.orders), redirect_days(s, draw)) if asked.orders else out


def _flows(s: Study, asked: Asked, tell: Progress) -> dict[str, Any]:
    """Money by day, cut before and after, marginal values, time to cash."""
    median = s.drawer.draw(lambda name: 0.5)
    before = flow_of(s, median, asked.by)
    after = flow_of(s, _after(s, asked, median, None), asked.by) if asked.changes else before
    draws = min(_FLOW_DRAWS, s.draws)
    found = [after] if s.draws == 1 else flow_study(
        s, lambda d: _after(s, asked, s.draw(d), d), asked.by, draws,
        lambda share: tell("routes", share))
    due = what_falls_due(s, median, asked.by) if asked.by else []
    days = days_shown(asked.by)
    return {
        "deliverable": _deliverable(s, days, before, after, found, due_until(due, days)),
        "need": _need(s, asked, found, days),
        "convertible_share": _shares(s, days, after, found),
        "time_to_cash_days": _waits(found),
        "cut_before": cut_rows(before), "cut": cut_rows(after),
        "marginal_value": marginal_values(after, asked.by),
        "flow": {"before": picture(before), "after": picture(after)},
        "obligations": [{**row, "date": _date(s, row["day"])} for row in due],
    }


def _deliverable(s: Study, days: list[int], before: Flow, after: Flow, found: list[Flow],
                 due: list[float]) -> list[dict[str, Any]]:
    rows = []
    for i, day in enumerate(days):
        low, _, high = spread([flow.money[i] for flow in found])
        rows.append({
            "day": day, "date": _date(s, day), "usd": float(after.money[i]), "low": low,
            "high": high, "usd_before": float(before.money[i]), "due_usd": due[i],
        })
    return rows


def _need(s: Study, asked: Asked, found: list[Flow], days: list[int]) -> dict[str, Any] | None:
    """Whether a need is met by its day: share of draws, and how short the others are."""
    if asked.need is None:
        return None
    rates = [flow.graph.prices[asked.currency] for flow in found]
    wanted = np.array([asked.need * rate for rate in rates])
    money = np.array([flow.money for flow in found])
    met = money[:, -1] >= wanted * (1.0 - 1e-9)
    first = [next((float(d) for d, m in zip(days, row, strict=True) if m >= w), np.inf)
             for row, w in zip(money, wanted, strict=True)]
    low, mid, high = spread(first)
    short = np.maximum(0.0, wanted - money[:, -1])
    return {
        "usd": float(wanted.mean()), "by": _date(s, asked.by), "met_share": float(met.mean()),
        "first_day": {"p5": _finite(low), "p50": _finite(mid), "p95": _finite(high)},
        "short_usd": {"p50": float(np.quantile(short, 0.5)), "p95": float(np.quantile(short, 0.95))},
    }


def _finite(x: float) -> float | None:
    return x if np.isfinite(x) else None


def _shares(s: Study, days: list[int], after: Flow, found: list[Flow]) -> list[dict[str, Any]]:
    rows = []
    for i, day in enumerate(days):
        seen = [float(flow.share[i]) for flow in found if np.isfinite(flow.share[i])]
        mid = float(after.share[i])
        if seen and np.isfinite(mid):
            low, _, high = spread(seen)
            rows.append({"day": day, "date": _date(s, day), "share": mid, "low": low,
                         "high": high})
    return rows


def _waits(found: list[Flow]) -> dict[str, Any]:
    """Quantiles over coins, median and 5-95% over draws; None where coins do not arrive."""
    out: dict[str, Any] = {}
    for i, name in enumerate(("p50", "p95")):
        low, mid, high = spread([flow.waits[i] for flow in found])
        out |= {name: _finite(mid), f"{name}_low": _finite(low), f"{name}_high": _finite(high)}
    return out


def _ledger(s: Study, asked: Asked, tell: Progress) -> dict[str, Any]:
    """PD of each route, with convertibility at 1, and of the clients' own routes."""
    variants = route_variants(s.book)
    if asked.close:
        variants["asked"] = lambda b: closed(b, asked.close)
    coins = bool(s.book.fleet) or number_of(s, "free_btc") > 0.0
    if s.book.hosting:
        variants["clients.closed"] = lambda b: clients_at(b, 0.0)
    found = changes(s, variants if coins else {
        k: v for k, v in variants.items() if k in ("all.remove", "clients.closed", "asked")},
        s.draws, s.inner, packed={"whole": lambda b: wholly_convertible(s, b)} if coins else None,
        progress=lambda share: tell("ledger", share))
    now = found["asked"] if "asked" in found else found["base"]
    return {
        "pd_12m": now["pd"], "pd_12m_book": found["base"]["pd"],
        "closure_change": now["change"],
        "realised_over_spot": now["realised_over_spot"], "trapped_btc": now["trapped_btc"],
        "sold_btc": now["sold_btc"], "routes": routes_table(s.book, found) if coins else [],
        "all_routes_closed": _entry(found, "all.remove"),
        "wholly_convertible": _entry(found, "whole"),
        "clients_routes_closed": _entry(found, "clients.closed"),
    }


def _entry(found: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any] | None:
    return {"pd": found[name]["pd"], "change": found[name]["change"]} if name in found else None


def number_of(s: Study, name: str) -> float:
    """A figure of the median book's coins."""
    return number(getattr(s.drawer.draw(lambda _: 0.5).coins, name))


def _stress(s: Study, asked: Asked, rules: Mapping[str, Rule], tell: Progress) -> dict[str, Any]:
    """Days to halt under each source of an order, and under what is asked."""
    draws, inner = min(_STRESS_DRAWS, s.draws), min(s.inner, LANES)
    if asked.close:
        s = replace(s, drawn={d: closed(s.draw(d), asked.close) for d in range(draws)},
                    first=None)
    cases = [Case("none", ())]
    if any(event.kind == "freeze" for event in s.book.events.values()):
        cases.append(Case("book", None))
    if asked.orders:
        cases.append(Case("asked", asked.orders))
    start = min((o.start for o in asked.orders), default=0)
    sources = [Case(name, (Order(rule, start=start),)) for name, rule in rules.items()]
    live = [c for c in sources if c.orders and any(reach(s.book, c.orders[0]))]
    rows = stress(s, [*cases, *live], draws, inner, progress=lambda x: tell("freezes", x))
    by_name = {row["name"]: row for row in rows}
    for case in sources:
        if case.name not in by_name and case.orders:
            by_name[case.name] = _reaches_nothing(s, case, by_name["none"])
    order = [*(c.name for c in cases), *rules]
    told = "asked" if asked.orders else "book" if "book" in by_name else "none"
    return {
        "days_to_halt": {**by_name[told]["days_to_halt"], "row": told},
        "stress": [by_name[name] for name in order], "stress_paths": draws * inner,
        "stress_last_day": min(horizon_days(s.book.as_of, 12), s.plan.days),
    }


def _reaches_nothing(s: Study, case: Case, none: Mapping[str, Any]) -> dict[str, Any]:
    """The row of an order that reaches nothing of the book: as without any."""
    orders = case.orders or ()
    countries = sorted({account.country for account in s.book.accounts.values()})
    kinds = sorted({route.kind for route in s.book.routes.values()})
    rule = orders[0].rule
    banks = {"home": "at home", "abroad": "abroad"}.get(rule.banks, "")
    why = f"no account {banks} (banks in {', '.join(countries)})" if banks else ""
    if rule.route_kinds:
        why += f"{' and ' if why else ''}no route of its kinds (routes: {', '.join(kinds) or 'none'})"
    return {**none, "name": case.name, "same_as": "none", "why_same": f"reaches nothing: {why}",
            "orders": [{"source": rule.source, "words": rule.words, "account": None,
                        "from_day": orders[0].start, "days": None, "share": 1.0,
                        "allows": list(rule.allows), "why": rule.why, "cited": rule.cited}]}


def _notes(s: Study, result: Mapping[str, Any]) -> list[str]:
    notes = ["Money by date is the most that the routes can deliver at the prices of as_of, seen "
             "with all closures known; receipts of hosting and funding are not in it."]
    if s.book.hosting and not s.book.fleet:
        notes.append("The company sells hosting, not coins: routes reach it only through its "
                     "clients.")
    if any(row["name"] == "sanction_list" and row["orders"] for row in result["stress"]):
        notes.append("Orders of different sources are rows of their own and never added up; the "
                     "book's own freezes are taken out where an order is tried.")
    return notes
