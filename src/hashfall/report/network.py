"""Terminal text of the network's answer: one minute, 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.network_words import (
    assumption_name,
    cases,
    change,
    dimension_name,
    fan,
    hhi_change,
    horizons,
    leaving,
    missing_words,
    nakamoto,
    origin_name,
    part,
    place_name,
    points,
    share,
    who,
)
from hashfall.report.text import WIDTH, flow, number, row, rule, short, table

__all__ = ["network_lines"]

Result = Mapping[str, Any]
_QUANTITIES = (("difficulty", "Difficulty, T", 1e12),
               ("hashprice", "Hashprice, USD/PH/day", 1.0), ("hashrate", "Hashrate, EH/s", 1.0))
_TOP = 3


def network_lines(result: Result, report: str | None = None) -> list[str]:
    """Lines that a person reads in a minute. [lines of 78 columns]

    Parameters
    ----------
    result : mapping
        What ``hashfall network --json`` writes.
    report : str or None
        Where the page is, printed in the last line.
    """
    parts = (_head, _now, _leaves, _fans, _goes, _places, _holders, _others, _control, _attack,
             _matters, _missing, _notes)
    body = [line for make in parts for line in make(result)]
    return ["".join(c if c.isprintable() else "?" for c in line)
            for line in [*body, rule(), *_foot(result, report)]]


def _head(r: Result) -> list[str]:
    what = f"exit of {who(r)}" if who(r) else "closures" if r["exit"] else "as it is"
    years = number(r["horizon_days"] / 365.25, 2)
    span = "1 year" if years == "1" else f"{years} years"
    head = f"Network   {r['as_of']}, known by {r['known_by']}   {span}   {what}"
    return [short(head, WIDTH), rule(),
            *(flow("With scenario", [short(s["name"], 40) for s in r["scenarios"]], "; ", 3)
              if r["scenarios"] else [])]


def _now(r: Result) -> list[str]:
    n = r["now"]
    return row("On that day", (
        f"{number(n['hashrate_eh_s'], 4)} EH/s, difficulty {number(n['difficulty'] / 1e12)} T, "
        f"hashprice {number(n['hashprice_usd_ph_day'])} USD/PH/day at "
        f"{n['price_usd']:,.0f} USD a coin; machines of {number(n['fleet_j_per_th'])} J/TH, "
        f"{100 * n['running_share']:.0f}% of them on"))


def _leaves(r: Result) -> list[str]:
    lines = []
    for a in r["exit"]["arrivals"] if r["exit"] else ():
        half = f", half of it by {a['half_by']}" if a["half_by"] else ""
        lines += row("Leaves", (
            f"{origin_name(r, a['from'])}: {share(a['leaves'])} of hashrate; "
            f"{share(a['runs_again'])} runs again{half}; {share(a['lost'])} never does"))
    return lines


def _fans(r: Result) -> list[str]:
    """Median and 5-95% by horizon, with the exit's own effect beside them."""
    both = "without_exit" in r
    quantities = _QUANTITIES[:2] if both else _QUANTITIES
    head = ["", "without it", "with it", "what it changes"] if both else ["", "median [5, 95%]"]
    rows: list[list[str]] = []
    titles: list[tuple[int, str]] = []
    for key, name, unit in quantities:
        titles.append((len(rows), name))
        for when, k in horizons(r[key]):
            cells = [fan(r[key][k], unit)]
            if both:
                cells = [fan(r["without_exit"][key][k], unit), *cells,
                         change(r["effect_pct"][key][k])]
            rows.append([f"  in {when}", *cells])
    lines = table(head, rows)
    for i, name in reversed(titles):
        lines.insert(i + 1, name)
    return ["", *lines, ""]


def _goes(r: Result) -> list[str]:
    """Where what leaves runs again, buyers included."""
    if not r["destinations"]:
        said = [f for f in r["flows"] if f["basis"] == "scenario"]
        cells = [f"{place_name(f['to'])} {share(f['share'])}" for f in said]
        return flow("Goes to (scenario)", cells, ", ") if cells else []
    cells = [f"{place_name(d['place'])} {part(d)}" for d in r["destinations"]]
    lost = [f for f in r["flows"] if f["to"] == "lost" and f["basis"] == "model"]
    cells.append(f"lost {part(_sum(lost))}")
    return flow("Goes to, of hashrate", cells, ", ")


def _sum(rows: list[Any]) -> dict[str, float]:
    return {key: sum(f[key] for f in rows) for key in ("share", "low", "high")}


def _places(r: Result) -> list[str]:
    """Mean shares of places at the end, without and with the exit."""
    last = {k: v for k, v in r["shares"][-1].items() if isinstance(v, dict)}
    first = r["without_exit"]["shares"][-1] if "without_exit" in r else r["shares"][0]
    words = "without -> with it" if "without_exit" in r else "first day -> last day"
    cells = [f"{place_name(p)} {share(first[p]['value'])} -> {share(v['value'])}"
             for p, v in sorted(last.items(), key=lambda x: -x[1]["value"])
             if max(v["value"], first[p]["value"]) >= 0.01]
    label = "Runs in the end" if "without_exit" in r else "Runs where"
    return flow(label, cells, ", ") + row("", f"({words})")


def _holders(r: Result) -> list[str]:
    """Concentration in the chosen dimension: as it is, both ends, the model between them."""
    name = r["dimension"]
    c = r["concentration"][name]
    title = f"Concentration by {dimension_name(name)}"
    if not c["available"]:
        return ["", *row(title, f"not available: {c['reason']}")]
    rows = []
    for case, words in cases(r).items():
        m = c["before"] if case == "before" else c["after"] if case == "after" \
            else c["bounds"].get(case)
        if m is not None:
            delta = "" if case == "before" else hhi_change(c, case)
            number_of = "n/a" if m["effective_number"] is None else number(m["effective_number"])
            rows.append([words, f"{m['hhi']:,.0f}", delta, nakamoto(m), number_of])
    head = ["", "HHI", "change [5, 95%]", "Nakamoto", "effective number"]
    lines = ["", f"{title} ({short(c['estimator'], 30)}, {c['as_of']})", *table(head, rows)]
    if c["reason"]:
        lines += row("", f"effect not available: {c['reason']}")
    return lines


def _others(r: Result) -> list[str]:
    """One line for each other dimension, since the sign can depend on it."""
    lines = []
    for name, c in r["concentration"].items():
        if name == r["dimension"]:
            continue
        if not c["available"]:
            text = f"not available: {c['reason']}"
        else:
            text = f"HHI {c['before']['hhi']:,.0f} ({c['estimator']}, {c['as_of']})"
            if c["after"] is not None:
                text += (f", model {hhi_change(c, 'after')}, ends "
                         f"{points(c['bounds']['spread_even']['hhi_change'])} and "
                         f"{points(c['bounds']['all_to_largest']['hhi_change'])}")
            elif c["reason"]:
                text += f"; effect not available: {c['reason']}"
        lines += row(f"By {dimension_name(name)}", text, 2)
    return lines


def _control(r: Result) -> list[str]:
    c = r["concentration"][r["dimension"]]["control"]
    if not c:
        return []
    shown = [c["before"], *([c["after"]] if "after" in c else [])]

    def each(make: Any) -> str:
        return " -> ".join(make(x) for x in shown)

    names = " -> ".join(dict.fromkeys(x["largest"] for x in shown))
    return row("If the largest filters", (
        f"{names}, {each(lambda x: share(x['share']))} of hashrate: a transaction that it leaves "
        f"out waits {each(lambda x: _blocks(x))} blocks more; it overtakes 6 confirmations with "
        f"{each(lambda x: share(x['overtakes_6']))}"))


def _blocks(control: Mapping[str, Any]) -> str:
    extra = control["extra_delay_blocks"]
    return "for ever" if extra is None else f"{extra:.2f}"


def _attack(r: Result) -> list[str]:
    rows = r["flow_cost_usd_per_day"]
    if "without_exit" not in r:
        return row("Matching all hashrate", (
            f"costs {fan(rows[0], 1e6)}m USD a day at free entry (flow cost of an attack)"))
    before, effect = r["without_exit"]["flow_cost_usd_per_day"], r["effect_pct"][
        "flow_cost_usd_per_day"]
    low = min(range(len(effect)), key=lambda i: effect[i]["p50"])
    last = len(effect) - 1
    return row("Matching all hashrate", (
        f"costs {fan(before[low], 1e6)}m USD a day (flow cost of an attack); with the exit "
        f"{change(effect[low])} on day {effect[low]['day']}, {change(effect[last])} in the end"))


def _matters(r: Result) -> list[str]:
    rows = [a for a in r["assumptions"] if a["effect"] is not None][:_TOP]
    if not rows:
        return []
    cells = [f"{assumption_name(a)} ({number(a['range'][0])}-{number(a['range'][1])} {a['unit']}) "
             f"{points(a['hhi_change'][0])} to {points(a['hhi_change'][1])}" for a in rows]
    return flow("Moves HHI most", cells, "; ")


def _missing(r: Result) -> list[str]:
    words = missing_words(r)
    return row("Not known", "; ".join(words)) if words else []


def _notes(r: Result) -> list[str]:
    return [line for text in r["notes"] for line in row("Note", text)]


def _foot(r: Result, report: str | None) -> list[str]:
    text = (f"{r['paths']:,} paths, {r['parameter_draws']} draws of the fitted parameters, seed "
            f"{r['seed']}, {r['seconds']:.1f} s.")
    gone = f" What leaves: {share(leaving(r))}." if len((r["exit"] or {}).get("arrivals", ())) > 1 \
        else ""
    return [text + gone, *([f"Report: {report}"] if report else [])]
