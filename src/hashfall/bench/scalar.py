"""One path after another in scalar code: the opponent of the lane kernels."""

from __future__ import annotations

from typing import Any

from hashfall.bench.scalar_cash import allow, find, guard, settle, take
from hashfall.bench.scalar_clocks import close
from hashfall.bench.scalar_day import (
    arrive,
    bills,
    credit_lines,
    operate,
    rates,
    tax_of,
    unpaid_now,
)
from hashfall.bench.scalar_jit import called
from hashfall.bench.scalar_loans import count, credit_margins, loans
from hashfall.bench.scalar_world import world_day
from hashfall.engine import ledger_index as ix

__all__ = ["ledger_day", "run_paths"]


@called
def ledger_day(st: Any, h: Any, ints: Any, v: Any, s: Any, live: Any, w: Any, months: Any,
               path: int, day: int, seed: int) -> None:
    """Run a day of one path's ledger."""
    price, reward, hp, usd = rates(st, h, v, w)
    receipts = arrive(st, h, ints, s, day)
    receipts, receivable = operate(st, h, ints, v, s, w, price, reward, receipts, path, day, seed)
    tax_of(st, h, v, s, day)
    loans(st, h, ints, v, live, day, price)
    credit_lines(st, h, ints, v, s, day)
    bills(st, h, ints, v, s, live, day)
    unpaid = unpaid_now(st, h, ints, live)
    guard(st, h, v, s)
    take(st, h, v, s, receipts)
    receipts, other, held, debt = find(st, h, ints, v, s, day, price, hp, unpaid)
    if receipts > 0.0:
        take(st, h, v, s, receipts)
    unpaid, late, past, on = settle(st, h, ints, v, s, live)
    credit_margins(st, h, ints)
    if s[ix.MONTH] > 0.0:
        allow(st, h, v)
    held, debt, pledged, owed = count(st, h, ints, s, held, debt)
    close(st, h, ints, v, s, months, day, price, hp, usd, receivable, other, held, debt, pledged,
          owed, unpaid, late, past, on)


@called
def _copy(to: Any, rows: Any) -> None:
    for i in range(len(to)):
        to[i] = rows[i]


@called
def run_paths(w0: Any, p: Any, fixed: Any, h: Any, ints: Any, v: Any, schedule: Any, state: Any,
              live0: Any, world: Any, st: Any, live: Any, w: Any, months: Any, first: int,
              seed: int, days: int) -> None:
    """Run the world and one ledger along each path, a row of `st`, over all days."""
    for k in range(len(st)):
        x, y, owes = world[k], st[k], live[k]
        _copy(x, w0)
        _copy(y, state)
        _copy(owes, live0)
        for day in range(1, days + 1):
            world_day(x, p, fixed, w, first + k, day, seed)
            ledger_day(y, h, ints, v, schedule[day], owes, w, months, first + k, day, seed)
