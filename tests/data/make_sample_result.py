"""Builds the sample result that report and CLI are tested with.

Every number is made up by a short rule and belongs to nobody: "Example Miner" is
not a company. Run from the project's root to write the file again:
``python tests/data/make_sample_result.py``.
"""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

AS_OF = date(2030, 6, 30)
HORIZON = 1096
CLASSES = ("power", "payroll", "tax", "interest", "principal", "claim", "fixed")


def month_ends() -> list[date]:
    """Last days of the 36 months after the date of the books."""
    ends = []
    for i in range(1, 37):
        year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 + i + 1, 12)
        ends.append(date(year, month + 1, 1) - timedelta(days=1))
    return ends


def probability(value: float, spread: float = 0.35) -> dict[str, float]:
    """A probability with a band whose width shrinks at the ends."""
    reach = spread * value * (1 - value) * 2
    return {
        "value": round(value, 6),
        "se": round(math.sqrt(value * (1 - value) / 24576), 6),
        "low": round(max(0.0, value - reach), 6),
        "high": round(min(1.0, value + reach), 6),
    }


def d1_at(day: float) -> float:
    """Made-up share of paths in default by a day."""
    return 0.72 * (1 - math.exp(-day / 260))


def pd_table() -> dict[str, Any]:
    """Four clocks by four horizons; the book has no covenant."""
    horizons = {"6m": 184, "12m": 365, "24m": 731, "36m": 1096}
    return {
        "d1": {k: probability(d1_at(d)) for k, d in horizons.items()},
        "d2": {k: probability(0.55 * d1_at(d)) for k, d in horizons.items()},
        "d3": None,
        "d4": {k: probability(min(0.97, 1.1 * d1_at(d))) for k, d in horizons.items()},
    }


def pd_curve() -> dict[str, Any]:
    """D1 at each month end."""
    ends = month_ends()
    day = [(end - AS_OF).days for end in ends]
    values = [probability(d1_at(d)) for d in day]
    keys = ("value", "se", "low", "high")
    return {
        "day": day,
        "date": [end.isoformat() for end in ends],
        "d1": {key: [p[key] for p in values] for key in keys},
    }


def fan() -> dict[str, Any]:
    """Liquid means at month ends: falling, widening, never below zero."""
    ends = month_ends()
    out: dict[str, Any] = {"date": [end.isoformat() for end in ends]}
    for key, tilt in (("p5", -1.1), ("p25", -0.55), ("p50", -0.2), ("p75", 0.35), ("p95", 1.0)):
        out[key] = [
            round(max(0.0, 640e6 * (1 + tilt * math.sqrt((i + 1) / 18) - 0.012 * i)))
            for i in range(len(ends))
        ]
    return out | {"what": "liquid means at month end"}


def calendar() -> list[dict[str, Any]]:
    """Dues and means by month, with an award in month 2 and taxes by quarter."""
    rows = []
    for i, end in enumerate(month_ends()):
        due = {"power": 310e6, "payroll": 62e6, "interest": 9e6, "fixed": 24e6}
        due["tax"] = 85e6 if i % 3 == 0 else 0.0
        due["claim"] = 480e6 if i == 1 else 0.0
        due["principal"] = 140e6 if i in (11, 23) else 0.0
        season = 1 + 0.08 * math.sin(2 * math.pi * i / 12)
        rows.append({
            "month": end.isoformat()[:7],
            "due": {name: round(due[name] * season) for name in CLASSES},
            "cash": round(420e6 * math.exp(-i / 20)),
            "coins_in_time": round(150e6 * math.exp(-i / 14)),
            "funding": round(60e6 * max(0.0, 1 - i / 18)),
            "frozen": 190e6 if i < 9 else 0.0,
            "trapped": round(35e6 * math.exp(-i / 14)),
        })
    return rows


def assumptions() -> list[dict[str, Any]]:
    """Open fields with the PD at their low and high points."""
    table = (
        ("cash at date", "accounts.main.balance", 420e6, [120e6, 900e6], "RUB",
         "sizing rule cash_days", 0.69, 0.44),
        ("utilisation of hosting sites", "hosting.sold.utilisation", 0.71, [0.5, 0.9], "-",
         "sizing rule utilisation", 0.66, 0.47),
        ("payroll per MW", "payroll.monthly", 62e6, [38e6, 95e6], "RUB/month",
         "sizing rule payroll_mw", 0.49, 0.61),
        ("days before a client leaves", "hosting.sold.patience_days", 45, [14, 120], "days",
         "assumption", 0.58, 0.51),
        ("payment delay of clients", "hosting.sold.delay_days", 20, [5, 45], "days",
         "sizing rule delay", 0.53, 0.57),
        ("haircut of the OTC desk", "routes.desk.haircut", 0.03, [0.01, 0.08], "-",
         "assumption", 0.546, 0.549),
    )
    names = ("name", "path", "value", "range", "unit", "source", "pd_low", "pd_high")
    rows = [dict(zip(names, entry, strict=True)) for entry in table]
    return [r | {"effect": round(r["pd_high"] - r["pd_low"], 6)} for r in rows]


def sources() -> list[dict[str, Any]]:
    """Two documents that do not exist."""
    return [
        {"id": "EX01", "outlet": "Example Gazette", "date": "2030-04", "grade": "B",
         "url": "https://gazette.example/award", "used_for": ["claims.supplier.amount"]},
        {"id": "EX02", "outlet": "Annual report of Example Miner", "date": "2030-03-31",
         "grade": "A", "url": "https://miner.example/annual",
         "used_for": ["sites.north.mw", "fleet.main.count"]},
    ]


def stories() -> list[dict[str, Any]]:
    """Three single paths, one of which survives."""
    start = AS_OF
    def event(day: int, text: str) -> dict[str, Any]:
        return {"day": day, "date": (start + timedelta(days=day)).isoformat(), "text": text}
    return [
        {"path": 41, "draw": 3, "d1_day": 66, "events": [
            event(12, "account at North Bank frozen by domestic court, 190m RUB held"),
            event(41, "award of 480m RUB falls due, 61m paid"),
            event(52, "power supplier of Northern site unpaid, 118m RUB"),
            event(66, "award beyond its grace: payment default")]},
        {"path": 9071, "draw": 30, "d1_day": 377, "events": [
            event(190, "hosting clients leave: own margin negative for 45 days"),
            event(342, "last coins sold, 3.1 BTC"),
            event(362, "loan instalment of 140m RUB falls due, 96m paid"),
            event(377, "payment default on the loan")]},
        {"path": 17300, "draw": 58, "d1_day": None, "events": [
            event(41, "award paid out of cash and coins"),
            event(1096, "horizon reached with 212m RUB liquid")]},
    ]


def build() -> dict[str, Any]:
    """The whole sample result."""
    return {
        "schema": "hashfall.assessment/1", "case": "example_miner", "name": "Example Miner",
        "business": "hosting and mining", "as_of": AS_OF.isoformat(),
        "known_by": "2030-07-05", "currency": "RUB", "horizon_days": HORIZON,
        "paths": 24576, "draws": 64, "inner": 384, "seed": 7, "seconds": 1.93,
        "pd": pd_table(), "pd_curve": pd_curve(),
        "pd_by_drift": [
            {"drift_per_year": d, "d1": {"12m": probability(a), "36m": probability(b)}}
            for d, a, b in ((-0.2, 0.63, 0.82), (0.0, d1_at(365), d1_at(1096)), (0.2, 0.48, 0.59))
        ],
        "runway_days": {
            "cash_only": {"p5": 33.0, "p50": 151.0, "p95": 1096.0, "censored_share": 0.17},
            "cash_and_coins": {"p5": 52.0, "p50": 214.0, "p95": 1096.0, "censored_share": 0.29},
        },
        **causes(), **money_words(), **records(),
    }


def causes() -> dict[str, Any]:
    """Causes, last sources and first unpaid classes."""
    shares = (("claim_or_award", 0.34), ("freeze", 0.21), ("customer_loss", 0.14),
              ("joint", 0.12), ("debt_due", 0.08), ("power", 0.05), ("price", 0.03),
              ("tax", 0.02), ("fixed_cost", 0.006), ("route", 0.004))
    return {
        "causes": [{"cause": c, "share": s, "se": round(math.sqrt(s * (1 - s) / 16600), 5)}
                   for c, s in shares],
        "last_source": [{"source": "cash", "share": 0.61}, {"source": "exchange", "share": 0.27},
                        {"source": "credit line", "share": 0.12}],
        "first_unpaid": [
            {"class": "claim", "share": 0.44}, {"class": "power", "share": 0.31},
            {"class": "principal", "share": 0.18}, {"class": "payroll", "share": 0.07},
        ],
    }


def money_words() -> dict[str, Any]:
    """Break-evens, routes, calendar and fan."""
    return {
        "break_even": {
            "hashprice_usd_ph_day": {"value": 57.3, "now": 52.1, "reason": None},
            "power_price_usd_per_kwh": {"value": 0.0412, "now": 0.0505, "reason": None},
            "haircut": {"value": None, "now": 0.03,
                        "reason": "loses money even if coins sell at spot"},
        },
        "trapped_btc": 12.14, "realised_over_spot": 0.968,
        "fan": fan(), "calendar": calendar(), "stories": stories(),
        "routes": [
            {"name": "exchange", "kind": "exchange", "sold_btc": 141.2, "net_over_spot": 0.974,
             "capacity_btc_day": 5.0, "delay_days": 2, "binding_share": 0.31},
            {"name": "OTC desk", "kind": "otc", "sold_btc": 60.5, "net_over_spot": 0.961,
             "capacity_btc_day": 2.0, "delay_days": 4, "binding_share": 0.12},
            {"name": "loan on coins", "kind": "loan", "sold_btc": 18.0, "net_over_spot": 0.93,
             "capacity_btc_day": 10.0, "delay_days": 10, "binding_share": 0.0},
        ],
    }


def cashout() -> dict[str, Any]:
    """Flow over the routes, in which the first one binds."""
    sold = {"exchange": (9.1e6, 0.24e6), "OTC desk": (3.9e6, 0.15e6)}
    flow = {
        "coins_usd": 4.0e6, "mined_usd": 11.0e6, "cash_usd": 2.5e6,
        "routes": [{"name": k, "spot_usd": v, "lost_usd": lost} for k, (v, lost) in sold.items()],
        "lost_usd": 0.39e6, "unsold_usd": 2.0e6, "money_usd": 13.61e6, "frozen_usd": 1.5e6,
        "cut": ["exchange"],
    }
    last = (AS_OF + timedelta(days=90)).isoformat()
    return {
        "by": last, "flow": flow,
        "deliverable": [{"day": 90, "date": last, "usd": 13.61e6, "low": 9.0e6, "high": 17.0e6,
                         "usd_before": 13.61e6, "due_usd": 0.0}],
        "convertible_share": [{"day": 90, "date": last, "share": 0.87, "low": 0.6, "high": 0.99}],
        "time_to_cash_days": {"p50": 6.0, "p50_low": 3.0, "p50_high": 11.0, "p95": 20.0,
                              "p95_low": 9.0, "p95_high": None},
        "cut": [{"name": "exchange", "kind": "route", "usd": 8.86e6, "first_day": 0,
                 "last_day": 88},
                {"name": "main", "kind": "supply", "usd": 2.5e6, "first_day": 0, "last_day": 0}],
        "marginal_value": [
            {"route": k, "kind": "route", "unit": "BTC/day", "moved": v / 6e4, "spot_usd": v,
             "lost_usd": lost, "usd_per_unit": 0.0, "without_usd": -v, "doubled_usd": 1.0e6}
            for k, (v, lost) in sold.items()],
    }


def records() -> dict[str, Any]:
    """Assumptions, gaps, overdue, events, sources, provenance."""
    return {
        "assumptions": assumptions(),
        "missing": [
            {"path": "accounts.main.balance", "why": "not public",
             "used_instead": "sizing rule cash_days: 5 to 60 days of revenue",
             "pd_low": 0.69, "pd_high": 0.44},
            {"path": "payroll.monthly", "why": "not public",
             "used_instead": "sizing rule payroll_mw", "pd_low": 0.49, "pd_high": 0.61},
            {"path": "sites.south.mw", "why": "sources disagree",
             "used_instead": "40 to 90 MW", "pd_low": 0.55, "pd_high": 0.55},
        ],
        "overdue": [
            {"name": "award Example Supplier", "class": "claim", "amount": 480.2e6,
             "currency": "RUB", "since": "2030-04-30", "source": "EX01"},
            {"name": "grid fee of the Northern site", "class": "power", "amount": 61.9e6,
             "currency": "RUB", "since": "2030-05-15", "source": "EX01"},
        ],
        "events": [
            {"date": "2030-06-12", "what": "freeze by domestic_court of account main, allows "
             "payroll and tax, from day 1 to day 270", "source": "EX01"},
            {"date": "2031-01-01", "what": "ban of site south", "source": "EX02"},
        ],
        "contradictions": [
            {"what": "number of sites", "treated": "the lower one is used",
             "values": [{"value": "15", "source": "EX01"}, {"value": "21", "source": "EX02"}]},
        ],
        "sources": sources(),
        "scenarios": [{"name": "no award", "patch": {"claims.supplier.amount": 0}}],
        "subsidiaries": [{"name": "Example North LLC", "pd": pd_table()}],
        "network": None, "cashout": cashout(),
        "definitions": {
            "d1": "An amount due stays unpaid after its grace period although every liquid "
                  "means was used.",
            "d2": "The lender's value of an exchange exceeds that of waiting, and D1 would follow.",
            "d3": "First failed test of a covenant listed in the book.",
            "d4": "Assets are below all liabilities including awards.",
        },
        "notes": ["funding left out of the book is off: this is a stress"],
        "provenance": {
            "version": "0.1.0", "created": "2030-07-06T09:00:00+00:00", "seed": 7,
            "command": {"case": "example_miner", "years": 3, "paths": 24576, "seed": 7},
            "inputs": [{"name": "example_miner.toml", "sha256": "0" * 64}],
            "definitions": "hashfall.definitions/1",
            "environment": {"python": "3.11", "machine": "x86_64"},
        },
    }


def certain(value: float) -> dict[str, Any]:
    """A result at an end: PD 0 or 1 everywhere, no coins, nothing open, one year."""
    r = build()
    p = {"value": value, "se": 0.0, "low": value, "high": value}
    horizons = {"6m": p, "12m": p, "24m": None, "36m": None}
    n = len(r["pd_curve"]["day"])
    flat = {"value": [value] * n, "se": [0.0] * n, "low": [value] * n, "high": [value] * n}
    last = {"p5": 365.0, "p50": 365.0, "p95": 365.0, "censored_share": 1.0}
    first = {"p5": 1.0, "p50": 1.0, "p95": 1.0, "censored_share": 0.0}
    runs = first if value else last
    none = {"value": None, "now": None, "reason": "does not apply"}
    return r | {
        "horizon_days": 365, "pd": {"d1": horizons, "d2": None, "d3": None, "d4": horizons},
        "pd_curve": r["pd_curve"] | {"d1": flat}, "known_by": r["as_of"], "draws": 1,
        "pd_by_drift": [{"drift_per_year": 0.0, "d1": {"12m": p, "36m": None}}],
        "runway_days": {"cash_only": runs, "cash_and_coins": runs},
        "causes": [{"cause": "claim_or_award", "share": 1.0, "se": 0.0}] if value else [],
        "last_source": [], "first_unpaid": [], "stories": [], "routes": [], "trapped_btc": 0.0,
        "realised_over_spot": None, "assumptions": [], "missing": [], "overdue": [],
        "events": [], "contradictions": [], "sources": [], "scenarios": [], "subsidiaries": [],
        "notes": [], "calendar": r["calendar"][:12], "cashout": None,
        "break_even": dict.fromkeys(r["break_even"], none),
    }


def long_names() -> dict[str, Any]:
    """The sample with long and hostile words wherever a name can stand."""
    r = build()
    word = "Företag med begränsat ansvar «Exempel <b>&amp; söner» i Västernorrland"
    hostile = "</td><script>alert(1)</script> " + "x" * 120
    r["name"] = word * 2
    r["overdue"] = [o | {"name": hostile} for o in r["overdue"] * 9]
    r["notes"] = [hostile] * 7
    r["assumptions"] = [a | {"name": hostile, "unit": "RUB per MW and month"}
                        for a in r["assumptions"]]
    r["missing"] = [m | {"path": f"accounts.{'a' * 60}.{i}"}
                    for i in range(40) for m in r["missing"][:1]]
    r["causes"] = [{"cause": f"{'long_' * 12}{i}", "share": 0.05, "se": 0.001} for i in range(20)]
    r["subsidiaries"] = [s | {"name": word} for s in r["subsidiaries"] * 2]
    r["routes"] = [x | {"name": hostile} for x in r["routes"]]
    r["cashout"]["flow"]["routes"] = [x | {"name": f"{hostile}{i}"} for i, x in
                                      enumerate(r["cashout"]["flow"]["routes"])]
    r["sources"] = [s | {"url": "javascript:alert(1)"} for s in r["sources"]]
    r["scenarios"] = [{"name": hostile, "patch": {}}] * 3
    return r


def text() -> str:
    """The file as it is stored."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "sample_result.json").write_text(text(), encoding="utf-8")
