"""Terminal text of the default surface of a generic miner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hashfall.report.text import WIDTH, percent, row, rule, short, table

__all__ = ["best_fleet", "surface_answer", "surface_lines"]

Result = Mapping[str, Any]


def best_fleet(r: Result) -> list[Mapping[str, Any]]:
    """Rows of the most efficient fleet, by capacity, the narrowest first."""
    best = min(x["j_per_th"] for x in r["first_failing"])
    return [x for x in r["first_failing"] if x["j_per_th"] == best]


def surface_answer(r: Result) -> str:
    """Whether there is a plausible haircut at which the best fleet fails, as it came out."""
    bound, fails = r["plausible"], percent(r["fails"]["share"])
    rows = best_fleet(r)
    wide = _whole(rows)
    name = f"The best fleet ({wide['j_per_th']:g} J/TH)"
    at = {p["haircut"]: p["pd"]["value"] for p in r["points"]
          if (p["j_per_th"], p["capacity"]) == (wide["j_per_th"], wide["capacity"])}
    mean = percent(at.get(bound["high"]))
    if wide["haircut"] is None:
        words = (f"{name} fails at no haircut up to {100 * bound['most']:.1f}%, the largest "
                 "premium observed, where a route takes all that it mines")
    else:
        there = "there is one" if wide["below_bound"] else "there is none"
        words = (f"{name} fails ({fails} default within 12 months) from a haircut of "
                 f"{percent(wide['haircut'])} where a route takes all that it mines: {there} "
                 f"below the largest premium observed, {100 * bound['most']:.1f}%")
    words += (f". At {percent(bound['high'])}, the top of the observed means, {mean} default; at "
              f"spot {percent(wide['pd_at_spot']['value'])}.")
    narrow = [x for x in rows if x["haircut"] == 0.0]
    if narrow:
        most = max(x["capacity"] for x in narrow)
        words += (f" Where a route takes only {percent(most)} of what it mines, it fails at spot "
                  "already.")
    if rows[-1]["capacity"] > wide["capacity"]:
        end, spot = rows[-1]["haircut"], percent(rows[-1]["pd_at_spot"]["value"])
        words += (f" Where it could take {percent(rows[-1]['capacity'])}, {spot} default at spot, "
                  + (f"and it fails from {percent(end)}." if end is not None else
                     "and it fails nowhere on the grid."))
    return words


def _whole(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row of a route that takes just what is mined; else the widest."""
    return next((x for x in rows if x["capacity"] == 1.0), rows[-1])


def surface_lines(result: Result, report: str | None = None) -> list[str]:
    """Lines that a person reads in a minute. [lines of 78 columns]

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --surface --json`` writes.
    report : str or None
        Where the page is.
    """
    r = result
    head = f"{r['name']}   default within 12 months   {r['as_of']}"
    lines = [short(head, WIDTH), rule(), *row("Answer", surface_answer(r)),
             *row("At", f"{r['hashprice_usd_ph_day']:.1f} USD/PH/day, {r['price_usd']:,.0f} USD a "
                        f"coin, {r['mined_btc_per_day']:.2f} BTC mined a day"), ""]
    haircuts = r["axes"]["haircut"]["values"]
    for capacity in r["axes"]["capacity"]["values"]:
        lines.append(f"A route for {percent(capacity)} of what is mined; haircut across, J/TH down")
        rows = []
        for efficiency in r["axes"]["efficiency"]["values"]:
            cells = [percent(p["pd"]["value"]) for p in r["points"]
                     if (p["capacity"], p["j_per_th"]) == (capacity, efficiency)]
            rows.append([f"{efficiency:g}", *cells])
        lines += [*table(["J/TH", *(percent(h) for h in haircuts)], rows), ""]
    lines += row("Bound", f"{r['plausible']['why']} {r['plausible']['source']}.")
    error = max(p["pd"]["se"] for p in r["points"])
    band = _whole(best_fleet(r))["pd_at_spot"]
    lines += row("Band", f"Simulation adds at most ±{100 * error:.1f}%. What the book leaves open "
                         f"is far wider: the best fleet at spot {percent(band['value'])} "
                         f"[{percent(band['low'])} to {percent(band['high'])}].")
    foot = (f"{r['paths']:,} paths a point, {r['draws']} books, seed {r['seed']}, "
            f"{r['seconds']:.1f} s.")
    return [*lines, rule(), foot, *([f"Report: {report}"] if report else [])]
