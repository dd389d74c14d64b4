"""Randomness as an address: Philox4x32-10 keyed by the seed.

A draw is addressed by (path, day, factor); switching one factor off moves no
other, and any block of paths on any thread reads the same words. Source:
Salmon et al. 2011, doi:10.1145/2063384.2063405 (algorithm and known answers).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hashfall.model.jit import formula, unit_interval

__all__ = ["FACTOR", "FEE_WORD", "NORMAL_PLACE", "SPIKE_WORD", "philox", "uniforms"]

FACTOR: Final = {
    "price": 1,  # words 0, 1; the fees have words 2, 3
    "jump": 2,  # words 0, 1; the spikes have words 2 to 7, four words to a call
    "normal": 4,  # + call: two pairs of normals in each, see NORMAL_PLACE
    "bootstrap": 8,
    "epoch": 12,  # words 0, 1: luck of a difficulty epoch and the price of machines
    "spike_size": 16,  # + index of the region
    "luck": 48,  # + index of the fleet batch
    # Venues, rails and routes that open and close, four to a call: + place in the book / 4.
    "venue": 1 << 18,
    "rail": (1 << 18) + (1 << 12),
    "route": (1 << 18) + (1 << 13),
    "book": 1 << 20,  # + index of the driver; path = draw
}
"""One number per factor, never reused, so that a new factor moves no old draw.

Small factors share a call, each with words of its own: what one of them does with
its words moves no other.
"""
FEE_WORD: Final = 2
"""First word of the fees in the call of the price."""
SPIKE_WORD: Final = 2
"""Word of the first region's spike in the calls of the jump."""
NORMAL_PLACE: Final = {"capacity": (0,), "power": (1, 3, 4, 6, 7, 9), "fx": (2, 5, 8, 10)}
"""Place of capacity, each region and each currency among a day's normals; a call holds four."""

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@formula
def philox(counter: tuple[Any, Any, Any, Any], key: tuple[Any, Any]) -> tuple[Any, Any, Any, Any]:
    """Philox4x32-10: four 32-bit words for one address, all of them whole numbers.

    Examples
    --------
    >>> [hex(w) for w in philox((0, 0, 0, 0), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        # Masked where it is multiplied, not where it is made: one instruction for both.
        p0, p1 = _M0 * (c0 & _LOW), _M1 * (c2 & _LOW)
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1, (p0 >> _HALF) ^ c3 ^ k1, p0
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0 & _LOW, c1 & _LOW, c2 & _LOW, c3 & _LOW


@formula
def uniforms(seed: Any, path: Any, day: Any, factor: Any) -> tuple[float, float, float, float]:
    """Four uniforms in (0, 1) at one address of whole numbers.

    Examples
    --------
    >>> uniforms(7, 0, 1, 1) == uniforms(7, 0, 1, 1)
    True
    """
    key, lane = np.uint64(seed), np.uint64(path)
    a, b, c, d = philox(
        (lane & _LOW, np.uint64(day), np.uint64(factor), lane >> _HALF), (key & _LOW, key >> _HALF)
    )
    return unit_interval(a), unit_interval(b), unit_interval(c), unit_interval(d)
