"""A replayed path in words: what ran out, what was missed, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar
from hashfall.model.columns import Head, Row, Tap

if TYPE_CHECKING:
    from hashfall.engine.pack import Packed
    from hashfall.engine.replay import Trace
    from hashfall.model.reference.ledger_events import Event

__all__ = ["amount_words", "entry_words", "story"]

MOST = 8
"""Most events of a story."""
_NOTHING_LEFT = 0.005  # share of a stock below which it counts as used up
_FEW_COINS, _NO_COIN = 1.0, 1e-6  # BTC
_ASKED = 0.01  # below it nothing is asked; in the loan's currency


class _Found(NamedTuple):
    rank: int  # lower is more telling
    day: int
    text: str


def amount_words(amount: float, currency: str) -> str:
    """An amount in three figures at most.

    Examples
    --------
    >>> amount_words(12_340_000.0, "RUB"), amount_words(954.4e6, "RUB"), amount_words(1.2e9, "USD")
    ('12.3m RUB', '954m RUB', '1.2bn USD')
    >>> amount_words(0.25, "BTC"), amount_words(1500.0, "USD")
    ('0.25 BTC', '1.5k USD')
    """
    for size, mark in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(amount) >= 0.9995 * size:
            x = amount / size
            digits = 0 if abs(x) >= 99.95 else 1
            return f"{x:.{digits}f}".removesuffix(".0") + f"{mark} {currency}"
    return f"{amount:.3g} {currency}"


def entry_words(book: Book, path: str) -> str:
    """Whom an entry of a book concerns, by name where it has one.

    Parameters
    ----------
    book : Book
        A book.
    path : str
        Entry, such as ``claims.infrastructure``.
    """
    table, _, key = path.partition(".")
    if table == "claims" and key in book.claims:
        return f"{book.claims[key].kind} {book.claims[key].creditor}"
    if table == "debts" and key in book.debts:
        return f"loan {book.debts[key].lender}"
    if table == "coin_loans" and key in book.coin_loans:
        return f"loan on coins {book.coin_loans[key].lender}"
    if table == "costs" and key in book.costs:
        kind = {"fixed": "fixed cost"}.get(book.costs[key].kind, book.costs[key].kind)
        return kind if kind == key else f"{kind} {key.replace('_', ' ')}"
    if table == "sites":
        return f"power of {key.replace('_', ' ')}"
    if table == "events" and key in book.events:
        return book.events[key].what.replace("_", " ")
    return {"tax": "profit tax"}.get(path, path.rpartition(".")[2].replace("_", " "))


def _line_words(book: Book, packed: Packed, place: int) -> str:
    """A payment line by what is paid through it."""
    line = packed.lines[place]
    names = list(dict.fromkeys(entry_words(book, name) for name in line.names))
    words = names[0] if names else line.kind
    if len(names) > 1:
        words += f" and {len(names) - 1} more"
    if line.kind in ("interest", "principal", "margin") and line.kind not in words:
        words = f"{line.kind} on {words}"
    return words


def _freezes(trace: Trace, book: Book) -> Iterator[_Found]:
    own, cal = book.currency, trace.packed.names.freezes
    for place, name in enumerate(cal):
        event = book.events[name.removeprefix("events.")]
        by = f" by {event.ordered_by.replace('_', ' ')}" if event.ordered_by else ""
        words = f"account {event.what.replace('_', ' ')} frozen{by}"
        held = trace.ledger.opening.get(("frozen", place, own), 0.0)
        if held > 0.0:
            yield _Found(2, 0, f"{words}: {amount_words(held, own)} held from the start")
        taken = _first(trace.events, "frozen", place, "seized")
        if taken is not None:
            yield _Found(2, taken.day, f"{words}: {amount_words(taken.amount, own)} taken")
        elif held <= 0.0:
            first = _first(trace.events, "frozen", place, "held")
            if first is not None:
                yield _Found(3, first.day, f"{words}: receipts held from this day on")
    for mark in trace.marks:
        if mark.what == "freeze ends" and mark.amount > 0.0:
            what = book.events[mark.name.removeprefix("events.")].what.replace("_", " ")
            yield _Found(4, mark.day, f"freeze of {what} ends: {amount_words(mark.amount, own)} "
                                      "released")


def _first(events: Iterable[Event], account: str, place: int, what: str) -> Event | None:
    for event in events:
        if event.account == account and event.place == place and event.what == what:
            return event
    return None


def _missed(trace: Trace, book: Book) -> Iterator[_Found]:
    """First day on which something stays unpaid; then the first day of each other line."""
    packed, seen, first = trace.packed, set(), True
    for day in trace.ledger.days:
        new = [(place, units) for place, units in enumerate(day.unpaid_lines)
               if units > 0.01 and place not in seen and not packed.lines[place].standing]
        for place, units in new:
            seen.add(place)
            line = packed.lines[place]
            text = f"{_line_words(book, packed, place)}: {amount_words(units, line.currency)}"
            rank = 1 if first else 7 if line.kind == "margin" else 6
            yield _Found(rank, day.day, f"{text} not paid when due")
        first = first and not new


def _loans(trace: Trace, book: Book) -> Iterator[_Found]:
    for place, name in enumerate(trace.packed.names.loans):
        words = entry_words(book, name)
        sold = _first(trace.events, "pledged", place, "sold by the lender")
        if sold is not None:
            yield _Found(3, sold.day, f"{words}: the lender sells "
                                      f"{amount_words(-sold.amount, 'BTC')} of collateral")
        pledged = _first(trace.events, "pledged", place, "pledged")
        asked = next((e for e in trace.events if e.account == "margin asked" and e.name == name
                      and e.what == "margin asked" and e.amount > _ASKED), None)
        if asked is not None:
            yield _Found(3, asked.day, f"{words}: margin call of "
                                       f"{amount_words(asked.amount, asked.currency)}, "
                                       f"{_call_end(trace.events, asked, place)}")
        elif pledged is not None:
            yield _Found(5, pledged.day, f"{words}: margin call met with "
                                         f"{amount_words(pledged.amount, 'BTC')}")


def _call_end(events: Sequence[Event], asked: Event, place: int) -> str:
    """How a margin call ends: met, lapsed, cut short, or still open where the path ends."""
    left, begun = 0.0, False
    for event in events:
        begun = begun or event is asked
        if not begun or (event.account, event.place) != ("margin asked", asked.place):
            continue
        left += event.amount
        if left > _ASKED:
            continue
        when = "the same day" if event.day == asked.day else f"on day {event.day}"
        if event.what == "margin paid":
            return f"met with money {when}"
        today = {e.what for e in events
                 if e.day == event.day and e.account == "pledged" and e.place == place}
        if event.what == "margin withdrawn":
            sold = "sold by the lender" in today
            return f"ended {when} by {'sale of the collateral' if sold else 'the end of the loan'}"
        # A part that was paid, or a rise of the coin, is enough to end a call.
        return f"met with coins {when}" if "pledged" in today else (
            f"lapsed {when}, the loan being below its call level again")
    return "not met to the end of what is told"


def _used_up(trace: Trace) -> Iterator[_Found]:
    """Credit lines drawn to the limit, and the day on which the last coin goes."""
    for (account, place, currency) in trace.ledger.opening:
        if account != "credit line":
            continue
        packed = trace.packed
        row = int(packed.head[Head.R_TAP]) + place * int(Tap.COUNT) + int(Tap.STOCK)
        left = limit = float(packed.state[row])
        for event in trace.events:
            if event.account == account and event.place == place and event.what == "drawn":
                left -= event.amount
                if left <= _NOTHING_LEFT * limit:
                    name = packed.taps[place].rpartition(".")[2].replace("_", " ")
                    yield _Found(4, event.day, f"credit line {name} used up: "
                                               f"{amount_words(limit, currency)} drawn")
                    break
    rich = trace.ledger.opening["coins", 0, "BTC"] > _FEW_COINS
    for day in trace.ledger.days:
        rich = rich or day.coins > _FEW_COINS
        if rich and day.coins < _NO_COIN:
            gone = [e.what for e in trace.events if e.day == day.day and e.account == "coins"
                    and e.amount < 0.0]
            verb = "pledged" if gone[-1:] == ["pledged"] else "sold"
            yield _Found(4, day.day, f"the last coin is {verb}")
            break


def _clocks(trace: Trace, book: Book) -> Iterator[_Found]:
    for mark in trace.marks:
        if mark.what == "payment default":
            line = int(trace.ledger.row(Row.LINE))
            grace = trace.packed.lines[line].grace
            words = _line_words(book, trace.packed, line)
            market = trace.world[mark.day - 1]
            yield _Found(0, mark.day, f"payment default: {words} beyond its grace of {grace} days, "
                                      f"{amount_words(mark.amount, book.currency)} in all; "
                                      f"coin at {market[0]:,.0f} USD")
        elif mark.what == "covenant broken":
            yield _Found(5, mark.day, f"covenant broken: {mark.name}")
        elif mark.what == "insolvent":
            yield _Found(6, mark.day, "liabilities exceed assets by "
                                      f"{amount_words(mark.amount, book.currency)}")


def story(trace: Trace, book: Book, cal: Calendar) -> list[dict[str, Any]]:
    """Most telling events of a path, at most eight: ``{"day", "date", "text"}`` in order of days.

    Parameters
    ----------
    trace : Trace
        A replayed path.
    book : Book
        Drawn book that was packed: names of creditors, sites and accounts come from it.
    cal : Calendar
        Calendar of the run.

    Notes
    -----
    What is overdue at `as_of` is no event. After the payment default nothing is told.
    """
    found = [*_clocks(trace, book), *_freezes(trace, book), *_missed(trace, book),
             *_loans(trace, book), *_used_up(trace)]
    end = min((f.day for f in found if f.rank == 0), default=len(trace.ledger.days))
    kept = sorted(f for f in found if f.day <= end)[:MOST]
    return [{"day": f.day, "date": cal.date(f.day).isoformat(), "text": f.text}
            for f in sorted(kept, key=lambda f: (f.day, -f.rank))]
