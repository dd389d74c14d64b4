"""What the network's page rests on: assumptions, missing figures, sources, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.blocks import Block, Chart, Items, Section, Table
from hashfall.report.network_words import assumption_name, missing_words, place_name, points
from hashfall.report.sheet import again, provenance_blocks
from hashfall.report.text import number

__all__ = ["assumed", "proof"]

Result = Mapping[str, Any]


def assumed(r: Result) -> Section:
    """Assumptions with their effect, and what no public figure tells."""
    rows = [[assumption_name(a), a["of"], f"{a['value']:.4g}",
             f"{a['range'][0]:.4g} to {a['range'][1]:.4g}", a["unit"], _effect(a), a["source"]]
            for a in r["assumptions"]]
    table = Table(["assumption", "of", "value", "range", "unit", "HHI change at its ends", "why"],
                  rows, 7, "", f"All {len(rows)} assumptions")
    blocks: list[Block] = []
    if any(a["effect"] is not None for a in r["assumptions"]):
        caption = ("Change of HHI by country in the model when one figure is held at its low or "
                   "its high end and all others are drawn, on fewer draws than the answer. "
                   "Figures of places that are public are not moved: these ranges stand in where "
                   "none is.")
        blocks.append(Chart("tornado", caption, table))
    else:
        blocks.append(table)
    if r["missing"]:
        blocks.append(Items(missing_words(r), "Not known"))
        blocks.append(Table(["what", "why", "used instead"],
                            [[m["what"], m["why"], m["used_instead"]] for m in r["missing"]], 3,
                            "", f"All {len(r['missing'])} missing figures"))
    return Section("assumptions", "What is assumed, and what is not known", blocks)


def _effect(a: Result) -> str:
    if a["effect"] is None:
        return "drawn" if a["of"] == "fleet, fitted" else "n/a"
    return " to ".join(points(x) for x in a["hhi_change"])


def proof(r: Result) -> Section:
    """Sources, digests, and the command that makes the answer again."""
    facts = [s for s in r["sources"] if "quantity" in s]
    columns = [s for s in r["sources"] if "column" in s]
    rows = [[place_name(s["place"]), s["quantity"].replace("_", " "), _value(s), s["as_of"],
             s["source"]] for s in facts]
    said = {k: v for k, v in r["provenance"]["command"].items() if v not in (None, [], ())}
    words = [x for k, v in said.items() for item in (v if isinstance(v, list) else [v])
             for x in (f"--{k.replace('_', '-')}", str(item))]
    return Section("sources", "Sources and how to run it again", [
        again(["network", *words], {}),
        Table(["place", "figure", "value", "as of", "source"], rows, 5, "",
              f"Figures of places, {len(rows)}"),
        Table(["history", "unit", "source"],
              [[s["column"], s["unit"], s["source"]] for s in columns], 3, "",
              "Columns of the network history"),
        *provenance_blocks(r),
    ])


def _value(s: Result) -> str:
    if s["value"] is None:
        return ""
    span = "" if s["low"] is None or s["high"] is None or s["low"] == s["high"] else (
        f" ({number(s['low'])} to {number(s['high'])})")
    return f"{number(s['value'])}{span} {s['unit']}"
