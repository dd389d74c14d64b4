"""Money that comes without a coin: receipts of hosting, other receipts, funding; by day.

The market stands still at `as_of`, as for what falls due. Clients stay or leave by the
ledger's own rule and pay with its delay; what the ledger may draw is drawn as early as it
can be.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from hashfall.book.record import Book
from hashfall.book.values import day, number
from hashfall.engine.calendar import Floats
from hashfall.engine.pack import Frame, Packed
from hashfall.engine.pack_money import EQUITY_DELAY
from hashfall.engine.replay import labels_of
from hashfall.model.columns import FLEET_F, FLEET_I, Day, Head, Row, Value
from hashfall.model.ledger import client_margin, client_share, pay, run_length
from hashfall.model.reference.ledger_records import Client, Packing, read_accounts

__all__ = ["ELSEWHERE", "Receipts", "funding", "mined", "on_accounts", "parts_of", "prices_of",
           "receipts"]

ELSEWHERE: Final = "accounts beside those of the book"
"""Account of receipts that an order drove away, or that no account of the book takes."""
_FIRST: Final = 1  # day on which the ledger begins


class Receipts(NamedTuple):
    """Receipts by day, before freezes. [book's own currency]"""

    hosting: Floats
    other: Floats


def receipts(packed: Packed, days: int) -> Receipts:
    """What clients pay, and receivables and power credits, by day. [book's own currency]

    Parameters
    ----------
    packed : Packed
        Ledger of a drawn book.
    days : int
        Length, day 0 with it. [days]

    Notes
    -----
    Hosting is what is billed, less bad debt and less service that was paid ahead; the power
    that serves it is not taken off, it falls due by itself.
    """
    head, values = packed.head, packed.values
    plan = packed.schedule[: min(days, len(packed.schedule))]
    rates = values[int(Value.FX0): int(Value.FX0) + int(head[Head.CURRENCIES])]
    hosting, other = np.zeros(days), np.zeros(days)
    inflow = plan[:, Day.INFLOW : Day.INFLOW + len(rates)] @ rates
    other[_FIRST : len(plan)] = inflow[_FIRST:]
    if head[Head.HOSTS]:
        worked = plan[:, Day.WORKED : Day.WORKED + len(rates)] @ rates
        billed = np.zeros(len(plan))
        for place, client in enumerate(_clients(packed)):
            billed += _paid(packed, plan, place, client, rates)
        hosting[: len(plan)] = _set_off(billed, worked, float(packed.state[Row.SETOFF]))
    return Receipts(hosting, other)


def _clients(packed: Packed) -> list[Client]:
    packing = Packing(packed.head.tolist(), packed.ints.tolist(), packed.values.tolist(), [],
                      packed.state.tolist())
    return read_accounts(packing, labels_of(packed)).clients


def _paid(packed: Packed, plan: Floats, place: int, client: Client, rates: Floats) -> Floats:
    """What one tier of clients pays by day, before service that was paid ahead."""
    values, usd = packed.values, rates[int(packed.head[Head.USD])]

    def column(at: Head) -> Floats:
        return np.asarray(plan[:, int(packed.head[at]) + place])

    market = values[int(Value.POWER0) + max(client.region, 0)] * usd
    supply = column(Head.S_HOST_PRICE) * rates[client.currency]
    supply = supply + column(Head.S_HOST_MARKET) * market
    tariff = column(Head.S_HOST_TARIFF) * rates[client.tariff_currency]
    costs = tariff + supply if client.pays_power else tariff
    bills, ends = column(Head.S_HOST_KWH) * tariff, plan[:, Day.MONTH] > 0.0
    price, collects = float(values[Value.PRICE0]) * usd, column(Head.S_HOST_COLLECT) > 0.0
    reward = float(values[Value.HASHPRICE0] / values[Value.PRICE0])
    paid = np.zeros(len(plan))
    for t in range(_FIRST, len(plan)):
        margin = client_margin(price, reward, client.pool_fee, client.kwh, costs[t])
        client.negative_days = run_length(client.negative_days, 1.0 if margin < 0.0 else 0.0)
        client.positive_days = run_length(client.positive_days, 1.0 if margin >= 0.0 else 0.0)
        client.present = client_share(
            client.present, client.negative_days, client.positive_days, client.leave_after,
            client.leave, client.return_after, client.back, client.most)
        client.accrued += bills[t] * client.present
        if ends[t]:
            client.billed, client.accrued = client.billed + client.accrued, 0.0
        if collects[t]:
            paid[t], client.billed = client.billed * (1.0 - client.bad_debt), 0.0
    return paid


def _set_off(billed: Floats, worked: Floats, ahead: float) -> Floats:
    """What is paid when service that was paid ahead is taken off as it is worked off."""
    paid = np.zeros(len(billed))
    for t in range(_FIRST, len(billed)):
        ahead += worked[t]
        off = pay(ahead, billed[t])
        ahead, paid[t] = ahead - off, billed[t] - off
    return paid


def on_accounts(book: Book, days: int) -> dict[str, Floats]:
    """Share of the receipts that comes in on each account by day; sent elsewhere: ``""``.

    Parameters
    ----------
    book : Book
        Drawn book.
    days : int
        Length. [days]

    Notes
    -----
    Under an order, receipts go to another account after its days of redirection; what
    no account of the book takes does too.
    """
    total = sum(number(a.receipts_share) for a in book.accounts.values())
    found = {"": np.full(days, 1.0 if total <= 0.0 else 0.0)}
    for name, account in book.accounts.items():
        share = np.full(days, number(account.receipts_share) / (total or 1.0))
        held, sent = np.zeros(days, bool), np.zeros(days, bool)
        for event in book.events.values():
            if event.kind == "freeze" and event.what == name:
                first = day(event.start, book.as_of)
                last = days if event.until is None else day(event.until, book.as_of)
                turn = first + int(number(event.redirect_days))
                held[max(0, first) : max(0, min(turn, last))] = True
                sent[max(0, turn) : max(0, last)] = True
        found[name] = np.where(sent & ~held, 0.0, share)
        found[""] += share - found[name]
    return found


def funding(book: Book, prices: dict[str, float], days: int) -> dict[str, Floats]:
    """Money at hand by day from what the book can draw, drawn in full at once. [USD]

    Parameters
    ----------
    book : Book
        Drawn book.
    prices : dict of str to float
        Price of each currency. [USD]
    days : int
        Length. [days]

    Notes
    -----
    A credit line counts with what is left of its limit, as if its covenants held, until
    the day on which it has to be paid back. Shares come in at the volume of `as_of`.
    """
    found: dict[str, Floats] = {}
    for name, line in book.funding.lines.items():
        at_hand = np.zeros(days)
        left = max(0.0, number(line.limit) - number(line.drawn)) * prices[line.currency]
        at_hand[: max(0, day(line.until, book.as_of))] = left
        found[f"funding.lines.{name}"] = at_hand
    equity = book.funding.equity
    if equity is not None:
        on = np.ones(days)
        on[:_FIRST] = 0.0
        if equity.open_from is not None:
            on[: max(0, min(days, day(equity.open_from, book.as_of)))] = 0.0
        if equity.open_until is not None:
            on[max(0, day(equity.open_until, book.as_of) + 1):] = 0.0
        sold = np.cumsum(on * number(equity.volume_usd_per_day) * number(equity.share_of_volume))
        if equity.limit_usd is not None:
            sold = np.minimum(sold, number(equity.limit_usd))
        come = np.zeros(days)
        come[EQUITY_DELAY:] = sold[: max(0, days - EQUITY_DELAY)] * (1.0 - number(equity.cost))
        found["funding.equity"] = come
    return {name: series for name, series in found.items() if series.any()}


def prices_of(book: Book, frame: Frame) -> dict[str, float]:
    """Price of coins and of each currency at `as_of`, in this draw. [USD]"""
    rates = {**{name: 1.0 / frame.units_per_usd(name) for name in frame.currencies},
             **{name: 1.0 / number(rate) for name, rate in book.market.fx.items()}}
    return {"BTC": frame.price_usd, "USD": 1.0, **rates}


def mined(packed: Packed, frame: Frame, days: int) -> Floats:
    """Coins credited by day at the reward of `as_of`, from day 1 on. [BTC]

    Parameters
    ----------
    packed : Packed
        Ledger of a draw: its machines by day.
    frame : Frame
        Market at `as_of`.
    days : int
        Length. [days]
    """
    head, reward = packed.head, frame.hashprice_usd_ph_day / frame.price_usd
    coins = np.zeros(days)
    last = min(days, len(packed.schedule))
    for j in range(int(head[Head.FLEETS])):
        ph = packed.schedule[1:last, int(head[Head.S_AVAIL]) + j]
        fee = packed.values[int(head[Head.F_FLEET]) + j * FLEET_F]
        solo = packed.ints[int(head[Head.I_FLEET]) + j * FLEET_I + 4]
        coins[1:last] += ph * reward * (1.0 if solo else 1.0 - fee)
    return coins


def parts_of(book: Book, packed: Packed, prices: dict[str, float], days: int
             ) -> dict[str, dict[str, Floats]]:
    """Opening balances, receipts of hosting and other receipts by account. [its currency]

    Parameters
    ----------
    book : Book
        Drawn book.
    packed : Packed
        The same, packed.
    prices : dict of str to float
        Price of each currency. [USD]
    days : int
        Length. [days]
    """
    cash = {name: np.zeros(days) for name in book.accounts}
    for name, account in book.accounts.items():
        cash[name][0] = number(account.balance)
    found, come = {"cash": cash}, receipts(packed, days)
    shares = on_accounts(book, days) if come.hosting.any() or come.other.any() else {}
    for kind, money in (("hosting", come.hosting), ("other", come.other)):
        rows = {}
        for name, share in shares.items():
            currency = book.accounts[name].currency if name else book.currency
            series = money * share * (prices[book.currency] / prices[currency])
            if series.any():
                rows[name or ELSEWHERE] = series
        found[kind] = rows
    return found
