"""Who a company is and what it runs, in tables."""

from __future__ import annotations

from typing import Any

from hashfall.book.describe_cells import Column, about, cell, entries_table
from hashfall.book.parties import entity_names
from hashfall.book.plausible import fleet_mw, fleet_ph
from hashfall.book.record import Book
from hashfall.book.words import figure_text, heading, paragraph, plain_number

__all__ = ["runs", "who"]


def who(book: Book, width: int) -> list[str]:
    """Legal entities."""
    called = {id(book.entities[key]): name for key, name in entity_names(book).items()}
    columns: list[tuple[str, Column]] = [
        ("called", lambda e: called[id(e)]),
        ("country", "country"),
        ("parent", _parent),
        ("assessed", lambda e: "apart (ring-fenced)" if e.ring_fenced else "with the group"),
        ("note", "note"),
    ]
    out = heading("Who") + entries_table(book, "Entities", book.entities, width, columns)
    for key, entity in book.entities.items():
        for label, texts in (
            ("also called", entity.aliases), ("registered as", entity.registration),
            ("addresses", entity.addresses),
            ("owned by", [_stake(o.name, o.share) for o in entity.owners.values()]),
        ):
            if texts:
                out += paragraph(f"{key} {label}: {', '.join(texts)}.", width)
    return out


def _parent(entity: Any) -> str:
    return "-" if entity.parent is None else _stake(entity.parent, entity.parent_share)


def _stake(owner: str, share: float | None) -> str:
    return owner if share is None else f"{owner} ({100 * share:g}%)"


def runs(book: Book, width: int) -> list[str]:
    """Sites, own machines and hosting clients."""
    out = heading("What it runs")
    out += entries_table(book, "Sites", book.sites, width, [
        ("place", "place"), ("MW", "mw"), ("status", "status"), ("from", "start"),
        ("uptime", "uptime"), ("power", lambda site: _power(book, site)),
    ])
    out += entries_table(book, "Own machines", book.fleet, width, [
        ("site", "site"), ("model", "model"), ("PH/s", lambda f: _number(fleet_ph(f))),
        ("J/TH", "j_per_th"), ("MW", lambda f: _number(fleet_mw(f))),
        ("hosted at", lambda f: _hosted(book, f)), ("resale USD/TH", "resale_usd_per_th"),
        ("pledged", lambda f: "yes" if f.pledged else "-"),
    ])
    for key, fleet in book.fleet.items():
        if fleet.growth_to_ph is not None:
            to, by = about("growth_to_ph")(fleet), about("growth_by")(fleet)
            out += paragraph(f"{key} grows to {to} PH/s by {by}, evenly.", width)
    out += entries_table(book, "Hosting clients", book.hosting, width, [
        ("site", "site"), ("MW", "mw"), ("taken", "utilisation"),
        ("tariff", lambda h: f"{cell(book, h, 'tariff_per_kwh')} {h.currency}/kWh"),
        ("power", lambda h: "client pays" if h.client_pays_power else "in the tariff"),
        ("J/TH", "client_j_per_th"), ("until", "until"),
    ])
    return out


def _power(book: Book, site: Any) -> str:
    power = site.power
    adder = cell(book, power, "adder_per_kwh")
    market = f"market {power.region}" + (f" + {adder}" if adder != "0" else "")
    if power.kind == "market":
        return f"{market} {power.currency}/kWh" if adder != "0" else market
    text = f"{cell(book, power, 'price_per_kwh')} {power.currency}/kWh"
    if power.until is not None:
        text += f" until {figure_text(power.until)}, then {market}"
    share = cell(book, power, "take_or_pay")
    return text if share == "0%" else f"{text}, take or pay {share}"


def _hosted(book: Book, fleet: Any) -> str:
    if fleet.hosted_per_kwh is None:
        return "-"
    return f"{cell(book, fleet, 'hosted_per_kwh')} {fleet.hosted_currency}/kWh"


def _number(value: float | None) -> str:
    return "-" if value is None else plain_number(value)
