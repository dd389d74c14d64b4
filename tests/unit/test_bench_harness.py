"""What a ratio rests on: turns, rounds, dropped calls, digests, verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from hashfall.bench.harness import Contender, Load, Timings, compare, order_of
from hashfall.bench.result import Result


class Bench:
    """Contenders that take the time that they are told to, by a clock of their own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.called: list[str] = []

    def clock(self) -> float:
        return self.now

    def contender(self, name: str, seconds: list[float] | float, work: float = 1.0,
                  digest: Callable[[Any], str] | None = None) -> Contender:
        times = iter(seconds if isinstance(seconds, list) else [seconds] * 1000)

        def call() -> str:
            self.called.append(name)
            self.now += next(times)
            return name

        return Contender(name, call, work, digest)

    def compare(self, *contenders: Contender, **options: Any) -> Timings:
        return compare(contenders, clock=self.clock, **options)


def test_ratio_is_per_unit_of_work_round_by_round() -> None:
    bench = Bench()
    # The first two calls are not counted; a slow round is slow for both.
    fast = bench.contender("fast", [9.0, 1.0, 1.0, 2.0, 1.0], work=4.0)
    slow = bench.contender("slow", [9.0, 3.0, 3.0, 6.0, 4.0], work=2.0)
    found = bench.compare(fast, slow, rounds=3, least=0.5)
    assert found.ratios("slow", "fast") == [6.0, 6.0, 8.0]
    assert found.best("fast") == 0.25
    assert found.middle("slow") == 2.0


def test_short_calls_are_repeated_until_they_are_long_enough() -> None:
    bench = Bench()
    found = bench.compare(bench.contender("a", 0.01), bench.contender("b", 0.2), rounds=2,
                          least=0.08)
    assert Counter(bench.called) == {"a": 2 + 2 * 8, "b": 2 + 2 * 1}
    assert found.seconds["a"] == pytest.approx([0.01, 0.01])


def test_contenders_take_turns() -> None:
    bench = Bench()
    names = ("a", "b", "c")
    bench.compare(*(bench.contender(n, 1.0) for n in names), rounds=6, least=0.0)
    rounds = ["".join(bench.called[i : i + 3]) for i in range(6, len(bench.called), 3)]
    assert all(sorted(turn) == list(names) for turn in rounds)
    for place in range(3):
        assert Counter(turn[place] for turn in rounds) == dict.fromkeys(names, 2)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_order_is_a_permutation(count: int) -> None:
    assert all(sorted(order_of(count, turn)) == list(range(count)) for turn in range(20))


def test_outputs_that_differ_are_seen() -> None:
    bench = Bench()

    def name_of(output: Any) -> str:
        return str(output)

    same = bench.compare(bench.contender("a", 1.0, digest=lambda x: "same"),
                         bench.contender("b", 1.0, digest=lambda x: "same"),
                         bench.contender("c", 1.0), rounds=1, least=0.0)
    other = bench.compare(bench.contender("a", 1.0, digest=name_of),
                          bench.contender("b", 1.0, digest=name_of), rounds=1, least=0.0)
    assert same.same_bits
    assert not other.same_bits


def test_output_that_changes_between_calls_is_seen() -> None:
    bench, calls = Bench(), iter(range(100))
    found = bench.compare(bench.contender("a", 1.0, digest=lambda x: str(next(calls))), rounds=1,
                          least=0.0)
    assert not found.same_bits


def test_process_of_its_own_says_how_long_it_took() -> None:
    bench = Bench()

    def call() -> tuple[float, str]:
        bench.now += 50.0  # waiting for the other process does not count
        return 2.0, "digest"

    child = Contender("child", call, 4.0, measures_itself=True)
    found = bench.compare(child, bench.contender("own", 1.0, digest=lambda x: "digest"),
                          rounds=2, least=0.0)
    assert found.seconds["child"] == [0.5, 0.5]
    assert found.same_bits


def test_load_of_others_is_not_negative() -> None:
    with Load() as load:
        sum(range(1000))
    assert load.others is None or load.others >= 0.0


@pytest.mark.parametrize(
    ("runs", "bar", "at_most", "same_bits", "verdict"),
    [
        ([5.0, 6.0, 9.0], 6.0, False, True, "met"),
        ([5.0, 5.9, 9.0], 6.0, False, True, "missed"),
        ([1.2, 1.1, 1.0], 1.1, True, True, "met"),
        ([1.2, 1.11, 1.0], 1.1, True, True, "missed"),
        ([9.0], 6.0, False, False, "differs"),
        ([9.0], None, False, True, "-"),
        ([9.0], None, False, False, "differs"),
    ],
)
def test_verdict_is_that_of_the_median(runs: list[float], bar: float | None, at_most: bool,
                                       same_bits: bool, verdict: str) -> None:
    result = Result("id", "case", "other", runs, bar, at_most, same_bits=same_bits)
    assert result.verdict == verdict


def test_ratio_of_an_absolute_figure_is_to_its_bar() -> None:
    assert Result("memory", "", "300 MB", [150.0], 300.0, True, unit="MB").ratio == 0.5
    assert Result("orientation", "", "", [2.0], unit="s").ratio is None
    assert Result("threads", "", "one", [1.5, 1.9, 1.8], 1.7).ratio == 1.8
