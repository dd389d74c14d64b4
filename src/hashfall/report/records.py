"""Sections 5 to 8 of the page: routes, network, gaps, sources and how to run it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from hashfall.report.bars import interval
from hashfall.report.blocks import (
    Block,
    Cell,
    Chart,
    Code,
    Items,
    Link,
    Prose,
    Section,
    Table,
    anchor,
    outside,
)
from hashfall.report.cashout_words import flow_blocks
from hashfall.report.sections import figure, source_cell
from hashfall.report.text import number, percent

__all__ = ["command_line", "fields", "gaps", "proof", "routes"]

Result = Mapping[str, Any]


def routes(r: Result) -> Section:
    """From coins to money: what each route took, and what stayed unsold."""
    used = [x for x in r["routes"] if x["sold_btc"]]
    caption = (
        "Coins sold through each route, and at what share of their spot value; the hatched bar is "
        "what is unsold at the default or the horizon: coins that no route took in time, and coins "
        "that the company keeps by its own policy."
    )
    rows = [[x["name"], x["kind"], number(x["sold_btc"]), percent(x.get("net_over_spot")),
             number(x.get("capacity_btc_day")), number(x.get("delay_days")),
             percent(x.get("binding_share"))] for x in r["routes"]]
    rows.append(["unsold", "", number(r.get("trapped_btc")), "", "", "", ""])
    head = ["route", "kind", "BTC sold", "net over spot", "BTC a day at most", "delay, days",
            "binding on"]
    blocks: list[Block] = []
    if used or r.get("trapped_btc"):
        blocks.append(Chart("routes", caption, Table(head, rows, 2)))
    else:
        blocks.append(Prose("No coin is sold on any path: the company's money does not come "
                            "through coins of its own."))
        if r["routes"]:
            blocks.append(Table(head, rows, 2))
    blocks.append(Prose(_route_words(r)))
    return Section("routes", "From coins to money", [*blocks, *flow_blocks(r)])


def _route_words(r: Result) -> str:
    ratio, left = r.get("realised_over_spot"), r.get("trapped_btc")
    words = [f"On average {number(left)} BTC are unsold at the default or the horizon, coins that "
             "the company keeps by its own policy included."] if left else []
    if ratio is not None:
        words.insert(0, f"All sales together bring {percent(ratio)} of spot.")
    cuts = [x for x in r["routes"] if x.get("binding_share")]
    if cuts:
        cut = max(cuts, key=lambda x: x["binding_share"])
        words.append(f"The binding cut is {cut['name']}: its capacity holds sales back on "
                     f"{percent(cut['binding_share'])} of the days with something to sell.")
    return " ".join(words)


def gaps(r: Result) -> Section:
    """What the record says twice, and what it does not say."""
    blocks: list[Block] = []
    for c in r["contradictions"]:
        values: list[Cell] = [[f"{v['value']} (", source_cell(v.get("source")), ")"]
                              for v in c["values"]]
        blocks.append(Items(values, f"{c['what']}: {c['treated']}"))
    if not blocks:
        blocks.append(Prose("No contradiction is noted in the record."))
    rows = [[Link(m["path"], "#" + anchor("field", m["path"])), m["why"], m["used_instead"],
             percent(m.get("pd_low")), percent(m.get("pd_high"))] for m in r["missing"]]
    blocks.append(
        Table(["missing field", "why", "what stands in for it", "PD at its low", "PD at its high"],
              rows, 3, "Not known") if rows else Prose("No field is missing."))
    return Section("gaps", "Contradictions and gaps", blocks)


def proof(r: Result) -> Section:
    """Sources, definitions, provenance, and how to change a figure and run again."""
    used = [[source_cell_target(s), s["outlet"], s["date"], s["grade"],
             _paths(s.get("used_for") or [])] for s in r["sources"]]
    blocks: list[Block] = [
        Table(["source", "outlet", "date", "grade", "figures"], used, 5, "Sources by figure",
              ids=[anchor("source", s["id"]) for s in r["sources"]])
        if used else Prose("No outside source is named."),
        Prose("Grades: A primary text or first-hand data, B known outlet, C second-hand or single "
              "source, D opinion. Figures of a book without a source of their own are in the book "
              "file.", "small"),
        Table(["definition", "text"], [[k.upper() if len(k) == 2 else k, v] for k, v in
                                       r["definitions"].items()], 2, "Definitions",
              ids=[anchor("definition", k) for k in r["definitions"]]),
        *_again(r),
        *_provenance(r),
    ]
    return Section("sources", "Sources, definitions, how to run it again", blocks)


def source_cell_target(source: Result) -> Cell:
    """Id of a source, leading out to it."""
    return outside(source["id"], source.get("url"))


def _paths(paths: list[str]) -> Cell:
    cell: list[str | Link] = []
    for i, path in enumerate(paths):
        cell += [", "] * bool(i) + [Link(path, "#" + anchor("field", path))]
    return cell or "n/a"


def fields(r: Result) -> Table:
    """Every field of the book that the page names, once, with what is in it."""
    rows: dict[str, list[Cell]] = {}
    for a in r["assumptions"]:
        rows[a["path"]] = [a["path"], figure(a["value"]), interval(a), a["source"]]
    for m in r["missing"]:
        rows.setdefault(m["path"], [m["path"], "not known", "", m["used_instead"]])
    for s in r["sources"]:
        for path in s.get("used_for") or []:
            rows.setdefault(path, [path, "see the book", "", source_cell(s["id"])])
    return Table(["field", "value", "range", "from"], list(rows.values()), 4, "Fields to change",
                 ids=[anchor("field", p) for p in rows])


def command_line(r: Result) -> str:
    """Command that makes this result again."""
    given = dict(r["provenance"].get("command") or {})
    parts = ["hashfall", "assess", str(given.pop("case", r["case"]))]
    given.setdefault("as_of", r["as_of"])
    given.setdefault("known_by", r["known_by"])
    given.setdefault("seed", r["seed"])
    for name, value in given.items():
        flag = "--" + name.replace("_", "-")
        for entry in value if isinstance(value, list | tuple) else [value]:
            if entry is True:
                parts.append(flag)
            elif entry not in (None, False, ""):
                parts += [flag, str(entry)]
    return shlex.join(parts)


def _again(r: Result) -> list[Block]:
    line = command_line(r)
    table = fields(r)
    blocks: list[Block] = [
        Code(f"{line}\nhashfall rerun RESULT.json   # the file that --json wrote", "Run it again"),
    ]
    if table.rows:
        blocks += [table, Prose("To change a field of this list, or any other field of the book:")]
    blocks += [
        Code(f"hashfall describe {shlex.quote(r['case'])}   # the whole book\n"
             f"hashfall assess {shlex.quote(r['case'])} --set FIELD=VALUE"),
        Prose("Several changes together go into a scenario file (--scenario FILE).", "small"),
    ]
    for s in r["scenarios"]:
        blocks.append(_json(f"Scenario in force: {s['name']}", s["patch"]))
    return blocks


def _provenance(r: Result) -> list[Block]:
    p = r["provenance"]
    facts = [
        ["schema", r["schema"]], ["version", str(p["version"])], ["made", str(p["created"])],
        ["case", r["case"]], ["definitions", str(p["definitions"])],
        ["paths", f"{r['paths']:,} = {r.get('draws')} books x {r.get('inner')}{_asked(r)}"],
        ["seed", str(r["seed"])], ["horizon", f"{r['horizon_days']:,} days"],
        ["time taken", f"{r['seconds']:.2f} s"],
    ]
    inputs = [[i["name"], i["sha256"]] for i in p["inputs"]]
    known = {"version", "created", "seed", "definitions", "inputs"}
    rest = {k: v for k, v in p.items() if k not in known}
    return [
        Table(["provenance", "value"], facts, 2, "Provenance"),
        Table(["input", "SHA-256"], inputs, 2, "", "Inputs and their digests"),
        _json("Command and environment", rest),
    ]


def _asked(r: Result) -> str:
    """That another number of paths was asked for."""
    asked = (r["provenance"].get("options") or {}).get("paths")
    return "" if asked in (None, r["paths"]) else f" ({asked:,} asked for)"


def _json(title: str, data: Any) -> Code:
    return Code(json.dumps(data, indent=1, ensure_ascii=False, default=str), title)
