"""What venues do with an exposure, and which routes close."""

from __future__ import annotations

from typing import Any

import pytest

from hashfall.model.screening import (
    Bounds,
    Exposure,
    NameHit,
    VenuePolicy,
    routes_lost,
    ruling,
)


def _policy(venue: str = "alpha", routes: tuple[str, ...] = ("otc",), **rules: Any) -> VenuePolicy:
    return VenuePolicy(venue, routes, **rules)


NAMED = Exposure(names=(NameHit("us;eu", 0.93, "Beta AG"), NameHit("uk", 0.99, "Beta Ltd")))


@pytest.mark.parametrize(("rules", "exposure", "decision", "low", "high"), [
    ({}, NAMED, "accepted", 0.0, 0.0),
    ({"name_score": 0.9}, NAMED, "rejected", 1.0, 1.0),
    ({"name_score": 1.0}, NAMED, "accepted", 0.0, 0.0),
    ({"name_score": 1.0, "review_score": 0.95}, NAMED, "unclear", 0.0, 1.0),
    ({"review_score": 0.95}, NAMED, "unclear", 0.0, 1.0),
    ({"name_score": 0.9, "lists": ("us",)}, NAMED, "rejected", 1.0, 1.0),
    ({"name_score": 0.95, "lists": ("us", "eu")}, NAMED, "accepted", 0.0, 0.0),
    ({"name_score": 0.9, "enforced": 0.3}, NAMED, "rejected", 0.3, 0.3),
    ({"ownership_threshold": 0.5}, Exposure(owned=Bounds(0.5, 0.5)), "rejected", 1.0, 1.0),
    ({"ownership_threshold": 0.5}, Exposure(owned=Bounds(0.2, 0.6)), "unclear", 0.0, 1.0),
    ({"ownership_threshold": 0.5}, Exposure(owned=Bounds(0.2, 0.4)), "accepted", 0.0, 0.0),
    ({"ownership_threshold": 0.0}, Exposure(owned=Bounds(0.0, 0.0)), "accepted", 0.0, 0.0),
    ({"max_hops": 2}, Exposure(hops=2), "rejected", 1.0, 1.0),
    ({"max_hops": 2}, Exposure(hops=3), "accepted", 0.0, 0.0),
    ({"max_hops": 0}, Exposure(hops=0), "rejected", 1.0, 1.0),
    ({"max_hops": 2}, Exposure(), "accepted", 0.0, 0.0),
    ({"max_taint_share": 0.3}, Exposure(taint={"haircut": Bounds(0.3, 0.3)}), "accepted", 0, 0),
    ({"max_taint_share": 0.3}, Exposure(taint={"haircut": Bounds(0.2, 0.4)}), "unclear", 0, 1),
    ({"max_taint_share": 0.3, "taint_model": "fifo"}, Exposure(taint={"fifo": Bounds(0.4, 1.0)}),
     "rejected", 1, 1),
    ({"countries": ("RU", "BY")}, Exposure(countries=("RU",)), "rejected", 1.0, 1.0),
    ({"countries": ("RU",)}, Exposure(countries=("KZ",)), "accepted", 0.0, 0.0),
])
def test_a_rule_by_itself(
    rules: dict[str, Any], exposure: Exposure, decision: str, low: float, high: float
) -> None:
    found = ruling(_policy(**rules), exposure)
    assert (found.decision, found.probability) == (decision, Bounds(low, high))
    assert bool(found.reasons) == (decision != "accepted")


def test_the_likest_name_is_the_reason() -> None:
    assert ruling(_policy(name_score=0.9), NAMED).reasons == (
        "Beta Ltd on uk is like its name (0.99)",)


def test_a_route_closes_when_every_venue_rejects() -> None:
    policies = [_policy("alpha", ("otc", "p2p"), countries=("RU",), enforced=0.5),
                _policy("beta", ("p2p",), max_hops=1),
                _policy("gamma", ("exchange",), countries=("RU",), enforced=0.8),
                _policy("delta", ("exchange",), ownership_threshold=0.5)]
    found = {r.route: r for r in routes_lost(
        ["otc", "p2p", "exchange", "trade"], policies,
        Exposure(countries=("RU",), owned=Bounds(0.0, 0.7)))}
    assert {name: r.decision for name, r in found.items()} == {
        "otc": "closed", "p2p": "open", "exchange": "unclear", "trade": "open"}
    assert found["otc"].probability == Bounds(0.5, 0.5)
    assert found["p2p"].probability == Bounds(0.0, 0.0)
    assert found["exchange"].probability == Bounds(0.0, 0.8)
    assert found["otc"].reasons == ("alpha: rejected (country RU)",)
    assert found["trade"].reasons == ("no policy given",)


@pytest.mark.parametrize(("rules", "what"), [
    ({"name_score": 1.1}, "name_score"), ({"enforced": -0.1}, "enforced"),
    ({"max_taint_share": 30.0}, "max_taint_share"), ({"max_hops": -1}, "max_hops"),
    ({"taint_model": "lifo"}, "taint_model"), ({"ownership_threshold": float("nan")}, "ownership"),
])
def test_values_out_of_range(rules: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        _policy(**rules)


def test_bounds_are_in_order() -> None:
    with pytest.raises(ValueError, match="low <= high"):
        Bounds(0.5, 0.4)
