"""Search of a name among many, with the same answer as comparing it with each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from hashfall.model.screening_names import (
    ALIKE,
    ODDITIES,
    NormalName,
    Similarity,
    name_variants,
    normal_name,
    similarity,
)
from hashfall.model.screening_spelling import jaro_winkler, sound

__all__ = ["NameIndex", "best_similarity"]


def best_similarity(query: str, names: Iterable[str]) -> tuple[str, Similarity]:
    """The likest of several names to a query or to a part of it in brackets. [0-1]

    Examples
    --------
    >>> best_similarity("BitRiver (Fox Group)", ["Alpha", "BITRIVER AG"])[1].score
    1.0
    """
    best = ("", Similarity(0.0, ()))
    for variant in name_variants(query):
        for name in names:
            found = similarity(variant, name)
            if found.score > best[1].score:
                best = (name, found)
    return best


class NameIndex:
    """Names by their words and letters, so that a search looks at few of them.

    Parameters
    ----------
    names : sequence of str
        Names to search, in any script; their places are the answers.

    Examples
    --------
    >>> NameIndex(["Alpha Bank", "BITRIVER AG", "OOO Bitriver Rus"]).search("Bitriver", 0.85)
    [(1, Similarity(score=1.0, reasons=('same words', 'legal form not compared: ag')))]
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._normal = [normal_name(name) for name in self.names]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_length: dict[int, list[int]] = defaultdict(list)
        for place, normal in enumerate(self._normal):
            for word in dict.fromkeys(normal.words):
                self._by_word[word].append(place)
            self._by_length[len(normal.joined)].append(place)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self._by_word:
            self._by_sound[sound(word)].append(word)

    def search(self, query: str, floor: float) -> list[tuple[int, Similarity]]:
        """Places of the names that reach a score, the likest first.

        Parameters
        ----------
        query : str
            Name to look for; what stands in brackets is looked for too.
        floor : float
            Lowest score to report, above 0. [0-1]

        Raises
        ------
        ValueError
            If the floor is not above 0 and at most 1.
        """
        if not 0.0 < floor <= 1.0:
            raise ValueError(f"floor: expected above 0 and at most 1, found {floor}")
        best: dict[int, Similarity] = {}
        for variant in name_variants(query):
            normal = normal_name(variant)
            for place in self._by_words(normal) | self._by_letters(normal, floor):
                found = similarity(variant, self.names[place])
                known = best.get(place)
                if found.score >= floor and (known is None or found.score > known.score):
                    best[place] = found
        return sorted(best.items(), key=lambda item: (-item[1].score, item[0]))

    def _by_words(self, query: NormalName) -> set[int]:
        """Names with a word that can be paired: without one the score by words is 0."""
        out: set[int] = set()
        for word in dict.fromkeys(query.words):
            for known, places in self._by_word.items():
                if jaro_winkler(word, known) >= ALIKE:
                    out.update(places)
            for known in self._by_sound.get(sound(word), ()):
                out.update(self._by_word[known])
        return out

    def _by_letters(self, query: NormalName, floor: float) -> set[int]:
        """Names whose letters allow the score by spelling: an edit mends one letter."""
        out: set[int] = set()
        n, letters = len(query.joined), Counter(query.joined)
        for length in range(max(1, n - ODDITIES), n + ODDITIES + 1):
            most_edits = (1.0 - floor) * max(n, length) + 1e-9
            for place in self._by_length.get(length, ()):
                common = (letters & Counter(self._normal[place].joined)).total()
                if max(n, length) - common <= most_edits:
                    out.add(place)
        return out
