"""Names: published values of the measures, scripts, legal forms, word order."""

# ruff: noqa: RUF001 - names in two scripts
from __future__ import annotations

import pytest

from hashfall.model.screening_address import address_fault, address_key, addresses_in
from hashfall.model.screening_index import NameIndex, best_similarity
from hashfall.model.screening_names import name_variants, normal_name, similarity
from hashfall.model.screening_spelling import edit_distance, jaro, jaro_winkler

# Winkler, "Overview of Record Linkage and Current Research Directions", US Census Bureau RRS
# 2006-02, table of string comparators (Jaro, Winkler). Its three pairs with 0 follow from a rule
# that cuts off unlike pairs, which is not part of the measure, and are left out.
WINKLER = [
    ("SHACKLEFORD", "SHACKELFORD", 0.970, 0.982), ("DUNNINGHAM", "CUNNIGHAM", 0.896, 0.896),
    ("NICHLESON", "NICHULSON", 0.926, 0.956), ("JONES", "JOHNSON", 0.790, 0.832),
    ("MASSEY", "MASSIE", 0.889, 0.933), ("ABROMS", "ABRAMS", 0.889, 0.922),
    ("JERALDINE", "GERALDINE", 0.926, 0.926), ("MARHTA", "MARTHA", 0.944, 0.961),
    ("MICHELLE", "MICHAEL", 0.869, 0.921), ("JULIES", "JULIUS", 0.889, 0.933),
    ("TANYA", "TONYA", 0.867, 0.880), ("DWAYNE", "DUANE", 0.822, 0.840),
    ("SEAN", "SUSAN", 0.783, 0.805), ("JON", "JOHN", 0.917, 0.933),
]


@pytest.mark.parametrize(("a", "b", "plain", "raised"), WINKLER)
def test_the_published_table(a: str, b: str, plain: float, raised: float) -> None:
    assert jaro(a, b) == pytest.approx(plain, abs=5.1e-4)
    assert jaro_winkler(a, b) == pytest.approx(raised, abs=5.1e-4)


def test_ends_of_the_measures() -> None:
    assert jaro("abc", "abc") == 1.0
    assert jaro("abc", "xyz") == 0.0
    assert jaro("", "a") == 0.0


@pytest.mark.parametrize(("a", "b", "edits"), [
    ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3),
    ("saturday", "sunday", 3), ("bitriver", "bitriver", 0),
])
def test_edit_distances(a: str, b: str, edits: int) -> None:
    assert edit_distance(a, b) == edit_distance(b, a) == edits


@pytest.mark.parametrize("text", [
    "BITRIVER RUS OOO", 'ООО "Битривер Рус"', "Rus Bitriver, L.L.C.", "bitriver  rus",
    "Общество с ограниченной ответственностью «Битривер Рус»", "Bitriver Rus Ltd.",
    "Limited Liability Company Bitriver Rus", "БИТРИВЕР РУС О.О.О.",
])
def test_one_firm_in_many_spellings(text: str) -> None:
    assert normal_name(text).words == ("bitriver", "rus")
    assert similarity(text, "Bitriver Rus").score == 1.0


@pytest.mark.parametrize(("text", "words"), [
    ("Velvet Pylon GmbH & Co. KG", ("pylon", "velvet")), ("Société Générale S.A.",
                                                          ("generale", "societe")),
    ("O'Neill", ("oneill",)), ("LLC", ("llc",)), ("", ()), ("«»", ()),
    ("Юрий Щербаков", ("shcherbakov", "yuriy")), ("Łódź Spółka", ("lodz", "spolka")),
    ("Straße AG", ("strasse",)), ("Київ ТОВ", ("kiyiv",)),
])
def test_normal_forms(text: str, words: tuple[str, ...]) -> None:
    assert normal_name(text).words == words


def test_composed_and_apart_are_one() -> None:
    assert normal_name("и\u0306").words == normal_name("й").words == ("y",)


def test_reasons_say_what_was_compared() -> None:
    found = similarity("Bitriver Norilsk OOO", "Bitrivr Siberia AG")
    assert found.reasons == (
        "words alike: bitriver ~ bitrivr (0.97)", "words in one only: norilsk, siberia",
        "legal form not compared: ag, ooo",
    )
    swapped = similarity("Bitrvier", "Bitriver")
    assert swapped.reasons == ("words alike: bitriver ~ bitrvier (0.97)",)
    assert similarity("Bi tri veer", "Bitriver").reasons[0] == (
        "bitriveer and bitriver are 1 edit apart")


def test_other_firms_stay_apart() -> None:
    for a, b in (("Bitriver", "Bitfarms"), ("Alpha Mining", "Beta Mining"),
                 ("Norilsk Nickel", "Norilsk Hosting"), ("", "Bitriver")):
        assert similarity(a, b).score < 0.85


def test_brackets_hold_another_name() -> None:
    assert name_variants("BitRiver (Fox Group)") == ("BitRiver (Fox Group)", "BitRiver",
                                                     "Fox Group")
    assert name_variants("(OOO)") == ("(OOO)", "OOO")
    assert name_variants(")(") == ()
    assert best_similarity("Unknown (Bitriver)", ["x", "BITRIVER AG"])[0] == "BITRIVER AG"


@pytest.mark.parametrize("floor", [0.0, -0.1, 1.1, float("nan")])
def test_a_search_needs_a_floor(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        NameIndex(["a"]).search("a", floor)


def test_checksums_of_addresses() -> None:
    good = ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",  # BIP 173
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",  # BIP 350
            "0x0000000000000000000000000000000000000000", "made-up"]
    assert [address_fault(a) for a in good] == [""] * len(good)
    for text in good[:4]:
        assert address_fault(text[:-1] + ("q" if text[-1] != "q" else "p"))
    assert address_fault("bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")  # mixed case
    assert address_fault("10000000000000000000000000")  # 0 is no digit of base 58
    assert address_key(good[2]) == good[2].lower()


def test_addresses_in_a_text() -> None:
    whole = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    assert addresses_in(f"Pays to {whole}, not to 3123456789012345678901234567.") == (whole,)


@pytest.mark.parametrize(("query", "name"), [
    ("«Фокс Групп»", "Fox Group LLC"), ("ООО «Фокс Груп»", "FOX GROUP, L.L.C."),
    ("Foks Grupp OOO", "Fox Group"), ("Centr Innovacij", "АО «Центр инноваций»"),
    ("Евгений Мельник", "Melnik Yevgeniy"), ("Техника", "Tehnika JSC"), ("Химки", "Himki"),
])
def test_one_sound_in_two_spellings(query: str, name: str) -> None:
    found = similarity(query, name)
    assert 0.9 <= found.score < 1.0
    assert found == similarity(name, query)


def test_the_reason_says_that_it_is_the_sound() -> None:
    assert similarity("ООО Фокс Групп", "Fox Group LLC").reasons == (
        "words alike: foks ~ fox (0.97 by sound), group ~ grupp (0.97 by sound)",
        "legal form not compared: llc, ooo")


@pytest.mark.parametrize(("query", "name"), [
    ("Fox", "Fax"), ("Fox Group", "Box Group"), ("Rus", "Ros"), ("Lena", "Lima"),
])
def test_another_sound_is_another_name(query: str, name: str) -> None:
    assert similarity(query, name).score < 0.9


@pytest.mark.parametrize(("text", "words"), [
    ("AB LLC", ("ab",)), ("ООО АБ", ("ab",)), ("SAS Ltd.", ("sas",)), ("AG", ("ag",)),
    ("Obshchestvo s ogranichennoi otvetstvennostiu Alfa", ("alfa",)),
    ("Aktsionernoye Obshchestvo Alfa", ("alfa",)),
])
def test_a_short_name_is_not_lost_with_its_legal_form(text: str, words: tuple[str, ...]) -> None:
    assert normal_name(text).words == words
