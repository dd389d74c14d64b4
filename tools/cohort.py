"""Print the cohort table of 2022 and the two Russian cases under one setting.

Usage: python tools/cohort.py [--paths N] [--seed S] [--threads N]

Runs `hashfall.engine.assess` on the shipped books; nothing is fitted here.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from hashfall.book.patch import load_scenario
from hashfall.book.prepare import prepare
from hashfall.engine.assess import AssessOptions, assess
from hashfall.ingest.market import market_inputs

COHORT = ("core_scientific_2022", "riot_2022", "cleanspark_2022", "bitfarms_2022",
          "terawulf_2022")
END = dt.date(2022, 12, 31)
RUSSIA = (("bitriver", ()), ("bitriver", ("bitriver_no_freeze",)),
          ("bitriver", ("bitriver_no_award",)), ("bitriver", ("bitriver_no_freeze_no_award",)),
          ("intelion", ()))


def main() -> None:
    """Run every case and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=16384)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-network", action="store_true")
    given = parser.parse_args()
    options = AssessOptions(paths=given.paths, seed=given.seed, threads=given.threads,
                            network=not given.no_network)
    print(f"P(D1 by {END}), books 2022-09-30, known by 2022-10-05, seed {given.seed}")
    for case in COHORT:
        result = run(case, (), options)
        at = result["pd_curve"]["date"].index(END.isoformat())
        curve = result["pd_curve"]["d1"]
        show(case, {key: curve[key][at] for key in ("value", "se", "low", "high")}, result)
        for part in result["subsidiaries"]:
            show(f"  apart: {part['name']} (6 m)", part["pd"]["d1"]["6m"], None)
    print("\nP(D1 within 12 months)")
    for case, scenarios in RUSSIA:
        result = run(case, scenarios, options)
        name = " + ".join((case, *scenarios))
        show(name, result["pd"]["d1"]["12m"], result)


def run(case: str, scenarios: tuple[str, ...], options: AssessOptions) -> dict[str, Any]:
    """Assessment of a case under scenarios."""
    prepared = prepare(case, None, None, [load_scenario(name) for name in scenarios])
    market = market_inputs(prepared.book, options.network, prepared.world)
    return assess(prepared, market, options=options)


def _said(value: Any) -> str:
    """A bound as it is printed: a number, or the day that it is."""
    return value if isinstance(value, str) else f"{value:,.4g}"


def show(name: str, p: dict[str, float], result: dict[str, Any] | None) -> None:
    """Print a probability with both kinds of doubt, and what moves it most."""
    print(f"{name:44s} {p['value']:6.1%}  se {p['se']:.2%}  [{p['low']:.1%} - {p['high']:.1%}]")
    if result is None:
        return
    for row in result["assumptions"][:3]:
        low, high = row["range"]
        print(f"    {row['name']}: {_said(low)} to {_said(high)} {row['unit']}"
              f" moves the 12-month PD from {row['pd_low']:.0%} to {row['pd_high']:.0%}")
    if result["overdue"]:
        total = sum(item["amount"] for item in result["overdue"])
        print(f"    overdue at as_of, apart: {total:,.0f} {result['overdue'][0]['currency']}")


if __name__ == "__main__":
    main()
