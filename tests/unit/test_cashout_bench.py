"""The benchmark of the flow: its family of graphs is fixed, and it says what is missing."""

from __future__ import annotations

import hashlib

import pytest

from hashfall.bench import cashout as bench
from hashfall.bench.jobs import SMOKE
from hashfall.cli.bench import lines
from hashfall.model.flow import Flows, network


def test_the_family_stays_as_it_is() -> None:
    text = repr([bench.family(seed) for seed in bench.FAMILY])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "bb6f41ae87e7dcb3"


def test_the_largest_flows_can_close_one_at_a_time() -> None:
    flows = Flows(network(bench.family(1)), "n0", f"n{bench.NODES - 1}")
    demand = float(round(0.6 * flows.most().sent))
    largest = flows.cheapest(demand).flow.argsort()[-bench.CLOSURES :]
    assert not any(flows.cheapest(demand, [arc]).unmet for arc in largest)


def test_without_networkx_it_says_so_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "find_spec", lambda name: None)
    found = list(bench.cashout(SMOKE))
    assert [r.verdict for r in found] == ["-", "-"]
    assert all(r.value > 0.0 for r in found)
    assert "no ratio: networkx, a test dependency, is missing" in "\n".join(lines(found, "speed"))
