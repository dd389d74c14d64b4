"""What a company's fall does to the network, as a row of the summary and a section of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.blocks import Block, Prose, Section, Table
from hashfall.report.text import number, percent, probability, row

__all__ = ["fall_row", "fall_section"]

Result = Mapping[str, Any]
_GROWS = "the run lets hashrate grow by itself (--no-network)"


def _signed(effect: Result) -> str:
    """Effect in percent with its range."""
    return f"{effect['value']:+.1f}% [{effect['low']:+.1f} to {effect['high']:+.1f}]"


def fall_row(r: Result) -> list[str]:
    """Lines of the summary."""
    found = r.get("network")
    if found is None:
        return row("If it falls", _GROWS)
    fall = found["fall"]
    if fall is None:
        return row("If it falls", "the book does not say where its machines stand, or none runs")
    first, last = fall["effect_pct"][0], fall["effect_pct"][-1]
    eh_s = fall["eh_s"]
    text = (
        f"{number(eh_s)} EH/s off ({percent(fall['share_of_network'])} of the network); difficulty "
        f"{_signed(first['difficulty'])} after {first['days']} days, "
        f"{last['difficulty']['value']:+.1f}% after {last['days']}; masked by noise: "
        f"{'yes' if fall['masked'] else 'no'}"
    )
    return row("If it falls", text)


def fall_section(r: Result) -> Section:
    """Section 6 of the page."""
    found = r.get("network")
    if found is None:
        return Section("network", "The network if it falls", [Prose(
            f"Nothing is said of the network here: {_GROWS}.")])
    blocks: list[Block] = [Prose(
        "The fleet of the rest of the world on the day of the books: "
        f"{number(found['installed_eh_s'])} EH/s installed at "
        f"{number(found['fleet_j_per_th'])} J/TH, {percent(found['running_share'])} of it running, "
        f"{number(found['on_order_eh_s'])} EH/s "
        f"on order (parameters of {found['vintage']}). In every path above it answers to "
        "hashprice: machines stop and start, are ordered and delivered, and difficulty follows."
    )]
    blocks += _fall(found["fall"])
    blocks.append(_pd(r, found))
    return Section("network", "The network if it falls", blocks)


def _fall(fall: Result | None) -> list[Block]:
    if fall is None:
        return [Prose("The book does not say in which country its machines stand, or none runs, so "
                      "its fall is not followed.")]
    places = ", ".join(f"{name.replace('_', ' ')} {percent(share)}"
                       for name, share in fall["places"].items())
    half = ("not within a year" if fall["half_days"] is None
            else f"within {fall['half_days']} days")
    words = (
        f"Its machines, own and hosted, are {number(fall['eh_s'])} EH/s or "
        f"{percent(fall['share_of_network'])} of the network ({places}). If all of them went off "
        f"on the day of the books, {percent(fall['runs_again'])} of the network would run again "
        f"elsewhere in the end, half of that {half}. One epoch's difficulty moves by "
        f"{fall['noise_pct']:.1f}% without any event in nine cases of ten: the fall is "
        f"{'hidden in that' if fall['masked'] else 'larger than that'}."
    )
    head = ["days after", "difficulty", "hashrate", "hashprice of all others"]
    rows = [[str(e["days"]), _signed(e["difficulty"]), _signed(e["hashrate_eh_s"]),
             _signed(e["hashprice_usd_ph_day"])] for e in fall["effect_pct"]]
    return [Prose(words), Table(head, rows, title="Effect, path by path: middle and 5-95%")]


def _pd(r: Result, found: Result) -> Table:
    """Payment default with the answer, without it, and of a survivor."""
    names = [n for n, p in found["pd_without_answer"].items() if p is not None]
    rows = [["as above: the network answers", *(probability(r["pd"]["d1"][n]) for n in names)],
            ["hashrate grows by itself", *(probability(found["pd_without_answer"][n])
                                           for n in names)]]
    if found["fall"] is not None:
        rows.append(["the same company, after another of its size fell on day 0",
                     *(probability(found["fall"]["pd_of_a_survivor"][n]) for n in names)])
    return Table(["payment default within", *names], rows,
                 title="What the network's answer does to the company")
