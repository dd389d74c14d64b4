"""Terminal text of a screening: what was found, why, and which routes it closes."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Mapping
from typing import Any

from hashfall.book.messages import printable
from hashfall.report.text import WIDTH, band, percent, row, rule, table

__all__ = ["MOST", "chance", "screen_lines"]

Result = Mapping[str, Any]
MOST = 20
"""Matches that are printed; the machine output has all of them."""

_KINDS = {"name": "by name", "identifier": "by number", "ownership": "by owner",
          "address": "by address", "hops": "by transfers"}


def chance(bounds: Mapping[str, float]) -> str:
    """A chance of which bounds are known.

    Examples
    --------
    >>> chance({"low": 1.0, "high": 1.0}), chance({"low": 0.0, "high": 0.8})
    ('100%', '[0-80]%')
    """
    low, high = bounds["low"], bounds["high"]
    return percent(low) if low == high else f"{band(low, high)}%"


def screen_lines(result: Result) -> list[str]:
    """Lines of a screening for a terminal or a pipe.

    Parameters
    ----------
    result : mapping
        Machine output of the command.
    """
    kind = result["kind"]
    if kind == "case":
        count = len(result["parties"])
        kind = "the party of the case" if count == 1 else f"the {count} parties of the case"
    lines = [printable(f"Screening: {result['query']} ({kind})"), rule()]
    lines += table(
        ["list file", "form", "date", "listed", "addresses"],
        [[printable(found["file"]), found["format"], str(found["published"] or "not given"),
          f"{found['listed']:,}", f"{found['addresses']:,}"] for found in result["lists"]],
        left=3,
    )
    lines += _matches(result)
    lines += _exposure(result["exposure"])
    lines += _consequences(result)
    lines += [rule(), *textwrap.wrap(
        "A match is a reason to look closer, not proof that it is the same party; no match is no "
        "proof of the contrary. Exposure and consequences for a lender, no legal advice.", WIDTH)]
    if result["next"]:
        lines += ["", "Money and default with the routes that are left:",
                  *_command(result["next"])]
    return lines


def _command(line: str) -> list[str]:
    """A command to be copied: a long one goes on behind a backslash."""
    parts: list[str] = []
    for word in shlex.split(printable(line)):
        text = shlex.quote(word)
        if not parts or word.startswith("--"):
            parts.append(text)
        else:
            parts[-1] += f" {text}"
    lines = [f"  {parts[0]}"]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 3 <= WIDTH:
            lines[-1] += f" {part}"
        else:
            lines[-1] += " \\"
            lines.append(f"    {part}")
    return lines


def _matches(result: Result) -> list[str]:
    matches = result["matches"]
    if not matches:
        return ["", *row("Matches", f"none at {result['threshold']:g} or more")]
    count = f"{len(matches)} at {result['threshold']:g} or more"
    if len(matches) > MOST:
        count += f", the first {MOST} shown; --json has all"
    lines = ["", *row("Matches", count)]
    for found in matches[:MOST]:
        doubt = "" if found["certain"] else ", uncertain"
        if result["kind"] == "case":
            doubt += f", for {found['party']}"
        if found["later"]:
            doubt += f", after {result['known_by']}: does not count for the case"
        head = f"{found['score']:.2f}  {found['name']}  [{found['list']}]  {_KINDS[found['kind']]}"
        lines += textwrap.wrap(printable(head + doubt), WIDTH, initial_indent="  ",
                               subsequent_indent="        ")
        for reason in found["reasons"]:
            lines += textwrap.wrap(printable(reason), WIDTH, initial_indent="        ",
                                   subsequent_indent="          ")
    return lines


def _exposure(seen: Result) -> list[str]:
    lines = []
    if seen["owned_share"] is not None:
        lines += row("Owned by listed", chance(seen["owned_share"]))
    if seen["hops"] is not None:
        lines += row("Hops to listed", str(seen["hops"]))
    if seen["taint_share"]:
        shares = ", ".join(f"{model} {chance(b)}" for model, b in seen["taint_share"].items())
        lines += row("Tainted share", f"{shares} of what was received; the bounds are funds "
                     "whose origin the graph does not show")
    return ["", *lines] if lines else []


def _odds(found: Result) -> str:
    """Chance that a venue refuses or a route is shut, said in full."""
    return f"shut with a chance of {chance(found['probability'])}"


def _consequences(result: Result) -> list[str]:
    lines = []
    for venue in result["venues"]:
        why = f": {'; '.join(venue['reasons'])}" if venue["reasons"] else ""
        who = f" {venue['party']}" if result["kind"] == "case" and why else ""
        lines += row("Venue", printable(f"{venue['venue']} {venue['decision']}{who} "
                                        f"({_odds(venue)}){why}"))
    for route in result["routes"]:
        lines += row("Route", printable(f"{route['route']} {route['decision']} "
                                        f"({_odds(route)})"))
    if result["routes"]:
        lost = ", ".join(result["routes_lost"]) or "none for sure"
        lines += row("Routes lost", printable(f"{lost} of {len(result['routes'])} "
                                              f"({result['case']})"))
    return ["", *lines] if lines else []
