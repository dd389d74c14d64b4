"""The page: one HTML file that needs no network, for screen, phone and paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hashfall.report import records, sections
from hashfall.report.blocks import Section
from hashfall.report.draw import page_svgs
from hashfall.report.fall import fall_section
from hashfall.report.terminal import HORIZONS
from hashfall.report.text import band, money, percent, wide
from hashfall.report.theme import css_variables, hatch_defs
from hashfall.report.words import answer, day_name

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "page", "parts"]


def parts(result: Mapping[str, Any]) -> list[Section]:
    """The eight sections of a page, in order."""
    make = (
        sections.head, sections.due, sections.cash, sections.causes,
        records.routes, fall_section, records.gaps, records.proof,
    )
    return [section(result) for section in make]


def page(result: Mapping[str, Any]) -> str:
    """HTML text of an assessment.

    Parameters
    ----------
    result : mapping
        An assessment, as ``hashfall assess --json`` writes it.

    Notes
    -----
    The page loads nothing and runs no script; links to sources are plain links.
    """
    return environment().get_template("page.html.j2").render(
        title=f"{result['name']}: solvency on {result['as_of']}",
        r=result,
        sentence=answer(result),
        tiles=_tiles(result),
        brackets=_brackets(result),
        facts=_facts(result),
        sections=parts(result),
        drawings=page_svgs(result),
        defs=hatch_defs(),
        light=css_variables(dark=False),
        dark=css_variables(dark=True),
    )


def environment() -> Environment:
    """Templates of the pages, which escape every word and refuse one that is missing."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("hashfall.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    made.filters["soft"] = _soft
    return made


def _soft(text: str) -> str:
    """Escaped text whose long dotted or underscored words may break after a dot."""
    from markupsafe import Markup, escape

    words = [
        escape(word).replace(".", Markup(".<wbr>")).replace("_", Markup("_<wbr>"))
        if len(word) > 18 else escape(word)
        for word in text.split(" ")
    ]
    return Markup(" ").join(words)


def _tiles(r: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Horizon, probability and band of the primary clock."""
    d1 = r["pd"]["d1"]
    return [
        (f"{h[:-1]} months", percent(p["value"]),
         band(p["low"], p["high"]) if wide(p) else "")
        for h in HORIZONS if (p := d1.get(h))
    ]


def _brackets(r: Mapping[str, Any]) -> str:
    """What the brackets are, or why there are none."""
    if any(wide(p) for p in r["pd"]["d1"].values() if p):
        return "In brackets: 5 to 95% over what the books do not tell."
    return "No brackets: nothing unknown moves these figures."


def _facts(r: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the reader should know about the run at a glance."""
    overdue: dict[str, float] = {}
    for item in r["overdue"]:
        overdue[item["currency"]] = overdue.get(item["currency"], 0.0) + item["amount"]
    old = r.get("balances_age_days")
    facts = [
        ("books of", day_name(r["balances_of"] if old else r["as_of"])),
        *([("run as of", day_name(r["as_of"]))] if old else []),
        ("known by", day_name(r["known_by"])),
        ("business", r["business"]),
        ("currency", r["currency"]),
        ("overdue already", " + ".join(money(v, c) for c, v in overdue.items()) or "nothing"),
    ]
    names = "; ".join(s["name"] for s in r["scenarios"])
    return [*facts, ("scenario", names)] if names else facts
