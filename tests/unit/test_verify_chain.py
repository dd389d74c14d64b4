"""The checks on the chain pass, and fail when a rule is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from hashfall.ingest.headers import load_headers
from hashfall.verify import Check, chain

CHECKS = (chain.retarget_history, chain.retarget_vectors, chain.header_chain)
IDS = ("retarget-history", "retarget-vectors", "header-chain")


@pytest.mark.parametrize(("check", "id"), list(zip(CHECKS, IDS, strict=True)))
def test_they_pass(check: Callable[[], list[Check]], id: str) -> None:
    rows = check()
    assert {row.id for row in rows} == {id}
    assert {row.verdict for row in rows} == {"pass"}
    assert all(row.source and row.what for row in rows)


def _wrong_retarget(first: int, last: int, bits: int) -> int:
    """Counts 2,016 intervals: one more than the protocol measures."""
    from hashfall.model.consensus import retarget

    return retarget(first, last + (last - first) // 2015, bits)


def test_a_wrong_rule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "retarget", _wrong_retarget)
    for check in (chain.retarget_history, chain.retarget_vectors):
        assert "fail" in {row.verdict for row in check()}


def test_a_damaged_header_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = load_headers()
    raw = headers.raw[4000]
    damaged = (*headers.raw[:4000], raw[:-1] + bytes([raw[-1] ^ 1]), *headers.raw[4001:])
    monkeypatch.setattr(chain, "load_headers", lambda: replace(headers, raw=damaged))
    verdicts = [row.verdict for row in chain.header_chain()]
    assert verdicts.count("fail") == 2
