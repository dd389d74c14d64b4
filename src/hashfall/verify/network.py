"""Hashprice and the retarget: identities, worked examples, the kernel's rule by the protocol's."""

from __future__ import annotations

import functools

import numpy as np

from hashfall.model import consensus, hashprice
from hashfall.model import retarget as kernel_rule
from hashfall.verify.check import Check, exactly, holds, near
from hashfall.verify.simulate import generator

__all__ = ["check_hashprice", "check_outage", "check_retarget_kernel"]

_IDENTITY = "definition: H = D 2^32 / 600; break-evens by arithmetic"
_CAPTURE = "Hashrate Index capture, November 2024"
_METRIC = "Coin Metrics btc series, 2009-01-09"
_FUTURE = "Luxor difficulty future, printed example of the payoff"
_PRESS = "reported hashrate at the 2024 halving"


def check_hashprice() -> list[Check]:
    """Identities between hashrate, difficulty, hashprice and break-evens."""
    row = functools.partial(near, "hashprice")
    btc = hashprice.hashprice_btc_ph_day(3.125, 0.155, 101.65e12)
    epoch_days = 14.0
    future = epoch_days * hashprice.hashprice_btc_ph_day(6.25, 0.0, 21.3876e12)
    there = hashprice.fees_from_share(3.125, 0.07)
    return [
        row("88.10T of difficulty, EH/s", 630.6, hashprice.hashrate_eh_s(88.10e12), 0.05,
            _PRESS, 1),
        row("83.15T of difficulty, EH/s", 595.2, hashprice.hashrate_eh_s(83.15e12), 0.05,
            _PRESS, 1),
        row("19 blocks at D = 1, MH/s", 0.944495122962963,
            1e12 * hashprice.realised_hashrate_eh_s(1.0, 19.0, 86400.0), 1e-15, _METRIC, 9),
        row("BTC/PH/day, 101.65T", 6.49e-4, btc, 5e-7, _CAPTURE, 7),
        row("the same at 87,235 USD", 56.6, hashprice.hashprice_usd_ph_day(btc, 87_235.0), 0.05,
            _CAPTURE, 2),
        row("difficulty future, BTC/PH", 0.0823, future, 5e-8, _FUTURE, 7),
        row("J/TH that pays 0.05 USD/kWh", 41.667,
            hashprice.break_even_j_per_th(50.0, 0.05), 5e-4, _IDENTITY, 3),
        row("USD/kWh that 29.5 J/TH pays", 0.066384,
            hashprice.break_even_power_price_usd_per_kwh(47.0, 29.5), 5e-7, _IDENTITY),
        row("USD/kWh that 17.5 J/TH pays", 0.111905,
            hashprice.break_even_power_price_usd_per_kwh(47.0, 17.5), 5e-7, _IDENTITY),
        row("hashcost, 30 J/TH at 0.06", 43.2,
            hashprice.hashcost_usd_ph_day(30.0, 0.06), 1e-9, _IDENTITY, 3),
        row("fee share there and back", 0.07, hashprice.fee_share(3.125, there), 1e-12,
            _IDENTITY, 9),
        _luck_drops_out(),
    ]


def _luck_drops_out() -> Check:
    """Realised hashprice is the expected one whatever the number of blocks found."""
    expected = hashprice.hashprice_btc_ph_day(3.125, 0.075, 1e14)
    worst = max(
        abs(hashprice.realised_hashprice_btc_ph_day(n * 3.2, n, 1e14, 86400.0) / expected - 1.0)
        for n in (100.0, 130.0, 144.0, 190.0)
    )
    return near("hashprice", "luck in the realised form", 0.0, worst, 1e-12, _IDENTITY, 9)


def check_outage() -> list[Check]:
    """An outage inside an epoch moves difficulty by a harmonic mean, not by its trough."""
    bits = 0x1703A30C
    rows = []
    for fraction, lost, expected in ((0.0, 0.4, 0.6), (0.5, 0.4, 0.75), (0.0, 0.46, 0.54),
                                     (0.5, 0.46, 0.7013)):
        intervals = fraction + (1.0 - fraction) / (1.0 - lost)
        span = round(consensus.MEASURED_INTERVALS * consensus.SPACING_S * intervals)
        after = consensus.retarget(0, span, bits)
        ratio = consensus.difficulty(after) / consensus.difficulty(bits)
        # The protocol measures 2,015 intervals against 2,016: half a per mille more.
        rows.append(
            near("retarget-outage", f"{lost:.0%} off, {fraction:.0%} into the epoch",
                 expected, ratio, 6e-4, "D'/D = 1/(x + (1 - x)/(1 - f)), by arithmetic", 4)
        )
    return rows


def _kernel_bits(bits: int, span_s: int) -> int:
    """Compact target after a retarget, by the formulas of the simulation."""
    mantissa, size = float(bits & 0x7F_FFFF), float(bits >> 24)
    span = kernel_rule.clamp_span(float(span_s))
    new = kernel_rule.retarget_mantissa(mantissa, size, span)
    return int(kernel_rule.retarget_size(mantissa, size, span)) << 24 | int(new)


def check_retarget_kernel(cases: int = 4000) -> list[Check]:
    """The simulation's retarget against the integers of the protocol, on random epochs."""
    rng = generator(2016)
    sizes = rng.integers(0x14, 0x1E, cases).tolist()
    words = rng.integers(0x8000, 0x80_0000, cases).tolist()
    spans = np.exp(rng.uniform(np.log(1e5), np.log(1e7), cases)).astype(int).tolist()
    wrong = 0
    for size, word, span in zip(sizes, words, spans, strict=True):
        bits = min(size << 24 | word, consensus.POW_LIMIT_BITS)
        wrong += _kernel_bits(bits, span) != consensus.retarget(0, span, bits)
    first = _kernel_bits(0x1D00FFFF, 1_262_152_739 - 1_261_130_161)
    return [
        holds("retarget-kernel", f"{cases:,} random epochs", "all equal", f"{wrong} differ",
              wrong == 0, "consensus rule in integers (hashfall.model.consensus)"),
        exactly("retarget-kernel", "the first retarget", "0x1d00d86a", hex(first),
                "Bitcoin Core, pow tests"),
    ]
