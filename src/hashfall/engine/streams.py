"""Randomness as an address: Philox4x32-10 keyed by the seed.

A draw is addressed by (path, day, factor); switching one factor off moves no
other, and any block of paths on any thread reads the same words. Source:
Salmon et al. 2011, doi:10.1145/2063384.2063405 (algorithm and known answers).
"""

from __future__ import annotations

from typing import Final

from hashfall.model.jit import formula, word_to_float

__all__ = ["FACTOR", "philox", "to_uniform", "uniforms"]

# One number per factor; numbers are never reused, so a new factor moves no old draw.
FACTOR: Final = {
    "price": 1,
    "jump": 2,
    "fee": 3,
    "capacity": 4,
    "bootstrap": 5,
    "power": 16,  # + index of the region
    "fx": 32,  # + index of the currency
    "luck": 48,  # + index of the fleet batch
    "book": 1 << 20,  # + index of the driver; path = draw
}

_M0 = 0xD2511F53
_M1 = 0xCD9E8D57
_W0 = 0x9E3779B9
_W1 = 0xBB67AE85
_MASK = 0xFFFFFFFF


@formula
def to_uniform(word: int) -> float:
    """Map a 32-bit word to the open interval (0, 1).

    Examples
    --------
    >>> to_uniform(0) > 0.0, to_uniform(4294967295) < 1.0
    (True, True)
    """
    return (word_to_float(word) + 0.5) * 2.3283064365386963e-10


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 in plain Python: four 32-bit words for one address.

    Examples
    --------
    >>> [hex(w) for w in philox((0, 0, 0, 0), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def uniforms(seed: int, path: int, day: int, factor: int) -> tuple[float, float, float, float]:
    """Four uniforms in (0, 1) at one address.

    Examples
    --------
    >>> uniforms(7, 0, 1, 1) == uniforms(7, 0, 1, 1)
    True
    """
    words = philox(
        (path & _MASK, day & _MASK, factor & _MASK, (path >> 32) & _MASK),
        (seed & _MASK, (seed >> 32) & _MASK),
    )
    a, b, c, d = (to_uniform(word) for word in words)
    return a, b, c, d
