"""Charts of the network's answer: fans, places, flows, both ends of concentration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hashfall.report.dots import dots
from hashfall.report.network_words import (
    assumption_name,
    cases,
    part,
    place_name,
    points,
)
from hashfall.report.spec import (
    Spec,
    chart,
    colour,
    data,
    date_axis,
    hue,
    name_axis,
    share_axis,
    wrapped,
)

__all__ = ["charts", "destinations", "effect", "fan", "hhi", "places", "tornado"]

Result = Mapping[str, Any]
_PLACES = {
    "united_states": "blue", "china": "rust", "russia": "slate", "kazakhstan": "moss",
    "canada": "sky", "iran": "plum", "gulf": "amber", "paraguay": "teal", "ethiopia": "rose",
    "rest": "stone",
}
_WITH, _WITHOUT = "with the exit", "without it"
_TOP = 10


def charts(result: Result) -> dict[str, tuple[Spec, Spec]]:
    """Every chart of the page by its name, wide and for a phone.

    Parameters
    ----------
    result : mapping
        What ``hashfall network --json`` writes.
    """
    made: dict[str, Callable[[bool], Spec | None]] = {
        "difficulty": lambda n: fan(result, "difficulty", 1e12, "difficulty, T", n),
        "hashprice": lambda n: fan(result, "hashprice", 1.0, "hashprice, USD/PH/day", n),
        "hashrate": lambda n: fan(result, "hashrate", 1.0, "hashrate, EH/s", n),
        "effect": lambda n: effect(result, n), "places": lambda n: places(result, n),
        "destinations": lambda n: destinations(result, n), "hhi": lambda n: hhi(result, n),
        "tornado": lambda n: tornado(result, n),
    }
    pairs = {name: (make(False), make(True)) for name, make in made.items()}
    return {name: (wide, narrow) for name, (wide, narrow) in pairs.items()
            if wide is not None and narrow is not None}


def _rows(rows: Sequence[Result], unit: float, series: str) -> list[Spec]:
    keys = ("p5", "p25", "p50", "p75", "p95")
    return [{"date": r["date"], "series": series, **{k: r[k] / unit for k in keys}} for r in rows]


def fan(r: Result, key: str, unit: float, title: str, narrow: bool) -> Spec:
    """5-95%, 25-75% and median of a quantity; without the exit as a dashed band beside it."""
    x, blue, ink = date_axis(narrow), colour("blue"), colour("ink")
    rows = _rows(r[key], unit, _WITH)
    y = {"type": "quantitative", "scale": {"zero": False},
         "axis": {"title": None, "tickCount": 5}}

    def area(low: str, high: str, opacity: float) -> Spec:
        return {"mark": {"type": "area", "color": blue, "opacity": opacity},
                "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}}}

    layers = [area("p5", "p95", 0.16), area("p25", "p75", 0.26)]
    if "without_exit" not in r:
        layers.append({"mark": {"type": "line", "color": blue, "strokeWidth": 2.5},
                       "encoding": {"x": x, "y": {**y, "field": "p50"}}})
        return chart(layers, narrow, 190 if narrow else 220, title, data=data(rows))
    other = _rows(r["without_exit"][key], unit, _WITHOUT)
    paint = {"color": hue("series", [_WITH, _WITHOUT], ["blue", "ink"],
                          {"symbolType": "stroke", "symbolStrokeWidth": 2.5})}
    layers += [
        {"data": data(other), "mark": {"type": "line", "color": ink, "strokeDash": [2, 3],
                                       "opacity": 0.7},
         "encoding": {"x": x, "y": {**y, "field": end}}} for end in ("p5", "p95")
    ]
    layers += [
        {"data": data(set_), "mark": {"type": "line", "strokeWidth": 2.5,
                                      "strokeDash": [1, 0] if set_ is rows else [6, 3]},
         "encoding": {"x": x, "y": {**y, "field": "p50"}, **paint}} for set_ in (other, rows)
    ]
    return chart(layers, narrow, 190 if narrow else 220, title, data=data(rows))


def effect(r: Result, narrow: bool) -> Spec | None:
    """What the exit changes of difficulty and hashprice, path by path, in percent."""
    if "effect_pct" not in r:
        return None
    names = {"difficulty": "difficulty", "hashprice": "hashprice"}
    rows = [row for key, name in names.items() for row in _rows(r["effect_pct"][key], 1.0, name)]
    x = date_axis(narrow)
    small = max(abs(row[end]) for row in rows for end in ("p5", "p95")) < 5.0
    y = {"type": "quantitative",
         "axis": {"title": None, "tickCount": 6, "format": "+.1f" if small else "+.0f"}}
    paint = {"color": hue("series", list(names.values()), ["plum", "amber"],
                          {"symbolType": "square", "symbolOpacity": 1})}
    layers: list[Spec] = [
        {"mark": {"type": "area", "opacity": 0.25},
         "encoding": {"x": x, "y": {**y, "field": "p5"}, "y2": {"field": "p95"}, **paint}},
        {"mark": {"type": "line", "strokeWidth": 2.5},
         "encoding": {"x": x, "y": {**y, "field": "p50"}, **paint}},
        {"data": {"values": [{}]}, "mark": {"type": "rule", "strokeDash": [5, 3], "opacity": 0.5},
         "encoding": {"y": {"datum": 0, "type": "quantitative"}}},
    ]
    return chart(layers, narrow, 190 if narrow else 220, "change by the exit, %", data=data(rows))


def places(r: Result, narrow: bool) -> Spec:
    """Mean shares of places of the running hashrate over time, stacked."""
    days = list(r["shares"])
    if "without_exit" in r:  # as it stood before the exit
        days.insert(0, {**r["without_exit"]["shares"][0], "date": r["as_of"]})
    there = [p for p in _PLACES if any(row.get(p, {}).get("high", 0.0) >= 0.005 for row in days)]
    rows = [{"date": row["date"], "place": place_name(p), "value": row[p]["value"], "o": i}
            for row in days for i, p in enumerate(there)]
    y = {"field": "value", "type": "quantitative", "stack": "zero",
         "scale": {"domain": [0, 1]}, "axis": {"title": None, "format": ".0%", "tickCount": 5}}
    paint = hue("place", [place_name(p) for p in there], [_PLACES[p] for p in there],
                {"columns": 2 if narrow else 5})
    layers: list[Spec] = [{"mark": {"type": "area", "opacity": 0.85}, "encoding": {
        "x": date_axis(narrow), "y": y, "color": paint, "order": {"field": "o"}}}]
    return chart(layers, narrow, 200 if narrow else 240, "share of running hashrate, mean",
                 data=data(rows))


def destinations(r: Result, narrow: bool) -> Spec | None:
    """Where what leaves ends: moved by owners, bought by others, lost."""
    lost = [f for f in r["flows"] if f["to"] == "lost" and f["basis"] == "model"]
    if not r["destinations"] or not lost:
        return None
    total = {k: sum(f[k] for f in lost) for k in ("share", "low", "high")}
    found = [*r["destinations"], {"place": "lost", **total, "moved": 0.0, "resold": 0.0}]
    how = {"moved": "moved by its owner", "resold": "bought by somebody there", "lost": "lost"}
    rows, ends = [], []
    for row in found:
        name = place_name(row["place"])
        parts = {"lost": row["share"]} if row["place"] == "lost" else row
        rows += [{"name": name, "how": how[k], "value": parts[k], "o": i}
                 for i, k in enumerate(how) if parts.get(k)]
        ends.append({"name": name, "low": row["low"], "high": row["high"], "label": part(row)})
    top = 1.35 * max(e["high"] for e in ends)
    x, y = share_axis("value", top), name_axis("name")
    x["scale"] = {"domain": [0, top], "nice": False}
    x["axis"] = {**x["axis"], "format": ".0%" if top >= 0.05 else ".1%"}
    legend = {"columns": 1 if narrow else 0}
    paint = hue("how", list(how.values()), ["blue", "sky", "stone"], legend)
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.6}},
         "encoding": {"x": {**x, "stack": "zero"}, "y": y, "color": paint,
                      "order": {"field": "o"}}},
        {"data": data(ends), "mark": {"type": "rule", "color": colour("ink"), "strokeWidth": 1.5},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"data": data(ends), "mark": {"type": "text", "align": "left", "dx": 7},
         "encoding": {"x": {**x, "field": "high"}, "y": y, "text": {"field": "label"}}},
    ]
    return chart(layers, narrow, {"step": 25}, "of the network before", data=data(rows))


def hhi(r: Result, narrow: bool) -> Spec | None:
    """HHI as it is, at both ends and in the model, by dimension that can tell."""
    rows, one = [], r["dimension"]
    for name, c in r["concentration"].items():
        if c["after"] is None or (name != one and _same(c, r["concentration"][one])):
            continue
        for case, words in cases(r).items():
            m = {"before": c["before"], "after": c["after"]}.get(case) or c["bounds"][case]
            ends = (c["interval"] or {}).get("hhi") if case == "after" else None
            ends = ends or {"low": m["hhi"], "high": m["hhi"]}
            rows.append({"name": wrapped(f"{name.replace('_', ' ')}: {words}", 30),
                         "series": "HHI", "value": m["hhi"], "label": _label(c, case, m),
                         "low": ends["low"], "high": ends["high"]})
    if not rows:
        return None
    axis = {"title": None, "tickCount": 5, "format": ",.0f", "grid": True}
    x = {"type": "quantitative", "scale": {"zero": False, "nice": True, "padding": 40},
         "axis": axis}
    before = next(c for c in r["concentration"].values() if c["after"] is not None)["before"]["hhi"]
    return dots(rows, {"HHI": "blue"}, narrow, x=x, title="HHI, points", line=before, step=38)


def _same(a: Result, b: Result) -> bool:
    """Whether two dimensions give the same picture."""
    return bool(b["after"]) and abs(a["after"]["hhi"] - b["after"]["hhi"]) < 0.5 and abs(
        a["before"]["hhi"] - b["before"]["hhi"]) < 0.5


def _label(c: Result, case: str, m: Result) -> str:
    text = f"{m['hhi']:,.0f}"
    return text if case == "before" else f"{text} ({points(m['hhi_change'])})"


def tornado(r: Result, narrow: bool) -> Spec | None:
    """What each assumption of relocation does to the change of HHI."""
    found = [a for a in r["assumptions"] if a["effect"] is not None][:_TOP]
    if not found:
        return None
    rows = [{"name": wrapped(assumption_name(a), 18 if narrow else 30), "low": a["hhi_change"][0],
             "high": a["hhi_change"][1]} for a in found]
    x = {"type": "quantitative", "scale": {"zero": False, "nice": True},
         "axis": {"title": None, "tickCount": 5, "format": "+,.0f", "grid": True}}
    y = name_axis("name", lines=True)
    ends = [{"name": a["name"], "value": a[k], "end": words} for a in rows
            for k, words in (("low", "at its low end"), ("high", "at its high end"))]
    paint = hue("end", ["at its low end", "at its high end"], ["sky", "rust"],
                {"symbolType": "circle"})
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 6, "color": colour("tint")},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"data": data(ends), "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
         "encoding": {"x": {**x, "field": "value"}, "y": y, "color": paint}},
    ]
    return chart(layers, narrow, {"step": 27}, "change of HHI by country, points", data=data(rows))


