"""Sentences of the page that are made from a result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hashfall.report.text import days, money, number, percent

__all__ = ["CAUSES", "answer", "cause_name", "day_name", "error_words", "first_horizon"]

CAUSES = {
    "price": "fall of the coin's price",
    "hashprice": "fall of what hashrate earns",
    "power": "rise of the power price",
    "fx": "exchange rate",
    "freeze": "frozen accounts",
    "route": "a route from coins to money that closes or is too narrow",
    "claim_or_award": "claims and court awards that fall due",
    "debt_due": "debt that falls due",
    "tax": "tax",
    "customer_loss": "hosting clients who leave",
    "site_ban": "a banned site",
    "margin_call": "a margin call on a loan against coins",
    "fixed_cost": "payroll and other fixed cost",
    "joint": "several causes, none of which alone decides",
}
"""Causes of a payment default and their meaning in words."""
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")


def day_name(iso: str) -> str:
    """A date in words.

    Examples
    --------
    >>> day_name("2025-05-31")
    '31 May 2025'
    """
    when = date.fromisoformat(iso)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def cause_name(cause: str) -> str:
    """Words for a cause; a cause that is not in the list speaks for itself.

    Examples
    --------
    >>> cause_name("freeze"), cause_name("new_cause")
    ('frozen accounts', 'new cause')
    """
    return CAUSES.get(cause, cause.replace("_", " "))


def first_horizon(pd: Mapping[str, Any]) -> str:
    """The horizon that stands for a result: 12 months, else what is there."""
    return next((h for h in ("12m", "6m", "24m", "36m") if pd.get(h)), "12m")


def error_words(se: float) -> str:
    """A standard error in percentage points.

    Examples
    --------
    >>> error_words(0.0031), error_words(0.0)
    ('0.3 points', '0 points')
    """
    return "less than 0.1 points" if 0 < se < 0.0005 else f"{round(100 * se, 1):g} points"


def answer(r: Mapping[str, Any]) -> str:
    """The assessment in a few plain sentences."""
    parts = [_default_sentence(r), _cause_sentence(r), _runway_sentence(r), _overdue_sentence(r)]
    return " ".join(p for p in parts if p)


def _default_sentence(r: Mapping[str, Any]) -> str:
    d1 = r["pd"]["d1"]
    horizon = first_horizon(d1)
    p = d1.get(horizon)
    start = f"On its books of {day_name(r['as_of'])}"
    if r.get("balances_age_days"):
        start = f"On its books of {day_name(r['balances_of'])}, run as of {day_name(r['as_of'])},"
    if r["known_by"] != r["as_of"]:
        start += f" and what was known by {day_name(r['known_by'])}"
    within = f"within {horizon[:-1]} months"
    if not p:
        return f"{start}, {r['name']} was not followed to {horizon[:-1]} months."
    if p["value"] == 0 and p["high"] == 0:
        return f"{start}, {r['name']} misses no payment {within} on any simulated path."
    if p["value"] == 1 and p["low"] == 1:
        return f"{start}, {r['name']} misses a payment {within} on every simulated path."
    text = f"{start}, {r['name']} misses a payment {within} on {percent(p['value'])} of the paths"
    if p["low"] == p["high"]:
        return text + "."
    low, high = (percent(p[end]).replace("<", "less than ").replace(">", "more than ")
                 for end in ("low", "high"))
    return f"{text}: from {low} to {high}, depending on what the books do not tell."


def _cause_sentence(r: Mapping[str, Any]) -> str:
    causes = sorted(r["causes"], key=lambda c: -c["share"])
    if not causes or not causes[0]["share"]:
        return ""
    first = f"{cause_name(causes[0]['cause'])} ({percent(causes[0]['share'])})"
    second = ""
    if len(causes) > 1 and causes[1]["share"] >= 0.1:
        second = f", then {cause_name(causes[1]['cause'])} ({percent(causes[1]['share'])})"
    return f"Where it defaults, the cause is most often {first}{second}."


def _runway_sentence(r: Mapping[str, Any]) -> str:
    horizon = r["horizon_days"]
    cash, both = (r["runway_days"].get(k) for k in ("cash_only", "cash_and_coins"))
    if not cash:
        return ""
    if cash["p50"] >= horizon:
        return f"On more than half of the paths cash alone lasts {horizon:,} days."
    text = f"On half of the paths cash alone is gone within {_days(cash['p50'], horizon)}"
    if both and round(both["p50"]) > round(cash["p50"]):
        more = "more than " if both["p50"] >= horizon else ""
        return f"{text}, with coins sold within {more}{min(both['p50'], horizon):.0f}."
    return text + ("; selling coins adds nothing." if both else ".")


def _days(value: float, horizon: float) -> str:
    text = days(value, horizon)
    return f"{text} day" if text == "1" else f"{text} days"


def _overdue_sentence(r: Mapping[str, Any]) -> str:
    sums: dict[str, float] = {}
    for item in r["overdue"]:
        sums[item["currency"]] = sums.get(item["currency"], 0.0) + item["amount"]
    if not sums:
        return ""
    total = " and ".join(money(v, c) for c, v in sums.items())
    return f"{total} was overdue already and is not part of these figures."


def break_even_words(key: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    """Break-even and today's value of one quantity, with their unit."""
    factor, unit = (100.0, "%") if key == "haircut" else (1.0, "")
    level, now = (
        "none" if v is None else f"{number(factor * v)}{unit}"
        for v in (entry.get("value"), entry.get("now"))
    )
    return level, "n/a" if now == "none" else now
