"""Letters and legal forms that the comparison of names rests on."""

# ruff: noqa: RUF001 - a table of look-alike letters
from __future__ import annotations

from typing import Final

__all__ = ["CYRILLIC", "LATIN", "LEGAL_FORMS", "LEGAL_PHRASES", "UNMISTAKABLE"]

CYRILLIC: Final[dict[str, str]] = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "w",
    "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
}
"""Latin for each Cyrillic letter: BGN/PCGN for Russian without signs and without the
extra y before e; Ukrainian, Belarusian and Serbian letters beside it."""

LATIN: Final[dict[str, str]] = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ı": "i", "ə": "a", "ħ": "h",
}
"""Plain Latin for letters that do not come apart into a letter and an accent."""

LEGAL_FORMS: Final[frozenset[str]] = frozenset({
    "ab", "ag", "aktiengesellschaft", "anonim", "ao", "as", "asa", "bhd", "bv", "cjsc", "co",
    "company", "corp", "corporation", "dba", "doo", "ead", "eood", "fzc", "fzco", "fze",
    "fzllc", "gk", "gmbh", "inc", "incorporated", "jsc", "kft", "kg", "kk",
    "kommanditgesellschaft", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nao", "nv",
    "oao", "ojsc", "ood", "ooo", "oy", "oyj", "pao", "pjsc", "plc", "pllc", "pt", "pte", "pty",
    "sa", "sarl", "sas", "sdn", "se", "sia", "sirketi", "sl", "spa", "spzoo", "srl", "srlu",
    "sro", "too", "tov", "uab", "ug", "zao", "zrt",
})
"""Words that say the form of a company, as `hashfall.model.screening_names.latin` writes them."""

UNMISTAKABLE: Final[frozenset[str]] = frozenset({
    "aktiengesellschaft", "cjsc", "eood", "fzco", "fzllc", "gmbh", "inc", "incorporated", "jsc",
    "kommanditgesellschaft", "limited", "llc", "llp", "ltd", "ltda", "nao", "oao", "ojsc", "ooo",
    "pao", "pjsc", "plc", "pllc", "sarl", "spzoo", "srl", "srlu", "sro", "zao", "zrt",
})
"""Legal forms that are taken off even where the rest of the name could be one: of
``AB LLC`` the name is ``AB``."""

LEGAL_PHRASES: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(phrase.split())
    for phrase in (
        "obshchestvo s ogranichennoy otvetstvennostyu", "limited liability company",
        "limited liability partnership", "gesellschaft mit beschrankter haftung",
        "publichnoe aktsionernoe obshchestvo", "otkrytoe aktsionernoe obshchestvo",
        "zakrytoe aktsionernoe obshchestvo", "nepublichnoe aktsionernoe obshchestvo",
        "aktsionernoe obshchestvo", "public joint stock company", "open joint stock company",
        "closed joint stock company", "joint stock company", "public limited company",
        "tovarishchestvo s ogranichennoy otvetstvennostyu",
        "tovarystvo z obmezhenoyu vidpovidalnistyu", "societe a responsabilite limitee",
        "societe anonyme", "sociedad anonima", "sociedad limitada",
        "societa a responsabilita limitata", "societa per azioni", "besloten vennootschap",
        "naamloze vennootschap", "sp z o o", "s a r l", "s r o", "d o o",
    )
)
"""Legal forms of several words, as `hashfall.model.screening_names.latin` writes them."""
