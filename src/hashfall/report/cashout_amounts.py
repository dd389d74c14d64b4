"""Amounts of a cash-out in words: two ends, coin price, what is overdue, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.text import money, short

__all__ = ["coin_price", "overdue_words", "short_words", "span"]

Result = Mapping[str, Any]


def span(low: float, high: float, glue: str = "-") -> str:
    """Two ends of an amount, or one number where they print alike.

    Examples
    --------
    >>> span(1.1e6, 14.2e6), span(3.6e6, 3.6e6)
    ('1.1m-14.2m', '3.6m')
    """
    a, b = money(low), money(high)
    return a if a == b else f"{a}{glue}{b}"


def coin_price(r: Result) -> str:
    """Coin price behind the figures; empty where an older result does not tell it.

    Examples
    --------
    >>> coin_price({"price_usd": 87509.3}), coin_price({})
    ('87,509 USD', '')
    """
    price = r.get("price_usd")
    return f"{price:,.0f} USD" if price else ""


def overdue_words(r: Result) -> str:
    """What was overdue before the balances, in USD and by entry; empty where nothing was."""
    items = r.get("overdue") or []
    if not items:
        return ""
    parts = [f"{money(x['amount'], x['currency'])} {short(x['name'], 40)}" for x in items]
    usd = r.get("overdue_usd")
    total = money(usd, "USD") + " " if usd is not None else ""
    return f"{total}({', '.join(parts)})"


def short_words(need: Mapping[str, Any], currency: str) -> str:
    """What is missing at the 95% end, in the currency that was asked for; empty where none is."""
    usd = need["short_usd"]["p95"]
    if usd <= 0.0:
        return ""
    own = need.get("short")
    if own is None or currency == "USD":
        return f"short by {money(usd)} USD at the 95% end"
    return f"short by {money(own['p95'], currency)} ({money(usd)} USD) at the 95% end"
