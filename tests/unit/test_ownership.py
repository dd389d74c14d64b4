"""The 50% rule: OFAC's own examples, chains, rings and stakes that nobody states."""

from __future__ import annotations

import pytest

from hashfall.model.ownership import Holding, Stake, blocked_holdings, chain_words


def _found(*stakes: tuple[str, str, float | None], listed: str = "X",
           threshold: float = 50.0) -> dict[str, Holding]:
    return blocked_holdings([Stake(*s) for s in stakes], list(listed), threshold)


def _status(found: dict[str, Holding]) -> dict[str, str]:
    return {party: holding.status for party, holding in found.items()}


def test_ofac_faq_399_stakes_of_two_blocked_owners_add_up() -> None:
    found = _found(("X", "A", 25.0), ("Y", "A", 25.0), listed="XY")
    assert found["A"].status == "blocked"
    assert found["A"].low == found["A"].high == 50.0


def test_ofac_faq_401_example_1_a_chain() -> None:
    found = _found(("X", "A", 50.0), ("A", "B", 50.0))
    assert _status(found) == {"X": "listed", "A": "blocked", "B": "blocked"}
    assert found["B"].chain == (Stake("X", "A", 50.0), Stake("A", "B", 50.0))


def test_ofac_faq_401_example_2_two_chains() -> None:
    found = _found(("X", "A", 50.0), ("X", "B", 50.0), ("A", "C", 25.0), ("B", "C", 25.0))
    assert found["C"].status == "blocked"


def test_ofac_faq_401_example_3_direct_and_indirect() -> None:
    found = _found(("X", "A", 50.0), ("X", "B", 10.0), ("A", "B", 40.0))
    assert found["B"].status == "blocked"


def test_less_than_half_of_both_owners_is_not_enough() -> None:
    found = _found(("X", "A", 25.0), ("X", "B", 25.0), ("A", "C", 50.0), ("B", "C", 50.0))
    assert _status(found) == {"X": "listed", "A": "clear", "B": "clear", "C": "clear"}
    assert found["C"].low == 0.0
    assert found["A"].low == 25.0


def test_stakes_are_not_multiplied_down_a_chain() -> None:
    found = _found(("X", "A", 50.0), ("A", "B", 50.0), ("B", "C", 50.0), ("C", "D", 49.0))
    assert found["C"].status == "blocked"  # 12.5% by multiplication
    assert found["D"].status == "clear"
    assert found["D"].low == 49.0


def test_a_ring_alone_blocks_nobody() -> None:
    found = _found(("A", "B", 60.0), ("B", "A", 60.0), ("X", "A", 40.0), ("X", "B", 40.0))
    assert found["A"].status == found["B"].status == "clear"


def test_a_ring_falls_with_one_of_its_parties() -> None:
    found = _found(("A", "B", 60.0), ("B", "C", 60.0), ("C", "A", 10.0), ("X", "A", 50.0))
    assert _status(found) == {"X": "listed", "A": "blocked", "B": "blocked", "C": "blocked"}
    assert [s.owner for s in found["C"].chain] == ["X", "A", "B"]
    assert found["A"].low == 60.0  # C owns 10% and is blocked by now


def test_an_unstated_stake_gives_bounds() -> None:
    found = _found(("X", "A", None), ("Z", "A", 40.0), ("A", "B", 100.0))
    assert (found["A"].low, found["A"].high, found["A"].status) == (0.0, 60.0, "possible")
    assert (found["B"].low, found["B"].high, found["B"].status) == (0.0, 100.0, "possible")
    full = _found(("X", "A", None), ("Z", "A", 60.0))
    assert (full["A"].high, full["A"].status) == (40.0, "clear")


def test_an_unstated_stake_of_somebody_else_blocks_nothing() -> None:
    assert _found(("Z", "A", None), ("X", "A", 30.0))["A"].high == 30.0


def test_several_stakes_of_one_owner_add_up() -> None:
    assert _found(("X", "A", 20.0), ("X", "A", 30.0))["A"].status == "blocked"


def test_the_threshold_is_an_input() -> None:
    assert _found(("X", "A", 50.0), threshold=50.0001)["A"].status == "clear"
    assert _found(("X", "A", 25.0), threshold=25.0)["A"].status == "blocked"


def test_words_name_every_stake_that_counts() -> None:
    found = _found(("X", "A", 45.0), ("Y", "A", 5.0), ("A", "B", None), listed="XY")
    assert chain_words(found["B"], {"X": "Ivan"}) == (
        "Ivan owns 45% of A; Y owns 5% of A; A owns an unstated part of B")


@pytest.mark.parametrize(("stake", "threshold", "what"), [
    (("A", "A", 10.0), 50.0, "itself"), (("X", "A", 101.0), 50.0, "0 to 100"),
    (("X", "A", -1.0), 50.0, "0 to 100"), (("X", "A", float("nan")), 50.0, "0 to 100"),
    (("X", "A", 10.0), 0.0, "threshold"), (("X", "A", 10.0), 101.0, "threshold"),
])
def test_what_is_refused(
    stake: tuple[str, str, float], threshold: float, what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        _found(stake, threshold=threshold)
