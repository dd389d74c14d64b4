"""Words and figures that the text and the page of the network share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.book.glossary import suffix_of

__all__ = [
    "CASES",
    "assumption_name",
    "cases",
    "change",
    "concentration_answer",
    "dimension_name",
    "fan",
    "hhi_change",
    "horizons",
    "leaving",
    "missing_words",
    "nakamoto",
    "origin_name",
    "part",
    "place_name",
    "points",
    "share",
    "who",
]

Result = Mapping[str, Any]

CASES = {"before": "as it is", "all_to_largest": "all to the largest", "after": "the model",
         "spread_even": "over 20 empty places"}
"""Cases of concentration, in the order of the table."""
_NAMES = {"rest": "rest of the world", "gulf": "Gulf", "resold": "resold", "lost": "lost",
          "united_arab_emirates": "United Arab Emirates"}
_HORIZONS = ((28, "4 weeks"), (91, "3 months"), (182, "6 months"), (365, "12 months"),
             (730, "24 months"), (1826, "5 years"))


def cases(result: Result) -> dict[str, str]:
    """Cases of concentration with their names; who says where machines go has its own."""
    said = {f["basis"] for f in result["flows"]}
    name = {frozenset({"scenario"}): "as the scenario says",
            frozenset({"scenario", "model"}): "scenario and model"}.get(frozenset(said))
    return CASES | ({"after": name} if name else {})


def place_name(id_: str) -> str:
    """Name of a place of the fleet or a scenario.

    Examples
    --------
    >>> place_name("united_states"), place_name("rest")
    ('United States', 'rest of the world')
    """
    return _NAMES.get(id_, id_.replace("_", " ").title())


def dimension_name(dimension: str) -> str:
    """Dimension in words.

    Examples
    --------
    >>> dimension_name("law_area")
    'law area'
    """
    return dimension.replace("_", " ")


def share(value: float) -> str:
    """A share of the network in percent, one decimal.

    Examples
    --------
    >>> share(0.1661), share(0.0002), share(0.0)
    ('16.6%', '<0.1%', '0%')
    """
    if value == 0.0:
        return "0%"
    return "<0.1%" if 0.0 < value < 0.0005 else f"{100.0 * value:.1f}%"


def part(row: Mapping[str, float], key: str = "share") -> str:
    """A share with its interval.

    Examples
    --------
    >>> part({"share": 0.0542, "low": 0.0231, "high": 0.0825})
    '5.4% [2.3, 8.2]'
    """
    if row["low"] == row["high"]:
        return share(row[key])
    return f"{share(row[key])} [{100.0 * row['low']:.1f}, {100.0 * row['high']:.1f}]"


def fan(row: Mapping[str, float], unit: float = 1.0) -> str:
    """Median and 5-95% of a quantity.

    Examples
    --------
    >>> fan({"p5": 120.2e12, "p50": 132.5e12, "p95": 144.1e12}, 1e12)
    '132 [120, 144]'
    """
    p5, p50, p95 = (_figure(row[key] / unit) for key in ("p5", "p50", "p95"))
    return f"{p50} [{p5}, {p95}]"


def _figure(value: float) -> str:
    """Whole from 100 on, else one decimal, so that a column reads evenly."""
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:.1f}"


def change(row: Mapping[str, float]) -> str:
    """Median and 5-95% of a change in percent.

    Examples
    --------
    >>> change({"p5": -17.2, "p50": -16.61, "p95": 0.01})
    '-16.6% [-17.2, 0.0]'
    """
    return f"{_signed(row['p50'])}% [{_signed(row['p5'])}, {_signed(row['p95'])}]"


def _signed(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def points(value: float) -> str:
    """A change of HHI with its sign.

    Examples
    --------
    >>> points(1189.6), points(-262.1), points(0.2)
    ('+1,190', '-262', '0')
    """
    return f"{value:+,.0f}" if abs(value) >= 0.5 else "0"


def hhi_change(row: Result, case: str) -> str:
    """Change of HHI in a case, with the interval of the model's own answer."""
    found = row["after"] if case == "after" else row["bounds"].get(case)
    if found is None:
        return "n/a"
    text = points(found["hhi_change"])
    ends = (row.get("interval") or {}).get("hhi_change")
    if case != "after" or ends is None:
        return text
    return f"{text} [{points(ends['low'])}, {points(ends['high'])}]"


def nakamoto(measures: Mapping[str, Any]) -> str:
    """Holders that pass one half, as a range.

    Examples
    --------
    >>> nakamoto({"nakamoto_low": 2.0, "nakamoto_high": 3.0})
    '2-3'
    >>> nakamoto({"nakamoto_low": 1.0, "nakamoto_high": None})
    '1 or more'
    """
    low, high = measures["nakamoto_low"], measures["nakamoto_high"]
    if low is None:
        return "n/a"
    if high is None:
        return f"{low:.0f} or more"
    return f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"


def horizons(rows: Sequence[Mapping[str, Any]], most: int = 4) -> list[tuple[str, int]]:
    """Names and positions of the days that a table shows, the last one among them.

    Examples
    --------
    >>> horizons([{"day": 7}, {"day": 28}, {"day": 60}])
    [('4 weeks', 1), ('60 days', 2)]
    """
    days = [row["day"] for row in rows]
    found = []
    for day, name in _HORIZONS:
        k = min(range(len(days)), key=lambda i: abs(days[i] - day))
        if abs(days[k] - day) <= 3:
            found.append((name, k))
    last = len(days) - 1
    if not found or found[-1][1] != last:
        found.append((f"{days[last]} days", last))
    drop = [i for i, (name, _) in enumerate(found) if name == "6 months"]
    return [pair for i, pair in enumerate(found) if len(found) <= most or i not in drop]


def who(result: Result) -> str:
    """Who leaves, in words; empty where nobody does."""
    if result["exit"] is None:
        return ""
    names = [origin_name(result, a["from"]) for a in result["exit"]["arrivals"]]
    return ", ".join(dict.fromkeys(names))


def origin_name(result: Result, id_: str) -> str:
    """Name of a place or company that is left."""
    return str(result["exit"]["labels"].get(id_) or place_name(id_))


def assumption_name(row: Result) -> str:
    """Name of an assumption without the unit, which stands beside it.

    Examples
    --------
    >>> assumption_name({"name": "power_price_usd_per_kwh"}), assumption_name({"name": "overhead"})
    ('power price', 'overhead')
    """
    name = str(row["name"])
    suffix = suffix_of(name)
    return (name.removesuffix(f"_{suffix}") if suffix else name).replace("_", " ")


def missing_words(result: Result) -> list[str]:
    """What is missing, grouped by place and by what a dimension does not tell."""
    places: dict[str, int] = {}
    others: dict[str, list[str]] = {}
    for row in result["missing"]:
        head, _, tail = row["what"].partition(": ")
        if head in result["concentration"]:
            others.setdefault(tail, []).append(dimension_name(head))
        else:
            places[place_name(head)] = places.get(place_name(head), 0) + 1
    words = [f"{tail} by {', '.join(names)}" for tail, names in others.items()]
    if places:
        listed = ", ".join(f"{name} {count}" for name, count in places.items())
        words.insert(0, f"figures of places, for which ranges stand in: {listed}")
    return words


def leaving(result: Result) -> float:
    """What leaves for good. [share]"""
    return float(sum(a["leaves"] for a in result["exit"]["arrivals"])) if result["exit"] else 0.0


def concentration_answer(result: Result) -> str:
    """What the exit does to concentration in the chosen dimension, in a sentence."""
    name = result["dimension"]
    row = result["concentration"][name]
    if not row["available"]:
        return f"Concentration by {dimension_name(name)} is not available: {row['reason']}."
    if row["after"] is None:
        text = f"HHI by {dimension_name(name)} is {row['before']['hhi']:,.0f}"
        return f"{text}; {row['reason']}." if row["reason"] else f"{text}."
    low, high = (row["bounds"][k]["hhi_change"] for k in ("spread_even", "all_to_largest"))
    sign = "rises" if row["after"]["hhi_change"] > 0 else "falls"
    by = cases(result)["after"]
    by = "in the model" if by == CASES["after"] else by.replace("scenario and", "by scenario and")
    ends = row["interval"]["hhi_change"] if row["interval"] else None
    span = f", from {points(ends['low'])} to {points(ends['high'])} over what is not known" \
        if ends else ""
    return (f"By {dimension_name(name)}, HHI {sign} by "
            f"{points(row['after']['hhi_change']).lstrip('+-')} points {by}{span}; "
            f"{points(high)} if all goes to the largest, {points(low)} if it spreads over 20 "
            "empty places.")
