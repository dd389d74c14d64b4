"""Philox against the published answers; addresses of factors keep apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hashfall.engine.layout import LANES, MAX_FX, MAX_REGIONS
from hashfall.engine.streams import FACTOR, FEE_WORD, NORMAL_PLACE, SPIKE_WORD, philox, uniforms

ONES = 0xFFFFFFFF

# Random123, tests/kat_vectors, lines "philox4x32 10" (Salmon et al. 2011,
# doi:10.1145/2063384.2063405): counter, key, answer.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], answer: tuple[int, int, int, int]
) -> None:
    assert tuple(int(w) for w in philox(counter, key)) == answer


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_an_address_is_counter_and_key(
    counter: tuple[int, int, int, int], key: tuple[int, int], answer: tuple[int, int, int, int]
) -> None:
    path, seed = counter[3] << 32 | counter[0], key[1] << 32 | key[0]
    assert uniforms(seed, path, counter[1], counter[2]) == tuple(
        (w + 0.5) / 2.0**32 for w in answer
    )


def test_numbers_of_factors_do_not_overlap() -> None:
    calls = (max(max(places) for places in NORMAL_PLACE.values()) // 4) + 1
    used = {
        "price": range(1),
        "jump": range((SPIKE_WORD + MAX_REGIONS - 1) // 4 + 1),
        "normal": range(calls),
        "bootstrap": range(1),
        "epoch": range(1),
        "spike_size": range(MAX_REGIONS),
        "luck": range(1 << 16),
        "venue": range(1 << 12),
        "rail": range(1 << 12),
        "route": range(1 << 12),
        "book": range(1 << 16),
    }
    assert set(used) == set(FACTOR)
    numbers = [{FACTOR[name] + i for i in span} for name, span in used.items()]
    for one, other in itertools.combinations(numbers, 2):
        assert not one & other


def test_each_normal_has_one_place() -> None:
    places = [place for group in NORMAL_PLACE.values() for place in group]
    assert len(places) == len(set(places)) == 1 + MAX_REGIONS + MAX_FX
    assert len(NORMAL_PLACE["power"]) == MAX_REGIONS
    assert len(NORMAL_PLACE["fx"]) == MAX_FX
    # Two words the jump, then one for each region.
    assert FEE_WORD == SPIKE_WORD == 2


def test_lanes_of_a_block_hold_the_addressed_words() -> None:
    from hashfall.engine.kernels import kernels

    words = kernels().words
    out = np.zeros(4 * LANES)
    for seed, path, day, factor in ((7, 0, 1, 1), (2**62 + 5, 2**33 + 128, 1096, 6), (0, 3, 2, 48)):
        words(out, path, day, factor, seed)
        for lane in (0, 1, 77, 127):
            assert tuple(out.reshape(4, LANES)[:, lane]) == uniforms(seed, path + lane, day, factor)
