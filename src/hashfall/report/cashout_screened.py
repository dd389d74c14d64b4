"""Words of a cash-out for the routes that screening shuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.blocks import Block, Prose, Section, Table
from hashfall.report.screen import chance
from hashfall.report.text import row

__all__ = ["screened_lines", "screened_sections"]

_TOLD = 2


def screened_lines(result: Mapping[str, Any]) -> list[str]:
    """Which routes were shut by which match and policy; one line where none was.

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --json`` writes.
    """
    seen = result.get("screened")
    if seen is None:
        return []
    lines = []
    for shut in result["closed_by_screening"]:
        lines += row("Shut by screening", _shut(shut))
    for route in seen["routes"]:
        if route["decision"] == "unclear":
            odds, why = chance(route["probability"]), "; ".join(route["reasons"])
            lines += row("Perhaps shut too", f"{route['route']} (with a chance of {odds}), "
                         f"left open here: {why}")
    lines += row("Screened", _head(seen))
    for text in seen["notes"]:
        lines += row("", text)
    return lines


def screened_sections(result: Mapping[str, Any]) -> list[Section]:
    """Section of the page on what screening shuts; none where nothing was screened.

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --json`` writes.
    """
    seen = result.get("screened")
    if seen is None:
        return []
    by_route = {shut["route"]: shut for shut in result["closed_by_screening"]}
    rows = []
    for route in seen["routes"]:
        shut = by_route.get(route["route"])
        why = _shut(shut) if shut else "; ".join(route["reasons"])
        rows.append([route["route"], route["decision"], chance(route["probability"]), why])
    blocks: list[Block] = [Prose(f"Screened: {_head(seen)}.")]
    if rows:
        blocks.append(Table(["route", "decision", "chance that it is shut", "why"], rows, 4))
    blocks += [Prose(text) for text in seen["notes"]]
    return [Section("screening", "Routes that screening shuts", blocks)]


def _head(seen: Mapping[str, Any]) -> str:
    matched = [p for p in seen["parties"] if p["best"]]
    text = (f"{_count(seen['parties'], 'party', 'parties')} against "
            f"{_count(seen['lists'], 'list', 'lists')} as known by {seen['known_by']}: "
            f"{len(matched) or 'none'} with a match; {seen['policies'] or 'no'} venue "
            f"{'policy' if seen['policies'] == 1 else 'policies'}; ")
    lost = len(seen["routes_lost"])
    text += f"{lost} of {len(seen['routes'])} routes lost" if lost else "no route lost"
    told = [f"{p['party']} ~ {p['best']['match']} ({p['best']['score']:.2f})"
            for p in matched[:_TOLD]]
    return text + (f" ({'; '.join(told)})" if told and not lost else "")


def _count(rows: Sequence[Any], one: str, many: str) -> str:
    return f"{len(rows)} {one if len(rows) == 1 else many}"


def _shut(shut: Mapping[str, Any]) -> str:
    words = f"{shut['route']} at {shut['venue']}, rule {shut['policy']}: {shut['party']}"
    if shut["match"] is not None:
        words += f" ~ {shut['match']} [{shut['list']}] {shut['score']:.2f}"
        words += "; " + "; ".join(shut["reasons"][1:])
    odds = shut["probability"]
    return words if odds["low"] == 1.0 else f"{words}; enforced with a chance of {chance(odds)}"
