"""Rules about names: what a book refers to has to be in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hashfall.book.fields import entries, figures
from hashfall.book.messages import nearest, shown
from hashfall.book.money import Event
from hashfall.book.problem import Problem
from hashfall.book.record import Book
from hashfall.book.sources import names_in
from hashfall.book.values import DateRange, Range

__all__ = ["RULES", "TARGETS"]

_TABLES = {"entity": "entities", "parent": "entities", "site": "sites", "venue": "venues",
           "rail": "rails", "account": "accounts"}
TARGETS: Mapping[str, str] = {
    "freeze": "accounts",
    "ban": "sites",
    "outage": "sites",
    "route_closure": "routes",
    "venue_closure": "venues",
    "rail_closure": "rails",
    "customer_loss": "hosting",
}
"""Table in which each kind of event finds what it hits."""
_DEEPEST = 20
_DRIVER = re.compile(r"^[A-Za-z0-9_.-]+$")


def references(book: Book) -> Iterator[Problem]:
    """Entities, sites, venues, rails and accounts that entries name are in the book."""
    for path, record in entries(book):
        for field, table in _TABLES.items():
            name = getattr(record, field, None)
            known = getattr(book, table)
            if name is not None and name not in known:
                expected = f"a name from {table}"
                yield Problem(f"{path}.{field}", expected, shown(name), nearest(name, known))


def event_targets(book: Book) -> Iterator[Problem]:
    """Events name an account, site, route, venue, rail or contract that is in the book."""
    for key, event in book.events.items():
        table = TARGETS.get(event.kind)
        if table is None:
            continue
        known = getattr(book, table)
        if event.what not in known:
            place = f"events.{key}.what"
            hint = nearest(event.what, known) or f"the book has no {table}"
            yield Problem(place, f"a name from {table}", shown(event.what), hint)


def entity_tree(book: Book) -> Iterator[Problem]:
    """Parents form a tree, and at least one entity stands for the group."""
    for key in book.entities:
        line, at = [key], book.entities[key].parent
        while at is not None and at in book.entities:
            line.append(at)
            if at in line[:-1] or len(line) > _DEEPEST:
                expected = f"a tree of entities, at most {_DEEPEST} deep"
                yield Problem(f"entities.{key}.parent", expected, shown(" -> ".join(line)))
                return
            at = book.entities[at].parent
    if not any(e.parent is None and not e.ring_fenced for e in book.entities.values()):
        expected = "an entity without parent that is not ring-fenced"
        yield Problem("entities", expected, "none", "the group itself is assessed first")


def entity_owners(book: Book) -> Iterator[Problem]:
    """A share of the parent needs a parent; owners have no more than all of an entity."""
    for key, entity in book.entities.items():
        if entity.parent is None and entity.parent_share is not None:
            yield Problem(f"entities.{key}.parent_share", "a parent that has the share", "none")
        total = sum(o.share or 0.0 for o in entity.owners.values()) + (entity.parent_share or 0.0)
        if total > 1.0 + 1e-9:
            yield Problem(f"entities.{key}.owners", "shares of 1 or less in sum, parent included",
                          f"{total:g}")


def something_to_run(book: Book) -> Iterator[Problem]:
    """The company mines or hosts."""
    if not book.fleet and not book.hosting:
        expected = "an entry of fleet or of hosting"
        yield Problem("", expected, "neither", "a book needs machines or hosting clients to run")


def sources_exist(book: Book) -> Iterator[Problem]:
    """Sources that figures and entries name are in the book."""
    for path, text in _stated_sources(book):
        for name in names_in(text):
            if name not in book.sources:
                hint = "or start it with assumption, sizing rule or definition"
                near = nearest(name, book.sources)
                hint = f"{near}, {hint}" if near else hint
                yield Problem(path, "names from sources", shown(name), hint)


def _stated_sources(book: Book) -> Iterator[tuple[str, str]]:
    for path, record in entries(book):
        text = getattr(record, "source", "")
        if text:
            yield f"{path}.source", text
    for place in figures(book):
        text = getattr(place.value, "source", "")
        if text:
            yield f"{place.path}.source", text


def drivers_apart(book: Book) -> Iterator[Problem]:
    """A driver has a plain name that is not the path of another range."""
    ranges: dict[str, Any] = {}
    for place in figures(book):
        if isinstance(place.value, (Range, DateRange)):
            ranges[place.path] = place.value
    used = defaultdict(list)
    for path, value in ranges.items():
        if value.driver is not None:
            used[value.driver].append(path)
    for driver, paths in used.items():
        bad = not _DRIVER.match(driver) or driver.startswith("chance.")
        taken = driver in ranges and driver not in paths and ranges[driver].driver is None
        if bad or taken:
            expected = "a name of letters, digits, _, . and - that is no other field's path"
            yield Problem(f"{paths[0]}.driver", expected, shown(driver))


def event_fields(book: Book) -> Iterator[Problem]:
    """Events carry the fields of their kind and no others."""
    for key, event in book.events.items():
        place = f"events.{key}"
        if event.kind == "freeze" and event.ordered_by is None:
            expected = "who ordered the freeze, such as domestic_court"
            yield Problem(f"{place}.ordered_by", expected, "nothing")
        if event.kind == "payment":
            for field in ("amount", "currency"):
                if getattr(event, field) is None:
                    yield Problem(f"{place}.{field}", f"the {field} of a payment", "nothing")
        if event.kind == "outage" and event.until is None:
            hint = "an outage without end is a ban"
            yield Problem(f"{place}.until", "the end of an outage", "nothing", hint)
        yield from _foreign_fields(event, place)


def _foreign_fields(event: Event, place: str) -> Iterator[Problem]:
    only = {
        "freeze": {"ordered_by", "allows", "allowance_per_month", "up_to", "redirect_days"},
        "payment": {"amount"},
    }
    for kind, fields in only.items():
        if event.kind != kind:
            for field in sorted(fields & event.model_fields_set):
                if getattr(event, field) is not None:
                    found = f"one on {event.kind}"
                    yield Problem(f"{place}.{field}", f"this field only on {kind}", found)


RULES: Mapping[str, Callable[[Book], Iterator[Problem]]] = {
    "references": references,
    "entity_tree": entity_tree,
    "entity_owners": entity_owners,
    "event_targets": event_targets,
    "event_fields": event_fields,
    "sources_exist": sources_exist,
    "drivers_apart": drivers_apart,
    "something_to_run": something_to_run,
}
"""Rules of this module by name."""
