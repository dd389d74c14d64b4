"""The page of the network's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Section, Table
from hashfall.report.network_charts import charts
from hashfall.report.network_proof import assumed, proof
from hashfall.report.network_words import (
    cases,
    change,
    concentration_answer,
    dimension_name,
    fan,
    hhi_change,
    horizons,
    nakamoto,
    origin_name,
    part,
    place_name,
    share,
    who,
)
from hashfall.report.sheet import Sheet, sheet_page
from hashfall.report.text import number
from hashfall.report.words import day_name

__all__ = ["network_page", "sheet_of"]

Result = Mapping[str, Any]
_SERIES = (("difficulty", "Difficulty", "T", 1e12), ("hashprice", "Hashprice", "USD/PH/day", 1.0),
           ("hashrate", "Hashrate", "EH/s", 1.0),
           ("flow_cost_usd_per_day", "Flow cost of an attack", "m USD/day", 1e6))


def network_page(result: Result) -> str:
    """HTML text of the network's answer.

    Parameters
    ----------
    result : mapping
        What ``hashfall network --json`` writes.
    """
    return sheet_page(sheet_of(result), charts(result))


def sheet_of(result: Result) -> Sheet:
    """Head and sections of the page."""
    p = result["provenance"]
    sections = [_fans(result), _where(result), _concentration(result), _control(result),
                assumed(result), proof(result)]
    return Sheet(
        kicker="what the network does" + (" when somebody leaves" if who(result) else ""),
        title=_title(result),
        answer=_answer(result), facts=_facts(result), notes=result["notes"],
        tiles_title=_tiles_title(result), tiles=_tiles(result), sections=sections,
        footer=f"Made by hashfall {p['version']} on {p['created']} · {result['paths']:,} paths · "
               f"seed {result['seed']} · {result['seconds']:.1f} s",
    )


def _title(r: Result) -> str:
    if who(r):
        return f"The network if {who(r)} leaves"
    return "The network under a scenario" if r["exit"] else "The network as it is"


def _answer(r: Result) -> str:
    parts = []
    for a in r["exit"]["arrivals"] if r["exit"] else ():
        half = f", half of it by {day_name(a['half_by'])}" if a["half_by"] else ""
        parts.append(f"{share(a['leaves'])} of the network's hashrate leaves with "
                     f"{origin_name(r, a['from'])}; in the end {share(a['runs_again'])} runs again "
                     f"elsewhere{half}, and {share(a['lost'])} never does.")
    if "effect_pct" in r:
        k = horizons(r["difficulty"])[0][1]
        day = r["difficulty"][k]["day"]
        parts.append(f"After {day} days difficulty is lower by "
                     f"{-r['effect_pct']['difficulty'][k]['p50']:.1f}% than without it and "
                     f"hashprice higher by {r['effect_pct']['hashprice'][k]['p50']:.1f}%.")
    else:
        name, k = horizons(r["difficulty"])[-1]
        parts.append(f"In {name} difficulty is {fan(r['difficulty'][k], 1e12)} T and hashprice "
                     f"{fan(r['hashprice'][k])} USD/PH/day: median, and 5 to 95% of the paths.")
    return " ".join([*parts, concentration_answer(r)])


def _facts(r: Result) -> list[tuple[str, str]]:
    n = r["now"]
    facts = [
        ("as of", day_name(r["as_of"])), ("known by", day_name(r["known_by"])),
        ("hashrate", f"{number(n['hashrate_eh_s'], 4)} EH/s"),
        ("difficulty", f"{number(n['difficulty'] / 1e12)} T"),
        ("hashprice", f"{number(n['hashprice_usd_ph_day'])} USD/PH/day"),
        ("coin", f"{n['price_usd']:,.0f} USD"),
        ("machines", f"{number(n['fleet_j_per_th'])} J/TH, {100 * n['running_share']:.0f}% on"),
        ("parameters fitted on data up to", day_name(n["vintage"])),
        ("concentration by", dimension_name(r["dimension"])),
    ]
    names = "; ".join(s["name"] for s in r["scenarios"])
    return [*facts, ("scenario", names)] if names else facts


def _tiles_title(r: Result) -> str:
    dimension = dimension_name(r["dimension"])
    if r["concentration"][r["dimension"]]["after"] is None:
        return f"Concentration by {dimension}"
    return f"Change of HHI by {dimension}, points"


def _tiles(r: Result) -> list[tuple[str, str, str]]:
    c = r["concentration"][r["dimension"]]
    if not c["available"]:
        return [("HHI", "n/a", "not available")]
    if c["after"] is None:
        m = c["before"]
        return [("HHI", f"{m['hhi']:,.0f}", ""), ("Nakamoto", nakamoto(m), "")]
    out = []
    for case in ("all_to_largest", "after", "spread_even"):
        value, _, ends = hhi_change(c, case).partition(" ")
        out.append((cases(r)[case], value, ends))
    return [*out, ("HHI before", f"{c['before']['hhi']:,.0f}", "")]


def _fans(r: Result) -> Section:
    both = "without_exit" in r
    aside = (" Blue is the world with the exit, dashed the same paths without it; dotted lines are "
             "5 and 95% without it.") if both else ""
    base = ("Half of the paths lie in the dark band, nine of ten in the light one, the line is "
            f"the middle.{aside}")
    blocks: list[Block] = [
        Chart(key, {"difficulty": base}.get(key, f"{name} on the same paths."),
              _series_table(r, key, name, unit_name, unit))
        for key, name, unit_name, unit in _SERIES[:3]
    ]
    if both:
        rows = [[e["date"], change(e), change(r["effect_pct"]["hashprice"][i])]
                for i, e in enumerate(r["effect_pct"]["difficulty"])]
        blocks.insert(2, Chart("effect", "The exit's own effect, path by path: the difference "
                               "between the two worlds on the same path, which holds although each "
                               "world alone is uncertain. It fades as machines arrive elsewhere "
                               "and as others stay on.",
                               Table(["date", "difficulty", "hashprice"], rows)))
    blocks.append(Prose("The coin's price neither rises nor falls on average; volatility is "
                        "persistent. Machines switch off and on, are ordered, arrive late and wear "
                        "out; difficulty follows blocks. Price on day 0: "
                        f"{r['now']['price_source']}.", "small"))
    return Section("fans", "Difficulty, hashprice, hashrate", blocks)


def _series_table(r: Result, key: str, name: str, unit_name: str, unit: float) -> Table:
    head = ["date", f"{name}, {unit_name}: median [5, 95%]"]
    rows = [[row["date"], fan(row, unit)] for row in r[key]]
    if "without_exit" in r:
        head = ["date", f"{name}, {unit_name}, with the exit", "without it", "change"]
        rows = [[*row, fan(r["without_exit"][key][i], unit), change(r["effect_pct"][key][i])]
                for i, row in enumerate(rows)]
    return Table(head, rows)


def _where(r: Result) -> Section:
    names = [k for k in r["shares"][0] if k not in ("date", "day")]
    rows = [[row["date"], *(share(row[p]["value"]) for p in names)] for row in r["shares"]]
    blocks: list[Block] = [Chart(
        "places", "Where the running machines stand, mean over paths. The map of day 0 is the "
        "last that was public; new machines are placed as the old ones stand."
        + (" The first day is before the exit." if "without_exit" in r else ""),
        Table(["date", *map(place_name, names)], rows))]
    if r["destinations"]:
        table = Table(
            ["runs again in", "share [5, 95%]", "moved", "bought", "mean lag of a move, days"],
            [[place_name(d["place"]), part(d), share(d["moved"]), share(d["resold"]),
              f"{d['lag_days']:.0f}"] for d in r["destinations"]])
        blocks.append(Chart(
            "destinations", "Where what leaves ends, of the network before: bars are means, thin "
            "lines 5 to 95% over what is not known. Owners choose by return after risk and by "
            "room; bought machines run where machines stand already.", table))
    if r["flows"]:
        rows = [[origin_name(r, f["from"]), place_name(f["to"]), part(f), f["basis"]]
                for f in r["flows"] if f["high"] > 0.0]
        blocks.append(Table(["from", "to", "share of the network", "by"], rows, 2, "",
                            "Flow matrix"))
    return Section("places", "Where machines stand, and where they go", blocks)


def _concentration(r: Result) -> Section:
    caption = (
        f"The dashed line is HHI as it is. {concentration_answer(r)} The model's bar is 5 to 95% "
        "over what is not known about moves. Dimensions that give the same picture are drawn once."
    )
    blocks: list[Block] = []
    for name, c in _chosen_first(r):
        if c["available"]:
            blocks.append(_cases(name, c, cases(r)))
        if c["reason"]:
            word = "effect " if c["available"] else ""
            blocks.append(Prose(f"By {dimension_name(name)}: {word}not available. "
                                f"{c['reason'][0].upper()}{c['reason'][1:]}.", "small"))
        if c["available"]:
            blocks.append(Prose(f"{c['estimator']}, {c['as_of']}. {'; '.join(c['sources'])}. "
                                f"{c['note']}", "small"))
    if any(c["after"] for c in r["concentration"].values()):
        first = next(b for b in blocks if isinstance(b, Table))
        blocks.insert(0, Chart("hhi", caption, first))
    blocks.append(Prose(
        "HHI is the sum of squared shares in percent; what the table does not name is taken as "
        "thin, and in brackets as one holder. Nakamoto is the number of holders that pass one "
        "half, as a range over both readings of what is not named and, where blocks were counted, "
        "over sampling error. The sign of a change can depend on the dimension.", "small"))
    return Section("concentration", "Concentration, in each dimension", blocks)


def _chosen_first(r: Result) -> list[tuple[str, Result]]:
    rows = list(r["concentration"].items())
    return sorted(rows, key=lambda item: item[0] != r["dimension"])


def _cases(name: str, c: Result, names: Mapping[str, str]) -> Table:
    rows = []
    for case, words in names.items():
        m = {"before": c["before"], "after": c["after"]}.get(case) or c["bounds"].get(case)
        if m is None:
            continue
        gini = "n/a" if m["gini"] is None else f"{m['gini']:.2f}"
        number_of = "n/a" if m["effective_number"] is None else number(m["effective_number"])
        rows.append([words, f"{m['hhi']:,.0f} [{m['hhi_high']:,.0f}]",
                     "" if case == "before" else hhi_change(c, case), nakamoto(m), number_of,
                     f"{m['entropy_bits']:.2f}", gini])
    head = ["case", "HHI [rest as one]", "change [5, 95%]", "Nakamoto", "effective number",
            "entropy, bit", "Gini"]
    return Table(head, rows, 1, f"By {dimension_name(name)}")


def _control(r: Result) -> Section:
    rows: list[list[str]] = []
    for name, c in _chosen_first(r):
        for case, words in cases(r).items():
            x = (c["control"] or {}).get(case)
            if x is not None:
                rows.append([dimension_name(name), words, x["largest"], share(x["share"]),
                             *_wait(x), share(x["overtakes_6"])])
    head = ["dimension", "case", "largest", "share", "blocks more", "hours, 95%",
            "overtakes 6 blocks"]
    cost = r["flow_cost_usd_per_day"]
    words = f"{fan(cost[0], 1e6)} million USD on the first day"
    if "effect_pct" in r:
        effect = r["effect_pct"]["flow_cost_usd_per_day"]
        low = min(range(len(effect)), key=lambda i: effect[i]["p50"])
        words = (f"{fan(cost[low], 1e6)} million USD a day on {cost[low]['date']}, "
                 f"{change(effect[low])} by the exit, and {change(effect[-1])} in the end")
    return Section("control", "What the largest could do", [
        Prose("If the largest holder alone left a transaction out, or built a second history: "
              "blocks that the transaction waits longer, hours within which it is in with 95%, "
              "and the chance that six confirmations are overtaken."),
        Table(head, rows, 3),
        Prose(f"Running as much hashrate as all others for a day costs {words}. At free entry this "
              "flow is what blocks pay (Budish 2025): an exit lowers it until difficulty has "
              "followed, and hardly after."),
        Table(*_flow_cost(r), 1, "", "Flow cost of an attack by date"),
    ])


def _wait(x: Result) -> list[str]:
    if x["extra_delay_blocks"] is None:
        return ["for ever", "never"]
    return [f"{x['extra_delay_blocks']:.2f}", f"{24 * x['wait_p95_days']:.2f}"]


def _flow_cost(r: Result) -> tuple[Sequence[str], list[Any]]:
    table = _series_table(r, *_SERIES[3])
    return table.head, list(table.rows)
