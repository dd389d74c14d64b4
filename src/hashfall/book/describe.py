"""A book told back before anything runs, so that a wrong one is caught by reading it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hashfall.book.currencies import unit_of
from hashfall.book.fields import Place, entries, figures, specs
from hashfall.book.plausible import remarks
from hashfall.book.record import Book
from hashfall.book.sources import names_in
from hashfall.book.values import (
    DateRange,
    Known,
    KnownDate,
    Range,
    Record,
    Rule,
    middle,
    middle_date,
)

__all__ = ["business", "calendar", "describe", "funding_off", "not_known", "used_for", "view"]

_TABLES = (
    "entities", "sites", "fleet", "hosting", "accounts", "receivables", "prepayments", "debts",
    "coin_loans", "claims", "costs", "venues", "rails", "routes", "events", "covenants",
)
_LOANS = {
    "bullet": "bullet loan",
    "amortising": "amortising loan",
    "machine_loan": "machine loan",
    "convertible": "convertible note",
}
_FUNDING = {
    "lines": "credit lines",
    "equity": "sale of shares",
    "machines": "sale of machines",
    "power_resale": "power sold back",
}


def describe(book: Book) -> dict[str, Any]:
    """What a book says, section by section, as JSON would hold it.

    Parameters
    ----------
    book : Book
        A book, best with its sizing rules applied: then ranges show as numbers.
    """
    out: dict[str, Any] = {
        "schema": "hashfall.description/1",
        "case": book.id,
        "name": book.name,
        "business": business(book),
        "as_of": book.as_of.isoformat(),
        "known_by": book.known_by.isoformat(),
        "currency": book.currency,
        "waterfall": list(book.waterfall),
    }
    for section in ("market", "size", "coins", "treasury", "tax"):
        out[section] = view(book, section, getattr(book, section))
    for section in _TABLES:
        out[section] = [_row(book, section, key, entry)
                        for key, entry in getattr(book, section).items()]
    out["funding"] = view(book, "funding", book.funding)
    out["funding_off"] = funding_off(book)
    out["calendar"] = calendar(book)
    out["missing"] = not_known(book)
    out["conflicts"] = [conflict.model_dump(mode="json") for conflict in book.conflicts]
    out["sources"] = [
        {"id": key, **source.model_dump(mode="json"), "used_for": used_for(book, key)}
        for key, source in book.sources.items()
    ]
    out["remarks"] = remarks(book)
    return out


def business(book: Book) -> str:
    """Hosting, mining, or both."""
    words = [w for w, table in (("hosting", book.hosting), ("mining", book.fleet)) if table]
    return " and ".join(words)


def view(book: Book, path: str, record: Record) -> dict[str, Any]:
    """Fields of a record, figures with unit and source."""
    out: dict[str, Any] = {}
    for spec in specs(type(record)).values():
        value = getattr(record, spec.attribute)
        place = Place(f"{path}.{spec.name}", record, spec, value)
        if value is None:
            out[spec.name] = None
        elif spec.kind in ("figure", "date"):
            out[spec.name] = _figure(book, place)
        elif spec.kind == "figures":
            out[spec.name] = {
                key: _figure(book, Place(f"{place.path}.{key}", record, spec, figure))
                for key, figure in value.items()
            }
        elif spec.kind == "record":
            out[spec.name] = view(book, place.path, value)
        elif spec.kind == "table":
            out[spec.name] = [_row(book, place.path, key, entry) for key, entry in value.items()]
        else:
            out[spec.name] = value
    return out


def _row(book: Book, path: str, key: str, entry: Record) -> dict[str, Any]:
    """An entry of a table under its key; a name of its own is what it is called."""
    found = view(book, f"{path}.{key}", entry)
    return {"name": key, **{"called" if k == "name" else k: v for k, v in found.items()}}


def _figure(book: Book, place: Place) -> dict[str, Any]:
    value = place.value
    unit = "date" if place.spec.kind == "date" else unit_of(book, place)
    if isinstance(value, Record):
        content = value.model_dump(mode="json", exclude_unset=True)
        content.setdefault("source", getattr(value, "source", ""))
        return {**content, "unit": unit}
    plain = value.isoformat() if isinstance(value, dt.date) else value
    return {"value": plain, "unit": unit}


def funding_off(book: Book) -> list[str]:
    """Sources of funding that the book leaves out: they are off, which is a stress."""
    return [word for name, word in _FUNDING.items() if not getattr(book.funding, name)]


def calendar(book: Book) -> list[dict[str, Any]]:
    """Dated payments in order: claims, loans, orders and payments, medians of what is open."""
    rows: list[tuple[dt.date | None, str, str, Any, str | None]] = []
    for key, claim in book.claims.items():
        word = "award" if claim.kind == "award" else "claim"
        what = f"{word}: {claim.creditor}"
        rows.append((middle_date(claim.due), f"claims.{key}", what, claim.amount, claim.currency))
    for key, debt in book.debts.items():
        if debt.instalment is not None and debt.first_instalment is not None:
            what = f"{debt.lender}: first instalment, then monthly"
            rows.append((middle_date(debt.first_instalment), f"debts.{key}", what,
                         debt.instalment, debt.currency))
        repaid = debt.kind in ("amortising", "machine_loan")
        end = "ends, repaid in monthly instalments until then" if repaid else "matures"
        what = f"{debt.lender}: {_LOANS[debt.kind]} {end}"
        rows.append((middle_date(debt.matures), f"debts.{key}", what, debt.principal,
                     debt.currency))
    for key, loan in book.coin_loans.items():
        what = f"{loan.lender}: coin loan matures"
        rows.append((middle_date(loan.matures), f"coin_loans.{key}", what, loan.principal,
                     loan.currency))
    for key, cost in book.costs.items():
        if cost.once:
            rows.append((middle_date(cost.start), f"costs.{key}", cost.kind, cost.amount,
                         cost.currency))
    for key, event in book.events.items():
        if event.kind == "payment":
            rows.append((middle_date(event.start), f"events.{key}", event.what, event.amount,
                         event.currency))
    dated = sorted((row for row in rows if row[0] is not None), key=lambda row: (row[0], row[1]))
    return [
        {
            "date": str(date), "path": path, "what": what, "amount": middle(figure),
            "currency": currency, "overdue": date is not None and date <= book.as_of,
        }
        for date, path, what, figure, currency in dated
    ]


def not_known(book: Book) -> list[dict[str, Any]]:
    """What nobody publishes, why, and what stands in for it, in numbers where there are any."""
    values = {place.path: place for place in figures(book)}
    out = []
    for entry in book.missing:
        row: dict[str, Any] = entry.model_dump()
        place = values.get(entry.path)
        if place is not None and isinstance(place.value, (Range, DateRange)):
            ends = place.value.model_dump(mode="json", include={"low", "mid", "high"})
            row |= {**ends, "unit": unit_of(book, place)}
        out.append(row)
    listed = {entry.path for entry in book.missing}
    for path, place in values.items():
        if isinstance(place.value, Rule) and path not in listed:
            used = f"sizing rule {place.value.rule}"
            out.append({"path": path, "why": place.value.why, "used_instead": used})
    return out


def used_for(book: Book, source: str) -> list[str]:
    """Paths of the figures and entries that name a source."""
    found: dict[str, None] = {}
    for place in figures(book):
        if isinstance(place.value, (Known, KnownDate, Range, DateRange)) and (
            source in names_in(place.value.source)
        ):
            found[place.path] = None
    for path, record in entries(book):
        if source in names_in(getattr(record, "source", "") or ""):
            found[path] = None
    return list(found)
