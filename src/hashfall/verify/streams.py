"""Randomness: known answers of the generator, and the laws that come out of it."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.streams import FACTOR, philox, uniforms
from hashfall.model.fmath import normal, second_normal
from hashfall.verify.check import Check, Estimate, exactly, within_three_errors

__all__ = ["check_streams", "compiled_words"]

_SALMON = "Salmon et al. 2011, doi:10.1145/2063384.2063405: known answers of Random123"
_ONES = 0xFFFF_FFFF

# counter, key, words; the third case takes the digits of pi
_KNOWN = {
    "zeros": ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": ((_ONES,) * 4, (_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


def _hex(words: tuple[int, ...]) -> str:
    return " ".join(f"{w:08x}" for w in words)


def _bits(values: tuple[float, ...]) -> tuple[int, ...]:
    """32-bit words that uniforms were made from."""
    return tuple(round(v * 2.0**32 - 0.5) for v in values)


def _kernel_words(path: int, day: int, factor: int, seed: int) -> NDArray[np.float64]:
    """Uniforms of 128 paths from the compiled lane loop, four rows."""
    lanes = 128
    out = np.zeros(4 * lanes)
    compiled_words()(out, path, day, factor, seed)
    return out.reshape(4, lanes)


@functools.cache
def compiled_words() -> Any:
    """The compiled Philox lane loop, built once. [callable]"""
    from hashfall.engine.world import words_kernel

    return words_kernel()


def _known_answers() -> list[Check]:
    rows = []
    for name, (counter, key, words) in _KNOWN.items():
        got = philox(counter, key)
        rows.append(exactly("streams", f"Philox, {name}", _hex(words), _hex(got), _SALMON))
    for name in ("zeros", "pi"):
        (low, day, factor, high), (seed_low, seed_high), words = _KNOWN[name]
        path, seed = high << 32 | low, seed_high << 32 | seed_low
        written = _bits(uniforms(seed, path, day, factor))
        compiled = _bits(tuple(_kernel_words(path, day, factor, seed)[:, 0].tolist()))
        rows += [
            exactly("streams", f"address, {name}", _hex(words), _hex(written), _SALMON),
            exactly("streams", f"compiled, {name}", _hex(words), _hex(compiled), _SALMON),
        ]
    return rows


def _draws(stage: int, factor: int, blocks: int = 128) -> NDArray[np.float64]:
    """Two normals for each of many paths at one day and factor."""
    pairs = []
    for block in range(blocks):
        u = _kernel_words(128 * block, 5 + stage, factor, 11 + stage)
        pairs += [(normal(a, b), second_normal(a, b)) for a, b in u[:2].T.tolist()]
    return np.array(pairs).T


def _moments(stage: int) -> list[Estimate]:
    """Moments of normals and products of draws that must not be related."""
    x, second = _draws(stage, FACTOR["price"])
    other = _draws(stage, FACTOR["jump"])[0]
    neighbour = np.roll(x, 1)
    samples = (x, x * x, (np.abs(x) > 3.0).astype(float), x * second, x * other, x * neighbour)
    root = math.sqrt(x.size)
    return [Estimate(float(s.mean()), float(s.std()) / root) for s in samples]


def check_streams() -> list[Check]:
    """Known answers of the generator; moments and independence of the normals made from it."""
    tail = math.erfc(3.0 / math.sqrt(2.0))
    return _known_answers() + within_three_errors(
        "streams",
        ["normal, mean", "normal, variance", "normal, P(|z| > 3)", "the pair, product",
         "two factors, product", "two paths, product"],
        [0.0, 1.0, tail, 0.0, 0.0, 0.0],
        _moments,
        "standard normal law; independent draws",
    )
