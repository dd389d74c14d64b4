"""A page of the house's look for any answer: one HTML file that needs no network."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hashfall.report.blocks import Block, Code, Section, Table
from hashfall.report.draw import drawings
from hashfall.report.page import environment
from hashfall.report.spec import Spec
from hashfall.report.theme import css_variables, hatch_defs

__all__ = ["Sheet", "again", "provenance_blocks", "sheet_page"]


@dataclass(frozen=True)
class Sheet:
    """What stands on a page beside its charts."""

    kicker: str
    title: str
    answer: str
    sections: Sequence[Section]
    footer: str
    facts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    tiles: Sequence[tuple[str, str, str]] = ()
    tiles_title: str = ""


def sheet_page(sheet: Sheet, charts: Mapping[str, tuple[Spec, Spec]]) -> str:
    """HTML text of a page.

    Parameters
    ----------
    sheet : Sheet
        Head, sections and foot.
    charts : mapping of str to (dict, dict)
        Specification of each chart by its name, wide and for a phone.

    Notes
    -----
    The page loads nothing and runs no script.
    """
    return environment().get_template("sheet.html.j2").render(
        sheet=sheet, drawings=drawings(charts), defs=hatch_defs(),
        light=css_variables(dark=False), dark=css_variables(dark=True),
    )


def again(words: Sequence[str], options: Mapping[str, Any]) -> Code:
    """The command that makes an answer again.

    Parameters
    ----------
    words : sequence of str
        Command and its arguments.
    options : mapping
        Options by name; those that are not set are left out.

    Examples
    --------
    >>> again(["replay", "all"], {"seed": 7, "view": None}).text
    'hashfall replay all --seed 7'
    """
    parts = ["hashfall", *words]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            parts.append(flag)
        elif value not in (None, False):
            parts += [flag, str(value)]
    return Code(shlex.join(parts), "Run it again")


def provenance_blocks(result: Mapping[str, Any]) -> list[Block]:
    """Version, digests of inputs and environment of a result.

    Parameters
    ----------
    result : mapping
        With ``schema`` and ``provenance``.
    """
    p = result["provenance"]
    facts = [["schema", result["schema"]], ["version", p["version"]], ["made", p["created"]],
             ["definitions", p["definitions"]],
             ["seed", "none: nothing is random" if p["seed"] is None else str(p["seed"])]]
    inputs = [[i["name"], i["sha256"]] for i in p["inputs"]]
    return [
        Table(["provenance", "value"], facts, 2, "Provenance"),
        Table(["input", "SHA-256"], inputs, 2, "", "Inputs and their digests"),
        Code(json.dumps(p["environment"], indent=1), "Environment"),
    ]
