"""Convertibility of a company's coins: money by date, cut, routes, freezes, tax at crediting.

Money by date is the flow over the routes of the median book and of draws of the book, with
receipts of hosting and funding, at the prices of `as_of`; default probabilities and days to
halt are the ledger's, on simulated paths. Neither feeds the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hashfall.book.parts import parts
from hashfall.book.prepare import Prepared
from hashfall.engine.answer import overdue
from hashfall.engine.assess import AssessOptions, Study, study
from hashfall.engine.cashout_answer import Asked, changed, date_of, flows, sells_coins
from hashfall.engine.cashout_routes import (
    changes,
    clients_at,
    closed,
    route_variants,
    routes_table,
    wholly_convertible,
)
from hashfall.engine.cashout_sources import prices_of
from hashfall.engine.cashout_tax import crediting
from hashfall.engine.market import MarketInputs
from hashfall.engine.probability import horizon_days
from hashfall.engine.provenance import provenance_of
from hashfall.engine.sources import sources_of
from hashfall.engine.stress import Case, stress, told
from hashfall.engine.stress_books import Order, Rule, reach

__all__ = ["SCHEMA", "Asked", "cashout"]

SCHEMA: Final = "hashfall.cashout/1"
"""Schema of the machine output."""
DEFAULTS: Final = AssessOptions(years=1.0, paths=8192)
"""How the ledger runs where nobody says."""
_RUN_DAYS: Final = 366
Progress = Callable[[str, float], None]


def cashout(prepared: Prepared, market: MarketInputs, rules: Mapping[str, Rule], asked: Asked, *,
            options: AssessOptions = DEFAULTS,
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
    result |= flows(s, asked, tell)
    result |= _overdue(s)
    result |= _ledger(s, asked, tell)
    result |= _stress(s, asked, rules, tell)
    result["tax_at_crediting"] = crediting(s, result)
    result["notes"] = _notes(s, result)
    result["sources"] = sources_of(group)
    result["seconds"] = round(time.perf_counter() - began, 2)
    result["provenance"] = {**provenance_of(prepared, market, options), "asked": result["asked"]}
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
            "by_day": asked.by, "by": date_of(s, asked.by), "need": asked.need,
            "currency": asked.currency, "close": list(asked.close),
            "freeze": [{"source": o.rule.source, "account": o.account, "from_day": o.start,
                        "days": o.days, "share": o.share} for o in asked.orders],
        },
    }


def _overdue(s: Study) -> dict[str, Any]:
    """What was due before the balances, beside what falls due later."""
    rows, prices = overdue(s.book), prices_of(s.drawer.draw(lambda name: 0.5), s.frame)
    return {"overdue": rows,
            "overdue_usd": sum(row["amount"] * prices[row["currency"]] for row in rows)}


def _ledger(s: Study, asked: Asked, tell: Progress) -> dict[str, Any]:
    """PD of each route, with convertibility at 1, and of the clients' own routes."""
    variants = route_variants(s.book)
    if s.book.hosting:
        variants["clients.closed"] = partial(clients_at, kept=0.0)
    coins = sells_coins(s)
    found = changes(s, variants if coins else {
        k: v for k, v in variants.items() if k in ("all.remove", "clients.closed")},
        s.draws, s.inner, packed={"whole": partial(wholly_convertible, s)} if coins else None,
        asked=partial(changed, s, asked) if asked.changes else None,
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


def _stress(s: Study, asked: Asked, rules: Mapping[str, Rule], tell: Progress) -> dict[str, Any]:
    """Days to halt under each source of an order, and under what is asked."""
    # On the paths of the ledger above, so that probabilities add up.
    draws, inner = s.draws, s.inner
    if asked.close:
        s = replace(s, drawn={d: closed(s.draw(d), asked.close) for d in range(draws)},
                    first=None)
    cases = [Case("none", ())]
    if any(event.kind == "freeze" for event in s.book.events.values()):
        cases.append(Case("book", None))
    if asked.orders:
        cases.append(Case("asked", asked.orders, beside=True))
    start = min((o.start for o in asked.orders), default=0)
    sources = [Case(name, (Order(rule, start=start),)) for name, rule in rules.items()]
    live = [case for case in [*cases, *sources] if not case.orders or _hits(s, case)]
    rows = stress(s, live, draws, inner, progress=lambda x: tell("freezes", x))
    by_name = {row["name"]: row for row in rows}
    for case in [*cases, *sources]:
        if case.name not in by_name:
            same = "book" if case.beside and "book" in by_name else "none"
            by_name[case.name] = _reaches_nothing(s, case, by_name[same])
    order = [*(c.name for c in cases), *rules]
    row = "asked" if asked.orders else "book" if "book" in by_name else "none"
    return {
        "days_to_halt": {**by_name[row]["days_to_halt"], "row": row},
        "stress": [by_name[name] for name in order], "stress_paths": draws * inner,
        "stress_last_day": min(horizon_days(s.book.as_of, 12), s.plan.days),
    }


def _hits(s: Study, case: Case) -> bool:
    """Whether an order of a case reaches something of the book."""
    return any(any(reach(s.book, order)) for order in case.orders or ())


def _reaches_nothing(s: Study, case: Case, same: Mapping[str, Any]) -> dict[str, Any]:
    """The row of orders that reach nothing of the book: as without any, and nothing tried."""
    orders = case.orders or ()
    why = "; ".join(dict.fromkeys(_missed(s, order.rule) for order in orders))
    return {**same, "name": case.name, "same_as": same["name"],
            "why_same": f"reaches nothing: {why}", "orders": [told(order) for order in orders],
            "unpaid_at_halt": {**same["unpaid_at_halt"], "paths": 0, "unpaid": {}, "held": 0.0},
            "measures": []}


def _missed(s: Study, rule: Rule) -> str:
    """What a book has none of that an order of a source would reach."""
    countries = sorted({account.country for account in s.book.accounts.values()})
    kinds = sorted({route.kind for route in s.book.routes.values()})
    banks = {"home": "at home", "abroad": "abroad"}.get(rule.banks, "")
    why = f"no account {banks} (banks in {', '.join(countries)})" if banks else ""
    if rule.route_kinds:
        why += (f"{' and ' if why else ''}no route of its kinds "
                f"(routes: {', '.join(kinds) or 'none'})")
    return why


def _notes(s: Study, result: Mapping[str, Any]) -> list[str]:
    notes = [_money_note(result)]
    if s.book.hosting and not s.book.fleet:
        notes.append("The company sells hosting, not coins: routes reach it only through its "
                     "clients.")
    notes += _harmful(s, result["routes"])
    if any(row["name"] == "sanction_list" and row["orders"] for row in result["stress"]):
        notes.append("Orders of different sources are rows of their own and never added up; the "
                     "book's own freezes are taken out where one is tried.")
    if result["asked"]["freeze"] and any(e.kind == "freeze" for e in s.book.events.values()):
        notes.append("The book's own freezes stay beside the orders that are asked for; on an "
                     "account that both name the stricter holds.")
    return notes


def _money_note(result: Mapping[str, Any]) -> str:
    """What money by date holds, and what it leaves out."""
    rows = result["deliverable"]
    text = ("Money by date is the most that can be there if nothing is paid, at the prices of "
            "as_of, and sees all days ahead")
    if any(row["hosting_usd"] for row in rows):
        text += ("; receipts of hosting are before the power that they need, from clients who stay "
                 "or leave as the ledger's do while the market stands still")
    if any(row["funding_usd"] for row in rows):
        text += ("; funding is drawn in full, covenants taken as held, beside the accounts that "
                 "orders reach, and gone when it is due")
    text += ". The line is the middle of the book with all routes open"
    text += (" that no date shuts; the band, the need and time to cash hold closures by chance, "
             "one path of the ledger a draw, known ahead" if result["closures_by_chance"] else "")
    return f"{text}. Machines are not sold in it, nor loans raised."


def _harmful(s: Study, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A note where default falls without a route, by more than two standard errors."""
    found = [row for row in rows if row["route"] in s.book.routes and row["remove"] is not None
             and row["remove"]["value"] < -2.0 * row["remove"]["se"]]
    if not found:
        return []
    names = ", ".join(f"{row['route']} ({100.0 * row['remove']['value']:+.1f} "
                      f"±{100.0 * row['remove']['se']:.1f})" for row in found)
    return [f"Default falls without {names}: the ledger sells by rule, through the best paid way "
            "first whatever its delay, so money is still under way when a bill or a margin call "
            "comes. A seller who chose would lose nothing by a route more."]
