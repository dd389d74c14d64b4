"""Similarity of spellings: Jaro, Jaro-Winkler, Damerau-Levenshtein distance, and sound."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Final

__all__ = ["SOUND", "edit_distance", "jaro", "jaro_winkler", "likeness", "sound"]

SOUND: Final = 0.97
"""Likeness of two words that are spelled in two ways for one sound; a choice, below 1 and
above what a slip of the pen gets. [0-1]"""

_SHORTEST: Final = 3
# In this order: each turns one way of writing a sound into another; "C" keeps ch from c.
_SOUNDS: Final = (
    ("shch", "sh"), ("sch", "sh"), ("tch", "C"), ("ch", "C"), ("ce", "tse"), ("ci", "tsi"),
    ("cy", "tsi"), ("tz", "ts"), ("ck", "k"), ("c", "k"), ("q", "k"), ("kh", "h"), ("ph", "f"),
    ("x", "ks"), ("w", "v"), ("ou", "u"), ("j", "y"), ("ye", "e"), ("yo", "o"), ("y", "i"),
)
_PREFIX_WEIGHT: Final = 0.1
_PREFIX_LENGTH: Final = 4


def _matched(a: str, b: str) -> tuple[list[str], list[str]]:
    """Letters that both have within half the longer length, in the order of each."""
    window = max(len(a), len(b)) // 2 - 1
    taken = [False] * len(b)
    of_a: list[str] = []
    for i, letter in enumerate(a):
        for j in range(max(0, i - window), min(len(b), i + window + 1)):
            if not taken[j] and b[j] == letter:
                taken[j] = True
                of_a.append(letter)
                break
    return of_a, [letter for letter, used in zip(b, taken, strict=True) if used]


def jaro(a: str, b: str) -> float:
    """Jaro similarity of two words. [0-1]

    Notes
    -----
    ``(m/|a| + m/|b| + (m - t)/m) / 3`` with ``m`` letters in common no further apart
    than half the longer word less one, and ``t`` half the number of them that are out
    of order. The shorter word comes first, so that the order of arguments is of no
    account. Source: Jaro 1989, doi:10.1080/01621459.1989.10478785.

    Examples
    --------
    >>> round(jaro("martha", "marhta"), 3), round(jaro("dwayne", "duane"), 3)
    (0.944, 0.822)
    """
    if a == b:
        return 1.0
    if (len(a), a) > (len(b), b):
        a, b = b, a
    of_a, of_b = _matched(a, b)
    m = len(of_a)
    if not m:
        return 0.0
    t = sum(x != y for x, y in zip(of_a, of_b, strict=True)) / 2.0
    return (m / len(a) + m / len(b) + (m - t) / m) / 3.0


@lru_cache(maxsize=200_000)
def jaro_winkler(a: str, b: str) -> float:
    """Jaro-Winkler similarity: Jaro's, raised where the words begin alike. [0-1]

    Notes
    -----
    ``j + 0.1 p (1 - j)`` with the number ``p`` of equal first letters, 4 at most.
    Source: Winkler 1990, Proc. Section on Survey Research Methods, ASA, 354-359.

    Examples
    --------
    >>> round(jaro_winkler("martha", "marhta"), 3), round(jaro_winkler("dixon", "dickson"), 3)
    (0.961, 0.832)
    """
    j = jaro(a, b)
    p = 0
    for x, y in zip(a[:_PREFIX_LENGTH], b[:_PREFIX_LENGTH], strict=False):
        if x != y:
            break
        p += 1
    return j + _PREFIX_WEIGHT * p * (1.0 - j)


def edit_distance(a: str, b: str) -> int:
    """Fewest insertions, deletions, changes and swaps of neighbours. [letters]

    Notes
    -----
    The restricted form: no letter is edited twice, so ``ca`` to ``abc`` takes 3.
    Source: Damerau 1964, doi:10.1145/363958.363994.

    Examples
    --------
    >>> edit_distance("bitriver", "bitirver"), edit_distance("kitten", "sitting")
    (1, 3)
    """
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A word in small Latin letters as it sounds, whatever rules wrote it.

    Notes
    -----
    Names in Cyrillic reach Latin by several rules (BGN/PCGN, ISO 9, GOST, passports, a
    firm's own taste): ``x`` and ``ks``, ``kh`` and ``h``, ``ts`` and ``c``, ``y``, ``j``
    and ``i``, ``ye`` and ``e``, double letters and single ones are one sound here.

    Examples
    --------
    >>> sound("fox") == sound("foks"), sound("group") == sound("grupp")
    (True, True)
    >>> sound("tsentr") == sound("centr"), sound("yevgeniy") == sound("evgenij")
    (True, True)
    """
    for old, new in _SOUNDS:
        word = word.replace(old, new)
    return "".join(letter for letter, _ in groupby(word))


@lru_cache(maxsize=200_000)
def likeness(a: str, b: str) -> float:
    """Likeness of two words: that of their spelling, or `SOUND` where they sound alike. [0-1]

    Examples
    --------
    >>> likeness("fox", "foks"), round(likeness("dixon", "dickson"), 3)
    (0.97, 0.97)
    >>> round(likeness("martha", "marhta"), 3), likeness("fox", "fax") < 0.9
    (0.961, True)
    """
    spelled = jaro_winkler(a, b)
    if spelled < SOUND and len(heard := sound(a)) >= _SHORTEST and heard == sound(b):
        return SOUND
    return spelled
