"""What the record demands of convertibility, printed as it comes out; nothing is tuned.

Run from the project's root: ``python tools/convertibility.py [--paths N] [--seed S]``. The
tables of docs/convertibility.md are its output.

Four questions: does Intelion live in most runs under its country's routes; does Core
Scientific fail when its coins sell at spot, at once and without limit; does a host feel
coin routes only through its clients; do an order at home and one abroad halt the same book
after different days.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from hashfall.book.money import Account, Route
from hashfall.book.parts import parts
from hashfall.book.prepare import Prepared, prepare
from hashfall.book.record import Book
from hashfall.book.values import number
from hashfall.engine.assess import AssessOptions, Study, study
from hashfall.engine.block import Fate
from hashfall.engine.cashout_routes import clients_at, closed, wholly_convertible
from hashfall.engine.effects import effects
from hashfall.engine.pack import Packed, pack
from hashfall.engine.paired import paired
from hashfall.engine.probability import horizon_days, probability
from hashfall.engine.stress import Case, stress
from hashfall.engine.stress_books import Order
from hashfall.ingest.freezes import freeze_rules
from hashfall.ingest.market import market_inputs
from hashfall.report.cashout_words import change, halt_cells, row_name
from hashfall.report.text import percent
from hashfall.report.text import probability as words

MONTHS = (6, 12, 36)
CLIENTS = (0.05, 0.2, 0.5448, 1.0)
TOP = 6


def opened(case: str, paths: int, seed: int, years: float = 3.0) -> tuple[Prepared, Study]:
    """Prepared book of a shipped case and its study."""
    prepared = prepare(case)
    book = parts(prepared.book)[0]
    market = market_inputs(prepared.book, True, prepared.world, years)
    options = AssessOptions(years=years, paths=paths, seed=seed)
    length = horizon_days(book.as_of, round(12 * years)) + 1
    return prepared, study(book, market, options, length, prepared.world)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    for row in [head, ["---"] * len(head), *rows]:
        print("| " + " | ".join(row) + " |")
    print()


def ledgers(s: Study, made: Mapping[str, Callable[[Book], Packed]]) -> None:
    """PD at each horizon of ledgers on the same paths, and the change of the 12-month one."""
    def books(draw: int) -> list[Packed]:
        return [make(s.draw(draw)) for make in made.values()]

    runs = s.run(books, inner=s.inner, draws=s.draws)
    base = runs[0].clock(Fate.D1)
    last = horizon_days(s.book.as_of, 12)
    rows = []
    for name, run in zip(made, runs, strict=True):
        own = run.clock(Fate.D1)
        cells = [words(probability(own, horizon_days(s.book.as_of, m))) for m in MONTHS]
        rows.append([name, *cells, "" if run is runs[0] else change(paired(base, own, last))])
    table(["", *(f"{m} months" for m in MONTHS), "12 months, points"], rows)


def routes_at(book: Book, figures: Callable[[Route], dict[str, float]]) -> Book:
    """The book with figures of every route replaced."""
    routes = {k: r.model_copy(update=figures(r)) for k, r in book.routes.items()}
    return book.model_copy(update={"routes": routes})


def haircut(book: Book, share: float) -> Book:
    """The book with one haircut on every route."""
    return routes_at(book, lambda route: {"haircut": share})


def narrowed(book: Book, factor: float) -> Book:
    """The book with every route's capacity times a factor."""
    return routes_at(book, lambda route: {
        "capacity_btc_per_day": factor * number(route.capacity_btc_per_day)})


def intelion(paths: int, seed: int) -> None:
    """The control in the same country."""
    prepared, s = opened("intelion", paths, seed)
    print("## Intelion: the country's routes\n")
    ledgers(s, {
        "as in the book": lambda b: pack(b, s.frame),
        "coins at spot, at once, without limit": lambda b: wholly_convertible(s, b),
        "haircut of every route 5%": lambda b: pack(haircut(b, 0.05), s.frame),
        "haircut of every route 20%": lambda b: pack(haircut(b, 0.2), s.frame),
        "haircut of every route 54.48%": lambda b: pack(haircut(b, 0.5448), s.frame),
        "a tenth of every route's capacity": lambda b: pack(narrowed(b, 0.1), s.frame),
        "all routes shut": lambda b: pack(closed(b, list(b.routes)), s.frame),
    })
    top_assumptions(prepared, s)


def top_assumptions(prepared: Prepared, s: Study) -> None:
    """Open fields of the book that move its 12-month PD most."""
    rows, _ = effects(s, prepared, lambda step, share: None)
    print("What the book leaves open and moves its 12-month PD most:\n")
    table(["assumption", "PD at its low", "PD at its high"],
          [[str(r["path"]), percent(r["pd_low"]), percent(r["pd_high"])] for r in rows[:TOP]])


def core(paths: int, seed: int) -> None:
    """A failure in a country of open routes."""
    prepared, s = opened("core_scientific_2022", paths, seed)
    print("## Core Scientific: convertibility at 1\n")
    ledgers(s, {
        "as in the book": lambda b: pack(b, s.frame),
        "coins at spot, at once, without limit": lambda b: wholly_convertible(s, b),
    })
    top_assumptions(prepared, s)


def host(paths: int, seed: int) -> None:
    """A host: its own routes, and those of its clients."""
    _, s = opened("bitriver", paths, seed)
    print("## BitRiver: a host\n")

    def at_cut(cut: float, book: Book) -> Packed:
        return pack(clients_at(book, 1.0 - cut), s.frame)

    made: dict[str, Callable[[Book], Packed]] = {
        "as in the book": lambda b: pack(b, s.frame),
        "its own routes all shut": lambda b: pack(closed(b, list(b.routes)), s.frame),
    }
    for cut in CLIENTS:
        name = f"clients lose {percent(cut)} of spot" if cut < 1.0 else "clients' routes all shut"
        made[name] = partial(at_cut, cut)
    ledgers(s, made)


def two_banks(book: Book) -> Book:
    """The book with a bank abroad that takes half of the receipts and a third of the cash."""
    home = next(iter(book.accounts.values()))
    others = sum(number(a.receipts_share) for a in book.accounts.values())
    cash = sum(number(a.balance) for a in book.accounts.values())
    abroad = Account.model_validate({
        "entity": home.entity, "bank": "made for this table", "country": "AE",
        "currency": book.currency, "balance": 0.5 * cash})
    abroad = abroad.model_copy(update={"receipts_share": others})
    return book.model_copy(update={"accounts": {**book.accounts, "abroad": abroad}})


def orders(paths: int, seed: int) -> None:
    """Days to halt by source of an order, as published and with a bank abroad."""
    rules = freeze_rules()
    for made in (False, True):
        _, s = opened("intelion", paths, seed, years=1.0)
        draws = min(32, s.draws)
        if made:
            s.drawn = {d: two_banks(s.draw(d)) for d in range(draws)}
            s.book = two_banks(s.drawer.draw(lambda name: 0.5))
        cases = [Case("none", ()), *(Case(n, (Order(r),)) for n, r in rules.items())]
        what = "half of the receipts abroad (made)" if made else "one bank"
        print(f"## Orders on Intelion, {what}\n")
        table(["order of", "accounts", "5%", "half", "95%", "never", "PD, points"],
              [_halt(s, row) for row in stress(s, cases, draws, 128, measures=False)])


def _halt(s: Study, row: Mapping[str, Any]) -> list[str]:
    d = row["days_to_halt"]
    return [row_name(row["name"]), ", ".join(row["accounts"]) or "none",
            *halt_cells(d, min(horizon_days(s.book.as_of, 12), s.plan.days)),
            change(row["pd_change"])]


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=str(__doc__))
    parser.add_argument("--paths", type=int, default=16384)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(f"{given.paths:,} paths asked for, seed {given.seed}.\n")
    for part in (intelion, core, host, orders):
        part(given.paths, given.seed)


if __name__ == "__main__":
    main()
