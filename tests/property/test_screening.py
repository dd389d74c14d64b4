"""Laws of screening: names, ownership, taint and venues on random inputs."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hashfall.model.ownership import Stake, blocked_holdings
from hashfall.model.screening import Bounds, Exposure, NameHit, VenuePolicy, routes_lost, ruling
from hashfall.model.screening_index import NameIndex, best_similarity
from hashfall.model.screening_names import normal_name, similarity
from hashfall.model.screening_spelling import edit_distance, jaro_winkler
from hashfall.model.screening_tables import LEGAL_FORMS
from hashfall.model.taint import COINBASE, Transfer, hops_from, hops_to, taint

WORDS = st.text("abcdeno", min_size=1, max_size=7)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
FORMS = st.sampled_from(["LLC", "OOO", "GmbH", "AG", "Ltd.", ""])
ADDRESSES = st.sampled_from([*"LMabcde", COINBASE])
MOVES = st.lists(st.builds(Transfer, ADDRESSES, ADDRESSES, st.integers(1, 1000)), min_size=1,
                 max_size=25)
PARTIES = "ABCDEF"


@given(NAMES, NAMES)
def test_similarity_is_symmetric_and_bounded(a: str, b: str) -> None:
    found = similarity(a, b)
    assert found == similarity(b, a)
    assert 0.0 <= found.score <= 1.0
    assert (found.score == 1.0) == (normal_name(a).words == normal_name(b).words)


@given(WORDS, WORDS)
def test_measures_of_words_are_symmetric(a: str, b: str) -> None:
    assert jaro_winkler(a, b) == jaro_winkler(b, a)
    assert edit_distance(a, b) == edit_distance(b, a) <= max(len(a), len(b))
    assert (edit_distance(a, b) == 0) == (a == b)


@given(NAMES, st.randoms(), FORMS)
def test_order_case_and_legal_form_do_not_count(name: str, rng: Random, form: str) -> None:
    words = name.split()
    assume(normal_name(name).forms == () and normal_name(name).words == tuple(sorted(words)))
    assume(not set(words) <= LEGAL_FORMS)  # such a name keeps its forms: they are all it has
    rng.shuffle(words)
    other = " ".join([*words, form]).title()
    assume(len(words) > 1 or not form or words[0] not in ("o", "d", "a"))
    if normal_name(other).words == normal_name(name).words:
        assert similarity(name, other).score == 1.0
    else:  # the shuffle put letters together that spell a legal form
        assert any(len(word) == 1 for word in words) or normal_name(other).forms


@given(NAMES, st.lists(NAMES, max_size=12), st.sampled_from([0.3, 0.6, 0.85, 1.0]))
def test_the_index_finds_what_comparing_all_finds(
    query: str, names: list[str], floor: float
) -> None:
    found = dict(NameIndex(names).search(query, floor))
    by_hand = {place: best_similarity(query, [name])[1] for place, name in enumerate(names)}
    expected = {place: s for place, s in by_hand.items() if s.score >= floor}
    assert {p: s.score for p, s in found.items()} == {p: s.score for p, s in expected.items()}


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[Stake], list[str]]:
    """Stakes of which no party has more than 100%, some unstated, and listed parties."""
    stakes = []
    for owned in PARTIES:
        room = 100
        for owner in draw(st.lists(st.sampled_from(PARTIES), max_size=3, unique=True)):
            part = draw(st.one_of(st.none(), st.integers(0, room)))
            if owner != owned:
                room -= part or 0
                stakes.append(Stake(owner, owned, None if part is None else float(part)))
    return stakes, draw(st.lists(st.sampled_from(PARTIES), min_size=1, max_size=2, unique=True))


def _blocked(stakes: list[Stake], listed: list[str]) -> set[str]:
    """Smallest closed set, by trying every set of parties."""
    def closed(chosen: set[str]) -> bool:
        return set(listed) <= chosen and all(
            party in chosen or sum(s.percent or 0.0 for s in stakes
                                   if s.owned == party and s.owner in chosen) < 50.0
            for party in PARTIES)

    every = (set(c) for n in range(7) for c in itertools.combinations(PARTIES, n))
    found = [chosen for chosen in every if closed(chosen)]
    return set.intersection(*found)


@settings(max_examples=60)
@given(_graphs())
def test_the_rule_gives_the_smallest_closed_set(graph: tuple[list[Stake], list[str]]) -> None:
    stakes, listed = graph
    found = blocked_holdings(stakes, listed)
    sure = {p for p, h in found.items() if h.status in ("listed", "blocked")}
    assert sure == _blocked(stakes, listed)


@given(_graphs(), st.sampled_from(PARTIES))
def test_more_listed_parties_never_free_anybody(
    graph: tuple[list[Stake], list[str]], more: str
) -> None:
    stakes, listed = graph
    rank = {"clear": 0, "possible": 1, "blocked": 2, "listed": 3}
    before, after = blocked_holdings(stakes, listed), blocked_holdings(stakes, [*listed, more])
    for party, holding in before.items():
        assert rank[after[party].status] >= rank[holding.status]
        assert after[party].low >= holding.low
        assert holding.low <= holding.high <= 100.0


@given(_graphs())
def test_chains_lead_from_a_listed_party(graph: tuple[list[Stake], list[str]]) -> None:
    stakes, listed = graph
    for party, holding in blocked_holdings(stakes, listed).items():
        if holding.chain:
            assert holding.chain[0].owner in listed
            assert holding.chain[-1].owned == party
            assert set(holding.chain) <= set(stakes)
        if holding.status in ("blocked", "possible"):
            assert holding.chain


@given(_graphs(), st.integers(0, 100))
def test_stated_stakes_lie_within_the_bounds(
    graph: tuple[list[Stake], list[str]], part: int
) -> None:
    stakes, listed = graph
    assume(stakes)
    wide = blocked_holdings(stakes, listed)
    room = {p: 100.0 - sum(s.percent or 0.0 for s in stakes if s.owned == p) for p in PARTIES}
    open_ = {p: sum(s.percent is None for s in stakes if s.owned == p) for p in PARTIES}
    stated = [s if s.percent is not None else s._replace(
        percent=room[s.owned] * part / 100.0 / open_[s.owned]) for s in stakes]
    for party, holding in blocked_holdings(stated, listed).items():
        assert wide[party].low - 1e-9 <= holding.low <= wide[party].high + 1e-9


@pytest.mark.parametrize("model", ["haircut", "fifo"])
@pytest.mark.parametrize("tainted", [False, True])
@given(moves=MOVES)
def test_taint_is_neither_made_nor_lost(model: str, tainted: bool, moves: list[Transfer]) -> None:
    book = taint(moves, ["L", "M"], model, tainted)
    made = book.sent + (sum(n for a, n in book.openings.items() if a != COINBASE) if tainted else 0)
    kept = book.returned + sum(a.held_tainted for a in book.addresses.values())
    assert kept == (made if model == "fifo" else pytest.approx(made, abs=1e-6))


@given(MOVES)
def test_coins_are_neither_made_nor_lost(moves: list[Transfer]) -> None:
    for model in ("poison", "haircut", "fifo"):
        book = taint(moves, ["L", "M"], model)
        into = sum(t.amount for t in moves if t.source in "LM" and t.target not in "LM")
        out = sum(t.amount for t in moves if t.target in "LM" and t.source not in "LM")
        held = sum(a.held for a in book.addresses.values())
        assert held == sum(book.openings.values()) + into - out
        assert all(0 <= a.held_tainted <= a.held + 1e-6 for a in book.addresses.values())


@given(MOVES)
def test_poison_is_the_harshest_and_nothing_is_tainted_out_of_reach(moves: list[Transfer]) -> None:
    books = {m: taint(moves, ["L", "M"], m).addresses for m in ("poison", "haircut", "fifo")}
    reached = hops_from(moves, ["L", "M"])
    for address, worst in books["poison"].items():
        for model in ("haircut", "fifo"):
            found = books[model][address]
            assert found.received_tainted <= worst.received_tainted + 1e-6
            assert found.received == worst.received
        assert (worst.received_tainted > 0) == (address in reached)


@given(MOVES)
def test_unseen_funds_can_only_add_taint(moves: list[Transfer]) -> None:
    for model in ("poison", "haircut", "fifo"):
        low, high = (taint(moves, ["L"], model, t).addresses for t in (False, True))
        assert all(low[a].share <= high[a].share + 1e-9 for a in low)


@given(MOVES, st.integers(0, 24))
def test_a_later_transfer_changes_no_earlier_hop(moves: list[Transfer], cut: int) -> None:
    early, late = hops_from(moves[:cut], ["L"]), hops_from(moves, ["L"])
    assert all(late[a].steps <= hop.steps for a, hop in early.items())


@given(MOVES)
def test_hops_run_backwards_in_a_film_run_backwards(moves: list[Transfer]) -> None:
    film = [Transfer(t.target, t.source, t.amount) for t in reversed(moves)]
    assert hops_to(moves, ["L", "M"]) == hops_from(film, ["L", "M"])


SHARES = st.floats(0.0, 1.0)
BOUNDS = st.tuples(SHARES, SHARES).map(lambda p: Bounds(min(p), max(p)))
EXPOSURES = st.builds(
    Exposure, names=st.lists(st.builds(NameHit, st.just("us"), SHARES, st.just("X")),
                             max_size=2).map(tuple),
    owned=st.none() | BOUNDS, hops=st.none() | st.integers(0, 5),
    taint=st.fixed_dictionaries({"haircut": BOUNDS}),
    countries=st.lists(st.sampled_from(["RU", "KZ"]), unique=True).map(tuple))
MAYBE = st.none() | SHARES
POLICIES = st.builds(
    VenuePolicy, venue=st.just("v"), routes=st.just(("otc",)), name_score=MAYBE,
    review_score=MAYBE, ownership_threshold=MAYBE, max_hops=st.none() | st.integers(0, 5),
    max_taint_share=MAYBE, countries=st.lists(st.just("RU"), max_size=1).map(tuple),
    enforced=SHARES)


@given(st.lists(POLICIES, min_size=1, max_size=3), EXPOSURES)
def test_a_further_venue_never_closes_a_route(
    policies: list[VenuePolicy], exposure: Exposure
) -> None:
    few, all_ = (routes_lost(["otc"], p, exposure)[0] for p in (policies[:1], policies))
    assert all_.probability.low <= few.probability.low
    assert all_.probability.high <= few.probability.high
    for found in (few, all_):
        assert 0.0 <= found.probability.low <= found.probability.high <= 1.0


@given(POLICIES, EXPOSURES)
def test_decisions_and_chances_agree(policy: VenuePolicy, exposure: Exposure) -> None:
    found = ruling(policy, exposure)
    expected = {"rejected": (policy.enforced, policy.enforced), "unclear": (0.0, policy.enforced),
                "accepted": (0.0, 0.0)}[found.decision]
    assert (found.probability.low, found.probability.high) == expected
    assert bool(found.reasons) == (found.decision != "accepted")
