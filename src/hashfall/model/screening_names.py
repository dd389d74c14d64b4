"""Names of parties: one form for every spelling, and an explained similarity.

A name is brought to small Latin letters (Cyrillic by a stated table, accents taken
off), cut into words, and freed of legal forms. Word order never counts.
"""

# ruff: noqa: RUF002 - examples in two scripts
from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from hashfall.model.screening_spelling import edit_distance, jaro_winkler, likeness, sound
from hashfall.model.screening_tables import (
    CYRILLIC,
    LATIN,
    LEGAL_FORMS,
    LEGAL_PHRASES,
    UNMISTAKABLE,
)

__all__ = [
    "ALIKE", "ODDITIES", "NormalName", "Similarity", "latin", "name_variants", "normal_name",
    "similarity",
]

ALIKE: Final = 0.85
"""Jaro-Winkler similarity below which two words are different words."""
ODDITIES: Final = 4
"""Letters by which two spellings may differ in length and still be compared."""
_SPLIT: Final = 0.98  # the same letters, divided into other words
_QUOTES = "'`\"\u2019\u2018\u02bc\u00b4\u00ab\u00bb\u201c\u201d\u201e"
_SILENT: Final = frozenset(_QUOTES)
_PHRASES: Final = tuple((tuple(map(sound, phrase)), " ".join(phrase)) for phrase in LEGAL_PHRASES)
_FIRST_OF_PHRASES: Final = frozenset(heard[0] for heard, _ in _PHRASES)


@dataclass(frozen=True, slots=True)
class NormalName:
    """A name as it is compared: words in alphabetical order, and the words as written."""

    words: tuple[str, ...]
    """Words without legal forms, sorted."""
    joined: str
    """The same words in their written order, without spaces."""
    forms: tuple[str, ...]
    """Legal forms that were taken off."""


class Similarity(NamedTuple):
    """How alike two names are, and why. [0-1]"""

    score: float
    reasons: tuple[str, ...]


def latin(text: str) -> str:
    """Text in small Latin letters without accents, other signs kept.

    Examples
    --------
    >>> latin("ООО «Битривер Рус»"), latin("Société Générale"), latin("Großhandel Øst")
    ('ooo bitriver rus', 'societe generale', 'grosshandel ost')
    """
    out = []
    for letter in unicodedata.normalize("NFKC", text).casefold():
        if letter in CYRILLIC:  # before accents come off: that would turn й into и
            out.append(CYRILLIC[letter])
        elif letter not in _SILENT:
            out.append(LATIN.get(letter, letter))
    plain = unicodedata.normalize("NFKD", "".join(out))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    """Runs of letters and digits; single letters that spell a legal form are one word."""
    words = "".join(c if c.isalnum() else " " for c in latin(text)).split()
    out: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            run.append(word)
            continue
        out += ["".join(run)] if "".join(run) in LEGAL_FORMS else run
        run = []
        out.append(word)
    return out[:-1]


def _without_phrases(words: list[str]) -> tuple[list[str], list[str]]:
    """Words without legal forms of several words, however they were brought to Latin."""
    forms: list[str] = []
    heard = [sound(word) for word in words]
    if _FIRST_OF_PHRASES.isdisjoint(heard):
        return words, forms
    for phrase, text in _PHRASES:
        n = len(phrase)
        for i in range(len(words) - n + 1):
            if tuple(heard[i : i + n]) == phrase:
                forms.append(text)
                words, heard = words[:i] + words[i + n :], heard[:i] + heard[i + n :]
                break
    return words, forms


@lru_cache(maxsize=100_000)
def normal_name(text: str) -> NormalName:
    """The form in which a name is compared.

    A name of nothing but legal forms keeps those that could be a name.

    Examples
    --------
    >>> normal_name('OOO "Bitriver Rus"').words, normal_name("Битривер Рус, О.О.О.").words
    (('bitriver', 'rus'), ('bitriver', 'rus'))
    >>> normal_name("Limited Liability Company Alpha").forms
    ('limited liability company',)
    >>> normal_name("AB LLC").words, normal_name("LLC").words
    (('ab',), ('llc',))
    """
    every = _words(text)
    words, forms = _without_phrases(every)
    off = LEGAL_FORMS
    if all(word in LEGAL_FORMS for word in words):
        off = UNMISTAKABLE
    kept = [word for word in words if word not in off]
    if not kept:
        kept, forms = every, []
    else:
        forms += [word for word in words if word in off]
    return NormalName(tuple(sorted(kept)), "".join(kept), tuple(forms))


def name_variants(text: str) -> tuple[str, ...]:
    """A name, and what stands outside and inside its brackets, each once.

    Examples
    --------
    >>> name_variants("BitRiver (Fox Group)")
    ('BitRiver (Fox Group)', 'BitRiver', 'Fox Group')
    """
    outside, inside, depth = "", "", 0
    for c in text:
        if c in "()[]":
            depth = max(0, depth + (1 if c in "([" else -1))
            outside, inside = outside + " ", inside + " "
        elif depth:
            inside += c
        else:
            outside += c
    parts = (text, " ".join(outside.split()), " ".join(inside.split()))
    return tuple(dict.fromkeys(part for part in parts if normal_name(part).words))


def _pairs(a: NormalName, b: NormalName) -> list[tuple[str, str, float]]:
    """Words of both that belong together, the likest and longest first, each used once."""
    found = []
    for i, x in enumerate(a.words):
        for j, y in enumerate(b.words):
            alike = likeness(x, y)
            if alike >= ALIKE:
                found.append((-alike * (len(x) + len(y)), sorted((x, y)), i, j, alike))
    found.sort()
    left, right, out = set[int](), set[int](), []
    for _, _, i, j, alike in found:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            out.append((a.words[i], b.words[j], alike))
    return out


def _letters(words: Iterable[str]) -> int:
    return sum(len(word) for word in words)


def similarity(a: str, b: str) -> Similarity:
    """Similarity of two names, the higher of two measures. [0-1]

    Notes
    -----
    Words: each word of one name is paired with the likest of the other (Jaro-Winkler of
    0.85 or more, or one sound in two spellings); the score is the sum of likeness times
    letters over all letters of both names. Spelling: one less the edit distance of the
    words run together over the length of the longer, 0.98 at most, for names that are
    divided into other words.
    1 means the same words, whatever their order, script, case and legal form. It
    measures spelling, not the chance that two parties are the same.

    Examples
    --------
    >>> similarity("BITRIVER AG", "Битривер").score
    1.0
    >>> found = similarity("Bit River", "Bitriver AG")
    >>> found.score, found.reasons[0]
    (0.98, 'same letters, divided into other words')
    >>> round(similarity("Alpha Trade", "Alpha Bank").score, 2)
    0.6
    """
    x, y = normal_name(a), normal_name(b)
    if not x.words or not y.words:
        return Similarity(0.0, ())
    if x.words == y.words:
        return Similarity(1.0, ("same words", *_form_words(x, y)))
    pairs = _pairs(x, y)
    total = _letters(x.words) + _letters(y.words)
    by_words = sum(alike * (len(p) + len(q)) for p, q, alike in pairs) / total
    by_letters = _spelling(x.joined, y.joined)
    if by_letters > by_words:
        edits = edit_distance(x.joined, y.joined)
        pair = " and ".join(sorted((x.joined, y.joined)))
        text = (f"{pair} are {edits} edit{'s' * (edits > 1)} apart" if edits
                else "same letters, divided into other words")
        return Similarity(by_letters, (text, *_form_words(x, y)))
    return Similarity(min(by_words, 1.0), (*_pair_words(x, y, pairs), *_form_words(x, y)))


def _spelling(a: str, b: str) -> float:
    longer = max(len(a), len(b))
    if longer - min(len(a), len(b)) > ODDITIES:
        return 0.0
    a, b = sorted((a, b))
    return min(_SPLIT, 1.0 - edit_distance(a, b) / longer)


def _pair_words(x: NormalName, y: NormalName, pairs: list[tuple[str, str, float]]) -> list[str]:
    same = sorted(p for p, q, _ in pairs if p == q)
    near = sorted(f"{' ~ '.join(sorted((p, q)))} ({alike:.2f}{_how(p, q, alike)})"
                  for p, q, alike in pairs if p != q)
    lone = sorted((*_lone(x.words, [p for p, _, _ in pairs]),
                   *_lone(y.words, [q for _, q, _ in pairs])))
    out = [f"words in both: {', '.join(same)}"] if same else []
    out += [f"words alike: {', '.join(near)}"] if near else []
    return out + ([f"words in one only: {', '.join(lone)}"] if lone else [])


def _how(a: str, b: str, alike: float) -> str:
    return " by sound" if jaro_winkler(a, b) < alike else ""


def _lone(words: Iterable[str], used: list[str]) -> list[str]:
    rest = list(words)
    for word in used:
        rest.remove(word)
    return rest


def _form_words(x: NormalName, y: NormalName) -> list[str]:
    if sorted(x.forms) == sorted(y.forms):
        return []
    return [f"legal form not compared: {', '.join(sorted({*x.forms, *y.forms}))}"]
