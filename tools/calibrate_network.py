"""Fit the fleet's parameters to hashrate from epoch to epoch; writes network_vintages.csv.

    python tools/calibrate_network.py --out src/hashfall/cases/network_vintages.csv

Reads only what ships: epochs (history.csv), maps (shares.csv) and the tables of
network.toml. Each vintage sees what was published by its day. No randomness.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import math
import sys
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from hashfall.engine.fleet_filter import EpochFact, filter_fleet
from hashfall.ingest.network import FITTED, first_fleet, network_law, past_facts, place_weights

Floats = NDArray[np.float64]

NU = 4.0
VINTAGES = [dt.date(year, 6, 30) for year in range(2017, 2026)]
FIRST_RUN, LATER_RUN = 700, 350  # evaluations of the likelihood


def prior() -> tuple[Floats, Floats]:
    """Middle of the log and log sd of each parameter's penalty."""
    rows = tomllib.loads(
        files("hashfall.cases").joinpath("network.toml").read_text(encoding="utf-8"))["prior"]
    table = np.array([rows[name] for name in FITTED], float)
    return np.log(table[:, 0]), table[:, 1]


def objective(known_by: dt.date, facts: tuple[EpochFact, ...]) -> Callable[[Floats], float]:
    """Penalised minus log likelihood of one vintage."""
    middle, sd = prior()

    def value(z: Floats) -> float:
        law = network_law(known_by, dict(zip(FITTED, np.exp(z).tolist(), strict=True)))
        past = filter_fleet(law, first_fleet(law, facts[0]), facts, place_weights)
        u = past.error**2 / past.variance
        log_likelihood = (
            gammaln((NU + 1.0) / 2.0) - gammaln(NU / 2.0)
            - 0.5 * np.log(NU * np.pi * past.variance) - (NU + 1.0) / 2.0 * np.log1p(u / NU)
        )
        return float(-log_likelihood.sum() + 0.5 * (((z - middle) / sd) ** 2).sum())

    return value


def fit(known_by: dt.date, start: Floats, evaluations: int) -> tuple[Floats, Floats, int]:
    """Logs of the parameters, their standard errors, and epochs used."""
    facts = past_facts(known_by)
    value = objective(known_by, facts)
    _, sd = prior()
    simplex = np.vstack([start, *(start + np.eye(len(start))[i] * 0.5 * sd[i]
                                  for i in range(len(start)))])
    found = minimize(value, start, method="Nelder-Mead", options={
        "maxfev": evaluations, "initial_simplex": simplex, "xatol": 1e-3, "fatol": 0.02,
        "adaptive": True})
    return found.x, errors(value, found.x), len(facts)


def errors(value: Callable[[Floats], float], z: Floats) -> Floats:
    """Standard errors from the curvature along each axis and between them."""
    n, step = len(z), 0.02
    eye, centre = np.eye(n) * step, value(z)
    one = np.array([[value(z + s * eye[i]) for s in (-1.0, 1.0)] for i in range(n)])
    hessian = np.diag((one.sum(axis=1) - 2.0 * centre) / step**2)
    for i in range(n):
        for j in range(i):
            both = value(z + eye[i] + eye[j])
            hessian[i, j] = hessian[j, i] = (
                both - one[i, 1] - one[j, 1] + centre) / step**2
    # A flat direction is worth no more than the range it was given.
    _, sd = prior()
    width, axes = np.linalg.eigh(0.5 * (hessian + hessian.T))
    least = (axes.T**2) @ (1.0 / sd**2)
    covariance = (axes / np.maximum(width, least)) @ axes.T
    return np.sqrt(np.diag(covariance))


def main() -> None:
    """Fit all vintages in order, each from the last."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vintage", action="append", type=dt.date.fromisoformat)
    args = parser.parse_args()
    text, z = io.StringIO(), prior()[0]
    text.write("vintage,name,value,se_log,epochs\n")
    for i, vintage in enumerate(args.vintage or VINTAGES):
        z, se, epochs = fit(vintage, z, FIRST_RUN if i == 0 else LATER_RUN)
        for name, log_value, error in zip(FITTED, z, se, strict=True):
            text.write(f"{vintage},{name},{math.exp(log_value):.6g},{error:.3g},{epochs}\n")
        print(vintage, epochs, dict(zip(FITTED, np.exp(z).round(5).tolist(), strict=True)),
              file=sys.stderr, flush=True)
    args.out.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
