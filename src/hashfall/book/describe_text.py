"""The book in words and tables on a page of a given width."""

from __future__ import annotations

from typing import Any

from hashfall.book.describe import business, calendar, funding_off
from hashfall.book.describe_cells import Column, about, cell, entries_table, money
from hashfall.book.describe_operations import runs, who
from hashfall.book.describe_record import conflicts, second_look, sized_by, sources, unknown
from hashfall.book.fields import figures, specs
from hashfall.book.messages import printable
from hashfall.book.record import Book
from hashfall.book.rules_routes import currency_of_route
from hashfall.book.values import Known, KnownDate, Record, Rule, points
from hashfall.book.words import amount, figure_text, heading, paragraph, table

__all__ = ["describe_text"]

_NARROWEST = 60


def describe_text(book: Book, width: int = 80) -> str:
    """The book back in words and tables.

    Parameters
    ----------
    book : Book
        A book, best with its sizing rules applied: then ranges show as numbers.
    width : int
        Most letters of a line, 60 at least.

    Notes
    -----
    A plain number is known or stated by the book; ``a-b`` are the 5 and 95% points
    of what is not known.
    """
    width = max(width, _NARROWEST)
    lines = [printable(book.name), "-" * width]
    for section in (_head, who, runs, _has, _owes, _pays, _routes, _events, unknown,
                    conflicts, sources, second_look):
        lines += section(book, width)
    return "\n".join(lines) + "\n"


def _head(book: Book, width: int) -> list[str]:
    market, size = book.market, book.size
    rates = [
        f"{figure_text(rate)} {currency} to the dollar" for currency, rate in market.fx.items()
    ]
    if market.price_usd is not None:
        rates.append(f"{figure_text(market.price_usd)} USD a coin")
    text = [
        f"Book {book.id}: balances of {book.as_of}, what was known by {book.known_by}, "
        f"money in {book.currency}.",
        f"A {business(book) or 'holding'} company." + (f" At {', '.join(rates)}." if rates else ""),
    ]
    sizes = []
    if size.revenue_per_year is not None:
        revenue = cell(book, size, "revenue_per_year")
        sizes.append(f"revenue of {revenue} {size.revenue_currency} a year")
    if size.mw is not None:
        sizes.append(f"{cell(book, size, 'mw')} MW")
    if sizes:
        text.append(f"Published size: {', '.join(sizes)}.")
    counts = _counts(book)
    text.append(
        f"Of its figures {counts['sourced']} have a source, {counts['rules']} are bounded by a "
        f"sizing rule, {counts['ranges']} are other ranges, {counts['stated']} stand as written."
    )
    return [line for sentence in text for line in paragraph(sentence, width, "")]


def _counts(book: Book) -> dict[str, int]:
    counts = dict.fromkeys(("sourced", "ranges", "rules", "stated"), 0)
    for place in figures(book):
        if place.spec.attribute not in place.record.model_fields_set:
            continue
        if isinstance(place.value, (Known, KnownDate)):
            counts["sourced"] += 1
        elif isinstance(place.value, Rule) or sized_by(place.value):
            counts["rules"] += 1
        else:
            ranged = isinstance(place.value, Record)
            counts["ranges" if ranged else "stated"] += 1
    return counts


def _has(book: Book, width: int) -> list[str]:
    out = heading("What it has")
    out += entries_table(book, "Accounts", book.accounts, width, [
        ("entity", "entity"), ("bank", "bank"), ("country", "country"),
        ("balance", "balance"), ("", "currency"), ("receipts", "receipts_share"),
    ])
    coins = cell(book, book.coins, "free_btc")
    sold = cell(book, book.treasury, "sell_share")
    text = f"Coins: {coins} BTC free; {sold} of new coins is sold as it comes."
    out += ["", *paragraph(text, width)]
    out += entries_table(book, "Receivables", book.receivables, width, [
        ("entity", "entity"), ("amount", "amount"), ("", "currency"), ("due", "due"),
        ("comes in", "collected"),
    ])
    out += _funding(book, width)
    return out


def _funding(book: Book, width: int) -> list[str]:
    funding = book.funding
    out = entries_table(book, "Credit lines", funding.lines, width, [
        ("limit", "limit"), ("drawn", "drawn"), ("", "currency"),
        ("rate", "rate_per_year"), ("until", about("until")),
    ])
    for word, entry in (("Sale of shares", funding.equity), ("Sale of machines", funding.machines),
                        ("Power sold back", funding.power_resale)):
        if entry is not None:
            fields = [s for s in specs(type(entry)).values() if s.kind in ("figure", "date")]
            parts = [
                f"{s.name.replace('_', ' ')} {cell(book, entry, s.name)}"
                for s in fields if getattr(entry, s.attribute) is not None
            ]
            out += ["", *paragraph(f"{word}: {', '.join(parts)}.", width)]
    off = funding_off(book)
    if off:
        out += ["", *paragraph(f"Funding that is off, which is a stress: {', '.join(off)}.", width)]
    return out


def _owes(book: Book, width: int) -> list[str]:
    out = heading("What it owes, and when")
    rows = [
        [
            row["date"], row["what"],
            "-" if row["amount"] is None else amount(row["amount"]),
            row["currency"] or book.currency, "overdue" if row["overdue"] else "",
        ]
        for row in calendar(book)
    ]
    out += table(["date", "what", "amount", "", ""], rows, width) if rows else [
        "  Nothing dated."
    ]
    if rows:
        out += paragraph("A range stands here at its median, below with a tilde.", width)
    out += entries_table(book, "Loans", book.debts, width, [
        ("kind", lambda x: x.kind.replace("_", " ")), ("owed", money("principal")),
        ("rate", about("rate_per_year", "share")), ("a month", _instalment),
        ("matures", about("matures")), ("secured on", "secured_on"),
    ])
    out += entries_table(book, "Loans on coins", book.coin_loans, width, [
        ("lender", "lender"), ("owed", money("principal")),
        ("BTC", about("collateral_btc")), ("call LTV", "call_ltv"),
        ("sold at", "liquidation_ltv"), ("matures", about("matures")),
    ])
    out += entries_table(book, "Claims and awards", book.claims, width, [
        ("creditor", "creditor"), ("amount", money("amount")),
        ("due", about("due")), ("chance", "probability"),
        ("enforced", lambda c: "yes" if c.enforced else "-"),
    ])
    out += entries_table(book, "Paid ahead by clients", book.prepayments, width, [
        ("entity", "entity"), ("amount", "amount"), ("", "currency"),
        ("days to work off", "work_off_days"),
    ])
    out += entries_table(book, "Covenants", book.covenants, width, [
        ("kind", "kind"), ("level", "level"), ("tested each", "test"),
    ])
    return out


def _instalment(debt: Any) -> str:
    """What is repaid a month: an amount, or even parts of what is owed."""
    if debt.instalment is None and debt.kind in ("amortising", "machine_loan"):
        return "even"
    return about("instalment")(debt)


def _pays(book: Book, width: int) -> list[str]:
    out = heading("What it pays")
    out += entries_table(book, "Costs", book.costs, width, [
        ("kind", "kind"), ("amount", "amount"), ("", "currency"),
        ("when", lambda c: "once" if c.once else f"monthly, day {c.day_of_month}"),
        ("from", "start"), ("until", "until"),
    ])
    tax = book.tax
    text = (
        f"Tax: {cell(book, tax, 'profit_rate')} of profit by the {tax.period}, coins taxed "
        f"{'when credited' if tax.at_crediting else 'when sold'}; VAT "
        f"{cell(book, tax, 'vat_rate')}, {'' if tax.vat_recoverable else 'not '}recoverable."
    )
    out += ["", *paragraph(text, width)]
    out += paragraph(f"Order of payment: {', '.join(book.waterfall)}.", width)
    return out


def _routes(book: Book, width: int) -> list[str]:
    if not book.routes:
        return []
    return [
        *heading("Ways from coins to money"),
        *entries_table(book, "Routes", book.routes, width, [
            ("kind", "kind"), ("BTC/day", "capacity_btc_per_day"), ("fee", "fee"),
            ("haircut", "haircut"), *_if_any(book, "impact", "impact"), ("days", "delay_days"),
            ("", lambda r: currency_of_route(book, r)), *_if_any(book, "venue", "venue"),
            *_if_any(book, "rail", "rail"), *_if_any(book, "account", "account"),
            *_if_any(book, "closures", _closures), ("opens", "open_from"),
            ("closes", "open_until"),
        ]),
        *entries_table(book, "Venues", book.venues, width, [
            ("kind", "kind"), ("country", "country"), ("BTC/day", "capacity_btc_per_day"),
            ("closures", _closures), ("opens", "open_from"), ("closes", "open_until"),
        ]),
        *entries_table(book, "Rails", book.rails, width, [
            ("kind", "kind"), ("a day", "capacity_per_day"), ("", "currency"), ("fee", "fee"),
            ("days", "delay_days"), ("account", "account"), ("closures", _closures),
            ("opens", "open_from"), ("closes", "open_until"),
        ]),
    ]


def _if_any(book: Book, name: str, column: Column) -> list[tuple[str, Column]]:
    """A column that only books with such routes have."""
    field = "closes_per_year" if name == "closures" else name
    any_ = any(field in route.model_fields_set for route in book.routes.values())
    return [(name, column)] if any_ else []


def _closures(entry: Any) -> str:
    """How often something closes, and for how long."""
    if not any(points(entry.closes_per_year)):
        return "-"
    again = about("reopens_after_days")(entry) + " days" if entry.reopens_after_days else "good"
    return f"{about('closes_per_year')(entry)} a year, for {again}"


def _events(book: Book, width: int) -> list[str]:
    if not book.events:
        return []
    rows = [
        [figure_text(event.start), "-" if event.until is None else figure_text(event.until),
         f"{event.kind.replace('_', ' ')} of {event.what}", _terms(book, event),
         figure_text(event.probability, "share")]
        for event in sorted(book.events.values(), key=lambda e: figure_text(e.start))
    ]
    head = ["from", "until", "what", "terms", "chance"]
    return [*heading("What happens"), "", *table(head, rows, width)]


def _terms(book: Book, event: Any) -> str:
    parts = []
    if event.ordered_by:
        parts.append(f"by {event.ordered_by.replace('_', ' ')}")
        allowed = ", ".join(event.allows) or "nothing"
        parts.append(f"allows {allowed}")
    if event.up_to is not None:
        parts.append(f"up to {cell(book, event, 'up_to')} {event.currency or ''}".strip())
    if event.kind in ("customer_loss", "ban", "outage"):
        parts.append(f"{cell(book, event, 'share')} of it")
    if event.amount is not None:
        parts.append(f"{cell(book, event, 'amount')} {event.currency}")
    return ", ".join(parts)
