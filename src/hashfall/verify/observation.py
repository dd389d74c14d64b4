"""Observation and scores: exact laws of block luck, and known answers of the scores."""

from __future__ import annotations

import functools
import math

import numpy as np

from hashfall.ingest.blocks import runs
from hashfall.ingest.history import load_history
from hashfall.model import changepoints, observation, scores
from hashfall.model.attribution import claimed_log_effect
from hashfall.verify.check import Check, Estimate, exactly, holds, near, within_three_errors
from hashfall.verify.simulate import generator

__all__ = ["check_observation", "check_scores"]

_LUCK = "definition: k exponential waits, 1/sqrt(k)"
_GAMMA = "chi-square law of a sum of exponential waits"
_CRPS = "closed form of the normal CRPS, Gneiting and Raftery 2007"
_CASE = "arithmetic of six cases"
_LUXOR = "definition: b1 and b2 meet at the end of the epoch"
_PATHS = 20_000


def check_observation() -> list[Check]:
    """Luck, intervals, the band of the retarget, change points, partial epochs."""
    row = functools.partial(near, "observation")
    k = 1008
    band = observation.retarget_quantiles(k, k * 600.0, [0.05, 0.95])
    ends = [(observation.rolling_span_s(2015, 2015 * 610.0, 600.0), 2015 * 610.0),
            (observation.rolling_span_s(0, 0.0, 605.0), 2015 * 605.0)]
    return [
        row("luck of a day", 0.0833, float(observation.luck_sd(144)), 5e-5, _LUCK, 4),
        row("luck of a week", 0.0315, float(observation.luck_sd(1008)), 5e-5, _LUCK, 4),
        row("luck of an epoch", 0.0223, float(observation.luck_sd(2016)), 5e-5, _LUCK, 4),
        *_coverage(),
        *_band_coverage(k, float(band[0]), float(band[1])),
        row("rolling span at both ends, s", 0.0,
            max(abs(float(a) - b) for a, b in ends), 1e-6, _LUXOR, 3),
        row("half the blocks at full, 40% off", 0.75,
            float(np.exp(claimed_log_effect(np.array([[0.625]]), np.array([0.4]))[0])), 1e-12,
            "harmonic mean over blocks, by arithmetic", 6),
        _shipped_retargets(),
        _planted_change(),
    ]


def _coverage() -> list[Check]:
    """The 90% interval of an epoch holds the true rate in 90% of epochs."""

    def sample(stage: int) -> list[Estimate]:
        rng = generator(2015 + stage)
        span = rng.standard_gamma(144.0, _PATHS) * 600.0
        h = observation.hashrate_from_span(1.0, 144.0, span)
        true = observation.hashrate_from_span(1.0, 1.0, 600.0).value
        inside = (h.low <= true) & (true <= h.high)
        return [_share(inside)]

    return within_three_errors(
        "observation", ["90% interval of 144 waits"], [0.9], sample, _GAMMA
    )


def _band_coverage(k: int, low: float, high: float) -> list[Check]:
    """With the prior that the band is written for, it holds 90% of retargets."""

    def sample(stage: int) -> list[Estimate]:
        rng = generator(31 + stage)
        rate = rng.standard_gamma(float(k), _PATHS) / (k * 600.0)
        span = k * 600.0 + rng.standard_gamma(2015.0 - k, _PATHS) / rate
        change = observation.retarget_change(span)
        return [_share((low <= change) & (change <= high))]

    return within_three_errors(
        "observation", ["90% band of the retarget, half-way"], [0.9], sample, _GAMMA
    )


def _share(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Estimate:
    """Share of true flags with its standard error."""
    p = float(flags.mean())
    return Estimate(p, math.sqrt(p * (1.0 - p) / len(flags)))


def _shipped_retargets() -> Check:
    """Block times of whole epochs give the change of difficulty that followed."""
    history, worst, found = load_history(), 0.0, 0
    for run in runs():
        for epoch in run.epochs():
            times = run.between(2016 * epoch, 2016 * epoch + 2015)
            seen = history.difficulty[epoch + 1] / history.difficulty[epoch] - 1.0
            change = float(observation.retarget_change(times[-1] - times[0]))
            worst, found = max(worst, abs(change - seen)), found + 1
    return near("observation", f"{found} epochs of block times, change", 0.0, worst, 2.0**-15,
                "bits of the shipped history, which keep 15 digits or more", 7)


def _planted_change() -> Check:
    """A fall by half in the middle of simulated waits lies in the interval that is printed."""
    held = 0
    for seed in range(20):
        waits = generator(seed).standard_exponential(2400) / np.repeat([1.0, 0.5], 1200)
        found = changepoints.change_points(waits)
        held += len(found) == 1 and found[0].low <= 1200 <= found[0].high
    return holds("observation", "a fall by half after 1,200 waits", "in 18 of 20 intervals or more",
                 f"{held} of 20", held >= 18, "simulated with the change known")


def check_scores() -> list[Check]:
    """Closed forms and worked cases of the scores."""
    row = functools.partial(near, "scores")
    ranks, happened = [0.9, 0.8, 0.35, 0.3, 0.2, 0.1], [1, 0, 1, 0, 0, 0]
    normal = scores.crps_normal(0.0, 1.0, [0.0, 1.0, 2.0])
    grid = (np.arange(4000) + 0.5) / 4000
    from scipy.special import ndtri

    return [
        row("CRPS of N(0,1) at 0", 0.233695, float(normal[0]), 5e-7, _CRPS),
        row("CRPS of N(0,1) at 1", 0.602441, float(normal[1]), 5e-7, _CRPS),
        row("CRPS of N(0,1) at 2", 1.452792, float(normal[2]), 5e-7, _CRPS),
        row("its mean under N(0,1)", 1.0 / math.sqrt(math.pi),
            float(scores.crps_normal(0.0, 1.0, ndtri(grid)).mean()), 2e-4, _CRPS, 4),
        row("CRPS of a sample of N(0,1) at 1", 0.602441,
            scores.crps_sample(ndtri(grid), 1.0), 2e-4, _CRPS, 4),
        row("CRPS of LN(0,0.5) at 1.3, by a sample",
            scores.crps_sample(np.exp(0.5 * ndtri(grid)), 1.3),
            float(scores.crps_lognormal(0.0, 0.5, 1.3)), 3e-4, "quantiles of the lognormal", 4),
        row("Brier score of 0.2, happened", 0.64, float(scores.brier(0.2, 1.0)), 1e-12,
            "arithmetic", 2),
        row("log score of 0.2, happened", 1.609438, float(scores.log_score(0.2, 1.0)), 5e-7,
            "-log 0.2"),
        row("AUC of six cases", 0.875, scores.auc(ranks, happened), 1e-12, _CASE, 3),
        row("accuracy ratio of six cases", 0.75, scores.accuracy_ratio(ranks, happened), 1e-12,
            _CASE, 2),
        exactly("scores", "pinball at 0.9", (0.1, 0.9),
                tuple(round(float(x), 12) for x in scores.pinball(1.0, 0.9, [0.0, 2.0])),
                "arithmetic"),
        *_test_size(),
    ]


def _test_size() -> list[Check]:
    """Equal forecasters are told apart in 5% of tests, at the level of 5%."""

    def sample(stage: int) -> list[Estimate]:
        rng = generator(95 + stage)
        n, count = 40, 4000
        losses = rng.standard_normal((count, 2, n))
        p = np.array([scores.diebold_mariano(a, b, 1).p for a, b in losses])
        return [_share(p <= 0.05)]

    return within_three_errors(
        "scores", ["Diebold-Mariano at 5%, 40 pairs"], [0.05], sample,
        "one step ahead it is Student's t test of normal differences", 4,
    )
